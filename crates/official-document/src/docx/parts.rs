//! The parts of a DOCX archive that hold nothing of the text.

use super::xml::Xml;

pub(super) const WORD: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
pub(super) const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const FONT: &str = "Times New Roman";

pub(super) fn content_types() -> String {
    let word = "application/vnd.openxmlformats-officedocument.wordprocessingml";
    let parts = [
        ("/word/document.xml", format!("{word}.document.main+xml")),
        ("/word/styles.xml", format!("{word}.styles+xml")),
        ("/word/settings.xml", format!("{word}.settings+xml")),
        ("/word/header1.xml", format!("{word}.header+xml")),
        ("/word/header2.xml", format!("{word}.header+xml")),
        ("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml".to_owned()),
    ];
    let mut xml = Xml::new();
    xml.element("Types", &[("xmlns", &format_args!("{PACKAGE}/content-types"))], |xml| {
        let relations = "application/vnd.openxmlformats-package.relationships+xml";
        xml.empty("Default", &[("Extension", &"rels"), ("ContentType", &relations)]);
        xml.empty("Default", &[("Extension", &"xml"), ("ContentType", &"application/xml")]);
        for (name, kind) in &parts {
            xml.empty("Override", &[("PartName", name), ("ContentType", kind)]);
        }
    });
    xml.finish()
}

pub(super) fn relations_of_package() -> String {
    relations(&[
        (format!("{RELATIONS}/officeDocument"), "word/document.xml"),
        (format!("{PACKAGE}/relationships/metadata/core-properties"), "docProps/core.xml"),
    ])
}

/// The third and fourth are the heads of first and further pages; sections name them by these numbers.
pub(super) fn relations_of_document() -> String {
    relations(&[
        (format!("{RELATIONS}/styles"), "styles.xml"),
        (format!("{RELATIONS}/settings"), "settings.xml"),
        (format!("{RELATIONS}/header"), "header1.xml"),
        (format!("{RELATIONS}/header"), "header2.xml"),
    ])
}

fn relations(targets: &[(String, &str)]) -> String {
    let mut xml = Xml::new();
    xml.element("Relationships", &[("xmlns", &format_args!("{PACKAGE}/relationships"))], |xml| {
        for (index, (kind, target)) in targets.iter().enumerate() {
            let id = format!("rId{}", index + 1);
            xml.empty("Relationship", &[("Id", &id), ("Type", kind), ("Target", target)]);
        }
    });
    xml.finish()
}

/// The font and language of everything, and headings that differ from other paragraphs by their level alone.
pub(super) fn styles() -> String {
    let mut xml = Xml::new();
    xml.element("w:styles", &[("xmlns:w", &WORD)], |xml| {
        xml.element("w:docDefaults", &[], |xml| {
            xml.element("w:rPrDefault", &[], |xml| {
                xml.element("w:rPr", &[], |xml| {
                    xml.empty("w:rFonts", &[("w:ascii", &FONT), ("w:hAnsi", &FONT), ("w:eastAsia", &FONT), ("w:cs", &FONT)]);
                    xml.value("w:sz", &28);
                    xml.value("w:szCs", &28);
                    xml.empty("w:lang", &[("w:val", &"vi-VN"), ("w:eastAsia", &"vi-VN"), ("w:bidi", &"ar-SA")]);
                });
            });
            xml.element("w:pPrDefault", &[], |_| {});
        });
        xml.element("w:style", &[("w:type", &"paragraph"), ("w:default", &1), ("w:styleId", &"Normal")], |xml| {
            xml.value("w:name", &"Normal");
            xml.empty("w:qFormat", &[]);
        });
        for level in 1..=4 {
            let id = format!("Heading{level}");
            xml.element("w:style", &[("w:type", &"paragraph"), ("w:styleId", &id)], |xml| {
                xml.value("w:name", &format_args!("heading {level}"));
                xml.value("w:basedOn", &"Normal");
                xml.value("w:next", &"Normal");
                xml.empty("w:qFormat", &[]);
                xml.element("w:pPr", &[], |xml| xml.value("w:outlineLvl", &(level - 1)));
            });
        }
    });
    xml.finish()
}

/// Without a mode of its own Word opens the file as one of 2007, and moves the edges of tables.
pub(super) fn settings() -> String {
    let mut xml = Xml::new();
    xml.element("w:settings", &[("xmlns:w", &WORD)], |xml| {
        xml.value("w:defaultTabStop", &720);
        xml.element("w:compat", &[], |xml| {
            xml.empty(
                "w:compatSetting",
                &[("w:name", &"compatibilityMode"), ("w:uri", &"http://schemas.microsoft.com/office/word"), ("w:val", &15)],
            );
        });
        xml.empty("w:themeFontLang", &[("w:val", &"vi-VN")]);
    });
    xml.finish()
}

/// Title and language. No day of making: the same document gives the same bytes.
pub(super) fn properties(title: &str) -> String {
    let namespaces = format!("{PACKAGE}/metadata/core-properties");
    let mut xml = Xml::new();
    xml.element("cp:coreProperties", &[("xmlns:cp", &namespaces), ("xmlns:dc", &"http://purl.org/dc/elements/1.1/")], |xml| {
        xml.element("dc:title", &[], |xml| xml.text(title));
        xml.element("dc:language", &[], |xml| xml.text("vi-VN"));
    });
    xml.finish()
}
