//! The static files: client/public/ as it is.

use anyhow::{Result, bail};

use crate::tree::{self, Tree};
use crate::{NAME, env, stamp, write};

/// Content by path.
pub(crate) fn files() -> Result<Tree> {
    let files = tree::read(&env::workspace_root().join(NAME).join("public"))?;
    refuse_ours(&files)?;
    Ok(files)
}

/// Names that the built site uses itself.
fn refuse_ours(files: &Tree) -> Result<()> {
    let ours = |path: &&String| **path == stamp::FILE || **path == write::HASHES || path.starts_with("pkg/");
    match files.keys().find(ours) {
        Some(path) => bail!("{NAME}/public/{path} has a name that the built site uses itself"),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sites_own_names_are_refused() {
        let with = |path: &str| Tree::from([(path.to_owned(), Vec::new())]);
        assert!(refuse_ours(&with("favicon.svg")).is_ok());
        for path in ["hash.txt", "pkg/client.js", ".stamp"] {
            assert!(refuse_ours(&with(path)).is_err(), "{path}");
        }
    }
}
