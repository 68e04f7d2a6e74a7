//! Results and faults as text that a reform specialist can read.

use composite_index::{
    Aggregation, ComputeError, Definition, DefinitionFault, Edition, Gap, NodeValue, PastTable, Scaled, ScoreTable, Scores, TableFault,
    Years, compare, compute_in, gap_code, read_table, scale,
};
use rust_decimal::Decimal;

/// What the engine says of a table: every node of every unit, and where published values stand in the table, the differences.
pub(crate) fn table_report(definition: &Definition, edition: Option<&Edition>, text: &str, past: &[(i32, &str)]) -> String {
    let table = match read_table(definition, edition, text) {
        Ok(table) => table,
        Err(faults) => return table_faults(&faults),
    };
    let earlier: Vec<(i32, ScoreTable)> = past
        .iter()
        .map(|(year, text)| (*year, read_table(definition, None, text).unwrap_or_else(|faults| panic!("{faults:#?}"))))
        .collect();
    let past: Vec<PastTable<'_>> = earlier.iter().map(|(year, table)| PastTable { year: *year, table }).collect();
    match compute_in(definition, &table, Years { past: &past, ..Years::of(edition) }) {
        Ok(scores) if definition.scales() => {
            let scaled = scale(definition, &table, edition.map(|edition| edition.year), &past).unwrap();
            scores_report(definition, edition, &table, &scores) + &scaling_report(definition, &table, &scaled)
        }
        Ok(scores) => scores_report(definition, edition, &table, &scores),
        Err(ComputeError::TooLarge { unit, node }) => format!("too large: {unit}, {node}\n"),
        Err(ComputeError::ZeroWeights { node }) => format!("weights add up to zero: {node}\n"),
        Err(ComputeError::Scaling(error)) => format!("not scaled: {error}\n"),
        Err(ComputeError::Missing { unit, node, missing }) => format!("missing: {unit}, {missing} below {node}\n"),
    }
}

/// The range or moments of each indicator, and every value that was changed.
fn scaling_report(definition: &Definition, table: &ScoreTable, scaled: &Scaled) -> String {
    let mut text = String::new();
    for record in &scaled.records {
        text += &format!("scaled {}", definition.nodes[record.node].code);
        text += &record.block.as_ref().map(|block| format!(" in {block}")).unwrap_or_default();
        text += &record.range.map(|(low, high)| format!(", range {} – {}", plain(low), plain(high))).unwrap_or_default();
        text +=
            &record.moments.map(|(mean, deviation)| format!(", mean {}, deviation {}", plain(mean), plain(deviation))).unwrap_or_default();
        text += "\n";
        for value in &record.treated {
            let before = value.before.map_or_else(|| "–".to_owned(), plain);
            text += &format!("  {} {}: {before} -> {}\n", table.rows[value.row].unit, value.treatment.word(), plain(value.after));
        }
    }
    text
}

/// One line a fault.
pub(crate) fn table_faults(faults: &[TableFault]) -> String {
    faults.iter().map(|fault| format!("fault: {}\n", fault.to_string().trim_end())).collect()
}

/// One line a fault; `lines_before` lines of the file were written by the runner.
pub(crate) fn definition_faults(faults: &[DefinitionFault], lines_before: usize) -> String {
    let line = |fault: &DefinitionFault| match fault.line.checked_sub(lines_before) {
        None | Some(0) => DefinitionFault { line: 0, ..fault.clone() }.to_string().replacen("line 0", "line –", 1),
        Some(line) => DefinitionFault { line, ..fault.clone() }.to_string(),
    };
    faults.iter().map(|fault| format!("fault: {}\n", line(fault).trim_end())).collect()
}

/// The tree from the total down, with what each node is worth in the total.
pub(crate) fn tree(definition: &Definition) -> String {
    let mut text = format!("the total can be recomputed: {}\n", if definition.is_reproducible() { "yes" } else { "no" });
    for (id, depth) in definition.top_down() {
        let node = &definition.nodes[id];
        let rule = node.aggregation.map_or("leaf", Aggregation::word);
        let share = definition.effective_weight(id).map_or_else(|| "not known".to_owned(), |share| share.normalize().to_string());
        text += &format!("{}{} ({rule}), share {share}\n", "  ".repeat(depth), node.code);
    }
    text
}

fn scores_report(definition: &Definition, edition: Option<&Edition>, table: &ScoreTable, scores: &Scores) -> String {
    let bands = edition.map(|edition| edition.bands.as_slice()).unwrap_or_default();
    let nodes = definition.top_down();
    let mut head = vec!["unit".to_owned(), "rank".to_owned()];
    if !bands.is_empty() {
        head.push("band".to_owned());
    }
    head.extend(nodes.iter().map(|(id, _)| definition.nodes[*id].code.clone()));
    let mut lines = vec![head];
    for (row, unit) in table.rows.iter().zip(&scores.units) {
        let mut line = vec![row.unit.clone(), unit.place.map_or_else(|| "–".to_owned(), plain)];
        if !bands.is_empty() {
            line.push(unit.band.map_or_else(|| "–".to_owned(), |band| bands[band].code.clone()));
        }
        line.extend(nodes.iter().map(|(id, _)| figure(definition, unit.values[*id])));
        lines.push(line);
    }
    let mut text = columns(&lines);
    text += &format!("{} of {} ranked\n", scores.ranked, table.rows.len());
    if let Some(edition) = edition {
        text += &differences(definition, edition, table, scores);
    }
    text
}

pub(crate) fn figure(definition: &Definition, value: NodeValue) -> String {
    match value {
        Ok(value) => plain(value),
        Err(Gap::EmptyLeaf(leaf)) => format!("no {}", definition.nodes[leaf].code),
        Err(Gap::NotPublished(node)) => format!("rule of {} not published", definition.nodes[node].code),
        Err(gap) => format!("{} {}", gap_word(gap), gap_code(definition, gap)),
    }
}

pub(crate) fn gap_word(gap: Gap) -> &'static str {
    match gap {
        Gap::EmptyLeaf(_) | Gap::EmptyFigure(_) => "no",
        Gap::NotPublished(_) => "not published:",
        Gap::NotApplicable(_) => "not applicable:",
        Gap::TooFew(_) => "too little of",
        Gap::DivisionByZero(_) => "division by zero in",
        Gap::OutOfRange(_) => "outside the rule of",
        Gap::NoMean(_) => "no mean of",
    }
}

fn differences(definition: &Definition, edition: &Edition, table: &ScoreTable, scores: &Scores) -> String {
    let comparison = compare(edition, table, scores);
    let mut text = String::new();
    for pair in &comparison.differences {
        let known = edition.exception(table.rows[pair.row].code.as_deref(), pair.node);
        let verdict = match (pair.within_tolerance, known) {
            (true, _) => "within the tolerance",
            (false, Some(known)) if known.explained => "a known exception, explained",
            (false, Some(_)) => "a known exception, cause not known",
            (false, None) => "not explained",
        };
        assert_eq!(pair.recorded, known.is_some(), "a pair says itself whether the edition records it");
        let (unit, node) = (&table.rows[pair.row].unit, &definition.nodes[pair.node].code);
        text += &format!("{unit}, {node}: published {}, recomputed {}, {verdict}\n", plain(pair.published), plain(pair.computed));
    }
    for (row, published, computed) in &comparison.rank_mismatches {
        text += &format!("{}: published rank {published}, recomputed {computed}\n", table.rows[*row].unit);
    }
    if !comparison.differences.is_empty() || comparison.ranks_compared > 0 {
        text += &format!("{} ranks compared\n", comparison.ranks_compared);
    }
    text
}

pub(crate) fn plain(value: Decimal) -> String {
    value.normalize().to_string()
}

/// Cells in columns; the last one of a line has no blanks behind it.
pub(crate) fn columns(lines: &[Vec<String>]) -> String {
    let count = lines.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> =
        (0..count).map(|column| lines.iter().filter_map(|line| Some(line.get(column)?.chars().count())).max().unwrap_or(0)).collect();
    let mut text = String::new();
    for line in lines {
        let cells: Vec<String> = line.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        text += cells.join(" | ").trim_end();
        text.push('\n');
    }
    text
}
