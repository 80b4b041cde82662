//! Policies of two years, one for each town, product and season.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::acts::{Act, Claim};
use super::calendar::{day, plus_days, plus_months};
use super::catalogue::{AGREED_RISK, RiskSpread, Season, risks, spreads, version_on};
use super::claims::pay_claims;
use super::model::{ClientKind, Policy, PolicyLine, Risk, book_of};
use super::people::{People, Posts};
use super::rng::Rng;
use super::targets::{PAYOUT_2022_FEN, PAYOUT_2023_FEN, SUM_INSURED_2022_FEN, SUM_INSURED_2023_FEN};
use super::villages::{Ground, Town};
use super::{Draft, PlanError};
use crate::values::money::Fen;

/// Left open when quantities are scaled, so that the last agreed line can close the year.
const KEPT_BACK_FEN: i64 = 90_000_000;

/// Quantities are kept in hundredths of a unit.
#[derive(Clone)]
pub(super) struct Piece {
    pub(super) village: usize,
    pub(super) households: u32,
    pub(super) hundredths: i64,
    pub(super) unit_sum: i64,
}

impl Piece {
    /// In fen; exact, as a unit sum is whole yuan or the quantity is 1.
    pub(super) fn sum_insured(&self) -> i64 {
        self.hundredths * self.unit_sum / 100
    }
}

/// A policy before its index and number.
struct Sketch {
    town: usize,
    risk: usize,
    start: NaiveDate,
    end: NaiveDate,
    pieces: Vec<Piece>,
}

/// All policies and what was paid on them.
pub(super) struct Cover {
    pub(super) policies: Vec<Policy>,
    claims: Vec<(NaiveDate, Claim)>,
}

impl Cover {
    pub(super) fn write(ground: &Ground, posts: &Posts, people: &People) -> Result<Self, PlanError> {
        let mut rng = Rng::new(0x0676_0007);
        let holders = holders(people);
        let mut cover = Self {
            policies: Vec::new(),
            claims: Vec::new(),
        };
        let years = [
            (2022, SUM_INSURED_2022_FEN, PAYOUT_2022_FEN),
            (2023, SUM_INSURED_2023_FEN, PAYOUT_2023_FEN),
        ];
        for (year, target, payout) in years {
            let mut sketches = sketch_year(&mut rng, ground, year);
            scale(&mut sketches, target)?;
            for sketch in sketches {
                let policy = finish(sketch, cover.policies.len(), ground, posts, &holders)?;
                cover.policies.push(policy);
            }
            let paid = pay_claims(&mut rng, &cover.policies, year, payout)?;
            cover.claims.extend(paid);
        }
        Ok(cover)
    }

    pub(super) fn drafts(&self) -> Vec<Draft> {
        let draft = |policy: &Policy, date, act| {
            let county = book_of(&policy.town);
            Draft::by(date, &county, policy.institution, policy.specialist, act)
        };
        let insured = self
            .policies
            .iter()
            .enumerate()
            .map(|(n, policy)| draft(policy, policy.start, Act::Insure(n)));
        let paid = self.claims.iter().map(|(date, claim)| {
            let policy = &self.policies[claim.policy];
            draft(policy, *date, Act::PayClaim(claim.clone()))
        });
        insured.chain(paid).collect()
    }
}

/// The first cooperative of each town, by the nine digits of the town.
fn holders(people: &People) -> BTreeMap<String, usize> {
    let mut holders = BTreeMap::new();
    for (n, client) in people.clients.iter().enumerate() {
        let town = client.village.get(..9).unwrap_or_default();
        if client.kind == ClientKind::Cooperative {
            holders.entry(town.to_owned()).or_insert(n);
        }
    }
    holders
}

fn sketch_year(rng: &mut Rng, ground: &Ground, year: i32) -> Vec<Sketch> {
    let risks = risks();
    let mut sketches = Vec::new();
    for (risk, spread) in spreads().iter().enumerate() {
        for (n, town) in ground.towns.iter().enumerate() {
            // The same towns in both years: decided by a stream of their own.
            let sold = Rng::new((risk * 1000 + n) as u64).chance(spread.towns_percent);
            if !sold || !suits(spread, town) {
                continue;
            }
            for (start, end) in seasons(rng, spread, year) {
                let pieces = pieces(rng, town, &risks[risk], spread, start);
                if pieces.len() > 1 {
                    sketches.push(Sketch {
                        town: n,
                        risk,
                        start,
                        end,
                        pieces,
                    });
                }
            }
        }
    }
    sketches.extend(agreed(ground, year));
    sketches
}

fn suits(spread: &RiskSpread, town: &Town) -> bool {
    let in_xinhui = town.county == "440705000000";
    (!spread.coastal_only || town.coastal) && (!spread.xinhui_only || in_xinhui)
}

fn seasons(rng: &mut Rng, spread: &RiskSpread, year: i32) -> Vec<(NaiveDate, NaiveDate)> {
    if spread.seasons.is_empty() {
        let start = plus_days(day(year, 1, 11), rng.between(0, 165));
        return vec![(start, plus_days(plus_months(start, 12), -1))];
    }
    let season = |((m1, d1), (m2, d2)): &Season| {
        let start = plus_days(day(year, *m1, *d1), rng.between(0, 18));
        (start, day(year, *m2, *d2))
    };
    spread.seasons.iter().map(season).collect()
}

/// Four villages in five, each with what it grows.
fn pieces(rng: &mut Rng, town: &Town, risk: &Risk, spread: &RiskSpread, start: NaiveDate) -> Vec<Piece> {
    let Some(unit_sum) = version_on(risk, start).and_then(|v| v.unit_sum) else {
        return Vec::new();
    };
    let mut pieces = Vec::new();
    for village in &town.villages {
        if !rng.chance(80) {
            continue;
        }
        let units = rng.between(spread.quantity.0, spread.quantity.1);
        let part = if spread.whole { 0 } else { rng.between(0, 99) };
        pieces.push(Piece {
            village: *village,
            households: rng.between(6, 90) as u32,
            hundredths: units * 100 + part,
            unit_sum: unit_sum.0,
        });
    }
    pieces
}

/// One policy a year with agreed sums; the last line closes the year's total.
fn agreed(ground: &Ground, year: i32) -> Option<Sketch> {
    let town = ground.towns.iter().position(|t| t.villages.len() >= 4)?;
    let sums = [36_000_000, 45_000_000, 28_880_000, 0];
    let pieces = ground.towns[town].villages.iter().zip(sums);
    let start = day(year, 3, 15);
    Some(Sketch {
        town,
        risk: AGREED_RISK,
        start,
        end: plus_days(plus_months(start, 12), -1),
        pieces: pieces
            .map(|(village, unit_sum)| Piece {
                village: *village,
                households: 12,
                hundredths: 100,
                unit_sum,
            })
            .collect(),
    })
}

/// Multiplies all measured quantities by one ratio so that the year comes close below its target,
/// and gives what is left to the last agreed line.
fn scale(sketches: &mut [Sketch], target: i64) -> Result<(), PlanError> {
    let sum = |sketches: &[Sketch], agreed: bool| -> i64 {
        let wanted = sketches.iter().filter(|s| (s.risk == AGREED_RISK) == agreed);
        let pieces = wanted.flat_map(|s| &s.pieces);
        pieces.map(Piece::sum_insured).sum()
    };
    let spreads = spreads();
    let agreed = sum(sketches, true);
    let before = i128::from(sum(sketches, false).max(1));
    let wanted = i128::from(target - agreed - KEPT_BACK_FEN);
    for sketch in sketches.iter_mut() {
        let Some(spread) = spreads.get(sketch.risk) else {
            continue;
        };
        for piece in &mut sketch.pieces {
            let scaled = i128::from(piece.hundredths) * wanted / before;
            let scaled = i64::try_from(scaled).unwrap_or(piece.hundredths);
            let kept = if spread.whole { scaled % 100 } else { 0 };
            piece.hundredths = scaled - kept;
        }
    }
    let missing = target - agreed - sum(sketches, false);
    let last = sketches.last_mut().and_then(|s| s.pieces.last_mut());
    match last {
        Some(piece) if missing > 0 => piece.unit_sum = missing,
        _ => return Err(PlanError::Unsettled(target)),
    }
    Ok(())
}

fn finish(
    sketch: Sketch,
    index: usize,
    ground: &Ground,
    posts: &Posts,
    holders: &BTreeMap<String, usize>,
) -> Result<Policy, PlanError> {
    let town = &ground.towns[sketch.town];
    let mut lines = Vec::with_capacity(sketch.pieces.len());
    for piece in &sketch.pieces {
        lines.push(PolicyLine {
            village: ground.villages[piece.village].place.clone(),
            specialist: posts.of(town.insurer, piece.village)?,
            households: piece.households,
            quantity: Decimal::new(piece.hundredths, 2),
            unit_sum: Fen(piece.unit_sum),
        });
    }
    let specialist = lines.first().map(|l| l.specialist);
    let holder = holders.get(town.code.get(..9).unwrap_or_default());
    Ok(Policy {
        number: format!("BD{}{:05}", sketch.start.format("%Y%m"), index + 1),
        institution: town.insurer,
        risk: sketch.risk,
        specialist: specialist.ok_or(PlanError::TooFew("村委会"))?,
        town: town.code.clone(),
        policyholder: holder.copied().filter(|_| index.is_multiple_of(2)),
        start: sketch.start,
        end: sketch.end,
        lines,
    })
}
