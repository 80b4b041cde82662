-- A loan is known to its bank by the number of its note (借据号); it may be extended, written off and partly recovered.
ALTER TABLE loan ADD COLUMN
    note_number TEXT NOT NULL DEFAULT '';
ALTER TABLE loan ADD COLUMN
    day_count TEXT NOT NULL DEFAULT '30/360';
ALTER TABLE loan ADD COLUMN
    extended_from TEXT;
ALTER TABLE loan ADD COLUMN
    interest_repaid_fen INTEGER NOT NULL DEFAULT 0;
ALTER TABLE loan ADD COLUMN
    written_off_fen INTEGER NOT NULL DEFAULT 0;
ALTER TABLE loan ADD COLUMN
    recovered_fen INTEGER NOT NULL DEFAULT 0;
CREATE INDEX loan_note ON loan (book_id, institution_id, note_number);
CREATE INDEX loan_institution ON loan (book_id, institution_id, balance_fen);

-- What of a loan is posted as overdue: always the sum of its entries, whatever becomes of the loan.
CREATE TABLE overdue_loan (
    book_id INTEGER NOT NULL,
    loan_id TEXT NOT NULL,
    overdue_fen INTEGER NOT NULL,
    PRIMARY KEY (book_id, loan_id)
) STRICT, WITHOUT ROWID;

UPDATE loan SET day_count = COALESCE((
    SELECT json_extract(line.detail, '$.day_count') FROM voucher_line AS line
    JOIN voucher ON voucher.book_id = line.book_id AND voucher.id = line.voucher_id AND voucher.revision = line.revision
    WHERE line.book_id = loan.book_id AND line.contract_id = loan.id
    AND voucher.kind = 'loan.disbursement' AND voucher.state = 'approved' AND voucher.reversal_of IS NULL
    LIMIT 1), '30/360');
UPDATE loan SET interest_repaid_fen = paid.amount FROM (
    SELECT book_id, contract_id, CAST(SUM(amount) AS INTEGER) AS amount FROM entry
    WHERE measure = 203 AND NOT pending GROUP BY book_id, contract_id) AS paid
    WHERE paid.book_id = loan.book_id AND paid.contract_id = loan.id;
