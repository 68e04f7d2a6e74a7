-- Who the other system says is there, at a first sign-in that still waits for the second factor: the link is made once it was given.
ALTER TABLE session ADD COLUMN proven_issuer TEXT;
ALTER TABLE session ADD COLUMN proven_subject TEXT;
ALTER TABLE session ADD COLUMN proven_shown TEXT;
-- In whose place a deputy acted, by the roles of the absent person. The digest of an event covers it where it is there.
ALTER TABLE event ADD COLUMN stands_in_for TEXT;
-- The log is read in the order of this index, step by step, however long it is; it serves what the index on the time alone served.
CREATE INDEX event_order ON event (at DESC, lane, sequence DESC);
DROP INDEX event_at;
-- A unit that is late asks for its figures to be opened again; the next step answers it.
ALTER TABLE collection_unit ADD COLUMN reopening_reason TEXT;
ALTER TABLE collection_unit ADD COLUMN reopening_asked_at TEXT;
