//! Starting, stopping, and the bad days of a server.

use std::fs;
use std::io::Write as _;
use std::net::{TcpListener, TcpStream};

use platform::{Db, Migrations, migrate, on};

use crate::program::{Server, err, run};

#[test]
fn a_server_starts_from_nothing_answers_and_stops_cleanly() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("sau/nhiều/lớp");
    let server = Server::start(&data, &[]);
    let (status, body) = server.get("/xep-hang/pci/2018");
    assert_eq!(status, 200);
    assert!(String::from_utf8_lossy(&body).contains("Quảng Ninh"));
    let (code, said) = server.stop("-TERM");
    assert_eq!(code, Some(0));
    assert!(said.contains("Đã dừng."), "{said}");
    let again = Server::start(&data, &[]);
    assert_eq!(again.get("/").0, 200, "the second start finds everything in place");
}

#[test]
fn a_server_that_was_killed_starts_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start(folder.path(), &[]);
    assert_eq!(server.get("/").0, 200);
    server.stop("-KILL");
    let again = Server::start(folder.path(), &[]);
    assert_eq!(again.get("/xep-hang/papi/2021").0, 200);
}

#[test]
fn switches_in_the_environment_take_the_usual_words() {
    let folder = tempfile::tempdir().expect("a folder");
    for (word, status) in [("1", 200), ("true", 200), ("yes", 200), ("0", 404), ("false", 404)] {
        let server = Server::start_with(folder.path(), &[], |command| {
            command.env("CCHC_DEV", word);
        });
        assert_eq!(server.get("/phat-trien/bo-phan").0, status, "CCHC_DEV={word}");
    }
}

#[test]
fn a_port_in_use_is_told_with_a_way_out() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("moi");
    let output = run(&["serve", "--data", &data.to_string_lossy(), "--listen", &address]);
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("đang có chương trình khác sử dụng") && err(&output).contains("--listen"), "{}", err(&output));
    assert!(!data.exists(), "nothing was made");
    let english = run(&["serve", "--lang", "en", "--data", &data.to_string_lossy(), "--listen", &address]);
    assert!(err(&english).contains("is in use by another program"), "{}", err(&english));
}

#[test]
fn a_data_folder_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("tep");
    fs::write(&file, "không phải thư mục").expect("written");
    let output = run(&["serve", "--data", &file.to_string_lossy(), "--listen", "127.0.0.1:0"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("Không ghi được vào thư mục dữ liệu") && err(&output).contains("--data"), "{}", err(&output));
}

#[tokio::test]
async fn a_database_of_a_newer_program_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let db = Db::open_folder(folder.path()).await.expect("a database");
    migrate(&db, Migrations::All).await.expect("a schema");
    let mut write = db.write().await.expect("a write");
    let sql = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (9999, 'later', true, $1, 0)";
    on!(write.conn(), c => platform::sqlx::query(sql).bind(vec![0u8; 48]).execute(&mut *c).await.map(drop)).expect("inserted");
    write.commit().await.expect("committed");
    db.close().await;
    let before = fs::read(folder.path().join("cchc.db")).expect("read");
    let data = folder.path().to_string_lossy().into_owned();
    let output = run(&["serve", "--data", &data, "--listen", "127.0.0.1:0"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("phiên bản 9999, mới hơn phiên bản"), "{}", err(&output));
    assert_eq!(fs::read(folder.path().join("cchc.db")).expect("read"), before, "nothing was changed");
    let checked = run(&["--data", &data, "check"]);
    assert_eq!(checked.status.code(), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_database_is_told_and_nothing_is_lost() {
    let folder = tempfile::tempdir().expect("a folder");
    let db = Db::open_folder(folder.path()).await.expect("a database");
    migrate(&db, Migrations::All).await.expect("a schema");
    let lock = db.write().await.expect("the write lock");
    let data = folder.path().to_string_lossy().into_owned();
    let output = tokio::task::spawn_blocking(move || run(&["catalogue", "load", "--data", &data])).await.expect("runs");
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("đang bị một chương trình khác khóa"), "{}", err(&output));
    drop(lock);
    let data = folder.path().to_string_lossy().into_owned();
    let again = tokio::task::spawn_blocking(move || run(&["catalogue", "load", "--data", &data])).await.expect("runs");
    assert_eq!(again.status.code(), Some(0), "{}", err(&again));
}

#[test]
fn a_file_that_is_no_database_is_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("cchc.db");
    fs::write(&file, "đây không phải cơ sở dữ liệu ".repeat(200)).expect("written");
    let output = run(&["serve", "--data", &folder.path().to_string_lossy(), "--listen", "127.0.0.1:0"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("bị hỏng hoặc không phải tệp của chương trình"), "{}", err(&output));
    assert!(fs::read_to_string(&file).expect("read").starts_with("đây không phải"));
}

#[test]
fn postgresql_that_is_not_there_is_told_without_the_password() {
    let output = run(&["catalogue", "load", "--database", "postgres://ai:bi-mat@127.0.0.1:1/khong"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("Không kết nối được với cơ sở dữ liệu"), "{}", err(&output));
    assert!(!err(&output).contains("bi-mat"), "the password is not repeated");
    let nonsense = run(&["catalogue", "load", "--database", "mysql://x"]);
    assert!(err(&nonsense).contains("Không hiểu địa chỉ cơ sở dữ liệu"), "{}", err(&nonsense));
}

#[tokio::test]
async fn the_same_program_runs_on_postgresql() {
    let database = test_support::fresh_postgres().await;
    let folder = tempfile::tempdir().expect("a folder");
    let url = database.url().to_owned();
    let path = folder.path().to_owned();
    let answer =
        tokio::task::spawn_blocking(move || Server::start(&path, &["--database", &url]).get("/xep-hang/pci/2018")).await.expect("runs");
    assert_eq!(answer.0, 200);
    assert!(!folder.path().join("cchc.db").exists(), "no SQLite file is made");
}

#[test]
fn downloads_need_no_disk_and_readers_may_leave() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start_with(folder.path(), &[], |command| {
        command.env("TMPDIR", "/khong-co-thu-muc-nay");
    });
    let (status, body) = server.get("/xep-hang/papi/2020.xlsx");
    assert_eq!(status, 200);
    assert_eq!(&body[..2], b"PK", "a whole file without a temporary folder");
    for _ in 0..20 {
        let mut stream = TcpStream::connect(&server.address).expect("listens");
        write!(stream, "GET /ho-so/08-tuyen-quang-2025 HTTP/1.1\r\nHost: x\r\n\r\n").expect("sent");
    }
    for garbage in ["\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\u{0}\u{1}\u{2}"] {
        let mut stream = TcpStream::connect(&server.address).expect("listens");
        stream.write_all(garbage.as_bytes()).expect("sent");
    }
    assert_eq!(server.get("/").0, 200, "the server goes on");
}
