//! The aggregate of this service.

use bson::doc;
use chrono::{DateTime, Utc};
use common::{
    api::{UserId, users::User},
    clock::Clock,
    mongo::is_duplicate_key,
    text::Email,
};
use futures::TryStreamExt;
use mongodb::{
    Collection, Database, IndexModel,
    error::Error,
    options::{IndexOptions, ReturnDocument},
};
use serde::{Deserialize, Serialize};

/// The accounts. Cheap to clone.
#[derive(Clone)]
pub struct Users {
    collection: Collection<UserDocument>,
    clock: Clock,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct UserDocument {
    #[serde(rename = "_id")]
    id: UserId,
    /// The address in its canonical spelling; unique.
    email: String,
    password_hash: String,
    /// How often its sessions were ended; a session of an earlier version is over.
    #[serde(default)]
    session_version: i64,
    /// When that was last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sessions_ended_at: Option<bson::DateTime>,
}

/// An account, with what proves who it is.
pub struct Account {
    /// What its owner sees.
    pub user: User,
    /// The hash of its password.
    pub password_hash: String,
    /// The version of its sessions.
    pub session_version: i64,
}

/// The sessions of an account that were ended: those before a version.
pub struct EndedSessions {
    /// The account.
    pub id: UserId,
    /// The first version that is not over.
    pub version: i64,
    /// When.
    pub at: DateTime<Utc>,
}

/// Why an account was not created.
#[derive(Debug, thiserror::Error)]
pub enum SignUpRefused {
    /// Another account has the address.
    #[error("email in use")]
    EmailInUse,
    /// MongoDB failed.
    #[error(transparent)]
    Store(#[from] Error),
}

impl Users {
    /// Opens the collection and creates its indexes.
    pub async fn open(database: &Database, clock: Clock) -> Result<Self, Error> {
        let collection = database.collection("users");
        let unique = IndexOptions::builder().unique(true).build();
        let by_email = IndexModel::builder().keys(doc! { "email": 1 }).options(unique).build();
        let sparse = IndexOptions::builder().sparse(true).build();
        let ended = IndexModel::builder().keys(doc! { "sessionsEndedAt": 1 }).options(sparse).build();
        collection.create_indexes([by_email, ended]).await?;
        Ok(Self { collection, clock })
    }

    /// Creates an account. Of racing sign-ups with one address one succeeds.
    pub async fn create(&self, email: &Email, password_hash: String) -> Result<User, SignUpRefused> {
        let email = email.as_str().to_owned();
        let (session_version, sessions_ended_at) = (0, None);
        let user = UserDocument { id: UserId::new(), email, password_hash, session_version, sessions_ended_at };
        match self.collection.insert_one(&user).await {
            Ok(_) => Ok(User { id: user.id, email: user.email }),
            Err(error) if is_duplicate_key(&error) => Err(SignUpRefused::EmailInUse),
            Err(error) => Err(error.into()),
        }
    }

    /// The account with this address.
    pub async fn find_by_email(&self, email: &Email) -> Result<Option<Account>, Error> {
        Ok(self.collection.find_one(doc! { "email": email.as_str() }).await?.map(Account::from))
    }

    /// An account.
    pub async fn find(&self, id: &UserId) -> Result<Option<Account>, Error> {
        Ok(self.collection.find_one(doc! { "_id": id }).await?.map(Account::from))
    }

    /// Replaces an account's password and ends its sessions; `None` if the password has
    /// changed since the account was read.
    pub async fn change_password(&self, account: &Account, hash: &str) -> Result<Option<EndedSessions>, Error> {
        let at = self.clock.now();
        let unchanged = doc! { "_id": &account.user.id, "passwordHash": &account.password_hash };
        let change = doc! {
            "$set": { "passwordHash": hash, "sessionsEndedAt": bson::DateTime::from(at) },
            "$inc": { "sessionVersion": 1_i64 },
        };
        let changed = self.collection.find_one_and_update(unchanged, change).return_document(ReturnDocument::After);
        let ended = |user: UserDocument| EndedSessions { id: user.id, version: user.session_version, at };
        Ok(changed.await?.map(ended))
    }

    /// The accounts whose sessions were ended at a time or later.
    pub async fn sessions_ended_since(&self, since: DateTime<Utc>) -> Result<Vec<EndedSessions>, Error> {
        let recent = doc! { "sessionsEndedAt": { "$gte": bson::DateTime::from(since) } };
        let ended = self.collection.find(recent).await?.try_filter_map(async |user: UserDocument| {
            let at = user.sessions_ended_at.map(bson::DateTime::to_chrono);
            Ok(at.map(|at| EndedSessions { id: user.id, version: user.session_version, at }))
        });
        ended.try_collect().await
    }
}

impl From<UserDocument> for Account {
    fn from(user: UserDocument) -> Self {
        let UserDocument { id, email, password_hash, session_version, .. } = user;
        Self { user: User { id, email }, password_hash, session_version }
    }
}
