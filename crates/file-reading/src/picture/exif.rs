//! The tags of TIFF and EXIF that matter here: size, orientation, place.

/// Tags of the first directory that are looked at.
const MOST_TAGS: usize = 1024;

/// What the tags say.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Exif {
    pub(super) size: Option<(u32, u32)>,
    pub(super) orientation: Option<u8>,
    pub(super) has_location: bool,
}

impl Exif {
    /// Reads the first directory; what makes no sense is passed over.
    pub(super) fn read(bytes: &[u8]) -> Self {
        Self::directory(bytes).unwrap_or_default()
    }

    /// This and another together.
    pub(super) fn with(self, other: Self) -> Self {
        Self {
            size: other.size.or(self.size),
            orientation: other.orientation.or(self.orientation),
            has_location: other.has_location || self.has_location,
        }
    }

    fn directory(bytes: &[u8]) -> Option<Self> {
        let big = match bytes.first_chunk::<4>()? {
            b"II*\0" => false,
            b"MM\0*" => true,
            _ => return None,
        };
        let short = |at: usize| {
            let pair = *bytes.get(at..)?.first_chunk()?;
            Some(if big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) })
        };
        let long = |at: usize| {
            let four = *bytes.get(at..)?.first_chunk()?;
            Some(if big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) })
        };
        let start = usize::try_from(long(4)?).ok()?;
        let count = usize::from(short(start)?).min(MOST_TAGS);
        let (mut width, mut height, mut exif) = (None, None, Self::default());
        for index in 0..count {
            let at = start.checked_add(2 + 12 * index)?;
            let Some((tag, kind)) = short(at).zip(short(at + 2)) else { break };
            let value = if kind == 3 { short(at + 8).map(u32::from) } else { long(at + 8) };
            match tag {
                0x100 => width = value,
                0x101 => height = value,
                0x112 => exif.orientation = value.and_then(|value| u8::try_from(value).ok()).filter(|value| (1..=8).contains(value)),
                // A directory of places that holds more than its version, which alone says nothing.
                0x8825 => {
                    let places = value.and_then(|place| usize::try_from(place).ok());
                    let tags = places.and_then(short).unwrap_or(0);
                    let told = (0..usize::from(tags).min(64))
                        .filter_map(|tag| short(places?.checked_add(2 + 12 * tag)?))
                        .any(|tag| (1..=4).contains(&tag));
                    exif.has_location |= told;
                }
                _ => {}
            }
        }
        exif.size = width.zip(height);
        Some(exif)
    }
}

/// Whether notes in XMP say where a picture was taken.
pub(super) fn speaks_of_location(content: &[u8]) -> bool {
    let mark = b"GPSLatitude";
    content.windows(mark.len()).any(|window| window == mark)
}
