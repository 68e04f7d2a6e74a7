//! What a file says of itself, and whether it would do something when opened.

use super::{Budget, Dict, Object, Pdf, text_string};
use crate::Fault;

/// What a file is beyond being a PDF.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Nature {
    pub(crate) encrypted: bool,
    pub(crate) needs_password: bool,
    /// It holds script, starts programs, or sends forms.
    pub(crate) active: bool,
    pub(crate) attachments: bool,
}

/// Looks at every object of a file, streams unread.
pub(crate) fn nature(bytes: &[u8]) -> Result<Nature, Fault> {
    crate::guarded(crate::Kind::Pdf, || {
        let pdf = Pdf::open(bytes, Budget::for_a_look())?;
        let mut nature = Nature { encrypted: pdf.is_encrypted(), needs_password: pdf.is_locked(), active: false, attachments: false };
        for number in pdf.numbers() {
            if let Some(object) = pdf.object(number) {
                look_at(&object, &mut nature);
            }
            pdf.check()?;
        }
        Ok(nature)
    })
}

fn look_at(object: &Object, nature: &mut Nature) {
    match object {
        Object::Array(array) => array.iter().for_each(|object| look_at(object, nature)),
        Object::Dict(dict) => look_at_dict(dict, nature),
        Object::Stream(stream) => look_at_dict(&stream.dict, nature),
        _ => {}
    }
}

fn look_at_dict(dict: &Dict, nature: &mut Nature) {
    for (key, object) in &dict.0 {
        match key.as_slice() {
            b"JS" | b"JavaScript" => nature.active = true,
            b"S" => {
                nature.active |= matches!(object.name(), Some(b"JavaScript" | b"Launch" | b"ImportData" | b"SubmitForm" | b"Rendition"))
            }
            b"EmbeddedFiles" | b"EF" => nature.attachments = true,
            b"Type" => nature.attachments |= matches!(object.name(), Some(b"EmbeddedFile")),
            _ => {}
        }
        look_at(object, nature);
    }
}

impl Pdf<'_> {
    /// The title that the file gives itself.
    pub(crate) fn title(&self) -> Option<String> {
        let information = self.dict_field(self.trailer(), "Info")?;
        let title = self.field(&information, "Title")?;
        let title: String = text_string(title.string()?).chars().filter(|c| !c.is_control()).take(500).collect();
        Some(title.trim().to_owned()).filter(|title| !title.is_empty())
    }
}
