//! A service's own database.

use std::time::Duration;

use bson::doc;
use mongodb::{
    Client, Database,
    error::{Error, ErrorKind, WriteFailure},
    options::{Acknowledgment, ClientOptions, WriteConcern},
};

/// How long a call may look for a server before it fails.
const SERVER_SELECTION: Duration = Duration::from_secs(5);

/// MongoDB's code for a unique index that is violated:
/// <https://www.mongodb.com/docs/manual/reference/error-codes/>.
const DUPLICATE_KEY: i32 = 11000;

/// Connects to the database that the URI names.
pub async fn connect(uri: &str) -> Result<Database, Error> {
    let mut options = ClientOptions::parse(uri).await?;
    options.server_selection_timeout.get_or_insert(SERVER_SELECTION);
    // Acknowledged is on disk, on most of the members: an event must not speak of
    // what a crash or a failover takes back.
    let durable = || WriteConcern::builder().w(Acknowledgment::Majority).journal(true).build();
    options.write_concern.get_or_insert_with(durable);
    let client = Client::with_options(options)?;
    let database = client.default_database();
    database.ok_or_else(|| Error::custom("MONGO_URI must name a database: mongodb://host:port/name"))
}

/// Whether the server answers.
pub async fn ping(database: &Database) -> Result<(), Error> {
    database.run_command(doc! { "ping": 1 }).await.map(drop)
}

/// Whether a write failed because a unique index has such a key already.
#[must_use]
pub fn is_duplicate_key(error: &Error) -> bool {
    match error.kind.as_ref() {
        ErrorKind::Write(WriteFailure::WriteError(failure)) => failure.code == DUPLICATE_KEY,
        ErrorKind::Command(failure) => failure.code == DUPLICATE_KEY,
        _ => false,
    }
}
