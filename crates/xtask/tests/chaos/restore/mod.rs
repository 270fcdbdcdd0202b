//! Databases that are put back as they were: what docs/OPERATIONS.md says of
//! restoring, but for MongoDB's own tools.

mod orders;
mod payments;
mod recipe;
mod snapshot;
mod tickets;
