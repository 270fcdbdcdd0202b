//! A ticket for search engines: <https://schema.org/Event> with an offer.

use common::api::tickets::{Category, Ticket};
use serde_json::{Value, json};

/// The size of a ticket's picture, which most programs show without cropping, in pixels.
pub const PICTURE_WIDTH: u32 = 1200;
/// See [`PICTURE_WIDTH`].
pub const PICTURE_HEIGHT: u32 = 630;

/// JSON-LD that can stand in a `script` element. Without a date or a venue it is a
/// product, as an event must have both.
pub fn described(ticket: &Ticket, url: Option<&str>) -> String {
    let is_free = ticket.order_id.is_none() && !ticket.withdrawn;
    let offer = json!({
        "@type": "Offer",
        "price": ticket.price.to_string(),
        "priceCurrency": "USD",
        "availability": if is_free { "https://schema.org/InStock" } else { "https://schema.org/SoldOut" },
        "url": url,
    });
    let mut all =
        json!({ "@context": "https://schema.org", "@type": "Product", "name": ticket.title, "offers": offer });
    if let Some(url) = url {
        all["image"] = picture(url, ticket).into();
    }
    if let (Some(start), Some(venue)) = (ticket.about.starts_at, &ticket.about.venue) {
        all["@type"] = kind(ticket.about.kind()).into();
        all["startDate"] = start.to_string().into();
        all["location"] = json!({ "@type": "Place", "name": venue });
    }
    escaped(&all)
}

/// The address of a ticket's picture, by that of its page. A changed ticket has another one.
pub fn picture(url: &str, ticket: &Ticket) -> String {
    format!("{url}/picture.png?version={}", ticket.version)
}

fn kind(category: Option<Category>) -> &'static str {
    match category {
        Some(Category::Music) => "MusicEvent",
        Some(Category::Sport) => "SportsEvent",
        Some(Category::Theatre) => "TheaterEvent",
        Some(Category::Festival) => "Festival",
        Some(Category::Other) | None => "Event",
    }
}

/// Titles are chosen by sellers: none may end the element.
fn escaped(value: &Value) -> String {
    value.to_string().replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticket(more: Value) -> Ticket {
        let mut ticket = json!({
            "id": "65a000000000000000000001", "title": "</script><b>Gala", "price": 42.5,
            "userId": "65a000000000000000000002", "version": 0,
        });
        ticket.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        serde_json::from_value(ticket).unwrap()
    }

    #[test]
    fn a_ticket_with_date_and_venue_is_an_event() {
        let about = json!({ "startsAt": "2126-12-31T20:00:00+01:00", "venue": "Hall 2", "category": "music" });
        let text = described(&ticket(about), Some("https://shop.example/t"));
        assert!(!text.contains('<') && !text.contains('&'), "{text}");
        let all: Value = serde_json::from_str(&text).unwrap();
        assert_eq!((&all["@type"], &all["name"]), (&json!("MusicEvent"), &json!("</script><b>Gala")));
        assert_eq!(all["startDate"], "2126-12-31T20:00:00+01:00");
        assert_eq!(all["offers"]["price"], "42.50");
        assert_eq!(all["offers"]["availability"], "https://schema.org/InStock");
    }

    #[test]
    fn one_without_them_is_a_product_and_a_held_one_is_not_in_stock() {
        let held = described(&ticket(json!({ "orderId": "65a000000000000000000003" })), None);
        let all: Value = serde_json::from_str(&held).unwrap();
        assert_eq!((&all["@type"], all.get("startDate")), (&json!("Product"), None));
        assert_eq!(all["offers"]["availability"], "https://schema.org/SoldOut");
    }
}
