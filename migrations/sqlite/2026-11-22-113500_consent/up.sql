-- 授权书: the day on which a client signed the authorisation to hold and ask for personal information.
CREATE TABLE client_consent (
    book_id INTEGER NOT NULL,
    client_id TEXT NOT NULL,
    signed_on TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (book_id, client_id)
) STRICT, WITHOUT ROWID;
