-- 授权书: the day on which a client signed the authorisation to hold and ask for personal information.
CREATE TABLE client_consent (
    book_id BIGINT NOT NULL,
    client_id TEXT NOT NULL,
    signed_on DATE NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    PRIMARY KEY (book_id, client_id)
);
