//! A server that is killed loses nothing that it had acknowledged, and its history stays whole.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use accounts::sign_in::{Origin, SignedIn, with_password};
use accounts::{Accounts, Actor, Hasher, Scope, Security, Tree, make_token, principal_of_session};
use platform::{Db, World, history};
use serde_json::{Value, json};

use crate::program::{Server, run};

/// Writes that are acknowledged before the server is killed.
const ACKNOWLEDGED: usize = 1000;
/// Writers at once; each has figures of its own.
const WRITERS: usize = 4;

/// Value and version of each figure that an answer confirmed last.
type Confirmed = Arc<Mutex<BTreeMap<String, (String, i64)>>>;

fn world() -> World {
    let start = std::time::Instant::now();
    // The hour of the test: the server's own clock is the system's, so sessions must begin near it.
    let now: chrono::DateTime<chrono::Utc> = std::time::UNIX_EPOCH.into();
    let began = now + chrono::TimeDelta::seconds(seconds_of_the_system());
    World::new(move || began + start.elapsed(), |bytes| getrandom::fill(bytes).expect("random numbers"))
}

/// Seconds since 1970 as the system tells them to programs; tests read no clock of their own.
fn seconds_of_the_system() -> i64 {
    let output = std::process::Command::new("date").arg("+%s").output().expect("date runs");
    String::from_utf8_lossy(&output.stdout).trim().parse().expect("seconds")
}

/// An access token of the made-up officer, made as the page makes it.
async fn token(db: &Db) -> String {
    let accounts = Accounts {
        db: db.clone(),
        world: world(),
        security: Security::default(),
        hasher: Hasher::new(1),
        tree: Tree::new(|_| None),
        issuer: "thử".to_owned(),
        made_up_people: accounts::MadeUpPeople::Admitted,
        questions: accounts::SessionQuestions::default(),
    };
    let signed = with_password(&accounts, "mau.dau-moi", desk::DEMO_PASSWORD, &Origin::default()).await.expect("signed in");
    let SignedIn::Open { secret } = signed else { panic!("a made-up person has no second factor") };
    let principal = principal_of_session(&accounts, &secret).await.expect("an answer").expect("an open session");
    let actor = Actor::person(principal, accounts.world.now(), None, None);
    make_token(&accounts, &actor, "thử", Scope::Write, 1).await.expect("a token")
}

/// One request over a connection that stays open; nothing when the server went away.
fn ask(stream: &mut BufReader<TcpStream>, head: &str, body: &str) -> Option<(u16, Value)> {
    let length = body.len();
    write!(stream.get_mut(), "{head}Host: thu\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}").ok()?;
    let mut line = String::new();
    stream.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let status = line.split(' ').nth(1)?.parse().ok()?;
    let mut left = 0;
    loop {
        line.clear();
        stream.read_line(&mut line).ok().filter(|read| *read > 0)?;
        if line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            left = value.trim().parse().ok()?;
        }
    }
    let mut bytes = vec![0; left];
    stream.read_exact(&mut bytes).ok()?;
    Some((status, serde_json::from_slice(&bytes).unwrap_or(Value::Null)))
}

fn connect(address: &str) -> BufReader<TcpStream> {
    let stream = TcpStream::connect(address).expect("the server listens");
    stream.set_nodelay(true).expect("small pieces go at once");
    BufReader::new(stream)
}

/// The sheet of the unit as the API tells it.
fn sheet(address: &str, path: &str, token: &str) -> Value {
    let head = format!("GET {path} HTTP/1.1\r\nAuthorization: Bearer {token}\r\n");
    let (status, sheet) = ask(&mut connect(address), &head, "").expect("an answer");
    assert_eq!(status, 200, "{sheet}");
    sheet
}

fn versions(sheet: &Value) -> BTreeMap<String, (String, i64)> {
    let figures = sheet["figures"].as_array().cloned().unwrap_or_default();
    let text = |figure: &Value, key: &str| figure[key].as_str().unwrap_or_default().to_owned();
    figures.iter().map(|figure| (text(figure, "indicator"), (text(figure, "value"), figure["version"].as_i64().unwrap_or(0)))).collect()
}

/// Writes the given figures again and again until the server is gone.
fn write_on(address: &str, path: &str, token: &str, mut figures: Vec<(String, i64)>, confirmed: &Confirmed, count: &AtomicUsize) {
    let mut stream = connect(address);
    for round in 1_i64.. {
        for (indicator, version) in &mut figures {
            let value = round.to_string();
            let body = json!({ "figures": [{ "indicator": indicator, "value": value, "version": *version }] }).to_string();
            let head = format!("PUT {path} HTTP/1.1\r\nAuthorization: Bearer {token}\r\n");
            let Some((status, answer)) = ask(&mut stream, &head, &body) else { return };
            assert_eq!(status, 200, "{answer}");
            *version = versions(&answer).get(indicator.as_str()).map_or(0, |(_, version)| *version);
            confirmed.lock().expect("no writer failed").insert(indicator.clone(), (value, *version));
            count.fetch_add(1, Ordering::SeqCst);
        }
    }
}

#[test]
fn no_acknowledged_write_is_lost_when_the_server_is_killed() {
    let folder = tempfile::tempdir().expect("a folder");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let server = Server::start(folder.path(), &["--demo", "--rate-limit", "0"]);
    let db = runtime.block_on(Db::open_folder(folder.path())).expect("a database");
    let token = runtime.block_on(token(&db));
    let head = format!("GET /api/v1/collections HTTP/1.1\r\nAuthorization: Bearer {token}\r\n");
    let (_, list) = ask(&mut connect(&server.address), &head, "").expect("an answer");
    let collection = list["collections"][0]["collection"].as_str().expect("the collection of the demonstration").to_owned();
    let unit = list["collections"][0]["units"][0]["unit"].as_str().expect("the officer's unit").to_owned();
    let indicators: Vec<String> = list["collections"][0]["indicators"]
        .as_array()
        .expect("indicators")
        .iter()
        .map(|one| one["indicator"].as_str().unwrap_or_default().to_owned())
        .collect();
    let path = format!("/api/v1/collections/{collection}/{unit}");
    let before = versions(&sheet(&server.address, &path, &token));
    let (confirmed, count) = (Confirmed::default(), Arc::new(AtomicUsize::new(0)));
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let own: Vec<(String, i64)> = indicators
                .iter()
                .skip(writer)
                .step_by(WRITERS)
                .map(|one| (one.clone(), before.get(one).map_or(0, |(_, version)| *version)))
                .collect();
            let (address, path, token, confirmed, count) =
                (server.address.clone(), path.clone(), token.clone(), Arc::clone(&confirmed), Arc::clone(&count));
            std::thread::spawn(move || write_on(&address, &path, &token, own, &confirmed, &count))
        })
        .collect();
    while count.load(Ordering::SeqCst) < ACKNOWLEDGED {
        assert!(!writers.iter().any(std::thread::JoinHandle::is_finished), "a writer stopped before the server did");
        std::thread::yield_now();
    }
    server.stop("-KILL");
    for writer in writers {
        writer.join().expect("a writer ends when the server is gone");
    }
    let again = Server::start(folder.path(), &["--demo", "--rate-limit", "0"]);
    let after = versions(&sheet(&again.address, &path, &token));
    let confirmed = confirmed.lock().expect("no writer failed").clone();
    assert!(!confirmed.is_empty());
    for (indicator, (value, version)) in &confirmed {
        let (found, newest) = after.get(indicator).expect("the figure is there");
        // One write more may have been done and not been answered.
        assert!(newest - version <= 1 && newest >= version, "{indicator}: version {version} was confirmed, {newest} is there");
        assert!(newest > version || found == value, "{indicator}: {value} was confirmed, {found} is there");
    }
    let report = runtime.block_on(history::verify(&db, &[])).expect("the history is read");
    assert_eq!(report.faults, []);
    assert!(report.events >= u64::try_from(ACKNOWLEDGED).expect("a number"), "{} events", report.events);
    again.stop("-TERM");
    let output = run(&["check", "--data", &folder.path().to_string_lossy()]);
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(told.contains("các chuỗi nguyên vẹn"), "{told}");
}
