//! What came from phones, and the lives of books.

diesel::table! {
    sync_item (book_id, id) {
        book_id -> BigInt,
        id -> Text,
        maker_id -> Text,
        digest -> Text,
        answer -> Text,
        device_time -> Text,
        at -> Timestamp,
    }
}

diesel::table! {
    client_alias (book_id, alias_id) {
        book_id -> BigInt,
        alias_id -> Text,
        client_id -> Text,
        at -> Timestamp,
    }
}

diesel::table! {
    book_epoch (book_id) {
        book_id -> BigInt,
        epoch -> Text,
    }
}
