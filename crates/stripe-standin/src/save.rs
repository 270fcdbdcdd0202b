//! Keeping the state across restarts, in one JSON file.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use tokio::sync::watch;

use crate::{clock, state::lock, store::Store};

const DAY: i64 = 24 * 60 * 60;

/// Reads the state; a missing file is an empty one, to be written where the path says.
pub(crate) fn load(path: &Path) -> io::Result<Store> {
    fs::create_dir_all(path.parent().unwrap_or(path))?;
    let json = match fs::read(path) {
        Ok(json) => json,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Store::default()),
        Err(error) => return Err(error),
    };
    let mut store: Store = serde_json::from_slice(&json)?;
    // As Stripe does, or the file would grow for ever.
    store.records.retain(|_, record| record.at > clock::now() - DAY);
    Ok(store)
}

/// Writes the state whenever it is asked to; requests that ask at the same
/// time share one write.
pub(crate) struct Saver {
    asked: watch::Sender<u64>,
    written: watch::Receiver<u64>,
}

impl Saver {
    /// The saver and the loop that does its work.
    pub(crate) fn new(path: PathBuf, store: Arc<Mutex<Store>>) -> (Self, impl Future<Output = ()>) {
        let (asked, asks) = watch::channel(0);
        let (done, written) = watch::channel(0);
        (Self { asked, written }, write_on_demand(path, store, asks, done))
    }

    /// Returns when everything up to now is written.
    pub(crate) async fn saved(&self) {
        let mut turn = 0;
        self.asked.send_modify(|asked| {
            *asked += 1;
            turn = *asked;
        });
        // The loop ends only when the stand-in does.
        let _ = self.written.clone().wait_for(|written| *written >= turn).await;
    }
}

async fn write_on_demand(
    path: PathBuf,
    store: Arc<Mutex<Store>>,
    mut asks: watch::Receiver<u64>,
    done: watch::Sender<u64>,
) {
    while asks.changed().await.is_ok() {
        let turn = *asks.borrow_and_update();
        if let Err(error) = write(&path, &store) {
            tracing::error!(%error, path = %path.display(), "the state could not be saved");
        }
        done.send_replace(turn);
    }
}

/// Replaces the file in one step, so that it is whole at any time.
fn write(path: &Path, store: &Mutex<Store>) -> io::Result<()> {
    let json = serde_json::to_vec(&*lock(store))?;
    let next = path.with_extension("next");
    fs::write(&next, json)?;
    fs::rename(next, path)
}
