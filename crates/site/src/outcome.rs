//! The result of a build.

use std::fmt::{self, Display, Formatter};
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::compress::Encoding;
use crate::tree;
use crate::write::compressed_name;

/// A complete site.
#[derive(Clone, Debug)]
pub struct Site {
    /// Its folder, absolute.
    pub root: PathBuf,
    /// Whether it was built; otherwise nothing had changed.
    pub rebuilt: bool,
    /// The files of `pkg/`.
    pub assets: Vec<Asset>,
}

/// One file, with its sizes in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// Its path below `pkg/`.
    pub path: String,
    /// Uncompressed.
    pub raw: usize,
    /// As a `.gz` file, if that is smaller.
    pub gzip: Option<usize>,
    /// As a `.br` file, if that is smaller.
    pub brotli: Option<usize>,
}

impl Site {
    pub(crate) fn at(out: &Path, rebuilt: bool) -> Result<Self> {
        let root = std::path::absolute(out)?;
        let files = tree::read(&root.join("pkg"))?;
        let size = |path: &str| files.get(path).map(Vec::len);
        let compressed = |path: &str, encoding| size(&compressed_name(path, encoding));
        let plain = files.iter().filter(|(path, _)| !is_compressed(path));
        let assets = plain.map(|(path, content)| Asset {
            path: path.clone(),
            raw: content.len(),
            gzip: compressed(path, Encoding::Gzip),
            brotli: compressed(path, Encoding::Brotli),
        });
        let assets = assets.collect();
        Ok(Self { root, rebuilt, assets })
    }
}

fn is_compressed(path: &str) -> bool {
    let extension = Path::new(path).extension();
    Encoding::ALL.iter().any(|encoding| extension.is_some_and(|extension| extension == encoding.extension()))
}

impl Display for Site {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        let state = if self.rebuilt { "built" } else { "unchanged" };
        writeln!(f, "{} is {state}", self.root.display())?;
        write!(f, "{:<34}{:>12}{:>12}{:>12}", "in bytes", "raw", "gzip", "brotli")?;
        for Asset { path, raw, gzip, brotli } in &self.assets {
            let [gzip, brotli] =
                [gzip, brotli].map(|size| size.map_or_else(|| "-".to_owned(), |size| size.to_string()));
            write!(f, "\n{path:<34}{raw:>12}{gzip:>12}{brotli:>12}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn site() -> (tempfile::TempDir, Site) {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("pkg")).unwrap();
        for (name, content) in [("client.1.js", "12345"), ("client.1.js.br", "1"), ("client.1.js.gz", "12")] {
            fs::write(folder.path().join("pkg").join(name), content).unwrap();
        }
        let site = Site::at(folder.path(), true).unwrap();
        (folder, site)
    }

    #[test]
    fn an_asset_has_the_sizes_of_its_compressed_files() {
        let (_folder, site) = site();
        let asset = Asset { path: "client.1.js".to_owned(), raw: 5, gzip: Some(2), brotli: Some(1) };
        assert_eq!(site.assets, [asset]);
        assert!(site.to_string().contains("client.1.js"));
    }
}
