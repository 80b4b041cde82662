//! The tables, as Diesel sees them: one schema for both databases; the twin migrations create it. They are
//! declared by room and named from here.

mod auth;
mod close;
mod contracts;
mod conversation;
mod evidence;
mod fieldwork;
mod files;
mod ledger;
mod regions;
mod register;
mod sync;

pub use auth::*;
pub use close::*;
pub use contracts::*;
pub use conversation::*;
pub use evidence::*;
pub use fieldwork::*;
pub use files::*;
pub use ledger::*;
pub use regions::*;
pub use register::*;
pub use sync::*;

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
    client_consent,
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
    region_event_withdrawal,
    stand_in_end,
    sync_item,
    client_alias,
    book_epoch,
    photo,
    record_position,
    target,
    remark,
    remark_read,
    report_job,
    report_file,
);
