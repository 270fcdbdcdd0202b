//! The cookie that carries a session.

use axum::http::{HeaderMap, header};
use tower_cookies::{
    Cookie,
    cookie::{SameSite, time},
};

/// The cookie's name where cookies travel by HTTPS only. Browsers take a cookie of
/// that prefix from this host alone, for all paths: no sibling domain can plant one
/// (<https://www.rfc-editor.org/rfc/rfc6265bis#name-the-__host-prefix>).
const HOST_COOKIE: &str = "__Host-session";
/// Its name elsewhere. Where cookies are secure it is still read, as earlier
/// releases gave it to all sessions; seven days after the change none is left.
const PLAIN_COOKIE: &str = "session";

/// How sessions' cookies are made.
#[derive(Clone, Copy)]
pub(super) struct Cookies {
    /// Whether they travel by HTTPS only.
    pub(super) secure: bool,
}

/// The names that a session's cookie may have. The host's own comes first: no sibling
/// domain's cookie is read in its place.
pub(super) const NAMES: [&str; 2] = [HOST_COOKIE, PLAIN_COOKIE];

impl Cookies {
    /// The name of a new session's cookie.
    pub(super) fn name(self) -> &'static str {
        if self.secure { HOST_COOKIE } else { PLAIN_COOKIE }
    }

    /// A cookie of one of these names.
    pub(super) fn build(self, name: &'static str, value: String, max_age: time::Duration) -> Cookie<'static> {
        Cookie::build((name, value))
            .http_only(true)
            .same_site(SameSite::Lax)
            .path("/")
            // Browsers refuse that name without it.
            .secure(self.secure || name == HOST_COOKIE)
            .max_age(max_age)
            .build()
    }
}

/// The values of all cookies of a name. Neither they nor the others need be text:
/// browsers send whatever bytes another page or program has set.
pub fn values<'a>(headers: &'a HeaderMap, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
    let cookies = headers.get_all(header::COOKIE).into_iter();
    let cookies = cookies.flat_map(|value| value.as_bytes().split(|&byte| byte == b';'));
    cookies.filter_map(move |cookie| {
        let equals = cookie.iter().position(|&byte| byte == b'=')?;
        let (found, value) = (cookie[..equals].trim_ascii(), cookie[equals + 1..].trim_ascii());
        (found == name.as_bytes()).then_some(value)
    })
}
