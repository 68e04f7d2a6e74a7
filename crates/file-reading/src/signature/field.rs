//! The signature fields of a form, with what the file says of each.

use std::collections::BTreeSet;

use chrono::{DateTime, FixedOffset};

use super::{Form, MOST_SIGNATURES, moment};
use crate::pdf::{Dict, Object, Pdf, text_string};

/// Fields stand in each other so deep at most.
const DEEPEST: usize = 32;

/// What a file says of a signature.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) name: String,
    pub(super) form: Form,
    pub(super) reason: Option<String>,
    pub(super) location: Option<String>,
    pub(super) claimed_name: Option<String>,
    pub(super) claimed_time: Option<DateTime<FixedOffset>>,
    pub(super) range: Option<Vec<i64>>,
    pub(super) contents: Option<Vec<u8>>,
    pub(super) certification: Option<u8>,
    /// The bytes of the object that all this stands in.
    pub(super) extent: Option<(usize, usize)>,
}

/// The signed fields, in the order of the form.
pub(super) fn find(pdf: &Pdf<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    let form = pdf.catalog().and_then(|catalog| pdf.dict_field(&catalog, "AcroForm"));
    let Some(Object::Array(fields)) = form.and_then(|form| pdf.field(&form, "Fields")) else { return found };
    let mut seen = BTreeSet::new();
    let mut open: Vec<(Object, String, bool, usize)> = fields.into_iter().rev().map(|field| (field, String::new(), false, 0)).collect();
    while let Some((field, above, of_signature, depth)) = open.pop() {
        if let Object::Reference(id) = field
            && !seen.insert(id)
        {
            continue;
        }
        if found.len() >= MOST_SIGNATURES || pdf.check().is_err() {
            break;
        }
        let of_field = if let Object::Reference(id) = field { Some(id.0) } else { None };
        let field = pdf.resolve(&field);
        let Some(dict) = field.dict() else { continue };
        let own = pdf.field(dict, "T").and_then(|name| name.string().map(text_string));
        let name = match own {
            Some(own) if above.is_empty() => own,
            Some(own) => format!("{above}.{own}"),
            None => above,
        };
        let of_signature = pdf.field(dict, "FT").map_or(of_signature, |kind| kind.name() == Some(b"Sig"));
        if of_signature && let Some(value) = pdf.dict_field(dict, "V") {
            let object = if let Some(Object::Reference(id)) = dict.get("V") { Some(id.0) } else { of_field };
            found.push(signature(pdf, name, &value, object.and_then(|number| pdf.extent(number))));
        } else if let Some(Object::Array(kids)) = pdf.field(dict, "Kids")
            && depth < DEEPEST
        {
            open.extend(kids.into_iter().rev().map(|kid| (kid, name.clone(), of_signature, depth + 1)));
        }
    }
    found
}

fn signature(pdf: &Pdf<'_>, name: String, value: &Dict, extent: Option<(usize, usize)>) -> Found {
    let text = |key: &str| {
        let text: String = text_string(pdf.field(value, key)?.string()?).chars().filter(|c| !c.is_control()).take(500).collect();
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    };
    let form = pdf.field(value, "SubFilter");
    let form = match form.as_ref().and_then(Object::name) {
        Some(b"adbe.pkcs7.detached") => Form::Detached,
        Some(b"ETSI.CAdES.detached") => Form::Cades,
        Some(b"adbe.pkcs7.sha1") => Form::Sha1Inside,
        Some(b"ETSI.RFC3161") => Form::DocumentTimestamp,
        Some(other) => Form::Other(String::from_utf8_lossy(other).into_owned()),
        None => Form::Other(String::new()),
    };
    let range = match pdf.field(value, "ByteRange") {
        Some(Object::Array(range)) => range.iter().take(8).map(|figure| pdf.resolve(figure).integer()).collect(),
        _ => None,
    };
    Found {
        name,
        form,
        reason: text("Reason"),
        location: text("Location"),
        claimed_name: text("Name"),
        claimed_time: text("M").and_then(|time| moment::of_pdf(&time)),
        range,
        contents: pdf.field(value, "Contents").and_then(|contents| contents.string().map(<[u8]>::to_vec)),
        certification: certification(pdf, value),
        extent,
    }
}

/// What the author allows to be changed (`DocMDP`).
fn certification(pdf: &Pdf<'_>, value: &Dict) -> Option<u8> {
    let Some(Object::Array(references)) = pdf.field(value, "Reference") else { return None };
    references.iter().take(16).find_map(|reference| {
        let reference = pdf.resolve(reference);
        let dict = reference.dict()?;
        (pdf.field(dict, "TransformMethod")?.name()? == b"DocMDP").then_some(())?;
        let allowed = pdf.dict_field(dict, "TransformParams").and_then(|parameters| pdf.field(&parameters, "P")?.integer());
        u8::try_from(allowed.unwrap_or(2)).ok()
    })
}
