//! A walk through XML: elements by their local names, letters with their references resolved.
//!
//! Entities that a file defines for itself are not expanded.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::{Fault, Kind};

/// Relations of one part.
const MOST_RELATIONS: usize = 20_000;

/// What stands next.
pub(super) enum Node<'a, 'b> {
    /// An element begins; an empty one is followed by its end.
    Open(&'b str, &'b Element<'a>),
    /// An element ends.
    Close(&'b str),
    /// Letters.
    Letters(&'b str),
}

/// The head of an element.
pub(super) struct Element<'a>(BytesStart<'a>);

impl Element<'_> {
    /// The value of the attribute of this local name.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        self.0
            .attributes()
            .flatten()
            .find(|attribute| attribute.key.local_name().as_ref() == name)
            .and_then(|attribute| attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok().map(|value| value.into_owned()))
    }

    /// The relation that an attribute with a prefix (`r:id`) names; without one it is another number.
    pub(super) fn relation(&self) -> Option<String> {
        let attribute = self
            .0
            .attributes()
            .flatten()
            .find(|attribute| attribute.key.prefix().is_some() && attribute.key.local_name().as_ref() == "id")?;
        attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok().map(|value| value.into_owned())
    }

    /// The value of an attribute as a count.
    pub(super) fn count(&self, name: &str) -> Option<usize> {
        self.attribute(name)?.trim().parse().ok()
    }
}

/// Calls `visit` for all that stands in a text until it says `false`.
pub(super) fn walk(text: &str, kind: Kind, mut visit: impl FnMut(Node<'_, '_>) -> bool) -> Result<(), Fault> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().allow_dangling_amp = true;
    let damaged = Fault::Damaged { kind, place: "XML of a part" };
    loop {
        let goes_on = match reader.read_event().map_err(|_| damaged.clone())? {
            Event::Start(start) => {
                let element = Element(start);
                visit(Node::Open(element.0.local_name().as_ref(), &element))
            }
            Event::Empty(start) => {
                let element = Element(start);
                let name = element.0.local_name();
                visit(Node::Open(name.as_ref(), &element)) && visit(Node::Close(name.as_ref()))
            }
            Event::End(end) => visit(Node::Close(end.local_name().as_ref())),
            Event::Text(letters) => visit(Node::Letters(&letters)),
            Event::CData(letters) => visit(Node::Letters(&letters)),
            Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                Ok(Some(c)) => visit(Node::Letters(c.encode_utf8(&mut [0; 4]))),
                _ => visit(Node::Letters(named(&reference))),
            },
            Event::Eof => return Ok(()),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => true,
        };
        if !goes_on {
            return Ok(());
        }
    }
}

fn named(reference: &str) -> &'static str {
    match reference {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => "",
    }
}

/// The targets of the relations in a `.rels` part: identifier, last word of the type, target inside the package.
pub(super) fn relations(text: &str, folder: &str, kind: Kind) -> Result<Vec<(String, String, String)>, Fault> {
    let mut found = Vec::new();
    walk(text, kind, |node| {
        if found.len() >= MOST_RELATIONS {
            return false;
        }
        if let Node::Open("Relationship", element) = node
            && element.attribute("TargetMode").as_deref() != Some("External")
            && let (Some(id), Some(what), Some(target)) = (element.attribute("Id"), element.attribute("Type"), element.attribute("Target"))
        {
            let what = what.rsplit('/').next().unwrap_or_default().to_owned();
            found.push((id, what, resolved(folder, &target)));
        }
        true
    })?;
    Ok(found)
}

/// A target relative to a folder of the package, as the name of a part.
fn resolved(folder: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut steps: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    for step in target.split('/') {
        match step {
            ".." => drop(steps.pop()),
            "." | "" => {}
            step => steps.push(step),
        }
    }
    steps.join("/")
}
