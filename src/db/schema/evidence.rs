//! Photos.

diesel::table! {
    record_position (book_id, record_id) {
        book_id -> BigInt,
        record_id -> Text,
        sealed -> Binary,
        at -> Timestamp,
    }
}

diesel::table! {
    photo (book_id, record_id, digest) {
        book_id -> BigInt,
        record_id -> Text,
        digest -> Text,
        sealed -> Binary,
        added_by -> Text,
        added_at -> Timestamp,
    }
}
