//! What a unit's block asks of its row: a block where ranks are given within blocks, and no value of what is not for the block.

use super::{Reader, TableRow};
use crate::definition::{Definition, RankWithin};
use crate::fault::TableRule;

/// The blocks that each input and figure is for; an empty list: for every unit.
pub(super) struct Others {
    nodes: Vec<Option<Vec<String>>>,
    figures: Vec<Option<Vec<String>>>,
}

impl Others {
    pub(super) fn new(definition: &Definition) -> Self {
        let restricted = definition.nodes.iter().any(|node| !node.blocks.is_empty());
        if !restricted {
            return Self { nodes: vec![None; definition.nodes.len()], figures: vec![None; definition.figures.len()] };
        }
        let mut nodes: Vec<Option<Vec<String>>> = vec![None; definition.nodes.len()];
        // Parents stand behind their children in `bottom_up`; what a parent is not for, its children are not for either.
        for id in definition.bottom_up.iter().rev() {
            let node = &definition.nodes[*id];
            let own = (!node.blocks.is_empty()).then(|| node.blocks.clone());
            let above = node.parent.and_then(|parent| nodes[parent].clone());
            nodes[*id] = match (own, above) {
                (Some(own), Some(above)) => Some(own.into_iter().filter(|block| above.contains(block)).collect()),
                (own, above) => own.or(above),
            };
        }
        let figures = (0..definition.figures.len()).map(|figure| blocks_of(definition, &nodes, figure)).collect();
        Self { nodes, figures }
    }
}

/// The blocks of all nodes that read a figure; `None`: it is read for every unit, or by nobody.
fn blocks_of(definition: &Definition, nodes: &[Option<Vec<String>>], figure: usize) -> Option<Vec<String>> {
    let mut found: Option<Vec<String>> = None;
    for id in definition.readers_of(figure) {
        let own = nodes[id].as_ref()?;
        found.get_or_insert_default().extend(own.iter().cloned());
    }
    found
}

impl Reader<'_> {
    pub(super) fn check_block(&mut self, line: usize, row: &TableRow) {
        let definition = self.definition;
        let apart = definition.computation.rank_within == RankWithin::Block;
        if apart && row.ranked && row.block.is_none() {
            let known: Vec<&str> = definition.blocks.iter().map(|block| block.code.as_str()).collect();
            self.fault(Some(line), Some("block"), Some(&row.unit), None, TableRule::MissingBlock, Some(known.join(", ")));
        }
        let is_other = |blocks: &Option<Vec<String>>| {
            blocks.as_ref().filter(|blocks| !row.block.as_ref().is_some_and(|block| blocks.contains(block))).map(|blocks| blocks.join(", "))
        };
        let value = |value: &Option<rust_decimal::Decimal>| value.map(|value| value.to_string());
        let nodes = definition.nodes.iter().zip(&row.inputs).zip(&self.others.nodes);
        let nodes = nodes.filter_map(|((node, input), blocks)| Some((node.code.clone(), Some(value(input)?), is_other(blocks)?)));
        // A figure may be a word, which the row no longer has.
        let figures = definition.figures.iter().zip(&row.figures).zip(&self.others.figures);
        let figures =
            figures.filter_map(|((figure, value), blocks)| value.and(is_other(blocks)).map(|blocks| (figure.code.clone(), None, blocks)));
        let found: Vec<(String, Option<String>, String)> = nodes.chain(figures).collect();
        for (code, value, blocks) in found {
            self.fault(Some(line), Some(&code), Some(&row.unit), value, TableRule::OtherBlock, Some(blocks));
        }
    }
}
