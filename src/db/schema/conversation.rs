//! What is said about a voucher.

diesel::table! {
    remark (book_id, voucher_id, n) {
        book_id -> BigInt,
        voucher_id -> Text,
        n -> Integer,
        id -> Text,
        revision -> Integer,
        author_id -> Text,
        at -> Timestamp,
        body -> Text,
    }
}

diesel::table! {
    remark_read (book_id, voucher_id, person_id) {
        book_id -> BigInt,
        voucher_id -> Text,
        person_id -> Text,
        n -> Integer,
    }
}
