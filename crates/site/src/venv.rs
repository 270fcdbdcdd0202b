//! Python virtual environments in the user's cache directory, each with its wheels.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::{Say, env, run};

/// Written last, so that an environment without it counts as incomplete. It holds the version
/// of Python and the requirements that the environment was made for.
const STAMP: &str = "ticketing-stamp";

/// One environment.
#[derive(Debug)]
pub struct Venv {
    /// Its folder in the cache directory.
    pub name: &'static str,
    /// Its packages, as in a requirements file of pip.
    pub requirements: &'static str,
    /// Its content, for messages.
    pub what: &'static str,
    /// The size of that.
    pub size: &'static str,
    /// What to do without Python.
    pub without_python: &'static str,
}

impl Venv {
    /// Its folder; made anew if it is missing, incomplete or outdated. Blocks meanwhile.
    pub fn ready(&self, say: Say) -> Result<PathBuf> {
        let Self { name, requirements, what, size, without_python } = self;
        let python = run::quietly(Command::new("python3").arg("--version"));
        let python = python.with_context(|| format!("{what} can't be installed without Python. {without_python}"))?;
        let stamp = format!("{python}{requirements}");
        let _lock = locked(name, say)?;
        let venv = env::cache_dir()?.join(name);
        if fs::read_to_string(venv.join(STAMP)).is_ok_and(|made_for| made_for == stamp) {
            return Ok(venv);
        }
        say(&format!("installing into {} (about {size}, once): {what} …", venv.display()));
        self.make(&venv)?;
        fs::write(venv.join(STAMP), stamp)?;
        Ok(venv)
    }

    fn make(&self, venv: &Path) -> Result<()> {
        if venv.exists() {
            fs::remove_dir_all(venv).with_context(|| format!("cannot empty {}", venv.display()))?;
        }
        run::quietly(Command::new("python3").args(["-m", "venv"]).arg(venv)).context(
            "python3 cannot make a virtual environment; on Debian and Ubuntu `apt install python3-venv` brings what \
             it needs",
        )?;
        let list = venv.join("requirements.txt");
        fs::write(&list, self.requirements)?;
        let mut pip = Command::new(venv.join("bin/python"));
        pip.args(["-m", "pip", "install", "--disable-pip-version-check", "--quiet", "--requirement"]).arg(list);
        run::quietly(&mut pip).with_context(|| format!("pip cannot install {}", self.what)).map(drop)
    }
}

/// Allows one program at a time; the system releases the lock when the program ends.
pub(crate) fn locked(name: &str, say: Say) -> Result<File> {
    let cache = env::cache_dir()?;
    fs::create_dir_all(&cache).with_context(|| format!("cannot create {}", cache.display()))?;
    let path = cache.join(format!("{name}.lock"));
    let lock = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
    if lock.try_lock().is_err() {
        say(&format!("waiting for another program that holds {} …", path.display()));
        lock.lock()?;
    }
    Ok(lock)
}
