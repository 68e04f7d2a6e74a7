-- A person who is signed in links their account with one of another system: the request remembers whose it is.
ALTER TABLE sign_in_request ADD COLUMN account TEXT REFERENCES account (account);
-- What the other system called the person when the two were linked; only to be read by people.
ALTER TABLE identity ADD COLUMN shown TEXT;
