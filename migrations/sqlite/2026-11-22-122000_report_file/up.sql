-- What is made of an edition when its month has been closed: each report's value as it was, and its files. The work of
-- making them, leased by whoever does it.
CREATE TABLE report_job (
    book_id INTEGER NOT NULL,
    month INTEGER NOT NULL,
    number INTEGER NOT NULL,
    report TEXT NOT NULL,
    variant TEXT NOT NULL,
    lang TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    leased_until TEXT,
    reason TEXT NOT NULL,
    asked_at TEXT NOT NULL,
    ended_at TEXT,
    PRIMARY KEY (book_id, month, number, report, variant, lang)
) STRICT;

CREATE TABLE report_file (
    book_id INTEGER NOT NULL,
    month INTEGER NOT NULL,
    number INTEGER NOT NULL,
    report TEXT NOT NULL,
    variant TEXT NOT NULL,
    lang TEXT NOT NULL,
    format TEXT NOT NULL,
    name TEXT NOT NULL,
    content BLOB NOT NULL,
    digest TEXT NOT NULL,
    size INTEGER NOT NULL,
    check_code TEXT NOT NULL,
    program TEXT NOT NULL,
    made_at TEXT NOT NULL,
    PRIMARY KEY (book_id, month, number, report, variant, lang, format)
) STRICT;

-- The month's vouchers in the order of their numbers, a stretch at a time; it serves what the narrower one did.
DROP INDEX voucher_month;
CREATE INDEX voucher_number ON voucher (book_id, posting_month, number);
