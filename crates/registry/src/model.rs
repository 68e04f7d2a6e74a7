//! What the registry holds: units in time, indicators, observations, published rows.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::period::Period;

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident => $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name { $($(#[$doc])* $variant,)+ }

        impl $name {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word in files and in the database.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// The value of a word.
            #[must_use]
            pub fn of(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.word() == word)
            }
        }
    };
}

words! {
    /// Level of a unit in the tree.
    Level {
        /// The whole country.
        Country => "country",
        /// A ministry or a body of that rank.
        Ministry => "ministry",
        /// A province or centrally run city.
        Province => "province",
        /// A district; none exist since 1/7/2025.
        District => "district",
        /// A commune, ward, township or special zone.
        Commune => "commune",
        /// A department or other body of a province.
        Department => "department",
    }
}

words! {
    /// Kind of a unit, as its full name says.
    Kind {
        /// Quốc gia.
        Country => "country",
        /// Bộ, cơ quan ngang bộ.
        Ministry => "ministry",
        /// Thành phố trực thuộc trung ương.
        Municipality => "municipality",
        /// Tỉnh.
        Province => "province",
        /// Quận.
        UrbanDistrict => "urban-district",
        /// Huyện.
        RuralDistrict => "rural-district",
        /// Thị xã.
        Town => "town",
        /// Thành phố thuộc tỉnh, thuộc thành phố.
        ProvincialCity => "provincial-city",
        /// Phường.
        Ward => "ward",
        /// Thị trấn.
        Township => "township",
        /// Xã.
        Commune => "commune",
        /// Đặc khu.
        SpecialZone => "special-zone",
        /// Cơ quan chuyên môn.
        Department => "department",
        /// Tổ chức hành chính khác.
        AdministrativeOrganisation => "administrative-organisation",
        /// Tổ chức thí điểm.
        PilotOrganisation => "pilot-organisation",
    }
}

words! {
    /// How sure a row of the catalogue is.
    RecordStatus {
        /// Read in the named source.
        Seen => "seen",
        /// General knowledge only.
        Unverified => "unverified",
    }
}

words! {
    /// How much of an old unit went over into a new one.
    Extent {
        /// The old unit as a whole.
        Whole => "whole",
        /// A part of it.
        Part => "part",
        /// Not known.
        Unknown => "unknown",
    }
}

words! {
    /// Where an observation stands.
    ObservationStatus {
        /// Entered by the unit in charge.
        Reported => "reported",
        /// Printed by the publisher.
        Published => "published",
        /// Computed from other observations.
        Computed => "computed",
        /// Estimated, with a stated method.
        Estimated => "estimated",
        /// No figure, with a reason.
        Missing => "missing",
    }
}

words! {
    /// Which way an indicator is good.
    IndicatorDirection {
        /// More is better.
        HigherIsBetter => "higher-is-better",
        /// Less is better.
        LowerIsBetter => "lower-is-better",
        /// Neither.
        Neutral => "neutral",
    }
}

words! {
    /// Where the wording of an indicator's name comes from.
    NameStatus {
        /// The publisher's wording.
        Official => "official",
        /// Our translation.
        Translated => "translated",
    }
}

/// Both languages of a free text of the catalogue, written `Vietnamese / English`; a text without ` / ` is the same in both.
#[must_use]
pub fn both_languages(text: &str) -> (&str, &str) {
    text.split_once(" / ").unwrap_or((text, text))
}

/// A stretch of time in which a unit's name, code, kind and parent stayed the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitVersion {
    /// Key of the unit.
    pub unit: String,
    /// Position among the unit's versions, from 0, oldest first.
    pub position: i64,
    /// Code in this version; means nothing without a date.
    pub code: String,
    /// Level.
    pub level: Level,
    /// Kind.
    pub kind: Kind,
    /// Full name.
    pub name: String,
    /// Name without the kind.
    pub short_name: String,
    /// Key of the parent.
    pub parent: Option<String>,
    /// First day; `None`: not researched.
    pub valid_from: Option<NaiveDate>,
    /// Last day; `None`: still valid.
    pub valid_to: Option<NaiveDate>,
    /// Key of the source.
    pub source: String,
    /// How sure the row is.
    pub status: RecordStatus,
    /// What a reader must know.
    pub note: Option<String>,
}

impl UnitVersion {
    /// True when the version is valid at a date.
    #[must_use]
    pub fn covers(&self, date: NaiveDate) -> bool {
        self.valid_from.is_none_or(|from| from <= date) && self.valid_to.is_none_or(|to| to >= date)
    }
}

/// One step of a unit's history: land or tasks of one unit went over to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitLink {
    /// Old unit.
    pub from: String,
    /// New unit.
    pub to: String,
    /// First day of the new state.
    pub date: NaiveDate,
    /// How much of the old unit.
    pub extent: Extent,
    /// Key of the source.
    pub source: String,
    /// How sure the row is.
    pub status: RecordStatus,
    /// What a reader must know.
    pub note: Option<String>,
}

/// Where facts were read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceRecord {
    /// Key.
    pub source: String,
    /// Title.
    pub title: String,
    /// Publisher.
    pub issuer: String,
    /// Address, where there is one.
    pub url: Option<String>,
    /// Licence or kind.
    pub licence: String,
    /// Remarks.
    pub note: Option<String>,
}

/// The meaning of a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Indicator {
    /// Code.
    pub indicator: String,
    /// Vietnamese name.
    pub name_vi: String,
    /// English name.
    pub name_en: String,
    /// Where the wording comes from.
    pub name_status: NameStatus,
    /// Unit of measure in Vietnamese.
    pub unit_vi: String,
    /// Unit of measure in English.
    pub unit_en: String,
    /// Which way it is good.
    pub direction: IndicatorDirection,
    /// Digits shown.
    pub decimals: u32,
    /// First year it exists.
    pub valid_from_year: Option<i32>,
    /// Last year it exists.
    pub valid_to_year: Option<i32>,
    /// Who publishes it.
    pub source: String,
    /// What a reader must know.
    pub note: Option<String>,
}

/// A figure of a unit in a period, or the reason why there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// Indicator code.
    pub indicator: String,
    /// Unit key.
    pub unit: String,
    /// Period.
    pub period: Period,
    /// Where it stands.
    pub status: ObservationStatus,
    /// The exact value; `Err` holds the reason why it is missing. Never zero for "no figure".
    pub value: Result<Decimal, String>,
    /// Standard error, where the figure is an estimate with one.
    pub standard_error: Option<Decimal>,
    /// The table or form it came with.
    pub dataset: String,
    /// Where exactly it was read, if not where the whole dataset was.
    pub source: Option<String>,
    /// What a reader must know.
    pub note: Option<String>,
}

/// A row of a published table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedRow {
    /// The table.
    pub dataset: String,
    /// Place in the table, from 0.
    pub position: i64,
    /// Unit key.
    pub unit: String,
    /// Unit code at the table's date.
    pub code: String,
    /// The unit's name as printed.
    pub printed_name: String,
    /// Printed rank.
    pub rank: Option<i64>,
    /// Code of the printed band.
    pub band: Option<String>,
    /// False for rows beside the ranking, such as the country.
    pub ranked: bool,
    /// Where the row was read, if not where the whole table was.
    pub source: Option<String>,
    /// What is odd about the row.
    pub note: Option<String>,
}
