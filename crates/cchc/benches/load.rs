//! `cargo bench -p cchc --bench load [-- postgres://… [seconds [people [rate]]]]`: signed-in people at work on a server in a process of its own.
//!
//! A thousand people, each over a connection of their own: eight of ten requests read the first page or a sheet of figures, two save a figure with
//! its history. With a rate, each person asks at their turn so that all together ask so often a second, and times of answers count from that turn,
//! also when the answer before came late. With rate 0 each asks again at once, which shows how many requests a second are answered at most;
//! the times then are those of a queue of a thousand. Where the system tells (`/proc`), the processor time of a request is told too, for the server,
//! for PostgreSQL and for those who ask: it stays the same while others use the machine.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a measurement that cannot be made ends with its cause, and its result is printed"
)]

mod steering;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use platform::sqlx::{AssertSqlSafe, query, query_as};
use platform::{Db, on};
use sha2::{Digest as _, Sha256};
use steering::{ask, hex, serve, serve_with, token, told};
use tokio::net::TcpStream;

/// One person: the secret of a session, their sheet, and the figures that they alone enter.
struct Person {
    secret: String,
    sheet: String,
    figures: Vec<(String, i64)>,
}

/// Puts people, their roles and open sessions into the database: signing in is another measurement.
async fn people(db: &Db, count: usize) -> Vec<Person> {
    let mut read = db.read().await.expect("a connection");
    let (collection,): (String,) =
        on!(read.conn(), c => query_as("SELECT collection FROM collection ORDER BY collection LIMIT 1").fetch_one(&mut *c).await)
            .expect("a collection");
    const UNITS: &str = "SELECT unit FROM collection_unit WHERE collection = $1 AND state = 'open' ORDER BY unit";
    let units: Vec<(String,)> = on!(read.conn(), c => query_as(UNITS).bind(&collection).fetch_all(&mut *c).await).expect("units");
    const ASKED: &str = "SELECT indicator FROM collection_indicator WHERE collection = $1 ORDER BY position";
    let asked: Vec<(String,)> = on!(read.conn(), c => query_as(ASKED).bind(&collection).fetch_all(&mut *c).await).expect("indicators");
    const THERE: &str = "SELECT unit, indicator, version FROM figure WHERE collection = $1";
    let there: Vec<(String, String, i64)> =
        on!(read.conn(), c => query_as(THERE).bind(&collection).fetch_all(&mut *c).await).expect("figures");
    drop(read);
    let now = "2020-01-01T00:00:00+00:00";
    let (time, day) = match db {
        Db::Lite { .. } => ("", ""),
        Db::Pg(_) => ("::TIMESTAMPTZ", "::DATE"),
    };
    let seen = match db {
        Db::Lite { .. } => "strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')",
        Db::Pg(_) => "now()",
    };
    let ends = match db {
        Db::Lite { .. } => "strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now', '+11 hours')",
        Db::Pg(_) => "now() + interval '11 hours'",
    };
    let mut write = db.write().await.expect("a write");
    let mut all = Vec::new();
    for number in 0..count {
        let (unit,) = &units[number % units.len()];
        let (account, secret) = (format!("tai-khoan-{number}"), hex(&Sha256::digest(format!("bí mật {number}"))));
        let session = hex(&Sha256::digest(secret.as_bytes()));
        let statements = [
            format!(
                "INSERT INTO account (account, login, name, unit, state, must_change, failures, made_at, signed_in_at, version, made_up, search_key, sort_key) \
                VALUES ('{account}', 'nguoi.{number}', 'Minh Họa {number}', '{unit}', 'active', 0, 0, '{now}'{time}, {seen}, 1, 1, 'minh hoa', 'minh hoa') ON CONFLICT DO NOTHING"
            ),
            format!(
                "INSERT INTO role_grant (role_grant, account, role, unit, reach, valid_from, given_at) \
                VALUES ('vai-{number}', '{account}', 'unit-officer', '{unit}', 'unit', '2020-01-01'{day}, '{now}'{time}) ON CONFLICT DO NOTHING"
            ),
            format!("DELETE FROM session WHERE session = '{session}'"),
            format!(
                "INSERT INTO session (session, account, stage, method, second_factor, started_at, seen_at, ends_at) \
                VALUES ('{session}', '{account}', 'full', 'password', 0, {seen}, {seen}, {ends})"
            ),
        ];
        for statement in statements {
            on!(write.conn(), c => query(AssertSqlSafe(statement)).execute(&mut *c).await.map(drop)).expect("a row");
        }
        let place = number / units.len();
        let own = asked.iter().skip(place).step_by(count.div_ceil(units.len()).max(1));
        let version = |indicator: &str| there.iter().find(|row| row.0 == *unit && row.1 == indicator).map_or(0, |row| row.2);
        let figures = own.map(|(indicator,)| (indicator.clone(), version(indicator))).collect();
        all.push(Person { secret, sheet: format!("/lam-viec/so-lieu/{collection}/{unit}"), figures });
    }
    write.commit().await.expect("people are there");
    if matches!(db, Db::Pg(_)) {
        // A thousand people came at once; an installation that has been running knows how large its tables are.
        let mut write = db.write().await.expect("a write");
        on!(write.conn(), c => query("ANALYZE").execute(&mut *c).await.map(drop)).expect("looked at");
        write.commit().await.expect("known");
    }
    all
}

/// The body of the form that saves one figure, with the token that the page would have put in.
fn form(secret: &str, number: u64, indicator: &str, version: i64) -> String {
    format!("phieu={}&so.{indicator}={}&ban.{indicator}={version}", token(secret, number), number % 9000 + 1)
}

/// Times of answers, apart for reading and writing, in microseconds.
#[derive(Default)]
struct Times {
    reads: Vec<u64>,
    writes: Vec<u64>,
    faults: u64,
}

/// When everybody begins, when answers begin to count, when everybody ends, and how long one person waits from turn to turn.
#[derive(Clone, Copy)]
struct Hours {
    begin: Instant,
    count_from: Instant,
    stop: Instant,
    turn: Duration,
    /// The part of a turn by which this person is behind the first.
    behind: f64,
}

impl Hours {
    /// When a person asks for the time number `asked`; at once where there are no turns.
    async fn wait(&self, asked: u32) -> Instant {
        if self.turn.is_zero() {
            return Instant::now();
        }
        let at = self.begin + self.turn.mul_f64(f64::from(asked) + self.behind);
        tokio::time::sleep_until(at.into()).await;
        at
    }
}

async fn work(address: String, person: usize, mut of: Person, hours: Hours) -> Times {
    let mut times = Times::default();
    let stream = TcpStream::connect(&address).await.expect("a connection");
    stream.set_nodelay(true).expect("small pieces go at once");
    let mut stream = tokio::io::BufReader::new(stream);
    let cookie = format!("Host: {address}\r\nCookie: cchc_phien={}\r\n", of.secret);
    let home = format!("GET /lam-viec HTTP/1.1\r\n{cookie}\r\n").into_bytes();
    let sheet = format!("GET {} HTTP/1.1\r\n{cookie}\r\n", of.sheet).into_bytes();
    for asked in 0.. {
        let step = person as u64 + u64::from(asked);
        let now = hours.wait(asked).await;
        if now >= hours.stop {
            return times;
        }
        let writes = step.is_multiple_of(5) && !of.figures.is_empty();
        let status = if writes {
            let at = usize::try_from(step / 5).unwrap_or(0) % of.figures.len();
            // Another measurement on the same database saves other figures.
            let number = step * 1_000_003 + person as u64 + u64::from(std::process::id()) * 7_919_000_000_017;
            let (indicator, version) = of.figures[at].clone();
            let body = form(&of.secret, number, &indicator, version);
            let head = format!(
                "POST {} HTTP/1.1\r\n{cookie}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
                of.sheet,
                body.len()
            );
            of.figures[at].1 += 1;
            ask(&mut stream, format!("{head}{body}").as_bytes()).await.0
        } else if step % 5 == 1 {
            ask(&mut stream, &home).await.0
        } else {
            ask(&mut stream, &sheet).await.0
        };
        let good = status == if writes { 303 } else { 200 };
        times.faults += u64::from(!good);
        // Only what is answered while everybody is at work counts.
        if now >= hours.count_from {
            let took = u64::try_from(now.elapsed().as_micros()).unwrap_or(u64::MAX);
            if writes { times.writes.push(took) } else { times.reads.push(took) }
        }
    }
    times
}

/// Waits until the demonstration is whole.
async fn made(db: &Db) {
    const DONE: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM job WHERE kind = 'demo-evaluation' AND state = 'done'";
    loop {
        let mut read = db.read().await.expect("a connection");
        let (done,): (i64,) = on!(read.conn(), c => query_as(DONE).fetch_one(&mut *c).await).expect("jobs");
        drop(read);
        if done > 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let database = words.first().filter(|word| word.contains("://")).cloned();
    let numbers: Vec<usize> = words.iter().filter_map(|word| word.parse().ok()).collect();
    let number = |place: usize, otherwise| numbers.get(place).copied().unwrap_or(otherwise);
    let (seconds, count, rate) = (number(0, 20), number(1, 1000), number(2, 1500));
    let folder: PathBuf = std::env::temp_dir().join(format!("cchc-load-{}", std::process::id()));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    // The campaigns of the demonstration are there, as they are in every installation that works.
    let first = serve_with(&folder, database.as_deref(), "1");
    let people = runtime.block_on(async {
        let db = match &database {
            Some(address) => Db::open_address(address).await,
            None => Db::open_folder(&folder).await,
        };
        let db = db.expect("a database");
        made(&db).await;
        drop(first);
        let people = people(&db, count).await;
        db.close().await;
        people
    });
    let server = serve(&folder, database.as_deref());
    let warm = Duration::from_secs(3);
    let (mut all, mut faults) = ((Vec::new(), Vec::new()), 0);
    let worked = runtime.block_on(async {
        let begin = Instant::now();
        let count_from = begin + warm;
        let stop = count_from + Duration::from_secs(seconds as u64);
        let turn = if rate == 0 { Duration::ZERO } else { Duration::from_secs_f64(count as f64 / rate as f64) };
        let address = Arc::new(server.1.clone());
        let tasks: Vec<_> = people
            .into_iter()
            .enumerate()
            .map(|(number, person)| {
                // Neighbours ask far apart from each other, so that those who write are spread over the turn.
                let behind = (number * 617 % count) as f64 / count as f64;
                let hours = Hours { begin, count_from, stop, turn, behind };
                tokio::spawn(work(address.to_string(), number, person, hours))
            })
            .collect();
        let at = async |when: Instant| {
            tokio::time::sleep_until(when.into()).await;
            processor_times(server.0.id())
        };
        let (before, after) = (at(count_from).await, at(stop).await);
        for task in tasks {
            let times = task.await.expect("a person works to the end");
            all.0.extend(times.reads);
            all.1.extend(times.writes);
            faults += times.faults;
        }
        before.zip(after)
    });
    drop(server);
    // The folder is the measurement's own; what stays of it does no harm.
    let _ = std::fs::remove_dir_all(&folder);
    let kind = if database.is_some() { "PostgreSQL" } else { "SQLite" };
    let asked = if rate == 0 { "as fast as they can".to_owned() } else { format!("{rate} requests a second") };
    println!("{count} people, {asked}, {seconds} s, {kind}, {faults} answers that were not as expected");
    let mut both: Vec<u64> = all.0.iter().chain(&all.1).copied().collect();
    told("reads", &mut all.0, seconds as f64);
    told("writes", &mut all.1, seconds as f64);
    told("all", &mut both, seconds as f64);
    if let Some((before, after)) = worked {
        let [server, database, asking] =
            std::array::from_fn(|place| (after[place] - before[place]).as_secs_f64() * 1e3 / both.len() as f64);
        println!("processor time of a request: server {server:.3} ms, PostgreSQL {database:.3} ms, those who ask {asking:.3} ms");
    }
}

/// Processor time used so far by the server, by every process of PostgreSQL on this machine, and by those who ask; absent where the system does not tell.
fn processor_times(server: u32) -> Option<[Duration; 3]> {
    let mut sums = [Duration::ZERO; 3];
    for process in std::fs::read_dir("/proc").ok()?.flatten() {
        let Some(id) = process.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        // A process may end meanwhile.
        let Ok(text) = std::fs::read_to_string(process.path().join("stat")) else { continue };
        let (name, rest) = text.split_once('(')?.1.rsplit_once(')')?;
        let place = match name {
            _ if id == server => 0,
            "postgres" => 1,
            _ if id == std::process::id() => 2,
            _ => continue,
        };
        // Ticks of a hundredth of a second, in user mode and in the system.
        let ticks = rest.split_whitespace().skip(11).take(2).filter_map(|number| number.parse::<u64>().ok());
        sums[place] += Duration::from_millis(ticks.sum::<u64>() * 10);
    }
    Some(sums)
}
