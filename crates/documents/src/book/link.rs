//! Which addresses become links in a sheet.

/// Most links that Excel allows on one sheet.
pub(super) const MOST_LINKS: usize = 65_530;

/// Longest address that Excel takes, in UTF-16 units.
const LONGEST: usize = 2_079;

/// Escapes by which the writer sees that an address is escaped already; without one of them it escapes every `%` again.
const KNOWN_ESCAPES: [&str; 10] = ["%20", "%25", "%22", "%60", "%3c", "%3e", "%5b", "%5d", "%5e", "%7b"];

/// The address as the writer of XLSX must get it; none if it is no full http address or cannot be written as it is.
pub(super) fn address(href: &str) -> Option<String> {
    let start = href.get(..8).unwrap_or(href).to_ascii_lowercase();
    let is_full = ["http://", "https://"].iter().any(|scheme| start.starts_with(scheme) && href.len() > scheme.len());
    if !is_full || href.chars().any(|sign| sign.is_whitespace() || sign.is_control()) || crate::names::width(href) > LONGEST {
        return None;
    }
    let path = href.split('#').next().unwrap_or(href);
    if !path.contains('%') || knows_escape(path) {
        return Some(href.to_owned());
    }
    // Escaped letters such as %E1%BB%99 may also stand in an address as the letters they mean.
    let (letters, rest) = match href.split_once('#') {
        Some((path, anchor)) => (with_letters(path), format!("#{anchor}")),
        None => (with_letters(href), String::new()),
    };
    (!letters.contains('%')).then(|| letters + &rest)
}

fn knows_escape(path: &str) -> bool {
    let small = path.to_ascii_lowercase();
    KNOWN_ESCAPES.iter().any(|escape| small.contains(escape)) || small.contains("%7d")
}

/// The address with letters for the escapes of letters beyond ASCII; other escapes stay.
fn with_letters(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let bytes = escaped_bytes(rest);
        match std::str::from_utf8(&bytes) {
            Ok(text) if !text.is_empty() && !text.chars().any(|sign| sign.is_control() || sign.is_whitespace()) => {
                out.push_str(text);
                rest = &rest[bytes.len() * 3..];
            }
            _ => {
                out.push('%');
                rest = &rest[1..];
            }
        }
    }
    out + rest
}

/// The bytes beyond ASCII that a text begins with in escaped form.
fn escaped_bytes(text: &str) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    text.as_bytes()
        .chunks_exact(3)
        .map_while(|chunk| match chunk {
            [b'%', high, low] => Some(digit(*high)? * 16 + digit(*low)?).filter(|byte| *byte >= 0x80),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_full_http_addresses() {
        for yes in ["https://example.org/a?b=1#c", "HTTP://example.org", "https://example.org/a%20b%E1"] {
            assert_eq!(address(yes).as_deref(), Some(yes));
        }
        for no in [
            "/chi-so",
            "//example.org",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "mailto:a@example.org",
            "internal:A!A1",
            "https://",
            "https://a b",
            "",
            "ftp://a",
            "ế",
        ] {
            assert_eq!(address(no), None, "{no}");
        }
        assert_eq!(address(&format!("https://example.org/{}", "a".repeat(2_100))), None);
    }

    #[test]
    fn escapes_never_get_escaped_twice() {
        assert_eq!(address("https://a.vn/?q=m%E1%BB%99t#%2F").as_deref(), Some("https://a.vn/?q=một#%2F"));
        assert_eq!(address("https://a.vn/%2F"), None);
        assert_eq!(address("https://a.vn/%E1%BB%99%2F"), None);
        assert_eq!(address("https://a.vn/%"), None);
        assert_eq!(address("https://a.vn/%C2%85"), None);
    }
}
