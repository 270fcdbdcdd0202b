//! The fields in which a seller describes a ticket.

use std::collections::BTreeSet;

use common::api::tickets::{Category, StartsAt, Ticket};
use leptos::{html::Select, prelude::*};

use super::{Choice, Field, PriceField};
use crate::{browser, format, forms::Form};

/// The fields that show their errors themselves.
pub const FIELDS: &[&str] = &["title", "price", "startsAt", "venue", "category", "details", "handover"];

/// Offsets that clocks have somewhere, in minutes.
const OFFSETS: [i32; 40] = [
    -720, -660, -600, -570, -540, -480, -420, -360, -300, -240, -210, -180, -150, -120, -60, 0, 60, 120, 180, 210, 240,
    270, 300, 330, 345, 360, 390, 420, 480, 525, 540, 570, 600, 630, 660, 720, 765, 780, 825, 840,
];

/// All that a seller says; of an existing ticket, as it is.
#[component]
pub fn TicketFields(form: Form, #[prop(optional_no_strip)] ticket: Option<Ticket>) -> impl IntoView {
    let is_new = ticket.is_none();
    let (title, price) = ticket.as_ref().map(|it| (it.title.clone(), it.price.to_string())).unwrap_or_default();
    let about = ticket.map(|ticket| ticket.about).unwrap_or_default();
    let start = about.starts_at;
    let starts = start.map(format::start_field).unwrap_or_default();
    let offset = start.map_or(0, StartsAt::offset_minutes);
    let kinds = Category::ALL.iter().map(|kind| (kind.as_str().to_owned(), format::category(*kind).to_owned()));
    let kind = about.category.clone().unwrap_or_default();
    // An offset or a kind that is in no list stays what it is.
    let newer = about.kind().is_none().then(|| (kind.clone(), kind.clone())).filter(|_| !kind.is_empty());
    let kinds = std::iter::once((String::new(), "Not said".to_owned())).chain(kinds).chain(newer).collect();
    let clocks: BTreeSet<i32> = OFFSETS.into_iter().chain([offset]).collect();
    let clocks = clocks.into_iter().map(|minutes| (minutes.to_string(), format::offset_of(minutes))).collect();
    let offset = offset.to_string();
    // A new event is probably where its seller is.
    let clock = NodeRef::<Select>::new();
    Effect::new(move |_| {
        if let Some(select) = clock.get().filter(|select| is_new && select.value() == "0") {
            select.set_value(&browser::offset_minutes().to_string());
        }
    });
    view! {
        <Field form name="title" sent="said[title]" label="Title" hint="Of the concert, play or match" value=title/>
        <PriceField form value=price/>
        <fieldset>
            <legend>"When and where"</legend>
            <div class="pair">
                <Field form name="startsAt" sent="said[starts]" optional=true label="Starts" kind="datetime-local" value=starts/>
                <Choice form name="said[offset]" of="offset" label="The venue's clock" options=clocks value=offset node_ref=clock/>
            </div>
            <Field form name="venue" sent="said[venue]" optional=true label="Venue" value=about.venue.unwrap_or_default()/>
        </fieldset>
        <div class="pair">
            <Choice form name="said[category]" of="category" label="Kind of event" options=kinds value=kind/>
            <Field form name="details" sent="said[details]" optional=true label="Seat, block or row" value=about.details.unwrap_or_default()/>
        </div>
        {is_new.then(|| view! {
            <Field
                form
                name="handover"
                sent="said[handover]"
                optional=true
                label="Code or link that lets one in"
                hint="Only the buyer sees it, once it is paid. You can also deposit it later."
            />
        })}
    }
}
