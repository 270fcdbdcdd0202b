//! Renews `docs/asyncapi.json`: `cargo run -p common --example asyncapi`.

use std::{fs, io};

fn main() -> io::Result<()> {
    let text = serde_json::to_string_pretty(&common::asyncapi::document())?;
    fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/asyncapi.json"), text + "\n")
}
