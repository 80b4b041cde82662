-- Disasters (灾害) are shared by all books and audited in the register book; claims (赔案) belong to one
-- book and stand where their approved vouchers left them.
CREATE TABLE disaster (
    id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    started_on DATE NOT NULL,
    ended_on DATE NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (id)
);
CREATE TABLE disaster_town (
    disaster_id BIGINT NOT NULL,
    town_id BIGINT NOT NULL,
    PRIMARY KEY (disaster_id, town_id)
);
CREATE TABLE claim (
    book_id BIGINT NOT NULL,
    policy_id TEXT NOT NULL,
    part INTEGER NOT NULL,
    number TEXT NOT NULL,
    region_id BIGINT NOT NULL,
    client_id TEXT,
    disaster_id BIGINT,
    loss_date DATE NOT NULL,
    cause TEXT NOT NULL,
    households BIGINT NOT NULL,
    quantity TEXT NOT NULL,
    stage TEXT NOT NULL,
    reported_on DATE NOT NULL,
    surveyed_on DATE,
    assessed_on DATE,
    shown_from DATE,
    shown_to DATE,
    approved_on DATE,
    closed_on DATE,
    estimated_fen BIGINT NOT NULL,
    assessed_fen BIGINT NOT NULL,
    approved_fen BIGINT NOT NULL,
    paid_fen BIGINT NOT NULL,
    PRIMARY KEY (book_id, policy_id, part, number)
);
CREATE INDEX claim_region ON claim (book_id, region_id);
