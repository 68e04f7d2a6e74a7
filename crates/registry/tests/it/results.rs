//! Results through the database are those of the engine, and are made anew when, and only when, the registry changed.

use std::path::Path;
use std::sync::Arc;

use composite_index::{Method, PastTable, RangeFrom, Scaling, ScoreTable, Years, compare, compute, compute_in, explain, read_table};
use registry::catalogue::{CatalogueFiles, dataset};
use registry::load::load;
use registry::results::{NoIntervals, Results, ResultsError, ResultsKeeper};
use rust_decimal::Decimal;
use test_support::on_both;

use crate::bed::{Empty, Filled, execute, now};
use crate::rows::SmallCatalogue;

/// Rows beside the ranking: their code at the table's date is the country's.
const COUNTRY: &str = "VN";

/// Min-max from 1 to 10 between the extremes of all years so far.
fn on_running_range() -> Scaling {
    Scaling {
        denominator: None,
        per: Decimal::ONE,
        imputation: None,
        outliers: None,
        method: Method::MinMax,
        to: (Decimal::ONE, Decimal::TEN),
        range_from: RangeFrom::Running,
        goalposts: None,
        truncate: false,
        centre: (Decimal::ZERO, Decimal::ONE),
        target: None,
        reference: None,
        categories: Vec::new(),
        constant: None,
        within_block: false,
    }
}

fn check_against_engine(results: &Results) -> usize {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalogue/indices");
    let mut editions = 0;
    for definition in &results.definitions {
        for edition in &definition.editions {
            let Some(data) = &edition.data else { continue };
            let mut table = read_table(definition, Some(edition), &std::fs::read_to_string(folder.join(data)).unwrap()).unwrap();
            for row in &mut table.rows {
                row.ranked = row.code.as_deref() != Some(COUNTRY);
                // The registry holds no blank names and no line numbers of files.
                row.file_row = 0;
            }
            let scores = compute(definition, Some(edition), &table).unwrap();
            let comparison = compare(edition, &table, &scores);
            let name = dataset(definition, edition);
            let through = results.edition(&definition.index, edition.year).unwrap_or_else(|| panic!("{name} is not there"));
            let mut stored = through.table.clone();
            stored.rows.iter_mut().for_each(|row| row.file_row = 0);
            for (stored, direct) in stored.rows.iter().zip(&table.rows) {
                assert_eq!(stored, direct, "{name}");
            }
            assert_eq!(stored.rows.len(), table.rows.len(), "{name}");
            assert_eq!(through.scores, scores, "{name}");
            assert_eq!(through.comparison, comparison, "{name}");
            editions += 1;
        }
    }
    editions
}

on_both! {
    async fn results_through_the_database_are_those_of_the_engine(bed: Filled) {
        let keeper = ResultsKeeper::new(bed.db.clone(), CatalogueFiles::Embedded.definitions().unwrap());
        let results = keeper.results().await.unwrap();
        let editions = check_against_engine(&results);
        assert_eq!(editions, results.editions.len());
        assert!(editions >= 35, "{editions}");
    }

    async fn earlier_editions_are_the_years_before(bed: Filled) {
        let mut definitions = CatalogueFiles::Embedded.definitions().unwrap();
        // The leaves of the PCI of 2013 and after, on the range of all its years so far.
        let position = definitions.iter().position(|definition| definition.id == "pci-2013").unwrap();
        let mut running = (*definitions[position]).clone();
        let leaves: Vec<usize> = (0..running.nodes.len()).filter(|id| running.nodes[*id].is_input()).collect();
        for leaf in leaves {
            running.nodes[leaf].scaling = Some(on_running_range());
        }
        definitions[position] = Arc::new(running);
        let results = ResultsKeeper::new(bed.db.clone(), definitions).results().await.unwrap();
        let mut past: Vec<(i32, ScoreTable)> = Vec::new();
        for edition in results.editions_of("pci").filter(|edition| edition.definition.id == "pci-2013") {
            let year = edition.edition().year;
            let tables: Vec<PastTable<'_>> = past.iter().map(|(year, table)| PastTable { year: *year, table }).collect();
            let years = Years { year: Some(year), edition: Some(edition.edition()), past: &tables };
            assert_eq!(edition.scores, compute_in(&edition.definition, &edition.table, years).unwrap(), "{year}");
            let alone = compute(&edition.definition, Some(edition.edition()), &edition.table).unwrap();
            assert_eq!(past.is_empty(), edition.scores == alone, "{year}: earlier years widen the ranges");
            let working = edition.working(3).unwrap();
            assert_eq!(working.nodes[edition.definition.total].value, edition.scores.units[3].values[edition.definition.total], "{year}");
            past.push((year, edition.table.clone()));
        }
        assert!(past.len() > 1);
    }

    async fn facts_of_ha_noi_through_the_database(bed: Filled) {
        let keeper = ResultsKeeper::new(bed.db.clone(), CatalogueFiles::Embedded.definitions().unwrap());
        let results = keeper.results().await.unwrap();
        for (index, year, total, rank) in [
            ("pci", 2013, "57.67203", 33),
            ("pci", 2016, "60.74099205", 14),
            ("papi", 2016, "33.80596161", 58),
            ("papi", 2021, "44.446550549", 9),
            ("papi", 2024, "43.774715483", 29),
        ] {
            let edition = results.edition(index, year).unwrap();
            let row = edition.row_of("01-ha-noi").unwrap();
            assert_eq!(edition.computed(row, edition.definition.total), Some(total.parse().unwrap()), "{index} {year}");
            assert_eq!(edition.computed_rank(row), Some(rank), "{index} {year}");
        }
        // Only some provinces were obtained: the printed rank is shown, a recomputed one is not.
        let par = results.edition("par-index", 2012).unwrap();
        let row = par.row_of("01-ha-noi").unwrap();
        assert_eq!(par.best(row, par.definition.total), Some("82.77".parse().unwrap()));
        assert_eq!((par.computed_rank(row), par.best_rank(row)), (None, Some(7)));
        assert!(!par.covers_all_units());
        let years: Vec<i32> = results.editions_of("pci").map(|edition| edition.edition().year).collect();
        assert!(years.is_sorted() && years.contains(&2013) && years.contains(&2021), "{years:?}");
        assert!(results.definition_of("pci", 2009).is_some() && results.edition("pci", 2009).is_none(), "a year without a table has a definition");
        let (definition, _) = results.definition_of("pci", 2013).unwrap();
        assert_ne!(results.node_name(definition, definition.total, |vi, _| vi), results.node_name(definition, definition.total, |_, en| en));
    }

    async fn results_are_made_anew_when_the_registry_changed_and_not_otherwise(bed: Empty) {
        let small = SmallCatalogue::new();
        load(&bed.db, &small.files(), now()).await.unwrap();
        let keeper = ResultsKeeper::new(bed.db.clone(), small.files().definitions().unwrap());
        let first = keeper.results().await.unwrap();
        assert_eq!(first.revision, 1);
        assert!(Arc::ptr_eq(&first, &keeper.results().await.unwrap()), "nothing changed");
        load(&bed.db, &small.files(), now()).await.unwrap();
        assert!(Arc::ptr_eq(&first, &keeper.results().await.unwrap()), "the same catalogue again");

        // Another process loads another catalogue.
        small.change("indices/x-2020.csv", "Huế,46,1,,5.50", "Huế,46,2,3,");
        load(&bed.another_process().await, &small.files(), now()).await.unwrap();
        let second = keeper.results().await.unwrap();
        assert_eq!(second.revision, 2);
        let value = |results: &Results| {
            let edition = results.edition("x", 2020).unwrap();
            edition.computed(edition.row_of("46-hue").unwrap(), edition.definition.total)
        };
        assert_eq!((value(&first), value(&second)), (None, Some("2".parse().unwrap())), "who holds the old results keeps them");
    }

    async fn many_who_ask_at_once_get_the_same(bed: Filled) {
        let keeper = Arc::new(ResultsKeeper::new(bed.db.clone(), CatalogueFiles::Embedded.definitions().unwrap()));
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..24 {
            let keeper = Arc::clone(&keeper);
            tasks.spawn(async move { keeper.results().await.unwrap() });
        }
        let all = tasks.join_all().await;
        assert!(all.iter().all(|results| Arc::ptr_eq(results, &all[0])));
    }

    async fn rank_intervals_are_computed_once_for_all_who_ask(bed: Filled) {
        let keeper = ResultsKeeper::new(bed.db.clone(), CatalogueFiles::Embedded.definitions().unwrap());
        let results = keeper.results().await.unwrap();
        let mut tasks = tokio::task::JoinSet::new();
        for reader in 0..12 {
            let results = Arc::clone(&results);
            let ask = tasks.spawn(async move { results.rank_intervals("pci", 2018).await.unwrap() });
            if reader < 4 {
                ask.abort();
            }
        }
        let mut all = Vec::new();
        while let Some(answer) = tasks.join_next().await {
            all.extend(answer.ok());
        }
        assert!(all.len() >= 8 && all.iter().all(|found| Arc::ptr_eq(found, &all[0])), "readers who left stop nothing");
        let later = keeper.results().await.unwrap().rank_intervals("pci", 2018).await.unwrap();
        assert!(Arc::ptr_eq(&later, &all[0]), "kept as long as the registry is as it was");
        let edition = results.edition("pci", 2018).unwrap();
        for (row, found) in later.iter().enumerate() {
            let found = found.unwrap();
            assert_eq!(Some(found.rank), edition.computed_rank(row), "the ranks that the intervals are about");
            assert!(found.low <= found.high && found.high <= 63, "{found:?}");
        }
        assert_eq!(results.rank_intervals("par-index", 2012).await.unwrap_err(), NoIntervals::SomeUnits);
        assert_eq!(results.rank_intervals("sipas", 2018).await.unwrap_err(), NoIntervals::NotRecomputed);
        assert_eq!(results.rank_intervals("pci", 2014).await.unwrap_err(), NoIntervals::NoTable);
    }

    async fn the_working_of_a_row_alone_is_that_in_its_table(bed: Filled) {
        let keeper = ResultsKeeper::new(bed.db.clone(), CatalogueFiles::Embedded.definitions().unwrap());
        let results = keeper.results().await.unwrap();
        for (index, year) in [("pci", 2018), ("papi", 2021), ("sipas", 2024), ("par-index", 2018)] {
            let edition = results.edition(index, year).unwrap();
            let all = explain(&edition.definition, &edition.table).unwrap();
            for (row, working) in all.iter().enumerate() {
                assert_eq!(edition.working(row).unwrap(), *working, "{index} {year} {row}");
            }
        }
    }

    async fn a_registry_without_rows_has_no_editions(bed: Empty) {
        let keeper = ResultsKeeper::new(bed.db.clone(), CatalogueFiles::Embedded.definitions().unwrap());
        let results = keeper.results().await.unwrap();
        assert!(results.editions.is_empty() && results.indicators.is_empty() && !results.definitions.is_empty());
    }

    async fn an_edition_that_cannot_be_computed_is_named(bed: Empty) {
        let small = SmallCatalogue::new();
        small.change("indices/x-2020.toml", "weight = \"0\"", "weight = \"9\"");
        load(&bed.db, &small.files(), now()).await.unwrap();
        let keeper = ResultsKeeper::new(bed.db.clone(), small.files().definitions().unwrap());
        match keeper.results().await {
            Err(ResultsError::Compute { dataset, .. }) => assert_eq!(dataset, "x-2020"),
            other => panic!("{other:?}"),
        }
        small.change("indices/x-2020.csv", "79228162514264337593543950335", "9");
        load(&bed.db, &small.files(), now()).await.unwrap();
        assert_eq!(keeper.results().await.unwrap().editions.len(), 1, "the keeper goes on after a fault");
    }

    /// Figures of other origin and status do not enter the published table.
    async fn only_published_figures_enter(bed: Empty) {
        let small = SmallCatalogue::new();
        load(&bed.db, &small.files(), now()).await.unwrap();
        execute(&bed.db, "INSERT INTO observation (indicator, unit, period, status, value, dataset, origin) VALUES \
            ('x.b', '46-hue', '2020', 'estimated', '4', 'x-2020', 'local'), ('x.b', '46-hue', '2020', 'reported', '5', 'x-2020', 'local'), \
            ('x.b', '46-hue', '2021', 'computed', '6', 'x-2020', 'local')").await;
        let keeper = ResultsKeeper::new(bed.db.clone(), small.files().definitions().unwrap());
        let results = keeper.results().await.unwrap();
        let edition = results.edition("x", 2020).unwrap();
        let row = edition.row_of("46-hue").unwrap();
        assert_eq!(edition.computed(row, edition.definition.total), None, "an empty cell of the published table stays empty");
    }
}
