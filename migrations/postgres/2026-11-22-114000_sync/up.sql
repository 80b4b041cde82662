-- What phones have sent: the answer to each item for ever, so that one sent again gets it again. `digest` is SHA-256
-- of the item as it was sent; `device_time` is what the phone said, which decides nothing.
CREATE TABLE sync_item (
    book_id BIGINT NOT NULL,
    id TEXT NOT NULL,
    maker_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    answer TEXT NOT NULL,
    device_time TEXT NOT NULL,
    at TIMESTAMP NOT NULL,
    PRIMARY KEY (book_id, id)
);

-- Clients recorded on a second phone who were known already: the id made there leads to the first one.
CREATE TABLE client_alias (
    book_id BIGINT NOT NULL,
    alias_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    at TIMESTAMP NOT NULL,
    PRIMARY KEY (book_id, alias_id)
);

-- Which life of a book this is: another one after it has been restored from a copy.
CREATE TABLE book_epoch (
    book_id BIGINT NOT NULL PRIMARY KEY,
    epoch TEXT NOT NULL
);
INSERT INTO book_epoch (book_id, epoch) SELECT id, substr(md5(random()::text || clock_timestamp()::text), 1, 16) FROM book;
