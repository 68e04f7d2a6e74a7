//! What holds for the markup of every page: one heading, unique ids, nothing inline, no open tag from a reader.

use std::collections::BTreeSet;

use crate::site::TestSite;

const PAGES: &[&str] = &[
    "/",
    "/xep-hang",
    "/xep-hang/pci/2018?chon=01-ha-noi",
    "/xep-hang/papi/2021?loc=ha&sap-xep=total&thu-tu=nguoc",
    "/xep-hang/pci/2014",
    "/xep-hang/sipas/2024",
    "/xep-hang/par-index/2018",
    "/xep-hang/par-index-ministries/2023",
    "/ho-so",
    "/ho-so/01-ha-noi",
    "/ho-so/08-tuyen-quang-2025",
    "/ho-so/08-tuyen-quang",
    "/ho-so/bo-tu-phap",
    "/so-sanh",
    "/so-sanh?chi-so=papi&don-vi=01-ha-noi&don-vi=48-da-nang&nam=2020",
    "/phuong-phap",
    "/phuong-phap/pci/2011",
    "/phuong-phap/papi/2021",
    "/tu-dau/pci/2018/01-ha-noi/total",
    "/tu-dau/papi/2021/77-ba-ria-vung-tau/total",
    "/xep-hang/pci/2018?khoang=co",
    "/xep-hang/sipas/2024?khoang=co",
    "/thay-doi/pci/01-ha-noi?tu=2017&den=2018",
    "/thay-doi/papi/01-ha-noi?tu=2017&den=2018",
    "/gia-dinh/pci/2018/01-ha-noi?transparency=6,31&muc-hang=6",
    "/gia-dinh/pci/2018/01-ha-noi?transparency=cao",
    "/gia-dinh/papi/2021/01-ha-noi",
    "/don-vi?ngay=31/12/2018",
    "/don-vi?ma=00004&ngay=01/01/2024",
    "/don-vi/01-ha-noi",
    "/don-vi/00070-hoan-kiem-2025",
    "/don-vi/75-dong-nai-2025",
    "/tim?q=hoàn kiếm",
    "/tim?q=zzzzzz",
    "/api",
    "/tro-giup",
    "/tro-giup/phuong-phap",
    "/khong-co-trang-nay",
    "/phat-trien/bo-phan",
];

#[tokio::test(flavor = "multi_thread")]
async fn every_page_keeps_the_rules_of_the_house() {
    let site = TestSite::on_sqlite().await;
    for path in PAGES {
        for prefix in ["", "/en"] {
            let address = if prefix == "/en" && *path == "/" { "/en".to_owned() } else { format!("{prefix}{path}") };
            let answer = site.get(&address).await;
            let page = answer.text();
            let language = if prefix.is_empty() { "vi" } else { "en" };
            assert!(page.contains(&format!("<html lang=\"{language}\"")), "{address} is not marked as {language}");
            assert_eq!(page.matches("<h1").count(), 1, "{address}: headings of the first rank");
            for forbidden in [" style=\"", "<style", "onclick=", "onload=", "javascript:", "<script>", "http-equiv=\"refresh\""] {
                assert!(!page.contains(forbidden), "{address} has {forbidden}");
            }
            for source in page.split(" src=\"").skip(1) {
                assert!(source.starts_with('/') && !source.starts_with("//"), "{address} loads from elsewhere: {:.60}", source);
            }
            let ids: Vec<&str> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
            let unique: BTreeSet<&&str> = ids.iter().collect();
            assert_eq!(ids.len(), unique.len(), "{address}: ids stand twice: {:?}", twice(&ids));
        }
    }
}

fn twice<'p>(ids: &[&'p str]) -> Vec<&'p str> {
    let mut seen = BTreeSet::new();
    ids.iter().filter(|id| !seen.insert(**id)).copied().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_a_reader_types_becomes_markup_or_sql() {
    let site = TestSite::on_sqlite().await;
    let nasty = [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "' OR 1=1 --",
        "%'; DROP TABLE unit; --",
        "%_%",
        "\u{0}",
        "{{7*7}}",
        "../../etc/passwd",
    ];
    for text in nasty {
        let encoded: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
        for address in [
            format!("/tim?q={encoded}"),
            format!("/xep-hang/pci/2018?loc={encoded}&nhom={encoded}&sap-xep={encoded}&chon={encoded}"),
            format!("/don-vi?ngay={encoded}"),
            format!("/don-vi?ma={encoded}"),
            format!("/ho-so/{encoded}"),
            format!("/xep-hang/{encoded}/2018"),
            format!("/so-sanh?don-vi={encoded}&chi-so=pci"),
            format!("/?tinh={encoded}"),
            format!("/thay-doi/pci/{encoded}"),
            format!("/thay-doi/pci/01-ha-noi?tu={encoded}&den={encoded}"),
            format!("/gia-dinh/pci/2018/{encoded}"),
            format!("/gia-dinh/pci/2018/01-ha-noi?transparency={encoded}&muc-diem={encoded}"),
            format!("/gia-dinh/pci/2018/01-ha-noi?muc-hang={encoded}"),
            format!("/xep-hang/pci/2018?khoang={encoded}"),
            format!("/xep-hang/pci/2018?xem=gia-dinh&don-vi={encoded}"),
            format!("/api/v1/units?q={encoded}"),
        ] {
            let answer = site.get(&address).await;
            assert!(answer.status.as_u16() < 500, "{address} answers {}", answer.status);
            if answer.header("content-type").starts_with("text/html") {
                let page = answer.text();
                assert!(!page.contains("<script>alert") && !page.contains("<img src=x"), "{address} lets markup through");
            }
        }
    }
    assert!(site.get("/tim?q=hoan kiem").await.text().contains("00070-hoan-kiem-2025"), "the register is still whole");
}

#[test]
fn the_guide_has_every_page_in_both_languages() {
    assert_eq!(portal::check_guide(), Vec::<String>::new());
}
