-- People and rights, history, evidence, jobs, notices, calendar, and the collection of figures: the ground of the working area.
-- Whole numbers 0 and 1 stand for no and yes. Digests are hexadecimal SHA-256.

-- A person who may sign in. `login` is lower case. `made_up` marks the people of a demonstration.
CREATE TABLE account (
    account         TEXT COLLATE "C" PRIMARY KEY,
    login           TEXT COLLATE "C" NOT NULL UNIQUE,
    name            TEXT NOT NULL,
    position        TEXT,
    unit            TEXT COLLATE "C" NOT NULL REFERENCES unit (unit) DEFERRABLE INITIALLY DEFERRED,
    email           TEXT,
    phone           TEXT,
    state           TEXT NOT NULL CHECK (state IN ('invited', 'active', 'disabled')),
    state_reason    TEXT,
    valid_to        DATE,
    password_hash   TEXT,
    password_set_at TIMESTAMPTZ,
    must_change     BIGINT NOT NULL,
    totp_secret     TEXT,
    totp_since      TIMESTAMPTZ,
    totp_last_step  BIGINT,
    failures        BIGINT NOT NULL,
    next_try_at     TIMESTAMPTZ,
    signed_in_at    TIMESTAMPTZ,
    made_at         TIMESTAMPTZ NOT NULL,
    version         BIGINT NOT NULL,
    made_up         BIGINT NOT NULL,
    search_key      TEXT COLLATE "C" NOT NULL,
    sort_key        TEXT COLLATE "C" NOT NULL
);
CREATE INDEX account_sort ON account (sort_key);

CREATE TABLE old_password (
    account TEXT COLLATE "C" NOT NULL REFERENCES account (account),
    set_at  TIMESTAMPTZ NOT NULL,
    hash    TEXT NOT NULL,
    PRIMARY KEY (account, set_at)
);

CREATE TABLE recovery_code (
    account TEXT COLLATE "C" NOT NULL REFERENCES account (account),
    digest  TEXT COLLATE "C" NOT NULL,
    made_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ,
    PRIMARY KEY (account, digest)
);

-- A link that works once: first sign-in, forgotten password. Only its digest is kept.
CREATE TABLE one_time_link (
    digest  TEXT COLLATE "C" PRIMARY KEY,
    account TEXT COLLATE "C" NOT NULL REFERENCES account (account),
    purpose TEXT NOT NULL CHECK (purpose IN ('first', 'reset')),
    made_at TIMESTAMPTZ NOT NULL,
    ends_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ
);
CREATE INDEX one_time_link_account ON one_time_link (account);

-- A person as another system knows them (OpenID Connect).
CREATE TABLE identity (
    issuer    TEXT COLLATE "C" NOT NULL,
    subject   TEXT COLLATE "C" NOT NULL,
    account   TEXT COLLATE "C" NOT NULL REFERENCES account (account),
    linked_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX identity_account ON identity (account);

-- A sign-in that was sent to the other system and has not come back yet.
CREATE TABLE sign_in_request (
    state     TEXT COLLATE "C" PRIMARY KEY,
    nonce     TEXT NOT NULL,
    verifier  TEXT NOT NULL,
    return_to TEXT NOT NULL,
    made_at   TIMESTAMPTZ NOT NULL,
    ends_at   TIMESTAMPTZ NOT NULL
);

-- A signed-in browser. Only the digest of its cookie is kept. `stage` is 'password' until the second factor was given.
CREATE TABLE session (
    session       TEXT COLLATE "C" PRIMARY KEY,
    account       TEXT COLLATE "C" NOT NULL REFERENCES account (account),
    stage         TEXT NOT NULL CHECK (stage IN ('password', 'full')),
    method        TEXT NOT NULL,
    second_factor BIGINT NOT NULL,
    unit          TEXT,
    started_at    TIMESTAMPTZ NOT NULL,
    seen_at       TIMESTAMPTZ NOT NULL,
    ends_at       TIMESTAMPTZ NOT NULL,
    agent         TEXT,
    address       TEXT
);
CREATE INDEX session_account ON session (account);

CREATE TABLE access_token (
    access_token TEXT COLLATE "C" PRIMARY KEY,
    digest       TEXT COLLATE "C" NOT NULL UNIQUE,
    account      TEXT COLLATE "C" NOT NULL REFERENCES account (account),
    name         TEXT NOT NULL,
    scope        TEXT NOT NULL CHECK (scope IN ('read', 'write')),
    unit         TEXT NOT NULL,
    made_at      TIMESTAMPTZ NOT NULL,
    ends_at      TIMESTAMPTZ NOT NULL,
    used_at      TIMESTAMPTZ,
    revoked_at   TIMESTAMPTZ
);
CREATE INDEX access_token_account ON access_token (account);

-- A role on a unit, for the unit alone or with everything below it, from a day to a day.
CREATE TABLE role_grant (
    role_grant TEXT COLLATE "C" PRIMARY KEY,
    account    TEXT COLLATE "C" NOT NULL REFERENCES account (account),
    role       TEXT NOT NULL,
    unit       TEXT COLLATE "C" NOT NULL REFERENCES unit (unit) DEFERRABLE INITIALLY DEFERRED,
    reach      TEXT NOT NULL CHECK (reach IN ('unit', 'subtree')),
    valid_from DATE NOT NULL,
    valid_to   DATE,
    given_by   TEXT,
    given_at   TIMESTAMPTZ NOT NULL,
    reason     TEXT,
    revoked_at TIMESTAMPTZ
);
CREATE INDEX role_grant_account ON role_grant (account);
CREATE INDEX role_grant_unit ON role_grant (unit);

-- Who stands in for whom: all roles of the absent person, for a period.
CREATE TABLE deputy (
    deputy     TEXT COLLATE "C" PRIMARY KEY,
    absent     TEXT COLLATE "C" NOT NULL REFERENCES account (account),
    stands_in  TEXT COLLATE "C" NOT NULL REFERENCES account (account),
    valid_from DATE NOT NULL,
    valid_to   DATE NOT NULL,
    given_by   TEXT,
    given_at   TIMESTAMPTZ NOT NULL,
    reason     TEXT,
    revoked_at TIMESTAMPTZ,
    CHECK (absent <> stands_in)
);
CREATE INDEX deputy_stands_in ON deputy (stands_in);

-- The history of every business record. Events stand in lanes, each lane is a chain: an event's digest covers its fields and the digest before it.
CREATE TABLE event_head (
    lane     BIGINT PRIMARY KEY,
    sequence BIGINT NOT NULL,
    digest   TEXT NOT NULL,
    at       TIMESTAMPTZ
);
CREATE TABLE event (
    lane     BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    at       TIMESTAMPTZ NOT NULL,
    account  TEXT,
    unit     TEXT,
    address  TEXT,
    request  TEXT,
    kind     TEXT NOT NULL,
    thing    TEXT NOT NULL,
    of_unit  TEXT,
    action   TEXT NOT NULL,
    before   TEXT,
    after    TEXT,
    reason   TEXT,
    previous TEXT NOT NULL,
    digest   TEXT NOT NULL,
    PRIMARY KEY (lane, sequence)
);
CREATE INDEX event_thing ON event (kind, thing, at);
CREATE INDEX event_at ON event (at);
CREATE INDEX event_account ON event (account, at);
CREATE INDEX event_of_unit ON event (of_unit, at);

-- A piece of evidence; its files are the versions.
CREATE TABLE evidence (
    evidence        TEXT COLLATE "C" PRIMARY KEY,
    unit            TEXT COLLATE "C" NOT NULL REFERENCES unit (unit) DEFERRABLE INITIALLY DEFERRED,
    kind            TEXT NOT NULL,
    title           TEXT NOT NULL,
    document_number TEXT,
    document_date   DATE,
    issuer          TEXT,
    note            TEXT,
    state           TEXT NOT NULL CHECK (state IN ('active', 'withdrawn')),
    made_by         TEXT NOT NULL,
    made_at         TIMESTAMPTZ NOT NULL,
    version         BIGINT NOT NULL,
    search_key      TEXT COLLATE "C" NOT NULL,
    sort_key        TEXT COLLATE "C" NOT NULL
);
CREATE INDEX evidence_unit ON evidence (unit, sort_key);

CREATE TABLE evidence_file (
    evidence   TEXT COLLATE "C" NOT NULL REFERENCES evidence (evidence),
    position   BIGINT NOT NULL,
    sha256     TEXT COLLATE "C" NOT NULL,
    size       BIGINT NOT NULL,
    file_name  TEXT NOT NULL,
    file_kind  TEXT NOT NULL,
    pages      BIGINT,
    text_state TEXT NOT NULL CHECK (text_state IN ('waiting', 'read', 'none', 'failed')),
    findings   TEXT NOT NULL,
    signatures TEXT NOT NULL,
    note       TEXT,
    added_by   TEXT NOT NULL,
    added_at   TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (evidence, position)
);
CREATE INDEX evidence_file_sha256 ON evidence_file (sha256);

-- The text of a file by page or sheet, once for each content.
CREATE TABLE evidence_text (
    sha256     TEXT COLLATE "C" NOT NULL,
    page       BIGINT NOT NULL,
    label      TEXT NOT NULL,
    text       TEXT NOT NULL,
    search_key TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (sha256, page)
);

-- Which record cites which file, and where in it. A use that is locked keeps its file as it is for good.
CREATE TABLE evidence_use (
    evidence_use TEXT COLLATE "C" PRIMARY KEY,
    evidence     TEXT COLLATE "C" NOT NULL REFERENCES evidence (evidence),
    position     BIGINT NOT NULL,
    kind         TEXT NOT NULL,
    thing        TEXT COLLATE "C" NOT NULL,
    cited        TEXT,
    added_by     TEXT NOT NULL,
    added_at     TIMESTAMPTZ NOT NULL,
    locked_at    TIMESTAMPTZ,
    FOREIGN KEY (evidence, position) REFERENCES evidence_file (evidence, position)
);
CREATE INDEX evidence_use_thing ON evidence_use (kind, thing);
CREATE INDEX evidence_use_evidence ON evidence_use (evidence);

-- Long work, queued in the transaction that asks for it.
CREATE TABLE job (
    job          TEXT COLLATE "C" PRIMARY KEY,
    kind         TEXT NOT NULL,
    title        TEXT NOT NULL,
    payload      TEXT NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
    only_once    TEXT,
    run_at       TIMESTAMPTZ NOT NULL,
    attempts     BIGINT NOT NULL,
    done         BIGINT NOT NULL,
    total        BIGINT,
    result       TEXT,
    faults       TEXT,
    asked_by     TEXT,
    unit         TEXT,
    made_at      TIMESTAMPTZ NOT NULL,
    started_at   TIMESTAMPTZ,
    heartbeat_at TIMESTAMPTZ,
    ended_at     TIMESTAMPTZ,
    worker       TEXT,
    cancel_asked BIGINT NOT NULL
);
CREATE INDEX job_state ON job (state, run_at);
CREATE INDEX job_made_at ON job (made_at);
CREATE UNIQUE INDEX job_only_once ON job (only_once) WHERE state IN ('queued', 'running');

-- Something a person should know; the same `sameness` reaches a person once.
CREATE TABLE notice (
    notice   TEXT COLLATE "C" PRIMARY KEY,
    account  TEXT COLLATE "C" NOT NULL REFERENCES account (account),
    kind     TEXT NOT NULL,
    sameness TEXT COLLATE "C" NOT NULL,
    text_vi  TEXT NOT NULL,
    text_en  TEXT NOT NULL,
    link     TEXT NOT NULL,
    due_at   TIMESTAMPTZ,
    made_at  TIMESTAMPTZ NOT NULL,
    read_at  TIMESTAMPTZ,
    UNIQUE (account, sameness)
);
CREATE INDEX notice_account ON notice (account, made_at);

CREATE TABLE notice_delivery (
    notice      TEXT COLLATE "C" NOT NULL REFERENCES notice (notice),
    channel     TEXT NOT NULL CHECK (channel IN ('mail', 'webhook')),
    manner      TEXT NOT NULL CHECK (manner IN ('each', 'digest')),
    state       TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'failed')),
    attempts    BIGINT NOT NULL,
    next_try_at TIMESTAMPTZ NOT NULL,
    sent_at     TIMESTAMPTZ,
    fault       TEXT,
    PRIMARY KEY (notice, channel)
);
CREATE INDEX notice_delivery_state ON notice_delivery (state, next_try_at);

CREATE TABLE notice_preference (
    account TEXT COLLATE "C" NOT NULL REFERENCES account (account),
    kind    TEXT NOT NULL,
    channel TEXT NOT NULL CHECK (channel IN ('mail', 'webhook')),
    manner  TEXT NOT NULL CHECK (manner IN ('none', 'each', 'digest')),
    PRIMARY KEY (account, kind, channel)
);

-- Days that an administrator added to the calendar of the catalogue, in the words of the calendar file.
CREATE TABLE calendar_day (
    day      DATE PRIMARY KEY,
    kind     TEXT NOT NULL,
    name     TEXT NOT NULL,
    pair     DATE,
    source   TEXT NOT NULL,
    added_by TEXT NOT NULL,
    added_at TIMESTAMPTZ NOT NULL
);
CREATE TABLE calendar_year (
    year     BIGINT PRIMARY KEY,
    added_by TEXT NOT NULL,
    added_at TIMESTAMPTZ NOT NULL
);

-- A form that was sent: sent again, it leads to the same answer and does nothing.
CREATE TABLE form_receipt (
    receipt  TEXT COLLATE "C" PRIMARY KEY,
    account  TEXT NOT NULL,
    location TEXT NOT NULL,
    made_at  TIMESTAMPTZ NOT NULL
);
CREATE INDEX form_receipt_made_at ON form_receipt (made_at);

-- A collection of figures: which indicators, of which units, for which period, until when.
CREATE TABLE collection (
    collection TEXT COLLATE "C" PRIMARY KEY,
    title      TEXT NOT NULL,
    owner      TEXT COLLATE "C" NOT NULL REFERENCES unit (unit) DEFERRABLE INITIALLY DEFERRED,
    period     TEXT NOT NULL,
    opens_at   TIMESTAMPTZ NOT NULL,
    due_at     TIMESTAMPTZ NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('draft', 'open', 'closed')),
    note       TEXT,
    made_up    BIGINT NOT NULL,
    made_by    TEXT NOT NULL,
    made_at    TIMESTAMPTZ NOT NULL,
    version    BIGINT NOT NULL
);
CREATE TABLE collection_indicator (
    collection TEXT COLLATE "C" NOT NULL REFERENCES collection (collection),
    indicator  TEXT COLLATE "C" NOT NULL REFERENCES indicator (indicator) DEFERRABLE INITIALLY DEFERRED,
    position   BIGINT NOT NULL,
    required   BIGINT NOT NULL,
    PRIMARY KEY (collection, indicator)
);
CREATE TABLE collection_unit (
    collection  TEXT COLLATE "C" NOT NULL REFERENCES collection (collection),
    unit        TEXT COLLATE "C" NOT NULL REFERENCES unit (unit) DEFERRABLE INITIALLY DEFERRED,
    state       TEXT NOT NULL CHECK (state IN ('open', 'submitted', 'returned', 'accepted')),
    extended_to TIMESTAMPTZ,
    reason      TEXT,
    changed_by  TEXT,
    changed_at  TIMESTAMPTZ,
    version     BIGINT NOT NULL,
    PRIMARY KEY (collection, unit)
);
CREATE INDEX collection_unit_unit ON collection_unit (unit, state);

-- A figure as its unit enters it. It becomes an observation when it is accepted. A figure without value has a reason.
CREATE TABLE figure (
    collection     TEXT COLLATE "C" NOT NULL,
    unit           TEXT COLLATE "C" NOT NULL,
    indicator      TEXT COLLATE "C" NOT NULL,
    value          TEXT,
    missing_reason TEXT,
    note           TEXT,
    entered_by     TEXT NOT NULL,
    entered_at     TIMESTAMPTZ NOT NULL,
    version        BIGINT NOT NULL,
    PRIMARY KEY (collection, unit, indicator),
    FOREIGN KEY (collection, unit) REFERENCES collection_unit (collection, unit),
    FOREIGN KEY (collection, indicator) REFERENCES collection_indicator (collection, indicator),
    CHECK ((value IS NULL) = (missing_reason IS NOT NULL))
);

-- Sixteen lanes, so that writers on PostgreSQL need not wait for one another.
INSERT INTO event_head (lane, sequence, digest) VALUES
    (0, 0, ''),
    (1, 0, ''),
    (2, 0, ''),
    (3, 0, ''),
    (4, 0, ''),
    (5, 0, ''),
    (6, 0, ''),
    (7, 0, ''),
    (8, 0, ''),
    (9, 0, ''),
    (10, 0, ''),
    (11, 0, ''),
    (12, 0, ''),
    (13, 0, ''),
    (14, 0, ''),
    (15, 0, '');
