//! Figures as people type them: 1.234,56 and 1,234.56, 1234,5, blanks between thousands, a percent sign.
//!
//! Which sign parts the fraction is decided only where the text itself decides it. `1.234` can be 1234 and 1,234; it is
//! answered as [`Reading::Open`] with both values, and whoever knows the column decides.

use std::str::FromStr as _;

use rust_decimal::Decimal;

/// The sign between the whole and its fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DecimalSign {
    /// As in 1.234,56, the Vietnamese form.
    Comma,
    /// As in 1,234.56, the English form.
    Point,
}

impl DecimalSign {
    /// The sign.
    #[must_use]
    pub fn sign(self) -> char {
        match self {
            DecimalSign::Comma => ',',
            DecimalSign::Point => '.',
        }
    }
}

/// A figure that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numeral {
    /// Its value, as far as the text decides it.
    pub reading: Reading,
    /// A percent sign stands behind it; the value is that before the sign.
    pub percent: bool,
}

/// The value of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// There is one way to read it.
    Sure {
        /// The value, with the digits of its fraction as they were typed.
        value: Decimal,
        /// The decimal sign that the text shows by its form, if it shows one.
        sign: Option<DecimalSign>,
    },
    /// One sign with three digits behind it: thousands or a fraction.
    Open {
        /// The value if the sign parts thousands.
        grouped: Decimal,
        /// The value if the sign parts the fraction.
        fraction: Decimal,
        /// The sign that stands there.
        sign: DecimalSign,
    },
}

/// Why a text is no figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum NumeralFault {
    /// Nothing stands there.
    #[error("empty")]
    Empty,
    /// Something else than digits and the signs of figures stands there.
    #[error("not a number")]
    NotANumber,
    /// The signs between thousands do not stand between groups of three digits.
    #[error("thousands are not groups of three digits")]
    Groups,
    /// More digits than an exact decimal holds (28).
    #[error("too many digits")]
    TooLong,
}

/// Reads a figure.
///
/// ```
/// use viet_text::{Reading, read_numeral};
/// let Reading::Sure { value, .. } = read_numeral("1.234,56").unwrap().reading else { unreachable!() };
/// assert_eq!(value.to_string(), "1234.56");
/// assert!(matches!(read_numeral("1.234").unwrap().reading, Reading::Open { .. }));
/// ```
///
/// # Errors
///
/// A [`NumeralFault`] if the text is no figure; letters, currencies and powers of ten are none.
pub fn read_numeral(text: &str) -> Result<Numeral, NumeralFault> {
    let text = text.trim();
    let (text, percent) = match text.strip_suffix('%') {
        Some(before) => (before.trim_end(), true),
        None => (text, false),
    };
    let (negative, digits) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() {
        return Err(if text.is_empty() && !percent { NumeralFault::Empty } else { NumeralFault::NotANumber });
    }
    let is_figure = |sign: char| sign.is_ascii_digit() || is_blank(sign) || sign == '.' || sign == ',';
    if !digits.chars().all(is_figure) || !digits.contains(|sign: char| sign.is_ascii_digit()) {
        return Err(NumeralFault::NotANumber);
    }
    let reading = match read_unsigned(digits)? {
        Reading::Sure { value, sign } => Reading::Sure { value: signed(value, negative), sign },
        Reading::Open { grouped, fraction, sign } => {
            Reading::Open { grouped: signed(grouped, negative), fraction: signed(fraction, negative), sign }
        }
    };
    Ok(Numeral { reading, percent })
}

/// Blanks that are typed between thousands: space, no-break space, narrow no-break space, thin space.
fn is_blank(sign: char) -> bool {
    matches!(sign, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}')
}

fn signed(value: Decimal, negative: bool) -> Decimal {
    if negative && !value.is_zero() { -value } else { value }
}

fn read_unsigned(digits: &str) -> Result<Reading, NumeralFault> {
    let commas = digits.matches(',').count();
    let points = digits.matches('.').count();
    let has_blanks = digits.contains(is_blank);
    let by = |sign: Option<DecimalSign>| {
        let (whole, fraction) = match sign.and_then(|sign| digits.rsplit_once(sign.sign())) {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (digits, None),
        };
        Ok(Reading::Sure { value: decimal(&whole_digits(whole)?, fraction)?, sign })
    };
    let sign = match (commas, points) {
        (0, 0) => return by(None),
        (0, 1) => DecimalSign::Point,
        (1, 0) => DecimalSign::Comma,
        // Several of one sign and none of the other part thousands; the fraction, if there was one, would have the other sign.
        (0, _) | (_, 0) => {
            let Reading::Sure { value, .. } = by(None)? else { return Err(NumeralFault::Groups) };
            let other = if commas == 0 { DecimalSign::Comma } else { DecimalSign::Point };
            return Ok(Reading::Sure { value, sign: Some(other) });
        }
        // The last one parts the fraction and stands once.
        _ if digits.rfind(',') > digits.rfind('.') && commas == 1 => return by(Some(DecimalSign::Comma)),
        _ if digits.rfind('.') > digits.rfind(',') && points == 1 => return by(Some(DecimalSign::Point)),
        _ => return Err(NumeralFault::Groups),
    };
    let (whole, fraction) = digits.split_once(sign.sign()).unwrap_or((digits, ""));
    let three = fraction.len() == 3 && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let short = (1..=3).contains(&whole.len()) && !whole.starts_with('0') && !has_blanks;
    if three && short {
        let grouped = decimal(&format!("{whole}{fraction}"), None)?;
        return Ok(Reading::Open { grouped, fraction: decimal(whole, Some(fraction))?, sign });
    }
    by(Some(sign))
}

/// The digits of the whole part; what stands between them must stand between groups of three, and be one sign throughout.
fn whole_digits(whole: &str) -> Result<String, NumeralFault> {
    let is_sign = |sign: char| !sign.is_ascii_digit();
    let mut signs = whole.chars().filter(|sign| is_sign(*sign));
    if let Some(first) = signs.next() {
        let groups: Vec<&str> = whole.split(is_sign).collect();
        let first_group = groups.first().map_or(0, |group| group.len());
        let even = groups.iter().skip(1).all(|group| group.len() == 3);
        if !signs.all(|sign| sign == first) || !(1..=3).contains(&first_group) || !even || whole.starts_with('0') {
            return Err(NumeralFault::Groups);
        }
    }
    Ok(whole.chars().filter(char::is_ascii_digit).collect())
}

fn decimal(whole: &str, fraction: Option<&str>) -> Result<Decimal, NumeralFault> {
    let whole = if whole.is_empty() { "0" } else { whole };
    let text = match fraction {
        None => whole.to_owned(),
        Some("") => return Err(NumeralFault::NotANumber),
        Some(fraction) if !fraction.bytes().all(|byte| byte.is_ascii_digit()) => return Err(NumeralFault::Groups),
        Some(fraction) => format!("{whole}.{fraction}"),
    };
    // The exact way refuses what it would have to round.
    Decimal::from_str_exact(&text).or_else(|_| exact_without_zeros(&text)).map_err(|_| NumeralFault::TooLong)
}

/// Zeros at either end say nothing and must not make a figure too long.
fn exact_without_zeros(text: &str) -> Result<Decimal, rust_decimal::Error> {
    let text = text.trim_start_matches('0');
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text };
    let text = if text.is_empty() || text.starts_with('.') { format!("0{text}") } else { text.to_owned() };
    Decimal::from_str_exact(&text).or_else(|error| if text == "0" { Decimal::from_str(&text) } else { Err(error) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        match read_numeral(text) {
            Err(fault) => fault.to_string(),
            Ok(Numeral { reading, percent }) => {
                let percent = if percent { " %" } else { "" };
                match reading {
                    Reading::Sure { value, sign } => format!("{value}{percent} {}", sign.map_or(' ', DecimalSign::sign)),
                    Reading::Open { grouped, fraction, sign } => format!("{grouped} or {fraction}{percent} {}", sign.sign()),
                }
            }
        }
        .trim_end()
        .to_owned()
    }

    #[test]
    fn both_forms_are_read_exactly() {
        for (typed, expected) in [
            ("0", "0"),
            ("1234", "1234"),
            ("1.234,56", "1234.56 ,"),
            ("1,234.56", "1234.56 ."),
            ("1234,5", "1234.5 ,"),
            ("1234.5", "1234.5 ."),
            ("1 234,56", "1234.56 ,"),
            ("1\u{a0}234\u{202f}567,5", "groups"),
            ("1\u{a0}234\u{a0}567,5", "1234567.5 ,"),
            ("1.234.567", "1234567 ,"),
            ("1,234,567", "1234567 ."),
            ("12 345", "12345"),
            ("0,125", "0.125 ,"),
            ("0.125", "0.125 ."),
            (",5", "0.5 ,"),
            ("1,2340", "1.2340 ,"),
            ("1234,567", "1234.567 ,"),
            ("-1.234,5", "-1234.5 ,"),
            ("\u{2212} 5", "-5"),
            ("+7", "7"),
            ("-0", "0"),
            ("80,5 %", "80.5 % ,"),
            (" 12 ", "12"),
            ("00012", "12"),
        ] {
            let expected = if expected == "groups" { "thousands are not groups of three digits" } else { expected };
            assert_eq!(read(typed), expected, "{typed}");
        }
    }

    #[test]
    fn a_sign_with_three_digits_behind_it_is_left_open() {
        assert_eq!(read("1.234"), "1234 or 1.234 .");
        assert_eq!(read("123,456"), "123456 or 123.456 ,");
        assert_eq!(read("-1.000"), "-1000 or -1.000 .");
        assert_eq!(read("1.234%"), "1234 or 1.234 % .");
    }

    #[test]
    fn what_is_no_figure_is_refused_with_its_reason() {
        let (not, groups) = ("not a number", "thousands are not groups of three digits");
        for (typed, expected) in [
            ("", "empty"),
            ("  ", "empty"),
            ("-", not),
            ("%", not),
            ("abc", not),
            ("12a", not),
            ("1e5", not),
            ("5.", not),
            (".", not),
            ("(5)", not),
            ("١٢", not),
            ("1.23.456", groups),
            ("1.2345,6", groups),
            ("1,234.567.890,5", groups),
            ("1,234,5", groups),
            ("0.123.456", groups),
            ("1 23", groups),
            ("1,5 0", groups),
            ("79228162514264337593543950336", "too many digits"),
            ("0,00000000000000000000000000001", "too many digits"),
        ] {
            assert_eq!(read(typed), expected, "{typed}");
        }
        assert_eq!(read(&format!("1,5{}", "0".repeat(60))), "1.5 ,");
    }
}
