//! One file for each page.

pub(crate) mod calendar;
pub(crate) mod codes;
pub(crate) mod evidence;
pub(crate) mod history;
pub(crate) mod home;
pub(crate) mod installation;
pub(crate) mod jobs;
pub(crate) mod link;
pub(crate) mod notices;
pub(crate) mod password;
pub(crate) mod people;
pub(crate) mod person;
pub(crate) mod resend;
pub(crate) mod roles;
pub(crate) mod sign_in;
pub(crate) mod single_sign_on;
pub(crate) mod tokens;
pub(crate) mod units;
