-- What is made of an edition when its month has been closed: each report's value as it was, and its files. The work of
-- making them, leased by whoever does it.
CREATE TABLE report_job (
    book_id BIGINT NOT NULL,
    month INTEGER NOT NULL,
    number INTEGER NOT NULL,
    report TEXT NOT NULL,
    variant TEXT NOT NULL,
    lang TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    leased_until TIMESTAMP,
    reason TEXT NOT NULL,
    asked_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    PRIMARY KEY (book_id, month, number, report, variant, lang)
);

CREATE TABLE report_file (
    book_id BIGINT NOT NULL,
    month INTEGER NOT NULL,
    number INTEGER NOT NULL,
    report TEXT NOT NULL,
    variant TEXT NOT NULL,
    lang TEXT NOT NULL,
    format TEXT NOT NULL,
    name TEXT NOT NULL,
    content BYTEA NOT NULL,
    digest TEXT NOT NULL,
    size BIGINT NOT NULL,
    check_code TEXT NOT NULL,
    program TEXT NOT NULL,
    made_at TIMESTAMP NOT NULL,
    PRIMARY KEY (book_id, month, number, report, variant, lang, format)
);

-- The month's vouchers in the order of their numbers, a stretch at a time; it serves what the narrower one did.
DROP INDEX voucher_month;
CREATE INDEX voucher_number ON voucher (book_id, posting_month, number);
