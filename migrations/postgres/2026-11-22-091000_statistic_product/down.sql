ALTER TABLE published_statistic DROP COLUMN product;
ALTER TABLE published_statistic DROP COLUMN topic_en;
ALTER TABLE published_statistic DROP COLUMN scope_en;
ALTER TABLE published_statistic DROP COLUMN quotation_en;
ALTER TABLE published_statistic DROP COLUMN note_en;
