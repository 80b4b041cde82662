-- A published figure may be about one product, and is told to English readers in their words.
ALTER TABLE published_statistic ADD COLUMN
    product TEXT;
ALTER TABLE published_statistic ADD COLUMN
    topic_en TEXT NOT NULL DEFAULT '';
ALTER TABLE published_statistic ADD COLUMN
    scope_en TEXT NOT NULL DEFAULT '';
ALTER TABLE published_statistic ADD COLUMN
    quotation_en TEXT NOT NULL DEFAULT '';
ALTER TABLE published_statistic ADD COLUMN
    note_en TEXT NOT NULL DEFAULT '';
