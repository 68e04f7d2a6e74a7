//! Rows one below the other become a tree.

use std::collections::BTreeMap;

use super::entry::Entry;
use super::place::{Placed, Shape};
use crate::annex::{Skipped, Why};
use crate::fault::{Doubt, Reason};
use crate::wording::{Clause, Condition, Mark, clauses, condition, worth_of};

/// A row with its place.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) entry: Entry,
    pub(super) code: String,
    pub(super) parent: Option<usize>,
    pub(super) level: usize,
    pub(super) shape: Shape,
    /// Areas, criteria and components below it that have a number.
    pub(super) children: Vec<usize>,
    /// Rows of lists below it.
    pub(super) items: Vec<usize>,
    /// The last number among its children.
    pub(super) last_number: u32,
    /// It was not understood; its children are.
    pub(super) faulty: bool,
    /// A row that may belong here was not understood, so sums say nothing.
    pub(super) incomplete: bool,
}

/// What a row of a list stands under.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Under {
    #[default]
    Nothing,
    Node(usize),
    /// A row that was not understood.
    Fault(usize),
}

/// A row that was not understood.
#[derive(Debug)]
pub(super) struct Lost {
    pub(super) row: usize,
    pub(super) index: usize,
    pub(super) code: Option<String>,
    pub(super) reason: Reason,
}

/// The tree while it grows. Nodes stand in the order of the file.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub(super) nodes: Vec<Node>,
    pub(super) lost: Vec<Lost>,
    pub(super) below: Vec<Skipped>,
    /// Codes and the rows that have them.
    pub(super) codes: BTreeMap<String, usize>,
    /// Nodes by the area they stand in and their numbers.
    pub(super) paths: BTreeMap<(Option<usize>, Vec<u32>), usize>,
    pub(super) part: Option<usize>,
    pub(super) area: Option<usize>,
    pub(super) criterion: Option<usize>,
    pub(super) last_root: u32,
    /// A row without a place was met, so the next number may be any.
    pub(super) uncounted: bool,
    /// Something of the tree is missing.
    pub(super) incomplete: bool,
    under: Under,
    /// Lists inside of each other below the node: rank of their marks, and their last row.
    lists: Vec<(u8, usize)>,
    last: Option<usize>,
}

/// Rows without a mark below a letter.
const BELOW_LETTER: u8 = 9;

impl Tree {
    /// Adds a row.
    pub(super) fn add(&mut self, entry: Entry) {
        let unknown = entry.faults.iter().any(|fault| matches!(fault, Reason::UnknownCode { .. } | Reason::DateForCode { .. }))
            || entry.mark.is_none() && !entry.printed.is_empty();
        match &entry.mark {
            None if unknown => {
                self.begin_ghost_area(&entry);
                self.lose(entry, None);
            }
            Some(Mark::Letter(_) | Mark::Bullet(_)) | None => self.item(entry),
            Some(_) => self.numbered(entry),
        }
    }

    /// Adds text to the row above.
    pub(super) fn note(&mut self, text: &str, evidence: bool) {
        // Text below options is about their criterion.
        let above = if let Under::Node(node) = self.under { Some(node) } else { self.last };
        let Some(node) = above.and_then(|above| self.nodes.get_mut(above)) else { return };
        let place = if evidence { &mut node.entry.evidence } else { &mut node.entry.note };
        if !place.is_empty() {
            place.push('\n');
        }
        place.push_str(text);
        node.entry.doubts.push(Doubt::TextAsNote);
    }

    fn numbered(&mut self, entry: Entry) {
        match self.place(&entry) {
            Ok(placed) => {
                let faulty = !entry.faults.is_empty();
                let row = entry.row;
                for reason in entry.faults.clone() {
                    self.lost.push(Lost { row, index: entry.index, code: Some(placed.code.clone()), reason });
                }
                let node = self.insert(entry, placed, faulty);
                self.under = if faulty { Under::Fault(row) } else { Under::Node(node) };
                if faulty {
                    self.shake(Some(node));
                }
                self.uncounted = false;
            }
            Err((reason, placed)) => {
                let row = entry.row;
                let code = placed.as_ref().map(|placed| placed.code.clone());
                let mut reasons = entry.faults.clone();
                reasons.push(reason);
                for reason in reasons {
                    self.lost.push(Lost { row, index: entry.index, code: code.clone(), reason });
                }
                self.unsettle();
                if let Some(placed) = placed {
                    self.insert(entry, *placed, true);
                }
                self.under = Under::Fault(row);
            }
        }
        self.lists.clear();
    }

    /// Puts a node in its place.
    fn insert(&mut self, entry: Entry, placed: Placed, faulty: bool) -> usize {
        let index = self.nodes.len();
        let Placed { code, parent, shape, number, keys, doubts } = placed;
        let level = parent.and_then(|parent| self.nodes.get(parent)).map_or(1, |parent| parent.level + 1);
        self.codes.entry(code.clone()).or_insert(entry.row);
        for key in keys {
            self.paths.entry(key).or_insert(index);
        }
        match parent.and_then(|parent| self.nodes.get_mut(parent)) {
            Some(parent) => {
                parent.last_number = number.unwrap_or(parent.last_number);
                if shape == Shape::Item { parent.items.push(index) } else { parent.children.push(index) }
            }
            None if shape != Shape::Item => self.last_root = number.unwrap_or(self.last_root),
            None => {}
        }
        match shape {
            Shape::Part => (self.part, self.area, self.criterion) = (Some(index), None, None),
            Shape::Area(_) => (self.area, self.criterion) = (Some(index), None),
            Shape::Criterion => self.criterion = Some(index),
            Shape::Number | Shape::Item => {}
        }
        let mut entry = entry;
        entry.doubts.extend(doubts);
        let node =
            Node { entry, code, parent, level, shape, children: Vec::new(), items: Vec::new(), last_number: 0, faulty, incomplete: false };
        self.nodes.push(node);
        self.last = Some(index);
        index
    }

    /// A row that has no place. Where it may belong, sums and numbers say nothing any more.
    fn lose(&mut self, entry: Entry, code: Option<String>) {
        let Entry { row, index, faults, .. } = entry;
        for reason in faults {
            self.lost.push(Lost { row, index, code: code.clone(), reason });
        }
        self.unsettle();
        self.under = Under::Fault(row);
        self.lists.clear();
    }

    fn unsettle(&mut self) {
        self.uncounted = true;
        self.incomplete = true;
        self.shake(self.last);
    }

    /// Marks a node and all above it as incomplete.
    fn shake(&mut self, from: Option<usize>) {
        let mut at = from;
        while let Some(node) = at.and_then(|at| self.nodes.get_mut(at)) {
            node.incomplete = true;
            at = node.parent;
        }
        self.incomplete = true;
    }

    /// An area that was not understood still begins: numbers begin anew below it.
    fn begin_ghost_area(&mut self, entry: &Entry) {
        let number = match self.area.and_then(|area| self.nodes.get(area)).map(|area| area.shape) {
            Some(Shape::Area(number)) if is_capitals(&entry.text) => number + 1,
            _ => return,
        };
        let parent = self.part;
        let placed = Placed {
            code: format!("?{}", entry.row),
            parent,
            shape: Shape::Area(number),
            number: None,
            keys: Vec::new(),
            doubts: Vec::new(),
        };
        let ghost = Entry { row: entry.row, index: entry.index, ..Entry::default() };
        self.insert(ghost, placed, true);
    }

    /// A row of a list: an option, an item, or a component without a number.
    fn item(&mut self, entry: Entry) {
        if entry.mark.is_none() && entry.points.is_some() && is_capitals(&entry.text) {
            self.begin_ghost_area(&entry);
            let faults = vec![Reason::AreaWithoutCode];
            self.lose(Entry { faults, ..entry }, None);
            return;
        }
        let Entry { row, index, .. } = entry;
        let lose = |tree: &mut Tree, reason: Reason| tree.lost.push(Lost { row, index, code: None, reason });
        if !entry.faults.is_empty() {
            for reason in entry.faults.clone() {
                lose(self, reason);
            }
            // The options of its criterion do not fit any more, which says nothing new.
            if let Under::Node(node) = self.under {
                self.shake(Some(node));
            }
            return;
        }
        let leaf = match self.under {
            Under::Nothing => return lose(self, Reason::NothingAbove),
            Under::Fault(above) => return self.below.push(Skipped { row, why: Why::BelowFault { row: above } }),
            Under::Node(leaf) => leaf,
        };
        if entry.mark.is_none() && entry.points.is_none() && worth_of(&entry.text).is_none() && entry.clauses.is_empty() {
            lose(self, Reason::NoCodeNoPoints);
            self.shake(Some(leaf));
            return;
        }
        let rank = self.rank(&entry);
        while self.lists.last().is_some_and(|(last, _)| *last >= rank) {
            self.lists.pop();
        }
        let parent = self.lists.last().map_or(leaf, |(_, node)| *node);
        if let Some(found) = several(&entry) {
            if let Some(node) = self.nodes.get_mut(parent) {
                node.entry.clauses.extend(found);
            }
            return self.below.push(Skipped { row, why: Why::Rule });
        }
        let code = self.item_code(parent, &entry);
        let placed = Placed { code, parent: Some(parent), shape: Shape::Item, number: None, keys: Vec::new(), doubts: Vec::new() };
        let node = self.insert(entry, placed, false);
        self.lists.push((rank, node));
    }

    /// How deep the mark of a row is: letters before dashes before plus signs; a row without a mark goes with the one above.
    fn rank(&self, entry: &Entry) -> u8 {
        match &entry.mark {
            Some(Mark::Letter(_)) => 1,
            Some(Mark::Bullet('+')) => 3,
            Some(_) => 2,
            None => match self.lists.last() {
                None => 2,
                Some((1, letter)) => {
                    let is_range = self.nodes.get(*letter).is_some_and(|node| {
                        let clause = worth_of(&node.entry.text).map_or_else(|| node.entry.text.clone(), |clause| clause.condition);
                        matches!(condition(&clause), Condition::In(_))
                    });
                    if is_range { 1 } else { BELOW_LETTER }
                }
                Some((rank, _)) => *rank,
            },
        }
    }

    fn item_code(&self, parent: usize, entry: &Entry) -> String {
        let Some(node) = self.nodes.get(parent) else { return String::new() };
        if let Some(Mark::Letter(letter)) = &entry.mark {
            let code = format!("{}.{letter}", node.code);
            if !self.codes.contains_key(&code) {
                return code;
            }
        }
        // Options are counted, since they have no number of their own; a code that is taken already is passed.
        let first = node.items.len() + 1;
        (first..).map(|count| format!("{}/{count}", node.code)).find(|code| !self.codes.contains_key(code)).unwrap_or_default()
    }
}

/// The options of a row that tells several at once: "Đạt: 1; không đạt: 0".
fn several(entry: &Entry) -> Option<Vec<Clause>> {
    if entry.points.is_some() {
        return None;
    }
    // Behind a mark a name may stand in front of them, which makes the row a component.
    let named = entry.mark.is_none() && entry.clauses.len() > 1;
    if named { Some(entry.clauses.clone()) } else { clauses(&entry.lines).filter(|found| found.len() > 1) }
}

/// Whether a text is written in capitals throughout, as names of areas are.
fn is_capitals(text: &str) -> bool {
    let letters = text.chars().filter(|sign| sign.is_alphabetic()).count();
    letters >= 8 && text.chars().filter(|sign| sign.is_alphabetic()).all(char::is_uppercase)
}
