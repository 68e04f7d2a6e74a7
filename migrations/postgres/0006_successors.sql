-- The parts of campaigns for which a unit answers in another's place are looked up on every first page.
CREATE INDEX campaign_unit_successor ON campaign_unit (successor) WHERE successor IS NOT NULL;
