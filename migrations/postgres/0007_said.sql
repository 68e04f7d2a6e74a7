-- Who agrees to given points leaves them given: the verdict stays that of the giver, and what the last one said stands beside it.
ALTER TABLE campaign_ruling ADD COLUMN said TEXT NOT NULL DEFAULT 'agree';
UPDATE campaign_ruling SET said = verdict;
