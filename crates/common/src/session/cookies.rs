//! The cookie that carries a session.

use axum::http::{HeaderMap, header};
use tower_cookies::{
    Cookie,
    cookie::{SameSite, time},
};

/// The cookie's name where cookies are sent over HTTPS only. Browsers accept the
/// prefix from this host alone, for all paths: no sibling domain can set such a cookie
/// (<https://www.rfc-editor.org/rfc/rfc6265bis#name-the-__host-prefix>).
const HOST_COOKIE: &str = "__Host-session";
/// Its name over plain HTTP. Every service reads both: only auth knows which one it sets.
const PLAIN_COOKIE: &str = "session";

/// Names and builds session cookies.
#[derive(Clone, Copy)]
pub(super) struct Cookies {
    /// Whether browsers send them over HTTPS only.
    pub(super) secure: bool,
}

/// The names that a session's cookie may have. The host's own comes first: no sibling
/// domain's cookie is read in its place.
pub const NAMES: [&str; 2] = [HOST_COOKIE, PLAIN_COOKIE];

impl Cookies {
    /// The name of a new session's cookie.
    pub(super) fn name(self) -> &'static str {
        if self.secure { HOST_COOKIE } else { PLAIN_COOKIE }
    }

    /// A cookie with one of these names.
    pub(super) fn build(self, name: &'static str, value: String, max_age: time::Duration) -> Cookie<'static> {
        Cookie::build((name, value))
            .http_only(true)
            .same_site(SameSite::Lax)
            .path("/")
            // Browsers reject a `__Host-` cookie that is not secure.
            .secure(self.secure || name == HOST_COOKIE)
            .max_age(max_age)
            .build()
    }
}

/// The values of all cookies named `name`. Bytes, not text: another page or program
/// may have set a cookie of any bytes beside it. Only ASCII spaces are trimmed, unlike
/// in the `cookie` crate: browsers let a sibling domain set `\u{2000}__Host-session`.
pub fn values<'a>(headers: &'a HeaderMap, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
    let cookies = headers.get_all(header::COOKIE).into_iter();
    let cookies = cookies.flat_map(|value| value.as_bytes().split(|&byte| byte == b';'));
    cookies.filter_map(move |cookie| {
        let equals = cookie.iter().position(|&byte| byte == b'=')?;
        let (found, value) = (cookie[..equals].trim_ascii(), cookie[equals + 1..].trim_ascii());
        (found == name.as_bytes()).then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn a_name_in_unicode_spaces_is_another_name() {
        for spaces in ["\u{2000}", "\u{a0}", "\u{85}"] {
            let cookies = format!("{spaces}{HOST_COOKIE}=planted; {HOST_COOKIE}=own");
            let headers = HeaderMap::from_iter([(header::COOKIE, HeaderValue::try_from(cookies).unwrap())]);
            assert_eq!(values(&headers, HOST_COOKIE).collect::<Vec<_>>(), [b"own"], "{spaces:?}");
        }
    }
}
