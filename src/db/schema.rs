//! The tables, as Diesel sees them: one schema for both databases; the twin migrations create it.

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
    specialist (id) {
        id -> BigInt,
        name -> Text,
        title -> Text,
        institution_id -> BigInt,
    }
}

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
    book (id) {
        id -> BigInt,
        region_id -> BigInt,
        name -> Text,
        first_open_month -> Integer,
        audit_seq -> BigInt,
        audit_head -> Text,
    }
}

diesel::table! {
    book_number (book_id, month) {
        book_id -> BigInt,
        month -> Integer,
        last -> BigInt,
    }
}

diesel::table! {
    audit (book_id, seq) {
        book_id -> BigInt,
        seq -> BigInt,
        at -> Timestamp,
        actor_id -> Text,
        action -> Text,
        subject -> Text,
        revision -> Integer,
        note -> Text,
        digest -> Text,
        head -> Text,
    }
}

diesel::table! {
    command (book_id, id) {
        book_id -> BigInt,
        id -> Text,
        digest -> Text,
        receipt -> Text,
        at -> Timestamp,
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
    client_key (book_id, id_hash) {
        book_id -> BigInt,
        id_hash -> Text,
        client_id -> Text,
    }
}

diesel::table! {
    voucher (book_id, id) {
        book_id -> BigInt,
        id -> Text,
        kind -> Text,
        state -> Text,
        revision -> Integer,
        business_date -> Date,
        posting_month -> Integer,
        number -> Nullable<BigInt>,
        maker_id -> Text,
        institution_id -> BigInt,
        submitted_at -> Timestamp,
        decided_by -> Nullable<Text>,
        decided_at -> Nullable<Timestamp>,
        reason -> Text,
        held -> Bool,
        late -> Bool,
        line_count -> Integer,
        amount_fen -> BigInt,
        findings -> Text,
        reversal_of -> Nullable<Text>,
        reversed_by -> Nullable<Text>,
        entries_digest -> Text,
    }
}

diesel::table! {
    voucher_line (book_id, voucher_id, revision, n) {
        book_id -> BigInt,
        voucher_id -> Text,
        revision -> Integer,
        n -> Integer,
        region_id -> BigInt,
        client_id -> Nullable<Text>,
        product_id -> BigInt,
        institution_id -> BigInt,
        specialist_id -> BigInt,
        contract_id -> Nullable<Text>,
        amount_fen -> BigInt,
        detail -> Text,
    }
}

diesel::table! {
    entry (book_id, voucher_id, n) {
        book_id -> BigInt,
        voucher_id -> Text,
        n -> Integer,
        pending -> Bool,
        line -> Integer,
        month -> Integer,
        measure -> Integer,
        region_id -> BigInt,
        institution_id -> BigInt,
        product_id -> BigInt,
        specialist_id -> BigInt,
        contract_id -> Nullable<Text>,
        subject_id -> Nullable<BigInt>,
        amount -> BigInt,
    }
}

diesel::table! {
    total (book_id, dimension, measure, region_id, dimension_id, month) {
        book_id -> BigInt,
        measure -> Integer,
        dimension -> Integer,
        dimension_id -> BigInt,
        region_id -> BigInt,
        month -> Integer,
        amount -> BigInt,
        in_month -> BigInt,
    }
}

diesel::table! {
    counted_subject (measure, subject_id) {
        measure -> Integer,
        subject_id -> BigInt,
        book_id -> BigInt,
        shared -> Bool,
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
    edition (book_id, month, number) {
        book_id -> BigInt,
        month -> Integer,
        number -> Integer,
        rests_on -> Integer,
        closed_by -> Text,
        closed_at -> Timestamp,
        program -> Text,
        boundaries -> Text,
        last_voucher -> BigInt,
        gaps -> Text,
        changes -> Text,
        totals -> Text,
        tables -> Text,
        digest -> Text,
        suppressed -> Text,
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

diesel::table! {
    weather_station (id) {
        id -> BigInt,
        code -> Text,
        name -> Text,
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
    first_review_policy (book_id, kind) {
        book_id -> BigInt,
        kind -> Text,
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
    first_review (book_id, voucher_id, revision) {
        book_id -> BigInt,
        voucher_id -> Text,
        revision -> Integer,
        decided_by -> Text,
        decided_at -> Timestamp,
        stand_in -> Nullable<BigInt>,
    }
}

diesel::table! {
    stand_in (book_id, id) {
        book_id -> BigInt,
        id -> BigInt,
        institution_id -> BigInt,
        absent_id -> Text,
        person_id -> Text,
        valid_from -> Date,
        valid_to -> Date,
        reason -> Text,
        document -> Text,
        recorded_by -> Text,
        recorded_at -> Timestamp,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    region,
    region_version,
    institution,
    product,
    tariff,
    specialist,
    account,
    session,
    published_statistic,
    book,
    book_number,
    audit,
    command,
    client,
    client_identity,
    client_key,
    voucher,
    voucher_line,
    entry,
    total,
    assignment,
    credit_line,
    loan,
    overdue_loan,
    policy,
    policy_part,
    official_figure,
    disaster,
    disaster_town,
    claim,
    service_point,
    designation,
    close_declaration,
    close_policy,
    edition,
    reopening,
    region_event,
    region_event_unit,
    weather_station,
    observation,
    index_trigger,
    first_review_policy,
    first_review,
    stand_in,
);
