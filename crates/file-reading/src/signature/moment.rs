//! Times as files and messages write them.

use chrono::{DateTime, FixedOffset, NaiveDate, TimeZone, Utc};

use super::asn1::Node;

/// A date of PDF: `D:20240315103000+07'00'`. What is left out is the first of its kind; without a zone it is UTC.
pub(super) fn of_pdf(text: &str) -> Option<DateTime<FixedOffset>> {
    let text = text.trim().strip_prefix("D:").unwrap_or(text);
    let digits: String = text.chars().take_while(char::is_ascii_digit).take(14).collect();
    let rest = text.get(digits.len()..)?;
    let part = |from: usize, to: usize, default: u32| digits.get(from..to).map_or(Some(default), |part| part.parse().ok());
    let year = digits.get(..4)?.parse().ok()?;
    let date = NaiveDate::from_ymd_opt(year, part(4, 6, 1)?, part(6, 8, 1)?)?;
    let time = date.and_hms_opt(part(8, 10, 0)?, part(10, 12, 0)?, part(12, 14, 0)?)?;
    zone(rest)?.from_local_datetime(&time).single()
}

fn zone(text: &str) -> Option<FixedOffset> {
    let sign = match text.chars().next() {
        Some('+') => 1,
        Some('-') => -1,
        _ => return FixedOffset::east_opt(0),
    };
    let digits: Vec<i32> = text.bytes().filter(u8::is_ascii_digit).map(|digit| i32::from(digit - b'0')).collect();
    let hours = digits.first()? * 10 + digits.get(1)?;
    let minutes = digits.get(2).unwrap_or(&0) * 10 + digits.get(3).unwrap_or(&0);
    FixedOffset::east_opt(sign * (hours * 3600 + minutes * 60))
}

/// A time of ASN.1: with two figures for the year (RFC 5280: 50 and above are 19..) or with four.
pub(super) fn of_asn1(node: Node<'_>) -> Option<DateTime<Utc>> {
    let text = std::str::from_utf8(node.content).ok()?;
    let full = match node.tag {
        0x17 => {
            let year: u32 = text.get(..2)?.parse().ok()?;
            format!("{}{text}", if year >= 50 { "19" } else { "20" })
        }
        0x18 => text.to_owned(),
        _ => return None,
    };
    let bare = full.strip_suffix('Z')?;
    let whole = bare.split(['.', ',']).next()?;
    if whole.len() < 12 || !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    of_pdf(whole).map(|time| time.to_utc())
}
