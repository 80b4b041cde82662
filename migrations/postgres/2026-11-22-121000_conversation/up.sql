-- What people said to one another about one voucher, in order; nothing is changed or taken away. `id` is made by
-- whoever writes, so that one sent twice is kept once.
CREATE TABLE remark (
    book_id BIGINT NOT NULL,
    voucher_id TEXT NOT NULL,
    n INTEGER NOT NULL,
    id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    author_id TEXT NOT NULL,
    at TIMESTAMP NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (book_id, voucher_id, n)
);
CREATE UNIQUE INDEX remark_id ON remark (book_id, id);

-- Up to which remark a person has read.
CREATE TABLE remark_read (
    book_id BIGINT NOT NULL,
    voucher_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (book_id, voucher_id, person_id)
);
