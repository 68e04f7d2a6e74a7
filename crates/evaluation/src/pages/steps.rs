//! Steps of one unit's part: handing over, handing in, returning, opening again; and what the office says of the unit.

use accounts::policy::{Action, Thing};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use maud::{Markup, html};
use ui::Lang;
use ui::parts::{self, ButtonKind, Choice, Field, FieldError, Input};
use web::{App, Ground, Posted, Problem, Signed};

use super::sheet::{may_of, page, path_of};
use crate::actions::{self, EvaluationError, Sheet, sheet};
use crate::model::{Phase, UnitState};
use crate::words;

/// 17:00 in Viet Nam on a day as it was typed.
pub(crate) fn deadline(text: &str) -> Option<DateTime<Utc>> {
    viet_text::parse_date(text).and_then(|day| day.and_hms_opt(10, 0, 0)).map(|at| at.and_utc())
}

/// The steps that the person may take now.
pub(crate) fn acts(app: &App, signed: &Signed, found: &Sheet) -> Markup {
    let lang = signed.lang();
    let Sheet { campaign, unit, .. } = found;
    let path = path_of(found);
    let may = |action, thing| may_of(app, signed, unit, action, thing);
    let owner = app.units.lineage(&campaign.owner);
    let office = owner.as_ref().is_some_and(|owner| signed.principal().may(Action::Change, Thing::Campaign, owner));
    let appraises = owner.as_ref().is_some_and(|owner| signed.principal().may(Action::Make, Thing::Appraisal, owner));
    let open = unit.lock(campaign, found.scoring_step(), signed.actor.now).is_none();
    let head_may = may(Action::Submit, Thing::Score) && unit.state != UnitState::Submitted && campaign.phase != Phase::Draft;
    let until = lang.pick("Viết như 15/12/2026; hạn là 17:00 ngày đó.", "Write 15/12/2026; the deadline is 17:00 of that day.");
    html! {
        @if open && may(Action::Change, Thing::Score) && !may(Action::Submit, Thing::Score) {
            (parts::section_heading("trinh", lang.pick("Trình người đứng đầu phê duyệt", "Hand to the head"), None))
            p { (lang.pick("Sau khi trình, bảng điểm bị khóa cho đến khi người đứng đầu gửi hoặc trả lại.", "After this the sheet is locked until the head hands it in or returns it.")) }
            (signed.form(app, &format!("{path}/trinh"), html! { (parts::button(lang.pick("Trình phê duyệt", "Hand over"), ButtonKind::Primary, None)) }))
        }
        @let whole = found.set.definition.nodes[found.set.definition.total].code.as_str();
        @let signs = open || unit.state == UnitState::ForApproval;
        @if may(Action::See, Thing::Score) && (signs || found.uses_of(whole).next().is_some()) {
            (parts::section_heading("ban-ky", lang.pick("Bảng tự chấm điểm đã ký", "The signed sheet"), None))
            @if signs { p { (lang.pick("Tải phiếu (DOCX, PDF), ký tay rồi quét hoặc ký số, tải lên minh chứng và gắn vào đây. Chữ ký số trong tệp PDF được đọc và hiện ở trang minh chứng.", "Take the sheet (DOCX, PDF), sign it by hand or digitally, upload it as evidence and cite it here. Digital signatures of a PDF are read and shown on its page.")) } }
            (super::cite::cell(app, signed, found, whole, signs && may(Action::Change, Thing::Score)))
        }
        @if head_may && (open || unit.state == UnitState::ForApproval) {
            (parts::section_heading("gui", lang.pick("Phê duyệt và gửi", "Approve and hand in"), None))
            p { (lang.pick("Gửi xong, bảng điểm và các tệp minh chứng đã gắn được giữ nguyên. Bản ký (có chữ ký, đóng dấu hoặc ký số) gắn làm minh chứng trước khi gửi.", "After this the sheet and the files it cites stay as they are. Cite the signed sheet before handing in.")) }
            (signed.form(app, &format!("{path}/gui"), html! { (parts::button(lang.pick("Phê duyệt và gửi", "Approve and hand in"), ButtonKind::Primary, None)) }))
        }
        @if unit.state == UnitState::ForApproval && may(Action::Submit, Thing::Score) {
            details.act { summary { (lang.pick("Trả lại cho công chức đầu mối", "Return to the officer")) }
                (signed.form(app, &format!("{path}/tra-dau-moi"), html! { (reason("ly-do-tra", lang)) (parts::button(lang.pick("Trả lại", "Return"), ButtonKind::Secondary, None)) }))
            }
        }
        @if may(Action::Reopen, Thing::Score) && !campaign.phase.is_final() && campaign.phase != Phase::Draft {
            @if unit.state == UnitState::Submitted {
                details.act { summary { (lang.pick("Trả lại đơn vị", "Return to the unit")) }
                    (signed.form(app, &format!("{path}/tra-lai"), html! {
                        (reason("ly-do-tra-lai", lang))
                        (parts::text_field(&Field { id: "han-tra-lai", name: "han", label: lang.pick("Hạn mới", "New deadline"), hint: Some(until), optional: true, ..Field::default() }, Input::Text, "", None, lang))
                        (parts::button(lang.pick("Trả lại", "Return"), ButtonKind::Secondary, None))
                    }))
                }
            } @else if !open && unit.state != UnitState::ForApproval {
                details.act { summary { (lang.pick("Mở lại cho đơn vị", "Open again for the unit")) }
                    (signed.form(app, &format!("{path}/mo-lai"), html! {
                        (reason("ly-do-mo-lai", lang))
                        (parts::text_field(&Field { id: "han-mo-lai", name: "han", label: lang.pick("Hạn mới", "New deadline"), hint: Some(until), ..Field::default() }, Input::Text, "", None, lang))
                        (parts::button(lang.pick("Mở lại", "Open again"), ButtonKind::Secondary, None))
                    }))
                }
            }
        }
        @if appraises && matches!(campaign.phase, Phase::Appraisal | Phase::SecondAppraisal) && unit.state == UnitState::Submitted {
            (parts::section_heading("dong-y", lang.pick("Đồng ý hàng loạt", "Agree to all"), None))
            p { (lang.pick("Đồng ý với điểm tự chấm của mọi tiêu chí được phân công cho bạn mà chưa ai có ý kiến.", "Agrees to the points of every criterion given to you on which nobody has spoken.")) }
            (signed.form(app, &format!("{path}/dong-y"), html! {
                @let definition = &found.set.definition;
                @let groups: Vec<Choice> = std::iter::once((definition.nodes[definition.total].code.clone(), lang.pick("Tất cả", "All").to_owned()))
                    .chain(definition.nodes[definition.total].children.iter().map(|area| (definition.nodes[*area].code.clone(), format!("{}. {}", definition.nodes[*area].code, found.set.name(*area, lang)))))
                    .enumerate().map(|(at, (code, words))| Choice::new(code, words, at == 0)).collect();
                (parts::select_field(&Field::new("nhom", lang.pick("Phạm vi", "Part")), &groups, lang))
                (parts::button(lang.pick("Đồng ý", "Agree"), ButtonKind::Secondary, None))
            }))
        }
        @if office && campaign.phase == Phase::Explanation {
            (parts::section_heading("cong-van", lang.pick("Công văn yêu cầu giải trình", "Request for explanation"), None))
            (parts::download_bar(&[("DOCX", lang.href(&format!("{path}/van-ban/yeu-cau-giai-trinh.docx"))), ("PDF", lang.href(&format!("{path}/van-ban/yeu-cau-giai-trinh.pdf")))], lang))
        }
        @if office && !campaign.phase.is_final() {
            details.act { summary { (lang.pick("Xếp hạng, sáp nhập", "Ranking, merger")) }
                (signed.form(app, &format!("{path}/xep-hang"), html! {
                    input type="hidden" name="xep-hang" value=(if unit.ranked { "khong" } else { "co" });
                    p { @if unit.ranked { (lang.pick("Đơn vị đang được xếp hạng.", "The unit takes a rank.")) } @else { (lang.pick("Đơn vị được chấm điểm nhưng không xếp hạng.", "The unit is scored without a rank.")) } }
                    (reason("ly-do-xep-hang", lang))
                    (parts::button(if unit.ranked { lang.pick("Chấm điểm, không xếp hạng", "Score without a rank") } else { lang.pick("Đưa vào xếp hạng", "Rank it") }, ButtonKind::Secondary, None))
                }))
                (signed.form(app, &format!("{path}/sap-nhap"), html! {
                    (parts::text_field(&Field::new("ke-thua", lang.pick("Đơn vị kế thừa", "Successor")).hint(lang.pick("Tên đầy đủ của đơn vị. Điểm đã chấm được giữ nguyên dưới tên cũ.", "Its full name. Scores stay under the old name.")), Input::Text, "", None, lang))
                    (reason("ly-do-sap-nhap", lang))
                    (parts::button(lang.pick("Ghi nhận sáp nhập", "Record the merger"), ButtonKind::Secondary, None))
                }))
            }
        }
    }
}

fn reason(id: &str, lang: Lang) -> Markup {
    parts::text_field(&Field { id, name: "ly-do", label: lang.pick("Lý do", "Reason"), ..Field::default() }, Input::Text, "", None, lang)
}

async fn done(
    app: &App,
    signed: &Signed,
    campaign: &str,
    unit: &str,
    word: &str,
    outcome: Result<(), EvaluationError>,
) -> Result<Response, Problem> {
    let lang = signed.lang();
    match outcome {
        Ok(()) => Ok(Redirect::to(&lang.href(&format!("/lam-viec/danh-gia/{campaign}/{unit}?xong={word}"))).into_response()),
        Err(error) => {
            let found = match &error {
                EvaluationError::Db(_) | EvaluationError::Denied(_) => return Err(words::problem(error)),
                _ => sheet(Ground::of(app), &signed.actor, campaign, unit).await.map_err(words::problem)?,
            };
            match words::refusal(&error, Some(&found.set), lang) {
                Some(message) => page(app, signed, &found, None, &[FieldError::new("bang-diem", message)], None),
                None => Err(words::problem(error)),
            }
        }
    }
}

pub(crate) async fn hand_over(
    State(app): State<App>,
    Path((campaign, unit)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Problem> {
    let outcome = actions::hand_over(Ground::of(&app), &posted.signed.actor, &campaign, &unit).await;
    done(&app, &posted.signed, &campaign, &unit, "trinh", outcome).await
}

pub(crate) async fn submit(
    State(app): State<App>,
    Path((campaign, unit)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Problem> {
    let outcome = actions::submit(Ground::of(&app), &posted.signed.actor, &campaign, &unit).await;
    done(&app, &posted.signed, &campaign, &unit, "gui", outcome).await
}

pub(crate) async fn return_to_officer(
    State(app): State<App>,
    Path((campaign, unit)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    let outcome = actions::return_to_officer(Ground::of(&app), &signed.actor, &campaign, &unit, fields.text("ly-do")).await;
    done(&app, signed, &campaign, &unit, "tra-lai", outcome).await
}

pub(crate) async fn send_back(
    State(app): State<App>,
    Path((campaign, unit)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    let until = deadline(fields.text("han"));
    let outcome = if until.is_none() && !fields.text("han").is_empty() {
        Err(EvaluationError::PastDeadline)
    } else {
        actions::send_back(Ground::of(&app), &signed.actor, &campaign, &unit, fields.text("ly-do"), until).await
    };
    done(&app, signed, &campaign, &unit, "tra-lai", outcome).await
}

pub(crate) async fn reopen(
    State(app): State<App>,
    Path((campaign, unit)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    // Whoever may not reopen learns no more from a wrong date than from a right one.
    let until = deadline(fields.text("han")).unwrap_or(signed.actor.now);
    let outcome = actions::reopen(Ground::of(&app), &signed.actor, &campaign, &unit, fields.text("ly-do"), until).await;
    done(&app, signed, &campaign, &unit, "mo-lai", outcome).await
}

pub(crate) async fn set_ranked(
    State(app): State<App>,
    Path((campaign, unit)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    let ranked = fields.text("xep-hang") == "co";
    let outcome = actions::set_ranked(Ground::of(&app), &signed.actor, &campaign, &unit, ranked, fields.text("ly-do")).await;
    done(&app, signed, &campaign, &unit, "sap-xep", outcome).await
}

pub(crate) async fn merge(
    State(app): State<App>,
    Path((campaign, unit)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    let label = fields.text("ke-thua");
    // A name that is no unit's is told as it was typed.
    let owner = actions::sheet(Ground::of(&app), &signed.actor, &campaign, &unit).await.map_err(words::problem)?.campaign.owner;
    let known = app.units.by_label_below(label, Some(&owner)).or_else(|| app.units.by_label(label));
    let successor = known.unwrap_or_else(|| label.to_owned());
    let outcome = actions::merge(Ground::of(&app), &signed.actor, &campaign, &unit, &successor, fields.text("ly-do")).await;
    done(&app, signed, &campaign, &unit, "sap-xep", outcome).await
}
