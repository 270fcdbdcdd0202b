//! A document's outbox, read entry by entry.

use bson::{Bson, RawArray, RawBsonRef, RawDocument};
use chrono::{DateTime, Utc};

use super::OutboxEvent;

/// The events of a document that are not published yet. An unreadable entry does
/// not hide the others.
pub(super) struct PendingEvents {
    /// The document's `_id`.
    pub(super) id: Bson,
    /// In their order.
    pub(super) events: Vec<OutboxEvent>,
    /// The place of each unreadable entry, and the reason.
    pub(super) unreadable: Vec<(String, String)>,
    /// When the oldest happened.
    pub(super) oldest: Option<DateTime<Utc>>,
}

impl PendingEvents {
    pub(super) fn read(document: &RawDocument) -> Self {
        let id = document.get("_id").ok().flatten().and_then(|id| Bson::try_from(id).ok()).unwrap_or(Bson::Null);
        let mut pending = Self { id, events: Vec::new(), unreadable: Vec::new(), oldest: None };
        match document.get_array("outbox") {
            Ok(outbox) => pending.read_all(outbox),
            Err(error) => pending.unreadable.push((pending.name("outbox"), error.to_string())),
        }
        pending
    }

    fn read_all(&mut self, outbox: &RawArray) {
        for (index, entry) in outbox.into_iter().enumerate() {
            match entry.map_err(|error| error.to_string()).and_then(read_one) {
                Ok(event) => {
                    let time = event.time.to_chrono();
                    self.oldest = Some(self.oldest.map_or(time, |oldest| oldest.min(time)));
                    self.events.push(event);
                }
                Err(reason) => self.unreadable.push((self.name(&format!("outbox.{index}")), reason)),
            }
        }
    }

    fn name(&self, place: &str) -> String {
        format!("{}, {place}", self.id)
    }
}

fn read_one(entry: RawBsonRef<'_>) -> Result<OutboxEvent, String> {
    let entry = entry.as_document().ok_or("not a document")?;
    let event: OutboxEvent = bson::deserialize_from_slice(entry.as_bytes()).map_err(|error| error.to_string())?;
    if event.has_valid_subject() { Ok(event) } else { Err("its subject is invalid".into()) }
}
