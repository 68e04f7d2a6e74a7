//! `cchc units`: units as of a date, their history, search.

use std::fmt::Write as _;

use chrono::NaiveDate;
use clap::Subcommand;
use platform::{Db, DbError};
use registry::store::{self, LinkedUnit};
use registry::{Extent, UnitVersion};
use ui::Lang;

use crate::commands::today;
use crate::output::{Failure, print};
use crate::say;
use crate::settings::Common;

/// Rows a search prints.
const PAGE: i64 = 40;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Một đơn vị tại một ngày: tên, mã, cấp trên, cấp dưới, trước và sau sắp xếp
    Show {
        /// Tên (có dấu hoặc không dấu), mã hoặc khóa của đơn vị
        name: String,
        /// Ngày, dạng 2018-12-31 hoặc 31/12/2018 (mặc định: hôm nay)
        #[arg(long, value_name = "DATE", value_parser = date)]
        as_of: Option<NaiveDate>,
    },
    /// Tìm theo tên, có dấu hoặc không dấu
    Search {
        /// Từ cần tìm
        words: String,
        /// Chỉ các đơn vị có hiệu lực tại ngày này
        #[arg(long, value_name = "DATE", value_parser = date)]
        as_of: Option<NaiveDate>,
    },
}

fn date(text: &str) -> Result<NaiveDate, String> {
    viet_text::parse_date(text).ok_or_else(|| "ngày viết dạng 2018-12-31 hoặc 31/12/2018 / write 2018-12-31 or 31/12/2018".to_owned())
}

pub(crate) async fn run(common: &Common, command: Command) -> Result<(), Failure> {
    let lang = common.lang();
    let (db, _) = common.open_kept().await?;
    let refuse = |error| Failure::failed(say::db(lang, &error));
    let text = match command {
        Command::Search { words, as_of } => search(&db, lang, &words, as_of).await.map_err(refuse)?,
        Command::Show { name, as_of } => {
            let date = as_of.unwrap_or_else(today);
            match find(&db, &name, date).await.map_err(refuse)? {
                Some(unit) => show(&db, lang, &unit, date).await.map_err(refuse)?,
                None => return Err(Failure::bad_input(unknown(&db, lang, &name, date).await.map_err(refuse)?)),
            }
        }
    };
    db.close().await;
    print(lang, &text)
}

/// By key, by code, then by name; the best name wins, as in the search.
async fn find(db: &Db, name: &str, date: NaiveDate) -> Result<Option<UnitVersion>, DbError> {
    let mut read = db.read().await?;
    let versions = store::versions_of(read.conn(), name).await?;
    if !versions.is_empty() {
        // A key names one unit for all time, so an ended unit is shown as it was last.
        let valid = versions.iter().position(|version| version.covers(date)).unwrap_or(versions.len() - 1);
        return Ok(versions.into_iter().nth(valid));
    }
    if let Some(found) = store::unit_by_code_at(read.conn(), &name.to_uppercase(), date).await? {
        return Ok(Some(found));
    }
    // Only one unit is shown: a name with the marks that were typed goes before one that is alike only without them.
    let marked = name.trim().to_lowercase();
    let found = store::search(read.conn(), name, Some(date), PAGE, 0).await?.versions;
    Ok(found.into_iter().min_by_key(|version| !version.name.to_lowercase().contains(&marked)))
}

async fn unknown(db: &Db, lang: Lang, name: &str, date: NaiveDate) -> Result<String, DbError> {
    let found = store::search(db.read().await?.conn(), name, None, 5, 0).await?;
    let day = lang.date(date);
    let mut text = lang.pick(
        format!("Không có đơn vị nào tên hoặc mã “{name}” vào ngày {day}."),
        format!("No unit has the name or code “{name}” on {day}."),
    );
    if !found.versions.is_empty() {
        text += lang.pick(" Vào ngày khác có:", " On other dates there are:");
        for version in &found.versions {
            let _ = write!(text, "\n  {}", line(lang, version));
        }
    }
    Ok(text)
}

fn validity(lang: Lang, version: &UnitVersion) -> String {
    let from = version.valid_from.map_or_else(|| lang.pick("chưa tra cứu", "not researched").to_owned(), |day| lang.date(day));
    let to = version.valid_to.map_or_else(|| lang.pick("nay", "now").to_owned(), |day| lang.date(day));
    format!("{from} – {to}")
}

fn line(lang: Lang, version: &UnitVersion) -> String {
    format!("{:<6} {:<36} {:<32} {}", version.code, version.name, validity(lang, version), version.unit)
}

async fn search(db: &Db, lang: Lang, words: &str, as_of: Option<NaiveDate>) -> Result<String, DbError> {
    let found = store::search(db.read().await?.conn(), words, as_of, PAGE, 0).await?;
    let mut text = lang.pick(format!("Tìm thấy {}:\n", lang.integer(found.total)), format!("{} found:\n", lang.integer(found.total)));
    for version in &found.versions {
        let _ = writeln!(text, "{}", line(lang, version).trim_end());
    }
    Ok(text)
}

async fn show(db: &Db, lang: Lang, unit: &UnitVersion, date: NaiveDate) -> Result<String, DbError> {
    let mut read = db.read().await?;
    let mut text = format!("{}\n", unit.name);
    let mut fact = |name: &str, value: String| {
        let _ = writeln!(text, "  {name:<22} {value}");
    };
    fact(lang.pick("Tại ngày", "As of"), lang.date(date));
    fact(lang.pick("Mã", "Code"), unit.code.clone());
    fact(lang.pick("Khóa", "Key"), unit.unit.clone());
    fact(lang.pick("Hiệu lực", "Valid"), validity(lang, unit));
    if let Some(parent) = &unit.parent {
        let versions = store::versions_of(read.conn(), parent).await?;
        let name = versions.iter().find(|version| version.covers(date)).map_or(parent.clone(), |version| version.name.clone());
        fact(lang.pick("Thuộc", "Part of"), name);
    }
    fact(lang.pick("Nguồn", "Source"), unit.source.clone());
    if let Some(note) = &unit.note {
        let (vi, en) = registry::both_languages(note);
        fact(lang.pick("Ghi chú", "Note"), lang.pick(vi, en).to_owned());
    }
    let versions = store::versions_of(read.conn(), &unit.unit).await?;
    if versions.len() > 1 {
        let _ = writeln!(text, "\n{}", lang.pick("Các giai đoạn", "Versions"));
        for version in &versions {
            let _ = writeln!(text, "  {}", line(lang, version).trim_end());
        }
    }
    let (before, after) = store::links_of(read.conn(), &unit.unit).await?;
    for (title, units) in [(lang.pick("Hình thành từ", "Came from"), &before), (lang.pick("Sắp xếp thành", "Went into"), &after)] {
        if !units.is_empty() {
            let _ = writeln!(text, "\n{title}");
            for linked in units {
                let _ = writeln!(text, "  {}", linked_line(lang, linked));
            }
        }
    }
    let children = store::children_at(read.conn(), &unit.unit, date).await?;
    if !children.is_empty() {
        let _ = writeln!(text, "\n{} ({})", lang.pick("Đơn vị trực thuộc", "Units below"), children.len());
        let width = children.iter().map(|child| child.code.chars().count()).max().unwrap_or(0);
        for child in &children {
            let _ = writeln!(text, "  {:<width$} {}", child.code, child.name);
        }
    }
    Ok(text)
}

fn linked_line(lang: Lang, linked: &LinkedUnit) -> String {
    let extent = match linked.link.extent {
        Extent::Whole => lang.pick("toàn bộ", "whole"),
        Extent::Part => lang.pick("một phần", "part"),
        Extent::Unknown => lang.pick("chưa rõ phạm vi", "extent not known"),
    };
    format!("{:<6} {:<36} {extent}, {}", linked.unit.code, linked.unit.name, lang.date(linked.link.date))
}
