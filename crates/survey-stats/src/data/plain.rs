//! Reading of tables without quotes, straight from their bytes: large samples are read once a column, and this is most of the time.
//!
//! Lines end with LF, CR or both, and empty ones are no rows, as the reader of tables with quotes has it.

/// Calls `take` with the number of each line that is not empty, from 0, and its number of fields.
pub(super) fn shape(bytes: &[u8], mut take: impl FnMut(usize, usize)) {
    let (mut row, mut fields, mut length) = (0, 1, 0);
    let mut end = |fields: &mut usize, length: &mut usize| {
        if *length > 0 {
            take(row, *fields);
            row += 1;
        }
        (*fields, *length) = (1, 0);
    };
    for &byte in bytes {
        match byte {
            b'\n' | b'\r' => end(&mut fields, &mut length),
            _ => {
                fields += usize::from(byte == b',');
                length += 1;
            }
        }
    }
    end(&mut fields, &mut length);
}

/// Calls `take` with the number of each line that is not empty, from 0, and one of its fields, by the place of its column.
pub(super) fn fields<'a>(text: &'a str, place: usize, mut take: impl FnMut(usize, &'a str)) {
    let bytes = text.as_bytes();
    let (mut row, mut at) = (0, 0);
    let is_end = |byte: u8| matches!(byte, b'\n' | b'\r');
    while at < bytes.len() {
        if is_end(bytes[at]) {
            at += 1;
            continue;
        }
        let mut left = place;
        while left > 0 && at < bytes.len() && !is_end(bytes[at]) {
            left -= usize::from(bytes[at] == b',');
            at += 1;
        }
        let start = at;
        while at < bytes.len() && bytes[at] != b',' && !is_end(bytes[at]) {
            at += 1;
        }
        // Commas and ends of lines are never part of a letter.
        take(row, text.get(start..at).filter(|_| left == 0).unwrap_or_default());
        row += 1;
        while at < bytes.len() && !is_end(bytes[at]) {
            at += 1;
        }
    }
}

/// Calls `take` with the place of its column and each field, line after line; empty lines are none.
pub(super) fn cells<'a>(text: &'a str, mut take: impl FnMut(usize, &'a str)) {
    let bytes = text.as_bytes();
    let (mut column, mut start) = (0, 0);
    let mut end_field = |column: usize, start: usize, end: usize| take(column, text.get(start..end).unwrap_or_default());
    for (at, &byte) in bytes.iter().enumerate() {
        match byte {
            b',' => {
                end_field(column, start, at);
                (column, start) = (column + 1, at + 1);
            }
            b'\n' | b'\r' => {
                if column > 0 || at > start {
                    end_field(column, start, at);
                }
                (column, start) = (0, at + 1);
            }
            _ => {}
        }
    }
    if column > 0 || bytes.len() > start {
        end_field(column, start, bytes.len());
    }
}

/// The field without space around it.
pub(super) fn trimmed(field: &str) -> &str {
    let plain = |byte: Option<&u8>| byte.is_none_or(|byte| byte.is_ascii_graphic());
    let bytes = field.as_bytes();
    if plain(bytes.first()) && plain(bytes.last()) { field } else { field.trim() }
}

/// Powers of ten that a double holds exactly, as far as short numbers need them.
const POWERS: [f64; 16] = [1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

/// A number of at most 15 digits, with or without a sign and a point inside it; none for all others, which are read the long way.
/// Both integers below are exact and their quotient is rounded once, so that the number is the nearest one (Clinger 1990).
pub(super) fn short_number(field: &[u8]) -> Option<f64> {
    let (negative, digits) = match field {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, field),
    };
    if digits.is_empty() || digits.len() > 16 {
        return None;
    }
    let (mut whole, mut count, mut point) = (0_u64, 0_usize, None);
    for &byte in digits {
        match byte {
            b'0'..=b'9' => {
                whole = whole * 10 + u64::from(byte - b'0');
                count += 1;
            }
            b'.' if point.is_none() => point = Some(count),
            _ => return None,
        }
    }
    if count == 0 || count > 15 {
        return None;
    }
    let value = whole as f64 / POWERS.get(point.map_or(0, |point| count - point))?;
    Some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::short_number;

    #[test]
    fn short_numbers_are_those_of_the_long_way() {
        let mut state = 7_u64;
        let mut next = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        let mut read = 0;
        for _ in 0..20_000 {
            let length = next(18) + 1;
            let mut text: String = (0..length).map(|_| char::from(b'0' + next(10) as u8)).collect();
            if next(2) == 0 {
                text.insert(next(length + 1) as usize, '.');
            }
            if next(3) == 0 {
                text.insert(0, ['-', '+'][next(2) as usize]);
            }
            if let Some(short) = short_number(text.as_bytes()) {
                read += 1;
                assert_eq!(Ok(short.to_bits()), text.parse::<f64>().map(f64::to_bits), "{text}");
            }
        }
        assert!(read > 10_000, "{read}");
        for other in ["", "-", ".", "1e3", "1.2.3", "1,2", "inf", "nan", "0x1", " 1", "1234567890123456"] {
            assert_eq!(short_number(other.as_bytes()), None, "{other}");
        }
        assert_eq!(short_number(b"-0").map(f64::to_bits), Some((-0.0_f64).to_bits()));
    }
}
