//! What is wrong with the body of a request to the interface for programs.

use axum::extract::rejection::JsonRejection;
use ui::Lang;

/// The fault of a body in words: what the reader of JSON found and where, without the names that the program uses inside.
#[must_use]
pub fn bad_json(rejection: &JsonRejection, lang: Lang) -> String {
    let told = plain(&rejection.body_text());
    lang.pick(format!("Không đọc được nội dung gửi lên: {}.", vietnamese(&told)), format!("The body cannot be read: {told}."))
}

/// Types of the program are objects to whoever writes JSON.
fn plain(text: &str) -> String {
    if text.ends_with("length limit exceeded") {
        return "it is longer than what is taken here".to_owned();
    }
    let detail = ["Failed to deserialize the JSON body into the target type: ", "Failed to parse the request body as JSON: "];
    let text = detail.iter().find_map(|head| text.strip_prefix(head)).unwrap_or(text);
    let Some((before, rest)) = text.split_once("expected struct ") else { return text.to_owned() };
    let end = [" at line ", ", "].iter().filter_map(|sign| rest.find(sign)).min().unwrap_or(rest.len());
    format!("{before}expected an object{}", &rest[end..])
}

/// What the reader of JSON says, in Vietnamese. Names of fields and values stay as they were sent; a sentence that is not known here stays whole.
fn vietnamese(told: &str) -> String {
    // Longer sentences before those that are a part of them.
    const WORDS: [(&str, &str); 33] = [
        ("it is longer than what is taken here", "dài hơn mức được nhận ở đây"),
        ("invalid type: ", "sai kiểu: gửi lên là "),
        ("invalid value: ", "giá trị không dùng được: gửi lên là "),
        ("invalid length ", "sai số phần tử: gửi lên "),
        ("missing field ", "thiếu trường "),
        ("unknown field ", "không có trường "),
        ("unknown variant ", "không có lựa chọn "),
        ("duplicate field ", "trùng trường "),
        (", there are no fields", ", ở đây không nêu trường nào"),
        (", expected one of ", ", phải là một trong "),
        (", expected ", ", phải là "),
        ("EOF while parsing an object", "nội dung kết thúc khi đối tượng chưa đóng"),
        ("EOF while parsing a list", "nội dung kết thúc khi danh sách chưa đóng"),
        ("EOF while parsing a string", "nội dung kết thúc khi chuỗi ký tự chưa đóng"),
        ("EOF while parsing a value", "nội dung trống hoặc thiếu giá trị"),
        ("expected value", "cần một giá trị"),
        ("expected ident", "cần true, false hoặc null"),
        ("trailing characters", "thừa ký tự ở cuối"),
        ("trailing comma", "thừa dấu phẩy"),
        ("key must be a string", "tên trường phải nằm trong ngoặc kép"),
        ("expected `,` or `}`", "cần dấu , hoặc dấu }"),
        ("expected `,` or `]`", "cần dấu , hoặc dấu ]"),
        ("expected `:`", "cần dấu :"),
        ("an object", "đối tượng"),
        ("a sequence", "danh sách"),
        ("a tuple of size ", "danh sách có số phần tử là "),
        ("a string", "chuỗi ký tự"),
        ("a boolean", "true hoặc false"),
        ("a map", "đối tượng"),
        (" at line ", ", dòng "),
        (" column ", ", cột "),
        (" or ", " hoặc "),
        (" with 1 element", " có 1 phần tử"),
    ];
    const KINDS: [(&str, &str); 9] = [
        ("sequence", "danh sách"),
        ("map", "đối tượng"),
        ("string ", "chuỗi ký tự "),
        ("integer ", "số nguyên "),
        ("floating point ", "số "),
        ("boolean ", "giá trị "),
        ("null", "null"),
        ("unit", "null"),
        ("Option value", "giá trị trống"),
    ];
    const WANTED: [&str; 10] = ["u8", "u16", "u32", "u64", "usize", "i8", "i16", "i32", "i64", "isize"];
    if told.starts_with("Expected request with `Content-Type") {
        return "tiêu đề Content-Type phải là application/json".to_owned();
    }
    // What was sent stands in quotes, and nothing in them is touched.
    let mut out = String::with_capacity(told.len() * 2);
    let mut rest = told;
    while let Some(start) = rest.find(['`', '"']) {
        let sign = &rest[start..=start];
        let Some(end) = rest[start + 1..].find(sign).map(|end| start + 1 + end) else { break };
        // Signs that JSON itself wants belong to the sentence.
        let whole = if matches!(&rest[start..=end], "`,`" | "`}`" | "`]`" | "`:`") { end + 1 } else { start };
        out += &rest[..whole];
        if whole == start {
            out.push('\u{1}');
            out += &rest[start..=end];
            out.push('\u{1}');
        }
        rest = &rest[end + 1..];
    }
    out += rest;
    let parts = out.split('\u{1}').enumerate().map(|(at, part)| {
        if at % 2 == 1 {
            return part.to_owned();
        }
        let mut text = WORDS.iter().fold(part.to_owned(), |text, (english, words)| text.replace(english, words));
        for (english, words) in KINDS {
            text = text.replace(&format!("gửi lên là {english}"), &format!("gửi lên là {words}"));
        }
        for kind in WANTED {
            text = text.replace(&format!("phải là {kind}"), "phải là số nguyên");
        }
        text
    });
    parts.collect()
}

#[cfg(test)]
mod tests {
    use super::{plain, vietnamese};

    #[test]
    fn the_reader_of_json_speaks_vietnamese() {
        let check = |told: &str, words: &str| assert_eq!(vietnamese(told), words);
        check(
            "guidance: invalid type: string \"expected a string\", expected an object at line 1 column 40",
            "guidance: sai kiểu: gửi lên là chuỗi ký tự \"expected a string\", phải là đối tượng, dòng 1, cột 40",
        );
        check(
            "figures[0]: unknown field `x`, expected one of `indicator`, `value` at line 1 column 9",
            "figures[0]: không có trường `x`, phải là một trong `indicator`, `value`, dòng 1, cột 9",
        );
        check("unknown field `a`, expected `b` or `c` at line 1 column 4", "không có trường `a`, phải là `b` hoặc `c`, dòng 1, cột 4");
        check("missing field `version` at line 1 column 20", "thiếu trường `version`, dòng 1, cột 20");
        check(
            "version: invalid type: integer `5`, expected a string at line 1 column 2",
            "version: sai kiểu: gửi lên là số nguyên `5`, phải là chuỗi ký tự, dòng 1, cột 2",
        );
        check(
            "version: invalid type: string \"5\", expected i64 at line 1 column 2",
            "version: sai kiểu: gửi lên là chuỗi ký tự \"5\", phải là số nguyên, dòng 1, cột 2",
        );
        check("invalid type: null, expected a sequence at line 1 column 2", "sai kiểu: gửi lên là null, phải là danh sách, dòng 1, cột 2");
        check("Expected request with `Content-Type: application/json`", "tiêu đề Content-Type phải là application/json");
        check("EOF while parsing an object at line 1 column 1", "nội dung kết thúc khi đối tượng chưa đóng, dòng 1, cột 1");
        check("expected `,` or `}` at line 2 column 3", "cần dấu , hoặc dấu }, dòng 2, cột 3");
    }

    #[test]
    fn names_of_the_program_stay_inside() {
        let check = |told: &str, words: &str| assert_eq!(plain(told), words);
        check(
            "Failed to deserialize the JSON body into the target type: invalid type: sequence, expected struct Body with 1 element at line 1 column 0",
            "invalid type: sequence, expected an object at line 1 column 0",
        );
        check(
            "Failed to deserialize the JSON body into the target type: figures[0]: unknown field `x`, expected one of `indicator` at line 1 column 9",
            "figures[0]: unknown field `x`, expected one of `indicator` at line 1 column 9",
        );
        check(
            "Failed to parse the request body as JSON: EOF while parsing an object at line 1 column 1",
            "EOF while parsing an object at line 1 column 1",
        );
    }
}
