//! Where credit, loans and policies stand, and what hangs on them.

diesel::table! {
    credit_line (book_id, id) {
        book_id -> BigInt,
        id -> Text,
        client_id -> Text,
        region_id -> BigInt,
        institution_id -> BigInt,
        product_id -> BigInt,
        specialist_id -> BigInt,
        preapproved_fen -> BigInt,
        granted_fen -> BigInt,
        signed_fen -> BigInt,
        drawn_fen -> BigInt,
        drawn_total_fen -> BigInt,
        revolving -> Bool,
        valid_from -> Date,
        valid_to -> Date,
        state -> Text,
        frozen_on -> Nullable<Date>,
        unfrozen_on -> Nullable<Date>,
        changed_on -> Nullable<Date>,
        signed_counted -> Bool,
    }
}

diesel::table! {
    credit_file (book_id, id) {
        book_id -> BigInt,
        id -> Text,
        client_id -> Text,
        region_id -> BigInt,
        institution_id -> BigInt,
        specialist_id -> BigInt,
        first_fen -> BigInt,
        second_fen -> BigInt,
        changed_on -> Date,
    }
}

diesel::table! {
    loan (book_id, id) {
        book_id -> BigInt,
        id -> Text,
        credit_line_id -> Nullable<Text>,
        client_id -> Text,
        region_id -> BigInt,
        institution_id -> BigInt,
        product_id -> BigInt,
        specialist_id -> BigInt,
        principal_fen -> BigInt,
        balance_fen -> BigInt,
        rate_percent -> Text,
        disbursed_on -> Date,
        matures_on -> Date,
        purpose -> Text,
        guarantee -> Text,
        method -> Text,
        class -> Text,
        note_number -> Text,
        day_count -> Text,
        extended_from -> Nullable<Date>,
        interest_repaid_fen -> BigInt,
        written_off_fen -> BigInt,
        recovered_fen -> BigInt,
    }
}

diesel::table! {
    overdue_loan (book_id, loan_id) {
        book_id -> BigInt,
        loan_id -> Text,
        overdue_fen -> BigInt,
    }
}

diesel::table! {
    policy (book_id, id) {
        book_id -> BigInt,
        id -> Text,
        number -> Text,
        institution_id -> BigInt,
        product_id -> BigInt,
        starts_on -> Date,
        ends_on -> Date,
        sum_insured_fen -> BigInt,
        premium_fen -> BigInt,
        paid_fen -> BigInt,
        state -> Text,
        cancelled_on -> Nullable<Date>,
    }
}

diesel::table! {
    policy_part (book_id, policy_id, n) {
        book_id -> BigInt,
        policy_id -> Text,
        n -> Integer,
        region_id -> BigInt,
        client_id -> Nullable<Text>,
        specialist_id -> BigInt,
        quantity -> Text,
        unit_sum_fen -> BigInt,
        sum_insured_fen -> BigInt,
        premium_fen -> BigInt,
        paid_fen -> BigInt,
        rate_percent -> Text,
        central_fen -> BigInt,
        province_fen -> BigInt,
        city_fen -> BigInt,
        county_fen -> BigInt,
        farmer_fen -> BigInt,
        households -> BigInt,
    }
}

diesel::table! {
    claim (book_id, policy_id, part, number) {
        book_id -> BigInt,
        policy_id -> Text,
        part -> Integer,
        number -> Text,
        region_id -> BigInt,
        client_id -> Nullable<Text>,
        disaster_id -> Nullable<BigInt>,
        loss_date -> Date,
        cause -> Text,
        households -> BigInt,
        quantity -> Text,
        stage -> Text,
        reported_on -> Date,
        surveyed_on -> Nullable<Date>,
        assessed_on -> Nullable<Date>,
        shown_from -> Nullable<Date>,
        shown_to -> Nullable<Date>,
        approved_on -> Nullable<Date>,
        closed_on -> Nullable<Date>,
        estimated_fen -> BigInt,
        assessed_fen -> BigInt,
        approved_fen -> BigInt,
        paid_fen -> BigInt,
    }
}
