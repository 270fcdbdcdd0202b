//! The aggregate of this service.

use bson::doc;
use common::{
    api::{UserId, users::User},
    mongo::is_duplicate_key,
    text::Email,
};
use futures::TryStreamExt;
use mongodb::{Collection, Database, IndexModel, error::Error, options::IndexOptions};
use serde::{Deserialize, Serialize};

/// The accounts. Cheap to clone.
#[derive(Clone)]
pub struct Users(Collection<UserDocument>);

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct UserDocument {
    #[serde(rename = "_id")]
    id: UserId,
    /// The address in its canonical spelling, or in the one that an earlier release
    /// stored; unique.
    email: String,
    password_hash: String,
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
        collection.create_index(IndexModel::builder().keys(doc! { "email": 1 }).options(unique).build()).await?;
        Ok(Self(collection))
    }

    /// Creates an account. Of racing sign-ups with one address, in any spellings, one
    /// succeeds.
    pub async fn create(&self, email: &Email, password_hash: String) -> Result<User, SignUpRefused> {
        if self.find_by_email(email).await?.is_some() {
            return Err(SignUpRefused::EmailInUse);
        }
        let user = UserDocument { id: UserId::new(), email: email.canonical(), password_hash };
        match self.0.insert_one(&user).await {
            Ok(_) => Ok(User { id: user.id, email: user.email }),
            Err(error) if is_duplicate_key(&error) => Err(SignUpRefused::EmailInUse),
            Err(error) => Err(error.into()),
        }
    }

    /// The account with this address, and its password's hash. Earlier releases stored
    /// addresses as typed: of accounts that differ only by spelling, the one with exactly
    /// this spelling comes first.
    pub async fn find_by_email(&self, email: &Email) -> Result<Option<(User, String)>, Error> {
        let spellings = email.spellings();
        let found: Vec<_> = self.0.find(doc! { "email": { "$in": &spellings } }).await?.try_collect().await?;
        let rank = |user: &UserDocument| spellings.iter().position(|spelling| *spelling == user.email);
        let user = found.into_iter().min_by_key(rank);
        Ok(user.map(|user| (User { id: user.id, email: email.canonical() }, user.password_hash)))
    }

    /// Replaces a password's hash, unless it has changed.
    pub async fn replace_hash(&self, id: &UserId, hash: &str, by: &str) -> Result<(), Error> {
        let unchanged = doc! { "_id": id, "passwordHash": hash };
        self.0.update_one(unchanged, doc! { "$set": { "passwordHash": by } }).await.map(drop)
    }
}
