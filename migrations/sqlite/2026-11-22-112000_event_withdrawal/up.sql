-- Events that were recorded by mistake and taken back, by whom and why; the event itself stays.
CREATE TABLE region_event_withdrawal (
    event_id INTEGER NOT NULL,
    reason TEXT NOT NULL,
    withdrawn_by TEXT NOT NULL,
    withdrawn_at TEXT NOT NULL,
    PRIMARY KEY (event_id)
) STRICT, WITHOUT ROWID;
