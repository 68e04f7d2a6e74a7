//! What the parts of the text are to those who hear it read: the tree of tags.

use std::num::{NonZeroU16, NonZeroU32};

use krilla::tagging::{Identifier, Node, TableHeaderScope, Tag, TagGroup, TagKind, TagTree};

/// Place of a part in the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct NodeId(usize);

#[derive(Clone, Debug)]
pub(super) enum Kind {
    Paragraph,
    Heading { level: u8, title: String },
    Table { title: String },
    TableHead,
    TableBody,
    Row,
    HeadCell { across: usize, down: usize },
    Cell { across: usize },
    Figure { alt: String },
}

#[derive(Debug)]
enum Child {
    Part(NodeId),
    Content(Identifier),
}

#[derive(Debug)]
struct Part {
    kind: Kind,
    children: Vec<Child>,
}

/// All parts in the order in which they are read.
#[derive(Debug)]
pub(super) struct Structure {
    parts: Vec<Part>,
    roots: Vec<NodeId>,
    last_level: u8,
}

impl Structure {
    pub(super) const fn new() -> Self {
        Self { parts: Vec::new(), roots: Vec::new(), last_level: 0 }
    }

    /// A part of the document itself.
    pub(super) fn root(&mut self, kind: Kind) -> NodeId {
        let id = self.add(kind);
        self.roots.push(id);
        id
    }

    /// A heading; levels are never left out on the way down, whatever the document says.
    pub(super) fn heading(&mut self, level: u8, title: String) -> NodeId {
        self.last_level = level.clamp(1, self.last_level + 1);
        self.root(Kind::Heading { level: self.last_level, title })
    }

    /// A part of another part.
    pub(super) fn inside(&mut self, parent: NodeId, kind: Kind) -> NodeId {
        let id = self.add(kind);
        self.child(parent, Child::Part(id));
        id
    }

    /// Letters on a page that belong to a part.
    pub(super) fn content(&mut self, part: NodeId, identifier: Identifier) {
        self.child(part, Child::Content(identifier));
    }

    /// The heading that a part is, with its level.
    pub(super) fn as_heading(&self, part: NodeId) -> Option<(u8, &str)> {
        match self.parts.get(part.0).map(|part| &part.kind) {
            Some(Kind::Heading { level, title }) => Some((*level, title)),
            _ => None,
        }
    }

    /// The tree as it goes into the file.
    pub(super) fn tree(mut self, language: &str) -> TagTree {
        let mut tree = TagTree::new().with_lang(Some(language.to_owned()));
        for root in std::mem::take(&mut self.roots) {
            tree.push(self.group(root));
        }
        tree
    }

    fn add(&mut self, kind: Kind) -> NodeId {
        self.parts.push(Part { kind, children: Vec::new() });
        NodeId(self.parts.len() - 1)
    }

    fn child(&mut self, part: NodeId, child: Child) {
        if let Some(part) = self.parts.get_mut(part.0) {
            part.children.push(child);
        }
    }

    /// A part with all in it; parts are at most five deep.
    fn group(&mut self, id: NodeId) -> Node {
        let (kind, children) = match self.parts.get_mut(id.0) {
            Some(part) => (tag(&part.kind), std::mem::take(&mut part.children)),
            None => (Tag::P.into(), Vec::new()),
        };
        let children = children.into_iter().map(|child| match child {
            Child::Part(id) => self.group(id),
            Child::Content(identifier) => identifier.into(),
        });
        let children = children.collect();
        TagGroup::with_children(kind, children).into()
    }
}

fn tag(kind: &Kind) -> TagKind {
    let span = |count: usize| u32::try_from(count).ok().and_then(NonZeroU32::new).filter(|count| count.get() > 1);
    match kind {
        Kind::Paragraph => Tag::P.into(),
        Kind::Heading { level, title } => {
            Tag::Hn(NonZeroU16::new(u16::from(*level)).unwrap_or(NonZeroU16::MIN), Some(title.clone())).into()
        }
        Kind::Table { title } => Tag::Table.with_summary(Some(title.clone()).filter(|title| !title.is_empty())).into(),
        Kind::TableHead => Tag::THead.into(),
        Kind::TableBody => Tag::TBody.into(),
        Kind::Row => Tag::TR.into(),
        Kind::HeadCell { across, down } => Tag::TH(TableHeaderScope::Column).with_col_span(span(*across)).with_row_span(span(*down)).into(),
        Kind::Cell { across } => Tag::TD.with_col_span(span(*across)).into(),
        Kind::Figure { alt } => Tag::Figure(Some(alt.clone())).into(),
    }
}
