//! One file for each page.

pub(crate) mod calendar;
pub(crate) mod codes;
pub(crate) mod history;
pub(crate) mod home;
pub(crate) mod link;
pub(crate) mod password;
pub(crate) mod people;
pub(crate) mod person;
pub(crate) mod resend;
pub(crate) mod roles;
pub(crate) mod sign_in;
pub(crate) mod tokens;
pub(crate) mod units;
