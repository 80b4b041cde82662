//! Index insurance: seasonal rain below 230 mm pays 1.2 yuan a millimetre for each unit, at most 150 yuan.

use chrono::NaiveDate;
use cunxin::insurance::index::rules::{Condition, Measured, Reading, Shape, Side, Statistic, Take, Trigger};
use cunxin::insurance::index::{NewObservations, record_observations, record_station, record_trigger};
use cunxin::ledger::{Actor, Office};
use cunxin::values::{BookId, Fen, ProductId};

use super::cover::{CoverPos, PartPos};
use super::cover_rules;
use super::die::Die;
use super::drive::{Draft, Run};
use super::events::{amount, business_day, day_from};
use super::insuring::{about, insure_by};
use super::model::{Act, Event, Line, Model, Share, Stage, Standing, of};
use super::rules::Asked;

/// The day from which the trigger holds.
fn since() -> NaiveDate {
    NaiveDate::from_ymd_opt(2021, 1, 1).expect("a day")
}

/// A station and the product's trigger.
pub fn furnish(
    conn: &mut cunxin::db::Conn,
    office: &Office<'_>,
    actor: &Actor,
    city: BookId,
    product: i64,
) -> Result<(), cunxin::error::Error> {
    let station = record_station(conn, office, actor, city, ("59477", "古劳站"))?;
    let trigger = Trigger {
        station: station.id,
        season: None,
        shape: Shape::Linear {
            condition: Condition {
                reading: Reading {
                    statistic: Statistic::Rain,
                    take: Take::Stated,
                },
                side: Side::Below,
                bound: Measured::parse("230").expect("a bound"),
            },
            step: Fen(120),
            cap: Fen(15_000),
        },
    };
    let of = (ProductId(product), since(), "水稻降雨指数条款");
    record_trigger(conn, office, actor, city, of, Some(&trigger))?;
    Ok(())
}

/// What of the weather concerns a policy: the last number among its days, and the rain that counts as it was known
/// up to a number, with its day.
fn weather(model: &Model, cover: &CoverPos, up_to: usize) -> (usize, Option<(NaiveDate, i64)>) {
    let numbered = (1..).zip(&model.observed);
    let within = numbered.filter(|(_, (day, _))| cover.from <= *day && *day <= cover.to);
    let (mut last, mut rain) = (0, None::<(NaiveDate, i64)>);
    for (number, (day, value)) in within {
        last = number;
        if number <= up_to && rain.is_none_or(|(known, _)| known <= *day) {
            rain = Some((*day, *value));
        }
    }
    (last, rain)
}

/// What the formula pays on a part, and the day that decides.
fn formula(model: &Model, cover: &CoverPos, part: &PartPos, up_to: usize) -> Option<(i64, NaiveDate)> {
    let (day, rain) = weather(model, cover, up_to).1.filter(|(_, rain)| *rain < 230)?;
    Some((((230 - rain) * 120).min(15_000) * part.quantity, day))
}

impl Standing {
    pub fn pay_by_index(&mut self, n: usize, line: &Line, (at, households): (usize, i64)) -> Vec<Share> {
        let parts = self.covers.get_mut(&line.contract.expect("a policy")).into_iter();
        parts
            .flat_map(|cover| &mut cover.parts)
            .filter(|part| part.n == at)
            .for_each(|part| part.paid += line.amount);
        let mut shares = vec![
            of(n, line, "insurance.payout", line.amount),
            of(n, line, "insurance.paid_participations", households),
        ];
        shares.retain(|share| share.amount != 0);
        shares
    }
}

/// What refuses an index payout.
pub fn refused(
    model: &Model,
    event: &Event,
    own: Option<usize>,
    asked: Asked,
    line: &Line,
    cover: &CoverPos,
) -> Option<&'static str> {
    let Act::IndexPay { part, observed, .. } = &line.act else {
        return None;
    };
    let Some(known) = cover.part(*part) else {
        return Some("no part");
    };
    if !cover_rules::is_index(cover) || !cover_rules::same_place(cover, known, line) {
        return Some("no trigger, or another part");
    }
    let stranger = known.client.is_some() && line.client.is_some() && known.client != line.client;
    let Some((pays, day)) = formula(model, cover, known, *observed).filter(|_| !stranger) else {
        return Some("not triggered");
    };
    if asked == Asked::Sending && weather(model, cover, usize::MAX).0 != *observed {
        return Some("newer observations");
    }
    let outside = !cover.covers(day) || day > event.day;
    if line.amount != pays || outside || line.amount <= 0 || line.amount > cover.left(known) {
        return Some("another amount, outside or too much");
    }
    let same = |other: &Line| {
        other.contract == line.contract && matches!(other.act, Act::IndexPay { part: at, .. } if at == *part)
    };
    let before = model.events.iter().enumerate().any(|(at, other)| {
        let counts = other.stage == Stage::Posted || asked == Asked::Sending && other.stage == Stage::Waiting;
        Some(at) != own
            && other.book == event.book
            && other.reverses.is_none()
            && counts
            && other.lines.iter().any(same)
    });
    (before || event.lines.iter().filter(|other| same(other)).nth(1).is_some())
        .then_some("paid by index already")
}

/// A payout by the formula on a policy whose weather is known.
pub fn pay_by_index(run: &mut Run, die: &mut Die, county: usize) -> Option<Draft> {
    let book = run.office.counties[county];
    let standing = run.model.foreseen(book, None);
    let covers: Vec<_> = standing
        .covers
        .iter()
        .filter(|(_, cover)| cover_rules::is_index(cover) || die.chance(3))
        .collect();
    let (contract, cover) = *die.pick(&covers)?;
    let last = weather(&run.model, cover, usize::MAX).0;
    let mut lines = Vec::new();
    let mut day = cover.from;
    for _ in 0..[1, 1, 2][die.below(3)] {
        let at = die.below(cover.parts.len());
        let observed = if die.chance(95) {
            last
        } else {
            last.saturating_sub(1)
        };
        let pays = formula(&run.model, cover, &cover.parts[at], observed);
        let (pays, since) = pays.or(die.chance(10).then_some((10_000, cover.from)))?;
        day = day_from(die, since);
        let act = Act::IndexPay {
            part: cover.parts[at].n,
            observed,
            households: die.between(0, 2),
        };
        let mut line = about(run, die, *contract, cover, at, act);
        line.amount = if die.chance(95) { pays } else { amount(die, pays) };
        lines.push(line);
    }
    Some(Draft {
        kind: "insurance.index_payout",
        book,
        day,
        institution: cover.institution,
        lines,
    })
}

/// The rain up to some day becomes known, or is corrected.
pub fn observe(run: &mut Run, die: &mut Die) {
    let day = business_day(die);
    observe_on(run, die, day);
}

fn observe_on(run: &mut Run, die: &mut Die, day: NaiveDate) {
    let rain = [180, 105, 229, 230, 310][die.below(5)];
    let new = NewObservations {
        station: 1,
        statistic: Statistic::Rain,
        source: "气象证明".to_owned(),
        values: vec![(day, Measured::parse(&rain.to_string()).expect("rain"))],
    };
    let actor = run.actor("admin");
    let city = BookId(run.office.city);
    let done = run.site.state.write_now(city, |conn, office| {
        record_observations(conn, office, &actor, city, &new)
    });
    let known = run.model.observed.iter().rev().find(|(at, _)| *at == day);
    let fresh = known.is_none_or(|(_, before)| *before != rain);
    assert_eq!(done.expect("observed"), usize::from(fresh), "rain on {day}");
    run.tell(format!("{rain} mm of rain by {day}"));
    if fresh {
        run.model.observed.push((day, rain));
    }
}

/// A policy by index, the weather of its days, and what it pays.
pub fn season(run: &mut Run, die: &mut Die) {
    let county = usize::from(die.chance(35));
    let product = run.office.index_product;
    let Some(draft) = insure_by(run, die, county, product) else {
        return;
    };
    let day = draft.day;
    if let Some(at) = run.send(draft, "maker", die) {
        run.approve(at, "reviewer", true, die);
    }
    for _ in 0..die.between(1, 2) {
        observe_on(run, die, day);
        if let Some(draft) = pay_by_index(run, die, county)
            && let Some(at) = run.send(draft, "maker", die)
        {
            run.approve(at, "reviewer", die.chance(95), die);
        }
    }
}
