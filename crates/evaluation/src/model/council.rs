//! The council: its members and meetings, what it approved, and appeals against it.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;

use super::{Seat, Shows};

/// A member of the council.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The account.
    pub account: String,
    /// The person's name.
    pub name: String,
    /// The seat.
    pub seat: Seat,
}

/// A meeting of the council.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its key.
    pub key: String,
    /// The day.
    pub held_on: NaiveDate,
    /// Accounts of those who were there.
    pub present: Vec<String>,
    /// Accounts of those who agreed in writing.
    pub consented: Vec<String>,
    /// Whether enough took part.
    pub quorate: bool,
    /// What was said.
    pub minutes: Option<String>,
    /// When it was put down here.
    pub recorded_at: DateTime<Utc>,
}

/// Whether enough of the council took part: more than the share `quorum` of the seats that vote.
#[must_use]
pub fn is_quorate(members: &[Member], taking_part: &[&str], quorum: Decimal) -> bool {
    let voting: Vec<&Member> = members.iter().filter(|member| member.seat != Seat::Secretary).collect();
    let there = voting.iter().filter(|member| taking_part.contains(&member.account.as_str())).count();
    // Without members nothing is decided, whatever the share.
    !voting.is_empty() && Decimal::from(there) > quorum * Decimal::from(voting.len())
}

/// An approved result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovedResult {
    /// Its number in the campaign, from 1.
    pub position: i64,
    /// Name of whoever approved it.
    pub approved_by: String,
    /// When.
    pub approved_at: DateTime<Utc>,
    /// Version of the program that computed it.
    pub program: String,
    /// Number and date of the decision.
    pub decision: Option<String>,
    /// SHA-256 of the manifest.
    pub sha256: String,
    /// From which day it is public.
    pub publish_on: Option<NaiveDate>,
    /// What the public may see.
    pub shows: Shows,
    /// When it was withdrawn.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// Why it was withdrawn.
    pub reason: Option<String>,
}

/// An appeal against the points of a leaf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appeal {
    /// Its key.
    pub key: String,
    /// The unit.
    pub unit: String,
    /// Code of the leaf.
    pub leaf: String,
    /// What the unit says.
    pub words: String,
    /// When.
    pub made_at: DateTime<Utc>,
    /// What the council answers.
    pub answer: Option<String>,
    /// Whether it was accepted.
    pub accepted: Option<bool>,
}
#[cfg(test)]
mod tests {
    use super::*;

    fn member(account: &str, seat: Seat) -> Member {
        Member { account: account.to_owned(), name: account.to_owned(), seat }
    }

    #[test]
    fn more_than_half_of_the_voting_seats_is_a_quorum() {
        let members = [
            member("a", Seat::Chair),
            member("b", Seat::Deputy),
            member("c", Seat::Member),
            member("d", Seat::Member),
            member("s", Seat::Secretary),
        ];
        let half = Decimal::new(5, 1);
        assert!(!is_quorate(&members, &["a", "b"], half), "exactly half is not more than half");
        assert!(is_quorate(&members, &["a", "b", "c"], half));
        assert!(!is_quorate(&members, &["a", "b", "s"], half), "a secretary has no vote");
        assert!(!is_quorate(&members, &["a", "b", "x"], half), "a stranger has no vote");
        assert!(!is_quorate(&[], &[], half));
    }
}
