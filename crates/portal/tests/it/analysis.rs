//! Rank intervals, the change between two years, and scenarios: cases that a reform specialist can check by hand.

use axum::http::StatusCode;

use crate::contents::{plain, row_with};
use crate::site::TestSite;

#[tokio::test(flavor = "multi_thread")]
async fn the_parts_of_ha_nois_change_in_pci_add_up() {
    let site = TestSite::on_sqlite().await;
    let page = site.get("/thay-doi/pci/01-ha-noi?tu=2017&den=2018").await.text();
    assert!(page.contains("PCI tăng 0,68 điểm từ năm 2017 đến năm 2018, nhiều nhất nhờ: Chi phí không chính thức"), "the finding");
    // Weight × score of each year, from the printed tables: transparency 2 × 6.31 and 2 × 5.83.
    let transparency = row_with(&page, "/tu-dau/pci/2017/01-ha-noi/transparency");
    assert!(transparency[1].starts_with("12,620") && transparency[2].starts_with("11,660"), "{transparency:?}");
    assert!(transparency[3].contains("−0,960"), "{transparency:?}");
    let csv = site.get("/thay-doi/pci/01-ha-noi.csv?tu=2017&den=2018").await.text();
    let sum: i64 = csv.lines().skip(1).filter(|line| !line.starts_with("Cộng")).map(thousandths).sum();
    assert_eq!(sum, 680, "the parts add up to 65.38 − 64.70: {csv}");
    assert!(csv.contains("Cộng: điểm tổng hợp tính lại,64.7,65.38,0.68"), "{csv}");
}

/// The contribution to the change in a line, in thousandths.
fn thousandths(line: &str) -> i64 {
    let text = line.split(',').nth(3).unwrap_or_default();
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let size = whole.trim_start_matches('-').parse::<i64>().unwrap_or_default() * 1000
        + format!("{fraction:0<3}").parse::<i64>().unwrap_or_default();
    if text.starts_with('-') { -size } else { size }
}

#[tokio::test(flavor = "multi_thread")]
async fn areas_hold_the_sum_of_their_parts() {
    let site = TestSite::on_sqlite().await;
    let csv = site.get("/thay-doi/papi/01-ha-noi.csv?tu=2022&den=2024").await.text();
    assert!(csv.lines().count() > 30, "eight areas with their parts: {csv}");
    let english = site.get("/en/thay-doi/papi/01-ha-noi?tu=2022&den=2024").await.text();
    assert!(english.contains("Contribution to the change") && english.contains("PAPI"), "the English page");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_methods_are_told_apart_and_never_subtracted() {
    let site = TestSite::on_sqlite().await;
    let page = site.get("/thay-doi/papi/01-ha-noi?tu=2017&den=2018").await.text();
    for words in [
        "Hai năm tính theo hai phương pháp khác nhau",
        "cơ quan thực hiện khuyến cáo không so sánh điểm tổng hợp với các năm trước",
        "Hai bộ quy tắc khác nhau ở đâu",
        "Các thành phần giữ nguyên nội dung và thang điểm",
    ] {
        assert!(page.contains(words), "{words}");
    }
    assert!(!page.contains("Đóng góp vào thay đổi"), "no contributions across a break");
    // Access to information came in 2018 under an old code: it is not set beside what had the code before.
    let kept: Vec<&str> = page.split("id=\"giu-nguyen\"").nth(1).unwrap_or_default().split("</table>").take(1).collect();
    assert!(kept.concat().contains("/tu-dau/papi/2018/01-ha-noi/1.1") && !kept.concat().contains("/tu-dau/papi/2018/01-ha-noi/2.1"));
    let differing = plain(page.split("id=\"khac-nhau\"").nth(1).unwrap_or_default());
    assert!(differing.contains("Mã 2.1 nội dung"), "a code with another meaning is told by its meaning: {differing:.600}");
    let kept = plain(&kept.concat());
    let accountability = kept.find("Trách nhiệm giải trình").expect("an area that changed heads its parts");
    assert!(kept.find("Tương tác với chính quyền").is_some_and(|part| part > accountability), "{kept:.1500}");
    let unpublished = site.get("/thay-doi/par-index/01-ha-noi?tu=2018&den=2023").await.text();
    assert!(unpublished.contains("Không có thành phần nào giữ nguyên để so sánh"), "a new criteria set and totals only");
    let same_rule = site.get("/thay-doi/par-index/01-ha-noi?tu=2022&den=2023").await.text();
    assert!(
        same_rule.contains("Không tách được thay đổi theo thành phần") && same_rule.contains("chưa được công bố"),
        "the rule was not published"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn ranks_come_with_their_intervals_when_asked_for() {
    let site = TestSite::on_sqlite().await;
    let without = site.get("/xep-hang/pci/2018").await.text();
    assert!(without.contains("?khoang=co") && !without.contains("Đến hạng"));
    let page = site.get("/xep-hang/pci/2018?khoang=co").await.text();
    for words in ["2.048 lần", "25 %", "90 %", "không thuộc kết quả công bố", "Số khởi đầu của dãy ngẫu nhiên: 1"]
    {
        assert!(page.contains(words), "{words}");
    }
    let row = row_with(&page, "/ho-so/01-ha-noi\"");
    let (low, high): (u32, u32) = (row[3].parse().expect("a rank"), row[4].parse().expect("a rank"));
    assert!(low <= 9 && 9 <= high && high - low < 30, "{row:?}");
    let again = site.get("/xep-hang/pci/2018?khoang=co").await.text();
    assert_eq!(page, again, "the same seed gives the same page");
    let csv = site.get("/xep-hang/pci/2018.csv?khoang=co").await.text();
    assert!(csv.lines().next().is_some_and(|head| head.contains("rank_low") || head.contains("Từ hạng")), "{csv:.300}");
    let json: serde_json::Value = serde_json::from_str(&site.get("/api/v1/indices/pci/2018?khoang=co").await.text()).expect("JSON");
    assert_eq!(json["rank_intervals"]["runs"], 2048);
    let unit = json["units"].as_array().and_then(|units| units.iter().find(|unit| unit["unit"] == "01-ha-noi")).expect("Hà Nội");
    assert_eq!((unit["rank_interval"]["low"].as_u64(), unit["rank_interval"]["high"].as_u64()), (Some(low.into()), Some(high.into())));
    let plain_json = site.get("/api/v1/indices/pci/2018").await.text();
    assert!(!plain_json.contains("rank_interval"), "only when asked for");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edition_without_intervals_says_why() {
    let site = TestSite::on_sqlite().await;
    for (address, words, code) in [
        ("par-index/2012", "một phần các đơn vị", "some-units"),
        ("sipas/2024", "một phần các đơn vị", "some-units"),
        ("sipas/2018", "không tính lại được", "not-recomputed"),
        ("pci/2023", "không tính lại được", "not-recomputed"),
    ] {
        let page = site.get(&format!("/xep-hang/{address}?khoang=co")).await;
        assert_eq!(page.status, StatusCode::OK, "{address}");
        assert!(page.text().contains("Kỳ này không có khoảng thứ hạng") && page.text().contains(words), "{address}");
        let json = site.get(&format!("/api/v1/indices/{address}?khoang=co")).await.text();
        assert!(json.contains(&format!("\"missing\":\"{code}\"")), "{address}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_readers_of_one_ranking_wait_for_one_computation() {
    let site = TestSite::on_sqlite().await;
    let pages = (0..8).map(|_| site.get("/xep-hang/pci/2016?khoang=co"));
    let pages: Vec<String> = join_all(pages).await.into_iter().map(|answer| answer.text()).collect();
    assert!(pages.iter().all(|page| *page == pages[0] && page.contains("Đến hạng")));
}

/// Waits for several at once.
async fn join_all<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut waiting: Vec<_> = futures.map(Box::pin).collect();
    let mut found: Vec<Option<F::Output>> = waiting.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        let mut ready = true;
        for (future, slot) in waiting.iter_mut().zip(&mut found).filter(|(_, slot)| slot.is_none()) {
            match future.as_mut().poll(context) {
                std::task::Poll::Ready(output) => *slot = Some(output),
                std::task::Poll::Pending => ready = false,
            }
        }
        if ready { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    found.into_iter().flatten().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scenario_tells_score_rank_and_who_is_passed() {
    let site = TestSite::on_sqlite().await;
    // 2 × (6.31 − 5.83) = 0.96, so 65.38 becomes 66.34 and passes Bình Dương (66.08), Quảng Nam and Vĩnh Long.
    let page = site.get("/gia-dinh/pci/2018/01-ha-noi?transparency=6,31").await.text();
    let words = plain(&page);
    for expected in ["65,38 → 66,34", "9 → 6", "trên 63", "Vượt lên trên (3): Bình Dương, Quảng Nam, Vĩnh Long"] {
        assert!(words.contains(expected), "{expected}: {words:.3000}");
    }
    let other_form = site.get("/en/gia-dinh/pci/2018/01-ha-noi?transparency=6.31").await.text();
    assert!(plain(&other_form).contains("65.38 → 66.34"));
    let down = plain(&site.get("/gia-dinh/pci/2018/01-ha-noi?transparency=5,00").await.text());
    assert!(down.contains("65,38 → 63,72") && down.contains("Bị vượt bởi"), "{down:.2000}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_sent_back_untouched_changes_nothing() {
    let site = TestSite::on_sqlite().await;
    // PCI 2016 has more digits than the fields show.
    let page = site.get("/gia-dinh/pci/2016/01-ha-noi").await.text();
    let fields: Vec<String> = page
        .split("<input class=\"narrow\"")
        .skip(1)
        .filter_map(|rest| {
            let of = |key: &str| rest.split(&format!("{key}=\"")).nth(1)?.split('"').next().map(str::to_owned);
            Some(format!("{}={}", of("name")?, of("value")?))
        })
        .collect();
    assert!(fields.len() >= 10, "{fields:?}");
    let sent = plain(&site.get(&format!("/gia-dinh/pci/2016/01-ha-noi?{}", fields.join("&"))).await.text());
    assert!(!sent.contains('→') && sent.contains("Hiện nay"), "{sent:.1500}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_of_a_scenario_is_told_at_its_field() {
    let site = TestSite::on_sqlite().await;
    let answer = site.get("/gia-dinh/pci/2018/01-ha-noi?transparency=11&land_access=cao&muc-hang=0").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = answer.text();
    for expected in [
        "href=\"#gt-transparency\"",
        "href=\"#gt-land_access\"",
        "href=\"#muc-hang\"",
        "nhập số từ 1 đến 10",
        "không phải là số",
        "nhập số nguyên từ 1 đến 63",
    ] {
        assert!(page.contains(expected), "{expected}");
    }
    assert!(page.contains("value=\"cao\"") && page.contains("value=\"11\""), "what was typed is kept");
    assert!(page.contains("Lỗi: "), "the title says it");
    let both = site.get("/gia-dinh/pci/2018/01-ha-noi?muc-hang=1&muc-diem=70").await;
    assert!(both.status == StatusCode::UNPROCESSABLE_ENTITY && both.text().contains("Chỉ nhập một trong hai"));
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_that_carry_the_total_beyond_its_scale_are_refused() {
    let site = TestSite::on_sqlite().await;
    // The maxima of the four parts are not known, that of the index is: 100.
    let answer = site.get("/gia-dinh/par-index/2020/01-ha-noi?appraised=100&sipas=100&leader_survey=100&socio_economic=100").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = answer.text();
    assert!(page.contains("400,00") && page.contains("ngoài mức có thể là 100") && page.contains("href=\"#gt-appraised\""), "{page:.3000}");
    // A maximum that was not seen is not shown, neither as a number nor as the end of a slider.
    let now = site.get("/gia-dinh/par-index/2020/01-ha-noi").await.text();
    assert_eq!(plain(&now).matches("chưa rõ điểm tối đa").count(), 4, "{now:.3000}");
    assert!(!now.contains("type=\"range\"") && !plain(&now).contains("từ 0 đến"), "{now:.3000}");
    let below = site.get("/gia-dinh/par-index/2020/01-ha-noi?appraised=-1").await;
    assert_eq!(below.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_least_effort_to_a_rank_is_a_scenario_that_reaches_it() {
    let site = TestSite::on_sqlite().await;
    let page = site.get("/gia-dinh/pci/2018/01-ha-noi?muc-hang=6").await.text();
    let words = plain(&page);
    assert!(words.contains("Cách ít phải thay đổi nhất để đạt hạng 6"), "{words:.2000}");
    assert_eq!(words.matches("Thay đổi 1 thành phần").count(), 3, "a plan and two others: {words:.4000}");
    let link = page
        .split("href=\"")
        .find(|rest| rest.starts_with("/gia-dinh/pci/2018/01-ha-noi?") && !rest.starts_with("/gia-dinh/pci/2018/01-ha-noi?muc"));
    let address = link.and_then(|rest| rest.split('"').next()).expect("a plan as a scenario").replace("&amp;", "&");
    let reached = plain(&site.get(&address).await.text());
    assert!(reached.contains("9 → 6"), "{address}: {reached:.2000}");
    let already = plain(&site.get("/gia-dinh/pci/2018/01-ha-noi?muc-diem=60").await.text());
    assert!(already.contains("Mức này đã đạt"), "{already:.1500}");
    let english = plain(&site.get("/en/gia-dinh/pci/2018/01-ha-noi?muc-diem=70").await.text());
    assert!(english.contains("The least change to reach 70 points") && english.contains("Plan 3"), "{english:.2000}");
    let beyond = plain(&site.get("/gia-dinh/pci/2018/01-ha-noi?muc-diem=100").await.text());
    assert!(beyond.contains("Phương án 1") || beyond.contains("không đạt được"), "{beyond:.2000}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tree_of_areas_answers_in_time() {
    let site = TestSite::on_sqlite().await;
    let began = std::time::Instant::now();
    let page = plain(&site.get("/gia-dinh/papi/2024/01-ha-noi?muc-hang=20").await.text());
    assert!(page.contains("Phương án 1"), "{page:.2500}");
    assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_asked_of_an_edition_says_so() {
    let site = TestSite::on_sqlite().await;
    for (address, status, words) in [
        ("/thay-doi/abc/01-ha-noi", StatusCode::NOT_FOUND, "Không có chỉ số nào mang mã"),
        ("/thay-doi/pci/99-khong-co", StatusCode::NOT_FOUND, "Không tìm thấy đơn vị"),
        ("/thay-doi/pci/00004-truc-bach", StatusCode::NOT_FOUND, "Không có số liệu này"),
        ("/thay-doi/pci/01-ha-noi?tu=1999", StatusCode::NOT_FOUND, "Không có kỳ chỉ số này"),
        ("/thay-doi/pci/01-ha-noi?tu=2018&den=2017", StatusCode::BAD_REQUEST, "Địa chỉ không hợp lệ"),
        ("/thay-doi/pci/01-ha-noi?tu=2014&den=2018", StatusCode::NOT_FOUND, "Không có số liệu này"),
        ("/thay-doi/pci/01-ha-noi.json", StatusCode::NOT_FOUND, "Không tìm thấy trang"),
        ("/gia-dinh/pci/1999/01-ha-noi", StatusCode::NOT_FOUND, "Không có kỳ chỉ số này"),
        ("/gia-dinh/pci/2014/01-ha-noi", StatusCode::NOT_FOUND, "Không có số liệu này"),
        ("/gia-dinh/pci/2018/99-khong-co", StatusCode::NOT_FOUND, "Không tìm thấy đơn vị"),
        ("/gia-dinh/par-index/2023/01-ha-noi", StatusCode::OK, "Kỳ này chưa thử giả định được"),
        ("/gia-dinh/par-index/2012/01-ha-noi", StatusCode::OK, "Không tính thứ hạng"),
        ("/xep-hang/pci/2018?khoang=maybe", StatusCode::BAD_REQUEST, "Địa chỉ không hợp lệ"),
        ("/xep-hang/pci/2018?xem=khac&don-vi=01-ha-noi", StatusCode::BAD_REQUEST, "Địa chỉ không hợp lệ"),
        ("/xep-hang/pci/2018?xem=gia-dinh&don-vi=khong-co", StatusCode::NOT_FOUND, "Không có số liệu này"),
    ] {
        let answer = site.get(address).await;
        assert_eq!(answer.status, status, "{address}");
        assert!(answer.text().contains(words), "{address} does not say {words:?}");
    }
    for (address, target) in [
        ("/thay-doi/pci/ha-noi?tu=2017&den=2018", "/thay-doi/pci/01-ha-noi?tu=2017&den=2018"),
        ("/en/gia-dinh/pci/2018/ha-noi", "/en/gia-dinh/pci/2018/01-ha-noi"),
        ("/xep-hang/pci/2018?xem=thay-doi&don-vi=01-ha-noi", "/thay-doi/pci/01-ha-noi?den=2018"),
        ("/en/xep-hang/pci/2018?xem=gia-dinh&don-vi=01-ha-noi", "/en/gia-dinh/pci/2018/01-ha-noi"),
    ] {
        let answer = site.get(address).await;
        assert!(answer.status.is_redirection(), "{address}");
        assert_eq!(answer.header("location"), target, "{address}");
    }
}
