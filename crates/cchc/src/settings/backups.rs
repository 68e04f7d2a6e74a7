//! Settings of backups: for whom they are encrypted, what opens them, when they are made.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use chrono::NaiveTime;
use clap::Args;
use platform::SecretString;
use platform::backup::{BackupPlan, Keep, Keys, Sealing};
use serde::Deserialize;
use ui::Lang;

use super::{FileSettings, Secret};
use crate::output::Failure;
use crate::say;

/// When the day of a schedule without times begins its backup.
const DEFAULT_TIME: NaiveTime = match NaiveTime::from_hms_opt(2, 0, 0) {
    Some(time) => time,
    None => NaiveTime::MIN,
};

/// For whom backups are encrypted.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct SealingArgs {
    /// Mã hóa bản sao lưu cho khóa công khai này (age1…); có thể nhiều khóa
    #[arg(long, env = "CCHC_RECIPIENT", value_name = "AGE1…", value_delimiter = ',')]
    pub(crate) recipient: Vec<String>,
    #[command(flatten)]
    words: PassphraseArgs,
}

/// What opens encrypted backups.
#[derive(Debug, Clone, Args)]
pub(crate) struct OpeningArgs {
    /// Tệp khóa riêng để mở bản sao lưu đã mã hóa; có thể nhiều tệp
    #[arg(long, env = "CCHC_IDENTITY", value_name = "FILE", value_delimiter = ',')]
    identity: Vec<PathBuf>,
    #[command(flatten)]
    words: PassphraseArgs,
}

#[derive(Debug, Clone, Default, Args)]
struct PassphraseArgs {
    /// Mật khẩu của bản sao lưu, thay cho cặp khóa; nên đặt bằng biến môi trường
    #[arg(long, env = "CCHC_PASSPHRASE", value_name = "TEXT", hide_env_values = true)]
    passphrase: Option<Secret>,
    /// Tệp có mật khẩu của bản sao lưu ở dòng đầu
    #[arg(long, env = "CCHC_PASSPHRASE_FILE", value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

/// When the server makes backups.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct ScheduleArgs {
    /// Thư mục để máy chủ tự sao lưu hằng ngày; thư mục phải có sẵn (mặc định: không tự sao lưu)
    #[arg(long, env = "CCHC_BACKUP_FOLDER", value_name = "DIR")]
    pub(crate) backup_folder: Option<PathBuf>,
    /// Giờ tự sao lưu theo giờ Việt Nam; có thể nhiều giờ, cách nhau bằng dấu phẩy (mặc định: 02:00)
    #[arg(long, env = "CCHC_BACKUP_AT", value_name = "HH:MM", value_delimiter = ',')]
    backup_at: Vec<DailyTime>,
    /// Số bản giữ lại: bản cuối của từng ấy ngày, tuần, tháng (mặc định: 7,5,12)
    #[arg(long, env = "CCHC_BACKUP_KEEP", value_name = "D,W,M")]
    backup_keep: Option<KeepCounts>,
}

/// A time of the day.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct DailyTime(NaiveTime);

impl FromStr for DailyTime {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = |_| format!("“{text}”: giờ viết dạng 02:00 / a time is written like 02:00");
        NaiveTime::parse_from_str(text.trim(), "%H:%M").map(Self).map_err(wrong)
    }
}

impl TryFrom<String> for DailyTime {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

/// How many backups are kept.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct KeepCounts(Keep);

impl FromStr for KeepCounts {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let counts: Result<Vec<usize>, _> = text.split(',').map(|count| count.trim().parse()).collect();
        match counts.as_deref() {
            Ok([daily, weekly, monthly]) => Ok(Self(Keep { daily: *daily, weekly: *weekly, monthly: *monthly })),
            _ => Err(format!("“{text}”: viết ba số ngày,tuần,tháng như 7,5,12 / three numbers days,weeks,months like 7,5,12")),
        }
    }
}

impl TryFrom<String> for KeepCounts {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl SealingArgs {
    pub(super) fn fill(&mut self, file: &mut FileSettings) {
        // A passphrase by flag is not mixed with recipients by file: the nearer setting decides for all of them.
        if self.recipient.is_empty() && self.words.is_empty() {
            self.recipient = file.recipient.take().unwrap_or_default();
            self.words.passphrase = file.passphrase.take();
            self.words.passphrase_file = file.passphrase_file.take();
        }
    }

    /// For whom backups are encrypted.
    pub(crate) fn sealing(&self, lang: Lang) -> Result<Sealing, Failure> {
        let recipients = Sealing::recipients(&self.recipient).map_err(|error| Failure::bad_input(say::key(lang, &error)))?;
        match self.words.read(lang)? {
            None => Ok(recipients),
            Some(_) if recipients.is_sealed() => Err(Failure::bad_input(say::recipient_or_passphrase(lang))),
            Some(words) => Ok(Sealing::Passphrase(words)),
        }
    }
}

impl OpeningArgs {
    /// What opens encrypted backups.
    pub(crate) fn keys(&self, lang: Lang) -> Result<Keys, Failure> {
        let mut keys = Keys::default();
        for path in &self.identity {
            let text = text_of(path, lang)?;
            keys = keys.with_identities(&text).map_err(|error| Failure::bad_input(say::identity(lang, path, &error)))?;
        }
        Ok(match self.words.read(lang)? {
            Some(words) => keys.with_passphrase(words),
            None => keys,
        })
    }
}

impl PassphraseArgs {
    fn is_empty(&self) -> bool {
        self.passphrase.is_none() && self.passphrase_file.is_none()
    }

    fn read(&self, lang: Lang) -> Result<Option<SecretString>, Failure> {
        let words = match (&self.passphrase, &self.passphrase_file) {
            (Some(words), _) => words.0.clone(),
            (None, Some(path)) => text_of(path, lang)?.lines().next().unwrap_or_default().to_owned(),
            (None, None) => return Ok(None),
        };
        if words.is_empty() { Err(Failure::bad_input(say::empty_passphrase(lang))) } else { Ok(Some(SecretString::from(words))) }
    }
}

impl ScheduleArgs {
    pub(super) fn fill(&mut self, file: &mut FileSettings) {
        self.backup_folder = self.backup_folder.take().or(file.backup_folder.take());
        if self.backup_at.is_empty() {
            self.backup_at = file.backup_at.take().unwrap_or_default();
        }
        self.backup_keep = self.backup_keep.or(file.backup_keep);
    }

    /// The plan; nothing where no folder is set.
    pub(crate) fn plan(&self, sealing: Sealing) -> Option<BackupPlan> {
        let folder = self.backup_folder.clone()?;
        let mut at: Vec<NaiveTime> = self.backup_at.iter().map(|time| time.0).collect();
        if at.is_empty() {
            at.push(DEFAULT_TIME);
        }
        Some(BackupPlan { folder, at, keep: self.backup_keep.map_or_else(Keep::default, |counts| counts.0), sealing })
    }
}

fn text_of(path: &Path, lang: Lang) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| Failure::bad_input(say::unreadable(lang, path, &error)))
}

#[cfg(test)]
mod tests {
    use super::{DailyTime, KeepCounts, Secret};

    #[test]
    fn times_and_counts_are_read_or_told() {
        assert!("02:00".parse::<DailyTime>().is_ok() && " 13:30".parse::<DailyTime>().is_ok());
        for wrong in ["", "2", "25:00", "02:00:00", "2h"] {
            assert!(wrong.parse::<DailyTime>().is_err(), "{wrong}");
        }
        assert!("7,5,12".parse::<KeepCounts>().is_ok() && "0, 0, 0".parse::<KeepCounts>().is_ok());
        for wrong in ["", "7", "7,5", "7,5,12,1", "7,5,-1", "a,b,c"] {
            assert!(wrong.parse::<KeepCounts>().is_err(), "{wrong}");
        }
        assert_eq!(format!("{:?}", "khóa".parse::<Secret>().unwrap()), "…");
    }
}
