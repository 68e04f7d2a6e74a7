//! From nothing, from every version before, from a newer program, by several programs at once.

use std::time::Duration;

use platform::{Db, Migrations, OpenError, applied_version, migrate, schema_version};
use test_support::{DatabaseKind, on_both};

use crate::bed::{Bed, execute, lines};

/// Rows that a program of a version may have left behind, and a query whose answer no later version may change.
/// A new migration that touches old rows adds its own line here.
const ROWS: &[(i64, &str, &str)] = &[(
    1,
    "INSERT INTO source (source, title, issuer, licence, origin) VALUES ('s', 'Nghị quyết', 'Quốc hội', 'facts', 'local');
     INSERT INTO unit (unit, origin) VALUES ('vn', 'local'), ('01-ha-noi', 'local');
     INSERT INTO unit_version (unit, position, code, level, kind, name, short_name, parent, valid_from, source, status, search_key, sort_key, origin)
       VALUES ('vn', 0, 'VN', 'country', 'country', 'Việt Nam', 'Việt Nam', NULL, NULL, 's', 'seen', 'viet nam', '00', 'local'),
              ('01-ha-noi', 0, '01', 'province', 'municipality', 'Thành phố Hà Nội', 'Hà Nội', 'vn', '2008-08-01', 's', 'seen', 'thanh pho ha noi', '01', 'local');
     INSERT INTO indicator (indicator, name_vi, name_en, name_status, unit_vi, unit_en, direction, decimals, source, search_key, origin)
       VALUES ('i', 'Điểm', 'Points', 'official', 'điểm', 'points', 'neutral', 2, 's', 'diem points', 'local');
     INSERT INTO observation (indicator, unit, period, status, value, missing_reason, dataset, origin)
       VALUES ('i', '01-ha-noi', '2018', 'reported', '0.1234567890123456789012345678', NULL, 'd', 'local'),
              ('i', '01-ha-noi', '2019', 'missing', NULL, 'not-yet', 'd', 'local');
     INSERT INTO published_row (dataset, position, unit, code, printed_name, ranked, origin) VALUES ('d', 0, '01-ha-noi', '01', 'Hà Nội', 1, 'local');
     UPDATE revision SET value = 7",
    "SELECT o.period || ' ' || COALESCE(o.value, o.missing_reason) || ' ' || v.name || ' ' || CAST(r.value AS TEXT)
       FROM observation o JOIN unit_version v ON v.unit = o.unit CROSS JOIN revision r ORDER BY o.period",
)];

/// Tables, columns and indexes as the database itself describes them.
async fn schema(db: &Db) -> Vec<String> {
    let sql = match db {
        Db::Lite { .. } => "SELECT type || ' ' || name || ' ' || COALESCE(sql, '') FROM sqlite_master ORDER BY 1",
        Db::Pg(_) => {
            "SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || COALESCE(column_default, '') || ' ' || COALESCE(collation_name, '')
               FROM information_schema.columns WHERE table_schema = 'public'
             UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
             UNION ALL SELECT conrelid::regclass::text || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
             ORDER BY 1"
        }
    };
    lines(db, sql).await
}

on_both! {
    async fn from_nothing(bed: Bed) {
        let db = bed.open().await;
        assert_eq!(applied_version(&db).await.unwrap(), None);
        migrate(&db, Migrations::All).await.unwrap();
        assert_eq!(applied_version(&db).await.unwrap(), Some(schema_version(&db)));
        assert_eq!(lines(&db, "SELECT CAST(value AS TEXT) FROM revision").await, ["0"]);
        let once = schema(&db).await;
        assert!(once.len() > 15, "{once:#?}");
        migrate(&db, Migrations::All).await.unwrap();
        assert_eq!(schema(&db).await, once, "a second run changes nothing");
    }

    /// A database of version N-1 with rows in it, for every N that exists.
    async fn from_every_version_before(bed: Bed) {
        let fresh = bed.open().await;
        migrate(&fresh, Migrations::All).await.unwrap();
        let expected = schema(&fresh).await;
        for version in 1..=schema_version(&fresh) {
            let old_bed = bed.another().await;
            let old = old_bed.open().await;
            migrate(&old, Migrations::UpTo(version - 1)).await.unwrap();
            assert_eq!(applied_version(&old).await.unwrap().unwrap_or(0), version - 1);
            let rows: Vec<_> = ROWS.iter().filter(|(since, ..)| *since < version).collect();
            let mut answers = Vec::new();
            for (_, insert, query) in &rows {
                execute(&old, insert).await;
                answers.push(lines(&old, query).await);
            }
            migrate(&old, Migrations::All).await.unwrap();
            assert_eq!(schema(&old).await, expected, "from version {}", version - 1);
            for ((_, _, query), answer) in rows.iter().zip(answers) {
                assert_eq!(lines(&old, query).await, answer, "from version {}", version - 1);
            }
        }
    }

    /// The rows above fit the newest version, or the test before this one says nothing.
    async fn the_rows_of_old_versions_can_be_put(bed: Bed) {
        let db = bed.open().await;
        migrate(&db, Migrations::UpTo(ROWS[0].0)).await.unwrap();
        execute(&db, ROWS[0].1).await;
        let answer = lines(&db, ROWS[0].2).await;
        assert_eq!(answer, ["2018 0.1234567890123456789012345678 Thành phố Hà Nội 7", "2019 not-yet Thành phố Hà Nội 7"]);
        migrate(&db, Migrations::All).await.unwrap();
        assert_eq!(lines(&db, ROWS[0].2).await, answer);
    }

    async fn a_database_of_a_newer_program_is_refused_and_left_alone(bed: Bed) {
        let db = bed.open().await;
        migrate(&db, Migrations::All).await.unwrap();
        let newer = schema_version(&db) + 41;
        let mark = match bed.kind() { DatabaseKind::Sqlite => "x'00'", DatabaseKind::Postgres => "'\\x00'" };
        execute(&db, &format!("INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES ({newer}, 'later', TRUE, {mark}, 0)")).await;
        let before = schema(&db).await;
        match migrate(&db, Migrations::All).await {
            Err(OpenError::Newer { found, known }) => assert_eq!((found, known), (newer, schema_version(&db))),
            other => panic!("{other:?}"),
        }
        assert_eq!(schema(&db).await, before);
        assert_eq!(applied_version(&db).await.unwrap(), Some(newer));
    }

    /// Another program that tries next gets an answer and does not wait for the first one's end.
    async fn a_refusal_holds_no_lock(bed: Bed) {
        let (db, other) = (bed.open().await, bed.open().await);
        migrate(&db, Migrations::All).await.unwrap();
        let mark = match bed.kind() { DatabaseKind::Sqlite => "x'00'", DatabaseKind::Postgres => "'\\x00'" };
        execute(&db, &format!("UPDATE _sqlx_migrations SET checksum = {mark} WHERE version = 1")).await;
        for db in [&db, &other, &db] {
            let answer = tokio::time::timeout(Duration::from_secs(5), migrate(db, Migrations::All)).await.unwrap();
            assert!(matches!(answer, Err(OpenError::Changed { version: 1 })), "{answer:?}");
        }
    }

    /// Several programs that start at the same time on a new database.
    async fn several_at_once(bed: Bed) {
        for _ in 0..6 {
            let bed = bed.another().await;
            let mut tasks = tokio::task::JoinSet::new();
            for _ in 0..3 {
                let address = bed.address();
                tasks.spawn(async move {
                    let db = Db::open_address(&address).await?;
                    migrate(&db, Migrations::All).await?;
                    db.close().await;
                    Ok::<(), OpenError>(())
                });
            }
            while let Some(task) = tasks.join_next().await {
                task.unwrap().unwrap();
            }
            let db = bed.open().await;
            assert_eq!(lines(&db, "SELECT CAST(COUNT(*) AS TEXT) FROM _sqlx_migrations").await, [schema_version(&db).to_string()]);
        }
    }
}
