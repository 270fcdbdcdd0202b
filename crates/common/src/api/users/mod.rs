//! Accounts and sessions.

#[cfg(feature = "server")]
mod credentials;

use serde::{Deserialize, Serialize};

use super::UserId;

#[cfg(feature = "server")]
pub use credentials::{AccountDeletion, Credentials, PasswordChange};

/// An account, as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct User {
    /// Its identifier.
    pub id: UserId,
    /// Its address, in lower case.
    #[cfg_attr(feature = "server", schema(example = "ann@example.com"))]
    pub email: String,
}

/// Who is signed in: what the session's token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct CurrentUser {
    /// The account.
    pub id: UserId,
    /// Its address.
    #[cfg_attr(feature = "server", schema(example = "ann@example.com"))]
    pub email: String,
    /// When the session began, in seconds since 1970.
    pub iat: i64,
    /// The version of the account's sessions when it began; auth ends earlier ones.
    #[serde(skip)]
    pub version: i64,
}

/// A service's statement that nothing of an account is open there.
#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Clearance {
    /// For `POST /api/users/delete`; it holds for a minute.
    pub clearance: String,
}

/// The answer of `GET /api/users/currentuser`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CurrentUserBody {
    /// Nobody, if not signed in.
    pub current_user: Option<CurrentUser>,
}
