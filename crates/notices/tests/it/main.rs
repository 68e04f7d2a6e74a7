//! Notices reach each person once, whatever happens to the mail server, the gateway, the jobs and the clock; on SQLite and on PostgreSQL.

mod house;
mod reaching;
