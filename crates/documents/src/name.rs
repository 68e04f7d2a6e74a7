//! Names of downloaded files.

use viet_text::slug;

/// Value of the `Content-Disposition` header for a download: an ASCII name that every system can keep.
#[must_use]
pub fn content_disposition(stem: &str, ending: &str) -> String {
    let stem = slug(stem);
    let stem = if stem.is_empty() { "so-lieu".to_owned() } else { stem };
    format!("attachment; filename=\"{stem}.{ending}\"")
}

#[cfg(test)]
mod tests {
    use super::content_disposition;

    #[test]
    fn names_cannot_break_out_of_the_header() {
        assert_eq!(content_disposition("Hồ sơ Đắk Lắk", "xlsx"), "attachment; filename=\"ho-so-dak-lak.xlsx\"");
        assert_eq!(content_disposition("../../etc/\"passwd\r\n", "csv"), "attachment; filename=\"etc-passwd.csv\"");
        assert_eq!(content_disposition("…", "csv"), "attachment; filename=\"so-lieu.csv\"");
    }
}
