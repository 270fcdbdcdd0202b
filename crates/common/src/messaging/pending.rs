//! What waits in a document's outbox, read event by event.

use bson::{Bson, RawArray, RawBsonRef, RawDocument};
use chrono::{DateTime, Utc};

use super::OutboxEvent;

/// A document's events: one that can't be read hides no other.
pub(super) struct Waiting {
    pub(super) id: Bson,
    /// In their order.
    pub(super) events: Vec<OutboxEvent>,
    /// The name of each event that can't be read, and why it can't.
    pub(super) unreadable: Vec<(String, String)>,
    /// When the oldest happened.
    pub(super) oldest: Option<DateTime<Utc>>,
}

impl Waiting {
    pub(super) fn read(document: &RawDocument) -> Self {
        let id = document.get("_id").ok().flatten().and_then(|id| Bson::try_from(id).ok()).unwrap_or(Bson::Null);
        let mut waiting = Self { id, events: Vec::new(), unreadable: Vec::new(), oldest: None };
        match document.get_array("outbox") {
            Ok(outbox) => waiting.read_all(outbox),
            Err(error) => waiting.unreadable.push((waiting.name("outbox"), error.to_string())),
        }
        waiting
    }

    fn read_all(&mut self, outbox: &RawArray) {
        for (place, event) in outbox.into_iter().enumerate() {
            match event.map_err(|error| error.to_string()).and_then(read_one) {
                Ok(event) => {
                    let time = event.time.to_chrono();
                    self.oldest = Some(self.oldest.map_or(time, |oldest| oldest.min(time)));
                    self.events.push(event);
                }
                Err(reason) => self.unreadable.push((self.name(&format!("outbox.{place}")), reason)),
            }
        }
    }

    fn name(&self, place: &str) -> String {
        format!("{}, {place}", self.id)
    }
}

fn read_one(event: RawBsonRef<'_>) -> Result<OutboxEvent, String> {
    let event = event.as_document().ok_or("not a document")?;
    let event: OutboxEvent = bson::deserialize_from_slice(event.as_bytes()).map_err(|error| error.to_string())?;
    if event.has_valid_subject() { Ok(event) } else { Err("its subject is none".into()) }
}
