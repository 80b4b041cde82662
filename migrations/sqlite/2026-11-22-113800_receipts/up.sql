-- A receipt's code, read out over the telephone, leads to its row: the first eight digits of the head.
CREATE INDEX audit_receipt ON audit (book_id, substr(head, 1, 8));
