//! Where a code stands in the tree.

use super::entry::Entry;
use super::tree::Tree;
use crate::fault::{Doubt, Reason};
use crate::wording::{Mark, roman};

/// What a node is by its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// `A`: above the areas.
    Part,
    /// An area with its number.
    Area(u32),
    /// `Tiêu chí 3`.
    Criterion,
    /// `1.2.3`.
    Number,
    /// A row of a list.
    Item,
}

/// The place of a row.
#[derive(Debug)]
pub(super) struct Placed {
    pub(super) code: String,
    pub(super) parent: Option<usize>,
    pub(super) shape: Shape,
    /// Its number among its neighbours.
    pub(super) number: Option<u32>,
    /// Under which numbers its children look for it.
    pub(super) keys: Vec<(Option<usize>, Vec<u32>)>,
    pub(super) doubts: Vec<Doubt>,
}

/// Why a row has no place, and where it would stand if that were settled.
type NoPlace = (Reason, Option<Box<Placed>>);

impl Tree {
    /// The place of a row with a code.
    pub(super) fn place(&self, entry: &Entry) -> Result<Placed, NoPlace> {
        let mut placed = match &entry.mark {
            Some(Mark::Capital(letter)) => Placed {
                code: letter.to_string(),
                parent: None,
                shape: Shape::Part,
                number: Some(u32::from(*letter).saturating_sub(u32::from('A')).saturating_add(1)),
                keys: Vec::new(),
                doubts: Vec::new(),
            },
            Some(Mark::Area(number)) => Placed {
                code: self.below(self.part, &roman(*number)),
                parent: self.part,
                shape: Shape::Area(*number),
                number: Some(*number),
                keys: Vec::new(),
                doubts: Vec::new(),
            },
            Some(Mark::Named { rank, number }) => self.named(*rank, *number),
            Some(Mark::Path { area, numbers }) => self.path(*area, numbers, entry)?,
            Some(Mark::Letter(_) | Mark::Bullet(_)) | None => {
                return Err((Reason::UnknownCode { text: entry.printed.clone() }, None));
            }
        };
        if let Some(first) = self.codes.get(&placed.code) {
            return Err((Reason::DuplicateCode { code: placed.code, first: *first }, None));
        }
        self.check_number(&mut placed);
        Ok(placed)
    }

    fn code_of(&self, node: usize) -> &str {
        self.nodes.get(node).map_or("", |node| &node.code)
    }

    /// A code with that of what it stands in.
    fn below(&self, parent: Option<usize>, code: &str) -> String {
        match parent {
            Some(parent) => format!("{}.{code}", self.code_of(parent)),
            None => code.to_owned(),
        }
    }

    /// `Tiêu chí 2`, `Tiêu chí thành phần 2`: numbers below what stands above.
    fn named(&self, rank: usize, number: u32) -> Placed {
        let scope = self.scope();
        let parent = if rank == 2 { scope } else { self.criterion.or(scope) };
        let mut keys = Vec::new();
        if rank == 2 {
            keys.push((scope, vec![number]));
            if let Some(area) = self.area_number() {
                keys.push((scope, vec![area, number]));
            }
        }
        let shape = if rank == 2 { Shape::Criterion } else { Shape::Number };
        Placed { code: self.below(parent, &number.to_string()), parent, shape, number: Some(number), keys, doubts: Vec::new() }
    }

    /// What numbers begin anew in: the area, or a part without areas.
    fn scope(&self) -> Option<usize> {
        self.area.or(self.part)
    }

    fn area_number(&self) -> Option<u32> {
        match self.nodes.get(self.area?)?.shape {
            Shape::Area(number) => Some(number),
            _ => None,
        }
    }

    fn path(&self, area: Option<u32>, numbers: &[u32], entry: &Entry) -> Result<Placed, NoPlace> {
        let scope = match area {
            None => self.scope(),
            Some(wanted) => {
                let found = self.nodes.iter().rposition(|node| node.shape == Shape::Area(wanted));
                if found.is_none() {
                    let code = format!("{}.{}", roman(wanted), joined(numbers));
                    return Err((Reason::MissingParent { parent: roman(wanted) }, Some(orphan(code, None, numbers))));
                }
                found
            }
        };
        let (last, front) = numbers.split_last().map_or((0, numbers), |(last, front)| (*last, front));
        let printed = joined(numbers);
        let (parent, code) = if front.is_empty() {
            // Numbers that begin anew in each area are told apart by the area.
            (scope, None)
        } else if let Some(parent) = self.paths.get(&(scope, front.to_vec())) {
            (Some(*parent), None)
        } else if area.is_none() && front.len() == 1 && front.first().copied() == self.area_number() {
            // "1.1" right below area I.
            (scope, Some(printed.clone()))
        } else {
            let code = self.below(area.and(scope), &printed);
            let parent = self.below(area.and(scope), &joined(front));
            return Err((Reason::MissingParent { parent }, Some(orphan(code, scope, numbers))));
        };
        let mut last = last;
        let mut doubts = Vec::new();
        let before = parent.map_or(self.last_root, |parent| self.nodes.get(parent).map_or(0, |parent| parent.last_number));
        if entry.code_is_number && !front.is_empty() && last.checked_mul(10) == before.checked_add(1) {
            // 1.10 is 1.1 for a sheet; right behind 1.9 it can only be 1.10.
            last *= 10;
            doubts.push(Doubt::CodeRestored { printed: entry.printed.clone() });
        }
        let code = match code {
            Some(_) => joined(&[front, &[last]].concat()),
            None => self.below(parent, &last.to_string()),
        };
        let keys = vec![(scope, [front, &[last]].concat())];
        Ok(Placed { code, parent, shape: Shape::Number, number: Some(last), keys, doubts })
    }

    /// Neighbours are numbered one after the other.
    fn check_number(&self, placed: &mut Placed) {
        let Some(number) = placed.number.filter(|_| !self.uncounted) else { return };
        let before = placed.parent.map_or(self.last_root, |parent| self.nodes.get(parent).map_or(0, |parent| parent.last_number));
        if number == before + 1 {
            return;
        }
        let next = before.saturating_add(1);
        let expected = match placed.shape {
            Shape::Part => char::from_u32(u32::from('A') + before).unwrap_or('?').to_string(),
            Shape::Area(_) => self.below(placed.parent, &roman(next)),
            _ => match placed.code.rsplit_once('.') {
                Some((front, _)) => format!("{front}.{next}"),
                None => next.to_string(),
            },
        };
        placed.doubts.push(Doubt::CodeSkipped { expected });
    }
}

fn joined(numbers: &[u32]) -> String {
    numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(".")
}

/// A row whose parent is missing: what stands below it finds it.
fn orphan(code: String, scope: Option<usize>, numbers: &[u32]) -> Box<Placed> {
    Box::new(Placed { code, parent: None, shape: Shape::Number, number: None, keys: vec![(scope, numbers.to_vec())], doubts: Vec::new() })
}
