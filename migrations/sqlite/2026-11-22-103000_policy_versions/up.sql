-- A policy changes by endorsement (批改) and cancellation (退保): where a part stands holds all that a
-- change is reckoned from, and a cancelled policy the day on which it left force.
ALTER TABLE policy ADD COLUMN
    cancelled_on TEXT;
ALTER TABLE policy_part ADD COLUMN
    rate_percent TEXT NOT NULL DEFAULT '0';
ALTER TABLE policy_part ADD COLUMN
    central_fen INTEGER NOT NULL DEFAULT 0;
ALTER TABLE policy_part ADD COLUMN
    province_fen INTEGER NOT NULL DEFAULT 0;
ALTER TABLE policy_part ADD COLUMN
    city_fen INTEGER NOT NULL DEFAULT 0;
ALTER TABLE policy_part ADD COLUMN
    county_fen INTEGER NOT NULL DEFAULT 0;
ALTER TABLE policy_part ADD COLUMN
    farmer_fen INTEGER NOT NULL DEFAULT 0;
ALTER TABLE policy_part ADD COLUMN
    households INTEGER NOT NULL DEFAULT 0;
UPDATE policy_part SET
    rate_percent = said.rate_percent,
    central_fen = said.central_fen,
    province_fen = said.province_fen,
    city_fen = said.city_fen,
    county_fen = said.county_fen,
    farmer_fen = said.farmer_fen,
    households = said.households
FROM (
    SELECT l.book_id, l.contract_id, l.n,
    json_extract(l.detail, '$.rate_percent') AS rate_percent,
    CAST(REPLACE(json_extract(l.detail, '$.central'), '.', '') AS INTEGER) AS central_fen,
    CAST(REPLACE(json_extract(l.detail, '$.province'), '.', '') AS INTEGER) AS province_fen,
    CAST(REPLACE(json_extract(l.detail, '$.city'), '.', '') AS INTEGER) AS city_fen,
    CAST(REPLACE(json_extract(l.detail, '$.county'), '.', '') AS INTEGER) AS county_fen,
    CAST(REPLACE(json_extract(l.detail, '$.farmer'), '.', '') AS INTEGER) AS farmer_fen,
    CAST(json_extract(l.detail, '$.households') AS INTEGER) AS households
    FROM voucher v JOIN voucher_line l
    ON l.book_id = v.book_id AND l.voucher_id = v.id AND l.revision = v.revision
    WHERE v.kind = 'insurance.policy' AND v.state = 'approved' AND v.reversal_of IS NULL
) AS said
WHERE said.book_id = policy_part.book_id AND said.contract_id = policy_part.policy_id AND said.n = policy_part.n;

-- What a product costs and who pays may differ from county to county (0: city-wide); the document that
-- sets it also says at which tier the product is subsidised (empty: not said).
CREATE TABLE new_tariff (
    product_id INTEGER NOT NULL,
    county_id INTEGER NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    tier TEXT NOT NULL,
    quantity_unit TEXT NOT NULL,
    unit_sum_fen INTEGER NOT NULL,
    rate_percent TEXT NOT NULL,
    share_central TEXT NOT NULL,
    share_province TEXT NOT NULL,
    share_city TEXT NOT NULL,
    share_county TEXT NOT NULL,
    share_farmer TEXT NOT NULL,
    PRIMARY KEY (product_id, county_id, valid_from)
) STRICT, WITHOUT ROWID;
INSERT INTO new_tariff SELECT product_id, 0, valid_from, valid_to, '', quantity_unit, unit_sum_fen, rate_percent, share_central, share_province, share_city, share_county, share_farmer FROM tariff;
DROP TABLE tariff;
ALTER TABLE new_tariff RENAME TO tariff;
