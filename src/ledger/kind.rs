//! What the rooms above register: the kinds of voucher.

use chrono::NaiveDate;

use super::held::HeldSums;
use super::positions::ContractSums;
use super::submit::Line;
use super::verify::Difference;
use super::{Book, Voucher};
use crate::db::Conn;
use crate::error::{Error, Issue, Severity};
use crate::regions::Regions;
use crate::values::{
    BookId, ContractId, InstitutionId, MeasureId, ProductId, RegionId, Say, SpecialistId, SubjectId, Text,
    VoucherId,
};
use crate::vault::Vault;

/// Against which facts a voucher is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// At submission: what is posted plus what other vouchers have waiting.
    WithPending,
    /// At approval: what is posted.
    Posted,
}

/// A voucher laid before its kind's rules.
pub struct Case<'a> {
    pub office: &'a Office<'a>,
    pub book: &'a Book,
    pub voucher: &'a VoucherId,
    pub business_date: NaiveDate,
    pub institution: InstitutionId,
    pub lines: &'a [Line],
    pub basis: Basis,
    pub today: NaiveDate,
    /// The voucher is posted and only applied once more: what has become of its village since is nothing
    /// against it.
    pub posted: bool,
}

/// One signed amount that a line posts to a measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    /// The voucher's line, from 1.
    pub line: usize,
    pub measure: MeasureId,
    pub region: RegionId,
    pub institution: InstitutionId,
    pub product: ProductId,
    pub specialist: SpecialistId,
    pub contract: Option<ContractId>,
    /// Who or what is counted once, for a distinct measure.
    pub subject: Option<SubjectId>,
    /// Fen, or a count.
    pub amount: i64,
}

impl Posting {
    /// A posting with the dimensions of `line`.
    pub fn of(line: &Line, measure: MeasureId, amount: i64) -> Posting {
        Posting {
            line: line.n,
            measure,
            region: line.region,
            institution: line.institution,
            product: line.product,
            specialist: line.specialist,
            contract: line.contract.clone(),
            subject: None,
            amount,
        }
    }

    /// The same posting, counting `subject`.
    pub fn counting(mut self, subject: SubjectId) -> Posting {
        self.subject = Some(subject);
        self
    }
}

/// What the rules say of a voucher.
#[derive(Debug, Default)]
pub struct Findings {
    pub issues: Vec<Issue>,
    pub postings: Vec<Posting>,
}

impl Findings {
    /// Whether nothing may be written.
    pub fn refused(&self) -> bool {
        self.issues.iter().any(|issue| issue.severity == Severity::Refuse)
    }

    /// Whether only a reviewer's explicit word lets it pass.
    pub fn held(&self) -> bool {
        self.issues.iter().any(|issue| issue.severity == Severity::Hold)
    }
}

/// Checks a voucher and says what it would post. Reads, never writes.
pub type Assess = fn(&mut Conn, &Case<'_>) -> Result<Findings, Error>;
/// Changes contracts when the voucher is approved.
pub type Apply = fn(&mut Conn, &Case<'_>) -> Result<(), Error>;

/// Puts the kind's own part of a line in words.
pub type Describe = fn(&Line) -> Result<Vec<(Text, Say)>, Error>;

/// One kind of voucher.
pub struct Kind {
    /// Stable code, stored.
    pub code: &'static str,
    pub name: Text,
    /// What the amount of a voucher of this kind is, for lists.
    pub amount_name: Text,
    /// The page on which one is recorded, and corrected after a return (`?book=&voucher=`).
    pub form: &'static str,
    /// What the kind's own part of a line says, for reviewers.
    pub describe: Describe,
    pub assess: Assess,
    pub apply: Apply,
    /// Whether people may reverse one; what the calendar brought they may not.
    pub reversible: bool,
}

/// Compares one room's positions (drawn, balance, paid) with the entries of a book.
pub type CheckPositions = fn(&mut Conn, &Book, &ContractSums) -> Result<Vec<Difference>, Error>;

/// Which other contracts stand or fall with these: a line with the loans drawn under it.
pub type Linked = fn(&mut Conn, BookId, &[ContractId]) -> Result<Vec<ContractId>, Error>;
/// Deletes where these contracts stand, before their vouchers are applied again.
pub type Forget = fn(&mut Conn, BookId, &[ContractId]) -> Result<(), Error>;

/// What one room keeps of its contracts, all of it derived from approved vouchers.
pub struct Positions {
    pub check: CheckPositions,
    pub linked: Linked,
    pub forget: Forget,
}

/// Tells a room what was just posted to a measure it follows.
pub type Moved = fn(&mut Conn, BookId, &[Posting]) -> Result<(), Error>;

/// A measure that the calendar puts right: what a voucher posts to it depends on the day, so a voucher applied
/// again after a reversal need not say the same of it. Its positions follow the posted entries themselves,
/// reversals included, and the next day's end corrects what is left.
pub struct Follower {
    pub measure: MeasureId,
    pub moved: Moved,
}

/// For a room whose contracts know nothing of each other.
pub fn unlinked(_: &mut Conn, _: BookId, _: &[ContractId]) -> Result<Vec<ContractId>, Error> {
    Ok(Vec::new())
}

/// Every kind the program knows, and the positions `verify` compares.
pub struct Kinds {
    pub kinds: Vec<Kind>,
    pub positions: Vec<Positions>,
    pub followers: Vec<Follower>,
}

impl Kinds {
    /// The kind with that code.
    pub fn get(&self, code: &str) -> Result<&Kind, Error> {
        self.kinds
            .iter()
            .find(|kind| kind.code == code)
            .ok_or_else(|| Error::Failed(format!("no such kind of voucher: {code}")))
    }

    /// Whether a measure's positions follow its entries.
    pub(super) fn is_followed(&self, measure: MeasureId) -> bool {
        self.followers.iter().any(|follower| follower.measure == measure)
    }

    /// Tells the rooms what was just posted to the measures they follow.
    pub(super) fn follow(&self, conn: &mut Conn, book: BookId, posted: &[Posting]) -> Result<(), Error> {
        for follower in &self.followers {
            let own: Vec<Posting> = posted
                .iter()
                .filter(|posting| posting.measure == follower.measure)
                .cloned()
                .collect();
            if !own.is_empty() {
                (follower.moved)(conn, book, &own)?;
            }
        }
        Ok(())
    }

    /// The kind's name, or its code when it is not known any more.
    pub fn name(&self, code: &str) -> Option<Text> {
        self.kinds
            .iter()
            .find(|kind| kind.code == code)
            .map(|kind| kind.name)
    }
}

/// What every command needs to hand: the kinds, the regions, the keys, sums held from before.
pub struct Office<'a> {
    pub kinds: &'a Kinds,
    pub regions: &'a Regions,
    pub vault: &'a Vault,
    /// What readers have summed before; none while writing, where sums may yet be rolled back.
    pub sums: Option<&'a HeldSums>,
}

impl<'a> Case<'a> {
    /// Lays a stored voucher before its rules again.
    pub fn again(
        office: &'a Office<'a>,
        book: &'a Book,
        voucher: &'a Voucher,
        lines: &'a [Line],
        basis: Basis,
        today: NaiveDate,
    ) -> Case<'a> {
        Case {
            office,
            book,
            voucher: &voucher.id,
            business_date: voucher.business_date,
            institution: voucher.institution_id,
            lines,
            basis,
            today,
            posted: false,
        }
    }
}
