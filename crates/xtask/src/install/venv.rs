//! Python venvs, each of which holds the wheels of one file in `infra/local`.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use site::run::last_lines;

use crate::env;
use crate::report::Report;

/// Written last, so that a venv without it counts as half made. Says for which
/// Python and which requirements the venv was made.
const STAMP: &str = "ticketing-stamp";

/// One venv.
pub(super) struct Venv {
    /// Its folder in the cache directory.
    pub(super) name: &'static str,
    /// Its file in `infra/local`.
    pub(super) requirements: &'static str,
    /// What it holds, for messages.
    pub(super) what: &'static str,
    /// How much that is.
    pub(super) size: &'static str,
    /// What helps where there is no Python.
    pub(super) without_python: &'static str,
}

impl Venv {
    /// Its folder, made anew if it is missing, half made or outdated.
    pub(super) fn ready(&self, report: &Report) -> Result<PathBuf> {
        let requirements = env::workspace_root().join("infra/local").join(self.requirements);
        let wanted = fs::read_to_string(&requirements).with_context(|| format!("no {}", requirements.display()))?;
        let stamp = format!("{}{wanted}", self.python_version()?);

        let cache = env::cache_dir()?;
        fs::create_dir_all(&cache).with_context(|| format!("cannot create {}", cache.display()))?;
        let _lock = locked(&cache.join(format!("{}.lock", self.name)), report)?;
        let venv = cache.join(self.name);
        if fs::read_to_string(venv.join(STAMP)).is_ok_and(|made_for| made_for == stamp) {
            return Ok(venv);
        }
        self.make(&venv, &requirements, report)?;
        fs::write(venv.join(STAMP), stamp)?;
        Ok(venv)
    }

    fn python_version(&self) -> Result<String> {
        match Command::new("python3").arg("--version").output() {
            Ok(output) if output.status.success() => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
            Ok(output) => bail!("`python3 --version` failed:{}", last_lines(&output)),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                bail!("python3 is missing. {} are installed with it. {}", self.what, self.without_python)
            }
            Err(error) => Err(error).context("cannot run python3"),
        }
    }

    fn make(&self, venv: &Path, requirements: &Path, report: &Report) -> Result<()> {
        let Self { what, size, .. } = self;
        report.say(format_args!("installing into {} (about {size}, once): {what} …", venv.display()));
        if venv.exists() {
            fs::remove_dir_all(venv).with_context(|| format!("cannot empty {}", venv.display()))?;
        }
        let made = Command::new("python3").args(["-m", "venv"]).arg(venv).output().context("cannot run python3")?;
        if !made.status.success() {
            bail!(
                "python3 cannot make a virtual environment; on Debian and Ubuntu `apt install python3-venv` brings \
                 the module that it needs. It said:{}",
                last_lines(&made)
            );
        }
        let mut pip = Command::new(venv.join("bin/python"));
        pip.args(["-m", "pip", "install", "--disable-pip-version-check", "--quiet", "--requirement"]).arg(requirements);
        let installed = pip.output().context("cannot run pip")?;
        if !installed.status.success() {
            bail!("pip cannot install {}. It said:{}", requirements.display(), last_lines(&installed));
        }
        report.say(format_args!("installed after {:.1} s", report.elapsed()));
        Ok(())
    }
}

/// Held while the venv is looked at and made; the system frees it with the program.
fn locked(path: &Path, report: &Report) -> Result<File> {
    let lock = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
    if lock.try_lock().is_err() {
        report.say("waiting for another installation of the tools to end …");
        lock.lock()?;
    }
    Ok(lock)
}
