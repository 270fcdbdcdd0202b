//! Statements of services about an account that is to be deleted.

use chrono::TimeDelta;
use jsonwebtoken::{Algorithm, Validation, errors::Error};
use serde::{Deserialize, Serialize};

use super::Sessions;
use crate::api::UserId;

/// How long a statement holds.
const LIFETIME: TimeDelta = TimeDelta::minutes(1);

/// A service that keeps things of accounts which may be open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum Keeper {
    /// Tickets for sale, or sold and not handed over.
    Tickets,
    /// Orders that are not paid.
    Orders,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    sub: UserId,
    aud: String,
    exp: i64,
}

impl Keeper {
    /// What a statement is good for; no session is. <https://www.rfc-editor.org/rfc/rfc7519#section-4.1.3>
    fn audience(self) -> String {
        format!("account deletion, for {}", <&str>::from(self))
    }
}

impl Sessions {
    /// A service's statement that nothing of an account is open there.
    pub fn clear(&self, keeper: Keeper, user: &UserId) -> Result<String, Error> {
        let exp = (self.0.clock.now() + LIFETIME).timestamp();
        self.encode(&Claims { sub: user.clone(), aud: keeper.audience(), exp })
    }

    /// Whether a service has stated in the last minute that nothing of an account is open.
    #[must_use]
    pub fn is_cleared(&self, keeper: Keeper, user: &UserId, statement: &str) -> bool {
        let mut rules = Validation::new(Algorithm::HS256);
        rules.set_audience(&[keeper.audience()]);
        let claims: Option<Claims> = self.decode(statement, rules);
        claims.is_some_and(|claims| claims.sub == *user && self.0.clock.now().timestamp() < claims.exp)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{api::users::User, clock::Clock};

    #[test]
    fn a_statement_holds_for_its_service_and_account_for_a_minute_and_is_no_session() {
        let clock = Clock::stopped_at("2026-01-01T00:00:00Z".parse().unwrap());
        let sessions = Sessions::new("a key for tests of thirty-two bytes", clock.clone());
        let (ada, bob) = (UserId::new(), UserId::new());
        let statement = sessions.clear(Keeper::Tickets, &ada).unwrap();
        assert!(sessions.is_cleared(Keeper::Tickets, &ada, &statement));
        assert!(!sessions.is_cleared(Keeper::Orders, &ada, &statement));
        assert!(!sessions.is_cleared(Keeper::Tickets, &bob, &statement));
        assert!(sessions.verify(&statement).is_none());
        let session = sessions.sign(&User { id: ada.clone(), email: "ada@example.com".into() }, 0).unwrap();
        assert!(!sessions.is_cleared(Keeper::Tickets, &ada, &session));
        let others = Sessions::new("another key for tests of enough bytes", clock.clone());
        assert!(!others.is_cleared(Keeper::Tickets, &ada, &statement));
        clock.advance(TimeDelta::minutes(1));
        assert!(!sessions.is_cleared(Keeper::Tickets, &ada, &statement));
    }
}
