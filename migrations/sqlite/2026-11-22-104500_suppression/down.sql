ALTER TABLE edition DROP COLUMN suppressed;
