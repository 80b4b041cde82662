-- What happened to administrative units: renamed, merged, split, made communities, moved, abolished, and
-- 自然村 given their village. Written with the dated versions it brings, never changed.
CREATE TABLE region_event (
    id BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('rename', 'merge', 'split', 'urbanise', 'transfer', 'abolish', 'placement')),
    day DATE NOT NULL,
    document TEXT NOT NULL,
    note TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    PRIMARY KEY (id)
);
-- The units an event was about, and those that came of it; a unit that goes on stands on both sides.
CREATE TABLE region_event_unit (
    event_id BIGINT NOT NULL,
    side TEXT NOT NULL CHECK (side IN ('old', 'new')),
    region_id BIGINT NOT NULL,
    PRIMARY KEY (event_id, side, region_id)
);
