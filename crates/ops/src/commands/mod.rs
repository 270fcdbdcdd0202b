//! The commands, one per file.

mod audit;
mod dead_letters;
mod recover;

pub use audit::Audit;
pub use dead_letters::DeadLetters;
pub use recover::Recover;
