//! Addresses of pages.

use common::api::{OrderId, Price, TicketId};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// A ticket's page.
pub fn ticket(id: &TicketId) -> String {
    format!("/tickets/{id}")
}

/// The page that edits a ticket.
pub fn edit(id: &TicketId) -> String {
    format!("/tickets/{id}/edit")
}

/// The page that takes a ticket off the market.
pub fn withdraw(id: &TicketId) -> String {
    format!("/tickets/{id}/withdraw")
}

/// An order's page.
pub fn order(id: &OrderId) -> String {
    format!("/orders/{id}")
}

/// What the visitor sells, in a state or in all of them, after a place or from the start.
pub fn selling(state: &str, after: &str) -> String {
    let parameters = [("state", state), ("after", after)].into_iter().filter(|(_, value)| !value.is_empty());
    let query: Vec<_> = parameters.map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    if query.is_empty() { "/tickets/mine".to_owned() } else { format!("/tickets/mine?{}", query.join("&")) }
}

/// The stream of notices that something has changed of these ids of tickets and orders, with
/// commas between them, or of any of the `tickets`.
pub fn live(of: &str) -> String {
    format!("/live?of={of}")
}

/// The page to sign in, which leads back to `path`.
pub fn sign_in(path: &str) -> String {
    with_back("/auth/signin", path)
}

/// The page to sign up, which leads back to `path`.
pub fn sign_up(path: &str) -> String {
    with_back("/auth/signup", path)
}

fn with_back(page: &str, path: &str) -> String {
    match own(path) {
        "/" => page.to_owned(),
        path => format!("{page}?back={}", encoded(path)),
    }
}

/// What a ticket's page is followed by if the visitor pressed "Buy" there and has to sign in
/// first: the price that they saw, in dollars.
const HOLD: &str = "?hold=";

/// A ticket's page, to return to after signing in with the ticket held, if it still costs
/// `price`.
#[cfg(feature = "ssr")]
pub fn to_hold(id: &TicketId, price: &str) -> String {
    format!("{}{HOLD}{}", ticket(id), encoded(price))
}

/// The page of a ticket that could not be held after signing in.
#[cfg(feature = "ssr")]
pub fn not_held(id: &TicketId) -> String {
    format!("{}?held=no", ticket(id))
}

/// The ticket that is to be held after signing in, and the price that the visitor has seen.
pub fn held_after(back: &str) -> Option<(TicketId, Price)> {
    let (id, price) = back.strip_prefix("/tickets/")?.split_once(HOLD)?;
    Some((id.parse().ok()?, price.parse().ok()?))
}

/// The longest path to return to, in bytes. It is sent encoded in headers, which
/// proxies limit.
const LONGEST: usize = 200;

/// The path itself if it belongs to this site, else `/`: no link redirects visitors
/// to another site after they sign in.
pub fn own(path: &str) -> &str {
    let rest = path.strip_prefix('/');
    // Browsers read `//host` and `/\host` as other sites, after they have removed tabs
    // and line breaks.
    let ours =
        rest.is_some_and(|rest| !rest.starts_with(['/', '\\'])) && path.bytes().all(|byte| byte.is_ascii_graphic());
    // Browsers resolve dots first, `%2e` included: `/.//host` and `/%2e/\host` become
    // `//host`.
    let plain =
        path.split(['?', '#']).next().is_some_and(|path| !["/.", "//", "\\"].iter().any(|bad| path.contains(bad)));
    if ours && plain && path.len() <= LONGEST { path } else { "/" }
}

/// What RFC 3986 does not reserve stays as it is.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A text as a value in a query.
pub fn encoded(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn visitors_return_to_paths_of_this_site_only() {
        for good in ["/", "/orders", "/tickets/65f0?x=1&y=%20#z"] {
            assert_eq!(own(good), good);
        }
        for bad in [
            "",
            "orders",
            "https://evil.test",
            "//evil.test",
            "/\\evil.test",
            "/\t/evil.test",
            "/.//evil.test",
            "/a/..//evil.test",
            "/a\r\nSet-Cookie: x",
            "/ä",
            "/%2e/\\evil.test",
            "/a\\..\\..\\evil.test",
            &format!("/{}", "a".repeat(LONGEST)),
        ] {
            assert_eq!(own(bad), "/", "{bad}");
        }
    }

    #[test]
    fn a_ticket_is_held_after_signing_in_at_the_price_that_was_seen() {
        let id: TicketId = "65a000000000000000000001".parse().unwrap();
        let back = to_hold(&id, "20.50");
        assert_eq!((own(&back), held_after(&back)), (back.as_str(), Some((id.clone(), "20.50".parse().unwrap()))));
        for other in [ticket(&id), edit(&id), to_hold(&id, "free"), format!("/orders/{id}?hold=20"), String::new()] {
            assert_eq!(held_after(&other), None, "{other}");
        }
    }

    #[test]
    fn the_path_to_return_to_is_encoded_in_the_query() {
        assert_eq!(sign_in("/orders?a=b&c"), "/auth/signin?back=%2Forders%3Fa%3Db%26c");
        assert_eq!(sign_up("//evil.test"), "/auth/signup");
    }
}
