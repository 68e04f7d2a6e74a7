//! The words of all faults and doubts, in both languages.

use rust_decimal::Decimal;
use ui::Lang;

use crate::annex::{NoRule, Why};
use crate::fault::{AnnexFault, Doubt, Reason, RowFault, Warning};

fn figure(lang: Lang, value: Decimal) -> String {
    let value = value.normalize();
    lang.decimal(value, value.scale())
}

fn whole(lang: Lang, number: usize) -> String {
    lang.integer(i64::try_from(number).unwrap_or(i64::MAX))
}

/// A text of the file, cut if it is long.
fn quoted(text: &str) -> String {
    const LONGEST: usize = 120;
    let line = text.replace('\n', " ");
    let mut cut: String = line.chars().take(LONGEST).collect();
    if cut.len() < line.len() {
        cut.push('…');
    }
    format!("“{cut}”")
}

fn rows(lang: Lang, rows: &[usize]) -> String {
    const MOST: usize = 12;
    let mut told = rows.iter().take(MOST).map(|row| whole(lang, *row)).collect::<Vec<_>>().join(", ");
    if rows.len() > MOST {
        told.push_str(", …");
    }
    told
}

impl AnnexFault {
    /// What is wrong and what to do, in a sentence or two.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        let fixed = |vi: &str, en: &str| lang.pick(vi, en).to_owned();
        let megabytes = |bytes: u64| lang.integer(i64::try_from(bytes / 1_000_000).unwrap_or(i64::MAX));
        let most = |vi: &str, en: &str, limit: usize| {
            let limit = whole(lang, limit);
            lang.pick(format!("{vi} vượt mức cho phép ({limit})."), format!("{en} is over the limit ({limit})."))
        };
        match self {
            AnnexFault::Empty => fixed("Không có nội dung.", "There is nothing in it."),
            AnnexFault::TooLarge { limit } => {
                let limit = megabytes(u64::try_from(*limit).unwrap_or(u64::MAX));
                lang.pick(format!("Tệp lớn hơn mức cho phép ({limit} MB)."), format!("The file is larger than allowed ({limit} MB)."))
            }
            AnnexFault::UnpacksTooLarge { limit } => {
                let limit = megabytes(*limit);
                lang.pick(
                    format!("Nội dung của tệp khi giải nén lớn hơn mức cho phép ({limit} MB)."),
                    format!("Once unpacked, the file is larger than allowed ({limit} MB)."),
                )
            }
            AnnexFault::Encrypted => fixed(
                "Tệp được đặt mật khẩu nên không đọc được. Hãy bỏ mật khẩu rồi tải lên lại.",
                "The file is locked with a password. Remove the password and bring it again.",
            ),
            AnnexFault::OldWord => fixed(
                "Tệp ở định dạng Word cũ (.doc). Hãy mở bằng Word và lưu thành .docx.",
                "The file has the form of old Word (.doc). Open it in Word and save it as .docx.",
            ),
            AnnexFault::NotDocx => fixed("Tệp không phải là văn bản Word (.docx).", "The file is no Word document (.docx)."),
            AnnexFault::NotXlsx => fixed("Tệp không phải là bảng tính Excel (.xlsx).", "The file is no Excel book (.xlsx)."),
            AnnexFault::Damaged { part } => lang
                .pick(format!("Tệp bị hỏng: không đọc được phần {part}."), format!("The file is broken: the part {part} cannot be read.")),
            AnnexFault::Sheet { faults } => faults.iter().map(|fault| fault.rule.words(lang)).collect::<Vec<_>>().join(" "),
            AnnexFault::NoTable => fixed("Không tìm thấy bảng nào.", "No table was found."),
            AnnexFault::TooManyTables { limit } => most("Số bảng", "The number of tables", *limit),
            AnnexFault::TooManyRows { limit } => most("Số dòng", "The number of rows", *limit),
            AnnexFault::TooManyColumns { limit } => most("Số cột", "The number of columns", *limit),
            AnnexFault::TooManyCells { limit } => most("Số ô", "The number of cells", *limit),
            AnnexFault::CellTooLong { limit } => most("Số chữ trong một ô", "The number of letters in a cell", *limit),
            AnnexFault::TooDeep { limit } => most("Số lớp lồng nhau", "The depth of nested parts", *limit),
        }
    }
}

impl Reason {
    /// Why the row was not understood and what to do, in a sentence or two.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        let fixed = |vi: &str, en: &str| lang.pick(vi, en).to_owned();
        match self {
            Reason::NoColumns => fixed(
                "Không tìm thấy cột tên tiêu chí nên không đọc được dòng nào.",
                "No column with names of criteria was found, so no row can be read.",
            ),
            Reason::UnknownCode { text } => {
                let text = quoted(text);
                lang.pick(
                    format!("{text} không phải là mã: cần dạng I, 1, 1.1, 1.1.1, a)."),
                    format!("{text} is no code: I, 1, 1.1, 1.1.1 or a) is expected."),
                )
            }
            Reason::DateForCode { text } => {
                let text = quoted(text);
                lang.pick(
                    format!("Bảng tính đã đổi mã thành ngày {text}. Hãy định dạng cột mã là văn bản và gõ lại."),
                    format!("The sheet turned the code into the date {text}. Format the column of codes as text and type it again."),
                )
            }
            Reason::DuplicateCode { code, first } => {
                let first = whole(lang, *first);
                lang.pick(format!("Mã {code} đã có ở dòng {first}."), format!("Row {first} has the code {code} already."))
            }
            Reason::MissingParent { parent } => {
                lang.pick(format!("Không có dòng nào phía trên mang mã {parent}."), format!("No row above has the code {parent}."))
            }
            Reason::MissingName => fixed("Có mã hoặc điểm nhưng không có tên.", "A code or points stand there, but no name."),
            Reason::UnreadablePoints { text } => {
                let text = quoted(text);
                lang.pick(format!("{text} không phải là số điểm."), format!("{text} is no number of points."))
            }
            Reason::DateForPoints { text } => {
                let text = quoted(text);
                lang.pick(
                    format!("Bảng tính đã đổi số điểm thành ngày {text}. Hãy định dạng cột điểm là số và gõ lại."),
                    format!(
                        "The sheet turned the points into the date {text}. Format the column of points as numbers and type them again."
                    ),
                )
            }
            Reason::CellError { text } => {
                let text = quoted(text);
                lang.pick(format!("Trong dòng có lỗi {text} của bảng tính."), format!("The row has the error {text} of a sheet."))
            }
            Reason::EmptyFormula => fixed(
                "Ô điểm là công thức chưa có kết quả. Hãy mở bằng Excel, lưu lại rồi tải lên.",
                "The cell of points is a formula without a result. Open the file in Excel, save it and bring it again.",
            ),
            Reason::NoCodeNoPoints => fixed("Dòng không có mã và không có điểm.", "The row has neither a code nor points."),
            Reason::NothingAbove => {
                fixed("Dòng không có mã và phía trên chưa có tiêu chí nào.", "The row has no code, and no criterion stands above it.")
            }
            Reason::AreaWithoutCode => fixed(
                "Tên viết hoa và có điểm như một lĩnh vực, nhưng không có mã.",
                "The name is in capitals and has points, as areas have, but there is no code.",
            ),
        }
    }
}

impl RowFault {
    /// The row and what is wrong with it.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        let row = whole(lang, self.row);
        let reason = self.reason.words(lang);
        lang.pick(format!("Dòng {row}: {reason}"), format!("Row {row}: {reason}"))
    }
}

impl Warning {
    /// The row and what is in doubt.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        let doubt = self.doubt.words(lang);
        if self.row == 0 {
            return doubt;
        }
        let row = whole(lang, self.row);
        match &self.code {
            Some(code) => lang.pick(format!("Dòng {row} ({code}): {doubt}"), format!("Row {row} ({code}): {doubt}")),
            None => lang.pick(format!("Dòng {row}: {doubt}"), format!("Row {row}: {doubt}")),
        }
    }
}

impl Doubt {
    /// What was assumed or has to be decided, in a sentence or two.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        let fixed = |vi: &str, en: &str| lang.pick(vi, en).to_owned();
        let figure = |value: &Decimal| figure(lang, *value);
        match self {
            Doubt::ColumnByContents { column } => {
                let column = whole(lang, column + 1);
                lang.pick(
                    format!("Cột {column} được nhận biết qua nội dung vì không có tiêu đề."),
                    format!("Column {column} was told by what stands in it, since it has no heading."),
                )
            }
            Doubt::NoMaximumColumn => fixed("Không tìm thấy cột điểm tối đa.", "No column of maximum points was found."),
            Doubt::HiddenRow => fixed("Dòng bị ẩn trong tệp; vẫn được đọc.", "The file hides the row; it was read all the same."),
            Doubt::CodeRestored { printed } => lang.pick(
                format!("Bảng tính ghi mã là {printed} vì coi là số; đã khôi phục số 0 ở cuối."),
                format!("The sheet has the code as {printed}, taken for a number; the zero at its end was put back."),
            ),
            Doubt::CodeSkipped { expected } => lang.pick(
                format!("Số thứ tự không liền nhau: lẽ ra là {expected}."),
                format!("The numbers do not follow each other: {expected} is expected here."),
            ),
            Doubt::MissingMaximum => fixed("Không có điểm tối đa.", "There is no maximum."),
            Doubt::MaximumFromRange => fixed("Điểm tối đa lấy từ khoảng điểm.", "The maximum was taken from a range of points."),
            Doubt::MaximumFromName => {
                fixed("Điểm tối đa lấy từ trong ngoặc sau tên.", "The maximum was taken from the brackets behind the name.")
            }
            Doubt::MaximumFromOptions => {
                fixed("Điểm tối đa lấy theo mức cao nhất trong ô.", "The maximum was taken from the best option of the cell.")
            }
            Doubt::MaximumFromSurvey => {
                fixed("Điểm tối đa lấy từ cột điều tra xã hội học.", "The maximum was taken from the column of the survey.")
            }
            Doubt::NegativeMaximum => fixed("Điểm tối đa nhỏ hơn 0.", "The maximum is below zero."),
            Doubt::SumDiffers { stated, sum, parts } => {
                let (stated, sum, parts) = (figure(stated), figure(sum), rows(lang, parts));
                lang.pick(
                    format!("Điểm tối đa ghi {stated}, nhưng các dòng con ({parts}) cộng lại được {sum}."),
                    format!("The maximum is {stated}, but its parts (rows {parts}) add up to {sum}."),
                )
            }
            Doubt::TotalDiffers { stated, sum, parts } => {
                let (stated, sum, parts) = (figure(stated), figure(sum), rows(lang, parts));
                lang.pick(
                    format!("Tổng ghi {stated}, nhưng các lĩnh vực (dòng {parts}) cộng lại được {sum}."),
                    format!("The total is {stated}, but the areas (rows {parts}) add up to {sum}."),
                )
            }
            Doubt::PointsDiffer { worded, column } => {
                let (worded, column) = (figure(worded), figure(column));
                lang.pick(
                    format!("Lời văn ghi {worded} điểm, cột điểm ghi {column}; đã lấy theo cột."),
                    format!("The words give {worded} points, the column {column}; the column was taken."),
                )
            }
            Doubt::OverMaximum { points, maximum } => {
                let (points, maximum) = (figure(points), figure(maximum));
                lang.pick(
                    format!("Có mức {points} điểm, lớn hơn điểm tối đa {maximum}."),
                    format!("An option gives {points} points, more than the maximum of {maximum}."),
                )
            }
            Doubt::BelowMaximum { best, maximum } => {
                let (best, maximum) = (figure(best), figure(maximum));
                lang.pick(
                    format!("Mức cao nhất là {best} điểm, nhỏ hơn điểm tối đa {maximum}."),
                    format!("The best option gives {best} points, less than the maximum of {maximum}."),
                )
            }
            Doubt::OptionsDoNotFit { best, sum, maximum } => {
                let (best, sum, maximum) = (figure(best), figure(sum), figure(maximum));
                lang.pick(
                    format!("Các mức cao nhất được {best} điểm, cộng lại được {sum}; điểm tối đa là {maximum}."),
                    format!("The best option gives {best} points and all together {sum}; the maximum is {maximum}."),
                )
            }
            Doubt::EndByNeighbour { value, to_lower } => {
                let value = figure(value);
                lang.pick(
                    format!(
                        "Lời văn không nói rõ {value} thuộc mức nào; mức bên cạnh cho biết thuộc mức {}.",
                        if *to_lower { "dưới" } else { "trên" }
                    ),
                    format!(
                        "The wording leaves open where {value} belongs; the range beside it shows that it is the {} one.",
                        if *to_lower { "lower" } else { "upper" }
                    ),
                )
            }
            Doubt::EndInBoth { value } => {
                let value = figure(value);
                lang.pick(
                    format!("{value} thuộc cả hai mức; cần quyết định thuộc mức nào."),
                    format!("{value} belongs to two ranges; somebody has to decide to which."),
                )
            }
            Doubt::Overlap { from, to } => {
                let ends = ends(lang, *from, *to);
                lang.pick(
                    format!("Hai mức trùng nhau {ends}; cần quyết định."),
                    format!("Two ranges overlap {ends}; somebody has to decide."),
                )
            }
            Doubt::ValueLeftOut { value } => {
                let value = figure(value);
                lang.pick(format!("Không mức nào có giá trị {value}."), format!("No range has the value {value}."))
            }
            Doubt::Gap { from, to } => {
                let ends = ends(lang, *from, *to);
                lang.pick(format!("Không mức nào có các giá trị {ends}."), format!("No range has the values {ends}."))
            }
            Doubt::WholeCases { from, to } => {
                let (from, to) = (figure(from), figure(to));
                lang.pick(
                    format!("Các mức {from} và {to} liền nhau vì đã coi chỉ số là số đếm nguyên."),
                    format!("The ranges at {from} and {to} follow each other, since the figure was taken as a whole number of cases."),
                )
            }
            Doubt::PercentAssumed => fixed(
                "Có mức ghi dấu %, có mức không; đã coi tất cả là phần trăm.",
                "Some ranges have a percent sign and others none; all were taken as percentages.",
            ),
            Doubt::MoreThanARange { text } => {
                let text = quoted(text);
                lang.pick(
                    format!("{text} nói nhiều hơn một khoảng số; phần lời văn còn lại không có trong cách chấm."),
                    format!("{text} says more than a range; the rest of its words is not in the rule."),
                )
            }
            Doubt::NotMonotone => {
                fixed("Điểm không tăng hoặc giảm đều theo các mức.", "Points neither rise nor fall throughout the ranges.")
            }
            Doubt::RestIsBelow => fixed(
                "“Còn lại” được hiểu là phần dưới các mức khác.",
                "“Còn lại” (the rest) was read as what lies below the other ranges.",
            ),
            Doubt::FullAtHundred => fixed(
                "Không nói rõ đạt bao nhiêu thì được điểm tối đa; giả định là 100%.",
                "Nothing says what gives all points; 100% was assumed.",
            ),
            Doubt::StartsAtMaximum => fixed(
                "Giả định trừ từ điểm tối đa và không trừ quá 0.",
                "It was assumed that points are taken from the maximum and not below zero.",
            ),
            Doubt::WordsNotRead { text } => {
                let text = quoted(text);
                lang.pick(format!("Chưa hiểu được cách chấm: {text}."), format!("How points are given was not understood: {text}."))
            }
            Doubt::FormulaNotRead { text } => {
                let text = quoted(text);
                lang.pick(format!("Chưa hiểu được công thức: {text}."), format!("The formula was not understood: {text}."))
            }
            Doubt::RangesAndWords => fixed(
                "Có mức là khoảng số, có mức là lời văn; đã hiểu là chọn một mức.",
                "Some options are ranges and others words; they were taken as a choice.",
            ),
            Doubt::TextAsNote => fixed("Đoạn văn bản bên dưới được coi là ghi chú.", "The text below it was taken as a note."),
        }
    }
}

fn ends(lang: Lang, from: Option<Decimal>, to: Option<Decimal>) -> String {
    let shown = |value| figure(lang, value);
    match (from, to) {
        (Some(from), Some(to)) => {
            let (from, to) = (shown(from), shown(to));
            lang.pick(format!("từ {from} đến {to}"), format!("from {from} to {to}"))
        }
        (Some(from), None) => lang.pick(format!("trên {}", shown(from)), format!("above {}", shown(from))),
        (None, Some(to)) => lang.pick(format!("dưới {}", shown(to)), format!("below {}", shown(to))),
        (None, None) => lang.pick("ở mọi giá trị", "everywhere").to_owned(),
    }
}

impl Why {
    /// Why the row was passed over.
    #[must_use]
    pub fn words(self, lang: Lang) -> String {
        match self {
            Why::Title => lang.pick("Tiêu đề của bảng", "Title of the table").to_owned(),
            Why::Heading => lang.pick("Tên cột", "Headings").to_owned(),
            Why::ColumnNumbers => lang.pick("Số thứ tự cột", "Numbers of columns").to_owned(),
            Why::Total => lang.pick("Tổng cộng", "Total").to_owned(),
            Why::Note => lang.pick("Ghi chú của dòng trên", "Note of the row above").to_owned(),
            Why::Rule => lang.pick("Cách chấm của dòng trên", "Rule of the line above").to_owned(),
            Why::Footer => lang.pick("Văn bản dưới bảng", "Text below the table").to_owned(),
            Why::BelowFault { row } => {
                let row = whole(lang, row);
                lang.pick(format!("Thuộc dòng {row} chưa hiểu được"), format!("Belongs to row {row}, which was not understood"))
            }
        }
    }
}

impl NoRule {
    /// Why no rule is proposed.
    #[must_use]
    pub fn words(self, lang: Lang) -> &'static str {
        match self {
            NoRule::HasParts => lang.pick("Điểm là tổng của các dòng con.", "The points are those of its parts."),
            NoRule::IsOption => lang.pick("Là một mức của dòng trên.", "It is an option of the line above."),
            NoRule::NotSaid => lang.pick("Phụ lục không nói cách chấm.", "The annex does not say how points are given."),
            NoRule::WordsNotRead => lang.pick("Chưa hiểu được lời văn về cách chấm.", "The words about the points are not understood."),
            NoRule::FormulaNotRead => lang.pick("Chưa hiểu được công thức.", "The formula is not understood."),
            NoRule::OptionsDoNotFit => {
                lang.pick("Các mức không khớp với điểm tối đa.", "The points of the options do not fit the maximum.")
            }
        }
    }
}
