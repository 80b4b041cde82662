//! Accounts and sessions.

diesel::table! {
    account (id) {
        id -> Text,
        login -> Text,
        name -> Text,
        role -> Text,
        book_id -> Nullable<BigInt>,
        institution_id -> Nullable<BigInt>,
        specialist_id -> Nullable<BigInt>,
        password_hash -> Nullable<Text>,
        must_change -> Bool,
        disabled -> Bool,
        one_click -> Bool,
        language -> Text,
    }
}

diesel::table! {
    session (token_hash) {
        token_hash -> Text,
        account_id -> Text,
        csrf -> Text,
        created_at -> Timestamp,
        seen_at -> Timestamp,
    }
}
