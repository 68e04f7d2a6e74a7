//! `cchc check`: what an administrator wants to know before calling for help.

use std::fmt::Write as _;
use std::path::Path;

use platform::history::{self, Head};
use registry::catalogue::CatalogueFiles;
use registry::results::ResultsKeeper;
use registry::store;
use ui::Lang;

use crate::commands::backup;
use crate::output::{Failure, print};
use crate::say;
use crate::settings::{Common, OpeningArgs};

/// Findings, good and bad, in the order of the checks.
struct Findings {
    lang: Lang,
    text: String,
    bad: usize,
}

impl Findings {
    fn good(&mut self, what: &str) {
        let _ = writeln!(self.text, "[{}] {what}", self.lang.pick("đạt", "ok"));
    }

    fn bad(&mut self, what: &str) {
        self.bad += 1;
        let _ = writeln!(self.text, "[{}] {what}", self.lang.pick("LỖI", "FAULT"));
    }
}

pub(crate) async fn run(common: &Common, history_since: Option<&Path>, opening: &OpeningArgs) -> Result<(), Failure> {
    let lang = common.lang();
    let mut findings = Findings { lang, text: format!("cchc {}\n", env!("CARGO_PKG_VERSION")), bad: 0 };
    let mut definitions = Vec::new();
    match common.files(false).catalogue() {
        Ok(catalogue) => {
            findings.good(&lang.pick(
                format!("danh mục: {} đơn vị và giai đoạn, {} số liệu", catalogue.versions.len(), catalogue.observations.len()),
                format!("catalogue: {} unit versions, {} figures", catalogue.versions.len(), catalogue.observations.len()),
            ));
            definitions = catalogue.definitions;
        }
        Err(faults) => findings.bad(&format!("{}: {}", lang.pick("danh mục", "catalogue"), say::catalogue_faults(lang, &faults))),
    }
    let anchors = match history_since {
        Some(file) => backup::heads_of(common, file, opening)?,
        None => Vec::new(),
    };
    check_database(common, definitions, &anchors, &mut findings).await;
    print(lang, &findings.text)?;
    if findings.bad == 0 {
        return Ok(());
    }
    let count = findings.bad;
    Err(Failure::failed(lang.pick(format!("Có {count} mục không đạt."), format!("{count} check(s) failed."))))
}

async fn check_database(
    common: &Common,
    definitions: Vec<std::sync::Arc<composite_index::Definition>>,
    anchors: &[Head],
    findings: &mut Findings,
) {
    let lang = findings.lang;
    if let Err(absent) = common.refuse_absent_database() {
        return findings.bad(absent.message());
    }
    let db = match common.open_only(false).await {
        Ok(db) => db,
        Err(failure) => return findings.bad(failure.message()),
    };
    findings.good(&lang.pick(format!("kết nối {}", db.kind()), format!("connected to {}", db.kind())));
    match platform::applied_version(&db).await {
        Ok(Some(version)) if version == platform::schema_version(&db) => {
            findings.good(&lang.pick(format!("lược đồ phiên bản {version}"), format!("schema version {version}")));
        }
        Ok(version) => {
            let (found, known) = (version.unwrap_or(0), platform::schema_version(&db));
            findings.bad(&lang.pick(
                format!(
                    "lược đồ phiên bản {found}, chương trình cần {known}; chạy `cchc serve` để nâng cấp, hoặc dùng chương trình mới hơn"
                ),
                format!("schema version {found}, the program needs {known}; run `cchc serve` to migrate, or use a newer program"),
            ));
            return;
        }
        Err(error) => return findings.bad(&say::db(lang, &error)),
    }
    check_content(common, &db, definitions, findings).await;
    check_people(&db, findings).await;
    check_history(&db, anchors, findings).await;
    check_rows(&db, findings).await;
    check_files(common, &db, findings).await;
    db.close().await;
}

/// Made-up people belong into a demonstration: in any other database they are a fault that somebody must mend, though none of them may sign in.
async fn check_people(db: &platform::Db, findings: &mut Findings) {
    let lang = findings.lang;
    let found = match db.read().await {
        Ok(mut read) => match accounts::made_up_people(read.conn()).await {
            Ok(logins) if logins.is_empty() => return,
            Ok(logins) => store::catalogue_state(read.conn()).await.map(|state| (logins, state)),
            Err(error) => Err(error),
        },
        Err(error) => Err(error),
    };
    match found {
        Ok((logins, Some(state))) if state.part == CatalogueFiles::Demo.part() => findings.good(&lang.pick(
            format!("{} tài khoản minh họa của bản dùng thử; chỉ đăng nhập được khi chạy với --demo", logins.len()),
            format!("{} made-up account(s) of the demonstration; they sign in with --demo alone", logins.len()),
        )),
        Ok((logins, _)) => findings.bad(say::made_up_people(lang, &logins).trim_end()),
        Err(error) => findings.bad(&say::db(lang, &error)),
    }
}

/// Faults of the history that are listed; the others are counted.
const LISTED: usize = 20;

async fn check_history(db: &platform::Db, anchors: &[Head], findings: &mut Findings) {
    let lang = findings.lang;
    let report = match history::verify(db, anchors).await {
        Ok(report) => report,
        Err(error) => return findings.bad(&say::db(lang, &error)),
    };
    if report.faults.is_empty() {
        return findings.good(&lang.pick(
            format!("nhật ký thay đổi: {} dòng, các chuỗi nguyên vẹn", report.events),
            format!("history: {} events, every chain is whole", report.events),
        ));
    }
    for fault in report.faults.iter().take(LISTED) {
        findings.bad(&say::chain_fault(lang, fault));
    }
    if report.faults.len() > LISTED {
        let more = report.faults.len() - LISTED;
        findings.bad(&lang.pick(format!("nhật ký: còn {more} chỗ hỏng nữa"), format!("history: {more} more broken places")));
    }
}

/// Figures and roles compared with their last events: what was changed in the database by other hands.
async fn check_rows(db: &platform::Db, findings: &mut Findings) {
    let lang = findings.lang;
    let found = async {
        let (figures, mut faults) = collection::figures_unlike_their_history(db).await?;
        let mut read = db.read().await?;
        faults.extend(accounts::roles_unlike_their_history(read.conn()).await?);
        Ok::<_, platform::DbError>((figures, faults))
    };
    let (figures, faults) = match found.await {
        Ok(found) => found,
        Err(error) => return findings.bad(&say::db(lang, &error)),
    };
    if faults.is_empty() {
        return findings.good(&lang.pick(
            format!("{figures} số liệu và các vai trò đã giao khớp với nhật ký"),
            format!("{figures} figures and the roles given are as the history says"),
        ));
    }
    for fault in faults.iter().take(LISTED) {
        findings.bad(&say::row_fault(lang, fault));
    }
    if faults.len() > LISTED {
        let more = faults.len() - LISTED;
        findings
            .bad(&lang.pick(format!("còn {more} bản ghi nữa không khớp nhật ký"), format!("{more} more records do not fit the history")));
    }
}

async fn check_files(common: &Common, db: &platform::Db, findings: &mut Findings) {
    let lang = findings.lang;
    let store = match common.file_store_if_there(false).await {
        Ok(Some(store)) => store,
        Ok(None) => {
            let referenced = match db.read().await {
                Ok(mut read) => evidence::referenced_files(read.conn()).await,
                Err(error) => Err(error),
            };
            return match referenced.map(|files| files.len()) {
                Ok(0) => findings.good(lang.pick("chưa có kho tệp minh chứng", "no evidence files yet")),
                Ok(count) => findings.bad(&lang.pick(
                    format!(
                        "không thấy kho tệp, mà cơ sở dữ liệu ghi {count} tệp minh chứng; kiểm tra --files, hoặc phục hồi từ bản sao lưu"
                    ),
                    format!("there is no file store, and the database knows {count} evidence file(s); check --files, or restore a backup"),
                )),
                Err(error) => findings.bad(&say::db(lang, &error)),
            };
        }
        Err(failure) => return findings.bad(failure.message()),
    };
    match store.probe().await {
        Ok(()) => findings.good(&lang.pick(format!("kho tệp {}", store.name()), format!("file store {}", store.name()))),
        Err(error) => return findings.bad(&say::files(lang, &error)),
    }
    check_evidence(db, &store, findings).await;
}

/// Evidence files that the rows name and the store lacks.
async fn check_evidence(db: &platform::Db, store: &platform::files::FileStore, findings: &mut Findings) {
    let lang = findings.lang;
    let mut read = match db.read().await {
        Ok(read) => read,
        Err(error) => return findings.bad(&say::db(lang, &error)),
    };
    match evidence::troubles(read.conn(), store).await {
        Ok((count, found)) if found.is_empty() => {
            findings.good(&lang.pick(
                format!("tệp minh chứng: {count} phiên bản, đủ trong kho và đúng nội dung khi tải lên"),
                format!("evidence files: {count} version(s), all in the store with the bytes they came with"),
            ));
        }
        Ok((_, found)) => {
            for one in found {
                let (title, version, sha256) = (&one.title, one.position, &one.sha256);
                let what = match one.trouble {
                    evidence::Trouble::Missing => lang.pick("không có trong kho", "is not in the store").to_owned(),
                    evidence::Trouble::Changed => {
                        lang.pick("trong kho có nội dung khác với khi tải lên", "has other bytes in the store than when it came").to_owned()
                    }
                    evidence::Trouble::OtherSize { found } => lang.pick(
                        format!("trong kho có {found} byte, khác với khi tải lên"),
                        format!("has {found} bytes in the store, other than when it came"),
                    ),
                };
                findings.bad(&lang.pick(
                    format!("tệp của minh chứng “{title}”, phiên bản {version} ({sha256}) {what}; lấy lại từ bản sao lưu"),
                    format!("the file of the evidence “{title}”, version {version} ({sha256}) {what}; take it from a backup"),
                ));
            }
        }
        Err(evidence::EvidenceError::Files(error)) => findings.bad(&say::files(lang, &error)),
        Err(evidence::EvidenceError::Db(error)) => findings.bad(&say::db(lang, &error)),
        Err(error) => findings.bad(&format!("{error}")),
    }
}

async fn check_content(
    common: &Common,
    db: &platform::Db,
    mut definitions: Vec<std::sync::Arc<composite_index::Definition>>,
    findings: &mut Findings,
) {
    let lang = findings.lang;
    let stored = match db.read().await {
        Ok(mut read) => store::catalogue_state(read.conn()).await,
        Err(error) => Err(error),
    };
    let demo = matches!(&stored, Ok(Some(state)) if state.part == CatalogueFiles::Demo.part());
    match (stored, common.files(demo).digest()) {
        (Ok(Some(state)), Ok(digest)) if state.digest == digest => {
            let (rows, kind) =
                (state.rows, if demo { lang.pick(", có số liệu minh họa", ", with made-up demonstration data") } else { "" });
            findings.good(
                &lang.pick(
                    format!("danh mục trong cơ sở dữ liệu: {rows} dòng{kind}"),
                    format!("catalogue in the database: {rows} rows{kind}"),
                ),
            );
        }
        (Ok(_), _) => findings.bad(lang.pick(
            "danh mục trong cơ sở dữ liệu khác với danh mục của chương trình; chạy `cchc catalogue load`",
            "the catalogue in the database differs from the program's; run `cchc catalogue load`",
        )),
        (Err(error), _) => return findings.bad(&say::db(lang, &error)),
    }
    if demo {
        definitions = common.definitions(true).unwrap_or(definitions);
    }
    match ResultsKeeper::new(db.clone(), definitions).results().await {
        Ok(results) => {
            let open: usize = results.editions.values().map(|edition| edition.comparison.unexplained().count()).sum();
            let count = results.editions.len();
            if open == 0 {
                findings.good(&lang.pick(
                    format!("tính lại {count} bảng chỉ số, không có chênh lệch chưa giải thích"),
                    format!("{count} index tables recomputed, no unexplained difference"),
                ));
            } else {
                findings.bad(&lang.pick(
                    format!("tính lại {count} bảng chỉ số: {open} chênh lệch chưa giải thích (xem `cchc index verify`)"),
                    format!("{count} index tables recomputed: {open} unexplained differences (see `cchc index verify`)"),
                ));
            }
        }
        Err(error) => findings.bad(&format!("{error}")),
    }
}
