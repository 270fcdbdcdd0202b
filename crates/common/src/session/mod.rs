//! Sessions: a signed token in a cookie. auth issues it, every service verifies it.

mod clearance;
mod cookies;
mod issuer;

use std::sync::Arc;

use axum::http::HeaderMap;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

pub use self::{
    clearance::Keeper,
    cookies::{NAMES as COOKIE_NAMES, values as cookie_values},
    issuer::SessionIssuer,
};
use crate::{
    api::{
        UserId,
        users::{CurrentUser, User},
    },
    clock::Clock,
    config::{ConfigError, Env, problem},
};

/// How long a session lasts.
pub const LIFETIME: TimeDelta = TimeDelta::days(7);
/// The shortest key that is accepted, in bytes: HS256 requires one of the hash's size,
/// <https://www.rfc-editor.org/rfc/rfc7518#section-3.2>.
const SHORTEST_KEY: usize = 32;

/// Verifies sessions. Cheap to clone.
#[derive(Clone)]
pub struct Sessions(Arc<Inner>);

struct Inner {
    encoding: EncodingKey,
    decoding: DecodingKey,
    clock: Clock,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    id: UserId,
    email: String,
    iat: i64,
    exp: i64,
    /// The account's session version when it began.
    #[serde(default)]
    ver: i64,
}

impl Sessions {
    /// Reads `JWT_KEY`, the secret that all services share. Sessions expire by `clock`.
    pub fn from_env(env: &Env, clock: Clock) -> Result<Self, ConfigError> {
        let key: String = env.required("JWT_KEY")?;
        if key.len() < SHORTEST_KEY {
            return Err(problem("JWT_KEY", format!("must have at least {SHORTEST_KEY} characters")));
        }
        Ok(Self::new(&key, clock))
    }

    /// Sessions that are signed with `key` and expire by `clock`.
    #[must_use]
    pub fn new(key: &str, clock: Clock) -> Self {
        let key = key.as_bytes();
        let (encoding, decoding) = (EncodingKey::from_secret(key), DecodingKey::from_secret(key));
        Self(Arc::new(Inner { encoding, decoding, clock }))
    }

    /// A token for `user` that begins now, at a version of the account's sessions.
    fn sign(&self, user: &User, ver: i64) -> Result<String, jsonwebtoken::errors::Error> {
        let now = self.0.clock.now();
        let exp = (now + LIFETIME).timestamp();
        self.encode(&Claims { id: user.id.clone(), email: user.email.clone(), iat: now.timestamp(), exp, ver })
    }

    fn encode(&self, claims: &impl Serialize) -> Result<String, jsonwebtoken::errors::Error> {
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &self.0.encoding)
    }

    /// The claims of a token that is ours and follows the rules. Whether it has expired, its
    /// reader checks by the injected clock.
    fn decode<C: DeserializeOwned>(&self, token: &str, mut rules: Validation) -> Option<C> {
        rules.validate_exp = false;
        Some(jsonwebtoken::decode(token, &self.0.decoding, &rules).ok()?.claims)
    }

    /// The user of a request with these headers. Of all cookies with a session's name
    /// the first that verifies counts, so that neither an expired one nor the odd
    /// bytes of another cookie sign anybody out.
    #[must_use]
    pub fn of_request(&self, headers: &HeaderMap) -> Option<CurrentUser> {
        let mut tokens = cookies::NAMES.into_iter().flat_map(|name| cookies::values(headers, name));
        tokens.find_map(|token| self.verify(str::from_utf8(token).ok()?))
    }

    /// The user of a token; `None` if it is not ours or has expired.
    #[must_use]
    pub fn verify(&self, token: &str) -> Option<CurrentUser> {
        let claims: Claims = self.decode(token, Validation::new(Algorithm::HS256))?;
        let expires: DateTime<Utc> = DateTime::from_timestamp(claims.exp, 0)?;
        let alive = self.0.clock.now() < expires;
        alive.then_some(CurrentUser { id: claims.id, email: claims.email, iat: claims.iat, version: claims.ver })
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderValue, header};

    use super::*;

    const KEY: &str = "a key for tests of thirty-two bytes";

    fn sessions(clock: Clock) -> Sessions {
        Sessions::new(KEY, clock)
    }

    fn issuer(secure: bool) -> SessionIssuer {
        SessionIssuer::new(sessions(Clock::system()), secure)
    }

    fn ada() -> User {
        User { id: UserId::new(), email: "ada@example.com".into() }
    }

    #[test]
    fn a_session_ends_after_seven_days() {
        let clock = Clock::stopped_at("2026-01-01T00:00:00Z".parse().unwrap());
        let sessions = sessions(clock.clone());
        let ada = ada();
        let token = sessions.sign(&ada, 0).unwrap();
        assert_eq!(sessions.verify(&token).unwrap().id, ada.id);
        clock.advance(TimeDelta::days(7) - TimeDelta::seconds(1));
        assert!(sessions.verify(&token).is_some());
        clock.advance(TimeDelta::seconds(1));
        assert!(sessions.verify(&token).is_none());
    }

    #[test]
    fn only_our_own_hs256_tokens_are_accepted() {
        let sessions = sessions(Clock::system());
        let claims = Claims { id: UserId::new(), email: "a@b.co".into(), iat: 0, exp: i64::from(u32::MAX), ver: 0 };
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
        for garbage in ["", "a.b.c", "null", &valid[..valid.len() - 4]] {
            assert!(sessions.verify(garbage).is_none());
        }
    }

    #[test]
    fn cookies_are_hidden_from_scripts_and_other_sites() {
        let cookie = issuer(true).begin(&ada()).unwrap().to_string();
        assert!(cookie.starts_with("__Host-session=") && !cookie.contains("Domain"), "{cookie}");
        for attribute in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/", "Max-Age=604800"] {
            assert!(cookie.contains(attribute), "{cookie}");
        }
        let plain = issuer(false).begin(&ada()).unwrap().to_string();
        assert!(plain.starts_with("session=") && !plain.contains("Secure"), "{plain}");
    }

    #[test]
    fn the_first_cookie_that_verifies_counts_and_the_hosts_own_comes_first() {
        let (ours, (ada, bob)) = (sessions(Clock::system()), (ada(), ada()));
        let (ada_token, bob_token) = (ours.sign(&ada, 0).unwrap(), ours.sign(&bob, 0).unwrap());
        let past = Clock::stopped_at("2026-01-01T00:00:00Z".parse().unwrap());
        let expired = sessions(past).sign(&bob, 0).unwrap();
        let who = |values: &[&[u8]]| {
            let values = values.iter().map(|value| (header::COOKIE, HeaderValue::from_bytes(value).unwrap()));
            ours.of_request(&values.collect::<HeaderMap>()).map(|user| user.id)
        };
        let of_ada = [
            format!("session={ada_token}"),
            format!("session=stale; session={ada_token}"),
            format!("session={expired};session={ada_token}; session={bob_token}"),
            format!("session; =x;; __Host-session=; theme=a=b ; session = {ada_token} "),
        ];
        for cookies in &of_ada {
            assert_eq!(who(&[cookies.as_bytes()]), Some(ada.id.clone()), "{cookies}");
            assert_eq!(who(&[b"caf\xe9=\xff\xfe", cookies.as_bytes()]), Some(ada.id.clone()));
            let mixed = [b"a=\xc3\xa9; b=\x80; ".to_vec(), cookies.clone().into_bytes()].concat();
            assert_eq!(who(&[&mixed]), Some(ada.id.clone()));
        }
        let both = format!("session={bob_token}; __Host-session={ada_token}");
        assert_eq!(who(&[both.as_bytes()]), Some(ada.id), "planted beside the host's own");
        let earlier = format!("session={bob_token}; __Host-session=stale");
        assert_eq!(who(&[earlier.as_bytes()]), Some(bob.id), "without the prefix");
        for nobody in ["", "session=", "Session=x", "xsession=y", "session"] {
            assert_eq!(who(&[nobody.as_bytes()]), None);
        }
        assert_eq!(who(&[format!("my-session={ada_token}").as_bytes()]), None);
    }

    #[test]
    fn a_session_ends_under_both_names() {
        for secure in [true, false] {
            let ends = issuer(secure).end().map(|cookie| cookie.to_string());
            let host = ends.iter().find(|cookie| cookie.starts_with("__Host-session=;")).unwrap();
            assert!(host.contains("; Secure") && host.contains("; Path=/; ") && host.contains("Max-Age=0"), "{host}");
            let plain = ends.iter().find(|cookie| cookie.starts_with("session=;")).unwrap();
            assert_eq!(plain.contains("; Secure"), secure, "{plain}");
        }
    }

    #[test]
    fn a_short_key_is_refused_at_start() {
        let error = Sessions::from_env(&Env::from([("JWT_KEY", "short")]), Clock::system()).err().unwrap();
        assert!(error.to_string().contains("JWT_KEY"));
    }
}
