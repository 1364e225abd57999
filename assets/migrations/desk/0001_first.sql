-- What the desk remembers. Applied in one transaction, never changed afterwards: a change is a new file.
-- Instants are UTC milliseconds.

CREATE TABLE identity (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    desk_key BLOB NOT NULL,           -- P-256 scalar, made here, never leaves
    host TEXT,                        -- central's address, from the invite
    device_ca BLOB,                   -- DER, what TLS trusts
    certificate BLOB,                 -- DER, the desk's own
    record BLOB,                      -- central's DeskRecord, JSON
    desk TEXT,
    epoch INTEGER NOT NULL DEFAULT 0,
    lease BLOB
) STRICT;

-- The end of each epoch's chain. Outlives the events themselves.
CREATE TABLE head (
    epoch INTEGER PRIMARY KEY,
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    at INTEGER NOT NULL
) STRICT;

CREATE TABLE event (
    id INTEGER PRIMARY KEY,
    epoch INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    visit TEXT,
    at INTEGER NOT NULL,
    urgent INTEGER NOT NULL CHECK (urgent IN (0, 1)),
    stored BLOB NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    sent INTEGER,                     -- last time a push carried it
    acked INTEGER,                    -- when central said it has it
    outcome TEXT,                     -- central's word, JSON
    final INTEGER,                    -- when that word became final
    refusal_seen INTEGER NOT NULL DEFAULT 0 CHECK (refusal_seen IN (0, 1)),
    UNIQUE (epoch, seq)
) STRICT;
CREATE INDEX event_waiting ON event (epoch, seq) WHERE acked IS NULL;
CREATE INDEX event_open ON event (id) WHERE acked IS NOT NULL AND (final IS NULL OR outcome LIKE '%refused%');
CREATE INDEX event_final ON event (final) WHERE final IS NOT NULL;
CREATE INDEX event_visit ON event (visit) WHERE visit IS NOT NULL;

CREATE TABLE blob (
    digest TEXT PRIMARY KEY CHECK (length(digest) = 64),
    sealed BLOB NOT NULL,
    at INTEGER NOT NULL,
    sent INTEGER NOT NULL DEFAULT 0,  -- bytes central has
    done INTEGER                      -- when central had all of it
) STRICT;
CREATE INDEX blob_waiting ON blob (at) WHERE done IS NULL;

CREATE TABLE visit (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    version INTEGER NOT NULL,
    snapshot BLOB NOT NULL,
    parked INTEGER NOT NULL CHECK (parked IN (0, 1)),
    title TEXT NOT NULL,
    updated INTEGER NOT NULL,
    closed INTEGER
) STRICT;
CREATE INDEX visit_open ON visit (updated) WHERE closed IS NULL;

CREATE TABLE working (
    visit TEXT NOT NULL REFERENCES visit (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (visit, name)
) STRICT;

CREATE TABLE journal (
    id INTEGER PRIMARY KEY,
    visit TEXT NOT NULL REFERENCES visit (id) ON DELETE CASCADE,
    op TEXT NOT NULL,
    step TEXT NOT NULL,
    phase TEXT NOT NULL CHECK (phase IN ('planned', 'sent', 'confirmed', 'failed')),
    evidence BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX journal_visit ON journal (visit, id);

CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

CREATE TABLE cache_person (
    id TEXT PRIMARY KEY,
    number TEXT,
    name TEXT NOT NULL,               -- folded, for searching
    birth TEXT NOT NULL,
    record TEXT NOT NULL,             -- JSON
    version INTEGER NOT NULL,
    used INTEGER NOT NULL
) STRICT;
CREATE INDEX cache_person_birth ON cache_person (birth);
CREATE INDEX cache_person_number ON cache_person (number);
CREATE INDEX cache_person_used ON cache_person (used);

CREATE TABLE cache_card (
    guid TEXT PRIMARY KEY,
    person TEXT NOT NULL,
    card TEXT NOT NULL,               -- JSON
    used INTEGER NOT NULL
) STRICT;
CREATE INDEX cache_card_person ON cache_card (person);

CREATE TABLE statement (
    kind TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT;
