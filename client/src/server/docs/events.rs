//! The events' `AsyncAPI` description as a page.

use leptos::prelude::*;
use serde_json::Value;

/// All channels, in the order of their names.
pub(super) fn page(description: &Value) -> AnyView {
    let channels = members(&description["channels"]).map(|(id, channel)| section(description, id, channel));
    view! {
        <main class="container">
            <h1>"Events"</h1>
            <p>{text(&description["info"]["description"])}</p>
            <p><a href="/docs/asyncapi.json">"The same as AsyncAPI 3"</a></p>
            {channels.collect_view()}
        </main>
    }
    .into_any()
}

fn section(description: &Value, id: &str, channel: &Value) -> impl IntoView + use<> {
    let message = &description["components"]["messages"][id];
    let examples = message["examples"].as_array().into_iter().flatten().map(|example| {
        let example = format!("{example:#}");
        view! { <pre><code>{example}</code></pre> }
    });
    view! {
        <section id=id.to_owned()>
            <h2>{text(&channel["address"])}</h2>
            <p>{text(&channel["description"])}</p>
            <p>
                "Published by " {services(description, id, "send")} "; subscribers: " {services(description, id, "receive")}
            </p>
            <table>
                <thead><tr><th>"Field"</th><th>"Type"</th><th>"Meaning"</th></tr></thead>
                <tbody>{fields("", &message["payload"]).collect_view()}</tbody>
            </table>
            {examples.collect_view()}
        </section>
    }
}

/// The services that send or receive an event.
fn services(description: &Value, id: &str, action: &str) -> String {
    let channel = format!("#/channels/{id}");
    let operations = members(&description["operations"]).map(|(_, operation)| operation);
    let operations = operations.filter(|it| it["action"] == action && it["channel"]["$ref"] == channel.as_str());
    operations.map(|it| text(&it["tags"][0]["name"])).collect::<Vec<_>>().join(", ")
}

/// A row for each field, those of objects within it included.
fn fields(parent: &str, schema: &Value) -> std::vec::IntoIter<AnyView> {
    let is_required = |name: &str| schema["required"].as_array().is_some_and(|names| names.iter().any(|it| it == name));
    let rows = members(&schema["properties"]).flat_map(|(name, field)| {
        let path = format!("{parent}{name}");
        let optional = if is_required(name) { "" } else { ", optional" };
        let kind = format!("{}{optional}", kind(field));
        let row = view! { <tr><td><code>{path.clone()}</code></td><td>{kind}</td><td>{text(&field["description"])}</td></tr> };
        std::iter::once(row.into_any()).chain(fields(&format!("{path}."), field)).collect::<Vec<_>>()
    });
    rows.collect::<Vec<_>>().into_iter()
}

/// A field's type and its limits, in a few words.
fn kind(field: &Value) -> String {
    let named = field["type"].as_array().map_or_else(|| text(&field["type"]), |types| text(&types[0]));
    let choices = ["oneOf", "anyOf"].iter().find_map(|of| field[of].as_array()).map(|of| text(&of[0]["type"]));
    let base = if named.is_empty() { choices.unwrap_or_default() } else { named };
    let limits = ["format", "pattern", "minimum", "maximum"].iter().filter_map(|limit| match &field[limit] {
        Value::Null => None,
        Value::String(text) => Some(format!(", {text}")),
        number => Some(format!(", {limit} {number}")),
    });
    base + &limits.collect::<String>()
}

fn members(object: &Value) -> impl Iterator<Item = (&String, &Value)> {
    object.as_object().into_iter().flatten()
}

/// A text without its marks for code.
fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().replace('`', "")
}
