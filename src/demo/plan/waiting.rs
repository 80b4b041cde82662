//! What waits for review on 2024-01-04: six sheets in 台山, one of them wrong, three loans
//! elsewhere, and a visit.

use chrono::NaiveDate;

use super::acts::{Act, Sheet, SheetLine};
use super::calendar::day;
use super::credit::{Book, Round, new_clients};
use super::fieldwork::visit;
use super::loans::{Debts, THOUSAND, loan_number};
use super::model::{Loan, RepaymentMethod};
use super::people::{People, Posts};
use super::rng::Rng;
use super::villages::{GULAO, Ground, TAISHAN};
use super::{Draft, PlanError, WAN};
use crate::values::money::Fen;

/// What was meant for one household of the wrong sheet, and what was keyed.
pub(super) const MEANT: i64 = 16 * WAN;
pub(super) const KEYED: i64 = 10 * MEANT;
/// 恩平 and 新会, where two of the loans wait.
const ELSEWHERE: [&str; 2] = ["440785000000", "440705000000"];

pub(super) fn drafts(
    ground: &Ground,
    posts: &Posts,
    people: &mut People,
    book: &mut Book,
    debts: &mut Debts,
) -> Result<Vec<Draft>, PlanError> {
    let mut rng = Rng::new(0x0676_0009);
    let mut drafts = grants(ground, book)?;
    drafts.extend(loans(ground, book, debts)?);
    let round = round_in(ground, book, |r| ground.town_of(r.survey.village).code == GULAO);
    let round = &book.rounds[round.ok_or(PlanError::TooFew("古劳镇村委会"))?];
    let lines: Vec<usize> = round.lines.clone().take(4).collect();
    drafts.push(visit(&mut rng, ground, book, round, day(2024, 1, 3), &lines));
    for survey in &ground.unsurveyed {
        let clients = new_clients(&mut rng, ground, people, survey.village);
        let specialist = posts.of(survey.bank, survey.village)?;
        let date = day(2024, 1, 2);
        book.open(&mut rng, ground, *survey, specialist, date, &clients);
        if let Some(round) = book.rounds.pop() {
            drafts.extend(book.drafts(&round, ground));
        }
    }
    Ok(drafts)
}

fn round_in(ground: &Ground, book: &Book, wanted: impl Fn(&Round) -> bool) -> Option<usize> {
    let village = |r: &Round| r.survey.village != ground.hamlet;
    book.rounds.iter().position(|r| village(r) && wanted(r))
}

/// Four sheets of grants on late pre-approvals; the second has one household at ten times its
/// neighbours, and at ten times what it was pre-approved for.
fn grants(ground: &Ground, book: &Book) -> Result<Vec<Draft>, PlanError> {
    let open = |line: &usize| {
        let progress = &book.progress[*line];
        progress.granted_on.is_none() && !progress.is_business
    };
    let late = book.rounds.iter().filter(|round| {
        let in_taishan = ground.county_of(round.survey.village) == TAISHAN;
        let open_lines = round.lines.clone().filter(open).count();
        in_taishan && round.survey.first && round.date >= day(2023, 9, 1) && open_lines >= 18
    });
    let is_meant = |line: &usize| book.progress[*line].preapproved == MEANT;
    let mut drafts = Vec::new();
    let mut keyed = false;
    for round in late {
        let lines: Vec<usize> = round.lines.clone().filter(open).take(24).collect();
        let wrong = lines.iter().copied().find(is_meant).filter(|_| !keyed);
        let enough = drafts.len() >= 3 + usize::from(keyed);
        if enough && wrong.is_none() {
            continue;
        }
        keyed |= wrong.is_some();
        let row = |line: usize| match wrong {
            Some(w) if w == line => SheetLine::new(line, KEYED),
            _ => SheetLine::new(line, book.progress[line].preapproved),
        };
        let sheet = Sheet {
            village: ground.villages[round.survey.village].place.clone(),
            lines: lines.into_iter().map(row).collect(),
        };
        let date = day(2024, 1, 2 + (drafts.len() % 2) as u32);
        drafts.push(by_round(ground, round, date, Act::Grant(sheet)));
        if drafts.len() == 4 {
            return Ok(drafts);
        }
    }
    Err(PlanError::TooFew("台山市待授信户"))
}

/// One draw in 古劳镇, one in 恩平 and one in 新会, on lines nothing was drawn on.
fn loans(ground: &Ground, book: &Book, debts: &mut Debts) -> Result<Vec<Draft>, PlanError> {
    let drawn: std::collections::HashSet<usize> = debts.loans.iter().filter_map(|loan| loan.line).collect();
    let free = |line: &usize| {
        let progress = &book.progress[*line];
        let signed = progress.signed_on.is_some() && !progress.is_business;
        signed && !drawn.contains(line) && progress.granted % THOUSAND == 0
    };
    let has_free = |round: &Round| round.lines.clone().any(|line| free(&line));
    let mut rounds = vec![round_in(ground, book, |r| {
        ground.town_of(r.survey.village).code == GULAO && has_free(r)
    })];
    for county in ELSEWHERE {
        rounds.push(round_in(ground, book, |r| {
            ground.county_of(r.survey.village) == county && has_free(r)
        }));
    }
    let mut drafts = Vec::new();
    for (n, round) in rounds.into_iter().enumerate() {
        let round = &book.rounds[round.ok_or(PlanError::TooFew("村委会"))?];
        let Some(line) = round.lines.clone().find(free) else {
            continue;
        };
        let date = day(2024, 1, 2 + (n % 2) as u32);
        let nth = debts.loans.len() + 1;
        debts.loans.push(pending_loan(book, line, date, nth));
        drafts.push(by_round(ground, round, date, Act::Lend(vec![nth - 1])));
    }
    Ok(drafts)
}

fn pending_loan(book: &Book, line: usize, date: NaiveDate, nth: usize) -> Loan {
    let terms = &book.lines[line];
    let product = &super::catalogue::products()[terms.product];
    Loan {
        number: loan_number(date, nth),
        client: terms.client,
        line: Some(line),
        village: terms.village.clone(),
        institution: terms.institution,
        product: terms.product,
        specialist: terms.specialist,
        amount: Fen(book.progress[line].granted),
        rate_percent: product.rate_percent,
        start: date,
        months: product.term_months,
        maturity: super::calendar::plus_months(date, product.term_months),
        method: RepaymentMethod::Bullet,
        purpose: "春耕备耕购买农资".to_owned(),
        guarantee: "信用".to_owned(),
    }
}

fn by_round(ground: &Ground, round: &Round, date: NaiveDate, act: Act) -> Draft {
    let county = ground.county_of(round.survey.village);
    Draft::by(date, county, round.survey.bank, round.specialist, act)
}
