//! The rules of leaves, and what happens when a leaf's subject does not exist.

use rust_decimal::Decimal;

use super::keys::{Keys, unusual};
use crate::definition::{Absent, AbsentThen, Bound, Bracket, ChecklistItem, Definition, FigureId, FigureKind, LeafRule, Measure};

pub(super) fn rule_keys(definition: &Definition, rule: &LeafRule) -> Keys {
    let code = |figure: &FigureId| definition.figures[*figure].code.as_str();
    let mut keys = Keys::new();
    keys.text("kind", rule.word());
    match rule {
        LeafRule::Brackets { measure, brackets } => {
            measure_keys(&mut keys, measure, &code);
            let mut upwards: Vec<&Bracket> = brackets.iter().collect();
            upwards.sort_by_key(|bracket| bracket.order());
            keys.rows("bracket", upwards.into_iter().map(bracket_keys));
        }
        LeafRule::Linear { measure, zero_at, full_at } => {
            measure_keys(&mut keys, measure, &code);
            keys.decimal("zero_at", unusual(*zero_at, Decimal::ZERO));
            keys.decimal("full_at", *full_at);
        }
        LeafRule::YesNo { figure } => keys.text("figure", code(figure)),
        LeafRule::Checklist { items } => {
            let item = |ChecklistItem { figure, points }: &ChecklistItem| worth("figure", code(figure), *points);
            keys.rows("item", items.iter().map(item));
        }
        LeafRule::Choice { figure, points } => {
            keys.text("figure", code(figure));
            if let FigureKind::Choice(choices) = &definition.figures[*figure].kind {
                keys.rows("option", choices.iter().zip(points).map(|(choice, points)| worth("code", choice, *points)));
            }
        }
        LeafRule::Formula { formula, clamp } => {
            keys.text("formula", formula.text());
            keys.boolean("clamp", unusual(*clamp, false));
        }
        LeafRule::Survey { figure, scale } => {
            keys.text("figure", code(figure));
            keys.range("scale", Some(*scale));
        }
        LeafRule::External => {}
        LeafRule::PerCase { figure, start, each, floor, cap } => {
            keys.text("figure", code(figure));
            keys.decimal("start", unusual(*start, Decimal::ZERO));
            keys.decimal("each", *each);
            keys.decimal("floor", *floor);
            keys.decimal("cap", *cap);
        }
    }
    keys
}

fn measure_keys<'d>(keys: &mut Keys, measure: &'d Measure, code: &dyn Fn(&'d FigureId) -> &'d str) {
    match measure {
        Measure::Figure(figure) => keys.text("figure", code(figure)),
        Measure::Formula(formula) => keys.text("formula", formula.text()),
    }
}

fn bracket_keys(bracket: &Bracket) -> Keys {
    let Bracket { low, high, points } = bracket;
    let mut keys = Keys::new();
    let mut end = |bound: &Option<Bound>, open: &str, closed: &str| {
        if let Some(Bound { at, closed: belongs }) = bound {
            keys.decimal(if *belongs { closed } else { open }, *at);
        }
    };
    end(low, "over", "from");
    end(high, "under", "to");
    keys.decimal("points", *points);
    keys
}

/// An item or option and its points.
fn worth(key: &str, named: &str, points: Decimal) -> Keys {
    let mut keys = Keys::new();
    keys.text(key, named);
    keys.decimal("points", points);
    keys
}

pub(super) fn absent_keys(definition: &Definition, absent: &Absent) -> Keys {
    let Absent { when, then } = absent;
    let mut keys = Keys::new();
    keys.text("when", when.text());
    keys.text("then", then.word());
    if let AbsentThen::MoveTo { siblings, equal } = then {
        keys.texts("to", siblings.iter().map(|sibling| definition.nodes[*sibling].code.trim()));
        keys.text("shares", (!equal).then_some("by-maximum"));
    }
    keys
}
