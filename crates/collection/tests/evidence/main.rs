//! Evidence of figures: cited while a unit may enter, locked for good when its figures are handed in. On both databases.
#![expect(clippy::unwrap_used, reason = "helpers of tests: what goes wrong here has failed the test")]

use std::io::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

use accounts::policy::Role;
use accounts::{Actor, Denied, Grant, Principal, Proof, Reach, Tree};
use chrono::{DateTime, Utc};
use collection::actions::{Citation, CollectionError, Ground, cite, cited, reopen, send_back, submit, uncite};
use collection::model::Lock;
use evidence::{Description, Evidence, EvidenceError, EvidenceKind, Upload};
use platform::files::{FilePlace, FileStore};
use platform::{Db, Migrations, World, migrate};
use sqlx::AssertSqlSafe;
use test_support::{TestPlace, on_both};
use web::UnitTree;

const NOW: &str = "2026-03-02T03:00:00Z";

/// Two units below a province, a collection that asks both for one figure, which may be left out.
const ROWS: &str = "INSERT INTO unit (unit, origin) VALUES ('tinh', 'local'), ('so', 'local'), ('xa', 'local'); \
    INSERT INTO unit_version (unit, position, code, level, kind, name, short_name, parent, valid_from, source, status, search_key, sort_key, origin) VALUES \
    ('tinh', 1, '1', 'province', 'province', 'Tỉnh Thí Dụ', 'Thí Dụ', NULL, '2020-01-01', 'test', 'seen', 'tinh', 'a', 'local'), \
    ('so', 1, '2', 'department', 'department', 'Sở Giả Định', 'Sở Giả Định', 'tinh', '2020-01-01', 'test', 'seen', 'so', 'b', 'local'), \
    ('xa', 1, '3', 'commune', 'commune', 'Xã Mẫu', 'Mẫu', 'tinh', '2020-01-01', 'test', 'seen', 'xa', 'c', 'local'); \
    INSERT INTO indicator (indicator, name_vi, name_en, name_status, unit_vi, unit_en, direction, decimals, source, search_key, origin) VALUES \
    ('hs', 'Hồ sơ', 'Files', 'seen', 'hồ sơ', 'files', 'up', 0, 'test', 'ho so', 'local'); \
    INSERT INTO collection (collection, title, owner, period, opens_at, due_at, state, made_up, made_by, made_at, version) VALUES \
    ('dot', 'Đợt thử', 'tinh', '2026', '2026-01-01T00:00:00Z', '2026-12-31T00:00:00Z', 'open', 1, 'program', '2026-01-01T00:00:00Z', 1); \
    INSERT INTO collection_indicator (collection, indicator, position, required) VALUES ('dot', 'hs', 1, 0); \
    INSERT INTO collection_unit (collection, unit, state, version) VALUES ('dot', 'so', 'open', 1), ('dot', 'xa', 'open', 1);";

fn now() -> DateTime<Utc> {
    NOW.parse().unwrap()
}

fn person(role: Role, unit: &str) -> Actor {
    let grant = Grant {
        key: "g".to_owned(),
        role,
        unit: unit.to_owned(),
        reach: Reach::Subtree,
        valid_from: now().date_naive(),
        valid_to: None,
        stands_in_for: None,
    };
    let principal = Principal {
        account: format!("nguoi-{unit}"),
        acting_unit: Some(unit.to_owned()),
        grants: vec![grant],
        proof: Proof::Session("phien".to_owned()),
        made_up: true,
        ..Principal::program()
    };
    Actor::person(principal, now(), None, None)
}

async fn add(evidence: &Evidence, by: &Actor, unit: &str, title: &str) -> String {
    let mut file = tempfile::tempfile().unwrap();
    let text = format!("{title}: số liệu tự đặt");
    file.write_all(text.as_bytes()).unwrap();
    let about = Description {
        kind: EvidenceKind::Report,
        title: title.to_owned(),
        document_number: None,
        document_date: None,
        issuer: None,
        note: None,
    };
    evidence::add(evidence, by, unit, &about, Upload { file_name: "a.txt".to_owned(), file, size: text.len() as u64 }).await.unwrap()
}

fn figure<'a>(unit: &'a str, evidence: &'a str) -> Citation<'a> {
    Citation { collection: "dot", unit, indicator: "hs", evidence, cited: Some("trang 1".to_owned()) }
}

on_both! {
    async fn what_figures_cite_is_locked_with_them(place: TestPlace) {
        let db = Db::open_address(&place.address()).await.unwrap();
        migrate(&db, Migrations::All).await.unwrap();
        let mut write = db.write().await.unwrap();
        platform::on!(write.conn(), c => sqlx::raw_sql(AssertSqlSafe(ROWS.to_owned())).execute(&mut *c).await.map(drop)).unwrap();
        write.commit().await.unwrap();
        let counter = AtomicU64::new(1);
        let world = World::new(now, move |bytes| {
            let number = counter.fetch_add(1, Ordering::Relaxed).to_be_bytes();
            bytes.iter_mut().rev().zip(number.iter().rev()).for_each(|(byte, digit)| *byte = *digit);
        });
        let units = UnitTree::default();
        units.refresh(&db, now()).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let files = FileStore::open(FilePlace::Folder(folder.path().to_owned())).await.unwrap();
        let lineages = units.clone();
        let evidence = Evidence::new(db.clone(), world.clone(), Tree::new(move |unit| lineages.lineage(unit)), files);
        let ground = Ground { db: &db, world: &world, units: &units };
        let (head, office) = (person(Role::UnitHead, "so"), person(Role::ReformOffice, "tinh"));

        let one = add(&evidence, &head, "so", "Một").await;
        let two = add(&evidence, &head, "so", "Hai").await;
        cite(ground, &evidence, &head, &figure("so", &one)).await.unwrap();
        cite(ground, &evidence, &head, &figure("so", &two)).await.unwrap();
        let found = cited(ground, "dot", "so").await.unwrap();
        assert_eq!(found.iter().map(|one| one.title.as_str()).collect::<Vec<_>>(), ["Một", "Hai"]);

        // Who may not enter the figures, or names one that is not asked for, cites nothing.
        let stranger = person(Role::UnitHead, "xa");
        let outcome = cite(ground, &evidence, &stranger, &figure("so", &one)).await;
        assert!(matches!(outcome, Err(CollectionError::Denied(Denied::NotFound))), "{outcome:?}");
        let outcome = cite(ground, &evidence, &stranger, &figure("xa", &one)).await;
        assert!(matches!(outcome, Err(CollectionError::Evidence(EvidenceError::Denied(Denied::NotFound)))), "{outcome:?}");
        let outcome = uncite(ground, &stranger, "dot", "xa", &found[0].key).await;
        assert!(matches!(outcome, Err(CollectionError::Evidence(EvidenceError::Denied(Denied::NotFound)))), "{outcome:?}");
        let outcome = cite(ground, &evidence, &head, &Citation { indicator: "khac", ..figure("so", &one) }).await;
        assert!(matches!(outcome, Err(CollectionError::NotAsked(_))), "{outcome:?}");

        // Before the figures are handed in a use can end; afterwards none can, whatever the state.
        uncite(ground, &head, "dot", "so", &found[1].key).await.unwrap();
        submit(ground, &head, "dot", "so").await.unwrap();
        let outcome = cite(ground, &evidence, &head, &figure("so", &two)).await;
        assert!(matches!(outcome, Err(CollectionError::Locked(Lock::Submitted))), "{outcome:?}");
        let outcome = uncite(ground, &head, "dot", "so", &found[0].key).await;
        assert!(matches!(outcome, Err(CollectionError::Locked(Lock::Submitted))), "{outcome:?}");
        send_back(ground, &office, "dot", "so", "thiếu phụ lục", None).await.unwrap();
        let outcome = uncite(ground, &head, "dot", "so", &found[0].key).await;
        assert!(matches!(outcome, Err(CollectionError::Evidence(EvidenceError::Locked))), "{outcome:?}");
        let outcome = evidence::withdraw(&evidence, &head, &one, "muốn bỏ").await;
        assert!(matches!(outcome, Err(EvidenceError::Locked)), "{outcome:?}");
        cite(ground, &evidence, &head, &figure("so", &two)).await.unwrap();
        let left = cited(ground, "dot", "so").await.unwrap();
        assert_eq!(left.iter().map(|one| (one.title.as_str(), one.locked_at.is_some())).collect::<Vec<_>>(), [("Một", true), ("Hai", false)]);

        // Handed in once more and opened again: the second one is locked, too.
        submit(ground, &head, "dot", "so").await.unwrap();
        reopen(ground, &office, "dot", "so", "sửa số", "2027-01-05T00:00:00Z".parse().unwrap()).await.unwrap();
        let left = cited(ground, "dot", "so").await.unwrap();
        assert!(left.iter().all(|one| one.locked_at.is_some()), "{left:?}");
    }
}
