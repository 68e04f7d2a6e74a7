//! Fresh databases are empty, apart from each other, and gone afterwards.
#![expect(clippy::unwrap_used, reason = "helpers of tests: what goes wrong here has failed the test")]

use sqlx::{Connection, Executor, PgConnection, SqliteConnection};
use test_support::{DatabaseKind, TestPlace, fresh_postgres, fresh_sqlite, on_both, postgres_url};

#[tokio::test]
async fn postgres_databases_are_apart_and_are_dropped() {
    let (one, other) = (fresh_postgres().await, fresh_postgres().await);
    assert_ne!(one.name(), other.name());
    let mut connection = PgConnection::connect(one.url()).await.unwrap();
    connection.execute("CREATE TABLE only_here (a INTEGER)").await.unwrap();
    let mut beside = PgConnection::connect(other.url()).await.unwrap();
    let tables: i64 = sqlx::query_scalar("SELECT count(*) FROM information_schema.tables WHERE table_name = 'only_here'")
        .fetch_one(&mut beside)
        .await
        .unwrap();
    assert_eq!(tables, 0);

    let names = vec![one.name().to_owned(), other.name().to_owned()];
    // With connections still open.
    drop((one, other));
    let mut server = PgConnection::connect(&postgres_url()).await.unwrap();
    let left: i64 =
        sqlx::query_scalar("SELECT count(*) FROM pg_database WHERE datname = ANY($1)").bind(names).fetch_one(&mut server).await.unwrap();
    assert_eq!(left, 0);
}

#[tokio::test]
async fn postgres_speaks_utf_8_and_knows_vietnamese_letters() {
    let database = fresh_postgres().await;
    let mut connection = PgConnection::connect(database.url()).await.unwrap();
    let encoding: String = sqlx::query_scalar("SHOW server_encoding").fetch_one(&mut connection).await.unwrap();
    assert_eq!(encoding, "UTF8");
    let lower: String = sqlx::query_scalar("SELECT lower('ĐÀ NẴNG')").fetch_one(&mut connection).await.unwrap();
    assert_eq!(lower, "đà nẵng");
}

#[tokio::test]
async fn sqlite_folders_go_with_their_value() {
    let sqlite = fresh_sqlite();
    let mut connection = SqliteConnection::connect(&sqlite.url()).await.unwrap();
    connection.execute("CREATE TABLE a (b INTEGER)").await.unwrap();
    connection.close().await.unwrap();
    let file = sqlite.path();
    assert!(file.is_file());
    drop(sqlite);
    assert!(!file.exists());
}

on_both! {
    async fn a_place_of_each_kind_is_gone_with_its_value(place: TestPlace) {
        let (kind, address) = (place.kind(), place.address());
        let beside = TestPlace::of(kind).await;
        assert_ne!(beside.address(), address);
        match kind {
            DatabaseKind::Sqlite => {
                let file = address.strip_prefix("sqlite:").unwrap();
                SqliteConnection::connect(&format!("sqlite://{file}?mode=rwc")).await.unwrap().close().await.unwrap();
                assert!(std::path::Path::new(file).is_file());
                drop(place);
                assert!(!std::path::Path::new(file).exists());
            }
            DatabaseKind::Postgres => {
                PgConnection::connect(&address).await.unwrap().close().await.unwrap();
                drop(place);
                PgConnection::connect(&address).await.unwrap_err();
            }
        }
    }
}
