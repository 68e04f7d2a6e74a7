//! Words for a problem that came after something was sent to be saved.

use axum::http::StatusCode;
use ui::Lang;

use super::{Problem, Words};

impl Problem {
    /// The same after something was sent to be saved: whoever sent it must know what became of it.
    pub(super) fn words_after(&self, sent: bool, lang: Lang) -> Words {
        let mut words = self.words(lang);
        let unserved = self.status() == StatusCode::SERVICE_UNAVAILABLE;
        if sent && unserved {
            lang.pick(
                "Nội dung vừa gửi chưa được lưu vì hệ thống tạm thời không ghi được. Những gì đã lưu trước đó không bị mất.",
                "What you just sent was not saved, as nothing can be written for the moment. What was saved before is not lost.",
            )
            .clone_into(&mut words.happened);
            words.advice = vec![
                lang.pick("Đợi một phút rồi mở lại trang và gửi lại.", "Wait a minute, open the page again and send it once more.")
                    .to_owned(),
            ];
        } else if sent && self.status() == StatusCode::INTERNAL_SERVER_ERROR {
            words.advice.insert(
                0,
                lang.pick(
                    "Nội dung vừa gửi có thể chưa được lưu: mở lại trang để xem trước khi gửi lần nữa.",
                    "What you just sent may not have been saved: open the page again and look before you send it once more.",
                )
                .to_owned(),
            );
        }
        words
    }
}
