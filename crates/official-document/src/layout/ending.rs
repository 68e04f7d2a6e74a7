//! What stands under the text: who signs, and who gets a copy.

use super::head::{bare, listed};
use super::{Element, Look, Piece, Sheet, Side, centred, size, text};
use crate::face::Faces;
use crate::model::{Align, OfficialDocument, Run, Signature};
use crate::text::{capitals, one_line};

/// Width of the column of the recipients beside that of the signer.
const LEFT_PART: f32 = 0.45;
/// Room for signature and seal, in points.
const SIGNING_ROOM: f32 = 70.0;

/// The elements under the text.
///
/// Two who sign stand beside each other, the recipients under them; one who signs stands beside the recipients.
pub(super) fn elements(document: &OfficialDocument, faces: &Faces, sheet: &Sheet) -> Vec<Element> {
    let width = sheet.text_width();
    let recipients = recipients(&document.recipients);
    let part = if document.second_signature.is_some() { 0.5 } else { LEFT_PART };
    let left_width = (width * part).floor();
    let columns = |left: Vec<Piece>, right: Vec<Piece>| {
        Element::Columns(vec![Side { width: left_width, pieces: left }, Side { width: width - left_width, pieces: right }])
    };
    let signer = document.signature.as_ref().map(|signature| signer(signature, faces, width - left_width));
    let second = document.second_signature.as_ref().map(|signature| self::signer(signature, faces, left_width));
    let mut elements = Vec::new();
    match (signer, second) {
        (signer, Some(second)) => {
            elements.push(columns(second, signer.unwrap_or_default()));
            elements.extend(recipients.into_iter().map(Element::Piece));
        }
        (Some(signer), None) => elements.push(columns(recipients, signer)),
        (None, None) => elements.extend(recipients.into_iter().map(Element::Piece)),
    }
    elements
}

fn signer(signature: &Signature, faces: &Faces, width: f32) -> Vec<Piece> {
    let lines = signature.authority.iter().chain([&signature.post]).map(|line| capitals(line)).filter(|line| !line.is_empty());
    let mut pieces: Vec<Piece> = lines.map(|line| Piece::Text(centred(faces, vec![Run::bold(line)], size::SIGNER, width))).collect();
    if let Some(Piece::Text(first)) = pieces.first_mut() {
        first.look.before = 6.0;
    }
    // A name that is not known yet leaves its line free.
    let name = one_line(&signature.name);
    let name = if name.is_empty() { "\u{A0}".to_owned() } else { name };
    pieces.push(text(vec![Run::bold(name)], Look::centred(size::SIGNER).before(SIGNING_ROOM)));
    pieces
}

fn recipients(names: &[String]) -> Vec<Piece> {
    let names: Vec<String> = names.iter().map(|name| bare(name)).filter(|name| !name.is_empty()).collect();
    if names.is_empty() {
        return Vec::new();
    }
    let look = |size| Look::centred(size).align(Align::Left);
    let title = Run { text: "Nơi nhận:".to_owned(), bold: true, italic: true };
    let mut pieces = vec![text(vec![title], look(size::RECIPIENTS).before(6.0))];
    pieces.extend(listed(&names).map(|name| text(vec![Run::plain(name)], look(size::RECIPIENT))));
    if let Some(Piece::Text(last)) = pieces.last_mut() {
        last.look.keep = false;
    }
    pieces
}
