//! `cargo bench -p cchc --bench campaign [-- postgres://… [seconds]]`: an evaluation of every commune of the country.
//!
//! 3,321 units, a set of 100 leaves, a figure, a ruling and a thread at each leaf, evidence at every tenth; then the page of one unit, one leaf
//! over all units, and the results of all; then the hour of the deadline: 600 units save a leaf every two seconds each, one in twenty of them
//! beside an upload of evidence.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a measurement that cannot be made ends with its cause, and its result is printed"
)]

mod steering;

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use platform::sqlx::{AssertSqlSafe, query, query_as};
use platform::{Db, on};
use sha2::{Digest as _, Sha256};
use steering::{ask, hex, serve, token, told};
use tokio::net::TcpStream;

/// Leaves of the set.
const LEAVES: usize = 100;
/// Units at work in the hour of the deadline, and how long each waits from leaf to leaf.
const AT_WORK: usize = 600;
const TURN: Duration = Duration::from_secs(2);
const NOW: &str = "2026-01-01T00:00:00+00:00";

/// A set of as many leaves as wanted, in ten areas, each with a linear rule over a figure.
fn set_text() -> String {
    let mut text = String::from(
        "format = \"cchc-index-definition/1\"\nid = \"do\"\nindex = \"do\"\nname = { vi = \"Bộ đo\", en = \"A set\" }\nsummary = { vi = \"Đo\", en = \"Measured\" }\n\
         unit_level = \"commune\"\nstatus = \"unverified\"\ndecimals = 2\n[set]\nkind = \"own\"\nlevel = \"commune\"\n[computation]\n\
         rank_direction = \"higher-is-better\"\ntie_rule = \"dense\"\nrank_on = \"unrounded\"\nmissing = \"zero\"\n",
    );
    for leaf in 0..LEAVES {
        let _ = write!(
            text,
            "[[figure]]\ncode = \"f{leaf}\"\nname = {{ vi = \"Tỷ lệ {leaf}\", en = \"Rate {leaf}\" }}\nunit = \"%\"\nrange = [\"0\", \"100\"]\n"
        );
    }
    text.push_str("[[node]]\ncode = \"total\"\naggregation = \"sum-of-points\"\n");
    for area in 0..10 {
        let _ = write!(
            text,
            "[[node]]\ncode = \"{area}\"\nname = {{ vi = \"Lĩnh vực {area}\", en = \"Area {area}\" }}\nparent = \"total\"\naggregation = \"sum-of-points\"\n"
        );
        for leaf in (area * LEAVES / 10)..((area + 1) * LEAVES / 10) {
            let _ = write!(
                text,
                "[[node]]\ncode = \"{area}.{leaf}\"\nname = {{ vi = \"Tiêu chí {leaf}\", en = \"Leaf {leaf}\" }}\nparent = \"{area}\"\nmaximum = \"1\"\n\
                 [node.rule]\nkind = \"linear\"\nfigure = \"f{leaf}\"\nfull_at = \"90\"\n[node.asks]\nevidence = {{ vi = \"Báo cáo\", en = \"Report\" }}\n"
            );
        }
    }
    text
}

fn leaf_code(leaf: usize) -> String {
    format!("{}.{leaf}", leaf * 10 / LEAVES)
}

async fn rows(db: &Db, head: &str, rows: impl Iterator<Item = String>) {
    let mut write = db.write().await.expect("a write");
    let mut waiting: Vec<String> = Vec::new();
    let mut rows = rows.peekable();
    while let Some(row) = rows.next() {
        waiting.push(row);
        if waiting.len() == 500 || rows.peek().is_none() {
            let sql = format!("{head} VALUES {}", waiting.join(","));
            on!(write.conn(), c => query(AssertSqlSafe(sql)).execute(&mut *c).await.map(drop)).expect("rows");
            waiting.clear();
        }
    }
    write.commit().await.expect("rows are there");
}

/// Somebody with an open session: account, secret.
async fn person(db: &Db, account: &str, role: &str, unit: &str, reach: &str) -> String {
    let secret = hex(&Sha256::digest(format!("bí mật {account}")));
    let session = hex(&Sha256::digest(secret.as_bytes()));
    let (time, day, seen, ends) = match db {
        Db::Lite { .. } => {
            ("", "", "strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')", "strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now', '+11 hours')")
        }
        Db::Pg(_) => ("::TIMESTAMPTZ", "::DATE", "now()", "now() + interval '11 hours'"),
    };
    let mut write = db.write().await.expect("a write");
    for statement in [
        format!(
            "INSERT INTO account (account, login, name, unit, state, must_change, failures, made_at, signed_in_at, version, made_up, search_key, sort_key) \
             VALUES ('{account}', '{account}', 'Minh Họa', '{unit}', 'active', 0, 0, '{NOW}'{time}, {seen}, 1, 1, 'minh hoa', 'minh hoa')"
        ),
        format!(
            "INSERT INTO role_grant (role_grant, account, role, unit, reach, valid_from, given_at) \
             VALUES ('vai-{account}', '{account}', '{role}', '{unit}', '{reach}', '2020-01-01'{day}, '{NOW}'{time})"
        ),
        format!(
            "INSERT INTO session (session, account, stage, method, second_factor, started_at, seen_at, ends_at) \
             VALUES ('{session}', '{account}', 'full', 'password', 0, {seen}, {seen}, {ends})"
        ),
    ] {
        on!(write.conn(), c => query(AssertSqlSafe(statement)).execute(&mut *c).await.map(drop)).expect("a row");
    }
    write.commit().await.expect("a person");
    secret
}

struct Filled {
    office: String,
    units: Vec<String>,
    people: Vec<(String, String)>,
}

async fn filled(db: &Db) -> Filled {
    let mut read = db.read().await.expect("a connection");
    const COMMUNES: &str = "SELECT DISTINCT unit FROM unit_version WHERE level = 'commune' AND valid_to IS NULL ORDER BY unit";
    let units: Vec<(String,)> = on!(read.conn(), c => query_as(COMMUNES).fetch_all(&mut *c).await).expect("communes");
    drop(read);
    let units: Vec<String> = units.into_iter().map(|(unit,)| unit).collect();
    let (time, end) = match db {
        Db::Lite { .. } => ("", ""),
        Db::Pg(_) => ("::TIMESTAMPTZ", "::TIMESTAMPTZ"),
    };
    let text = set_text().replace('\'', "''");
    let digest = hex(&Sha256::digest(set_text().as_bytes()));
    rows(
        db,
        "INSERT INTO criteria_set (criteria_set, code, title, level, owner, kind, state, definition, sha256, made_by, made_at, changed_by, changed_at, version)",
        std::iter::once(format!("('do', 'do', 'Bộ đo', 'commune', 'vn', 'own', 'locked', '{text}', '{digest}', 'do', '{NOW}'{time}, 'do', '{NOW}'{time}, 1)")),
    )
    .await;
    rows(
        db,
        "INSERT INTO campaign (campaign, title, year, owner, phase, quorum, made_up, made_by, made_at, version)",
        std::iter::once(format!("('do', 'Đo', 2026, 'vn', 'scoring', '0.5', 1, 'do', '{NOW}'{time}, 1)")),
    )
    .await;
    rows(
        db,
        "INSERT INTO campaign_block (campaign, block, position, name, criteria_set)",
        std::iter::once("('do', 'xa', 0, 'Xã', 'do')".to_owned()),
    )
    .await;
    rows(
        db,
        "INSERT INTO campaign_step (campaign, phase, opens_at, due_at)",
        std::iter::once(format!("('do', 'scoring', '{NOW}'{time}, '2099-01-01T00:00:00+00:00'{end})")),
    )
    .await;
    let of = units.iter().enumerate();
    rows(
        db,
        "INSERT INTO campaign_unit (campaign, unit, block, position, name, ranked, state, version)",
        of.clone().map(|(at, unit)| format!("('do', '{unit}', 'xa', {at}, 'Đơn vị {at}', 1, 'open', 1)")),
    )
    .await;
    let leaves = || 0..LEAVES;
    rows(
        db,
        "INSERT INTO campaign_answer (campaign, unit, kind, code, value, entered_by, entered_at, version)",
        of.clone().flat_map(|(at, unit)| {
            leaves()
                .map(move |leaf| format!("('do', '{unit}', 'figure', 'f{leaf}', '{}', 'do', '{NOW}'{time}, 1)", (at * 7 + leaf * 13) % 101))
        }),
    )
    .await;
    rows(
        db,
        "INSERT INTO campaign_opinion (opinion, campaign, unit, leaf, phase, side, verdict, points, account, given_at)",
        of.clone().flat_map(|(at, unit)| {
            leaves().map(move |leaf| {
                format!(
                    "('{at}-{leaf}', 'do', '{unit}', '{}', 'appraisal', 'appraiser', 'set', '0.{:02}', 'do', '{NOW}'{time})",
                    leaf_code(leaf),
                    (at * 7 + leaf * 13) % 100
                )
            })
        }),
    )
    .await;
    rows(
        db,
        "INSERT INTO campaign_ruling (campaign, unit, leaf, verdict, side, points, account, opinions, ruled_at, version)",
        of.clone().flat_map(|(at, unit)| {
            leaves().map(move |leaf| {
                format!(
                    "('do', '{unit}', '{}', 'set', 'appraiser', '0.{:02}', 'do', 1, '{NOW}'{time}, 1)",
                    leaf_code(leaf),
                    (at * 7 + leaf * 13) % 100
                )
            })
        }),
    )
    .await;
    rows(
        db,
        "INSERT INTO evidence (evidence, unit, kind, title, state, made_by, made_at, version, search_key, sort_key)",
        of.clone().map(|(at, unit)| {
            format!("('mc-{at}', '{unit}', 'report', 'Báo cáo', 'active', 'do', '{NOW}'{time}, 1, 'bao cao', 'bao cao')")
        }),
    )
    .await;
    rows(
        db,
        "INSERT INTO evidence_file (evidence, position, sha256, size, file_name, file_kind, text_state, findings, signatures, added_by, added_at)",
        of.clone().map(|(at, _)| format!("('mc-{at}', 1, '{:064x}', 10, 'bao-cao.pdf', 'pdf', 'none', '[]', '[]', 'do', '{NOW}'{time})", at)),
    )
    .await;
    rows(
        db,
        "INSERT INTO evidence_use (evidence_use, evidence, position, kind, thing, added_by, added_at)",
        of.clone().flat_map(|(at, unit)| {
            leaves()
                .step_by(10)
                .map(move |leaf| format!("('u-{at}-{leaf}', 'mc-{at}', 1, 'leaf', 'do/{unit}/{}', 'do', '{NOW}'{time})", leaf_code(leaf)))
        }),
    )
    .await;
    if matches!(db, Db::Pg(_)) {
        let mut write = db.write().await.expect("a write");
        on!(write.conn(), c => query("ANALYZE").execute(&mut *c).await.map(drop)).expect("looked at");
        write.commit().await.expect("known");
    }
    let office = person(db, "do-van-phong", "reform-office", "vn", "subtree").await;
    let mut people = Vec::new();
    for (at, unit) in units.iter().enumerate().take(AT_WORK) {
        people.push((person(db, &format!("do-{at}"), "unit-officer", unit, "unit").await, unit.clone()));
    }
    Filled { office, units, people }
}

/// Asks for a page several times, one after the other; times in microseconds, and the length of the page.
async fn page(address: &str, secret: &str, path: &str, times: usize) -> (Vec<u64>, usize) {
    let stream = TcpStream::connect(address).await.expect("a connection");
    stream.set_nodelay(true).expect("small pieces go at once");
    let mut stream = tokio::io::BufReader::new(stream);
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nCookie: cchc_phien={secret}\r\n\r\n");
    let (mut took, mut length) = (Vec::new(), 0);
    for round in 0..=times {
        let begin = Instant::now();
        let (status, size) = ask(&mut stream, request.as_bytes()).await;
        assert_eq!(status, 200, "{path}");
        length = size;
        // The first one fills caches.
        if round > 0 {
            took.push(u64::try_from(begin.elapsed().as_micros()).unwrap_or(u64::MAX));
        }
    }
    (took, length)
}

/// One unit in the hour of the deadline.
async fn hurry(address: String, number: usize, secret: String, unit: String, begin: Instant, stop: Instant) -> (Vec<u64>, Vec<u64>, u64) {
    let stream = TcpStream::connect(&address).await.expect("a connection");
    stream.set_nodelay(true).expect("small pieces go at once");
    let mut stream = tokio::io::BufReader::new(stream);
    let cookie = format!("Host: {address}\r\nCookie: cchc_phien={secret}\r\n");
    let (mut saves, mut uploads, mut faults) = (Vec::new(), Vec::new(), 0);
    let behind = (number * 617 % AT_WORK) as f64 / AT_WORK as f64;
    for turn in 0_u32.. {
        let at = begin + TURN.mul_f64(f64::from(turn) + behind);
        if at >= stop {
            return (saves, uploads, faults);
        }
        tokio::time::sleep_until(at.into()).await;
        let form_number = u64::from(turn) * 100_003 + number as u64;
        if number.is_multiple_of(20) && turn % 5 == 4 {
            let part = "--x\r\nContent-Disposition: form-data; name";
            let field = |name: &str, value: &str| format!("{part}=\"{name}\"\r\n\r\n{value}\r\n");
            let body = format!(
                "{}{}{}{}{part}=\"tep\"; filename=\"bao-cao.csv\"\r\n\r\na,{form_number}\n{}\r\n--x--\r\n",
                field("phieu", &token(&secret, form_number)),
                field("ten", "Báo cáo"),
                field("loai", "report"),
                field("don-vi", &unit),
                "1,2,3\n".repeat(2000)
            );
            let head = format!(
                "POST /lam-viec/minh-chung/them HTTP/1.1\r\n{cookie}Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {}\r\n\r\n",
                body.len()
            );
            let (status, _) = ask(&mut stream, format!("{head}{body}").as_bytes()).await;
            uploads.push(u64::try_from(at.elapsed().as_micros()).unwrap_or(u64::MAX));
            faults += u64::from(status != 303 && status != 422);
            continue;
        }
        let leaf = usize::try_from(turn).unwrap_or(0) % LEAVES;
        let version = 1 + turn / u32::try_from(LEAVES).unwrap_or(1);
        let body = format!("phieu={}&so.f{leaf}={}&ban.so.f{leaf}={version}", token(&secret, form_number), (form_number * 7 + 3) % 101);
        let head = format!(
            "POST /lam-viec/danh-gia/do/{unit}/luu-ngay HTTP/1.1\r\n{cookie}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        let (status, _) = ask(&mut stream, format!("{head}{body}").as_bytes()).await;
        saves.push(u64::try_from(at.elapsed().as_micros()).unwrap_or(u64::MAX));
        faults += u64::from(status != 200);
    }
    (saves, uploads, faults)
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let database = words.first().filter(|word| word.contains("://")).cloned();
    let seconds: u64 = words.iter().find_map(|word| word.parse().ok()).unwrap_or(20);
    let folder: PathBuf = std::env::temp_dir().join(format!("cchc-campaign-{}", std::process::id()));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    drop(serve(&folder, database.as_deref()));
    let filled = runtime.block_on(async {
        let db = match &database {
            Some(address) => Db::open_address(address).await,
            None => Db::open_folder(&folder).await,
        };
        let db = db.expect("a database");
        let filled = filled(&db).await;
        db.close().await;
        filled
    });
    let server = serve(&folder, database.as_deref());
    let address = Arc::new(server.1.clone());
    println!("{} units, {LEAVES} leaves, {}", filled.units.len(), if database.is_some() { "PostgreSQL" } else { "SQLite" });
    runtime.block_on(async {
        let unit = format!("/lam-viec/danh-gia/do/{}", filled.units[7]);
        for (name, path, secret, times) in [
            ("unit page", unit.as_str(), &filled.people[7].0, 30),
            ("one leaf over all", "/lam-viec/danh-gia/do/tieu-chi/xa/5.55", &filled.office, 20),
            ("results of all", "/lam-viec/danh-gia/do/ket-qua", &filled.office, 5),
            ("overview", "/lam-viec/danh-gia/do", &filled.office, 10),
            ("first page", "/lam-viec", &filled.people[7].0, 20),
        ] {
            let (mut took, length) = page(&address, secret, path, times).await;
            let total = took.iter().sum::<u64>() as f64 / 1_000_000.0;
            print!("{length:>9} bytes  ");
            told(name, &mut took, total);
        }
        let begin = Instant::now() + Duration::from_millis(200);
        let stop = begin + Duration::from_secs(seconds);
        let tasks: Vec<_> = filled
            .people
            .into_iter()
            .enumerate()
            .map(|(number, (secret, unit))| tokio::spawn(hurry(address.to_string(), number, secret, unit, begin, stop)))
            .collect();
        let (mut saves, mut uploads, mut faults) = (Vec::new(), Vec::new(), 0);
        for task in tasks {
            let (saved, uploaded, wrong) = task.await.expect("a unit works to the end");
            saves.extend(saved);
            uploads.extend(uploaded);
            faults += wrong;
        }
        println!(
            "the hour of the deadline: {AT_WORK} units, a leaf every {} s each, {seconds} s, {faults} answers that were not as expected",
            TURN.as_secs()
        );
        told("saves", &mut saves, seconds as f64);
        told("uploads", &mut uploads, seconds as f64);
    });
    drop(server);
    // The folder is the measurement's own; what stays of it does no harm.
    let _ = std::fs::remove_dir_all(&folder);
}
