-- Weather stations whose observations index insurance pays by.
CREATE TABLE weather_station (
    id INTEGER NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (code)
) STRICT;
-- What a station observed on a day, as decimal text. Never edited: a correction is a further revision, and
-- seq says in which order everything became known.
CREATE TABLE observation (
    station_id INTEGER NOT NULL,
    statistic TEXT NOT NULL,
    day TEXT NOT NULL,
    revision INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    value TEXT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (station_id, statistic, day, revision),
    UNIQUE (seq)
) STRICT, WITHOUT ROWID;
-- When an index product pays, for policies that start from a day on, as JSON; empty while it is undetermined.
CREATE TABLE index_trigger (
    product_id INTEGER NOT NULL,
    valid_from TEXT NOT NULL,
    revision INTEGER NOT NULL,
    content TEXT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (product_id, valid_from, revision)
) STRICT, WITHOUT ROWID;
