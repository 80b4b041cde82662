-- Amounts are whole fen, months are yyyymm, booleans 0/1 on SQLite; 0 in a dimension column means none.
-- Registers shared by all books. No book_id; audited in the city's register book.
CREATE TABLE region (
    id INTEGER NOT NULL,
    level TEXT NOT NULL,
    kind TEXT NOT NULL,
    PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;
CREATE TABLE region_version (
    region_id INTEGER NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    name TEXT NOT NULL,
    short_name TEXT NOT NULL,
    code TEXT,
    parent_id INTEGER,
    parent_known INTEGER NOT NULL CHECK (parent_known IN (0, 1)),
    PRIMARY KEY (region_id, valid_from)
) STRICT, WITHOUT ROWID;
CREATE TABLE institution (
    id INTEGER NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    short_name TEXT NOT NULL,
    kind TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (code)
) STRICT, WITHOUT ROWID;
CREATE TABLE product (
    id INTEGER NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    tag TEXT,
    institution_id INTEGER,
    PRIMARY KEY (id),
    UNIQUE (code)
) STRICT, WITHOUT ROWID;
CREATE TABLE tariff (
    product_id INTEGER NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    quantity_unit TEXT NOT NULL,
    unit_sum_fen INTEGER NOT NULL,
    rate_percent TEXT NOT NULL,
    share_central TEXT NOT NULL,
    share_province TEXT NOT NULL,
    share_city TEXT NOT NULL,
    share_county TEXT NOT NULL,
    share_farmer TEXT NOT NULL,
    PRIMARY KEY (product_id, valid_from)
) STRICT, WITHOUT ROWID;
CREATE TABLE specialist (
    id INTEGER NOT NULL,
    name TEXT NOT NULL,
    title TEXT NOT NULL,
    institution_id INTEGER NOT NULL,
    PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;
CREATE TABLE account (
    id TEXT NOT NULL,
    login TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    book_id INTEGER,
    institution_id INTEGER,
    specialist_id INTEGER,
    password_hash TEXT,
    must_change INTEGER NOT NULL CHECK (must_change IN (0, 1)),
    disabled INTEGER NOT NULL CHECK (disabled IN (0, 1)),
    one_click INTEGER NOT NULL CHECK (one_click IN (0, 1)),
    language TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (login)
) STRICT, WITHOUT ROWID;
CREATE TABLE session (
    token_hash TEXT NOT NULL,
    account_id TEXT NOT NULL,
    csrf TEXT NOT NULL,
    created_at TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    PRIMARY KEY (token_hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX session_account ON session (account_id);
CREATE TABLE published_statistic (
    id INTEGER NOT NULL,
    topic TEXT NOT NULL,
    measure TEXT,
    value_text TEXT NOT NULL,
    comparator TEXT NOT NULL,
    unit TEXT NOT NULL,
    as_of TEXT NOT NULL,
    scope TEXT NOT NULL,
    quotation TEXT NOT NULL,
    comparable INTEGER NOT NULL CHECK (comparable IN (0, 1)),
    note TEXT NOT NULL,
    PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;

-- A book is a county; every fact below belongs to exactly one.
CREATE TABLE book (
    id INTEGER NOT NULL,
    region_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    first_open_month INTEGER NOT NULL,
    audit_seq INTEGER NOT NULL,
    audit_head TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (region_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE book_number (
    book_id INTEGER NOT NULL,
    month INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (book_id, month)
) STRICT, WITHOUT ROWID;
CREATE TABLE audit (
    book_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    revision INTEGER NOT NULL,
    note TEXT NOT NULL,
    digest TEXT NOT NULL,
    head TEXT NOT NULL,
    PRIMARY KEY (book_id, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX audit_subject ON audit (book_id, subject);
CREATE TABLE command (
    book_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    digest TEXT NOT NULL,
    receipt TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (book_id, id)
) STRICT, WITHOUT ROWID;

-- People: what names them is sealed in client_identity; facts hold ids only.
CREATE TABLE client (
    book_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    region_id INTEGER NOT NULL,
    subject_id INTEGER NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (book_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX client_region ON client (book_id, region_id);
CREATE INDEX client_subject ON client (subject_id);
CREATE TABLE client_identity (
    book_id INTEGER NOT NULL,
    client_id TEXT NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (book_id, client_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE client_key (
    book_id INTEGER NOT NULL,
    id_hash TEXT NOT NULL,
    client_id TEXT NOT NULL,
    PRIMARY KEY (book_id, id_hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX client_key_client ON client_key (book_id, client_id);

-- Vouchers and what they post.
CREATE TABLE voucher (
    book_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    revision INTEGER NOT NULL,
    business_date TEXT NOT NULL,
    posting_month INTEGER NOT NULL,
    number INTEGER,
    maker_id TEXT NOT NULL,
    institution_id INTEGER NOT NULL,
    submitted_at TEXT NOT NULL,
    decided_by TEXT,
    decided_at TEXT,
    reason TEXT NOT NULL,
    held INTEGER NOT NULL CHECK (held IN (0, 1)),
    late INTEGER NOT NULL CHECK (late IN (0, 1)),
    line_count INTEGER NOT NULL,
    amount_fen INTEGER NOT NULL,
    findings TEXT NOT NULL,
    reversal_of TEXT,
    reversed_by TEXT,
    PRIMARY KEY (book_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX voucher_queue ON voucher (book_id, state, submitted_at);
CREATE INDEX voucher_maker ON voucher (book_id, maker_id, submitted_at);
CREATE TABLE voucher_line (
    book_id INTEGER NOT NULL,
    voucher_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    n INTEGER NOT NULL,
    region_id INTEGER NOT NULL,
    client_id TEXT,
    product_id INTEGER NOT NULL,
    institution_id INTEGER NOT NULL,
    specialist_id INTEGER NOT NULL,
    contract_id TEXT,
    amount_fen INTEGER NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (book_id, voucher_id, revision, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX voucher_line_contract ON voucher_line (book_id, contract_id);
CREATE INDEX voucher_line_client ON voucher_line (book_id, client_id);
CREATE TABLE entry (
    book_id INTEGER NOT NULL,
    voucher_id TEXT NOT NULL,
    pending INTEGER NOT NULL CHECK (pending IN (0, 1)),
    n INTEGER NOT NULL,
    line INTEGER NOT NULL,
    month INTEGER NOT NULL,
    measure INTEGER NOT NULL,
    region_id INTEGER NOT NULL,
    institution_id INTEGER NOT NULL,
    product_id INTEGER NOT NULL,
    specialist_id INTEGER NOT NULL,
    contract_id TEXT,
    subject_id INTEGER,
    amount INTEGER NOT NULL,
    PRIMARY KEY (book_id, voucher_id, pending, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX entry_cell ON entry (book_id, measure, pending, month, region_id);
CREATE INDEX entry_subject ON entry (measure, pending, book_id, subject_id, month, region_id, institution_id, product_id, specialist_id, amount) WHERE subject_id IS NOT NULL;
CREATE TABLE total (
    book_id INTEGER NOT NULL,
    measure INTEGER NOT NULL,
    dimension INTEGER NOT NULL,
    dimension_id INTEGER NOT NULL,
    region_id INTEGER NOT NULL,
    month INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    PRIMARY KEY (book_id, dimension, measure, region_id, dimension_id, month)
) STRICT, WITHOUT ROWID;

-- Contracts: positions written only when a voucher is approved or reversed.
CREATE TABLE assignment (
    book_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    specialist_id INTEGER NOT NULL,
    institution_id INTEGER NOT NULL,
    region_id INTEGER NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    PRIMARY KEY (book_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX assignment_specialist ON assignment (book_id, specialist_id);
CREATE INDEX assignment_region ON assignment (book_id, region_id);
CREATE TABLE credit_line (
    book_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    region_id INTEGER NOT NULL,
    institution_id INTEGER NOT NULL,
    product_id INTEGER NOT NULL,
    specialist_id INTEGER NOT NULL,
    preapproved_fen INTEGER NOT NULL,
    granted_fen INTEGER NOT NULL,
    signed_fen INTEGER NOT NULL,
    drawn_fen INTEGER NOT NULL,
    drawn_total_fen INTEGER NOT NULL,
    revolving INTEGER NOT NULL CHECK (revolving IN (0, 1)),
    valid_from TEXT NOT NULL,
    valid_to TEXT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (book_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX credit_line_client ON credit_line (book_id, client_id);
CREATE INDEX credit_line_region ON credit_line (book_id, region_id);
CREATE TABLE loan (
    book_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    credit_line_id TEXT,
    client_id TEXT NOT NULL,
    region_id INTEGER NOT NULL,
    institution_id INTEGER NOT NULL,
    product_id INTEGER NOT NULL,
    specialist_id INTEGER NOT NULL,
    principal_fen INTEGER NOT NULL,
    balance_fen INTEGER NOT NULL,
    rate_percent TEXT NOT NULL,
    disbursed_on TEXT NOT NULL,
    matures_on TEXT NOT NULL,
    purpose TEXT NOT NULL,
    guarantee TEXT NOT NULL,
    method TEXT NOT NULL,
    class TEXT NOT NULL,
    PRIMARY KEY (book_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX loan_client ON loan (book_id, client_id);
CREATE INDEX loan_line ON loan (book_id, credit_line_id);
CREATE INDEX loan_region ON loan (book_id, region_id);
CREATE TABLE policy (
    book_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    number TEXT NOT NULL,
    institution_id INTEGER NOT NULL,
    product_id INTEGER NOT NULL,
    starts_on TEXT NOT NULL,
    ends_on TEXT NOT NULL,
    sum_insured_fen INTEGER NOT NULL,
    premium_fen INTEGER NOT NULL,
    paid_fen INTEGER NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (book_id, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE policy_part (
    book_id INTEGER NOT NULL,
    policy_id TEXT NOT NULL,
    n INTEGER NOT NULL,
    region_id INTEGER NOT NULL,
    client_id TEXT,
    specialist_id INTEGER NOT NULL,
    quantity TEXT NOT NULL,
    unit_sum_fen INTEGER NOT NULL,
    sum_insured_fen INTEGER NOT NULL,
    premium_fen INTEGER NOT NULL,
    paid_fen INTEGER NOT NULL,
    PRIMARY KEY (book_id, policy_id, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX policy_part_region ON policy_part (book_id, region_id);
CREATE TABLE service_point (
    book_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    region_id INTEGER NOT NULL,
    institution_id INTEGER NOT NULL,
    brand TEXT NOT NULL,
    name TEXT NOT NULL,
    opened_on TEXT NOT NULL,
    closed_on TEXT,
    PRIMARY KEY (book_id, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE designation (
    book_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    region_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    year INTEGER NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (book_id, id)
) STRICT, WITHOUT ROWID;
