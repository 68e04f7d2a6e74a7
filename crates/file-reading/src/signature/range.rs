//! Which bytes a signature covers (`/ByteRange`), and whether that is all but the signature itself.

use crate::pdf::hex;

/// What is wrong with the bytes that are said to be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RangeFault {
    /// It is not given, or not as four figures.
    Absent,
    /// It does not begin at the first byte, runs backwards, or beyond the file.
    Nonsense,
    /// What it leaves out is more than the message: something could be put there unseen.
    LeavesOutMore,
    /// The message stands elsewhere than in the signature that is shown: reason, place and time shown
    /// are not those that were signed.
    Elsewhere,
}

/// The signed bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// The four figures: place and length of the first stretch, place and length of the second.
    pub figures: [usize; 4],
    /// What is wrong with them.
    pub fault: Option<RangeFault>,
    /// Bytes that stand after the signed ones: an update that was added later, which this signature does not cover.
    pub bytes_after: usize,
}

impl Range {
    /// Whether the signature covers the file to its last byte.
    #[must_use]
    pub const fn covers_whole_file(&self) -> bool {
        self.fault.is_none() && self.bytes_after == 0
    }

    /// The signed bytes in their order.
    pub(super) fn parts<'a>(&self, bytes: &'a [u8]) -> [&'a [u8]; 2] {
        let [first, first_length, second, second_length] = self.figures;
        let part = |at: usize, length: usize| at.checked_add(length).and_then(|end| bytes.get(at..end)).unwrap_or_default();
        [part(first, first_length), part(second, second_length)]
    }
}

/// Checks the figures and gives the message that stands in the gap.
///
/// `extent` are the bytes of the object in which the signature is described.
pub(super) fn check(
    bytes: &[u8],
    figures: Option<&[i64]>,
    contents: Option<&[u8]>,
    extent: Option<(usize, usize)>,
) -> (Range, Option<Vec<u8>>) {
    let absent = Range { figures: [0; 4], fault: Some(RangeFault::Absent), bytes_after: 0 };
    let figures: Option<Vec<usize>> = figures.map(|figures| figures.iter().filter_map(|figure| usize::try_from(*figure).ok()).collect());
    let Some([first, first_length, second, second_length]) = figures.as_deref() else { return (absent, contents.map(<[u8]>::to_vec)) };
    let figures = [*first, *first_length, *second, *second_length];
    let end = second.checked_add(*second_length);
    let ordered = *first == 0 && first_length <= second && end.is_some_and(|end| end <= bytes.len());
    let Some(gap) = ordered.then(|| bytes.get(*first_length..*second)).flatten() else {
        return (Range { figures, fault: Some(RangeFault::Nonsense), bytes_after: 0 }, contents.map(<[u8]>::to_vec));
    };
    let bytes_after = bytes.len() - end.unwrap_or(bytes.len());
    match message_in(gap) {
        Some(message) => {
            let inside = extent.is_some_and(|(start, end)| start < *first_length && *second <= end);
            let fault = (!inside).then_some(RangeFault::Elsewhere);
            (Range { figures, fault, bytes_after }, Some(message))
        }
        None => (Range { figures, fault: Some(RangeFault::LeavesOutMore), bytes_after }, contents.map(<[u8]>::to_vec)),
    }
}

/// The bytes of a hexadecimal string that fills the gap.
fn message_in(gap: &[u8]) -> Option<Vec<u8>> {
    let inner = gap.strip_prefix(b"<")?.strip_suffix(b">")?;
    let digits: Vec<u8> = inner.iter().filter(|byte| !byte.is_ascii_whitespace()).map(|byte| hex(*byte)).collect::<Option<_>>()?;
    Some(digits.chunks(2).map(|pair| pair[0] * 16 + pair.get(1).copied().unwrap_or(0)).collect())
}
