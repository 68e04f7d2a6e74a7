//! The fields of a leaf's rule: a kind, and what the kind asks for. Without script the kind is chosen by a form of its own.

use composite_index::{Definition, FigureKind};
use maud::{Markup, html};
use ui::Lang;
use ui::parts::{self, ButtonKind, Choice, Field, FieldError, Input};
use web::{App, Fields, Signed};

use crate::rule_form::{KINDS, rows_shown};
use crate::words;

/// Words of a kind of figure.
pub(crate) fn figure_kind(kind: &FigureKind, lang: Lang) -> &'static str {
    match kind {
        FigureKind::Number => lang.pick("số", "number"),
        FigureKind::Count => lang.pick("số đếm", "count"),
        FigureKind::YesNo => lang.pick("có/không", "yes or no"),
        FigureKind::Choice(_) => lang.pick("lựa chọn", "choice"),
    }
}

/// The form that chooses a kind of rule; the page is shown again with the fields of that kind.
pub(crate) fn kind_form(address: &str, kind: &str, lang: Lang) -> Markup {
    let choices: Vec<Choice> = KINDS.iter().map(|(word, vi, en)| Choice::new(*word, lang.pick(*vi, *en), *word == kind)).collect();
    html! {
        form method="get" action=(address) {
            (parts::select_field(&Field { id: "loai-chon", name: "loai", label: lang.pick("Loại quy tắc tính điểm", "Kind of rule"), hint: Some(lang.pick("Đổi loại trước khi sửa các ô khác: nội dung chưa lưu không được giữ.", "Change it before other fields: what is not saved is not kept.")), ..Field::default() }, &choices, lang))
            (parts::button(lang.pick("Đổi loại quy tắc", "Change the kind"), ButtonKind::Secondary, None))
        }
    }
}

fn figure_choices(definition: &Definition, chosen: &str, fits: impl Fn(&FigureKind) -> bool, lang: Lang) -> Vec<Choice> {
    let mut choices = vec![Choice::new("", lang.pick("– chọn –", "– choose –"), chosen.is_empty())];
    for (id, figure) in definition.figures.iter().enumerate().filter(|(_, figure)| fits(&figure.kind)) {
        let words = format!("{} ({})", index_words::figure(definition, id, lang), figure_kind(&figure.kind, lang));
        choices.push(Choice::new(figure.code.as_str(), words, figure.code == chosen));
    }
    choices
}

/// The form while it is drawn: what stands in its fields, and what is wrong.
struct Form<'a> {
    definition: &'a Definition,
    shown: &'a Fields,
    faults: &'a [FieldError],
    lang: Lang,
}

impl Form<'_> {
    fn error(&self, name: &str) -> Option<&str> {
        self.faults.iter().find(|fault| fault.field == name).map(|fault| fault.message.as_str())
    }

    fn number(&self, name: &str, label: &str, optional: bool) -> Markup {
        let field = Field { id: name, name, label, error: self.error(name), optional, ..Field::default() };
        parts::text_field(&field, Input::Number, self.shown.text(name), None, self.lang)
    }

    fn figure(&self, name: &str, label: &str, optional: bool, fits: impl Fn(&FigureKind) -> bool) -> Markup {
        let field = Field { id: name, name, label, error: self.error(name), optional, ..Field::default() };
        parts::select_field(&field, &figure_choices(self.definition, self.shown.text(name), fits, self.lang), self.lang)
    }

    fn formula(&self, label: &str, optional: bool) -> Markup {
        let hint = self.lang.pick(
            "Viết mã số liệu và phép tính, ví dụ 100 * done / planned. Mã ở bảng số liệu bên dưới; số thập phân trong công thức viết dấu chấm.",
            "Codes of figures and signs, for example 100 * done / planned. The codes stand in the table below.",
        );
        let field = Field { id: "r.cong-thuc", name: "r.cong-thuc", label, hint: Some(hint), error: self.error("r.cong-thuc"), optional };
        parts::text_area(&field, self.shown.raw("r.cong-thuc"), 2, self.lang)
    }

    fn measure(&self) -> Markup {
        let numeric = |kind: &FigureKind| matches!(kind, FigureKind::Number | FigureKind::Count);
        html! {
            (self.figure("r.so-lieu", self.lang.pick("Số liệu", "Figure"), true, numeric))
            (self.formula(self.lang.pick("Hoặc công thức từ nhiều số liệu", "Or a formula over figures"), true))
        }
    }

    fn cell(&self, name: &str, label: &str) -> Markup {
        html! { input.narrow id=(name) name=(name) type="text" inputmode="decimal" value=(self.shown.text(name)) aria-label=(label) aria-invalid=[self.error(name).map(|_| "true")] autocomplete="off"; }
    }

    fn end(&self, name: &str, label: &str, words: [(&str, &str); 2]) -> Markup {
        html! {
            select id=(name) name=(name) aria-label=(label) {
                @for (word, said) in words { option value=(word) selected[self.shown.text(name) == word] { (said) } }
            }
        }
    }

    fn brackets(&self) -> Markup {
        let lang = self.lang;
        html! {
            (self.measure())
            p.hint { (lang.pick("Các khoảng phải nối liền nhau, không trùng, không hở. Bỏ trống ô đầu của khoảng thấp nhất và ô cuối của khoảng cao nhất khi không giới hạn. Lưu lại để có thêm dòng trống.", "Brackets follow each other without gap or overlap. Leave the lowest beginning and the highest end empty where there is no limit. Save to get more empty rows.")) }
            div.table-box tabindex="0" role="region" aria-label=(lang.pick("Các khoảng", "Brackets")) { table.entry {
                thead { tr { th scope="col" { (lang.pick("Khoảng", "Bracket")) } th scope="col" colspan="2" { (lang.pick("Bắt đầu", "Begins")) } th scope="col" colspan="2" { (lang.pick("Kết thúc", "Ends")) } th scope="col" { (lang.pick("Điểm", "Points")) } } }
                tbody { @for at in 0..rows_shown(|at| ["tu", "den", "diem"].iter().any(|field| !self.shown.text(&format!("r.{field}.{at}")).is_empty())) { tr {
                    @let of = |words: &str| format!("{} {}: {words}", lang.pick("Khoảng", "Bracket"), at + 1);
                    th scope="row" { (ui::hidden_text(lang.pick("Khoảng ", "Bracket "))) (at + 1) }
                    td data-label=(lang.pick("Bắt đầu", "Begins")) { (self.end(&format!("r.tu-kieu.{at}"), &of(lang.pick("kiểu bắt đầu", "kind of beginning")), [("from", lang.pick("từ", "from")), ("over", lang.pick("trên", "over"))])) }
                    td { (self.cell(&format!("r.tu.{at}"), &of(lang.pick("bắt đầu", "begins")))) }
                    td data-label=(lang.pick("Kết thúc", "Ends")) { (self.end(&format!("r.den-kieu.{at}"), &of(lang.pick("kiểu kết thúc", "kind of end")), [("to", lang.pick("đến", "to")), ("under", lang.pick("đến dưới", "under"))])) }
                    td { (self.cell(&format!("r.den.{at}"), &of(lang.pick("kết thúc", "ends")))) }
                    td data-label=(lang.pick("Điểm", "Points")) { (self.cell(&format!("r.diem.{at}"), &of(lang.pick("điểm", "points")))) }
                } } }
            } }
        }
    }

    fn checklist(&self) -> Markup {
        let lang = self.lang;
        html! {
            p.hint { (lang.pick("Lưu lại để có thêm dòng trống.", "Save to get more empty rows.")) }
            div.table-box tabindex="0" role="region" aria-label=(lang.pick("Các mục", "Items")) { table.entry {
                thead { tr { th scope="col" { (lang.pick("Mục", "Item")) } th scope="col" { (lang.pick("Số liệu có/không", "Yes-no figure")) } th scope="col" { (lang.pick("Điểm", "Points")) } } }
                tbody { @for at in 0..rows_shown(|at| ["muc", "diem"].iter().any(|field| !self.shown.text(&format!("r.{field}.{at}")).is_empty())) { tr {
                    @let of = |words: &str| format!("{} {}: {words}", lang.pick("Mục", "Item"), at + 1);
                    @let name = format!("r.muc.{at}");
                    th scope="row" { (ui::hidden_text(lang.pick("Mục ", "Item "))) (at + 1) }
                    td data-label=(lang.pick("Số liệu có/không", "Yes-no figure")) { select id=(name) name=(name) aria-label=(of(lang.pick("số liệu", "figure"))) {
                        option value="" { "–" }
                        @for (id, figure) in self.definition.figures.iter().enumerate().filter(|(_, figure)| figure.kind == FigureKind::YesNo) {
                            option value=(figure.code) selected[self.shown.text(&name) == figure.code] { (index_words::figure(self.definition, id, lang)) }
                        }
                    } }
                    td data-label=(lang.pick("Điểm", "Points")) { (self.cell(&format!("r.diem.{at}"), &of(lang.pick("điểm", "points")))) }
                } } }
            } }
        }
    }

    fn options(&self) -> Markup {
        let lang = self.lang;
        let figure = self.definition.figure(self.shown.text("r.so-lieu")).map(|figure| &self.definition.figures[figure].kind);
        html! {
            (self.figure("r.so-lieu", lang.pick("Số liệu lựa chọn", "Choice"), false, |kind| matches!(kind, FigureKind::Choice(_))))
            @match figure {
                Some(FigureKind::Choice(choices)) => {
                    @for (at, choice) in choices.iter().enumerate() { (self.number(&format!("r.diem.{at}"), &format!("{} “{choice}”", lang.pick("Điểm của", "Points of")), false)) }
                }
                _ => { p.hint { (lang.pick("Chọn số liệu rồi bấm Lưu; trang hiện các lựa chọn để nhập điểm.", "Choose the figure and press Save; the options then show for their points.")) } }
            }
        }
    }
}

/// The fields of a kind of rule, as they stand in the form; `faults` name the fields that cannot be taken.
pub(crate) fn rule_fields(definition: &Definition, shown: &Fields, faults: &[FieldError], lang: Lang) -> Markup {
    let form = Form { definition, shown, faults, lang };
    let kind = shown.text("loai");
    let count = |kind: &FigureKind| matches!(kind, FigureKind::Count | FigureKind::Number);
    let fields = match kind {
        "yes-no" => {
            form.figure("r.so-lieu", lang.pick("Số liệu có/không", "Yes-no figure"), false, |kind| *kind == FigureKind::YesNo)
        }
        "choice" => form.options(),
        "checklist" => form.checklist(),
        "brackets" => form.brackets(),
        "linear" => html! {
            (form.measure())
            (form.number("r.khong", lang.pick("0 điểm khi số liệu bằng", "No points at"), false))
            (form.number("r.du", lang.pick("Điểm tối đa khi số liệu bằng", "All points at"), false))
        },
        "per-case" => html! {
            (form.figure("r.so-lieu", lang.pick("Số vụ việc", "Number of cases"), false, count))
            (form.number("r.dau", lang.pick("Điểm khi không có vụ việc nào", "Points without a case"), false))
            (form.number("r.moi", lang.pick("Mỗi vụ việc cộng (trừ thì viết dấu âm)", "For each case (negative for a deduction)"), false))
            (form.number("r.san", lang.pick("Không thấp hơn", "Never below"), true))
            (form.number("r.tran", lang.pick("Không cao hơn", "Never above"), true))
        },
        "survey" => html! {
            (form.figure("r.so-lieu", lang.pick("Kết quả điều tra", "Survey result"), false, count))
            (form.number("r.thap", lang.pick("Mức thấp nhất của thang", "Lowest of the scale"), false))
            (form.number("r.cao", lang.pick("Mức cao nhất của thang", "Highest of the scale"), false))
        },
        "formula" => html! {
            (form.formula(lang.pick("Công thức", "Formula"), false))
            (parts::checkboxes(&Field { id: "r.gioi-han", name: "r.gioi-han", label: lang.pick("Giới hạn", "Limits"), ..Field::default() }, &[Choice::new("co", lang.pick("giữ trong khoảng từ 0 đến điểm tối đa", "kept between 0 and the maximum"), shown.text("r.gioi-han") == "co")], lang))
        },
        _ => {
            html! { p.hint { (lang.pick("Muốn đơn vị tự nhập điểm, chọn “đơn vị tự chấm” ở ô Ai chấm trước; để trống thì cơ quan khác cho điểm.", "For points that the unit types choose the unit under Scored by; otherwise another agency gives them.")) } }
        }
    };
    html! { input type="hidden" name="loai" value=(kind); (fields) }
}

/// Figures of the set: code, name, kind; and a form for another one.
pub(crate) fn figures_part(app: &App, signed: &Signed, definition: &Definition, path: &str, version: &Markup) -> Markup {
    let lang = signed.lang();
    html! {
        @if !definition.figures.is_empty() {
            details.act { summary { (lang.pick(format!("Số liệu của bộ tiêu chí ({})", definition.figures.len()), format!("Figures of the set ({})", definition.figures.len()))) }
                div.table-box tabindex="0" role="region" aria-label=(lang.pick("Số liệu", "Figures")) { table.versions {
                    thead { tr { th scope="col" { (lang.pick("Mã", "Code")) } th scope="col" { (lang.pick("Tên", "Name")) } th scope="col" { (lang.pick("Loại", "Kind")) } th scope="col" { (lang.pick("Bỏ", "Remove")) } } }
                    tbody { @for (id, figure) in definition.figures.iter().enumerate() { tr {
                        th scope="row" { code { (figure.code) } }
                        td { (index_words::figure(definition, id, lang)) }
                        td { (figure_kind(&figure.kind, lang)) @if let FigureKind::Choice(choices) = &figure.kind { ": " (choices.join("; ")) } @if let Some((low, high)) = figure.range { ", " (words::plain(low, lang)) "–" (words::plain(high, lang)) } }
                        td { (signed.form(app, path, html! { (version) input type="hidden" name="viec" value="bo-so-lieu"; input type="hidden" name="so-lieu" value=(figure.code); button.link type="submit" { (lang.pick("Bỏ", "Remove")) (ui::hidden_text(&format!(": {}", figure.code))) } })) }
                    } } }
                } }
            }
        }
    }
}

/// The fields of a new figure.
pub(crate) fn new_figure(shown: &Fields, errors: &[FieldError], lang: Lang) -> Markup {
    let of = |field: &str| errors.iter().find(|error| error.field == field).map(|error| error.message.as_str());
    let kinds = [
        ("number", lang.pick("số", "number")),
        ("count", lang.pick("số đếm (0, 1, 2…)", "count (0, 1, 2…)")),
        ("yes-no", lang.pick("có/không", "yes or no")),
        ("choice", lang.pick("lựa chọn", "choice")),
    ];
    let chosen = if shown.text("sl-loai").is_empty() { "number" } else { shown.text("sl-loai") };
    let kinds: Vec<Choice> = kinds.into_iter().map(|(word, words)| Choice::new(word, words, word == chosen)).collect();
    html! {
        (parts::text_field(&Field::new("sl-ten", lang.pick("Tên số liệu", "Name")).error(of("sl-ten")), Input::Text, shown.text("sl-ten"), None, lang))
        (parts::text_field(&Field::new("sl-ma", lang.pick("Mã", "Code")).hint(lang.pick("Chữ không dấu, chữ số và dấu gạch dưới, bắt đầu bằng chữ. Ví dụ: ho_so_dung_han", "Letters without marks, digits and _, beginning with a letter.")).error(of("sl-ma")), Input::Text, shown.text("sl-ma"), None, lang))
        (parts::select_field(&Field::new("sl-loai", lang.pick("Loại", "Kind")), &kinds, lang))
        (parts::text_field(&Field::new("sl-tu", lang.pick("Nhỏ nhất", "Lowest")).hint(lang.pick("Chỉ với loại số; nhập cả nhỏ nhất và lớn nhất.", "For a number only; both or none.")).error(of("sl-tu")).optional(), Input::Number, shown.text("sl-tu"), None, lang))
        (parts::text_field(&Field::new("sl-den", lang.pick("Lớn nhất", "Highest")).error(of("sl-den")).optional(), Input::Number, shown.text("sl-den"), None, lang))
        (parts::text_field(&Field::new("sl-don-vi", lang.pick("Đơn vị tính", "Unit of measure")).optional(), Input::Text, shown.text("sl-don-vi"), None, lang))
        (parts::text_area(&Field::new("sl-lua-chon", lang.pick("Các lựa chọn", "Options")).hint(lang.pick("Mỗi dòng một lựa chọn; chỉ nhập khi loại là lựa chọn.", "One on a line; for a choice only.")).error(of("sl-lua-chon")).optional(), shown.raw("sl-lua-chon"), 4, lang))
    }
}
