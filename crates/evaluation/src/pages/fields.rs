//! Fields of the self-scoring sheet: what a rule needs, as people type it.

use std::collections::BTreeMap;

use composite_index::{AbsentThen, FigureId, FigureKind, NodeId, Role};
use maud::{Markup, html};
use rust_decimal::Decimal;
use ui::Lang;
use ui::parts::{self, FieldError, Tone};
use web::Fields;

use crate::actions::{Entry, Observed, Sheet, field_of};
use crate::model::{Answer, AnswerKind};
use crate::words;

/// Everything that was typed into a sheet, field by field.
pub(crate) fn entries(fields: &Fields) -> Vec<Entry> {
    let seen: BTreeMap<&str, i64> = fields.beginning("ban.").map(|(field, version)| (field, version.parse().unwrap_or(0))).collect();
    let mut found = Vec::new();
    for (kind, prefix) in [(AnswerKind::Figure, "so."), (AnswerKind::Points, "diem."), (AnswerKind::Explanation, "giai-trinh.")] {
        for (code, text) in fields.beginning(prefix) {
            let seen = seen.get(field_of(kind, code).as_str()).copied().unwrap_or(0);
            found.push(Entry { kind, code: code.to_owned(), seen, text: text.to_owned() });
        }
    }
    found
}

/// What is said beside the points of leaves whose maximum moves, and of those that take it, as things are entered now: the points of the sheet
/// stay on the scale of the set, and are moved when they are added up. Every leaf of which it may be said is there.
pub(crate) fn moved_maxima(sheet: &Sheet, lang: Lang) -> BTreeMap<String, Option<String>> {
    let definition = &sheet.set.definition;
    let code = |leaf: NodeId| definition.nodes[leaf].code.clone();
    let mut told = BTreeMap::new();
    for leaf in sheet.leaves() {
        if let Some(AbsentThen::MoveTo { siblings, .. }) = definition.nodes[leaf].absent.as_ref().map(|absent| &absent.then) {
            told.insert(code(leaf), None);
            told.extend(siblings.iter().map(|sibling| (code(*sibling), None)));
        }
    }
    let moves = sheet.moves();
    let mut given: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (leaf, siblings) in &moves {
        let to = siblings.iter().map(|sibling| code(*sibling)).collect::<Vec<_>>().join(", ");
        told.insert(
            code(*leaf),
            Some(lang.pick(
                format!("không có nội dung để đánh giá; khi cộng điểm, điểm tối đa chuyển sang {to}"),
                format!("nothing to evaluate; when points are added up, the maximum moves to {to}"),
            )),
        );
        for sibling in siblings {
            given.entry(code(*sibling)).or_default().push(code(*leaf));
        }
    }
    for (taker, from) in given {
        let from = from.join(", ");
        let words = lang.pick(
            format!("khi cộng điểm, nhận thêm điểm tối đa của {from}; số điểm tăng theo tỷ lệ"),
            format!("when points are added up, takes the maximum of {from} as well; its points grow in proportion"),
        );
        told.entry(taker).and_modify(|told| *told = told.take().or(Some(words.clone()))).or_insert(Some(words));
    }
    told
}

/// What a field shows at first: as typed, where the form came back, else as saved.
pub(crate) struct Shown<'a> {
    pub(crate) sheet: &'a Sheet,
    pub(crate) typed: BTreeMap<&'a str, &'a str>,
    pub(crate) errors: &'a [FieldError],
    pub(crate) lang: Lang,
    /// What is said of maxima that move, by code of the leaf; nothing where it does not move now.
    pub(crate) moved: BTreeMap<String, Option<String>>,
}

impl<'a> Shown<'a> {
    pub(crate) fn new(sheet: &'a Sheet, fields: Option<&'a Fields>, errors: &'a [FieldError], lang: Lang) -> Self {
        Self {
            sheet,
            typed: fields.into_iter().flat_map(|fields| fields.beginning("")).collect(),
            errors,
            lang,
            moved: moved_maxima(sheet, lang),
        }
    }

    fn saved(&self, kind: AnswerKind, code: &str) -> Option<&'a Answer> {
        self.sheet.answer(kind, code)
    }

    fn typed(&self, field: &str) -> Option<&'a str> {
        self.typed.get(field).copied()
    }

    fn seen(&self, kind: AnswerKind, code: &str) -> String {
        let field = field_of(kind, code);
        let kept = self.typed(&format!("ban.{field}")).map(str::to_owned);
        kept.unwrap_or_else(|| self.saved(kind, code).map_or(0, |answer| answer.version).to_string())
    }

    fn fault(&self, field: &str) -> Option<&'a FieldError> {
        self.errors.iter().find(|error| error.field == field)
    }

    fn version_field(&self, kind: AnswerKind, code: &str) -> Markup {
        html! { input type="hidden" name={ "ban." (field_of(kind, code)) } value=(self.seen(kind, code)); }
    }

    /// The field of a figure, with the figure that the system has.
    pub(crate) fn figure(&self, figure: FigureId, leaf: &str) -> Markup {
        let definition = &self.sheet.set.definition;
        let asked = &definition.figures[figure];
        let (lang, field) = (self.lang, field_of(AnswerKind::Figure, &asked.code));
        let name = index_words::figure(definition, figure, lang);
        let saved =
            self.saved(AnswerKind::Figure, &asked.code).and_then(|answer| answer.value.as_deref()).and_then(|text| text.parse().ok());
        let value: Option<Decimal> = saved;
        let fault = self.fault(&field);
        let observed = self.sheet.observed.get(&asked.code);
        let described = fault.map(|_| format!("{field}-loi"));
        html! {
            div.ask {
                label for=(field) { (name) @if let Some(unit) = &asked.unit { " (" (unit) ")" } }
                @match &asked.kind {
                    FigureKind::YesNo | FigureKind::Choice(_) => {
                        select id=(field) name=(field) data-leaf=(leaf) aria-invalid=[fault.map(|_| "true")] aria-describedby=[described] {
                            @let chosen = self.typed(&field).map(str::to_owned).unwrap_or_else(|| choice_text(&asked.kind, value));
                            option value="" selected[chosen.is_empty()] { (lang.pick("– chọn –", "– choose –")) }
                            @for (value, words) in choices(&asked.kind, lang) { option value=(value) selected[chosen == value] { (words) } }
                        }
                    }
                    FigureKind::Number | FigureKind::Count => {
                        @let text = self.typed(&field).map(str::to_owned).unwrap_or_else(|| value.map(|value| words::plain(value, lang)).unwrap_or_default());
                        input.narrow id=(field) name=(field) type="text" inputmode="decimal" value=(text) autocomplete="off" data-leaf=(leaf)
                            aria-invalid=[fault.map(|_| "true")] aria-describedby=[described];
                    }
                }
                (self.version_field(AnswerKind::Figure, &asked.code))
                @if let Some(fault) = fault { p.field-error id={ (field) "-loi" } { (fault.message) } }
                @if let Some(found) = observed { (observed_line(found, &asked.code, &self.sheet.unit.unit, value, (true, lang))) }
            }
        }
    }

    /// The field for points that the unit gives itself.
    pub(crate) fn points(&self, leaf: &str, most: Option<Decimal>) -> Markup {
        let (lang, field) = (self.lang, field_of(AnswerKind::Points, leaf));
        let saved =
            self.saved(AnswerKind::Points, leaf).and_then(|answer| answer.value.as_deref()).and_then(|text| text.parse::<Decimal>().ok());
        let text =
            self.typed(&field).map(str::to_owned).unwrap_or_else(|| saved.map(|value| words::plain(value, lang)).unwrap_or_default());
        let fault = self.fault(&field);
        let set = &self.sheet.set;
        // How far down a penalty goes, where the leaf is one.
        let penalty = set.leaf(leaf).filter(|leaf| set.role_at(*leaf) == Role::Penalty).map(|leaf| set.bound_at(leaf, |node| node.floor));
        html! {
            div.ask {
                label for=(field) {
                    (lang.pick("Điểm đơn vị tự chấm", "Points by the unit"))
                    @match penalty {
                        Some(Some(floor)) => { " (" (lang.pick("điểm trừ, viết số âm, không thấp hơn", "a penalty, written below zero, no lower than")) " " (words::plain(floor, lang)) ")" }
                        Some(None) => { " (" (lang.pick("điểm trừ, viết số âm", "a penalty, written below zero")) ")" }
                        None => { @if let Some(most) = most { " (" (lang.pick("tối đa", "at most")) " " (words::plain(most, lang)) ")" } }
                    }
                }
                input.narrow id=(field) name=(field) type="text" inputmode="decimal" value=(text) autocomplete="off" data-leaf=(leaf)
                    aria-invalid=[fault.map(|_| "true")] aria-describedby=[fault.map(|_| format!("{field}-loi"))];
                (self.version_field(AnswerKind::Points, leaf))
                @if let Some(fault) = fault { p.field-error id={ (field) "-loi" } { (fault.message) } }
            }
        }
    }

    /// The field for an explanation.
    pub(crate) fn explanation(&self, leaf: &str) -> Markup {
        let (lang, field) = (self.lang, field_of(AnswerKind::Explanation, leaf));
        let saved = self.saved(AnswerKind::Explanation, leaf).and_then(|answer| answer.value.as_deref()).unwrap_or_default();
        let text = self.typed(&field).unwrap_or(saved);
        html! {
            div.ask {
                label for=(field) { (lang.pick("Giải trình", "Explanation")) }
                textarea id=(field) name=(field) rows="2" data-leaf=(leaf) { (text) }
                (self.version_field(AnswerKind::Explanation, leaf))
            }
        }
    }
}

/// What the system has of a figure, where it comes from, and whether the unit says something else; to whoever enters, that it is taken where the
/// field stays empty.
pub(crate) fn observed_line(found: &Observed, figure: &str, unit: &str, typed: Option<Decimal>, (enters, lang): (bool, Lang)) -> Markup {
    let period = found.period.parse::<registry::Period>().map_or_else(|_| found.period.clone(), |period| web::period_words(period, lang));
    // A figure that units reported leads to the report; one of a published table to where its value is explained.
    let place = found.dataset.strip_prefix("collection:").map(|key| format!("/lam-viec/so-lieu/{key}/{unit}"));
    html! {
        p.small {
            (lang.pick("Số liệu trên hệ thống", "In the system")) ": " strong { (words::plain(found.value, lang)) } ", " (period)
            @if let Some(source) = &found.source { ", " (source) }
            @if let Some(place) = place { ", " a href=(lang.href(&place)) { (lang.pick("xem báo cáo số liệu", "see the report")) (ui::hidden_text(&format!(": {}", found.indicator))) } }
            ". "
            // Both are there, so that a page that saves by itself can show the one that is true.
            span data-when={ "trong." (figure) } hidden[typed.is_some() || !enters] { (lang.pick("Để trống thì hệ thống lấy số liệu này.", "Left empty, this figure is taken.")) }
            span data-when={ "khac." (figure) } hidden[!differs(found, typed)] { (parts::tag(lang.pick("Khác số đơn vị nhập", "Differs from what was typed"), Tone::Warning)) }
        }
    }
}

/// Whether what was typed is another figure than that of the system.
pub(crate) fn differs(found: &Observed, typed: Option<Decimal>) -> bool {
    typed.is_some_and(|own| own != found.value)
}

fn choice_text(kind: &FigureKind, value: Option<Decimal>) -> String {
    match (kind, value) {
        (_, None) => String::new(),
        (FigureKind::Choice(choices), Some(value)) => {
            choices.iter().enumerate().find(|(at, _)| Decimal::from(*at) == value).map(|(_, choice)| choice.clone()).unwrap_or_default()
        }
        (_, Some(value)) => if value.is_zero() { "không" } else { "có" }.to_owned(),
    }
}

fn choices(kind: &FigureKind, lang: Lang) -> Vec<(String, String)> {
    match kind {
        FigureKind::Choice(choices) => choices.iter().map(|choice| (choice.clone(), choice.clone())).collect(),
        _ => vec![("có".to_owned(), lang.pick("Có", "Yes").to_owned()), ("không".to_owned(), lang.pick("Không", "No").to_owned())],
    }
}
