-- A line can be frozen and unfrozen (冻结, 解冻): from which day, until which day; only the last time is kept.
ALTER TABLE credit_line ADD COLUMN
    frozen_on DATE;
ALTER TABLE credit_line ADD COLUMN
    unfrozen_on DATE;
-- The business day of the last thing that changed it, before which nothing else can: unknown for older lines.
ALTER TABLE credit_line ADD COLUMN
    changed_on DATE;
