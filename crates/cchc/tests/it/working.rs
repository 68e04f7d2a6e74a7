//! Jobs are done inside the server or apart, and the settings of messages are checked before anything is served.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Stdio};

use platform::jobs::{NewJob, queue};
use platform::{Db, World, on};
use serde_json::json;

use crate::program::{Server, cchc, err, run};

/// Queues the daily upkeep as a made-up moment would; the day is one of its own, so the schedule's job is another.
async fn queue_upkeep(db: &Db) -> String {
    let world = World::new(|| "2026-01-01T00:00:00Z".parse().expect("a moment"), |bytes| bytes.fill(7));
    let job = NewJob {
        kind: "upkeep",
        title: "Việc thử".to_owned(),
        payload: json!({}),
        only_once: None,
        run_at: world.now(),
        asked_by: None,
        unit: None,
    };
    let mut write = db.write().await.expect("a write");
    let key = queue(write.conn(), &world, &job).await.expect("queued").expect("new");
    write.commit().await.expect("committed");
    key
}

/// How a job stands, with its result.
async fn look(db: &Db, key: &str) -> (String, String) {
    let mut read = db.read().await.expect("a read");
    let sql = "SELECT state, COALESCE(result, '') FROM job WHERE job = $1";
    on!(read.conn(), c => platform::sqlx::query_as(sql).bind(key).fetch_one(&mut *c).await).expect("the job")
}

async fn until_done(db: &Db, key: &str) -> String {
    let waiting = async {
        loop {
            let (state, result) = look(db, key).await;
            if state == "done" {
                return result;
            }
            assert!(["queued", "running"].contains(&state.as_str()), "{state}");
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(120), waiting).await.expect("the job is done")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_workers_leaves_jobs_to_a_worker_apart() {
    let data = tempfile::tempdir().expect("a folder");
    let server = Server::start(data.path(), &["--workers", "0", "--watchers", "127.0.0.0/8"]);
    let db = Db::open_folder(data.path()).await.expect("the database");
    let key = queue_upkeep(&db).await;
    let measured = || String::from_utf8_lossy(&server.get("/metrics").1).into_owned();
    let seen = async {
        while !measured().contains("cchc_jobs{state=\"late\"} 1\n") {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(120), seen).await.expect("the job is counted as late");
    assert_eq!(look(&db, &key).await.0, "queued", "the server leaves it alone");

    let mut worker = cchc(&["worker", "--data", &data.path().to_string_lossy(), "--lang", "en"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the worker starts");
    let mut lines = BufReader::new(worker.stdout.take().expect("standard output"));
    let mut line = String::new();
    lines.read_line(&mut line).expect("a line");
    assert_eq!(line, "Doing jobs (stop: Ctrl+C)\n");
    let result = until_done(&db, &key).await;
    assert!(result.contains("\"closed-accounts\":0"), "{result}");
    assert!(Command::new("kill").args(["-TERM", &worker.id().to_string()]).status().expect("kill runs").success());
    assert_eq!(worker.wait().expect("it ends").code(), Some(0));
    let mut rest = String::new();
    lines.read_to_string(&mut rest).expect("the last line");
    assert_eq!(rest, "Stopped.\n");
    db.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_does_jobs_by_itself_and_stops_cleanly() {
    let data = tempfile::tempdir().expect("a folder");
    let server = Server::start(data.path(), &[]);
    let db = Db::open_folder(data.path()).await.expect("the database");
    let key = queue_upkeep(&db).await;
    until_done(&db, &key).await;
    db.close().await;
    let (code, said) = server.stop("-TERM");
    assert_eq!(code, Some(0));
    assert!(said.ends_with("Đã dừng.\n"), "{said}");
}

#[test]
fn settings_of_messages_that_cannot_work_are_named_and_secrets_are_not_told() {
    let data = tempfile::tempdir().expect("a folder");
    let folder = data.path().to_string_lossy().into_owned();
    let start = |more: &[&str]| {
        let mut arguments = vec!["serve", "--data", &folder, "--listen", "127.0.0.1:0", "--lang", "en"];
        arguments.extend(more);
        let output = run(&arguments);
        (output.status.code(), err(&output))
    };
    let (code, said) = start(&["--mail-host", "mail.example.invalid"]);
    assert!(code == Some(2) && said.contains("--mail-host is set and --mail-from is missing"), "{said}");
    let clear = ["--mail-host", "mail.example.invalid", "--mail-from", "a@example.invalid", "--mail-security", "none"];
    let (code, said) = start(&[&clear[..], &["--mail-user", "u", "--mail-password", "made-up-secret"]].concat());
    assert!(code == Some(2) && said.contains("not sent to the mail server in the clear") && !said.contains("made-up-secret"), "{said}");
    let (code, said) = start(&["--webhook-url", "https://gateway.example.invalid/", "--webhook-secret", "made-up-secret"]);
    assert!(code == Some(2) && said.contains("--webhook-secret") && !said.contains("made-up-secret"), "{said}");
    let absent = run(&["worker", "--data", &data.path().join("nothing").to_string_lossy()]);
    assert_eq!(absent.status.code(), Some(1), "a worker makes no database");
    let none = run(&["worker", "--data", &folder, "--workers", "0"]);
    assert_eq!(none.status.code(), Some(2), "{}", err(&none));
}
