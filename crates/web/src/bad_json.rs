//! What is wrong with the body of a request to the interface for programs.

use axum::extract::rejection::JsonRejection;
use ui::Lang;

/// The fault of a body in words: what the reader of JSON found and where, without the names that the program uses inside.
#[must_use]
pub fn bad_json(rejection: &JsonRejection, lang: Lang) -> String {
    let told = plain(&rejection.body_text());
    lang.pick(
        format!("Không đọc được nội dung gửi lên. Bộ đọc JSON báo: {told}"),
        format!("The body cannot be read. The reader of JSON says: {told}"),
    )
}

/// Types of the program are objects to whoever writes JSON.
fn plain(text: &str) -> String {
    let detail = ["Failed to deserialize the JSON body into the target type: ", "Failed to parse the request body as JSON: "];
    let text = detail.iter().find_map(|head| text.strip_prefix(head)).unwrap_or(text);
    let Some((before, rest)) = text.split_once("expected struct ") else { return text.to_owned() };
    let end = [" at line ", ", "].iter().filter_map(|sign| rest.find(sign)).min().unwrap_or(rest.len());
    format!("{before}expected an object{}", &rest[end..])
}

#[cfg(test)]
mod tests {
    use super::plain;

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
