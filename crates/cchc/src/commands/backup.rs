//! `cchc backup`, `cchc restore`, `cchc identity` and `cchc check --backup`.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use platform::backup::{BackupError, BackupSource, Manifest, Target};
use platform::files::FileStore;
use platform::history::Head;
use platform::{Db, ExposeSecret as _};

use crate::commands::now;
use crate::knowledge::Rooms;
use crate::output::{Failure, print};
use crate::say;
use crate::settings::{Common, OpeningArgs, SealingArgs};

fn refused(common: &Common, error: &BackupError) -> Failure {
    let message = say::backup(common.lang(), error);
    match error {
        BackupError::NotABackup { .. }
        | BackupError::Damaged { .. }
        | BackupError::Newer { .. }
        | BackupError::NotEmpty { .. }
        | BackupError::StoreNotEmpty { .. }
        | BackupError::Sealed { .. }
        | BackupError::WrongKey { .. }
        | BackupError::NoStore => Failure::bad_input(message),
        BackupError::Io { .. } | BackupError::Open(_) | BackupError::Db(_) | BackupError::Files(_) => Failure::failed(message),
    }
}

/// What a backup of this installation is made from.
pub(crate) fn source(db: &Db, files: Option<FileStore>) -> BackupSource {
    BackupSource { db: db.clone(), files, knowledge: Arc::new(Rooms), program: env!("CARGO_PKG_VERSION").to_owned() }
}

/// What an archive holds, a line a table.
fn contents(common: &Common, manifest: &Manifest) -> String {
    let lang = common.lang();
    let count = |number: u64| lang.integer(i64::try_from(number).unwrap_or(i64::MAX));
    let mut text = String::new();
    for entry in &manifest.tables {
        let _ = writeln!(text, "{:>12}  {}", count(entry.rows), entry.table);
    }
    let bytes = count(manifest.file_bytes());
    let files = lang.pick(format!("tệp minh chứng ({bytes} byte)"), format!("evidence files ({bytes} bytes)"));
    let _ = writeln!(text, "{:>12}  {files}", count(manifest.files.len() as u64));
    let _ = writeln!(
        text,
        "{}",
        lang.pick(
            format!("Lược đồ phiên bản {}, chương trình {}, lập lúc {}.", manifest.schema_version, manifest.program, manifest.made_at),
            format!("Schema version {}, program {}, made at {}.", manifest.schema_version, manifest.program, manifest.made_at),
        )
    );
    text
}

/// A backup that lacks files has done all it could, and is still not what it should be.
fn refuse_file_faults(common: &Common, manifest: &Manifest) -> Result<(), Failure> {
    if manifest.file_faults.is_empty() { Ok(()) } else { Err(Failure::failed(say::file_faults(common.lang(), &manifest.file_faults))) }
}

/// Makes a backup while other programs go on working.
pub(crate) async fn make(common: &Common, file: &Path, sealing: &SealingArgs) -> Result<(), Failure> {
    let lang = common.lang();
    let sealing = sealing.sealing(lang)?;
    common.refuse_absent_database()?;
    let files = common.file_store_if_there(false).await?;
    let db = common.open_only(false).await?;
    // It is read back from the disk before it gets its name.
    let made = platform::backup::backup(&source(&db, files), file, now(), &sealing).await;
    db.close().await;
    let manifest = made.map_err(|error| refused(common, &error))?;
    let name = file.display();
    let what = match sealing.is_sealed() {
        true => lang.pick(format!("Đã sao lưu, có mã hóa, vào {name}:\n"), format!("Backed up, encrypted, into {name}:\n")),
        false => lang.pick(format!("Đã sao lưu vào {name}:\n"), format!("Backed up into {name}:\n")),
    };
    print(lang, &(what + contents(common, &manifest).as_str()))?;
    refuse_file_faults(common, &manifest)
}

/// Restores into an empty database and a file store.
pub(crate) async fn restore(common: &Common, file: &Path, opening: &OpeningArgs) -> Result<(), Failure> {
    let lang = common.lang();
    let keys = opening.keys(lang)?;
    // The archive first: a wrong file name must not make a database.
    let manifest = platform::backup::check(file, &keys).map_err(|error| refused(common, &error))?;
    let files = if manifest.files.is_empty() { common.file_store_if_there(false).await? } else { Some(common.file_store(false).await?) };
    let db = common.open_only(false).await?;
    let restored = platform::backup::restore(Target { db: &db, files: files.as_ref() }, file, &keys).await;
    db.close().await;
    let manifest = restored.map_err(|error| refused(common, &error))?;
    print(lang, &(lang.pick("Đã phục hồi:\n", "Restored:\n").to_owned() + contents(common, &manifest).as_str()))?;
    refuse_file_faults(common, &manifest)
}

/// Reads a backup to its end.
pub(crate) fn check(common: &Common, file: &Path, opening: &OpeningArgs) -> Result<(), Failure> {
    let lang = common.lang();
    let manifest = platform::backup::check(file, &opening.keys(lang)?).map_err(|error| refused(common, &error))?;
    let name = file.display();
    print(
        lang,
        &(lang.pick(format!("Bản sao lưu {name} nguyên vẹn:\n"), format!("The backup {name} is whole:\n"))
            + contents(common, &manifest).as_str()),
    )?;
    refuse_file_faults(common, &manifest)
}

/// The ends of the chains of the history as a backup wrote them down.
pub(crate) fn heads_of(common: &Common, file: &Path, opening: &OpeningArgs) -> Result<Vec<Head>, Failure> {
    let manifest = platform::backup::check(file, &opening.keys(common.lang())?).map_err(|error| refused(common, &error))?;
    let heads = manifest.history_heads.into_iter();
    Ok(heads.filter_map(|head| Some(Head { lane: head.lane.parse().ok()?, sequence: head.sequence, digest: head.hash })).collect())
}

/// Makes a new identity; an older file is never replaced, since backups may be encrypted for it.
pub(crate) fn identity(common: &Common, file: &Path) -> Result<(), Failure> {
    let lang = common.lang();
    let (text, recipient) = platform::backup::new_identity();
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(file).and_then(|mut file| {
        file.write_all(text.expose_secret().as_bytes())?;
        file.sync_all()
    });
    written.map_err(|error| Failure::failed(say::identity_not_written(lang, file, &error)))?;
    let name = file.display();
    print(
        lang,
        &lang.pick(
            format!("{recipient}\nĐã ghi khóa riêng vào {name}. Giữ tệp này ở nơi khác với bản sao lưu: mất khóa thì không ai mở được bản sao lưu.\n"),
            format!("{recipient}\nThe identity is in {name}. Keep it elsewhere than the backups: without it nobody can open them.\n"),
        ),
    )
}
