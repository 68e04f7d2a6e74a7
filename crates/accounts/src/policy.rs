//! The policy: which role may do what to which kind of thing. One table, printed by a test into `docs/rights.txt`.

/// A role that a person holds on a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Quản trị hệ thống.
    Administrator,
    /// Cơ quan thường trực cải cách hành chính (Sở Nội vụ, Phòng Nội vụ).
    ReformOffice,
    /// Công chức đầu mối của đơn vị.
    UnitOfficer,
    /// Người đứng đầu đơn vị.
    UnitHead,
    /// Thẩm định viên.
    Appraiser,
    /// Thành viên hội đồng thẩm định.
    Council,
    /// Người quản lý khảo sát.
    SurveyManager,
    /// Điều tra viên.
    Interviewer,
    /// Lãnh đạo tỉnh, thành phố.
    Leader,
    /// Thanh tra, kiểm tra, kiểm toán.
    Auditor,
    /// Người duyệt công bố.
    Publisher,
}

impl Role {
    /// Every role, in the order of the policy table.
    pub const ALL: [Self; 11] = [
        Self::Administrator,
        Self::ReformOffice,
        Self::UnitOfficer,
        Self::UnitHead,
        Self::Appraiser,
        Self::Council,
        Self::SurveyManager,
        Self::Interviewer,
        Self::Leader,
        Self::Auditor,
        Self::Publisher,
    ];

    /// The word in the database and in addresses.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::ReformOffice => "reform-office",
            Self::UnitOfficer => "unit-officer",
            Self::UnitHead => "unit-head",
            Self::Appraiser => "appraiser",
            Self::Council => "council",
            Self::SurveyManager => "survey-manager",
            Self::Interviewer => "interviewer",
            Self::Leader => "leader",
            Self::Auditor => "auditor",
            Self::Publisher => "publisher",
        }
    }

    /// The role of a word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }

    /// The name that people read: Vietnamese and English.
    #[must_use]
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Administrator => ("Quản trị hệ thống", "Administrator"),
            Self::ReformOffice => ("Cơ quan thường trực cải cách hành chính", "Reform office"),
            Self::UnitOfficer => ("Công chức đầu mối", "Unit officer"),
            Self::UnitHead => ("Người đứng đầu đơn vị", "Head of unit"),
            Self::Appraiser => ("Thẩm định viên", "Appraiser"),
            Self::Council => ("Thành viên hội đồng", "Council member"),
            Self::SurveyManager => ("Quản lý khảo sát", "Survey manager"),
            Self::Interviewer => ("Điều tra viên", "Interviewer"),
            Self::Leader => ("Lãnh đạo", "Leader"),
            Self::Auditor => ("Thanh tra, kiểm toán", "Auditor"),
            Self::Publisher => ("Duyệt công bố", "Publisher"),
        }
    }
}

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Read it, and know that it exists.
    See,
    /// Make a new one.
    Make,
    /// Change what it says.
    Change,
    /// Hand it in.
    Submit,
    /// Accept or return what was handed in.
    Decide,
    /// Open again what a deadline closed.
    Reopen,
    /// Take it out of use; nothing is deleted.
    Withdraw,
    /// Take it away as a file.
    Export,
}

impl Action {
    /// Every action, in the order of the policy table.
    pub const ALL: [Self; 8] =
        [Self::See, Self::Make, Self::Change, Self::Submit, Self::Decide, Self::Reopen, Self::Withdraw, Self::Export];

    /// The word in the printed table.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::See => "see",
            Self::Make => "make",
            Self::Change => "change",
            Self::Submit => "submit",
            Self::Decide => "decide",
            Self::Reopen => "reopen",
            Self::Withdraw => "withdraw",
            Self::Export => "export",
        }
    }
}

/// A kind of thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Thing {
    /// A person's account.
    Account,
    /// A role on a unit, a deputy.
    Grant,
    /// The working-time calendar.
    Calendar,
    /// The state of the installation: checks, backups, security settings.
    Installation,
    /// The history of records.
    History,
    /// A job.
    Job,
    /// A piece of evidence.
    Evidence,
    /// A collection of figures.
    Collection,
    /// The figures of one unit in a collection.
    Figures,
    /// A criteria set.
    CriteriaSet,
    /// An evaluation campaign.
    Campaign,
    /// What one unit enters in a campaign.
    Score,
    /// What appraisers and the council say of a unit's score.
    Appraisal,
    /// The result of a campaign.
    CampaignResult,
}

impl Thing {
    /// Every kind, in the order of the policy table.
    pub const ALL: [Self; 14] = [
        Self::Account,
        Self::Grant,
        Self::Calendar,
        Self::Installation,
        Self::History,
        Self::Job,
        Self::Evidence,
        Self::Collection,
        Self::Figures,
        Self::CriteriaSet,
        Self::Campaign,
        Self::Score,
        Self::Appraisal,
        Self::CampaignResult,
    ];

    /// The word in the printed table.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Grant => "grant",
            Self::Calendar => "calendar",
            Self::Installation => "installation",
            Self::History => "history",
            Self::Job => "job",
            Self::Evidence => "evidence",
            Self::Collection => "collection",
            Self::Figures => "figures",
            Self::CriteriaSet => "criteria-set",
            Self::Campaign => "campaign",
            Self::Score => "score",
            Self::Appraisal => "appraisal",
            Self::CampaignResult => "result",
        }
    }
}

use Action::{Change, Decide, Export, Make, Reopen, See, Submit, Withdraw};
use Role::{Administrator, Appraiser, Auditor, Council, Leader, Publisher, ReformOffice, SurveyManager, UnitHead, UnitOfficer};

/// The table. What is not in it is not allowed.
///
/// Administrators look after people and the machine and touch no figure; whoever enters figures does not decide on them.
const TABLE: &[(Thing, Action, &[Role])] = &[
    (Thing::Account, See, &[Administrator, ReformOffice, UnitHead, Auditor]),
    (Thing::Account, Make, &[Administrator]),
    (Thing::Account, Change, &[Administrator]),
    (Thing::Account, Withdraw, &[Administrator]),
    (Thing::Account, Export, &[Administrator, Auditor]),
    (Thing::Grant, See, &[Administrator, ReformOffice, UnitHead, Auditor]),
    (Thing::Grant, Make, &[Administrator]),
    (Thing::Grant, Withdraw, &[Administrator]),
    (Thing::Calendar, See, &Role::ALL),
    (Thing::Calendar, Change, &[Administrator, ReformOffice]),
    (Thing::Installation, See, &[Administrator, Auditor]),
    (Thing::Installation, Change, &[Administrator]),
    (Thing::History, See, &[Administrator, ReformOffice, UnitOfficer, UnitHead, Auditor]),
    (Thing::History, Export, &[Administrator, Auditor]),
    (Thing::Job, See, &Role::ALL),
    (Thing::Job, Make, &[ReformOffice, UnitOfficer, UnitHead, SurveyManager, Auditor, Publisher]),
    (Thing::Job, Withdraw, &[Administrator, ReformOffice, UnitOfficer, UnitHead, SurveyManager, Auditor, Publisher]),
    (Thing::Evidence, See, &[ReformOffice, UnitOfficer, UnitHead, Appraiser, Council, Leader, Auditor]),
    (Thing::Evidence, Make, &[ReformOffice, UnitOfficer, UnitHead]),
    (Thing::Evidence, Change, &[ReformOffice, UnitOfficer, UnitHead]),
    (Thing::Evidence, Withdraw, &[ReformOffice, UnitHead]),
    (Thing::Collection, See, &[ReformOffice, UnitOfficer, UnitHead, Appraiser, Council, Leader, Auditor, Publisher]),
    (Thing::Collection, Make, &[ReformOffice]),
    (Thing::Collection, Change, &[ReformOffice]),
    (Thing::Figures, See, &[ReformOffice, UnitOfficer, UnitHead, Appraiser, Council, Leader, Auditor, Publisher]),
    (Thing::Figures, Change, &[UnitOfficer, UnitHead]),
    (Thing::Figures, Submit, &[UnitHead]),
    (Thing::Figures, Decide, &[ReformOffice]),
    (Thing::Figures, Reopen, &[ReformOffice]),
    (Thing::Figures, Export, &[ReformOffice, UnitOfficer, UnitHead, Leader, Auditor, Publisher]),
    (Thing::CriteriaSet, See, &[ReformOffice, UnitOfficer, UnitHead, Appraiser, Council, Leader, Auditor, Publisher]),
    (Thing::CriteriaSet, Make, &[ReformOffice]),
    (Thing::CriteriaSet, Change, &[ReformOffice]),
    (Thing::CriteriaSet, Withdraw, &[ReformOffice]),
    (Thing::CriteriaSet, Export, &[ReformOffice, UnitOfficer, UnitHead, Appraiser, Council, Leader, Auditor, Publisher]),
    (Thing::Campaign, See, &[ReformOffice, UnitOfficer, UnitHead, Appraiser, Council, Leader, Auditor, Publisher]),
    (Thing::Campaign, Make, &[ReformOffice]),
    (Thing::Campaign, Change, &[ReformOffice]),
    (Thing::Score, See, &[ReformOffice, UnitOfficer, UnitHead, Appraiser, Council, Leader, Auditor, Publisher]),
    (Thing::Score, Change, &[UnitOfficer, UnitHead]),
    (Thing::Score, Submit, &[UnitHead]),
    (Thing::Score, Reopen, &[ReformOffice]),
    (Thing::Score, Export, &[ReformOffice, UnitOfficer, UnitHead, Appraiser, Council, Leader, Auditor]),
    (Thing::Appraisal, See, &[ReformOffice, UnitOfficer, UnitHead, Appraiser, Council, Leader, Auditor]),
    (Thing::Appraisal, Make, &[Appraiser]),
    (Thing::Appraisal, Change, &[ReformOffice, Appraiser, Council]),
    (Thing::Appraisal, Decide, &[Council]),
    (Thing::Appraisal, Export, &[ReformOffice, Appraiser, Council, Leader, Auditor]),
    (Thing::CampaignResult, See, &[ReformOffice, UnitOfficer, UnitHead, Appraiser, Council, Leader, Auditor, Publisher]),
    (Thing::CampaignResult, Decide, &[Leader]),
    (Thing::CampaignResult, Submit, &[Publisher]),
    (Thing::CampaignResult, Withdraw, &[Publisher]),
    (Thing::CampaignResult, Export, &[ReformOffice, UnitOfficer, UnitHead, Appraiser, Council, Leader, Auditor, Publisher]),
];

/// Whether the table lets a role do something to a kind of thing.
#[must_use]
pub fn allows(role: Role, action: Action, thing: Thing) -> bool {
    TABLE.iter().any(|(on, what, roles)| *on == thing && *what == action && roles.contains(&role))
}

/// The whole table as text: a line for each kind of thing and action, a column for each role.
#[must_use]
pub fn printed() -> String {
    let mut text = String::from("thing         action    ");
    for role in Role::ALL {
        text.push_str(&format!(" {}", role.word()));
    }
    text.push('\n');
    for thing in Thing::ALL {
        for action in Action::ALL {
            if !TABLE.iter().any(|(on, what, _)| *on == thing && *what == action) {
                continue;
            }
            text.push_str(&format!("{:<13} {:<10}", thing.word(), action.word()));
            for role in Role::ALL {
                let width = role.word().len();
                let sign = if allows(role, action, thing) { "yes" } else { "-" };
                text.push_str(&format!(" {sign:<width$}"));
            }
            text.truncate(text.trim_end().len());
            text.push('\n');
        }
    }
    text
}
