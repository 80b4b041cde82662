DROP TABLE counted_subject;
DELETE FROM total WHERE measure IN (SELECT DISTINCT measure FROM entry WHERE subject_id IS NOT NULL);
ALTER TABLE total DROP COLUMN in_month;
ALTER TABLE voucher DROP COLUMN entries_digest;
DROP INDEX entry_subject;
DROP INDEX entry_cell;
CREATE INDEX entry_cell ON entry (book_id, measure, pending, month, region_id);
CREATE INDEX entry_subject ON entry (measure, pending, book_id, subject_id, month, region_id, institution_id, product_id, specialist_id, amount) WHERE subject_id IS NOT NULL;
