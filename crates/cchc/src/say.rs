//! The one place where errors become words: what happened, where, and what to do.

mod backups;
mod faults;
mod network;
mod openid;
pub(crate) mod survey;
mod work;

use std::error::Error;
use std::fmt::Write as _;
use std::io;
use std::path::Path;

use platform::{DbError, DbFault, OpenError};
use ui::Lang;

pub(crate) use backups::{backup, empty_passphrase, file_faults, files, identity, identity_not_written, key, recipient_or_passphrase};
pub(crate) use faults::{catalogue_faults, definition_faults, sheet_cells, table_faults};
pub(crate) use network::{certificate, half_a_certificate, listen, log_level};
pub(crate) use openid::openid_setting;
pub(crate) use work::{half_a_setting, made_up_people, message_setting, no_workers, webhook_setting};

/// The chain of causes, for the end of a message to an administrator.
fn causes(error: &dyn Error) -> String {
    let mut text = String::new();
    let mut cause = error.source();
    while let Some(error) = cause {
        let words = error.to_string();
        // Wrappers repeat what they wrap; the last words say it once.
        if error.source().is_none_or(|next| !words.ends_with(&next.to_string())) {
            let _ = write!(text, "\n  ← {words}");
        }
        cause = error.source();
    }
    text
}

/// What the system says, in words of the language where it is one of the usual things.
fn io_words(lang: Lang, error: &io::Error) -> String {
    let (vi, en) = match error.kind() {
        io::ErrorKind::NotFound => ("không tìm thấy", "not found"),
        io::ErrorKind::PermissionDenied => ("không có quyền", "no right to do it"),
        io::ErrorKind::AlreadyExists => ("đã có sẵn", "it is there already"),
        io::ErrorKind::StorageFull => ("hết dung lượng đĩa", "the disk is full"),
        io::ErrorKind::ReadOnlyFilesystem => ("ổ đĩa chỉ cho đọc", "the disk may only be read"),
        io::ErrorKind::IsADirectory => ("đây là một thư mục", "it is a folder"),
        io::ErrorKind::NotADirectory => ("đây không phải là thư mục", "it is no folder"),
        io::ErrorKind::InvalidData => ("nội dung không phải văn bản UTF-8", "it is no text in UTF-8"),
        io::ErrorKind::BrokenPipe => ("nơi nhận đã đóng", "whoever read it has left"),
        io::ErrorKind::ConnectionRefused => ("bị từ chối kết nối", "the connection was refused"),
        io::ErrorKind::TimedOut => ("quá thời gian chờ", "it took too long"),
        _ => return error.to_string(),
    };
    lang.pick(format!("{vi} ({error})"), format!("{en} ({error})"))
}

pub(crate) fn runtime(lang: Lang, error: &io::Error) -> String {
    let error = io_words(lang, error);
    lang.pick(format!("Không khởi động được bộ xử lý: {error}."), format!("The runtime could not be started: {error}."))
}

pub(crate) fn output(lang: Lang, error: &io::Error) -> String {
    let error = io_words(lang, error);
    lang.pick(
        format!("Không ghi được kết quả ra: {error}. Kiểm tra dung lượng đĩa và quyền ghi rồi chạy lại; dữ liệu không thay đổi."),
        format!("The result could not be written: {error}. Check disk space and rights and run again; no data was changed."),
    )
}

pub(crate) fn unreadable(lang: Lang, path: &Path, error: &io::Error) -> String {
    let (path, error) = (path.display(), io_words(lang, error));
    lang.pick(
        format!("Không đọc được tệp {path}: {error}. Kiểm tra đường dẫn và quyền đọc."),
        format!("The file {path} cannot be read: {error}. Check the path and the rights."),
    )
}

pub(crate) fn settings_file(lang: Lang, path: &Path, cause: &str) -> String {
    let path = path.display();
    lang.pick(
        format!("Tệp cấu hình {path} có lỗi:\n{cause}\nCác khóa hợp lệ có trong docs/reference.md hoặc lệnh `cchc reference`."),
        format!("The settings file {path} has a fault:\n{cause}\nThe valid keys are in docs/reference.md, or run `cchc reference`."),
    )
}

pub(crate) fn open(lang: Lang, error: &OpenError) -> String {
    let text = match error {
        OpenError::Folder { path, .. } => {
            let path = path.display();
            lang.pick(
                format!("Không ghi được vào thư mục dữ liệu {path}. Cấp quyền ghi cho người chạy chương trình, hoặc chọn thư mục khác bằng --data."),
                format!("The data folder {path} cannot be written. Give the user of this program the right to write, or choose another folder with --data."),
            )
        }
        OpenError::Address => lang
            .pick(
                "Không hiểu địa chỉ cơ sở dữ liệu. Dạng đúng: postgres://người-dùng:mật-khẩu@máy-chủ/tên hoặc sqlite:/thư-mục/tệp.db.",
                "The database address is not understood. It looks like postgres://user:password@host/name or sqlite:/folder/file.db.",
            )
            .to_owned(),
        OpenError::Newer { found, known } => lang.pick(
            format!("Cơ sở dữ liệu thuộc phiên bản {found}, mới hơn phiên bản {known} mà chương trình này biết. Dùng chương trình mới hơn, hoặc phục hồi bản sao lưu cũ; dữ liệu chưa bị thay đổi."),
            format!("The database has version {found}, newer than version {known} that this program knows. Use a newer program or restore an older backup; nothing was changed."),
        ),
        OpenError::Changed { version } => lang.pick(
            format!("Bước nâng cấp {version} trong cơ sở dữ liệu khác với bước trong chương trình. Cơ sở dữ liệu này do một bản dựng khác tạo ra; dùng đúng bản đó. Dữ liệu chưa bị thay đổi."),
            format!("Migration {version} in the database differs from the one in this program. Another build made this database; use that build. Nothing was changed."),
        ),
        OpenError::Db(error) => return db(lang, error),
    };
    text + causes(error).as_str()
}

pub(crate) fn db(lang: Lang, error: &DbError) -> String {
    db_fault(lang, error.fault).to_owned() + causes(error).as_str()
}

pub(crate) fn no_database(lang: Lang, file: &Path) -> String {
    let path = file.display();
    lang.pick(
        format!("chưa có cơ sở dữ liệu {path}; chạy `cchc serve` hoặc `cchc catalogue load` một lần để tạo"),
        format!("no database {path} yet; run `cchc serve` or `cchc catalogue load` once to make it"),
    )
}

fn db_fault(lang: Lang, fault: DbFault) -> &'static str {
    match fault {
        DbFault::Locked => lang.pick(
            "Cơ sở dữ liệu đang bị một chương trình khác khóa để ghi. Đợi chương trình đó xong hoặc dừng nó, rồi thử lại; dữ liệu không bị mất.",
            "The database is locked by another program that writes. Wait for it or stop it, then try again; nothing was lost.",
        ),
        DbFault::Unreachable => lang.pick(
            "Không kết nối được với cơ sở dữ liệu. Kiểm tra máy chủ PostgreSQL có đang chạy, địa chỉ trong --database và mạng; rồi thử lại.",
            "The database cannot be reached. Check that the PostgreSQL server runs, the address in --database and the network; then try again.",
        ),
        DbFault::DiskFull => lang.pick(
            "Đĩa đã đầy nên không ghi được. Giải phóng dung lượng rồi thử lại; các dữ liệu đã lưu trước đó còn nguyên.",
            "The disk is full, nothing can be written. Free some space and try again; what was saved before is whole.",
        ),
        DbFault::ReadOnly => lang.pick(
            "Cơ sở dữ liệu không cho ghi. Cấp quyền ghi cho tệp và thư mục dữ liệu.",
            "The database may not be written. Give the right to write to its file and folder.",
        ),
        DbFault::Damaged => lang.pick(
            "Tệp cơ sở dữ liệu bị hỏng hoặc không phải tệp của chương trình. Giữ lại tệp này và phục hồi từ bản sao lưu.",
            "The database file is damaged or not a database. Keep the file and restore a backup.",
        ),
        DbFault::Internal => lang.pick(
            "Cơ sở dữ liệu từ chối một lệnh của chương trình; đây là lỗi của chương trình. Gửi nhật ký cho người quản trị.",
            "The database refused a statement of the program; this is a fault of the program. Send the log to the administrator.",
        ),
    }
}

pub(crate) fn account(lang: Lang, error: &accounts::AccountError) -> String {
    use accounts::AccountError;
    match error {
        AccountError::Db(error) => db(lang, error),
        AccountError::Unknown | AccountError::Denied(_) => {
            lang.pick("Không có người dùng này. Xem danh sách: cchc user list.", "There is no such person. See: cchc user list.").to_owned()
        }
        AccountError::NotOpen(standing) => not_open(lang, *standing),
        AccountError::LoginTaken => lang.pick("Tên đăng nhập này đã có người dùng.", "This sign-in name is taken.").to_owned(),
        AccountError::LoginForm => lang
            .pick(
                "Tên đăng nhập gồm 3 đến 64 ký tự: chữ không dấu, chữ số, dấu chấm, gạch nối, gạch dưới hoặc @.",
                "A sign-in name has 3 to 64 characters: plain letters, digits, point, hyphen, underscore or @.",
            )
            .to_owned(),
        AccountError::UnknownUnit => lang
            .pick(
                "Không có đơn vị này ở thời điểm hiện nay. Tìm khóa đơn vị: cchc units search.",
                "There is no such unit today. Find its key: cchc units search.",
            )
            .to_owned(),
        other => lang.pick(format!("Không thực hiện được: {other}."), format!("It could not be done: {other}.")),
    }
}

/// Why there is no link for an account, and what opens it.
fn not_open(lang: Lang, standing: accounts::Standing) -> String {
    use accounts::Standing;
    match standing {
        Standing::Ended => lang.pick(
            "Tài khoản này đã hết hạn dùng, nên không tạo được liên kết. Người quản trị sửa “Dùng đến ngày” ở trang của người này.",
            "This account has ended, so there is no link for it. An administrator changes “Valid until” on the page of the person.",
        ),
        Standing::ShutOut => lang.pick(
            "Đây là tài khoản minh họa, chỉ đăng nhập được ở bản dùng thử (serve --demo).",
            "This account is made up; it opens on a demonstration alone (serve --demo).",
        ),
        Standing::Dormant => lang.pick(
            "Tài khoản này đã ngừng vì lâu không đăng nhập. Mở lại bằng: cchc user enable <tên đăng nhập> --reason <lý do>, rồi chạy lại lệnh này.",
            "This account is shut for want of use. Open it with: cchc user enable <login> --reason <reason>, then run this again.",
        ),
        Standing::Disabled | Standing::Invited | Standing::Active => lang.pick(
            "Tài khoản này đang khóa. Mở lại bằng: cchc user enable <tên đăng nhập> --reason <lý do>, rồi chạy lại lệnh này.",
            "This account is closed. Open it with: cchc user enable <login> --reason <reason>, then run this again.",
        ),
    }
    .to_owned()
}

/// A broken place of the history, by the number that the log shows.
pub(crate) fn chain_fault(lang: Lang, fault: &platform::history::ChainFault) -> String {
    use platform::history::ChainFault;
    match fault {
        ChainFault::Changed { lane, sequence } => {
            lang.pick(format!("nhật ký: dòng {lane}-{sequence} đã bị sửa"), format!("history: event {lane}-{sequence} was changed"))
        }
        ChainFault::Missing { lane, sequence } => {
            lang.pick(format!("nhật ký: mất dòng từ {lane}-{sequence}"), format!("history: events are missing from {lane}-{sequence} on"))
        }
        ChainFault::Unlinked { lane, sequence } => lang.pick(
            format!("nhật ký: dòng {lane}-{sequence} không nối tiếp dòng trước, có dòng bị chèn hoặc thay"),
            format!("history: event {lane}-{sequence} does not follow from the one before; one was put in or replaced"),
        ),
        ChainFault::Head { lane, found, named } => {
            let Some(named) = named else {
                return lang.pick(
                    format!("nhật ký: mất dòng ghi điểm cuối của chuỗi {lane} (chuỗi kết thúc ở {found})"),
                    format!("history: the row that names the end of chain {lane} is gone (the chain ends at {found})"),
                );
            };
            lang.pick(
                format!("nhật ký: chuỗi {lane} kết thúc ở {found} thay vì {named}, phần cuối bị cắt hoặc thêm"),
                format!("history: chain {lane} ends at {found} instead of {named}; its end was cut off or added to"),
            )
        }
        ChainFault::Anchor { lane, sequence } => lang.pick(
            format!("nhật ký: chuỗi {lane} không còn chứa dòng {sequence} như bản sao lưu đã ghi, chuỗi bị viết lại"),
            format!("history: chain {lane} does not contain event {sequence} as the backup has it; it was written anew"),
        ),
    }
}

/// A record that does not fit its history.
pub(crate) fn row_fault(lang: Lang, fault: &platform::history::RowFault) -> String {
    use platform::history::RowTrouble;
    let thing = &fault.thing;
    let kind = match fault.kind {
        "figure" => lang.pick("số liệu", "figure"),
        _ => lang.pick("vai trò", "role"),
    };
    let what = match fault.trouble {
        RowTrouble::Changed => lang.pick(
            "đã bị sửa ngoài chương trình, khác với dòng nhật ký cuối",
            "was changed behind the program's back: it is not what its last event left",
        ),
        RowTrouble::Unknown => lang.pick(
            "được thêm ngoài chương trình, nhật ký không có",
            "was put in behind the program's back: the history knows nothing of it",
        ),
        RowTrouble::Gone => {
            lang.pick("đã bị xóa ngoài chương trình, nhật ký vẫn có", "was taken out behind the program's back: the history knows it")
        }
    };
    lang.pick(format!("{kind} {thing} {what}; đối chiếu với bản sao lưu"), format!("the {kind} {thing} {what}; compare it with a backup"))
}
