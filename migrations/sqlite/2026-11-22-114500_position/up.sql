-- Where a record was made, if its maker has said so on the phone; sealed.
CREATE TABLE record_position (
    book_id INTEGER NOT NULL,
    record_id TEXT NOT NULL,
    sealed BLOB NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (book_id, record_id)
) STRICT, WITHOUT ROWID;
