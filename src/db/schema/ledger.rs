//! Books, vouchers, entries and their totals, what decided on them, editions.

diesel::table! {
    book (id) {
        id -> BigInt,
        region_id -> BigInt,
        name -> Text,
        first_open_month -> Integer,
        audit_seq -> BigInt,
        audit_head -> Text,
    }
}

diesel::table! {
    book_number (book_id, month) {
        book_id -> BigInt,
        month -> Integer,
        last -> BigInt,
    }
}

diesel::table! {
    audit (book_id, seq) {
        book_id -> BigInt,
        seq -> BigInt,
        at -> Timestamp,
        actor_id -> Text,
        action -> Text,
        subject -> Text,
        revision -> Integer,
        note -> Text,
        digest -> Text,
        head -> Text,
    }
}

diesel::table! {
    command (book_id, id) {
        book_id -> BigInt,
        id -> Text,
        digest -> Text,
        receipt -> Text,
        at -> Timestamp,
    }
}

diesel::table! {
    voucher (book_id, id) {
        book_id -> BigInt,
        id -> Text,
        kind -> Text,
        state -> Text,
        revision -> Integer,
        business_date -> Date,
        posting_month -> Integer,
        number -> Nullable<BigInt>,
        maker_id -> Text,
        institution_id -> BigInt,
        submitted_at -> Timestamp,
        decided_by -> Nullable<Text>,
        decided_at -> Nullable<Timestamp>,
        reason -> Text,
        held -> Bool,
        late -> Bool,
        line_count -> Integer,
        amount_fen -> BigInt,
        findings -> Text,
        reversal_of -> Nullable<Text>,
        reversed_by -> Nullable<Text>,
        entries_digest -> Text,
    }
}

diesel::table! {
    voucher_line (book_id, voucher_id, revision, n) {
        book_id -> BigInt,
        voucher_id -> Text,
        revision -> Integer,
        n -> Integer,
        region_id -> BigInt,
        client_id -> Nullable<Text>,
        product_id -> BigInt,
        institution_id -> BigInt,
        specialist_id -> BigInt,
        contract_id -> Nullable<Text>,
        amount_fen -> BigInt,
        detail -> Text,
    }
}

diesel::table! {
    entry (book_id, voucher_id, n) {
        book_id -> BigInt,
        voucher_id -> Text,
        n -> Integer,
        pending -> Bool,
        line -> Integer,
        month -> Integer,
        measure -> Integer,
        region_id -> BigInt,
        institution_id -> BigInt,
        product_id -> BigInt,
        specialist_id -> BigInt,
        contract_id -> Nullable<Text>,
        subject_id -> Nullable<BigInt>,
        amount -> BigInt,
    }
}

diesel::table! {
    total (book_id, dimension, measure, region_id, dimension_id, month) {
        book_id -> BigInt,
        measure -> Integer,
        dimension -> Integer,
        dimension_id -> BigInt,
        region_id -> BigInt,
        month -> Integer,
        amount -> BigInt,
        in_month -> BigInt,
    }
}

diesel::table! {
    counted_subject (measure, subject_id) {
        measure -> Integer,
        subject_id -> BigInt,
        book_id -> BigInt,
        shared -> Bool,
    }
}

diesel::table! {
    first_review_policy (book_id, kind) {
        book_id -> BigInt,
        kind -> Text,
    }
}

diesel::table! {
    first_review (book_id, voucher_id, revision) {
        book_id -> BigInt,
        voucher_id -> Text,
        revision -> Integer,
        decided_by -> Text,
        decided_at -> Timestamp,
        stand_in -> Nullable<BigInt>,
    }
}

diesel::table! {
    stand_in (book_id, id) {
        book_id -> BigInt,
        id -> BigInt,
        institution_id -> BigInt,
        absent_id -> Text,
        person_id -> Text,
        valid_from -> Date,
        valid_to -> Date,
        reason -> Text,
        document -> Text,
        recorded_by -> Text,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    stand_in_end (book_id, stand_in_id) {
        book_id -> BigInt,
        stand_in_id -> BigInt,
        last_day -> Date,
        instead_of -> Date,
        reason -> Text,
        ended_by -> Text,
        ended_at -> Timestamp,
    }
}

diesel::table! {
    edition (book_id, month, number) {
        book_id -> BigInt,
        month -> Integer,
        number -> Integer,
        rests_on -> Integer,
        closed_by -> Text,
        closed_at -> Timestamp,
        program -> Text,
        boundaries -> Text,
        last_voucher -> BigInt,
        gaps -> Text,
        changes -> Text,
        totals -> Text,
        tables -> Text,
        digest -> Text,
        suppressed -> Text,
    }
}
