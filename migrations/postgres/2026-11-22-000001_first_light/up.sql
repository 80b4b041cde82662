-- Amounts are whole fen, months are yyyymm, booleans 0/1 on SQLite; 0 in a dimension column means none.
-- Registers shared by all books. No book_id; audited in the city's register book.
CREATE TABLE region (
    id BIGINT NOT NULL,
    level TEXT NOT NULL,
    kind TEXT NOT NULL,
    PRIMARY KEY (id)
);
CREATE TABLE region_version (
    region_id BIGINT NOT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE,
    name TEXT NOT NULL,
    short_name TEXT NOT NULL,
    code TEXT,
    parent_id BIGINT,
    parent_known BOOLEAN NOT NULL,
    PRIMARY KEY (region_id, valid_from)
);
CREATE TABLE institution (
    id BIGINT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    short_name TEXT NOT NULL,
    kind TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (code)
);
CREATE TABLE product (
    id BIGINT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    tag TEXT,
    institution_id BIGINT,
    PRIMARY KEY (id),
    UNIQUE (code)
);
CREATE TABLE tariff (
    product_id BIGINT NOT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE,
    quantity_unit TEXT NOT NULL,
    unit_sum_fen BIGINT NOT NULL,
    rate_percent TEXT NOT NULL,
    share_central TEXT NOT NULL,
    share_province TEXT NOT NULL,
    share_city TEXT NOT NULL,
    share_county TEXT NOT NULL,
    share_farmer TEXT NOT NULL,
    PRIMARY KEY (product_id, valid_from)
);
CREATE TABLE specialist (
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    title TEXT NOT NULL,
    institution_id BIGINT NOT NULL,
    PRIMARY KEY (id)
);
CREATE TABLE account (
    id TEXT NOT NULL,
    login TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    book_id BIGINT,
    institution_id BIGINT,
    specialist_id BIGINT,
    password_hash TEXT,
    must_change BOOLEAN NOT NULL,
    disabled BOOLEAN NOT NULL,
    one_click BOOLEAN NOT NULL,
    language TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (login)
);
CREATE TABLE session (
    token_hash TEXT NOT NULL,
    account_id TEXT NOT NULL,
    csrf TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    seen_at TIMESTAMP NOT NULL,
    PRIMARY KEY (token_hash)
);
CREATE INDEX session_account ON session (account_id);
CREATE TABLE published_statistic (
    id BIGINT NOT NULL,
    topic TEXT NOT NULL,
    measure TEXT,
    value_text TEXT NOT NULL,
    comparator TEXT NOT NULL,
    unit TEXT NOT NULL,
    as_of DATE NOT NULL,
    scope TEXT NOT NULL,
    quotation TEXT NOT NULL,
    comparable BOOLEAN NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (id)
);

-- A book is a county; every fact below belongs to exactly one.
CREATE TABLE book (
    id BIGINT NOT NULL,
    region_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    first_open_month INTEGER NOT NULL,
    audit_seq BIGINT NOT NULL,
    audit_head TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (region_id)
);
CREATE TABLE book_number (
    book_id BIGINT NOT NULL,
    month INTEGER NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (book_id, month)
);
CREATE TABLE audit (
    book_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    at TIMESTAMP NOT NULL,
    actor_id TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    revision INTEGER NOT NULL,
    note TEXT NOT NULL,
    digest TEXT NOT NULL,
    head TEXT NOT NULL,
    PRIMARY KEY (book_id, seq)
);
CREATE INDEX audit_subject ON audit (book_id, subject);
CREATE TABLE command (
    book_id BIGINT NOT NULL,
    id TEXT NOT NULL,
    digest TEXT NOT NULL,
    receipt TEXT NOT NULL,
    at TIMESTAMP NOT NULL,
    PRIMARY KEY (book_id, id)
);

-- People: what names them is sealed in client_identity; facts hold ids only.
CREATE TABLE client (
    book_id BIGINT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    region_id BIGINT NOT NULL,
    subject_id BIGINT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    PRIMARY KEY (book_id, id)
);
CREATE INDEX client_region ON client (book_id, region_id);
CREATE INDEX client_subject ON client (subject_id);
CREATE TABLE client_identity (
    book_id BIGINT NOT NULL,
    client_id TEXT NOT NULL,
    sealed BYTEA NOT NULL,
    PRIMARY KEY (book_id, client_id)
);
CREATE TABLE client_key (
    book_id BIGINT NOT NULL,
    id_hash TEXT NOT NULL,
    client_id TEXT NOT NULL,
    PRIMARY KEY (book_id, id_hash)
);
CREATE INDEX client_key_client ON client_key (book_id, client_id);

-- Vouchers and what they post.
CREATE TABLE voucher (
    book_id BIGINT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    revision INTEGER NOT NULL,
    business_date DATE NOT NULL,
    posting_month INTEGER NOT NULL,
    number BIGINT,
    maker_id TEXT NOT NULL,
    institution_id BIGINT NOT NULL,
    submitted_at TIMESTAMP NOT NULL,
    decided_by TEXT,
    decided_at TIMESTAMP,
    reason TEXT NOT NULL,
    held BOOLEAN NOT NULL,
    late BOOLEAN NOT NULL,
    line_count INTEGER NOT NULL,
    amount_fen BIGINT NOT NULL,
    findings TEXT NOT NULL,
    reversal_of TEXT,
    reversed_by TEXT,
    PRIMARY KEY (book_id, id)
);
CREATE INDEX voucher_queue ON voucher (book_id, state, submitted_at);
CREATE INDEX voucher_maker ON voucher (book_id, maker_id, submitted_at);
CREATE TABLE voucher_line (
    book_id BIGINT NOT NULL,
    voucher_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    n INTEGER NOT NULL,
    region_id BIGINT NOT NULL,
    client_id TEXT,
    product_id BIGINT NOT NULL,
    institution_id BIGINT NOT NULL,
    specialist_id BIGINT NOT NULL,
    contract_id TEXT,
    amount_fen BIGINT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (book_id, voucher_id, revision, n)
);
CREATE INDEX voucher_line_contract ON voucher_line (book_id, contract_id);
CREATE INDEX voucher_line_client ON voucher_line (book_id, client_id);
CREATE TABLE entry (
    book_id BIGINT NOT NULL,
    voucher_id TEXT NOT NULL,
    pending BOOLEAN NOT NULL,
    n INTEGER NOT NULL,
    line INTEGER NOT NULL,
    month INTEGER NOT NULL,
    measure INTEGER NOT NULL,
    region_id BIGINT NOT NULL,
    institution_id BIGINT NOT NULL,
    product_id BIGINT NOT NULL,
    specialist_id BIGINT NOT NULL,
    contract_id TEXT,
    subject_id BIGINT,
    amount BIGINT NOT NULL,
    PRIMARY KEY (book_id, voucher_id, pending, n)
);
CREATE INDEX entry_cell ON entry (book_id, measure, pending, month, region_id);
CREATE INDEX entry_subject ON entry (measure, pending, book_id, subject_id, month, region_id, institution_id, product_id, specialist_id, amount) WHERE subject_id IS NOT NULL;
CREATE TABLE total (
    book_id BIGINT NOT NULL,
    measure INTEGER NOT NULL,
    dimension INTEGER NOT NULL,
    dimension_id BIGINT NOT NULL,
    region_id BIGINT NOT NULL,
    month INTEGER NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (book_id, dimension, measure, region_id, dimension_id, month)
);

-- Contracts: positions written only when a voucher is approved or reversed.
CREATE TABLE assignment (
    book_id BIGINT NOT NULL,
    id TEXT NOT NULL,
    specialist_id BIGINT NOT NULL,
    institution_id BIGINT NOT NULL,
    region_id BIGINT NOT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE,
    PRIMARY KEY (book_id, id)
);
CREATE INDEX assignment_specialist ON assignment (book_id, specialist_id);
CREATE INDEX assignment_region ON assignment (book_id, region_id);
CREATE TABLE credit_line (
    book_id BIGINT NOT NULL,
    id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    region_id BIGINT NOT NULL,
    institution_id BIGINT NOT NULL,
    product_id BIGINT NOT NULL,
    specialist_id BIGINT NOT NULL,
    preapproved_fen BIGINT NOT NULL,
    granted_fen BIGINT NOT NULL,
    signed_fen BIGINT NOT NULL,
    drawn_fen BIGINT NOT NULL,
    drawn_total_fen BIGINT NOT NULL,
    revolving BOOLEAN NOT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (book_id, id)
);
CREATE INDEX credit_line_client ON credit_line (book_id, client_id);
CREATE INDEX credit_line_region ON credit_line (book_id, region_id);
CREATE TABLE loan (
    book_id BIGINT NOT NULL,
    id TEXT NOT NULL,
    credit_line_id TEXT,
    client_id TEXT NOT NULL,
    region_id BIGINT NOT NULL,
    institution_id BIGINT NOT NULL,
    product_id BIGINT NOT NULL,
    specialist_id BIGINT NOT NULL,
    principal_fen BIGINT NOT NULL,
    balance_fen BIGINT NOT NULL,
    rate_percent TEXT NOT NULL,
    disbursed_on DATE NOT NULL,
    matures_on DATE NOT NULL,
    purpose TEXT NOT NULL,
    guarantee TEXT NOT NULL,
    method TEXT NOT NULL,
    class TEXT NOT NULL,
    PRIMARY KEY (book_id, id)
);
CREATE INDEX loan_client ON loan (book_id, client_id);
CREATE INDEX loan_line ON loan (book_id, credit_line_id);
CREATE INDEX loan_region ON loan (book_id, region_id);
CREATE TABLE policy (
    book_id BIGINT NOT NULL,
    id TEXT NOT NULL,
    number TEXT NOT NULL,
    institution_id BIGINT NOT NULL,
    product_id BIGINT NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    sum_insured_fen BIGINT NOT NULL,
    premium_fen BIGINT NOT NULL,
    paid_fen BIGINT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (book_id, id)
);
CREATE TABLE policy_part (
    book_id BIGINT NOT NULL,
    policy_id TEXT NOT NULL,
    n INTEGER NOT NULL,
    region_id BIGINT NOT NULL,
    client_id TEXT,
    specialist_id BIGINT NOT NULL,
    quantity TEXT NOT NULL,
    unit_sum_fen BIGINT NOT NULL,
    sum_insured_fen BIGINT NOT NULL,
    premium_fen BIGINT NOT NULL,
    paid_fen BIGINT NOT NULL,
    PRIMARY KEY (book_id, policy_id, n)
);
CREATE INDEX policy_part_region ON policy_part (book_id, region_id);
CREATE TABLE service_point (
    book_id BIGINT NOT NULL,
    id TEXT NOT NULL,
    region_id BIGINT NOT NULL,
    institution_id BIGINT NOT NULL,
    brand TEXT NOT NULL,
    name TEXT NOT NULL,
    opened_on DATE NOT NULL,
    closed_on DATE,
    PRIMARY KEY (book_id, id)
);
CREATE TABLE designation (
    book_id BIGINT NOT NULL,
    id TEXT NOT NULL,
    region_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    year INTEGER NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (book_id, id)
);
