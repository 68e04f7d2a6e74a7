//! Tables for the tests.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use ui::table::{Better, Cell, Column, DataTable, Mark, MissingReason, Row, Source};

pub(crate) fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

pub(crate) fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

/// Everything a cell can hold.
pub(crate) fn scores() -> DataTable {
    let mut table = DataTable::new("par-index-2017", "Chỉ số PAR INDEX [2017]: kết quả các tỉnh, thành phố")
        .column(Column::text("code", "Mã"))
        .column(Column::header("unit", "Đơn vị"))
        .column(Column::number("score", "Điểm", 2).unit("%").group("PAR INDEX"))
        .column(Column::rank("rank", "Thứ hạng"))
        .column(Column::change("change", "Thay đổi").unit("điểm"))
        .column(Column::number("sipas", "SIPAS", 1).unit("%"))
        .column(Column::date("published", "Ngày công bố"));
    table.subtitle = Some("Xếp theo điểm".to_owned());
    table.source = Some(Source::linked("Bộ Nội vụ", "https://example.org/ket-qua?nam=2017"));
    table.notes = vec!["Điểm trên thang 100.".to_owned(), "=không phải công thức".to_owned()];
    let of = |rank: u32, range: Option<(u32, u32)>| Cell::Rank { rank, of: Some(63), range, href: Some("/xep-hang".to_owned()) };
    let estimate = |value: &str, low: &str, high: &str| Cell::Estimate {
        value: decimal(value),
        low: decimal(low),
        high: decimal(high),
        decimals: 1,
        href: None,
    };
    table
        .row(Row::new(vec![
            Cell::text("01"),
            Cell::link("Thành phố Hà Nội, \"thủ đô\"", "/don-vi/01"),
            Cell::number(decimal("80.5300"), 2).marked(Mark::SampleData),
            of(2, Some((1, 4))),
            Cell::change(decimal("-0.25"), 2, Better::Higher),
            estimate("80.12345", "78.1", "82.2"),
            Cell::Date(day(2018, 5, 2)),
        ]))
        .row(
            Row::new(vec![
                Cell::text("79"),
                Cell::link("=HYPERLINK(\"http://x\")", "https://example.org/79"),
                Cell::number(decimal("0.1234567890123456789"), 2),
                Cell::rank(63),
                Cell::change(decimal("1.5"), 2, Better::Higher),
                Cell::missing(MissingReason::NotReported),
                Cell::Date(day(1899, 1, 1)),
            ])
            .level(1),
        )
        .row(
            Row::new(vec![
                Cell::text(""),
                Cell::text("Trung bình"),
                Cell::missing(MissingReason::Other("đang thẩm định".to_owned())),
                Cell::missing(MissingReason::NotAvailable),
                Cell::change(decimal("0"), 2, Better::Higher),
                estimate("81", "80", "82"),
                Cell::missing(MissingReason::Withheld),
            ])
            .total(),
        )
}

/// Texts that a sheet program might run.
pub(crate) const DANGEROUS: [&str; 10] =
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0", "＝1+1", "=HYPERLINK(\"http://x\",\"y\")", "-- hai gạch"];

pub(crate) fn dangerous() -> DataTable {
    DANGEROUS
        .iter()
        .fold(DataTable::new("nguy-hiem", "=Bảng nguy hiểm").column(Column::header("=key", "=Tên").unit("+")), |table, text| {
            table.row(Row::new(vec![Cell::text(*text)]))
        })
}
