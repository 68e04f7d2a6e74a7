//! Signs that HTML writes by name or number.

/// The letters that Vietnamese text in HTML has names for, and the signs of annexes.
const NAMED: [(&str, char); 64] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", ' '),
    ("ensp", ' '),
    ("emsp", ' '),
    ("thinsp", ' '),
    ("ndash", '–'),
    ("mdash", '—'),
    ("hellip", '…'),
    ("ge", '≥'),
    ("le", '≤'),
    ("times", '×'),
    ("divide", '÷'),
    ("minus", '−'),
    ("frasl", '/'),
    ("bull", '•'),
    ("middot", '·'),
    ("laquo", '«'),
    ("raquo", '»'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("sup1", '¹'),
    ("sup2", '²'),
    ("sup3", '³'),
    ("shy", '\u{ad}'),
    ("Agrave", 'À'),
    ("Aacute", 'Á'),
    ("Acirc", 'Â'),
    ("Atilde", 'Ã'),
    ("Egrave", 'È'),
    ("Eacute", 'É'),
    ("Ecirc", 'Ê'),
    ("Igrave", 'Ì'),
    ("Iacute", 'Í'),
    ("Ograve", 'Ò'),
    ("Oacute", 'Ó'),
    ("Ocirc", 'Ô'),
    ("Otilde", 'Õ'),
    ("Ugrave", 'Ù'),
    ("Uacute", 'Ú'),
    ("Yacute", 'Ý'),
    ("agrave", 'à'),
    ("aacute", 'á'),
    ("acirc", 'â'),
    ("atilde", 'ã'),
    ("egrave", 'è'),
    ("eacute", 'é'),
    ("ecirc", 'ê'),
    ("igrave", 'ì'),
    ("iacute", 'í'),
    ("ograve", 'ò'),
    ("oacute", 'ó'),
    ("ocirc", 'ô'),
    ("otilde", 'õ'),
    ("ugrave", 'ù'),
    ("uacute", 'ú'),
    ("yacute", 'ý'),
    ("rarr", '→'),
    ("rArr", '⇒'),
];

/// A text with its signs in place of their names; what is no name stays.
pub(super) fn resolved(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let name_end = from.get(1..).and_then(|name| name.find(|sign: char| !sign.is_ascii_alphanumeric() && sign != '#'));
        let name = from.get(1..name_end.map_or(from.len(), |end| end + 1)).unwrap_or_default();
        match sign(name) {
            Some(sign) => {
                out.push(sign);
                let after = from.get(1 + name.len()..).unwrap_or_default();
                rest = after.strip_prefix(';').unwrap_or(after);
            }
            None => {
                out.push('&');
                rest = from.get(1..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    out
}

fn sign(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).filter(|sign| *sign != '\0');
    }
    NAMED.iter().find(|(known, _)| *known == name).map(|(_, sign)| *sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_become_signs() {
        for (written, meant) in [
            ("k&#7871; ho&#x1EA1;ch &gt; 70&nbsp;%", "kế hoạch > 70 %"),
            ("&Ocirc; t&ocirc;", "Ô tô"),
            ("a & b &unknown; &#xZZ; &", "a & b &unknown; &#xZZ; &"),
        ] {
            assert_eq!(resolved(written), meant);
        }
    }
}
