-- Events of a closed epoch, brought inside an event of a later one: each takes effect once, whatever brings it again.
CREATE TABLE carried (
    desk  TEXT NOT NULL REFERENCES desks (desk),
    hash  BLOB NOT NULL,               -- of the event that was brought
    epoch INTEGER NOT NULL,            -- of the event that brought it first
    seq   INTEGER NOT NULL,
    PRIMARY KEY (desk, hash)
) STRICT;
