-- A person who is signed in links their account with one of another system: the request remembers whose it is.
ALTER TABLE sign_in_request ADD COLUMN account TEXT REFERENCES account (account);
-- What the other system called the person when the two were linked; only to be read by people.
ALTER TABLE identity ADD COLUMN shown TEXT;

-- Keys of accounts sort by bytes everywhere: a join between two collations cannot use the index and reads every account.
ALTER TABLE role_grant ALTER COLUMN given_by TYPE TEXT COLLATE "C";
ALTER TABLE deputy ALTER COLUMN given_by TYPE TEXT COLLATE "C";
ALTER TABLE event ALTER COLUMN account TYPE TEXT COLLATE "C";
ALTER TABLE evidence ALTER COLUMN made_by TYPE TEXT COLLATE "C";
ALTER TABLE evidence_file ALTER COLUMN added_by TYPE TEXT COLLATE "C";
ALTER TABLE evidence_use ALTER COLUMN added_by TYPE TEXT COLLATE "C";
ALTER TABLE job ALTER COLUMN asked_by TYPE TEXT COLLATE "C";
ALTER TABLE collection ALTER COLUMN made_by TYPE TEXT COLLATE "C";
ALTER TABLE collection_unit ALTER COLUMN changed_by TYPE TEXT COLLATE "C";
ALTER TABLE figure ALTER COLUMN entered_by TYPE TEXT COLLATE "C";
ALTER TABLE form_receipt ALTER COLUMN account TYPE TEXT COLLATE "C";
