//! How long the results of every edition take from a database, and how long a search does.
#![expect(clippy::unwrap_used, reason = "a bench that cannot prepare its database has nothing to measure")]

use std::hint::black_box;

use chrono::DateTime;
use criterion::{Criterion, criterion_group, criterion_main};
use platform::{Db, Migrations, migrate};
use registry::catalogue::CatalogueFiles;
use registry::load::load;
use registry::results::ResultsKeeper;
use registry::store;
use test_support::{DatabaseKind, TestPlace};
use tokio::runtime::Runtime;

/// SQLite always; PostgreSQL where `CCHC_TEST_POSTGRES` names a server.
fn benches(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    run(criterion, &runtime, DatabaseKind::Sqlite);
    if std::env::var_os("CCHC_TEST_POSTGRES").is_some() {
        run(criterion, &runtime, DatabaseKind::Postgres);
    }
}

fn run(criterion: &mut Criterion, runtime: &Runtime, kind: DatabaseKind) {
    let place = runtime.block_on(TestPlace::of(kind));
    let db = runtime.block_on(async {
        let db = Db::open_address(&place.address()).await.unwrap();
        migrate(&db, Migrations::All).await.unwrap();
        load(&db, &CatalogueFiles::Embedded, DateTime::from_timestamp(0, 0).unwrap()).await.unwrap();
        db
    });
    let definitions = CatalogueFiles::Embedded.definitions().unwrap();
    let mut group = criterion.benchmark_group(db.kind());
    group.sample_size(20);
    group.bench_function("results of all editions, cold", |bench| {
        bench.to_async(runtime).iter(async || ResultsKeeper::new(db.clone(), definitions.clone()).results().await.unwrap());
    });
    let keeper = ResultsKeeper::new(db.clone(), definitions.clone());
    group.bench_function("results of all editions, kept", |bench| bench.to_async(runtime).iter(async || keeper.results().await.unwrap()));
    for typed in ["hoàn kiếm", "tân", "00004"] {
        group.bench_function(format!("search {typed:?}"), |bench| {
            bench
                .to_async(runtime)
                .iter(async || store::search(db.read().await.unwrap().conn(), black_box(typed), None, 50, 0).await.unwrap());
        });
    }
    group.finish();
    runtime.block_on(db.close());
}

criterion_group!(results, benches);
criterion_main!(results);
