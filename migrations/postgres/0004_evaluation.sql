-- Evaluation: criteria sets, campaigns, self-scores, opinions, results.

-- A criteria set: the text of its definition. Once a campaign uses it, it is locked and its text never changes.
CREATE TABLE criteria_set (
    criteria_set TEXT COLLATE "C" PRIMARY KEY,
    code         TEXT COLLATE "C" NOT NULL,
    title        TEXT NOT NULL,
    level        TEXT NOT NULL,
    owner        TEXT COLLATE "C" NOT NULL REFERENCES unit (unit) DEFERRABLE INITIALLY DEFERRED,
    kind         TEXT COLLATE "C" NOT NULL CHECK (kind IN ('own', 'sample', 'sourced')),
    state        TEXT NOT NULL CHECK (state IN ('draft', 'locked', 'withdrawn')),
    based_on     TEXT COLLATE "C",
    framework    TEXT COLLATE "C",
    definition   TEXT NOT NULL,
    sha256       TEXT NOT NULL,
    made_by      TEXT NOT NULL,
    made_at      TIMESTAMPTZ NOT NULL,
    changed_by   TEXT NOT NULL,
    changed_at   TIMESTAMPTZ NOT NULL,
    version      BIGINT NOT NULL
);
CREATE INDEX criteria_set_owner ON criteria_set (owner, code);

-- A year's evaluation. Its phase moves forward step by step, and back only with a reason.
CREATE TABLE campaign (
    campaign TEXT COLLATE "C" PRIMARY KEY,
    title    TEXT NOT NULL,
    year     BIGINT NOT NULL,
    owner    TEXT COLLATE "C" NOT NULL REFERENCES unit (unit) DEFERRABLE INITIALLY DEFERRED,
    phase    TEXT NOT NULL CHECK (phase IN ('draft', 'scoring', 'appraisal', 'explanation', 'second-appraisal', 'council', 'approved', 'published', 'appeal')),
    follows  TEXT COLLATE "C" REFERENCES campaign (campaign),
    quorum   TEXT NOT NULL,
    note     TEXT,
    made_up  BIGINT NOT NULL,
    made_by  TEXT NOT NULL,
    made_at  TIMESTAMPTZ NOT NULL,
    version  BIGINT NOT NULL
);
CREATE TABLE campaign_block (
    campaign     TEXT COLLATE "C" NOT NULL REFERENCES campaign (campaign),
    block        TEXT COLLATE "C" NOT NULL,
    position     BIGINT NOT NULL,
    name         TEXT NOT NULL,
    criteria_set TEXT COLLATE "C" NOT NULL REFERENCES criteria_set (criteria_set),
    PRIMARY KEY (campaign, block)
);
CREATE INDEX campaign_block_set ON campaign_block (criteria_set);
CREATE TABLE campaign_step (
    campaign TEXT COLLATE "C" NOT NULL REFERENCES campaign (campaign),
    phase    TEXT NOT NULL,
    opens_at TIMESTAMPTZ NOT NULL,
    due_at   TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (campaign, phase)
);

-- A unit that takes part, under the name it had then. A unit that is merged later keeps its scores; its successor is named.
CREATE TABLE campaign_unit (
    campaign    TEXT COLLATE "C" NOT NULL REFERENCES campaign (campaign),
    unit        TEXT COLLATE "C" NOT NULL REFERENCES unit (unit) DEFERRABLE INITIALLY DEFERRED,
    block       TEXT COLLATE "C" NOT NULL,
    position    BIGINT NOT NULL,
    name        TEXT NOT NULL,
    ranked      BIGINT NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('open', 'for-approval', 'submitted', 'returned')),
    extended_to TIMESTAMPTZ,
    reason      TEXT,
    successor   TEXT COLLATE "C",
    changed_by  TEXT,
    changed_at  TIMESTAMPTZ,
    version     BIGINT NOT NULL,
    PRIMARY KEY (campaign, unit)
);
CREATE INDEX campaign_unit_unit ON campaign_unit (unit, state);

-- What a unit enters: a figure that a rule asks for, points of a leaf without a rule, or an explanation of a leaf.
-- A figure that the system took from its own observations names the dataset.
CREATE TABLE campaign_answer (
    campaign   TEXT COLLATE "C" NOT NULL,
    unit       TEXT COLLATE "C" NOT NULL,
    kind       TEXT COLLATE "C" NOT NULL CHECK (kind IN ('figure', 'points', 'explanation')),
    code       TEXT COLLATE "C" NOT NULL,
    value      TEXT,
    dataset    TEXT,
    entered_by TEXT NOT NULL,
    entered_at TIMESTAMPTZ NOT NULL,
    version    BIGINT NOT NULL,
    PRIMARY KEY (campaign, unit, kind, code),
    FOREIGN KEY (campaign, unit) REFERENCES campaign_unit (campaign, unit)
);
CREATE INDEX campaign_answer_code ON campaign_answer (campaign, kind, code);

-- What was said of a leaf of a unit, in the order of time; nothing is changed or taken out.
CREATE TABLE campaign_opinion (
    opinion    TEXT COLLATE "C" PRIMARY KEY,
    campaign   TEXT COLLATE "C" NOT NULL,
    unit       TEXT COLLATE "C" NOT NULL,
    leaf       TEXT COLLATE "C" NOT NULL,
    phase      TEXT NOT NULL,
    side       TEXT NOT NULL CHECK (side IN ('unit', 'appraiser', 'second-reader', 'council', 'office')),
    verdict    TEXT NOT NULL CHECK (verdict IN ('agree', 'set', 'ask', 'answer', 'not-applicable', 'applicable')),
    points     TEXT,
    reason     TEXT,
    account    TEXT COLLATE "C" NOT NULL,
    given_at   TIMESTAMPTZ NOT NULL,
    FOREIGN KEY (campaign, unit) REFERENCES campaign_unit (campaign, unit)
);
CREATE INDEX campaign_opinion_leaf ON campaign_opinion (campaign, unit, leaf, given_at);

-- Where a leaf of a unit stands after the last opinion: its points, or that it does not apply, or that an answer is asked for.
CREATE TABLE campaign_ruling (
    campaign   TEXT COLLATE "C" NOT NULL,
    unit       TEXT COLLATE "C" NOT NULL,
    leaf       TEXT COLLATE "C" NOT NULL,
    verdict    TEXT NOT NULL,
    side       TEXT NOT NULL,
    points     TEXT,
    reason     TEXT,
    account    TEXT COLLATE "C" NOT NULL,
    opinions   BIGINT NOT NULL,
    ruled_at   TIMESTAMPTZ NOT NULL,
    version    BIGINT NOT NULL,
    PRIMARY KEY (campaign, unit, leaf),
    FOREIGN KEY (campaign, unit) REFERENCES campaign_unit (campaign, unit)
);
CREATE INDEX campaign_ruling_leaf ON campaign_ruling (campaign, leaf);

-- Who appraises which part of the tree, of every unit or of one; a second reader looks at a sample.
CREATE TABLE campaign_assignment (
    assignment TEXT COLLATE "C" PRIMARY KEY,
    campaign   TEXT COLLATE "C" NOT NULL REFERENCES campaign (campaign),
    account    TEXT COLLATE "C" NOT NULL REFERENCES account (account),
    duty       TEXT NOT NULL CHECK (duty IN ('appraiser', 'second-reader')),
    block      TEXT COLLATE "C",
    node       TEXT COLLATE "C" NOT NULL,
    unit       TEXT COLLATE "C",
    made_by    TEXT NOT NULL,
    made_at    TIMESTAMPTZ NOT NULL
);
CREATE INDEX campaign_assignment_campaign ON campaign_assignment (campaign, account);

CREATE TABLE campaign_member (
    campaign TEXT COLLATE "C" NOT NULL REFERENCES campaign (campaign),
    account  TEXT COLLATE "C" NOT NULL REFERENCES account (account),
    duty     TEXT NOT NULL CHECK (duty IN ('chair', 'deputy', 'member', 'secretary')),
    PRIMARY KEY (campaign, account)
);

-- A meeting of the council, and who was there or agreed in writing.
CREATE TABLE campaign_session (
    session   TEXT COLLATE "C" PRIMARY KEY,
    campaign  TEXT COLLATE "C" NOT NULL REFERENCES campaign (campaign),
    held_on   DATE NOT NULL,
    present   TEXT NOT NULL,
    consented TEXT NOT NULL,
    quorate   BIGINT NOT NULL,
    minutes   TEXT,
    made_by   TEXT NOT NULL,
    made_at   TIMESTAMPTZ NOT NULL
);

-- Approved results with everything they were computed from. A later approval, after an appeal, is another row.
CREATE TABLE campaign_result (
    campaign    TEXT COLLATE "C" NOT NULL REFERENCES campaign (campaign),
    position    BIGINT NOT NULL,
    approved_by TEXT NOT NULL,
    approved_at TIMESTAMPTZ NOT NULL,
    program     TEXT NOT NULL,
    decision    TEXT,
    manifest    TEXT NOT NULL,
    sha256      TEXT NOT NULL,
    publish_on  DATE,
    shows       TEXT NOT NULL CHECK (shows IN ('totals', 'areas', 'leaves')),
    published_by TEXT,
    withdrawn_at TIMESTAMPTZ,
    reason      TEXT,
    PRIMARY KEY (campaign, position)
);

-- The table of one block at an approval: the files that anyone can recompute it from, and what came out.
CREATE TABLE campaign_result_file (
    campaign TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    file     TEXT COLLATE "C" NOT NULL,
    content  TEXT NOT NULL,
    PRIMARY KEY (campaign, position, file),
    FOREIGN KEY (campaign, position) REFERENCES campaign_result (campaign, position)
);

CREATE TABLE campaign_appeal (
    appeal     TEXT COLLATE "C" PRIMARY KEY,
    campaign   TEXT COLLATE "C" NOT NULL,
    unit       TEXT COLLATE "C" NOT NULL,
    leaf       TEXT COLLATE "C" NOT NULL,
    words      TEXT NOT NULL,
    account    TEXT COLLATE "C" NOT NULL,
    made_at    TIMESTAMPTZ NOT NULL,
    answer     TEXT,
    accepted   BIGINT,
    answered_by TEXT,
    answered_at TIMESTAMPTZ,
    FOREIGN KEY (campaign, unit) REFERENCES campaign_unit (campaign, unit)
);
CREATE INDEX campaign_appeal_campaign ON campaign_appeal (campaign, unit);

-- Sentences that appraisers use often.
CREATE TABLE standard_phrase (
    phrase  TEXT COLLATE "C" PRIMARY KEY,
    owner   TEXT COLLATE "C" NOT NULL REFERENCES unit (unit) DEFERRABLE INITIALLY DEFERRED,
    words   TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at TIMESTAMPTZ NOT NULL
);
