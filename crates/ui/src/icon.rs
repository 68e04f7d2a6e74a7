//! Own line icons, drawn on a grid of 24 units. They never stand alone: a word goes with each.

use maud::{Markup, PreEscaped, html};

/// An icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// Magnifying glass.
    Search,
    /// Sun: light theme.
    Sun,
    /// Moon: dark theme.
    Moon,
    /// Screen: theme of the device.
    Screen,
    /// Globe: language.
    Globe,
    /// Letter i in a circle.
    Info,
    /// Triangle with a mark.
    Warning,
    /// Cross in an octagon.
    Error,
    /// Tick in a circle.
    Success,
    /// Tick.
    Check,
    /// Cross: remove.
    Close,
    /// Arrow down on a line.
    Download,
    /// Arrow to the right.
    ArrowRight,
    /// Arrow to the left.
    ArrowLeft,
    /// Small arrow up: increase, ascending.
    Up,
    /// Small arrow down: decrease, descending.
    Down,
    /// Two small arrows: can be sorted.
    Sort,
    /// Equals sign: no change.
    Same,
    /// Chain: where a figure comes from.
    Chain,
    /// Three lines: menu.
    Menu,
    /// Question mark in a circle.
    Help,
    /// Person.
    Person,
    /// Printer.
    Print,
    /// Clock.
    Clock,
    /// Sheet of paper.
    Document,
    /// Funnel.
    Filter,
    /// Pencil.
    Edit,
}

impl Icon {
    fn path(self) -> &'static str {
        match self {
            Icon::Search => r#"<circle cx="10.5" cy="10.5" r="6.5"/><path d="M15.5 15.5 21 21"/>"#,
            Icon::Sun => {
                r#"<circle cx="12" cy="12" r="4"/><path d="M12 2.5v2.5M12 19v2.5M2.5 12H5M19 12h2.5M5.3 5.3 7 7M17 17l1.7 1.7M18.7 5.3 17 7M7 17l-1.7 1.7"/>"#
            }
            Icon::Moon => r#"<path d="M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5z"/>"#,
            Icon::Screen => r#"<rect x="3" y="4.5" width="18" height="12" rx="1.5"/><path d="M8.5 20.5h7M12 16.5v4"/>"#,
            Icon::Globe => {
                r#"<circle cx="12" cy="12" r="9"/><path d="M3 12h18M12 3c3 3 3.5 6 3.5 9s-.5 6-3.5 9c-3-3-3.5-6-3.5-9S9 6 12 3z"/>"#
            }
            Icon::Info => r#"<circle cx="12" cy="12" r="9"/><path d="M12 11v6"/><path d="M12 7.2v.3"/>"#,
            Icon::Warning => r#"<path d="M12 3.5 22 20.5H2z"/><path d="M12 10v5M12 17.6v.3"/>"#,
            Icon::Error => r#"<path d="M8.3 3h7.4L21 8.3v7.4L15.7 21H8.3L3 15.7V8.3z"/><path d="m9 9 6 6M15 9l-6 6"/>"#,
            Icon::Success => r#"<circle cx="12" cy="12" r="9"/><path d="m7.8 12.3 3 3 5.4-6"/>"#,
            Icon::Check => r#"<path d="m5 12.5 4.5 4.5L19 7"/>"#,
            Icon::Close => r#"<path d="m6 6 12 12M18 6 6 18"/>"#,
            Icon::Download => r#"<path d="M12 3.5v12M7 11l5 5 5-5M4.5 20.5h15"/>"#,
            Icon::ArrowRight => r#"<path d="M4 12h16M14 6l6 6-6 6"/>"#,
            Icon::ArrowLeft => r#"<path d="M20 12H4M10 6l-6 6 6 6"/>"#,
            Icon::Up => r#"<path d="M12 19V5.5M6.5 11 12 5.5l5.5 5.5"/>"#,
            Icon::Down => r#"<path d="M12 5v13.5M6.5 13 12 18.5 17.5 13"/>"#,
            Icon::Sort => r#"<path d="M8 10l4-4.5 4 4.5M8 14l4 4.5 4-4.5"/>"#,
            Icon::Same => r#"<path d="M6 9.5h12M6 14.5h12"/>"#,
            Icon::Chain => {
                r#"<path d="M10 14a4.2 4.2 0 0 1 0-6l2.5-2.5a4.2 4.2 0 0 1 6 6L17 13"/><path d="M14 10a4.2 4.2 0 0 1 0 6l-2.5 2.5a4.2 4.2 0 0 1-6-6L7 11"/>"#
            }
            Icon::Menu => r#"<path d="M4 6.5h16M4 12h16M4 17.5h16"/>"#,
            Icon::Help => r#"<circle cx="12" cy="12" r="9"/><path d="M9.3 9.5a2.7 2.7 0 1 1 4 2.4c-.9.5-1.3 1-1.3 2M12 16.9v.3"/>"#,
            Icon::Person => r#"<circle cx="12" cy="8" r="4"/><path d="M4.5 20.5c.6-4 3.7-6 7.5-6s6.9 2 7.5 6"/>"#,
            Icon::Print => r#"<path d="M7 8.5v-5h10v5M7 17H3.5V8.5h17V17H17"/><path d="M7 14h10v6.5H7z"/>"#,
            Icon::Clock => r#"<circle cx="12" cy="12" r="9"/><path d="M12 6.5V12l4 2.5"/>"#,
            Icon::Document => r#"<path d="M6 3h8.5L19 7.5V21H6z"/><path d="M14 3v5h5M9 13h7M9 17h7"/>"#,
            Icon::Filter => r#"<path d="M3.5 5h17L14 12.5V20l-4-2v-5.5z"/>"#,
            Icon::Edit => r#"<path d="M4 20l1-4.5L16.5 4 20 7.5 8.5 19z"/>"#,
        }
    }
}

/// The icon as inline SVG in the colour of the text, hidden from screen readers.
pub fn icon(which: Icon) -> Markup {
    html! {
        svg.icon viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false" {
            (PreEscaped(which.path()))
        }
    }
}
