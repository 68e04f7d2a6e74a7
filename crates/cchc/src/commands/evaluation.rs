//! `cchc evaluation`: frozen results out and computed again, criteria sets and points in.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use accounts::Actor;
use clap::Subcommand;
use evaluation::actions::{self, EvaluationError, Ground};
use evaluation::result::{RecomputeFault, recompute};
use evaluation::set::read_new_set;
use ui::Lang;

use crate::output::{Failure, print};
use crate::say;
use crate::settings::Common;

/// Largest archive that is read, in bytes, and largest file in it.
const LARGEST: u64 = 512 * 1024 * 1024;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Liệt kê các đợt đánh giá: khóa, năm, bước, tên
    List,
    /// Xuất hồ sơ của một kết quả đã phê duyệt: dữ liệu đầu vào, bộ tiêu chí, kết quả, mã kiểm tra
    Export {
        /// Khóa của đợt đánh giá (xem: cchc evaluation list)
        campaign: String,
        /// Tệp ZIP sẽ ghi
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// Lần phê duyệt; mặc định là lần mới nhất
        #[arg(long)]
        position: Option<i64>,
    },
    /// Tính lại một kết quả đã phê duyệt từ hồ sơ và đối chiếu từng số; không cần cơ sở dữ liệu
    Recompute {
        /// Tệp ZIP hoặc thư mục hồ sơ
        #[arg(value_name = "FILE")]
        archive: PathBuf,
    },
    /// Nhập bộ tiêu chí (TOML) hoặc điểm điều tra, điểm do cơ quan khác chấm (XLSX, CSV)
    Import {
        /// Tệp bộ tiêu chí, hoặc thư mục chứa các tệp đó
        #[arg(long, value_name = "PATH", conflicts_with = "points")]
        sets: Option<PathBuf>,
        /// Đơn vị giữ bộ tiêu chí, ví dụ 01-ha-noi
        #[arg(long, value_name = "UNIT", requires = "sets")]
        owner: Option<String>,
        /// Tệp điểm
        #[arg(long, value_name = "FILE", requires = "campaign")]
        points: Option<PathBuf>,
        /// Khóa của đợt đánh giá nhận điểm
        #[arg(long, value_name = "CAMPAIGN")]
        campaign: Option<String>,
    },
}

pub(crate) async fn run(common: &Common, command: Command) -> Result<(), Failure> {
    let lang = common.lang();
    if let Command::Recompute { archive } = &command {
        return print(lang, &recomputed(lang, archive)?);
    }
    let (db, _) = common.open_kept().await?;
    let world = crate::office::world();
    let units = web::UnitTree::default();
    units.refresh(&db, world.now()).await.map_err(|error| Failure::failed(say::db(lang, &error)))?;
    let ground = Ground { db: &db, world: &world, units: &units };
    let outcome = act(lang, ground, command).await;
    db.close().await;
    print(lang, &outcome?)
}

fn refused(lang: Lang, error: &EvaluationError) -> Failure {
    match error {
        EvaluationError::Db(error) => Failure::failed(say::db(lang, error)),
        EvaluationError::Denied(_) => Failure::bad_input(
            lang.pick("Không có đợt đánh giá, kết quả hoặc đơn vị này.", "There is no such campaign, result or unit.").to_owned(),
        ),
        EvaluationError::SetFaults(faults) => {
            let lines: Vec<String> = faults.iter().map(|fault| evaluation::set_fault(fault, lang)).collect();
            Failure::bad_input(lines.join("\n"))
        }
        EvaluationError::Points(faults) => {
            let lines: Vec<String> = faults
                .iter()
                .map(|one| {
                    let words = lang.pick(one.words.0.as_str(), one.words.1.as_str());
                    format!("{} {}, {} “{}”: {words}", lang.pick("dòng", "row"), one.row, one.column, one.value)
                })
                .collect();
            Failure::bad_input(lines.join("\n"))
        }
        EvaluationError::CodeTaken(code) => {
            Failure::bad_input(lang.pick(format!("Đã có bộ tiêu chí mang mã {code}."), format!("There is a set {code} already.")))
        }
        other => Failure::bad_input(evaluation::refusal_words(other, lang).unwrap_or_else(|| other.to_string())),
    }
}

async fn act(lang: Lang, ground: Ground<'_>, command: Command) -> Result<String, Failure> {
    let actor = Actor::program(ground.world.now());
    let wrong = |error: EvaluationError| refused(lang, &error);
    match command {
        Command::List => {
            let mut text = String::new();
            for view in actions::list(ground, &actor).await.map_err(wrong)? {
                let _ = writeln!(
                    text,
                    "{}\t{}\t{}\t{}",
                    view.campaign.key,
                    view.campaign.year,
                    view.campaign.phase.word(),
                    view.campaign.title
                );
            }
            Ok(text)
        }
        Command::Export { campaign, out, position } => {
            let view = actions::overview(ground, &actor, &campaign).await.map_err(wrong)?;
            let newest = view.results.first().map(|result| result.position);
            let position = position.or(newest).ok_or_else(|| {
                Failure::bad_input(
                    lang.pick("Đợt đánh giá này chưa có kết quả được phê duyệt.", "Nothing of this campaign is approved yet.").to_owned(),
                )
            })?;
            let (manifest, files) = actions::frozen_files(ground, &actor, &campaign, position).await.map_err(wrong)?;
            let bytes = evaluation::zipped(&manifest, &files).map_err(|error| Failure::failed(error.to_string()))?;
            std::fs::write(&out, bytes).map_err(|error| Failure::failed(format!("{}: {error}", out.display())))?;
            Ok(lang.pick(format!("Đã ghi {}.\n", out.display()), format!("Written: {}.\n", out.display())))
        }
        Command::Import { sets: Some(path), owner, .. } => {
            let owner = owner.ok_or_else(|| Failure::bad_input(lang.pick("Thiếu --owner.", "--owner is missing.").to_owned()))?;
            let mut count = 0;
            // Every file is read before one is saved: all faults at once, and nothing is half done.
            let (mut texts, mut wrong) = (Vec::new(), Vec::new());
            for file in toml_files(&path).map_err(|error| Failure::bad_input(say::unreadable(lang, &path, &error)))? {
                match std::fs::read_to_string(&file) {
                    Err(error) => wrong.push(say::unreadable(lang, &file, &error)),
                    Ok(text) => match read_new_set(&text) {
                        Err(faults) => {
                            wrong.push(format!("{}\n{}", file.display(), refused(lang, &EvaluationError::SetFaults(faults))));
                        }
                        Ok(_) => texts.push((file, text)),
                    },
                }
            }
            if !wrong.is_empty() {
                return Err(Failure::bad_input(wrong.join("\n")));
            }
            for (file, text) in texts {
                match actions::make_set(ground, &actor, &owner, &text).await {
                    Ok(_) => count += 1,
                    Err(EvaluationError::CodeTaken(_)) => {}
                    Err(error) => return Err(Failure::bad_input(format!("{}\n{}", file.display(), refused(lang, &error)))),
                }
            }
            Ok(lang.pick(
                format!("Đã thêm {count} bộ tiêu chí; bộ đã có giữ nguyên.\n"),
                format!("{count} sets added; those that were there stay.\n"),
            ))
        }
        Command::Import { points: Some(path), campaign: Some(campaign), .. } => {
            let bytes = std::fs::read(&path).map_err(|error| Failure::bad_input(say::unreadable(lang, &path, &error)))?;
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let (rows, unread) = evaluation::exchange::point_rows(&name, &bytes).map_err(|error| Failure::failed(error.to_string()))?;
            let count = actions::import_points(ground, &actor, &campaign, &rows, unread).await.map_err(wrong)?;
            Ok(lang.pick(
                format!("Đã lưu {count} dòng; các dòng còn lại không thay đổi.\n"),
                format!("{count} rows saved; the others change nothing.\n"),
            ))
        }
        Command::Import { .. } => Err(Failure::bad_input(lang.pick("Nêu --sets hoặc --points.", "Give --sets or --points.").to_owned())),
        // Needs no database and was answered before one was opened.
        Command::Recompute { archive } => recomputed(lang, &archive),
    }
}

fn toml_files(path: &Path) -> std::io::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files: Vec<PathBuf> = std::fs::read_dir(path)?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "toml"));
    files.sort();
    Ok(files)
}

fn recomputed(lang: Lang, archive: &Path) -> Result<String, Failure> {
    let files = read_archive(lang, archive)?;
    let manifest =
        files.get("manifest.json").cloned().ok_or_else(|| {
            Failure::bad_input(lang.pick(
                format!("{}: không có manifest.json.", archive.display()),
                format!("{}: there is no manifest.json.", archive.display()),
            ))
        })?;
    match recompute(&manifest, &files) {
        Ok(done) => {
            let mut text = format!("{} ({})\n", done.title, done.year);
            for (name, units) in done.blocks {
                let _ = writeln!(
                    text,
                    "{}",
                    lang.pick(format!("  {name}: {units} đơn vị, mọi số khớp"), format!("  {name}: {units} units, every figure agrees"))
                );
            }
            Ok(text)
        }
        Err(faults) => Err(Failure::bad_input(faults.iter().map(|fault| fault_words(fault, lang)).collect::<Vec<_>>().join("\n"))),
    }
}

fn fault_words(fault: &RecomputeFault, lang: Lang) -> String {
    match fault {
        RecomputeFault::Manifest(why) => {
            lang.pick(format!("manifest.json không đọc được: {why}"), format!("manifest.json cannot be read: {why}"))
        }
        RecomputeFault::Missing(file) => lang.pick(format!("{file}: không có trong hồ sơ"), format!("{file}: is missing")),
        RecomputeFault::Changed(file) => lang.pick(
            format!("{file}: không phải tệp đã đóng băng, mã kiểm tra khác"),
            format!("{file}: is not the file that was frozen, its checksum differs"),
        ),
        RecomputeFault::Fault { file, fault } => format!("{file}: {fault}"),
        RecomputeFault::Differs { file, row, column, frozen, recomputed } => lang.pick(
            format!("{file}, dòng {row}, cột {column}: đã đóng băng {frozen}, tính lại được {recomputed}"),
            format!("{file}, row {row}, column {column}: {frozen} was frozen, {recomputed} comes out"),
        ),
    }
}

fn read_archive(lang: Lang, archive: &Path) -> Result<BTreeMap<String, String>, Failure> {
    let unreadable = |error: &std::io::Error| Failure::bad_input(say::unreadable(lang, archive, error));
    let mut files = BTreeMap::new();
    if archive.is_dir() {
        for entry in std::fs::read_dir(archive).map_err(|error| unreadable(&error))?.filter_map(Result::ok) {
            let name = entry.file_name().to_string_lossy().into_owned();
            if entry.path().is_file() {
                files.insert(name, std::fs::read_to_string(entry.path()).map_err(|error| unreadable(&error))?);
            }
        }
        return Ok(files);
    }
    let file = std::fs::File::open(archive).map_err(|error| unreadable(&error))?;
    let broken = |error: String| {
        Failure::bad_input(lang.pick(
            format!("{}: không phải hồ sơ ZIP nguyên vẹn ({error}).", archive.display()),
            format!("{}: no whole ZIP archive ({error}).", archive.display()),
        ))
    };
    let mut zip = zip::ZipArchive::new(file).map_err(|error| broken(error.to_string()))?;
    for at in 0..zip.len() {
        let part = zip.by_index(at).map_err(|error| broken(error.to_string()))?;
        let name = part.name().map_err(|error| broken(error.to_string()))?.into_owned();
        let mut text = String::new();
        part.take(LARGEST).read_to_string(&mut text).map_err(|error| broken(error.to_string()))?;
        files.insert(name, text);
    }
    Ok(files)
}
