//! A request's body before validation: any JSON object.

use serde_json::{Map, Value};

/// The members of a JSON object. A member that is missing, null or of another
/// type reads as absent, so that each field's own rule names the problem.
#[derive(Debug, Clone, Default)]
pub struct Fields(Map<String, Value>);

impl Fields {
    /// Reads a JSON object. The error is a message for the client.
    pub fn parse(body: &[u8]) -> Result<Self, String> {
        match serde_json::from_slice(body) {
            Ok(Value::Object(map)) => Ok(Self(map)),
            Ok(_) => Err("Request body must be a JSON object".into()),
            Err(error) => Err(format!("Malformed JSON: {error}")),
        }
    }

    /// The string in a field.
    #[must_use]
    pub fn text(&self, field: &str) -> Option<&str> {
        self.0.get(field).and_then(Value::as_str)
    }

    /// A field's value as sent, null included.
    #[must_use]
    pub fn sent(&self, field: &str) -> Option<&Value> {
        self.0.get(field)
    }

    /// A field's value of whatever type.
    #[must_use]
    pub fn value(&self, field: &str) -> Option<&Value> {
        self.0.get(field).filter(|value| !value.is_null())
    }
}
