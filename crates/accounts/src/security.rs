//! Settings of security. Defaults follow the points of level 3 in `docs/security-level-3.md`, which names their source.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;

/// For whom a second factor is required.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SecondFactorFor {
    /// For administrators.
    #[default]
    Administrators,
    /// For everybody.
    Everybody,
    /// For nobody; whoever wants one may set it up.
    Nobody,
}

/// Limits and terms of accounts and sessions.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct Security {
    /// Least number of characters of a password without second factor.
    pub password_characters: usize,
    /// Least number of characters of a password with second factor.
    pub password_characters_with_second_factor: usize,
    /// After how many days administrators must change their password; 0 is never.
    pub administrator_password_days: i64,
    /// How many earlier passwords may not come again.
    pub remembered_passwords: i64,
    /// After how many failures an account is locked.
    pub failures_before_lock: i64,
    /// For how many minutes it is locked.
    pub lock_minutes: i64,
    /// After how many minutes without a request a session ends.
    pub idle_minutes: i64,
    /// The same for administrators.
    pub idle_minutes_administrator: i64,
    /// After how many hours a session ends, used or not.
    pub session_hours: i64,
    /// After how many days without sign-in an account is disabled; 0 is never.
    pub dormant_days: i64,
    /// After how many months accounts and roles are due for review.
    pub review_months: u32,
    /// For how many minutes a link for a forgotten password works.
    pub reset_minutes: i64,
    /// For how many days a link for the first sign-in works.
    pub first_link_days: i64,
    /// For whom a second factor is required.
    pub second_factor: SecondFactorFor,
}

impl Default for Security {
    fn default() -> Self {
        Self {
            password_characters: 14,
            password_characters_with_second_factor: 8,
            administrator_password_days: 60,
            remembered_passwords: 10,
            failures_before_lock: 5,
            lock_minutes: 15,
            idle_minutes: 15,
            idle_minutes_administrator: 5,
            session_hours: 12,
            dormant_days: 45,
            review_months: 6,
            reset_minutes: 30,
            first_link_days: 7,
            second_factor: SecondFactorFor::Administrators,
        }
    }
}

impl Security {
    /// How long a session may lie idle.
    #[must_use]
    pub fn idle(&self, administrator: bool) -> TimeDelta {
        TimeDelta::minutes(if administrator { self.idle_minutes_administrator } else { self.idle_minutes })
    }

    /// Whether an account that was last used (or made) then counts as closed, because nobody has used it for long.
    #[must_use]
    pub fn is_dormant(&self, used_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        self.dormant_days > 0 && now >= used_at + TimeDelta::days(self.dormant_days)
    }

    /// Whether tries do not count until then, after so many failures. A moment further ahead than their wait was noted while the clock ran ahead, and
    /// shuts nobody out. A right try that proves too little is taken off the count and may leave the wait of one failure more behind.
    #[must_use]
    pub fn is_locked_until(&self, until: DateTime<Utc>, failures: i64, now: DateTime<Utc>) -> bool {
        now < until && until <= now + self.wait_after(failures + 1)
    }

    /// How long to wait after a failure before the next try counts: 1, 2, 4, 8 seconds, then the lock.
    #[must_use]
    pub fn wait_after(&self, failures: i64) -> TimeDelta {
        if failures >= self.failures_before_lock {
            TimeDelta::minutes(self.lock_minutes)
        } else {
            TimeDelta::seconds(1 << (failures - 1).clamp(0, 10))
        }
    }
}
