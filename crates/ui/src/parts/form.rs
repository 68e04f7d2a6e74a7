use maud::{Markup, html};
use rust_decimal::Decimal;

use crate::{Icon, Lang, hidden_text, icon};

/// What every field has in common.
#[derive(Clone, Debug, Default)]
pub struct Field<'a> {
    /// Identifier on the page; also the anchor of the error summary.
    pub id: &'a str,
    /// Name in the form.
    pub name: &'a str,
    /// The label.
    pub label: &'a str,
    /// Help with the answer, between label and field.
    pub hint: Option<&'a str>,
    /// The fault, in the same words as in the error summary.
    pub error: Option<&'a str>,
    /// Whether the answer may be left out.
    pub optional: bool,
}

impl<'a> Field<'a> {
    /// A required field whose identifier is also its name.
    pub fn new(id: &'a str, label: &'a str) -> Field<'a> {
        Field { id, name: id, label, ..Field::default() }
    }

    /// With help.
    #[must_use]
    pub fn hint(mut self, hint: &'a str) -> Field<'a> {
        self.hint = Some(hint);
        self
    }

    /// With a fault, if there is one.
    #[must_use]
    pub fn error(mut self, error: Option<&'a str>) -> Field<'a> {
        self.error = error;
        self
    }

    /// May be left out.
    #[must_use]
    pub fn optional(mut self) -> Field<'a> {
        self.optional = true;
        self
    }

    fn described_by(&self) -> Option<String> {
        let hint = self.hint.map(|_| format!("{}-goi-y", self.id));
        let error = self.error.map(|_| format!("{}-loi", self.id));
        match (hint, error) {
            (Some(hint), Some(error)) => Some(format!("{hint} {error}")),
            (hint, error) => hint.or(error),
        }
    }

    fn required(&self) -> Option<&'static str> {
        (!self.optional).then_some("true")
    }

    fn invalid(&self) -> Option<&'static str> {
        self.error.map(|_| "true")
    }

    fn label_text(&self, lang: Lang) -> Markup {
        html! {
            (self.label)
            @if self.optional { span.optional { " (" (lang.pick("không bắt buộc", "optional")) ")" } }
        }
    }

    fn hint_and_error(&self, lang: Lang) -> Markup {
        html! {
            @if let Some(hint) = self.hint { p.hint id={ (self.id) "-goi-y" } { (hint) } }
            @if let Some(error) = self.error {
                p.field-error id={ (self.id) "-loi" } {
                    (icon(Icon::Error)) (hidden_text(lang.pick("Lỗi: ", "Error: "))) (error)
                }
            }
        }
    }
}

/// What is typed into a text field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Input {
    /// Words.
    #[default]
    Text,
    /// A figure; spaces and thousand signs are accepted and tidied by the server.
    Number,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// The present password.
    Password,
    /// A password that is chosen now.
    NewPassword,
    /// The name to sign in with.
    Login,
    /// A code that works once.
    Code,
    /// Something to look for.
    Search,
}

impl Input {
    fn kind(self) -> &'static str {
        match self {
            Input::Text | Input::Number | Input::Login | Input::Code => "text",
            Input::Email => "email",
            Input::Phone => "tel",
            Input::Password | Input::NewPassword => "password",
            Input::Search => "search",
        }
    }

    fn mode(self) -> Option<&'static str> {
        match self {
            Input::Number => Some("decimal"),
            Input::Code => Some("numeric"),
            _ => None,
        }
    }

    fn autocomplete(self) -> Option<&'static str> {
        match self {
            Input::Email => Some("email"),
            Input::Phone => Some("tel"),
            Input::Password => Some("current-password"),
            Input::NewPassword => Some("new-password"),
            Input::Login => Some("username"),
            Input::Code => Some("one-time-code"),
            Input::Text | Input::Number | Input::Search => None,
        }
    }
}

/// A form; the checks of the browser are off, so that all messages come from the server.
pub fn form(action: &str, post: bool, body: Markup) -> Markup {
    html! {
        form action=(action) method=(if post { "post" } else { "get" }) novalidate { (body) }
    }
}

fn wrap(field: &Field<'_>, inner: Markup) -> Markup {
    html! { div.field.has-error[field.error.is_some()] { (inner) } }
}

/// A line of text, a figure, an address.
pub fn text_field(field: &Field<'_>, input: Input, value: &str, unit: Option<&str>, lang: Lang) -> Markup {
    let unit_id = unit.map(|_| format!("{}-don-vi", field.id));
    let described = match (field.described_by(), &unit_id) {
        (Some(described), Some(unit_id)) => Some(format!("{described} {unit_id}")),
        (described, unit_id) => described.or_else(|| unit_id.clone()),
    };
    let narrow = matches!(input, Input::Number | Input::Code);
    wrap(
        field,
        html! {
            label for=(field.id) { (field.label_text(lang)) }
            (field.hint_and_error(lang))
            div.input-row {
                input.narrow[narrow] id=(field.id) name=(field.name) type=(input.kind())
                    inputmode=[input.mode()] autocomplete=[input.autocomplete()]
                    value=(value) aria-describedby=[described] aria-invalid=[field.invalid()] aria-required=[field.required()];
                @if let Some(unit) = unit { span.unit id=[unit_id] { (unit) } }
            }
        },
    )
}

/// A slider beside a number field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slider {
    /// Lowest value.
    pub low: Decimal,
    /// Highest value.
    pub high: Decimal,
    /// Where it stands.
    pub at: Decimal,
    /// Digits after the decimal sign of its steps.
    pub decimals: u32,
}

/// A figure with a slider that shows only where scripts run, and then follows the field and moves it. The field alone is sent.
pub fn slider_field(field: &Field<'_>, value: &str, slider: &Slider, lang: Lang) -> Markup {
    let name = format!("{} ({})", field.label, lang.pick("thanh trượt", "slider"));
    wrap(
        field,
        html! {
            label for=(field.id) { (field.label_text(lang)) }
            (field.hint_and_error(lang))
            div.input-row.slide {
                input.narrow id=(field.id) name=(field.name) type="text" inputmode="decimal" value=(value) autocomplete="off"
                    aria-describedby=[field.described_by()] aria-invalid=[field.invalid()];
                input type="range" data-slider=(field.id) aria-label=(name) min=(slider.low) max=(slider.high)
                    step=(Decimal::new(1, slider.decimals)) value=(slider.at) hidden;
            }
        },
    )
}

/// Several lines of text.
pub fn text_area(field: &Field<'_>, value: &str, rows: u8, lang: Lang) -> Markup {
    wrap(
        field,
        html! {
            label for=(field.id) { (field.label_text(lang)) }
            (field.hint_and_error(lang))
            textarea id=(field.id) name=(field.name) rows=(rows) aria-describedby=[field.described_by()]
                aria-invalid=[field.invalid()] aria-required=[field.required()] { (value) }
        },
    )
}

/// One of the answers to choose from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// The value sent.
    pub value: String,
    /// The words.
    pub label: String,
    /// Help with this answer.
    pub hint: Option<String>,
    /// Whether it is chosen.
    pub chosen: bool,
}

impl Choice {
    /// An answer.
    pub fn new(value: impl Into<String>, label: impl Into<String>, chosen: bool) -> Choice {
        Choice { value: value.into(), label: label.into(), hint: None, chosen }
    }
}

/// One of a list, in a menu.
pub fn select_field(field: &Field<'_>, choices: &[Choice], lang: Lang) -> Markup {
    wrap(
        field,
        html! {
            label for=(field.id) { (field.label_text(lang)) }
            (field.hint_and_error(lang))
            select id=(field.id) name=(field.name) aria-describedby=[field.described_by()]
                aria-invalid=[field.invalid()] aria-required=[field.required()] {
                @for choice in choices {
                    option value=(choice.value) selected[choice.chosen] { (choice.label) }
                }
            }
        },
    )
}

/// One of a few, all in view.
pub fn radios(field: &Field<'_>, choices: &[Choice], lang: Lang) -> Markup {
    group(field, choices, "radio", lang)
}

/// Any of a few, all in view.
pub fn checkboxes(field: &Field<'_>, choices: &[Choice], lang: Lang) -> Markup {
    group(field, choices, "checkbox", lang)
}

fn group(field: &Field<'_>, choices: &[Choice], kind: &str, lang: Lang) -> Markup {
    wrap(
        field,
        html! {
            fieldset aria-describedby=[field.described_by()] {
                legend { (field.label_text(lang)) }
                (field.hint_and_error(lang))
                @for (index, choice) in choices.iter().enumerate() {
                    // The first answer carries the identifier of the field, so that the error summary leads to it.
                    @let id = if index == 0 { field.id.to_owned() } else { format!("{}-{}", field.id, index + 1) };
                    div.choice {
                        input type=(kind) id=(id) name=(field.name) value=(choice.value) checked[choice.chosen];
                        label for=(id) {
                            (choice.label)
                            @if let Some(hint) = &choice.hint { span.hint { (hint) } }
                        }
                    }
                }
            }
        },
    )
}

/// A date as it was typed, part by part, so that nothing is lost when it is wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DateValue {
    /// Day as typed.
    pub day: String,
    /// Month as typed.
    pub month: String,
    /// Year as typed.
    pub year: String,
}

/// A date in three parts: day, month, year. The names are `<name>-ngay`, `<name>-thang`, `<name>-nam`.
pub fn date_field(field: &Field<'_>, value: &DateValue, lang: Lang) -> Markup {
    let parts = [
        ("ngay", lang.pick("Ngày", "Day"), &value.day, "2"),
        ("thang", lang.pick("Tháng", "Month"), &value.month, "2"),
        ("nam", lang.pick("Năm", "Year"), &value.year, "4"),
    ];
    wrap(
        field,
        html! {
            fieldset aria-describedby=[field.described_by()] {
                legend { (field.label_text(lang)) }
                (field.hint_and_error(lang))
                div.date-row {
                    @for (index, (part, label, value, length)) in parts.iter().enumerate() {
                        @let id = if index == 0 { field.id.to_owned() } else { format!("{}-{part}", field.id) };
                        div {
                            label for=(id) { (label) }
                            input class={ "len-" (length) } type="text" inputmode="numeric" id=(id)
                                name={ (field.name) "-" (part) } maxlength=(length) value=(value)
                                aria-invalid=[field.invalid()];
                        }
                    }
                }
            }
        },
    )
}

/// The weight of a button.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// The one thing to do on the page.
    #[default]
    Primary,
    /// Something else to do.
    Secondary,
    /// Something that cannot be taken back.
    Danger,
}

impl ButtonKind {
    fn class(self) -> &'static str {
        match self {
            ButtonKind::Primary => "button",
            ButtonKind::Secondary => "button secondary",
            ButtonKind::Danger => "button danger",
        }
    }
}

/// A button that sends its form; with a name and value if the form has several.
pub fn button(text: &str, kind: ButtonKind, name_value: Option<(&str, &str)>) -> Markup {
    html! {
        button class=(kind.class()) type="submit" name=[name_value.map(|pair| pair.0)] value=[name_value.map(|pair| pair.1)] { (text) }
    }
}

/// A link that looks like a button, for the next step of a task.
pub fn button_link(text: &str, href: &str, kind: ButtonKind) -> Markup {
    html! { a class=(kind.class()) href=(href) { (text) } }
}
