//! The steps that make an indicator comparable.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use unicode_normalization::UnicodeNormalization as _;

use super::keys::{Faults, Keys};
use crate::definition::{Category, FigureId, Imputation, Method, Outliers, RangeFrom, RankWithin, Scaling, ThenLog};
use crate::fault::DefinitionRule as Rule;

pub(super) fn read_scaling(keys: &Keys<'_>, figures: &BTreeMap<&str, FigureId>, faults: &Faults<'_>) -> Option<Scaling> {
    let method = keys.required_word("method", Method::WORDS);
    let denominator = keys.text("denominator").and_then(|code| {
        let id = figures.get(code.as_str()).copied();
        if id.is_none() {
            faults.add(keys.place("denominator"), Rule::UnknownReference, &code, "figure");
        }
        id
    });
    let scaling = Scaling {
        denominator,
        per: keys.decimal("per").unwrap_or(Decimal::ONE),
        imputation: keys.word("imputation", Imputation::WORDS),
        outliers: keys.table("outliers").map(|keys| read_outliers(&keys, faults)),
        method: method?,
        to: keys.range("to").unwrap_or((Decimal::ZERO, Decimal::ONE_HUNDRED)),
        range_from: keys.word("range_from", RangeFrom::WORDS).unwrap_or(RangeFrom::Year),
        goalposts: keys.range("goalposts"),
        truncate: keys.boolean("truncate").unwrap_or(true),
        centre: (keys.decimal("mean").unwrap_or_default(), keys.decimal("deviation").unwrap_or(Decimal::ONE)),
        target: keys.decimal("target"),
        reference: keys.text("reference").map(|name| name.nfc().collect()),
        categories: read_categories(keys, faults),
        constant: keys.decimal("constant"),
        within_block: keys.word("within", RankWithin::WORDS) == Some(RankWithin::Block),
    };
    check(keys, &scaling, faults);
    keys.finish();
    Some(scaling)
}

fn read_outliers(keys: &Keys<'_>, faults: &Faults<'_>) -> Outliers {
    let outliers = Outliers {
        skew: keys.decimal("skew").unwrap_or(Decimal::TWO),
        kurtosis: keys.decimal("kurtosis").unwrap_or(Decimal::new(35, 1)),
        most: keys.number::<u32>("most", 1..=10_000).map_or(5, |most| most as usize),
        then: keys.word("then", ThenLog::WORDS).unwrap_or(ThenLog::Log),
    };
    if outliers.skew <= Decimal::ZERO {
        faults.add(keys.place("skew"), Rule::Order, "skew", "> 0");
    }
    keys.finish();
    outliers
}

fn read_categories(keys: &Keys<'_>, faults: &Faults<'_>) -> Vec<Category> {
    let tables = keys.tables("category");
    let mut categories: Vec<Category> = Vec::with_capacity(tables.len());
    for (position, keys) in tables.iter().enumerate() {
        let (from, value) = (keys.decimal("from"), keys.required_decimal("value"));
        keys.finish();
        let above = categories.last().map(|category| category.from);
        let is_last = position + 1 == tables.len();
        let outside = from.is_some_and(|from| from < Decimal::ZERO || from > Decimal::ONE_HUNDRED);
        let not_lower = above.is_some_and(|above| above.is_none() || (from.is_some() && from >= above));
        if outside || not_lower || from.is_none() != is_last {
            faults.add(keys.start(), Rule::Order, "category", "100 … 0");
        }
        categories.extend(value.map(|value| Category { from, value }));
    }
    categories
}

/// What a method needs is there, and nothing that it does not read.
fn check(keys: &Keys<'_>, scaling: &Scaling, faults: &Faults<'_>) {
    let needs = |key: &str, needed: bool, what: &str| {
        if needed && !keys.has(key) {
            faults.add(keys.start(), Rule::MissingKey, key, what);
        }
        if !needed && keys.has(key) {
            faults.add(keys.place(key), Rule::RulePlace, key, what);
        }
    };
    let fixed = scaling.method == Method::MinMax && scaling.range_from == RangeFrom::Fixed;
    needs("goalposts", fixed, "range_from = \"fixed\"");
    needs("target", scaling.method == Method::DistanceToTarget, Method::DistanceToTarget.word());
    needs("reference", scaling.method == Method::DistanceToReference, Method::DistanceToReference.word());
    needs("category", scaling.method == Method::Categorical, Method::Categorical.word());
    for (key, method) in [("to", Method::MinMax), ("range_from", Method::MinMax), ("mean", Method::ZScore), ("deviation", Method::ZScore)] {
        if keys.has(key) && scaling.method != method {
            faults.add(keys.place(key), Rule::RulePlace, key, method.word());
        }
    }
    // Only where all values are equal and the method divides by their distance.
    if keys.has("constant") && !matches!(scaling.method, Method::MinMax | Method::ZScore) {
        faults.add(keys.place("constant"), Rule::RulePlace, "constant", "min-max, z-score");
    }
    if scaling.goalposts.is_some_and(|(low, high)| low == high) {
        faults.add(keys.place("goalposts"), Rule::Order, "goalposts", "low < high");
    }
    if scaling.target.is_some_and(|target| target <= Decimal::ZERO) {
        faults.add(keys.place("target"), Rule::Order, "target", "> 0");
    }
    if keys.has("per") && (scaling.denominator.is_none() || scaling.per <= Decimal::ZERO) {
        faults.add(keys.place("per"), Rule::RulePlace, "per", "> 0, denominator = \"…\"");
    }
    if scaling.centre.1 <= Decimal::ZERO {
        faults.add(keys.place("deviation"), Rule::Order, "deviation", "> 0");
    }
}
