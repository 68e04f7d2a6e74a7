//! Periods as people write them.

use registry::{Period, ReportWindow};
use ui::Lang;

/// Name of a period as people write it, without its year words where they are plain.
#[must_use]
pub fn period_words(period: Period, lang: Lang) -> String {
    match period {
        Period::Year(year) => lang.pick(format!("Năm {year}"), format!("{year}")),
        Period::Half(year, half) => {
            lang.pick(format!("6 tháng {} năm {year}", if half == 1 { "đầu" } else { "cuối" }), format!("half {half} of {year}"))
        }
        Period::Quarter(year, quarter) => {
            let roman = ["I", "II", "III", "IV"].get(usize::try_from(quarter).unwrap_or(1).saturating_sub(1)).copied().unwrap_or("?");
            lang.pick(format!("Quý {roman} năm {year}"), format!("quarter {quarter} of {year}"))
        }
        Period::Month(year, month) => lang.pick(format!("Tháng {month} năm {year}"), format!("{month}/{year}")),
        Period::Report(year, window) => match window {
            ReportWindow::Q1 => {
                lang.pick(format!("Báo cáo quý I năm {year} (15/12–14/3)"), format!("report of quarter I {year} (15/12–14/3)"))
            }
            ReportWindow::H1 => {
                lang.pick(format!("Báo cáo 6 tháng năm {year} (15/12–14/6)"), format!("six-month report {year} (15/12–14/6)"))
            }
            ReportWindow::Q3 => {
                lang.pick(format!("Báo cáo quý III năm {year} (15/6–14/9)"), format!("report of quarter III {year} (15/6–14/9)"))
            }
            ReportWindow::Year => lang.pick(format!("Báo cáo năm {year} (15/12–14/12)"), format!("yearly report {year} (15/12–14/12)")),
        },
    }
}
