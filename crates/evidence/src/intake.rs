//! What is uploaded is looked at before it enters the store.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::sync::Arc;

use bytes::Bytes;
use file_reading::{Fault, Finding, Kind, name};
use futures_util::stream;

use crate::reading::{Reading, read_whole};
use crate::{Evidence, EvidenceError, READ_AT_ONCE};

/// A file that came whole and lies in a temporary file.
#[derive(Debug)]
pub struct Upload {
    /// Name as the browser gives it; nothing in it is believed.
    pub file_name: String,
    /// The bytes.
    pub file: File,
    /// Number of bytes.
    pub size: u64,
}

/// A file that was looked at and lies in the store.
pub(crate) struct Taken {
    pub(crate) sha256: String,
    pub(crate) size: i64,
    pub(crate) file_name: String,
    pub(crate) finding: Finding,
    /// What was read of it, when it is small enough to be read at once.
    pub(crate) reading: Option<Reading>,
}

/// Looks at a file and puts it into the store; what is refused never enters it.
pub(crate) async fn take(evidence: &Evidence, upload: Upload) -> Result<Taken, EvidenceError> {
    let largest = evidence.policy.largest();
    if upload.size > largest {
        return Err(EvidenceError::Refused(vec![Fault::TooLarge { kind: Kind::Unknown, size: upload.size, limit: largest }]));
    }
    let file_name = name::safe(&upload.file_name);
    let (policy, trust, named) = (Arc::clone(&evidence.policy), Arc::clone(&evidence.trust), file_name.clone());
    // Held until the file is in the store: so many files in memory and no more. The semaphore is never closed.
    let _turn = evidence.turns.acquire().await;
    let looked = tokio::task::spawn_blocking(move || {
        let mut file = upload.file;
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(0)).and_then(|_| file.take(largest + 1).read_to_end(&mut bytes)).map_err(EvidenceError::Spool)?;
        let finding = policy.check(&named, &bytes).map_err(EvidenceError::Refused)?;
        let reading = (finding.size <= READ_AT_ONCE).then(|| read_whole(&bytes, finding.kind, &trust));
        Ok::<_, EvidenceError>((finding, bytes, reading))
    });
    let (finding, bytes, reading) = looked.await.map_err(|error| EvidenceError::Spool(std::io::Error::other(error)))??;
    let whole = stream::iter([Ok::<Bytes, std::io::Error>(Bytes::from(bytes))]);
    let stored = evidence.files.put(whole, largest).await?;
    let size = i64::try_from(stored.size).unwrap_or(i64::MAX);
    Ok(Taken { sha256: stored.sha256.to_string(), size, file_name, finding, reading })
}
