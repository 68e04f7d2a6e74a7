//! Words for phases, states, verdicts and refusals.

use chrono::{DateTime, Utc};
use composite_index::{DefinitionRule, Gap, NodeId, NodeValue, Role};
use evidence::EvidenceError;
use maud::{Markup, html};
use rust_decimal::Decimal;
use ui::Lang;
use ui::parts::Tone;

use crate::actions::EvaluationError;
use crate::model::{Duty, Lock, Phase, Ruling, Seat, SetState, Shows, Side, UnitState, Verdict};
use crate::scoring::WrongValue;
use crate::set::{CriteriaSet, Scorer, SetFault, SetKind};

/// A moment on Viet Nam's clock: 25/11/2026 08:05.
pub(crate) fn moment(at: DateTime<Utc>, lang: Lang) -> String {
    let here = platform::in_viet_nam(at);
    format!("{} {}", lang.date(here.date_naive()), here.format("%H:%M"))
}

/// An exact number with the digits it has.
pub(crate) fn plain(value: Decimal, lang: Lang) -> String {
    lang.decimal(value, value.normalize().scale())
}

/// Points, or why there are none.
pub(crate) fn points(value: NodeValue, lang: Lang) -> String {
    match value {
        // Exact where it is stored and added up; four digits are what a reader can use.
        Ok(value) => plain(value.round_dp(4), lang),
        Err(Gap::EmptyLeaf(_) | Gap::EmptyFigure(_)) => lang.pick("chưa nhập", "not entered").to_owned(),
        Err(Gap::NotApplicable(_)) => lang.pick("không áp dụng", "not applicable").to_owned(),
        Err(Gap::DivisionByZero(_)) => lang.pick("chia cho 0 nên chưa có điểm", "division by zero").to_owned(),
        Err(Gap::OutOfRange(_)) => lang.pick("số liệu ngoài phạm vi của quy tắc", "outside the rule's range").to_owned(),
        Err(_) => lang.pick("chưa có điểm", "no points").to_owned(),
    }
}

/// A phase.
pub(crate) fn phase(phase: Phase, lang: Lang) -> (&'static str, Tone) {
    match phase {
        Phase::Draft => (lang.pick("Đang chuẩn bị", "Being prepared"), Tone::Neutral),
        Phase::Scoring => (lang.pick("Tự chấm điểm", "Self-scoring"), Tone::Info),
        Phase::Appraisal => (lang.pick("Thẩm định", "Appraisal"), Tone::Info),
        Phase::Explanation => (lang.pick("Giải trình", "Explanation"), Tone::Warning),
        Phase::SecondAppraisal => (lang.pick("Thẩm định lần hai", "Second appraisal"), Tone::Info),
        Phase::Council => (lang.pick("Hội đồng xem xét", "Council"), Tone::Info),
        Phase::Approved => (lang.pick("Đã phê duyệt", "Approved"), Tone::Success),
        Phase::Published => (lang.pick("Đã công bố", "Published"), Tone::Success),
        Phase::Appeal => (lang.pick("Tiếp nhận kiến nghị", "Appeals"), Tone::Warning),
    }
}

/// State of a unit's part.
pub(crate) fn unit_state(state: UnitState, lang: Lang) -> (&'static str, Tone) {
    match state {
        UnitState::Open => (lang.pick("Đang tự chấm", "Being scored"), Tone::Neutral),
        UnitState::ForApproval => (lang.pick("Chờ người đứng đầu phê duyệt", "Waits for the head"), Tone::Info),
        UnitState::Submitted => (lang.pick("Đã gửi", "Handed in"), Tone::Success),
        UnitState::Returned => (lang.pick("Bị trả lại", "Returned"), Tone::Warning),
    }
}

/// State of a set.
pub(crate) fn set_state(state: SetState, lang: Lang) -> (&'static str, Tone) {
    match state {
        SetState::Draft => (lang.pick("Bản nháp", "Draft"), Tone::Neutral),
        SetState::Locked => (lang.pick("Đã khóa vì đang được sử dụng", "Locked, in use"), Tone::Success),
        SetState::Withdrawn => (lang.pick("Đã thôi sử dụng", "Withdrawn"), Tone::Neutral),
    }
}

/// Kind of a set.
pub(crate) fn set_kind(kind: SetKind, lang: Lang) -> &'static str {
    match kind {
        SetKind::Own => lang.pick("Tự xây dựng", "Own"),
        SetKind::Sample => lang.pick("Bộ tiêu chí mẫu", "Sample"),
        SetKind::Sourced => lang.pick("Theo văn bản đã công bố", "Official, as far as seen"),
    }
}

/// Level of the units of a set.
pub(crate) fn level(level: &str, lang: Lang) -> String {
    match level {
        "department" => lang.pick("Sở, ban, ngành", "Departments").to_owned(),
        "commune" => lang.pick("Xã, phường, đặc khu", "Communes and wards").to_owned(),
        "district" => lang.pick("Huyện (trước 01/7/2025)", "Districts (before 1 July 2025)").to_owned(),
        "province" => lang.pick("Tỉnh, thành phố", "Provinces").to_owned(),
        "ministry" => lang.pick("Bộ, cơ quan ngang bộ", "Ministries").to_owned(),
        other => other.to_owned(),
    }
}

/// Who gives points at first.
pub(crate) fn scorer(scorer: Scorer, lang: Lang) -> &'static str {
    match scorer {
        Scorer::Unit => lang.pick("đơn vị tự chấm", "scored by the unit"),
        Scorer::Survey => lang.pick("điều tra xã hội học", "by survey"),
        Scorer::Agency => lang.pick("cơ quan khác chấm", "scored by another agency"),
    }
}

/// Who speaks.
pub(crate) fn side(side: Side, lang: Lang) -> &'static str {
    match side {
        Side::Unit => lang.pick("Đơn vị", "Unit"),
        Side::Appraiser => lang.pick("Thẩm định viên", "Appraiser"),
        Side::SecondReader => lang.pick("Người đọc lại", "Second reader"),
        Side::Council => lang.pick("Hội đồng", "Council"),
        Side::Office => lang.pick("Cơ quan thường trực", "Reform office"),
    }
}

/// What the ruling that stands is: who agrees to what another gave is not made the giver.
pub(crate) fn ruled(ruling: &Ruling, lang: Lang) -> String {
    let said = verdict(ruling.said, lang);
    match ruling.verdict {
        Verdict::NotApplicable if ruling.said == Verdict::Agree => {
            lang.pick(format!("{said}: không áp dụng"), format!("{said}: not applicable"))
        }
        _ => said.to_owned(),
    }
}

/// Why, as it stands beside a ruling: of whoever gave what others agree to.
pub(crate) fn why(ruling: &Ruling, lang: Lang) -> Option<String> {
    let reason = ruling.reason.as_ref()?;
    let of_another = ruling.said != ruling.verdict;
    Some(if of_another { lang.pick(format!("Lý do đã nêu: {reason}"), format!("Reason as given: {reason}")) } else { reason.clone() })
}

/// What is said.
pub(crate) fn verdict(verdict: Verdict, lang: Lang) -> &'static str {
    match verdict {
        Verdict::Agree => lang.pick("Đồng ý", "Agrees"),
        Verdict::Set => lang.pick("Cho điểm khác", "Other points"),
        Verdict::Ask => lang.pick("Yêu cầu giải trình", "Asks to explain"),
        Verdict::Answer => lang.pick("Giải trình", "Explains"),
        Verdict::NotApplicable => lang.pick("Không áp dụng", "Not applicable"),
        Verdict::Applicable => lang.pick("Áp dụng trở lại", "Applies again"),
    }
}

/// A duty.
pub(crate) fn duty(duty: Duty, lang: Lang) -> &'static str {
    match duty {
        Duty::Appraiser => lang.pick("Thẩm định", "Appraises"),
        Duty::SecondReader => lang.pick("Đọc lại theo mẫu", "Reads a sample again"),
    }
}

/// A seat.
pub(crate) fn seat(seat: Seat, lang: Lang) -> &'static str {
    match seat {
        Seat::Chair => lang.pick("Chủ tịch Hội đồng", "Chair"),
        Seat::Deputy => lang.pick("Phó Chủ tịch Hội đồng", "Deputy chair"),
        Seat::Member => lang.pick("Ủy viên", "Member"),
        Seat::Secretary => lang.pick("Thư ký", "Secretary"),
    }
}

/// What the public may see.
pub(crate) fn shows(shows: Shows, lang: Lang) -> &'static str {
    match shows {
        Shows::Totals => lang.pick("Tổng điểm và thứ hạng", "Totals and ranks"),
        Shows::Areas => lang.pick("Thêm điểm từng lĩnh vực", "Points of areas besides"),
        Shows::Leaves => lang.pick("Toàn bộ điểm từng tiêu chí", "Every criterion"),
    }
}

/// Why a unit may not enter.
pub(crate) fn lock(lock: Lock, lang: Lang) -> &'static str {
    match lock {
        Lock::NotYet => lang.pick("Chưa đến thời gian tự chấm điểm.", "Self-scoring has not begun yet."),
        Lock::Over => lang.pick("Bước tự chấm điểm đã kết thúc.", "Self-scoring is over."),
        Lock::Late => lang.pick(
            "Đã quá hạn nên bảng điểm bị khóa. Nếu cần nhập tiếp, hãy đề nghị cơ quan thường trực mở lại.",
            "The deadline has passed, so the sheet is locked. Ask the reform office to open it again.",
        ),
        Lock::ForApproval => lang.pick(
            "Bảng điểm đang chờ người đứng đầu phê duyệt nên không sửa được.",
            "The sheet waits for the head's approval; it cannot be changed.",
        ),
        Lock::Submitted => lang.pick("Bảng điểm đã gửi nên không sửa được.", "The sheet was handed in; it cannot be changed."),
    }
}

/// Why a typed value is refused.
pub(crate) fn wrong_value(why: &WrongValue, lang: Lang) -> String {
    match why {
        WrongValue::NotANumber => lang.pick("không phải là số. Viết như 1.234,5", "no number. Write 1.234,5").to_owned(),
        WrongValue::NotACount => lang.pick("phải là số nguyên từ 0 trở lên", "must be a whole number from 0").to_owned(),
        WrongValue::NotAChoice(choices) => {
            lang.pick(format!("chọn một trong: {}", choices.join("; ")), format!("choose one of: {}", choices.join("; ")))
        }
        WrongValue::OutOfRange(low, high) => lang.pick(
            format!("phải từ {} đến {}", plain(*low, lang), plain(*high, lang)),
            format!("must lie between {} and {}", plain(*low, lang), plain(*high, lang)),
        ),
        WrongValue::AboveMaximum(most) => {
            lang.pick(format!("vượt điểm tối đa {}", plain(*most, lang)), format!("above the maximum of {}", plain(*most, lang)))
        }
        WrongValue::TooLong(most) => lang.pick(
            format!("dài quá {most} ký tự; nội dung dài hơn thì đưa vào minh chứng"),
            format!("longer than {most} letters; put more into evidence"),
        ),
        WrongValue::NoPoints => lang.pick("nhập số điểm", "type the points").to_owned(),
        WrongValue::PointsNotAsked => lang
            .pick(
                "chỉ nhập khi chọn “Cho điểm khác”; để trống ô điểm, hoặc đổi ý kiến",
                "only where other points are set; leave them out, or say something else",
            )
            .to_owned(),
        WrongValue::NoSuchLeaf => lang.pick("không có trong các mục mà đơn vị nhập", "is nothing that the unit enters").to_owned(),
        WrongValue::BelowZero => lang.pick("không được nhỏ hơn 0", "must not lie below 0").to_owned(),
        WrongValue::Penalty => lang
            .pick("điểm trừ viết bằng số âm, ví dụ −0,5; không trừ thì viết 0", "a penalty is written below zero, such as −0.5; none is 0")
            .to_owned(),
    }
}

/// A rate above one hundred percent, marked.
pub(crate) fn above_whole(rate: Decimal, lang: Lang) -> Markup {
    html! {
        (ui::parts::tag(lang.pick("Kiểm tra lại số liệu", "Check the figures"), Tone::Warning)) " "
        (rate_above_whole(rate, lang))
    }
}

/// That a rate lies above the whole.
pub(crate) fn rate_above_whole(rate: Decimal, lang: Lang) -> String {
    let rate = plain(crate::indices::shown(rate, 2), lang);
    lang.pick(format!("tỷ lệ tính được {rate} %, vượt 100 %"), format!("the rate is {rate} %, above 100 %"))
}

/// How far a bonus adds and a penalty takes away, where the part itself says it.
pub(crate) fn bound(set: &CriteriaSet, node: NodeId, lang: Lang) -> Option<String> {
    let held = &set.definition.nodes[node];
    match set.role_at(node) {
        Role::Points => None,
        Role::Bonus => held.cap.map(|cap| {
            let cap = plain(cap, lang);
            lang.pick(format!("cộng nhiều nhất {cap} điểm"), format!("adds {cap} points at most"))
        }),
        Role::Penalty => held.floor.map(|floor| {
            let floor = plain(-floor, lang);
            lang.pick(format!("trừ nhiều nhất {floor} điểm"), format!("takes {floor} points away at most"))
        }),
    }
}

/// A fault of a set's text in words.
#[must_use]
pub fn set_fault(fault: &SetFault, lang: Lang) -> String {
    let place = if fault.line > 0 { lang.pick(format!("Dòng {}: ", fault.line), format!("Line {}: ", fault.line)) } else { String::new() };
    let rule = DefinitionRule::of(&fault.rule);
    let what = match fault.rule.as_str() {
        "unknown-framework" => lang.pick("không có bộ tiêu chí khung này", "there is no such framework"),
        "not-a-framework" => lang.pick("không phải là bộ tiêu chí khung", "is no framework"),
        "framework-part-missing" => lang.pick("thiếu nội dung của bộ tiêu chí khung", "a part of the framework is missing"),
        "framework-part-moved" => lang.pick("nội dung của bộ tiêu chí khung bị chuyển chỗ", "a part of the framework was moved"),
        "framework-maximum" => lang.pick("điểm tối đa khác bộ tiêu chí khung", "the maximum differs from the framework's"),
        "framework-new-area" => lang.pick("không được thêm lĩnh vực ngoài bộ tiêu chí khung", "no area may be added to the framework"),
        "year-taken" => lang.pick("bộ tiêu chí đã dùng cho năm này", "the set serves this year already"),
        "same-id" => lang.pick("mã trùng với bộ tiêu chí gốc", "the id is that of the original"),
        "unknown-figure" => lang.pick("không có số liệu đầu vào này", "there is no such figure"),
        "unknown-indicator" => lang.pick("hệ thống không có chỉ tiêu này", "the system has no such indicator"),
        "code-letters" => lang.pick(
            "mã tiêu chí chỉ gồm chữ cái không dấu, chữ số, dấu chấm, gạch dưới, gạch nối, bắt đầu bằng chữ hoặc số",
            "the code of a part has letters without marks, digits, points, _ and -, and begins with a letter or a digit",
        ),
        "points-open" => lang.pick(
            "tiêu chí nhập thẳng số điểm phải có điểm tối đa",
            "a part whose points are typed says how many there are at most",
        ),
        "penalty-maximum" => lang.pick(
            "điểm trừ làm giảm tổng điểm nên không có điểm tối đa dương; bỏ điểm tối đa, viết mức trừ nhiều nhất bằng số âm ở floor, và viết điểm của quy tắc bằng số âm",
            "a penalty takes points away, so it has no maximum above zero; leave it out, write the most that is taken away at floor, below zero, and points of the rule below zero",
        ),
        "penalty-bound" => lang.pick("cap, floor của điểm trừ không được lớn hơn 0", "cap and floor of a penalty do not lie above zero"),
        "penalty-formula" => lang.pick(
            "công thức của điểm trừ phải có maximum = \"0\" và cap = \"0\" để không bao giờ cộng điểm",
            "a penalty by a formula has maximum = \"0\" and cap = \"0\", so that it never adds points",
        ),
        "penalty-open" => lang.pick(
            "điểm trừ phải có mức trừ nhiều nhất, viết bằng số âm ở floor",
            "a penalty says how much it takes away at most, at floor, below zero",
        ),
        "band-open-below" => lang.pick(
            "mức xếp loại thấp nhất không có điểm bắt đầu; nếu có, đơn vị dưới mức đó không được xếp loại",
            "the lowest band has no beginning; with one, units below it would be in no band",
        ),
        "band-above-maximum" => lang.pick(
            "mức xếp loại bắt đầu trên số điểm cao nhất có thể đạt",
            "the band begins above the highest total that can be reached",
        ),
        "bonus-open" => lang.pick("điểm thưởng phải có mức cộng nhiều nhất, ở maximum hoặc cap", "a bonus says how much it adds at most, at maximum or cap"),
        other => rule.map_or(other, |rule| index_words::definition_rule(rule, &fault.detail, lang)),
    };
    let detail = rule.map_or_else(|| fault.detail.clone(), |rule| index_words::definition_detail(rule, &fault.detail, lang));
    let detail = if detail.is_empty() { detail } else { format!(" ({detail})") };
    format!("{place}{}: {what}{detail}", fault.subject)
}

/// Numbers as the reader writes them: a decimal point between digits becomes a comma.
pub(crate) fn as_read(text: &str, lang: Lang) -> String {
    let letters: Vec<char> = text.chars().collect();
    let digit = |at: Option<usize>| at.and_then(|at| letters.get(at)).is_some_and(char::is_ascii_digit);
    let point = |at: usize| lang == Lang::Vi && letters[at] == '.' && digit(at.checked_sub(1)) && digit(at.checked_add(1));
    (0..letters.len()).map(|at| if point(at) { ',' } else { letters[at] }).collect()
}

/// A list of leaves by code and name, shortened.
pub(crate) fn leaf_names(set: Option<&CriteriaSet>, codes: &[String], lang: Lang) -> String {
    let mut names: Vec<String> = codes
        .iter()
        .take(8)
        .map(|code| {
            let name = set.and_then(|set| set.definition.node(code).map(|node| set.name(node, lang).to_owned()));
            name.map_or_else(|| code.clone(), |name| format!("{code} {name}"))
        })
        .collect();
    if codes.len() > names.len() {
        let more = codes.len() - names.len();
        names.push(lang.pick(format!("và {more} tiêu chí khác"), format!("and {more} more")));
    }
    names.join("; ")
}

/// What a person may know and do about an error, where there is more to say than that the program failed.
#[must_use]
pub fn refusal_words(error: &EvaluationError, lang: Lang) -> Option<String> {
    refusal(error, None, lang)
}

/// What a page can say about a refusal; nothing for what is no matter of the form.
pub(crate) fn refusal(error: &EvaluationError, set: Option<&CriteriaSet>, lang: Lang) -> Option<String> {
    Some(match error {
        EvaluationError::Locked(why) => lock(*why, lang).to_owned(),
        EvaluationError::SetFaults(faults) => faults.iter().map(|fault| set_fault(fault, lang)).collect::<Vec<_>>().join("\n"),
        EvaluationError::BothReaders => lang
            .pick(
                "Người này đã được phân công việc kia ở chính những tiêu chí đó: người thẩm định không tự đọc lại ý kiến của mình. Chọn người khác, hoặc bỏ phân công kia trước.",
                "This person has the other duty for the same criteria: nobody reads their own appraisal a second time. Choose somebody else, or remove the other assignment first.",
            )
            .to_owned(),
        EvaluationError::NobodyMet => {
            lang.pick("Chọn ít nhất một thành viên dự họp hoặc đồng ý bằng văn bản.", "Name at least one member who was there or agreed in writing.").to_owned()
        }
        EvaluationError::NotLeftOut => lang
            .pick(
                "Tiêu chí đang áp dụng đối với đơn vị, nên không cần áp dụng trở lại.",
                "The criterion applies to the unit; there is nothing to take back.",
            )
            .to_owned(),
        EvaluationError::SetLocked => lang
            .pick(
                "Bộ tiêu chí đã khóa vì đang được sử dụng hoặc đã thôi sử dụng. Hãy sao chép thành bộ mới rồi sửa.",
                "The set is locked. Copy it and change the copy.",
            )
            .to_owned(),
        EvaluationError::CodeTaken(code) => {
            lang.pick(format!("Đã có bộ tiêu chí mang mã “{code}”."), format!("There is a set with the id “{code}” already."))
        }
        EvaluationError::WrongState => lang
            .pick(
                "Người khác vừa sửa hoặc vừa thực hiện một bước. Tải lại trang để xem trạng thái mới.",
                "Somebody else has just changed it or taken a step. Reload the page.",
            )
            .to_owned(),
        EvaluationError::SpokenMeanwhile => lang
            .pick("Vừa có ý kiến mới về tiêu chí này. Tải lại trang, đọc rồi cho ý kiến.", "Somebody has just spoken on this. Reload and read first.")
            .to_owned(),
        EvaluationError::Incomplete { empty, undefined, unexplained } => {
            let mut parts = Vec::new();
            if !empty.is_empty() {
                let names = leaf_names(set, empty, lang);
                parts.push(lang.pick(
                    format!("Chưa nhập số liệu và cũng chưa giải trình: {names}."),
                    format!("Neither figures nor an explanation: {names}."),
                ));
            }
            if !undefined.is_empty() {
                let names = leaf_names(set, undefined, lang);
                parts.push(lang.pick(
                    format!("Số liệu đã nhập không tính ra điểm (chia cho 0 hoặc ngoài quy tắc) và cũng chưa giải trình: {names}."),
                    format!("The figures give no points (division by zero, or outside the rule), and nothing is explained: {names}."),
                ));
            }
            if !unexplained.is_empty() {
                let names = leaf_names(set, unexplained, lang);
                parts.push(lang.pick(
                    format!("Chưa có minh chứng và cũng chưa giải trình: {names}."),
                    format!("Neither evidence nor an explanation: {names}."),
                ));
            }
            parts.join(" ")
        }
        EvaluationError::NoSuchPerson => lang
            .pick(
                "Người này không có vai trò cần thiết ở cơ quan đánh giá; chọn trong danh sách.",
                "This person does not have the role that is needed; choose from the list.",
            )
            .to_owned(),
        EvaluationError::NoReason => lang.pick("Nhập lý do.", "Type the reason.").to_owned(),
        EvaluationError::PastDeadline => lang
            .pick("Thời hạn phải sau thời điểm hiện tại và sau thời điểm bắt đầu; bước sau không bắt đầu trước bước trước.", "The deadline must lie ahead and after the beginning; no step begins before the one that comes first.")
            .to_owned(),
        EvaluationError::WrongPhase(at) => lang.pick(
            format!("Không thực hiện được ở bước “{}”.", phase(*at, lang).0),
            format!("This cannot be done in the step “{}”.", phase(*at, lang).0),
        ),
        EvaluationError::OwnUnit => lang
            .pick(
                "Bạn là người của đơn vị này nên không được thẩm định, không được biểu quyết điểm của đơn vị. Lần thử này đã được ghi vào nhật ký.",
                "You belong to this unit and may not judge its points. This try was recorded.",
            )
            .to_owned(),
        EvaluationError::NotAssigned => {
            lang.pick("Tiêu chí này không được phân công cho bạn.", "This criterion was not given to you.").to_owned()
        }
        EvaluationError::NoPoints => lang
            .pick("Chưa có điểm để đồng ý; hãy cho điểm hoặc yêu cầu giải trình.", "There are no points to agree to; set points or ask.")
            .to_owned(),
        EvaluationError::NoSuchUnit(name) => lang.pick(
            format!("Không có đơn vị tên “{name}”; nhập tên đầy đủ như trong danh sách đơn vị của đợt, hoặc để trống."),
            format!("There is no unit “{name}”; write its full name as in the campaign, or leave it empty."),
        ),
        EvaluationError::NoSuccessor(name) => lang.pick(
            format!("Không có đơn vị kế thừa tên “{name}”; nhập tên đầy đủ của một đơn vị cùng cấp đang hoạt động, khác đơn vị này."),
            format!("There is no unit “{name}” to take its place; write the full name of another unit of today on the same level."),
        ),
        EvaluationError::OtherLevel { set, block } => lang.pick(
            format!("Bộ tiêu chí “{set}” dành cho cấp khác, không dùng được cho khối “{block}”."),
            format!("The set “{set}” is for another level and does not fit the block “{block}”."),
        ),
        EvaluationError::NotHandedIn => lang
            .pick(
                "Đơn vị chưa gửi bảng tự chấm điểm nên chưa thẩm định được.",
                "The unit has not handed in, so there is nothing to appraise yet.",
            )
            .to_owned(),
        EvaluationError::NoQuestionNow => lang
            .pick(
                "Ở bước này đơn vị không còn giải trình; hãy đồng ý, cho điểm khác hoặc xác định không áp dụng.",
                "The unit can no longer explain in this step; agree, set points, or say that it does not apply.",
            )
            .to_owned(),
        EvaluationError::NotAppealed => lang
            .pick(
                "Ở bước tiếp nhận kiến nghị, Hội đồng chỉ cho điểm mới ở tiêu chí có kiến nghị đã được chấp nhận.",
                "While appeals are heard, only criteria with an accepted appeal get new points.",
            )
            .to_owned(),
        EvaluationError::OpenAppeals(count) => lang.pick(
            format!("Còn {count} kiến nghị chưa trả lời; trả lời hết rồi mới phê duyệt lại."),
            format!("{count} appeals are not answered; answer them before approving again."),
        ),
        EvaluationError::NotLater => lang
            .pick(
                "Hạn riêng của đơn vị phải sau hạn chung của bước tự chấm điểm.",
                "The unit's own deadline must be later than the deadline of all.",
            )
            .to_owned(),
        EvaluationError::DayAhead => {
            lang.pick("Nhập ngày họp như 20/12/2026; ngày họp không được ở sau hôm nay.", "Write the day like 20/12/2026; it may not lie ahead.").to_owned()
        }
        EvaluationError::DayBefore(since) => lang.pick(
            format!("Ngày họp không được trước ngày bắt đầu bước này ({}).", lang.date(*since)),
            format!("The meeting may not lie before the beginning of this step ({}).", lang.date(*since)),
        ),
        EvaluationError::AssignedAlready => {
            lang.pick("Người này đã được phân công đúng phần này rồi.", "This person has exactly this part already.").to_owned()
        }
        EvaluationError::AppraiserOfOwnUnit => lang
            .pick(
                "Người này thuộc chính đơn vị đó nên không được phân công thẩm định đơn vị đó.",
                "This person belongs to the unit and may not appraise it.",
            )
            .to_owned(),
        EvaluationError::ChairTaken => lang
            .pick(
                "Hội đồng đã có Chủ tịch. Đổi chức danh của người đang giữ trước khi cử người khác.",
                "The council has a chair. Give the present one another seat first.",
            )
            .to_owned(),
        EvaluationError::PublicationBehind => lang
            .pick(
                "Nhập ngày công bố như 20/12/2026; ngày công bố không được trước hôm nay.",
                "Write the day like 20/12/2026; it may not lie behind.",
            )
            .to_owned(),
        EvaluationError::CircularMerger(name) => lang.pick(
            format!("“{name}” lại do chính đơn vị này kế thừa; hai đơn vị không thể kế thừa lẫn nhau."),
            format!("“{name}” itself passes to this unit; units cannot take each other's place."),
        ),
        EvaluationError::NoQuorum => lang
            .pick(
                "Chưa có phiên họp nào của Hội đồng đủ số thành viên tham dự hoặc đồng ý bằng văn bản, nên kết quả chưa phê duyệt được.",
                "No meeting of the council had enough members, so nothing can be approved.",
            )
            .to_owned(),
        EvaluationError::Undecided { leaves, units } => lang.pick(
            format!("Còn {leaves} tiêu chí của {units} đơn vị chưa có ý kiến cuối cùng."),
            format!("{leaves} criteria of {units} units are still undecided."),
        ),
        EvaluationError::ScoredLeaves(leaves) => {
            let names = leaf_names(set, leaves, lang);
            lang.pick(
                format!("Bộ tiêu chí mới thay đổi những tiêu chí đã được chấm: {names}. Chỉ được thay những tiêu chí chưa chấm."),
                format!("The new set changes criteria that were scored: {names}. Only unscored ones may change."),
            )
        }
        EvaluationError::Empty => lang.pick("Mỗi khối phải có bộ tiêu chí và ít nhất một đơn vị.", "Each block needs a set and at least one unit.").to_owned(),
        EvaluationError::Units(units) => lang.pick(
            format!("Không dùng được: {}. Mỗi đơn vị chỉ đứng trong một khối và phải thuộc cơ quan đánh giá.", units.join("; ")),
            format!("These cannot take part: {}. A unit stands in one block, below the evaluating unit.", units.join("; ")),
        ),
        EvaluationError::Values(values) => {
            let told = |(field, why): &(String, WrongValue)| {
                let name = field.split_once('.').map_or(lang.pick("Điểm", "Points"), |(_, code)| code);
                format!("{name}: {}", wrong_value(why, lang))
            };
            values.iter().map(told).collect::<Vec<_>>().join("; ")
        }
        EvaluationError::Points(faults) => faults
            .iter()
            .take(20)
            .map(|one| format!("{} {}, {}: {}", lang.pick("Dòng", "Row"), one.row, one.value, lang.pick(one.words.0.as_str(), one.words.1.as_str())))
            .collect::<Vec<_>>()
            .join("; "),
        EvaluationError::NotFrozen(faults) => {
            let first = faults.first().map(ToString::to_string).unwrap_or_default();
            lang.pick(
                format!("Chưa phê duyệt: hồ sơ kết quả không đọc lại được đúng như đã tính ({first}). Hãy báo người quản trị hệ thống."),
                format!("Not approved: the files of the result do not read back as computed ({first}). Tell the administrator."),
            )
        }
        EvaluationError::Compute(error) => error.to_string(),
        EvaluationError::Evidence(EvidenceError::CitedAlready) => {
            lang.pick("Tiêu chí này đã gắn đúng tệp và đúng trang, mục đó.", "The criterion cites this file already.").to_owned()
        }
        EvaluationError::Evidence(EvidenceError::Withdrawn) => {
            lang.pick("Minh chứng này đã được rút; hãy chọn minh chứng khác.", "This was withdrawn; choose another.").to_owned()
        }
        EvaluationError::Db(_)
        | EvaluationError::Denied(_)
        | EvaluationError::Conflicts(_)
        | EvaluationError::NoSuchLeaf(_)
        | EvaluationError::Evidence(_) => return None,
    })
}

/// Who did something; what the program did by itself is told as such.
pub(crate) fn person(name: &str, lang: Lang) -> &str {
    if name == "program" { lang.pick("chương trình", "the program") } else { name }
}

/// What no form can put right.
pub(crate) fn problem(error: EvaluationError) -> web::Problem {
    match error {
        EvaluationError::Db(error) => error.into(),
        EvaluationError::Denied(denied) => denied.into(),
        EvaluationError::Evidence(error) => error.into(),
        EvaluationError::NoSuchLeaf(_) => web::Problem::BadForm,
        EvaluationError::WrongState | EvaluationError::Conflicts(_) | EvaluationError::SpokenMeanwhile => web::Problem::Changed,
        _ => web::Problem::Forbidden,
    }
}
