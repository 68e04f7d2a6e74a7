//! What each column of a table holds.

use std::collections::{BTreeMap, BTreeSet};

use super::Reader;
use crate::definition::{Components, Definition, FigureId, NodeId};
use crate::fault::TableRule;

pub(super) enum Column {
    Unit,
    Code,
    Input(NodeId),
    Published(NodeId),
    PublishedRank,
    PublishedBand,
    Block,
    Ranked,
    Figure(FigureId),
    FigureError(FigureId),
    NodeError(NodeId),
    NotApplicable(NodeId),
    Source,
    Note,
    Unknown,
}

/// Nodes and figures by their codes.
pub(super) struct Codes<'a> {
    nodes: BTreeMap<&'a str, NodeId>,
    figures: BTreeMap<&'a str, FigureId>,
}

impl<'a> Codes<'a> {
    pub(super) fn new(definition: &'a Definition) -> Self {
        Self {
            nodes: definition.nodes.iter().enumerate().map(|(id, node)| (node.code.as_str(), id)).collect(),
            figures: definition.figures.iter().enumerate().map(|(id, figure)| (figure.code.as_str(), id)).collect(),
        }
    }
}

impl Reader<'_> {
    pub(super) fn columns<'h>(&mut self, head: &'h csv::StringRecord) -> Vec<(Column, &'h str)> {
        let mut columns: Vec<(Column, &str)> = Vec::new();
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        for name in head {
            if !seen.insert(name) {
                self.fault(Some(1), Some(name), None, None, TableRule::DuplicateColumn, None);
                columns.push((Column::Unknown, name));
                continue;
            }
            let column = self.column(name);
            if matches!(column, Column::Unknown) {
                let inputs = self.definition.nodes.iter().filter(|node| node.is_input()).map(|node| node.code.as_str());
                let inputs: Vec<&str> = inputs.chain(self.definition.figures.iter().map(|figure| figure.code.as_str())).collect();
                self.fault(Some(1), Some(name), None, None, TableRule::UnknownColumn, Some(inputs.join(", ")));
            }
            columns.push((column, name));
        }
        if !columns.iter().any(|(column, _)| matches!(column, Column::Unit)) {
            self.fault(Some(1), Some("unit"), None, None, TableRule::MissingUnit, None);
        }
        let mut inputs = vec![false; self.definition.nodes.len()];
        let mut figures = vec![false; self.definition.figures.len()];
        for (column, _) in &columns {
            match column {
                Column::Input(id) => inputs[*id] = true,
                Column::Figure(id) => figures[*id] = true,
                _ => {}
            }
        }
        let needs_leaves = self.edition.is_none_or(|edition| edition.components != Components::None) && self.definition.is_reproducible();
        for (id, node) in self.definition.nodes.iter().enumerate() {
            let needed = needs_leaves && node.is_input() && node.parent.is_none_or(|_| self.enters_the_total(id));
            if needed && !inputs[id] {
                let code = node.code.clone();
                self.fault(Some(1), Some(&code), None, None, TableRule::MissingLeaf, None);
            }
        }
        for (id, figure) in self.definition.figures.iter().enumerate() {
            if needs_leaves && !figures[id] {
                let code = figure.code.clone();
                self.fault(Some(1), Some(&code), None, None, TableRule::MissingLeaf, None);
            }
        }
        columns
    }

    fn node(&self, code: &str) -> Option<NodeId> {
        self.codes_of.nodes.get(code).copied()
    }

    fn figure_of(&self, code: &str) -> Option<FigureId> {
        self.codes_of.figures.get(code).copied()
    }

    fn column(&self, name: &str) -> Column {
        match name {
            "unit" => Column::Unit,
            "code" => Column::Code,
            "source" => Column::Source,
            "note" => Column::Note,
            "published.rank" => Column::PublishedRank,
            "published.band" => Column::PublishedBand,
            "block" => Column::Block,
            "ranked" => Column::Ranked,
            _ => {
                if let Some(code) = name.strip_prefix("not-applicable.") {
                    return self.node(code).map_or(Column::Unknown, Column::NotApplicable);
                }
                if let Some(code) = name.strip_prefix("se.") {
                    let node = self.node(code).filter(|id| self.definition.nodes[*id].is_input());
                    let figure = self.figure_of(code).map(Column::FigureError);
                    return figure.or(node.map(Column::NodeError)).unwrap_or(Column::Unknown);
                }
                if let Some(figure) = self.figure_of(name) {
                    return Column::Figure(figure);
                }
                if let Some(code) = name.strip_prefix("published.") {
                    return self.node(code).map_or(Column::Unknown, Column::Published);
                }
                match self.node(name) {
                    Some(id) if self.definition.nodes[id].is_input() => Column::Input(id),
                    _ => Column::Unknown,
                }
            }
        }
    }
}
