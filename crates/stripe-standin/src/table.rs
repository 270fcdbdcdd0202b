//! Objects of one kind, with change tracking.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Objects by id. Serialized as the changes since they were last cleared, null for a removed
/// object.
#[derive(Debug)]
pub(crate) struct Table<T> {
    objects: BTreeMap<String, T>,
    changed: BTreeSet<String>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { objects: BTreeMap::new(), changed: BTreeSet::new() }
    }
}

impl<T> Table<T> {
    pub(crate) fn get(&self, id: &str) -> Option<&T> {
        self.objects.get(id)
    }

    /// An object to change.
    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut T> {
        let object = self.objects.get_mut(id)?;
        self.changed.insert(id.to_owned());
        Some(object)
    }

    pub(crate) fn insert(&mut self, id: String, object: T) {
        self.changed.insert(id.clone());
        self.objects.insert(id, object);
    }

    pub(crate) fn remove(&mut self, id: &str) {
        if self.objects.remove(id).is_some() {
            self.changed.insert(id.to_owned());
        }
    }

    /// Removes objects without recording a change: loading removes them again.
    pub(crate) fn retain(&mut self, keep: impl Fn(&T) -> bool) {
        self.objects.retain(|_, object| keep(object));
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &T> {
        self.objects.values()
    }

    /// Applies changes without recording them.
    pub(crate) fn apply(&mut self, mut newer: Self) {
        for id in newer.changed {
            match newer.objects.remove(&id) {
                Some(object) => self.objects.insert(id, object),
                None => self.objects.remove(&id),
            };
        }
    }
}

/// The change tracking of a table of any type.
pub(crate) trait ChangeLog {
    /// Whether nothing has changed.
    fn is_unchanged(&self) -> bool;
    /// Records every object as changed.
    fn mark_all_changed(&mut self);
    /// Forgets the recorded changes.
    fn clear_changes(&mut self);
}

impl<T> ChangeLog for Table<T> {
    fn is_unchanged(&self) -> bool {
        self.changed.is_empty()
    }

    fn mark_all_changed(&mut self) {
        self.changed = self.objects.keys().cloned().collect();
    }

    fn clear_changes(&mut self) {
        self.changed.clear();
    }
}

impl<T: Serialize> Serialize for Table<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.changed.iter().map(|id| (id, self.objects.get(id))))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Table<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read: BTreeMap<String, Option<T>> = Deserialize::deserialize(deserializer)?;
        let changed = read.keys().cloned().collect();
        let objects = read.into_iter().filter_map(|(id, object)| Some((id, object?))).collect();
        Ok(Self { objects, changed })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use super::*;

    fn take_changes(table: &mut Table<u32>) -> String {
        let changes = serde_json::to_string(table).unwrap();
        table.clear_changes();
        changes
    }

    #[test]
    fn applying_all_changes_restores_the_table() {
        let mut table = Table::default();
        let mut lines = Vec::new();
        table.insert("a".into(), 1);
        table.insert("b".into(), 2);
        lines.push(take_changes(&mut table));
        *table.get_mut("a").unwrap() = 3;
        lines.push(take_changes(&mut table));
        table.remove("b");
        table.remove("unknown");
        lines.push(take_changes(&mut table));
        assert_eq!(lines, [r#"{"a":1,"b":2}"#, r#"{"a":3}"#, r#"{"b":null}"#]);

        let mut read = Table::default();
        for line in lines {
            read.apply(serde_json::from_str(&line).unwrap());
        }
        assert!(read.is_unchanged());
        read.mark_all_changed();
        assert_eq!(take_changes(&mut read), r#"{"a":3}"#);
    }
}
