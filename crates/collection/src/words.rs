//! Words for states and refusals.

use chrono::{DateTime, Utc};
use evidence::EvidenceError;
use ui::Lang;
use ui::parts::Tone;

use crate::actions::CollectionError;
use crate::model::{CollectionState, FigureFault, Lock, UnitState};

/// A moment on Viet Nam's clock: 25/11/2026 08:05.
pub(crate) fn moment(at: DateTime<Utc>, lang: Lang) -> String {
    let here = platform::in_viet_nam(at);
    format!("{} {}", lang.date(here.date_naive()), here.format("%H:%M"))
}

/// State of a collection.
pub(crate) fn collection_state(state: CollectionState, lang: Lang) -> (&'static str, Tone) {
    match state {
        CollectionState::Draft => (lang.pick("Đang soạn", "Draft"), Tone::Neutral),
        CollectionState::Open => (lang.pick("Đang thu thập", "Open"), Tone::Info),
        CollectionState::Closed => (lang.pick("Đã đóng", "Closed"), Tone::Neutral),
    }
}

/// State of a unit's figures.
pub(crate) fn unit_state(state: UnitState, lang: Lang) -> (&'static str, Tone) {
    match state {
        UnitState::Open => (lang.pick("Đang nhập", "Being entered"), Tone::Neutral),
        UnitState::Returned => (lang.pick("Bị trả lại", "Returned"), Tone::Warning),
        UnitState::Submitted => (lang.pick("Chờ duyệt", "Waiting for a decision"), Tone::Info),
        UnitState::Accepted => (lang.pick("Đã duyệt", "Accepted"), Tone::Success),
    }
}

/// Why a unit may not enter.
pub(crate) fn lock(lock: Lock, lang: Lang) -> &'static str {
    match lock {
        Lock::NotYet => lang.pick("Chưa đến thời gian nhập số liệu.", "Entering has not begun yet."),
        Lock::Closed => lang.pick("Đợt thu thập đã đóng.", "The collection is closed."),
        Lock::Late => lang.pick(
            "Đã quá hạn nên số liệu bị khóa. Nếu cần nhập tiếp, hãy đề nghị cơ quan thường trực mở lại ở cuối trang này.",
            "The deadline has passed, so the figures are locked. Ask the reform office at the end of this page to open them again.",
        ),
        Lock::Submitted => lang.pick(
            "Số liệu đã gửi và đang chờ duyệt nên không sửa được.",
            "The figures were handed in and wait for a decision; they cannot be changed.",
        ),
        Lock::Accepted => lang.pick("Số liệu đã được duyệt nên không sửa được.", "The figures were accepted; they cannot be changed."),
    }
}

/// Why a value is no figure of an indicator.
pub(crate) fn figure_fault(fault: FigureFault, lang: Lang) -> String {
    match fault {
        FigureFault::Decimals { most: 0 } => lang.pick("phải là số nguyên", "must be a whole number").to_owned(),
        FigureFault::Decimals { most } => {
            lang.pick(format!("chỉ có tối đa {most} chữ số thập phân"), format!("has at most {most} decimals"))
        }
        FigureFault::Below { least } => {
            let least = lang.decimal(least, 0);
            lang.pick(format!("không được nhỏ hơn {least}"), format!("may not be less than {least}"))
        }
        FigureFault::Above { greatest } => {
            let greatest = lang.decimal(greatest, 0);
            lang.pick(format!("không được lớn hơn {greatest}"), format!("may not be more than {greatest}"))
        }
    }
}

/// What a page can say about a refusal; nothing for what is no matter of the form.
pub(crate) fn refusal(error: &CollectionError, lang: Lang) -> Option<String> {
    Some(match error {
        CollectionError::Locked(why) => lock(*why, lang).to_owned(),
        CollectionError::Incomplete(missing) => {
            let names: Vec<&str> = missing.iter().map(|asked| lang.pick(asked.name_vi.as_str(), asked.name_en.as_str())).collect();
            lang.pick(
                format!("Chưa gửi được vì còn thiếu: {}. Nhập số, hoặc ghi lý do không có số liệu.", names.join("; ")),
                format!("Not handed in, as these are missing: {}. Type a figure, or the reason why there is none.", names.join("; ")),
            )
        }
        CollectionError::WrongState => lang
            .pick(
                "Người khác vừa thực hiện một bước. Tải lại trang để xem trạng thái mới.",
                "Somebody else has just taken a step. Reload the page.",
            )
            .to_owned(),
        CollectionError::Day => lang
            .pick(
                "Hạn có dạng 20/09/2026 hoặc 20/09/2026 15:00, là ngày có thật.",
                "A deadline has the form 20/09/2026 or 20/09/2026 15:00, on a day that exists.",
            )
            .to_owned(),
        CollectionError::EarlyDeadline => lang
            .pick("Hạn mới phải sau hạn hiện nay của đơn vị.", "The new deadline must lie after the present one of the unit.")
            .to_owned(),
        CollectionError::NoReason => lang.pick("Nhập lý do.", "Type the reason.").to_owned(),
        CollectionError::PastDeadline => lang.pick("Hạn mới phải sau thời điểm hiện tại.", "The new deadline must lie ahead.").to_owned(),
        CollectionError::Empty => {
            lang.pick("Chọn ít nhất một chỉ tiêu và một đơn vị.", "Choose at least one indicator and one unit.").to_owned()
        }
        CollectionError::Figures(wrong) => {
            let told: Vec<String> = wrong
                .iter()
                .map(|(asked, fault)| {
                    format!("{} {}", lang.pick(asked.name_vi.as_str(), asked.name_en.as_str()), figure_fault(*fault, lang))
                })
                .collect();
            lang.pick(format!("Chưa lưu số nào: {}.", told.join("; ")), format!("Nothing was saved: {}.", told.join("; ")))
        }
        CollectionError::Evidence(EvidenceError::CitedAlready) => {
            lang.pick("Số liệu này đã gắn đúng tệp và đúng trang, mục đó.", "The figure cites this file already.").to_owned()
        }
        CollectionError::Evidence(EvidenceError::Withdrawn) => {
            lang.pick("Minh chứng này đã được rút; hãy chọn minh chứng khác.", "This was withdrawn; choose another.").to_owned()
        }
        CollectionError::Db(_)
        | CollectionError::Denied(_)
        | CollectionError::Conflicts(_)
        | CollectionError::NotAsked(_)
        | CollectionError::Evidence(_) => return None,
    })
}

/// What no form can put right.
pub(crate) fn problem(error: CollectionError) -> web::Problem {
    match error {
        CollectionError::Db(error) => error.into(),
        CollectionError::Denied(denied) => denied.into(),
        CollectionError::Evidence(error) => error.into(),
        CollectionError::NotAsked(_) => web::Problem::BadForm,
        CollectionError::WrongState | CollectionError::Conflicts(_) => web::Problem::Changed,
        _ => web::Problem::Forbidden,
    }
}
