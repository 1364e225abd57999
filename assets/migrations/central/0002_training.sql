-- Until which day an agent's training in comparing faces and examining documents is in date (GPG45, verification).
CREATE TABLE training (
    number TEXT PRIMARY KEY,
    until  TEXT NOT NULL
) STRICT;
