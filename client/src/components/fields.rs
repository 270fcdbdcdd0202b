//! Fields whose problems stand beside them.

use common::api::Price;
use leptos::prelude::*;

use crate::forms::Form;

/// A labelled field.
#[component]
pub fn Field(
    form: Form,
    /// Its name in the request.
    name: &'static str,
    /// What it asks for.
    label: &'static str,
    /// The input's type.
    #[prop(default = "text")]
    kind: &'static str,
    /// What browsers may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// What stands there at first.
    #[prop(optional, into)]
    value: Option<String>,
    /// A rule worth knowing beforehand.
    #[prop(optional)]
    hint: Option<&'static str>,
) -> impl IntoView {
    let value = form.typed(name).or(value);
    view! {
        <Labelled form name label hint>
            <input
                id=name
                name=name
                type=kind
                value=value
                autocomplete=autocomplete
                aria-required="true"
                aria-invalid=invalid(form, name)
                aria-describedby=described_by(form, name, hint.is_some())
            />
        </Labelled>
    }
}

/// A price in dollars, tidied to two decimals on leaving it.
#[component]
pub fn PriceField(
    form: Form,
    /// What stands there at first.
    #[prop(optional, into)]
    value: Option<String>,
) -> impl IntoView {
    const NAME: &str = "price";
    let value = form.typed(NAME).or(value);
    let input = NodeRef::<leptos::html::Input>::new();
    let tidy = move |_| {
        if let Some(input) = input.get()
            && let Ok(price) = input.value().parse::<Price>()
        {
            input.set_value(&price.to_string());
        }
    };
    view! {
        <Labelled form name=NAME label="Price in US dollars" hint=Some("For example 20 or 17.50")>
            <input
                id=NAME
                name=NAME
                type="text"
                inputmode="decimal"
                value=value
                autocomplete="off"
                aria-required="true"
                aria-invalid=invalid(form, NAME)
                aria-describedby=described_by(form, NAME, true)
                on:blur=tidy
                node_ref=input
            />
        </Labelled>
    }
}

#[component]
fn Labelled(
    form: Form,
    name: &'static str,
    label: &'static str,
    hint: Option<&'static str>,
    children: Children,
) -> impl IntoView {
    let problem = form.problem(name);
    view! {
        <div class="field">
            <label for=name>{label}</label>
            {children()}
            {hint.map(|hint| view! { <small id=format!("{name}-hint")>{hint}</small> })}
            <small id=format!("{name}-problem") class="problem" aria-live="polite">{problem}</small>
        </div>
    }
}

fn invalid(form: Form, name: &'static str) -> impl Fn() -> Option<&'static str> {
    let problem = form.problem(name);
    move || problem.with(Option::is_some).then_some("true")
}

fn described_by(form: Form, name: &'static str, hint: bool) -> impl Fn() -> Option<String> {
    let problem = form.problem(name);
    move || {
        let problem = problem.with(Option::is_some).then(|| format!("{name}-problem"));
        let ids: Vec<_> = hint.then(|| format!("{name}-hint")).into_iter().chain(problem).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }
}

/// What is wrong with the form as a whole.
#[component]
pub fn Alert(
    form: Form,
    /// The fields that the form has: their problems stand beside them.
    #[prop(optional)]
    fields: &'static [&'static str],
) -> impl IntoView {
    let problem = form.problem_beside(fields);
    move || problem.get().map(|problem| view! { <p class="alert" role="alert" tabindex="-1">{problem}</p> })
}

/// The button that sends a form; once pressed, it waits for the answer.
#[component]
pub fn Submit(
    form: Form,
    /// What it does.
    label: &'static str,
    /// How it looks.
    #[prop(default = "")]
    class: &'static str,
) -> impl IntoView {
    let busy = move || form.pending().then_some("true");
    view! { <button type="submit" class=class aria-busy=busy disabled=move || form.pending()>{label}</button> }
}
