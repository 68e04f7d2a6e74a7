//! What the working area is made of.

use std::sync::Arc;

use accounts::{Accounts, Hasher, MadeUpPeople, Security, Tree};
use evidence::Evidence;
use platform::files::FileStore;
use platform::{Db, World};

use crate::condition::ConditionSource;
use crate::frame::NavEntry;
use crate::single_sign_on::SingleSignOn;
use crate::tasks::TaskSource;
use crate::units::UnitTree;

/// What the program hands in.
pub struct OfficeParts {
    /// The database.
    pub db: Db,
    /// Time and chance.
    pub world: World,
    /// Terms of accounts and sessions.
    pub security: Security,
    /// Where passwords are hashed.
    pub hasher: Hasher,
    /// Where files of evidence lie.
    pub files: FileStore,
    /// Version of the program.
    pub version: String,
    /// The agency that runs the installation.
    pub owner: Option<String>,
    /// True on a demonstration.
    pub demo: bool,
    /// Whether people reach the site over HTTPS: cookies are bound to it then.
    pub secure: bool,
    /// Address of the site as people type it, without path: for links in mails.
    pub public_address: String,
    /// Whether mail can leave.
    pub mail: bool,
    /// The provider that people may sign in at.
    pub single_sign_on: Option<SingleSignOn>,
    /// Navigation, in order.
    pub nav: Vec<NavEntry>,
    /// Who knows of tasks, in order.
    pub task_sources: Vec<Arc<dyn TaskSource>>,
    /// Who knows how the parts of the installation are.
    pub condition_source: Arc<dyn ConditionSource>,
}

/// The working area, shared by all handlers.
pub struct Office {
    /// The database.
    pub db: Db,
    /// Time and chance.
    pub world: World,
    /// People and rights.
    pub accounts: Accounts,
    /// Evidence and its files.
    pub evidence: Evidence,
    /// The units of today.
    pub units: UnitTree,
    /// Version of the program.
    pub version: String,
    /// The agency that runs the installation.
    pub owner: Option<String>,
    /// True on a demonstration.
    pub demo: bool,
    /// Whether people reach the site over HTTPS.
    pub secure: bool,
    /// Address of the site as people type it, without path.
    pub public_address: String,
    /// Whether mail can leave.
    pub mail: bool,
    /// The provider that people may sign in at.
    pub single_sign_on: Option<SingleSignOn>,
    /// Navigation, in order.
    pub nav: Vec<NavEntry>,
    /// Who knows of tasks, in order.
    pub task_sources: Vec<Arc<dyn TaskSource>>,
    /// Who knows how the parts of the installation are.
    pub condition_source: Arc<dyn ConditionSource>,
}

impl std::fmt::Debug for Office {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Office")
            .field("version", &self.version)
            .field("owner", &self.owner)
            .field("demo", &self.demo)
            .finish_non_exhaustive()
    }
}

impl Office {
    /// Puts the working area together.
    #[must_use]
    pub fn new(parts: OfficeParts) -> Self {
        let units = UnitTree::default();
        let tree = units.clone();
        let tree = Tree::new(move |unit| tree.lineage(unit));
        let evidence = Evidence::new(parts.db.clone(), parts.world.clone(), tree.clone(), parts.files);
        let accounts = Accounts {
            db: parts.db.clone(),
            world: parts.world.clone(),
            security: parts.security,
            hasher: parts.hasher,
            tree,
            issuer: parts.owner.clone().map_or_else(|| "cchc".to_owned(), |owner| format!("cchc – {owner}")),
            made_up_people: if parts.demo { MadeUpPeople::Admitted } else { MadeUpPeople::ShutOut },
            questions: accounts::SessionQuestions::default(),
        };
        Self {
            db: parts.db,
            world: parts.world,
            accounts,
            evidence,
            units,
            version: parts.version,
            owner: parts.owner,
            demo: parts.demo,
            secure: parts.secure,
            public_address: parts.public_address,
            mail: parts.mail,
            single_sign_on: parts.single_sign_on,
            nav: parts.nav,
            task_sources: parts.task_sources,
            condition_source: parts.condition_source,
        }
    }
}

/// What actions need: the database, the world, the units of today.
#[derive(Debug, Clone, Copy)]
pub struct Ground<'a> {
    /// The database.
    pub db: &'a Db,
    /// Time and chance.
    pub world: &'a World,
    /// The units of today.
    pub units: &'a UnitTree,
}

impl<'a> Ground<'a> {
    /// The ground of a running office.
    #[must_use]
    pub fn of(office: &'a Office) -> Self {
        Self { db: &office.db, world: &office.world, units: &office.units }
    }
}
