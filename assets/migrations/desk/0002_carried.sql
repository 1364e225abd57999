-- An event of an epoch that central has closed travels inside one of the present epoch: the row id of the event it bears.
ALTER TABLE event ADD COLUMN carries INTEGER;
CREATE INDEX event_carries ON event (carries) WHERE carries IS NOT NULL;
