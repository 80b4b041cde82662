DROP TABLE overdue_loan;
DROP INDEX loan_institution;
DROP INDEX loan_note;
ALTER TABLE loan DROP COLUMN recovered_fen;
ALTER TABLE loan DROP COLUMN written_off_fen;
ALTER TABLE loan DROP COLUMN interest_repaid_fen;
ALTER TABLE loan DROP COLUMN extended_from;
ALTER TABLE loan DROP COLUMN day_count;
ALTER TABLE loan DROP COLUMN note_number;
