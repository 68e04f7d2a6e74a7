//! Writing XML.

use std::fmt::{Display, Write};

/// Names and values of attributes.
type Attributes<'a> = &'a [(&'a str, &'a dyn Display)];

/// XML on its way into a part. Elements are closures, so that each is closed.
#[derive(Debug)]
pub(super) struct Xml(String);

impl Xml {
    pub(super) fn new() -> Self {
        Self("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n".to_owned())
    }

    pub(super) fn finish(self) -> String {
        self.0
    }

    pub(super) fn element(&mut self, name: &str, attributes: Attributes<'_>, inside: impl FnOnce(&mut Self)) {
        self.open(name, attributes);
        self.0.push('>');
        inside(self);
        self.0.extend(["</", name, ">"]);
    }

    pub(super) fn empty(&mut self, name: &str, attributes: Attributes<'_>) {
        self.open(name, attributes);
        self.0.push_str("/>");
    }

    /// An element whose only attribute is the value.
    pub(super) fn value(&mut self, name: &str, value: &dyn Display) {
        self.empty(name, &[("w:val", value)]);
    }

    pub(super) fn text(&mut self, text: &str) {
        for letter in text.chars() {
            match letter {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                letter => self.0.push(letter),
            }
        }
    }

    fn open(&mut self, name: &str, attributes: Attributes<'_>) {
        self.0.extend(["<", name]);
        for (name, value) in attributes {
            self.0.extend([" ", name, "=\""]);
            let mut written = String::new();
            // Writing into a text does not fail.
            let _ = write!(written, "{value}");
            self.text(&written);
            self.0.push('"');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_of_xml_are_written_as_texts() {
        let mut xml = Xml(String::new());
        xml.element("a", &[("b", &"\"<&>")], |xml| xml.text("x < y & \"z\""));
        assert_eq!(xml.finish(), "<a b=\"&quot;&lt;&amp;&gt;\">x &lt; y &amp; &quot;z&quot;</a>");
    }
}
