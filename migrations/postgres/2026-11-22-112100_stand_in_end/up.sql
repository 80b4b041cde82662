-- Appointments of stand-ins (代办) that end before the day they were made for, from whom and why.
CREATE TABLE stand_in_end (
    book_id BIGINT NOT NULL,
    stand_in_id BIGINT NOT NULL,
    last_day DATE NOT NULL,
    instead_of DATE NOT NULL,
    reason TEXT NOT NULL,
    ended_by TEXT NOT NULL,
    ended_at TIMESTAMP NOT NULL,
    PRIMARY KEY (book_id, stand_in_id)
);
