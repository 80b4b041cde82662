DROP TABLE book_epoch;
DROP TABLE client_alias;
DROP TABLE sync_item;
