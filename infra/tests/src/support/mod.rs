//! What the tests share.

pub mod checked;
pub mod objects;
pub mod programs;
pub mod readmes;
pub mod rendered;
pub mod tools;
pub mod workspace;

/// What almost every test uses.
pub mod prelude {
    pub use std::collections::{BTreeMap, BTreeSet};
    pub use std::process::Command;

    pub use serde_json::{Value, json};
    pub use xtask::env::workspace_root;

    pub use super::checked::*;
    pub use super::objects::*;
    pub use super::readmes::*;
    pub use super::rendered::*;
    pub use super::tools::*;
    pub use super::workspace::*;
}
