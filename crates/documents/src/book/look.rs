//! How cells look. Nothing is said by colour: a link is underlined as well, a sum is bold and has its kind in a column.

use std::collections::BTreeMap;

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, FormatUnderline};
use ui::Lang;

use crate::flat::Form;

/// The font of official papers.
pub(crate) const FONT: &str = "Times New Roman";
const LINK: Color = Color::RGB(0x0B_4F_8A);

/// What a cell is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Look {
    Title,
    /// A line over a table, with or without a link.
    Line {
        link: bool,
    },
    Head {
        figure: bool,
    },
    Text {
        strong: bool,
        indent: u8,
        link: bool,
        /// The text begins like a formula, so Excel is told to keep it a text when somebody edits the cell.
        quoted: bool,
    },
    /// A sign in the place of a value.
    Sign {
        strong: bool,
        figure: bool,
    },
    Number {
        strong: bool,
        form: Form,
        decimals: u32,
        link: bool,
    },
    Date {
        strong: bool,
    },
}

/// Formats made so far.
pub(super) struct Looks {
    lang: Lang,
    made: BTreeMap<Look, Format>,
}

impl Looks {
    pub(super) fn new(lang: Lang) -> Looks {
        Looks { lang, made: BTreeMap::new() }
    }

    pub(super) fn format(&mut self, look: Look) -> &Format {
        let lang = self.lang;
        self.made.entry(look).or_insert_with(|| made(look, lang))
    }
}

/// The format all others begin with.
pub(super) fn base() -> Format {
    Format::new().set_font_name(FONT).set_font_size(12)
}

fn made(look: Look, lang: Lang) -> Format {
    let cell = |strong: bool| {
        let format = base().set_align(FormatAlign::Top);
        if strong { format.set_bold() } else { format }
    };
    let linked =
        |format: Format, link: bool| if link { format.set_font_color(LINK).set_underline(FormatUnderline::Single) } else { format };
    match look {
        Look::Title => base().set_font_size(14).set_bold(),
        Look::Line { link } => linked(base(), link),
        Look::Head { figure } => {
            let format = base().set_bold().set_text_wrap().set_align(FormatAlign::VerticalCenter).set_border_bottom(FormatBorder::Thin);
            // A little room after the figures of the column before.
            if figure { format.set_align(FormatAlign::Right) } else { format.set_align(FormatAlign::Left).set_indent(1) }
        }
        Look::Text { strong, indent, link, quoted } => {
            let format = linked(cell(strong), link).set_align(FormatAlign::Left).set_text_wrap().set_indent(indent + 1);
            if quoted { format.set_quote_prefix() } else { format }
        }
        Look::Sign { strong, figure: true } => cell(strong).set_align(FormatAlign::Right),
        Look::Sign { strong, figure: false } => cell(strong).set_align(FormatAlign::Left).set_indent(1),
        Look::Number { strong, form, decimals, link } => {
            linked(cell(strong), link).set_align(FormatAlign::Right).set_num_format(number_format(form, decimals))
        }
        Look::Date { strong } => cell(strong).set_align(FormatAlign::Right).set_num_format(lang.pick("dd/mm/yyyy", "[$-809]d mmmm yyyy")),
    }
}

/// The number format; Excel shows the separators of the reader's own settings.
fn number_format(form: Form, decimals: u32) -> String {
    let fraction = match decimals {
        0 => String::new(),
        // Excel holds no more digits than that.
        decimals => format!(".{}", "0".repeat(decimals.min(15) as usize)),
    };
    match form {
        Form::Figure => format!("#,##0{fraction}"),
        Form::Place => "0".to_owned(),
        Form::Change => format!("+#,##0{fraction};-#,##0{fraction};0{fraction}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_formats() {
        assert_eq!(number_format(Form::Figure, 0), "#,##0");
        assert_eq!(number_format(Form::Figure, 2), "#,##0.00");
        assert_eq!(number_format(Form::Place, 2), "0");
        assert_eq!(number_format(Form::Change, 1), "+#,##0.0;-#,##0.0;0.0");
    }
}
