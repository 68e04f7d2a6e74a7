//! What the readers found, as it is kept in the row of a file.

use chrono::{DateTime, Utc};
use file_reading::signature::{Chain, Form, Proof, Signature};
use file_reading::{Finding, Warning};
use serde::{Deserialize, Serialize};

/// What is worth telling about a file that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileNote {
    /// It asks readers to forbid printing, copying or changing.
    Restricted,
    /// Bytes of no known kind stand before its head.
    BytesBefore,
    /// It holds script, or starts something when opened.
    ActiveContent,
    /// It carries other files.
    AttachedFiles,
    /// It loads its template from elsewhere when opened.
    RemoteTemplate,
    /// It holds macros.
    Macros,
    /// It opens with a password only.
    Password,
    /// It has pages and no text: a scan. Search finds it by its description only.
    NoText,
    /// Its text was written in TCVN3 or VNI and was converted.
    LegacyConverted,
    /// Its text was written in an old font encoding that could not be told; search may miss words.
    LegacyUnknown,
    /// Its text is longer than is kept; the rest is not found by search.
    TextCut,
    /// The fonts do not tell all letters; search may miss words.
    LettersUnknown,
    /// The reader of text gave up.
    TextFailed,
    /// The reader of signatures gave up.
    SignaturesFailed,
}

/// What a first look at a file found.
#[must_use]
pub(crate) fn notes_of(finding: &Finding) -> Vec<FileNote> {
    let note = |warning: &Warning| match warning {
        Warning::Macros => Some(FileNote::Macros),
        Warning::Password => Some(FileNote::Password),
        Warning::Restricted => Some(FileNote::Restricted),
        Warning::BytesBefore => Some(FileNote::BytesBefore),
        Warning::ActiveContent => Some(FileNote::ActiveContent),
        Warning::AttachedFiles => Some(FileNote::AttachedFiles),
        Warning::RemoteTemplate => Some(FileNote::RemoteTemplate),
        // The policy refuses such files.
        Warning::AlsoOfKind(_) | Warning::Damaged => None,
    };
    finding.warnings.iter().filter_map(note).collect()
}

/// Whether the signed bytes are still those that were signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ByteVerdict {
    /// They are, to the last byte of the file.
    Whole,
    /// They are; more was added to the file after them.
    AddedLater,
    /// They are not, or the signature is not of the key of its certificate.
    Broken,
    /// It cannot be told.
    Unknown,
}

/// A digital signature as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignatureNote {
    /// Who signed, by the certificate.
    pub signer: Option<String>,
    /// Body of the signer, by the certificate.
    pub organisation: Option<String>,
    /// Who gave the certificate.
    pub issuer: Option<String>,
    /// The best time known.
    pub time: Option<DateTime<Utc>>,
    /// Whether an authority gave the time; otherwise it is the clock of the signer's machine.
    pub stamped: bool,
    /// Whether it is the stamp of an authority over the file, and nobody's signature.
    pub is_stamp: bool,
    /// Whether the bytes still match.
    pub verdict: ByteVerdict,
    /// Whether the hash is one for which two contents can be made.
    pub weak: bool,
    /// Whether the certificate was within its dates at the best time known.
    pub current: Option<bool>,
    /// Whether the certificate leads to a trusted root; nothing when no roots are set.
    pub trusted: Option<bool>,
    /// The reason given in the file.
    pub reason: Option<String>,
}

impl SignatureNote {
    pub(crate) fn of(signature: &Signature) -> Self {
        let is_stamp = signature.form == Form::DocumentTimestamp;
        let certificate = match (&signature.signer, &signature.timestamp) {
            (Some(signer), _) => Some(signer),
            (None, Some(stamp)) => stamp.authority.as_ref(),
            (None, None) => None,
        };
        Self {
            signer: certificate.and_then(|found| found.common_name.clone()),
            organisation: certificate.and_then(|found| found.organisation.clone()),
            issuer: certificate.and_then(|found| found.issuer_common_name.clone().or_else(|| found.issuer_organisation.clone())),
            time: signature.best_time(),
            stamped: signature.timestamp.as_ref().is_some_and(file_reading::signature::Timestamp::is_sound),
            is_stamp,
            verdict: verdict(signature),
            weak: signature.digest.is_some_and(file_reading::signature::Digest::is_weak),
            current: signature.certificate_was_current(),
            trusted: match &signature.chain {
                Chain::NotAsked => None,
                chain => Some(chain.is_complete()),
            },
            reason: signature.reason.clone(),
        }
    }
}

fn verdict(signature: &Signature) -> ByteVerdict {
    if signature.is_intact() {
        return if signature.range.covers_whole_file() { ByteVerdict::Whole } else { ByteVerdict::AddedLater };
    }
    let told = signature.bytes_match.is_some() || signature.range.fault.is_some();
    match (signature.fault, &signature.proof) {
        (None, Proof::NotAsked) if !told => ByteVerdict::Unknown,
        (Some(_), _) => ByteVerdict::Unknown,
        (None, Proof::Verified | Proof::NotAsked) => ByteVerdict::Broken,
        (None, _) if signature.bytes_match == Some(false) || signature.range.fault.is_some() => ByteVerdict::Broken,
        (None, proof) if *proof == Proof::Failed => ByteVerdict::Broken,
        (None, _) => ByteVerdict::Unknown,
    }
}
