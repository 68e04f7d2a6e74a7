//! Definitions of made-up indices.

/// A definition file: what every definition says first, then the figures, nodes and editions of a test.
pub(crate) fn definition(id: &str, missing: &str, rest: &str) -> String {
    format!(
        r#"
format = "cchc-index-definition/1"
id = "{id}"
index = "{id}"
name = {{ vi = "Chỉ số mẫu", en = "Sample index" }}
summary = {{ vi = "Mẫu.", en = "Sample." }}
unit_level = "department"
status = "unverified"
decimals = 2

[computation]
rank_direction = "higher-is-better"
tie_rule = "competition"
rank_on = "unrounded"
missing = "{missing}"
{rest}"#
    )
}
