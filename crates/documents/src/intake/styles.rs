//! Which looks of cells make a number a date or a percentage, and which fonts draw text from before Unicode.

use std::collections::BTreeMap;
use std::io::BufRead;

use viet_text::legacy::Font;

use super::xml::{Step, attribute, number, walk};
use crate::fault::Rule;

/// How a cell shows its number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Shown {
    #[default]
    Number,
    Percent,
    Date,
}

/// What matters of the look of a cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Style {
    pub(super) shown: Shown,
    pub(super) font: Option<Font>,
}

/// The looks of a book, in the order of their numbers.
pub(super) fn read(part: &str, source: &mut dyn BufRead) -> Result<Vec<Style>, Rule> {
    let mut formats: BTreeMap<u32, Shown> = BTreeMap::new();
    let mut fonts: Vec<Option<Font>> = Vec::new();
    let mut styles = Vec::new();
    let (mut in_fonts, mut in_styles) = (false, false);
    walk(part, source, |step| {
        match step {
            Step::Open { element, empty } => match element.local_name().as_ref() {
                "numFmt" => {
                    if let (Some(id), Some(code)) = (number(element, "numFmtId"), attribute(element, "formatCode")) {
                        formats.insert(id, shown_by(&code));
                    }
                }
                "fonts" => in_fonts = !empty,
                "cellXfs" => in_styles = !empty,
                "font" if in_fonts => fonts.push(None),
                "name" if in_fonts => {
                    if let (Some(last), Some(name)) = (fonts.last_mut(), attribute(element, "val")) {
                        *last = Font::of(&name);
                    }
                }
                "xf" if in_styles => {
                    let format = number(element, "numFmtId").unwrap_or_default();
                    let shown = formats.get(&format).copied().unwrap_or_else(|| built_in(format));
                    let font = number(element, "fontId").and_then(|font| fonts.get(usize::try_from(font).ok()?).copied().flatten());
                    styles.push(Style { shown, font });
                }
                _ => {}
            },
            Step::Close("fonts") => in_fonts = false,
            Step::Close("cellXfs") => in_styles = false,
            Step::Close(_) | Step::Text(_) => {}
        }
        Ok(())
    })?;
    Ok(styles)
}

/// Number formats that have a number and no code (ECMA-376, part 1, 18.8.30).
fn built_in(format: u32) -> Shown {
    match format {
        9 | 10 => Shown::Percent,
        14..=22 | 27..=36 | 45..=47 | 50..=58 => Shown::Date,
        _ => Shown::Number,
    }
}

/// What a format code makes of a number. Texts in quotes, escaped signs, and what stands in brackets (colours,
/// currencies, languages) do not count, but for hours that run on (`[h]`).
fn shown_by(code: &str) -> Shown {
    let mut signs = code.chars();
    let mut bare = String::new();
    while let Some(sign) = signs.next() {
        match sign {
            '"' => {
                signs.by_ref().find(|sign| *sign == '"');
            }
            '\\' | '_' | '*' => {
                signs.next();
            }
            '[' => {
                let inside: String = signs.by_ref().take_while(|sign| *sign != ']').collect();
                if !inside.is_empty() && inside.chars().all(|sign| "hmsHMS".contains(sign)) {
                    bare.push('h');
                }
            }
            // What follows is for negative numbers.
            ';' => break,
            other => bare.push(other.to_ascii_lowercase()),
        }
    }
    if bare.contains('%') {
        Shown::Percent
    } else if bare != "general" && bare.contains(['d', 'm', 'y', 'h', 's']) {
        Shown::Date
    } else {
        Shown::Number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn format_codes() {
        for code in ["dd/mm/yyyy", "[$-809]d mmmm yyyy", "yyyy\\-mm\\-dd;@", "[h]:mm", "M/D/YY"] {
            assert_eq!(shown_by(code), Shown::Date, "{code}");
        }
        for code in ["General", "#,##0.00", "0", "@", "#,##0\\ \"đồng (d)\"", "[Red]0.0", "_(* #,##0_)", "0;[$-409]d", "[$₫-42A]#,##0", ""]
        {
            assert_eq!(shown_by(code), Shown::Number, "{code}");
        }
        for code in ["0%", "0.00%", "0.0\" \"%"] {
            assert_eq!(shown_by(code), Shown::Percent, "{code}");
        }
        assert_eq!(shown_by("\"open"), Shown::Number);
        assert_eq!(shown_by("[open"), Shown::Number);
    }
}
