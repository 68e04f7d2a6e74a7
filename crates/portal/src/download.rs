//! Files: embedded assets, and tables as XLSX and CSV.

use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use documents::{Workbook, content_disposition, csv, xlsx};
use ui::table::DataTable;

use crate::App;
use crate::error::PageError;
use web::Visit;

/// The form in which an address asks for a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// A page.
    Page,
    /// An Excel file.
    Xlsx,
    /// A CSV file.
    Csv,
    /// The figures for programs.
    Json,
}

impl Format {
    const ENDINGS: [(&'static str, Self); 3] = [("xlsx", Self::Xlsx), ("csv", Self::Csv), ("json", Self::Json)];

    /// Parts `2018.xlsx` into `2018` and the form.
    pub(crate) fn split(text: &str) -> (&str, Self) {
        for (ending, format) in Self::ENDINGS {
            if let Some(stem) = text.strip_suffix(ending).and_then(|stem| stem.strip_suffix('.')) {
                return (stem, format);
            }
        }
        (text, Self::Page)
    }
}

/// Tables as a file; a CSV file holds the first one. JSON is made by the API and is no file of tables.
pub(crate) fn tables(
    app: &App,
    visit: &Visit,
    format: Format,
    stem: &str,
    title: &str,
    tables: &[DataTable],
) -> Result<Response, PageError> {
    let (bytes, kind, ending) = match format {
        Format::Xlsx => {
            let source = tables.iter().find_map(|table| table.source.as_ref()).map(|source| source.text.clone());
            let book = Workbook {
                title: title.to_owned(),
                description: None,
                source,
                address: Some(visit.lang.href(&visit.path_and_query())),
                made_at: (app.today)(),
                tables: tables.iter().collect(),
                lang: visit.lang,
            };
            (xlsx(&book)?, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx")
        }
        Format::Csv => (tables.first().map(|table| csv(table, visit.lang)).unwrap_or_default(), "text/csv; charset=utf-8", "csv"),
        Format::Json | Format::Page => return Err(PageError::NoPage),
    };
    let headers = [(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, content_disposition(stem, ending))];
    Ok((headers, bytes).into_response())
}

/// A style sheet, script, font or picture, by the name with its content hash.
pub(crate) async fn asset(State(_): State<App>, Path(file): Path<String>) -> Result<Response, PageError> {
    let asset = ui::assets::asset(&file).ok_or(PageError::NoPage)?;
    let headers = [(CONTENT_TYPE, asset.content_type), (CACHE_CONTROL, "public, max-age=31536000, immutable")];
    Ok((headers, asset.bytes).into_response())
}
