//! Form fields with their errors beside them.

use common::api::Price;
use leptos::prelude::*;

use crate::forms::Form;

/// A labelled field.
#[component]
pub fn Field(
    form: Form,
    /// Its name in errors.
    name: &'static str,
    /// Its id, if several forms of the page have such a field; otherwise its name.
    #[prop(optional, into)]
    id: Option<String>,
    /// Its name in the request, if that is another one.
    #[prop(optional)]
    sent: Option<&'static str>,
    /// Whether it may be left empty.
    #[prop(optional)]
    optional: bool,
    label: &'static str,
    /// The input's type.
    #[prop(default = "text")]
    kind: &'static str,
    #[prop(optional)] inputmode: Option<&'static str>,
    #[prop(default = "off")] autocomplete: &'static str,
    /// The initial value, unless the form was refused with another one.
    #[prop(optional, into)]
    value: Option<String>,
    /// A rule to know beforehand.
    #[prop(optional)]
    hint: &'static str,
    /// The text that replaces the typed one when the field loses the focus, if any.
    #[prop(default = |_| None)]
    tidy: fn(&str) -> Option<String>,
) -> impl IntoView {
    let problem = form.problem(move |field| field == Some(name));
    let id = id.unwrap_or_else(|| name.to_owned());
    let [hint_id, problem_id] = ["hint", "problem"].map(|part| format!("{id}-{part}"));
    let is_password = kind == "password";
    let shown = RwSignal::new(false);
    let is_invalid = move || problem.with(Option::is_some).then_some("true");
    let described_by = {
        let (hint_id, problem_id) = (hint_id.clone(), problem_id.clone());
        move || {
            let ids = [(!hint.is_empty()).then_some(&*hint_id), is_invalid().map(|_| &*problem_id)];
            let ids: Vec<_> = ids.into_iter().flatten().collect();
            (!ids.is_empty()).then(|| ids.join(" "))
        }
    };
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input
                id=id.clone()
                name=sent.unwrap_or(name)
                type=move || if shown.get() { "text" } else { kind }
                inputmode=inputmode
                value=form.typed(name).or(value)
                autocomplete=autocomplete
                dir=(kind == "text").then_some("auto")
                aria-required=(!optional).then_some("true")
                aria-invalid=is_invalid
                aria-describedby=described_by
                on:blur:target=move |event| {
                    if let Some(text) = tidy(&event.target().value()) {
                        event.target().set_value(&text);
                    }
                }
            />
            {is_password.then(|| view! {
                <button
                    type="button"
                    class="link show"
                    aria-pressed=move || shown.get().to_string()
                    aria-controls=id
                    on:click=move |_| shown.update(|shown| *shown = !*shown)
                >
                    {move || if shown.get() { "Hide the password" } else { "Show the password" }}
                </button>
            })}
            {(!hint.is_empty()).then(|| view! { <small id=hint_id>{hint}</small> })}
            <small id=problem_id class="problem" aria-live="polite">{problem}</small>
        </div>
    }
}

/// A labelled choice.
#[component]
pub fn Choice(
    form: Form,
    /// Its name in the form; the errors are about `of`.
    name: &'static str,
    #[prop(optional)] of: Option<&'static str>,
    label: &'static str,
    /// The values and their texts.
    options: Vec<(String, String)>,
    /// The initial value, unless the form was refused with another one.
    #[prop(optional, into)]
    value: Option<String>,
    #[prop(optional)] node_ref: NodeRef<leptos::html::Select>,
) -> impl IntoView {
    let field = of.unwrap_or(name);
    let chosen = form.typed(field).or(value).unwrap_or_default();
    let problem = form.problem(move |it| it == Some(field));
    view! {
        <div class="field">
            <label for=field>{label}</label>
            <select
                id=field
                name=name
                node_ref=node_ref
                aria-invalid=move || problem.with(Option::is_some).then_some("true")
                aria-describedby=format!("{field}-problem")
            >
                {options
                    .into_iter()
                    .map(|(value, text)| {
                        let selected = value == chosen;
                        view! { <option value=value selected=selected>{text}</option> }
                    })
                    .collect_view()}
            </select>
            <small id=format!("{field}-problem") class="problem" aria-live="polite">{problem}</small>
        </div>
    }
}

/// A price in dollars. It gets two decimals when the field loses the focus.
#[component]
pub fn PriceField(
    form: Form,
    /// See [`Field`].
    #[prop(optional, into)]
    id: Option<String>,
    /// See [`Field`].
    #[prop(default = "said[price]")]
    sent: &'static str,
    /// The initial value.
    #[prop(optional, into)]
    value: Option<String>,
) -> impl IntoView {
    let tidy = |typed: &str| typed.parse::<Price>().ok().map(|price| price.to_string());
    let (label, hint) = ("Price in US dollars", "For example 20 or 17.50");
    view! { <Field form name="price" id=id.unwrap_or_else(|| "price".to_owned()) sent label inputmode="decimal" value=value.unwrap_or_default() hint tidy/> }
}

/// The errors of the form as a whole.
#[component]
pub fn Alert(
    form: Form,
    /// The form's fields, which show their errors themselves.
    #[prop(optional)]
    fields: &'static [&'static str],
) -> impl IntoView {
    let problem = form.problem(move |field| field.is_none_or(|field| !fields.contains(&field)));
    move || problem.get().map(|problem| view! { <p class="alert" role="alert" tabindex="-1">{problem}</p> })
}

/// The button that sends a form; disabled while the answer is pending.
#[component]
pub fn Submit(
    form: Form,
    #[prop(into)] label: TextProp,
    #[prop(default = "")] class: &'static str,
    /// Whether something else goes on that it would disturb.
    #[prop(optional, into)]
    blocked: Signal<bool>,
) -> impl IntoView {
    let busy = move || form.pending().then_some("true");
    view! { <button type="submit" class=class aria-busy=busy disabled=move || form.pending() || blocked.get()>{move || label.get()}</button> }
}
