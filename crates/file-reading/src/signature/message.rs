//! The message of a signature (RFC 5652 SignedData) and the time that an authority adds (RFC 3161).

use chrono::{DateTime, Utc};

use super::algorithm::{Digest, Proof, verify};
use super::asn1::{INTEGER, Node, OCTET_STRING, OID, SEQUENCE, SET};
use super::certificate::Certificate;
use super::{Timestamp, Trust, chain, moment};

/// Certificates that come with a message.
const MOST_CERTIFICATES: usize = 64;

const SIGNED_DATA: &str = "1.2.840.113549.1.7.2";
const CONTENT_TYPE: &str = "1.2.840.113549.1.9.3";
const MESSAGE_DIGEST: &str = "1.2.840.113549.1.9.4";
const SIGNING_TIME: &str = "1.2.840.113549.1.9.5";
const SIGNING_CERTIFICATE: &str = "1.2.840.113549.1.9.16.2.12";
const SIGNING_CERTIFICATE_V2: &str = "1.2.840.113549.1.9.16.2.47";
const TIMESTAMP_TOKEN: &str = "1.2.840.113549.1.9.16.2.14";
const TIMESTAMP_CONTENT: &str = "1.2.840.113549.1.9.16.1.4";

/// A message that was read.
pub(super) struct Message<'a> {
    /// What the content is.
    content_type: String,
    /// The content, if it is inside.
    pub(super) content: Option<Vec<u8>>,
    pub(super) certificates: Vec<Certificate>,
    signer: Signer<'a>,
}

/// What the signer says.
struct Signer<'a> {
    identifier: Node<'a>,
    digest: Node<'a>,
    signed: Option<Node<'a>>,
    algorithm: Node<'a>,
    signature: Vec<u8>,
    unsigned: Option<Node<'a>>,
}

/// What verification of a message came to.
pub(super) struct Outcome {
    pub(super) digest: Option<Digest>,
    pub(super) bytes_match: Option<bool>,
    pub(super) proof: Proof,
    pub(super) sealed_time: Option<DateTime<Utc>>,
    pub(super) signer: Option<Certificate>,
}

impl<'a> Message<'a> {
    /// Reads a message; zeros that fill the rest of its place are left.
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut outer = Node::of(bytes, SEQUENCE)?.parts();
        (outer.tagged(OID)?.oid()? == SIGNED_DATA).then_some(())?;
        let inner = outer.tagged(0xA0)?;
        let mut parts = Node::of(inner.content, SEQUENCE)?.parts();
        parts.tagged(INTEGER)?;
        parts.tagged(SET)?;
        let mut content_parts = parts.tagged(SEQUENCE)?.parts();
        let content_type = content_parts.tagged(OID)?.oid()?;
        let content = content_parts.tagged(0xA0).and_then(|content| Node::first(content.content)?.0.octets());
        let certificates = parts.tagged(0xA0).map(Node::parts).into_iter().flatten();
        let certificates = certificates.take(MOST_CERTIFICATES).filter_map(|node| Certificate::read(node.whole)).collect();
        parts.tagged(0xA1);
        let signer = Signer::read(parts.tagged(SET)?.parts().tagged(SEQUENCE)?)?;
        Some(Self { content_type, content, certificates, signer })
    }

    /// Verifies the message over its content: `content` are the bytes signed, in stretches.
    pub(super) fn verify(&self, content: &[&[u8]]) -> Outcome {
        let signer = &self.signer;
        let digest = signer.digest.parts().tagged(OID).and_then(Node::oid).and_then(|oid| Digest::of_oid(&oid));
        let certificate = self.certificates.iter().find(|certificate| signer.is_of(certificate)).cloned();
        let mut outcome = Outcome { digest, bytes_match: None, proof: Proof::NotAsked, sealed_time: None, signer: certificate };
        let Some(digest) = digest else {
            outcome.proof = Proof::Unsupported(signer.digest.parts().tagged(OID).and_then(Node::oid).unwrap_or_default());
            return outcome;
        };
        let Some(certificate) = &outcome.signer else { return outcome };
        let check = |parts: &[&[u8]]| verify(&certificate.key, signer.algorithm, Some(digest), parts, &signer.signature);
        let Some(attributes) = signer.signed else {
            // Without attributes the signature stands over the content itself, so both answers are one.
            outcome.proof = check(content);
            outcome.bytes_match = matches!(outcome.proof, Proof::Verified | Proof::Failed).then_some(outcome.proof == Proof::Verified);
            return outcome;
        };
        let told = attribute(attributes, MESSAGE_DIGEST).and_then(Node::octets);
        outcome.bytes_match = Some(told.is_some_and(|told| told == digest.of(content)));
        outcome.sealed_time = attribute(attributes, SIGNING_TIME).and_then(moment::of_asn1);
        // The attributes are signed as the set they are, not under the mark they stand under (RFC 5652, 5.4).
        let head = [SET];
        outcome.proof = check(&[&head, attributes.whole.get(1..).unwrap_or_default()]);
        let type_agrees = attribute(attributes, CONTENT_TYPE).and_then(Node::oid).is_some_and(|told| told == self.content_type);
        if outcome.proof == Proof::Verified && !(type_agrees && names_certificate(attributes, certificate)) {
            outcome.proof = Proof::Failed;
        }
        outcome
    }

    /// The time that an authority gave for the signature.
    pub(super) fn stamp(&self, trust: &Trust) -> Option<Timestamp> {
        let token = attribute(self.signer.unsigned?, TIMESTAMP_TOKEN)?;
        let message = Message::read(token.whole)?;
        timestamp(&message, &[&self.signer.signature], trust)
    }
}

/// Verifies a token of an authority for times over what it was given for.
pub(super) fn timestamp(message: &Message<'_>, stamped: &[&[u8]], trust: &Trust) -> Option<Timestamp> {
    (message.content_type == TIMESTAMP_CONTENT).then_some(())?;
    let content = message.content.as_deref()?;
    let mut parts = Node::of(content, SEQUENCE)?.parts();
    parts.tagged(INTEGER)?;
    parts.tagged(OID)?;
    let mut imprint = parts.tagged(SEQUENCE)?.parts();
    let digest = Digest::of_oid(&imprint.tagged(SEQUENCE)?.parts().tagged(OID)?.oid()?);
    let hash = imprint.tagged(OCTET_STRING)?.content;
    parts.tagged(INTEGER)?;
    let time = moment::of_asn1(parts.next()?)?;
    let outcome = message.verify(&[content]);
    let sealed = outcome.bytes_match == Some(true);
    let purpose = outcome.signer.as_ref().is_some_and(|authority| authority.gives_times);
    let proof = match outcome.proof {
        Proof::Verified if !(sealed && purpose) => Proof::Failed,
        other => other,
    };
    let chain =
        outcome.signer.as_ref().map_or(chain::Chain::NotAsked, |authority| chain::lead(authority, &message.certificates, trust, None));
    Some(Timestamp { time, matches: digest.is_some_and(|digest| digest.of(stamped) == hash), proof, authority: outcome.signer, chain })
}

impl<'a> Signer<'a> {
    fn read(node: Node<'a>) -> Option<Self> {
        let mut parts = node.parts();
        parts.tagged(INTEGER)?;
        let identifier = parts.next()?;
        let digest = parts.tagged(SEQUENCE)?;
        let signed = parts.tagged(0xA0);
        let algorithm = parts.tagged(SEQUENCE)?;
        let signature = parts.next()?.octets()?;
        let unsigned = parts.tagged(0xA1);
        Some(Self { identifier, digest, signed, algorithm, signature, unsigned })
    }

    /// Whether this is the certificate that the signer names, by issuer and number or by its key.
    fn is_of(&self, certificate: &Certificate) -> bool {
        if self.identifier.tag == 0x80 {
            return certificate.key_identifier.as_deref() == Some(self.identifier.content);
        }
        let mut parts = self.identifier.parts();
        let issuer = parts.tagged(SEQUENCE).map(|issuer| issuer.whole);
        let serial = parts.tagged(INTEGER).map(|serial| serial.content);
        issuer == Some(&certificate.issuer) && serial == Some(&certificate.serial_bytes)
    }
}

/// The first value of an attribute.
fn attribute<'a>(attributes: Node<'a>, oid: &str) -> Option<Node<'a>> {
    attributes.parts().find_map(|attribute| {
        let mut parts = attribute.parts();
        (parts.tagged(OID)?.oid()? == oid).then_some(())?;
        parts.tagged(SET)?.parts().next()
    })
}

/// Whether the sealed hash of the certificate is that of the one that came along (RFC 5035); true if there is none.
fn names_certificate(attributes: Node<'_>, certificate: &Certificate) -> bool {
    let first = |oid: &str| attribute(attributes, oid).and_then(|value| value.parts().tagged(SEQUENCE)?.parts().tagged(SEQUENCE));
    if let Some(identifier) = first(SIGNING_CERTIFICATE_V2) {
        let mut parts = identifier.parts();
        // The hash is SHA-256 unless another is named in front.
        let digest = match parts.tagged(SEQUENCE) {
            Some(algorithm) => algorithm.parts().tagged(OID).and_then(Node::oid).and_then(|oid| Digest::of_oid(&oid)),
            None => Some(Digest::Sha256),
        };
        let hash = parts.tagged(OCTET_STRING).map(|hash| hash.content.to_vec());
        return digest.map(|digest| digest.of(&[&certificate.der])) == hash && hash.is_some();
    }
    if let Some(identifier) = first(SIGNING_CERTIFICATE) {
        return identifier.parts().tagged(OCTET_STRING).is_some_and(|hash| hash.content == Digest::Sha1.of(&[&certificate.der]));
    }
    true
}
