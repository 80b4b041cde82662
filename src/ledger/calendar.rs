//! What the calendar alone changes (日终): system vouchers whose ids follow from what they are about,
//! so that a day replayed, or run after a kill, finds its work done.

use chrono::{NaiveDate, NaiveTime};

use super::Actor;
use super::decide::{Verdict, approve};
use super::kind::Office;
use super::submit::{NewLine, Submission, submit};
use crate::db::Conn;
use crate::error::Error;
use crate::values::{BookId, CommandId, InstitutionId, UserId, VoucherId};
use crate::vault;

/// One change that a day brings about.
#[derive(Clone, Debug)]
pub struct Occurrence {
    pub book: BookId,
    pub kind: &'static str,
    /// What tells it from every other occurrence of its kind, for ever.
    pub key: String,
    pub day: NaiveDate,
    pub institution: InstitutionId,
    pub lines: Vec<NewLine>,
}

impl Occurrence {
    /// The part of an id that follows from what it is about and what is done with it.
    fn bits(&self, what: &str) -> [u8; 10] {
        let digest = vault::digest(format!("{}|{what}|{}", self.kind, self.key).as_bytes());
        let mut bits = [0; 10];
        for (byte, at) in bits.iter_mut().zip((0..).step_by(2)) {
            let pair = digest.get(at..at + 2).unwrap_or("00");
            *byte = u8::from_str_radix(pair, 16).unwrap_or(0);
        }
        bits
    }

    /// The start of its day in milliseconds since 1970, for ids that keep the order of days.
    fn moment(&self) -> i64 {
        self.day.and_time(NaiveTime::MIN).and_utc().timestamp_millis()
    }
}

/// Who approves what the calendar brings: since nobody approves what he submitted, a second
/// system actor beside the one that runs the day's end.
pub fn day_end_checker() -> UserId {
    UserId::from_parts(0, *b"day-end-ok")
}

/// Submits and approves it in the caller's write transaction. `actor` is the system's own.
pub fn bring_about(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    occurrence: Occurrence,
) -> Result<(), Error> {
    let (moment, book) = (occurrence.moment(), occurrence.book);
    let [voucher, sending, approval] = ["voucher", "submit", "approve"].map(|what| occurrence.bits(what));
    let submission = Submission {
        book,
        voucher: VoucherId::from_parts(moment, voucher),
        command: CommandId::from_parts(moment, sending),
        base_revision: 0,
        kind: occurrence.kind.to_owned(),
        business_date: occurrence.day,
        institution: occurrence.institution,
        lines: occurrence.lines,
    };
    let receipt = submit(conn, office, actor, &submission)?;
    let verdict = Verdict {
        book,
        voucher: receipt.voucher,
        command: CommandId::from_parts(moment, approval),
        revision: receipt.revision,
    };
    let checker = Actor {
        id: day_end_checker(),
        institution: None,
        ..actor.clone()
    };
    approve(conn, office, &checker, &verdict, false)?;
    Ok(())
}
