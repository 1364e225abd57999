-- What an event says of a card, readable here: bodies are sealed to central. Until central has decided the event, this is
-- later than central's word on that card.
ALTER TABLE event ADD COLUMN card TEXT;
ALTER TABLE event ADD COLUMN card_status TEXT;  -- JSON
CREATE INDEX event_card ON event (card) WHERE card IS NOT NULL AND final IS NULL;
