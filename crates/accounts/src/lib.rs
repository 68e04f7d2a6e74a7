//! People: accounts, proofs of identity, sessions, roles over the unit tree, and the policy that says what a role may do.
//!
//! [`policy`] is the one table of rights; [`Principal::must`] asks it where an act happens.
//! [`sign_in`] turns a password and a second factor into a session, [`people`] looks after accounts and roles.
//! Secrets (cookies, links, tokens, recovery codes) are kept as digests only; passwords as Argon2id.

mod checking;
mod error;
mod hasher;
mod holders;
mod identities;
mod links;
mod made_up;
mod password;
pub mod people;
pub mod policy;
mod principal;
mod questions;
mod second_factor;
mod security;
mod session;
pub mod sign_in;
mod store;
mod tokens;
mod upkeep;

pub use checking::roles_unlike_their_history;
pub use error::{AccountError, SignInRefusal};
pub use hasher::Hasher;
pub use holders::holders;
pub use identities::{
    FirstMatch, LinkedIdentity, Proven, SignInRequest, identities_of, link_identity, must_be_own_request, remember_request, take_request,
    unlink_identity,
};
pub use links::{LinkPurpose, link_account, make_link, use_link};
pub use made_up::{MadeUpPeople, ShutOut, made_up_people, shut_out_made_up};
pub use password::PasswordFault;
pub use principal::{Absent, Actor, Denied, Grant, Lineage, Principal, Proof, Reach, Tree};
pub use questions::{Beside, SessionQuestions};
pub use second_factor::{Enrolment, begin_enrolment, finish_enrolment, remove_second_factor};
pub use security::{SecondFactorFor, Security};
pub use session::{
    FoundSession, OpenSession, Seen, SessionEnd, act_for, end_all, end_others, end_session, look_up_session, open_sessions,
    principal_of_session,
};
pub use store::{Account, AccountState, DeputyRow, GrantRow, Standing, account, account_by_login, accounts, deputies_of, grants_of};
pub use tokens::{AccessToken, Scope, make_token, principal_of_token, revoke_token, tokens_of};
pub use upkeep::sweep_ended;

use sha2::{Digest as _, Sha256};

/// What accounts need of the world: time and chance, terms, and the place where passwords are hashed.
#[derive(Debug, Clone)]
pub struct Accounts {
    /// The database.
    pub db: platform::Db,
    /// Time and chance.
    pub world: platform::World,
    /// Limits and terms.
    pub security: Security,
    /// Where passwords are hashed.
    pub hasher: Hasher,
    /// Where units stand in the tree today.
    pub tree: Tree,
    /// Name of the installation, as authenticator programs show it.
    pub issuer: String,
    /// Whether the made-up people of a demonstration may sign in.
    pub made_up_people: MadeUpPeople,
    /// Requests that ask about their sessions at the same time.
    pub questions: SessionQuestions,
}

impl Accounts {
    /// Whether an account may not be used because its person is made up and this is no demonstration.
    fn shuts_out(&self, made_up: bool) -> bool {
        made_up && self.made_up_people == MadeUpPeople::ShutOut
    }
}

/// The digest of a secret, as the database keeps it.
fn digest_of(secret: &str) -> String {
    platform::hex(&Sha256::digest(secret.as_bytes()))
}
