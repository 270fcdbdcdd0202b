//! A service's own database.

use std::time::Duration;

use bson::{RawDocumentBuf, doc};
use futures::{Stream, StreamExt, future::ready};
use mongodb::{
    Client, Cursor, Database,
    error::{Error, ErrorKind, WriteFailure},
    options::{Acknowledgment, ClientOptions, WriteConcern},
};
use serde::de::DeserializeOwned;

use crate::{
    connect::{Unreachable, connect_with_retries},
    error::chain,
};

const STORE: &str = "MongoDB";
/// How long a call may wait for a usable server before it fails.
const SERVER_SELECTION: Duration = Duration::from_secs(5);

/// MongoDB's code for a unique index that is violated:
/// <https://www.mongodb.com/docs/manual/reference/error-codes/>.
const DUPLICATE_KEY: i32 = 11000;

/// Connects to the database that the URI names, [with retries](connect_with_retries).
/// A URI that can't be parsed fails at once.
pub async fn connect(uri: &str) -> Result<Database, Unreachable> {
    if let Err(error) = ClientOptions::parse(uri).await
        && !matches!(error.kind.as_ref(), ErrorKind::DnsResolve { .. })
    {
        return Err(Unreachable::new(STORE, error));
    }
    connect_with_retries(STORE, async || {
        let database = open(uri).await?;
        ping(&database).await.map(|()| database)
    })
    .await
}

async fn open(uri: &str) -> Result<Database, Error> {
    let mut options = ClientOptions::parse(uri).await?;
    options.server_selection_timeout.get_or_insert(SERVER_SELECTION);
    // Acknowledged means on disk on most members: an event must not announce a write
    // that a crash or a failover undoes.
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

/// Whether a write violated a unique index.
#[must_use]
pub fn is_duplicate_key(error: &Error) -> bool {
    match error.kind.as_ref() {
        ErrorKind::Write(WriteFailure::WriteError(failure)) => failure.code == DUPLICATE_KEY,
        ErrorKind::Command(failure) => failure.code == DUPLICATE_KEY,
        _ => false,
    }
}

/// Whether a call failed because the database can't be reached or has no primary:
/// it may have been executed or not.
#[must_use]
pub fn is_unreachable(error: &Error) -> bool {
    let kind = error.kind.as_ref();
    matches!(kind, ErrorKind::ServerSelection { .. } | ErrorKind::Io(_) | ErrorKind::ConnectionPoolCleared { .. })
        || error.contains_label(mongodb::error::RETRYABLE_WRITE_ERROR)
}

/// The readable documents of a cursor. An unreadable one, written by a newer release
/// or by hand, is skipped, logged and counted.
pub fn readable<T: DeserializeOwned + Send>(
    cursor: Cursor<RawDocumentBuf>,
    collection: &str,
) -> impl Stream<Item = Result<T, Error>> + Send + use<T> {
    let collection = collection.to_owned();
    cursor.filter_map(move |document| {
        ready(match document {
            Ok(document) => decode_or_report(&document, &collection).map(Ok),
            Err(error) => Some(Err(error)),
        })
    })
}

/// A document, if it can be read; else it is logged and counted.
#[must_use]
pub fn decode_or_report<T: DeserializeOwned>(document: &RawDocumentBuf, collection: &str) -> Option<T> {
    bson::deserialize_from_slice(document.as_bytes())
        .inspect_err(|error| {
            let id = document.get("_id").ok().flatten();
            tracing::error!(collection, ?id, error = chain(error), "a document can't be read and is left out");
            metrics::counter!("unreadable_documents_total", "collection" => collection.to_owned()).increment(1);
        })
        .ok()
}
