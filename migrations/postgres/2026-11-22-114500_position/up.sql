-- Where a record was made, if its maker has said so on the phone; sealed.
CREATE TABLE record_position (
    book_id BIGINT NOT NULL,
    record_id TEXT NOT NULL,
    sealed BYTEA NOT NULL,
    at TIMESTAMP NOT NULL,
    PRIMARY KEY (book_id, record_id)
);
