//! Who acts, with which roles, for which unit; and whether they may.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use platform::history::Source;
use thiserror::Error;

use crate::policy::{Action, Role, Thing, allows};

/// A unit with all units above it, nearest first: what a role's reach is measured against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lineage(Vec<String>);

impl Lineage {
    /// From the unit itself up to the highest one.
    #[must_use]
    pub fn new(units: Vec<String>) -> Self {
        Self(units)
    }

    /// The unit itself.
    #[must_use]
    pub fn unit(&self) -> &str {
        self.0.first().map_or("", String::as_str)
    }

    /// The unit and all units above it, nearest first.
    #[must_use]
    pub fn units(&self) -> &[String] {
        &self.0
    }

    fn is_under(&self, unit: &str) -> bool {
        self.0.iter().any(|above| above == unit)
    }
}

type Ancestors = dyn Fn(&str) -> Option<Lineage> + Send + Sync;

/// Where units stand in the tree today; handed in by whoever keeps the units.
#[derive(Clone)]
pub struct Tree(Arc<Ancestors>);

impl std::fmt::Debug for Tree {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tree")
    }
}

impl Tree {
    /// A tree from a function that answers the lineage of a unit that exists today.
    pub fn new(lineage: impl Fn(&str) -> Option<Lineage> + Send + Sync + 'static) -> Self {
        Self(Arc::new(lineage))
    }

    /// The lineage of a unit that exists today.
    #[must_use]
    pub fn lineage(&self, unit: &str) -> Option<Lineage> {
        (self.0)(unit)
    }
}

/// How far a role reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// The unit alone.
    Unit,
    /// The unit and everything below it.
    Subtree,
}

impl Reach {
    /// The word in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Subtree => "subtree",
        }
    }

    /// The reach of a word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        [Self::Unit, Self::Subtree].into_iter().find(|reach| reach.word() == word)
    }
}

/// A role that counts today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Key of the grant.
    pub key: String,
    /// The role.
    pub role: Role,
    /// On this unit.
    pub unit: String,
    /// The unit alone, or with all below it.
    pub reach: Reach,
    /// First day.
    pub valid_from: NaiveDate,
    /// Last day, if there is one.
    pub valid_to: Option<NaiveDate>,
    /// The absent person whose role this is, when the holder stands in.
    pub stands_in_for: Option<Absent>,
}

/// Somebody for whom a deputy stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absent {
    /// Key of their account.
    pub account: String,
    /// Their name.
    pub name: String,
    /// The last day on which the deputy stands in.
    pub until: NaiveDate,
}

impl Grant {
    fn reaches(&self, lineage: &Lineage) -> bool {
        match self.reach {
            Reach::Unit => lineage.unit() == self.unit,
            Reach::Subtree => lineage.is_under(&self.unit),
        }
    }
}

/// How somebody proved who they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// A session of a browser; the digest of its cookie.
    Session(String),
    /// A personal access token that may only read.
    ReadToken(String),
    /// A personal access token that may also write.
    WriteToken(String),
    /// The program itself: command line, scheduled jobs.
    Program,
}

/// A person who has proved who they are, with what they may do today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// Key of the account.
    pub account: String,
    /// Sign-in name.
    pub login: String,
    /// Name of the person.
    pub name: String,
    /// How they proved it.
    pub proof: Proof,
    /// Whether a second factor was given.
    pub second_factor: bool,
    /// The unit they act for; rights come from the roles on it.
    pub acting_unit: Option<String>,
    /// Every role that counts today, own and as deputy, on any unit.
    pub grants: Vec<Grant>,
    /// Whether the password must be changed before anything else.
    pub must_change_password: bool,
    /// Whether a second factor must be set up before anything else.
    pub must_set_second_factor: bool,
    /// When the session ends for good.
    pub ends_at: Option<DateTime<Utc>>,
    /// Whether this is a made-up person of a demonstration.
    pub made_up: bool,
}

/// Why an act is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Denied {
    /// The person may not know of the thing: it answers "not found".
    #[error("there is no such thing for this person")]
    NotFound,
    /// The person may see the thing and not do this to it.
    #[error("the person may see this and not do it")]
    Forbidden,
}

impl Principal {
    /// The program itself, which may do everything: for the command line and scheduled jobs.
    #[must_use]
    pub fn program() -> Self {
        Self {
            account: String::new(),
            login: String::new(),
            name: String::new(),
            proof: Proof::Program,
            second_factor: true,
            acting_unit: None,
            grants: Vec::new(),
            must_change_password: false,
            must_set_second_factor: false,
            ends_at: None,
            made_up: false,
        }
    }

    /// The roles on the unit that the person acts for now.
    pub fn acting_grants(&self) -> impl Iterator<Item = &Grant> {
        self.grants.iter().filter(|grant| self.acting_unit.as_deref() == Some(grant.unit.as_str()))
    }

    /// The units that the person may act for, each once, in the order of the grants.
    #[must_use]
    pub fn units(&self) -> Vec<&str> {
        let mut units: Vec<&str> = Vec::new();
        for grant in &self.grants {
            if !units.contains(&grant.unit.as_str()) {
                units.push(&grant.unit);
            }
        }
        units
    }

    /// Whether the person holds a role on the unit they act for.
    #[must_use]
    pub fn is(&self, role: Role) -> bool {
        self.acting_grants().any(|grant| grant.role == role)
    }

    /// Whether the person may do something to a kind of thing that belongs to a unit.
    #[must_use]
    pub fn may(&self, action: Action, thing: Thing, of: &Lineage) -> bool {
        self.proof == Proof::Program || self.allowing(action, thing).any(|grant| grant.reaches(of))
    }

    /// Whether the person may do something on a unit, and on everything below it when `reach` says so: nobody hands on more than they have.
    #[must_use]
    pub fn may_throughout(&self, action: Action, thing: Thing, of: &Lineage, reach: Reach) -> bool {
        let far = |grant: &Grant| reach == Reach::Unit || grant.reach == Reach::Subtree;
        self.proof == Proof::Program || self.allowing(action, thing).any(|grant| far(grant) && grant.reaches(of))
    }

    /// Whether the person may do something to a kind of thing on some unit: for navigation and empty lists.
    #[must_use]
    pub fn may_somewhere(&self, action: Action, thing: Thing) -> bool {
        self.proof == Proof::Program || self.allowing(action, thing).next().is_some()
    }

    /// The stretches of the tree in which the person may do something: units with their reach.
    #[must_use]
    pub fn scope(&self, action: Action, thing: Thing) -> Vec<(&str, Reach)> {
        self.allowing(action, thing).map(|grant| (grant.unit.as_str(), grant.reach)).collect()
    }

    /// The roles from which a right comes. A token that may only read gives no other right.
    fn allowing(&self, action: Action, thing: Thing) -> impl Iterator<Item = &Grant> {
        let shut = !self.may_write() && !matches!(action, Action::See | Action::Export);
        self.acting_grants().filter(move |grant| !shut && allows(grant.role, action, thing))
    }

    /// The absent person by whose role alone the person may do something: a role of one's own comes first.
    #[must_use]
    pub fn in_place_of(&self, action: Action, thing: Thing) -> Option<&Absent> {
        let absent: Option<Vec<&Absent>> = self.allowing(action, thing).map(|grant| grant.stands_in_for.as_ref()).collect();
        absent?.into_iter().next()
    }

    /// Whether anything may be written at all with this proof.
    #[must_use]
    pub fn may_write(&self) -> bool {
        !matches!(self.proof, Proof::ReadToken(_))
    }

    /// Refuses whoever did not sign in themselves: a token does not make tokens, and does not touch password and second factor.
    pub(crate) fn must_be_present(&self) -> Result<&str, Denied> {
        if let Proof::Session(session) = &self.proof { Ok(session) } else { Err(Denied::Forbidden) }
    }

    /// Refuses an act that the person may do nowhere: for lists, and at the door of a page, before it is known whose thing it is.
    ///
    /// # Errors
    /// [`Denied::NotFound`] where the person sees no such thing anywhere, else [`Denied::Forbidden`].
    pub fn must_somewhere(&self, action: Action, thing: Thing) -> Result<(), Denied> {
        if self.may_somewhere(action, thing) {
            Ok(())
        } else if action != Action::See && self.may_somewhere(Action::See, thing) {
            Err(Denied::Forbidden)
        } else {
            Err(Denied::NotFound)
        }
    }

    /// Refuses an act that the person may not do.
    ///
    /// # Errors
    /// [`Denied::NotFound`] where the person may not even see the thing, else [`Denied::Forbidden`].
    pub fn must(&self, action: Action, thing: Thing, of: &Lineage) -> Result<(), Denied> {
        if self.may(action, thing, of) {
            Ok(())
        } else if action != Action::See && self.may(Action::See, thing, of) {
            Err(Denied::Forbidden)
        } else {
            Err(Denied::NotFound)
        }
    }
}

/// A principal with the place they act from: what every action takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub principal: Principal,
    /// From where, for the history.
    pub source: Source,
    /// When; the same moment in the whole act.
    pub now: DateTime<Utc>,
}

impl Actor {
    /// The program itself at a moment.
    #[must_use]
    pub fn program(now: DateTime<Utc>) -> Self {
        Self { principal: Principal::program(), source: Source::program(), now }
    }

    /// A person at a moment, from an address, in a request.
    #[must_use]
    pub fn person(principal: Principal, now: DateTime<Utc>, address: Option<String>, request: Option<String>) -> Self {
        let source =
            Source { account: Some(principal.account.clone()), unit: principal.acting_unit.clone(), address, request, stands_in_for: None };
        Self { principal, source, now }
    }

    /// The same, in an act of a kind: where it is done by the role of an absent person, the history says in whose place.
    #[must_use]
    pub fn doing(mut self, action: Action, thing: Thing) -> Self {
        self.source.stands_in_for = self.principal.in_place_of(action, thing).map(|absent| absent.account.clone());
        self
    }

    /// The day in Viet Nam.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        platform::day_in_viet_nam(self.now)
    }

    /// Key of the account, for columns that say who; `program` for the program itself.
    #[must_use]
    pub fn by(&self) -> &str {
        if self.principal.account.is_empty() { "program" } else { &self.principal.account }
    }
}
