//! Parts of pages. Each is a function from plain data to markup.

mod cards;
mod filter;
mod form;
mod heading;
mod lists;
mod notice;
mod provenance;

pub use cards::{Card, EmptyState, Stat, cards, download_bar, download_bar_for, empty_state, sparkline, stats, top_cards};
pub use filter::{ActiveFilter, FilterPanel, Pager, PanelWords, choice_panel, filter_panel, pager, table_filter};
pub use form::{
    ButtonKind, Choice, DateValue, Field, Input, Slider, button, button_link, checkboxes, date_field, form, radios, select_field,
    slider_field, text_area, text_field,
};
pub use heading::{Crumb, Tab, breadcrumb, page_heading, section_heading, tabs};
pub use lists::{Event, Step, StepState, TreeNode, definition_list, key_values, steps, timeline, tree};
pub(crate) use notice::error_page_part;
pub use notice::{FieldError, error_page, error_summary, notice};
pub use provenance::{Origin, provenance};

use maud::{Markup, html};

use crate::{Icon, Lang};

/// The tone of a notice or a status word. The tone is never the only sign: a word goes with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Neither good nor bad.
    #[default]
    Neutral,
    /// Something to know.
    Info,
    /// Done, reached, good.
    Success,
    /// Needs attention.
    Warning,
    /// Failed, late, wrong.
    Error,
}

impl Tone {
    /// All tones.
    pub const ALL: [Tone; 5] = [Tone::Neutral, Tone::Info, Tone::Success, Tone::Warning, Tone::Error];

    fn class(self) -> &'static str {
        match self {
            Tone::Neutral => "neutral",
            Tone::Info => "info",
            Tone::Success => "success",
            Tone::Warning => "warning",
            Tone::Error => "error",
        }
    }

    fn icon(self) -> Icon {
        match self {
            Tone::Neutral | Tone::Info => Icon::Info,
            Tone::Success => Icon::Success,
            Tone::Warning => Icon::Warning,
            Tone::Error => Icon::Error,
        }
    }

    fn word(self, lang: Lang) -> &'static str {
        match self {
            Tone::Neutral => lang.pick("Ghi chú", "Note"),
            Tone::Info => lang.pick("Thông tin", "Information"),
            Tone::Success => lang.pick("Đã xong", "Done"),
            Tone::Warning => lang.pick("Chú ý", "Attention"),
            Tone::Error => lang.pick("Lỗi", "Error"),
        }
    }
}

/// A status word ("Quá hạn", "Đã duyệt").
pub fn tag(text: &str, tone: Tone) -> Markup {
    html! { span class={ "tag " (tone.class()) } { (text) } }
}
