//! The contract's tests: what an event wrote yesterday it reads today.

use std::fmt::Debug;

use super::Event;

/// Checks that `event` writes exactly `snapshot`, reads it back, and ignores a
/// field that a newer publisher may have added.
pub(super) fn holds<E: Event + PartialEq + Debug>(event: &E, snapshot: &str) {
    let snapshot: serde_json::Value = serde_json::from_str(snapshot).unwrap();
    assert_eq!(serde_json::to_value(event).unwrap(), snapshot, "the payload on the wire has changed");

    let mut newer = snapshot;
    newer["addedLater"] = "something".into();
    let read: E = serde_json::from_value(newer).unwrap();
    assert_eq!(&read, event);
}

/// Checks that a payload without its required `field` is refused.
pub(super) fn requires<E: Event + Debug>(field: &str, snapshot: &str) {
    let mut payload: serde_json::Map<String, serde_json::Value> = serde_json::from_str(snapshot).unwrap();
    payload.remove(field).unwrap();
    let refused = serde_json::from_value::<E>(payload.into()).unwrap_err();
    assert!(refused.to_string().contains(field), "{refused}");
}
