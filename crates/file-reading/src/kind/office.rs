//! Which office file a package or a compound file is, and what it carries.

use super::looking::find;
use super::{Kind, Warning};
use crate::Fault;
use crate::package::Package;

/// The parts read to tell the kind are small; nobody needs more.
const MOST_UNPACKED: u64 = 8 * 1024 * 1024;

/// The main part of each office format, as `[Content_Types].xml` names it.
const MAIN_PARTS: [(&str, Kind, bool); 13] = [
    ("wordprocessingml.document.main+xml", Kind::Docx, false),
    ("wordprocessingml.template.main+xml", Kind::Docx, false),
    ("ms-word.document.macroEnabled.main+xml", Kind::Docx, true),
    ("ms-word.template.macroEnabledTemplate.main+xml", Kind::Docx, true),
    ("spreadsheetml.sheet.main+xml", Kind::Xlsx, false),
    ("spreadsheetml.template.main+xml", Kind::Xlsx, false),
    ("ms-excel.sheet.macroEnabled.main+xml", Kind::Xlsx, true),
    ("ms-excel.template.macroEnabled.main+xml", Kind::Xlsx, true),
    ("presentationml.presentation.main+xml", Kind::Pptx, false),
    ("presentationml.slideshow.main+xml", Kind::Pptx, false),
    ("presentationml.template.main+xml", Kind::Pptx, false),
    ("ms-powerpoint.presentation.macroEnabled.main+xml", Kind::Pptx, true),
    ("ms-powerpoint.slideshow.macroEnabled.main+xml", Kind::Pptx, true),
];

/// Tells the office format of a package, or that it is a mere archive.
pub(super) fn look_into_package(bytes: &[u8], warnings: &mut Vec<Warning>) -> Kind {
    match package_kind(bytes, warnings) {
        Ok(kind) => kind,
        Err(_) => {
            warnings.push(Warning::Damaged);
            Kind::Zip
        }
    }
}

fn package_kind(bytes: &[u8], warnings: &mut Vec<Warning>) -> Result<Kind, Fault> {
    let mut package = Package::open(bytes, Kind::Zip, MOST_UNPACKED)?;
    if let Some(types) = package.xml("[Content_Types].xml")? {
        let Some((_, kind, macros)) = MAIN_PARTS.into_iter().find(|(mark, ..)| types.contains(mark)) else { return Ok(Kind::Zip) };
        let programs = package.names().iter().any(|name| name.ends_with("vbaProject.bin") || name.contains("/macrosheets/"));
        if macros || programs {
            warnings.push(Warning::Macros);
        }
        if package.names().iter().any(|name| name.contains("/embeddings/")) {
            warnings.push(Warning::AttachedFiles);
        }
        let relations = package.xml("word/_rels/settings.xml.rels")?.unwrap_or_default();
        if relations.contains("attachedTemplate") && relations.contains("External") && relations.contains("://") {
            warnings.push(Warning::RemoteTemplate);
        }
        return Ok(kind);
    }
    if let Some(kind) = open_document(&mut package)? {
        if package.names().iter().any(|name| name.starts_with("Basic/") || name.starts_with("Scripts/") && !name.ends_with('/')) {
            warnings.push(Warning::Macros);
        }
        let manifest = package.xml("META-INF/manifest.xml")?.unwrap_or_default();
        if manifest.contains("encryption-data") {
            warnings.push(Warning::Password);
        }
        return Ok(kind);
    }
    let program = package.has("META-INF/MANIFEST.MF") || package.has("AndroidManifest.xml");
    Ok(if program { Kind::Program } else { Kind::Zip })
}

fn open_document(package: &mut Package<'_>) -> Result<Option<Kind>, Fault> {
    let Some(media_type) = package.part("mimetype")? else { return Ok(None) };
    let media_type = String::from_utf8_lossy(&media_type);
    let Some(name) = media_type.trim().strip_prefix("application/vnd.oasis.opendocument.") else { return Ok(None) };
    Ok(match name.trim_end_matches("-template") {
        "text" => Some(Kind::Odt),
        "spreadsheet" => Some(Kind::Ods),
        "presentation" => Some(Kind::Odp),
        _ => None,
    })
}

/// One entry in the directory of a compound file: its name, and the first byte of its stream if that is not a small one.
struct Entry {
    name: String,
    start: Option<usize>,
}

/// Entries of the directory stand in 128 bytes each: 64 of name, its length, its type. Every block
/// that has the form counts, so a broken chain of sectors hides nothing.
fn entries(bytes: &[u8]) -> Vec<Entry> {
    let shift = bytes.get(30).copied().unwrap_or(9).clamp(9, 12);
    let sector = 1_usize << shift;
    bytes
        .as_chunks::<128>()
        .0
        .iter()
        .skip(4)
        .filter_map(|block| {
            let length = usize::from(u16::from_le_bytes([block[64], block[65]]));
            let fits = (4..=64).contains(&length) && length.is_multiple_of(2) && [1, 2, 5].contains(&block[66]);
            let letters = fits.then(|| block.get(..length - 2))??;
            let units = letters.as_chunks::<2>().0.iter().map(|pair| u16::from_le_bytes(*pair));
            let name = char::decode_utf16(units).collect::<Result<String, _>>().ok()?;
            let first = u32::from_le_bytes([block[116], block[117], block[118], block[119]]) as usize;
            let size = u32::from_le_bytes([block[120], block[121], block[122], block[123]]);
            let start = (size >= 4096).then(|| first.checked_add(1)?.checked_mul(sector)).flatten();
            Some(Entry { name, start })
        })
        .collect()
}

/// Tells which office file of 97 to 2003 a compound file is.
pub(super) fn look_into_compound(bytes: &[u8], warnings: &mut Vec<Warning>) -> Kind {
    let entries = entries(bytes);
    let entry = |names: &[&str]| entries.iter().find(|entry| names.contains(&entry.name.as_str()));
    if entry(&["EncryptedPackage"]).is_some() {
        warnings.push(Warning::Password);
        return Kind::ProtectedOffice;
    }
    if entry(&["_VBA_PROJECT", "_VBA_PROJECT_CUR", "VBA"]).is_some() {
        warnings.push(Warning::Macros);
    }
    let stream = |entry: &Entry| entry.start.and_then(|start| bytes.get(start..)).unwrap_or_default();
    if let Some(document) = entry(&["WordDocument"]) {
        // [MS-DOC] 2.5.1: bit 8 of the flags at 10 says that the text is encrypted.
        if stream(document).get(11).is_some_and(|flags| flags & 1 == 1) {
            warnings.push(Warning::Password);
        }
        return Kind::Doc;
    }
    if let Some(book) = entry(&["Workbook", "Book"]) {
        if file_pass(stream(book)) {
            warnings.push(Warning::Password);
        }
        return Kind::Xls;
    }
    if entry(&["PowerPoint Document"]).is_some() {
        if entry(&["EncryptedSummary"]).is_some() {
            warnings.push(Warning::Password);
        }
        return Kind::Ppt;
    }
    if find(bytes, b"\x11\xE0\xA1\xB1").is_some() && entries.is_empty() {
        warnings.push(Warning::Damaged);
    }
    Kind::Compound
}

/// Whether a record that says "encrypted" ([MS-XLS] 2.4.117) stands among the first ones of a workbook.
fn file_pass(mut records: &[u8]) -> bool {
    for _ in 0..16 {
        let [low, high, length_low, length_high, rest @ ..] = records else { return false };
        if u16::from_le_bytes([*low, *high]) == 0x2F {
            return true;
        }
        let length = usize::from(u16::from_le_bytes([*length_low, *length_high]));
        records = rest.get(length..).unwrap_or_default();
    }
    false
}
