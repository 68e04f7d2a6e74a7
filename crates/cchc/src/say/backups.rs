//! Words for backups, keys and the file store.

use std::fmt::Write as _;
use std::io;
use std::path::Path;

use platform::backup::{BackupError, FileFault, FileFaultKind, KeyError, Wants};
use platform::files::FileError;
use ui::Lang;

use super::{causes, db, open};

pub(crate) fn backup(lang: Lang, error: &BackupError) -> String {
    match error {
        BackupError::Io { path, source } => {
            let path = path.display();
            lang.pick(
                format!("Không đọc hoặc ghi được tệp sao lưu {path}: {source}. Kiểm tra đường dẫn, quyền và dung lượng đĩa; không để lại tệp dở dang."),
                format!("The backup file {path} cannot be read or written: {source}. Check path, rights and disk space; no half-written file is left."),
            )
        }
        BackupError::NotABackup { path } => {
            let path = path.display();
            lang.pick(
                format!("Tệp {path} không phải bản sao lưu của chương trình này, hoặc bị cắt ngang. Chọn tệp khác; dữ liệu chưa bị thay đổi."),
                format!("The file {path} is not a backup of this program, or was cut off. Choose another file; nothing was changed."),
            )
        }
        BackupError::Newer { found, known } => lang.pick(
            format!("Phiên bản lược đồ là {found}, chương trình này dùng phiên bản {known}. Dùng chương trình cùng phiên bản hoặc mới hơn (với cơ sở dữ liệu cũ hơn: chạy `cchc serve` một lần để nâng cấp); dữ liệu chưa bị thay đổi."),
            format!("The schema version is {found}, this program uses {known}. Use a program of that version or newer (for an older database: run `cchc serve` once to migrate); nothing was changed."),
        ),
        BackupError::Damaged { entry, row } => {
            let place = row.map(|row| format!(", {} {row}", lang.pick("dòng", "row"))).unwrap_or_default();
            lang.pick(
                format!("Bản sao lưu bị hỏng ở {entry}{place}. Dùng bản sao lưu khác; dữ liệu chưa bị thay đổi."),
                format!("The backup is damaged at {entry}{place}. Use another backup; nothing was changed."),
            )
        }
        BackupError::NotEmpty { table } => lang.pick(
            format!("Cơ sở dữ liệu đích đã có dữ liệu (bảng {table}). Chỉ phục hồi vào cơ sở dữ liệu trống: chọn thư mục mới bằng --data hoặc cơ sở dữ liệu mới bằng --database; dữ liệu chưa bị thay đổi."),
            format!("The database already holds rows (table {table}). Restore into an empty one: choose a new folder with --data or a new database with --database; nothing was changed."),
        ),
        BackupError::StoreNotEmpty { store, sha256 } => lang.pick(
            format!("Kho tệp {store} đã có tệp không thuộc bản sao lưu này ({sha256}). Chọn kho trống bằng --files; dữ liệu chưa bị thay đổi."),
            format!("The file store {store} holds a file that is not in this backup ({sha256}). Choose an empty store with --files; nothing was changed."),
        ),
        BackupError::NoStore => lang.pick(
            "Bản sao lưu có tệp minh chứng nhưng chưa có kho tệp để phục hồi vào. Đặt kho bằng --files; dữ liệu chưa bị thay đổi.",
            "The backup holds evidence files, and there is no file store to restore them into. Set one with --files; nothing was changed.",
        ).to_owned(),
        BackupError::Sealed { path, wants } => sealed(lang, path, *wants),
        BackupError::WrongKey { path, wants } => wrong_key(lang, path, *wants),
        BackupError::Files(error) => files(lang, error),
        BackupError::Open(error) => open(lang, error),
        BackupError::Db(error) => db(lang, error),
    }
}

fn sealed(lang: Lang, path: &Path, wants: Wants) -> String {
    let path = path.display();
    match wants {
        Wants::Identity => lang.pick(
            format!("Bản sao lưu {path} đã mã hóa cho một khóa công khai. Chỉ ra tệp khóa riêng bằng --identity."),
            format!("The backup {path} is encrypted for a recipient. Name the file of the identity with --identity."),
        ),
        Wants::Passphrase => lang.pick(
            format!("Bản sao lưu {path} đã mã hóa bằng mật khẩu. Đặt mật khẩu bằng CCHC_PASSPHRASE hoặc --passphrase-file."),
            format!("The backup {path} is encrypted with a passphrase. Set it with CCHC_PASSPHRASE or --passphrase-file."),
        ),
    }
}

fn wrong_key(lang: Lang, path: &Path, wants: Wants) -> String {
    let path = path.display();
    match wants {
        Wants::Identity => lang.pick(
            format!("Khóa riêng đã chỉ ra không mở được bản sao lưu {path}: bản này mã hóa cho khóa khác. Dùng đúng tệp khóa riêng."),
            format!("The identity given does not open the backup {path}, which is encrypted for another one. Use the right identity file."),
        ),
        Wants::Passphrase => lang.pick(
            format!("Mật khẩu không mở được bản sao lưu {path}. Kiểm tra lại mật khẩu."),
            format!("The passphrase does not open the backup {path}. Check the passphrase."),
        ),
    }
}

pub(crate) fn file_faults(lang: Lang, faults: &[FileFault]) -> String {
    let count = faults.len();
    let mut text = lang.pick(
        format!("Bản sao lưu thiếu {count} tệp minh chứng; mọi thứ khác đã được lưu. Tìm các tệp này trong bản sao lưu cũ hơn:"),
        format!("The backup lacks {count} evidence file(s); everything else was saved. Look for them in older backups:"),
    );
    for fault in faults {
        let what = match fault.fault {
            FileFaultKind::Missing => lang.pick("không có trong kho", "not in the store"),
            FileFaultKind::Changed => lang.pick("nội dung đã bị thay đổi", "its bytes were changed"),
        };
        let _ = write!(text, "\n  {}  {what}", fault.sha256);
    }
    text
}

pub(crate) fn files(lang: Lang, error: &FileError) -> String {
    let text = match error {
        FileError::Address { address } => lang.pick(
            format!("Không hiểu địa chỉ kho tệp “{address}”. Dạng đúng: một thư mục, s3://kho/tiền-tố; máy chủ S3 dạng https://máy-chủ:cổng."),
            format!("The address of the file store “{address}” is not understood. It is a folder or s3://bucket/prefix; the S3 server looks like https://host:port."),
        ),
        FileError::NotSet { what } => lang.pick(
            format!("Kho tệp S3 chưa có đủ khóa ({what}). Đặt CCHC_FILES_ACCESS_KEY và CCHC_FILES_SECRET_KEY."),
            format!("The S3 file store needs its {what}. Set CCHC_FILES_ACCESS_KEY and CCHC_FILES_SECRET_KEY."),
        ),
        FileError::Gone { .. } => lang.pick(
            "Không truy cập được kho tệp minh chứng. Kiểm tra ổ đĩa đã gắn, địa chỉ, tên kho và mạng; rồi thử lại.",
            "The file store cannot be reached. Check that the drive is mounted, the address, the bucket and the network; then try again.",
        ).to_owned(),
        FileError::Refused { .. } => lang.pick(
            "Kho tệp minh chứng từ chối. Kiểm tra quyền của thư mục, hoặc khóa truy cập của kho S3.",
            "The file store refuses. Check the rights of the folder, or the keys of the S3 store.",
        ).to_owned(),
        FileError::DiskFull { .. } => lang.pick(
            "Đĩa của kho tệp đã đầy nên không ghi được. Giải phóng dung lượng rồi thử lại; các tệp đã lưu còn nguyên.",
            "The disk of the file store is full, nothing can be written. Free some space and try again; the files that were saved are whole.",
        ).to_owned(),
        FileError::TooLarge { limit } => lang.pick(
            format!("Tệp lớn hơn mức cho phép ({limit} byte). Nén hoặc chia nhỏ tệp rồi gửi lại."),
            format!("The file is larger than allowed ({limit} bytes). Compress or split it and send it again."),
        ),
        FileError::BrokenOff { .. } => lang.pick("Tệp gửi lên bị ngắt giữa chừng. Gửi lại tệp.", "The file broke off on its way. Send it again.").to_owned(),
        FileError::Missing { sha256 } => lang.pick(
            format!("Không có tệp {sha256} trong kho. Tìm trong bản sao lưu."),
            format!("The file {sha256} is not in the store. Look for it in a backup."),
        ),
        FileError::Changed { sha256, .. } => lang.pick(
            format!("Tệp {sha256} trong kho đã bị thay đổi nội dung. Lấy lại từ bản sao lưu."),
            format!("The bytes of the file {sha256} in the store were changed. Take it from a backup."),
        ),
        FileError::OutOfRange { sha256, size } => lang.pick(
            format!("Tệp {sha256} chỉ có {size} byte, không có đoạn được yêu cầu."),
            format!("The file {sha256} has {size} bytes; the part asked for is not in it."),
        ),
    };
    text + causes(error).as_str()
}

pub(crate) fn key(lang: Lang, error: &KeyError) -> String {
    match error {
        KeyError::Recipient { text } => lang.pick(
            format!("“{text}” không phải khóa công khai; khóa công khai bắt đầu bằng age1. Tạo cặp khóa bằng `cchc identity TỆP`."),
            format!("“{text}” is no recipient; one begins with age1. Make a pair of keys with `cchc identity FILE`."),
        ),
        KeyError::Identity { line } => lang.pick(
            format!("dòng {line} không phải khóa riêng; khóa riêng bắt đầu bằng AGE-SECRET-KEY-1"),
            format!("line {line} is no identity; one begins with AGE-SECRET-KEY-1"),
        ),
        KeyError::NoIdentity => lang.pick("không có khóa riêng nào", "it holds no identity").to_owned(),
    }
}

pub(crate) fn identity(lang: Lang, path: &Path, error: &KeyError) -> String {
    let (path, what) = (path.display(), key(lang, error));
    lang.pick(format!("Tệp khóa riêng {path} có lỗi: {what}."), format!("The identity file {path} has a fault: {what}."))
}

pub(crate) fn identity_not_written(lang: Lang, path: &Path, error: &io::Error) -> String {
    let path = path.display();
    match error.kind() {
        io::ErrorKind::AlreadyExists => lang.pick(
            format!("Tệp {path} đã có và không bị ghi đè: có thể có bản sao lưu chỉ mở được bằng khóa trong đó. Chọn tên khác."),
            format!("The file {path} exists and is not replaced: there may be backups that only its key opens. Choose another name."),
        ),
        _ => lang.pick(
            format!("Không ghi được tệp khóa riêng {path}: {error}."),
            format!("The identity file {path} cannot be written: {error}."),
        ),
    }
}

pub(crate) fn recipient_or_passphrase(lang: Lang) -> String {
    lang.pick(
        "Bản sao lưu được mã hóa cho khóa công khai hoặc bằng mật khẩu, không cả hai. Bỏ một trong hai.",
        "A backup is encrypted for recipients or with a passphrase, not both. Leave one out.",
    )
    .to_owned()
}

pub(crate) fn empty_passphrase(lang: Lang) -> String {
    lang.pick("Mật khẩu của bản sao lưu đang trống.", "The passphrase of the backup is empty.").to_owned()
}
