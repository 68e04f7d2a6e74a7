//! Faults of survey statistics in words. The English words are the engine's own; the Vietnamese ones stand here.

use survey_stats::{DataFault, DesignFault, EstimateFault, ExpressionFault, IndexFault, LoneReason, PlanFault, WeightFault};
use ui::Lang;

/// What a number is that steers a computation. A name that does not stand here stays as the engine has it.
fn quantity(name: &str) -> &str {
    const NAMES: [(&str, &str); 42] = [
        ("answers in a cluster", "số câu trả lời trong một cụm"),
        ("areas with direct estimates", "số địa bàn có ước lượng trực tiếp"),
        ("classes", "số lớp"),
        ("correlation", "hệ số tương quan"),
        ("counts", "số đơn vị mỗi tầng"),
        ("design effect", "hệ số thiết kế"),
        ("deviations", "độ lệch chuẩn các tầng"),
        ("difference", "chênh lệch"),
        ("draws", "số lần rút"),
        ("expected proportion", "tỷ lệ dự kiến"),
        ("factor analysis", "phân tích nhân tố"),
        ("factors", "số nhân tố"),
        ("Fay's coefficient", "hệ số Fay"),
        ("items", "số câu hỏi"),
        ("largest weight", "quyền số lớn nhất"),
        ("level", "mức tin cậy"),
        ("limits for weights of mean", "giới hạn cho quyền số có trung bình"),
        ("lower bound of calibration", "cận dưới của hiệu chỉnh"),
        ("margin", "sai số"),
        ("margins", "số biến của raking"),
        ("marks of certainty", "dấu đơn vị chắc chắn"),
        ("overlap", "phần trùng nhau"),
        ("parents", "đơn vị cấp trên"),
        ("plans", "số kế hoạch rút"),
        ("population", "cỡ tổng thể"),
        ("power", "khả năng phát hiện"),
        ("predictors", "số biến giải thích"),
        ("replicates", "số bản lặp"),
        ("reserves", "số dự phòng mỗi tầng"),
        ("response rate", "tỷ lệ trả lời"),
        ("sample size", "cỡ mẫu"),
        ("scale", "hệ số nhân"),
        ("sets of units that are alike", "các nhóm đơn vị tương đương"),
        ("sizes", "quy mô"),
        ("smallest weight", "quyền số nhỏ nhất"),
        ("stages", "số giai đoạn"),
        ("standard deviation", "độ lệch chuẩn"),
        ("strata", "tầng"),
        ("upper bound of calibration", "cận trên của hiệu chỉnh"),
        ("variance between areas", "phương sai giữa các địa bàn"),
        ("variance that overlap leaves", "phần phương sai còn lại sau phần trùng nhau"),
        ("weight before the step", "quyền số trước bước này"),
    ];
    NAMES.iter().find(|(known, _)| *known == name).map_or(name, |(_, vietnamese)| vietnamese)
}

/// A figure in words; one that is missing is not shown as NaN.
fn figure(value: f64) -> String {
    if value.is_nan() { "giá trị trống hoặc không phải số".to_owned() } else { value.to_string() }
}

/// A list of faults, one a line, and what a row number means.
pub(crate) fn listed<F>(lang: Lang, faults: &[F], words: impl Fn(Lang, &F) -> String) -> String {
    explained(lang, super::faults::listed(lang, faults.iter().map(|fault| words(lang, fault)).collect()))
}

/// Faults of a table, of which the engine lists some and counts all.
pub(crate) fn listed_data(lang: Lang, faults: &[DataFault]) -> String {
    match faults {
        [known @ .., DataFault::More { count }] => {
            let lines: Vec<String> = known.iter().map(|fault| data(lang, fault)).collect();
            let all = lines.len() + count;
            explained(lang, super::faults::counted(lang, lines, all))
        }
        _ => listed(lang, faults, data),
    }
}

/// The text of a fault, and what a row number in it means.
pub(crate) fn explained(lang: Lang, text: String) -> String {
    let word = lang.pick("dòng ", "row ");
    let counted = text.match_indices(word).any(|(at, _)| text[at + word.len()..].starts_with(|c: char| c.is_ascii_digit()));
    if !counted {
        return text;
    }
    let meaning = lang.pick(
        "(Dòng 1 là dòng số liệu đầu tiên, ngay dưới dòng tiêu đề, tức là dòng thứ hai của tệp CSV.)",
        "(Row 1 is the first row of data, right below the heading: the second line of a CSV file.)",
    );
    format!("{text}\n{meaning}")
}

pub(crate) fn data(lang: Lang, fault: &DataFault) -> String {
    lang.pick(data_vi(fault), fault.to_string())
}

fn data_vi(fault: &DataFault) -> String {
    match fault {
        DataFault::NotUtf8 { byte } => format!("byte {byte}: tệp không phải UTF-8. Lưu lại tệp với bảng mã UTF-8."),
        DataFault::NoHeading => "bảng không có dòng tiêu đề".into(),
        DataFault::NoRows => "bảng không có dòng số liệu nào".into(),
        DataFault::Heading { place, heading } => format!("cột {place}: tiêu đề “{heading}” trống hoặc trùng"),
        DataFault::Fields { row, expected, found } => format!("dòng {row}: có {found} ô, phải có {expected}"),
        DataFault::OpenQuote => "dấu ngoặc kép mở mà không đóng: tệp bị cắt ngang".into(),
        DataFault::NoColumn { column } => format!("không có cột {column}"),
        DataFault::NotANumber { row, column, value } => format!("dòng {row}, cột {column}: “{value}” không phải là số"),
        DataFault::OrderOfTexts { column, value } => {
            format!("cột {column}: cột số được so thứ tự với chữ “{value}”; viết số không có dấu nháy")
        }
        DataFault::More { count } => format!("và {count} lỗi khác"),
        DataFault::NotAMark { row, column, value } if value.is_empty() => format!("dòng {row}, cột {column}: ô trống, phải là 0 hoặc 1"),
        DataFault::NotAMark { row, column, value } => format!("dòng {row}, cột {column}: “{value}”, phải là 0 hoặc 1"),
    }
}

pub(crate) fn expression(lang: Lang, fault: &ExpressionFault) -> String {
    let vi = match fault {
        ExpressionFault::TooLong { length } => format!("điều kiện dài {length} byte, tối đa 4096"),
        ExpressionFault::TooDeep { at } => format!("ký tự {at}: ngoặc và phủ định lồng quá 64 lớp"),
        ExpressionFault::OpenQuote { at } => format!("ký tự {at}: dấu ngoặc không được đóng"),
        ExpressionFault::Unexpected { at, found, .. } if found.is_empty() => format!("ký tự {at}: điều kiện chưa viết xong"),
        ExpressionFault::Unexpected { at, found, .. } => format!("ký tự {at}: không hiểu “{found}” ở chỗ này"),
    };
    lang.pick(format!("--where: {vi}"), format!("--where: {fault}"))
}

pub(crate) fn design(lang: Lang, fault: &DesignFault) -> String {
    lang.pick(design_vi(fault), design_en(fault))
}

/// The engine knows no flags.
fn design_en(fault: &DesignFault) -> String {
    match fault {
        DesignFault::LoneUnit { reason: LoneReason::NoChoice, .. } => {
            format!("{fault}. Choose with --lone (certainty, adjust, average, collapse).")
        }
        DesignFault::LoneUnit { reason: LoneReason::NoNeighbour, .. } => {
            format!("{fault}. Instead of --lone collapse take certainty, adjust or average.")
        }
        DesignFault::LoneUnit { reason: LoneReason::NoMeasure, .. } => {
            format!("{fault}. Take --lone certainty or --lone collapse.")
        }
        DesignFault::LoneUnit { reason: LoneReason::NotByReplicates, .. } => {
            format!("{fault}. Take --lone certainty or --lone collapse, or --replicates jkn, which has all choices.")
        }
        DesignFault::NothingVaries => format!("{fault}. Leave --replicates out: the linearised error is known."),
        DesignFault::ClusterInTwoStrata { .. } => format!("{fault}. Where labels start anew in each stratum, add --nest."),
        _ => fault.to_string(),
    }
}

fn design_vi(fault: &DesignFault) -> String {
    match fault {
        DesignFault::NoRows => "mẫu không có dòng nào".into(),
        DesignFault::NoStage => "thiết kế mẫu không có giai đoạn nào".into(),
        DesignFault::Length { column, expected, found } => format!("cột {column}: có {found} dòng, phải có {expected}"),
        DesignFault::MissingWeight { column, row } => format!("dòng {row}, cột {column}: thiếu quyền số"),
        DesignFault::WrongWeight { column, row, value } => format!("dòng {row}, cột {column}: {value} không phải là quyền số"),
        DesignFault::NoPositiveWeight { column } => format!("cột {column}: mọi quyền số đều bằng 0"),
        DesignFault::WeightsNeedPopulation { stage } => format!("giai đoạn {stage}: không có quyền số thì phải cho cỡ tổng thể"),
        DesignFault::MissingLabel { column, row } => format!("dòng {row}, cột {column}: thiếu nhãn"),
        DesignFault::ClusterInTwoStrata { column, row, cluster, first_row } => {
            format!(
                "dòng {row}, cột {column}: cụm {cluster} đã nằm ở tầng khác (dòng {first_row}). Nếu mã cụm đánh lại theo tầng, thêm --nest."
            )
        }
        DesignFault::CertaintyVaries { column, row, cluster, first_row } => {
            format!(
                "dòng {row}, cột {column}: cụm {cluster} được đánh dấu chắc chắn ở dòng này mà không ở dòng {first_row}, hoặc ngược lại"
            )
        }
        DesignFault::MissingPopulation { column, row } => format!("dòng {row}, cột {column}: thiếu cỡ tổng thể"),
        DesignFault::WrongPopulation { column, row, value } => format!("dòng {row}, cột {column}: {value} không phải là cỡ tổng thể"),
        DesignFault::PopulationVaries { column, row, value, first_row, first } => {
            format!("dòng {row}, cột {column}: {value}, trong khi dòng {first_row} cùng tầng là {first}")
        }
        DesignFault::PopulationBelowSample { column, row, size, sampled } => {
            format!("dòng {row}, cột {column}: tổng thể {size} nhỏ hơn mẫu {sampled}")
        }
        DesignFault::FractionAboveOne { column, row, value } => format!("dòng {row}, cột {column}: {value} không phải là tỷ lệ mẫu"),
        DesignFault::LoneUnit { row, column, stratum, stage, unit, reason } => {
            let place = if column.is_empty() { String::new() } else { format!(", cột {column}") };
            let name = if stratum.is_empty() { String::new() } else { format!(" {stratum}") };
            let inside: Vec<String> = unit.iter().map(|(column, label)| format!("{column} {label}")).collect();
            let inside = if inside.is_empty() { String::new() } else { format!(" trong {}", inside.join(", ")) };
            let remedy = match reason {
                LoneReason::NoChoice => ". Chọn cách xử lý bằng --lone (certainty, adjust, average, collapse).",
                LoneReason::NoNeighbour => {
                    " và không có tầng lấy mẫu nào bên cạnh để gộp. Thay cho --lone collapse, dùng certainty, adjust hoặc average."
                }
                LoneReason::NoMeasure => {
                    " và không tầng nào khác có nhiều đơn vị hơn để lấy làm căn cứ. Dùng --lone certainty hoặc --lone collapse."
                }
                LoneReason::NotByReplicates => {
                    "; cách lập quyền số lặp này chỉ xử lý được bằng certainty và collapse. Dùng --lone certainty, --lone collapse, hoặc --replicates jkn (có đủ các cách)."
                }
            };
            format!("dòng {row}{place}: tầng{name}{inside} chỉ có một đơn vị mẫu ở giai đoạn {stage}{remedy}")
        }
        DesignFault::NotPaired { row, column, stratum, clusters } => {
            let place = if column.is_empty() { String::new() } else { format!(", cột {column}") };
            let name = if stratum.is_empty() { String::new() } else { format!(" {stratum}") };
            format!("dòng {row}{place}: tầng{name} có {clusters} cụm, phải có đúng hai")
        }
        DesignFault::NothingVaries => {
            "không có bản lặp nào khác với mẫu: mọi tầng đã được lấy toàn bộ hoặc giữ nguyên đơn vị duy nhất; dùng cách tính tuyến tính (bỏ --replicates)".into()
        }
        DesignFault::OutOfRange { what, value } => format!("{}: {} nằm ngoài khoảng cho phép", quantity(what), figure(*value)),
    }
}

pub(crate) fn estimate(lang: Lang, fault: &EstimateFault) -> String {
    let english = || match fault {
        EstimateFault::MissingLabel { .. } | EstimateFault::MissingValue { .. } => {
            format!("{fault}. --missing leave-out leaves such rows out.")
        }
        _ => fault.to_string(),
    };
    lang.pick(estimate_vi(fault), english())
}

/// How many rows have the same fault, where one is named.
fn of_rows(rows: usize) -> String {
    if rows > 1 { format!(" (tất cả {rows} dòng như vậy)") } else { String::new() }
}

fn estimate_vi(fault: &EstimateFault) -> String {
    match fault {
        EstimateFault::Length { column, expected, found } => format!("cột {column}: có {found} dòng, phải có {expected}"),
        EstimateFault::MissingLabel { column, row, rows } => {
            let all = of_rows(*rows);
            format!("dòng {row}, cột {column}: thiếu nhãn nhóm{all}. Dùng --missing leave-out để bỏ qua các dòng thiếu.")
        }
        EstimateFault::EmptyDomain { domain } => format!("nhóm “{domain}”: không có dòng nào có quyền số và giá trị"),
        EstimateFault::MissingValue { column, row, rows } => {
            let all = of_rows(*rows);
            format!("dòng {row}, cột {column}: thiếu giá trị{all}. Dùng --missing leave-out để bỏ qua các dòng thiếu.")
        }
        EstimateFault::NotFinite { column, row, value } => format!("dòng {row}, cột {column}: {value} không phải là số hữu hạn"),
        EstimateFault::NotBinary { column, row, value } => format!("dòng {row}, cột {column}: {value}, phải là 0 hoặc 1"),
        EstimateFault::ShareOutside { column, value } => {
            format!(
                "cột {column}: tỷ lệ {value} nằm ngoài đoạn từ 0 đến 1 vì có quyền số âm. Dùng hiệu chỉnh có giới hạn (bounded, logit) hoặc raking."
            )
        }
        EstimateFault::NoPositiveSum { domain, sum } => format!("nhóm “{domain}”: tổng quyền số là {sum} vì có quyền số âm"),
        EstimateFault::ZeroDenominator { column } => format!("cột {column}: tổng của mẫu số bằng 0"),
        EstimateFault::NothingToAverage => "không có tầng nào đủ hai đơn vị mẫu để lấy bình quân".into(),
        EstimateFault::NotAProbability { value } => format!("{} nằm ngoài khoảng (0, 1)", figure(*value)),
        EstimateFault::ReplicateWithoutEstimate { replicate } => format!("bản lặp {replicate} không cho ước lượng"),
        EstimateFault::Constant { column } => format!("cột {column}: mọi giá trị đều bằng nhau"),
        EstimateFault::Dependent { column } => format!("cột {column}: suy ra được từ các cột trước"),
        EstimateFault::Separated => "hồi quy không có nghiệm hữu hạn: một biến tách rời hai kết quả".into(),
        EstimateFault::NegativeWeight { row, weight } => format!("dòng {row}: quyền số {weight} âm, không dùng được cho phép tính này"),
        EstimateFault::UnknownTerm { term } => format!("{term} không có trong mô hình"),
        EstimateFault::SingularCovariance => "ma trận hiệp phương sai không nghịch đảo được".into(),
        EstimateFault::OneCluster { estimate } => {
            format!("{estimate}: mọi câu trả lời nằm trong một cụm mẫu của mỗi tầng, không ước lượng được sai số")
        }
        EstimateFault::NothingAsked => "chưa nêu đại lượng cần tính".into(),
        EstimateFault::OutOfRange { what, value } => format!("{}: {} nằm ngoài khoảng cho phép", quantity(what), figure(*value)),
        EstimateFault::OneLevel { column } => format!("cột {column}: chưa đủ hai mức có quyền số"),
        EstimateFault::NotSettled { what, iterations } => format!("{}: chưa có nghiệm sau {iterations} bước", quantity(what)),
        EstimateFault::Overflow => "kết quả vượt quá phạm vi số".into(),
    }
}

pub(crate) fn plan(lang: Lang, fault: &PlanFault) -> String {
    lang.pick(plan_vi(fault), fault.to_string())
}

fn plan_vi(fault: &PlanFault) -> String {
    match fault {
        PlanFault::OutOfRange { what, value } => format!("{}: {} nằm ngoài khoảng cho phép", quantity(what), figure(*value)),
        PlanFault::MoreThanPopulation { asked, population } => format!("cần {asked} đơn vị nhưng chỉ có {population}"),
        PlanFault::MoreCertainThanDrawn { certain, asked } => format!("có {certain} đơn vị chắc chắn nhưng chỉ rút {asked}"),
        PlanFault::TooLargeForSampford { asked, population } => {
            format!("rút {asked} trong {population} đơn vị là quá lớn cho cách Sampford; dùng cách tille")
        }
        PlanFault::NoParent { stage, row, parent } => format!("giai đoạn {stage}, dòng {row}: không có đơn vị cấp trên {parent}"),
        PlanFault::InStage { stage, parent, fault } => format!("giai đoạn {stage} {parent}: {}", plan_vi(fault)),
        PlanFault::MinimumAboveTotal { needed, total } => format!("mức tối thiểu của các tầng cần {needed} trong {total} đơn vị"),
        PlanFault::Length { what, expected, found } => format!("{}: có {found}, phải có {expected}", quantity(what)),
        PlanFault::Label { row, label } => format!("dòng {row}: mã “{label}” trống hoặc trùng"),
        PlanFault::Size { row, value } => format!("dòng {row}: {} không phải là quy mô", figure(*value)),
        PlanFault::NoSizes => "dàn mẫu không có cột quy mô (--size)".into(),
        PlanFault::OtherFrame => "dàn mẫu không phải là dàn mẫu của biên bản rút mẫu".into(),
    }
}

pub(crate) fn weight(lang: Lang, fault: &WeightFault) -> String {
    lang.pick(weight_vi(fault), fault.to_string())
}

fn weight_vi(fault: &WeightFault) -> String {
    match fault {
        WeightFault::Length { column, expected, found } => format!("cột {column}: có {found} dòng, phải có {expected}"),
        WeightFault::MissingLabel { column, row } => format!("dòng {row}, cột {column}: thiếu nhãn"),
        WeightFault::MissingValue { column, row } => format!("dòng {row}, cột {column}: thiếu giá trị"),
        WeightFault::NoRespondent { column, class } => format!("cột {column}: không ai trong lớp {class} trả lời"),
        WeightFault::ResponseConstant => "mọi người đều trả lời hoặc không ai trả lời".into(),
        WeightFault::Separated => "hồi quy khả năng trả lời không có nghiệm hữu hạn".into(),
        WeightFault::LevelWithoutTotal { column, row, level } => format!("dòng {row}, cột {column}: mức {level} không có tổng"),
        WeightFault::TotalWithoutRow { column, level, total } => {
            format!("cột {column}: mức {level} có tổng {total} nhưng không có dòng nào")
        }
        WeightFault::TwoTotals { column, level } => format!("cột {column}: mức {level} có hai tổng"),
        WeightFault::WrongTotal { column, level, total } => {
            format!("cột {column}: {} không phải là tổng của {level}", figure(*total))
        }
        WeightFault::MarginsDiffer { column, sum, first, first_sum } => {
            format!("tổng theo {column} là {sum}, khác tổng theo {first} là {first_sum}")
        }
        WeightFault::Dependent { column } => format!("cột {column}: suy ra được từ các cột trước"),
        WeightFault::NotReached { column, wanted, reached, iterations } => {
            format!("{column}: không đạt được tổng {wanted}, chỉ đạt {reached} sau {iterations} bước")
        }
        WeightFault::OutOfRange { what, value } => format!("{}: {} nằm ngoài khoảng cho phép", quantity(what), figure(*value)),
        WeightFault::OtherDesign => "bộ quyền số lặp thuộc về thiết kế khác".into(),
    }
}

pub(crate) fn index(lang: Lang, fault: &IndexFault) -> String {
    lang.pick(index_vi(fault), fault.to_string())
}

fn index_vi(fault: &IndexFault) -> String {
    match fault {
        IndexFault::NoVersion { year } => format!("không có phiên bản quy tắc nào có hiệu lực năm {year}"),
        IndexFault::TwoVersions { year, one, other } => format!("hai phiên bản {one} và {other} cùng có hiệu lực năm {year}"),
        IndexFault::TwiceNode { node } => format!("mục {node} xuất hiện hai lần"),
        IndexFault::UnknownNode { node } => format!("không có mục {node}"),
        IndexFault::NotATree { node } => format!("mục {node} không nằm dưới mục gốc duy nhất"),
        IndexFault::WrongWeight { node, weight } => {
            format!("mục {node}: {} không phải là trọng số", figure(*weight))
        }
        IndexFault::WrongScale { low, high } => format!("thang từ {low} đến {high} không khớp với cách chấm"),
        IndexFault::MissingItem { item } => format!("không có câu trả lời cho câu hỏi {item}"),
        IndexFault::Length { item, expected, found } => format!("câu hỏi {item}: có {found} câu trả lời, phải có {expected}"),
        IndexFault::OutsideScale { item, row, code } => format!("dòng {row}, câu hỏi {item}: {code} nằm ngoài thang"),
    }
}

#[cfg(test)]
mod tests {
    use survey_stats::{EstimateFault, PlanFault, WeightFault};
    use ui::Lang;

    #[test]
    fn quantities_have_vietnamese_names() {
        for name in ["design effect", "sizes", "counts", "level", "weight before the step", "smallest weight"] {
            assert_ne!(super::quantity(name), name);
        }
        let plan = PlanFault::OutOfRange { what: "margin", value: -1.0 };
        assert_eq!(super::plan(Lang::Vi, &plan), "sai số: -1 nằm ngoài khoảng cho phép");
        assert_eq!(super::plan(Lang::En, &plan), "margin: -1 is out of range");
        let weight = WeightFault::OutOfRange { what: "largest weight", value: 0.5 };
        assert_eq!(super::weight(Lang::Vi, &weight), "quyền số lớn nhất: 0.5 nằm ngoài khoảng cho phép");
        let search = EstimateFault::NotSettled { what: "factor analysis", iterations: 7 };
        assert_eq!(super::estimate(Lang::Vi, &search), "phân tích nhân tố: chưa có nghiệm sau 7 bước");
    }
}
