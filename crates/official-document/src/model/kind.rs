//! The kinds of documents of Article 7 of the decree, and forms.

/// What a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Nghị quyết.
    Resolution,
    /// Quyết định.
    Decision,
    /// Chỉ thị.
    Directive,
    /// Quy chế.
    Regulation,
    /// Quy định.
    Rule,
    /// Thông cáo.
    Communique,
    /// Thông báo.
    Notice,
    /// Hướng dẫn.
    Guidance,
    /// Chương trình.
    Programme,
    /// Kế hoạch.
    Plan,
    /// Phương án.
    Option,
    /// Đề án.
    Scheme,
    /// Dự án.
    Project,
    /// Báo cáo.
    Report,
    /// Biên bản.
    Minutes,
    /// Tờ trình.
    Proposal,
    /// Hợp đồng.
    Contract,
    /// Công văn: no name, its subject stands under the number.
    OfficialLetter,
    /// Công điện.
    Dispatch,
    /// Bản ghi nhớ.
    Memorandum,
    /// Bản thỏa thuận.
    Agreement,
    /// Giấy ủy quyền.
    Authorisation,
    /// Giấy mời.
    Invitation,
    /// Giấy giới thiệu.
    Introduction,
    /// Giấy nghỉ phép.
    LeavePermit,
    /// Phiếu gửi.
    SendingSlip,
    /// Phiếu chuyển.
    TransferSlip,
    /// Phiếu báo.
    NotificationSlip,
    /// Thư công: no name.
    PublicLetter,
    /// A form or list that goes with a document: its subject is its title.
    Sheet,
}

impl Kind {
    /// Its name; empty for kinds that print none.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Resolution => "Nghị quyết",
            Self::Decision => "Quyết định",
            Self::Directive => "Chỉ thị",
            Self::Regulation => "Quy chế",
            Self::Rule => "Quy định",
            Self::Communique => "Thông cáo",
            Self::Notice => "Thông báo",
            Self::Guidance => "Hướng dẫn",
            Self::Programme => "Chương trình",
            Self::Plan => "Kế hoạch",
            Self::Option => "Phương án",
            Self::Scheme => "Đề án",
            Self::Project => "Dự án",
            Self::Report => "Báo cáo",
            Self::Minutes => "Biên bản",
            Self::Proposal => "Tờ trình",
            Self::Contract => "Hợp đồng",
            Self::Dispatch => "Công điện",
            Self::Memorandum => "Bản ghi nhớ",
            Self::Agreement => "Bản thỏa thuận",
            Self::Authorisation => "Giấy ủy quyền",
            Self::Invitation => "Giấy mời",
            Self::Introduction => "Giấy giới thiệu",
            Self::LeavePermit => "Giấy nghỉ phép",
            Self::SendingSlip => "Phiếu gửi",
            Self::TransferSlip => "Phiếu chuyển",
            Self::NotificationSlip => "Phiếu báo",
            Self::OfficialLetter | Self::PublicLetter | Self::Sheet => "",
        }
    }

    /// The abbreviation that its symbol begins with, by annex III of the decree; empty for kinds without one.
    #[must_use]
    pub const fn abbreviation(self) -> &'static str {
        match self {
            Self::Resolution => "NQ",
            Self::Decision => "QĐ",
            Self::Directive => "CT",
            Self::Regulation => "QC",
            Self::Rule => "QyĐ",
            Self::Communique => "TC",
            Self::Notice => "TB",
            Self::Guidance => "HD",
            Self::Programme => "CTr",
            Self::Plan => "KH",
            Self::Option => "PA",
            Self::Scheme => "ĐA",
            Self::Project => "DA",
            Self::Report => "BC",
            Self::Minutes => "BB",
            Self::Proposal => "TTr",
            Self::Contract => "HĐ",
            Self::Dispatch => "CĐ",
            Self::Memorandum => "BGN",
            Self::Agreement => "BTT",
            Self::Authorisation => "GUQ",
            Self::Invitation => "GM",
            Self::Introduction => "GGT",
            Self::LeavePermit => "GNP",
            Self::SendingSlip => "PG",
            Self::TransferSlip => "PC",
            Self::NotificationSlip => "PB",
            Self::OfficialLetter | Self::PublicLetter | Self::Sheet => "",
        }
    }

    /// The line between grounds and articles, for kinds that decide something.
    pub(crate) const fn deciding_words(self) -> Option<&'static str> {
        match self {
            Self::Decision => Some("Quyết định:"),
            Self::Resolution => Some("Quyết nghị:"),
            _ => None,
        }
    }
}
