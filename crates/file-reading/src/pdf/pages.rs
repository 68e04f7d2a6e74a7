//! The pages of a file in their order, with what they inherit.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::{Dict, Object, Pdf, Refusal};

/// Nodes of the tree of pages that stand above each other.
const DEEPEST: usize = 50;

/// What pages have from the nodes above them.
const INHERITED: [&str; 4] = ["Resources", "MediaBox", "CropBox", "Rotate"];

/// One page.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    /// Its own dictionary.
    pub(crate) dict: Dict,
    inherited: Rc<Dict>,
}

impl Page {
    /// The object of a key, its own or inherited.
    pub(crate) fn get(&self, key: &str) -> Option<&Object> {
        self.dict.get(key).or_else(|| self.inherited.get(key))
    }
}

impl Pdf<'_> {
    /// The pages, at most so many.
    pub(crate) fn pages(&self, most: usize) -> Vec<Page> {
        let mut pages = Vec::new();
        let Some(root) = self.catalog().and_then(|catalog| catalog.get("Pages").cloned()) else { return pages };
        let mut seen = BTreeSet::new();
        let mut open = vec![(root, Rc::new(Dict::default()), 0)];
        while let Some((node, inherited, depth)) = open.pop() {
            if let Object::Reference((number, _)) = node
                && !seen.insert(number)
            {
                continue;
            }
            let node = self.resolve(&node);
            let Some(dict) = node.dict() else { continue };
            if self.check().is_err() {
                break;
            }
            match self.field(dict, "Kids") {
                Some(Object::Array(kids)) if depth < DEEPEST => {
                    let mut below = inherited;
                    for key in INHERITED {
                        if let Some(object) = dict.get(key) {
                            let below = Rc::make_mut(&mut below);
                            below.0.retain(|(other, _)| other != key.as_bytes());
                            below.0.push((key.as_bytes().to_vec(), object.clone()));
                        }
                    }
                    self.spend(kids.len() as u64);
                    open.extend(kids.into_iter().rev().map(|kid| (kid, Rc::clone(&below), depth + 1)));
                }
                _ => {
                    pages.push(Page { dict: dict.clone(), inherited });
                    if pages.len() >= most {
                        break;
                    }
                }
            }
        }
        pages
    }

    /// The content of a page, its parts put together. Parts that cannot be unpacked are left out.
    pub(crate) fn content(&self, page: &Page) -> Vec<u8> {
        let parts = match self.field(&page.dict, "Contents") {
            Some(Object::Array(parts)) => parts.iter().map(|part| self.resolve(part)).collect(),
            Some(other) => vec![other],
            None => Vec::new(),
        };
        let mut content = Vec::new();
        for part in parts {
            let Object::Stream(stream) = part else { continue };
            match self.unpack(&stream) {
                Ok(data) => {
                    content.extend(data);
                    content.push(b'\n');
                }
                Err(Refusal::TooMuch) => break,
                Err(Refusal::NotText) => {}
            }
        }
        content
    }

    /// The size of a page in points (1/72 inch) as it is shown, turned as it says.
    pub(crate) fn size(&self, page: &Page) -> Option<(f64, f64)> {
        let shown = page.get("CropBox").or_else(|| page.get("MediaBox")).map(|shown| self.resolve(shown))?;
        let edges: Vec<f64> = shown.array()?.iter().filter_map(|edge| self.resolve(edge).number()).collect();
        let [left, bottom, right, top] = edges.as_slice() else { return None };
        let (width, height) = ((right - left).abs(), (top - bottom).abs());
        let turned = page
            .get("Rotate")
            .map(|turn| self.resolve(turn))
            .and_then(|turn| turn.integer())
            .is_some_and(|turn| turn.rem_euclid(180) == 90);
        Some(if turned { (height, width) } else { (width, height) })
    }
}
