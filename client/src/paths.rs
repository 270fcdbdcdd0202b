//! Addresses of pages.

use std::fmt::Write;

use common::api::{OrderId, TicketId};

/// A ticket's page.
pub fn ticket(id: &TicketId) -> String {
    format!("/tickets/{id}")
}

/// The page on which a ticket is changed.
pub fn edit(id: &TicketId) -> String {
    format!("/tickets/{id}/edit")
}

/// An order's page.
pub fn order(id: &OrderId) -> String {
    format!("/orders/{id}")
}

/// Where to sign in, to come back to `path` afterwards.
pub fn sign_in(path: &str) -> String {
    with_back("/auth/signin", path)
}

/// Where to sign up, to come back to `path` afterwards.
pub fn sign_up(path: &str) -> String {
    with_back("/auth/signup", path)
}

fn with_back(page: &str, path: &str) -> String {
    match own(path) {
        "/" => page.to_owned(),
        path => format!("{page}?back={}", encoded(path)),
    }
}

/// The longest path to come back to, in bytes. It is sent in headers, encoded, and
/// proxies bound those.
const LONGEST: usize = 200;

/// The path itself if it is one of this site, else the first page: nobody is
/// sent to another site after signing in, whatever a link says.
pub fn own(path: &str) -> &str {
    let rest = path.strip_prefix('/');
    // Browsers read `//host` and `/\host` as other sites, and drop tabs and line
    // breaks from addresses before they look.
    let ours =
        rest.is_some_and(|rest| !rest.starts_with(['/', '\\'])) && path.bytes().all(|byte| byte.is_ascii_graphic());
    // Dots are resolved before the address is used, `%2e` too: `/.//host` and
    // `/%2e/\host` are `//host` by then.
    let plain =
        path.split(['?', '#']).next().is_some_and(|path| !["/.", "//", "\\"].iter().any(|bad| path.contains(bad)));
    if ours && plain && path.len() <= LONGEST { path } else { "/" }
}

/// A text as a value in a query.
pub fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(byte.into());
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_site_are_come_back_to() {
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
    fn the_way_back_survives_the_query() {
        assert_eq!(sign_in("/orders?a=b&c"), "/auth/signin?back=%2Forders%3Fa%3Db%26c");
        assert_eq!(sign_up("//evil.test"), "/auth/signup");
    }
}
