//! Certificates: whose key, by whom, from when to when.

use chrono::{DateTime, Utc};
use der::{Decode, Encode};
use x509_cert::Certificate as X509;
use x509_cert::ext::pkix::{BasicConstraints, KeyUsage};
use x509_cert::name::Name;

/// A certificate as it is shown, with its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// The name of the holder (CN).
    pub common_name: Option<String>,
    /// The body of the holder (O).
    pub organisation: Option<String>,
    /// The name of who gave it (CN).
    pub issuer_common_name: Option<String>,
    /// The body of who gave it (O).
    pub issuer_organisation: Option<String>,
    /// The number, in hexadecimal figures.
    pub serial: String,
    /// First moment of validity.
    pub not_before: DateTime<Utc>,
    /// Last moment of validity.
    pub not_after: DateTime<Utc>,
    /// Whether holder and issuer are the same, so that nobody else stands for it.
    pub is_self_issued: bool,
    /// The bytes of the certificate.
    pub der: Vec<u8>,
    pub(super) subject: Vec<u8>,
    pub(super) issuer: Vec<u8>,
    pub(super) serial_bytes: Vec<u8>,
    pub(super) key_identifier: Option<Vec<u8>>,
    /// The key with its algorithm.
    pub(super) key: Vec<u8>,
    /// Whether it may stand for others.
    pub(super) is_authority: bool,
    /// Whether it may give times (RFC 3161).
    pub(super) gives_times: bool,
}

impl Certificate {
    /// Reads a certificate from its bytes (DER).
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let certificate = X509::from_der(bytes).ok()?;
        let inner = certificate.tbs_certificate();
        let subject = inner.subject().to_der().ok()?;
        let issuer = inner.issuer().to_der().ok()?;
        let time = |seconds: u64| DateTime::from_timestamp(i64::try_from(seconds).ok()?, 0);
        let constraints = inner.get_extension::<BasicConstraints>().ok().flatten();
        let usage = inner.get_extension::<KeyUsage>().ok().flatten();
        let extended = inner.get_extension::<x509_cert::ext::pkix::ExtendedKeyUsage>().ok().flatten();
        let identifier = inner.get_extension::<x509_cert::ext::pkix::SubjectKeyIdentifier>().ok().flatten();
        let signs_others = usage.is_none_or(|(_, usage)| usage.key_cert_sign());
        Some(Self {
            common_name: text(inner.subject(), "2.5.4.3"),
            organisation: text(inner.subject(), "2.5.4.10"),
            issuer_common_name: text(inner.issuer(), "2.5.4.3"),
            issuer_organisation: text(inner.issuer(), "2.5.4.10"),
            serial: inner.serial_number().as_bytes().iter().map(|byte| format!("{byte:02X}")).collect(),
            not_before: time(inner.validity().not_before.to_unix_duration().as_secs())?,
            not_after: time(inner.validity().not_after.to_unix_duration().as_secs())?,
            is_self_issued: subject == issuer,
            key: inner.subject_public_key_info().to_der().ok()?,
            is_authority: constraints.is_some_and(|(_, constraints)| constraints.ca) && signs_others,
            gives_times: extended.is_some_and(|(_, usage)| usage.0.iter().any(|purpose| purpose.to_string() == "1.3.6.1.5.5.7.3.8")),
            key_identifier: identifier.map(|(_, identifier)| identifier.0.as_bytes().to_vec()),
            serial_bytes: inner.serial_number().as_bytes().to_vec(),
            der: bytes.to_vec(),
            subject,
            issuer,
        })
    }

    /// Whether a moment is within the dates.
    #[must_use]
    pub fn is_current_at(&self, moment: DateTime<Utc>) -> bool {
        (self.not_before..=self.not_after).contains(&moment)
    }
}

/// The last value of an attribute of a name, whichever kind of letters it is written in.
fn text(name: &Name, oid: &str) -> Option<String> {
    let attribute = name.iter().filter(|attribute| attribute.oid.to_string() == oid).last()?;
    let bytes = attribute.value.value();
    let text = match der::Tagged::tag(&attribute.value) {
        der::Tag::BmpString => encoding_rs::UTF_16BE.decode_without_bom_handling(bytes).0.into_owned(),
        // Used as Latin 1.
        der::Tag::TeletexString => bytes.iter().map(|byte| char::from(*byte)).collect(),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    };
    let text: String = text.chars().filter(|c| !c.is_control()).take(500).collect();
    Some(text).filter(|text| !text.is_empty())
}
