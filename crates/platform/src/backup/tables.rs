//! The tables of the schema with their columns. A test compares this list with the migrated databases.

mod capabilities;

use capabilities::CAPABILITIES;
use serde::{Deserialize, Serialize};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Text, and exact decimals as text.
    Text,
    /// A whole number.
    Integer,
    /// A day.
    Date,
    /// A moment.
    Time,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Name in the database.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
}

/// A table: name, columns of the primary key, all columns.
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) key: &'static [&'static str],
    pub(super) columns: &'static [(&'static str, Kind)],
}

use Kind::{Date, Integer, Text, Time};

/// Names of the columns of every table in a backup, `table.column`, sorted; for comparing with a database.
#[must_use]
pub fn all_columns() -> Vec<String> {
    let mut names: Vec<String> =
        tables().flat_map(|table| table.columns.iter().map(|(column, _)| format!("{}.{column}", table.name))).collect();
    names.sort_unstable();
    names
}

/// Tables that a backup names and whose rows it leaves out: they open doors for a short time, and a door that was shut since (a sign-out, a link
/// that was used) must not be open again after a restore. People sign in anew, and ask for a new link.
pub(super) const LEFT_OUT: [&str; 3] = ["one_time_link", "session", "sign_in_request"];

/// Every table, those that others point to first.
pub(super) fn tables() -> impl Iterator<Item = &'static Table> {
    GROUND.iter().chain(CAPABILITIES)
}

/// What every capability stands on.
const GROUND: &[Table] = &[
    Table {
        name: "source",
        key: &["source"],
        columns: &[("source", Text), ("title", Text), ("issuer", Text), ("url", Text), ("licence", Text), ("note", Text), ("origin", Text)],
    },
    Table { name: "unit", key: &["unit"], columns: &[("unit", Text), ("origin", Text)] },
    Table {
        name: "unit_version",
        key: &["unit", "position"],
        columns: &[
            ("unit", Text),
            ("position", Integer),
            ("code", Text),
            ("level", Text),
            ("kind", Text),
            ("name", Text),
            ("short_name", Text),
            ("parent", Text),
            ("valid_from", Date),
            ("valid_to", Date),
            ("source", Text),
            ("status", Text),
            ("note", Text),
            ("search_key", Text),
            ("sort_key", Text),
            ("origin", Text),
        ],
    },
    Table {
        name: "unit_link",
        key: &["from_unit", "to_unit", "date"],
        columns: &[
            ("from_unit", Text),
            ("to_unit", Text),
            ("date", Date),
            ("extent", Text),
            ("source", Text),
            ("status", Text),
            ("note", Text),
            ("origin", Text),
        ],
    },
    Table {
        name: "indicator",
        key: &["indicator"],
        columns: &[
            ("indicator", Text),
            ("name_vi", Text),
            ("name_en", Text),
            ("name_status", Text),
            ("unit_vi", Text),
            ("unit_en", Text),
            ("direction", Text),
            ("decimals", Integer),
            ("valid_from_year", Integer),
            ("valid_to_year", Integer),
            ("source", Text),
            ("note", Text),
            ("search_key", Text),
            ("origin", Text),
        ],
    },
    Table {
        name: "observation",
        key: &["indicator", "unit", "period", "status"],
        columns: &[
            ("indicator", Text),
            ("unit", Text),
            ("period", Text),
            ("status", Text),
            ("value", Text),
            ("missing_reason", Text),
            ("standard_error", Text),
            ("dataset", Text),
            ("source", Text),
            ("note", Text),
            ("origin", Text),
        ],
    },
    Table {
        name: "published_row",
        key: &["dataset", "unit"],
        columns: &[
            ("dataset", Text),
            ("position", Integer),
            ("unit", Text),
            ("code", Text),
            ("printed_name", Text),
            ("rank", Integer),
            ("band", Text),
            ("ranked", Integer),
            ("source", Text),
            ("note", Text),
            ("origin", Text),
        ],
    },
    Table { name: "catalogue_load", key: &["part"], columns: &[("part", Text), ("digest", Text), ("rows", Integer), ("loaded_at", Time)] },
    Table { name: "revision", key: &["id"], columns: &[("id", Integer), ("value", Integer)] },
    Table {
        name: "account",
        key: &["account"],
        columns: &[
            ("account", Text),
            ("login", Text),
            ("name", Text),
            ("position", Text),
            ("unit", Text),
            ("email", Text),
            ("phone", Text),
            ("state", Text),
            ("state_reason", Text),
            ("valid_to", Date),
            ("password_hash", Text),
            ("password_set_at", Time),
            ("must_change", Integer),
            ("totp_secret", Text),
            ("totp_since", Time),
            ("totp_last_step", Integer),
            ("failures", Integer),
            ("next_try_at", Time),
            ("signed_in_at", Time),
            ("made_at", Time),
            ("version", Integer),
            ("made_up", Integer),
            ("search_key", Text),
            ("sort_key", Text),
        ],
    },
    Table { name: "old_password", key: &["account", "set_at"], columns: &[("account", Text), ("set_at", Time), ("hash", Text)] },
    Table {
        name: "recovery_code",
        key: &["account", "digest"],
        columns: &[("account", Text), ("digest", Text), ("made_at", Time), ("used_at", Time)],
    },
    Table {
        name: "one_time_link",
        key: &["digest"],
        columns: &[("digest", Text), ("account", Text), ("purpose", Text), ("made_at", Time), ("ends_at", Time), ("used_at", Time)],
    },
    Table {
        name: "identity",
        key: &["issuer", "subject"],
        columns: &[("issuer", Text), ("subject", Text), ("account", Text), ("linked_at", Time), ("shown", Text)],
    },
    Table {
        name: "sign_in_request",
        key: &["state"],
        columns: &[
            ("state", Text),
            ("nonce", Text),
            ("verifier", Text),
            ("return_to", Text),
            ("made_at", Time),
            ("ends_at", Time),
            ("account", Text),
        ],
    },
    Table {
        name: "session",
        key: &["session"],
        columns: &[
            ("session", Text),
            ("account", Text),
            ("stage", Text),
            ("method", Text),
            ("second_factor", Integer),
            ("unit", Text),
            ("started_at", Time),
            ("seen_at", Time),
            ("ends_at", Time),
            ("agent", Text),
            ("address", Text),
            ("proven_issuer", Text),
            ("proven_subject", Text),
            ("proven_shown", Text),
        ],
    },
    Table {
        name: "access_token",
        key: &["access_token"],
        columns: &[
            ("access_token", Text),
            ("digest", Text),
            ("account", Text),
            ("name", Text),
            ("scope", Text),
            ("unit", Text),
            ("made_at", Time),
            ("ends_at", Time),
            ("used_at", Time),
            ("revoked_at", Time),
        ],
    },
    Table {
        name: "role_grant",
        key: &["role_grant"],
        columns: &[
            ("role_grant", Text),
            ("account", Text),
            ("role", Text),
            ("unit", Text),
            ("reach", Text),
            ("valid_from", Date),
            ("valid_to", Date),
            ("given_by", Text),
            ("given_at", Time),
            ("reason", Text),
            ("revoked_at", Time),
        ],
    },
    Table {
        name: "deputy",
        key: &["deputy"],
        columns: &[
            ("deputy", Text),
            ("absent", Text),
            ("stands_in", Text),
            ("valid_from", Date),
            ("valid_to", Date),
            ("given_by", Text),
            ("given_at", Time),
            ("reason", Text),
            ("revoked_at", Time),
        ],
    },
    Table { name: "event_head", key: &["lane"], columns: &[("lane", Integer), ("sequence", Integer), ("digest", Text), ("at", Time)] },
    Table {
        name: "event",
        key: &["lane", "sequence"],
        columns: &[
            ("lane", Integer),
            ("sequence", Integer),
            ("at", Time),
            ("account", Text),
            ("unit", Text),
            ("address", Text),
            ("request", Text),
            ("kind", Text),
            ("thing", Text),
            ("of_unit", Text),
            ("action", Text),
            ("before", Text),
            ("after", Text),
            ("reason", Text),
            ("previous", Text),
            ("digest", Text),
            ("stands_in_for", Text),
        ],
    },
    Table {
        name: "evidence",
        key: &["evidence"],
        columns: &[
            ("evidence", Text),
            ("unit", Text),
            ("kind", Text),
            ("title", Text),
            ("document_number", Text),
            ("document_date", Date),
            ("issuer", Text),
            ("note", Text),
            ("state", Text),
            ("made_by", Text),
            ("made_at", Time),
            ("version", Integer),
            ("search_key", Text),
            ("sort_key", Text),
        ],
    },
    Table {
        name: "evidence_file",
        key: &["evidence", "position"],
        columns: &[
            ("evidence", Text),
            ("position", Integer),
            ("sha256", Text),
            ("size", Integer),
            ("file_name", Text),
            ("file_kind", Text),
            ("pages", Integer),
            ("text_state", Text),
            ("findings", Text),
            ("signatures", Text),
            ("note", Text),
            ("added_by", Text),
            ("added_at", Time),
        ],
    },
    Table {
        name: "evidence_text",
        key: &["sha256", "page"],
        columns: &[("sha256", Text), ("page", Integer), ("label", Text), ("text", Text), ("search_key", Text)],
    },
    Table {
        name: "evidence_use",
        key: &["evidence_use"],
        columns: &[
            ("evidence_use", Text),
            ("evidence", Text),
            ("position", Integer),
            ("kind", Text),
            ("thing", Text),
            ("cited", Text),
            ("added_by", Text),
            ("added_at", Time),
            ("locked_at", Time),
        ],
    },
    Table {
        name: "job",
        key: &["job"],
        columns: &[
            ("job", Text),
            ("kind", Text),
            ("title", Text),
            ("payload", Text),
            ("state", Text),
            ("only_once", Text),
            ("run_at", Time),
            ("attempts", Integer),
            ("done", Integer),
            ("total", Integer),
            ("result", Text),
            ("faults", Text),
            ("asked_by", Text),
            ("unit", Text),
            ("made_at", Time),
            ("started_at", Time),
            ("heartbeat_at", Time),
            ("ended_at", Time),
            ("worker", Text),
            ("cancel_asked", Integer),
        ],
    },
    Table {
        name: "notice",
        key: &["notice"],
        columns: &[
            ("notice", Text),
            ("account", Text),
            ("kind", Text),
            ("sameness", Text),
            ("text_vi", Text),
            ("text_en", Text),
            ("link", Text),
            ("due_at", Time),
            ("made_at", Time),
            ("read_at", Time),
        ],
    },
    Table {
        name: "notice_delivery",
        key: &["notice", "channel"],
        columns: &[
            ("notice", Text),
            ("channel", Text),
            ("manner", Text),
            ("state", Text),
            ("attempts", Integer),
            ("next_try_at", Time),
            ("sent_at", Time),
            ("fault", Text),
        ],
    },
    Table {
        name: "notice_preference",
        key: &["account", "kind", "channel"],
        columns: &[("account", Text), ("kind", Text), ("channel", Text), ("manner", Text)],
    },
    Table {
        name: "calendar_day",
        key: &["day"],
        columns: &[("day", Date), ("kind", Text), ("name", Text), ("pair", Date), ("source", Text), ("added_by", Text), ("added_at", Time)],
    },
    Table { name: "calendar_year", key: &["year"], columns: &[("year", Integer), ("added_by", Text), ("added_at", Time)] },
    Table {
        name: "form_receipt",
        key: &["receipt"],
        columns: &[("receipt", Text), ("account", Text), ("location", Text), ("made_at", Time)],
    },
];
