//! Pages of problems on which what somebody typed waits until it can be sent again.

use accounts::SessionEnd;
use maud::{Markup, html};
use ui::parts;

use super::{Problem, Words};
use crate::form::Fields;
use crate::{App, Signed, Visit};

/// The session has ended while somebody was typing: what they typed waits on this page, beside the sign-in that opens in another tab.
pub(super) fn signed_out(visit: &Visit, end: SessionEnd, fields: &Fields) -> Markup {
    let lang = visit.lang;
    let why = match end {
        SessionEnd::Idle => {
            lang.pick("Phiên làm việc đã kết thúc vì lâu không có thao tác.", "The session ended because nothing was done for long.")
        }
        SessionEnd::Over => lang.pick("Phiên làm việc đã hết thời hạn.", "The session has reached its end."),
        _ => lang.pick("Bạn chưa đăng nhập hoặc đã đăng xuất.", "You are not signed in, or have signed out."),
    };
    html! {
        h1 { (lang.pick("Cần đăng nhập lại", "Sign in again")) }
        p.lead { (why) " " (still_here(visit)) }
        ol {
            li { a href=(lang.href("/dang-nhap")) target="_blank" { (lang.pick("Đăng nhập ở một thẻ khác của trình duyệt", "Sign in in another tab")) } }
            li { (come_back(visit)) }
        }
        (resend(visit, fields))
    }
}

/// The form does not come from a page of this session.
pub(super) fn stale(visit: &Visit, fields: &Fields) -> Markup {
    let lang = visit.lang;
    let words = Problem::StaleForm { fields: Fields::default() }.words(lang);
    html! {
        h1 { (words.title) }
        p.lead { (words.happened) }
        p { (lang.pick("Nếu bạn không tự gửi nội dung này, hãy đóng trang.", "If it was not you who sent this, close the page.")) }
        (resend(visit, fields))
    }
}

/// Nothing can be written for the moment: a browser that goes back may show an empty form, so what was typed waits here.
pub(super) fn unserved(visit: &Visit, words: &Words, fields: &Fields) -> Markup {
    let lang = visit.lang;
    html! {
        h1 { (words.title) }
        p.lead { (words.happened) }
        p { (lang.pick(
            "Nội dung đã nhập vẫn còn trên trang này: đừng đóng trang. Đợi một phút rồi bấm nút bên dưới.",
            "What you typed is still on this page: do not close it. Wait a minute, then use the button below.",
        )) }
        (resend(visit, fields))
    }
}

/// Nothing is found for the unit that somebody acts for, and they may act for others.
pub(super) fn other_units(app: &App, visit: &Visit, signed: &Signed, sent: Option<&Fields>) -> Markup {
    let lang = visit.lang;
    let acting = signed.principal().acting_unit.as_deref();
    let name = acting.map(|unit| app.units.name(unit)).unwrap_or_default();
    let lead = lang.pick(
        format!("Bạn đang thay mặt {name}. Với đơn vị này, không có trang nào ở địa chỉ vừa mở, hoặc trang không thuộc quyền xem của bạn."),
        format!("You act for {name}. For this unit there is no page at this address, or it is not yours to see."),
    );
    html! {
        h1 { (lang.pick("Không tìm thấy trang", "Page not found")) }
        p.lead { (lead) }
        @if let Some(fields) = sent {
            p { (lang.pick("Có thể bạn đã đổi đơn vị ở một thẻ khác.", "You may have changed the unit in another tab.")) " " (still_here(visit)) }
            ol {
                li { a href=(lang.href("/lam-viec/doi-don-vi")) target="_blank" { (lang.pick("Chọn đúng đơn vị ở một thẻ khác của trình duyệt", "Choose the right unit in another tab")) } }
                li { (come_back(visit)) }
            }
            (resend(visit, fields))
        } @else {
            p { (lang.pick("Nếu trang thuộc đơn vị khác của bạn, hãy chuyển sang đơn vị đó:", "If it belongs to another unit of yours, act for that one:")) }
            @for unit in signed.principal().units().into_iter().filter(|unit| Some(*unit) != acting) {
                (signed.form(app, "/lam-viec/doi-don-vi", html! {
                    input type="hidden" name="don-vi" value=(unit);
                    input type="hidden" name="ve" value=(visit.path_and_query());
                    (parts::button(
                        &lang.pick(
                            format!("Chuyển sang {} và mở lại trang", app.units.name(unit)),
                            format!("Act for {} and open the page again", app.units.name(unit)),
                        ),
                        parts::ButtonKind::Secondary,
                        None,
                    ))
                }))
            }
        }
        p { a href=(lang.href("/lam-viec")) { (lang.pick("Về Việc của tôi", "To My work")) } }
    }
}

fn still_here(visit: &Visit) -> &'static str {
    visit
        .lang
        .pick("Nội dung bạn vừa nhập vẫn còn trên trang này và chưa được lưu.", "What you typed is still on this page and not saved yet.")
}

fn come_back(visit: &Visit) -> &'static str {
    visit.lang.pick("Quay lại thẻ này và bấm nút bên dưới.", "Come back to this tab and use the button below.")
}

/// The same fields once more, to a page that gives them a token of the present session and asks for confirmation.
fn resend(visit: &Visit, fields: &Fields) -> Markup {
    const TO: &str = "gui-den";
    let lang = visit.lang;
    // That page itself may find that nobody is signed in.
    let to = fields.filled(TO).unwrap_or_else(|| visit.path_and_query());
    html! {
        form action=(lang.href("/gui-lai")) method="post" {
            input type="hidden" name=(TO) value=(to);
            (fields.kept_but(TO))
            (parts::button(lang.pick("Gửi lại nội dung đã nhập", "Send what I typed"), parts::ButtonKind::Primary, None))
        }
    }
}
