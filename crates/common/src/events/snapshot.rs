//! Checks of the wire format against committed snapshots.

use std::fmt::Debug;

use serde_json::Value;

use super::Event;

/// Checks that `event` is written exactly as `snapshot`, is read back, and ignores a
/// field that a newer publisher may have added.
pub(super) fn holds<E: Event + PartialEq + Debug>(event: &E, snapshot: &str) {
    let snapshot: Value = serde_json::from_str(snapshot).unwrap();
    assert_eq!(serde_json::to_value(event).unwrap(), snapshot, "the payload on the wire has changed");

    let mut newer = snapshot;
    newer["addedLater"] = "something".into();
    let read: E = serde_json::from_value(newer).unwrap();
    assert_eq!(&read, event);
}

/// Checks that a payload without the required field at `pointer` (RFC 6901) is refused,
/// and that the error names the field.
pub(super) fn requires<E: Event + Debug>(pointer: &str, snapshot: &str) {
    let mut payload: Value = serde_json::from_str(snapshot).unwrap();
    let (parent, field) = pointer.rsplit_once('/').unwrap();
    payload.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(field).unwrap();
    let refused = serde_json::from_value::<E>(payload).unwrap_err();
    assert!(refused.to_string().contains(field), "{refused}");
}
