//! What a file is, told by its content alone, and whether such a file is taken.

mod looking;
mod office;

use std::collections::BTreeMap;
use std::fmt;

use crate::{Fault, name};

pub(crate) use looking::letters_of;
pub use looking::look;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// PDF.
    Pdf,
    /// Word document (OOXML).
    Docx,
    /// Excel workbook (OOXML).
    Xlsx,
    /// PowerPoint presentation (OOXML).
    Pptx,
    /// OpenDocument text.
    Odt,
    /// OpenDocument spreadsheet.
    Ods,
    /// OpenDocument presentation.
    Odp,
    /// Word document of 97 to 2003.
    Doc,
    /// Excel workbook of 97 to 2003.
    Xls,
    /// PowerPoint presentation of 97 to 2003.
    Ppt,
    /// Office file of which only the cover can be read, because it has a password.
    ProtectedOffice,
    /// Another compound file of Windows (an Outlook message, an installer).
    Compound,
    /// PNG picture.
    Png,
    /// JPEG picture.
    Jpeg,
    /// GIF picture.
    Gif,
    /// WebP picture.
    WebP,
    /// TIFF picture.
    Tiff,
    /// HEIC or AVIF picture, as phones make them.
    Heif,
    /// Text without form: UTF-8, UTF-16 with its mark, or windows-1258.
    Text,
    /// Rich text format.
    Rtf,
    /// HTML page, or an MHTML page.
    Html,
    /// SVG drawing.
    Svg,
    /// Other XML.
    Xml,
    /// ZIP archive of no known office format.
    Zip,
    /// RAR archive.
    Rar,
    /// 7z archive.
    SevenZip,
    /// Other archive or compressed file (gzip, bzip2, xz, zstd, tar, cabinet).
    Archive,
    /// Program for a machine: PE, ELF, Mach-O, Java, Android, shortcut of Windows.
    Program,
    /// Text that a shell or an interpreter runs.
    Script,
    /// Nothing that is known here.
    Unknown,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 30] = [
        Self::Pdf,
        Self::Docx,
        Self::Xlsx,
        Self::Pptx,
        Self::Odt,
        Self::Ods,
        Self::Odp,
        Self::Doc,
        Self::Xls,
        Self::Ppt,
        Self::ProtectedOffice,
        Self::Compound,
        Self::Png,
        Self::Jpeg,
        Self::Gif,
        Self::WebP,
        Self::Tiff,
        Self::Heif,
        Self::Text,
        Self::Rtf,
        Self::Html,
        Self::Svg,
        Self::Xml,
        Self::Zip,
        Self::Rar,
        Self::SevenZip,
        Self::Archive,
        Self::Program,
        Self::Script,
        Self::Unknown,
    ];

    /// A stable word for logs and databases.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Docx => "docx",
            Self::Xlsx => "xlsx",
            Self::Pptx => "pptx",
            Self::Odt => "odt",
            Self::Ods => "ods",
            Self::Odp => "odp",
            Self::Doc => "doc",
            Self::Xls => "xls",
            Self::Ppt => "ppt",
            Self::ProtectedOffice => "protected-office",
            Self::Compound => "compound",
            Self::Png => "png",
            Self::Jpeg => "jpeg",
            Self::Gif => "gif",
            Self::WebP => "webp",
            Self::Tiff => "tiff",
            Self::Heif => "heif",
            Self::Text => "text",
            Self::Rtf => "rtf",
            Self::Html => "html",
            Self::Svg => "svg",
            Self::Xml => "xml",
            Self::Zip => "zip",
            Self::Rar => "rar",
            Self::SevenZip => "7z",
            Self::Archive => "archive",
            Self::Program => "program",
            Self::Script => "script",
            Self::Unknown => "unknown",
        }
    }

    /// The kind of a stable word, or nothing.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The media type to send such a file with; what browsers would run goes as bytes.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Pptx => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            Self::Odt => "application/vnd.oasis.opendocument.text",
            Self::Ods => "application/vnd.oasis.opendocument.spreadsheet",
            Self::Odp => "application/vnd.oasis.opendocument.presentation",
            Self::Doc => "application/msword",
            Self::Xls => "application/vnd.ms-excel",
            Self::Ppt => "application/vnd.ms-powerpoint",
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::WebP => "image/webp",
            Self::Tiff => "image/tiff",
            Self::Heif => "image/heif",
            Self::Text => "text/plain",
            Self::Rtf => "application/rtf",
            Self::Zip => "application/zip",
            _ => "application/octet-stream",
        }
    }

    /// The endings a name of such a file may have, the usual one first.
    #[must_use]
    pub const fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Pdf => &["pdf"],
            Self::Docx => &["docx", "docm", "dotx", "dotm"],
            Self::Xlsx => &["xlsx", "xlsm", "xltx", "xltm"],
            Self::Pptx => &["pptx", "pptm", "ppsx", "potx"],
            Self::Odt => &["odt", "ott"],
            Self::Ods => &["ods", "ots"],
            Self::Odp => &["odp", "otp"],
            Self::Doc => &["doc", "dot"],
            Self::Xls => &["xls", "xlt"],
            Self::Ppt => &["ppt", "pps", "pot"],
            Self::ProtectedOffice => &["docx", "xlsx", "pptx", "docm", "xlsm", "pptm"],
            Self::Compound => &["msg", "msi", "vsd", "mpp", "pub"],
            Self::Png => &["png"],
            Self::Jpeg => &["jpg", "jpeg", "jfif"],
            Self::Gif => &["gif"],
            Self::WebP => &["webp"],
            Self::Tiff => &["tif", "tiff"],
            Self::Heif => &["heic", "heif", "avif"],
            Self::Text => &["txt", "csv", "tsv", "md", "log"],
            Self::Rtf => &["rtf", "doc"],
            Self::Html => &["html", "htm", "mht", "mhtml"],
            Self::Svg => &["svg"],
            Self::Xml => &["xml"],
            Self::Zip => &["zip"],
            Self::Rar => &["rar"],
            Self::SevenZip => &["7z"],
            Self::Archive => &["gz", "bz2", "xz", "zst", "tar", "tgz", "cab"],
            Self::Program => &["exe", "dll", "com", "scr", "jar", "apk", "class", "lnk", "so"],
            Self::Script => &["sh", "py", "php", "bat", "cmd", "ps1", "vbs", "js"],
            Self::Unknown => &[],
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// What is worth telling about a file that is what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Warning {
    /// It holds macros.
    Macros,
    /// It opens with a password only.
    Password,
    /// It opens without a password, and asks readers to forbid printing, copying or changing.
    Restricted,
    /// It is another kind as well, for readers that look elsewhere in it.
    AlsoOfKind(Kind),
    /// Bytes of no known kind stand before its head.
    BytesBefore,
    /// It holds script, or starts something when opened.
    ActiveContent,
    /// It carries other files.
    AttachedFiles,
    /// It loads its template from elsewhere when opened.
    RemoteTemplate,
    /// It is told by its head, and the rest cannot be read.
    Damaged,
}

/// How letters are written in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Letters {
    /// UTF-8, with or without its mark; plain ASCII is UTF-8 too.
    Utf8,
    /// UTF-16, little end first, with its mark.
    Utf16Le,
    /// UTF-16, big end first, with its mark.
    Utf16Be,
    /// windows-1258, the Vietnamese code page of Windows.
    Windows1258,
}

/// What a file is, and what is worth telling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub kind: Kind,
    /// Its bytes.
    pub size: u64,
    /// Warnings, each once, in a fixed order.
    pub warnings: Vec<Warning>,
    /// For text: how its letters are written.
    pub letters: Option<Letters>,
}

impl Finding {
    /// Whether a warning was given.
    #[must_use]
    pub fn has(&self, warning: Warning) -> bool {
        self.warnings.contains(&warning)
    }
}

/// Which files are taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    limits: BTreeMap<Kind, u64>,
    /// Whether files with macros are taken.
    pub macros: bool,
    /// Whether files that need a password are taken.
    pub passwords: bool,
    /// Whether the ending of the name must agree with the content.
    pub names_agree: bool,
}

const MIB: u64 = 1024 * 1024;

impl Policy {
    /// A policy that takes nothing yet.
    #[must_use]
    pub const fn none() -> Self {
        Self { limits: BTreeMap::new(), macros: false, passwords: false, names_agree: true }
    }

    /// What evidence usually is: PDF to 50 MiB, office files and text to 20 MiB, pictures to 10 MiB.
    #[must_use]
    pub fn evidence() -> Self {
        let office = [Kind::Docx, Kind::Xlsx, Kind::Pptx, Kind::Odt, Kind::Ods, Kind::Odp, Kind::Doc, Kind::Xls, Kind::Ppt, Kind::Text];
        let pictures = [Kind::Png, Kind::Jpeg, Kind::WebP, Kind::Tiff];
        let mut policy = Self::none().with(Kind::Pdf, 50 * MIB);
        for kind in office {
            policy = policy.with(kind, 20 * MIB);
        }
        for kind in pictures {
            policy = policy.with(kind, 10 * MIB);
        }
        policy
    }

    /// The same policy that takes `kind` up to `most_bytes`.
    #[must_use]
    pub fn with(mut self, kind: Kind, most_bytes: u64) -> Self {
        self.limits.insert(kind, most_bytes);
        self
    }

    /// The same policy that does not take `kind`.
    #[must_use]
    pub fn without(mut self, kind: Kind) -> Self {
        self.limits.remove(&kind);
        self
    }

    /// The bytes a file of this kind may have, or nothing if none is taken.
    #[must_use]
    pub fn limit(&self, kind: Kind) -> Option<u64> {
        self.limits.get(&kind).copied()
    }

    /// The most bytes any file may have: what a server needs to read before it can stop.
    #[must_use]
    pub fn largest(&self) -> u64 {
        self.limits.values().copied().max().unwrap_or(0)
    }

    /// The kinds that are taken with their limits, in the order of [`Kind`].
    pub fn kinds(&self) -> impl Iterator<Item = (Kind, u64)> + '_ {
        self.limits.iter().map(|(kind, limit)| (*kind, *limit))
    }

    /// Looks at a file and its name.
    ///
    /// # Errors
    ///
    /// Every fault that keeps the file out.
    pub fn check(&self, file_name: &str, bytes: &[u8]) -> Result<Finding, Vec<Fault>> {
        if bytes.is_empty() {
            return Err(vec![Fault::Empty]);
        }
        let finding = look(bytes);
        let faults = self.faults(file_name, &finding);
        if faults.is_empty() { Ok(finding) } else { Err(faults) }
    }

    fn faults(&self, file_name: &str, finding: &Finding) -> Vec<Fault> {
        let kind = finding.kind;
        let mut faults = Vec::new();
        let protected = kind == Kind::ProtectedOffice;
        match self.limit(kind) {
            None if protected && !self.passwords => {}
            None => faults.push(Fault::WrongKind(kind)),
            Some(limit) if finding.size > limit => faults.push(Fault::TooLarge { kind, size: finding.size, limit }),
            Some(_) => {}
        }
        if self.names_agree && !name::agrees(file_name, kind) {
            faults.push(Fault::NameDisagrees { extension: name::extension(file_name).unwrap_or_default(), kind });
        }
        if finding.has(Warning::Password) && !self.passwords {
            faults.push(Fault::Password(kind));
        }
        if finding.has(Warning::Macros) && !self.macros {
            faults.push(Fault::Macros(kind));
        }
        if finding.warnings.iter().any(|warning| matches!(warning, Warning::AlsoOfKind(_))) {
            faults.push(Fault::TwoKinds { kind });
        }
        if finding.has(Warning::Damaged) {
            faults.push(Fault::Damaged { kind, place: "structure" });
        }
        faults
    }
}
