//! What pages ask of the registry. Pages never touch the store.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use registry::results::{EditionResult, NoIntervals, RankIntervals, Results};
use registry::store::{self, Found, LinkedUnit};
use registry::{Level, Observation, SourceRecord, UnitVersion};

use crate::App;
use crate::error::PageError;
use web::{Problem, Visit};

/// Sources of unit facts by key.
pub(crate) type Sources = BTreeMap<String, SourceRecord>;

/// The computed results of the registry as it is now.
pub(crate) async fn results(app: &App) -> Result<Arc<Results>, PageError> {
    Ok(app.results.results().await?)
}

/// The rank intervals of an edition, or the reason why it has none.
pub(crate) type Intervals = Result<Arc<RankIntervals>, NoIntervals>;

/// The rank intervals of an edition where the address asks for them with `khoang=co`.
pub(crate) async fn intervals_asked(
    results: &Arc<Results>,
    edition: &EditionResult,
    visit: &Visit,
) -> Result<Option<Intervals>, PageError> {
    match visit.value("khoang").as_deref() {
        None => return Ok(None),
        Some("co") => {}
        Some(other) => return Err(PageError::BadValue { key: "khoang", value: other.to_owned(), expected: "co" }),
    }
    match results.rank_intervals(&edition.definition.index, edition.edition().year).await {
        Err(NoIntervals::Failed(error)) => {
            tracing::error!(error = ?error, definition = %edition.definition.id, "rank intervals could not be computed");
            Err(PageError::Common(Problem::Fault))
        }
        found => Ok(Some(found)),
    }
}

/// Codes of all indices in a fixed order: the best known first, others after them by code.
pub(crate) fn indices(results: &Results) -> Vec<String> {
    const FIRST: [&str; 5] = ["pci", "papi", "par-index", "sipas", "par-index-ministries"];
    let mut codes: Vec<String> = results.definitions.iter().map(|definition| definition.index.clone()).collect();
    codes.sort_by_key(|code| (FIRST.iter().position(|first| first == code).unwrap_or(FIRST.len()), code.clone()));
    codes.dedup();
    codes
}

/// Years of an index that have a definition, ascending.
pub(crate) fn years(results: &Results, index: &str) -> Vec<i32> {
    let mut years: Vec<i32> = results
        .definitions
        .iter()
        .filter(|definition| definition.index == index)
        .flat_map(|definition| definition.editions.iter().map(|edition| edition.year))
        .collect();
    years.sort_unstable();
    years
}

/// The newest edition whose table covers every unit, or else the newest with a table.
pub(crate) fn newest<'r>(results: &'r Results, index: &'r str) -> Option<&'r EditionResult> {
    results.editions_of(index).rev().find(|edition| edition.covers_all_units()).or_else(|| results.editions_of(index).next_back())
}

/// Checks an index code from an address.
pub(crate) fn known_index(results: &Results, index: &str, lang: ui::Lang) -> Result<(), PageError> {
    let known = indices(results);
    if known.iter().any(|code| code == index) {
        return Ok(());
    }
    Err(PageError::NoIndex {
        index: index.to_owned(),
        known: known.into_iter().map(|code| (code.clone(), index_name(results, &code, lang).to_owned())).collect(),
    })
}

/// Checks a year from an address.
pub(crate) fn known_year(results: &Results, index: &str, year: &str) -> Result<i32, PageError> {
    let known = years(results, index);
    match year.parse::<i32>().ok().filter(|year| known.contains(year)) {
        Some(year) => Ok(year),
        None => Err(PageError::NoYear { index: index.to_owned(), year: year.to_owned(), known }),
    }
}

/// Full name of an index, as its newest definition has it.
pub(crate) fn index_name<'r>(results: &'r Results, index: &str, lang: ui::Lang) -> &'r str {
    newest_definition(results, index).map_or("", |definition| lang.pick(&definition.name.vi, &definition.name.en))
}

/// Short name of an index, as its newest definition has it.
pub(crate) fn index_short<'r>(results: &'r Results, index: &str, lang: ui::Lang) -> &'r str {
    newest_definition(results, index).map_or("", |definition| lang.pick(&definition.short_name.vi, &definition.short_name.en))
}

fn newest_definition<'r>(results: &'r Results, index: &str) -> Option<&'r composite_index::Definition> {
    let of_index = results.definitions.iter().filter(|definition| definition.index == index);
    of_index.max_by_key(|definition| definition.editions.last().map(|edition| edition.year)).map(|definition| &**definition)
}

/// Name of a unit as the newest table with it prints it.
pub(crate) fn printed_name(results: &Results, unit: &str) -> Option<String> {
    let printed = |edition: &EditionResult| Some((edition.edition().year, edition.rows[edition.row_of(unit)?].printed_name.clone()));
    results.editions.values().filter_map(printed).max_by_key(|(year, _)| *year).map(|(_, name)| name)
}

/// The edition that an address names, checked: year, definition and edition.
pub(crate) fn asked<'r>(
    results: &'r Results,
    index: &str,
    year: &str,
    lang: ui::Lang,
) -> Result<(i32, &'r composite_index::Definition, &'r composite_index::Edition), PageError> {
    known_index(results, index, lang)?;
    let year = known_year(results, index, year)?;
    let (definition, edition) = results.definition_of(index, year).ok_or(PageError::NoPage)?;
    Ok((year, definition, edition))
}

/// The key of a unit whose address was written by hand as a name, such as `ha-noi`; `None`: the key stands in some table as it is.
///
/// A unit that is in the register and in no table is found nowhere else either; one that is unknown is an error.
pub(crate) async fn other_key(app: &App, results: &Results, key: &str) -> Result<Option<String>, PageError> {
    if printed_name(results, key).is_some() {
        return Ok(None);
    }
    match unit(app, key).await {
        Ok(_) => Ok(None),
        Err(missing @ PageError::NoUnit { .. }) => province_by_slug(app, key, (app.today)()).await?.map(Some).ok_or(missing),
        Err(error) => Err(error),
    }
}

/// A unit with its versions and what it came from and went into.
#[derive(Debug, Clone)]
pub(crate) struct UnitStory {
    /// Every version, oldest first; never empty.
    pub(crate) versions: Vec<UnitVersion>,
    /// What it came from.
    pub(crate) predecessors: Vec<LinkedUnit>,
    /// What it went into.
    pub(crate) successors: Vec<LinkedUnit>,
}

impl UnitStory {
    /// The version at a date, or else the one nearest to it.
    pub(crate) fn at(&self, date: NaiveDate) -> &UnitVersion {
        let valid = self.versions.iter().find(|version| version.covers(date));
        let nearest = || {
            let before = self.versions.iter().rev().find(|version| version.valid_to.is_some_and(|to| to < date));
            before.unwrap_or(&self.versions[0])
        };
        valid.unwrap_or_else(nearest)
    }

    /// Key of the unit.
    pub(crate) fn key(&self) -> &str {
        &self.versions[0].unit
    }
}

/// A unit by its key.
pub(crate) async fn unit(app: &App, key: &str) -> Result<UnitStory, PageError> {
    let mut read = app.db.read().await?;
    let versions = store::versions_of(read.conn(), key).await?;
    if versions.is_empty() {
        let words = key.replace('-', " ");
        let words = words
            .trim_start_matches(|letter: char| letter.is_ascii_digit())
            .trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == ' ')
            .trim();
        let found = store::search(read.conn(), if words.is_empty() { key } else { words }, None, 6, 0).await?;
        let similar = found.versions.iter().map(|version| (version.name.clone(), format!("/don-vi/{}", version.unit))).collect();
        return Err(PageError::NoUnit { unit: key.to_owned(), similar });
    }
    let (predecessors, successors) = store::links_of(read.conn(), key).await?;
    Ok(UnitStory { versions, predecessors, successors })
}

/// Parents of a unit at a date, the country first.
pub(crate) async fn ancestors(app: &App, unit: &UnitVersion, date: NaiveDate) -> Result<Vec<UnitVersion>, PageError> {
    let mut read = app.db.read().await?;
    let mut chain: Vec<UnitVersion> = Vec::new();
    let mut next = unit.parent.clone();
    while let Some(key) = next.filter(|key| chain.len() < 8 && chain.iter().all(|known| known.unit != *key)) {
        let versions = store::versions_of(read.conn(), &key).await?;
        let Some(version) = versions.iter().find(|version| version.covers(date)).or(versions.last()).cloned() else { break };
        next = version.parent.clone();
        chain.push(version);
    }
    chain.reverse();
    Ok(chain)
}

/// Units below a unit at a date.
pub(crate) async fn children(app: &App, key: &str, date: NaiveDate) -> Result<Vec<UnitVersion>, PageError> {
    Ok(store::children_at(app.db.read().await?.conn(), key, date).await?)
}

/// Figures of a unit that belong to no index table.
pub(crate) async fn other_observations(app: &App, unit: &str) -> Result<Vec<Observation>, PageError> {
    Ok(store::other_observations(app.db.read().await?.conn(), unit).await?)
}

/// Units of a level at a date.
pub(crate) async fn units_at(app: &App, level: Level, date: NaiveDate) -> Result<Vec<UnitVersion>, PageError> {
    Ok(store::units_at(app.db.read().await?.conn(), level, date).await?)
}

/// Number of units of each level at a date.
pub(crate) async fn level_counts(app: &App, date: NaiveDate) -> Result<Vec<(Level, i64)>, PageError> {
    Ok(store::level_counts_at(app.db.read().await?.conn(), date).await?)
}

/// Every version with a code, at any time.
pub(crate) async fn with_code(app: &App, code: &str) -> Result<Vec<UnitVersion>, PageError> {
    Ok(store::versions_with_code(app.db.read().await?.conn(), code).await?)
}

/// Units by name or code.
pub(crate) async fn search(app: &App, words: &str, date: Option<NaiveDate>, limit: i64, offset: i64) -> Result<Found, PageError> {
    Ok(store::search(app.db.read().await?.conn(), words, date, limit, offset).await?)
}

/// The sources of unit facts, by key.
pub(crate) async fn sources(app: &App) -> Result<Sources, PageError> {
    Ok(store::source_records(app.db.read().await?.conn()).await?)
}

/// The province of a typed name or slug, for addresses written by hand: `ha-noi` finds `01-ha-noi`.
pub(crate) async fn province_by_slug(app: &App, slug: &str, date: NaiveDate) -> Result<Option<String>, PageError> {
    let slug = viet_text::slug(slug);
    let named = |units: Vec<UnitVersion>| units.into_iter().find(|unit| viet_text::slug(&unit.short_name) == slug).map(|unit| unit.unit);
    if let Some(found) = named(units_at(app, Level::Province, date).await?) {
        return Ok(Some(found));
    }
    // A province that has gone: the last day of the 63.
    match NaiveDate::from_ymd_opt(2025, 6, 30) {
        Some(before) => Ok(named(units_at(app, Level::Province, before).await?)),
        None => Ok(None),
    }
}
