//! Accounts on both kinds of database.

mod policy;
