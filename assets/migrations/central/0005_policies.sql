-- Policies: proposed by one person, in force only once another approved them. A row is never changed afterwards.
CREATE TABLE policies (
    id          TEXT NOT NULL,
    version     INTEGER NOT NULL,
    hash        TEXT NOT NULL,
    starts      TEXT NOT NULL,
    ends        TEXT,
    bundle      BLOB NOT NULL,
    proposed_by TEXT NOT NULL,
    proposed_at INTEGER NOT NULL,
    approved_by TEXT,
    approved_at INTEGER,
    PRIMARY KEY (id, version)
) STRICT;
