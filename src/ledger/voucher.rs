//! The voucher itself.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use crate::db::schema::{voucher, voucher_line};
use crate::error::{Error, Issue};
use crate::values::{BookId, Fen, InstitutionId, Lang, Month, Text, UserId, VoucherId, words};

/// Where a voucher stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Waits for the reviewer.
    Submitted,
    /// Back with its maker, with a reason.
    Returned,
    /// Taken back by its maker.
    Withdrawn,
    /// Posted.
    Approved,
    /// Posted, and taken back by a reversal.
    Reversed,
}

impl State {
    /// The stored code.
    pub const fn code(self) -> &'static str {
        match self {
            State::Submitted => "submitted",
            State::Returned => "returned",
            State::Withdrawn => "withdrawn",
            State::Approved => "approved",
            State::Reversed => "reversed",
        }
    }

    pub fn parse(code: &str) -> Option<State> {
        [
            State::Submitted,
            State::Returned,
            State::Withdrawn,
            State::Approved,
            State::Reversed,
        ]
        .into_iter()
        .find(|state| state.code() == code)
    }

    /// What people call it.
    pub const fn name(self) -> Text {
        match self {
            State::Submitted => words::PENDING,
            State::Returned => words::RETURN_FOR_CHANGE,
            State::Withdrawn => words::WITHDRAWN,
            State::Approved => words::POSTED,
            State::Reversed => words::REVERSED,
        }
    }
}

/// One voucher, without its lines.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = voucher)]
#[diesel(treat_none_as_default_value = false)]
pub struct Voucher {
    pub book_id: BookId,
    pub id: VoucherId,
    pub kind: String,
    /// A [`State`]'s code.
    pub state: String,
    /// From 1; each resubmission adds one and keeps the earlier lines.
    pub revision: i32,
    /// The Shanghai day on which it happened.
    pub business_date: NaiveDate,
    /// Where it posts; until approval, where it would post.
    pub posting_month: Month,
    /// Gapless within book and month; none until approval.
    pub number: Option<i64>,
    pub maker_id: UserId,
    pub institution_id: InstitutionId,
    /// UTC.
    pub submitted_at: NaiveDateTime,
    pub decided_by: Option<UserId>,
    pub decided_at: Option<NaiveDateTime>,
    /// Why it was returned, withdrawn or reversed; empty otherwise.
    pub reason: String,
    /// Only a reviewer's explicit word lets it pass.
    pub held: bool,
    /// 补录: posts later than the month it happened in.
    pub late: bool,
    pub line_count: i32,
    pub amount_fen: Fen,
    /// Warnings and holds, as JSON.
    pub findings: String,
    pub reversal_of: Option<VoucherId>,
    pub reversed_by: Option<VoucherId>,
    /// SHA-256 of what its entries say; empty in vouchers older than this column.
    pub entries_digest: String,
}

impl Voucher {
    /// Its state; a row with another word in it is damaged.
    pub fn state(&self) -> Result<State, Error> {
        State::parse(&self.state)
            .ok_or_else(|| Error::Failed(format!("voucher {} has an unknown state", self.id)))
    }

    /// Whether it waits for a decision.
    pub fn is_waiting(&self) -> bool {
        self.state == State::Submitted.code()
    }

    /// What the rules remarked when it was last assessed.
    pub fn issues(&self) -> Result<Vec<Issue>, Error> {
        Ok(serde_json::from_str(&self.findings)?)
    }

    /// `2023-12 · 00042`, or a dash until it has a number.
    pub fn number_text(&self, _lang: Lang) -> String {
        match self.number {
            Some(number) => format!("{}-{number:05}", self.posting_month),
            None => "—".to_owned(),
        }
    }
}

/// Vouchers, each with the lines of its present revision.
#[diesel::dsl::auto_type]
pub fn vouchers_with_lines() -> _ {
    voucher::table.inner_join(
        voucher_line::table.on(voucher_line::book_id
            .eq(voucher::book_id)
            .and(voucher_line::voucher_id.eq(voucher::id))
            .and(voucher_line::revision.eq(voucher::revision))),
    )
}
