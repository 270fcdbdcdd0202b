//! The state on disk: a file of changes, one JSON object per line.
//!
//! A line is one change, so a change is kept completely or not at all. A start replaces the
//! file by one line with all objects.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use tokio::{
    fs as tokio_fs,
    io::AsyncWriteExt,
    sync::{mpsc, oneshot},
};

use crate::{clock, store::Store};

const DAY: i64 = 24 * 60 * 60;
/// The pause before a failed write is retried.
const PAUSE: Duration = Duration::from_secs(1);

/// Appends changes to the file in order.
#[derive(Clone)]
pub(crate) struct Journal(mpsc::UnboundedSender<Entry>);

enum Entry {
    Change(Vec<u8>),
    /// Answered when all entries before it are on disk.
    Mark(oneshot::Sender<()>),
}

impl Journal {
    /// The state in the file, the journal for new changes, and the loop that writes them.
    pub(crate) fn open(path: PathBuf) -> io::Result<(Store, Self, impl Future<Output = ()>)> {
        let store = load(&path)?;
        let file = compact(&path, &store)?;
        let length = file.metadata()?.len();
        let (entries, queue) = mpsc::unbounded_channel();
        let log = Log { path, file: tokio_fs::File::from_std(file), length };
        Ok((store, Self(entries), log.write_all(queue)))
    }

    /// Appends a change.
    pub(crate) fn append(&self, change: Vec<u8>) {
        // The loop ends only when the stand-in does.
        let _ = self.0.send(Entry::Change(change));
    }

    /// Returns when all changes up to now are on disk.
    pub(crate) async fn saved(&self) {
        let (done, saved) = oneshot::channel();
        let _ = self.0.send(Entry::Mark(done));
        let _ = saved.await;
    }
}

/// Reads the state; a missing file is an empty one.
fn load(path: &Path) -> io::Result<Store> {
    fs::create_dir_all(path.parent().unwrap_or(path))?;
    let log = match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Store::default()),
        log => log?,
    };
    let mut store = Store::default();
    for (number, line) in log.split_inclusive(|byte| *byte == b'\n').enumerate() {
        match serde_json::from_slice(line) {
            Ok(change) => store.apply(change),
            // A crash cut the last line off before its request was answered. The first line was
            // renamed into place completely.
            Err(error) if number > 0 && !line.ends_with(b"\n") => {
                tracing::warn!(%error, path = %path.display(), "dropped the incomplete last change");
            }
            Err(error) => {
                let place = format!("{}, line {}: {error} (delete the file to begin anew)", path.display(), number + 1);
                return Err(io::Error::new(io::ErrorKind::InvalidData, place));
            }
        }
    }
    // As Stripe does, and to bound the file.
    store.forget_records(clock::now() - DAY);
    Ok(store)
}

/// Replaces the file by one line, atomically.
fn compact(path: &Path, store: &Store) -> io::Result<File> {
    let next = path.with_extension("next");
    // An earlier start may have left an incomplete one.
    let _ = fs::remove_file(&next);
    let mut file = OpenOptions::new().create_new(true).append(true).open(&next)?;
    file.write_all(&store.snapshot()?)?;
    file.sync_all()?;
    fs::rename(next, path)?;
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        File::open(folder)?.sync_all()?;
    }
    Ok(file)
}

/// The file and the length of its complete lines, in bytes.
struct Log {
    path: PathBuf,
    file: tokio_fs::File,
    length: u64,
}

impl Log {
    /// Writes entries; those that arrive during a write share the next one.
    async fn write_all(mut self, mut queue: mpsc::UnboundedReceiver<Entry>) {
        let mut entries = Vec::new();
        while queue.recv_many(&mut entries, usize::MAX).await > 0 {
            let (mut lines, mut marks) = (Vec::new(), Vec::new());
            for entry in entries.drain(..) {
                match entry {
                    Entry::Change(line) => lines.extend(line),
                    Entry::Mark(mark) => marks.push(mark),
                }
            }
            while let Err(error) = self.append(&lines).await {
                // No request is answered before its change is on disk.
                tracing::error!(%error, path = %self.path.display(), "the state could not be saved, retrying");
                tokio::time::sleep(PAUSE).await;
            }
            for mark in marks {
                // The receiver may have hung up.
                let _ = mark.send(());
            }
        }
    }

    async fn append(&mut self, lines: &[u8]) -> io::Result<()> {
        if lines.is_empty() {
            return Ok(());
        }
        // A failed write may have left an incomplete line.
        self.file.set_len(self.length).await?;
        self.file.write_all(lines).await?;
        self.file.flush().await?;
        self.file.sync_data().await?;
        self.length += lines.len() as u64;
        Ok(())
    }
}
