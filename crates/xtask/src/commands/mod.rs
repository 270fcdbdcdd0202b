//! The commands of `cargo xtask`, one per file.

mod audit;
mod bench;
mod dead_letters;
mod demo;
mod end2end;
mod install;
mod interrupt;
mod recover;
mod test;
mod up;

pub use audit::Audit;
pub use bench::Bench;
pub use dead_letters::DeadLetters;
pub use demo::Demo;
pub use end2end::End2end;
pub use install::Install;
pub use recover::Recover;
pub use test::Test;
pub use up::Up;
