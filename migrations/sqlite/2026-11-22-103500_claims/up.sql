-- Disasters (灾害) are shared by all books and audited in the register book; claims (赔案) belong to one
-- book and stand where their approved vouchers left them.
CREATE TABLE disaster (
    id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    started_on TEXT NOT NULL,
    ended_on TEXT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;
CREATE TABLE disaster_town (
    disaster_id INTEGER NOT NULL,
    town_id INTEGER NOT NULL,
    PRIMARY KEY (disaster_id, town_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE claim (
    book_id INTEGER NOT NULL,
    policy_id TEXT NOT NULL,
    part INTEGER NOT NULL,
    number TEXT NOT NULL,
    region_id INTEGER NOT NULL,
    client_id TEXT,
    disaster_id INTEGER,
    loss_date TEXT NOT NULL,
    cause TEXT NOT NULL,
    households INTEGER NOT NULL,
    quantity TEXT NOT NULL,
    stage TEXT NOT NULL,
    reported_on TEXT NOT NULL,
    surveyed_on TEXT,
    assessed_on TEXT,
    shown_from TEXT,
    shown_to TEXT,
    approved_on TEXT,
    closed_on TEXT,
    estimated_fen INTEGER NOT NULL,
    assessed_fen INTEGER NOT NULL,
    approved_fen INTEGER NOT NULL,
    paid_fen INTEGER NOT NULL,
    PRIMARY KEY (book_id, policy_id, part, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX claim_region ON claim (book_id, region_id);
