//! Evidence files: each stored once under the SHA-256 of its bytes, in a folder or in an S3-compatible store.
//!
//! A file lies at `sha256/ab/abcd…` (64 hexadecimal digits, the first two as a folder) and is never changed under its name.
//! What comes in is written to a temporary file while it is hashed and counted, and appears under its name only when it is whole;
//! a program that is killed in between leaves a temporary file, never wrong bytes under a right name.
//! No step holds more than a few parts of a file in memory, whatever its size.

mod digest;
mod fault;
mod place;
mod spool;

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt as _, TryStreamExt as _};
use object_store::path::Path as ObjectPath;
use object_store::{GetOptions, GetRange, GetResultPayload, ObjectStore, ObjectStoreExt as _};
use sha2::{Digest as _, Sha256};

pub use digest::FileDigest;
pub use fault::FileError;
pub use place::{FilePlace, S3Place};
use spool::Spooled;

/// Bytes read from the disk at a time.
const CHUNK: usize = 128 * 1024;

/// The store of an installation. Cloning shares it.
#[derive(Debug, Clone)]
pub struct FileStore {
    inner: Arc<place::Inner>,
}

/// What a store answers when it took a file in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    /// SHA-256 of the bytes; the name of the file.
    pub sha256: FileDigest,
    /// Number of bytes.
    pub size: u64,
}

/// A file as it lies in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredFile {
    /// SHA-256 that its name claims.
    pub sha256: FileDigest,
    /// Number of bytes.
    pub size: u64,
    /// When it was last put in.
    pub modified: DateTime<Utc>,
}

/// A file opened for reading.
pub struct OpenFile {
    /// Number of bytes of the whole file.
    pub size: u64,
    /// Which of them come: `start..end`.
    pub range: Range<u64>,
    /// The bytes, in order.
    pub bytes: BoxStream<'static, Result<Bytes, FileError>>,
}

impl std::fmt::Debug for OpenFile {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("OpenFile").field("size", &self.size).field("range", &self.range).finish_non_exhaustive()
    }
}

impl OpenFile {
    /// The bytes with a look at their SHA-256: the last part comes only after all of them were what the name claims, so that whoever reads
    /// changed bytes gets a broken transfer and never a whole file. Parts of a file cannot be judged and come as they are.
    #[must_use]
    pub fn checked(self, sha256: FileDigest) -> BoxStream<'static, Result<Bytes, FileError>> {
        if self.range != (0..self.size) {
            return self.bytes;
        }
        let begin = (self.bytes, Some(Sha256::new()), None::<Bytes>);
        futures_util::stream::try_unfold(begin, move |(mut bytes, mut digest, mut held)| async move {
            while let Some(hashing) = digest.as_mut() {
                match bytes.try_next().await? {
                    Some(part) => {
                        hashing.update(&part);
                        if let Some(before) = held.replace(part) {
                            return Ok(Some((before, (bytes, digest, held))));
                        }
                    }
                    None => {
                        let found = digest.take().map(|digest| FileDigest::from(<[u8; 32]>::from(digest.finalize())));
                        if let Some(found) = found.filter(|found| *found != sha256) {
                            return Err(FileError::Changed { sha256, found });
                        }
                    }
                }
            }
            Ok(held.take().map(|last| (last, (bytes, digest, None))))
        })
        .boxed()
    }
}

/// What a clean-up took away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Removed {
    /// Files that no row refers to.
    pub files: u64,
    /// Their bytes together.
    pub bytes: u64,
    /// Temporary files of uploads that never came to their end.
    pub leftovers: u64,
}

impl FileStore {
    /// Opens a store; a folder is made where it is missing. An S3 store is not asked yet, see [`FileStore::probe`].
    ///
    /// # Errors
    /// When the folder cannot be made, or the settings of the S3 store are not complete.
    pub async fn open(place: FilePlace) -> Result<Self, FileError> {
        Ok(Self { inner: Arc::new(place::Inner::open(place).await?) })
    }

    /// Where the store is, for people; never with a key.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// Asks the store whether it answers: the folder is there, the address, bucket and keys are right.
    ///
    /// # Errors
    /// When it does not.
    pub async fn probe(&self) -> Result<(), FileError> {
        self.inner.present().await?;
        self.list().try_next().await.map(drop)
    }

    /// Takes a file in: hashes and counts it on its way, and keeps it under its SHA-256 when it came whole.
    ///
    /// The same bytes again are no fault and change nothing but the time they were last put in, which [`FileStore::remove_unreferenced`] looks at.
    ///
    /// # Errors
    /// When it has more than `limit` bytes, when it breaks off, or when the store or the temporary folder cannot take it; nothing is kept then.
    pub async fn put<B, E>(&self, bytes: B, limit: u64) -> Result<Stored, FileError>
    where
        B: Stream<Item = Result<Bytes, E>>,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        self.inner.present().await?;
        let mut spooled = Spooled::begin(&self.inner.spool).await?;
        let mut digest = Sha256::new();
        let mut size = 0u64;
        let mut bytes = std::pin::pin!(bytes);
        while let Some(chunk) = bytes.next().await {
            let chunk = chunk.map_err(|error| FileError::BrokenOff { source: error.into() })?;
            size += chunk.len() as u64;
            if size > limit {
                return Err(FileError::TooLarge { limit });
            }
            digest.update(&chunk);
            spooled.write(&chunk).await?;
        }
        let sha256 = FileDigest::from(<[u8; 32]>::from(digest.finalize()));
        // In a task of its own: when the one who sent it goes away now, the file is still brought to its place as a whole.
        let inner = Arc::clone(&self.inner);
        let placed = tokio::spawn(async move { inner.place(spooled, sha256, size).await });
        placed.await.map_err(|error| FileError::Gone { source: Box::new(error) })??;
        Ok(Stored { sha256, size })
    }

    /// Opens a whole file.
    ///
    /// # Errors
    /// When it is missing or the store does not answer; the stream breaks off with an error when that happens later.
    pub async fn get(&self, sha256: FileDigest) -> Result<OpenFile, FileError> {
        self.open_range(sha256, None).await
    }

    /// Opens a part of a file; a range that reaches over the end is cut there.
    ///
    /// # Errors
    /// When it is missing, the range begins behind the last byte, or the store does not answer.
    pub async fn range(&self, sha256: FileDigest, range: Range<u64>) -> Result<OpenFile, FileError> {
        let size = self.size(sha256).await?.ok_or(FileError::Missing { sha256 })?;
        if range.start >= size || range.end <= range.start {
            return Err(FileError::OutOfRange { sha256, size });
        }
        self.open_range(sha256, Some(range.start..range.end.min(size))).await
    }

    async fn open_range(&self, sha256: FileDigest, range: Option<Range<u64>>) -> Result<OpenFile, FileError> {
        let options = GetOptions { range: range.map(GetRange::Bounded), ..GetOptions::default() };
        let answer = self.inner.store.get_opts(&self.inner.path_of(sha256), options).await;
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => return Err(self.inner.fault(error, Some(sha256)).await),
        };
        let (size, range) = (answer.meta.size, answer.range.clone());
        let bytes = match answer.payload {
            GetResultPayload::File(file, _) => spool::read(file, range.clone()).boxed(),
            GetResultPayload::Stream(stream) => {
                let inner = Arc::clone(&self.inner);
                stream
                    .or_else(move |error| {
                        let inner = Arc::clone(&inner);
                        async move { Err(inner.fault(error, Some(sha256)).await) }
                    })
                    .boxed()
            }
        };
        Ok(OpenFile { size, range, bytes })
    }

    /// True where the store holds a file of this name.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn exists(&self, sha256: FileDigest) -> Result<bool, FileError> {
        Ok(self.size(sha256).await?.is_some())
    }

    /// Number of bytes of a file; nothing where there is none.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn size(&self, sha256: FileDigest) -> Result<Option<u64>, FileError> {
        match self.inner.store.head(&self.inner.path_of(sha256)).await {
            Ok(meta) => Ok(Some(meta.size)),
            Err(error) => match self.inner.fault(error, Some(sha256)).await {
                FileError::Missing { .. } => Ok(None),
                fault => Err(fault),
            },
        }
    }

    /// Reads a file to its end and compares its SHA-256 with its name; answers its number of bytes.
    ///
    /// # Errors
    /// When it is missing or has other bytes than its name says, or the store does not answer.
    pub async fn verify(&self, sha256: FileDigest) -> Result<u64, FileError> {
        let mut file = self.get(sha256).await?;
        let mut digest = Sha256::new();
        let mut size = 0;
        while let Some(chunk) = file.bytes.try_next().await? {
            digest.update(&chunk);
            size += chunk.len() as u64;
        }
        let found = FileDigest::from(<[u8; 32]>::from(digest.finalize()));
        if found == sha256 { Ok(size) } else { Err(FileError::Changed { sha256, found }) }
    }

    /// Every file of the store, in no particular order. What has another name than this store gives is passed over.
    #[must_use]
    pub fn list(&self) -> BoxStream<'static, Result<StoredFile, FileError>> {
        let (inner, listed) = (Arc::clone(&self.inner), Arc::clone(&self.inner));
        self.inner
            .store
            .list(Some(&self.inner.root_of_files()))
            .or_else(move |error| {
                let inner = Arc::clone(&inner);
                async move { Err(inner.fault(error, None).await) }
            })
            .try_filter_map(move |meta| {
                let sha256 = listed.digest_of(&meta.location);
                std::future::ready(Ok(sha256.map(|sha256| StoredFile { sha256, size: meta.size, modified: meta.last_modified })))
            })
            .boxed()
    }

    /// Takes away the files that are not in `referenced` and were last put in before `older_than`, and temporary files as old as that.
    ///
    /// Between the upload of a file and the row that refers to it lies a time; so `older_than` has to lie days back,
    /// and `referenced` has to be read after that time and before this call.
    ///
    /// # Errors
    /// When the store does not answer or refuses; what was taken away until then stays away.
    pub async fn remove_unreferenced(&self, referenced: &BTreeSet<FileDigest>, older_than: DateTime<Utc>) -> Result<Removed, FileError> {
        self.inner.present().await?;
        let mut removed = Removed { leftovers: spool::remove_leftovers(&self.inner.spool, older_than).await?, ..Removed::default() };
        let mut files = self.list();
        while let Some(file) = files.try_next().await? {
            if file.modified >= older_than || referenced.contains(&file.sha256) {
                continue;
            }
            let path = self.inner.path_of(file.sha256);
            // Asked again: the same bytes may have come in since the list was made.
            match self.inner.store.head(&path).await {
                Ok(meta) if meta.last_modified < older_than => {}
                _ => continue,
            }
            if let Err(error) = self.inner.store.delete(&path).await {
                return Err(self.inner.fault(error, Some(file.sha256)).await);
            }
            removed.files += 1;
            removed.bytes += file.size;
        }
        Ok(removed)
    }
}

/// The path of a file below the root of a store.
fn place_of(prefix: &ObjectPath, sha256: FileDigest) -> ObjectPath {
    let digits = sha256.to_string();
    prefix.clone().join("sha256").join(&digits[..2]).join(digits.as_str())
}
