//! Service points, designations and ratings.

diesel::table! {
    service_point (book_id, id) {
        book_id -> BigInt,
        id -> Text,
        region_id -> BigInt,
        institution_id -> BigInt,
        brand -> Text,
        name -> Text,
        opened_on -> Date,
        closed_on -> Nullable<Date>,
    }
}

diesel::table! {
    designation (book_id, id) {
        book_id -> BigInt,
        id -> Text,
        region_id -> BigInt,
        kind -> Text,
        year -> Integer,
        document -> Text,
        client_id -> Nullable<Text>,
        institution_id -> BigInt,
        specialist_id -> BigInt,
        rated_on -> Nullable<Date>,
        reviewed_on -> Nullable<Date>,
        valid_to -> Nullable<Date>,
        state -> Text,
    }
}
