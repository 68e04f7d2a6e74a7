//! The form of a scenario: one number field for each input, with a slider where scripts run, and the goals.

use composite_index::NodeId;
use maud::{Markup, html};
use rust_decimal::Decimal;
use ui::Lang;
use ui::parts::{self, ButtonKind, Field, Input, Slider};

use super::{Asked, slot_name};
use crate::scenario::{RANK, SCORE, Slot, goal_labels, has_unseen_maximum, shown};
use crate::tables::node_name;
use web::Visit;

/// The whole form.
pub(super) fn part(asked: &Asked<'_>, visit: &Visit) -> Markup {
    let lang = visit.lang;
    let action = lang.href(&visit.path);
    html! {
        (parts::section_heading("gia-dinh-moi", lang.pick("Đặt giả định", "Set up a scenario"), Some(lang.pick("Ô để trống thì giữ nguyên như hiện nay.", "An empty field leaves its figure as it is."))))
        (parts::form(&action, false, html! {
            @for (parent, slots) in grouped(asked) {
                @if parent == asked.edition.definition.total {
                    div.scenario-fields { @for slot in slots { (field(asked, slot, visit)) } }
                } @else {
                    fieldset.scenario-group {
                        legend { (node_name(asked.results, asked.edition, parent, lang)) }
                        div.scenario-fields { @for slot in slots { (field(asked, slot, visit)) } }
                    }
                }
            }
            fieldset.scenario-group {
                legend { (lang.pick("Cần đạt mức nào?", "What is to be reached?")) }
                p.hint { (lang.pick("Nhập điểm hoặc thứ hạng cần đạt để xem cách ít phải thay đổi nhất, tính từ điểm hiện nay.", "Type a score or a rank to see the least change that reaches it, from the present figures on.")) }
                div.scenario-fields { (goals(asked, visit)) }
            }
            div.buttons {
                (parts::button(lang.pick("Tính", "Compute"), ButtonKind::Primary, None))
                (parts::button_link(lang.pick("Về hiện trạng", "Back to the present"), &action, ButtonKind::Secondary))
            }
        }))
    }
}

/// Inputs that stand one after the other below the same node.
fn grouped<'a>(asked: &'a Asked<'_>) -> Vec<(NodeId, Vec<&'a Slot>)> {
    let definition = &asked.edition.definition;
    let mut groups: Vec<(NodeId, Vec<&Slot>)> = Vec::new();
    for slot in &asked.slots {
        let parent = definition.nodes[slot.node].parent.unwrap_or(definition.total);
        match groups.last_mut() {
            Some((last, slots)) if *last == parent => slots.push(slot),
            _ => groups.push((parent, vec![slot])),
        }
    }
    groups
}

fn fault<'a>(asked: &'a Asked<'_>, id: &str) -> Option<&'a str> {
    asked.scenario.faults.iter().find(|fault| fault.field == id).map(|fault| fault.message.as_str())
}

fn field(asked: &Asked<'_>, slot: &Slot, visit: &Visit) -> Markup {
    let lang = visit.lang;
    let definition = &asked.edition.definition;
    let (id, code) = (slot.id(definition), definition.nodes[slot.node].code.as_str());
    let plain = |value: Decimal| lang.decimal(value, value.normalize().scale());
    let now = slot.current.map(|current| lang.decimal(shown(definition, current), definition.decimals));
    let typed = visit.value(code);
    let range = slot.range.map(|(low, high)| (low, slot.reach.unwrap_or(high)));
    let hint = match (&now, range) {
        (Some(now), Some((low, high))) => lang.pick(
            format!("hiện nay {now}; từ {} đến {}", plain(low), plain(high)),
            format!("now {now}; from {} to {}", plain(low), plain(high)),
        ),
        (Some(now), None) if has_unseen_maximum(definition, slot.node) => {
            lang.pick(format!("hiện nay {now}; chưa rõ điểm tối đa"), format!("now {now}; the maximum is not known"))
        }
        (Some(now), None) => lang.pick(format!("hiện nay {now}"), format!("now {now}")),
        (None, Some((low, high))) => lang.pick(
            format!("hiện nay không có số liệu; từ {} đến {}", plain(low), plain(high)),
            format!("no figure now; from {} to {}", plain(low), plain(high)),
        ),
        (None, None) => lang.pick("hiện nay không có số liệu", "no figure now").to_owned(),
    };
    let text = typed.or(now).unwrap_or_default();
    let field =
        Field { id: &id, name: code, label: slot_name(asked, slot, lang), hint: Some(&hint), error: fault(asked, &id), optional: false };
    match range {
        Some((low, high)) => {
            let set = asked.scenario.settings.iter().find(|(quantity, _)| *quantity == slot.quantity()).and_then(|(_, value)| *value);
            let at = set.or(slot.current).map_or(low, |value| shown(definition, value));
            // With other parts lower a part can stand higher than it could alone.
            let high = high.max(at);
            parts::slider_field(&field, &text, &Slider { low, high, at, decimals: definition.decimals }, lang)
        }
        None => parts::text_field(&field, Input::Number, &text, None, lang),
    }
}

fn goals(asked: &Asked<'_>, visit: &Visit) -> Markup {
    let lang: Lang = visit.lang;
    let (score, rank) = goal_labels(lang);
    let of = asked.edition.scores.ranked;
    let hint = lang.pick(format!("từ 1 đến {of}"), format!("from 1 to {of}"));
    let goal = |id: &'static str, label: &'static str| Field::new(id, label).error(fault(asked, id)).optional();
    html! {
        (parts::text_field(&goal(SCORE, score), Input::Number, &visit.value(SCORE).unwrap_or_default(), None, lang))
        @if asked.ranks() {
            (parts::text_field(&goal(RANK, rank).hint(&hint), Input::Number, &visit.value(RANK).unwrap_or_default(), None, lang))
        }
    }
}
