//! Photos.

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
