//! Files on their way: written under a temporary name while they are hashed, read back in parts.

use std::fs::File;
use std::io::{self, SeekFrom};
use std::ops::Range;
use std::path::Path;

use bytes::{Bytes, BytesMut};
use chrono::{DateTime, Utc};
use futures_util::Stream;
use object_store::path::Path as ObjectPath;
use object_store::{ObjectStore, ObjectStoreExt as _};
use tempfile::TempPath;
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _, AsyncWriteExt as _};

use super::{CHUNK, FileError};

/// The folder for files on their way, below the root of a store.
pub(super) const FOLDER: &str = "on-the-way";
const PREFIX: &str = "upload-";
const SUFFIX: &str = ".part";
/// Bytes of one part of an upload to a bucket; with at most 10,000 parts a file may have 80 GB.
const PART: usize = 8 * 1024 * 1024;

/// A temporary file; gone when dropped.
pub(super) struct Spooled {
    file: tokio::fs::File,
    path: TempPath,
}

impl Spooled {
    pub(super) async fn begin(folder: &Path) -> Result<Self, FileError> {
        tokio::fs::create_dir_all(folder).await?;
        let folder = folder.to_owned();
        let made = blocking(move || tempfile::Builder::new().prefix(PREFIX).suffix(SUFFIX).tempfile_in(folder)).await?;
        let (file, path) = made.into_parts();
        Ok(Self { file: tokio::fs::File::from_std(file), path })
    }

    pub(super) async fn write(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        Ok(self.file.write_all(bytes).await?)
    }

    /// Waits until everything is written, on the disk itself where it is `to_stay`; the name of the file.
    pub(super) async fn finish(&mut self, to_stay: bool) -> Result<String, FileError> {
        self.file.flush().await?;
        if to_stay {
            self.file.sync_all().await?;
        }
        Ok(self.path.file_name().unwrap_or_default().to_string_lossy().into_owned())
    }

    /// The file has moved to its place: nothing is left to remove.
    pub(super) fn keep(self) {
        // Only a path that never was removed can fail here, and then there is nothing to lose.
        let _ = self.path.keep();
    }
}

/// Runs a call that waits for the disk beside the tasks.
async fn blocking<T: Send + 'static>(call: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(call).await.map_err(io::Error::other)?
}

/// The bytes of an open file, a chunk at a time.
pub(super) fn read(file: File, range: Range<u64>) -> impl Stream<Item = Result<Bytes, FileError>> + Send + 'static {
    let begin = (tokio::fs::File::from_std(file), range.start, range.end - range.start);
    futures_util::stream::try_unfold(begin, |(mut file, seek, left)| async move {
        if left == 0 {
            return Ok(None);
        }
        if seek > 0 {
            file.seek(SeekFrom::Start(seek)).await?;
        }
        let mut chunk = BytesMut::with_capacity(CHUNK);
        let read = (&mut file).take(left.min(CHUNK as u64)).read_buf(&mut chunk).await?;
        if read == 0 {
            let source = io::Error::new(io::ErrorKind::UnexpectedEof, "the file became shorter while it was read");
            return Err(FileError::Gone { source: Box::new(source) });
        }
        Ok(Some((chunk.freeze(), (file, 0, left - read as u64))))
    })
}

/// What stopped an upload.
pub(super) enum Trouble {
    Disk(io::Error),
    Store(object_store::Error),
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Disk(error)
    }
}

impl From<object_store::Error> for Trouble {
    fn from(error: object_store::Error) -> Self {
        Self::Store(error)
    }
}

/// Sends a file to a bucket; it appears there as a whole or not at all.
pub(super) async fn upload(store: &dyn ObjectStore, path: &ObjectPath, spooled: &Spooled, size: u64) -> Result<(), Trouble> {
    let mut file = tokio::fs::File::open(&spooled.path).await?;
    if size <= PART as u64 {
        let part = next_part(&mut file).await?;
        store.put(path, part.into()).await?;
        return Ok(());
    }
    let mut upload = store.put_multipart(path).await?;
    let sent: Result<(), Trouble> = async {
        loop {
            let part = next_part(&mut file).await?;
            if part.is_empty() {
                break;
            }
            upload.put_part(part.into()).await?;
        }
        upload.complete().await?;
        Ok(())
    }
    .await;
    if sent.is_err() {
        // Parts that cannot be taken back now are what the bucket's rule for unfinished uploads is for.
        let _ = upload.abort().await;
    }
    sent
}

/// The next bytes of a file, a whole part of them unless it ends.
async fn next_part(file: &mut tokio::fs::File) -> io::Result<Bytes> {
    let mut part = BytesMut::with_capacity(PART);
    while part.len() < PART && file.take((PART - part.len()) as u64).read_buf(&mut part).await? > 0 {}
    Ok(part.freeze())
}

/// Removes the temporary files that were last written before a time: their programs are gone.
pub(super) async fn remove_leftovers(folder: &Path, older_than: DateTime<Utc>) -> Result<u64, FileError> {
    let folder = folder.to_owned();
    let count = blocking(move || {
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
            Err(error) => return Err(error),
        };
        let mut count = 0;
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name();
            let ours = name.to_str().is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX));
            if ours && DateTime::<Utc>::from(entry.metadata()?.modified()?) < older_than {
                std::fs::remove_file(entry.path())?;
                count += 1;
            }
        }
        Ok(count)
    });
    Ok(count.await?)
}
