//! The dated tree of administrative units and what changed it.

diesel::table! {
    region (id) {
        id -> BigInt,
        level -> Text,
        kind -> Text,
    }
}

diesel::table! {
    region_version (region_id, valid_from) {
        region_id -> BigInt,
        valid_from -> Date,
        valid_to -> Nullable<Date>,
        name -> Text,
        short_name -> Text,
        code -> Nullable<Text>,
        parent_id -> Nullable<BigInt>,
        parent_known -> Bool,
    }
}

diesel::table! {
    region_event (id) {
        id -> BigInt,
        kind -> Text,
        day -> Date,
        document -> Text,
        note -> Text,
        recorded_by -> Text,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    region_event_unit (event_id, side, region_id) {
        event_id -> BigInt,
        side -> Text,
        region_id -> BigInt,
    }
}

diesel::table! {
    region_event_withdrawal (event_id) {
        event_id -> BigInt,
        reason -> Text,
        withdrawn_by -> Text,
        withdrawn_at -> Timestamp,
    }
}
