-- Central's first schema. Times are UTC milliseconds, ids are text, secrets are sealed or hashed before they come here.
-- Only what Citus, YugabyteDB and CockroachDB have too: no sequence gives an order, no trigger, no deferred constraint.

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

-- One row per numbered thing (a desk's feed, the user numbers, the audit): counted up in the transaction that uses it.
CREATE TABLE counters (
    scope TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT;

CREATE TABLE organisations (
    code TEXT PRIMARY KEY,
    name TEXT NOT NULL
) STRICT;

CREATE TABLE desks (
    desk             TEXT PRIMARY KEY,
    name             TEXT NOT NULL,
    place            TEXT NOT NULL,
    organisation     TEXT NOT NULL REFERENCES organisations (code),
    epoch            INTEGER NOT NULL,
    head_seq         INTEGER NOT NULL,
    head_hash        BLOB NOT NULL,
    lease            BLOB,
    previous_lease   BLOB,
    lease_open       INTEGER NOT NULL,
    quarantined      TEXT,
    revoked          TEXT,
    session_agent    TEXT,
    roster_told      INTEGER NOT NULL,
    revocations_told INTEGER NOT NULL,
    made_at          INTEGER NOT NULL,
    last_seen        INTEGER
) STRICT;
CREATE INDEX desks_by_organisation ON desks (organisation);

CREATE TABLE desk_keys (
    desk       TEXT NOT NULL REFERENCES desks (desk),
    serial     TEXT NOT NULL,
    spki       BLOB NOT NULL,
    der        BLOB NOT NULL,
    not_after  INTEGER NOT NULL,
    number     INTEGER NOT NULL,
    made_at    INTEGER NOT NULL,
    revoked_at INTEGER,
    PRIMARY KEY (desk, serial)
) STRICT;
CREATE INDEX desk_keys_by_spki ON desk_keys (spki);

CREATE TABLE invites (
    code_hash BLOB PRIMARY KEY,
    desk      TEXT NOT NULL REFERENCES desks (desk),
    expires   INTEGER NOT NULL,
    used_by   BLOB
) STRICT;

CREATE TABLE persons (
    person              TEXT PRIMARY KEY,
    number              TEXT UNIQUE,
    given               TEXT NOT NULL,
    family              TEXT NOT NULL,
    name_on_card        TEXT,
    birth_date          TEXT NOT NULL,
    birth_date_verified INTEGER NOT NULL,
    organisation        TEXT NOT NULL REFERENCES organisations (code),
    position            TEXT NOT NULL,
    email               TEXT,
    photo               TEXT,
    has_photo           INTEGER NOT NULL,
    status              TEXT NOT NULL,
    version             INTEGER NOT NULL,
    name_key            TEXT NOT NULL,
    family_key          TEXT NOT NULL,
    made_at             INTEGER NOT NULL
) STRICT;
CREATE INDEX persons_by_name ON persons (name_key, birth_date);
CREATE INDEX persons_by_family ON persons (family_key);
CREATE INDEX persons_by_birth_date ON persons (birth_date);

CREATE TABLE person_history (
    person  TEXT NOT NULL REFERENCES persons (person),
    version INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    what    TEXT NOT NULL,
    source  TEXT NOT NULL,
    PRIMARY KEY (person, version)
) STRICT;

-- Only a keyed hash of a document's number is kept.
CREATE TABLE person_documents (
    number_key BLOB NOT NULL,
    person     TEXT NOT NULL REFERENCES persons (person),
    kind       TEXT NOT NULL,
    PRIMARY KEY (number_key, person)
) STRICT;

CREATE TABLE bootstrap_codes (
    code_hash BLOB PRIMARY KEY,
    person    TEXT NOT NULL REFERENCES persons (person),
    desk      TEXT NOT NULL REFERENCES desks (desk),
    expires   INTEGER NOT NULL,
    visit     TEXT
) STRICT;

CREATE TABLE roster (
    number       TEXT NOT NULL,
    role         TEXT NOT NULL,
    organisation TEXT NOT NULL REFERENCES organisations (code),
    added_at     INTEGER NOT NULL,
    withdrawn_at INTEGER,
    PRIMARY KEY (number, role, organisation)
) STRICT;
CREATE INDEX roster_by_organisation ON roster (organisation);

CREATE TABLE stock_batches (
    batch         TEXT PRIMARY KEY,
    profile       TEXT NOT NULL,
    series        INTEGER NOT NULL,
    static_9b     INTEGER NOT NULL,
    serial_prefix TEXT,
    any_card      INTEGER NOT NULL,
    sealed_keys   BLOB NOT NULL,
    made_at       INTEGER NOT NULL
) STRICT;

CREATE TABLE stock_cards (
    chip_serial TEXT PRIMARY KEY,
    batch       TEXT NOT NULL REFERENCES stock_batches (batch)
) STRICT;

CREATE TABLE cards (
    guid          TEXT PRIMARY KEY,
    person        TEXT NOT NULL REFERENCES persons (person),
    grant_id      TEXT NOT NULL UNIQUE,
    issue         INTEGER NOT NULL,
    status        TEXT NOT NULL,
    series        INTEGER NOT NULL,
    batch         TEXT NOT NULL REFERENCES stock_batches (batch),
    chip_serial   TEXT,
    expires       TEXT NOT NULL,
    puk_confirmed INTEGER NOT NULL,
    puk_possible  INTEGER,
    key_version   INTEGER NOT NULL,
    made_at       INTEGER NOT NULL,
    last_seen     INTEGER,
    ended_reason  TEXT
) STRICT;
CREATE INDEX cards_by_person ON cards (person, issue);
CREATE INDEX cards_by_chip ON cards (chip_serial);

CREATE TABLE card_certificates (
    serial     TEXT PRIMARY KEY,
    guid       TEXT NOT NULL REFERENCES cards (guid),
    slot       TEXT NOT NULL,
    spki       BLOB NOT NULL,
    der        BLOB NOT NULL,
    not_after  INTEGER NOT NULL,
    issued_at  INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;
CREATE INDEX card_certificates_by_card ON card_certificates (guid, slot);

CREATE TABLE grants (
    grant_id   TEXT PRIMARY KEY,
    visit      TEXT NOT NULL,
    desk       TEXT NOT NULL REFERENCES desks (desk),
    agent      TEXT,
    guid       TEXT NOT NULL REFERENCES cards (guid),
    act_digest BLOB NOT NULL,
    bootstrap  INTEGER NOT NULL,
    fetches    INTEGER NOT NULL,
    made_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX grants_by_visit ON grants (visit);

CREATE TABLE releases (
    guid       TEXT NOT NULL REFERENCES cards (guid),
    number     INTEGER NOT NULL,
    visit      TEXT NOT NULL,
    desk       TEXT NOT NULL REFERENCES desks (desk),
    agent      TEXT NOT NULL,
    nonce      BLOB NOT NULL,
    puk_n      INTEGER NOT NULL,
    was_possible INTEGER NOT NULL,
    fetches    INTEGER NOT NULL,
    made_at    INTEGER NOT NULL,
    settled_at INTEGER,
    PRIMARY KEY (guid, number)
) STRICT;
CREATE INDEX releases_by_agent ON releases (agent, made_at);

-- The stored bytes of every event, whatever became of it.
CREATE TABLE events (
    desk        TEXT NOT NULL REFERENCES desks (desk),
    epoch       INTEGER NOT NULL,
    seq         INTEGER NOT NULL,
    hash        BLOB NOT NULL,
    raw         BLOB NOT NULL,
    kind        TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    outcome     TEXT NOT NULL,
    PRIMARY KEY (desk, epoch, seq)
) STRICT;

CREATE TABLE awaiting_blobs (
    digest TEXT NOT NULL,
    desk   TEXT NOT NULL,
    epoch  INTEGER NOT NULL,
    seq    INTEGER NOT NULL,
    person TEXT NOT NULL REFERENCES persons (person),
    PRIMARY KEY (digest, desk, epoch, seq)
) STRICT;

CREATE TABLE blobs (
    digest   TEXT PRIMARY KEY,
    desk     TEXT,
    length   INTEGER NOT NULL,
    complete INTEGER NOT NULL,
    usable   INTEGER,
    made_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX blobs_by_desk ON blobs (desk, complete);

CREATE TABLE blob_parts (
    digest TEXT NOT NULL REFERENCES blobs (digest),
    at     INTEGER NOT NULL,
    bytes  BLOB NOT NULL,
    PRIMARY KEY (digest, at)
) STRICT;

CREATE TABLE nonces (
    desk    TEXT NOT NULL REFERENCES desks (desk),
    nonce   BLOB NOT NULL,
    expires INTEGER NOT NULL,
    used    INTEGER NOT NULL,
    PRIMARY KEY (desk, nonce)
) STRICT;
CREATE INDEX nonces_by_expiry ON nonces (expires);

CREATE TABLE sessions (
    digest       BLOB PRIMARY KEY,
    agent        TEXT NOT NULL,
    desk         TEXT NOT NULL REFERENCES desks (desk),
    role         TEXT NOT NULL,
    organisation TEXT NOT NULL,
    opened_at    INTEGER NOT NULL,
    ends_at      INTEGER NOT NULL,
    ended_at     INTEGER
) STRICT;
CREATE INDEX sessions_by_agent ON sessions (agent, ends_at);
CREATE INDEX sessions_by_desk ON sessions (desk, ends_at);

CREATE TABLE feed (
    scope  TEXT NOT NULL,
    number INTEGER NOT NULL,
    item   TEXT NOT NULL,
    PRIMARY KEY (scope, number)
) STRICT;

CREATE TABLE audit (
    number  INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    desk    TEXT,
    agent   TEXT,
    what    TEXT NOT NULL,
    subject TEXT NOT NULL
) STRICT;
