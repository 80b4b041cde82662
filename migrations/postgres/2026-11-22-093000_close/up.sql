-- What an institution says of a month: everything is in (reported), or there was nothing (nil).
CREATE TABLE close_declaration (
    book_id BIGINT NOT NULL,
    month INTEGER NOT NULL,
    institution_id BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('reported', 'nil')),
    declared_by TEXT NOT NULL,
    declared_at TIMESTAMP NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (book_id, month, institution_id)
);
-- Until which working day of the next month a book's institutions declare; the usual fifth without a row.
CREATE TABLE close_policy (
    book_id BIGINT NOT NULL,
    working_days INTEGER NOT NULL,
    PRIMARY KEY (book_id)
);
-- A month as it was when it was closed, for ever. Its totals are one text, a line for each cell: they
-- are digested, compared and handed out whole, never searched.
CREATE TABLE edition (
    book_id BIGINT NOT NULL,
    month INTEGER NOT NULL,
    number INTEGER NOT NULL,
    rests_on INTEGER NOT NULL,
    closed_by TEXT NOT NULL,
    closed_at TIMESTAMP NOT NULL,
    program TEXT NOT NULL,
    boundaries TEXT NOT NULL,
    last_voucher BIGINT NOT NULL,
    gaps TEXT NOT NULL,
    changes TEXT NOT NULL,
    totals TEXT NOT NULL,
    tables TEXT NOT NULL,
    digest TEXT NOT NULL,
    PRIMARY KEY (book_id, month, number)
);
-- Two people reopen a month: one asks, another decides. One row for each edition that was reopened.
CREATE TABLE reopening (
    book_id BIGINT NOT NULL,
    month INTEGER NOT NULL,
    number INTEGER NOT NULL,
    asked_by TEXT NOT NULL,
    asked_at TIMESTAMP NOT NULL,
    reason TEXT NOT NULL,
    confirmed_by TEXT,
    confirmed_at TIMESTAMP,
    PRIMARY KEY (book_id, month, number)
);
-- What a month holds, and what was posted to it after an edition.
CREATE INDEX voucher_month ON voucher (book_id, posting_month);
