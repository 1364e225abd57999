-- Names people had before, each until the version of the record that ended it: found by the search, told to no desk.
CREATE TABLE former_names (
    person   TEXT NOT NULL REFERENCES persons (person),
    version  INTEGER NOT NULL,
    given    TEXT NOT NULL,
    family   TEXT NOT NULL,
    name_key TEXT NOT NULL,
    ended_at INTEGER NOT NULL,
    PRIMARY KEY (person, version)
) STRICT;
CREATE INDEX former_names_by_name ON former_names (name_key);
