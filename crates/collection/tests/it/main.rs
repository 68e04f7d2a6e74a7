//! Who is told of a collection, at each step and before its deadline; on SQLite and on PostgreSQL.

mod telling;
