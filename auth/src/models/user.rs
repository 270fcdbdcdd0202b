//! The aggregate of this service.

use bson::{Document, RawDocumentBuf, doc};
use chrono::{DateTime, Utc};
use common::{
    api::{UserId, users::User},
    mongo::{is_duplicate_key, readable},
    text::Email,
};
use futures::TryStreamExt;
use mongodb::{
    Collection, Database, IndexModel,
    error::Error,
    options::{IndexOptions, ReturnDocument},
};
use serde::{Deserialize, Serialize};

/// In place of the hash of a deleted account's password: no password has it.
const DELETED: &str = "";

/// The accounts. Cheap to clone.
#[derive(Clone)]
pub struct Users {
    collection: Collection<UserDocument>,
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
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EndedSessions {
    /// The account.
    #[serde(rename = "_id")]
    pub id: UserId,
    /// The first version that is not over.
    pub session_version: i64,
    /// When, by the database's clock.
    pub sessions_ended_at: bson::DateTime,
}

impl EndedSessions {
    fn fields() -> Document {
        doc! { "sessionVersion": 1, "sessionsEndedAt": 1 }
    }
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
    pub async fn open(database: &Database) -> Result<Self, Error> {
        let collection = database.collection("users");
        let unique = IndexOptions::builder().unique(true).build();
        let by_email = IndexModel::builder().keys(doc! { "email": 1 }).options(unique).build();
        let sparse = IndexOptions::builder().sparse(true).build();
        let ended = IndexModel::builder().keys(doc! { "sessionsEndedAt": 1 }).options(sparse).build();
        collection.create_indexes([by_email, ended]).await?;
        Ok(Self { collection })
    }

    /// Creates an account. Of racing sign-ups with one address one succeeds.
    pub async fn create(&self, email: &Email, password_hash: String) -> Result<User, SignUpRefused> {
        let email = email.as_str().to_owned();
        let user = UserDocument { id: UserId::new(), email, password_hash, session_version: 0 };
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

    /// An account that is not deleted.
    pub async fn find(&self, id: &UserId) -> Result<Option<Account>, Error> {
        let account = doc! { "_id": id, "passwordHash": { "$ne": DELETED } };
        Ok(self.collection.find_one(account).await?.map(Account::from))
    }

    /// Replaces an account's password and ends its sessions; `None` if the password has
    /// changed since the account was read.
    pub async fn change_password(&self, account: &Account, hash: &str) -> Result<Option<EndedSessions>, Error> {
        self.end_sessions(account, doc! { "passwordHash": hash }).await
    }

    /// Deletes an account; `None` if its password has changed since it was read. What is left
    /// has no address and no password: other replicas learn from it that its sessions are over.
    pub async fn delete(&self, account: &Account) -> Result<Option<EndedSessions>, Error> {
        // The address is unique; this is nobody's.
        let nobody = format!("deleted {}", account.user.id);
        self.end_sessions(account, doc! { "email": nobody, "passwordHash": DELETED }).await
    }

    async fn end_sessions(&self, account: &Account, set: Document) -> Result<Option<EndedSessions>, Error> {
        let unchanged = doc! { "_id": &account.user.id, "passwordHash": &account.password_hash };
        let change = doc! {
            "$set": set,
            "$inc": { "sessionVersion": 1_i64 },
            // By the database's clock, which all replicas share.
            "$currentDate": { "sessionsEndedAt": true },
        };
        let users = self.collection.clone_with_type();
        let changed = users.find_one_and_update(unchanged, change).projection(EndedSessions::fields());
        changed.return_document(ReturnDocument::After).await
    }

    /// The accounts whose sessions were ended at a time or later, by the database's clock.
    pub async fn sessions_ended_since(&self, since: DateTime<Utc>) -> Result<Vec<EndedSessions>, Error> {
        let recent = doc! { "sessionsEndedAt": { "$gte": bson::DateTime::from(since) } };
        let users = self.collection.clone_with_type::<RawDocumentBuf>();
        let ended = users.find(recent).projection(EndedSessions::fields()).await?;
        readable(ended, self.collection.name()).try_collect().await
    }
}

impl From<UserDocument> for Account {
    fn from(user: UserDocument) -> Self {
        let UserDocument { id, email, password_hash, session_version, .. } = user;
        Self { user: User { id, email }, password_hash, session_version }
    }
}
