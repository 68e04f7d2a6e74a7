//! `cchc catalogue`: check, list and load the catalogue files.

use std::fmt::Write as _;

use clap::Subcommand;
use registry::load::Loaded;

use crate::output::{Failure, print};
use crate::say;
use crate::settings::Common;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Kiểm tra mọi tệp danh mục, báo tất cả lỗi cùng lúc
    Check,
    /// Liệt kê các bộ chỉ số và các năm
    List,
    /// Nạp danh mục vào cơ sở dữ liệu (chạy lại không thay đổi gì)
    Load,
}

pub(crate) async fn run(common: &Common, command: Command) -> Result<(), Failure> {
    let lang = common.lang();
    match command {
        Command::Check => {
            let catalogue = common.files(false).catalogue().map_err(|faults| Failure::bad_input(say::catalogue_faults(lang, &faults)))?;
            let editions: usize = catalogue.definitions.iter().map(|definition| definition.editions.len()).sum();
            let lines = [
                (lang.pick("phiên bản đơn vị", "unit versions"), catalogue.versions.len()),
                (lang.pick("liên kết trước – sau", "links between units"), catalogue.links.len()),
                (lang.pick("chỉ tiêu", "indicators"), catalogue.indicators.len()),
                (lang.pick("bộ chỉ số", "index definitions"), catalogue.definitions.len()),
                (lang.pick("kỳ chỉ số", "editions"), editions),
                (lang.pick("dòng bảng công bố", "rows of published tables"), catalogue.published_rows.len()),
                (lang.pick("số liệu quan sát", "observations"), catalogue.observations.len()),
            ];
            let mut text = lang.pick("Danh mục không có lỗi.\n", "The catalogue has no fault.\n").to_owned();
            for (name, count) in lines {
                let _ = writeln!(text, "{:>9}  {name}", lang.integer(i64::try_from(count).unwrap_or(i64::MAX)));
            }
            print(lang, &text)
        }
        Command::List => {
            let mut text = String::new();
            for definition in common.definitions(false)? {
                let years: Vec<String> = definition.editions.iter().map(|edition| edition.year.to_string()).collect();
                let name = lang.pick(&definition.name.vi, &definition.name.en);
                let _ = writeln!(text, "{:<26} {name}\n{:<26} {}", definition.id, "", years.join(", "));
            }
            print(lang, &text)
        }
        Command::Load => {
            let db = common.open_only(false).await?;
            platform::migrate(&db, platform::Migrations::All).await.map_err(|error| Failure::failed(say::open(lang, &error)))?;
            let demo = common.holds_demo(&db).await?;
            let loaded = common.load(&db, demo).await?;
            db.close().await;
            print(
                lang,
                &match loaded {
                    Loaded::Unchanged => lang
                        .pick(
                            "Danh mục trong cơ sở dữ liệu đã đúng, không có gì phải làm.\n",
                            "The database already holds this catalogue, nothing to do.\n",
                        )
                        .to_owned(),
                    Loaded::Written(rows) => {
                        let rows = lang.integer(i64::try_from(rows).unwrap_or(i64::MAX));
                        lang.pick(format!("Đã nạp {rows} dòng.\n"), format!("{rows} rows were loaded.\n"))
                    }
                },
            )
        }
    }
}
