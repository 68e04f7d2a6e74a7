//! What the pages say: cases that a reform specialist can check against the published tables.

use crate::site::TestSite;

/// The cells of the first row that holds a text, without markup.
pub(crate) fn row_with(page: &str, text: &str) -> Vec<String> {
    let row = page.split("<tr").skip(1).filter_map(|rest| rest.split("</tr>").next()).find(|row| row.contains(text)).unwrap_or_default();
    row.split("<td")
        .flat_map(|part| part.split("<th"))
        .skip(1)
        .map(|cell| plain(cell.split_once('>').map_or("", |(_, rest)| rest)))
        .collect()
}

pub(crate) fn plain(markup: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for sign in markup.chars() {
        match sign {
            '<' => {
                inside = true;
                text.push(' ');
            }
            '>' => inside = false,
            sign if !inside => text.push(sign),
            _ => {}
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test(flavor = "multi_thread")]
async fn ha_noi_stood_ninth_in_pci_2018() {
    let site = TestSite::on_sqlite().await;
    let page = site.get("/xep-hang/pci/2018").await.text();
    let row = row_with(&page, "/ho-so/01-ha-noi");
    assert_eq!(&row[..2], ["9", "9"], "published and recomputed rank: {row:?}");
    assert!(row[3].starts_with("65,40") && row[4].starts_with("65,38"), "published and recomputed score: {row:?}");
    let english = site.get("/en/xep-hang/pci/2018").await.text();
    assert!(row_with(&english, "/en/ho-so/01-ha-noi")[3].starts_with("65.40"), "English figures have a point");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year_with_missing_provinces_names_them_and_ranks_the_rest() {
    let page = TestSite::on_sqlite().await.get("/xep-hang/papi/2021").await.text();
    assert!(page.contains("60 trên 63 đơn vị có điểm tổng hợp"), "the page says how many");
    for province in ["Quảng Ninh", "Bắc Giang", "Bắc Ninh"] {
        assert!(page.contains(province), "{province}");
    }
    let row = row_with(&page, "/ho-so/22-quang-ninh\"");
    assert!(!row.iter().any(|cell| cell.starts_with("0,0")), "missing is not zero: {row:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merged_province_shows_its_predecessors_each_by_itself() {
    let page = TestSite::on_sqlite().await.get("/ho-so/08-tuyen-quang-2025").await.text();
    for caption in ["PCI của Hà Giang qua các năm", "PCI của Tuyên Quang qua các năm", "PAPI của Hà Giang qua các năm"] {
        assert!(page.contains(caption), "{caption}");
    }
    assert!(page.contains("không cộng, không lấy bình quân, không nối thành một chuỗi"));
}

#[tokio::test(flavor = "multi_thread")]
async fn known_exceptions_are_told_and_not_hidden() {
    let site = TestSite::on_sqlite().await;
    let pci_2011 = site.get("/phuong-phap/pci/2011").await.text();
    assert!(pci_2011.contains("Ngoại lệ đã biết") && pci_2011.contains("không tính lại được"), "PCI 2011");
    let page = site.get("/tu-dau/papi/2021/77-ba-ria-vung-tau/total").await.text();
    assert!(page.contains("chưa rõ nguyên nhân"), "a recorded difference without a cause says so");
    let ranking = site.get("/xep-hang/papi/2021").await.text();
    assert!(ranking.contains("≠?") && ranking.contains("≠*"), "both kinds of exceptions are marked");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_figure_can_be_followed_to_its_row_and_source() {
    let site = TestSite::on_sqlite().await;
    let page = site.get("/tu-dau/pci/2018/01-ha-noi/total").await.text();
    for words in [
        "65,40",
        "65,38",
        "0,02",
        "pci-2013",
        "catalogue/indices/pci-2018.csv",
        "dòng 10",
        "VCCI",
        "/tu-dau/pci/2018/01-ha-noi/transparency",
    ] {
        assert!(page.contains(words), "{words}");
    }
    let leaf = site.get("/tu-dau/pci/2018/01-ha-noi/transparency").await.text();
    assert!(leaf.contains("với trọng số 2") && leaf.contains("/tu-dau/pci/2018/01-ha-noi/total"), "forward to what uses it");
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_mean_different_units_at_different_dates() {
    let site = TestSite::on_sqlite().await;
    let before = site.get("/don-vi?ma=00004&ngay=01/01/2024").await.text();
    let now = site.get("/don-vi?ma=00004").await.text();
    assert!(row_with(&before, "Phường Trúc Bạch").first().is_some_and(|name| name == "Phường Trúc Bạch"));
    assert!(before.find("Phường Trúc Bạch") < before.find("Phường Ba Đình"), "what it meant on the day comes first");
    assert!(now.find("Phường Ba Đình") < now.find("Phường Trúc Bạch"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_register_counts_units_as_of_a_date() {
    let site = TestSite::on_sqlite().await;
    for (date, provinces, communes) in [("31/12/2018", "63", "10.035"), ("30/06/2025", "63", "10.035"), ("01/07/2025", "34", "3.321")] {
        let page = plain(&site.get(&format!("/don-vi?ngay={date}")).await.text());
        assert!(page.contains(&format!("Đơn vị cấp tỉnh {provinces}")), "{date}: provinces");
        assert!(page.contains(&format!("Đơn vị cấp xã {communes}")), "{date}: communes");
    }
    let unit = site.get("/don-vi/01-ha-noi?ngay=01/07/2025").await.text();
    assert!(unit.contains("Đơn vị cấp xã thuộc Thành phố Hà Nội, ngày 01/07/2025: 126"));
}

#[tokio::test(flavor = "multi_thread")]
async fn three_ways_to_type_a_name_find_the_same() {
    let site = TestSite::on_sqlite().await;
    let found = |page: String| {
        page.split("href=\"/don-vi/").skip(1).filter_map(|rest| rest.split('"').next().map(str::to_owned)).collect::<Vec<_>>()
    };
    let expected = found(site.get("/tim?q=Hoàn Kiếm").await.text());
    assert!(
        expected.iter().any(|unit| unit.starts_with("00070-hoan-kiem-2025"))
            && expected.iter().any(|unit| unit.starts_with("002-hoan-kiem")),
        "{expected:?}"
    );
    for typed in ["hoàn kiếm", "hoan kiem", "HOÀN KIẾM"] {
        assert_eq!(found(site.get(&format!("/tim?q={typed}")).await.text()), expected, "{typed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_interface_gives_exact_decimals_as_text() {
    let site = TestSite::on_sqlite().await;
    let edition = site.get("/api/v1/indices/papi/2021").await.text();
    assert!(edition.contains("\"recomputed\":\"44.446550549\""), "Hà Nội's total with every digit");
    assert!(edition.contains("\"missing\":\"empty-leaf\"") && edition.contains("\"published\":null"));
    let document = site.get("/api/v1/openapi.json").await.text();
    for route in portal::API_ROUTES.iter().filter(|route| !route.ends_with("openapi.json")) {
        assert!(document.contains(&format!("\"{route}\"")), "{route} is described");
    }
}
