//! The least effort to a score or a rank: the best plan and two others, or why there is none.

use composite_index::{EffortError, EffortPlan, Quantity, Target};
use maud::{Markup, html};
use rust_decimal::Decimal;
use ui::Lang;
use ui::parts::{self, Tone};
use ui::table::render_table;

use super::{Asked, place_words};
use crate::scenario::{Effort, NoEffort, share_of_range};
use crate::tables::node_name;
use crate::tables::what_if::plan;
use web::Visit;

/// What is to be reached, and the plans to it.
pub(super) struct Goal {
    pub(super) target: Target,
    pub(super) found: Result<Effort, NoEffort>,
}

/// The answer to a goal.
pub(super) fn part(asked: &Asked<'_>, goal: &Goal, visit: &Visit) -> Markup {
    let lang = visit.lang;
    let wanted = match goal.target {
        Target::Score(points) => {
            let points = lang.decimal(points, points.normalize().scale());
            lang.pick(format!("Cách ít phải thay đổi nhất để đạt {points} điểm"), format!("The least change to reach {points} points"))
        }
        Target::Place(place) => {
            lang.pick(format!("Cách ít phải thay đổi nhất để đạt hạng {place}"), format!("The least change to reach rank {place}"))
        }
    };
    html! {
        (parts::section_heading("can-dat", &wanted, None))
        @match &goal.found {
            Ok(effort) if effort.plans.iter().all(|plan| plan.moves.is_empty()) => p { (lang.pick("Mức này đã đạt với điểm hiện nay.", "The present figures reach this already.")) },
            Ok(effort) => {
                p { (measure(lang)) }
                @for (position, plan) in effort.plans.iter().filter(|plan| !plan.moves.is_empty()).enumerate() { (one(asked, plan, position + 1, visit)) }
            }
            Err(reason) => (parts::notice(Tone::Info, Some(lang.pick("Chưa có phương án", "There is no plan")), html! { p { (no_effort(asked, reason, lang)) } }, lang)),
        }
    }
}

/// How effort is measured here.
fn measure(lang: Lang) -> &'static str {
    lang.pick(
        "Phương án tốt nhất là phương án phải thay đổi ít thành phần nhất; nếu số thành phần bằng nhau thì xét tổng mức thay đổi, tính theo phần trăm thang điểm của từng thành phần. Đây là cách đo của trang này, không phải chi phí thực tế. Các đơn vị khác giữ nguyên như hiện nay.",
        "The best plan moves the fewest parts; among equals, the shortest way counts, in percent of the range of each part. This is a measure of this site and no real cost. All other units stay as they are.",
    )
}

fn one(asked: &Asked<'_>, found: &EffortPlan, number: usize, visit: &Visit) -> Markup {
    let lang = visit.lang;
    let definition = &asked.edition.definition;
    let share = found.moves.iter().fold(Decimal::ZERO, |sum, step| {
        let slot = asked.slots.iter().find(|slot| slot.quantity() == step.quantity);
        sum.saturating_add(slot.and_then(|slot| share_of_range(slot, step.to.saturating_sub(step.from))).unwrap_or_default())
    });
    let count = found.moves.len();
    let share = share.checked_div(Decimal::from(count)).unwrap_or_default();
    let share = lang.decimal(share, 1);
    let total = lang.decimal(found.total, definition.decimals);
    let place = asked.ranks().then(|| place_words(found.place, lang));
    let reached = match place {
        Some(place) => lang.pick(format!("{total} điểm, hạng {place}"), format!("{total} points, rank {place}")),
        None => lang.pick(format!("{total} điểm"), format!("{total} points")),
    };
    html! {
        h3 { (lang.pick(format!("Phương án {number}"), format!("Plan {number}"))) }
        p { (lang.pick(
            format!("Thay đổi {count} thành phần, bình quân {share} % thang điểm của mỗi thành phần; đạt {reached}. "),
            format!("{count} part(s) change, by {share} % of their range on average; it reaches {reached}. "),
        )) a href=(address(asked, found, visit)) { (lang.pick(format!("Mở phương án {number} như một giả định"), format!("Open plan {number} as a scenario"))) } }
        (render_table(&plan(asked.results, asked.edition, &asked.slots, found, number, lang), lang))
    }
}

/// The address of a plan as a scenario.
fn address(asked: &Asked<'_>, found: &EffortPlan, visit: &Visit) -> String {
    let lang = visit.lang;
    let values: Vec<(&str, String)> = found
        .moves
        .iter()
        .map(|step| (step.quantity.code(&asked.edition.definition), lang.decimal(step.to, step.to.normalize().scale())))
        .collect();
    let pairs: Vec<(&str, &str)> = values.iter().map(|(code, value)| (*code, value.as_str())).collect();
    ui::url::with_query(&lang.href(&visit.path), &pairs)
}

fn no_effort(asked: &Asked<'_>, reason: &NoEffort, lang: Lang) -> String {
    let name = |code: &str| match Quantity::find(&asked.edition.definition, code) {
        Some(Quantity::Input(node)) => node_name(asked.results, asked.edition, node, lang).to_owned(),
        _ => code.to_owned(),
    };
    match reason {
        NoEffort::NothingToMove => lang
            .pick("Không có thành phần nào vừa có điểm vừa có thang điểm để thay đổi.", "No part has both a score and a range to move in.")
            .to_owned(),
        NoEffort::TooLong => lang
            .pick(
                "Phép tìm kéo dài quá thời gian cho phép. Thử lại sau, hoặc đặt mức gần hơn.",
                "The search took too long. Try again later, or set a nearer goal.",
            )
            .to_owned(),
        NoEffort::Engine(error) => match error {
            EffortError::NoTotal => lang.pick("Đơn vị chưa có điểm tổng hợp.", "The unit has no total.").to_owned(),
            EffortError::OutOfReach(most) => {
                let most = lang.decimal(*most, asked.edition.definition.decimals);
                lang.pick(
                    format!("Mức này không đạt được dù mọi thành phần đạt điểm tốt nhất; cao nhất là {most} điểm."),
                    format!("This cannot be reached even with the best score in every part; {most} points at most."),
                )
            }
            EffortError::Scaled(code) => lang.pick(
                format!("“{}” được chuẩn hóa theo các đơn vị khác, nên chưa tính được.", name(code)),
                format!("“{}” is scaled against other units; that is not supported.", name(code)),
            ),
            EffortError::TooMany(code) => lang.pick(
                format!("Quá nhiều cách kết hợp ở “{}”, nên chưa tính được.", name(code)),
                format!("There are too many combinations at “{}”.", name(code)),
            ),
            EffortError::NotSupported => lang
                .pick(
                    "Chỉ số xếp điểm thấp lên trên hoặc so từng cặp đơn vị thì chưa tính được.",
                    "An index where less is better, or one that compares units in pairs, is not supported.",
                )
                .to_owned(),
            EffortError::NoValue(code)
            | EffortError::LeverTwice(code)
            | EffortError::EmptyRange(code)
            | EffortError::NegativeCost(code)
            | EffortError::BadStep(code)
            | EffortError::Condition(code)
            | EffortError::StepNeeded(code) => lang.pick(
                format!("“{}” chưa thay đổi được trong phép tìm này.", name(code)),
                format!("“{}” cannot be moved in this search.", name(code)),
            ),
            EffortError::NotRanked => lang
                .pick(
                    "Đơn vị không được xếp hạng nên không có thứ hạng nào để đạt; hãy nêu mức điểm.",
                    "The unit is not ranked, so there is no place to reach; name a score.",
                )
                .to_owned(),
            EffortError::NoSuchPlace(_) | EffortError::Stopped | EffortError::Compute(_) | EffortError::WhatIf(_) => {
                lang.pick("Không tính được với các con số này.", "It cannot be computed with these figures.").to_owned()
            }
        },
    }
}
