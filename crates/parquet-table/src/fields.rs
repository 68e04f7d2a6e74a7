//! One value as the text that reads back the same.

use chrono::{DateTime, NaiveDate, TimeDelta};
use parquet::data_type::Decimal;
use parquet::record::Field;

use crate::YesNo;

/// The text of a value; why there is none.
pub(crate) fn text(field: &Field, yes_no: YesNo) -> Result<String, &'static str> {
    Ok(match field {
        Field::Null => String::new(),
        Field::Bool(yes) => match (yes_no, yes) {
            (YesNo::Words, true) => "yes",
            (YesNo::Words, false) => "no",
            (YesNo::Digits, true) => "1",
            (YesNo::Digits, false) => "0",
        }
        .to_owned(),
        Field::Byte(number) => number.to_string(),
        Field::Short(number) => number.to_string(),
        Field::Int(number) => number.to_string(),
        Field::Long(number) => number.to_string(),
        Field::UByte(number) => number.to_string(),
        Field::UShort(number) => number.to_string(),
        Field::UInt(number) => number.to_string(),
        Field::ULong(number) => number.to_string(),
        Field::Float16(number) => finite(f64::from(number.to_f32()), number.to_f32().to_string())?,
        Field::Float(number) => finite(f64::from(*number), number.to_string())?,
        Field::Double(number) => finite(*number, number.to_string())?,
        Field::Decimal(number) => decimal(number)?,
        Field::Str(text) => text.clone(),
        Field::Bytes(bytes) => std::str::from_utf8(bytes.data()).map_err(|_| "bytes that are no text")?.to_owned(),
        Field::Date(days) => day(*days)?,
        Field::TimeMillis(milliseconds) => clock(i64::from(*milliseconds) * 1000),
        Field::TimeMicros(microseconds) => clock(*microseconds),
        Field::TimestampMillis(milliseconds) => moment(DateTime::from_timestamp_millis(*milliseconds))?,
        Field::TimestampMicros(microseconds) => moment(DateTime::from_timestamp_micros(*microseconds))?,
        Field::Group(_) | Field::ListInternal(_) | Field::MapInternal(_) => return Err("no plain value"),
    })
}

/// Programs write a missing number as NaN, too; it is a gap as a null is. An infinite number is a fault.
fn finite(number: f64, text: String) -> Result<String, &'static str> {
    if number.is_nan() {
        Ok(String::new())
    } else if number.is_finite() {
        Ok(text)
    } else {
        Err("an infinite number")
    }
}

/// The digits of the unscaled number, most significant byte first in two's complement, with the point set in.
fn decimal(number: &Decimal) -> Result<String, &'static str> {
    const LIMIT: &str = "a decimal of more than 38 digits";
    let bytes = number.data();
    let fill = if bytes.first().is_some_and(|byte| byte & 0x80 != 0) { 0xff } else { 0 };
    let mut whole = [fill; 16];
    let start = 16_usize.checked_sub(bytes.len()).ok_or(LIMIT)?;
    whole[start..].copy_from_slice(bytes);
    let unscaled = i128::from_be_bytes(whole);
    let scale = usize::try_from(number.scale()).map_err(|_| LIMIT)?;
    let sign = if unscaled < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", unscaled.unsigned_abs(), width = scale + 1);
    let (before, after) = digits.split_at(digits.len() - scale);
    Ok(if after.is_empty() { format!("{sign}{before}") } else { format!("{sign}{before}.{after}") })
}

fn day(days: i32) -> Result<String, &'static str> {
    let epoch = NaiveDate::from_ymd_opt(1970, 1, 1).ok_or("no day")?;
    let day = epoch.checked_add_signed(TimeDelta::days(days.into())).ok_or("a day outside of the calendar")?;
    Ok(day.format("%Y-%m-%d").to_string())
}

fn clock(microseconds: i64) -> String {
    let seconds = microseconds.div_euclid(1_000_000);
    let fraction = microseconds.rem_euclid(1_000_000);
    let time = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if fraction == 0 { time } else { format!("{time}.{fraction:06}") }
}

fn moment(at: Option<DateTime<chrono::Utc>>) -> Result<String, &'static str> {
    let at = at.ok_or("a moment outside of the calendar")?;
    let form = if at.timestamp_subsec_micros() == 0 { "%Y-%m-%dT%H:%M:%SZ" } else { "%Y-%m-%dT%H:%M:%S%.6fZ" };
    Ok(at.format(form).to_string())
}
