//! The shipped tables, recomputed: totals, parts, ranks and groups against what was published and against facts checked by hand.

use std::fs;
use std::path::{Path, PathBuf};

use composite_index::{Comparison, Definition, Edition, ScoreTable, Scores, compare, compute, read_definition, read_table};
use rust_decimal::Decimal;

/// What is known of an edition. A dash is "not checked here" or "there is none".
///
/// `within` is the largest difference of a published value from the recomputed one that rounding of the inputs explains;
/// `parts` the number of published values of inner nodes other than the total; `moved` the units whose published rank is
/// another one than the recomputed (totals of inputs with two digits are tied or turned round).
const FACTS: &str = "
index     year  units  ranked  totals  parts  within   moved  Hà Nội        rank
pci       2013  63     63      63      0      0.00001  0      57.67203      33
pci       2015  63     63      63      0      0.00001  0      -             -
pci       2016  63     63      63      0      0.00001  0      60.74099205   14
pci       2017  63     63      63      0      0.035    7      64.700        13
pci       2018  63     63      63      0      0.035    14     -             -
pci       2019  63     63      63      0      0.035    8      -             -
pci       2021  63     63      63      0      0.035    3      68.590        10
papi      2011  63     63      63      378    0.00001  -      36.405018     20
papi      2012  63     63      63      378    0.00001  -      -             -
papi      2013  63     63      63      378    0.00001  -      -             -
papi      2015  63     63      63      378    0.00001  -      -             -
papi      2016  63     63      63      378    0.00001  -      33.80596161   58
papi      2020  63     63      -       0      -        -      41.628600688  48
papi      2021  63     60      -       0      -        -      44.446550549  9
papi      2024  63     61      -       0      -        -      43.774715483  29
";

/// The PAR INDEX of 2012 was obtained for some provinces only, so that ranks are the published ones.
const PUBLISHED_FACTS: &str = "
index      year  unit    total  rank
par-index  2012  Hà Nội  82.77  7
";

/// Units in each of the four groups of PAPI, highest first, of all 63 units with a total.
const GROUPS: &str = "
year  top  upper  lower  bottom
2011  16   16     15     16
2012  16   16     15     16
2013  16   16     15     16
2015  16   16     15     16
2016  16   16     15     16
2017  16   16     15     16
2020  16   16     15     16
";

struct Recomputed {
    definition: Definition,
    year: i32,
    table: ScoreTable,
    scores: Scores,
    comparison: Comparison,
}

impl Recomputed {
    fn edition(&self) -> &Edition {
        self.definition.edition(self.year).unwrap()
    }

    fn row(&self, unit: &str) -> usize {
        self.table.rows.iter().position(|row| row.unit == unit).unwrap_or_else(|| panic!("{unit} is not in the table"))
    }
}

fn catalogue() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalogue/indices")
}

pub(crate) fn definitions() -> Vec<Definition> {
    let mut files: Vec<PathBuf> = fs::read_dir(catalogue()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "toml"));
    files.sort();
    let read =
        |file: &PathBuf| read_definition(&fs::read_to_string(file).unwrap()).unwrap_or_else(|faults| panic!("{file:?}: {faults:#?}"));
    files.iter().map(read).collect()
}

fn recompute(index: &str, year: i32) -> Recomputed {
    let serves = |definition: &Definition| definition.index == index && definition.edition(year).is_some();
    let definition = definitions().into_iter().find(serves).unwrap_or_else(|| panic!("no definition of {index} {year}"));
    recompute_edition(definition, year)
}

fn recompute_edition(definition: Definition, year: i32) -> Recomputed {
    let edition = definition.edition(year).unwrap();
    let file = edition.data.clone().unwrap_or_else(|| panic!("no table of {} {year}", definition.index));
    let text = fs::read_to_string(catalogue().join(&file)).unwrap();
    let mut table = read_table(&definition, Some(edition), &text).unwrap_or_else(|faults| panic!("{file}: {faults:#?}"));
    for row in &mut table.rows {
        row.ranked = row.code.as_deref() != Some("VN");
    }
    let scores = compute(&definition, Some(edition), &table).unwrap_or_else(|error| panic!("{file}: {error}"));
    let comparison = compare(edition, &table, &scores);
    Recomputed { table, scores, comparison, year, definition }
}

/// The rows of a table in this file, without its head.
fn rows(facts: &str) -> Vec<Vec<&str>> {
    facts
        .lines()
        .filter(|line| !line.is_empty())
        .skip(1)
        .map(|line| line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect())
        .collect()
}

fn known<T: std::str::FromStr>(cell: &str) -> Option<T>
where
    T::Err: std::fmt::Debug,
{
    (cell != "-").then(|| cell.parse().unwrap())
}

#[test]
fn published_editions_are_reproduced() {
    let mut wrong = Vec::new();
    for fact in rows(FACTS) {
        let [index, year, units, ranked, totals, parts, within, moved, hanoi, rank] = fact[..] else { panic!("{fact:?}") };
        let found = recompute(index, year.parse().unwrap());
        let total = found.definition.total;
        let mut claim = |what: &str, holds: bool, detail: String| {
            if !holds {
                wrong.push(format!("{index} {year}, {what}: {detail}"));
            }
        };
        let number = |cell: &str| known::<usize>(cell).unwrap_or_default();
        claim("units", found.table.rows.len() == number(units), found.table.rows.len().to_string());
        claim("ranked", found.scores.ranked == number(ranked), found.scores.ranked.to_string());
        let of_total = found.comparison.differences.iter().filter(|pair| pair.node == total).count();
        let of_parts = found.comparison.differences.len() - of_total;
        claim("totals", known::<usize>(totals).is_none_or(|totals| totals == of_total), of_total.to_string());
        claim("parts", of_parts == number(parts), of_parts.to_string());
        if let Some(within) = known::<Decimal>(within) {
            let largest = found.comparison.largest_of_all();
            claim("within", largest.is_some_and(|largest| largest <= within), format!("{largest:?}"));
        }
        if let Some(moved) = known::<usize>(moved) {
            let ranks = (found.comparison.rank_mismatches.len(), found.comparison.ranks_compared);
            claim("moved", ranks == (moved, 63), format!("{ranks:?}"));
        }
        let place = &found.scores.units[found.row("Hà Nội")];
        if let Some(hanoi) = known::<Decimal>(hanoi) {
            claim("Hà Nội", place.values[total] == Ok(hanoi), format!("{:?}", place.values[total]));
            claim("rank of Hà Nội", place.rank == known(rank), format!("{:?}", place.rank));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn partial_editions_hold_what_was_printed() {
    for fact in rows(PUBLISHED_FACTS) {
        let [index, year, unit, total, rank] = fact[..] else { panic!("{fact:?}") };
        let found = recompute(index, year.parse().unwrap());
        let row = found.row(unit);
        let printed = &found.table.rows[row].published;
        assert_eq!(printed.values[found.definition.total], known(total), "{fact:?}");
        assert_eq!(printed.rank, known(rank), "{fact:?}");
        assert_eq!(found.scores.units[row].values[found.definition.total].ok(), known(total), "{fact:?}");
        assert_eq!(found.comparison.ranks_compared, 0, "ranks among some of the units are not compared: {fact:?}");
    }
}

#[test]
fn papi_groups_have_their_sizes() {
    for fact in rows(GROUPS) {
        let found = recompute("papi", fact[0].parse().unwrap());
        let bands = &found.edition().bands;
        assert_eq!(bands.len(), 4, "{fact:?}");
        for (band, expected) in fact[1..].iter().enumerate() {
            let units = found.scores.units.iter().filter(|unit| unit.band == Some(band)).count();
            assert_eq!(Some(units), known(expected), "{fact:?}, {}", bands[band].code);
        }
    }
}

/// Printed bands are the recomputed ones: the cuts of PCI 2013 to 2016 were deduced from the labels.
#[test]
fn printed_bands_are_the_recomputed_ones() {
    let mut labels = 0;
    for year in [2013, 2015, 2016] {
        let found = recompute("pci", year);
        for (row, unit) in found.table.rows.iter().zip(&found.scores.units) {
            let Some(printed) = &row.published.band else { continue };
            let band = unit.band.map(|band| found.edition().bands[band].code.as_str());
            assert_eq!(band, Some(printed.as_str()), "{} {year}", row.unit);
            labels += 1;
        }
    }
    assert_eq!(labels, 189);
}

/// What no edition explains is named here, or there is none: a new table that does not fit is seen at once.
#[test]
fn every_difference_is_explained() {
    let mut editions = 0;
    for definition in definitions() {
        for year in definition.editions.iter().filter(|edition| edition.data.is_some()).map(|edition| edition.year) {
            let found = recompute_edition(definition.clone(), year);
            let unexplained: Vec<String> =
                found.comparison.unexplained().map(|pair| format!("{}: {pair:?}", found.table.rows[pair.row].unit)).collect();
            assert!(unexplained.is_empty(), "{} {year}: {unexplained:#?}", definition.index);
            editions += 1;
        }
    }
    assert!(editions >= 35, "{editions} editions with a table");
}

/// The weights of each edition of PCI add up to 10, those of PAPI and PAR INDEX are plain points.
#[test]
fn shares_add_up_to_one() {
    for definition in definitions() {
        let total = &definition.nodes[definition.total];
        let shares: Option<Vec<Decimal>> = total.children.iter().map(|child| definition.effective_weight(*child)).collect();
        let Some(shares) = shares.filter(|shares| !shares.is_empty()) else { continue };
        let missing = (shares.iter().sum::<Decimal>() - Decimal::ONE).abs();
        assert!(missing < Decimal::new(1, 20), "{}: shares add up to 1 but for {missing}", definition.id);
    }
}
