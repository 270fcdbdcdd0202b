//! Reads whole folders, which are small here.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// Files' content by their path, separated by `/`.
pub(crate) type Tree = BTreeMap<String, Vec<u8>>;

/// All files below a folder; none if it is missing.
pub(crate) fn read(folder: &Path) -> Result<Tree> {
    let mut files = Tree::new();
    if folder.is_dir() {
        collect(folder, "", &mut files)?;
    }
    Ok(files)
}

fn collect(folder: &Path, prefix: &str, files: &mut Tree) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        let name = name.with_context(|| format!("{} has a name that is not UTF-8", path.display()))?;
        let name = format!("{prefix}{name}");
        if path.is_dir() {
            collect(&path, &format!("{name}/"), files)?;
        } else {
            files.insert(name, fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_at_every_depth() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("a/b")).unwrap();
        fs::write(folder.path().join("a/b/c.txt"), "c").unwrap();
        fs::write(folder.path().join("d.txt"), "d").unwrap();
        let expected = [("a/b/c.txt".to_owned(), b"c".to_vec()), ("d.txt".to_owned(), b"d".to_vec())];
        assert_eq!(read(folder.path()).unwrap(), Tree::from(expected));
        assert_eq!(read(&folder.path().join("missing")).unwrap(), Tree::new());
    }
}
