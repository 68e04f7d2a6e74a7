//! Documents of bodies that do not exist, with figures that are made up.

use chrono::NaiveDate;
use official_document::{Align, Annex, Bar, Block, HeadCell, IssueDate, Kind, Level, OfficialDocument, Row, Run, Signature, Table};

const MADE_UP: &str = "VĂN BẢN MẪU – SỐ LIỆU TỰ ĐẶT, KHÔNG CÓ GIÁ TRỊ PHÁP LÝ";

/// All of them, with the names of their files.
pub(crate) fn all() -> Vec<(&'static str, OfficialDocument)> {
    vec![("quyet-dinh", decision()), ("bao-cao", report()), ("bien-ban", minutes()), ("cong-van", letter()), ("phieu", sheet())]
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(ToString::to_string).collect()
}

fn day(year: i32, month: u32, day: u32) -> IssueDate {
    NaiveDate::from_ymd_opt(year, month, day).into()
}

/// A decision with two annexes, the second one wide and long.
pub(crate) fn decision() -> OfficialDocument {
    OfficialDocument {
        issuer: texts(&["Ủy ban nhân dân", "thành phố Thí Dụ"]),
        number: Some(5),
        symbol: "QĐ-UBND".into(),
        place: "Thí Dụ".into(),
        date: day(2026, 1, 5),
        subject: "Ban hành Kế hoạch kiểm tra công tác cải cách hành chính năm 2026 của thành phố Thí Dụ".into(),
        deciding: Some("Chủ tịch Ủy ban nhân dân thành phố Thí Dụ".into()),
        grounds: texts(&[
            "Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025;",
            "Căn cứ Nghị quyết số 76/NQ-CP ngày 15 tháng 7 năm 2021 của Chính phủ ban hành Chương trình tổng thể cải cách \
             hành chính nhà nước giai đoạn 2021 - 2030",
            "Theo đề nghị của Giám đốc Sở Nội vụ tại Tờ trình số 12/TTr-SNV ngày 02 tháng 01 năm 2026.",
        ]),
        body: vec![
            Block::article(1, "Ban hành kèm theo Quyết định này Kế hoạch kiểm tra công tác cải cách hành chính năm 2026."),
            Block::article(
                2,
                "Sở Nội vụ chủ trì, phối hợp với các cơ quan liên quan tổ chức thực hiện Kế hoạch; tổng hợp kết quả, báo cáo Ủy \
                 ban nhân dân thành phố trước ngày 15 tháng 12 năm 2026.",
            ),
            Block::article(3, "Quyết định này có hiệu lực kể từ ngày ký."),
            Block::article(
                4,
                "Chánh Văn phòng Ủy ban nhân dân thành phố, Giám đốc các sở, Chủ tịch Ủy ban nhân dân các xã, phường và các cơ \
                 quan, đơn vị liên quan chịu trách nhiệm thi hành Quyết định này.",
            ),
        ],
        signature: Some(Signature {
            authority: texts(&["KT. Chủ tịch"]), post: "Phó Chủ tịch".into(), name: "Nguyễn Thị Giả Định".into()
        }),
        recipients: texts(&["Như Điều 4", "Bộ Nội vụ (để báo cáo)", "Chủ tịch, các Phó Chủ tịch UBND thành phố", "Lưu: VT, SNV"]),
        annexes: vec![
            Annex {
                title: "Nội dung kiểm tra".into(),
                note: "(Kèm theo Quyết định số 05/QĐ-UBND ngày 05 tháng 01 năm 2026 của Chủ tịch Ủy ban nhân dân thành phố Thí Dụ)".into(),
                landscape: false,
                body: vec![
                    Block::heading(Level::Chapter, "Chương I", "Quy định chung"),
                    Block::heading(Level::Clause, "Điều 1.", "Phạm vi kiểm tra"),
                    Block::item("1.", "Việc chỉ đạo, điều hành công tác cải cách hành chính tại cơ quan, đơn vị, địa phương."),
                    Block::item("2.", "Kết quả thực hiện các nội dung:"),
                    Block::item("a)", "Cải cách thể chế;"),
                    Block::item("b)", "Cải cách thủ tục hành chính, trong đó tỷ lệ hồ sơ giải quyết đúng hạn ≥ 98%;"),
                    Block::item("c)", "Xây dựng và phát triển chính quyền điện tử, chính quyền số."),
                    Block::heading(Level::Chapter, "Chương II", "Tổ chức thực hiện"),
                    Block::heading(Level::Clause, "Điều 2.", "Thời gian"),
                    Block::paragraph("Từ quý II đến hết quý III năm 2026."),
                ],
            },
            Annex {
                title: "Lịch kiểm tra và số liệu kỳ trước".into(),
                note: "(Kèm theo Quyết định số 05/QĐ-UBND ngày 05 tháng 01 năm 2026 của Chủ tịch Ủy ban nhân dân thành phố Thí Dụ)".into(),
                landscape: true,
                body: vec![
                    Block::Line { align: Align::Right, text: vec![Run::italic("Đơn vị tính: hồ sơ")] },
                    Block::Table(long_table(40)),
                ],
            },
        ],
        made_up: Some(MADE_UP.into()),
        ..OfficialDocument::new(Kind::Decision)
    }
}

/// A wide table with a head of two rows and as many rows as wanted.
pub(crate) fn long_table(rows: usize) -> Table {
    let number = (1.0, Align::Right);
    let mut table =
        Table::new([(0.5, Align::Centre), (3.0, Align::Left), (1.2, Align::Centre), number, number, number, (1.8, Align::Left)], [""; 0]);
    table.head = vec![
        vec![
            HeadCell::new("STT").down(2),
            HeadCell::new("Cơ quan, đơn vị").down(2),
            HeadCell::new("Thời gian kiểm tra").down(2),
            HeadCell::new("Hồ sơ đã giải quyết").across(3),
            HeadCell::new("Ghi chú").down(2),
        ],
        vec![HeadCell::new("Tổng số"), HeadCell::new("Đúng hạn"), HeadCell::new("Quá hạn")],
    ];
    table.rows.push(Row::Group("I. Các xã, phường".into()));
    for row in 1..=rows {
        let late = row * 7 % 13;
        table.rows.push(Row::cells([
            row.to_string(),
            format!("Ủy ban nhân dân {} Giả Định {row}", if row % 3 == 0 { "phường" } else { "xã" }),
            format!("{:02}/{:02}/2026", row % 28 + 1, row % 6 + 4),
            (100 + row).to_string(),
            (100 + row - late).to_string(),
            late.to_string(),
            if late > 9 {
                "Kiểm tra lại việc xin lỗi bằng văn bản đối với hồ sơ quá hạn".into()
            } else {
                String::new()
            },
        ]));
    }
    table.rows.push(Row::strong(["", "Tổng cộng", "", "4.820", "4.577", "243", ""]));
    table
}

/// A report with headings, a table and two charts.
pub(crate) fn report() -> OfficialDocument {
    let bar = |label: &str, value: f64, text: &str| Bar { label: label.into(), value, text: text.into() };
    let mut table = Table::new(
        [(0.6, Align::Centre), (4.0, Align::Left), (1.2, Align::Right), (1.2, Align::Right)],
        ["STT", "Chỉ tiêu", "Năm 2024", "Năm 2025"],
    );
    table.title = "Bảng 1. Kết quả giải quyết hồ sơ".into();
    table.rows = vec![
        Row::cells(["1", "Số hồ sơ tiếp nhận", "118.204", "131.977"]),
        Row::cells(["2", "Tỷ lệ giải quyết đúng hạn (%)", "97,1", "98,6"]),
        Row::cells(["3", "Tỷ lệ hồ sơ trực tuyến toàn trình trên tổng số hồ sơ phát sinh (%)", "61,0", "74,3"]),
        Row::strong(["", "Mức độ hài lòng chung (%)", "88,2", "90,4"]),
    ];
    OfficialDocument {
        superior: Some("Ủy ban nhân dân thành phố Thí Dụ".into()),
        issuer: texts(&["Sở Nội vụ"]),
        symbol: "BC-SNV".into(),
        place: "Thí Dụ".into(),
        date: IssueDate::Year(2026),
        subject: "Kết quả công tác cải cách hành chính năm 2025".into(),
        addressees: texts(&["Bộ Nội vụ", "Ủy ban nhân dân thành phố Thí Dụ"]),
        body: vec![
            Block::paragraph(
                "Thực hiện Công văn số 581/BNV-CCHC của Bộ Nội vụ về chế độ báo cáo công tác cải cách hành chính, Sở Nội vụ báo cáo \
                 kết quả thực hiện năm 2025 như sau:",
            ),
            Block::heading(Level::Section, "I.", "Công tác chỉ đạo, điều hành"),
            Block::heading(Level::Clause, "1.", "Kế hoạch"),
            Block::Paragraph(vec![
                Run::plain("Trong năm đã hoàn thành "),
                Run::bold("42/45 nhiệm vụ"),
                Run::plain(" (đạt 93,3%); ba nhiệm vụ còn lại chuyển sang quý I năm 2026 do "),
                Run::italic("chờ văn bản hướng dẫn của cơ quan có thẩm quyền"),
                Run::plain("."),
            ]),
            Block::heading(Level::Clause, "2.", "Kiểm tra"),
            Block::item("a)", "Đã kiểm tra 20 cơ quan, đơn vị, trong đó có 14 xã, phường;"),
            Block::item("b)", "Đã nhắc nhở 03 đơn vị chậm khắc phục tồn tại, hạn chế sau kiểm tra."),
            Block::heading(Level::Section, "II.", "Kết quả thực hiện"),
            Block::paragraph("Số liệu hai năm được nêu tại Bảng 1 và các biểu đồ dưới đây."),
            Block::Table(table),
            Block::BarChart {
                title: "Biểu đồ 1. Tỷ lệ giải quyết đúng hạn theo lĩnh vực (%)".into(),
                alt: "Tỷ lệ đúng hạn: hộ tịch 99,8; đất đai 91,5; đầu tư 96,2; y tế 98,0".into(),
                bars: vec![
                    bar("Hộ tịch", 99.8, "99,8"),
                    bar("Đất đai", 91.5, "91,5"),
                    bar("Đầu tư, đăng ký doanh nghiệp", 96.2, "96,2"),
                    bar("Y tế", 98.0, "98,0"),
                ],
            },
            Block::BarChart {
                title: "Biểu đồ 2. Số hồ sơ quá hạn".into(),
                alt: String::new(),
                bars: vec![
                    bar("Quý I", 412.0, "412 hồ sơ"),
                    bar("Quý II", 318.0, "318 hồ sơ"),
                    bar("Quý III", 97.0, "97 hồ sơ"),
                    bar("Quý IV (chưa có số liệu của hai phường)", 0.0, "chưa có"),
                ],
            },
            Block::heading(Level::Section, "III.", "Đánh giá chung"),
            Block::paragraph(
                "Công tác cải cách hành chính chuyển biến rõ ở khâu tiếp nhận và trả kết quả. Hạn chế chính là việc số hóa kết quả còn \
                 hiệu lực chậm, một số đơn vị chưa xin lỗi bằng văn bản khi hồ sơ quá hạn; nguyên nhân chủ yếu do thiếu người và dữ \
                 liệu đất đai chưa đồng bộ.",
            ),
            Block::paragraph("Trên đây là báo cáo kết quả công tác cải cách hành chính năm 2025, Sở Nội vụ kính trình xem xét, chỉ đạo."),
        ],
        signature: Some(Signature { authority: vec![], post: "Giám đốc".into(), name: "Trần Văn Mẫu".into() }),
        recipients: texts(&["Như trên", "Văn phòng UBND thành phố", "Lưu: VT, CCHC"]),
        made_up: Some(MADE_UP.into()),
        ..OfficialDocument::new(Kind::Report)
    }
}

/// Minutes, signed by two.
pub(crate) fn minutes() -> OfficialDocument {
    OfficialDocument {
        superior: Some("Ủy ban nhân dân thành phố Thí Dụ".into()),
        issuer: texts(&["Đoàn kiểm tra cải cách hành chính"]),
        number: Some(12),
        symbol: "BB-ĐKT".into(),
        subject: "Kiểm tra công tác cải cách hành chính tại Ủy ban nhân dân xã Giả Định".into(),
        body: vec![
            Block::paragraph("Hôm nay, hồi 08 giờ 00 ngày 14 tháng 5 năm 2026, tại trụ sở Ủy ban nhân dân xã Giả Định, chúng tôi gồm:"),
            Block::heading(Level::Section, "I.", "Thành phần"),
            Block::heading(Level::Clause, "1.", "Đoàn kiểm tra"),
            Block::item("-", "Bà Lê Thị Ví Dụ, Phó Giám đốc Sở Nội vụ, Trưởng đoàn;"),
            Block::item("-", "Ông Phạm Văn Thử, chuyên viên, Thư ký."),
            Block::heading(Level::Section, "II.", "Kết quả kiểm tra"),
            Block::paragraph("Biên bản lập thành 02 bản, đọc lại cho mọi người cùng nghe và thống nhất ký."),
            Block::paragraph("Cuộc họp kết thúc vào hồi 11 giờ 30 ngày 14 tháng 5 năm 2026"),
        ],
        signature: Some(Signature { authority: vec![], post: "Trưởng đoàn".into(), name: "Lê Thị Ví Dụ".into() }),
        second_signature: Some(Signature { authority: vec![], post: "Thư ký".into(), name: "Phạm Văn Thử".into() }),
        recipients: texts(&["UBND xã Giả Định", "Lưu: VT, hồ sơ"]),
        made_up: Some(MADE_UP.into()),
        ..OfficialDocument::new(Kind::Minutes)
    }
}

/// An official letter to several bodies.
pub(crate) fn letter() -> OfficialDocument {
    OfficialDocument {
        superior: Some("Ủy ban nhân dân thành phố Thí Dụ".into()),
        issuer: texts(&["Sở Nội vụ"]),
        number: Some(187),
        symbol: "SNV-CCHC".into(),
        place: "Thí Dụ".into(),
        date: day(2026, 10, 21),
        subject: "đôn đốc báo cáo kết quả khắc phục tồn tại, hạn chế sau kiểm tra cải cách hành chính".into(),
        addressees: texts(&["Các sở, cơ quan ngang sở", "Ủy ban nhân dân các xã, phường"]),
        body: vec![
            Block::paragraph(
                "Thực hiện Kế hoạch kiểm tra công tác cải cách hành chính năm 2026, Sở Nội vụ đề nghị các cơ quan, đơn vị báo cáo kết \
                 quả khắc phục tồn tại, hạn chế đã nêu trong biên bản kiểm tra, gửi về Sở Nội vụ trước ngày 30 tháng 10 năm 2026.",
            ),
            Block::paragraph("Trân trọng đề nghị các cơ quan, đơn vị quan tâm thực hiện."),
        ],
        signature: Some(Signature {
            authority: texts(&["TL. Giám đốc"]),
            post: "Trưởng phòng Cải cách hành chính".into(),
            name: String::new(),
        }),
        recipients: texts(&["Như trên", "Giám đốc Sở (để báo cáo)", "Lưu: VT, CCHC"]),
        made_up: Some(MADE_UP.into()),
        ..OfficialDocument::new(Kind::OfficialLetter)
    }
}

/// A form without a head.
pub(crate) fn sheet() -> OfficialDocument {
    let line = |text: &str| Block::Line { align: Align::Left, text: vec![Run::plain(text)] };
    OfficialDocument {
        subject: "Phiếu ghi kết quả kiểm tra".into(),
        body: vec![line("Cơ quan được kiểm tra: ……………………………………………"), line("Người ghi: ……………………………………………"), Block::Table(long_table(3))],
        ..OfficialDocument::new(Kind::Sheet)
    }
}
