//! The words of all rules, in both languages, and what to do about each.

use ui::Lang;
use viet_text::DecimalSign;

use super::Rule;

/// A number of bytes in the unit that people know.
fn size(lang: Lang, bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} byte"),
        1_000..1_000_000 => format!("{} kB", whole(lang, bytes / 1_000)),
        _ => format!("{} MB", whole(lang, bytes / 1_000_000)),
    }
}

fn whole(lang: Lang, number: impl TryInto<i64>) -> String {
    lang.integer(number.try_into().unwrap_or(i64::MAX))
}

fn figure(lang: Lang, value: rust_decimal::Decimal) -> String {
    let value = value.normalize();
    lang.decimal(value, value.scale())
}

/// A figure without signs between thousands, with the given decimal sign: a form that can be read in one way.
fn plain(value: rust_decimal::Decimal, sign: DecimalSign) -> String {
    let text = value.normalize().to_string();
    // Three decimals would be read in two ways again.
    let text = if text.split_once('.').is_some_and(|(_, fraction)| fraction.len() == 3) { format!("{text}0") } else { text };
    text.replace('.', &sign.sign().to_string())
}

/// What is wrong, in a sentence.
pub(super) fn wrong(rule: &Rule, lang: Lang) -> String {
    let fixed = |vi: &str, en: &str| lang.pick(vi, en).to_owned();
    match rule {
        Rule::TooLarge { limit } => {
            let limit = size(lang, *limit);
            lang.pick(format!("Tệp lớn hơn mức cho phép ({limit})."), format!("The file is larger than allowed ({limit})."))
        }
        Rule::UnpacksTooLarge { limit } => {
            let limit = size(lang, *limit);
            lang.pick(
                format!("Nội dung của tệp khi giải nén lớn hơn mức cho phép ({limit})."),
                format!("Once unpacked, the file is larger than allowed ({limit})."),
            )
        }
        Rule::Encrypted => fixed("Tệp được đặt mật khẩu nên không đọc được.", "The file is locked with a password and cannot be read."),
        Rule::OldExcel => fixed("Tệp ở định dạng Excel cũ (.xls).", "The file has the form of old Excel (.xls)."),
        Rule::BinaryExcel => fixed("Tệp ở định dạng Excel nhị phân (.xlsb).", "The file has the binary form of Excel (.xlsb)."),
        Rule::OpenDocument => fixed("Tệp ở định dạng OpenDocument (.ods).", "The file is an OpenDocument sheet (.ods)."),
        Rule::MarkupFile => fixed(
            "Tệp là trang web hoặc văn bản XML, không phải bảng tính, dù tên tệp ghi thế nào.",
            "The file is a web page or a text in XML, not a sheet, whatever its name says.",
        ),
        Rule::OtherKind => fixed("Tệp không phải là bảng tính XLSX hoặc CSV.", "The file is neither an XLSX nor a CSV sheet."),
        Rule::EmptyFile => fixed("Tệp không có nội dung.", "Nothing is in the file."),
        Rule::Damaged { part } => {
            lang.pick(format!("Tệp bị hỏng: không đọc được phần {part}."), format!("The file is broken: the part {part} cannot be read."))
        }
        Rule::UnknownEncoding { line } => lang.pick(
            format!("Không nhận biết được bảng mã của tệp; dòng đầu tiên không phải UTF-8 là dòng {line}."),
            format!("The encoding of the file is not known; the first line that is not UTF-8 is line {line}."),
        ),
        Rule::GuessedEncoding { name } => lang.pick(
            format!("Tệp không ở bảng mã UTF-8; đã đọc theo {name}, nhận biết qua các chữ trong tệp."),
            format!("The file is not in UTF-8; it was read as {name}, told by its letters."),
        ),
        Rule::UnclosedQuote => {
            fixed("Có dấu ngoặc kép mở mà không có dấu đóng.", "A quotation mark opens a value here and none closes it.")
        }
        Rule::TooManySheets { limit } => {
            let limit = whole(lang, *limit);
            lang.pick(format!("Tệp có quá {limit} trang tính."), format!("The file has more than {limit} sheets."))
        }
        Rule::TooManyRows { limit } => {
            let limit = whole(lang, *limit);
            lang.pick(format!("Tệp có quá {limit} dòng."), format!("The file has more than {limit} rows."))
        }
        Rule::TooManyColumns { limit } => {
            let limit = whole(lang, *limit);
            lang.pick(format!("Trang tính có quá {limit} cột."), format!("The sheet has more than {limit} columns."))
        }
        Rule::CellTooLong { limit } => {
            let limit = whole(lang, *limit);
            lang.pick(format!("Ô có quá {limit} ký tự."), format!("The cell has more than {limit} letters."))
        }
        Rule::LegacyText { encoding } => lang.pick(
            format!("Chữ trong cột này có vẻ ở bảng mã cũ {}.", encoding.name()),
            format!("The text of this column seems to be in the old encoding {}.", encoding.name()),
        ),
        Rule::NoHeadings => fixed("Không tìm thấy dòng tiêu đề của các cột.", "No row with the headings of the columns was found."),
        Rule::MissingColumn => fixed("Thiếu cột bắt buộc.", "A column that must be there is missing."),
        Rule::AbsentColumn => fixed(
            "Tệp không có cột này; dữ liệu đã lưu của cột được giữ nguyên.",
            "The file does not have this column; what is stored for it stays.",
        ),
        Rule::DuplicateColumn { first } => {
            lang.pick(format!("Cột này đã có tại ô {first}."), format!("This column stands already at {first}."))
        }
        Rule::UnknownColumn => fixed("Cột này không có trong mẫu nên không được đọc.", "The format has no such column; it was not read."),
        Rule::SkippedSheet => fixed(
            "Trang tính này bị ẩn hoặc không có các cột của mẫu nên không được đọc.",
            "This sheet is hidden or has not these columns; it was not read.",
        ),
        Rule::HiddenRow => fixed("Dòng này bị ẩn trong tệp; dòng vẫn được đọc.", "This row is hidden in the file; it was read."),
        Rule::HiddenColumn => fixed("Cột này bị ẩn trong tệp; cột vẫn được đọc.", "This column is hidden in the file; it was read."),
        Rule::FormulaResult => {
            fixed("Ô chứa công thức; đã lấy kết quả lưu trong tệp.", "The cell holds a formula; the result that the file keeps was read.")
        }
        Rule::Merged { area } => lang.pick(
            format!("Các ô {area} được gộp; chỉ ô đầu tiên có giá trị."),
            format!("The cells {area} are merged; only the first one holds a value."),
        ),
        Rule::FormulaWithoutResult => fixed("Công thức chưa có kết quả.", "The formula has no result."),
        Rule::CellError => fixed("Ô chứa giá trị lỗi của bảng tính.", "The cell holds an error of the sheet program."),
        Rule::TruthValue => fixed("Ô chứa giá trị TRUE hoặc FALSE.", "The cell holds TRUE or FALSE."),
        Rule::Required => fixed("Ô bắt buộc nhưng để trống.", "A value must be here, and the cell is empty."),
        Rule::NotANumber => fixed("Giá trị không phải là số.", "The value is not a number."),
        Rule::Thousands => fixed("Dấu phân cách hàng nghìn đặt sai chỗ.", "The signs between thousands stand in wrong places."),
        Rule::AmbiguousNumber { grouped, fraction } => lang.pick(
            format!("Số đọc được theo hai cách: {} hoặc {}.", figure(lang, *grouped), figure(lang, *fraction)),
            format!("The number can be read in two ways: {} or {}.", figure(lang, *grouped), figure(lang, *fraction)),
        ),
        Rule::TooManyDigits => fixed("Số có quá nhiều chữ số.", "The number has too many digits."),
        Rule::TooManyDecimals { decimals: 0 } => fixed("Cột này chỉ nhận số nguyên.", "This column takes whole numbers."),
        Rule::TooManyDecimals { decimals } => {
            lang.pick(format!("Số có quá {decimals} chữ số thập phân."), format!("The number has more than {decimals} decimals."))
        }
        Rule::UnexpectedPercent => fixed(
            "Giá trị là tỷ lệ phần trăm, cột này không nhận tỷ lệ phần trăm.",
            "The value is a percentage, and this column holds none.",
        ),
        Rule::BelowMinimum { minimum } => {
            let minimum = figure(lang, *minimum);
            lang.pick(format!("Số nhỏ hơn mức thấp nhất {minimum}."), format!("The number is below the least value {minimum}."))
        }
        Rule::AboveMaximum { maximum } => {
            let maximum = figure(lang, *maximum);
            lang.pick(format!("Số lớn hơn mức cao nhất {maximum}."), format!("The number is above the greatest value {maximum}."))
        }
        Rule::NotADate => fixed("Giá trị không phải là ngày.", "The value is not a date."),
        Rule::TwoDigitYear => fixed("Năm chỉ có hai chữ số nên không rõ thế kỷ.", "The year has two digits, so the century is not clear."),
        Rule::MonthFirst => fixed("Tháng đứng trước ngày.", "The month stands before the day."),
        Rule::NoSuchDay => fixed("Ngày này không có trong lịch.", "The calendar has no such day."),
        Rule::TimeOfDay => fixed("Giá trị có cả giờ, cột này chỉ nhận ngày.", "The value has a time of day; this column takes days."),
        Rule::NumberForDate { date: Some(date) } => lang.pick(
            format!("Ô chứa số, không phải ngày; bảng tính sẽ hiển thị số này thành {}.", lang.date(*date)),
            format!("The cell holds a number, not a date; a sheet program would show it as {}.", lang.date(*date)),
        ),
        Rule::NumberForDate { date: None } => fixed("Ô chứa số, không phải ngày.", "The cell holds a number, not a date."),
        Rule::BeforeFirst { first } => {
            let first = lang.date(*first);
            lang.pick(format!("Ngày trước ngày sớm nhất {first}."), format!("The date is before the first one, {first}."))
        }
        Rule::AfterLast { last } => {
            let last = lang.date(*last);
            lang.pick(format!("Ngày sau ngày muộn nhất {last}."), format!("The date is after the last one, {last}."))
        }
        Rule::UnexpectedDate => fixed(
            "Ô chứa ngày; có thể bảng tính đã tự đổi giá trị gõ vào thành ngày.",
            "The cell holds a date; the sheet program may have made it one from what was typed.",
        ),
        Rule::UnknownChoice { .. } => fixed("Giá trị không có trong danh mục.", "The value is not in the list."),
        Rule::TextTooLong { maximum } => {
            let maximum = whole(lang, *maximum);
            lang.pick(format!("Nội dung dài quá {maximum} ký tự."), format!("The text has more than {maximum} letters."))
        }
        Rule::Unprintable => fixed("Nội dung có ký tự điều khiển không nhìn thấy được.", "The text has control signs that cannot be seen."),
        Rule::CodeDigits { digits } => {
            lang.pick(format!("Mã phải có đúng {digits} chữ số."), format!("The code must have exactly {digits} digits."))
        }
        Rule::NumberForCode => fixed(
            "Ô chứa số thập phân hoặc số âm; mã như 1.10 sẽ bị mất số 0 ở cuối.",
            "The cell holds a decimal or negative number; a code such as 1.10 loses its last zero that way.",
        ),
        Rule::BlankInCode => fixed("Mã có khoảng trắng hoặc xuống dòng.", "The code has a blank or a line break."),
        Rule::UnknownCode => fixed("Mã này không thuộc bảng cần nhập.", "This code does not belong to the table that is asked for."),
        Rule::BothGiven { other } => lang
            .pick(format!("Dòng có giá trị cả ở đây và ở cột “{other}”."), format!("The row has a value here and under “{other}”, too.")),
        Rule::Duplicate { first } => lang.pick(format!("Giá trị này đã có tại {first}."), format!("This value stands already at {first}.")),
        Rule::DuplicateKey { first } => {
            lang.pick(format!("Dòng này trùng với dòng tại {first}."), format!("This row is about the same as the row at {first}."))
        }
    }
}

/// What to do about it, in a sentence.
pub(super) fn advice(rule: &Rule, lang: Lang) -> String {
    let fixed = |vi: &str, en: &str| lang.pick(vi, en).to_owned();
    match rule {
        Rule::TooLarge { .. } | Rule::UnpacksTooLarge { .. } | Rule::TooManyRows { .. } | Rule::TooManySheets { .. } => fixed(
            "Chia dữ liệu thành nhiều tệp, hoặc bỏ hình ảnh và trang tính không cần thiết.",
            "Divide the data into several files, or take out pictures and sheets that are not needed.",
        ),
        Rule::TooManyColumns { .. } => fixed("Xóa các cột không thuộc mẫu.", "Delete the columns that are not in the format."),
        Rule::Encrypted => fixed("Bỏ mật khẩu của tệp rồi nộp lại.", "Take the password off and send the file again."),
        Rule::OldExcel | Rule::BinaryExcel | Rule::OpenDocument | Rule::MarkupFile => fixed(
            "Mở tệp bằng chương trình bảng tính và lưu lại ở định dạng .xlsx.",
            "Open the file in a sheet program and save it as .xlsx.",
        ),
        Rule::OtherKind | Rule::EmptyFile => {
            fixed("Chọn tệp .xlsx hoặc .csv được lập theo mẫu.", "Choose an .xlsx or .csv file that follows the template.")
        }
        Rule::Damaged { .. } => fixed(
            "Mở tệp bằng chương trình bảng tính, lưu lại thành tệp mới rồi nộp tệp đó.",
            "Open the file in a sheet program, save it as a new file and send that.",
        ),
        Rule::UnknownEncoding { .. } | Rule::GuessedEncoding { .. } => {
            fixed("Lưu lại tệp ở dạng CSV UTF-8.", "Save the file as CSV UTF-8.")
        }
        Rule::UnclosedQuote => fixed("Thêm dấu ngoặc kép đóng, hoặc bỏ dấu mở.", "Add the closing mark or take out the opening one."),
        Rule::CellTooLong { .. } | Rule::TextTooLong { .. } => fixed("Rút gọn nội dung.", "Shorten the text."),
        Rule::LegacyText { .. } => fixed(
            "Xem phần xem trước, chọn chuyển sang Unicode hoặc giữ nguyên.",
            "Look at the preview and choose to convert to Unicode or to keep it as it is.",
        ),
        Rule::NoHeadings => fixed("Dùng tệp mẫu và giữ nguyên dòng tiêu đề.", "Use the template and keep the row of headings as it is."),
        Rule::MissingColumn => fixed("Thêm cột với đúng tiêu đề này.", "Add a column with this heading."),
        Rule::AbsentColumn => fixed("Thêm cột nếu cần cập nhật.", "Add the column if it is to be changed."),
        Rule::DuplicateColumn { .. } => fixed("Giữ lại một cột.", "Keep one of the columns."),
        Rule::UnknownColumn => {
            fixed("Đổi tiêu đề theo mẫu nếu cột cần được đọc.", "Change the heading to that of the format if the column is to be read.")
        }
        Rule::SkippedSheet => fixed(
            "Bỏ ẩn trang tính và dùng tiêu đề của mẫu nếu cần đọc.",
            "Show the sheet and use the headings of the format if it is to be read.",
        ),
        Rule::HiddenRow | Rule::HiddenColumn => fixed("Kiểm tra, xóa nếu không cần.", "Check it, and delete it if it is not needed."),
        Rule::FormulaResult => fixed("Kiểm tra kết quả.", "Check the result."),
        Rule::FormulaWithoutResult => fixed(
            "Mở tệp bằng chương trình bảng tính để tính lại rồi lưu, hoặc gõ giá trị.",
            "Open the file in a sheet program to compute it and save, or type the value.",
        ),
        Rule::Merged { .. } => fixed("Bỏ gộp ô và điền giá trị vào từng ô.", "Unmerge the cells and fill in each of them."),
        Rule::CellError => fixed("Sửa công thức hoặc gõ giá trị đúng.", "Mend the formula or type the right value."),
        Rule::TruthValue => fixed("Gõ giá trị bằng chữ hoặc số theo mẫu.", "Type words or a number as the format asks."),
        Rule::Required => fixed("Điền giá trị.", "Fill in a value."),
        Rule::NotANumber | Rule::Thousands => fixed("Gõ số, ví dụ 1234,5 hoặc 1.234,5.", "Type a number, such as 1234.5 or 1,234.5."),
        Rule::AmbiguousNumber { grouped, fraction } => {
            let sign = lang.pick(DecimalSign::Comma, DecimalSign::Point);
            let (grouped, fraction) = (plain(*grouped, sign), plain(*fraction, sign));
            lang.pick(
                format!("Gõ {grouped} hoặc {fraction}, hoặc cho biết dấu thập phân của tệp."),
                format!("Type {grouped} or {fraction}, or say which decimal sign the file uses."),
            )
        }
        Rule::TooManyDigits | Rule::TooManyDecimals { .. } => {
            fixed("Làm tròn số; chương trình không tự làm tròn khi nhập.", "Round the number; nothing is rounded while reading.")
        }
        Rule::UnexpectedPercent => fixed("Gõ số không có dấu %.", "Type the number without a percent sign."),
        Rule::BelowMinimum { .. } | Rule::AboveMaximum { .. } => fixed("Kiểm tra lại số.", "Check the number."),
        Rule::NotADate | Rule::TwoDigitYear | Rule::MonthFirst | Rule::NoSuchDay | Rule::NumberForDate { .. } => fixed(
            "Gõ ngày theo dạng ngày/tháng/năm đủ bốn chữ số, ví dụ 05/06/2026.",
            "Type the date as day/month/year with four digits, such as 05/06/2026.",
        ),
        Rule::TimeOfDay => fixed("Bỏ phần giờ.", "Take out the time of day."),
        Rule::BeforeFirst { .. } | Rule::AfterLast { .. } => fixed("Kiểm tra lại ngày.", "Check the date."),
        Rule::UnexpectedDate | Rule::NumberForCode => {
            fixed("Đặt định dạng ô là Văn bản (Text) rồi gõ lại giá trị.", "Format the cell as text and type the value again.")
        }
        Rule::UnknownChoice { choices } => {
            let few: Vec<&str> = choices.iter().take(12).map(|choice| choice.words.pick(lang)).collect();
            let rest = if choices.len() > few.len() { ", …" } else { "" };
            lang.pick(format!("Chọn một trong: {}{rest}.", few.join(", ")), format!("Choose one of: {}{rest}.", few.join(", ")))
        }
        Rule::Unprintable => fixed("Xóa nội dung và gõ lại.", "Delete the text and type it again."),
        Rule::CodeDigits { .. } => fixed(
            "Gõ đủ chữ số, kể cả số 0 ở đầu; đặt định dạng ô là Văn bản (Text).",
            "Type all digits with zeros at the front; format the cell as text.",
        ),
        Rule::BlankInCode => fixed("Xóa khoảng trắng.", "Take out the blank."),
        Rule::UnknownCode => fixed(
            "Sửa mã theo mẫu tải từ hệ thống, hoặc xóa dòng.",
            "Take the code from the form that this site gives out, or take the row out.",
        ),
        Rule::BothGiven { .. } => fixed("Chỉ giữ một trong hai giá trị.", "Keep one of the two."),
        Rule::Duplicate { .. } | Rule::DuplicateKey { .. } => {
            fixed("Giữ lại một dòng hoặc sửa giá trị.", "Keep one row or mend the value.")
        }
    }
}
