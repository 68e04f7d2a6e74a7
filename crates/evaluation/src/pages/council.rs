//! The council: its members, its meetings, what is still open, the approval; publication; appeals; the comparison of appraisers.

use accounts::policy::{Action, Thing};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use rust_decimal::Decimal;
use ui::parts::{self, ButtonKind, Choice, Field, FieldError, Input, Tone};
use ui::table::{Cell, Column, DataTable, Row, render_table};
use web::{App, Ground, Posted, Problem, Signed, work_frame};

use super::assign::eligible;
use super::overview::{below, must_of_owner};
use crate::actions::{self, COUNCIL, CampaignView, EvaluationError, NewSession, appeals, consistency, overview, people};
use crate::model::{Phase, Seat};
use crate::scoring::number;
use crate::words;

pub(crate) async fn get(State(app): State<App>, signed: Signed, Path(campaign): Path<String>) -> Result<Response, Problem> {
    let view = seen(&app, &signed, &campaign).await?;
    page(&app, &signed, &view, &[]).await
}

async fn seen(app: &App, signed: &Signed, campaign: &str) -> Result<CampaignView, Problem> {
    let view = overview(Ground::of(app), &signed.actor, campaign).await.map_err(words::problem)?;
    must_of_owner(app, signed, &view, Action::See, Thing::Appraisal)?;
    Ok(view)
}

pub(crate) async fn post(State(app): State<App>, Path(campaign): Path<String>, posted: Posted) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    let (ground, actor, lang) = (Ground::of(&app), &signed.actor, signed.lang());
    seen(&app, signed, &campaign).await?;
    let seen_version = fields.text("ban").parse().unwrap_or(0);
    let outcome: Result<(), EvaluationError> = match fields.text("viec") {
        "thanh-vien" => {
            let seat = Seat::of(fields.text("ghe")).ok_or(Problem::BadForm)?;
            if eligible(&app, signed, &campaign, &COUNCIL, fields.text("nguoi")).await? {
                actions::seat(ground, actor, &campaign, fields.text("nguoi"), seat).await
            } else {
                Err(EvaluationError::NoSuchPerson)
            }
        }
        "bo-thanh-vien" => actions::unseat(ground, actor, &campaign, fields.text("nguoi")).await,
        "phien-hop" => match fields.day("ngay") {
            Some(held_on) => {
                let list = |name: &str| fields.all(name).into_iter().map(str::to_owned).collect();
                let new = NewSession { held_on, present: list("du-hop"), consented: list("dong-y"), minutes: fields.filled("bien-ban") };
                actions::hold_session(ground, actor, &campaign, &new).await.map(drop)
            }
            None => Err(EvaluationError::DayAhead),
        },
        "phe-duyet" => actions::approve(ground, actor, &campaign, seen_version, fields.text("quyet-dinh"), &app.version).await.map(drop),
        "tra-loi" => {
            actions::answer_appeal(
                ground,
                actor,
                &campaign,
                fields.text("kien-nghi"),
                fields.text("tra-loi"),
                fields.text("chap-nhan") == "co",
            )
            .await
        }
        _ => return Err(Problem::BadForm),
    };
    match outcome {
        Ok(()) => Ok(Redirect::to(&lang.href(&format!("/lam-viec/danh-gia/{campaign}/hoi-dong"))).into_response()),
        Err(error) => match words::refusal(&error, None, lang) {
            Some(message) => {
                let view = seen(&app, signed, &campaign).await?;
                page(&app, signed, &view, &[FieldError::new("hoi-dong", message)]).await
            }
            None => Err(words::problem(error)),
        },
    }
}

async fn page(app: &App, signed: &Signed, view: &CampaignView, errors: &[FieldError]) -> Result<Response, Problem> {
    let lang = signed.lang();
    let campaign = &view.campaign;
    let path = format!("/lam-viec/danh-gia/{}/hoi-dong", campaign.key);
    let lineage = app.units.lineage(&campaign.owner).ok_or(Problem::NotFound)?;
    let may = |action, thing| signed.principal().may(action, thing, &lineage);
    let version = html! { input type="hidden" name="ban" value=(campaign.version); };
    let appeals = appeals(Ground::of(app), campaign, None).await.map_err(words::problem)?;
    let mut candidates: Vec<(String, String, String)> = Vec::new();
    if view.office {
        for role in COUNCIL {
            for one in people(Ground::of(app), &signed.actor, campaign, role).await.map_err(words::problem)? {
                if !candidates.iter().any(|(account, _, _)| *account == one.0) {
                    candidates.push(one);
                }
            }
        }
    }
    let title = lang.pick("Hội đồng", "Council");
    let body = html! {
        (parts::error_summary(errors, lang))
        (parts::page_heading(title, Some(&campaign.title), None))
        @if may(Action::Export, Thing::CampaignResult) {
            @let paper = |name: &str| lang.href(&format!("/lam-viec/danh-gia/{}/van-ban/{name}", campaign.key));
            (parts::download_bar(&[
                (lang.pick("Biên bản (DOCX)", "Minutes (DOCX)"), paper("bien-ban.docx")),
                (lang.pick("Biên bản (PDF)", "Minutes (PDF)"), paper("bien-ban.pdf")),
                (lang.pick("Dự thảo quyết định (DOCX)", "Draft decision (DOCX)"), paper("quyet-dinh.docx")),
                (lang.pick("Dự thảo quyết định (PDF)", "Draft decision (PDF)"), paper("quyet-dinh.pdf")),
            ], lang))
        }
        div #hoi-dong { (members(app, signed, view, &candidates, &path)) }
        (sessions(app, signed, view, &path))
        @if matches!(campaign.phase, Phase::Council | Phase::Appeal) && may(Action::Decide, Thing::CampaignResult) {
            (parts::section_heading("phe-duyet", lang.pick("Phê duyệt kết quả", "Approve the results"), None))
            p { (lang.pick("Phê duyệt khi Hội đồng đã họp hợp lệ và mọi tiêu chí đã có ý kiến cuối cùng. Kết quả được đóng băng cùng toàn bộ dữ liệu đầu vào.", "Possible once the council met with a quorum and every criterion is decided. The results are frozen with all they came from.")) }
            (signed.form(app, &path, html! {
                (version) input type="hidden" name="viec" value="phe-duyet";
                (parts::text_field(&Field::new("quyet-dinh", lang.pick("Số, ngày quyết định", "Number and date of the decision")).optional(), Input::Text, "", None, lang))
                (parts::button(lang.pick("Phê duyệt", "Approve"), ButtonKind::Primary, None))
            }))
        }
        @if !view.results.is_empty() { p { a href=(lang.href(&format!("/lam-viec/danh-gia/{}/ket-qua#cac-lan", campaign.key))) { (lang.pick("Các lần phê duyệt, công bố và rút kết quả", "Approvals, publication and withdrawal")) } } }
        @if !appeals.is_empty() {
            (parts::section_heading("kien-nghi", lang.pick("Kiến nghị của đơn vị", "Appeals"), None))
            @for one in &appeals {
                @let name = view.units.iter().find(|progress| progress.unit.unit == one.unit).map_or(one.unit.as_str(), |progress| progress.unit.name.as_str());
                div.card {
                    p { strong { (name) } ", " (lang.pick("tiêu chí", "criterion")) " " a href=(lang.href(&format!("/lam-viec/danh-gia/{}/{}/tieu-chi/{}", campaign.key, one.unit, one.leaf))) { (one.leaf) }}
                    (super::leaf::appealed(one, lang))
                    @if one.answer.is_none() && campaign.phase == Phase::Appeal && may(Action::Decide, Thing::Appraisal) {
                            (signed.form(app, &path, html! {
                                input type="hidden" name="viec" value="tra-loi"; input type="hidden" name="kien-nghi" value=(one.key);
                                @let id = format!("tra-loi-{}", one.key);
                                (parts::text_area(&Field { id: &id, name: "tra-loi", label: lang.pick("Trả lời của Hội đồng", "The council's answer"), ..Field::default() }, "", 3, lang))
                                @let id = format!("chap-nhan-{}", one.key);
                                (parts::radios(&Field { id: &id, name: "chap-nhan", label: lang.pick("Kết luận", "Conclusion"), ..Field::default() }, &[Choice::new("khong", lang.pick("Không chấp nhận", "Rejected"), true), Choice::new("co", lang.pick("Chấp nhận; sau đó cho điểm mới ở trang tiêu chí", "Accepted; then set the points on the criterion's page"), false)], lang))
                                (parts::button(lang.pick("Gửi trả lời", "Answer"), ButtonKind::Secondary, None))
                            }))
                    }
                }
            }
        }
    };
    Ok(work_frame(app, signed, below(signed, title, view).faults(!errors.is_empty()), body))
}

fn members(app: &App, signed: &Signed, view: &CampaignView, candidates: &[(String, String, String)], path: &str) -> Markup {
    let lang = signed.lang();
    html! {
        (parts::section_heading("thanh-vien", lang.pick("Thành viên", "Members"), None))
        p { (lang.pick(format!("Phiên họp hợp lệ khi có hơn {} % số thành viên dự họp hoặc đồng ý bằng văn bản; thư ký không tính.", words::plain(view.campaign.quorum * Decimal::ONE_HUNDRED, lang)), format!("More than {} % of the members must be there or agree in writing; secretaries do not count.", words::plain(view.campaign.quorum * Decimal::ONE_HUNDRED, lang)))) }
        @if view.members.is_empty() { p { (lang.pick("Chưa có thành viên.", "No members yet.")) } }
        ul { @for member in &view.members { li { (member.name) " – " (words::seat(member.seat, lang))
            @if view.office && !view.campaign.phase.is_final() { (signed.form(app, path, html! { input type="hidden" name="viec" value="bo-thanh-vien"; input type="hidden" name="nguoi" value=(member.account); (parts::button(lang.pick("Bỏ", "Remove"), ButtonKind::Secondary, None)) })) }
        } } }
        @if view.office && !candidates.is_empty() && !view.campaign.phase.is_final() {
            details.act { summary { (lang.pick("Thêm thành viên", "Add a member")) }
                (signed.form(app, path, html! {
                    input type="hidden" name="viec" value="thanh-vien";
                    (parts::select_field(&Field { id: "nguoi-hd", name: "nguoi", label: lang.pick("Người", "Person"), ..Field::default() }, &candidates.iter().map(|(account, name, unit)| Choice::new(account, format!("{name} – {unit}"), false)).collect::<Vec<_>>(), lang))
                    (parts::select_field(&Field::new("ghe", lang.pick("Chức danh trong Hội đồng", "Seat")), &Seat::ALL.iter().map(|seat| Choice::new(seat.word(), words::seat(*seat, lang), *seat == Seat::Member)).collect::<Vec<_>>(), lang))
                    (parts::button(lang.pick("Thêm", "Add"), ButtonKind::Secondary, None))
                }))
            }
        }
    }
}

fn sessions(app: &App, signed: &Signed, view: &CampaignView, path: &str) -> Markup {
    let lang = signed.lang();
    let name = |account: &String| {
        view.attendees.get(account).cloned().unwrap_or_else(|| lang.pick("người không còn tài khoản", "a former user").to_owned())
    };
    html! {
        (parts::section_heading("phien-hop", lang.pick("Các phiên họp", "Meetings"), None))
        @if view.sessions.is_empty() { p { (lang.pick("Chưa họp.", "No meeting yet.")) } }
        ul { @for session in &view.sessions { li {
            (lang.date(session.held_on)) ": "
            (lang.pick(format!("{} dự họp", session.present.len()), format!("{} present", session.present.len())))
            @if !session.present.is_empty() { " (" (session.present.iter().map(name).collect::<Vec<_>>().join(", ")) ")" }
            @if !session.consented.is_empty() { "; " (lang.pick("đồng ý bằng văn bản", "in writing")) ": " (session.consented.iter().map(name).collect::<Vec<_>>().join(", ")) }
            " " @if session.quorate { (parts::tag(lang.pick("Hợp lệ", "Quorum"), Tone::Success)) } @else { (parts::tag(lang.pick("Không đủ số thành viên", "No quorum"), Tone::Warning)) }
            @if let Some(minutes) = &session.minutes { p.small { (minutes) } }
        } } }
        @if view.office && matches!(view.campaign.phase, Phase::Council | Phase::Appeal) {
            details.act { summary { (lang.pick("Ghi phiên họp", "Record a meeting")) }
                (signed.form(app, path, html! {
                    input type="hidden" name="viec" value="phien-hop";
                    (parts::text_field(&Field { id: "ngay-hop", name: "ngay", label: lang.pick("Ngày họp", "Day"), hint: Some(lang.pick("Ví dụ: 20/12/2026", "For example: 20/12/2026")), ..Field::default() }, Input::Text, "", None, lang))
                    @let choices: Vec<Choice> = view.members.iter().map(|member| Choice::new(&member.account, &member.name, false)).collect();
                    (parts::checkboxes(&Field::new("du-hop", lang.pick("Dự họp", "Present")), &choices, lang))
                    (parts::checkboxes(&Field::new("dong-y", lang.pick("Đồng ý bằng văn bản", "Agreed in writing")), &choices, lang))
                    (parts::text_area(&Field::new("bien-ban", lang.pick("Nội dung chính", "Minutes")).optional(), "", 4, lang))
                    (parts::button(lang.pick("Ghi phiên họp", "Record"), ButtonKind::Secondary, None))
                }))
            }
        }
    }
}

/// Who is strict, where the same evidence got other points, where two readers differ.
pub(crate) async fn get_consistency(State(app): State<App>, signed: Signed, Path(campaign): Path<String>) -> Result<Response, Problem> {
    let lang = signed.lang();
    let ground = Ground::of(&app);
    let view = seen(&app, &signed, &campaign).await?;
    must_of_owner(&app, &signed, &view, Action::Export, Thing::Appraisal)?;
    let found = consistency(ground, &signed.actor, &campaign).await.map_err(words::problem)?;
    let typed = signed.visit.value("ty-le").map_or_else(|| "1".to_owned(), |text| text.trim().to_owned());
    let share = number(&typed).filter(|share| *share > Decimal::ZERO && *share <= Decimal::ONE_HUNDRED);
    let sample = match share {
        Some(share) => {
            actions::second_sample(ground, &signed.actor, &campaign, share / Decimal::ONE_HUNDRED).await.map_err(words::problem)?
        }
        None => Vec::new(),
    };
    let errors: Vec<FieldError> = match share {
        Some(_) => Vec::new(),
        None => {
            let words = lang.pick(
                "Tỷ lệ mẫu phải là số lớn hơn 0 và không quá 100, ví dụ 5 hoặc 2,5.",
                "The share is a number above 0 and not above 100, such as 5 or 2.5.",
            );
            vec![FieldError::new("ty-le", words)]
        }
    };
    let name = |unit: &str| {
        view.units.iter().find(|progress| progress.unit.unit == unit).map_or_else(|| unit.to_owned(), |progress| progress.unit.name.clone())
    };
    let mut table = DataTable::new(
        "nguoi-tham-dinh",
        lang.pick("Mức giữ điểm tự chấm của từng người thẩm định", "How much of the self-scores each appraiser keeps"),
    )
    .column(Column::header("nguoi", lang.pick("Người thẩm định", "Appraiser")))
    .column(Column::number("so", lang.pick("Số tiêu chí", "Criteria"), 0))
    .column(Column::number("giu", lang.pick("Giữ lại", "Keeps"), 1).unit("%"))
    .column(Column::number("khac", lang.pick("Người khác, cùng tiêu chí", "Others, same criteria"), 1).unit("%"))
    .column(Column::text("nhan-xet", lang.pick("Nhận xét", "Remark")));
    for one in &found.appraisers {
        table = table.row(Row::new(vec![
            Cell::text(words::person(&one.name, lang)),
            Cell::number(Decimal::from(one.leaves), 0),
            Cell::number(one.kept, 1),
            one.others.map_or_else(
                || {
                    Cell::missing(ui::table::MissingReason::Other(
                        lang.pick("không có người khác để so", "nobody to compare with").to_owned(),
                    ))
                },
                |others| Cell::number(others, 1),
            ),
            Cell::text(if one.is_far() {
                lang.pick("Chặt hơn hẳn những người khác", "Far stricter than the others")
            } else {
                ""
            }),
        ]));
    }
    let title = lang.pick("Đối chiếu giữa những người thẩm định", "Consistency of the appraisers");
    let body = html! {
        (parts::error_summary(&errors, lang))
        (parts::page_heading(title, Some(&view.campaign.title), None))
        @if table.rows.is_empty() { p { (lang.pick("Chưa có ý kiến thẩm định.", "Nothing was appraised yet.")) } } @else { (render_table(&table, lang)) }
        (parts::section_heading("cung-minh-chung", lang.pick("Cùng minh chứng, cùng điểm tự chấm, khác điểm thẩm định", "Same evidence, same self-score, other points"), None))
        @if found.same_evidence.is_empty() { p { (lang.pick("Không có trường hợp nào.", "None.")) } }
        ul { @for one in &found.same_evidence { li { (one.leaf) ", “" (one.evidence) "”: " (one.units.iter().map(|(unit, points)| format!("{} {}", name(unit), words::points(Ok(*points), lang))).collect::<Vec<_>>().join("; ")) } } }
        (parts::section_heading("mau", lang.pick("Mẫu đọc lại", "Sample for the second reader"), None))
        p { (lang.pick("Mẫu rút theo mã băm của đơn vị và tiêu chí nên không ai chọn trước được và ai cũng rút lại được đúng mẫu này. Người đọc lại được phân công ở trang Phân công.", "Drawn by a digest of unit and criterion: nobody chooses it, anybody can draw it again. Second readers are named on the page of assignments.")) }
        form method="get" {
            (parts::text_field(&Field::new("ty-le", lang.pick("Tỷ lệ mẫu", "Share")).error(errors.first().map(|error| error.message.as_str())), Input::Number, &share.map_or(typed, |share| words::plain(share, lang)), Some("%"), lang))
            (parts::button(lang.pick("Rút mẫu", "Draw"), ButtonKind::Secondary, None))
        }
        ul { @for (unit, leaf, points) in sample.iter().take(500) { li { a href=(lang.href(&format!("/lam-viec/danh-gia/{campaign}/{unit}/tieu-chi/{leaf}"))) { (name(unit)) ", " (leaf) } @if let Some(points) = points { ": " (words::points(Ok(*points), lang)) } } } }
        (parts::section_heading("doc-lai", lang.pick("Người đọc lại cho điểm khác", "The second reader differs"), None))
        @if found.readers.is_empty() { p { (lang.pick("Không có trường hợp nào.", "None.")) } }
        ul { @for (unit, leaf, first, second) in &found.readers { li { a href=(lang.href(&format!("/lam-viec/danh-gia/{campaign}/{unit}/tieu-chi/{leaf}"))) { (name(unit)) ", " (leaf) } ": " (words::points(Ok(*first), lang)) " → " (words::points(Ok(*second), lang)) } } }
    };
    Ok(work_frame(&app, &signed, below(&signed, title, &view).faults(!errors.is_empty()), body))
}
