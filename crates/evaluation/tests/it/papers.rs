//! Documents and files of a campaign, word for word.

use std::io::Read as _;

use evaluation::actions::{
    NewSession, Results, agree_to_all, approve, assign, campaign_results, council_rulings, give, hold_session, overview, public_result,
    publish, sheet, unit_threads, withdraw,
};
use evaluation::exports::{description, public_csv, result_tables, results_csv, sheet_table};
use evaluation::model::{Duty, Phase, Shows, Verdict};
use evaluation::papers::{Origin, decision, minutes, report, request_for_explanation, score_sheet};
use official_document::{Block, OfficialDocument, Row, Run};
use test_support::on_both;
use ui::Lang;

use crate::house::{House, opinion};

fn origin() -> Origin {
    Origin { superior: None, issuer: "Sở Nội vụ".to_owned(), place: "Hà Nội".to_owned(), year: 2026 }
}

fn runs(runs: &[Run]) -> String {
    runs.iter().map(|run| run.text.as_str()).collect()
}

/// What the blocks say, a line for each row and paragraph.
fn lines(blocks: &[Block]) -> Vec<String> {
    let mut told = Vec::new();
    for block in blocks {
        match block {
            Block::Table(table) => {
                told.extend(table.head.iter().map(|row| row.iter().map(|cell| cell.text.as_str()).collect::<Vec<_>>().join(" | ")));
                told.extend(table.rows.iter().map(|row| match row {
                    Row::Cells { cells, .. } => cells.join(" | "),
                    Row::Group(name) => name.clone(),
                }));
            }
            Block::Paragraph(text) | Block::Line { text, .. } => told.push(runs(text)),
            Block::Item { label, text } => told.push(format!("{label} {}", runs(text))),
            Block::Heading { number, title, .. } => told.push(format!("{number} {title}")),
            Block::BarChart { alt, .. } => told.push(alt.clone()),
            Block::PageBreak => {}
        }
    }
    told
}

fn annex(document: &OfficialDocument) -> Vec<String> {
    lines(&document.annexes[0].body)
}

/// The campaign in appraisal: A entered 95 %, B 80 % with two breaches, C 60 %; the survey gave 24, 27 and 21 of 30.
async fn in_appraisal(house: &House) -> String {
    let campaign = house.campaign().await;
    house.hand_in(&campaign, "a", "95", "có", "có", "0").await;
    house.hand_in(&campaign, "b", "80", "có", "không", "2").await;
    house.hand_in(&campaign, "c", "60", "không", "không", "9").await;
    house.next(&campaign).await;
    for (unit, points) in [("a", "24"), ("b", "27"), ("c", "21")] {
        give(house.ground(), &house.person("office"), &opinion(&campaign, unit, "2", 0, Verdict::Set, Some(points), "")).await.unwrap();
    }
    campaign
}

async fn up_to_council(house: &House) -> String {
    let campaign = in_appraisal(house).await;
    for unit in ["a", "b", "c"] {
        agree_to_all(house.ground(), &house.person("judge"), &campaign, unit, "total").await.unwrap();
    }
    for _ in 0..3 {
        house.next(&campaign).await;
    }
    campaign
}

async fn met(house: &House, campaign: &str, present: &[&str]) {
    let present = present.iter().map(|one| (*one).to_owned()).collect();
    let new = NewSession { held_on: "2026-12-02".parse().unwrap(), present, consented: Vec::new(), minutes: None };
    hold_session(house.ground(), &house.person("office"), campaign, &new).await.unwrap();
}

/// The results of a campaign beside those of a made-up year before: the same, but for totals.
async fn after(house: &House, campaign: &str, totals: [&str; 3]) -> Results {
    let mut results = campaign_results(house.ground(), &house.person("office"), campaign).await.unwrap();
    results.before = results.blocks.clone();
    let before = &mut results.before[0];
    let total = before.definition.total;
    for (unit, points) in before.scores.units.iter_mut().zip(totals) {
        unit.values[total] = Ok(points.parse().unwrap());
    }
    results
}

on_both! {
    async fn a_score_sheet_shows_both_columns_to_whoever_may_hear(house: House) {
        let campaign = in_appraisal(&house).await;
        let (ground, judge) = (house.ground(), house.person("judge"));
        give(ground, &judge, &opinion(&campaign, "b", "1.1", 0, Verdict::Set, Some("20"), "Thiếu báo cáo quý IV")).await.unwrap();
        give(ground, &judge, &opinion(&campaign, "b", "1.2", 0, Verdict::Agree, None, "")).await.unwrap();
        let found = sheet(ground, &judge, &campaign, "b").await.unwrap();
        assert_eq!(annex(&score_sheet(&found, &origin())), [
            "STT | Lĩnh vực, tiêu chí | Điểm tối đa | Điểm tự chấm | Điểm thẩm định | Lý do | Số liệu, minh chứng, giải trình",
            "1 | Chỉ đạo điều hành | 70 | 35,00 | 25,00 |  | ",
            "1.1 | Thực hiện kế hoạch | 60 | 30,00 | 20,00 | Thiếu báo cáo quý IV | Tỷ lệ nhiệm vụ hoàn thành: 80 %; Theo báo cáo năm",
            "1.2 | Công khai và báo cáo | 10 | 5,00 | 5,00 |  | Đã công khai: có; Đã báo cáo: không",
            "2 | Điều tra xã hội học | 30 | điều tra | 27,00 |  | ",
            "3 | Điểm trừ | 0 | −2,00 | chưa có kết luận |  | Số vụ vi phạm: 2",
            " | Tổng cộng | 100 | 33,00 | 50,00 |  | ",
            "Điểm tự chấm không gồm điểm điều tra xã hội học và điểm do cơ quan khác chấm (tối đa 30 điểm).",
            "Còn 1 tiêu chí chưa có kết luận; tổng điểm thẩm định tạm tính theo điểm tự chấm của những tiêu chí đó, nếu có.",
        ]);
        let paper = score_sheet(&found, &origin());
        let tied = "(Kèm theo Báo cáo số …/BC-SNV ngày … tháng … năm 2026 của Sở Nội vụ)";
        assert_eq!((paper.symbol.as_str(), paper.annexes[0].note.as_str()), ("BC-SNV", tied));
        // The unit itself does not hear the appraisal yet.
        let found = sheet(ground, &house.person("head-b"), &campaign, "b").await.unwrap();
        assert_eq!(annex(&score_sheet(&found, &origin()))[..6], [
            "STT | Lĩnh vực, tiêu chí | Điểm tối đa | Điểm tự chấm | Số liệu, minh chứng, giải trình",
            "1 | Chỉ đạo điều hành | 70 | 35,00 | ",
            "1.1 | Thực hiện kế hoạch | 60 | 30,00 | Tỷ lệ nhiệm vụ hoàn thành: 80 %; Theo báo cáo năm",
            "1.2 | Công khai và báo cáo | 10 | 5,00 | Đã công khai: có; Đã báo cáo: không",
            "2 | Điều tra xã hội học | 30 | điều tra | ",
            "3 | Điểm trừ | 0 | −2,00 | Số vụ vi phạm: 2",
        ]);
        // The same in a workbook, points as numbers.
        let table = sheet_table(&sheet(ground, &judge, &campaign, "b").await.unwrap(), Lang::Vi);
        let file = String::from_utf8(documents::csv(&table, Lang::Vi)).unwrap();
        assert!(file.contains("1.1,Thực hiện kế hoạch,Tỷ lệ nhiệm vụ hoàn thành: 80 %,60,30,20,Thiếu báo cáo quý IV,,Theo báo cáo năm\r\n"), "{file}");
    }

    async fn a_score_sheet_explains_what_does_not_apply(house: House) {
        let campaign = up_to_council(&house).await;
        let (ground, chair) = (house.ground(), house.person("chair"));
        give(ground, &chair, &opinion(&campaign, "b", "2", 1, Verdict::NotApplicable, None, "Không có giao dịch với dân")).await.unwrap();
        let told = annex(&score_sheet(&sheet(ground, &chair, &campaign, "b").await.unwrap(), &origin()));
        assert_eq!(told[4..], [
            "2 | Điều tra xã hội học | 30 | điều tra | không áp dụng | Không có giao dịch với dân | ",
            "3 | Điểm trừ | 0 | −2,00 | −2,00 |  | Số vụ vi phạm: 2",
            " | Tổng cộng | 100 | 33,00 | 48,00 |  | ",
            "Điểm tự chấm không gồm điểm điều tra xã hội học và điểm do cơ quan khác chấm (tối đa 30 điểm).",
            "Không áp dụng đối với đơn vị: 2 Điều tra xã hội học (tối đa 30 điểm; Không có giao dịch với dân).",
            "Tổng điểm 48,00 được quy đổi từ 35,00 điểm đạt được trên điểm tối đa áp dụng 70 sang điểm tối đa 100 của bộ tiêu chí (35,00 × 100 ÷ 70); điểm thưởng, điểm trừ (−2,00) cộng sau, không quy đổi.",
        ]);
        // The report says the same of the total.
        let results = campaign_results(ground, &chair, &campaign).await.unwrap();
        let told = lines(&report(&results, &origin()).body);
        let scaled = "Tổng điểm được quy đổi từ điểm tối đa áp dụng sang điểm tối đa của bộ tiêu chí, vì có tiêu chí không áp dụng, đối với: Sở B (70 trên 100).";
        assert_eq!(told.last().unwrap(), scaled, "{told:#?}");
    }

    async fn a_unit_explains_what_it_was_asked_and_what_was_lowered(house: House) {
        let campaign = in_appraisal(&house).await;
        let (ground, office, judge) = (house.ground(), house.person("office"), house.person("judge"));
        assign(ground, &office, &campaign, "judge-2", Duty::SecondReader, "total", (None, None)).await.unwrap();
        give(ground, &judge, &opinion(&campaign, "b", "1.1", 0, Verdict::Set, Some("20"), "Thiếu báo cáo quý IV")).await.unwrap();
        give(ground, &house.person("judge-2"), &opinion(&campaign, "b", "1.1", 1, Verdict::Agree, None, "")).await.unwrap();
        give(ground, &judge, &opinion(&campaign, "b", "1.2", 0, Verdict::Ask, None, "Công khai ở đâu?")).await.unwrap();
        give(ground, &judge, &opinion(&campaign, "b", "3", 0, Verdict::Set, Some("-1"), "Một vụ đã khắc phục")).await.unwrap();
        give(ground, &judge, &opinion(&campaign, "a", "1.1", 0, Verdict::Agree, None, "")).await.unwrap();
        let letter = async |unit: &str| {
            let found = sheet(ground, &judge, &campaign, unit).await.unwrap();
            let threads = unit_threads(ground, &judge, &found.campaign, unit).await.unwrap();
            request_for_explanation(&found, &threads, &origin(), Some("05/01/2027 17:00".to_owned()))
        };
        let b = letter("b").await;
        assert_eq!(annex(&b), [
            "STT | Tiêu chí | Tự chấm | Thẩm định | Nội dung cần giải trình",
            "1.1 | Thực hiện kế hoạch | 30,00 | 20,00 | Thiếu báo cáo quý IV",
            "1.2 | Công khai và báo cáo | 5,00 |  | Công khai ở đâu?",
        ], "neither the survey nor points that were raised");
        assert_eq!(
            lines(&b.body)[0],
            "Qua thẩm định kết quả tự chấm điểm cải cách hành chính năm 2026 của Sở B, đề nghị Sở B giải trình, bổ sung minh chứng đối với 2 tiêu chí tại Phụ lục trước 05/01/2027 17:00."
        );
        let a = letter("a").await;
        assert_eq!(lines(&a.body), ["Qua thẩm định kết quả tự chấm điểm cải cách hành chính năm 2026 của Sở A, không có tiêu chí nào cần giải trình."]);
        assert!(a.annexes.is_empty());
    }

    async fn minutes_are_of_the_meeting_that_had_a_quorum(house: House) {
        let campaign = up_to_council(&house).await;
        let (ground, office) = (house.ground(), house.person("office"));
        met(&house, &campaign, &["member-2"]).await;
        let told = async || {
            let view = overview(ground, &office, &campaign).await.unwrap();
            let results = campaign_results(ground, &office, &campaign).await.unwrap();
            let decided = council_rulings(ground, &office, &campaign).await.unwrap();
            lines(&minutes(&view, &results, &decided, &origin()).body)
        };
        assert_eq!(told().await[1..4], [
            "Hội đồng họp ngày 02/12/2026, có mặt 1 người:",
            "1. Người member-2 – Ủy viên",
            "Số thành viên tham gia không hơn 50 % nên phiên họp không đủ điều kiện quyết định.",
        ]);
        house.set_clock("2026-12-02T04:00:00Z");
        met(&house, &campaign, &["chair", "member-1"]).await;
        house.set_clock("2026-12-02T05:00:00Z");
        met(&house, &campaign, &["member-1"]).await;
        assert_eq!(told().await[1..5], [
            "Hội đồng họp ngày 02/12/2026, có mặt 2 người:",
            "1. Người chair – Chủ tịch Hội đồng",
            "2. Người member-1 – Ủy viên",
            "Số thành viên tham gia hơn 50 % nên phiên họp hợp lệ.",
        ]);
    }

    async fn a_report_says_nothing_that_its_numbers_deny(house: House) {
        let campaign = up_to_council(&house).await;
        // 94, 60 and 16 points now.
        let told = async |before: [&str; 3]| lines(&report(&after(&house, &campaign, before).await, &origin()).body);
        let of = |told: &[String]| told.iter().find(|line| line.starts_with("So với")).cloned().unwrap();
        assert_eq!(
            of(&told(["95", "70", "20"]).await),
            "So với năm trước: không đơn vị nào tăng; giảm ít nhất: Sở A (−1,00); giảm nhiều nhất: Sở B (−10,00)."
        );
        assert_eq!(
            of(&told(["90", "70", "16"]).await),
            "So với năm trước: 1 đơn vị tăng, 1 đơn vị giảm, 1 đơn vị không thay đổi; tăng nhiều nhất: Sở A (+4,00); giảm nhiều nhất: Sở B (−10,00)."
        );
        let all = told(["95", "70", "20"]).await;
        assert_eq!(all[1], "3 đơn vị được đánh giá; điểm trung bình 56,67, cao nhất 94,00, thấp nhất 16,00.");
        // Another maximum last year: the index is compared.
        let mut results = after(&house, &campaign, ["45", "35", "10"]).await;
        let before = &mut results.before[0].definition;
        before.nodes[before.total].maximum = Some(50.into());
        assert_eq!(
            of(&lines(&report(&results, &origin()).body)),
            "So với năm trước (so sánh chỉ số, tính bằng điểm phần trăm, vì điểm tối đa thay đổi từ 50 thành 100): 1 đơn vị tăng, 2 đơn vị giảm; tăng nhiều nhất: Sở A (+4,00); giảm nhiều nhất: Sở B (−10,00)."
        );
    }

    async fn a_workbook_has_short_sheets_of_one_tidy_table(house: House) {
        let campaign = up_to_council(&house).await;
        let mut results = campaign_results(house.ground(), &house.person("office"), &campaign).await.unwrap();
        let names = |results: &Results| result_tables(results, Lang::Vi).into_iter().map(|table| table.caption).collect::<Vec<_>>();
        assert_eq!(names(&results), ["Xếp hạng", "Chỉ số", "Điểm từng tiêu chí"]);
        results.blocks.push(results.blocks[0].clone());
        results.blocks[1].block.name = "Ủy ban nhân dân các xã, phường, đặc khu".to_owned();
        assert_eq!(names(&results), ["1. Xếp hạng", "1. Chỉ số", "1. Điểm từng tiêu chí", "2. Xếp hạng", "2. Chỉ số", "2. Điểm từng tiêu chí"]);
        let tables = result_tables(&results, Lang::Vi);
        let book = documents::Workbook {
            title: results.campaign.title.clone(),
            description: Some(description(&results, Lang::Vi)),
            source: None,
            address: None,
            made_at: "2026-12-02".parse().unwrap(),
            tables: tables.iter().collect(),
            lang: Lang::Vi,
        };
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(documents::xlsx(&book).unwrap())).unwrap();
        let mut part = |name: &str| {
            let mut text = String::new();
            archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
            text
        };
        let names = part("xl/workbook.xml");
        let names: Vec<&str> = names.split("<sheet name=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert_eq!(names, ["Nội dung", "1. Xếp hạng", "1. Chỉ số", "1. Điểm từng tiêu chí", "2. Xếp hạng", "2. Chỉ số", "2. Điểm từng tiêu chí", "Ghi chú"]);
        // A total stands there as a number, behind block, rank and unit.
        let first = part("xl/worksheets/sheet2.xml");
        assert!(first.contains("<v>94</v>"), "{first}");
        assert_eq!(
            tables[0].columns.iter().map(|column| column.label.as_str()).collect::<Vec<_>>(),
            ["Khối", "Hạng", "Đơn vị", "Tổng điểm", "Chỉ số", "Xếp loại", "Tự chấm", "1. Chỉ đạo điều hành", "2. Điều tra xã hội học", "3. Điểm trừ"]
        );
        // One head for both blocks.
        let (name, file) = results_csv(&results, Lang::Vi);
        let file = String::from_utf8(file).unwrap();
        assert_eq!((name.as_str(), file.matches("Mã tiêu chí").count(), file.lines().count()), ("Đánh giá năm 2026", 1, 25));
        assert!(file.contains("Các sở,b,Sở B,1.1,Thực hiện kế hoạch,60,60,30,30,50\r\n"), "{file}");
        assert!(file.contains("Các sở,b,Sở B,2,Điều tra xã hội học,30,30,,27,90\r\n"), "a survey is nobody's own score: {file}");
    }

    async fn a_withdrawn_result_says_so_in_every_file(house: House) {
        let campaign = up_to_council(&house).await;
        let ground = house.ground();
        met(&house, &campaign, &["chair", "member-1"]).await;
        let version = house.version(&campaign).await;
        approve(ground, &house.person("leader"), &campaign, version, "", "1").await.unwrap();
        let version = house.version(&campaign).await;
        let (publisher, today) = (house.person("publisher"), "2026-12-02".parse().unwrap());
        publish(ground, &publisher, &campaign, version, today, Shows::Areas).await.unwrap();
        let results = async || campaign_results(ground, &house.person("office"), &campaign).await.unwrap();
        let view = overview(ground, &house.person("office"), &campaign).await.unwrap();
        let told = lines(&decision(&view, &results().await, &origin()).body);
        assert!(!told.iter().any(|line| line.contains("đã được rút") || line.contains("được thay")), "nothing became of it: {told:?}");
        assert_eq!(results().await.campaign.phase, Phase::Published);
        assert_eq!(description(&results().await, Lang::Vi), "Đã công bố. Số liệu minh họa, không phải kết quả thật");
        let (name, file) = public_csv(&public_result(ground, &campaign, None, today).await.unwrap(), Lang::Vi);
        let file = String::from_utf8(file).unwrap();
        assert_eq!(name, "Đánh giá năm 2026");
        assert!(file.contains("Các sở,a,Sở A,total,Tổng điểm,94,94,1,Nhóm A,Đã công bố\r\n"), "{file}");
        withdraw(ground, &publisher, &campaign, 1, "Sai số liệu điều tra").await.unwrap();
        assert_eq!(
            description(&results().await, Lang::Vi),
            "Kết quả đã công bố được rút lúc 02/12/2026 10:00. Lý do: Sai số liệu điều tra. Số liệu minh họa, không phải kết quả thật"
        );
        assert_eq!(results_csv(&results().await, Lang::Vi).0, "Đánh giá năm 2026 – đã rút");
        assert_eq!(
            lines(&report(&results().await, &origin()).body)[0],
            "Kết quả đã công bố được rút lúc 02/12/2026 10:00. Lý do: Sai số liệu điều tra."
        );
        let view = overview(ground, &house.person("office"), &campaign).await.unwrap();
        let told = lines(&decision(&view, &results().await, &origin()).body);
        assert!(told.contains(&"Kết quả phê duyệt ngày 02/12/2026 đã được rút ngày 02/12/2026. Lý do: Sai số liệu điều tra.".to_owned()), "{told:?}");
        let (name, file) = public_csv(&public_result(ground, &campaign, None, today).await.unwrap(), Lang::Vi);
        let file = String::from_utf8(file).unwrap();
        assert_eq!(name, "Đánh giá năm 2026 – đã rút");
        assert!(file.contains("Các sở,a,Sở A,total,Tổng điểm,94,94,1,Nhóm A,Đã rút lúc 02/12/2026 10:00: Sai số liệu điều tra\r\n"), "{file}");
    }
}
