//! Plain text and CSV.

use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1258};

use super::{Gatherer, Limits, Place, Text};
use crate::kind::{Letters, letters_of};
use crate::{Fault, Kind};

pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Text, Fault> {
    let letters = letters_of(bytes).ok_or(Fault::Damaged { kind: Kind::Text, place: "letters" })?;
    let mut gatherer = Gatherer::new(limits);
    // Four bytes of file give one byte of text at least.
    let most = limits.text_bytes.saturating_mul(4);
    let kept = bytes.get(..most).unwrap_or(bytes);
    gatherer.text.cut = kept.len() < bytes.len();
    let text = match letters {
        Letters::Utf8 => String::from_utf8_lossy(kept.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(kept)),
        Letters::Utf16Le => UTF_16LE.decode_without_bom_handling(kept.get(2..).unwrap_or_default()).0,
        Letters::Utf16Be => UTF_16BE.decode_without_bom_handling(kept.get(2..).unwrap_or_default()).0,
        Letters::Windows1258 => WINDOWS_1258.decode_without_bom_handling(kept).0,
    };
    gatherer.push(&text);
    gatherer.close(Place::Body);
    Ok(gatherer.text)
}
