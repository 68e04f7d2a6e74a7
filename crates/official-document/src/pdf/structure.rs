//! What the parts of the text are to those who hear it read: the tree of tags.

use pdf_writer::types::{Placement, StructRole, TableHeaderScope};
use pdf_writer::writers::{StructElement, StructTreeRoot};
use pdf_writer::{Finish, Pdf, Rect, Ref, TextStr};

use super::file::{LANGUAGE, Numbers};

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
    /// Letters on a page, with their number there.
    Content(Ref, i32),
}

#[derive(Debug)]
struct Part {
    kind: Kind,
    parent: Option<NodeId>,
    children: Vec<Child>,
    /// Where it stands on its first page, of figures.
    bounds: Option<Rect>,
}

/// All parts in the order in which they are read.
#[derive(Debug)]
pub(super) struct Structure {
    parts: Vec<Part>,
    roots: Vec<NodeId>,
    last_level: u8,
    /// For each page the parts that its marked letters belong to, in the order of their numbers.
    marked: Vec<Vec<NodeId>>,
}

impl Structure {
    pub(super) const fn new() -> Self {
        Self { parts: Vec::new(), roots: Vec::new(), last_level: 0, marked: Vec::new() }
    }

    /// A part of the document itself.
    pub(super) fn root(&mut self, kind: Kind) -> NodeId {
        let id = self.add(kind, None);
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
        let id = self.add(kind, Some(parent));
        self.child(parent, Child::Part(id));
        id
    }

    /// Letters on a page that belong to a part; the number they have there.
    pub(super) fn content(&mut self, part: NodeId, page: usize, id: Ref) -> i32 {
        if self.marked.len() <= page {
            self.marked.resize_with(page + 1, Vec::new);
        }
        let number = self.marked.get(page).map_or(0, Vec::len) as i32;
        if let Some(marked) = self.marked.get_mut(page) {
            marked.push(part);
        }
        self.child(part, Child::Content(id, number));
        number
    }

    /// Notes where a figure stands, unless it began on a page before.
    pub(super) fn place(&mut self, part: NodeId, bounds: Rect) {
        if let Some(part) = self.parts.get_mut(part.0)
            && matches!(part.kind, Kind::Figure { .. })
        {
            part.bounds.get_or_insert(bounds);
        }
    }

    /// The heading that a part is, with its level.
    pub(super) fn as_heading(&self, part: NodeId) -> Option<(u8, &str)> {
        match self.kind(part) {
            Some(Kind::Heading { level, title }) => Some((*level, title)),
            _ => None,
        }
    }

    /// The name of what a part is.
    pub(super) fn tag(&self, part: NodeId) -> &'static [u8] {
        self.kind(part).map_or(b"P", |kind| role(kind).to_name().0)
    }

    /// Writes the tree, and for each page which of its letters belong to what; the number of its root.
    pub(super) fn write(&self, pdf: &mut Pdf, numbers: &mut Numbers, pages: usize) -> Ref {
        let (root, document) = (numbers.next(), numbers.next());
        let ids: Vec<Ref> = self.parts.iter().map(|_| numbers.next()).collect();
        let id = |part: &NodeId| ids.get(part.0).copied().unwrap_or(document);

        let mut element = pdf.struct_element(document);
        element.kind(StructRole::Document).parent(root).lang(TextStr(LANGUAGE));
        let mut children = element.children();
        for part in &self.roots {
            children.struct_element(id(part));
        }
        children.finish();
        element.finish();

        for (part, own) in self.parts.iter().zip(&ids) {
            let mut element = pdf.struct_element(*own);
            element.kind(role(&part.kind)).parent(part.parent.as_ref().map_or(document, id));
            describe(&mut element, &part.kind, part.bounds);
            let mut children = element.children();
            for child in &part.children {
                match child {
                    Child::Part(child) => {
                        children.struct_element(id(child));
                    }
                    Child::Content(page, number) => {
                        children.marked_content_ref().page(*page).marked_content_id(*number);
                    }
                }
            }
        }

        let lists: Vec<Ref> = self.marked.iter().map(|_| numbers.next()).collect();
        for (marked, list) in self.marked.iter().zip(&lists) {
            pdf.indirect(*list).array().items(marked.iter().map(id));
        }
        let mut tree: StructTreeRoot<'_> = pdf.indirect(root).start();
        tree.child(document);
        let mut parents = tree.parent_tree();
        let mut entries = parents.nums();
        for (page, list) in lists.iter().enumerate() {
            entries.insert(page as i32, *list);
        }
        entries.finish();
        parents.finish();
        tree.parent_tree_next_key(pages as i32);
        tree.finish();
        root
    }

    fn add(&mut self, kind: Kind, parent: Option<NodeId>) -> NodeId {
        self.parts.push(Part { kind, parent, children: Vec::new(), bounds: None });
        NodeId(self.parts.len() - 1)
    }

    fn child(&mut self, part: NodeId, child: Child) {
        if let Some(part) = self.parts.get_mut(part.0) {
            part.children.push(child);
        }
    }

    fn kind(&self, part: NodeId) -> Option<&Kind> {
        self.parts.get(part.0).map(|part| &part.kind)
    }
}

const fn role(kind: &Kind) -> StructRole {
    match kind {
        Kind::Paragraph => StructRole::P,
        Kind::Heading { level: 1, .. } => StructRole::H1,
        Kind::Heading { level: 2, .. } => StructRole::H2,
        Kind::Heading { level: 3, .. } => StructRole::H3,
        Kind::Heading { .. } => StructRole::H4,
        Kind::Table { .. } => StructRole::Table,
        Kind::TableHead => StructRole::THead,
        Kind::TableBody => StructRole::TBody,
        Kind::Row => StructRole::TR,
        Kind::HeadCell { .. } => StructRole::TH,
        Kind::Cell { .. } => StructRole::TD,
        Kind::Figure { .. } => StructRole::Figure,
    }
}

/// What is to be said of a part beside its kind.
fn describe(element: &mut StructElement<'_>, kind: &Kind, bounds: Option<Rect>) {
    match kind {
        Kind::Heading { title, .. } => {
            element.title(TextStr(title));
        }
        Kind::Table { title } if !title.is_empty() => {
            element.attributes().push().table().summary(TextStr(title));
        }
        Kind::HeadCell { across, down } => {
            let mut attributes = element.attributes();
            let mut table = attributes.push().table();
            table.scope(TableHeaderScope::Column).col_span(*across as i32).row_span(*down as i32);
        }
        Kind::Cell { across } if *across > 1 => {
            element.attributes().push().table().col_span(*across as i32);
        }
        Kind::Figure { alt } => {
            element.alt(TextStr(alt));
            if let Some(bounds) = bounds {
                element.attributes().push().layout().placement(Placement::Block).bbox(bounds);
            }
        }
        Kind::Paragraph | Kind::Table { .. } | Kind::TableHead | Kind::TableBody | Kind::Row | Kind::Cell { .. } => {}
    }
}
