//! Restored databases: the procedure of docs/OPERATIONS.md, without MongoDB's own
//! tools.

mod orders;
mod payments;
mod recipe;
mod snapshot;
mod tickets;
