//! Periods as people write them.

use registry::{Period, ReportWindow};
use ui::Lang;

/// Name of a period as people write it.
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
        // The window of a report begins in the year before, so its days stand with their years.
        Period::Report(year, window) => {
            let before = year - 1;
            let (vi, en, days) = match window {
                ReportWindow::Q1 => ("quý I", "quarter I", format!("15/12/{before}–14/03/{year}")),
                ReportWindow::H1 => ("6 tháng", "six months", format!("15/12/{before}–14/06/{year}")),
                ReportWindow::Q3 => ("quý III", "quarter III", format!("15/06/{year}–14/09/{year}")),
                ReportWindow::Year => {
                    return lang.pick(
                        format!("Báo cáo năm {year} (15/12/{before}–14/12/{year})"),
                        format!("yearly report {year} (15/12/{before}–14/12/{year})"),
                    );
                }
            };
            lang.pick(format!("Báo cáo {vi} năm {year} ({days})"), format!("report of {en} {year} ({days})"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_says_the_days_of_its_window_with_their_years() {
        let words = |window| period_words(Period::Report(2026, window), Lang::Vi);
        assert_eq!(words(ReportWindow::Year), "Báo cáo năm 2026 (15/12/2025–14/12/2026)");
        assert_eq!(words(ReportWindow::Q1), "Báo cáo quý I năm 2026 (15/12/2025–14/03/2026)");
        assert_eq!(words(ReportWindow::H1), "Báo cáo 6 tháng năm 2026 (15/12/2025–14/06/2026)");
        assert_eq!(words(ReportWindow::Q3), "Báo cáo quý III năm 2026 (15/06/2026–14/09/2026)");
        assert_eq!(period_words(Period::Report(2026, ReportWindow::H1), Lang::En), "report of six months 2026 (15/12/2025–14/06/2026)");
    }
}
