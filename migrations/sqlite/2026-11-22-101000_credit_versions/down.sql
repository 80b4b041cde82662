ALTER TABLE credit_line DROP COLUMN frozen_on;
ALTER TABLE credit_line DROP COLUMN unfrozen_on;
ALTER TABLE credit_line DROP COLUMN changed_on;
