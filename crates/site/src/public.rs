//! The static files of client/public/.

use anyhow::{Result, bail};

use crate::tree::{self, Tree};
use crate::{NAME, env, stamp, write};

/// Content by path.
pub(crate) fn files() -> Result<Tree> {
    let files = tree::read(&env::workspace_root().join(NAME).join("public"))?;
    reject_reserved(&files)?;
    Ok(files)
}

/// Rejects names that the built site uses itself.
fn reject_reserved(files: &Tree) -> Result<()> {
    let reserved = |path: &&String| **path == stamp::FILE || **path == write::HASHES || path.starts_with("pkg/");
    match files.keys().find(reserved) {
        Some(path) => bail!("{NAME}/public/{path} has a name that the built site uses itself"),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_names_are_rejected() {
        let with = |path: &str| Tree::from([(path.to_owned(), Vec::new())]);
        assert!(reject_reserved(&with("favicon.svg")).is_ok());
        for path in ["hash.txt", "pkg/client.js", ".stamp"] {
            assert!(reject_reserved(&with(path)).is_err(), "{path}");
        }
    }
}
