//! What each problem says to people: what happened, and what to do.

use axum::http::StatusCode;
use ui::Lang;

use super::{Problem, Words};

impl Problem {
    /// What it says to people.
    #[must_use]
    pub fn words(&self, lang: Lang) -> Words {
        let home = |words: Words| words.link(lang.pick("Trang đầu", "Home"), lang.href("/"));
        match self {
            Self::NotFound => home(
                Words::new(
                    lang.pick("Không tìm thấy trang", "Page not found"),
                    lang.pick(
                        "Không có trang nào ở địa chỉ này, hoặc trang không thuộc quyền xem của bạn.",
                        "There is no page at this address, or it is not yours to see.",
                    ),
                )
                .advice(lang.pick("Kiểm tra lại địa chỉ, hoặc đi từ trang đầu.", "Check the address, or start from the home page."))
                .advice(lang.pick(
                    "Nếu bạn làm việc cho nhiều đơn vị, hãy chọn đúng đơn vị ở góc trên bên phải.",
                    "If you act for several units, choose the right one at the top right.",
                )),
            ),
            Self::Forbidden => home(
                Words::new(
                    lang.pick("Không có quyền thực hiện", "Not allowed"),
                    lang.pick(
                        "Bạn được xem nội dung này nhưng không được thực hiện thao tác vừa chọn.",
                        "You may see this, but not do what you chose.",
                    ),
                )
                .advice(lang.pick(
                    "Nếu việc này thuộc nhiệm vụ của bạn, hãy đề nghị người quản trị cấp vai trò phù hợp.",
                    "If this is your task, ask an administrator for the role.",
                )),
            ),
            Self::BadToken => Words::new(
                lang.pick("Mã truy cập không dùng được", "The access token does not work"),
                lang.pick("Mã truy cập sai, đã hết hạn hoặc đã bị thu hồi.", "The access token is wrong, has ended or was taken back."),
            )
            .advice(lang.pick("Tạo mã mới ở trang Tài khoản của tôi.", "Make a new one on the page My account.")),
            Self::SentTwice => home(Words::new(
                lang.pick("Nội dung này đã được gửi", "This was sent already"),
                lang.pick(
                    "Hệ thống đã nhận nội dung này và đang xử lý; không cần gửi lại.",
                    "This was received and is at work; there is no need to send it again.",
                ),
            )),
            Self::OtherSite => home(
                Words::new(
                    lang.pick("Yêu cầu đến từ trang khác", "Sent from another site"),
                    lang.pick(
                        "Yêu cầu này do một trang ngoài hệ thống gửi đi nên không được thực hiện. Không có dữ liệu nào bị thay đổi.",
                        "A page outside of this site sent this request, so it was not carried out. Nothing was changed.",
                    ),
                )
                .advice(lang.pick("Mở lại trang trong hệ thống và thực hiện từ đó.", "Open the page on this site and do it from there.")),
            ),
            Self::BadForm => home(Words::new(
                lang.pick("Nội dung gửi không hợp lệ", "The form is not understood"),
                lang.pick("Nội dung gửi lên không đúng dạng của biểu mẫu trên trang.", "What was sent does not have the form of the page."),
            )),
            Self::TooLarge { limit } => home(
                Words::new(
                    lang.pick("Nội dung gửi lên quá lớn", "Too large"),
                    &lang.pick(
                        format!("Nội dung gửi lên vượt quá {} MB.", limit >> 20),
                        format!("What was sent is larger than {} MB.", limit >> 20),
                    ),
                )
                .advice(lang.pick("Chia nhỏ hoặc nén tệp rồi gửi lại.", "Split or compress the file and send it again.")),
            ),
            Self::BrokenOff => home(
                Words::new(
                    lang.pick("Nội dung gửi bị ngắt giữa chừng", "Broken off"),
                    lang.pick(
                        "Kết nối bị ngắt trước khi nhận đủ nội dung. Chưa có gì được lưu.",
                        "The connection broke off before everything was received. Nothing was saved.",
                    ),
                )
                .advice(lang.pick("Quay lại trang trước rồi gửi lại.", "Go back and send it again.")),
            ),
            Self::Changed => home(
                Words::new(
                    lang.pick("Nội dung đã được người khác sửa", "Somebody else changed this"),
                    lang.pick(
                        "Trong lúc bạn đang sửa, người khác đã lưu một bản mới. Bản của bạn chưa được lưu.",
                        "While you were editing, somebody else saved a new version. Yours was not saved.",
                    ),
                )
                .advice(lang.pick(
                    "Quay lại, tải lại trang để xem bản mới, rồi sửa tiếp nếu cần.",
                    "Go back, reload the page to see it, and edit again if need be.",
                )),
            ),
            Self::StaleForm { .. } => Words::new(
                lang.pick("Cần xác nhận lại trước khi gửi", "Please confirm"),
                lang.pick(
                    "Trang này được mở từ phiên làm việc trước. Nội dung bạn nhập vẫn còn, chưa được lưu.",
                    "This page was opened in an earlier session. What you typed is kept, and not saved yet.",
                ),
            ),
            Self::WrongMethod => home(Words::new(
                lang.pick("Thao tác không được hỗ trợ", "Method not allowed"),
                lang.pick("Địa chỉ này không nhận thao tác vừa gửi.", "This address does not take what was sent."),
            )),
            Self::TooMany => home(
                Words::new(
                    lang.pick("Quá nhiều yêu cầu", "Too many requests"),
                    lang.pick(
                        "Hệ thống nhận được quá nhiều yêu cầu từ địa chỉ mạng của bạn trong thời gian ngắn.",
                        "Too many requests came from your network address within a short time.",
                    ),
                )
                .advice(lang.pick("Đợi một phút rồi thử lại.", "Wait a minute and try again.")),
            ),
            Self::BadValue { key, value } => home(Words::new(
                lang.pick("Địa chỉ không hợp lệ", "Address not understood"),
                &lang.pick(
                    format!("Giá trị “{value}” của “{key}” trong địa chỉ không hợp lệ."),
                    format!("The value “{value}” of “{key}” in the address is not understood."),
                ),
            )),
            Self::SignIn { .. } | Self::SignInAndKeep { .. } => Words::new(
                lang.pick("Cần đăng nhập", "Sign in first"),
                lang.pick("Chưa đăng nhập, hoặc phiên làm việc đã kết thúc.", "Nobody is signed in, or the session has ended."),
            )
            .advice(lang.pick(
                "Trình duyệt: đăng nhập lại. Phần mềm khác: gửi mã truy cập trong tiêu đề Authorization: Bearer.",
                "A browser signs in again; another program sends an access token as Authorization: Bearer.",
            )),
            Self::SetFirst { .. } => Words::new(
                lang.pick("Cần thiết lập trước", "Set up first"),
                lang.pick("Cần đặt mật khẩu hoặc xác thực hai lớp trước.", "A password or second factor must be set first."),
            ),
            Self::FileLost => Words::new(
                lang.pick("Tệp không còn trong kho", "The file is not in the store"),
                lang.pick(
                    "Hệ thống có ghi nhận tệp này nhưng kho tệp minh chứng không còn giữ tệp. Các tệp và số liệu khác không bị ảnh hưởng.",
                    "The file is known here, but the store of evidence files has it no more. Other files and figures are not touched.",
                ),
            )
            .advice(lang.pick(
                "Báo cho người quản trị: tệp có thể lấy lại từ bản sao lưu.",
                "Tell the administrator: a backup may have it.",
            ))
            .advice(lang.pick(
                "Nếu còn bản gốc, hãy tải lên lại: tệp giống hệt từng byte sẽ trở về đúng chỗ.",
                "If you have the original, send it again: a file that is the same to the byte goes back to its place.",
            )),
            Self::Files => Words::new(
                lang.pick("Kho tệp tạm thời không trả lời", "The file store does not answer"),
                lang.pick(
                    "Kho tệp minh chứng tạm thời không trả lời nên chưa nhận và chưa mở được tệp. Không có tệp nào đã lưu bị mất; các trang khác vẫn dùng được.",
                    "The store of evidence files does not answer for the moment, so files can be neither taken nor opened. No file is lost; other pages work.",
                ),
            )
            .advice(lang.pick(
                "Đợi một phút rồi thử lại. Nếu vẫn không được, báo cho đơn vị vận hành.",
                "Wait a minute and try again. If it stays so, tell the agency that runs the site.",
            )),
            Self::Db(_) if self.status() == StatusCode::SERVICE_UNAVAILABLE => Words::new(
                lang.pick("Tạm thời chưa phục vụ được", "Temporarily unavailable"),
                lang.pick(
                    "Hệ thống tạm thời chưa lấy được số liệu. Không có dữ liệu nào đã lưu bị mất.",
                    "The data cannot be reached for the moment. Nothing that was saved is lost.",
                ),
            )
            .advice(lang.pick(
                "Đợi một phút rồi tải lại trang. Nếu vẫn không được, báo cho đơn vị vận hành.",
                "Wait a minute and reload the page. If it stays so, tell the agency that runs the site.",
            )),
            Self::Db(_) | Self::Document(_) | Self::Fault => home(
                Words::new(
                    lang.pick("Hệ thống gặp lỗi", "Something went wrong"),
                    lang.pick(
                        "Trang này chưa hiển thị được do lỗi của hệ thống. Không có dữ liệu nào đã lưu bị mất.",
                        "The page could not be shown because of a fault in the system. Nothing that was saved is lost.",
                    ),
                )
                .advice(lang.pick(
                    "Tải lại trang. Nếu vẫn gặp lỗi, báo cho đơn vị vận hành kèm địa chỉ trang và thời điểm.",
                    "Reload the page. If it happens again, tell the agency that runs the site, with the address and the time.",
                )),
            ),
        }
    }
}
