//! A made-up province with three departments, people with roles, a small set, and a clock that tests move.

use std::io::{Seek as _, SeekFrom, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use accounts::{Actor, Grant, Principal, Proof, Reach, Tree, policy::Role};
use chrono::{DateTime, Utc};
use evaluation::actions::{Entry, Ground, NewBlock, NewCampaign, NewOpinion, Said, advance, assign, make, make_set, save, seat, submit};
use evaluation::model::{AnswerKind, CampaignBlock, CampaignUnit, Duty, Phase, Seat, Step, UnitState, Verdict};
use evidence::{Description, Evidence, EvidenceKind, Upload};
use platform::files::{FilePlace, FileStore};
use platform::{Db, Migrations, World, migrate, on};
use rust_decimal::Decimal;
use sqlx::AssertSqlSafe;
use test_support::{DatabaseKind, TestPlace};
use web::UnitTree;

/// Three leaves and a penalty: brackets, a checklist, points from a survey, a deduction per case.
pub(crate) const SET: &str = r#"
format = "cchc-index-definition/1"
id = "bo-thu"
index = "thu"
name = { vi = "Bộ tiêu chí thử", en = "A set for tests" }
summary = { vi = "Thử.", en = "Test." }
unit_level = "department"
status = "unverified"
decimals = 2
[computation]
rank_direction = "higher-is-better"
tie_rule = "dense"
rank_on = "unrounded"
missing = "zero"
[set]
kind = "own"
level = "department"
[[figure]]
code = "done"
name = { vi = "Tỷ lệ nhiệm vụ hoàn thành", en = "Tasks done" }
unit = "%"
range = ["0", "100"]
[[figure]]
code = "published"
name = { vi = "Đã công khai", en = "Published" }
kind = "yes-no"
[[figure]]
code = "reported"
name = { vi = "Đã báo cáo", en = "Reported" }
kind = "yes-no"
[[figure]]
code = "breaches"
name = { vi = "Số vụ vi phạm", en = "Breaches" }
kind = "count"
[[node]]
code = "total"
name = { vi = "Tổng điểm", en = "Total" }
aggregation = "sum-of-points"
[[node]]
code = "1"
name = { vi = "Chỉ đạo điều hành", en = "Steering" }
parent = "total"
aggregation = "sum-of-points"
[[node]]
code = "1.1"
name = { vi = "Thực hiện kế hoạch", en = "Plan" }
parent = "1"
[node.rule]
kind = "brackets"
figure = "done"
bracket = [{ over = "90", points = "60" }, { from = "70", to = "90", points = "30" }, { under = "70", points = "0" }]
[node.asks]
evidence = { vi = "Báo cáo năm", en = "Yearly report" }
observed = { done = "i" }
[[node]]
code = "1.2"
name = { vi = "Công khai và báo cáo", en = "Publication and report" }
parent = "1"
[node.rule]
kind = "checklist"
item = [{ figure = "published", points = "5" }, { figure = "reported", points = "5" }]
[[node]]
code = "2"
name = { vi = "Điều tra xã hội học", en = "Survey" }
parent = "total"
maximum = "30"
[node.rule]
kind = "external"
[node.asks]
scored_by = "survey"
[[node]]
code = "3"
name = { vi = "Điểm trừ", en = "Penalty" }
parent = "total"
role = "penalty"
[node.rule]
kind = "per-case"
figure = "breaches"
start = "0"
each = "-1"
floor = "-5"
[[edition]]
year = 2026
[[edition.band]]
code = "A"
name = { vi = "Nhóm A", en = "Band A" }
from = "90"
basis = "published"
[[edition.band]]
code = "B"
name = { vi = "Nhóm B", en = "Band B" }
basis = "published"
"#;

/// A block and the one unit in it, handed in, for results that are computed without a database.
pub(crate) fn department() -> (CampaignBlock, CampaignUnit) {
    let block = CampaignBlock { block: "so".to_owned(), name: "Các sở".to_owned(), set: "s".to_owned() };
    let unit = CampaignUnit {
        unit: "a".to_owned(),
        block: "so".to_owned(),
        name: "Sở A".to_owned(),
        ranked: true,
        state: UnitState::Submitted,
        extended_to: None,
        reason: None,
        successor: None,
        changed_at: None,
        version: 1,
    };
    (block, unit)
}

pub(crate) struct House {
    pub(crate) db: Db,
    pub(crate) world: World,
    clock: Arc<Mutex<DateTime<Utc>>>,
    pub(crate) units: UnitTree,
    pub(crate) evidence: Evidence,
    _place: TestPlace,
    _files: tempfile::TempDir,
}

impl House {
    pub(crate) async fn of(kind: DatabaseKind) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let place = TestPlace::of(kind).await;
        let db = Db::open_address(&place.address()).await.unwrap();
        migrate(&db, Migrations::All).await.unwrap();
        let clock = Arc::new(Mutex::new("2026-12-02T03:00:00Z".parse().unwrap()));
        let read = Arc::clone(&clock);
        let world = World::new(
            move || *read.lock().unwrap(),
            |bytes| {
                bytes.fill(0);
                let number = NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes();
                let start = bytes.len() - number.len();
                bytes[start..].copy_from_slice(&number);
            },
        );
        let folder = tempfile::tempdir().unwrap();
        let files = FileStore::open(FilePlace::Folder(folder.path().to_owned())).await.unwrap();
        let units = UnitTree::default();
        let tree = units.clone();
        let evidence = Evidence::new(db.clone(), world.clone(), Tree::new(move |unit| tree.lineage(unit)), files);
        let house = Self { db, world, clock, units, evidence, _place: place, _files: folder };
        house.fill().await;
        house
    }

    async fn fill(&self) {
        for (unit, level, name, parent) in [
            ("p", "province", "Tỉnh thử", "NULL"),
            ("a", "department", "Sở A", "'p'"),
            ("b", "department", "Sở B", "'p'"),
            ("c", "department", "Sở C", "'p'"),
            ("noi-vu", "department", "Sở Nội vụ", "'p'"),
        ] {
            self.execute(&format!("INSERT INTO unit (unit, origin) VALUES ('{unit}', 'test')")).await;
            self.execute(&format!(
                "INSERT INTO unit_version (unit, position, code, level, kind, name, short_name, parent, source, status, search_key, sort_key, \
                 origin) VALUES ('{unit}', 1, '{unit}', '{level}', '{level}', '{name}', '{name}', {parent}, 'test', 'seen', '{unit}', '{unit}', 'test')"
            ))
            .await;
        }
        self.execute("UPDATE revision SET value = 1").await;
        self.execute(
            "INSERT INTO indicator (indicator, name_vi, name_en, name_status, unit_vi, unit_en, direction, decimals, source, search_key, origin) \
             VALUES ('i', 'Chỉ tiêu thử', 'Indicator', 'official', '%', '%', 'higher-is-better', 0, 'test', 'i', 'test')",
        )
        .await;
        for (account, role, unit, reach) in [
            ("office", "reform-office", "p", "subtree"),
            ("officer-a", "unit-officer", "a", "unit"),
            ("head-a", "unit-head", "a", "unit"),
            ("head-b", "unit-head", "b", "unit"),
            ("head-c", "unit-head", "c", "unit"),
            ("judge", "appraiser", "p", "subtree"),
            ("judge-2", "appraiser", "p", "subtree"),
            ("chair", "council", "p", "subtree"),
            ("member-1", "council", "p", "subtree"),
            ("member-2", "council", "p", "subtree"),
            ("leader", "leader", "p", "subtree"),
            ("publisher", "publisher", "p", "subtree"),
        ] {
            self.execute(&format!(
                "INSERT INTO account (account, login, name, unit, state, must_change, failures, made_at, version, made_up, search_key, sort_key) \
                 VALUES ('{account}', '{account}', 'Người {account}', '{unit}', 'active', 0, 0, '2026-01-01T00:00:00+00:00', 1, 0, '{account}', '{account}')"
            ))
            .await;
            self.execute(&format!(
                "INSERT INTO role_grant (role_grant, account, role, unit, reach, valid_from, valid_to, given_at) \
                 VALUES ('{account}', '{account}', '{role}', '{unit}', '{reach}', '2026-01-01', NULL, '2026-01-01T00:00:00+00:00')"
            ))
            .await;
        }
        self.units.refresh(&self.db, self.world.now()).await.unwrap();
    }

    pub(crate) async fn execute(&self, sql: &str) {
        let mut write = self.db.write().await.unwrap();
        on!(write.conn(), c => sqlx::query(AssertSqlSafe(sql.to_owned())).execute(&mut *c).await.map(drop)).unwrap();
        write.commit().await.unwrap();
    }

    pub(crate) async fn lines(&self, sql: &str) -> Vec<String> {
        let mut read = self.db.read().await.unwrap();
        on!(read.conn(), c => sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_all(&mut *c).await).unwrap()
    }

    pub(crate) fn ground(&self) -> Ground<'_> {
        Ground { db: &self.db, world: &self.world, units: &self.units }
    }

    pub(crate) fn set_clock(&self, at: &str) {
        *self.clock.lock().unwrap() = at.parse().unwrap();
    }

    /// A person at work, with the role that `fill` gave them.
    pub(crate) fn person(&self, account: &str) -> Actor {
        let (role, unit, reach) = match account {
            "office" => (Role::ReformOffice, "p", Reach::Subtree),
            "officer-a" => (Role::UnitOfficer, "a", Reach::Unit),
            "head-a" => (Role::UnitHead, "a", Reach::Unit),
            "head-b" => (Role::UnitHead, "b", Reach::Unit),
            "head-c" => (Role::UnitHead, "c", Reach::Unit),
            "judge" | "judge-2" => (Role::Appraiser, "p", Reach::Subtree),
            "chair" | "member-1" | "member-2" => (Role::Council, "p", Reach::Subtree),
            "leader" => (Role::Leader, "p", Reach::Subtree),
            "publisher" => (Role::Publisher, "p", Reach::Subtree),
            "above" => (Role::UnitOfficer, "p", Reach::Subtree),
            other => panic!("nobody is called {other}"),
        };
        let grant = Grant {
            key: account.to_owned(),
            role,
            unit: unit.to_owned(),
            reach,
            valid_from: "2026-01-01".parse().unwrap(),
            valid_to: None,
            stands_in_for: None,
        };
        let principal = Principal {
            account: account.to_owned(),
            login: account.to_owned(),
            name: account.to_owned(),
            proof: Proof::Session("s".to_owned()),
            acting_unit: Some(unit.to_owned()),
            grants: vec![grant],
            ..Principal::program()
        };
        Actor::person(principal, self.world.now(), None, None)
    }

    pub(crate) async fn set(&self, text: &str) -> String {
        make_set(self.ground(), &self.person("office"), "p", text).await.unwrap()
    }

    /// A campaign over the three departments, open for self-scoring, with an appraiser of everything and a council of three.
    pub(crate) async fn campaign(&self) -> String {
        let set = self.set(SET).await;
        let key = self.draft(&set).await;
        self.next(&key).await;
        key
    }

    /// The same, not open yet.
    pub(crate) async fn draft(&self, set: &str) -> String {
        let office = self.person("office");
        let step = |phase, opens: &str, due: &str| Step { phase, opens_at: opens.parse().unwrap(), due_at: due.parse().unwrap() };
        let new = NewCampaign {
            title: "Đánh giá năm 2026".to_owned(),
            year: 2026,
            owner: "p".to_owned(),
            follows: None,
            quorum: Decimal::new(5, 1),
            note: None,
            made_up: true,
            blocks: vec![NewBlock {
                block: "so".to_owned(),
                name: "Các sở".to_owned(),
                set: set.to_owned(),
                units: ["a", "b", "c"].map(|unit| (unit.to_owned(), true)).to_vec(),
            }],
            steps: vec![
                step(Phase::Scoring, "2026-12-01T00:00:00Z", "2026-12-20T10:00:00Z"),
                step(Phase::Explanation, "2026-12-25T00:00:00Z", "2027-01-05T10:00:00Z"),
                step(Phase::Appeal, "2027-01-06T00:00:00Z", "2027-01-20T10:00:00Z"),
            ],
        };
        let key = make(self.ground(), &office, &new).await.unwrap();
        assign(self.ground(), &office, &key, "judge", Duty::Appraiser, "total", (None, None)).await.unwrap();
        for (account, place) in [("chair", Seat::Chair), ("member-1", Seat::Member), ("member-2", Seat::Member)] {
            seat(self.ground(), &office, &key, account, place).await.unwrap();
        }
        key
    }

    /// The office opens the next phase.
    pub(crate) async fn next(&self, campaign: &str) {
        let version = self.version(campaign).await;
        advance(self.ground(), &self.person("office"), campaign, version).await.unwrap();
    }

    pub(crate) async fn version(&self, campaign: &str) -> i64 {
        self.lines(&format!("SELECT CAST(version AS TEXT) FROM campaign WHERE campaign = '{campaign}'")).await[0].parse().unwrap()
    }

    /// A file in a unit's store of evidence; answers its key.
    pub(crate) async fn file(&self, person: &str, unit: &str) -> String {
        let words = b"B\xc3\xa1o c\xc3\xa1o n\xc4\x83m.";
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(words).unwrap();
        file.seek(SeekFrom::Start(0)).unwrap();
        let about = Description {
            kind: EvidenceKind::Report,
            title: "Báo cáo năm".to_owned(),
            document_number: None,
            document_date: None,
            issuer: None,
            note: None,
        };
        let upload = Upload { file_name: "bao-cao.txt".to_owned(), file, size: words.len().try_into().unwrap() };
        evidence::add(&self.evidence, &self.person(person), unit, &about, upload).await.unwrap()
    }

    /// A unit enters its figures, explains what has no evidence, and hands in.
    pub(crate) async fn hand_in(&self, campaign: &str, unit: &str, done: &str, published: &str, reported: &str, breaches: &str) {
        let head = self.person(&format!("head-{unit}"));
        let entries = [
            entry(AnswerKind::Figure, "done", done),
            entry(AnswerKind::Figure, "published", published),
            entry(AnswerKind::Figure, "reported", reported),
            entry(AnswerKind::Figure, "breaches", breaches),
            entry(AnswerKind::Explanation, "1.1", "Theo báo cáo năm"),
        ];
        save(self.ground(), &head, campaign, unit, &entries).await.unwrap();
        submit(self.ground(), &head, campaign, unit).await.unwrap();
    }
}

pub(crate) fn entry(kind: AnswerKind, code: &str, text: &str) -> Entry {
    Entry { kind, code: code.to_owned(), seen: 0, text: text.to_owned() }
}

pub(crate) fn opinion<'a>(
    campaign: &'a str,
    unit: &'a str,
    leaf: &'a str,
    seen: i64,
    verdict: Verdict,
    points: Option<&str>,
    reason: &str,
) -> NewOpinion<'a> {
    NewOpinion {
        campaign,
        unit,
        leaf,
        seen,
        said: Said { verdict, points: points.map(|points| points.parse().unwrap()), reason: reason.to_owned() },
    }
}
