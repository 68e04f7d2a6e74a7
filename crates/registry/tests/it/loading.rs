//! The catalogue into the database: repeatable, whole or not at all, and only its own rows.

use platform::DbFault;
use registry::ObservationStatus;
use registry::load::{LoadError, Loaded, load};
use registry::store;
use test_support::on_both;

use crate::bed::{Empty, execute, lines, now, try_execute};
use crate::rows::SmallCatalogue;

/// Every row of every table, to see what a load changed.
async fn everything(db: &platform::Db) -> Vec<String> {
    let mut all = Vec::new();
    for sql in [
        "SELECT source || ' ' || title || ' ' || origin FROM source ORDER BY source",
        "SELECT unit || ' ' || origin FROM unit ORDER BY unit",
        "SELECT unit || ' ' || CAST(position AS TEXT) || ' ' || name || ' ' || COALESCE(CAST(valid_from AS TEXT), '-') FROM unit_version ORDER BY unit, position",
        "SELECT from_unit || ' ' || to_unit FROM unit_link ORDER BY 1",
        "SELECT indicator || ' ' || name_vi || ' ' || origin FROM indicator ORDER BY indicator",
        "SELECT indicator || ' ' || unit || ' ' || period || ' ' || status || ' ' || COALESCE(value, missing_reason) || ' ' || origin FROM observation ORDER BY indicator, unit, period, status",
        "SELECT dataset || ' ' || unit || ' ' || printed_name || ' ' || origin FROM published_row ORDER BY dataset, position",
        "SELECT digest || ' ' || CAST(rows AS TEXT) FROM catalogue_load",
        "SELECT 'revision ' || CAST(value AS TEXT) FROM revision",
    ] {
        all.extend(lines(db, sql).await);
    }
    all
}

async fn revision(db: &platform::Db) -> i64 {
    store::revision(db.read().await.unwrap().conn()).await.unwrap()
}

/// Rows that a person of this installation made.
const LOCAL: &str = "
    INSERT INTO unit (unit, origin) VALUES ('hn-to-cong-tac', 'local');
    INSERT INTO unit_version (unit, position, code, level, kind, name, short_name, parent, source, status, search_key, sort_key, origin)
      VALUES ('hn-to-cong-tac', 0, 'HN-TCT', 'department', 'pilot-organisation', 'Tổ công tác', 'Tổ công tác', '01-ha-noi', 's', 'seen', 'to cong tac', 'ff', 'local');
    INSERT INTO indicator (indicator, name_vi, name_en, name_status, unit_vi, unit_en, direction, decimals, source, search_key, origin)
      VALUES ('own', 'Của tôi', 'Own', 'official', '%', '%', 'neutral', 1, 's', 'cua toi own', 'local');
    INSERT INTO observation (indicator, unit, period, status, value, dataset, origin)
      VALUES ('own', '01-ha-noi', '2020', 'reported', '12.5', 'own', 'local'), ('x.a', '46-hue', '2020', 'reported', '7', 'own', 'local');";

on_both! {
    async fn loading_twice_is_without_effect(bed: Empty) {
        let small = SmallCatalogue::new();
        assert_eq!(revision(&bed.db).await, 0);
        let Loaded::Written(rows) = load(&bed.db, &small.files(), now()).await.unwrap() else { panic!("nothing was written") };
        // 1 source, 3 units with 3 versions, 3 indicators, 5 figures (one missing, one total), 2 rows.
        assert_eq!(rows, 17);
        assert_eq!(revision(&bed.db).await, 1);
        let before = everything(&bed.db).await;
        assert_eq!(load(&bed.db, &small.files(), now()).await.unwrap(), Loaded::Unchanged);
        assert_eq!(everything(&bed.db).await, before);
        let state = store::catalogue_state(bed.db.read().await.unwrap().conn()).await.unwrap().unwrap();
        assert_eq!((state.part.as_str(), state.digest, state.rows), ("folder", small.files().digest().unwrap(), 17));
    }

    async fn a_changed_catalogue_replaces_its_own_rows_and_leaves_others_alone(bed: Empty) {
        let small = SmallCatalogue::new();
        load(&bed.db, &small.files(), now()).await.unwrap();
        execute(&bed.db, LOCAL).await;
        let before = everything(&bed.db).await;
        small.change("units/units.csv", "Thành phố Huế", "Tỉnh Thừa Thiên Huế");
        small.change("indices/x-2020.csv", "Huế,46,1,,5.50", "Huế,46,2,,");
        assert!(matches!(load(&bed.db, &small.files(), now()).await.unwrap(), Loaded::Written(16)));
        let after = everything(&bed.db).await;
        let gone: Vec<_> = before.iter().filter(|row| !after.contains(row) && row.len() < 60).collect();
        let new: Vec<_> = after.iter().filter(|row| !before.contains(row) && row.len() < 60).collect();
        assert_eq!(gone, ["46-hue 0 Thành phố Huế -", "x.a 46-hue 2020 published 1 catalogue", "x.total 46-hue 2020 published 5.50 catalogue", "revision 1"]);
        assert_eq!(new, ["46-hue 0 Tỉnh Thừa Thiên Huế -", "x.a 46-hue 2020 published 2 catalogue", "revision 2"]);
        for row in ["hn-to-cong-tac local", "own Của tôi local", "own 01-ha-noi 2020 reported 12.5 local", "x.a 46-hue 2020 reported 7 local"] {
            assert!(after.iter().any(|found| found == row), "{row}\n{after:#?}");
        }
    }

    async fn a_catalogue_that_takes_away_what_others_need_is_refused_whole(bed: Empty) {
        let small = SmallCatalogue::new();
        load(&bed.db, &small.files(), now()).await.unwrap();
        execute(&bed.db, LOCAL).await;
        let before = everything(&bed.db).await;
        // The local figure of 46-hue would be left without its unit.
        small.change("units/units.csv", "46-hue,46,province,municipality,Thành phố Huế,Huế,vn,,,s,seen,\n", "");
        small.change("indices/x-2020.csv", "Huế,46,1,,5.50,2,\n", "");
        match load(&bed.db, &small.files(), now()).await {
            Err(LoadError::Db(error)) => assert_eq!(error.fault, DbFault::Internal, "{error:?}"),
            other => panic!("{other:?}"),
        }
        assert_eq!(everything(&bed.db).await, before);
        execute(&bed.db, "UPDATE revision SET value = value").await;
    }

    async fn a_row_of_another_origin_in_the_way_is_not_overwritten(bed: Empty) {
        execute(&bed.db, "INSERT INTO unit (unit, origin) VALUES ('01-ha-noi', 'local')").await;
        let before = everything(&bed.db).await;
        assert!(matches!(load(&bed.db, &SmallCatalogue::new().files(), now()).await, Err(LoadError::Db(_))));
        assert_eq!(everything(&bed.db).await, before);
    }

    async fn a_catalogue_with_faults_touches_nothing(bed: Empty) {
        let small = SmallCatalogue::new();
        load(&bed.db, &small.files(), now()).await.unwrap();
        let before = everything(&bed.db).await;
        small.change("indices/x-2020.csv", "Huế,46", "Huế,99");
        match load(&bed.db, &small.files(), now()).await {
            Err(LoadError::Faults(faults)) => assert_eq!(faults.len(), 1, "{faults:?}"),
            other => panic!("{other:?}"),
        }
        assert_eq!(everything(&bed.db).await, before);
    }

    async fn two_programs_that_load_at_once_load_once(bed: Empty) {
        let (small, other) = (SmallCatalogue::new(), bed.another_process().await);
        let (first, second) = (small.files(), small.files());
        let (first, second) = tokio::join!(load(&bed.db, &first, now()), load(&other, &second, now()));
        let loaded = [first.unwrap(), second.unwrap()];
        assert!(loaded.contains(&Loaded::Written(17)) && loaded.contains(&Loaded::Unchanged), "{loaded:?}");
        assert_eq!(revision(&bed.db).await, 1);
    }

    async fn decimals_stay_exact(bed: Empty) {
        let small = SmallCatalogue::new();
        load(&bed.db, &small.files(), now()).await.unwrap();
        let stored = store::edition_rows(bed.db.read().await.unwrap().conn()).await.unwrap();
        let values: Vec<String> = stored["x-2020"]
            .observations
            .iter()
            .map(|figure| match &figure.value {
                Ok(value) => format!("{} {} {value}", figure.indicator, figure.unit),
                Err(reason) => format!("{} {} {} ({reason})", figure.indicator, figure.unit, figure.status.word()),
            })
            .collect();
        assert_eq!(values, [
            "x.a 01-ha-noi 0.1234567890123456789012345678",
            "x.b 01-ha-noi 79228162514264337593543950335",
            "x.a 46-hue 1",
            "x.b 46-hue missing (not-in-published-table)",
            "x.total 46-hue 5.50",
        ]);
    }

    /// The database itself refuses a missing figure with a number, and a figure without one.
    async fn a_missing_observation_is_never_zero(bed: Empty) {
        load(&bed.db, &SmallCatalogue::new().files(), now()).await.unwrap();
        let mut period = 1990;
        for status in ObservationStatus::ALL {
            for value in ["NULL", "'0'", "''"] {
                for reason in ["NULL", "'not-yet'"] {
                    period += 1;
                    let sql = format!(
                        "INSERT INTO observation (indicator, unit, period, status, value, missing_reason, dataset, origin) \
                         VALUES ('x.a', '01-ha-noi', '{period}', '{}', {value}, {reason}, 'd', 'local')",
                        status.word()
                    );
                    let allowed = if *status == ObservationStatus::Missing { value == "NULL" && reason != "NULL" } else { value != "NULL" && reason == "NULL" };
                    assert_eq!(try_execute(&bed.db, &sql).await.is_ok(), allowed, "{sql}");
                }
            }
        }
        assert!(try_execute(&bed.db, "INSERT INTO observation (indicator, unit, period, status, value, dataset, origin) VALUES ('x.a', '01-ha-noi', '1980', 'guessed', '1', 'd', 'local')").await.is_err());
    }

    /// A word or number that no program version wrote is a fault and never a silent default.
    async fn damaged_words_and_numbers_are_refused(bed: Empty) {
        load(&bed.db, &SmallCatalogue::new().files(), now()).await.unwrap();
        for (damage, mend) in [
            ("UPDATE observation SET value = '1,5' WHERE value = '1'", "UPDATE observation SET value = '1' WHERE value = '1,5'"),
            ("UPDATE observation SET period = '2020-XX' WHERE value = '1'", "UPDATE observation SET period = '2020' WHERE value = '1'"),
            ("UPDATE observation SET value = '0.12345678901234567890123456789' WHERE value = '1'", "UPDATE observation SET value = '1' WHERE indicator = 'x.a' AND unit = '46-hue'"),
        ] {
            execute(&bed.db, damage).await;
            let error = store::edition_rows(bed.db.read().await.unwrap().conn()).await.unwrap_err();
            assert_eq!(error.fault, DbFault::Internal, "{damage}");
            execute(&bed.db, mend).await;
        }
        store::edition_rows(bed.db.read().await.unwrap().conn()).await.unwrap();
        execute(&bed.db, "UPDATE indicator SET direction = 'up' WHERE indicator = 'x.a'").await;
        assert!(store::indicators(bed.db.read().await.unwrap().conn()).await.is_err());
    }
}
