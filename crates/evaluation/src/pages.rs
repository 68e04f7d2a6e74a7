//! Pages of evaluation. They ask through `actions` and never touch the store.

pub(crate) mod annex;
pub(crate) mod appraise;
pub(crate) mod approvals;
pub(crate) mod assign;
pub(crate) mod beside_rule;
pub(crate) mod blocks;
pub(crate) mod calendar;
pub(crate) mod campaigns;
pub(crate) mod cite;
pub(crate) mod council;
pub(crate) mod differences;
pub(crate) mod fields;
pub(crate) mod form_faults;
pub(crate) mod leaf;
pub(crate) mod new;
pub(crate) mod node_form;
pub(crate) mod overview;
pub(crate) mod papers;
pub(crate) mod points;
pub(crate) mod public;
pub(crate) mod results;
pub(crate) mod rule_fields;
pub(crate) mod set_edit;
pub(crate) mod sets;
pub(crate) mod sheet;
pub(crate) mod steps;

/// Key of the navigation entry.
pub(crate) const NAV: &str = "danh-gia";
