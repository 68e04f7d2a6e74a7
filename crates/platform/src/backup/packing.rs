//! The thread that writes an archive: what comes in a piece at a time is compressed, encrypted and written, with little in memory.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::{BackupError, Sealing};

/// Pieces that wait for the disk; with pieces of up to 128 KB this is one megabyte.
const WAITING: usize = 8;

/// How an entry lies in the archive.
#[derive(Debug, Clone, Copy)]
pub(super) enum Packing {
    /// Compressed: tables, the manifest.
    Deflated,
    /// As it is: evidence files, which are mostly compressed already.
    Stored,
}

enum Step {
    Entry(String, Packing),
    Piece(Bytes),
    End,
}

/// An archive in the making. Dropped before its end, it takes its file away.
pub(super) struct Packer {
    path: PathBuf,
    steps: mpsc::Sender<Step>,
    worker: Option<JoinHandle<io::Result<()>>>,
}

impl Packer {
    /// Begins the file at `path`.
    pub(super) fn begin(path: &Path, sealing: Sealing) -> Self {
        let (steps, received) = mpsc::channel(WAITING);
        let file = path.to_owned();
        let worker = tokio::task::spawn_blocking(move || pack(&file, &sealing, received));
        Self { path: path.to_owned(), steps, worker: Some(worker) }
    }

    /// Begins an entry.
    pub(super) async fn entry(&mut self, name: String, packing: Packing) -> Result<(), BackupError> {
        self.send(Step::Entry(name, packing)).await
    }

    /// Adds bytes to the entry.
    pub(super) async fn piece(&mut self, bytes: Bytes) -> Result<(), BackupError> {
        self.send(Step::Piece(bytes)).await
    }

    /// Ends the archive; when this answers, it is on the disk.
    pub(super) async fn end(mut self) -> Result<(), BackupError> {
        self.send(Step::End).await?;
        self.outcome().await
    }

    /// Gives up, and waits until the file is gone.
    pub(super) async fn abandon(mut self) {
        let worker = self.worker.take();
        drop(self);
        if let Some(worker) = worker {
            // What stopped the archive is known already.
            let _ = worker.await;
        }
    }

    async fn send(&mut self, step: Step) -> Result<(), BackupError> {
        match self.steps.send(step).await {
            Ok(()) => Ok(()),
            Err(_) => self.outcome().await,
        }
    }

    /// What the thread ended with.
    async fn outcome(&mut self) -> Result<(), BackupError> {
        let ended = match self.worker.take() {
            Some(worker) => worker.await.map_err(io::Error::other).and_then(|outcome| outcome),
            None => Err(io::Error::other("the archive has ended already")),
        };
        ended.map_err(|source| BackupError::Io { path: self.path.clone(), source })
    }
}

fn pack(path: &Path, sealing: &Sealing, steps: mpsc::Receiver<Step>) -> io::Result<()> {
    let file = File::create(path)?;
    let outcome = write(file, sealing, steps);
    if outcome.is_err() {
        // Half a backup is worse than none; when even this fails, the name still says that it is partial.
        let _ = std::fs::remove_file(path);
    }
    outcome
}

fn write(file: File, sealing: &Sealing, mut steps: mpsc::Receiver<Step>) -> io::Result<()> {
    let mut zip = ZipWriter::new_stream(Quiet { sink: Sink::begin(file, sealing)?, broken: false });
    // No time and marks for large files: the same content gives the same bytes, whatever its size.
    let options = SimpleFileOptions::default().large_file(true);
    loop {
        match steps.blocking_recv() {
            Some(Step::Entry(name, packing)) => {
                let method = match packing {
                    Packing::Deflated => CompressionMethod::Deflated,
                    Packing::Stored => CompressionMethod::Stored,
                };
                zip.start_file(name, options.compression_method(method))?;
            }
            Some(Step::Piece(bytes)) => zip.write_all(&bytes)?,
            Some(Step::End) => return zip.finish()?.into_inner().sink.end(),
            None => return Err(io::Error::new(io::ErrorKind::Interrupted, "the archive was given up")),
        }
    }
}

/// Tells a fault once. The archive ends itself when it is dropped, and prints where it cannot: after a fault it writes into nothing, because
/// half an archive is taken away anyway and the fault has been told.
struct Quiet {
    sink: Sink,
    broken: bool,
}

impl Write for Quiet {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.broken {
            return Ok(bytes.len());
        }
        self.sink.write(bytes).inspect_err(|_| self.broken = true)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.broken {
            return Ok(());
        }
        self.sink.flush().inspect_err(|_| self.broken = true)
    }
}

/// The file, encrypted or not.
enum Sink {
    Open(BufWriter<File>),
    Sealed(age::stream::StreamWriter<BufWriter<File>>),
}

impl Sink {
    fn begin(file: File, sealing: &Sealing) -> io::Result<Self> {
        let file = BufWriter::new(file);
        Ok(match sealing.encryptor()? {
            None => Self::Open(file),
            Some(encryptor) => Self::Sealed(encryptor.wrap_output(file)?),
        })
    }

    fn end(self) -> io::Result<()> {
        let file = match self {
            Self::Open(file) => file,
            Self::Sealed(stream) => stream.finish()?,
        };
        file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Open(file) => file.write(bytes),
            Self::Sealed(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Open(file) => file.flush(),
            Self::Sealed(stream) => stream.flush(),
        }
    }
}
