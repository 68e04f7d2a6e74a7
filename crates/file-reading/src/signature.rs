//! Digital signatures in a PDF: who signed, when, whether the bytes still match, whether more was added later.
//!
//! What is verified, and how, stands in `docs/file-reading.md`.
//! Whether a certificate was revoked is not asked, for that needs the network.

mod algorithm;
mod asn1;
mod certificate;
mod chain;
mod field;
mod message;
mod moment;
mod range;

use chrono::{DateTime, FixedOffset, Utc};

pub use algorithm::{Digest, Proof};
pub use certificate::Certificate;
pub use chain::{Chain, Trust};
pub use range::{Range, RangeFault};

use crate::pdf::{Budget, Pdf};
use crate::{Fault, Kind};
use field::Found;

/// Signatures that are read; the rest is left out.
pub const MOST_SIGNATURES: usize = 200;

/// How a signature is written (`/SubFilter`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// `adbe.pkcs7.detached`.
    Detached,
    /// `ETSI.CAdES.detached`, the form of PAdES.
    Cades,
    /// `adbe.pkcs7.sha1`: the message holds the SHA-1 of the bytes.
    Sha1Inside,
    /// `ETSI.RFC3161`: no person signs; an authority says when the file was there.
    DocumentTimestamp,
    /// Another; nothing of it is verified.
    Other(String),
}

/// A time that an authority gives, bound to what was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timestamp {
    /// The time.
    pub time: DateTime<Utc>,
    /// Whether it was given for this very signature or file.
    pub matches: bool,
    /// Whether the authority's own signature verifies.
    pub proof: Proof,
    /// The authority.
    pub authority: Option<Certificate>,
    /// Whether the authority leads to a trusted root.
    pub chain: Chain,
}

impl Timestamp {
    /// Whether the time can be believed if the authority is.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.matches && self.proof == Proof::Verified
    }
}

/// Why nothing can be said of the message in a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageFault {
    /// The form is none of those that are read here.
    UnknownForm,
    /// The bytes of the message cannot be read.
    NotReadable,
    /// The certificate of the signer is not in it.
    NoCertificate,
}

/// One signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The field it stands in.
    pub field: String,
    /// How it is written.
    pub form: Form,
    /// The reason given.
    pub reason: Option<String>,
    /// The place given.
    pub location: Option<String>,
    /// The name given in the file, which anybody can write; the certificate tells who signed.
    pub claimed_name: Option<String>,
    /// The time that the file gives (`/M`), which is the clock of the signer's machine.
    pub claimed_time: Option<DateTime<FixedOffset>>,
    /// The time inside the signed message (attribute `signing-time`), from the same clock but sealed.
    pub sealed_time: Option<DateTime<Utc>>,
    /// The time that an authority gives.
    pub timestamp: Option<Timestamp>,
    /// Which bytes are signed, and what stands after them.
    pub range: Range,
    /// The hash used over the bytes.
    pub digest: Option<Digest>,
    /// Whether the bytes have the hash that was signed; nothing if that could not be asked.
    pub bytes_match: Option<bool>,
    /// Whether the signature verifies with the key of the certificate.
    pub proof: Proof,
    /// The signer.
    pub signer: Option<Certificate>,
    /// Whether the certificate leads to a trusted root.
    pub chain: Chain,
    /// For the signature of the author: what may be changed later (1 nothing, 2 forms, 3 forms and notes).
    pub certification: Option<u8>,
    /// Why the message says nothing, if it does not.
    pub fault: Option<MessageFault>,
}

impl Signature {
    /// Whether the signed bytes are those that were signed, by the key of the certificate shown.
    /// Says nothing on whether that certificate is to be trusted, nor on bytes added later.
    #[must_use]
    pub fn is_intact(&self) -> bool {
        self.range.fault.is_none() && self.bytes_match == Some(true) && self.proof == Proof::Verified
    }

    /// The best time known: of an authority, else the sealed one, else the claimed one.
    #[must_use]
    pub fn best_time(&self) -> Option<DateTime<Utc>> {
        let stamped = self.timestamp.as_ref().filter(|stamp| stamp.is_sound()).map(|stamp| stamp.time);
        stamped.or(self.sealed_time).or_else(|| self.claimed_time.map(|time| time.to_utc()))
    }

    /// Whether the certificate was within its dates at the best time known.
    #[must_use]
    pub fn certificate_was_current(&self) -> Option<bool> {
        Some(self.signer.as_ref()?.is_current_at(self.best_time()?))
    }
}

/// Reads and verifies all signatures of a PDF, in the order of their fields.
///
/// # Errors
///
/// [`Fault::Password`], [`Fault::Damaged`], [`Fault::Beyond`].
pub fn read(bytes: &[u8], trust: &Trust) -> Result<Vec<Signature>, Fault> {
    crate::guarded(Kind::Pdf, || {
        let pdf = Pdf::open(bytes, Budget::for_a_look())?;
        if pdf.is_locked() {
            return Err(Fault::Password(Kind::Pdf));
        }
        let fields = field::find(&pdf);
        pdf.check()?;
        Ok(fields.into_iter().map(|found| verified(bytes, found, trust)).collect())
    })
}

fn verified(bytes: &[u8], found: Found, trust: &Trust) -> Signature {
    let (range, contents) = range::check(bytes, found.range.as_deref(), found.contents.as_deref(), found.extent);
    let mut signature = Signature {
        field: found.name,
        form: found.form,
        reason: found.reason,
        location: found.location,
        claimed_name: found.claimed_name,
        claimed_time: found.claimed_time,
        sealed_time: None,
        timestamp: None,
        range,
        digest: None,
        bytes_match: None,
        proof: Proof::NotAsked,
        signer: None,
        chain: Chain::NotAsked,
        certification: found.certification,
        fault: None,
    };
    if let Form::Other(_) = signature.form {
        signature.fault = Some(MessageFault::UnknownForm);
        return signature;
    }
    let Some(message) = contents.as_deref().and_then(message::Message::read) else {
        signature.fault = Some(MessageFault::NotReadable);
        return signature;
    };
    let signed = signature.range.parts(bytes);
    let outcome = match signature.form {
        Form::DocumentTimestamp => {
            let stamp = message::timestamp(&message, &signed, trust);
            signature.bytes_match = stamp.as_ref().map(|stamp| stamp.matches);
            signature.timestamp = stamp;
            let content = message.content.clone().unwrap_or_default();
            message.verify(&[&content])
        }
        Form::Sha1Inside => {
            let hash = Digest::Sha1.of(&signed);
            let content = message.content.clone().unwrap_or_default();
            let mut outcome = message.verify(&[&content]);
            outcome.bytes_match = outcome.bytes_match.map(|matches| matches && hash == content);
            signature.bytes_match = outcome.bytes_match;
            outcome
        }
        _ => {
            let outcome = message.verify(&signed);
            signature.bytes_match = outcome.bytes_match;
            signature.timestamp = message.stamp(trust);
            outcome
        }
    };
    signature.digest = outcome.digest;
    signature.proof = outcome.proof;
    signature.sealed_time = outcome.sealed_time;
    if outcome.signer.is_none() {
        signature.fault = Some(MessageFault::NoCertificate);
    }
    let stamped = signature.timestamp.as_ref().filter(|stamp| stamp.is_sound() && stamp.chain.is_complete()).map(|stamp| stamp.time);
    if let Some(signer) = &outcome.signer {
        signature.chain = chain::lead(signer, &message.certificates, trust, stamped);
    }
    signature.signer = outcome.signer;
    signature
}
