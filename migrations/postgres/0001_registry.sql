-- Units in time, indicators, observations and what was published: the registry.
-- Exact decimals are TEXT on both databases, so that no digit is ever lost to binary fractions.

CREATE TABLE source (
    source   TEXT PRIMARY KEY,
    title    TEXT NOT NULL,
    issuer   TEXT NOT NULL,
    url      TEXT,
    licence  TEXT NOT NULL,
    note     TEXT,
    origin   TEXT NOT NULL
);

CREATE TABLE unit (
    unit     TEXT COLLATE "C" PRIMARY KEY,
    origin   TEXT NOT NULL
);

-- One row a stretch of time in which name, code, kind and parent stayed the same. Both dates are inclusive; NULL is "not researched" or "still valid".
CREATE TABLE unit_version (
    unit       TEXT COLLATE "C" NOT NULL REFERENCES unit (unit) DEFERRABLE INITIALLY DEFERRED,
    position   BIGINT NOT NULL,
    code       TEXT NOT NULL,
    level      TEXT NOT NULL,
    kind       TEXT NOT NULL,
    name       TEXT NOT NULL,
    short_name TEXT NOT NULL,
    parent     TEXT REFERENCES unit (unit) DEFERRABLE INITIALLY DEFERRED,
    valid_from DATE,
    valid_to   DATE,
    source     TEXT NOT NULL,
    status     TEXT NOT NULL,
    note       TEXT,
    search_key TEXT COLLATE "C" NOT NULL,
    sort_key   TEXT COLLATE "C" NOT NULL,
    origin     TEXT NOT NULL,
    PRIMARY KEY (unit, position)
);
CREATE INDEX unit_version_code ON unit_version (code, level);
CREATE INDEX unit_version_parent ON unit_version (parent);
CREATE INDEX unit_version_level ON unit_version (level, sort_key);

CREATE TABLE unit_link (
    from_unit TEXT NOT NULL REFERENCES unit (unit) DEFERRABLE INITIALLY DEFERRED,
    to_unit   TEXT NOT NULL REFERENCES unit (unit) DEFERRABLE INITIALLY DEFERRED,
    date      DATE NOT NULL,
    extent    TEXT NOT NULL,
    source    TEXT NOT NULL,
    status    TEXT NOT NULL,
    note      TEXT,
    origin    TEXT NOT NULL,
    PRIMARY KEY (from_unit, to_unit, date)
);
CREATE INDEX unit_link_to ON unit_link (to_unit);

CREATE TABLE indicator (
    indicator       TEXT PRIMARY KEY,
    name_vi         TEXT NOT NULL,
    name_en         TEXT NOT NULL,
    name_status     TEXT NOT NULL,
    unit_vi         TEXT NOT NULL,
    unit_en         TEXT NOT NULL,
    direction       TEXT NOT NULL,
    decimals        BIGINT NOT NULL,
    valid_from_year BIGINT,
    valid_to_year   BIGINT,
    source          TEXT NOT NULL,
    note            TEXT,
    search_key      TEXT COLLATE "C" NOT NULL,
    origin          TEXT NOT NULL
);

-- A figure: what, of whom, when, how much, and where it came from. A missing value has a reason and no number; it is never zero.
CREATE TABLE observation (
    indicator      TEXT NOT NULL REFERENCES indicator (indicator) DEFERRABLE INITIALLY DEFERRED,
    unit           TEXT NOT NULL REFERENCES unit (unit) DEFERRABLE INITIALLY DEFERRED,
    period         TEXT NOT NULL,
    status         TEXT NOT NULL CHECK (status IN ('reported', 'published', 'computed', 'estimated', 'missing')),
    value          TEXT,
    missing_reason TEXT,
    standard_error TEXT,
    dataset        TEXT NOT NULL,
    source         TEXT,
    note           TEXT,
    origin         TEXT NOT NULL,
    PRIMARY KEY (indicator, unit, period, status),
    CHECK ((status = 'missing') = (value IS NULL)),
    CHECK ((status = 'missing') = (missing_reason IS NOT NULL))
);
CREATE INDEX observation_dataset ON observation (dataset);
CREATE INDEX observation_unit ON observation (unit, indicator);

-- A row of a published table: the unit's name as printed, its printed rank and band. The figures of the row are observations of the same dataset.
CREATE TABLE published_row (
    dataset      TEXT NOT NULL,
    position     BIGINT NOT NULL,
    unit         TEXT NOT NULL REFERENCES unit (unit) DEFERRABLE INITIALLY DEFERRED,
    code         TEXT NOT NULL,
    printed_name TEXT NOT NULL,
    rank         BIGINT,
    band         TEXT,
    ranked       BIGINT NOT NULL,
    source       TEXT,
    note         TEXT,
    origin       TEXT NOT NULL,
    PRIMARY KEY (dataset, unit)
);
CREATE INDEX published_row_unit ON published_row (unit);

-- Which catalogue was loaded last (embedded, demo, folder); the same digest means nothing to do. One row.
CREATE TABLE catalogue_load (
    part      TEXT PRIMARY KEY,
    digest    TEXT NOT NULL,
    rows      BIGINT NOT NULL,
    loaded_at TIMESTAMPTZ NOT NULL
);

-- Grows with every change of the registry, so that every process knows when what it computed is out of date.
CREATE TABLE revision (
    id    BIGINT PRIMARY KEY CHECK (id = 1),
    value BIGINT NOT NULL
);
INSERT INTO revision (id, value) VALUES (1, 0);
