//! Builds the browser half of the storefront into a folder that its server
//! serves: the client compiled to WebAssembly, the script that loads it, the
//! styles and the static files.
//!
//! ```text
//! OUT/hash.txt                    Leptos reads the fingerprints here
//! OUT/pkg/client.HASH.js          immutable, cached by browsers
//! OUT/pkg/client.HASH.wasm
//! OUT/pkg/client.HASH.css
//! OUT/pkg/scalar.HASH.js         shows the services' descriptions
//! OUT/pkg/….br, OUT/pkg/….gz      the same, compressed
//! OUT/favicon.svg …               the files of client/public/
//! ```

mod bindgen;
mod compile;
mod compress;
pub mod env;
mod fingerprint;
pub mod node;
mod outcome;
pub mod packages;
mod public;
pub mod run;
mod scalar;
mod stamp;
mod styles;
mod toolchain;
mod tree;
pub mod venv;
mod write;

use std::path::PathBuf;

use anyhow::Result;

pub use self::outcome::{Asset, Site};

/// The client's name in file names.
pub const NAME: &str = "client";

/// Receives progress messages.
pub type Say<'a> = &'a dyn Fn(&str);

/// How programs and the client are compiled, and the client is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Quick to build.
    Dev,
    /// Quick to run and small to download.
    Release,
}

/// What to build, and where.
#[derive(Clone, Debug)]
pub struct Options {
    /// The build profile.
    pub profile: Profile,
    /// The output folder, replaced once the new site is complete.
    pub out: PathBuf,
}

/// Builds the site unless nothing has changed. Blocks, for minutes the first time; cargo's
/// progress goes to the terminal.
pub fn build(options: &Options, say: Say) -> Result<Site> {
    let _lock = venv::locked("site", say)?;
    let toolchain = toolchain::ready(say)?;
    let wasm = compile::wasm(toolchain, options.profile)?;
    let styles = styles::bundle(say)?;
    let public = public::files()?;
    let scalar = scalar::script()?;

    let stamp = stamp::of(options.profile, &wasm, &styles, &public)?;
    let stamp = format!("{stamp} {}", fingerprint::fingerprint(&scalar));
    if stamp::is_on(&options.out, &stamp) {
        return Site::at(&options.out, false);
    }
    say("packing the site …");
    let mut package = fingerprint::package(bindgen::run(&wasm, options.profile)?, styles)?;
    scalar::add(&mut package, scalar);
    write::site(&options.out, &package, &public, options.profile, &stamp)?;
    Site::at(&options.out, true)
}
