//! What a running server tells those who watch it: checks of readiness, and measurements of its own.

use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use platform::backup::BackupPlan;
use platform::files::FileStore;
use platform::jobs::JobGauges;
use platform::{Db, applied_version, schema_version};
use serving::metrics::{Asked, Kind, MetricError};
use serving::{Certificates, Readiness, Registry, disk};
use ui::Lang;

use crate::commands::now;
use crate::conditions::{LEAST_ROOM, folder};
use crate::say;

/// How long a check may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// Database, schema, and room on the disk of the data folder; beside them the store of evidence files.
pub(super) fn readiness(lang: Lang, db: &Db, files: &FileStore) -> Readiness {
    let (asked, compared, files) = (db.clone(), db.clone(), files.clone());
    let readiness = Readiness::new()
        .check("database", PATIENCE, move || answers(asked.clone()))
        .check("schema", PATIENCE, move || is_current(lang, compared.clone()))
        .check_beside("files", PATIENCE, move || store_answers(lang, files.clone()));
    match folder(db) {
        Some(folder) => readiness.check("disk", PATIENCE, move || has_room(lang, folder.clone())),
        None => readiness,
    }
}

async fn store_answers(lang: Lang, files: FileStore) -> Result<String, String> {
    files.probe().await.map(|()| files.name().to_owned()).map_err(|error| say::files(lang, &error))
}

async fn answers(db: Db) -> Result<String, String> {
    let mut read = db.read().await.map_err(|error| error.to_string())?;
    let answer: Result<i64, _> =
        platform::on!(read.conn(), c => platform::sqlx::query_scalar("SELECT CAST(1 AS BIGINT)").fetch_one(&mut *c).await);
    answer.map(|_| db.kind().to_owned()).map_err(|error| error.to_string())
}

async fn is_current(lang: Lang, db: Db) -> Result<String, String> {
    let known = schema_version(&db);
    let found = applied_version(&db).await.map_err(|error| error.to_string())?.unwrap_or(0);
    if found == known {
        return Ok(found.to_string());
    }
    Err(lang.pick(format!("phiên bản {found}, chương trình cần {known}"), format!("version {found}, the program needs {known}")))
}

async fn has_room(lang: Lang, folder: PathBuf) -> Result<String, String> {
    // A disk of the network may let its askers wait, so not among those who answer requests.
    let free = tokio::task::spawn_blocking(move || disk::free_bytes(&folder)).await;
    let free = match free.map_err(|error| error.to_string())? {
        Err(error) if error.kind() == ErrorKind::Unsupported => {
            return Ok(lang.pick("hệ thống không cho biết", "the system does not tell").to_owned());
        }
        free => free.map_err(|error| error.to_string())?,
    };
    let room = lang.pick(format!("còn {} MiB", free >> 20), format!("{} MiB left", free >> 20));
    if free < LEAST_ROOM { Err(room) } else { Ok(room) }
}

/// Connections to the database, room on the disk, end of the certificate.
pub(super) fn measure(registry: &Registry, db: &Db, certificates: Option<&Arc<Certificates>>) -> Result<(), MetricError> {
    let pools = db.clone();
    registry.ask(
        Kind::Gauge,
        "cchc_database_connections",
        "Connections to the database, by pool and state.",
        &["pool", "state"],
        move || connections(&pools),
    )?;
    if let Some(folder) = folder(db) {
        registry.ask(Kind::Gauge, "cchc_data_disk_free_bytes", "Room on the disk of the data folder, in bytes.", &[], move || {
            disk::free_bytes(&folder).map(|free| one(precise(free))).unwrap_or_default()
        })?;
    }
    if let Some(certificates) = certificates {
        let certificates = Arc::clone(certificates);
        let help = "End of the server's certificate, in seconds since 1970.";
        registry.ask(Kind::Gauge, "cchc_certificate_not_after_timestamp_seconds", help, &[], move || {
            one(precise(certificates.validity().until.timestamp().unsigned_abs()))
        })?;
    }
    Ok(())
}

/// When the newest backup of the schedule was begun: nothing where there is none, or its folder cannot be read.
pub(super) fn measure_backups(registry: &Registry, plan: &BackupPlan) -> Result<(), MetricError> {
    let plan = plan.clone();
    let help = "When the newest backup of the schedule was begun, in seconds since 1970.";
    registry.ask(Kind::Gauge, "cchc_backup_newest_timestamp_seconds", help, &[], move || {
        let newest = plan.standing(now()).ok().and_then(|standing| standing.newest);
        newest.map(|archive| one(precise(archive.made_at.timestamp().unsigned_abs()))).unwrap_or_default()
    })
}

/// Jobs by state, and those taken from workers that were gone.
pub(super) fn measure_jobs(registry: &Registry, jobs: &Arc<JobGauges>) -> Result<(), MetricError> {
    let gauges = Arc::clone(jobs);
    registry.ask(Kind::Gauge, "cchc_jobs", "Jobs by state; late ones are due for more than five minutes.", &["state"], move || {
        let counts = gauges.counts();
        let states = [("waiting", counts.waiting), ("late", counts.late), ("running", counts.running), ("failed", counts.failed)];
        states.into_iter().map(|(state, count)| (vec![state.to_owned()], precise(count.unsigned_abs()))).collect()
    })?;
    let gauges = Arc::clone(jobs);
    let help = "Jobs taken from workers that gave no sign of life, since the start.";
    registry.ask(Kind::Counter, "cchc_jobs_taken_back_total", help, &[], move || one(precise(gauges.taken_back().unsigned_abs())))?;
    Ok(())
}

fn one(value: f64) -> Vec<Asked> {
    vec![(Vec::new(), value)]
}

#[expect(clippy::cast_precision_loss, reason = "measurements are floats in Prometheus; the last bytes of a disk do not matter")]
fn precise(value: u64) -> f64 {
    value as f64
}

fn connections(db: &Db) -> Vec<Asked> {
    let pool = |name: &str, all: u32, idle: usize| {
        let idle = u32::try_from(idle).unwrap_or(u32::MAX).min(all);
        let state = |state: &str, count: u32| (vec![name.to_owned(), state.to_owned()], f64::from(count));
        [state("busy", all - idle), state("idle", idle)]
    };
    match db {
        Db::Lite { readers, writer, .. } => {
            [pool("readers", readers.open(), readers.idle()), pool("writer", writer.open(), writer.idle())].concat()
        }
        Db::Pg(all) => pool("all", all.open(), all.idle()).to_vec(),
    }
}
