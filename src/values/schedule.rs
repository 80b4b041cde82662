//! Repayment plans (还款计划): when a loan comes back, in what parts, with what interest.
//!
//! What always holds here:
//!
//! - the principal of the rows adds up to the loan, and the last row leaves nothing;
//! - each row's payment is its principal and its interest, and the totals are the sums of the rows;
//! - interest is the balance × the yearly rate × the period's share of a year, a fraction of whole numbers that is
//!   rounded once, half away from zero, to the fen;
//! - the equal instalment comes from the periods' own factors, unrounded, and is rounded once; the last row
//!   takes up what rounding left;
//! - due days are counted from the first day, never from one another: 31 January, 29 February, 31 March.

use chrono::NaiveDate;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::Serialize;

use super::coded::coded;
use super::money::{AmountError, Fen, Unit, divide_half_away};
use super::plausible::{HIGHEST_RATE, lendable};
use super::rate::Percent;
use super::text::{Say, Text};

mod extended;
mod period;
mod progress;
#[cfg(test)]
mod progress_tests;
#[cfg(test)]
mod tests;

pub use extended::{Extended, extended_plan};
use period::{Period, monthly_periods, periods_until, whole_term};
pub use progress::{InstalmentState, Progress, Repaid, eased, instalments_due};

/// The most instalments of a plan, thirty years of months.
pub const MOST_PERIODS: u32 = 360;

coded! {
    /// 还款方式; the codes are those of `cunxin schedule`.
    RepaymentMethod {
        EqualInstalment = "equal-instalment", Text::new("等额本息", "Equal instalments");
        EqualPrincipal = "equal-principal", Text::new("等额本金", "Equal principal");
        InterestOnly = "interest-only", Text::new("先息后本", "Interest first, principal at maturity");
        Bullet = "bullet", Text::new("利随本清", "All at maturity");
    }
}

coded! {
    /// 计息方式: which share of a year a period is.
    DayCount {
        /// Each month is a twelfth of a year; days beyond whole months are 360ths (对年对月).
        Thirty360 = "30/360", Text::new("按月计息（30/360）", "By month (30/360)");
        Actual365 = "actual/365", Text::new("按实际天数（实际/365）", "Actual days (actual/365)");
        Actual360 = "actual/360", Text::new("按实际天数（实际/360）", "Actual days (actual/360)");
        /// Days of a common year are 365ths, days of a leap year 366ths.
        ActualActual = "actual/actual", Text::new("按实际天数（实际/实际）", "Actual days (actual/actual)");
    }
}

/// What a plan is made from, but for its days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    pub principal: Fen,
    /// Percent a year.
    pub rate: Percent,
    pub method: RepaymentMethod,
    pub day_count: DayCount,
}

/// One row of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Instalment {
    /// From 1.
    pub n: usize,
    pub due: NaiveDate,
    /// Calendar days since the due day before, whatever the day count.
    pub days: i64,
    pub payment: Fen,
    pub principal: Fen,
    pub interest: Fen,
    /// Principal still owed afterwards.
    pub balance: Fen,
}

/// A repayment plan. Serialises as `cunxin schedule --format json` prints it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Plan {
    pub rows: Vec<Instalment>,
    pub total_payment: Fen,
    pub total_interest: Fen,
}

/// Why there is no plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScheduleError {
    /// Nothing is lent, or less than nothing.
    Principal(Fen),
    /// Not above 0, or above the highest rate.
    Rate(Percent),
    /// None, or more than [`MOST_PERIODS`].
    Periods(u32),
    /// The loan would end before it begins.
    Maturity { start: NaiveDate, maturity: NaiveDate },
    /// The calendar ends before the loan does.
    Date,
    /// Amounts too large to be counted.
    Overflow,
}

impl ScheduleError {
    /// The stable code of the mistake.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            ScheduleError::Principal(_) => "schedule.principal",
            ScheduleError::Rate(_) => "schedule.rate",
            ScheduleError::Periods(_) => "schedule.periods",
            ScheduleError::Maturity { .. } => "schedule.maturity",
            ScheduleError::Date => "schedule.date",
            ScheduleError::Overflow => "schedule.overflow",
        }
    }

    /// The name of what is at fault, as the command line and the calculator call it.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        match self {
            ScheduleError::Principal(_) | ScheduleError::Overflow => "principal",
            ScheduleError::Rate(_) => "rate",
            ScheduleError::Periods(_) => "periods",
            ScheduleError::Maturity { .. } => "maturity",
            ScheduleError::Date => "start",
        }
    }

    /// The sentence for the person who asked.
    #[must_use]
    pub fn say(&self) -> Say {
        match self {
            ScheduleError::Principal(found) => {
                let found = found.show(Unit::Yuan);
                Say::new(
                    format!("贷款金额要大于零；填写的是 {found} 元。"),
                    format!("The principal must be above zero; it says {found} yuan."),
                )
            }
            ScheduleError::Rate(found) => Say::new(
                format!("年利率要大于 0，且不超过 {HIGHEST_RATE}%；填写的是 {found}%。"),
                format!("The yearly rate must be above 0 and at most {HIGHEST_RATE}%; it says {found}%."),
            ),
            ScheduleError::Periods(found) => Say::new(
                format!("期数要在 1 到 {MOST_PERIODS} 之间；填写的是 {found}。"),
                format!("There must be 1 to {MOST_PERIODS} periods; it says {found}."),
            ),
            ScheduleError::Maturity { start, maturity } => Say::new(
                format!("到期日 {maturity} 要晚于放款日 {start}。"),
                format!("The maturity {maturity} must be after the first day, {start}."),
            ),
            ScheduleError::Date => Say::new(
                "还款日超出日历范围，请核对起始日。",
                "The plan runs beyond the calendar. Check the first day.",
            ),
            ScheduleError::Overflow => {
                Say::new("金额太大，无法计算。", "The amount is too large to reckon with.")
            }
        }
    }
}

impl std::fmt::Display for ScheduleError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.say().fmt(f)
    }
}

impl std::error::Error for ScheduleError {}

impl From<AmountError> for ScheduleError {
    fn from(_: AmountError) -> ScheduleError {
        ScheduleError::Overflow
    }
}

/// The plan over so many months from `start`; all at maturity is one row over all of them.
///
/// # Errors
/// What is wrong with the terms or the number of periods.
pub fn plan_of(terms: &Terms, start: NaiveDate, periods: u32) -> Result<Plan, ScheduleError> {
    check(terms)?;
    check_periods(periods)?;
    let periods = if terms.method == RepaymentMethod::Bullet {
        vec![whole_term(start, periods)?]
    } else {
        monthly_periods(start, periods)?
    };
    reckon(terms, &periods)
}

/// The plan up to a day that need not be whole months away: the last period is then a shorter one.
///
/// # Errors
/// What is wrong with the terms or the days.
pub fn plan_until(terms: &Terms, start: NaiveDate, maturity: NaiveDate) -> Result<Plan, ScheduleError> {
    check(terms)?;
    if maturity <= start {
        return Err(ScheduleError::Maturity { start, maturity });
    }
    let mut periods = periods_until(start, maturity)?;
    if terms.method == RepaymentMethod::Bullet {
        periods = vec![Period::joined(&periods, start, maturity)];
    }
    reckon(terms, &periods)
}

/// How many monthly periods lie between two days, the last of which may be shorter.
///
/// # Errors
/// As [`plan_until`].
pub fn months_until(start: NaiveDate, maturity: NaiveDate) -> Result<u32, ScheduleError> {
    if maturity <= start {
        return Err(ScheduleError::Maturity { start, maturity });
    }
    u32::try_from(periods_until(start, maturity)?.len()).map_err(|_| ScheduleError::Overflow)
}

fn check(terms: &Terms) -> Result<(), ScheduleError> {
    if !terms.principal.is_positive() {
        return Err(ScheduleError::Principal(terms.principal));
    }
    check_rate(terms.rate)
}

/// Whether a plan may bear this rate.
///
/// # Errors
/// `Rate` when it may not.
pub fn check_rate(rate: Percent) -> Result<(), ScheduleError> {
    if lendable(rate) {
        Ok(())
    } else {
        Err(ScheduleError::Rate(rate))
    }
}

/// Whether a plan may have so many periods.
///
/// # Errors
/// `Periods` when it may not.
pub const fn check_periods(periods: u32) -> Result<(), ScheduleError> {
    match periods {
        1..=MOST_PERIODS => Ok(()),
        _ => Err(ScheduleError::Periods(periods)),
    }
}

/// How the principal comes back before the last row.
enum Parts {
    /// The instalment less its interest.
    Instalment(Fen),
    /// Always the same.
    Same(Fen),
}

fn reckon(terms: &Terms, periods: &[Period]) -> Result<Plan, ScheduleError> {
    let parts = match terms.method {
        RepaymentMethod::EqualInstalment => Parts::Instalment(equal_instalment(terms, periods)?),
        RepaymentMethod::EqualPrincipal => Parts::Same(equal_part(terms.principal, periods.len())?),
        RepaymentMethod::InterestOnly | RepaymentMethod::Bullet => Parts::Same(Fen::ZERO),
    };
    let mut rows = Vec::with_capacity(periods.len());
    let mut balance = terms.principal;
    for (at, period) in periods.iter().enumerate() {
        let interest = interest(terms, period, balance)?;
        // A few fen over hundreds of periods may be repaid early, and at a very high rate a long month's
        // interest may pass the instalment: no row repays more than is owed, none adds to it.
        let principal = match parts {
            _ if at + 1 == periods.len() => balance,
            Parts::Instalment(instalment) => instalment.minus(interest)?.clamp(Fen::ZERO, balance),
            Parts::Same(part) => part.min(balance),
        };
        balance = balance.minus(principal)?;
        rows.push(Instalment {
            n: at + 1,
            due: period.to,
            days: period.days(),
            payment: principal.plus(interest)?,
            principal,
            interest,
            balance,
        });
    }
    Ok(Plan {
        total_payment: Fen::sum(rows.iter().map(|row| row.payment))?,
        total_interest: Fen::sum(rows.iter().map(|row| row.interest))?,
        rows,
    })
}

/// Balance × rate × share of a year, rounded once.
fn interest(terms: &Terms, period: &Period, balance: Fen) -> Result<Fen, ScheduleError> {
    let (numerator, denominator) = factor(terms, period);
    let product = i128::from(balance.0)
        .checked_mul(numerator)
        .ok_or(ScheduleError::Overflow)?;
    i64::try_from(divide_half_away(product, denominator))
        .map(Fen)
        .map_err(|_| ScheduleError::Overflow)
}

/// The rate for one period, as a fraction of whole numbers. Both stay far below what fits: a rate is at most
/// 240,000 ten-thousandths of a percent, a term at most a few hundred thousand days.
fn factor(terms: &Terms, period: &Period) -> (i128, i128) {
    let hundred_percent = i128::from(Percent::HUNDRED.ten_thousandths());
    let (part, year) = period.share_of_year(terms.day_count);
    let rate = i128::from(terms.rate.ten_thousandths());
    (rate * part, hundred_percent * year)
}

/// P × Πᵢ(1+rᵢ) ÷ Σ of the partial products: what clears the loan when it is paid in every period.
fn equal_instalment(terms: &Terms, periods: &[Period]) -> Result<Fen, ScheduleError> {
    let mut growth = Decimal::ONE;
    let mut sum = Decimal::ZERO;
    let overflow = ScheduleError::Overflow;
    for period in periods {
        let (numerator, denominator) = factor(terms, period);
        let exact = |number| Decimal::try_from_i128_with_scale(number, 0).map_err(|_| overflow);
        let rate = exact(numerator)?
            .checked_div(exact(denominator)?)
            .ok_or(overflow)?;
        let step = Decimal::ONE.checked_add(rate).ok_or(overflow)?;
        growth = growth.checked_mul(step).ok_or(overflow)?;
        sum = sum
            .checked_mul(step)
            .and_then(|sum| sum.checked_add(Decimal::ONE))
            .ok_or(overflow)?;
    }
    let fen = growth
        .checked_div(sum)
        .and_then(|part| part.checked_mul(Decimal::from(terms.principal.0)))
        .ok_or(overflow)?
        .round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
    i64::try_from(fen).map(Fen).map_err(|_| overflow)
}

fn equal_part(principal: Fen, periods: usize) -> Result<Fen, ScheduleError> {
    let periods = i128::try_from(periods).map_err(|_| ScheduleError::Overflow)?;
    i64::try_from(divide_half_away(i128::from(principal.0), periods.max(1)))
        .map(Fen)
        .map_err(|_| ScheduleError::Overflow)
}
