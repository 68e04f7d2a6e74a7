//! Minutes of the council, and the decision that approves the results.

use official_document::{Align, Annex, Block, Kind, Level, OfficialDocument, Row, Signature, Table};
use rust_decimal::Decimal;

use super::{FIELD, Origin, VI, begin, cell, columns, own_note, ranking_table, tied_to};
use crate::actions::{CampaignView, Results};
use crate::model::{ApprovedResult, Phase, Ruling, Seat, Session, Verdict};
use crate::words;

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
            match (ruling.points, ruling.verdict) {
                (Some(points), _) => words::plain(points, VI),
                // Agreed to without points: by the set's own rule the criterion does not apply.
                (None, Verdict::Agree) => words::verdict(Verdict::NotApplicable, VI).to_owned(),
                (None, verdict) => words::verdict(verdict, VI).to_owned(),
            },
            decided_why(ruling),
        ])
    });
    Table {
        title: String::new(),
        columns: columns([(3.5, Align::Left), (5.0, Align::Left), (1.8, Align::Centre), (4.0, Align::Left)]),
        head: vec![vec![cell("Đơn vị"), cell("Tiêu chí"), cell("Điểm"), cell("Lý do")]],
        rows: rows.collect(),
    }
}

/// Why the council decided so; where it agreed to what others gave, that it agreed.
fn decided_why(ruling: &Ruling) -> String {
    let why = words::why(ruling, VI);
    if ruling.said != Verdict::Agree {
        return why.unwrap_or_default();
    }
    let agreed = "Đồng ý với ý kiến đã có".to_owned();
    why.map_or_else(|| agreed.clone(), |why| format!("{agreed}. {why}"))
}

/// The meeting that decided: the last one with a quorum; while there is none, the last one.
fn meeting(view: &CampaignView) -> Option<&Session> {
    view.sessions.iter().rev().find(|session| session.quorate).or(view.sessions.last())
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
    let met = meeting(view);
    match met {
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
    if let Some(said) = met.and_then(|session| session.minutes.clone()) {
        body.push(Block::paragraph(said));
    }
    body.push(Block::paragraph(format!("Hội đồng xem xét kết quả đánh giá năm {} của các khối:", view.campaign.year)));
    for block in &results.blocks {
        body.push(Block::Table(ranking_table(block, view.campaign.year)));
        body.extend(own_note(block));
        body.extend(results.mergers(block, |_| true, VI).map(Block::paragraph));
    }
    body.push(Block::heading(Level::Section, "III.", "Điểm do Hội đồng quyết định"));
    if decided.is_empty() {
        body.push(Block::paragraph("Hội đồng giữ nguyên kết quả thẩm định của các tiêu chí."));
    } else {
        body.push(Block::Table(decided_table(view, results, decided)));
        body.push(Block::paragraph("Các tiêu chí khác giữ nguyên kết quả đã có trước phiên họp."));
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
            format!("Họp Hội đồng thẩm định kết quả cải cách hành chính năm {}", view.campaign.year),
            view.campaign.made_up,
        )
    }
}

/// What became of an approval: withdrawn, or replaced by what is approved now.
fn earlier_words(result: &ApprovedResult, results: &Results) -> Option<String> {
    let decision = result.decision.as_deref().map(|decision| format!(" theo {decision}")).unwrap_or_default();
    let approved = format!("Kết quả phê duyệt ngày {}{decision}", VI.date(platform::day_in_viet_nam(result.approved_at)));
    if let Some(at) = result.withdrawn_at {
        let reason = result.reason.as_deref().map(|reason| format!(" Lý do: {}.", reason.trim_end_matches('.'))).unwrap_or_default();
        return Some(format!("{approved} đã được rút ngày {}.{reason}", VI.date(platform::day_in_viet_nam(at))));
    }
    // While the council hears appeals what is approved next takes the place of the newest; afterwards the newest is what this decision tells of.
    let hears = results.campaign.phase == Phase::Appeal;
    let newest = results.approved.first().is_some_and(|newest| newest.position == result.position);
    (hears || !newest).then(|| format!("{approved} được thay bằng kết quả phê duyệt tại Quyết định này."))
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
            note: tied_to(Kind::Decision, origin, FIELD),
            landscape: false,
            body: std::iter::once(Block::Table(Table { title: String::new(), ..ranking_table(block, campaign.year) }))
                .chain(own_note(block))
                .chain(results.mergers(block, |_| true, VI).map(Block::paragraph))
                .collect(),
        })
        .collect();
    let mut body = vec![Block::article(
        1,
        format!(
            "Phê duyệt và công bố kết quả đánh giá, xếp hạng cải cách hành chính năm {} (chi tiết tại Phụ lục kèm theo).",
            campaign.year
        ),
    )];
    // Readers of an earlier decision learn from this one what became of it.
    let earlier: Vec<String> = results.approved.iter().rev().filter_map(|result| earlier_words(result, results)).collect();
    body.extend(earlier.into_iter().map(Block::paragraph));
    body.extend([
        Block::article(
            2,
            "Các cơ quan, đơn vị căn cứ kết quả đánh giá xây dựng giải pháp khắc phục những tiêu chí chưa đạt trong kế hoạch cải cách hành chính năm sau.",
        ),
        Block::article(
            3,
            "Quyết định này có hiệu lực kể từ ngày ký. Thủ trưởng các cơ quan, đơn vị có tên tại Phụ lục chịu trách nhiệm thi hành Quyết định này.",
        ),
    ]);
    OfficialDocument {
        deciding: Some(format!("Chủ tịch {}", origin.issuer)),
        grounds,
        body,
        signature: Some(Signature { authority: Vec::new(), post: "Chủ tịch".to_owned(), name: String::new() }),
        recipients: vec!["Như Điều 3".to_owned(), "Lưu: VT".to_owned()],
        annexes,
        ..begin(
            Kind::Decision,
            origin,
            format!("Phê duyệt kết quả đánh giá, xếp hạng cải cách hành chính năm {}", campaign.year),
            campaign.made_up,
        )
    }
}
