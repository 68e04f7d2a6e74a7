//! The documents of a campaign in the layout of Decree 30/2020/NĐ-CP: score sheet, request for explanation, minutes, decision, report.
//! No input or output: they are made from what the pages show. Names of laws stand in them only where a person types them.

use composite_index::NodeValue;
use official_document::{
    Align, Annex, Bar, Block, Column, Emphasis, HeadCell, IssueDate, Kind, Level, OfficialDocument, Row, Run, Signature, Table,
};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use ui::Lang;

use crate::actions::{CampaignView, Results, Sheet};
use crate::model::{AnswerKind, Opinion, Ruling, Seat, Verdict};
use crate::pages::results::node_name;
use crate::result::BlockResult;
use crate::words;

/// Documents are Vietnamese, whatever language the page has.
const VI: Lang = Lang::Vi;

/// Where the document comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The unit above the issuer.
    pub superior: Option<String>,
    /// The issuer.
    pub issuer: String,
    /// Place of issue.
    pub place: String,
    /// The year of the document.
    pub year: i32,
}

fn begin(kind: Kind, origin: &Origin, symbol: &str, subject: String, made_up: bool) -> OfficialDocument {
    OfficialDocument {
        superior: origin.superior.clone(),
        issuer: vec![origin.issuer.clone()],
        symbol: symbol.to_owned(),
        place: origin.place.clone(),
        date: IssueDate::Year(origin.year),
        subject,
        made_up: made_up.then(|| "Số liệu minh họa, không có giá trị sử dụng".to_owned()),
        ..OfficialDocument::new(kind)
    }
}

fn cell(text: impl Into<String>) -> HeadCell {
    HeadCell::new(text)
}

fn columns<const N: usize>(widths: [(f32, Align); N]) -> Vec<Column> {
    widths.into_iter().map(|(width, align)| Column { width, align }).collect()
}

fn points(value: NodeValue, decimals: u32) -> String {
    match value {
        Ok(value) => VI.decimal(value, decimals),
        Err(_) => words::points(value, VI),
    }
}

/// The score sheet of a unit: every leaf with figures, points, evidence and explanation.
#[must_use]
pub fn score_sheet(found: &Sheet, origin: &Origin) -> OfficialDocument {
    let definition = &found.set.definition;
    let mut rows = Vec::new();
    for (id, depth) in found.set.tree() {
        let node = &definition.nodes[id];
        if depth == 0 || !found.set.is_for(id, &found.unit.block) {
            continue;
        }
        if !node.is_leaf() {
            rows.push(Row::Cells {
                cells: vec![
                    node.code.clone(),
                    found.set.name(id, VI).to_owned(),
                    definition.maximum(id).map(|most| words::plain(most, VI)).unwrap_or_default(),
                    points(found.values[id], definition.decimals),
                    String::new(),
                ],
                emphasis: Emphasis::Strong,
            });
            continue;
        }
        let figures = found.set.figures_of(id).into_iter().map(|figure| {
            let answer = found.answer(AnswerKind::Figure, &definition.figures[figure].code).and_then(|answer| answer.value.as_deref());
            let value: Option<Decimal> = answer.and_then(|text| text.parse().ok());
            format!("{}: {}", index_words::figure(definition, figure, VI), index_words::figure_value(definition, figure, value, VI))
        });
        let evidence = found.uses_of(&node.code).map(|one| match (&one.document_number, &one.cited) {
            (Some(number), Some(place)) => format!("{} ({number}), {place}", one.title),
            (Some(number), None) => format!("{} ({number})", one.title),
            (None, Some(place)) => format!("{}, {place}", one.title),
            (None, None) => one.title.clone(),
        });
        let explanation = found.answer(AnswerKind::Explanation, &node.code).and_then(|answer| answer.value.clone());
        let proof: Vec<String> = figures.chain(evidence).chain(explanation).collect();
        rows.push(Row::cells([
            node.code.clone(),
            found.set.name(id, VI).to_owned(),
            found.set.most(id).map(|most| words::plain(most, VI)).unwrap_or_default(),
            points(found.own(id), definition.decimals),
            proof.join("; "),
        ]));
    }
    rows.push(Row::Cells {
        cells: vec![
            String::new(),
            "Tổng cộng".to_owned(),
            definition.maximum(definition.total).map(|most| words::plain(most, VI)).unwrap_or_default(),
            points(found.values[definition.total], definition.decimals),
            String::new(),
        ],
        emphasis: Emphasis::Strong,
    });
    let head = vec![vec![
        cell("STT"),
        cell("Lĩnh vực, tiêu chí"),
        cell("Điểm tối đa"),
        cell("Điểm tự chấm"),
        cell("Số liệu, minh chứng, giải trình"),
    ]];
    let table = Table {
        title: String::new(),
        columns: columns([(1.1, Align::Left), (4.0, Align::Left), (1.1, Align::Centre), (1.1, Align::Centre), (5.0, Align::Left)]),
        head,
        rows,
    };
    let subject = format!("Kết quả tự chấm điểm cải cách hành chính năm {}", found.campaign.year);
    OfficialDocument {
        body: vec![
            Block::paragraph(format!(
                "{} báo cáo kết quả tự đánh giá, chấm điểm theo {}; chi tiết tại Phụ lục.",
                found.unit.name, definition.name.vi
            )),
            Block::paragraph(format!(
                "Đợt đánh giá: {}. Tình trạng: {}.",
                found.campaign.title,
                words::unit_state(found.unit.state, VI).0.to_lowercase()
            )),
        ],
        signature: Some(Signature { authority: Vec::new(), post: "Người đứng đầu đơn vị".to_owned(), name: String::new() }),
        recipients: vec!["Cơ quan thường trực cải cách hành chính".to_owned(), "Lưu: VT".to_owned()],
        annexes: vec![Annex {
            title: "Bảng tự chấm điểm".to_owned(),
            note: String::new(),
            landscape: true,
            body: vec![Block::Table(table)],
        }],
        ..begin(Kind::Report, origin, "BC", subject, found.campaign.made_up)
    }
}

/// The letter that asks a unit to explain: each leaf with what was asked.
#[must_use]
pub fn request_for_explanation(
    found: &Sheet,
    threads: &std::collections::BTreeMap<String, Vec<Opinion>>,
    origin: &Origin,
    due: Option<String>,
) -> OfficialDocument {
    let definition = &found.set.definition;
    let mut rows = Vec::new();
    for leaf in found.leaves() {
        let code = &definition.nodes[leaf].code;
        let Some(ruling) = found.rulings.get(code).filter(|ruling| matches!(ruling.verdict, Verdict::Ask | Verdict::Set)) else { continue };
        let said: Vec<&str> = threads.get(code).into_iter().flatten().filter_map(|opinion| opinion.reason.as_deref()).collect();
        rows.push(Row::cells([
            code.clone(),
            found.set.name(leaf, VI).to_owned(),
            points(found.own(leaf), definition.decimals),
            ruling.points.map(|points| VI.decimal(points, definition.decimals)).unwrap_or_default(),
            ruling.reason.clone().unwrap_or_else(|| said.join("; ")),
        ]));
    }
    let count = rows.len();
    let table = Table {
        title: String::new(),
        columns: columns([(1.1, Align::Left), (4.0, Align::Left), (1.2, Align::Centre), (1.3, Align::Centre), (4.5, Align::Left)]),
        head: vec![vec![cell("STT"), cell("Tiêu chí"), cell("Tự chấm"), cell("Thẩm định"), cell("Nội dung cần giải trình")]],
        rows,
    };
    let until = due.map(|due| format!(" trước {due}")).unwrap_or_default();
    OfficialDocument {
        addressees: vec![found.unit.name.clone()],
        body: vec![
            Block::paragraph(format!(
                "Qua thẩm định kết quả tự chấm điểm cải cách hành chính năm {} của {}, đề nghị {} giải trình, bổ sung minh chứng đối với {count} tiêu chí tại Phụ lục{until}.",
                found.campaign.year, found.unit.name, found.unit.name
            )),
            Block::paragraph(
                "Nội dung giải trình được nhập tại từng tiêu chí trên hệ thống. Quá thời hạn trên mà không giải trình, điểm thẩm định được giữ nguyên để trình Hội đồng.",
            ),
        ],
        signature: Some(Signature { authority: Vec::new(), post: "Thủ trưởng cơ quan".to_owned(), name: String::new() }),
        recipients: vec!["Như trên".to_owned(), "Lưu: VT".to_owned()],
        annexes: vec![Annex {
            title: "Các tiêu chí cần giải trình".to_owned(),
            note: String::new(),
            landscape: false,
            body: vec![Block::Table(table)],
        }],
        ..begin(
            Kind::OfficialLetter,
            origin,
            "CCHC",
            format!("Giải trình kết quả tự chấm điểm cải cách hành chính năm {}", found.campaign.year),
            found.campaign.made_up,
        )
    }
}

fn ranking_table(block: &BlockResult, year: i32) -> Table {
    let definition = &block.definition;
    let rows = block.by_rank().into_iter().map(|unit| {
        let scores = &block.scores.units[unit];
        Row::cells([
            scores.rank.map_or_else(|| "–".to_owned(), |rank| rank.to_string()),
            block.table.rows[unit].unit.clone(),
            points(block.own[unit], block.decimals),
            points(scores.values[definition.total], block.decimals),
            block.index(unit, definition.total).map(|index| VI.decimal(index, block.decimals)).unwrap_or_default(),
            block.band(unit, year, VI).unwrap_or("–").to_owned(),
        ])
    });
    Table {
        title: block.block.name.clone(),
        columns: columns([
            (1.0, Align::Centre),
            (5.0, Align::Left),
            (1.5, Align::Centre),
            (1.5, Align::Centre),
            (1.5, Align::Centre),
            (2.2, Align::Left),
        ]),
        head: vec![vec![cell("Hạng"), cell("Đơn vị"), cell("Điểm tự chấm"), cell("Điểm đánh giá"), cell("Chỉ số (%)"), cell("Xếp loại")]],
        rows: rows.collect(),
    }
}

/// What the council decided itself: unit, criterion, what, why.
fn decided_table(view: &CampaignView, results: &Results, decided: &[Ruling]) -> Table {
    let unit = |key: &str| results.units.iter().find(|unit| unit.unit == key);
    let criterion = |ruling: &Ruling| {
        let set = unit(&ruling.unit).and_then(|unit| view.set(&unit.block));
        let name = set.and_then(|set| set.leaf(&ruling.leaf).map(|leaf| set.name(leaf, VI).to_owned()));
        format!("{} {}", ruling.leaf, name.unwrap_or_default())
    };
    let rows = decided.iter().map(|ruling| {
        Row::cells([
            unit(&ruling.unit).map(|unit| unit.name.clone()).unwrap_or_default(),
            criterion(ruling),
            ruling.points.map_or_else(|| words::verdict(ruling.verdict, VI).to_owned(), |points| words::plain(points, VI)),
            ruling.reason.clone().unwrap_or_default(),
        ])
    });
    Table {
        title: String::new(),
        columns: columns([(3.5, Align::Left), (5.0, Align::Left), (1.8, Align::Centre), (4.0, Align::Left)]),
        head: vec![vec![cell("Đơn vị"), cell("Tiêu chí"), cell("Điểm"), cell("Lý do")]],
        rows: rows.collect(),
    }
}

/// The minutes of the council.
#[must_use]
pub fn minutes(view: &CampaignView, results: &Results, decided: &[Ruling], origin: &Origin) -> OfficialDocument {
    let name = |account: &String| {
        let name = view.attendees.get(account).map_or("người không còn tài khoản", String::as_str);
        let seat = view.members.iter().find(|member| member.account == *account).map(|member| words::seat(member.seat, VI));
        seat.map_or_else(|| name.to_owned(), |seat| format!("{name} – {seat}"))
    };
    let mut body = Vec::new();
    body.push(Block::heading(Level::Section, "I.", "Thành phần"));
    match view.sessions.last() {
        Some(session) => {
            body.push(Block::paragraph(format!("Hội đồng họp ngày {}, có mặt {} người:", VI.date(session.held_on), session.present.len())));
            body.extend(session.present.iter().enumerate().map(|(at, account)| Block::item(format!("{}.", at + 1), name(account))));
            if !session.consented.is_empty() {
                body.push(Block::paragraph(format!(
                    "Đồng ý bằng văn bản: {}.",
                    session.consented.iter().map(name).collect::<Vec<_>>().join("; ")
                )));
            }
            let share = words::plain(view.campaign.quorum * Decimal::ONE_HUNDRED, VI);
            body.push(Block::paragraph(if session.quorate {
                format!("Số thành viên tham gia hơn {share} % nên phiên họp hợp lệ.")
            } else {
                format!("Số thành viên tham gia không hơn {share} % nên phiên họp không đủ điều kiện quyết định.")
            }));
        }
        None => body.push(Block::paragraph("Chưa có phiên họp nào được ghi.")),
    }
    body.push(Block::heading(Level::Section, "II.", "Nội dung"));
    if let Some(said) = view.sessions.last().and_then(|session| session.minutes.clone()) {
        body.push(Block::paragraph(said));
    }
    body.push(Block::paragraph(format!("Hội đồng xem xét kết quả đánh giá năm {} của các khối:", view.campaign.year)));
    body.extend(results.blocks.iter().map(|block| Block::Table(ranking_table(block, view.campaign.year))));
    body.push(Block::heading(Level::Section, "III.", "Điểm do Hội đồng quyết định"));
    if decided.is_empty() {
        body.push(Block::paragraph("Hội đồng giữ nguyên kết quả thẩm định của các tiêu chí."));
    } else {
        body.push(Block::Table(decided_table(view, results, decided)));
    }
    let seat =
        |wanted: Seat| view.members.iter().find(|member| member.seat == wanted).map(|member| member.name.clone()).unwrap_or_default();
    OfficialDocument {
        place: String::new(),
        body,
        signature: Some(Signature { authority: Vec::new(), post: "Chủ tịch Hội đồng".to_owned(), name: seat(Seat::Chair) }),
        second_signature: Some(Signature { authority: Vec::new(), post: "Thư ký".to_owned(), name: seat(Seat::Secretary) }),
        recipients: vec!["Thành viên Hội đồng".to_owned(), "Lưu: VT".to_owned()],
        ..begin(
            Kind::Minutes,
            origin,
            "BB",
            format!("Họp Hội đồng thẩm định kết quả cải cách hành chính năm {}", view.campaign.year),
            view.campaign.made_up,
        )
    }
}

/// The draft of the decision that approves the results, with the ranking as its annex.
#[must_use]
pub fn decision(view: &CampaignView, results: &Results, origin: &Origin) -> OfficialDocument {
    let campaign = &results.campaign;
    // Which laws a decision rests on is for whoever drafts it; the meeting is known.
    let met = view.sessions.iter().rev().find(|session| session.quorate);
    let mut grounds = vec!["Căn cứ [người soạn thảo bổ sung các căn cứ pháp lý];".to_owned()];
    grounds.extend(met.map(|session| format!("Căn cứ Biên bản họp Hội đồng đánh giá ngày {};", VI.date(session.held_on))));
    grounds.push("Theo đề nghị của [cơ quan trình].".to_owned());
    let annexes = results
        .blocks
        .iter()
        .map(|block| Annex {
            title: format!("Kết quả đánh giá, xếp hạng năm {}: {}", campaign.year, block.block.name),
            note: String::new(),
            landscape: false,
            body: vec![Block::Table(Table { title: String::new(), ..ranking_table(block, campaign.year) })],
        })
        .collect();
    OfficialDocument {
        deciding: Some(format!("Chủ tịch {}", origin.issuer)),
        grounds,
        body: vec![
            Block::article(
                1,
                format!(
                    "Phê duyệt và công bố kết quả đánh giá, xếp hạng cải cách hành chính năm {} (chi tiết tại Phụ lục kèm theo).",
                    campaign.year
                ),
            ),
            Block::article(
                2,
                "Các cơ quan, đơn vị căn cứ kết quả đánh giá xây dựng giải pháp khắc phục những tiêu chí chưa đạt trong kế hoạch cải cách hành chính năm sau.",
            ),
            Block::article(
                3,
                "Quyết định này có hiệu lực kể từ ngày ký. Thủ trưởng các cơ quan, đơn vị có tên tại Phụ lục chịu trách nhiệm thi hành Quyết định này.",
            ),
        ],
        signature: Some(Signature { authority: Vec::new(), post: "Chủ tịch".to_owned(), name: String::new() }),
        recipients: vec!["Như Điều 3".to_owned(), "Lưu: VT".to_owned()],
        annexes,
        ..begin(
            Kind::Decision,
            origin,
            "QĐ-UBND",
            format!("Phê duyệt kết quả đánh giá, xếp hạng cải cách hành chính năm {}", campaign.year),
            campaign.made_up,
        )
    }
}

fn bar(label: String, value: Option<Decimal>, decimals: u32) -> Option<Bar> {
    let value = value?;
    Some(Bar { label, value: value.to_f64()?, text: VI.decimal(value, decimals) })
}

/// Mean index of an area over the units of a block, in percent.
fn mean_index(block: &BlockResult, area: usize) -> Option<Decimal> {
    let found: Vec<Decimal> = (0..block.table.rows.len()).filter_map(|unit| block.index(unit, area)).collect();
    (!found.is_empty()).then(|| found.iter().sum::<Decimal>() / Decimal::from(found.len()))
}

/// The report on the results: each block with its ranking, its areas as a chart, what was reduced, and the change from last year.
#[must_use]
pub fn report(results: &Results, origin: &Origin) -> OfficialDocument {
    const ROMAN: [&str; 8] = ["I.", "II.", "III.", "IV.", "V.", "VI.", "VII.", "VIII."];
    let campaign = &results.campaign;
    let mut body = Vec::new();
    for (at, block) in results.blocks.iter().enumerate() {
        body.push(Block::heading(Level::Section, *ROMAN.get(at).unwrap_or(&"–"), block.block.name.clone()));
        let units = block.table.rows.len();
        let totals: Vec<Decimal> = block.scores.units.iter().filter_map(|unit| unit.values[block.definition.total].ok()).collect();
        if let (Some(most), Some(least)) = (totals.iter().max(), totals.iter().min()) {
            let mean = totals.iter().sum::<Decimal>() / Decimal::from(totals.len());
            body.push(Block::paragraph(format!(
                "{units} đơn vị được đánh giá; điểm trung bình {}, cao nhất {}, thấp nhất {}.",
                VI.decimal(mean, block.decimals),
                VI.decimal(*most, block.decimals),
                VI.decimal(*least, block.decimals)
            )));
        }
        body.push(Block::Table(ranking_table(block, campaign.year)));
        let bars: Vec<Bar> = block
            .areas()
            .iter()
            .filter_map(|area| {
                bar(format!("{}. {}", block.definition.nodes[*area].code, node_name(block, *area, VI)), mean_index(block, *area), 1)
            })
            .collect();
        if !bars.is_empty() {
            let said: Vec<String> = bars.iter().map(|bar| format!("{} {} %", bar.label, bar.text)).collect();
            body.push(Block::BarChart {
                title: format!("Chỉ số trung bình từng lĩnh vực, khối {} (%)", block.block.name.to_lowercase()),
                alt: said.join("; "),
                bars,
            });
        }
        body.extend(changes(block, results));
        let lowered: Vec<Row> = block
            .table
            .rows
            .iter()
            .flat_map(|row| row.not_applicable.iter().map(move |(node, reason)| (row, *node, reason)))
            .map(|(row, node, reason)| {
                Row::cells([
                    row.unit.clone(),
                    format!("{} {}", block.definition.nodes[node].code, node_name(block, node, VI)),
                    reason.clone(),
                ])
            })
            .collect();
        if !lowered.is_empty() {
            body.push(Block::Table(Table {
                title: "Tiêu chí không áp dụng".to_owned(),
                columns: columns([(3.0, Align::Left), (4.0, Align::Left), (4.0, Align::Left)]),
                head: vec![vec![cell("Đơn vị"), cell("Tiêu chí"), cell("Lý do")]],
                rows: lowered,
            }));
        }
    }
    OfficialDocument {
        body,
        signature: Some(Signature { authority: Vec::new(), post: "Thủ trưởng cơ quan".to_owned(), name: String::new() }),
        recipients: vec!["Các đơn vị được đánh giá".to_owned(), "Lưu: VT".to_owned()],
        ..begin(Kind::Report, origin, "BC", format!("Kết quả đánh giá cải cách hành chính năm {}", campaign.year), campaign.made_up)
    }
}

/// Units that rose and fell most since last year.
fn changes(block: &BlockResult, results: &Results) -> Option<Block> {
    let before = results.before.iter().find(|before| before.block.block == block.block.block)?;
    let mut moved: Vec<(String, Decimal)> = block
        .table
        .rows
        .iter()
        .zip(&block.scores.units)
        .filter_map(|(row, scores)| {
            let at = before.position(row.code.as_deref()?)?;
            let (now, then) = (scores.values[block.definition.total].ok()?, before.scores.units[at].values[before.definition.total].ok()?);
            Some((row.unit.clone(), now - then))
        })
        .collect();
    moved.sort_by_key(|one| std::cmp::Reverse(one.1));
    let (first, last) = (moved.first()?, moved.last()?);
    Some(Block::Paragraph(vec![Run::plain(format!(
        "So với năm trước, tăng nhiều nhất: {} ({}); giảm nhiều nhất hoặc tăng ít nhất: {} ({}).",
        first.0,
        VI.signed(first.1, block.decimals),
        last.0,
        VI.signed(last.1, block.decimals)
    ))]))
}
