//! How the parts of a running installation are: for the page of those who look after it.

use std::fmt::Display;
use std::future::Future;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use platform::backup::{BackupPlan, next};
use platform::files::FileStore;
use platform::{Db, DbError, schema_version};
use serving::certificate::Standing;
use serving::{Certificates, disk};
use ui::Lang;
use web::words::moment;
use web::{Condition, ConditionFuture, ConditionSource, Office, Wellness, bytes_in_words};

use crate::say;

/// How long a part may take to answer.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long an answer is kept, so that a first page read by many does not ask a store each time.
const KEPT: TimeDelta = TimeDelta::seconds(10);
/// Room on the disk below which nothing is well, in bytes; readiness fails there, too.
pub(crate) const LEAST_ROOM: u64 = 64 << 20;
/// Room on the disk below which somebody should look, in bytes.
const LITTLE_ROOM: u64 = 1 << 30;
/// How far back messages that were given up are counted.
const GIVEN_UP: TimeDelta = TimeDelta::days(7);

/// Where the parts are.
pub(crate) struct Conditions {
    /// Where evidence lies.
    pub(crate) files: FileStore,
    /// When backups are made; absent where the server makes none.
    pub(crate) backups: Option<BackupPlan>,
    /// The server's own certificate.
    pub(crate) certificates: Option<Arc<Certificates>>,
    /// The last answer.
    pub(crate) kept: Mutex<Option<Kept>>,
}

/// An answer, in which language and when it was given.
pub(crate) type Kept = (DateTime<Utc>, Lang, Vec<Condition>);

impl ConditionSource for Conditions {
    fn conditions<'a>(&'a self, office: &'a Office, lang: Lang) -> ConditionFuture<'a> {
        Box::pin(self.look(office, lang))
    }
}

/// What was found of one part: how it is, in which words, and what to do.
struct Found(Wellness, String, Option<String>);

impl Found {
    fn well(finding: impl Into<String>) -> Self {
        Self(Wellness::Well, finding.into(), None)
    }

    fn watch(finding: impl Into<String>, advice: impl Into<String>) -> Self {
        Self(Wellness::Watch, finding.into(), Some(advice.into()))
    }

    fn ill(finding: impl Into<String>, advice: impl Into<String>) -> Self {
        Self(Wellness::Ill, finding.into(), Some(advice.into()))
    }
}

impl Conditions {
    async fn look(&self, office: &Office, lang: Lang) -> Vec<Condition> {
        let (db, now) = (&office.db, office.world.now());
        if let Some((since, of, kept)) = &*self.kept.lock().unwrap_or_else(PoisonError::into_inner)
            // Either way: a clock that is set back does not make an answer last.
            && (now - *since).abs() < KEPT
            && *of == lang
        {
            return kept.clone();
        }
        let (database, room, store, archives, work, sent) = tokio::join!(
            in_time(lang, database(db, lang)),
            in_time(lang, room(db, lang)),
            in_time(lang, self.store(db, lang)),
            in_time(lang, self.archives(lang, now)),
            in_time(lang, work(db, lang, now)),
            in_time(lang, sent(db, office.mail, lang, now)),
        );
        let parts = [
            ("database", ("Cơ sở dữ liệu", "Database"), Some(database)),
            ("disk", ("Ổ đĩa của thư mục dữ liệu", "Disk of the data folder"), folder(db).map(|_| room)),
            ("files", ("Kho tệp minh chứng", "Store of evidence files"), Some(store)),
            ("backups", ("Sao lưu tự động", "Backups by schedule"), Some(archives)),
            ("jobs", ("Tác vụ chạy nền", "Jobs"), Some(work)),
            ("messages", ("Thư và tin nhắn gửi đi", "Mails and messages"), Some(sent)),
            ("certificate", ("Chứng thư số của máy chủ", "The server's certificate"), self.certificate(lang, now)),
        ];
        let conditions: Vec<Condition> = parts
            .into_iter()
            .filter_map(|(key, part, found)| {
                let Found(wellness, finding, advice) = found?;
                Some(Condition { key, part, wellness, finding, advice })
            })
            .collect();
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, lang, conditions.clone()));
        conditions
    }

    async fn store(&self, db: &Db, lang: Lang) -> Result<Found, DbError> {
        if let Err(error) = self.files.probe().await {
            return Ok(Found::ill(
                say::files(lang, &error),
                lang.pick(
                    "Kiểm tra ổ đĩa hoặc máy chủ của kho tệp. Các trang khác vẫn dùng được; tải lên và tải về minh chứng thì chưa.",
                    "Look at the drive or server of the store. Other pages work; evidence can be neither sent nor fetched.",
                ),
            ));
        }
        let mut read = db.read().await?;
        let (count, bytes) = evidence::totals(read.conn()).await?;
        let (number, size) = (lang.integer(count), bytes_in_words(bytes, lang));
        Ok(Found::well(
            lang.pick(format!("{number} tệp, {size}; {}", self.files.name()), format!("{number} file(s), {size}; {}", self.files.name())),
        ))
    }

    async fn archives(&self, lang: Lang, now: DateTime<Utc>) -> Result<Found, DbError> {
        let Some(plan) = self.backups.clone() else {
            return Ok(Found::watch(
                lang.pick("Máy chủ chưa được đặt để tự sao lưu.", "The server is not told to make backups."),
                lang.pick(
                    "Đặt --backup-folder, hoặc chạy “cchc backup” hằng ngày bằng bộ hẹn giờ của hệ điều hành.",
                    "Set --backup-folder, or run “cchc backup” every day by the timer of the system.",
                ),
            ));
        };
        let (folder, at) = (plan.folder.display().to_string(), plan.at.clone());
        // A drive of the network may let its askers wait, so not among those who answer requests.
        let standing = match tokio::task::spawn_blocking(move || plan.standing(now)).await {
            Ok(Ok(standing)) => standing,
            Ok(Err(error)) => return Ok(unreadable_folder(lang, &folder, &error)),
            Err(error) => return Ok(unreadable_folder(lang, &folder, &error)),
        };
        let newest = match &standing.newest {
            Some(archive) => {
                let (when, size) = (moment(archive.made_at, lang), bytes_in_words(i64::try_from(archive.size).unwrap_or(i64::MAX), lang));
                lang.pick(
                    format!("Bản mới nhất: {when}, {size} ({}).", archive.name),
                    format!("The newest: {when}, {size} ({}).", archive.name),
                )
            }
            None => lang.pick("Chưa có bản sao lưu nào.", "There is no backup yet.").to_owned(),
        };
        if standing.overdue {
            return Ok(Found::ill(
                newest,
                lang.pick(
                    format!("Đã quá giờ sao lưu. Kiểm tra thư mục {folder} và nhật ký của máy chủ."),
                    format!("A backup should have been made by now. Look at the folder {folder} and at the server's log."),
                ),
            ));
        }
        Ok(match next(&at, now) {
            Some(next) => {
                Found::well(lang.pick(
                    format!("{newest} Bản tiếp theo: {}.", moment(next, lang)),
                    format!("{newest} The next: {}.", moment(next, lang)),
                ))
            }
            None => Found::well(newest),
        })
    }

    fn certificate(&self, lang: Lang, now: DateTime<Utc>) -> Option<Found> {
        let certificates = self.certificates.as_ref()?;
        let until = moment(certificates.validity().until, lang);
        let finding = lang.pick(format!("Có hiệu lực đến {until}"), format!("Valid until {until}"));
        let renew =
            lang.pick("Gia hạn rồi chép tệp mới; không cần khởi động lại.", "Renew it and put the new files there; no restart is needed.");
        Some(match certificates.standing(now) {
            Standing::Fine => Found::well(finding),
            Standing::EndsSoon => Found::watch(finding, renew),
            Standing::Expired | Standing::NotYet => Found::ill(finding, renew),
        })
    }
}

fn unreadable_folder(lang: Lang, folder: &str, error: &dyn Display) -> Found {
    Found::ill(
        lang.pick(format!("Không đọc được thư mục {folder}: {error}"), format!("The folder {folder} cannot be read: {error}")),
        lang.pick(
            "Kiểm tra ổ đĩa đã được gắn chưa và quyền đọc, ghi.",
            "See whether the drive is mounted, and the rights to read and write.",
        ),
    )
}

async fn sent(db: &Db, mail: bool, lang: Lang, now: DateTime<Utc>) -> Result<Found, DbError> {
    let mut read = db.read().await?;
    let counts = notices::sending_counts(read.conn(), now - GIVEN_UP).await?;
    let (again, given_up) = (lang.integer(counts.tried_again), lang.integer(counts.given_up));
    let finding = lang.pick(
        format!("{again} thông báo chờ gửi lại, {given_up} thông báo không gửi được trong 7 ngày qua"),
        format!("{again} notice(s) to be tried again, {given_up} given up within seven days"),
    );
    if counts.tried_again > 0 || counts.given_up > 0 {
        let advice = lang.pick("Xem lý do ở trang Thông báo không gửi được.", "The page of notices that could not be sent tells why.");
        return Ok(Found::watch(finding, advice));
    }
    if !mail {
        return Ok(Found::watch(
            lang.pick("Chưa cấu hình máy chủ thư.", "No mail server is set up."),
            lang.pick(
                "Đặt --mail-host và --mail-from để gửi thư đặt lại mật khẩu và thông báo.",
                "Set --mail-host and --mail-from so that links and notices can be sent.",
            ),
        ));
    }
    Ok(Found::well(finding))
}

/// What a part answers in time, or that it did not.
async fn in_time(lang: Lang, part: impl Future<Output = Result<Found, DbError>>) -> Found {
    match tokio::time::timeout(PATIENCE, part).await {
        Ok(Ok(found)) => found,
        Ok(Err(error)) => Found::ill(say::db(lang, &error), lang.pick("Kiểm tra cơ sở dữ liệu.", "Look at the database.")),
        Err(_) => Found::ill(
            lang.pick(
                format!("Không trả lời trong {} giây", PATIENCE.as_secs()),
                format!("No answer within {} seconds", PATIENCE.as_secs()),
            ),
            lang.pick("Kiểm tra ổ đĩa và mạng của máy chủ.", "Look at the server's disk and network."),
        ),
    }
}

async fn database(db: &Db, lang: Lang) -> Result<Found, DbError> {
    let size = bytes_in_words(db.size().await?, lang);
    let (kind, version) = (db.kind(), schema_version(db));
    Ok(Found::well(lang.pick(format!("{kind}, lược đồ phiên bản {version}, {size}"), format!("{kind}, schema version {version}, {size}"))))
}

/// The folder of the database file, if the database is a file here.
pub(crate) fn folder(db: &Db) -> Option<PathBuf> {
    match db {
        Db::Lite { path, .. } => {
            Some(path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(std::path::Path::new(".")).to_owned())
        }
        Db::Pg { .. } => None,
    }
}

async fn room(db: &Db, lang: Lang) -> Result<Found, DbError> {
    let Some(folder) = folder(db) else { return Ok(Found::well("")) };
    let name = folder.display().to_string();
    let free = match tokio::task::spawn_blocking(move || disk::free_bytes(&folder)).await {
        Ok(Ok(free)) => free,
        Ok(Err(error)) if error.kind() == std::io::ErrorKind::Unsupported => {
            return Ok(Found::well(lang.pick("Hệ thống không cho biết", "The system does not tell")));
        }
        Ok(Err(error)) => return Ok(unreadable_folder(lang, &name, &error)),
        Err(error) => return Ok(unreadable_folder(lang, &name, &error)),
    };
    let left = bytes_in_words(i64::try_from(free).unwrap_or(i64::MAX), lang);
    let finding = lang.pick(format!("Còn {left}"), format!("{left} left"));
    let advice = lang.pick("Giải phóng dung lượng hoặc chuyển sang ổ đĩa lớn hơn.", "Free space, or move to a larger disk.");
    Ok(if free < LEAST_ROOM {
        Found::ill(finding, advice)
    } else if free < LITTLE_ROOM {
        Found::watch(finding, advice)
    } else {
        Found::well(finding)
    })
}

async fn work(db: &Db, lang: Lang, now: DateTime<Utc>) -> Result<Found, DbError> {
    let mut read = db.read().await?;
    let counts = platform::jobs::counts(read.conn(), now).await?;
    let [waiting, running, failed] = [counts.waiting, counts.running, counts.failed].map(|count| lang.integer(count));
    let finding = lang.pick(
        format!("{waiting} đang chờ, {running} đang chạy, {failed} không thành công"),
        format!("{waiting} waiting, {running} at work, {failed} failed"),
    );
    if counts.late > 0 {
        let late = lang.integer(counts.late);
        return Ok(Found::ill(
            lang.pick(format!("{finding}; {late} quá giờ"), format!("{finding}; {late} late")),
            lang.pick(
                "Tác vụ quá giờ hơn 5 phút: không có bộ xử lý nào đang chạy, hoặc quá ít (--workers, “cchc worker”).",
                "Jobs are late by more than five minutes: no worker runs, or too few (--workers, “cchc worker”).",
            ),
        ));
    }
    if counts.failed > 0 {
        let advice = lang.pick("Xem lý do ở trang Tác vụ.", "The page of jobs tells why.");
        return Ok(Found::watch(finding, advice));
    }
    Ok(Found::well(finding))
}
