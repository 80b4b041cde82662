-- A voucher's entries wait or are posted, never both: approval posts them where they are. What only
-- posted entries need to be found by is indexed for them alone; those that wait are found by their vouchers.
CREATE TABLE new_entry (
    book_id BIGINT NOT NULL,
    voucher_id TEXT NOT NULL,
    n INTEGER NOT NULL,
    pending BOOLEAN NOT NULL,
    line INTEGER NOT NULL,
    month INTEGER NOT NULL,
    measure INTEGER NOT NULL,
    region_id BIGINT NOT NULL,
    institution_id BIGINT NOT NULL,
    product_id BIGINT NOT NULL,
    specialist_id BIGINT NOT NULL,
    contract_id TEXT,
    subject_id BIGINT,
    amount BIGINT NOT NULL,
    PRIMARY KEY (book_id, voucher_id, n)
);
INSERT INTO new_entry SELECT book_id, voucher_id, n, pending, line, month, measure, region_id, institution_id, product_id, specialist_id, contract_id, subject_id, amount FROM entry;
DROP TABLE entry;
ALTER TABLE new_entry RENAME TO entry;
CREATE INDEX entry_cell ON entry (book_id, measure, month, region_id) WHERE NOT pending;
CREATE INDEX entry_subject ON entry (book_id, measure, subject_id, month, region_id, institution_id, product_id, specialist_id, amount) WHERE NOT pending AND subject_id IS NOT NULL;
-- What the entries say, so that approval sees whether its own assessment says the same.
ALTER TABLE voucher ADD COLUMN entries_digest TEXT NOT NULL DEFAULT '';

-- Distinct counts are totals too: amount is what a month changed in the number counted, in_month
-- how many a flow counted within the month alone (0 for everything else).
ALTER TABLE total ADD COLUMN in_month BIGINT NOT NULL DEFAULT 0;

-- Whom the distinct measures count, the book that counted them first, and whether they stand in
-- more than one region or book, so that adding up counts would count them twice.
CREATE TABLE counted_subject (
    measure INTEGER NOT NULL,
    subject_id BIGINT NOT NULL,
    book_id BIGINT NOT NULL,
    shared BOOLEAN NOT NULL,
    PRIMARY KEY (measure, subject_id)
);
CREATE INDEX counted_subject_shared ON counted_subject (shared, measure);
