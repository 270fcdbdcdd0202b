//! The commands of `cargo xtask`, one per file.

mod bench;
mod demo;
mod end2end;
mod install;
mod stores;
mod test;
mod up;

pub use bench::Bench;
pub use demo::Demo;
pub use end2end::End2end;
pub use install::Install;
pub use stores::Stores;
pub use test::Test;
pub use up::Up;
