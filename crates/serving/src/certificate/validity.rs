//! From when to when a certificate is valid, read from its bytes (RFC 5280, section 4.1: DER).

use chrono::{DateTime, NaiveDateTime, Utc};

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
/// The version of the certificate stands under this tag; certificates of version 1 have none.
const VERSION: u8 = 0xa0;

/// The stretch of time in which a certificate is valid, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// From this moment on.
    pub from: DateTime<Utc>,
    /// Until this moment.
    pub until: DateTime<Utc>,
}

impl Validity {
    /// Reads a certificate in DER; `None` for anything else.
    #[must_use]
    pub fn of(certificate: &[u8]) -> Option<Self> {
        let (mut certificate, _) = element(certificate, SEQUENCE)?;
        let mut body = take(&mut certificate, SEQUENCE)?;
        if body.first() == Some(&VERSION) {
            take(&mut body, VERSION)?;
        }
        take(&mut body, INTEGER)?;
        take(&mut body, SEQUENCE)?;
        take(&mut body, SEQUENCE)?;
        let mut validity = take(&mut body, SEQUENCE)?;
        Some(Self { from: time(&mut validity)?, until: time(&mut validity)? })
    }
}

fn time(bytes: &mut &[u8]) -> Option<DateTime<Utc>> {
    let tag = *bytes.first()?;
    let text = take(bytes, tag)?;
    let text = std::str::from_utf8(text).ok()?;
    let full = match tag {
        GENERALIZED_TIME => text.to_owned(),
        // Two digits mean 1950 to 2049.
        UTC_TIME => format!("{}{text}", if text.get(..2)? < "50" { "20" } else { "19" }),
        _ => return None,
    };
    NaiveDateTime::parse_from_str(&full, "%Y%m%d%H%M%SZ").ok().map(|time| time.and_utc())
}

/// The content of the element at the front, which is left behind.
fn take<'a>(bytes: &mut &'a [u8], tag: u8) -> Option<&'a [u8]> {
    let (content, rest) = element(bytes, tag)?;
    *bytes = rest;
    Some(content)
}

/// Content of the element at the front, and what follows it.
fn element(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (&found, rest) = bytes.split_first()?;
    let (&first, rest) = rest.split_first()?;
    if found != tag {
        return None;
    }
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
        if digits.is_empty() || digits.len() > 4 {
            return None;
        }
        (digits.iter().fold(0, |length, &digit| length << 8 | usize::from(digit)), rest)
    };
    rest.split_at_checked(length)
}
