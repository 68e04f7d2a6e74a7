//! The little that is needed of XML: events with text put together, attributes, the escapes of sheets.

use std::io::BufRead;

use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::archive::damaged;
use crate::fault::Rule;

/// One event of a part.
pub(super) enum Step<'a> {
    /// An element begins; `empty` if it also ends here.
    Open {
        /// The element with its attributes.
        element: &'a BytesStart<'a>,
        /// Whether it also ends here.
        empty: bool,
    },
    /// An element ends.
    Close(&'a str),
    /// A piece of text.
    Text(&'a str),
}

/// Goes through a part, step by step.
pub(super) fn walk(part: &str, source: &mut dyn BufRead, mut step: impl FnMut(Step<'_>) -> Result<(), Rule>) -> Result<(), Rule> {
    let broken = || damaged(part);
    let mut reader = Reader::from_reader(source);
    let mut buffer = Vec::new();
    let mut depth = 0_usize;
    loop {
        match reader.read_event_into(&mut buffer).map_err(|_| broken())? {
            Event::Start(element) => {
                depth += 1;
                step(Step::Open { element: &element, empty: false })?;
            }
            Event::Empty(element) => step(Step::Open { element: &element, empty: true })?,
            Event::End(element) => {
                depth = depth.saturating_sub(1);
                step(Step::Close(element.local_name().as_ref()))?;
            }
            Event::Text(text) => step(Step::Text(&text.xml10_content()))?,
            Event::CData(text) => step(Step::Text(&text.xml10_content()))?,
            Event::GeneralRef(name) => step(Step::Text(&referred(&name).ok_or_else(broken)?))?,
            // A document type can only be there to do harm: no sheet has one.
            Event::DocType(_) => return Err(broken()),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof => break,
        }
        buffer.clear();
    }
    // A part that was cut off ends inside of an element.
    if depth == 0 { Ok(()) } else { Err(broken()) }
}

fn referred(name: &BytesRef<'_>) -> Option<String> {
    if let Some(sign) = name.resolve_char_ref().ok()? {
        return Some(sign.to_string());
    }
    let sign = match &*name.xml10_content() {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => return None,
    };
    Some(sign.to_owned())
}

/// The value of an attribute, told by its local name.
pub(super) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    element
        .attributes()
        .with_checks(false)
        .flatten()
        .find(|attribute| attribute.key.local_name().as_ref() == name)
        .and_then(|attribute| attribute.normalized_value(XmlVersion::Implicit1_0).ok().map(std::borrow::Cow::into_owned))
}

/// Whether an attribute says yes.
pub(super) fn is_set(element: &BytesStart<'_>, name: &str) -> bool {
    attribute(element, name).is_some_and(|value| matches!(value.as_str(), "1" | "true" | "on"))
}

/// A number in an attribute.
pub(super) fn number(element: &BytesStart<'_>, name: &str) -> Option<u32> {
    attribute(element, name).and_then(|value| value.trim().parse().ok())
}

/// Sheets write signs that XML does not allow as `_x0007_`, and an underscore that would look like that as `_x005F_`.
pub(super) fn unescaped(text: &str) -> String {
    if !text.contains("_x") {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let code = from.get(2..6).filter(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let sign = code
            .filter(|_| from.as_bytes().get(6) == Some(&b'_'))
            .and_then(|code| u32::from_str_radix(code, 16).ok())
            .and_then(char::from_u32);
        match sign {
            Some(sign) => {
                out.push(sign);
                rest = from.get(7..).unwrap_or_default();
            }
            None => {
                out.push_str("_x");
                rest = from.get(2..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_of_sheets() {
        for (escaped, plain) in [
            ("a_x000D_b", "a\rb"),
            ("_x005F_x0041_", "_x0041_"),
            ("_x0041", "_x0041"),
            ("_xế041_", "_xế041_"),
            ("_x_x0042_", "_xB"),
            ("_xD800_", "_xD800_"),
            ("x_", "x_"),
        ] {
            assert_eq!(unescaped(escaped), plain, "{escaped}");
        }
    }
}
