//! Words for what libraries answer as kinds, where more than one room shows them.

use accounts::policy::Role;
use accounts::{AccountState, Reach, Scope, Standing};
use chrono::{DateTime, Utc};
use ui::Lang;
use ui::parts::Tone;

/// Name of a role.
#[must_use]
pub fn role(role: Role, lang: Lang) -> &'static str {
    let (vi, en) = role.names();
    lang.pick(vi, en)
}

/// What a token may do.
#[must_use]
pub fn scope(scope: Scope, lang: Lang) -> &'static str {
    match scope {
        Scope::Read => lang.pick("Chỉ đọc", "Read only"),
        Scope::Write => lang.pick("Đọc và ghi", "Read and write"),
    }
}

/// State of an account.
#[must_use]
pub fn state(state: AccountState, lang: Lang) -> &'static str {
    let alone = match state {
        AccountState::Invited => Standing::Invited,
        AccountState::Active => Standing::Active,
        AccountState::Disabled => Standing::Disabled,
    };
    standing(alone, lang).0
}

/// Whether an account may be used now, with its tone.
#[must_use]
pub fn standing(standing: Standing, lang: Lang) -> (&'static str, Tone) {
    match standing {
        Standing::Invited => (lang.pick("Chờ đăng nhập lần đầu", "Invited"), Tone::Info),
        Standing::Active => (lang.pick("Đang dùng", "Active"), Tone::Success),
        Standing::Disabled => (lang.pick("Đã khóa", "Disabled"), Tone::Warning),
        Standing::Ended => (lang.pick("Đã hết hạn dùng", "Ended"), Tone::Warning),
        Standing::Dormant => (lang.pick("Ngừng vì lâu không đăng nhập", "Shut for want of use"), Tone::Warning),
        Standing::ShutOut => (lang.pick("Tài khoản minh họa, không đăng nhập được", "Made up, cannot sign in"), Tone::Warning),
    }
}

/// How far a role reaches.
#[must_use]
pub fn reach(reach: Reach, lang: Lang) -> &'static str {
    match reach {
        Reach::Unit => lang.pick("Riêng đơn vị này", "This unit alone"),
        Reach::Subtree => lang.pick("Đơn vị này và các đơn vị cấp dưới", "This unit and all below it"),
    }
}

/// A moment on Viet Nam's clock: 25/11/2026 08:05.
#[must_use]
pub fn moment(at: DateTime<Utc>, lang: Lang) -> String {
    let here = platform::in_viet_nam(at);
    format!("{} {}", lang.date(here.date_naive()), here.format("%H:%M"))
}

/// The same to the second, where it matters what came first: 25/11/2026 08:05:09.
#[must_use]
pub fn exact_moment(at: DateTime<Utc>, lang: Lang) -> String {
    let here = platform::in_viet_nam(at);
    format!("{} {}", lang.date(here.date_naive()), here.format("%H:%M:%S"))
}
