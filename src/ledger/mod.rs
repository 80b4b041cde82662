//! The ledger: the only writer of vouchers, entries and totals.
//!
//! A voucher (凭证) is submitted, then approved or returned; an approved one posts signed
//! entries (分录), and the same transaction moves the totals (汇总). The ledger does not know
//! what a loan or a policy is: each room above registers its [`Kind`]s, whose `assess` checks a
//! voucher against the facts and says what it would post, and whose `apply` changes contracts.
//!
//! What must always hold:
//! - every total is the sum of entries; `verify` rebuilds them and finds no difference;
//! - until approval nothing exists but the voucher and its *pending* entries, named apart;
//! - an approved voucher is never edited; a correction is a reversal and a new voucher;
//! - the same command id gives the same answer, and with other content is refused;
//! - who submitted a voucher does not approve it;
//! - where the book's policy says so, the institution's clerk or a stand-in has checked it before;
//! - numbers are gapless per book and month, given at approval; nothing posts into a closed month;
//! - an edition never changes; the totals of a month that stands closed are its last edition's;
//! - each change adds one row to its book's audit chain, inside the same transaction.

mod audit;
mod book;
mod calendar;
mod cells;
mod decide;
mod distinct;
mod edition;
mod first;
mod held;
mod kind;
mod lent;
mod once;
mod positions;
mod post;
mod queue;
mod reverse;
mod stand_in_end;
mod stretch;
mod submit;
mod totals;
mod verify;
mod voucher;

pub use audit::{AuditRow, Change, changes_since, head_at, history, receipted, record as record_audit};
pub use book::{
    Book, begin_epoch, book_of_region, books, create_book, epoch, find_book, months_posted, open_from,
    register_book,
};
pub use calendar::{Occurrence, bring_about, day_end_checker};
pub use cells::{Course, sums};
pub use decide::{Verdict, approve, return_to_maker, withdraw};
pub use edition::{
    CellChange, Edition, Frozen, boundaries, cells_text, changed_cells, city_closed_in, city_references,
    closed_in, edition_suppressed, edition_texts, editions, find_edition, freeze, last_number,
    latest_edition, month_cells, set_first_open, standing_edition, suppressed_since,
};
pub use first::{
    EVERY_KIND, FirstReview, StandIn, appoint, first_review_kinds, first_review_of, needs_first_review,
    not_passed, pass_first_review, return_from_first_review, set_first_review, stand_ins, standing_in,
};
pub use held::{BookSums, HeldSums, book_courses, book_sums, followed_sums};
pub use kind::{
    Apply, Assess, Basis, Case, Findings, Follower, Kind, Kinds, Office, Positions, Posting, unlinked,
};
pub use lent::{LoanSum, loan_sums};
pub use once::{Outcome, Receipt};
pub use positions::ContractSums;
pub use queue::{
    Against, Behind, EntryRow, PendingLine, VoucherFilter, VoucherOrder, entries_of, find_voucher,
    find_vouchers, lines_of, list_vouchers, pending_lines, queue_length, regions_of, waiting,
};
pub use reverse::{ReversalRequest, check_reversal, request_reversal, waiting_reversal};
pub use stand_in_end::{StandInEnd, end_stand_in, stand_in_ends};
pub use stretch::{ListedLine, listed_lines, posted_after};
pub use submit::{Line, NewLine, Submission, preview, receipt_code, submit};
pub use totals::{
    Ask, Cumulative, Dimension, SubjectSum, Sum, Window, pending_subject_sums, pending_sums, shared_subjects,
    subject_sums,
};
pub use verify::{Difference, month_differs, rebuild, verify, verify_book};
pub use voucher::{State, Voucher, vouchers_with_lines};

use chrono::{NaiveDate, NaiveDateTime};

use crate::values::{InstitutionId, UserId};

/// Who acts, and when: always an argument, never looked up on the way.
#[derive(Clone, Debug)]
pub struct Actor {
    pub id: UserId,
    /// The bank or insurer the person works for; none for county and city staff.
    pub institution: Option<InstitutionId>,
    /// The moment, UTC.
    pub now: NaiveDateTime,
    /// The Shanghai day.
    pub today: NaiveDate,
}
