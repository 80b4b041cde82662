-- What is to be reached in a year, in a region, of a measure: fen or a count. A changed target is a further revision.
CREATE TABLE target (
    region_id INTEGER NOT NULL,
    measure INTEGER NOT NULL,
    year INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    source TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (region_id, measure, year, revision)
) STRICT, WITHOUT ROWID;
