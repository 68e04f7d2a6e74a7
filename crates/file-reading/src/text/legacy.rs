//! Notices text in the old Vietnamese encodings; converting it is the work of others.

/// Whether a font is one of those whose letters are not Unicode: `.VnTime`, `.VnArial`, `VNI-Times`.
pub(super) fn is_legacy_font(name: &str) -> bool {
    // An embedded font carries six letters and a plus sign in front.
    let name = name.split_once('+').filter(|(tag, _)| tag.len() == 6).map_or(name, |(_, name)| name);
    let name = name.trim_start().to_ascii_lowercase();
    name.starts_with(".vn") || name.starts_with("vni-")
}

/// Whether text was written in TCVN3 and read as Latin: signs such as µ, ¸, ¶ and · stand inside
/// words there, which no Unicode text does.
pub(super) fn written_in_tcvn3<'a>(parts: impl Iterator<Item = &'a str>) -> bool {
    let (mut letters, mut signs) = (0_u64, 0_u64);
    for part in parts {
        let mut before = ' ';
        for c in part.chars() {
            letters += u64::from(c.is_alphabetic());
            let inside = before.is_ascii_alphabetic() && matches!(c, 'µ' | '¸' | '¶' | '·' | '¹' | '¾' | '¼' | '½' | '¬' | '¨' | '×' | '÷');
            signs += u64::from(inside);
            before = c;
        }
    }
    signs >= 3 && signs * 50 > letters
}
