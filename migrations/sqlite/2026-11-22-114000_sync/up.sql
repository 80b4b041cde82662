-- What phones have sent: the answer to each item for ever, so that one sent again gets it again. `digest` is SHA-256
-- of the item as it was sent; `device_time` is what the phone said, which decides nothing.
CREATE TABLE sync_item (
    book_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    maker_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    answer TEXT NOT NULL,
    device_time TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (book_id, id)
) STRICT, WITHOUT ROWID;

-- Clients recorded on a second phone who were known already: the id made there leads to the first one.
CREATE TABLE client_alias (
    book_id INTEGER NOT NULL,
    alias_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (book_id, alias_id)
) STRICT, WITHOUT ROWID;

-- Which life of a book this is: another one after it has been restored from a copy.
CREATE TABLE book_epoch (
    book_id INTEGER NOT NULL PRIMARY KEY,
    epoch TEXT NOT NULL
) STRICT;
INSERT INTO book_epoch (book_id, epoch) SELECT id, lower(hex(randomblob(8))) FROM book;
