//! Vietnamese order: a ă â b c d đ e ê …, tones second (ngang, huyền, hỏi, ngã, sắc, nặng), figures inside names by their value.

use std::cmp::Ordering;
use std::sync::OnceLock;

use icu_collator::options::CollatorOptions;
use icu_collator::preferences::CollationNumericOrdering;
use icu_collator::{CollatorBorrowed, CollatorPreferences};
use icu_locale_core::locale;

fn collator() -> Option<&'static CollatorBorrowed<'static>> {
    static COLLATOR: OnceLock<Option<CollatorBorrowed<'static>>> = OnceLock::new();
    COLLATOR
        .get_or_init(|| {
            let mut preferences = CollatorPreferences::from(locale!("vi"));
            preferences.numeric_ordering = Some(CollationNumericOrdering::True);
            CollatorBorrowed::try_new(preferences, CollatorOptions::default()).ok()
        })
        .as_ref()
}

/// Compares two texts in Vietnamese order; texts that the rules cannot tell apart are put in the order of their code points, so that a sort is always the same.
#[must_use]
pub fn compare(left: &str, right: &str) -> Ordering {
    // The collation data is compiled in, so a missing collator cannot happen; code point order is the answer if it ever did.
    collator().map_or(Ordering::Equal, |vietnamese| vietnamese.compare(left, right)).then_with(|| left.cmp(right))
}

/// A key in hexadecimal digits whose plain byte order is the Vietnamese order of the texts, for a column that a database sorts by.
#[must_use]
pub fn sort_key(text: &str) -> String {
    let mut bytes = Vec::new();
    let written = collator().and_then(|vietnamese| vietnamese.write_sort_key_to(text, &mut bytes).ok());
    if written.is_none() {
        bytes = text.as_bytes().to_vec();
    }
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Sorts things by a name of theirs in Vietnamese order.
pub fn sort_by_name<T>(things: &mut [T], name: impl Fn(&T) -> &str) {
    things.sort_by(|left, right| compare(name(left), name(right)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_first_tones_second() {
        let mut names =
            ["Đà Nẵng", "Dương", "Ân", "An", "Ăn", "Bắc Ninh", "Bà Rịa", "ma", "mạ", "má", "mả", "mã", "mà", "Êa", "Em", "Ô", "Ơ", "Oa"];
        sort_by_name(&mut names, |name| name);
        assert_eq!(
            names,
            ["An", "Ăn", "Ân", "Bà Rịa", "Bắc Ninh", "Dương", "Đà Nẵng", "Em", "Êa", "ma", "mà", "mả", "mã", "má", "mạ", "Oa", "Ô", "Ơ"]
        );
    }

    #[test]
    fn figures_in_names_sort_by_value() {
        let mut names = ["Phường 10", "Phường 2", "Phường 1"];
        sort_by_name(&mut names, |name| name);
        assert_eq!(names, ["Phường 1", "Phường 2", "Phường 10"]);
    }

    #[test]
    fn the_key_of_a_column_sorts_as_the_texts_do() {
        let mut names = vec![
            "Quận Đống Đa",
            "Quận Ba Đình",
            "Quận Hai Bà Trưng",
            "Quận Hà Đông",
            "Quận Tây Hồ",
            "Phường 12",
            "Phường 3",
            "Phường Ô Chợ Dừa",
        ];
        let mut keys = names.clone();
        sort_by_name(&mut names, |name| name);
        keys.sort_by_key(|name| sort_key(name));
        assert_eq!(keys, names);
    }
}
