//! What the program says against what the reference reckons: totals, positions, editions.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use cunxin::credit;
use cunxin::fieldwork;
use cunxin::insurance;
use cunxin::ledger;
use cunxin::loans;
use cunxin::register;
use cunxin::totals::{self, Boundaries, By, Figures, Question, RowKey};
use cunxin::values::measure::{MEASURES, Measure, measure};
use cunxin::values::{BookId, ContractId, Month, RegionId, SpecialistId};

use super::cover::{ClaimKey, CoverPos};
use super::drive::{Run, contract_id};
use super::model::{Counted, Force, Posted, Who};
use super::places::Depth;
use crate::support::app::today;

/// Four periods and what waits: how a figure reads.
type Five = [i64; 5];

/// The row a share stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Row {
    Region(i64),
    Institution(i64),
    Product(i64),
    Specialist(i64),
    Whole,
}

/// The months that each of the four figures is about.
fn periods(measure: &Measure, month: Month) -> [(Month, Month); 4] {
    let ago = month.year_ago();
    if measure.is_flow() {
        return [
            (month, month),
            (ago, ago),
            (month.january(), month),
            (ago.january(), ago),
        ];
    }
    let december = month.january().previous();
    [month, month.previous(), december, ago].map(|end| (Month::MIN, end))
}

/// What some shares of one measure come to, added up or counted one by one.
fn figures(measure: &Measure, shares: &[&Counted], month: Month) -> Five {
    let periods = periods(measure, month);
    let within = |waiting: bool, (from, to): (Month, Month)| {
        shares
            .iter()
            .filter(move |counted| counted.waiting == waiting && from <= counted.month && counted.month <= to)
    };
    if !measure.distinct {
        let sum =
            |waiting, period| -> i64 { within(waiting, period).map(|counted| counted.share.amount).sum() };
        let [a, b, c, d] = periods.map(|period| sum(false, period));
        return [a, b, c, d, sum(true, periods[0])];
    }
    let each = |waiting, period| {
        let mut sums: BTreeMap<Who, i64> = BTreeMap::new();
        for counted in within(waiting, period) {
            *sums.entry(counted.share.who.expect("a subject")).or_default() += counted.share.amount;
        }
        sums
    };
    let present = |sums: &BTreeMap<Who, i64>| sums.values().filter(|sum| **sum > 0).count();
    let [a, b, c, d] =
        periods.map(|period| i64::try_from(present(&each(false, period))).expect("few people"));
    let here = each(false, periods[0]);
    let comes = |(who, sum): &(&Who, &i64)| **sum > 0 && here.get(who).copied().unwrap_or(0) <= 0;
    let coming = each(true, periods[0]).iter().filter(comes).count();
    [a, b, c, d, i64::try_from(coming).expect("few people")]
}

fn five(figures: &Figures) -> Five {
    match *figures {
        Figures::Flow {
            month,
            month_year_ago,
            year,
            year_ago,
            pending,
        } => [month, month_year_ago, year, year_ago, pending],
        Figures::Stock {
            end,
            previous_month,
            year_start,
            year_ago,
            pending,
        } => [end, previous_month, year_start, year_ago, pending],
    }
}

/// The shares that belong to a region in a month, each with its row.
fn placed<'a>(
    run: &Run,
    ledger: &'a [Counted],
    region: i64,
    by: By,
    day: NaiveDate,
) -> Vec<(Row, &'a Counted)> {
    let places = &run.model.places;
    let depth = places.get(region).depth;
    let mut rows: BTreeMap<i64, (bool, i64)> = BTreeMap::new();
    let level = match by {
        By::County => Some(Depth::County),
        By::Town => Some(Depth::Town),
        By::Village => Some(Depth::Village),
        _ => None,
    };
    let mut found = Vec::new();
    for counted in ledger {
        let leaf = counted.share.region;
        let (belongs, row) = *rows.entry(leaf).or_insert_with(|| {
            let within = match depth {
                Depth::Province | Depth::City => true,
                _ => places.upwards(leaf, day).contains(&region),
            };
            let row = level.map_or(0, |level| places.at_depth(leaf, level, day).unwrap_or(leaf));
            (within, row)
        });
        if !belongs {
            continue;
        }
        let row = match by {
            By::None => Row::Whole,
            By::Institution => Row::Institution(counted.share.institution),
            By::Product => Row::Product(counted.share.product),
            By::Specialist => Row::Specialist(counted.share.specialist),
            By::County | By::Town | By::Village => Row::Region(row),
        };
        found.push((row, counted));
    }
    found
}

/// The ledger by the units of a day: a village that is part of another by then counts as that one, or, where that
/// is no village, not at all.
fn as_of(run: &Run, ledger: &[Counted], day: NaiveDate) -> Vec<Counted> {
    let places = &run.model.places;
    let then = |counted: &Counted| {
        let mut counted = counted.clone();
        if let Some(Who::Place(unit)) = counted.share.who {
            let heir = places.stands_as(unit, day);
            if heir != unit && !places.get(heir).committee {
                return None;
            }
            counted.share.who = Some(Who::Place(heir));
        }
        Some(counted)
    };
    ledger.iter().filter_map(then).collect()
}

/// Asks the program one question and holds every figure of the answer against the reference.
pub fn question(run: &Run, ledger: &[Counted], region: i64, by: By, month: Month, boundaries: Boundaries) {
    let asked = Question {
        region: RegionId(region),
        month,
        by,
        measures: MEASURES.iter().collect(),
        boundaries,
    };
    let day = match boundaries {
        Boundaries::Then => month.last_day(),
        Boundaries::Now(day) => day,
    };
    let ledger = &as_of(run, ledger, day);
    let answer = run
        .site
        .state
        .read_now(|conn, office| totals::answer(conn, office, &asked))
        .unwrap_or_else(|error| panic!("{by:?} of {region} in {month}: {error}"));
    let placed = placed(run, ledger, region, by, day);
    let mut cells: BTreeMap<(Row, &str), Vec<&Counted>> = BTreeMap::new();
    for (row, counted) in &placed {
        cells
            .entry((*row, counted.share.measure))
            .or_default()
            .push(counted);
        if *row != Row::Whole {
            cells
                .entry((Row::Whole, counted.share.measure))
                .or_default()
                .push(counted);
        }
    }
    let mut expected: BTreeMap<(Row, &str), Five> = BTreeMap::new();
    for ((row, code), shares) in &cells {
        let five = figures(measure(code).expect("a measure"), shares, month);
        if five != [0; 5] {
            expected.insert((*row, code), five);
        }
    }
    let mut told: BTreeMap<(Row, &str), Five> = BTreeMap::new();
    for row in answer.rows.iter().chain([&answer.total]) {
        let key = match row.key {
            _ if std::ptr::eq(row, &answer.total) => Row::Whole,
            RowKey::Region(id) => Row::Region(id.0),
            RowKey::Institution(id) => Row::Institution(id.0),
            RowKey::Product(id) => Row::Product(id.0),
            RowKey::Specialist(id) => Row::Specialist(id.0),
        };
        // What a specialist lent another may bring back, so his row alone need not close.
        if by != By::Specialist {
            let handed = handed(&placed, key, month);
            let told = format!("{key:?} of {region} by {by:?} in {month}");
            identities(row, &answer, handed, &told);
        }
        for (measure, figures) in MEASURES.iter().zip(&row.figures) {
            let figures = five(figures);
            if figures != [0; 5] {
                let twice = told.insert((key, measure.code), figures);
                assert_eq!(twice, None, "{key:?} stands twice");
            }
        }
    }
    if told != expected {
        let keys: BTreeSet<_> = told.keys().chain(expected.keys()).collect();
        let wrong: Vec<String> = keys
            .into_iter()
            .filter(|key| told.get(key) != expected.get(key))
            .map(|key| {
                format!(
                    "  {key:?}: told {:?}, expected {:?}",
                    told.get(key),
                    expected.get(key)
                )
            })
            .collect();
        panic!("region {region} by {by:?} in {month}:\n{}", wrong.join("\n"));
    }
    let same_units = run.model.places.changed(None, month.last_day()) == run.model.places.changed(None, day);
    assert_eq!(
        answer.edition,
        edition(run, region, month).filter(|_| same_units),
        "edition of {region} in {month}"
    );
}

/// Rule 24 on the page itself: opening and flows make the closing.
/// What handovers have moved into a row, less what out of it: this month and this year.
fn handed(placed: &[(Row, &Counted)], row: Row, month: Month) -> [i64; 3] {
    let here = placed.iter().filter(|(at, counted)| {
        (*at == row || row == Row::Whole)
            && counted.moved
            && !counted.waiting
            && counted.share.measure == "loan.balance"
    });
    let since = |from: Month| -> i64 {
        let within = |(_, counted): &&(Row, &Counted)| from <= counted.month && counted.month <= month;
        here.clone()
            .filter(within)
            .map(|(_, counted)| counted.share.amount)
            .sum()
    };
    [since(month), 0, since(month.january())]
}

fn identities(row: &totals::AnswerRow, answer: &totals::Answer, handed: [i64; 3], told: &str) {
    let of = |code: &str| {
        let id = measure(code).expect("a measure").id;
        five(answer.figures(row, id).expect("it was asked for"))
    };
    let (balance, lent) = (of("loan.balance"), of("loan.disbursed"));
    let (back, off) = (of("loan.principal_repaid"), of("loan.written_off"));
    for (before, period, name) in [(1, 0, "month"), (2, 2, "year")] {
        let flows = lent[period] - back[period] - off[period] + handed[period];
        assert_eq!(balance[0] - balance[before], flows, "this {name}, {told}");
    }
    let payers = ["central", "province", "city", "county", "farmer"];
    let parts = payers.map(|payer| of(&format!("insurance.premium.{payer}"))[2]);
    assert_eq!(
        parts.iter().sum::<i64>(),
        of("insurance.premium")[2],
        "premium, {told}"
    );
}

/// The edition that gives a region's figures of a month.
fn edition(run: &Run, region: i64, month: Month) -> Option<i32> {
    let (model, day) = (&run.model, month.last_day());
    let county = model.places.at_depth(region, Depth::County, day);
    let standing = match county {
        Some(county) => {
            let of = |edition: &&super::model::Edition| (edition.book, edition.month) == (county, month);
            let last = model
                .editions
                .iter()
                .filter(of)
                .max_by_key(|edition| edition.number);
            last.filter(|_| month < model.open[&county])
        }
        None => model.city_edition(run.office.city, month),
    };
    let same = standing.filter(|edition| edition.changed == model.places.changed(county, day));
    same.map(|edition| edition.number)
}

/// The cells that a book's month changed, as an edition keeps them.
pub fn cells(ledger: &[Counted], book: i64, month: Month) -> BTreeSet<String> {
    let mut cells: BTreeMap<(i32, i32, i64, i64), Vec<&Counted>> = BTreeMap::new();
    for counted in ledger
        .iter()
        .filter(|counted| counted.book == book && !counted.waiting)
    {
        let share = &counted.share;
        let members = [0, share.institution, share.product, share.specialist];
        for (dimension, member) in (0..).zip(members) {
            let id = measure(share.measure).expect("a measure").id.0;
            cells
                .entry((id, dimension, member, share.region))
                .or_default()
                .push(counted);
        }
    }
    let line = |((id, dimension, member, region), shares): (&(i32, i32, i64, i64), &Vec<&Counted>)| {
        let measure = measure(shares[0].share.measure).expect("a measure");
        let (now, before) = (
            figures(measure, shares, month),
            figures(measure, shares, month.previous()),
        );
        let (amount, alone) = match (measure.distinct, measure.is_flow()) {
            (false, true) => (now[0], 0),
            (_, false) => (now[0] - before[0], 0),
            (true, true) => {
                let earlier = if month == month.january() { 0 } else { before[2] };
                (now[2] - earlier, now[0])
            }
        };
        ((amount, alone) != (0, 0)).then(|| format!("{id} {dimension} {member} {region} {amount} {alone}"))
    };
    cells.iter().filter_map(line).collect()
}

/// The editions of a book, each as it was when it was closed.
pub fn editions(run: &Run, book: i64) {
    let mine: Vec<_> = run
        .model
        .editions
        .iter()
        .filter(|edition| edition.book == book)
        .collect();
    let texts = run.site.state.read_now(|conn, _| {
        let stored = ledger::editions(conn, BookId(book))?;
        let text = |edition: &ledger::Edition| {
            let (text, _) = ledger::edition_texts(conn, edition)?;
            Ok(((edition.month, edition.number), text))
        };
        stored
            .iter()
            .map(text)
            .collect::<Result<BTreeMap<_, _>, cunxin::error::Error>>()
    });
    let texts = texts.expect("editions");
    assert_eq!(texts.len(), mine.len(), "editions of book {book}");
    if book == run.office.city {
        return;
    }
    for edition in mine {
        let text = &texts[&(edition.month, edition.number)];
        let lines: BTreeSet<String> = text.lines().map(str::to_owned).collect();
        let wrong: Vec<_> = lines.symmetric_difference(&edition.cells).collect();
        assert!(
            wrong.is_empty(),
            "edition {} of {}: {wrong:?}",
            edition.number,
            edition.month
        );
    }
}

/// Where every contract stands.
pub fn positions(run: &Run) {
    for book in run.office.counties {
        let standing = run.model.standing(book, run.model.log.len(), None, None);
        let ids: Vec<ContractId> = (1..=run.model.contracts).map(contract_id).collect();
        let villages: Vec<RegionId> = run
            .office
            .villages
            .iter()
            .flatten()
            .copied()
            .map(RegionId)
            .collect();
        let read = run.site.state.read_now(|conn, _| {
            let book = BookId(book);
            Ok((
                credit::load_lines(conn, book, &ids)?,
                loans::load_loans(conn, book, &ids)?,
                insurance::load_covers(conn, book, &ids)?,
                fieldwork::designations(conn, book)?,
                fieldwork::service_points_in(conn, book, &villages)?.len(),
                insurance::rows_with_open_claims(conn, book, &ids)?,
            ))
        });
        let (credit, loans, covers, designations, points, claims) = read.expect("positions");
        assert_eq!(credit.len(), standing.credit.len(), "lines of book {book}");
        for (contract, known) in &standing.credit {
            let line = &credit[&contract_id(*contract)];
            let force = match known.force {
                Force::Active => "active",
                Force::Expired => "expired",
                Force::Terminated => "terminated",
            };
            let told = (
                [line.preapproved_fen.0, line.granted_fen.0, line.signed_fen.0],
                (line.drawn_fen.0, line.drawn_total_fen.0, line.available().0),
                (
                    line.revolving,
                    line.valid_from,
                    line.valid_to,
                    line.state.as_str(),
                ),
                (
                    line.region_id.0,
                    line.institution_id.0,
                    line.product_id.0,
                    line.specialist_id.0,
                ),
            );
            let expected = (
                known.limits,
                (known.drawn, known.drawn_ever, known.available()),
                (known.revolving, known.from, known.to, force),
                (known.region, known.institution, known.product, known.specialist),
            );
            assert_eq!(told, expected, "line {contract} of book {book}");
        }
        assert_eq!(loans.len(), standing.loans.len(), "loans of book {book}");
        for (contract, known) in &standing.loans {
            let loan = &loans[&contract_id(*contract)];
            let told = (
                (loan.balance_fen.0, loan.written_off_fen.0, loan.recovered_fen.0),
                loan.matures_on,
                loan.class.as_str(),
                loan.disbursed_on,
                (loan.region_id.0, loan.specialist_id.0),
            );
            let expected = (
                (known.balance, known.written_off, known.recovered),
                known.due(),
                known.class,
                known.paid_out,
                (known.region, known.specialist),
            );
            assert_eq!(told, expected, "loan {contract} of book {book}");
        }
        assert_eq!(covers.len(), standing.covers.len(), "policies of book {book}");
        for (contract, known) in &standing.covers {
            let cover = &covers[&contract_id(*contract)];
            policy(run, cover, known, &format!("policy {contract} of book {book}"));
        }
        let towns: BTreeSet<i64> = designations.iter().map(|row| row.region_id.0).collect();
        let expected: BTreeSet<i64> = standing.designated.values().copied().collect();
        assert_eq!(towns, expected, "designations of book {book}");
        assert_eq!(points, standing.points.len(), "service points of book {book}");
        let told: BTreeSet<(String, i32)> = claims.iter().map(|(id, n)| (id.to_string(), *n)).collect();
        let open = standing.claims.iter().filter(|(_, claim)| claim.open());
        let row = |(policy, part, _): &ClaimKey| {
            let n = i32::try_from(*part).expect("a part");
            (contract_id(*policy).to_string(), n)
        };
        let expected: BTreeSet<(String, i32)> = open.map(|(key, _)| row(key)).collect();
        assert_eq!(told, expected, "open claims of book {book}");
    }
    posts(run);
}

/// A policy, part by part.
fn policy(run: &Run, cover: &insurance::Cover, known: &CoverPos, what: &str) {
    let told = cover.parts.iter().map(|part| {
        let borne = [
            part.central_fen,
            part.province_fen,
            part.city_fen,
            part.county_fen,
            part.farmer_fen,
        ];
        (
            (part.region_id.0, part.specialist_id.0, part.client_id.clone()),
            (part.quantity.clone(), part.households),
            (part.sum_insured_fen.0, part.paid_fen.0, part.premium_fen.0),
            borne.map(|fen| fen.0),
        )
    });
    let expected = known.parts.iter().map(|part| {
        (
            (
                part.region,
                part.specialist,
                part.client.map(|at| run.model.clients[at].id.clone()),
            ),
            (part.quantity.to_string(), part.households),
            (part.sum, part.paid, part.premium()),
            part.borne,
        )
    });
    let (told, expected): (Vec<_>, Vec<_>) = (told.collect(), expected.collect());
    assert_eq!(told, expected, "{what}");
    let stands = (cover.policy.is_active(), cover.policy.cancelled_on);
    assert_eq!(stands, (known.in_force(), known.cancelled), "{what}");
}

/// After a day's end: of every month's last day since the first open month, and of the day itself, what is
/// posted as overdue is the whole balance of what was past due then.
pub fn overdue(run: &Run, book: i64, day: NaiveDate) {
    let model = &run.model;
    let first = model.open[&book];
    let of_book = |posted: &&Posted| model.events[posted.event].book == book;
    let about_loans = model
        .log
        .iter()
        .filter(of_book)
        .map(|posted| &model.events[posted.event]);
    let last = about_loans
        .filter(|event| event.kind.starts_with("loan."))
        .map(|event| event.day)
        .max();
    let until = last.map_or(day, |last| day.max(last)).min(today());
    if until < first.first_day() {
        return;
    }
    let ends = first.through(Month::of(until)).map(Month::last_day);
    let loans = model.standing(book, model.log.len(), None, None).loans;
    for end in ends.filter(|end| *end < until).chain([until]) {
        let mut balances: BTreeMap<usize, i64> = BTreeMap::new();
        let mut overdue: BTreeMap<usize, i64> = BTreeMap::new();
        for posted in model.log.iter().filter(of_book) {
            let event = &model.events[posted.event];
            if event.day > end || posted.month > Month::of(end) {
                continue;
            }
            for share in &posted.shares {
                let Some(contract) = event.lines[share.line - 1].contract else {
                    continue;
                };
                match share.measure {
                    "loan.balance" => *balances.entry(contract).or_default() += share.amount,
                    "loan.overdue" => *overdue.entry(contract).or_default() += share.amount,
                    _ => {}
                }
            }
        }
        overdue.retain(|_, amount| *amount != 0);
        balances.retain(|contract, balance| {
            let late = loans.get(contract).is_some_and(|loan| loan.due_on(end) < end);
            late && *balance > 0
        });
        assert_eq!(
            overdue, balances,
            "overdue on {end} in book {book}, brought up to {until}"
        );
    }
}

/// Who is posted where.
fn posts(run: &Run) {
    for (number, _) in run.office.specialists {
        let rows = run
            .site
            .state
            .read_now(|conn, _| register::load_assignments(conn, SpecialistId(number)));
        let told: BTreeSet<_> = rows
            .expect("assignments")
            .into_iter()
            .map(|row| {
                (
                    row.book_id.0,
                    row.region_id.0,
                    row.valid_from,
                    row.valid_to,
                    row.id,
                )
            })
            .collect();
        let mut expected = BTreeSet::new();
        for book in run.office.counties {
            let posts = run.model.standing(book, run.model.log.len(), None, None).posts;
            let theirs = posts.into_iter().filter(|(_, post)| post.specialist == number);
            expected.extend(theirs.map(|(contract, post)| {
                let id = contract_id(contract).to_string();
                (book, post.region, post.from, post.to, id)
            }));
        }
        assert_eq!(told, expected, "specialist {number}");
    }
}

/// Everything derived is what it is derived from.
pub fn verified(run: &Run) {
    let found = run.site.state.read_now(ledger::verify).expect("verify runs");
    assert!(found.is_empty(), "verify finds: {found:#?}");
}
