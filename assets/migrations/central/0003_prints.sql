-- Attempts at printing a card: the desk that goes on with it counts on from there.
ALTER TABLE cards ADD COLUMN prints INTEGER NOT NULL DEFAULT 0;
