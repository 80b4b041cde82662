-- A voucher's entries wait or are posted, never both: approval posts them where they are. What only
-- posted entries need to be found by is indexed for them alone; those that wait are found by their vouchers.
CREATE TABLE new_entry (
    book_id INTEGER NOT NULL,
    voucher_id TEXT NOT NULL,
    n INTEGER NOT NULL,
    pending INTEGER NOT NULL CHECK (pending IN (0, 1)),
    line INTEGER NOT NULL,
    month INTEGER NOT NULL,
    measure INTEGER NOT NULL,
    region_id INTEGER NOT NULL,
    institution_id INTEGER NOT NULL,
    product_id INTEGER NOT NULL,
    specialist_id INTEGER NOT NULL,
    contract_id TEXT,
    subject_id INTEGER,
    amount INTEGER NOT NULL,
    PRIMARY KEY (book_id, voucher_id, n)
) STRICT, WITHOUT ROWID;
INSERT INTO new_entry SELECT book_id, voucher_id, n, pending, line, month, measure, region_id, institution_id, product_id, specialist_id, contract_id, subject_id, amount FROM entry;
DROP TABLE entry;
ALTER TABLE new_entry RENAME TO entry;
CREATE INDEX entry_cell ON entry (book_id, measure, month, region_id) WHERE NOT pending;
CREATE INDEX entry_subject ON entry (book_id, measure, subject_id, month, region_id, institution_id, product_id, specialist_id, amount) WHERE NOT pending AND subject_id IS NOT NULL;
-- What the entries say, so that approval sees whether its own assessment says the same.
ALTER TABLE voucher ADD COLUMN entries_digest TEXT NOT NULL DEFAULT '';

-- Distinct counts are totals too: amount is what a month changed in the number counted, in_month
-- how many a flow counted within the month alone (0 for everything else).
ALTER TABLE total ADD COLUMN in_month INTEGER NOT NULL DEFAULT 0;

-- Whom the distinct measures count, the book that counted them first, and whether they stand in
-- more than one region or book, so that adding up counts would count them twice.
CREATE TABLE counted_subject (
    measure INTEGER NOT NULL,
    subject_id INTEGER NOT NULL,
    book_id INTEGER NOT NULL,
    shared INTEGER NOT NULL CHECK (shared IN (0, 1)),
    PRIMARY KEY (measure, subject_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX counted_subject_shared ON counted_subject (shared, measure);
