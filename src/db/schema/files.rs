//! What is made of an edition when its month has been closed.

diesel::table! {
    report_job (book_id, month, number, report, variant, lang) {
        book_id -> BigInt,
        month -> Integer,
        number -> Integer,
        report -> Text,
        variant -> Text,
        lang -> Text,
        state -> Text,
        attempts -> Integer,
        leased_until -> Nullable<Timestamp>,
        reason -> Text,
        asked_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    report_file (book_id, month, number, report, variant, lang, format) {
        book_id -> BigInt,
        month -> Integer,
        number -> Integer,
        report -> Text,
        variant -> Text,
        lang -> Text,
        format -> Text,
        name -> Text,
        content -> Binary,
        digest -> Text,
        size -> BigInt,
        check_code -> Text,
        program -> Text,
        made_at -> Timestamp,
    }
}
