//! A made-up office with a store: units `tinh` over `so` and `xa`, officials with roles. And the macro that runs a test on SQLite with a
//! folder and on PostgreSQL with a bucket.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use accounts::policy::Role;
use accounts::{Actor, Grant, Lineage, Principal, Proof, Reach, Tree};
use chrono::{DateTime, Utc};
use evidence::{Description, Evidence, EvidenceError, EvidenceKind, FileVersion, Upload, Whole};
use file_reading::Fault;
use platform::files::{FilePlace, FileStore, S3Place};
use platform::{Db, Migrations, SecretString, World, migrate};
use sqlx::AssertSqlSafe;
use tempfile::TempDir;
use test_support::{DatabaseKind, TestObjectStore, TestPlace, fresh_object_store};

#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    SqliteAndFolder,
    PostgresAndBucket,
}

pub(crate) struct Room {
    pub(crate) evidence: Evidence,
    folder: TempDir,
    bucket: Option<TestObjectStore>,
    _place: TestPlace,
}

pub(crate) const NOW: &str = "2026-03-02T03:00:00Z";

impl Room {
    pub(crate) async fn of(kind: Kind) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (database, bucket) = match kind {
            Kind::SqliteAndFolder => (DatabaseKind::Sqlite, None),
            Kind::PostgresAndBucket => (DatabaseKind::Postgres, Some(fresh_object_store())),
        };
        let place = TestPlace::of(database).await;
        let db = Db::open_address(&place.address()).await.unwrap();
        migrate(&db, Migrations::All).await.unwrap();
        let store = match &bucket {
            None => FilePlace::Folder(folder.path().join("files")),
            Some(bucket) => FilePlace::S3(S3Place {
                bucket: TestObjectStore::BUCKET.to_owned(),
                prefix: String::new(),
                endpoint: Some(bucket.endpoint().to_owned()),
                region: None,
                access_key: Some(TestObjectStore::ACCESS_KEY.to_owned()),
                secret_key: Some(SecretString::from(TestObjectStore::SECRET_KEY)),
                spool: folder.path().join("spool"),
            }),
        };
        let files = FileStore::open(store).await.unwrap();
        let room = Self { evidence: Evidence::new(db, world(), tree(), files), folder, bucket, _place: place };
        room.execute("INSERT INTO unit (unit, origin) VALUES ('tinh', 'local'), ('so', 'local'), ('xa', 'local')").await;
        room
    }

    /// The store is there no more.
    pub(crate) fn lose_the_store(&mut self) {
        match &mut self.bucket {
            Some(bucket) => bucket.stop(),
            None => std::fs::rename(self.folder.path().join("files"), self.folder.path().join("gone")).unwrap(),
        }
    }

    /// Turns the bytes of a file in the folder around; false where the store is a bucket.
    pub(crate) fn turn_bytes_around(&self, sha256: &str) -> bool {
        let path = self.folder.path().join("files/sha256").join(&sha256[..2]).join(sha256);
        let Ok(mut bytes) = std::fs::read(&path) else { return false };
        bytes.reverse();
        std::fs::write(path, bytes).unwrap();
        true
    }

    pub(crate) async fn execute(&self, sql: &str) {
        let mut write = self.evidence.db.write().await.unwrap();
        platform::on!(write.conn(), c => sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut *c).await.map(drop)).unwrap();
        write.commit().await.unwrap();
    }

    /// The lines a query answers; every column is text.
    pub(crate) async fn lines(&self, sql: &str) -> Vec<String> {
        let mut read = self.evidence.db.read().await.unwrap();
        platform::on!(read.conn(), c => sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_all(&mut *c).await).unwrap()
    }

    pub(crate) async fn events(&self, key: &str) -> Vec<String> {
        self.lines(&format!("SELECT action FROM event WHERE kind = 'evidence' AND thing = '{key}' ORDER BY at, sequence")).await
    }

    pub(crate) async fn add(&self, by: &Actor, unit: &str, title: &str, file_name: &str, bytes: &[u8]) -> String {
        evidence::add(&self.evidence, by, unit, &about(title), upload(file_name, bytes)).await.unwrap()
    }

    /// The faults with which a file is refused; nothing of it may be in the store or in the database.
    pub(crate) async fn refused(&self, file_name: &str, bytes: &[u8]) -> Vec<Fault> {
        let outcome = evidence::add(&self.evidence, &officer("so"), "so", &about("Bị từ chối"), upload(file_name, bytes)).await;
        assert!(self.lines("SELECT evidence FROM evidence").await.is_empty());
        assert_eq!(self.stored().await, 0, "nothing refused enters the store");
        match outcome {
            Err(EvidenceError::Refused(faults)) => faults,
            other => panic!("{other:?}"),
        }
    }

    /// Files in the store.
    pub(crate) async fn stored(&self) -> usize {
        use futures_util::TryStreamExt as _;
        self.evidence.files.list().try_collect::<Vec<_>>().await.unwrap().len()
    }

    pub(crate) async fn whole(&self, key: &str) -> Whole {
        evidence::seen(&self.evidence, &officer("tinh"), key).await.unwrap()
    }

    pub(crate) async fn newest(&self, key: &str) -> FileVersion {
        self.whole(key).await.files.remove(0)
    }

    /// What a submission does with the uses of a unit's figures.
    pub(crate) async fn lock(&self) {
        self.execute(&format!("UPDATE evidence_use SET locked_at = '{NOW}' WHERE locked_at IS NULL")).await;
    }
}

fn world() -> World {
    let counter = Arc::new(AtomicU64::new(0));
    World::new(
        || NOW.parse::<DateTime<Utc>>().unwrap(),
        move |bytes| {
            let number = counter.fetch_add(1, Ordering::Relaxed).to_be_bytes();
            bytes.iter_mut().rev().zip(number.iter().rev()).for_each(|(byte, digit)| *byte = *digit);
        },
    )
}

fn tree() -> Tree {
    Tree::new(|unit| match unit {
        "tinh" => Some(Lineage::new(vec!["tinh".to_owned()])),
        "so" | "xa" => Some(Lineage::new(vec![unit.to_owned(), "tinh".to_owned()])),
        _ => None,
    })
}

/// Somebody with a role on a unit and all below it.
pub(crate) fn person(role: Role, unit: &str) -> Actor {
    let now: DateTime<Utc> = NOW.parse().unwrap();
    let grant = Grant {
        key: "g".to_owned(),
        role,
        unit: unit.to_owned(),
        reach: Reach::Subtree,
        valid_from: now.date_naive(),
        valid_to: None,
        stands_in_for: None,
    };
    let principal = Principal {
        account: format!("nguoi-{unit}"),
        login: unit.to_owned(),
        name: format!("Người của {unit}"),
        proof: Proof::Session("phien".to_owned()),
        second_factor: true,
        acting_unit: Some(unit.to_owned()),
        grants: vec![grant],
        must_change_password: false,
        must_set_second_factor: false,
        ends_at: None,
        made_up: true,
    };
    Actor::person(principal, now, None, None)
}

pub(crate) fn officer(unit: &str) -> Actor {
    person(Role::UnitOfficer, unit)
}

pub(crate) fn head(unit: &str) -> Actor {
    person(Role::UnitHead, unit)
}

pub(crate) fn about(title: &str) -> Description {
    Description {
        kind: EvidenceKind::Report,
        title: title.to_owned(),
        document_number: Some("12/BC-SNV".to_owned()),
        document_date: None,
        issuer: None,
        note: None,
    }
}

pub(crate) fn upload(file_name: &str, bytes: &[u8]) -> Upload {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    Upload { file_name: file_name.to_owned(), file, size: bytes.len() as u64 }
}

/// A sample file of the crate that reads files.
pub(crate) fn sample(name: &str) -> Vec<u8> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../file-reading/tests/samples").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// One test for each kind of database with each kind of store.
#[macro_export]
macro_rules! in_both {
    ($($(#[$meta:meta])* async fn $name:ident($room:pat) $body:block)+) => { $(
        mod $name {
            use super::*;
            use $crate::room::{Kind, Room};

            async fn run($room: Room) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite_and_a_folder() {
                run(Room::of(Kind::SqliteAndFolder).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres_and_a_bucket() {
                run(Room::of(Kind::PostgresAndBucket).await).await;
            }
        }
    )+ };
}
