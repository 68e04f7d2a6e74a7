//! Words for the codes of the registry and the engine, in both languages.

use composite_index::{
    BreakKind, Components, DifferenceKind, Direction, Gap, MissingRule, NoContributions, NodeId, RankOn, Status, TieRule,
};
use registry::results::{LEVEL, NoIntervals, RUNS, SEED, WEIGHT_SPREAD};
use registry::{Extent, Kind, Level};
use ui::Lang;
use ui::parts::Tone;

/// A free text of the catalogue in a language.
pub(crate) fn either(text: &str, lang: Lang) -> &str {
    let (vi, en) = registry::both_languages(text);
    lang.pick(vi, en)
}

pub(crate) fn kind(kind: Kind, lang: Lang) -> &'static str {
    match kind {
        Kind::Country => lang.pick("Quốc gia", "Country"),
        Kind::Ministry => lang.pick("Bộ, cơ quan ngang bộ", "Ministry"),
        Kind::Municipality => lang.pick("Thành phố trực thuộc trung ương", "Centrally run city"),
        Kind::Province => lang.pick("Tỉnh", "Province"),
        Kind::UrbanDistrict => lang.pick("Quận", "Urban district"),
        Kind::RuralDistrict => lang.pick("Huyện", "Rural district"),
        Kind::Town => lang.pick("Thị xã", "Town"),
        Kind::ProvincialCity => lang.pick("Thành phố thuộc tỉnh, thành phố", "City of a province or city"),
        Kind::Ward => lang.pick("Phường", "Ward"),
        Kind::Township => lang.pick("Thị trấn", "Township"),
        Kind::Commune => lang.pick("Xã", "Commune"),
        Kind::SpecialZone => lang.pick("Đặc khu", "Special zone"),
        Kind::Department => lang.pick("Cơ quan chuyên môn", "Department"),
        Kind::AdministrativeOrganisation => lang.pick("Tổ chức hành chính khác", "Other administrative organisation"),
        Kind::PilotOrganisation => lang.pick("Tổ chức thí điểm", "Pilot organisation"),
    }
}

/// Name of a level, for counts of several.
pub(crate) fn level(level: Level, lang: Lang) -> &'static str {
    match level {
        Level::Country => lang.pick("Cả nước", "Country"),
        Level::Ministry => lang.pick("Bộ, cơ quan ngang bộ", "Ministries"),
        Level::Province => lang.pick("Đơn vị cấp tỉnh", "Provinces"),
        Level::District => lang.pick("Đơn vị cấp huyện", "Districts"),
        Level::Commune => lang.pick("Đơn vị cấp xã", "Communes"),
        Level::Department => lang.pick("Cơ quan chuyên môn và tương đương", "Departments and the like"),
    }
}

pub(crate) fn extent(extent: Extent, lang: Lang) -> &'static str {
    match extent {
        Extent::Whole => lang.pick("toàn bộ", "whole"),
        Extent::Part => lang.pick("một phần", "part"),
        Extent::Unknown => lang.pick("chưa rõ phạm vi", "extent not known"),
    }
}

pub(crate) fn status(status: Status, lang: Lang) -> (&'static str, Tone, &'static str) {
    match status {
        Status::Verified => (
            lang.pick("Đã kiểm chứng", "Verified"),
            Tone::Success,
            lang.pick(
                "tính lại từ bảng công bố, không có chênh lệch ngoài các ngoại lệ đã nêu",
                "recomputed from published tables, no difference beyond the stated exceptions",
            ),
        ),
        Status::Inferred => (
            lang.pick("Suy ra từ số liệu", "Inferred"),
            Tone::Warning,
            lang.pick(
                "quy tắc được suy ra từ chính các con số, chưa thấy văn bản nêu",
                "the rule was deduced from the numbers, no text stating it was seen",
            ),
        ),
        Status::Read => (
            lang.pick("Theo nguồn nêu", "As stated"),
            Tone::Info,
            lang.pick("quy tắc do nguồn được dẫn nêu", "the rule is stated by the source named"),
        ),
        Status::Unverified => (
            lang.pick("Chưa kiểm chứng", "Unverified"),
            Tone::Warning,
            lang.pick("chỉ là hiểu biết chung, cần đối chiếu với văn bản", "general knowledge only, to be checked against the text"),
        ),
    }
}

pub(crate) use index_words::aggregation;

pub(crate) fn direction(direction: Direction, lang: Lang) -> &'static str {
    match direction {
        Direction::HigherIsBetter => lang.pick("cao hơn là tốt hơn", "higher is better"),
        Direction::LowerIsBetter => lang.pick("thấp hơn là tốt hơn", "lower is better"),
    }
}

pub(crate) fn tie_rule(rule: TieRule, lang: Lang) -> &'static str {
    match rule {
        TieRule::Competition => lang.pick(
            "đồng hạng thì cùng nhận thứ hạng cao, bỏ trống các hạng sau (1, 2, 2, 4)",
            "equal values share the better place, later places are left out (1, 2, 2, 4)",
        ),
        TieRule::Dense => lang.pick("đồng hạng không bỏ trống hạng (1, 2, 2, 3)", "equal values leave no place out (1, 2, 2, 3)"),
        TieRule::Last => lang.pick("đồng hạng thì cùng nhận thứ hạng thấp (1, 3, 3, 4)", "equal values share the worse place (1, 3, 3, 4)"),
        TieRule::Average => lang.pick(
            "đồng hạng thì nhận trung bình các hạng (1; 2,5; 2,5; 4)",
            "equal values share the mean of their places (1, 2.5, 2.5, 4)",
        ),
    }
}

pub(crate) fn rank_on(rule: RankOn, lang: Lang) -> &'static str {
    match rule {
        RankOn::Unrounded => lang.pick("xếp hạng theo giá trị chưa làm tròn", "ranked on unrounded values"),
        RankOn::Displayed => lang.pick("xếp hạng theo giá trị đã làm tròn", "ranked on rounded values"),
    }
}

pub(crate) fn missing(rule: MissingRule, lang: Lang) -> &'static str {
    match rule {
        MissingRule::NoResult => lang.pick(
            "đơn vị thiếu số liệu không có điểm tổng hợp và không xếp hạng; không bao giờ coi là 0",
            "a unit with a missing figure gets no total and no rank; missing is never zero",
        ),
        MissingRule::Error => lang.pick("bảng thiếu số liệu không được nhận", "a table with a missing figure is refused"),
        MissingRule::DropOut => lang.pick(
            "thành phần thiếu số liệu được bỏ ra, trọng số hoặc điểm tối đa của các thành phần còn lại được quy đổi",
            "a missing part drops out, and the weights or maxima of the others are rescaled",
        ),
        MissingRule::Zero => lang.pick("thành phần thiếu số liệu tính 0 điểm", "a missing part counts as zero"),
    }
}

pub(crate) fn components(components: Components, lang: Lang) -> &'static str {
    match components {
        Components::Complete => lang.pick("đủ các đơn vị", "all units"),
        Components::Partial => lang.pick("chỉ một số đơn vị", "some units only"),
        Components::None => lang.pick("chỉ có điểm tổng hợp hoặc thứ hạng", "totals or ranks only"),
    }
}

pub(crate) fn break_kind(kind: BreakKind, lang: Lang) -> &'static str {
    match kind {
        BreakKind::Weights => lang.pick("đổi trọng số", "new weights"),
        BreakKind::Tree => lang.pick("đổi cấu phần", "new components"),
        BreakKind::Population => lang.pick("đổi đối tượng", "new population"),
        BreakKind::Scale => lang.pick("đổi thang điểm", "new scale"),
    }
}

/// What rank intervals are, in words that let anybody repeat them.
pub(crate) fn interval_rule(lang: Lang) -> String {
    let runs = lang.integer(i64::try_from(RUNS).unwrap_or_default());
    let (spread, level) = (WEIGHT_SPREAD * 100.0, LEVEL * 100.0);
    lang.pick(
        format!("Khoảng thứ hạng là cách đọc kết quả của trang này, không thuộc kết quả công bố. Chỉ số được tính lại {runs} lần; mỗi lần, trọng số của từng thành phần tăng hoặc giảm ngẫu nhiên tối đa {spread:.0} %, tổng trọng số trong cùng một nhóm thành phần giữ nguyên. Khoảng ghi trong bảng là các hạng tính lại của đơn vị trong {level:.0} % số lần tính, bỏ hai phía mỗi phía một nửa phần còn lại. Hai đơn vị liền kề là chưa phân biệt được khi đơn vị đứng trên hơn đơn vị đứng dưới trong chưa đến {level:.0} % số lần tính. Số khởi đầu của dãy ngẫu nhiên: {SEED}; cùng số khởi đầu thì cùng kết quả."),
        format!("Rank intervals are a reading of this site and no part of the publication. The index is computed {runs} times; each time the weight of every part moves at random by up to {spread:.0} % up or down, while the sum of the weights within a group of parts stays. The interval in the table holds the recomputed ranks of the unit in {level:.0} % of the runs, with half of the rest left out at either end. Two neighbours cannot be told apart where the upper one stands above the lower one in less than {level:.0} % of the runs. Seed of the random numbers: {SEED}; the same seed gives the same result."),
    )
}

/// Why an edition has no rank intervals.
pub(crate) fn no_intervals(reason: &NoIntervals, lang: Lang) -> &'static str {
    match reason {
        NoIntervals::SomeUnits => lang.pick(
            "Mới thu thập được một phần các đơn vị của kỳ này; khoảng thứ hạng trong một số đơn vị không phải là khoảng thứ hạng trong tất cả.",
            "Only some of the units of this edition were obtained; an interval among some units is not one among all.",
        ),
        NoIntervals::NotRecomputed => lang.pick(
            "Điểm tổng hợp của kỳ này không tính lại được, vì cách tính chưa được công bố hoặc chưa có điểm thành phần.",
            "The total of this edition is not recomputed, as its rule was not published or its parts were not obtained.",
        ),
        NoIntervals::NoWeights => lang.pick(
            "Kỳ này chỉ có một thành phần hoặc các thành phần không có trọng số, nên không có gì để thay đổi.",
            "This edition has a single part, or its parts carry no weights, so that there is nothing to vary.",
        ),
        NoIntervals::TooFewUnits => {
            lang.pick("Chưa đủ hai đơn vị có điểm để xếp hạng.", "Less than two units have a score to be ranked by.")
        }
        NoIntervals::NoTable | NoIntervals::Failed(_) => lang.pick("Chưa có số liệu để tính.", "There are no figures to compute from."),
    }
}

/// The same for programs.
pub(crate) fn no_intervals_code(reason: &NoIntervals) -> &'static str {
    match reason {
        NoIntervals::SomeUnits => "some-units",
        NoIntervals::NotRecomputed => "not-recomputed",
        NoIntervals::NoWeights => "no-weights",
        NoIntervals::TooFewUnits => "too-few-units",
        NoIntervals::NoTable => "no-table",
        NoIntervals::Failed(_) => "failed",
    }
}

/// What differs between two definitions.
pub(crate) fn difference_kind(kind: DifferenceKind, lang: Lang) -> &'static str {
    match kind {
        DifferenceKind::Added => lang.pick("mới có", "added"),
        DifferenceKind::Removed => lang.pick("không còn", "removed"),
        DifferenceKind::Parent => lang.pick("thuộc thành phần khác", "part of another node"),
        DifferenceKind::Order => lang.pick("thứ tự", "order"),
        DifferenceKind::Name => lang.pick("tên gọi", "name"),
        DifferenceKind::Aggregation => lang.pick("cách tổng hợp", "aggregation"),
        DifferenceKind::Weight => lang.pick("trọng số", "weight"),
        DifferenceKind::Maximum => lang.pick("thang điểm", "range"),
        DifferenceKind::Rule => lang.pick("quy tắc tính điểm", "rule of points"),
        DifferenceKind::Missing => lang.pick("cách xử lý khi thiếu số liệu", "rule for missing figures"),
        DifferenceKind::Bounds => lang.pick("giới hạn, chiều hoặc khối áp dụng", "bounds, direction or blocks"),
        DifferenceKind::Share => lang.pick("tỷ trọng trong điểm tối đa", "share of the maximum"),
        DifferenceKind::Figure => lang.pick("số liệu đầu vào", "figure"),
        DifferenceKind::Computation => lang.pick("quy tắc chung", "general rules"),
    }
}

/// Why a total is not split into contributions.
pub(crate) fn no_contributions(reason: NoContributions, name: impl Fn(NodeId) -> String, lang: Lang) -> String {
    let gap = match reason {
        NoContributions::NoTotal(gap) => gap,
        NoContributions::TooLarge => {
            return lang.pick("một con số vượt quá phạm vi tính chính xác", "a number is too large to be computed exactly").to_owned();
        }
    };
    match gap {
        Gap::NotPublished(node) => lang.pick(
            format!("cách tính của “{}” chưa được công bố hoặc chưa có điểm thành phần, nên không tách được điểm tổng hợp", name(node)),
            format!("the rule of “{}” was not published or its parts were not obtained, so the total cannot be split", name(node)),
        ),
        Gap::EmptyLeaf(node) => lang.pick(
            format!("đơn vị thiếu số liệu “{}”, nên không có điểm tổng hợp", name(node)),
            format!("the unit has no figure of “{}” and therefore no total", name(node)),
        ),
        Gap::NotApplicable(node) => {
            lang.pick(format!("“{}” không áp dụng cho đơn vị", name(node)), format!("“{}” does not apply to the unit", name(node)))
        }
        Gap::TooFew(node) => {
            lang.pick(format!("quá ít phần của “{}” có số liệu", name(node)), format!("too few parts of “{}” have a figure", name(node)))
        }
        Gap::EmptyFigure(_) => lang
            .pick("đơn vị thiếu số liệu đầu vào, nên không có điểm tổng hợp", "a figure of the unit is missing, so there is no total")
            .to_owned(),
        Gap::DivisionByZero(node) | Gap::OutOfRange(node) | Gap::NoMean(node) => lang.pick(
            format!("quy tắc tính “{}” không cho kết quả với số liệu của đơn vị", name(node)),
            format!("the rule of “{}” has no result for the unit's figures", name(node)),
        ),
    }
}
