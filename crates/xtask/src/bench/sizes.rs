//! How soon a service is ready, and how large everything is.

use std::fs;
use std::path::Path;
use std::time::Instant;

use anyhow::Result;

use super::Bench;
use super::figures::{Column, Row, Section};
use crate::build::Programs;
use crate::stack::SERVICES;

#[allow(clippy::cast_precision_loss, reason = "sizes of files")]
fn kibibytes(bytes: u64) -> f64 {
    bytes as f64 / 1024.0
}

impl Bench<'_> {
    /// From the start of a process until it is ready, one after the other.
    pub(super) async fn starts(&self) -> Result<Section> {
        let mut rows = Vec::new();
        for name in SERVICES {
            let began = Instant::now();
            let mut replica = self.stack.replica(name, 2).await?;
            let took = began.elapsed();
            rows.push(Row::new(&format!("{name} is ready")).with(Column::Milliseconds, took.as_secs_f64() * 1_000.0));
            replica.stop().await;
        }
        self.steps.done("starts");
        let how = "A second replica of each service, asked every 50 ms whether it is ready.".to_owned();
        Ok(Section { title: "Start".into(), how, rows })
    }
}

/// The programs, which are all that an image adds to its base, and what a first visit loads.
pub(super) fn sizes(programs: &Programs, site: Option<&Path>) -> Result<Section> {
    let mut rows = Vec::new();
    for name in SERVICES.into_iter().chain(["client"]) {
        let file = fs::metadata(programs.path(name)?)?;
        rows.push(Row::new(&format!("program {name}")).with(Column::Kibibytes, kibibytes(file.len())));
    }
    for file in site.map(|site| fs::read_dir(site.join("pkg"))).transpose()?.into_iter().flatten() {
        let path = file?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        if !name.starts_with("client.") || ["br", "gz"].contains(&extension) {
            continue;
        }
        let row =
            Row::new(&format!("client.{extension}")).with(Column::Kibibytes, kibibytes(fs::metadata(&path)?.len()));
        let compressed = fs::metadata(path.with_extension(format!("{extension}.br"))).map(|file| kibibytes(file.len()));
        rows.push(compressed.into_iter().fold(row, |row, size| row.with(Column::Compressed, size)));
    }
    let how = "The programs as cargo builds them, and the files that the storefront's pages load.".to_owned();
    Ok(Section { title: "Sizes".into(), how, rows })
}
