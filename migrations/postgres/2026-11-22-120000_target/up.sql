-- What is to be reached in a year, in a region, of a measure: fen or a count. A changed target is a further revision.
CREATE TABLE target (
    region_id BIGINT NOT NULL,
    measure INTEGER NOT NULL,
    year INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    amount BIGINT NOT NULL,
    source TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    PRIMARY KEY (region_id, measure, year, revision)
);
