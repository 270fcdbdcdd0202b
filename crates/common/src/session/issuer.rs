use tower_cookies::{Cookie, cookie::time};

use super::{
    LIFETIME, Sessions,
    cookies::{Cookies, NAMES},
};
use crate::api::users::User;

/// Begins and ends sessions, by cookies. Cheap to clone.
#[derive(Clone)]
pub struct SessionIssuer {
    sessions: Sessions,
    cookies: Cookies,
}

impl SessionIssuer {
    /// Issues `sessions`; their cookies travel by HTTPS only if `secure`.
    #[must_use]
    pub fn new(sessions: Sessions, secure: bool) -> Self {
        Self { sessions, cookies: Cookies { secure } }
    }

    /// The cookie of a new session, which lasts seven days, of an account whose sessions
    /// were never ended.
    pub fn begin(&self, user: &User) -> Result<Cookie<'static>, jsonwebtoken::errors::Error> {
        self.begin_at(user, 0)
    }

    /// The same at a version of the account's sessions.
    pub fn begin_at(&self, user: &User, version: i64) -> Result<Cookie<'static>, jsonwebtoken::errors::Error> {
        let token = self.sessions.sign(user, version)?;
        Ok(self.cookies.build(self.cookies.name(), token, time::Duration::seconds(LIFETIME.num_seconds())))
    }

    /// The cookies that end a session under either name.
    #[must_use]
    pub fn end(&self) -> [Cookie<'static>; 2] {
        NAMES.map(|name| self.cookies.build(name, String::new(), time::Duration::ZERO))
    }
}
