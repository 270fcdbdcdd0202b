//! A stack's data folder: one stack at a time, its secrets readable by their owner only.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

const LOCK: &str = "lock";

/// A data folder that is ours until this is dropped.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    _lock: File,
}

impl Folder {
    /// Locks the folder, and empties it if `fresh`.
    pub(super) fn open(path: &Path, fresh: bool) -> Result<Self> {
        fs::create_dir_all(path).with_context(|| format!("cannot create {}", path.display()))?;
        let lock = File::create(path.join(LOCK)).with_context(|| format!("cannot write in {}", path.display()))?;
        if lock.try_lock().is_err() {
            bail!("a stack is running on {} already: stop that one first", path.display());
        }
        if fresh {
            empty(path).with_context(|| format!("cannot empty {}", path.display()))?;
        }
        // Stores need an absolute path: they may change folders.
        Ok(Self { path: path.canonicalize()?, _lock: lock })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn log(&self, program: &str) -> PathBuf {
        self.path.join("logs").join(format!("{program}.log"))
    }

    /// A random secret that is kept, so that sessions survive a restart.
    pub(super) fn secret(&self, name: &str) -> Result<String> {
        let file = self.path.join("secrets").join(name);
        if let Ok(secret) = fs::read_to_string(&file) {
            return Ok(secret);
        }
        let secret = hex::encode(rand::random::<[u8; 32]>());
        fs::create_dir_all(self.path.join("secrets"))?;
        let mut new = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&file)?;
        new.write_all(secret.as_bytes())?;
        Ok(secret)
    }
}

fn empty(folder: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name() == LOCK {
            continue;
        }
        if entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())?;
        } else {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_folder_has_one_stack_at_a_time() {
        let temp = tempfile::tempdir().unwrap();
        let first = Folder::open(temp.path(), false).unwrap();
        let refused = Folder::open(temp.path(), false).unwrap_err();
        assert!(refused.to_string().contains("running"), "{refused}");
        drop(first);
        Folder::open(temp.path(), false).unwrap();
    }

    #[test]
    fn a_secret_stays_private_and_the_same_until_the_folder_is_emptied() {
        let temp = tempfile::tempdir().unwrap();
        let folder = Folder::open(temp.path(), false).unwrap();
        let secret = folder.secret("jwt").unwrap();
        assert_eq!(folder.secret("jwt").unwrap(), secret);
        let mode = temp.path().join("secrets/jwt").metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        drop(folder);
        assert_ne!(Folder::open(temp.path(), true).unwrap().secret("jwt").unwrap(), secret);
    }
}
