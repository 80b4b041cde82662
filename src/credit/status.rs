//! What the state of a line means: its status in words, what may be drawn and when, what of it is in
//! the stocks.

use chrono::NaiveDate;

use super::store::{ACTIVE, CreditLine, TERMINATED};
use crate::error::Issue;
use crate::values::{Fen, Say, Text};

/// 有效, 冻结, 到期, 终止 (`domain` §1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Active,
    /// In force, and nothing new is drawn.
    Frozen,
    Expired,
    Terminated,
}

impl Status {
    pub const fn name(self) -> Text {
        match self {
            Status::Active => Text::new("有效", "In force"),
            Status::Frozen => Text::new("冻结", "Frozen"),
            Status::Expired => Text::new("到期", "Expired"),
            Status::Terminated => Text::new("终止", "Terminated"),
        }
    }
}

impl CreditLine {
    /// Whether its limits stand in the books: neither expired nor terminated.
    pub fn in_force(&self) -> bool {
        self.state == ACTIVE
    }

    /// Whether a freeze stands; one outlives expiry, so that a renewal does not lift it.
    pub const fn is_frozen(&self) -> bool {
        self.frozen_on.is_some() && self.unfrozen_on.is_none()
    }

    /// Its status in one word.
    pub fn status(&self) -> Status {
        match self.state.as_str() {
            ACTIVE if self.is_frozen() => Status::Frozen,
            ACTIVE => Status::Active,
            TERMINATED => Status::Terminated,
            _ => Status::Expired,
        }
    }

    /// The limit of the stage it has reached: the grant, or before one the pre-approval.
    pub fn limit(&self) -> Fen {
        if self.granted_fen.is_positive() {
            self.granted_fen
        } else {
            self.preapproved_fen
        }
    }

    /// What counts against its limit (`domain` rule 2): of a revolving line what is outstanding, of a
    /// one-off line all that was ever drawn.
    pub const fn used(&self) -> Fen {
        if self.revolving {
            self.drawn_fen
        } else {
            self.drawn_total_fen
        }
    }

    /// What its limit leaves, whatever its status; nothing where it was cut below what is used.
    pub fn room(&self) -> Fen {
        Fen((self.granted_fen.0 - self.used().0).max(0))
    }

    /// What may be drawn from now on: of one that is frozen or has ended, nothing.
    pub fn available(&self) -> Fen {
        if self.status() == Status::Active {
            self.room()
        } else {
            Fen::ZERO
        }
    }

    /// Why nothing could be drawn on that day (`domain` rule 3). What counts is the day of the draw, not
    /// the day it is recorded or approved: one from before a freeze or an end is right, however late.
    pub fn bar(&self, day: NaiveDate) -> Option<Issue> {
        let ended = self.changed_on.filter(|_| self.state == TERMINATED);
        if let Some(since) = ended.filter(|since| day >= *since) {
            let say = Say::new(
                format!("这笔额度已于 {since} 终止，放款日 {day} 不能再放款。"),
                format!("The line was terminated on {since}; nothing can be drawn on {day}."),
            );
            return Some(Issue::refuse("line.not_active", "line", say));
        }
        let (from, to) = (self.valid_from, self.valid_to);
        if day < from || day > to {
            let say = Say::new(
                format!("放款日 {day} 不在额度有效期内（{from} 至 {to}）；到期的额度要先续期。"),
                format!(
                    "The day of disbursement, {day}, is outside the line's validity ({from} to {to}); a line that has expired is renewed first."
                ),
            );
            return Some(Issue::refuse("line.out_of_validity", "business_date", say));
        }
        let since = self.frozen_on.filter(|since| day >= *since)?;
        let say = match self.unfrozen_on {
            None => Say::new(
                format!("这笔额度自 {since} 起冻结，不能新放款；原有贷款照常。"),
                format!(
                    "The line has been frozen since {since}; nothing new can be drawn, old loans run on."
                ),
            ),
            Some(until) if day < until => Say::new(
                format!("放款日 {day} 在额度冻结期间（{since} 起，{until} 解冻），不能放款。"),
                format!(
                    "On {day} the line was frozen (from {since}, lifted on {until}); nothing could be drawn."
                ),
            ),
            Some(_) => return None,
        };
        Some(Issue::refuse("line.not_active", "line", say))
    }

    /// Its limits in the stocks, pre-approved, granted, signed, and frozen out of the granted. One that
    /// has ended keeps its limits on record, and none is in force.
    pub fn in_stocks(&self) -> [Fen; 4] {
        if !self.in_force() {
            return [Fen::ZERO; 4];
        }
        let frozen = if self.is_frozen() {
            self.granted_fen
        } else {
            Fen::ZERO
        };
        [self.preapproved_fen, self.granted_fen, self.signed_fen, frozen]
    }
}
