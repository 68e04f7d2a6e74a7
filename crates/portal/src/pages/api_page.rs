//! What programs can read here, for people.

use axum::extract::State;
use maud::{Markup, html};
use ui::parts;
use ui::table::{Cell, Column, DataTable, Row, render_table};

use crate::App;
use crate::api::ROUTES;
use crate::error::PageError;
use crate::layout::{self, Page};
use web::Visit;

pub(crate) async fn get(State(app): State<App>, visit: Visit) -> Result<Markup, PageError> {
    let lang = visit.lang;
    let title = lang.pick("Dữ liệu mở (API)", "Open data (API)");
    let mut table = DataTable::new("dia-chi", lang.pick("Địa chỉ", "Addresses"))
        .column(Column::header("address", lang.pick("Địa chỉ", "Address")))
        .column(Column::text("what", lang.pick("Nội dung", "Content")))
        .column(Column::text("example", lang.pick("Ví dụ", "Example")));
    for route in ROUTES {
        let (what, example) = match *route {
            "/api/v1/openapi.json" => (lang.pick("tài liệu OpenAPI", "OpenAPI document"), "/api/v1/openapi.json"),
            "/api/v1/indices" => (lang.pick("các chỉ số và các năm", "indices and years"), "/api/v1/indices"),
            "/api/v1/indices/{index}/{year}" => (
                lang.pick(
                    "một kỳ: mọi đơn vị, mọi thành phần, công bố và tính lại; thêm ?khoang=co để có khoảng thứ hạng",
                    "an edition: every unit and node, published and recomputed; with ?khoang=co also rank intervals",
                ),
                "/api/v1/indices/pci/2018",
            ),
            "/api/v1/indicators" => (lang.pick("các chỉ tiêu", "indicators"), "/api/v1/indicators"),
            "/api/v1/units" => (lang.pick("tìm đơn vị theo tên hoặc mã", "units by name or code"), "/api/v1/units?q=hoan+kiem"),
            "/api/v1/units/{unit}" => (lang.pick("một đơn vị và lịch sử", "a unit and its history"), "/api/v1/units/01-ha-noi"),
            _ => (lang.pick("kết quả của một đơn vị qua các năm", "a unit's results by year"), "/api/v1/units/01-ha-noi/series"),
        };
        table.rows.push(Row::new(vec![Cell::text(*route), Cell::text(what), Cell::link(example, example)]));
    }
    let body = html! {
        (parts::page_heading(title, Some(lang.pick("Mọi số liệu trên trang đều lấy được dưới dạng JSON, XLSX và CSV; không cần đăng ký.", "Everything on this site can be had as JSON, XLSX and CSV; no registration.")), None))
        ul {
            li { (lang.pick("Số thập phân là chuỗi ký tự, giữ đủ mọi chữ số.", "Decimals are strings and keep every digit.")) }
            li { (lang.pick("Giá trị thiếu là null kèm lý do; null không bao giờ là 0.", "A missing value is null with a reason; null is never zero.")) }
            li { (lang.pick("Mã đơn vị chỉ có nghĩa cùng với ngày; khóa đơn vị thì không đổi.", "A unit code means something only with a date; a unit key never changes.")) }
            li { (lang.pick("Lỗi trả về dạng JSON với mã, nội dung và cách xử lý.", "Faults are JSON with a code, what happened and what to do.")) }
        }
        (render_table(&table, lang))
    };
    Ok(layout::page(&app, &visit, Page::new(title, "").help("tai-ve-va-api"), body))
}
