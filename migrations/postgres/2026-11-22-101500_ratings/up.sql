-- 建档, 初评, 复评: where one client's file with one bank stands before anything is granted.
CREATE TABLE credit_file (
    book_id BIGINT NOT NULL,
    id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    region_id BIGINT NOT NULL,
    institution_id BIGINT NOT NULL,
    specialist_id BIGINT NOT NULL,
    first_fen BIGINT NOT NULL,
    second_fen BIGINT NOT NULL,
    changed_on DATE NOT NULL,
    PRIMARY KEY (book_id, id)
);
CREATE INDEX credit_file_client ON credit_file (book_id, client_id);
-- Whether the household was counted as signed: signatures from before that measure counted nobody.
ALTER TABLE credit_line ADD COLUMN
    signed_counted BOOLEAN NOT NULL DEFAULT FALSE;
-- 信用户, 信用村, 信用镇 beside the model towns: whom, from when, until when, whether it stands.
ALTER TABLE designation ADD COLUMN
    client_id TEXT;
ALTER TABLE designation ADD COLUMN
    institution_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE designation ADD COLUMN
    specialist_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE designation ADD COLUMN
    rated_on DATE;
ALTER TABLE designation ADD COLUMN
    reviewed_on DATE;
ALTER TABLE designation ADD COLUMN
    valid_to DATE;
ALTER TABLE designation ADD COLUMN
    state TEXT NOT NULL DEFAULT 'active';
-- What a rating asks for, from a day on: shares in percent, terms in months.
CREATE TABLE rating_standard (
    kind TEXT NOT NULL,
    valid_from DATE NOT NULL,
    share_percent TEXT NOT NULL,
    npl_percent TEXT NOT NULL,
    valid_months INTEGER NOT NULL,
    review_months INTEGER NOT NULL,
    PRIMARY KEY (kind, valid_from)
);
