//! What lets one in, encrypted at rest.

use std::fmt;

use bson::{Binary, Bson, doc, spec::BinarySubtype};
use common::{
    api::TicketId,
    config::{ConfigError, Env, problem},
};
use ring::{
    aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    rand::{SecureRandom, SystemRandom},
};
use serde::{Deserialize, Serialize};

const VARIABLE: &str = "HANDOVER_KEYS";

/// The keys of handovers by their ids. The first one encrypts, all of them decrypt: so a
/// key is replaced by putting another one in front.
#[derive(Clone)]
pub struct HandoverKeys(std::sync::Arc<[(String, LessSafeKey)]>);

/// A handover as it is stored: ChaCha20-Poly1305 (<https://www.rfc-editor.org/rfc/rfc8439>)
/// under a random nonce, bound to its ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sealed {
    /// The id of the key.
    key: String,
    /// The nonce, the text and its tag.
    bytes: Binary,
}

impl From<&Sealed> for Bson {
    fn from(Sealed { key, bytes }: &Sealed) -> Self {
        doc! { "key": key, "bytes": bytes }.into()
    }
}

/// Why a handover can't be encrypted or decrypted.
#[derive(Debug, thiserror::Error)]
pub enum HandoverError {
    /// The key is not configured any more.
    #[error("no key {0} in HANDOVER_KEYS")]
    UnknownKey(String),
    /// The stored bytes are not what the key has sealed for this ticket.
    #[error("the handover of ticket {0} does not fit its key")]
    Unreadable(TicketId),
    /// The system has no random numbers.
    #[error("no random numbers")]
    Random,
}

impl HandoverKeys {
    /// Reads `HANDOVER_KEYS`: `ID:KEY`, separated by commas; a key is 32 bytes in hexadecimal.
    pub fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let text: String = env.required(VARIABLE)?;
        let keys: Option<Vec<_>> = text.split(',').map(|entry| key(entry.trim())).collect();
        let keys = keys.ok_or_else(|| problem(VARIABLE, "must be ID:KEY, with 64 hexadecimal digits as KEY"))?;
        let twice = keys.iter().enumerate().any(|(index, (id, _))| keys[..index].iter().any(|(other, _)| other == id));
        if twice { Err(problem(VARIABLE, "must not name a key twice")) } else { Ok(Self(keys.into())) }
    }

    /// Encrypts the handover of a ticket.
    pub(crate) fn seal(&self, ticket: &TicketId, text: &str) -> Result<Sealed, HandoverError> {
        let (id, key) = &self.0[0];
        let mut bytes = [0; NONCE_LEN].to_vec();
        SystemRandom::new().fill(&mut bytes).map_err(|_| HandoverError::Random)?;
        let nonce = Nonce::try_assume_unique_for_key(&bytes).map_err(|_| HandoverError::Random)?;
        let mut sealed = text.as_bytes().to_vec();
        key.seal_in_place_append_tag(nonce, Aad::from(ticket.as_str()), &mut sealed)
            .map_err(|_| HandoverError::Unreadable(ticket.clone()))?;
        bytes.append(&mut sealed);
        Ok(Sealed { key: id.clone(), bytes: Binary { subtype: BinarySubtype::Generic, bytes } })
    }

    /// Decrypts the handover of a ticket.
    pub(crate) fn open(&self, ticket: &TicketId, sealed: &Sealed) -> Result<String, HandoverError> {
        let unreadable = || HandoverError::Unreadable(ticket.clone());
        let key = self.0.iter().find(|(id, _)| *id == sealed.key).map(|(_, key)| key);
        let key = key.ok_or_else(|| HandoverError::UnknownKey(sealed.key.clone()))?;
        let (nonce, text) = sealed.bytes.bytes.split_at_checked(NONCE_LEN).ok_or_else(unreadable)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| unreadable())?;
        let mut text = text.to_vec();
        let text = key.open_in_place(nonce, Aad::from(ticket.as_str()), &mut text).map_err(|_| unreadable())?;
        String::from_utf8(text.to_vec()).map_err(|_| unreadable())
    }
}

fn key(entry: &str) -> Option<(String, LessSafeKey)> {
    let (id, key) = entry.split_once(':').filter(|(id, _)| !id.is_empty())?;
    let key = UnboundKey::new(&CHACHA20_POLY1305, &hex::decode(key).ok()?).ok()?;
    Some((id.to_owned(), LessSafeKey::new(key)))
}

impl fmt::Debug for HandoverKeys {
    /// The ids alone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(id, _)| id)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Result<HandoverKeys, String> {
        HandoverKeys::from_env(&Env::from([(VARIABLE, text)])).map_err(|error| error.to_string())
    }

    fn entry(id: &str, byte: u8) -> String {
        format!("{id}:{}", hex::encode([byte; 32]))
    }

    #[test]
    fn a_handover_is_read_by_its_key_and_for_its_ticket_only() {
        let (ticket, other) = (TicketId::new(), TicketId::new());
        let old = keys(&entry("a", 1)).unwrap();
        let sealed = old.seal(&ticket, "https://tickets.example/é").unwrap();
        assert!(!sealed.bytes.bytes.windows(7).any(|part| part == b"example"), "it is not encrypted");
        assert_ne!(old.seal(&ticket, "x").unwrap(), old.seal(&ticket, "x").unwrap(), "a nonce is used twice");

        let rotated = keys(&format!("{}, {}", entry("b", 2), entry("a", 1))).unwrap();
        assert_eq!(rotated.open(&ticket, &sealed).unwrap(), "https://tickets.example/é");
        assert_eq!(rotated.seal(&ticket, "x").unwrap().key, "b");
        assert!(matches!(rotated.open(&other, &sealed), Err(HandoverError::Unreadable(_))));
        let renewed = keys(&entry("b", 2)).unwrap();
        assert!(matches!(renewed.open(&ticket, &sealed), Err(HandoverError::UnknownKey(_))));
        let short = Sealed { bytes: Binary { subtype: BinarySubtype::Generic, bytes: vec![0; 5] }, ..sealed };
        assert!(matches!(old.open(&ticket, &short), Err(HandoverError::Unreadable(_))));
    }

    #[test]
    fn wrong_keys_are_refused_and_none_is_shown() {
        for wrong in ["", "a", "a:", &entry("", 1), "a:AAAA", &format!("{},", entry("a", 1))] {
            assert!(keys(wrong).is_err(), "{wrong}");
        }
        let twice = format!("{},{}", entry("a", 1), entry("a", 2));
        assert!(keys(&twice).unwrap_err().contains("twice"));
        assert_eq!(format!("{:?}", keys(&entry("a", 1)).unwrap()), r#"["a"]"#);
    }
}
