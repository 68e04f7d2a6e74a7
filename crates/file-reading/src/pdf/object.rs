//! The objects that a PDF is made of.

/// Number and generation of an indirect object.
pub(crate) type Id = (u32, u16);

/// One object.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Object {
    Null,
    Bool(bool),
    Integer(i64),
    Real(f64),
    String(Vec<u8>),
    Name(Vec<u8>),
    Array(Vec<Self>),
    Dict(Dict),
    Stream(Stream),
    Reference(Id),
}

/// Keys with their objects, in the order of the file; of a key that stands twice, the first counts.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Dict(pub(crate) Vec<(Vec<u8>, Object)>);

/// A dictionary with bytes that stand in the file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stream {
    pub(crate) dict: Dict,
    /// First byte of the data, in the file.
    pub(crate) start: usize,
    /// End of the data.
    pub(crate) end: usize,
    /// The object it stands in, which enters its key if the file is encrypted.
    pub(crate) id: Id,
}

impl Dict {
    /// The object of a key, which may be a reference.
    pub(crate) fn get(&self, key: &str) -> Option<&Object> {
        self.0.iter().find(|(name, _)| name == key.as_bytes()).map(|(_, object)| object)
    }

    /// Whether `/Type` is `name`.
    pub(crate) fn is_type(&self, name: &str) -> bool {
        self.get("Type").and_then(Object::name).is_some_and(|found| found == name.as_bytes())
    }
}

impl Object {
    /// How many objects this is, with all that stands in it.
    pub(crate) fn parts(&self) -> u64 {
        match self {
            Self::Array(array) => array.iter().map(Self::parts).sum::<u64>() + 1,
            Self::Dict(dict) => dict.0.iter().map(|(_, object)| object.parts()).sum::<u64>() + 1,
            Self::Stream(stream) => stream.dict.0.len() as u64 + 1,
            _ => 1,
        }
    }

    pub(crate) fn name(&self) -> Option<&[u8]> {
        if let Self::Name(name) = self { Some(name) } else { None }
    }

    pub(crate) fn string(&self) -> Option<&[u8]> {
        if let Self::String(string) = self { Some(string) } else { None }
    }

    pub(crate) fn array(&self) -> Option<&[Self]> {
        if let Self::Array(array) = self { Some(array) } else { None }
    }

    /// The dictionary, also that of a stream.
    pub(crate) fn dict(&self) -> Option<&Dict> {
        match self {
            Self::Dict(dict) => Some(dict),
            Self::Stream(stream) => Some(&stream.dict),
            _ => None,
        }
    }

    pub(crate) fn integer(&self) -> Option<i64> {
        match self {
            Self::Integer(value) => Some(*value),
            #[expect(clippy::cast_possible_truncation, reason = "a figure of a file; beyond the range it saturates")]
            Self::Real(value) => Some(*value as i64),
            _ => None,
        }
    }

    pub(crate) fn number(&self) -> Option<f64> {
        match self {
            #[expect(clippy::cast_precision_loss, reason = "lengths and widths on a page are small")]
            Self::Integer(value) => Some(*value as f64),
            Self::Real(value) => Some(*value),
            _ => None,
        }
    }
}

/// A string for people: UTF-16 or UTF-8 with its mark, else PDFDocEncoding, of which Latin 1 is the common part.
pub(crate) fn text_string(bytes: &[u8]) -> String {
    match bytes {
        [0xFE, 0xFF, rest @ ..] => encoding_rs::UTF_16BE.decode_without_bom_handling(rest).0.into_owned(),
        [0xFF, 0xFE, rest @ ..] => encoding_rs::UTF_16LE.decode_without_bom_handling(rest).0.into_owned(),
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}
