//! Units of a level or below a unit, at a date.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use registry::store::LinkedUnit;
use registry::{Indicator, Observation, UnitVersion};
use ui::Lang;
use ui::table::{Cell, Column, DataTable, MissingReason, Row};

use crate::queries::Sources;
use crate::words;

/// Address of a unit's page as of a date.
pub(crate) fn unit_address(lang: Lang, unit: &str, date: Option<NaiveDate>) -> String {
    let path = lang.href(&format!("/don-vi/{unit}"));
    date.map_or(path.clone(), |date| ui::url::with_query(&path, &[("ngay", &viet_text::format_date(date))]))
}

/// A date, or why it is open.
fn from_cell(version: &UnitVersion, lang: Lang) -> Cell {
    version.valid_from.map_or_else(
        || Cell::missing(MissingReason::Other(lang.pick("ngày bắt đầu chưa được tra cứu", "first day not researched").into())),
        Cell::Date,
    )
}

/// The last day, or that the unit is still valid.
fn to_cell(version: &UnitVersion, lang: Lang) -> Cell {
    version.valid_to.map_or_else(|| Cell::missing(MissingReason::Other(lang.pick("còn hiệu lực", "still valid").into())), Cell::Date)
}

/// A list of units; `href` says where each leads.
pub(crate) fn list(id: &str, caption: String, units: &[UnitVersion], href: impl Fn(&UnitVersion) -> String, lang: Lang) -> DataTable {
    let mut table = DataTable::new(id, caption)
        .column(Column::header("name", lang.pick("Tên đơn vị", "Name")))
        .column(Column::text("kind", lang.pick("Loại", "Kind")))
        .column(Column::text("code", lang.pick("Mã", "Code")))
        .column(Column::date("valid_from", lang.pick("Có hiệu lực từ", "Valid from")))
        .column(Column::date("valid_to", lang.pick("Đến", "Until")));
    table.dense = true;
    for unit in units {
        table.rows.push(Row::new(vec![
            Cell::link(&unit.name, href(unit)),
            Cell::text(words::kind(unit.kind, lang)),
            Cell::text(&unit.code),
            from_cell(unit, lang),
            to_cell(unit, lang),
        ]));
    }
    table
}

/// Title of a source, or its key where the register has no more.
fn source_title<'s>(key: &'s str, sources: &'s Sources) -> &'s str {
    sources.get(key).map_or(key, |source| source.title.as_str())
}

/// What a unit came from or went into.
pub(crate) fn links(id: &str, caption: String, units: &[LinkedUnit], sources: &Sources, lang: Lang) -> DataTable {
    let mut table = DataTable::new(id, caption)
        .column(Column::header("name", lang.pick("Tên đơn vị", "Name")))
        .column(Column::text("code", lang.pick("Mã", "Code")))
        .column(Column::text("extent", lang.pick("Phạm vi", "Extent")))
        .column(Column::date("date", lang.pick("Từ ngày", "Since")))
        .column(Column::text("source", lang.pick("Nguồn", "Source")));
    table.dense = true;
    for linked in units {
        let unit = &linked.unit;
        table.rows.push(Row::new(vec![
            Cell::link(&unit.name, lang.href(&format!("/don-vi/{}", unit.unit))),
            Cell::text(&unit.code),
            Cell::text(words::extent(linked.link.extent, lang)),
            Cell::Date(linked.link.date),
            Cell::text(source_title(&linked.link.source, sources)),
        ]));
        if let Some(note) = &linked.link.note {
            table.notes.push(format!("{}: {}", unit.name, words::either(note, lang)));
        }
    }
    table
}

/// Figures of a unit that belong to no index table.
pub(crate) fn observations(observations: &[Observation], indicators: &BTreeMap<String, Indicator>, lang: Lang) -> DataTable {
    let mut table = DataTable::new("so-lieu-khac", lang.pick("Số liệu khác trong sổ đăng ký", "Other figures in the registry"))
        .column(Column::header("indicator", lang.pick("Chỉ tiêu", "Indicator")))
        .column(Column::text("period", lang.pick("Kỳ", "Period")))
        .column(Column::number("value", lang.pick("Giá trị", "Value"), 2))
        .column(Column::text("unit", lang.pick("Đơn vị tính", "Unit of measure")))
        .column(Column::text("source", lang.pick("Nguồn", "Source")));
    table.dense = true;
    for observation in observations {
        let Some(indicator) = indicators.get(&observation.indicator) else { continue };
        let value = match &observation.value {
            Ok(value) => Cell::number(*value, indicator.decimals),
            Err(reason) => Cell::missing(MissingReason::Other(reason.clone())),
        };
        table.rows.push(Row::new(vec![
            Cell::text(lang.pick(&indicator.name_vi, &indicator.name_en)),
            Cell::text(observation.period.to_string()),
            value,
            Cell::text(lang.pick(&indicator.unit_vi, &indicator.unit_en)),
            Cell::text(observation.source.as_deref().unwrap_or_default()),
        ]));
        for note in [&indicator.note, &observation.note].into_iter().flatten() {
            let note = words::either(note, lang).to_owned();
            if !table.notes.contains(&note) {
                table.notes.push(note);
            }
        }
    }
    table
}

/// The sources of the register.
pub(crate) fn sources(sources: &Sources, lang: Lang) -> DataTable {
    let mut table =
        DataTable::new("nguon-danh-muc", lang.pick("Nguồn của danh mục đơn vị và giấy phép", "Sources of the register and their licences"))
            .column(Column::header("title", lang.pick("Tên nguồn", "Title")))
            .column(Column::text("issuer", lang.pick("Nơi phát hành", "Issuer")))
            .column(Column::text("licence", lang.pick("Giấy phép", "Licence")))
            .column(Column::text("source", lang.pick("Ký hiệu", "Key")));
    table.dense = true;
    for source in sources.values() {
        let title = match source.url.as_deref().filter(|url| url.starts_with("http")) {
            Some(url) => Cell::link(&source.title, url),
            None => Cell::text(&source.title),
        };
        table.rows.push(Row::new(vec![
            title,
            Cell::text(&source.issuer),
            Cell::text(words::either(&source.licence, lang)),
            Cell::text(&source.source),
        ]));
    }
    table.notes.push(
        lang.pick(
            "Nguyên văn thông báo giấy phép MIT của hai bộ dữ liệu nằm trong tệp catalogue/units/NOTICE.md của mã nguồn.",
            "The MIT notices of the two data sets stand in full in catalogue/units/NOTICE.md of the source code.",
        )
        .to_owned(),
    );
    table
}

/// The versions of a unit.
pub(crate) fn versions(versions: &[UnitVersion], sources: &Sources, lang: Lang) -> DataTable {
    let mut table = DataTable::new("giai-doan", lang.pick("Các giai đoạn của đơn vị", "Versions of the unit"))
        .column(Column::header("name", lang.pick("Tên", "Name")))
        .column(Column::text("kind", lang.pick("Loại", "Kind")))
        .column(Column::text("code", lang.pick("Mã", "Code")))
        .column(Column::date("valid_from", lang.pick("Từ ngày", "From")))
        .column(Column::date("valid_to", lang.pick("Đến ngày", "Until")))
        .column(Column::text("source", lang.pick("Nguồn", "Source")))
        .column(Column::text("status", lang.pick("Tình trạng", "Status")));
    table.dense = true;
    for version in versions {
        let status = match version.status {
            registry::RecordStatus::Seen => lang.pick("theo nguồn nêu", "as the source says"),
            registry::RecordStatus::Unverified => lang.pick("chưa kiểm chứng", "unverified"),
        };
        table.rows.push(Row::new(vec![
            Cell::text(&version.name),
            Cell::text(words::kind(version.kind, lang)),
            Cell::text(&version.code),
            from_cell(version, lang),
            to_cell(version, lang),
            Cell::text(source_title(&version.source, sources)),
            Cell::text(status),
        ]));
    }
    table
}
