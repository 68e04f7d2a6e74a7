//! The rules of points in words, and what is wrong with a definition, for every page that shows them.

mod faults;

use composite_index::{AbsentThen, Aggregation, Bound, Bracket, Definition, FigureId, FigureKind, LeafRule, Measure, Method};
use rust_decimal::Decimal;
use ui::Lang;

pub use faults::{definition_detail, definition_rule};

fn plain(value: Decimal, lang: Lang) -> String {
    lang.decimal(value, value.normalize().scale())
}

/// Name of a figure, or its code.
#[must_use]
pub fn figure(definition: &Definition, figure: FigureId, lang: Lang) -> &str {
    let figure = &definition.figures[figure];
    figure.name.as_ref().map_or(figure.code.as_str(), |name| lang.pick(name.vi.as_str(), name.en.as_str()))
}

/// A figure's value as its kind has it: a number with its unit, yes or no, a choice.
#[must_use]
pub fn figure_value(definition: &Definition, figure: FigureId, value: Option<Decimal>, lang: Lang) -> String {
    let figure = &definition.figures[figure];
    let Some(value) = value else { return lang.pick("không có số liệu", "no figure").to_owned() };
    match &figure.kind {
        FigureKind::YesNo => if value.is_zero() { lang.pick("không", "no") } else { lang.pick("có", "yes") }.to_owned(),
        FigureKind::Choice(choices) => {
            let choice = choices.iter().enumerate().find(|(position, _)| Decimal::from(*position) == value);
            choice.map_or_else(|| plain(value, lang), |(_, choice)| choice.clone())
        }
        FigureKind::Count | FigureKind::Number => match figure.unit.as_deref() {
            Some(unit) => format!("{} {unit}", plain(value, lang)),
            None => plain(value, lang),
        },
    }
}

fn measure(definition: &Definition, measure: &Measure, lang: Lang) -> String {
    match measure {
        Measure::Figure(id) => format!("“{}”", figure(definition, *id, lang)),
        Measure::Formula(formula) => formula_words(definition, formula.text(), lang),
    }
}

/// A formula with the names of its figures in place of their codes.
#[must_use]
pub fn formula_words(definition: &Definition, text: &str, lang: Lang) -> String {
    let mut words = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_word = |sign: char| sign.is_ascii_alphanumeric() || sign == '_';
        let length = if is_word(first) { rest.find(|sign| !is_word(sign)).unwrap_or(rest.len()) } else { first.len_utf8() };
        let (token, after) = rest.split_at(length);
        match definition.figure(token) {
            Some(id) => words.push_str(&format!("“{}”", figure(definition, id, lang))),
            None if token == "*" => words.push('×'),
            // Decimals are written as the reader writes them, and what stands side by side is then parted by semicolons.
            None if token == "." && after.starts_with(|sign: char| sign.is_ascii_digit()) => words.push_str(lang.pick(",", ".")),
            None if token == "," => words.push_str(lang.pick(";", ",")),
            None => words.push_str(token),
        }
        rest = after;
    }
    words
}

/// A bracket with its ends and its points.
#[must_use]
pub fn bracket(bracket: &Bracket, lang: Lang) -> String {
    let low = |bound: Bound| match bound.closed {
        true => lang.pick(format!("từ {}", plain(bound.at, lang)), format!("from {}", plain(bound.at, lang))),
        false => lang.pick(format!("trên {}", plain(bound.at, lang)), format!("over {}", plain(bound.at, lang))),
    };
    let high = |bound: Bound| match bound.closed {
        true => lang.pick(format!("đến {}", plain(bound.at, lang)), format!("to {}", plain(bound.at, lang))),
        false => lang.pick(format!("dưới {}", plain(bound.at, lang)), format!("under {}", plain(bound.at, lang))),
    };
    let ends = match (bracket.low, bracket.high) {
        (Some(below), Some(above)) if !above.closed => {
            format!("{} {}", low(below), lang.pick(format!("đến dưới {}", plain(above.at, lang)), high(above)))
        }
        (Some(below), Some(above)) => format!("{} {}", low(below), high(above)),
        (Some(below), None) if below.closed => lang.pick(format!("{} trở lên", low(below)), format!("{} on", low(below))),
        (Some(below), None) => low(below),
        (None, Some(above)) => high(above),
        (None, None) => lang.pick("mọi giá trị", "any value").to_owned(),
    };
    lang.pick(format!("{ends}: {} điểm", plain(bracket.points, lang)), format!("{ends}: {} points", plain(bracket.points, lang)))
}

/// A rule of points in a sentence.
#[must_use]
pub fn leaf(definition: &Definition, rule: &LeafRule, lang: Lang) -> String {
    let name = |id: FigureId| figure(definition, id, lang);
    let number = |value: &Decimal| plain(*value, lang);
    match rule {
        LeafRule::Brackets { measure: read, brackets } => {
            let (read, parts) =
                (measure(definition, read, lang), brackets.iter().map(|part| bracket(part, lang)).collect::<Vec<_>>().join("; "));
            lang.pick(format!("theo khoảng của {read} – {parts}"), format!("by brackets of {read} – {parts}"))
        }
        LeafRule::Linear { measure: read, zero_at, full_at } => {
            let (read, zero, full) = (measure(definition, read, lang), number(zero_at), number(full_at));
            lang.pick(
                format!("tỷ lệ thuận theo {read}: 0 điểm ở mức {zero}, điểm tối đa ở mức {full}"),
                format!("in proportion to {read}: no points at {zero}, all points at {full}"),
            )
        }
        LeafRule::YesNo { figure } => lang.pick(
            format!("có thì được điểm tối đa, không thì 0 điểm: “{}”", name(*figure)),
            format!("all points for yes, none for no: “{}”", name(*figure)),
        ),
        LeafRule::Checklist { items } => {
            let items = items.iter().map(|item| format!("“{}” {}", name(item.figure), number(&item.points))).collect::<Vec<_>>().join("; ");
            lang.pick(format!("cộng điểm của từng mục đã làm – {items}"), format!("points of each item that is done – {items}"))
        }
        LeafRule::Choice { figure, points } => {
            let choices: &[String] = match &definition.figures[*figure].kind {
                FigureKind::Choice(choices) => choices,
                _ => &[],
            };
            let options =
                choices.iter().zip(points).map(|(choice, points)| format!("{choice}: {}", number(points))).collect::<Vec<_>>().join("; ");
            lang.pick(format!("theo lựa chọn “{}” – {options}", name(*figure)), format!("by the choice “{}” – {options}", name(*figure)))
        }
        LeafRule::Formula { formula, clamp } => {
            let kept = if *clamp {
                lang.pick(", giữ trong khoảng từ 0 đến điểm tối đa", ", kept between 0 and the maximum")
            } else {
                ""
            };
            let formula = formula_words(definition, formula.text(), lang);
            lang.pick(format!("theo công thức {formula}{kept}"), format!("by the formula {formula}{kept}"))
        }
        LeafRule::Survey { figure, scale } => lang.pick(
            format!("quy đổi kết quả điều tra “{}” từ thang {}–{} sang điểm tối đa", name(*figure), number(&scale.0), number(&scale.1)),
            format!(
                "the survey result “{}” on its scale of {} to {}, put on the maximum",
                name(*figure),
                number(&scale.0),
                number(&scale.1)
            ),
        ),
        LeafRule::External => lang.pick("nhập thẳng số điểm", "points are typed").to_owned(),
        LeafRule::PerCase { figure, start, each, floor, cap } => {
            let end =
                |word: &str, value: &Option<Decimal>| value.map(|value| format!("; {word} {}", plain(value, lang))).unwrap_or_default();
            let ends = format!("{}{}", end(lang.pick("thấp nhất", "at least"), floor), end(lang.pick("cao nhất", "at most"), cap));
            lang.pick(
                format!("{} điểm, cộng {} điểm cho mỗi trường hợp “{}”{ends}", number(start), number(each), name(*figure)),
                format!("{} points, and {} for each case of “{}”{ends}", number(start), number(each), name(*figure)),
            )
        }
    }
}

/// What happens where the subject of a criterion does not exist.
#[must_use]
pub fn absent(then: &AbsentThen, lang: Lang) -> &'static str {
    match then {
        AbsentThen::Full => lang.pick("nội dung không phát sinh: được điểm tối đa", "the subject does not exist: all points"),
        AbsentThen::Zero => lang.pick("nội dung không phát sinh: 0 điểm", "the subject does not exist: no points"),
        AbsentThen::NotApplicable => lang.pick(
            "nội dung không phát sinh: không áp dụng, giảm điểm tối đa",
            "the subject does not exist: not applicable, the maximum is reduced",
        ),
        AbsentThen::MoveTo { .. } => lang.pick(
            "nội dung không phát sinh: điểm tối đa chuyển sang tiêu chí khác",
            "the subject does not exist: its maximum moves to others",
        ),
    }
}

/// How a node comes from its children; `None`: it has none.
#[must_use]
pub fn aggregation(aggregation: Option<Aggregation>, lang: Lang) -> &'static str {
    match aggregation {
        None => lang.pick("số liệu đầu vào", "input"),
        Some(Aggregation::WeightedSum) => lang.pick("tổng có trọng số", "weighted sum"),
        Some(Aggregation::WeightedMean) => lang.pick("bình quân có trọng số", "weighted mean"),
        Some(Aggregation::Given) => lang.pick("lấy từ bảng công bố", "given in the table"),
        Some(Aggregation::NotPublished) => {
            lang.pick("chưa công bố cách tính hoặc chưa có thành phần", "rule not published or parts not obtained")
        }
        Some(Aggregation::SumOfPoints) => lang.pick("tổng điểm", "sum of points"),
        Some(Aggregation::GeometricMean) => lang.pick("bình quân nhân", "geometric mean"),
        Some(Aggregation::HarmonicMean) => lang.pick("bình quân điều hòa", "harmonic mean"),
        Some(Aggregation::PowerMean) => lang.pick("bình quân lũy thừa", "power mean"),
        Some(Aggregation::Minimum) => lang.pick("giá trị thấp nhất", "least value"),
        Some(Aggregation::Copeland) => {
            lang.pick("điểm Copeland: số cặp thắng trừ số cặp thua", "Copeland score: pairs won minus pairs lost")
        }
    }
}

/// How an indicator becomes comparable.
#[must_use]
pub fn method(method: Method, lang: Lang) -> &'static str {
    match method {
        Method::MinMax => "min-max",
        Method::ZScore => lang.pick("điểm z", "z-score"),
        Method::Rank => lang.pick("thứ hạng tính từ cuối", "rank from the last"),
        Method::PercentileRank => lang.pick("hạng phần trăm", "percentile rank"),
        Method::Borda => lang.pick("điểm Borda", "Borda count"),
        Method::DistanceToMaximum => lang.pick("tỷ lệ so với mức tốt nhất", "distance to the best"),
        Method::DistanceToTarget => lang.pick("tỷ lệ so với mục tiêu", "distance to the target"),
        Method::DistanceToReference => lang.pick("tỷ lệ so với đơn vị tham chiếu", "distance to the reference"),
        Method::Categorical => lang.pick("theo bậc phân vị", "categories by percentile"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_written_as_its_reader_writes_numbers() {
        let set = r#"
format = "cchc-index-definition/1"
id = "thu"
index = "thu"
name = { vi = "Thử", en = "Test" }
summary = { vi = "Thử.", en = "Test." }
unit_level = "department"
status = "unverified"
decimals = 2
[computation]
rank_direction = "higher-is-better"
tie_rule = "dense"
missing = "no-result"
rank_on = "unrounded"
[[figure]]
code = "done"
name = { vi = "Đã xong", en = "Done" }
[[node]]
code = "total"
name = { vi = "Tổng", en = "Total" }
aggregation = "sum-of-points"
[[node]]
code = "1"
parent = "total"
name = { vi = "Một", en = "One" }
maximum = "1"
[node.rule]
kind = "external"
"#;
        let definition = composite_index::read_definition(set).unwrap();
        let words = |lang| formula_words(&definition, "min(1, 2 * done - 0.25)", lang);
        assert_eq!(words(Lang::Vi), "min(1; 2 × “Đã xong” - 0,25)");
        assert_eq!(words(Lang::En), "min(1, 2 × “Done” - 0.25)");
    }
}
