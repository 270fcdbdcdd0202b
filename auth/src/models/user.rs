//! The aggregate of this service.

use bson::doc;
use common::{
    api::{UserId, users::User},
    mongo::is_duplicate_key,
    text::Email,
};
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
    /// The address in its canonical spelling; unique.
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

    /// Creates an account. Of racing sign-ups with one address one succeeds.
    pub async fn create(&self, email: &Email, password_hash: String) -> Result<User, SignUpRefused> {
        let user = UserDocument { id: UserId::new(), email: email.as_str().to_owned(), password_hash };
        match self.0.insert_one(&user).await {
            Ok(_) => Ok(User { id: user.id, email: user.email }),
            Err(error) if is_duplicate_key(&error) => Err(SignUpRefused::EmailInUse),
            Err(error) => Err(error.into()),
        }
    }

    /// The account with this address, and its password's hash.
    pub async fn find_by_email(&self, email: &Email) -> Result<Option<(User, String)>, Error> {
        let user = self.0.find_one(doc! { "email": email.as_str() }).await?;
        Ok(user.map(|user| (User { id: user.id, email: user.email }, user.password_hash)))
    }
}
