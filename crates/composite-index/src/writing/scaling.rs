//! The steps that make an indicator comparable.

use rust_decimal::Decimal;

use super::keys::{Keys, unusual};
use crate::definition::{Category, Definition, Imputation, Method, Outliers, RangeFrom, RankWithin, Scaling};

pub(super) fn scaling_keys(definition: &Definition, scaling: &Scaling) -> Keys {
    let Scaling {
        denominator,
        per,
        imputation,
        outliers,
        method,
        to,
        range_from,
        goalposts,
        truncate,
        centre: (mean, deviation),
        target,
        reference,
        categories,
        constant,
        within_block,
    } = scaling;
    let mut keys = Keys::new();
    keys.text("denominator", denominator.map(|figure| definition.figures[figure].code.as_str()));
    keys.decimal("per", unusual(*per, Decimal::ONE));
    keys.text("imputation", imputation.map(Imputation::word));
    keys.text("method", method.word());
    keys.range("to", unusual(*to, (Decimal::ZERO, Decimal::ONE_HUNDRED)));
    keys.text("range_from", unusual(*range_from, RangeFrom::Year).map(RangeFrom::word));
    keys.range("goalposts", *goalposts);
    keys.boolean("truncate", unusual(*truncate, true));
    keys.decimal("mean", unusual(*mean, Decimal::ZERO));
    keys.decimal("deviation", unusual(*deviation, Decimal::ONE));
    keys.decimal("target", *target);
    keys.text("reference", reference.as_deref());
    if *method == Method::Categorical || !categories.is_empty() {
        keys.rows("category", categories.iter().map(category_keys));
    }
    keys.decimal("constant", *constant);
    keys.text("within", within_block.then_some(RankWithin::Block.word()));
    keys.part("outliers", outliers.as_ref().map(outliers_keys));
    keys
}

fn category_keys(category: &Category) -> Keys {
    let Category { from, value } = category;
    let mut keys = Keys::new();
    keys.decimal("from", *from);
    keys.decimal("value", *value);
    keys
}

fn outliers_keys(outliers: &Outliers) -> Keys {
    let Outliers { skew, kurtosis, most, then } = outliers;
    let mut keys = Keys::new();
    keys.decimal("skew", *skew);
    keys.decimal("kurtosis", *kurtosis);
    // A number beyond what TOML holds is as good as the largest: no table has so many values.
    keys.number("most", i64::try_from(*most).unwrap_or(i64::MAX));
    keys.text("then", then.word());
    keys
}
