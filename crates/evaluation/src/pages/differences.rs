//! What two sets differ in, in words: rules as sentences, numbers as the reader writes them.

use axum::extract::{Path, State};
use axum::response::Response;
use composite_index::{
    Definition, DefinitionDifference, DifferenceKind, Direction, FigureId, FigureKind, MissingRule, Node, NodeId, RankOn, RankWithin, Role,
    TieRule,
};
use maud::html;
use ui::Lang;
use ui::parts;
use ui::table::{Cell, Column, DataTable, Row, render_table};
use web::{App, Ground, Problem, Signed, work_frame};

use super::rule_fields::figure_kind;
use super::sets::{LIST, frame};
use crate::actions::set_difference;
use crate::differing::{SetDifference, SetDifferenceKind, asked_words};
use crate::set::CriteriaSet;
use crate::words;

fn kind_words(kind: SetDifferenceKind, lang: Lang) -> &'static str {
    match kind {
        SetDifferenceKind::Definition(kind) => definition_words(kind, lang),
        SetDifferenceKind::Scorer => lang.pick("ai chấm", "who gives the points"),
        SetDifferenceKind::Agency => lang.pick("cơ quan thẩm định", "appraising agency"),
        SetDifferenceKind::Evidence => lang.pick("minh chứng cần có", "evidence asked"),
        SetDifferenceKind::Guidance => lang.pick("giải thích cách chấm", "explanation of the rule"),
        SetDifferenceKind::Observed => lang.pick("số liệu lấy từ hệ thống", "figures taken from the system"),
        SetDifferenceKind::Blocks => lang.pick("các khối đơn vị", "blocks of units"),
        SetDifferenceKind::Bands => lang.pick("xếp loại", "bands"),
    }
}

fn definition_words(kind: DifferenceKind, lang: Lang) -> &'static str {
    match kind {
        DifferenceKind::Added => lang.pick("thêm mới", "added"),
        DifferenceKind::Removed => lang.pick("đã bỏ", "removed"),
        DifferenceKind::Parent => lang.pick("chuyển nhóm", "moved"),
        DifferenceKind::Order => lang.pick("đổi thứ tự", "other order"),
        DifferenceKind::Name => lang.pick("tên", "name"),
        DifferenceKind::Aggregation => lang.pick("cách tổng hợp", "aggregation"),
        DifferenceKind::Weight => lang.pick("trọng số", "weight"),
        DifferenceKind::Maximum => lang.pick("điểm tối đa", "maximum"),
        DifferenceKind::Rule => lang.pick("quy tắc tính điểm", "rule"),
        DifferenceKind::Missing => lang.pick("cách xử lý khi thiếu số liệu", "missing figures"),
        DifferenceKind::Bounds => lang.pick("giới hạn, vai trò hoặc khối áp dụng", "bounds, role or blocks"),
        DifferenceKind::Share => lang.pick("tỷ trọng trong tổng điểm", "share of the total"),
        DifferenceKind::Figure => lang.pick("số liệu đầu vào", "figure"),
        DifferenceKind::Computation => lang.pick("quy tắc chung", "general rules"),
    }
}

/// One of the two sets, as it has what differs.
struct Side<'a> {
    set: &'a CriteriaSet,
    lang: Lang,
}

impl Side<'_> {
    fn definition(&self) -> &Definition {
        &self.set.definition
    }

    fn titled(&self, id: NodeId) -> String {
        let code = &self.definition().nodes[id].code;
        if id == self.definition().total {
            self.set.name(id, self.lang).to_owned()
        } else {
            format!("{code} {}", self.set.name(id, self.lang))
        }
    }

    /// What the set has in place of a difference, in words; nothing where it has nothing of it.
    fn told(&self, one: &SetDifference) -> Option<String> {
        match one.of_definition() {
            Some(one) => self.of_definition(&one),
            None => asked_words(self.set, one, self.lang),
        }
    }

    fn of_definition(&self, one: &DefinitionDifference) -> Option<String> {
        let lang = self.lang;
        if one.kind == DifferenceKind::Computation {
            return Some(self.general());
        }
        let Some(id) = self.definition().node(&one.code) else {
            let figure = self.definition().figure(&one.code)?;
            return Some(match one.kind {
                DifferenceKind::Name => index_words::figure(self.definition(), figure, lang).to_owned(),
                _ => self.figure(figure),
            });
        };
        let node = &self.definition().nodes[id];
        Some(match one.kind {
            DifferenceKind::Added | DifferenceKind::Removed => self.whole(id),
            DifferenceKind::Parent => node.parent.map(|parent| self.titled(parent)).unwrap_or_default(),
            DifferenceKind::Order => self.place(one, id),
            DifferenceKind::Name => self.set.name(id, lang).to_owned(),
            DifferenceKind::Aggregation => index_words::aggregation(node.aggregation, lang).to_owned(),
            DifferenceKind::Weight => words::plain(self.definition().weight(id), lang),
            DifferenceKind::Share => {
                let share = self.definition().effective_weight(id)?;
                format!("{} %", words::plain((share * rust_decimal::Decimal::ONE_HUNDRED).round_dp(4), lang))
            }
            DifferenceKind::Maximum => self.reach(node)?,
            DifferenceKind::Rule => self.rule(id)?,
            DifferenceKind::Missing => self.missing(node)?,
            DifferenceKind::Bounds => self.bounds(id),
            DifferenceKind::Figure | DifferenceKind::Computation => return None,
        })
    }

    fn reach(&self, node: &Node) -> Option<String> {
        let lang = self.lang;
        let range = || {
            let (low, high) = node.range?;
            Some(lang.pick("từ {} đến {}", "{} to {}").replacen("{}", &words::plain(low, lang), 1).replacen(
                "{}",
                &words::plain(high, lang),
                1,
            ))
        };
        node.maximum.map(|most| words::plain(most, lang)).or_else(range)
    }

    fn rule(&self, id: NodeId) -> Option<String> {
        let (lang, node) = (self.lang, &self.definition().nodes[id]);
        let mut told: Vec<String> = node.rule.iter().map(|rule| index_words::leaf(self.definition(), rule, lang)).collect();
        if let Some(absent) = &node.absent {
            let when = index_words::formula_words(self.definition(), absent.when.text(), lang);
            let to = match &absent.then {
                composite_index::AbsentThen::MoveTo { siblings, .. } => {
                    let codes: Vec<&str> = siblings.iter().map(|one| self.definition().nodes[*one].code.as_str()).collect();
                    format!(" ({})", codes.join(", "))
                }
                _ => String::new(),
            };
            let then = index_words::absent(&absent.then, lang);
            told.push(lang.pick(format!("khi {when}: {then}{to}"), format!("where {when}: {then}{to}")));
        }
        (!told.is_empty()).then(|| told.join("; "))
    }

    /// A part that the other set does not have.
    fn whole(&self, id: NodeId) -> String {
        let (lang, node) = (self.lang, &self.definition().nodes[id]);
        let mut told = Vec::new();
        if let Some(parent) = node.parent {
            let parent = self.titled(parent);
            told.push(lang.pick(format!("thuộc {parent}"), format!("under {parent}")));
        }
        if let Some(reach) = self.reach(node) {
            told.push(lang.pick(format!("tối đa {reach} điểm"), format!("maximum {reach}")));
        }
        told.extend(self.rule(id));
        told.join("; ")
    }

    /// Behind which part it stands; the engine tells the last of those before it that both sets have.
    fn place(&self, one: &DefinitionDifference, id: NodeId) -> String {
        let lang = self.lang;
        let before = [&one.before, &one.after].into_iter().flatten().filter_map(|text| text.strip_prefix("after "));
        let parent = self.definition().nodes[id].parent;
        let siblings = parent.map(|parent| self.definition().nodes[parent].children.as_slice()).unwrap_or_default();
        let ahead: Vec<&str> =
            siblings.iter().take_while(|sibling| **sibling != id).map(|sibling| self.definition().nodes[*sibling].code.as_str()).collect();
        let last = before.filter_map(|code| ahead.iter().position(|one| *one == code)).max().map(|at| ahead[at]);
        last.map_or_else(
            || lang.pick("đứng đầu nhóm", "first of its group").to_owned(),
            |code| lang.pick(format!("sau {code}"), format!("after {code}")),
        )
    }

    fn missing(&self, node: &Node) -> Option<String> {
        let lang = self.lang;
        let least = node.minimum_share.map(|share| words::plain(share * rust_decimal::Decimal::ONE_HUNDRED, lang));
        let least =
            least.map(|share| lang.pick(format!("; cần ít nhất {share} % trọng số"), format!("; at least {share} % of the weight")));
        node.missing.map(|rule| format!("{}{}", missing_words(rule, lang), least.unwrap_or_default()))
    }

    fn bounds(&self, id: NodeId) -> String {
        let (lang, node) = (self.lang, &self.definition().nodes[id]);
        let mut told = vec![
            match node.role {
                Role::Points => lang.pick("trong điểm tối đa", "inside the maximum"),
                Role::Bonus => lang.pick("điểm thưởng", "bonus"),
                Role::Penalty => lang.pick("điểm trừ", "penalty"),
            }
            .to_owned(),
        ];
        if node.direction == Direction::LowerIsBetter {
            told.push(lang.pick("thấp hơn là tốt hơn", "lower is better").to_owned());
        }
        let bound = |vi: &str, en: &str, value| {
            lang.pick(format!("{vi} {}", words::plain(value, lang)), format!("{en} {}", words::plain(value, lang)))
        };
        told.extend(node.floor.map(|floor| bound("không thấp hơn", "not below", floor)));
        told.extend(node.cap.map(|cap| bound("không cao hơn", "not above", cap)));
        told.extend(node.rescale.then(|| lang.pick("quy đổi theo điểm tối đa áp dụng", "scaled to the maximum that applies").to_owned()));
        if !node.blocks.is_empty() {
            let blocks = node.blocks.join(", ");
            told.push(lang.pick(format!("chỉ áp dụng với khối {blocks}"), format!("only for {blocks}")));
        }
        told.join("; ")
    }

    fn figure(&self, id: FigureId) -> String {
        let (lang, figure) = (self.lang, &self.definition().figures[id]);
        let mut told = format!("{}: {}", index_words::figure(self.definition(), id, lang), figure_kind(&figure.kind, lang));
        if let FigureKind::Choice(choices) = &figure.kind {
            told.push_str(&format!(" – {}", choices.join("; ")));
        }
        if let Some(unit) = &figure.unit {
            told.push_str(&format!(", {unit}"));
        }
        if let Some((low, high)) = figure.range {
            let (low, high) = (words::plain(low, lang), words::plain(high, lang));
            told.push_str(&lang.pick(format!(", từ {low} đến {high}"), format!(", {low} to {high}")));
        }
        told
    }

    fn general(&self) -> String {
        let (lang, rules) = (self.lang, self.definition().computation);
        let decimals = self.definition().decimals;
        [
            match rules.rank_direction {
                Direction::HigherIsBetter => lang.pick("điểm cao xếp trước", "more points come first"),
                Direction::LowerIsBetter => lang.pick("điểm thấp xếp trước", "less points come first"),
            }
            .to_owned(),
            match rules.tie_rule {
                TieRule::Competition => lang.pick("đồng hạng 1, 2, 2, 4", "ties 1, 2, 2, 4"),
                TieRule::Dense => lang.pick("đồng hạng 1, 2, 2, 3", "ties 1, 2, 2, 3"),
                TieRule::Last => lang.pick("đồng hạng 1, 3, 3, 4", "ties 1, 3, 3, 4"),
                TieRule::Average => lang.pick("đồng hạng 1; 2,5; 2,5; 4", "ties 1, 2.5, 2.5, 4"),
            }
            .to_owned(),
            match rules.rank_on {
                RankOn::Unrounded => lang.pick("xếp theo điểm chưa làm tròn", "ranked on unrounded points"),
                RankOn::Displayed => lang.pick("xếp theo điểm đã làm tròn", "ranked on rounded points"),
            }
            .to_owned(),
            match rules.rank_within {
                RankWithin::All => lang.pick("xếp chung mọi đơn vị", "all units together"),
                RankWithin::Block => lang.pick("xếp trong từng khối", "within each block"),
            }
            .to_owned(),
            missing_words(rules.missing, lang).to_owned(),
            lang.pick(format!("{decimals} chữ số thập phân"), format!("{decimals} decimals")),
        ]
        .join("; ")
    }
}

fn missing_words(rule: MissingRule, lang: Lang) -> &'static str {
    match rule {
        MissingRule::NoResult => lang.pick("thiếu số liệu thì không có điểm", "no points where a figure is missing"),
        MissingRule::Error => lang.pick("thiếu số liệu thì không nhận bảng", "a table with a missing figure is refused"),
        MissingRule::DropOut => {
            lang.pick("thiếu số liệu thì bỏ ra và quy đổi phần còn lại", "what is missing drops out, the rest is rescaled")
        }
        MissingRule::Zero => lang.pick("thiếu số liệu thì tính 0 điểm", "what is missing counts as zero"),
    }
}

/// Both sides of a difference. Where words would tell them alike, as of a figure with another code and the same name, the words of the format
/// stand behind them.
fn both(one: &SetDifference, before: &CriteriaSet, after: &CriteriaSet, lang: Lang) -> [String; 2] {
    let side = |set, raw: &Option<String>| raw.as_ref().and_then(|_| Side { set, lang }.told(one)).unwrap_or_default();
    let (was, is) = (side(before, &one.before), side(after, &one.after));
    if was != is {
        return [was, is];
    }
    let raw = |words: String, raw: &Option<String>| match raw.as_deref() {
        Some(raw) if words.is_empty() => raw.to_owned(),
        Some(raw) => format!("{words} [{raw}]"),
        None => words,
    };
    [raw(was, &one.before), raw(is, &one.after)]
}

pub(crate) async fn get(State(app): State<App>, signed: Signed, Path((set, other)): Path<(String, String)>) -> Result<Response, Problem> {
    let (before, after, found) = set_difference(Ground::of(&app), &signed.actor, &other, &set).await.map_err(words::problem)?;
    let lang = signed.lang();
    let mut table = DataTable::new("khac-nhau", lang.pick("Những chỗ khác nhau", "Differences"))
        .column(Column::header("ma", lang.pick("Mã", "Code")))
        .column(Column::text("ten", lang.pick("Nội dung", "Criterion")))
        .column(Column::text("khac", lang.pick("Khác ở", "What differs")))
        .column(Column::text("truoc", lang.pick("Trước", "Before")))
        .column(Column::text("sau", lang.pick("Sau", "After")));
    for one in &found {
        let name = |set: &CriteriaSet| {
            let node = set.definition.node(&one.code).map(|node| set.name(node, lang).to_owned());
            node.or_else(|| set.definition.figure(&one.code).map(|figure| index_words::figure(&set.definition, figure, lang).to_owned()))
        };
        let [was, is] = both(one, &before.set, &after.set, lang);
        table = table.row(Row::new(vec![
            Cell::text(one.code.clone()),
            Cell::text(name(&after.set).or_else(|| name(&before.set)).unwrap_or_default()),
            Cell::text(kind_words(one.kind, lang)),
            Cell::text(was),
            Cell::text(is),
        ]));
    }
    let title = lang.pick("So sánh hai bộ tiêu chí", "Two sets compared");
    let body = html! {
        (parts::page_heading(title, None, None))
        (parts::key_values(&[(lang.pick("Trước", "Before"), html! { (before.stored.title) " (" (before.stored.code) ")" }), (lang.pick("Sau", "After"), html! { (after.stored.title) " (" (after.stored.code) ")" })]))
        @if table.rows.is_empty() { p { (lang.pick("Hai bộ giống nhau.", "They are the same.")) } } @else { (render_table(&table, lang)) }
    };
    Ok(work_frame(&app, &signed, frame(&signed, title).below(&signed, &after.stored.title, &format!("{LIST}/{set}")), body))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::differing::set_differences;
    use crate::editing::BandEdit;
    use crate::set::read_set;

    const TEXT: &str = include_str!("../../../../catalogue/criteria/mau-so-2026.toml");

    /// What differs where a text of the sample is changed: code, before, after.
    fn told(changes: &[(&str, &str)], lang: Lang) -> Vec<(String, String, String)> {
        let changed = changes.iter().fold(TEXT.to_owned(), |text, (from, to)| {
            assert!(text.contains(from), "{from}");
            text.replacen(from, to, 1)
        });
        let (before, after) = (read_set(TEXT).unwrap(), read_set(&changed).unwrap());
        set_differences(&before, &after)
            .into_iter()
            .map(|one| {
                let [was, is] = both(&one, &before, &after, lang);
                (one.code, was, is)
            })
            .collect()
    }

    #[test]
    fn rules_are_sentences_and_numbers_have_a_comma() {
        let found = told(&[("each = \"-0.1\"\nfloor = \"-1\"", "each = \"-0.25\"\nfloor = \"-1.5\"")], Lang::Vi);
        let (code, was, is) = &found[0];
        assert_eq!(code, "10.1");
        assert!(was.starts_with("0 điểm, cộng −0,1 điểm cho mỗi trường hợp “") && was.ends_with("; thấp nhất −1"), "{was}");
        assert!(is.contains("−0,25 điểm") && is.ends_with("; thấp nhất −1,5"), "{is}");
        let caps = told(&[("role = \"bonus\"\ncap = \"3\"", "role = \"bonus\"\ncap = \"2.5\"")], Lang::Vi);
        assert_eq!(caps, [("9".to_owned(), "điểm thưởng; không cao hơn 3".to_owned(), "điểm thưởng; không cao hơn 2,5".to_owned())]);
    }

    #[test]
    fn a_part_that_is_new_tells_what_it_asks() {
        let part = "[[node]]\ncode = \"9.9\"\nparent = \"9\"\nname = { vi = \"Việc mới\", en = \"New\" }\nmaximum = \"0.5\"\n[node.rule]\nkind = \"external\"\n\n[[edition]]";
        let found = told(&[("[[edition]]", part)], Lang::Vi);
        let new = found.iter().find(|(code, ..)| code == "9.9").unwrap();
        assert!(new.1.is_empty() && new.2.starts_with("thuộc 9 ") && new.2.ends_with("; tối đa 0,5 điểm; nhập thẳng số điểm"), "{new:?}");
        let general = told(&[("decimals = 2", "decimals = 3")], Lang::Vi);
        assert!(general[0].1.ends_with("2 chữ số thập phân") && general[0].2.ends_with("3 chữ số thập phân"), "{general:?}");
    }

    #[test]
    fn what_is_asked_at_a_part_and_how_totals_are_told_differ_too() {
        let found = told(
            &[
                ("scored_by = \"unit\"\nappraised_by = \"Sở Nội vụ\"", "scored_by = \"survey\"\nappraised_by = \"Thanh tra tỉnh\""),
                ("evidence = { vi = \"Kế hoạch đã ban hành, có số, ký hiệu và ngày ký.\"", "evidence = { vi = \"Kế hoạch đã đăng.\""),
                ("guidance = { vi = \"Đúng hạn: 1 điểm;", "guidance = { vi = \"Trước 31/01: 1 điểm;"),
                ("observed = { plan_tasks_set = \"report.tasks_set\", ", "observed = { "),
                ("name = { vi = \"Sở, ban, ngành\", en = \"Departments\" }", "name = { vi = \"Khối sở\", en = \"Departments\" }"),
                ("code = \"plan_tasks_set\"\nname = { vi = \"Số nhiệm vụ", "code = \"plan_tasks_set\"\nname = { vi = \"Tổng số nhiệm vụ"),
            ],
            Lang::Vi,
        );
        let sides: Vec<String> = found.iter().map(|(code, was, is)| format!("{code}: {was} → {is}")).collect();
        let starts = [
            "plan_tasks_set: Số nhiệm vụ đề ra trong kế hoạch → Tổng số nhiệm vụ đề ra trong kế hoạch",
            "1.1.1: đơn vị tự chấm → điều tra xã hội học",
            "1.1.1: Sở Nội vụ → Thanh tra tỉnh",
            "1.1.1: Kế hoạch đã ban hành, có số, ký hiệu và ngày ký. → Kế hoạch đã đăng.",
            "1.1.1: Đúng hạn: 1 điểm; chậm",
            "1.1.3: Số nhiệm vụ trong kế hoạch đã hoàn thành ← report.tasks_done; Số nhiệm vụ đề ra trong kế hoạch ← report.tasks_set → Số nhiệm vụ trong kế hoạch đã hoàn thành ← report.tasks_done",
            ": so Sở, ban, ngành → so Khối sở",
        ];
        assert_eq!(sides.len(), starts.len(), "{sides:#?}");
        for (side, start) in sides.iter().zip(starts) {
            assert!(side.starts_with(start), "{side} beside {start}");
        }
    }

    #[test]
    fn bands_of_the_newest_year_differ_in_name_or_start() {
        let band = |code: &str, name: &str, from: Option<&str>| BandEdit {
            code: code.to_owned(),
            name: name.to_owned(),
            from: from.map(str::to_owned),
            block: None,
        };
        let with =
            |text: &str| read_set(&crate::editing::set_bands(TEXT, &[band("tot", text, Some("80")), band("kha", "Khá", None)]).unwrap());
        let (before, after) = (with("Tốt").unwrap(), with("Rất tốt").unwrap());
        let found = set_differences(&before, &after);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(both(&found[0], &before, &after, Lang::Vi), ["Tốt từ 80; Khá", "Rất tốt từ 80; Khá"]);
        assert_eq!(found[0].line(), "bands: tot Tốt ≥ 80; kha Khá → tot Rất tốt ≥ 80; kha Khá");
    }

    #[test]
    fn what_words_tell_alike_keeps_the_words_of_the_format() {
        for (_, was, is) in told(&[("clamp = true", "clamp = false"), ("tie_rule = \"dense\"", "tie_rule = \"last\"")], Lang::En) {
            assert_ne!(was, is);
        }
    }
}
