//! `cchc backup`, `cchc restore` and `cchc check --backup`.

use std::fmt::Write as _;
use std::path::Path;

use platform::backup::{BackupError, Manifest};

use crate::commands::now;
use crate::output::{Failure, print};
use crate::say;
use crate::settings::Common;

fn refused(common: &Common, error: &BackupError) -> Failure {
    let message = say::backup(common.lang(), error);
    match error {
        BackupError::NotABackup { .. } | BackupError::Damaged { .. } | BackupError::Newer { .. } | BackupError::NotEmpty { .. } => {
            Failure::bad_input(message)
        }
        BackupError::Io { .. } | BackupError::Open(_) | BackupError::Db(_) => Failure::failed(message),
    }
}

/// What an archive holds, a line a table.
fn contents(common: &Common, manifest: &Manifest) -> String {
    let lang = common.lang();
    let mut text = String::new();
    for entry in &manifest.tables {
        let _ = writeln!(text, "{:>12}  {}", lang.integer(i64::try_from(entry.rows).unwrap_or(i64::MAX)), entry.table);
    }
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

/// Makes a backup while other programs go on working.
pub(crate) async fn make(common: &Common, file: &Path) -> Result<(), Failure> {
    let lang = common.lang();
    common.refuse_absent_database()?;
    let db = common.open_only(false).await?;
    let made = platform::backup::backup(&db, file, env!("CARGO_PKG_VERSION"), now()).await;
    db.close().await;
    let manifest = made.map_err(|error| refused(common, &error))?;
    // Read again from the disk: what was written is what can be read.
    platform::backup::check(file).map_err(|error| refused(common, &error))?;
    let name = file.display();
    print(lang, &(lang.pick(format!("Đã sao lưu vào {name}:\n"), format!("Backed up into {name}:\n")) + &contents(common, &manifest)))
}

/// Restores into an empty database.
pub(crate) async fn restore(common: &Common, file: &Path) -> Result<(), Failure> {
    let lang = common.lang();
    // The archive first: a wrong file name must not make a database.
    platform::backup::check(file).map_err(|error| refused(common, &error))?;
    let db = common.open_only(false).await?;
    let restored = platform::backup::restore(&db, file).await;
    db.close().await;
    let manifest = restored.map_err(|error| refused(common, &error))?;
    print(lang, &(lang.pick("Đã phục hồi:\n", "Restored:\n").to_owned() + &contents(common, &manifest)))
}

/// Reads a backup to its end.
pub(crate) fn check(common: &Common, file: &Path) -> Result<(), Failure> {
    let lang = common.lang();
    let manifest = platform::backup::check(file).map_err(|error| refused(common, &error))?;
    let name = file.display();
    print(
        lang,
        &(lang.pick(format!("Bản sao lưu {name} nguyên vẹn:\n"), format!("The backup {name} is whole:\n")) + &contents(common, &manifest)),
    )
}
