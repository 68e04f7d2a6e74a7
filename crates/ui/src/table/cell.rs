use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::Lang;
use crate::parts::Tone;

/// Which direction of a measure is good.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Better {
    /// Greater is better.
    Higher,
    /// Smaller is better, as with ranks.
    Lower,
    /// Neither.
    #[default]
    Neutral,
}

/// Why a value is missing. Missing is never zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MissingReason {
    /// Not published, or not found.
    NotAvailable,
    /// The measure has no meaning here.
    NotApplicable,
    /// Known but kept back.
    Withheld,
    /// The unit has not reported yet.
    NotReported,
    /// The period did not have this measure.
    NotMeasured,
    /// Another reason, in the words given.
    Other(String),
}

impl MissingReason {
    /// The short sign in the cell.
    pub fn sign(&self) -> &'static str {
        match self {
            MissingReason::NotAvailable => "…",
            MissingReason::NotApplicable => "–",
            MissingReason::Withheld => "[k]",
            MissingReason::NotReported => "[c]",
            MissingReason::NotMeasured => "[x]",
            MissingReason::Other(_) => "[*]",
        }
    }

    /// The reason in words.
    pub fn words(&self, lang: Lang) -> &str {
        match self {
            MissingReason::NotAvailable => lang.pick("không có số liệu", "not available"),
            MissingReason::NotApplicable => lang.pick("không áp dụng", "not applicable"),
            MissingReason::Withheld => lang.pick("không công bố", "withheld"),
            MissingReason::NotReported => lang.pick("chưa báo cáo", "not yet reported"),
            MissingReason::NotMeasured => lang.pick("kỳ này không đo lường", "not measured in this period"),
            MissingReason::Other(words) => words,
        }
    }
}

/// A remark on a value: a sign in the cell, words in the legend and for screen readers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Not final.
    Provisional,
    /// Changed after it was first published.
    Revised,
    /// From a sample, so it has an interval.
    Estimated,
    /// Made up to show how the program works.
    SampleData,
    /// Not compared with its source yet.
    Unverified,
    /// Taken over from an earlier period.
    CarriedForward,
    /// The recomputed value differs from the published one.
    Differs,
    /// Another remark: sign and words.
    Other {
        /// At most three characters.
        sign: String,
        /// The remark.
        words: String,
    },
}

impl Mark {
    /// The short sign in the cell.
    pub fn sign(&self) -> &str {
        match self {
            Mark::Provisional => "s",
            Mark::Revised => "r",
            Mark::Estimated => "e",
            Mark::SampleData => "m",
            Mark::Unverified => "?",
            Mark::CarriedForward => "t",
            Mark::Differs => "≠",
            Mark::Other { sign, .. } => sign,
        }
    }

    /// The remark in words.
    pub fn words(&self, lang: Lang) -> &str {
        match self {
            Mark::Provisional => lang.pick("số liệu sơ bộ", "provisional"),
            Mark::Revised => lang.pick("số liệu đã điều chỉnh", "revised"),
            Mark::Estimated => lang.pick("số ước lượng từ mẫu điều tra", "estimated from a sample"),
            Mark::SampleData => lang.pick("số liệu minh họa", "made-up sample data"),
            Mark::Unverified => lang.pick("chưa đối chiếu với nguồn", "not yet checked against the source"),
            Mark::CarriedForward => lang.pick("lấy từ kỳ trước", "carried forward from an earlier period"),
            Mark::Differs => lang.pick("khác với số đã công bố", "differs from the published value"),
            Mark::Other { words, .. } => words,
        }
    }
}

/// A cell with its exact value.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Words.
    Text(String),
    /// Words with a link.
    Link {
        /// The words.
        text: String,
        /// The address.
        href: String,
    },
    /// A figure.
    Number {
        /// Exact value.
        value: Decimal,
        /// Digits shown after the decimal sign.
        decimals: u32,
        /// Address that shows where the figure comes from.
        href: Option<String>,
        /// A remark.
        mark: Option<Mark>,
    },
    /// An estimate with its interval.
    Estimate {
        /// Exact value.
        value: Decimal,
        /// Lower end of the interval.
        low: Decimal,
        /// Upper end of the interval.
        high: Decimal,
        /// Digits shown after the decimal sign.
        decimals: u32,
        /// Address that shows where the figure comes from.
        href: Option<String>,
    },
    /// A place in an order.
    Rank {
        /// The place.
        rank: u32,
        /// How many were ranked.
        of: Option<u32>,
        /// Places that cannot be told apart from this one.
        range: Option<(u32, u32)>,
        /// Address that shows where the rank comes from.
        href: Option<String>,
    },
    /// A difference from another period.
    Change {
        /// Exact value.
        value: Decimal,
        /// Digits shown after the decimal sign.
        decimals: u32,
        /// Which direction is good.
        better: Better,
    },
    /// A date.
    Date(NaiveDate),
    /// A status word.
    Status {
        /// The word.
        text: String,
        /// Its tone.
        tone: Tone,
    },
    /// No value, with the reason.
    Missing {
        /// Why.
        reason: MissingReason,
    },
}

impl Cell {
    /// Words.
    pub fn text(text: impl Into<String>) -> Cell {
        Cell::Text(text.into())
    }

    /// Words with a link.
    pub fn link(text: impl Into<String>, href: impl Into<String>) -> Cell {
        Cell::Link { text: text.into(), href: href.into() }
    }

    /// A figure.
    pub fn number(value: Decimal, decimals: u32) -> Cell {
        Cell::Number { value, decimals, href: None, mark: None }
    }

    /// A figure that may be missing.
    pub fn number_or(value: Option<Decimal>, decimals: u32, reason: MissingReason) -> Cell {
        value.map_or(Cell::Missing { reason }, |value| Cell::number(value, decimals))
    }

    /// A place in an order.
    pub fn rank(rank: u32) -> Cell {
        Cell::Rank { rank, of: None, range: None, href: None }
    }

    /// A difference.
    pub fn change(value: Decimal, decimals: u32, better: Better) -> Cell {
        Cell::Change { value, decimals, better }
    }

    /// A status word.
    pub fn status(text: impl Into<String>, tone: Tone) -> Cell {
        Cell::Status { text: text.into(), tone }
    }

    /// No value.
    pub fn missing(reason: MissingReason) -> Cell {
        Cell::Missing { reason }
    }

    /// With the address that shows where the figure comes from (figures, estimates, ranks).
    #[must_use]
    pub fn from_where(mut self, address: impl Into<String>) -> Cell {
        if let Cell::Number { href, .. } | Cell::Estimate { href, .. } | Cell::Rank { href, .. } = &mut self {
            *href = Some(address.into());
        }
        self
    }

    /// With a remark (figures only).
    #[must_use]
    pub fn marked(mut self, remark: Mark) -> Cell {
        if let Cell::Number { mark, .. } = &mut self {
            *mark = Some(remark);
        }
        self
    }

    /// The remark, if there is one.
    pub fn mark(&self) -> Option<&Mark> {
        match self {
            Cell::Number { mark, .. } => mark.as_ref(),
            _ => None,
        }
    }

    /// The exact figure, if the cell holds one.
    pub fn value(&self) -> Option<Decimal> {
        match self {
            Cell::Number { value, .. } | Cell::Estimate { value, .. } | Cell::Change { value, .. } => Some(*value),
            Cell::Rank { rank, .. } => Some(Decimal::from(*rank)),
            _ => None,
        }
    }

    /// The cell as plain words, as a reader sees it.
    pub fn plain(&self, lang: Lang) -> String {
        match self {
            Cell::Text(text) | Cell::Link { text, .. } | Cell::Status { text, .. } => text.clone(),
            Cell::Number { value, decimals, .. } => lang.decimal(*value, *decimals),
            Cell::Estimate { value, low, high, decimals, .. } => {
                format!("{} ({}–{})", lang.decimal(*value, *decimals), lang.decimal(*low, *decimals), lang.decimal(*high, *decimals))
            }
            Cell::Rank { rank, of, .. } => match of {
                Some(of) => format!("{rank}/{of}"),
                None => rank.to_string(),
            },
            Cell::Change { value, decimals, .. } => lang.signed(*value, *decimals),
            Cell::Date(date) => lang.date(*date),
            Cell::Missing { reason } => reason.sign().to_owned(),
        }
    }
}
