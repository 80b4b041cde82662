//! What the register keeps: institutions, products and terms, people, published figures, disasters, weather.

diesel::table! {
    institution (id) {
        id -> BigInt,
        code -> Text,
        name -> Text,
        short_name -> Text,
        kind -> Text,
    }
}

diesel::table! {
    product (id) {
        id -> BigInt,
        code -> Text,
        name -> Text,
        kind -> Text,
        tag -> Nullable<Text>,
        institution_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    tariff (product_id, county_id, valid_from) {
        product_id -> BigInt,
        county_id -> BigInt,
        valid_from -> Date,
        valid_to -> Nullable<Date>,
        tier -> Text,
        quantity_unit -> Text,
        unit_sum_fen -> BigInt,
        rate_percent -> Text,
        share_central -> Text,
        share_province -> Text,
        share_city -> Text,
        share_county -> Text,
        share_farmer -> Text,
    }
}

diesel::table! {
    official_figure (kind, product_id, region_id, as_of, revision) {
        region_id -> BigInt,
        kind -> Text,
        product_id -> BigInt,
        as_of -> Date,
        revision -> Integer,
        hundredths -> BigInt,
        source -> Text,
    }
}

diesel::table! {
    published_statistic (id) {
        id -> BigInt,
        topic -> Text,
        measure -> Nullable<Text>,
        value_text -> Text,
        comparator -> Text,
        unit -> Text,
        as_of -> Date,
        scope -> Text,
        quotation -> Text,
        comparable -> Bool,
        note -> Text,
        product -> Nullable<Text>,
        topic_en -> Text,
        scope_en -> Text,
        quotation_en -> Text,
        note_en -> Text,
    }
}

diesel::table! {
    specialist (id) {
        id -> BigInt,
        name -> Text,
        title -> Text,
        institution_id -> BigInt,
    }
}

diesel::table! {
    assignment (book_id, id) {
        book_id -> BigInt,
        id -> Text,
        specialist_id -> BigInt,
        institution_id -> BigInt,
        region_id -> BigInt,
        valid_from -> Date,
        valid_to -> Nullable<Date>,
    }
}

diesel::table! {
    client (book_id, id) {
        book_id -> BigInt,
        id -> Text,
        kind -> Text,
        region_id -> BigInt,
        subject_id -> BigInt,
        recorded_by -> Text,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    client_identity (book_id, client_id) {
        book_id -> BigInt,
        client_id -> Text,
        sealed -> Binary,
    }
}

diesel::table! {
    client_consent (book_id, client_id) {
        book_id -> BigInt,
        client_id -> Text,
        signed_on -> Date,
        recorded_by -> Text,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    client_key (book_id, id_hash) {
        book_id -> BigInt,
        id_hash -> Text,
        client_id -> Text,
    }
}

diesel::table! {
    rating_standard (kind, valid_from) {
        kind -> Text,
        valid_from -> Date,
        share_percent -> Text,
        npl_percent -> Text,
        valid_months -> Integer,
        review_months -> Integer,
    }
}

diesel::table! {
    disaster (id) {
        id -> BigInt,
        kind -> Text,
        name -> Text,
        started_on -> Date,
        ended_on -> Date,
        note -> Text,
    }
}

diesel::table! {
    disaster_town (disaster_id, town_id) {
        disaster_id -> BigInt,
        town_id -> BigInt,
    }
}

diesel::table! {
    weather_station (id) {
        id -> BigInt,
        code -> Text,
        name -> Text,
    }
}

diesel::table! {
    observation (station_id, statistic, day, revision) {
        station_id -> BigInt,
        statistic -> Text,
        day -> Date,
        revision -> Integer,
        seq -> BigInt,
        value -> Text,
        source -> Text,
    }
}

diesel::table! {
    index_trigger (product_id, valid_from, revision) {
        product_id -> BigInt,
        valid_from -> Date,
        revision -> Integer,
        content -> Text,
        source -> Text,
    }
}

diesel::table! {
    target (region_id, measure, year, revision) {
        region_id -> BigInt,
        measure -> Integer,
        year -> Integer,
        revision -> Integer,
        amount -> BigInt,
        source -> Text,
        recorded_by -> Text,
        recorded_at -> Timestamp,
    }
}
