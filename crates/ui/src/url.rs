//! Encoding of values that go into an address.

use std::fmt::Write as _;

/// A value encoded for a query string (percent encoding of the UTF-8 bytes).
pub fn encode_query(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                text.push(char::from(byte));
            }
            _ => {
                // Writing into a string cannot fail.
                let _ = write!(text, "%{byte:02X}");
            }
        }
    }
    text
}

/// A path with query values: `with_query("/tim", &[("q", "một cửa")])`.
pub fn with_query(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut text = path.to_owned();
    for (index, (key, value)) in pairs.iter().enumerate() {
        text.push(if index == 0 { '?' } else { '&' });
        text.push_str(&encode_query(key));
        text.push('=');
        text.push_str(&encode_query(value));
    }
    text
}

/// Whether an address given by the reader stays on this site (guards the way back after a switch).
pub fn is_local_path(path: &str) -> bool {
    path.starts_with('/') && !path.starts_with("//") && !path.contains('\\') && !path.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn query_values_are_encoded() {
        assert_eq!(with_query("/tim", &[("q", "một cửa & 2"), ("trang", "2")]), "/tim?q=m%E1%BB%99t%20c%E1%BB%ADa%20%26%202&trang=2");
    }

    #[test]
    fn only_own_paths_are_local() {
        assert!(is_local_path("/en/chi-so?nam=2017"));
        assert!(!is_local_path("//example.org"));
        assert!(!is_local_path("https://example.org"));
        assert!(!is_local_path("/\\example.org"));
        assert!(!is_local_path("/a\r\nb"));
    }
}
