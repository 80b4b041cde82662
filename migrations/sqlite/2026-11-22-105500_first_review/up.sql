-- Which kinds of voucher the institution's own clerk checks before the county (初审); an empty kind means all.
CREATE TABLE first_review_policy (
    book_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    PRIMARY KEY (book_id, kind)
) STRICT, WITHOUT ROWID;
-- Revisions that have passed it, by whom; by a stand-in's number where somebody stood in.
CREATE TABLE first_review (
    book_id INTEGER NOT NULL,
    voucher_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    decided_by TEXT NOT NULL,
    decided_at TEXT NOT NULL,
    stand_in INTEGER,
    PRIMARY KEY (book_id, voucher_id, revision)
) STRICT, WITHOUT ROWID;
-- Who stands in for whom of an institution, from when to when, and on what ground (代办).
CREATE TABLE stand_in (
    book_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    institution_id INTEGER NOT NULL,
    absent_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT NOT NULL,
    reason TEXT NOT NULL,
    document TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (book_id, id)
) STRICT, WITHOUT ROWID;
