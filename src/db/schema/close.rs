//! What closing a month asks for and leaves.

diesel::table! {
    close_declaration (book_id, month, institution_id) {
        book_id -> BigInt,
        month -> Integer,
        institution_id -> BigInt,
        kind -> Text,
        declared_by -> Text,
        declared_at -> Timestamp,
        reason -> Text,
    }
}

diesel::table! {
    close_policy (book_id) {
        book_id -> BigInt,
        working_days -> Integer,
    }
}

diesel::table! {
    reopening (book_id, month, number) {
        book_id -> BigInt,
        month -> Integer,
        number -> Integer,
        asked_by -> Text,
        asked_at -> Timestamp,
        reason -> Text,
        confirmed_by -> Nullable<Text>,
        confirmed_at -> Nullable<Timestamp>,
    }
}
