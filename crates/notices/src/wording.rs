//! The text of mails, Vietnamese with English below, and the body of web messages.

use platform::in_viet_nam;
use serde_json::{Value, json};

use crate::outbox::Waiting;
use crate::post::{Parcel, Post};

fn due(waiting: &Waiting) -> (String, String) {
    waiting.due_at.map_or_else(Default::default, |at| {
        let at = in_viet_nam(at).format("%d/%m/%Y %H:%M");
        (format!(" Hạn: {at}."), format!(" Due: {at}."))
    })
}

fn lines(waiting: &Waiting, post: &Post) -> String {
    let (vi, en) = due(waiting);
    format!("{}{vi}\n{}{en}\n{}{}\n", ended(&waiting.text_vi), ended(&waiting.text_en), post.public_address, waiting.link)
}

/// A sentence with a sign at its end: a reason that somebody typed often has none.
fn ended(text: &str) -> String {
    let text = text.trim_end();
    if text.ends_with(['.', '!', '?', '…']) { text.to_owned() } else { format!("{text}.") }
}

fn last_words(post: &Post) -> String {
    let place = format!("{}/lam-viec/tai-khoan/thong-bao", post.public_address);
    format!("\n-- \n{}\nChọn thông báo muốn nhận / Choose what you want to get: {place}\n", post.name)
}

fn body_of(waiting: &Waiting, post: &Post) -> Value {
    json!({
        "notice": waiting.notice, "kind": waiting.kind, "text_vi": waiting.text_vi, "text_en": waiting.text_en,
        "link": format!("{}{}", post.public_address, waiting.link), "due_at": waiting.due_at, "made_at": waiting.made_at,
    })
}

fn person(waiting: &Waiting) -> Value {
    json!({ "login": waiting.login, "name": waiting.name, "phone": waiting.phone, "email": waiting.email })
}

/// A message with one notice.
pub(crate) fn single(waiting: &Waiting, post: &Post) -> Parcel {
    Parcel {
        key: format!("notice-{}", waiting.notice),
        name: waiting.name.clone(),
        email: waiting.email.clone(),
        subject: waiting.text_vi.clone(),
        text: format!("Kính gửi {},\n\n{}{}", waiting.name, lines(waiting, post), last_words(post)),
        body: json!({ "type": "notice", "person": person(waiting), "notices": [body_of(waiting, post)] }),
    }
}

/// A message with everything that waits for a person; nothing when nothing does.
pub(crate) fn digest(all: &[Waiting], day: &str, post: &Post) -> Option<Parcel> {
    let first = all.first()?;
    let listed: Vec<String> = all.iter().map(|waiting| lines(waiting, post)).collect();
    let shown = day.parse::<chrono::NaiveDate>().map_or_else(|_| day.to_owned(), |day| day.format("%d/%m/%Y").to_string());
    Some(Parcel {
        key: format!("digest-{}-{day}-{}", first.account, first.notice),
        name: first.name.clone(),
        email: first.email.clone(),
        subject: format!("{} thông báo ngày {shown}", all.len()),
        text: format!("Kính gửi {},\n\n{}{}", first.name, listed.join("\n"), last_words(post)),
        body: json!({
            "type": "digest", "day": day, "person": person(first),
            "notices": all.iter().map(|waiting| body_of(waiting, post)).collect::<Vec<_>>(),
        }),
    })
}
