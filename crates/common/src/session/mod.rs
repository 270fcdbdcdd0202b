//! Sessions: a signed token in a cookie, which any service verifies by itself.

mod cookies;

use std::sync::Arc;

use axum::http::HeaderMap;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use tower_cookies::{Cookie, cookie::time};

use self::cookies::Cookies;
pub use self::cookies::values as cookie_values;
use crate::{
    api::{
        UserId,
        users::{CurrentUser, User},
    },
    clock::Clock,
    config::{ConfigError, Env, problem},
};

/// How long a session lasts, in days.
const LIFETIME_DAYS: i64 = 7;
/// The shortest key that is accepted, in bytes: HS256 asks for one of the
/// hash's size, <https://www.rfc-editor.org/rfc/rfc7518#section-3.2>.
const SHORTEST_KEY: usize = 32;

/// Issues and verifies sessions. Cheap to clone.
#[derive(Clone)]
pub struct Sessions(Arc<Inner>);

struct Inner {
    encoding: EncodingKey,
    decoding: DecodingKey,
    cookies: Cookies,
    clock: Clock,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    id: UserId,
    email: String,
    iat: i64,
    exp: i64,
}

/// How sessions are signed and sent.
#[derive(Clone)]
pub struct SessionConfig {
    /// The secret that all services share.
    pub key: String,
    /// Whether cookies travel by HTTPS only.
    pub secure: bool,
}

impl SessionConfig {
    /// Reads `JWT_KEY` and `COOKIE_SECURE`.
    pub fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let key: String = env.required("JWT_KEY")?;
        if key.len() < SHORTEST_KEY {
            return Err(problem("JWT_KEY", format!("must have at least {SHORTEST_KEY} characters")));
        }
        Ok(Self { key, secure: env.or("COOKIE_SECURE", true)? })
    }
}

impl Sessions {
    /// Sessions as the environment configures them, by the time of `clock`.
    pub fn from_env(env: &Env, clock: Clock) -> Result<Self, ConfigError> {
        SessionConfig::from_env(env).map(|config| Self::new(&config, clock))
    }

    /// Sessions as configured, by the time of `clock`.
    #[must_use]
    pub fn new(config: &SessionConfig, clock: Clock) -> Self {
        let key = config.key.as_bytes();
        let (encoding, decoding) = (EncodingKey::from_secret(key), DecodingKey::from_secret(key));
        Self(Arc::new(Inner { encoding, decoding, cookies: Cookies { secure: config.secure }, clock }))
    }

    /// The cookie of a new session.
    pub fn begin(&self, user: &User) -> Result<Cookie<'static>, jsonwebtoken::errors::Error> {
        let now = self.0.clock.now();
        let exp = (now + TimeDelta::days(LIFETIME_DAYS)).timestamp();
        let claims = Claims { id: user.id.clone(), email: user.email.clone(), iat: now.timestamp(), exp };
        let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.0.encoding)?;
        let [name, _] = self.0.cookies.names();
        Ok(self.0.cookies.build(name, token, time::Duration::days(LIFETIME_DAYS)))
    }

    /// The cookies that end a session, whichever name its cookie has.
    #[must_use]
    pub fn end(&self) -> [Cookie<'static>; 2] {
        let cookies = self.0.cookies;
        cookies.names().map(|name| cookies.build(name, String::new(), time::Duration::ZERO))
    }

    /// Who sent a request with these headers: of all cookies that may be a
    /// session's, the first that verifies counts, so that neither a stale one nor
    /// another cookie's odd bytes sign anybody out.
    #[must_use]
    pub fn of_request(&self, headers: &HeaderMap) -> Option<CurrentUser> {
        let mut tokens = self.0.cookies.names().into_iter().flat_map(|name| cookies::values(headers, name));
        tokens.find_map(|token| self.verify(str::from_utf8(token).ok()?))
    }

    /// Who a token speaks for; nobody, if it is not ours or has expired.
    #[must_use]
    pub fn verify(&self, token: &str) -> Option<CurrentUser> {
        let mut rules = Validation::new(Algorithm::HS256);
        // Checked below, by the injected clock.
        rules.validate_exp = false;
        let claims = jsonwebtoken::decode::<Claims>(token, &self.0.decoding, &rules).ok()?.claims;
        let expires: DateTime<Utc> = DateTime::from_timestamp(claims.exp, 0)?;
        let alive = self.0.clock.now() < expires;
        alive.then_some(CurrentUser { id: claims.id, email: claims.email, iat: claims.iat })
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderValue, header};

    use super::*;

    const KEY: &str = "a key for tests of thirty-two bytes";

    fn sessions(secure: bool, clock: Clock) -> Sessions {
        Sessions::new(&SessionConfig { key: KEY.into(), secure }, clock)
    }

    fn ada() -> User {
        User { id: UserId::new(), email: "ada@example.com".into() }
    }

    #[test]
    fn a_session_ends_after_seven_days() {
        let clock = Clock::stopped_at("2026-01-01T00:00:00Z".parse().unwrap());
        let sessions = sessions(true, clock.clone());
        let ada = ada();
        let cookie = sessions.begin(&ada).unwrap();
        assert_eq!(sessions.verify(cookie.value()).unwrap().id, ada.id);
        clock.advance(TimeDelta::days(7) - TimeDelta::seconds(1));
        assert!(sessions.verify(cookie.value()).is_some());
        clock.advance(TimeDelta::seconds(1));
        assert!(sessions.verify(cookie.value()).is_none());
    }

    #[test]
    fn only_our_own_hs256_tokens_are_accepted() {
        let sessions = sessions(true, Clock::system());
        let claims = Claims { id: UserId::new(), email: "a@b.co".into(), iat: 0, exp: i64::from(u32::MAX) };
        let sign = |algorithm, key: &str| {
            jsonwebtoken::encode(&Header::new(algorithm), &claims, &EncodingKey::from_secret(key.as_bytes())).unwrap()
        };
        assert!(sessions.verify(&sign(Algorithm::HS256, KEY)).is_some());
        assert!(sessions.verify(&sign(Algorithm::HS512, KEY)).is_none());
        assert!(sessions.verify(&sign(Algorithm::HS256, "another key of at least 32 bytes")).is_none());
        // {"alg":"none","typ":"JWT"}, with the claims of a valid token and no signature.
        let valid = sign(Algorithm::HS256, KEY);
        let unsigned = format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{}.", valid.split('.').nth(1).unwrap());
        assert!(sessions.verify(&unsigned).is_none());
        for garbage in ["", "a.b.c", "null"] {
            assert!(sessions.verify(garbage).is_none());
        }
    }

    #[test]
    fn cookies_are_out_of_scripts_and_other_sites_reach() {
        let cookie = sessions(true, Clock::system()).begin(&ada()).unwrap().to_string();
        assert!(cookie.starts_with("__Host-session=") && !cookie.contains("Domain"), "{cookie}");
        for attribute in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/", "Max-Age=604800"] {
            assert!(cookie.contains(attribute), "{cookie}");
        }
        let plain = sessions(false, Clock::system()).begin(&ada()).unwrap().to_string();
        assert!(plain.starts_with("session=") && !plain.contains("Secure"), "{plain}");
    }

    #[test]
    fn the_first_cookie_that_verifies_tells_who_is_signed_in() {
        let (plain, secure) = (sessions(false, Clock::system()), sessions(true, Clock::system()));
        let (ada, bob) = (ada(), ada());
        let token = |user: &User| plain.begin(user).unwrap().value().to_owned();
        let (ada_token, bob_token) = (token(&ada), token(&bob));
        let expired = {
            let clock = Clock::stopped_at("2026-01-01T00:00:00Z".parse().unwrap());
            sessions(false, clock).begin(&bob).unwrap().value().to_owned()
        };
        let who = |sessions: &Sessions, values: &[&[u8]]| {
            let values = values.iter().map(|value| (header::COOKIE, HeaderValue::from_bytes(value).unwrap()));
            sessions.of_request(&values.collect::<HeaderMap>()).map(|user| user.id)
        };
        let of_ada = [
            format!("session={ada_token}"),
            format!("session=stale; session={ada_token}"),
            format!("session={expired};session={ada_token}; session={bob_token}"),
            format!("session; =x;; __Host-session=; theme=a=b ; session = {ada_token} "),
        ];
        for cookies in &of_ada {
            assert_eq!(who(&plain, &[cookies.as_bytes()]), Some(ada.id.clone()), "{cookies}");
            assert_eq!(who(&plain, &[b"caf\xe9=\xff\xfe", cookies.as_bytes()]), Some(ada.id.clone()));
            let mixed = [b"a=\xc3\xa9; b=\x80; ".to_vec(), cookies.clone().into_bytes()].concat();
            assert_eq!(who(&plain, &[&mixed]), Some(ada.id.clone()));
        }
        let both = format!("session={bob_token}; __Host-session={ada_token}");
        assert_eq!(who(&secure, &[both.as_bytes()]), Some(ada.id), "planted beside the host's own");
        assert_eq!(who(&plain, &[both.as_bytes()]), Some(bob.id.clone()));
        let earlier = format!("session={bob_token}; __Host-session=stale");
        assert_eq!(who(&secure, &[earlier.as_bytes()]), Some(bob.id), "of an earlier release");
        for nobody in ["", "session=", "Session=x", "xsession=y", "session"] {
            assert_eq!(who(&plain, &[nobody.as_bytes()]), None);
        }
        assert_eq!(who(&plain, &[format!("my-session={ada_token}").as_bytes()]), None);
    }

    #[test]
    fn a_session_ends_under_both_names() {
        for secure in [true, false] {
            let ends = sessions(secure, Clock::system()).end().map(|cookie| cookie.to_string());
            let host = ends.iter().find(|cookie| cookie.starts_with("__Host-session=;")).unwrap();
            assert!(host.contains("; Secure") && host.contains("; Path=/; ") && host.contains("Max-Age=0"), "{host}");
            let plain = ends.iter().find(|cookie| cookie.starts_with("session=;")).unwrap();
            assert_eq!(plain.contains("; Secure"), secure, "{plain}");
        }
    }

    #[test]
    fn a_short_key_is_refused_at_start() {
        let error = SessionConfig::from_env(&Env::from([("JWT_KEY", "short")])).err().unwrap();
        assert!(error.to_string().contains("JWT_KEY"));
    }
}
