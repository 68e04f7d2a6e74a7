//! What a form asks of a part beside its rule: where its subject does not exist, and for which blocks of units it is.

use composite_index::{AbsentThen, Definition, NodeId};
use maud::{Markup, html};
use ui::Lang;
use ui::parts::{self, Choice, Field, FieldError, Input};
use web::Fields;

use crate::editing::AbsentEdit;

/// What may happen, in the order of the form: the word of the format, Vietnamese, English.
const THEN: [(&str, &str, &str); 5] = [
    ("", "– không quy định –", "– nothing is said –"),
    ("full", "được điểm tối đa", "all points"),
    ("zero", "0 điểm", "no points"),
    ("not-applicable", "không áp dụng, giảm điểm tối đa của đơn vị", "not applicable, the unit's maximum is reduced"),
    ("move", "chuyển điểm tối đa sang tiêu chí khác cùng nhóm", "its maximum moves to others of its group"),
];

/// The fields of a part as they are saved: name, value.
pub(crate) fn fields_of(definition: &Definition, id: NodeId) -> Vec<(&'static str, String)> {
    let node = &definition.nodes[id];
    let mut fields: Vec<(&'static str, String)> = node.blocks.iter().map(|block| ("khoi", block.clone())).collect();
    if let Some(absent) = &node.absent {
        fields.push(("vang-khi", absent.when.text().to_owned()));
        fields.push(("vang-thi", absent.then.word().to_owned()));
        if let AbsentThen::MoveTo { siblings, equal } = &absent.then {
            let codes: Vec<&str> = siblings.iter().map(|sibling| definition.nodes[*sibling].code.as_str()).collect();
            fields.push(("vang-sang", codes.join(", ")));
            fields.push(("vang-chia", if *equal { "" } else { "by-maximum" }.to_owned()));
        }
    }
    fields
}

/// What the form says happens where the subject does not exist.
///
/// # Errors
/// Every field that cannot be taken.
pub(crate) fn absent_of(fields: &Fields, lang: Lang) -> Result<Option<AbsentEdit>, Vec<FieldError>> {
    let mut wrong = Vec::new();
    let mut refuse = |field: &str, vi: &str, en: &str| wrong.push(FieldError::new(field, lang.pick(vi, en)));
    let (then, when) = (fields.text("vang-thi"), fields.text("vang-khi"));
    let codes = fields.text("vang-sang").split([',', ';', ' ']).map(str::trim).filter(|code| !code.is_empty());
    let to: Vec<String> = codes.map(str::to_owned).collect();
    if !THEN.iter().any(|(word, ..)| *word == then) || (then.is_empty() && (!when.is_empty() || !to.is_empty())) {
        refuse("vang-thi", "Chọn cách tính khi không có nội dung để đánh giá.", "Say what happens where there is nothing to evaluate.");
    }
    if !then.is_empty() && when.is_empty() {
        refuse("vang-khi", "Viết điều kiện, ví dụ: planned = 0.", "Write the condition, such as planned = 0.");
    }
    match (then, to.is_empty()) {
        ("move", true) => refuse(
            "vang-sang",
            "Nhập mã các tiêu chí nhận điểm, ví dụ: 1.2, 1.3.",
            "Name the parts that take the points, such as 1.2, 1.3.",
        ),
        ("move", false) | (_, true) => {}
        _ => refuse("vang-sang", "Chỉ nhập ô này khi chuyển điểm sang tiêu chí khác.", "Only where the maximum moves."),
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let by_maximum = fields.text("vang-chia") == "by-maximum";
    Ok((!then.is_empty()).then(|| AbsentEdit { when: when.to_owned(), then: then.to_owned(), to, by_maximum }))
}

/// The fields of a leaf whose subject may not exist.
pub(crate) fn absent_fields(shown: &Fields, errors: &[FieldError], lang: Lang) -> Markup {
    let of = |field: &str| errors.iter().find(|error| error.field == field).map(|error| error.message.as_str());
    let then: Vec<Choice> =
        THEN.iter().map(|(word, vi, en)| Choice::new(*word, lang.pick(*vi, *en), *word == shown.text("vang-thi"))).collect();
    let shares = [
        ("", lang.pick("chia đều", "in equal parts")),
        ("by-maximum", lang.pick("theo điểm tối đa của từng tiêu chí", "in proportion to their maxima")),
    ];
    let shares = shares.map(|(word, said)| Choice::new(word, said, word == shown.text("vang-chia")));
    let when = lang.pick(
        "Viết mã số liệu và phép so sánh, nối bằng and, or. Ví dụ: planned = 0, hoặc received = 0 and carried = 0.",
        "Codes of figures and comparisons, joined by and, or. For example: planned = 0.",
    );
    html! {
        // Only a form that had these fields says anything about them.
        input type="hidden" name="co-vang" value="1";
        (parts::select_field(&Field::new("vang-thi", lang.pick("Khi đơn vị không có nội dung để đánh giá", "Where the unit has nothing to evaluate")).error(of("vang-thi")), &then, lang))
        (parts::text_field(&Field::new("vang-khi", lang.pick("Không có nội dung khi", "There is nothing where")).hint(when).error(of("vang-khi")).optional(), Input::Text, shown.text("vang-khi"), None, lang))
        (parts::text_field(&Field::new("vang-sang", lang.pick("Chuyển điểm sang các tiêu chí", "The maximum moves to")).hint(lang.pick("Mã các tiêu chí cùng nhóm, cách nhau bằng dấu phẩy; chỉ nhập khi chuyển điểm.", "Codes of the same group with commas; only where it moves.")).error(of("vang-sang")).optional(), Input::Text, shown.text("vang-sang"), None, lang))
        (parts::select_field(&Field::new("vang-chia", lang.pick("Cách chia điểm chuyển", "How it is shared")), &shares, lang))
    }
}

/// The blocks that a part is for, where the set has several.
pub(crate) fn block_fields(definition: &Definition, shown: &Fields, lang: Lang) -> Markup {
    let held = shown.all("khoi");
    let name = |block: &composite_index::Block| lang.pick(block.name.vi.clone(), block.name.en.clone());
    let choices: Vec<Choice> =
        definition.blocks.iter().map(|block| Choice::new(block.code.as_str(), name(block), held.contains(&block.code.as_str()))).collect();
    let hint = lang.pick("Không chọn khối nào thì áp dụng với mọi khối.", "With none chosen it is for all of them.");
    html! {
        @if !choices.is_empty() {
            input type="hidden" name="co-khoi" value="1";
            (parts::checkboxes(&Field::new("khoi", lang.pick("Chỉ áp dụng với khối", "Only for blocks")).hint(hint).optional(), &choices, lang))
        }
    }
}
