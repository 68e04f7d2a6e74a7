//! Faults of a definition in words.

use composite_index::DefinitionRule;
use ui::Lang;

/// Which rule a definition breaks, for the one who writes it; `detail` tells the kinds of one rule apart.
#[must_use]
pub fn definition_rule(rule: DefinitionRule, detail: &str, lang: Lang) -> &'static str {
    match rule {
        DefinitionRule::Syntax => lang.pick("không đúng cú pháp TOML", "is not TOML"),
        DefinitionRule::WrongFormat => lang.pick("không phải định dạng mà chương trình đọc được", "is not the format this program reads"),
        DefinitionRule::MissingKey => lang.pick("thiếu khóa bắt buộc", "a required key is missing"),
        DefinitionRule::UnknownKey => lang.pick("khóa không có trong định dạng", "the format has no such key"),
        DefinitionRule::WrongType => lang.pick("giá trị sai kiểu", "the value has the wrong kind"),
        DefinitionRule::UnknownWord => lang.pick("từ không nằm trong danh sách cho phép", "the word is not one of the list"),
        DefinitionRule::NotADecimal => {
            lang.pick("số phải viết trong ngoặc kép, dấu chấm thập phân", "the number must be an exact decimal in quotes")
        }
        DefinitionRule::Duplicate => lang.pick("xuất hiện hai lần", "stands twice"),
        DefinitionRule::UnknownReference => lang.pick("trỏ tới mục không tồn tại", "names something that does not exist"),
        DefinitionRule::Cycle => lang.pick("nút là cấp trên của chính nó", "the node is its own ancestor"),
        DefinitionRule::OneTotal => lang.pick("phải có đúng một nút không có cấp trên", "exactly one node must have no parent"),
        DefinitionRule::Weight if detail.contains('≠') => {
            lang.pick("tổng trọng số của các nút con khác với weights_sum", "the weights of the children do not add up to weights_sum")
        }
        DefinitionRule::Weight => lang.pick("trọng số đặt sai chỗ, bị thiếu hoặc âm", "the weight is misplaced, missing or negative"),
        DefinitionRule::AggregationPlace => lang.pick("cách tổng hợp đặt sai chỗ hoặc bị thiếu", "the aggregation is misplaced or missing"),
        DefinitionRule::Order => lang.pick("thứ tự hoặc khoảng giá trị bị ngược", "the order or the range is reversed"),
        DefinitionRule::Bracket => lang.pick("các khoảng để hở, chồng nhau hoặc trống", "the brackets leave a gap, overlap or are empty"),
        DefinitionRule::Formula => {
            lang.pick("công thức không đọc được (số đầu là vị trí ký tự)", "the formula cannot be read (the number is the place)")
        }
        DefinitionRule::Maximum => lang.pick("điểm tối đa bị thiếu hoặc không khớp", "the maximum is missing or does not add up"),
        DefinitionRule::RulePlace => lang.pick("quy tắc tính điểm đặt sai chỗ hoặc không hợp", "the rule is misplaced or does not fit"),
        DefinitionRule::RoleSign => lang.pick(
            "điểm thưởng không được làm giảm điểm, điểm trừ không được làm tăng điểm",
            "a bonus takes points away, or a penalty gives points",
        ),
        DefinitionRule::TooLarge => lang.pick("vượt giới hạn cho phép", "is beyond the bound"),
    }
}

/// What the engine says of a fault in words of its own, in the language of the reader; keys and words of the format stay as they are.
#[must_use]
pub fn definition_detail(rule: DefinitionRule, detail: &str, lang: Lang) -> String {
    const WORDS: [(&str, &str); 20] = [
        ("number, figure or (", "cần số, số liệu hoặc dấu ("),
        ("whole number 0 to 28", "cần số nguyên từ 0 đến 28"),
        ("operator", "cần phép tính hoặc hết công thức"),
        (": empty", ": trống"),
        (" figure (", " cần một số liệu ("),
        ("unknown figure ", "không có số liệu "),
        ("unknown function ", "không có hàm "),
        ("number expected", "cần một số"),
        ("condition expected", "cần một điều kiện"),
        ("too many digits", "quá nhiều chữ số"),
        ("(found ", "(gặp "),
        ("(end)", "(hết công thức)"),
        ("no weight here", "nút này không mang trọng số"),
        ("no children, no rule", "không có nút con và không có quy tắc"),
        ("no children", "không có nút con"),
        ("highest first", "cao nhất đứng trước"),
        ("column of every table", "tên cột có sẵn của mọi bảng"),
        ("gap: ", "hở: "),
        ("overlap: ", "chồng nhau: "),
        (" levels", " cấp lồng nhau"),
    ];
    if lang == Lang::En {
        return detail.to_owned();
    }
    if rule == DefinitionRule::Syntax {
        return format!("bộ đọc TOML báo: {detail}");
    }
    WORDS.iter().fold(detail.to_owned(), |text, (english, vietnamese)| text.replace(english, vietnamese))
}
