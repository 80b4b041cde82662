//! Loans under signed lines and without a line, and how they are repaid.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::acts::{Act, Classification, LoanClass, Repayment};
use super::calendar::{day, last_paid, next_on, plus_days, plus_months, year_end};
use super::catalogue::{SECURED_LOAN, products};
use super::credit::Book;
use super::marine::add_marine;
use super::model::{ClientKind, Loan, Product, RepaymentMethod};
use super::people::{People, Posts};
use super::rng::Rng;
use super::villages::Ground;
use super::{Draft, PlanError, WAN};
use crate::values::money::Fen;

/// A thousand yuan, of which every loan is a multiple.
pub(super) const THOUSAND: i64 = 100_000;
/// Loans to clients without a line, beside the marine ones.
const WITHOUT_LINE: usize = 1_150;

/// Loans and what was paid on them, by loan.
#[derive(Default)]
pub(super) struct Debts {
    pub(super) loans: Vec<Loan>,
    pub(super) paid: Vec<(NaiveDate, Repayment)>,
    pub(super) classified: Vec<(NaiveDate, Classification)>,
    /// Paid in the first days of 2024, after the totals were measured.
    pub(super) since: Vec<(NaiveDate, Repayment)>,
}

impl Debts {
    pub(super) fn run_up(
        ground: &Ground,
        posts: &Posts,
        people: &mut People,
        book: &Book,
    ) -> Result<Self, PlanError> {
        let products = products();
        let mut rng = Rng::new(0x0676_0005);
        let mut debts = Self::default();
        for round in &book.rounds {
            for line in round.lines.clone() {
                debts.draw_line(&mut rng, &products, book, line);
            }
        }
        debts.lend_without_line(&mut rng, &products, ground, people, book);
        add_marine(&mut debts, &products[..], ground, posts, people)?;
        debts.number();
        debts.leave_some_unpaid();
        Ok(debts)
    }

    /// Perhaps a first draw, a second beside it, or another after it is repaid.
    fn draw_line(&mut self, rng: &mut Rng, products: &[Product], book: &Book, line: usize) {
        let progress = &book.progress[line];
        let Some(signed_on) = progress.signed_on else {
            return;
        };
        if !rng.chance(if progress.is_business { 52 } else { 31 }) {
            return;
        }
        let terms = &book.lines[line];
        let day_of_month = loan_day(terms.specialist);
        let wait = rng.one(&[0, 0, 0, 1, 1, 2, 3, 5]);
        let start = plus_months(next_on(signed_on, day_of_month), wait);
        if start > year_end() {
            return;
        }
        let product = &products[terms.product];
        let loan = Loan {
            number: String::new(),
            client: terms.client,
            line: Some(line),
            village: terms.village.clone(),
            institution: terms.institution,
            product: terms.product,
            specialist: terms.specialist,
            amount: Fen(draw(rng, progress.granted)),
            rate_percent: usual_rate(rng, product),
            start,
            months: product.term_months,
            maturity: start,
            method: RepaymentMethod::Bullet,
            purpose: purpose(rng, &product.industry).to_owned(),
            guarantee: if progress.is_business {
                rng.pick(&["信用", "保证", "抵押", "农担"])
            } else {
                rng.pick(&["信用", "信用", "信用", "信用", "保证", "农担"])
            }
            .to_owned(),
        };
        let amount = loan.amount.0;
        let repaid = self.lend(rng, loan.clone());
        let room = (progress.granted - amount) / THOUSAND * THOUSAND;
        if rng.chance(9) && room >= WAN {
            let mut second = loan.clone();
            second.start = plus_months(start, 1 + rng.below(4) as u32);
            second.amount = Fen(draw(rng, room));
            if second.start <= year_end() {
                self.lend(rng, second);
            }
        } else if let Some(repaid) = repaid.filter(|_| product.revolving && rng.chance(45)) {
            let mut again = loan;
            again.start = plus_months(repaid, 1);
            if again.start <= year_end() {
                self.lend(rng, again);
            }
        }
    }

    fn lend_without_line(
        &mut self,
        rng: &mut Rng,
        products: &[Product],
        ground: &Ground,
        people: &mut People,
        book: &Book,
    ) {
        let product = &products[SECURED_LOAN];
        for _ in 0..WITHOUT_LINE {
            // The last round is 新屋村's.
            let round = &book.rounds[rng.below(book.rounds.len() - 1)];
            let village = round.survey.village;
            let kind = rng.one(&[
                ClientKind::Household,
                ClientKind::Household,
                ClientKind::Cooperative,
                ClientKind::Enterprise,
            ]);
            let (client, amount) = if kind == ClientKind::Household {
                (people.household(ground, village), rng.between(5, 50))
            } else {
                let client = people.business(ground, village, kind);
                (client, rng.between(5, 60) * 10)
            };
            let from = plus_days(day(2022, 1, 12), rng.between(0, 715));
            let start = next_on(from, loan_day(round.specialist));
            if start > year_end() {
                continue;
            }
            let loan = Loan {
                number: String::new(),
                client,
                line: None,
                village: ground.villages[village].place.clone(),
                institution: round.survey.bank,
                product: SECURED_LOAN,
                specialist: round.specialist,
                amount: Fen(amount * WAN),
                rate_percent: usual_rate(rng, product),
                start,
                months: rng.one(&[12, 12, 24, 36]),
                maturity: start,
                method: RepaymentMethod::Bullet,
                purpose: purpose(rng, "").to_owned(),
                guarantee: rng.pick(&["抵押", "抵押", "质押", "保证"]).to_owned(),
            };
            self.lend(rng, loan);
        }
    }

    /// Records the loan and what was paid on it up to the end of 2023; the day it was cleared.
    fn lend(&mut self, rng: &mut Rng, loan: Loan) -> Option<NaiveDate> {
        let mut loan = shaped(rng, loan);
        loan.maturity = plus_months(loan.start, loan.months);
        let index = self.loans.len();
        self.loans.push(loan);
        let stops = rng.below(1000) < 16;
        if stops {
            self.run_overdue(rng, index);
            return None;
        }
        let early = rng.chance(12).then(|| 2 + rng.below(9) as u32);
        self.repay(index, early)
    }

    /// Instalments on their days; with `early`, a bullet loan is cleared after so many months.
    pub(super) fn repay(&mut self, index: usize, early: Option<u32>) -> Option<NaiveDate> {
        let loan = self.loans[index].clone();
        let last = match early {
            Some(months) if loan.method == RepaymentMethod::Bullet => months.min(loan.months),
            _ => loan.months,
        };
        let part = loan.amount.0 / i64::from(loan.months);
        let mut balance = loan.amount.0;
        for month in 1..=last {
            let date = plus_months(loan.start, month);
            if date > last_paid() {
                break;
            }
            let interest = month_interest(balance, loan.rate_percent);
            let (principal, interest) = match loan.method {
                RepaymentMethod::Bullet if month < last => continue,
                RepaymentMethod::Bullet => (balance, interest * i64::from(last)),
                RepaymentMethod::InterestOnly if month < last => (0, interest),
                RepaymentMethod::InterestOnly => (balance, interest),
                RepaymentMethod::EqualPrincipal => (part, interest),
            };
            balance -= principal;
            self.pay(date, index, principal, interest);
        }
        Some(plus_months(loan.start, last)).filter(|date| *date <= year_end())
    }

    pub(super) fn pay(&mut self, date: NaiveDate, loan: usize, principal: i64, interest: i64) {
        let repayment = Repayment {
            loan,
            principal: Fen(principal),
            interest: Fen(interest),
        };
        if date > year_end() {
            self.since.push((date, repayment));
        } else {
            self.paid.push((date, repayment));
        }
    }

    /// In each county the first who was to pay in 2024 does not: what a visitor finds newly overdue.
    fn leave_some_unpaid(&mut self) {
        let mut found: BTreeSet<String> = BTreeSet::new();
        let mut unpaid: BTreeSet<usize> = BTreeSet::new();
        for (_, row) in &self.since {
            let county = super::model::book_of(&self.loans[row.loan].village);
            if found.insert(county) {
                unpaid.insert(row.loan);
            }
        }
        self.since.retain(|(_, row)| !unpaid.contains(&row.loan));
    }

    /// What was paid in 2024, one voucher for each specialist and day.
    pub(super) fn drafts_since(&self) -> Vec<Draft> {
        self.repayments(&self.since)
    }

    fn repayments(&self, paid: &[(NaiveDate, Repayment)]) -> Vec<Draft> {
        let mut repaid: BTreeMap<(NaiveDate, usize), Vec<Repayment>> = BTreeMap::new();
        for (date, row) in paid {
            let key = (*date, self.loans[row.loan].specialist);
            repaid.entry(key).or_default().push(row.clone());
        }
        let draft = |((date, _), rows): ((NaiveDate, usize), Vec<Repayment>)| {
            let first = rows[0].loan;
            self.draft(date, first, Act::Repay(rows))
        };
        repaid.into_iter().map(draft).collect()
    }

    /// Nothing is paid; the bank classifies it a month and four months after it falls due.
    fn run_overdue(&mut self, rng: &mut Rng, index: usize) {
        let loan = &self.loans[index];
        let due = match loan.method {
            RepaymentMethod::Bullet => loan.maturity,
            _ => plus_months(loan.start, 1),
        };
        let steps = [
            (plus_days(due, rng.between(20, 40)), LoanClass::SpecialMention),
            (plus_days(due, rng.between(95, 120)), LoanClass::Substandard),
        ];
        for (date, class) in steps {
            if date <= year_end() {
                let row = Classification { loan: index, class };
                self.classified.push((date, row));
            }
        }
    }

    /// 借据号 in the order of the first day.
    fn number(&mut self) {
        let mut order: Vec<usize> = (0..self.loans.len()).collect();
        order.sort_by_key(|n| self.loans[*n].start);
        for (nth, n) in order.into_iter().enumerate() {
            let loan = &mut self.loans[n];
            loan.number = loan_number(loan.start, nth + 1);
        }
    }

    /// One voucher for each specialist and day.
    pub(super) fn drafts(&self) -> Vec<Draft> {
        let mut lent: BTreeMap<(NaiveDate, usize), Vec<usize>> = BTreeMap::new();
        for (n, loan) in self.loans.iter().enumerate() {
            lent.entry((loan.start, loan.specialist)).or_default().push(n);
        }
        let mut classified: BTreeMap<(NaiveDate, usize), Vec<Classification>> = BTreeMap::new();
        for (date, row) in &self.classified {
            let key = (*date, self.loans[row.loan].specialist);
            classified.entry(key).or_default().push(row.clone());
        }
        let mut drafts = Vec::new();
        for ((date, _), loans) in lent {
            let first = loans[0];
            drafts.push(self.draft(date, first, Act::Lend(loans)));
        }
        drafts.extend(self.repayments(&self.paid));
        for ((date, _), rows) in classified {
            let first = rows[0].loan;
            drafts.push(self.draft(date, first, Act::Classify(rows)));
        }
        drafts
    }

    fn draft(&self, date: NaiveDate, loan: usize, act: Act) -> Draft {
        let loan = &self.loans[loan];
        let county = super::model::book_of(&loan.village);
        Draft::by(date, &county, loan.institution, loan.specialist, act)
    }
}

pub(super) fn loan_number(start: NaiveDate, nth: usize) -> String {
    format!("JJ{}{nth:06}", start.format("%Y%m"))
}

/// The one day of the month on which a specialist's loans are paid out.
pub(super) fn loan_day(specialist: usize) -> u32 {
    (specialist * 7 % 28) as u32 + 1
}

/// Interest for a month under 30/360. Exact, as amounts are whole thousands and rates multiples
/// of 0.06 points.
pub(super) fn month_interest(balance: i64, rate_percent: Decimal) -> i64 {
    let hundredths = hundredths(rate_percent);
    balance * hundredths / 120_000
}

fn hundredths(rate_percent: Decimal) -> i64 {
    let scale = 10_i64.pow(2_u32.saturating_sub(rate_percent.scale()));
    rate_percent.mantissa() as i64 * scale
}

pub(super) fn usual_rate(rng: &mut Rng, product: &Product) -> Decimal {
    product.rate_percent + Decimal::new(6 * rng.between(-3, 5), 2)
}

/// 30 to 100 percent of what may be drawn, in whole thousands.
fn draw(rng: &mut Rng, room: i64) -> i64 {
    let percent = rng.one(&[30, 40, 50, 60, 80, 100, 100, 100]);
    let amount = room * percent / 100;
    (amount / WAN * WAN).max(WAN).min(room / THOUSAND * THOUSAND)
}

/// Most loans of a year or more fall due at once; some pay interest monthly, and a few, whose
/// amount is whole thousands in each of the months, pay equal principal.
fn shaped(rng: &mut Rng, mut loan: Loan) -> Loan {
    let even = loan.amount.0 % (THOUSAND * i64::from(loan.months)) == 0;
    loan.method = match rng.below(100) {
        0..9 if loan.months >= 12 => RepaymentMethod::InterestOnly,
        9..40 if loan.months >= 12 && even => RepaymentMethod::EqualPrincipal,
        _ if loan.months > 12 => RepaymentMethod::InterestOnly,
        _ => RepaymentMethod::Bullet,
    };
    loan
}

pub(super) fn purpose<'a>(rng: &mut Rng, industry: &str) -> &'a str {
    let list: &[&'a str] = match industry {
        "陈皮" => &["柑园管护", "收购鲜柑制陈皮", "陈皮仓储"],
        "大米" => &["购买稻种农药化肥", "插秧机收服务费", "收购稻谷"],
        "鳊鱼" | "水产养殖" => &["购买鱼苗饲料", "鱼塘租金", "增氧设备"],
        "马冈鹅鸭" | "禽蛋" => &["购买鹅鸭苗", "购买饲料", "禽舍改造"],
        "海洋牧场" => &["深水网箱建造", "购买种苗", "养殖工船", "冷链设施"],
        _ => &["购买农资", "扩大种养", "购置农机", "农产品收购", "农房改造经营"],
    };
    rng.pick(list)
}
