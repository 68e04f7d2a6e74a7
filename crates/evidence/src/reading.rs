//! Text and signatures of a file: at once while it is uploaded, or afterwards for files that wait.

use std::sync::Arc;

use file_reading::signature::Trust;
use file_reading::{Fault, Kind, Limits, Text, signature, text};
use futures_util::TryStreamExt as _;
use platform::files::{FileDigest, FileError};
use viet_text::legacy::{convert, detect};

use crate::model::{PageLabel, TextState};
use crate::notes::{FileNote, SignatureNote};
use crate::{Evidence, EvidenceError, store};

/// A part of a text with its key for search.
pub(crate) struct ReadPart {
    pub(crate) label: String,
    pub(crate) text: String,
    pub(crate) search_key: String,
}

/// What the readers made of a file.
pub(crate) struct Reading {
    pub(crate) state: TextState,
    pub(crate) pages: Option<i64>,
    pub(crate) notes: Vec<FileNote>,
    pub(crate) signatures: Vec<SignatureNote>,
    pub(crate) parts: Vec<ReadPart>,
}

impl Reading {
    fn without_text(state: TextState) -> Self {
        Self { state, pages: None, notes: Vec::new(), signatures: Vec::new(), parts: Vec::new() }
    }
}

/// A text as search compares it: folded, a blank before each word and at the end, so that ` hoan kiem` finds words from their beginning.
pub(crate) fn search_key(text: &str) -> String {
    format!(" {} ", viet_text::fold(text))
}

/// Reads text and signatures.
pub(crate) fn read_whole(bytes: &[u8], kind: Kind, trust: &Trust) -> Reading {
    let mut reading = match text::read(bytes, kind, &Limits::default()) {
        Ok(text) => read_text(text),
        Err(Fault::NotReadable(_)) => Reading::without_text(TextState::None),
        Err(_) => Reading { notes: vec![FileNote::TextFailed], ..Reading::without_text(TextState::Failed) },
    };
    if kind == Kind::Pdf {
        match signature::read(bytes, trust) {
            Ok(found) => reading.signatures = found.iter().map(SignatureNote::of).collect(),
            Err(_) => reading.notes.push(FileNote::SignaturesFailed),
        }
    }
    reading
}

fn read_text(text: Text) -> Reading {
    let mut notes = Vec::new();
    let pages = text.parts.iter().filter(|part| {
        let label = PageLabel::from(part.place.clone());
        matches!(label, PageLabel::Page(_) | PageLabel::Sheet(..) | PageLabel::Slide(_))
    });
    let pages = Some(pages.count()).filter(|count| *count > 0).and_then(|count| i64::try_from(count).ok());
    if text.is_blank() {
        return Reading { pages, notes: vec![FileNote::NoText], ..Reading::without_text(TextState::None) };
    }
    let legacy = if text.legacy_encoding { detect(text.parts.iter().map(|part| part.text.as_str())) } else { None };
    if text.legacy_encoding {
        notes.push(if legacy.is_some() { FileNote::LegacyConverted } else { FileNote::LegacyUnknown });
    }
    if text.cut {
        notes.push(FileNote::TextCut);
    }
    if text.unmapped > 0 {
        notes.push(FileNote::LettersUnknown);
    }
    let parts = text
        .parts
        .into_iter()
        .filter(|part| !part.text.trim().is_empty())
        .map(|part| {
            let text = legacy.as_ref().map_or_else(|| part.text.clone(), |found| convert(&part.text, found.encoding));
            // No database keeps a sign of value nought in a text.
            let text = text.replace('\0', "");
            let label = PageLabel::from(part.place).word().replace('\0', "");
            ReadPart { label, search_key: search_key(&text), text }
        })
        .collect();
    Reading { state: TextState::Read, pages, notes, signatures: Vec::new(), parts }
}

/// Reads files that wait, at most so many; answers how many were read. Safe to call at any time and several times at once:
/// the same file read twice gives the same rows.
///
/// # Errors
/// When the database or the store does not answer; what was read until then stays.
pub async fn read_waiting(evidence: &Evidence, most: usize) -> Result<usize, EvidenceError> {
    let mut read = evidence.db.read().await?;
    let waiting = store::waiting(read.conn()).await?;
    drop(read);
    let mut done = 0;
    for file in waiting {
        if done == most {
            break;
        }
        let Ok(sha256) = file.sha256.parse::<FileDigest>() else { continue };
        let kind = Kind::of_code(&file.file_kind).unwrap_or(Kind::Unknown);
        let _turn = evidence.turns.acquire().await;
        let bytes = match whole(evidence, sha256).await {
            Ok(bytes) => bytes,
            // `cchc check` tells of it; the others are read meanwhile.
            Err(FileError::Missing { .. }) => {
                tracing::error!(sha256 = file.sha256, "a file of evidence is not in the store");
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        let trust = Arc::clone(&evidence.trust);
        let reading = tokio::task::spawn_blocking(move || read_whole(&bytes, kind, &trust)).await;
        let reading = reading.map_err(|error| EvidenceError::Spool(std::io::Error::other(error)))?;
        let mut write = evidence.db.write().await?;
        store::put_reading(write.conn(), &file.sha256, &file.notes(), &reading).await?;
        write.commit().await?;
        done += 1;
    }
    Ok(done)
}

/// A whole file in memory; it was small enough when it was taken.
async fn whole(evidence: &Evidence, sha256: FileDigest) -> Result<Vec<u8>, FileError> {
    let mut file = evidence.files.get(sha256).await?;
    let mut bytes = Vec::with_capacity(usize::try_from(file.size).unwrap_or(0));
    while let Some(chunk) = file.bytes.try_next().await? {
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}
