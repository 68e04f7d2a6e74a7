//! Backups with evidence files, keys and a schedule, as an administrator uses them.

use std::convert::Infallible;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::{Duration, Instant};

use futures_util::stream;
use platform::files::{FileDigest, FilePlace, FileStore};
use test_support::{TestObjectStore, fresh_object_store};

use crate::program::{Server, cchc, err, out, run};

/// An installation with the catalogue and one evidence file.
async fn installation(data: &Path) -> FileDigest {
    let load = run(&["catalogue", "load", "--data", &text(data)]);
    assert!(load.status.success(), "{}", err(&load));
    let store = FileStore::open(FilePlace::Folder(data.join("files"))).await.expect("a store");
    let bytes = stream::iter([Ok::<_, Infallible>("Biên bản kiểm tra".into())]);
    store.put(bytes, 100).await.expect("kept").sha256
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn file(data: &Path, sha256: FileDigest) -> PathBuf {
    let digits = sha256.to_string();
    data.join("files/sha256").join(&digits[..2]).join(digits)
}

fn succeeded(output: Output) -> String {
    assert!(output.status.success(), "{}{}", out(&output), err(&output));
    out(&output)
}

fn refused(output: Output, code: i32, words: &str) {
    assert_eq!(output.status.code(), Some(code), "{}{}", out(&output), err(&output));
    assert!(err(&output).contains(words), "{words} in {}", err(&output));
}

#[tokio::test]
async fn an_encrypted_backup_needs_its_identity_and_brings_back_rows_and_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| text(&folder.path().join(name));
    let sha256 = installation(&folder.path().join("here")).await;
    let (here, there, key, archive) = (at("here"), at("there"), at("khoa.txt"), at("sao-luu.zip.age"));

    let told = succeeded(run(&["identity", &key]));
    let recipient = told.lines().next().expect("a public key").to_owned();
    assert!(recipient.starts_with("age1"), "{told}");
    refused(run(&["identity", &key]), 1, "không bị ghi đè");
    #[cfg(unix)]
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&key).expect("there").permissions()) & 0o077,
        0,
        "for its owner alone"
    );

    let made = succeeded(run(&["backup", &archive, "--data", &here, "--recipient", &recipient]));
    assert!(made.contains("có mã hóa") && made.contains("1  tệp minh chứng (22 byte)"), "{made}");
    refused(run(&["check", "--backup", &archive]), 2, "--identity");
    refused(run(&["restore", &archive, "--data", &there]), 2, "--identity");
    assert!(!Path::new(&there).exists(), "what cannot be opened makes no database");
    let other = at("khoa-khac.txt");
    succeeded(run(&["identity", &other]));
    refused(run(&["check", "--backup", &archive, "--identity", &other]), 2, "mã hóa cho khóa khác");
    assert!(succeeded(run(&["check", "--backup", &archive, "--identity", &key])).contains("nguyên vẹn"));
    succeeded(run(&["restore", &archive, "--data", &there, "--identity", &key]));
    assert_eq!(fs::read_to_string(file(Path::new(&there), sha256)).expect("the file"), "Biên bản kiểm tra");
    let checked = succeeded(run(&["check", "--data", &there]));
    assert!(checked.contains("[đạt] kho tệp"), "{checked}");
}

#[tokio::test]
async fn the_settings_file_and_the_environment_say_how_backups_are_encrypted() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    installation(&data).await;
    let (here, key, archive) = (text(&data), text(&folder.path().join("khoa.txt")), text(&folder.path().join("a.zip")));
    let told = succeeded(run(&["identity", &key]));
    let recipient = told.lines().next().expect("a public key");
    fs::write(data.join("cchc.toml"), format!("recipient = [\"{recipient}\"]\nbackup-at = [\"02:00\"]\nbackup-keep = \"3,2,1\"\n"))
        .expect("written");
    assert!(succeeded(run(&["backup", &archive, "--data", &here])).contains("có mã hóa"));
    succeeded(cchc(&["check", "--backup", &archive]).env("CCHC_IDENTITY", &key).output().expect("runs"));
    // A passphrase that is nearer than the settings file takes the place of its recipients.
    succeeded(cchc(&["backup", &archive, "--data", &here]).env("CCHC_PASSPHRASE", "mật khẩu dài").output().expect("runs"));
    refused(run(&["check", "--backup", &archive]), 2, "CCHC_PASSPHRASE");
    let words = text(&folder.path().join("mat-khau.txt"));
    fs::write(&words, "mật khẩu dài\n").expect("written");
    succeeded(run(&["check", "--backup", &archive, "--passphrase-file", &words]));
    refused(run(&["backup", &archive, "--data", &here, "--recipient", recipient, "--passphrase-file", &words]), 2, "không cả hai");
    refused(run(&["backup", &archive, "--data", &here, "--recipient", "age1x"]), 2, "không phải khóa công khai");
    fs::write(data.join("cchc.toml"), "backup-keep = \"nhiều\"\n").expect("written");
    refused(run(&["backup", &archive, "--data", &here]), 2, "backup-keep");
}

#[tokio::test]
async fn a_changed_evidence_file_is_named_and_the_rest_is_saved() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let sha256 = installation(&data).await;
    fs::write(file(&data, sha256), "Biên bản đã sửa").expect("written");
    let (here, archive) = (text(&data), text(&folder.path().join("a.zip")));
    let made = run(&["backup", &archive, "--data", &here]);
    assert!(out(&made).contains("Đã sao lưu"), "{}", err(&made));
    refused(made, 1, &format!("{sha256}  nội dung đã bị thay đổi"));
    refused(run(&["check", "--backup", &archive]), 1, &sha256.to_string());
    let named = run(&["backup", &archive, "--data", &here, "--files", &text(&folder.path().join("o-dia"))]);
    refused(named, 1, "o-dia");
}

#[tokio::test]
async fn evidence_files_move_into_an_s3_store() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = fresh_object_store();
    let here = folder.path().join("here");
    let sha256 = installation(&here).await;
    let (here, there, archive) = (text(&here), text(&folder.path().join("there")), text(&folder.path().join("a.zip")));
    succeeded(run(&["backup", &archive, "--data", &here]));
    let bucket = format!("s3://{}/cchc", TestObjectStore::BUCKET);
    let with_keys = |arguments: &[&str], access_key: &str| {
        let mut command = cchc(arguments);
        command.args(["--data", &there, "--files", &bucket, "--files-endpoint", server.endpoint()]);
        command.env("CCHC_FILES_ACCESS_KEY", access_key).env("CCHC_FILES_SECRET_KEY", TestObjectStore::SECRET_KEY);
        command.output().expect("runs")
    };
    refused(run(&["restore", &archive, "--data", &there, "--files", &bucket]), 2, "CCHC_FILES_ACCESS_KEY");
    succeeded(with_keys(&["restore", &archive], TestObjectStore::ACCESS_KEY));
    let digits = sha256.to_string();
    let object = server.object(&format!("cchc/sha256/{}/{digits}", &digits[..2]));
    assert_eq!(fs::read_to_string(object).expect("the file"), "Biên bản kiểm tra");
    let checked = succeeded(with_keys(&["check"], TestObjectStore::ACCESS_KEY));
    assert!(checked.contains(&format!("[đạt] kho tệp {bucket}")), "{checked}");
    let wrong = with_keys(&["check"], "KHOA-LA");
    assert!(!wrong.status.success() && out(&wrong).contains("[LỖI] Kho tệp minh chứng từ chối"), "{}", out(&wrong));
    let again = text(&folder.path().join("b.zip"));
    assert!(succeeded(with_keys(&["backup", &again], TestObjectStore::ACCESS_KEY)).contains("1  tệp minh chứng (22 byte)"));
}

/// The scheduled archives of a folder.
fn archives(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder").map(|entry| entry.expect("an entry").path());
    entries.filter(|path| path.extension().is_some_and(|ending| ending == "zip" || ending == "age")).collect()
}

#[tokio::test]
async fn a_server_makes_backups_by_schedule_beside_its_work() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, backups) = (folder.path().join("data"), folder.path().join("backups"));
    installation(&data).await;
    fs::create_dir(&backups).expect("made");
    let key = text(&folder.path().join("khoa.txt"));
    let told = succeeded(run(&["identity", &key]));
    let recipient = told.lines().next().expect("a public key").to_owned();
    let server = Server::start(&data, &["--backup-folder", &text(&backups), "--backup-at", "02:00,13:30", "--recipient", &recipient]);
    // The first one is made at once; until it is there, the server answers.
    let start = Instant::now();
    while archives(&backups).is_empty() {
        assert_eq!(server.get("/khoe").0, 200);
        assert!(start.elapsed() < Duration::from_secs(120), "no backup was made");
    }
    let made = archives(&backups);
    let (code, said) = server.stop("-TERM");
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(made.len(), 1);
    assert!(text(&made[0]).ends_with(".zip.age"));
    let checked = succeeded(run(&["check", "--backup", &text(&made[0]), "--identity", &key]));
    assert!(checked.contains("1  tệp minh chứng (22 byte)"), "{checked}");
}

/// Unfinished archives of a folder, with their sizes.
fn unfinished(folder: &Path) -> Vec<u64> {
    let entries = fs::read_dir(folder).expect("the folder").filter_map(Result::ok);
    let partial = entries.filter(|entry| entry.path().extension().is_some_and(|ending| ending == "partial"));
    partial.filter_map(|entry| entry.metadata().ok()).map(|meta| meta.len()).collect()
}

#[tokio::test]
async fn a_server_that_is_killed_in_the_middle_leaves_no_half_backup_under_a_real_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, backups) = (folder.path().join("data"), folder.path().join("backups"));
    installation(&data).await;
    // Large enough that the backup is still at it when it is seen.
    let store = FileStore::open(FilePlace::Folder(data.join("files"))).await.expect("a store");
    let megabytes = stream::iter((0..256).map(|_| Ok::<_, Infallible>(vec![0u8; 1024 * 1024].into())));
    store.put(megabytes, u64::MAX).await.expect("kept");
    fs::create_dir(&backups).expect("made");
    let server = Server::start(&data, &["--backup-folder", &text(&backups)]);
    let start = Instant::now();
    while !unfinished(&backups).iter().any(|size| *size > 1024 * 1024) {
        assert!(start.elapsed() < Duration::from_secs(120), "no backup was begun");
    }
    server.stop("-KILL");
    assert!(archives(&backups).is_empty(), "nothing half under a real name");
    assert_eq!(unfinished(&backups).len(), 1);
    let again = Server::start(&data, &["--backup-folder", &text(&backups)]);
    let start = Instant::now();
    while archives(&backups).is_empty() {
        assert_eq!(again.get("/khoe").0, 200);
        assert!(start.elapsed() < Duration::from_secs(120), "no backup was made");
    }
    assert!(unfinished(&backups).is_empty(), "what the killed one left is cleared away");
    again.stop("-TERM");
    assert!(succeeded(run(&["check", "--backup", &text(&archives(&backups)[0])])).contains("2  tệp minh chứng"));
}

#[test]
fn a_schedule_that_cannot_be_read_starts_no_server() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = text(&folder.path().join("data"));
    for (name, value) in [("--backup-at", "2 giờ"), ("--backup-keep", "7")] {
        refused(run(&["serve", "--data", &data, "--listen", "127.0.0.1:0", name, value]), 2, value);
    }
    refused(run(&["serve", "--data", &data, "--listen", "127.0.0.1:0", "--recipient", "age1x"]), 2, "không phải khóa công khai");
}
