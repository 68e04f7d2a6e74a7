use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;

/// A language of the interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Lang {
    /// Vietnamese, the first language.
    #[default]
    Vi,
    /// English, complete and not a fallback.
    En,
}

impl Lang {
    /// Both languages.
    pub const ALL: [Lang; 2] = [Lang::Vi, Lang::En];

    /// The Vietnamese or the English one of two values.
    pub fn pick<T>(self, vi: T, en: T) -> T {
        match self {
            Lang::Vi => vi,
            Lang::En => en,
        }
    }

    /// Language tag for the `lang` attribute.
    pub fn tag(self) -> &'static str {
        self.pick("vi", "en")
    }

    /// What stands before every path: nothing in Vietnamese, `/en` in English.
    pub fn path_prefix(self) -> &'static str {
        self.pick("", "/en")
    }

    /// A path with the prefix of the language: `/chi-so` becomes `/en/chi-so`.
    pub fn href(self, path: &str) -> String {
        match self {
            Lang::Vi => path.to_owned(),
            Lang::En if path == "/" => "/en".to_owned(),
            Lang::En => format!("/en{path}"),
        }
    }

    /// The other language.
    pub fn other(self) -> Lang {
        self.pick(Lang::En, Lang::Vi)
    }

    /// The name of the language in itself.
    pub fn own_name(self) -> &'static str {
        self.pick("Tiếng Việt", "English")
    }

    /// A decimal number, rounded half away from zero: `1.234,56` or `1,234.56`.
    pub fn decimal(self, value: Decimal, decimals: u32) -> String {
        let text = viet_text::format_decimal_with(value, decimals, self.pick('.', ','), self.pick(',', '.'));
        text.replace('-', "−")
    }

    /// A decimal number that always shows its sign: `+1,50`, `−0,25`, `0,00`.
    pub fn signed(self, value: Decimal, decimals: u32) -> String {
        let text = self.decimal(value, decimals);
        let rounded = viet_text::round_half_up(value, decimals);
        if rounded.is_zero() || rounded.is_sign_negative() { text } else { format!("+{text}") }
    }

    /// A whole number with groups of three: `10.598` or `10,598`.
    pub fn integer(self, value: i64) -> String {
        self.decimal(Decimal::from(value), 0)
    }

    /// A place in an order: `thứ 2` or `2nd`.
    pub fn ordinal(self, value: u32) -> String {
        match self {
            Lang::Vi => format!("thứ {value}"),
            Lang::En => {
                let ending = match (value % 100, value % 10) {
                    (11..=13, _) => "th",
                    (_, 1) => "st",
                    (_, 2) => "nd",
                    (_, 3) => "rd",
                    _ => "th",
                };
                format!("{value}{ending}")
            }
        }
    }

    /// A date: `31/12/2018` or `31 December 2018`.
    pub fn date(self, date: NaiveDate) -> String {
        match self {
            Lang::Vi => viet_text::format_date(date),
            Lang::En => format!("{} {}", date.day(), date.format("%B %Y")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_dates_in_both_languages() {
        let value: Decimal = "1234.555".parse().unwrap();
        assert_eq!(Lang::Vi.decimal(value, 2), "1.234,56");
        assert_eq!(Lang::En.decimal(value, 2), "1,234.56");
        assert_eq!(Lang::Vi.decimal(-value, 0), "−1.235");
        assert_eq!(Lang::Vi.decimal("-0.001".parse().unwrap(), 2), "0,00");
        assert_eq!(Lang::Vi.signed("0.25".parse().unwrap(), 2), "+0,25");
        assert_eq!(Lang::Vi.signed("0.001".parse().unwrap(), 2), "0,00");
        assert_eq!(Lang::Vi.integer(10_598), "10.598");
        assert_eq!(Lang::En.integer(-1_000_000), "−1,000,000");
        assert_eq!(Lang::En.ordinal(2), "2nd");
        assert_eq!(Lang::En.ordinal(113), "113th");
        assert_eq!(Lang::Vi.ordinal(2), "thứ 2");
        let date = NaiveDate::from_ymd_opt(2018, 12, 31).unwrap();
        assert_eq!(Lang::Vi.date(date), "31/12/2018");
        assert_eq!(Lang::En.date(date), "31 December 2018");
    }

    #[test]
    fn paths() {
        assert_eq!(Lang::Vi.href("/chi-so"), "/chi-so");
        assert_eq!(Lang::En.href("/chi-so"), "/en/chi-so");
        assert_eq!(Lang::En.href("/"), "/en");
    }
}
