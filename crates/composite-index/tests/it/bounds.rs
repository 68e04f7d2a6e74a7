//! Input that is far too large is refused with a place and a bound, before it costs time or memory.

use composite_index::{DEFINITION_LENGTH, DEFINITION_NODES, DefinitionRule, read_definition};

use crate::working::HEAD;

/// The rules of the faults of a text and the line of the first.
fn refused(text: &str) -> (Vec<DefinitionRule>, usize) {
    let faults = read_definition(text).unwrap_err();
    (faults.iter().map(|fault| fault.rule).collect(), faults[0].line)
}

#[test]
fn a_definition_of_a_million_nodes_is_refused() {
    let text = format!("{HEAD}{}", "[[node]]\ncode = \"a\"\n".repeat(1_000_000));
    assert!(text.len() > DEFINITION_LENGTH);
    assert_eq!(refused(&text), (vec![DefinitionRule::TooLarge], 1));
}

#[test]
fn more_nodes_or_figures_than_the_bound_are_refused_at_their_place() {
    let many = "{},".repeat(DEFINITION_NODES + 1);
    let (rules, line) = refused(&format!("figure = [{many}]\n{HEAD}[[node]]\ncode = \"total\"\n"));
    assert_eq!((rules, line), (vec![DefinitionRule::TooLarge], 1));
    let (rules, line) = refused(&format!("{HEAD}{}", "[[node]]\n".repeat(DEFINITION_NODES + 1)));
    assert_eq!((rules, line), (vec![DefinitionRule::TooLarge], 14));
}

#[test]
fn ten_megabytes_of_nested_formula_are_refused() {
    let formula = |length: usize| {
        format!(
            "{HEAD}[[node]]\ncode = \"total\"\nmaximum = \"1\"\n[node.rule]\nkind = \"formula\"\nformula = \"{}\"\n",
            "(".repeat(length)
        )
    };
    assert_eq!(refused(&formula(10_000_000)), (vec![DefinitionRule::TooLarge], 1));
    assert_eq!(refused(&formula(5_000_000)), (vec![DefinitionRule::Formula], 19));
    assert_eq!(refused(&formula(4000)), (vec![DefinitionRule::Formula], 19));
}

#[test]
fn a_chain_of_nodes_as_deep_as_the_bound_is_computed() {
    use std::fmt::Write as _;
    let mut text = format!("{HEAD}[[node]]\ncode = \"n0\"\naggregation = \"weighted-mean\"\n");
    let depth = DEFINITION_NODES - 1;
    for level in 1..=depth {
        write!(text, "[[node]]\ncode = \"n{level}\"\nparent = \"n{}\"\nweight = \"1\"\n", level - 1).unwrap();
        if level < depth {
            text += "aggregation = \"weighted-mean\"\n";
        }
    }
    let definition = read_definition(&text).unwrap();
    let table = composite_index::read_table(&definition, None, &format!("unit,n{depth}\nHà Nội,7\n")).unwrap();
    let scores = composite_index::compute(&definition, None, &table).unwrap();
    assert_eq!(scores.units[0].values[definition.total], Ok(7.into()));
    assert_eq!(definition.top_down().len(), DEFINITION_NODES);
}
