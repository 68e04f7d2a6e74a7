//! What does not apply to a unit, and what that does to its maximum and its total, in words. No input or output.

use composite_index::{AbsentThen, Definition, NodeId, Removal, Role, ScoreTable, Step, TableRow, Working, explain};
use rust_decimal::Decimal;
use ui::Lang;

use crate::words;

/// A sum that was scaled from a reduced maximum to the full one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scaled {
    /// The node.
    pub node: NodeId,
    /// Its points after scaling.
    pub points: Decimal,
    /// What its parts add up to before, bonus and penalty points aside.
    pub reached: Decimal,
    /// The part of the maximum that applies.
    pub applies: Decimal,
    /// The full maximum.
    pub whole: Decimal,
    /// Bonus and penalty points, which are not scaled.
    pub outside: Decimal,
}

/// How a unit's maximum differs from that of its set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reduced {
    /// Sums that were scaled, from the total down.
    pub scaled: Vec<Scaled>,
    /// What does not apply, with its reason and its maximum.
    pub removed: Vec<Removal>,
    /// Leaves whose maximum went to others because their subject does not exist: each of the others with its part.
    pub moved: Vec<(NodeId, Vec<(NodeId, Decimal)>)>,
    /// The total's maximum that applies where it was reduced and not scaled back.
    pub unscaled: Option<(Decimal, Decimal)>,
}

impl Reduced {
    /// Of one unit; nothing where its maximum is that of the set.
    #[must_use]
    pub fn of(definition: &Definition, row: &TableRow) -> Option<Self> {
        let working = explain(definition, &ScoreTable { rows: vec![row.clone()] }).ok()?.into_iter().next()?;
        let order: Vec<NodeId> = definition.top_down().into_iter().map(|(id, _)| id).collect();
        let scaled = order.iter().filter_map(|id| scaled(definition, &working, *id)).collect::<Vec<_>>();
        let moved = order.iter().filter_map(|id| match &working.nodes[*id].step {
            Step::Absent { moved_to, .. } if !moved_to.is_empty() => Some((*id, moved_to.clone())),
            _ => None,
        });
        let moved: Vec<(NodeId, Vec<(NodeId, Decimal)>)> = moved.collect();
        let total = &working.nodes[definition.total];
        let unscaled = total
            .maximum
            .zip(total.applicable_maximum)
            .filter(|(whole, applies)| whole != applies && !scaled.iter().any(|one| one.node == definition.total))
            .map(|(whole, applies)| (applies, whole));
        let removed = working.removed;
        (!removed.is_empty() || !moved.is_empty() || !scaled.is_empty()).then_some(Self { scaled, removed, moved, unscaled })
    }

    /// The total's scaling.
    #[must_use]
    pub fn of_total(&self, definition: &Definition) -> Option<&Scaled> {
        self.scaled.iter().find(|one| one.node == definition.total)
    }

    /// What moved at one leaf, for its row: where its maximum went, or what it took from others.
    #[must_use]
    pub fn moved_at(&self, definition: &Definition, leaf: NodeId, lang: Lang) -> Option<String> {
        let code = |id: NodeId| definition.nodes[id].code.as_str();
        if let Some((_, to)) = self.moved.iter().find(|(from, _)| *from == leaf) {
            let to = to.iter().map(|(id, part)| format!("{} (+{})", code(*id), number(*part, lang))).collect::<Vec<_>>().join(", ");
            return Some(lang.pick(format!("điểm tối đa chuyển sang {to}"), format!("its maximum went to {to}")));
        }
        let taken = |(from, to): &(NodeId, Vec<(NodeId, Decimal)>)| {
            to.iter().find(|(id, _)| *id == leaf).map(|(_, part)| format!("+{} ← {}", number(*part, lang), code(*from)))
        };
        let taken: Vec<String> = self.moved.iter().filter_map(taken).collect();
        let told = taken.join(", ");
        (!taken.is_empty()).then(|| lang.pick(format!("nhận thêm điểm tối đa: {told}"), format!("took maximum points: {told}")))
    }

    /// Sentences that tell the whole of it.
    #[must_use]
    pub fn sentences(&self, definition: &Definition, row: &TableRow, lang: Lang) -> Vec<String> {
        let mut told = Vec::new();
        if !self.removed.is_empty() {
            let list: Vec<String> = self.removed.iter().map(|one| removal(definition, row, one, lang)).collect();
            told.push(lang.pick(
                format!("Không áp dụng đối với đơn vị: {}.", list.join("; ")),
                format!("Does not apply to the unit: {}.", list.join("; ")),
            ));
        }
        told.extend(self.scaled.iter().map(|one| scaled_words(definition, one, lang)));
        if let Some((applies, whole)) = self.unscaled {
            let (applies, whole) = (number(applies, lang), number(whole, lang));
            told.push(lang.pick(
                format!("Điểm tối đa áp dụng đối với đơn vị là {applies} trên {whole}; tổng điểm không quy đổi."),
                format!("The maximum that applies to the unit is {applies} of {whole}; the total is not scaled."),
            ));
        }
        for (from, to) in &self.moved {
            let to: Vec<&str> = to.iter().map(|(id, _)| definition.nodes[*id].code.as_str()).collect();
            let (code, to) = (&definition.nodes[*from].code, to.join(", "));
            told.push(lang.pick(
                format!("Tiêu chí {code} không có nội dung để đánh giá nên điểm tối đa được chuyển cho tiêu chí {to}; tổng điểm các nhóm tính theo điểm đã chuyển."),
                format!("{code} has no subject, so its maximum went to {to}; sums count the points after that."),
            ));
        }
        told
    }
}

/// A part that is taken out of a unit's maximum, or whose maximum went elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenOut {
    /// The node.
    pub node: NodeId,
    /// What the unit's maximum shrinks by; nothing for a bonus, which stands outside of it, and where points moved to other leaves.
    pub maximum: Option<Decimal>,
    /// Why: what an appraiser wrote, or what follows from the unit's figures.
    pub reason: String,
}

/// What is taken out of a unit's maximum: by a ruling, because the subject does not exist, or because it is for other blocks.
#[must_use]
pub fn taken_out(definition: &Definition, row: &TableRow, lang: Lang) -> Vec<TakenOut> {
    let may_follow = definition.nodes.iter().any(|node| node.absent.is_some() || !node.blocks.is_empty());
    if row.not_applicable.is_empty() && !may_follow {
        return Vec::new();
    }
    let Some(reduced) = Reduced::of(definition, row) else { return Vec::new() };
    let removed = reduced.removed.iter().filter(|one| !one.missing).map(|one| TakenOut {
        node: one.node,
        maximum: one.maximum.filter(|_| is_inside(definition, one.node)),
        reason: why(definition, row, one, lang),
    });
    let moved = reduced.moved.iter().map(|(from, to)| {
        let to: Vec<&str> = to.iter().map(|(id, _)| definition.nodes[*id].code.as_str()).collect();
        let to = to.join(", ");
        TakenOut {
            node: *from,
            maximum: None,
            reason: lang.pick(
                format!("không có nội dung để đánh giá; điểm tối đa chuyển cho tiêu chí {to}"),
                format!("nothing to evaluate; its maximum went to {to}"),
            ),
        }
    });
    removed.chain(moved).collect()
}

/// Whether the points of a node are part of the maximum: neither it nor what stands above it is a bonus or a penalty.
fn is_inside(definition: &Definition, node: NodeId) -> bool {
    std::iter::successors(Some(node), |id| definition.nodes[*id].parent).all(|id| definition.nodes[id].role == Role::Points)
}

/// Whose totals were scaled because something does not apply; nothing where none was.
#[must_use]
pub fn scaled_totals<'a>(definition: &Definition, rows: impl IntoIterator<Item = &'a TableRow>, lang: Lang) -> Option<String> {
    let told = rows.into_iter().filter_map(|row| {
        let reduced = Reduced::of(definition, row)?;
        let one = reduced.of_total(definition)?;
        let (applies, whole) = (number(one.applies, lang), number(one.whole, lang));
        Some(lang.pick(format!("{} ({applies} trên {whole})", row.unit), format!("{} ({applies} of {whole})", row.unit)))
    });
    let told: Vec<String> = told.collect();
    let told = (!told.is_empty()).then(|| told.join("; "))?;
    Some(lang.pick(
        format!(
            "Tổng điểm được quy đổi từ điểm tối đa áp dụng sang điểm tối đa của bộ tiêu chí, vì có tiêu chí không áp dụng, đối với: {told}."
        ),
        format!("Totals scaled from the maximum that applies to the full one, as something does not apply: {told}."),
    ))
}

fn scaled(definition: &Definition, working: &Working, id: NodeId) -> Option<Scaled> {
    let node = &working.nodes[id];
    let Step::Joined { scaled: Some((applies, whole)), .. } = &node.step else { return None };
    let points = node.value.ok()?;
    let outside = working.outside_of_parts(definition, id)?;
    let own = points.checked_sub(node.bounded_by)?.checked_sub(outside)?;
    let reached = own.checked_mul(*applies)?.checked_div(*whole)?;
    Some(Scaled { node: id, points, reached, applies: *applies, whole: *whole, outside })
}

/// A number with the digits that a reader can use.
fn number(value: Decimal, lang: Lang) -> String {
    words::plain(value.round_dp(4), lang)
}

pub(crate) fn scaled_words(definition: &Definition, one: &Scaled, lang: Lang) -> String {
    let decimals = definition.decimals;
    let is_total = one.node == definition.total;
    let code = &definition.nodes[one.node].code;
    let what = if is_total {
        lang.pick("Tổng điểm", "The total of").to_owned()
    } else {
        lang.pick(format!("Điểm của nhóm {code},"), format!("The sum of {code},"))
    };
    let comma = if is_total { "" } else { "," };
    let (points, reached) = (lang.decimal(one.points, decimals), lang.decimal(one.reached, decimals));
    let (applies, whole) = (number(one.applies, lang), number(one.whole, lang));
    let outside = if one.outside.is_zero() {
        String::new()
    } else {
        let outside = lang.signed(one.outside, decimals);
        lang.pick(
            format!("; điểm thưởng, điểm trừ ({outside}) cộng sau, không quy đổi"),
            format!("; bonus and penalty points ({outside}) are added after that"),
        )
    };
    lang.pick(
        format!("{what} {points}{comma} được quy đổi từ {reached} điểm đạt được trên điểm tối đa áp dụng {applies} sang điểm tối đa {whole} của bộ tiêu chí ({reached} × {whole} ÷ {applies}){outside}."),
        format!("{what} {points}{comma} was scaled from {reached} points of the {applies} that apply to the full maximum of {whole} ({reached} × {whole} ÷ {applies}){outside}."),
    )
}

fn removal(definition: &Definition, row: &TableRow, one: &Removal, lang: Lang) -> String {
    let node = &definition.nodes[one.node];
    let name = node.name.as_ref().map(|name| lang.pick(name.vi.as_str(), name.en.as_str())).unwrap_or_default();
    let most =
        one.maximum.map(|most| number(most, lang)).map(|most| lang.pick(format!("tối đa {most} điểm"), format!("at most {most} points")));
    let why = why(definition, row, one, lang);
    let told: Vec<String> = most.into_iter().chain((!why.is_empty()).then_some(why)).collect();
    let title = if name.is_empty() { node.code.clone() } else { format!("{} {name}", node.code) };
    if told.is_empty() { title } else { format!("{title} ({})", told.join("; ")) }
}

/// Why a part is taken out; empty where nobody said.
fn why(definition: &Definition, row: &TableRow, one: &Removal, lang: Lang) -> String {
    let node = &definition.nodes[one.node];
    let other_block = !node.blocks.is_empty() && !row.block.as_ref().is_some_and(|block| node.blocks.contains(block));
    match one.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty()) {
        Some(reason) => reason.trim_end_matches('.').to_owned(),
        None if one.missing => lang.pick("chưa có số liệu", "no figure").to_owned(),
        None if other_block => lang.pick("chỉ dành cho khối khác", "for other blocks").to_owned(),
        None if node.absent.as_ref().is_some_and(|absent| absent.then == AbsentThen::NotApplicable) => {
            lang.pick("không có nội dung để đánh giá", "nothing to evaluate").to_owned()
        }
        None if node.absent.as_ref().is_some_and(|absent| matches!(absent.then, AbsentThen::MoveTo { .. })) => lang
            .pick(
                "không có nội dung để đánh giá; tiêu chí nhận điểm tối đa cũng không áp dụng",
                "nothing to evaluate; what would take its maximum does not apply either",
            )
            .to_owned(),
        None => String::new(),
    }
}
