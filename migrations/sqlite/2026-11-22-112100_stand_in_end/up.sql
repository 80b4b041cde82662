-- Appointments of stand-ins (代办) that end before the day they were made for, from whom and why.
CREATE TABLE stand_in_end (
    book_id INTEGER NOT NULL,
    stand_in_id INTEGER NOT NULL,
    last_day TEXT NOT NULL,
    instead_of TEXT NOT NULL,
    reason TEXT NOT NULL,
    ended_by TEXT NOT NULL,
    ended_at TEXT NOT NULL,
    PRIMARY KEY (book_id, stand_in_id)
) STRICT, WITHOUT ROWID;
