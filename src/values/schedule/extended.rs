//! A plan through its extensions (展期): what fell due before one stays, the rest is planned anew from what is
//! still owed.
//!
//! A repayment that comes before its day counts for the instalments that come next: their days stay, what they ask
//! falls by what has come, and principal that is no longer owed bears no more interest. The loan is not shortened
//! from its end, for only the bank can agree to that.

use chrono::NaiveDate;

use super::super::money::Fen;
use super::super::rate::Percent;
use super::{Instalment, Plan, Repaid, RepaymentMethod, ScheduleError, Terms, eased, plan_until};

/// More time, agreed on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extended {
    /// The day from which the new plan holds.
    pub on: NaiveDate,
    pub until: NaiveDate,
    pub rate: Percent,
    pub method: RepaymentMethod,
}

/// The plan of a loan with everything that has been agreed and repaid, interest eased by what came early.
/// `extensions` and `repaid` are those known on the day asked about, extensions in the order of their days.
///
/// An extension keeps the instalments due up to its day, with the principal that did come back on them; the
/// interest they ask stays due. The principal owed after the last of them is spread anew up to the new maturity,
/// and bears interest from the last of them on, so that no day is left out or counted twice.
///
/// # Errors
/// What is wrong with the terms or the days.
pub fn extended_plan(
    terms: &Terms,
    start: NaiveDate,
    until: NaiveDate,
    extensions: &[Extended],
    repaid: &[Repaid],
) -> Result<Plan, ScheduleError> {
    let mut part = Part {
        terms: *terms,
        from: start,
        until,
        repaid: repaid.to_vec(),
    };
    let mut rows = Vec::new();
    for extended in extensions {
        rows.extend(part.cut(extended)?);
        if !part.terms.principal.is_positive() {
            return whole(rows);
        }
    }
    rows.extend(part.plan()?.rows);
    whole(rows)
}

/// The time between two extensions.
struct Part {
    /// With the principal owed at its beginning.
    terms: Terms,
    from: NaiveDate,
    until: NaiveDate,
    /// What came back after its beginning.
    repaid: Vec<Repaid>,
}

impl Part {
    fn plan(&self) -> Result<Plan, ScheduleError> {
        let plan = plan_until(&self.terms, self.from, self.until)?;
        Ok(eased(&plan, &self.repaid)?)
    }

    /// The rows that stay when an extension is agreed; what is left goes on by its terms.
    fn cut(&mut self, extended: &Extended) -> Result<Vec<Instalment>, ScheduleError> {
        let mut rows = self.plan()?.rows;
        rows.retain(|row| row.due <= extended.on);
        if let Some(last) = rows.last().map(|row| row.due) {
            let before = |back: &&Repaid| back.day <= last;
            let back = Fen::sum(self.repaid.iter().filter(before).map(|back| back.principal))?;
            self.terms.principal = self.terms.principal.minus(back)?;
            self.from = last;
            self.repaid.retain(|back| back.day > last);
            keep_repaid(&mut rows, back)?;
        }
        self.until = extended.until;
        self.terms.rate = extended.rate;
        self.terms.method = extended.method;
        Ok(rows)
    }
}

/// Leaves on these rows the principal that came back, in their order; all of it, should it be more than they asked.
fn keep_repaid(rows: &mut [Instalment], back: Fen) -> Result<(), ScheduleError> {
    let mut left = back;
    let last = rows.len().saturating_sub(1);
    for (at, row) in rows.iter_mut().enumerate() {
        row.principal = if at == last {
            left
        } else {
            row.principal.min(left.max(Fen::ZERO))
        };
        left = left.minus(row.principal)?;
        row.payment = row.principal.plus(row.interest)?;
    }
    Ok(())
}

/// Rows of several parts as one plan.
fn whole(mut rows: Vec<Instalment>) -> Result<Plan, ScheduleError> {
    let mut balance = Fen::sum(rows.iter().map(|row| row.principal))?;
    for (row, n) in rows.iter_mut().zip(1..) {
        balance = balance.minus(row.principal)?;
        (row.n, row.balance) = (n, balance);
    }
    Ok(Plan {
        total_payment: Fen::sum(rows.iter().map(|row| row.payment))?,
        total_interest: Fen::sum(rows.iter().map(|row| row.interest))?,
        rows,
    })
}

#[cfg(test)]
mod tests {
    use super::super::{DayCount, instalments_due};
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn terms(method: RepaymentMethod) -> Terms {
        Terms {
            principal: Fen(10_000_000),
            rate: Percent::parse("4.35").unwrap(),
            method,
            day_count: DayCount::Thirty360,
        }
    }

    fn until(on: &str, until: &str, method: RepaymentMethod) -> Extended {
        Extended {
            on: day(on),
            until: day(until),
            rate: Percent::parse("4.8").unwrap(),
            method,
        }
    }

    fn back(on: &str, principal: i64, interest: i64) -> Repaid {
        Repaid {
            day: day(on),
            principal: Fen(principal),
            interest: Fen(interest),
        }
    }

    #[test]
    fn all_at_maturity_moves_to_the_new_maturity_and_bears_interest_throughout() {
        let bullet = RepaymentMethod::Bullet;
        let more = until("2023-12-20", "2024-06-30", bullet);
        let plan = extended_plan(&terms(bullet), day("2022-12-31"), day("2023-12-31"), &[more], &[]).unwrap();
        let [row] = plan.rows.as_slice() else {
            panic!("{plan:?}")
        };
        assert_eq!((row.due, row.principal), (day("2024-06-30"), Fen(10_000_000)));
        // Eighteen months at 4.8%.
        assert_eq!(row.interest, Fen(720_000));
        let late = instalments_due(&plan, Fen::ZERO, Fen::ZERO, day("2024-01-04")).unwrap();
        assert!(!late.is_overdue());
        let late = instalments_due(&plan, Fen::ZERO, Fen::ZERO, day("2024-07-01")).unwrap();
        assert_eq!(late.days_overdue, 1);
    }

    /// 12 equal parts of principal, four due, three paid: the fourth's principal joins the rest, its interest is
    /// still due.
    #[test]
    fn what_was_not_repaid_is_spread_anew_and_its_interest_stays_due() {
        let equal = RepaymentMethod::EqualPrincipal;
        let start = day("2023-01-10");
        let plain = extended_plan(&terms(equal), start, day("2024-01-10"), &[], &[]).unwrap();
        let paid: Vec<Repaid> = plain.rows[..3]
            .iter()
            .map(|row| back(&row.due.to_string(), row.principal.0, row.interest.0))
            .collect();
        let more = until("2023-05-20", "2024-05-10", equal);
        let plan = extended_plan(&terms(equal), start, day("2024-01-10"), &[more], &paid).unwrap();
        assert_eq!(plan.rows.len(), 4 + 12);
        assert_eq!(plan.rows[..3], plain.rows[..3]);
        let fourth = plan.rows[3];
        assert_eq!(
            (fourth.principal, fourth.interest),
            (Fen::ZERO, plain.rows[3].interest)
        );
        let owed = 10_000_000 - paid.iter().map(|back| back.principal.0).sum::<i64>();
        assert_eq!(plan.rows[4].principal, Fen(owed / 12));
        assert_eq!(plan.rows[4].due, day("2023-06-10"));
        // A month at 4.8% of all that is owed.
        assert_eq!(plan.rows[4].interest, Fen(owed * 48 / 12_000));
        assert_eq!(plan.rows[15].balance, Fen::ZERO);
        let (principal, interest) = (
            Fen::sum(paid.iter().map(|back| back.principal)).unwrap(),
            Fen::sum(paid.iter().map(|back| back.interest)).unwrap(),
        );
        let progress = instalments_due(&plan, principal, interest, day("2023-05-20")).unwrap();
        assert_eq!(progress.past_due_principal, Fen::ZERO);
        assert_eq!(progress.past_due_interest, fourth.interest);
        assert_eq!(progress.days_overdue, 10, "since 10 May");
    }

    #[test]
    fn early_principal_eases_the_extended_plan() {
        let bullet = RepaymentMethod::Bullet;
        let more = until("2023-12-20", "2024-06-30", bullet);
        let early = back("2023-06-30", 4_000_000, 0);
        let plan = extended_plan(
            &terms(bullet),
            day("2022-12-31"),
            day("2023-12-31"),
            &[more],
            &[early],
        )
        .unwrap();
        assert_eq!(plan.rows[0].principal, Fen(10_000_000));
        assert!(plan.rows[0].interest < Fen(720_000 - 4_000_000 * 48 / 1000 + 100));
        let progress = instalments_due(&plan, Fen(4_000_000), Fen::ZERO, day("2024-07-01")).unwrap();
        assert_eq!(progress.past_due_principal, Fen(6_000_000));
    }
}
