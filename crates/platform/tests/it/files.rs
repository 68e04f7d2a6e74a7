//! The file store in a folder and in a bucket of a real S3-compatible server: the same answers from both.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::fs;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::{Stream, StreamExt as _, TryStreamExt as _, stream};
use platform::SecretString;
use platform::files::{FileDigest, FileError, FilePlace, FileStore, Removed, S3Place, Stored};
use sha2::{Digest as _, Sha256};
use test_support::{TestObjectStore, fresh_object_store};

const MEGABYTE: u64 = 1024 * 1024;

/// The bucket of a server.
pub(crate) fn bucket_of(server: &TestObjectStore, spool: PathBuf) -> FilePlace {
    FilePlace::S3(S3Place {
        bucket: TestObjectStore::BUCKET.into(),
        prefix: "cchc/minh-chung".into(),
        endpoint: Some(server.endpoint().into()),
        region: None,
        access_key: Some(TestObjectStore::ACCESS_KEY.into()),
        secret_key: Some(SecretString::from(TestObjectStore::SECRET_KEY)),
        spool,
    })
}

/// A store of either kind; gone with the value.
enum Bed {
    Folder(tempfile::TempDir),
    Bucket(TestObjectStore, tempfile::TempDir),
}

impl Bed {
    fn folder() -> Self {
        Self::Folder(tempfile::tempdir().unwrap())
    }

    fn bucket() -> Self {
        Self::Bucket(fresh_object_store(), tempfile::tempdir().unwrap())
    }

    fn place(&self) -> FilePlace {
        match self {
            Self::Folder(folder) => FilePlace::Folder(folder.path().join("tệp")),
            Self::Bucket(server, spool) => bucket_of(server, spool.path().into()),
        }
    }

    async fn open(&self) -> FileStore {
        FileStore::open(self.place()).await.unwrap()
    }

    /// Where the bytes of a file really lie.
    fn file(&self, sha256: FileDigest) -> PathBuf {
        let digits = sha256.to_string();
        let below = format!("sha256/{}/{digits}", &digits[..2]);
        match self {
            Self::Folder(folder) => folder.path().join("tệp").join(below),
            Self::Bucket(server, _) => server.object(&format!("cchc/minh-chung/{below}")),
        }
    }

    /// The folder for files on their way.
    fn spool(&self) -> PathBuf {
        match self {
            Self::Folder(folder) => folder.path().join("tệp/on-the-way"),
            Self::Bucket(_, spool) => spool.path().into(),
        }
    }

    /// Takes the whole store away while the program runs.
    fn take_away(&mut self) {
        match self {
            Self::Folder(folder) => fs::rename(folder.path().join("tệp"), folder.path().join("elsewhere")).unwrap(),
            Self::Bucket(server, _) => server.stop(),
        }
    }
}

/// One test for each kind of store.
macro_rules! on_both_stores {
    ($(async fn $name:ident($bed:ident: Bed) $body:block)+) => { $(
        mod $name {
            use super::*;

            async fn check($bed: Bed) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn in_a_folder() {
                check(Bed::folder()).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn in_a_bucket() {
                check(Bed::bucket()).await;
            }
        }
    )+ };
}

fn whole(bytes: &'static [u8]) -> impl Stream<Item = Result<Bytes, Infallible>> {
    stream::iter(bytes.chunks(3).map(|chunk| Ok(Bytes::from_static(chunk))))
}

/// A file of so many megabytes, made as it is read; no part of it is like another.
fn large(megabytes: u64) -> impl Stream<Item = Result<Bytes, Infallible>> {
    stream::iter((0..megabytes * 16).map(|number| {
        let mut block = vec![0u8; 64 * 1024];
        block[..8].copy_from_slice(&number.to_le_bytes());
        Ok(Bytes::from(block))
    }))
}

fn digest(bytes: &[u8]) -> FileDigest {
    FileDigest::from(<[u8; 32]>::from(Sha256::digest(bytes)))
}

async fn bytes_of(store: &FileStore, sha256: FileDigest) -> Vec<u8> {
    store.get(sha256).await.unwrap().bytes.map_ok(|chunk| chunk.to_vec()).try_concat().await.unwrap()
}

async fn names(store: &FileStore) -> BTreeSet<FileDigest> {
    store.list().map_ok(|file| file.sha256).try_collect().await.unwrap()
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_none())
}

fn moment_after_all() -> DateTime<Utc> {
    "2999-01-01T00:00:00Z".parse().unwrap()
}

/// The most memory this process ever had, in bytes.
pub(crate) fn peak_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}

on_both_stores! {
    async fn what_is_put_in_comes_out_and_is_listed_once(bed: Bed) {
        let store = bed.open().await;
        store.probe().await.unwrap();
        let text = "Báo cáo kết quả cải cách hành chính".as_bytes();
        let expected = Stored { sha256: digest(text), size: text.len() as u64 };
        assert!(!store.exists(expected.sha256).await.unwrap());
        assert_eq!(store.put(whole(text), 100).await.unwrap(), expected);
        assert_eq!(store.put(whole(text), 100).await.unwrap(), expected, "the same bytes again are no fault");
        let nothing = store.put(whole(b""), 0).await.unwrap();
        assert_eq!(nothing, Stored { sha256: digest(b""), size: 0 });
        assert_eq!(bytes_of(&store, expected.sha256).await, text);
        assert_eq!(bytes_of(&store, nothing.sha256).await, b"");
        assert!(store.exists(expected.sha256).await.unwrap());
        assert_eq!(store.size(expected.sha256).await.unwrap(), Some(expected.size));
        assert_eq!(store.verify(expected.sha256).await.unwrap(), expected.size);
        assert_eq!(names(&store).await, BTreeSet::from([expected.sha256, nothing.sha256]));
        assert_eq!(fs::read(bed.file(expected.sha256)).unwrap(), text, "and it lies where its name says");
        assert!(is_empty(&bed.spool()), "nothing is left on the way");
        let again = bed.open().await;
        assert_eq!(bytes_of(&again, expected.sha256).await, text, "another start finds it");
    }

    async fn a_part_of_a_file_is_read_without_the_rest(bed: Bed) {
        let store = bed.open().await;
        let text = b"0123456789";
        let sha256 = store.put(whole(text), 10).await.unwrap().sha256;
        // The server of the tests takes `bytes=0-0` for the whole file, so the first part has two bytes.
        for (asked, answered) in [(0..2, 0..2), (3..7, 3..7), (8..10, 8..10), (8..99, 8..10), (0..10, 0..10)] {
            let part = store.range(sha256, asked.clone()).await.unwrap();
            assert_eq!((part.size, &part.range), (10, &answered), "{asked:?}");
            let bytes: Vec<u8> = part.bytes.map_ok(|chunk| chunk.to_vec()).try_concat().await.unwrap();
            assert_eq!(bytes, &text[usize::try_from(answered.start).unwrap()..usize::try_from(answered.end).unwrap()], "{asked:?}");
        }
        for asked in [10..11, 99..100, 5..5, 0..0] {
            let refused = store.range(sha256, asked.clone()).await.unwrap_err();
            assert!(matches!(refused, FileError::OutOfRange { size: 10, .. }), "{asked:?}: {refused}");
        }
    }

    async fn a_file_that_is_too_large_or_breaks_off_leaves_nothing(bed: Bed) {
        let store = bed.open().await;
        let refused = store.put(whole(b"eleven byte"), 10).await.unwrap_err();
        assert!(matches!(refused, FileError::TooLarge { limit: 10 }), "{refused}");
        let broken = stream::iter([Ok(Bytes::from_static(b"half")), Err(std::io::Error::other("the line went dead"))]);
        let refused = store.put(broken, 10).await.unwrap_err();
        assert!(matches!(refused, FileError::BrokenOff { .. }), "{refused}");
        // One who goes away in the middle: the call is dropped while it waits for more.
        let endless = whole(b"beginning").chain(stream::pending());
        let waiting = tokio::time::timeout(std::time::Duration::from_millis(200), store.put(endless, 100)).await;
        assert!(waiting.is_err());
        assert!(names(&store).await.is_empty());
        assert!(is_empty(&bed.spool()), "nothing is left on the way");
    }

    async fn changed_and_missing_bytes_are_told_apart_and_healed_by_the_right_ones(bed: Bed) {
        let store = bed.open().await;
        let sha256 = store.put(whole(b"as it was"), 100).await.unwrap().sha256;
        fs::write(bed.file(sha256), b"otherwise").unwrap();
        let fault = store.verify(sha256).await.unwrap_err();
        assert!(matches!(fault, FileError::Changed { sha256: name, found } if name == sha256 && found == digest(b"otherwise")), "{fault}");
        // Whoever reads changed bytes gets a broken transfer, and of a small file nothing at all.
        let read: Result<Vec<Bytes>, FileError> = store.get(sha256).await.unwrap().checked(sha256).try_collect().await;
        assert!(matches!(read, Err(FileError::Changed { .. })), "{read:?}");
        store.put(whole(b"as it was"), 100).await.unwrap();
        store.verify(sha256).await.unwrap();
        let read: Vec<Bytes> = store.get(sha256).await.unwrap().checked(sha256).try_collect().await.unwrap();
        assert_eq!(read.concat(), b"as it was");
        const LONG: &[u8] = &[7; 1024 * 1024];
        let big = store.put(whole(LONG), 2 * MEGABYTE).await.unwrap().sha256;
        let read: Vec<Bytes> = store.get(big).await.unwrap().checked(big).try_collect().await.unwrap();
        assert_eq!(read.concat(), LONG, "in several parts");
        let part: Vec<Bytes> = store.range(big, 5..9).await.unwrap().checked(big).try_collect().await.unwrap();
        assert_eq!(part.concat(), [7; 4]);
        let absent = digest(b"never put in");
        for fault in [store.verify(absent).await.unwrap_err(), store.get(absent).await.unwrap_err(), store.range(absent, 0..1).await.unwrap_err()] {
            assert!(matches!(fault, FileError::Missing { sha256 } if sha256 == absent), "{fault}");
        }
    }

    async fn only_old_files_without_a_row_are_removed(bed: Bed) {
        let store = bed.open().await;
        let kept = store.put(whole(b"a row refers to it"), 100).await.unwrap().sha256;
        let lost = store.put(whole(b"nothing refers to it"), 100).await.unwrap();
        fs::create_dir_all(bed.spool()).unwrap();
        fs::write(bed.spool().join("upload-killed.part"), b"half").unwrap();
        fs::write(bed.spool().join("foreign.txt"), b"of another program").unwrap();
        let referenced = BTreeSet::from([kept]);
        let before_all = DateTime::UNIX_EPOCH + TimeDelta::days(1);
        assert_eq!(store.remove_unreferenced(&referenced, before_all).await.unwrap(), Removed::default(), "all are younger");
        let removed = store.remove_unreferenced(&referenced, moment_after_all()).await.unwrap();
        assert_eq!(removed, Removed { files: 1, bytes: lost.size, leftovers: 1 });
        assert_eq!(names(&store).await, referenced);
        assert!(bed.spool().join("foreign.txt").exists() && !bed.spool().join("upload-killed.part").exists());
        store.put(whole(b"nothing refers to it"), 100).await.unwrap();
        store.verify(lost.sha256).await.unwrap();
    }

    async fn files_with_foreign_names_are_passed_over(bed: Bed) {
        let store = bed.open().await;
        let sha256 = store.put(whole(b"ours"), 100).await.unwrap().sha256;
        let file = bed.file(sha256);
        fs::write(file.with_file_name(file.file_name().unwrap().to_string_lossy().replace(&sha256.to_string(), "ghi-chu.txt")), b"x").unwrap();
        assert_eq!(names(&store).await, BTreeSet::from([sha256]));
        assert_eq!(store.remove_unreferenced(&BTreeSet::from([sha256]), moment_after_all()).await.unwrap().files, 0);
    }

    async fn a_store_that_went_away_is_told_and_not_made_anew(bed: Bed) {
        let mut bed = bed;
        let store = bed.open().await;
        let sha256 = store.put(whole(b"before"), 100).await.unwrap().sha256;
        bed.take_away();
        for fault in [
            store.probe().await.unwrap_err(),
            store.get(sha256).await.unwrap_err(),
            store.exists(sha256).await.unwrap_err(),
            store.put(whole(b"after"), 100).await.unwrap_err(),
            store.remove_unreferenced(&BTreeSet::new(), moment_after_all()).await.unwrap_err(),
        ] {
            assert!(matches!(fault, FileError::Gone { .. }), "{fault:?}");
        }
        if let Bed::Folder(folder) = &bed {
            assert!(!folder.path().join("tệp").exists(), "a drive that is not mounted is not replaced by a folder");
        }
    }

    async fn a_large_file_needs_little_memory(bed: Bed) {
        let store = bed.open().await;
        let size = 300 * MEGABYTE;
        let stored = store.put(large(300), size).await.unwrap();
        assert_eq!(stored.size, size);
        assert_eq!(store.verify(stored.sha256).await.unwrap(), size);
        let last: Vec<u8> =
            store.range(stored.sha256, size - 65536..size).await.unwrap().bytes.map_ok(|chunk| chunk.to_vec()).try_concat().await.unwrap();
        assert_eq!(last[..8], (300u64 * 16 - 1).to_le_bytes());
        assert!(peak_memory() < 200 * MEGABYTE, "{} MB", peak_memory() / MEGABYTE);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_file_from_many_at_once_is_one_file() {
    let bed = Bed::folder();
    let store = bed.open().await;
    let many = (0..16).map(|_| {
        let store = store.clone();
        tokio::spawn(async move { store.put(large(1), MEGABYTE).await.unwrap().sha256 })
    });
    let found: BTreeSet<FileDigest> = futures_util::future::join_all(many).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(found.len(), 1);
    assert_eq!(names(&store).await, found);
    assert!(is_empty(&bed.spool()));
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_keys_wrong_buckets_and_what_is_not_set_are_told_apart() {
    let bed = Bed::bucket();
    let FilePlace::S3(right) = bed.place() else { panic!("a bucket") };
    let sha256 = bed.open().await.put(whole(b"there"), 100).await.unwrap().sha256;
    // The server of the tests knows keys by their names and does not recompute signatures.
    let wrong_key = S3Place { access_key: Some("KHOA-LA".into()), secret_key: Some(SecretString::from("not the key")), ..right.clone() };
    let wrong_key = FilePlace::S3(wrong_key);
    let store = FileStore::open(wrong_key).await.unwrap();
    for fault in [store.probe().await.unwrap_err(), store.get(sha256).await.unwrap_err(), store.put(whole(b"x"), 1).await.unwrap_err()] {
        assert!(matches!(fault, FileError::Refused { .. }), "{fault:?}");
        assert!(!format!("{fault:?}").contains("not the key"), "the key is never told");
    }
    let store = FileStore::open(FilePlace::S3(S3Place { bucket: "khong-co".into(), ..right.clone() })).await.unwrap();
    assert!(matches!(store.probe().await, Err(FileError::Gone { .. })), "{:?}", store.probe().await);
    assert!(matches!(store.get(sha256).await, Err(FileError::Gone { .. })), "{:?}", store.get(sha256).await);
    for (place, what) in
        [(S3Place { access_key: None, ..right.clone() }, "access key"), (S3Place { secret_key: None, ..right.clone() }, "secret key")]
    {
        assert!(matches!(FileStore::open(FilePlace::S3(place)).await, Err(FileError::NotSet { what: told }) if told == what));
    }
    let no_scheme = S3Place { endpoint: Some("127.0.0.1:9000".into()), ..right };
    assert!(matches!(FileStore::open(FilePlace::S3(no_scheme)).await, Err(FileError::Address { .. })));
}

#[tokio::test]
async fn a_store_that_takes_connections_and_says_nothing_keeps_nobody_waiting() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", silent.local_addr().unwrap());
    let held = tokio::spawn(async move {
        let mut connections = Vec::new();
        while let Ok((connection, _)) = silent.accept().await {
            connections.push(connection);
        }
    });
    let spool = tempfile::tempdir().unwrap();
    let place = S3Place {
        bucket: "kho".into(),
        prefix: String::new(),
        endpoint: Some(endpoint),
        region: None,
        access_key: Some("khoa".into()),
        secret_key: Some(SecretString::from("mat")),
        spool: spool.path().to_owned(),
    };
    let store = FileStore::open(FilePlace::S3(place)).await.unwrap();
    let outcome = tokio::time::timeout(std::time::Duration::from_secs(60), store.put(whole(b"x"), 1)).await;
    assert!(matches!(outcome, Ok(Err(FileError::Gone { .. }))), "{outcome:?}");
    assert!(is_empty(spool.path()));
    held.abort();
}

#[tokio::test]
async fn a_folder_that_may_not_be_written_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a-file");
    fs::write(&file, b"not a folder").unwrap();
    assert!(matches!(FileStore::open(FilePlace::Folder(file.join("below"))).await, Err(FileError::Gone { .. })));
}
