-- Photos as evidence of a voucher, or of a client's signed authorisation: the picture alone, sealed, under the digest
-- of the file it came in.
CREATE TABLE photo (
    book_id BIGINT NOT NULL,
    record_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    sealed BYTEA NOT NULL,
    added_by TEXT NOT NULL,
    added_at TIMESTAMP NOT NULL,
    PRIMARY KEY (book_id, record_id, digest)
);
