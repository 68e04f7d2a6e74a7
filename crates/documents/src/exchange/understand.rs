//! What stands in a cell becomes a value of its column, or a rule says why not.

use rust_decimal::Decimal;
use viet_text::{DateFault, DecimalSign, Numeral, NumeralFault, Reading, read_date, read_numeral};

use super::format::{Blanks, Choice, Column, FigureRange, Kind, Unit, normal_text};
use super::value::Value;
use crate::fault::Rule;
use crate::intake::{Cell, Content, serial_day};

/// Decimals of a figure whose sign has three digits behind it.
const OPEN_DECIMALS: u32 = 3;

/// Which decimal signs the figures of a sheet show by their form.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Signs {
    comma: bool,
    point: bool,
    /// What the reader was told; it decides everything.
    told: Option<DecimalSign>,
}

impl Signs {
    pub(super) fn told(told: Option<DecimalSign>) -> Signs {
        Signs { told, ..Signs::default() }
    }

    /// Takes note of the sign that a text shows.
    pub(super) fn note(&mut self, content: &Content) {
        if let Content::Text(text) = content
            && let Ok(Numeral { reading: Reading::Sure { sign: Some(sign), .. }, .. }) = read_numeral(text)
        {
            match sign {
                DecimalSign::Comma => self.comma = true,
                DecimalSign::Point => self.point = true,
            }
        }
    }

    /// The one sign that is used, if there is one.
    fn one(self) -> Option<DecimalSign> {
        self.told.or(match (self.comma, self.point) {
            (true, false) => Some(DecimalSign::Comma),
            (false, true) => Some(DecimalSign::Point),
            _ => None,
        })
    }
}

/// The value of a cell; `range` is that of the thing that the row is about.
pub(super) fn value(column: &Column, cell: &Cell, signs: Signs, range: Option<&FigureRange>) -> Result<Value, Rule> {
    match &cell.content {
        Content::Nothing if cell.formula => return Err(Rule::FormulaWithoutResult),
        Content::Nothing => return Ok(Value::Empty),
        Content::Error(_) => return Err(Rule::CellError),
        Content::Truth(_) => return Err(Rule::TruthValue),
        Content::Text(text) if text.trim().is_empty() && !keeps_blanks(column) => return Ok(Value::Empty),
        _ => {}
    }
    match &column.kind {
        Kind::Text { max, blanks } => text(&words(&cell.content, false)?, *max, *blanks),
        Kind::Figure { decimals, min, max, unit } => {
            let column = FigureRange { decimals: *decimals, min: *min, max: *max };
            let bounds = range.map_or(column, |range| FigureRange { decimals: range.decimals.min(*decimals), ..*range });
            bounds.figure(&cell.content, *unit, signs).map(Value::Figure)
        }
        Kind::Date { first, last } => {
            let date = date(&cell.content)?;
            match (first, last) {
                (Some(first), _) if date < *first => Err(Rule::BeforeFirst { first: *first }),
                (_, Some(last)) if date > *last => Err(Rule::AfterLast { last: *last }),
                _ => Ok(Value::Date(date)),
            }
        }
        Kind::Choice(choices) => {
            let words = normal_text(&words(&cell.content, true)?, Blanks::Trimmed);
            let found = chosen(choices, &words).ok_or_else(|| Rule::UnknownChoice { choices: choices.clone() })?;
            Ok(Value::Text(found.code.clone()))
        }
        Kind::Code { max, digits } => code(&cell.content, *max, *digits),
    }
}

fn keeps_blanks(column: &Column) -> bool {
    matches!(column.kind, Kind::Text { blanks: Blanks::Kept, .. })
}

/// The words of a cell where a text is asked for.
fn words(content: &Content, is_name: bool) -> Result<String, Rule> {
    match content {
        Content::Date { .. } => Err(Rule::UnexpectedDate),
        Content::Number(number) if is_name && number.fract() != Decimal::ZERO => Err(Rule::NumberForCode),
        content => Ok(content.shown()),
    }
}

fn text(text: &str, max: usize, blanks: Blanks) -> Result<Value, Rule> {
    let text = normal_text(text, blanks);
    if text.chars().any(is_unprintable) {
        return Err(Rule::Unprintable);
    }
    if text.chars().count() > max {
        return Err(Rule::TextTooLong { maximum: max });
    }
    Ok(Value::text(text))
}

/// Signs that nobody sees: controls, zero-width blanks, signs that turn the direction of writing, signs of no text.
fn is_unprintable(sign: char) -> bool {
    (sign.is_control() && !matches!(sign, '\n' | '\t'))
        || matches!(sign, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
        || u32::from(sign) & 0xFFFE == 0xFFFE
}

fn code(content: &Content, max: usize, digits: Option<usize>) -> Result<Value, Rule> {
    let code = match content {
        Content::Number(number) if number.fract() != Decimal::ZERO || number.is_sign_negative() => return Err(Rule::NumberForCode),
        Content::Number(number) => {
            let plain = number.trunc().to_string();
            format!("{plain:0>width$}", width = digits.unwrap_or_default())
        }
        Content::Percent(_) | Content::Outside(_) => return Err(Rule::NumberForCode),
        content => normal_text(&words(content, true)?, Blanks::Trimmed),
    };
    if code.chars().any(char::is_whitespace) {
        return Err(Rule::BlankInCode);
    }
    if let Some(digits) = digits
        && (code.len() != digits || !code.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return Err(Rule::CodeDigits { digits });
    }
    text(&code, max, Blanks::Trimmed)
}

/// The choice that words mean: its code or its words in either language; then without regard to marks and case, if
/// that leaves one.
fn chosen<'c>(choices: &'c [Choice], words: &str) -> Option<&'c Choice> {
    let names = |choice: &'c Choice| [choice.code.as_str(), choice.words.vi.as_str(), choice.words.en.as_str()];
    if let Some(choice) = choices.iter().find(|choice| names(choice).contains(&words)) {
        return Some(choice);
    }
    let alike = |fold: fn(&str) -> String| {
        let wanted = fold(words);
        let mut found = choices.iter().filter(|choice| !wanted.is_empty() && names(choice).iter().any(|name| fold(name) == wanted));
        found.next().filter(|_| found.next().is_none())
    };
    alike(|text| text.to_lowercase()).or_else(|| alike(viet_text::fold))
}

fn date(content: &Content) -> Result<chrono::NaiveDate, Rule> {
    match content {
        Content::Date { time: Some(_), .. } => Err(Rule::TimeOfDay),
        Content::Date { date, .. } => Ok(*date),
        Content::Number(number) => Err(Rule::NumberForDate { date: serial_day(*number) }),
        Content::Outside(_) => Err(Rule::NoSuchDay),
        Content::Text(text) => read_date(text).map_err(|fault| match fault {
            DateFault::NotADate => Rule::NotADate,
            DateFault::TwoDigitYear => Rule::TwoDigitYear,
            DateFault::MonthFirst => Rule::MonthFirst,
            DateFault::NoSuchDay => Rule::NoSuchDay,
            DateFault::TimeOfDay => Rule::TimeOfDay,
        }),
        _ => Err(Rule::NotADate),
    }
}

impl FigureRange {
    fn figure(self, content: &Content, unit: Unit, signs: Signs) -> Result<Decimal, Rule> {
        match content {
            Content::Number(number) => self.checked(*number),
            Content::Percent(number) if unit == Unit::Percent => {
                self.checked(number.checked_mul(Decimal::ONE_HUNDRED).ok_or(Rule::TooManyDigits)?)
            }
            Content::Percent(_) => Err(Rule::UnexpectedPercent),
            Content::Date { .. } => Err(Rule::UnexpectedDate),
            Content::Outside(_) => Err(Rule::TooManyDigits),
            Content::Text(text) => {
                let Numeral { reading, percent } = read_numeral(text).map_err(|fault| match fault {
                    NumeralFault::Empty | NumeralFault::NotANumber => Rule::NotANumber,
                    NumeralFault::Groups => Rule::Thousands,
                    NumeralFault::TooLong => Rule::TooManyDigits,
                })?;
                if percent && unit != Unit::Percent {
                    return Err(Rule::UnexpectedPercent);
                }
                self.read(reading, signs)
            }
            _ => Err(Rule::NotANumber),
        }
    }

    fn read(self, reading: Reading, signs: Signs) -> Result<Decimal, Rule> {
        match reading {
            Reading::Sure { sign: Some(sign), .. } if signs.told.is_some_and(|told| told != sign) => Err(Rule::Thousands),
            Reading::Sure { value, .. } => self.checked(value),
            Reading::Open { grouped, fraction, sign } => {
                let is_fraction = signs.one().map(|one| one == sign);
                if signs.told.is_some() {
                    return self.checked(if is_fraction == Some(true) { fraction } else { grouped });
                }
                let fits_fraction = self.decimals >= OPEN_DECIMALS && self.checked(fraction).is_ok();
                match (self.checked(grouped), fits_fraction, is_fraction) {
                    (Ok(value), false, None | Some(false)) | (Ok(value), true, Some(false)) => Ok(value),
                    (Err(_), true, None | Some(true)) | (Ok(_), true, Some(true)) => Ok(fraction.normalize()),
                    (Err(rule), false, _) => Err(rule),
                    _ => Err(Rule::AmbiguousNumber { grouped, fraction }),
                }
            }
        }
    }

    fn checked(self, value: Decimal) -> Result<Decimal, Rule> {
        let value = value.normalize();
        match (self.min, self.max) {
            _ if value.scale() > self.decimals => Err(Rule::TooManyDecimals { decimals: self.decimals }),
            (Some(minimum), _) if value < minimum => Err(Rule::BelowMinimum { minimum }),
            (_, Some(maximum)) if value > maximum => Err(Rule::AboveMaximum { maximum }),
            _ => Ok(value),
        }
    }
}
