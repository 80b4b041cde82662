-- What an institution says of a month: everything is in (reported), or there was nothing (nil).
CREATE TABLE close_declaration (
    book_id INTEGER NOT NULL,
    month INTEGER NOT NULL,
    institution_id INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('reported', 'nil')),
    declared_by TEXT NOT NULL,
    declared_at TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (book_id, month, institution_id)
) STRICT, WITHOUT ROWID;
-- Until which working day of the next month a book's institutions declare; the usual fifth without a row.
CREATE TABLE close_policy (
    book_id INTEGER NOT NULL,
    working_days INTEGER NOT NULL,
    PRIMARY KEY (book_id)
) STRICT, WITHOUT ROWID;
-- A month as it was when it was closed, for ever. Its totals are one text, a line for each cell: they
-- are digested, compared and handed out whole, never searched.
CREATE TABLE edition (
    book_id INTEGER NOT NULL,
    month INTEGER NOT NULL,
    number INTEGER NOT NULL,
    rests_on INTEGER NOT NULL,
    closed_by TEXT NOT NULL,
    closed_at TEXT NOT NULL,
    program TEXT NOT NULL,
    boundaries TEXT NOT NULL,
    last_voucher INTEGER NOT NULL,
    gaps TEXT NOT NULL,
    changes TEXT NOT NULL,
    totals TEXT NOT NULL,
    tables TEXT NOT NULL,
    digest TEXT NOT NULL,
    PRIMARY KEY (book_id, month, number)
) STRICT;
-- Two people reopen a month: one asks, another decides. One row for each edition that was reopened.
CREATE TABLE reopening (
    book_id INTEGER NOT NULL,
    month INTEGER NOT NULL,
    number INTEGER NOT NULL,
    asked_by TEXT NOT NULL,
    asked_at TEXT NOT NULL,
    reason TEXT NOT NULL,
    confirmed_by TEXT,
    confirmed_at TEXT,
    PRIMARY KEY (book_id, month, number)
) STRICT, WITHOUT ROWID;
-- What a month holds, and what was posted to it after an edition.
CREATE INDEX voucher_month ON voucher (book_id, posting_month);
