//! Whole-village sheets: pre-approval (预授信), grant (授信) in one or two rounds, signature (签约).

use std::collections::BTreeMap;
use std::ops::Range;

use chrono::NaiveDate;

use super::PlanError;
use super::acts::{Act, Sheet, SheetLine};
use super::calendar::{day, last_workday, plus_days, plus_months, workday_from};
use super::catalogue::{
    BREAM_LOAN, CITRUS_LOAN, EGG_LOAN, FARM_CREDIT, FISH_LOAN, GOOSE_LOAN, HOUSEHOLD_CREDIT, INDUSTRY_CREDIT,
    RICE_LOAN,
};
use super::model::{ClientKind, Line};
use super::people::{People, Posts};
use super::rng::Rng;
use super::settle::settle;
use super::targets::{GRANTED_FEN, HAMLET_GRANTS_FEN, PREAPPROVED_FEN};
use super::villages::{Ground, Survey, Town};
use super::{Draft, WAN};

/// How far a line has come.
#[derive(Clone, Copy, Default)]
pub(super) struct Progress {
    /// 0 for a line granted without pre-approval.
    pub(super) preapproved: i64,
    pub(super) granted: i64,
    pub(super) granted_on: Option<NaiveDate>,
    pub(super) signed_on: Option<NaiveDate>,
    pub(super) is_business: bool,
}

/// One bank's work in one village.
pub(super) struct Round {
    pub(super) survey: Survey,
    pub(super) specialist: usize,
    pub(super) date: NaiveDate,
    pub(super) lines: Range<usize>,
}

/// All lines; `progress` runs beside `lines`.
#[derive(Default)]
pub(super) struct Book {
    pub(super) lines: Vec<Line>,
    pub(super) progress: Vec<Progress>,
    pub(super) rounds: Vec<Round>,
}

/// The day the five households of 新屋村 were granted.
pub(super) fn hamlet_day() -> NaiveDate {
    day(2023, 2, 16)
}

impl Book {
    pub(super) fn draw_up(ground: &Ground, posts: &Posts, people: &mut People) -> Result<Self, PlanError> {
        let mut rng = Rng::new(0x0676_0004);
        let mut book = Self::default();
        let mut first_round: BTreeMap<usize, usize> = BTreeMap::new();
        for survey in &ground.surveys {
            let known = first_round.get(&survey.village).copied();
            let date = match known {
                None => first_date(&mut rng),
                Some(round) => {
                    let after = rng.between(40, 200);
                    let date = plus_days(book.rounds[round].date, after);
                    workday_from(date.min(day(2023, 11, 20)))
                }
            };
            let clients = match known {
                None => new_clients(&mut rng, ground, people, survey.village),
                Some(round) => book.later_clients(&mut rng, ground, people, round),
            };
            first_round.entry(survey.village).or_insert(book.rounds.len());
            let specialist = posts.of(survey.bank, survey.village)?;
            book.open(&mut rng, ground, *survey, specialist, date, &clients);
        }
        book.settle_preapprovals(&mut rng)?;
        book.grant(&mut rng)?;
        book.add_hamlet(ground, posts, people)?;
        Ok(book)
    }

    /// Some households that bank elsewhere already, and some that do not.
    fn later_clients(
        &self,
        rng: &mut Rng,
        ground: &Ground,
        people: &mut People,
        round: usize,
    ) -> Vec<(usize, ClientKind)> {
        let first = &self.rounds[round];
        let known = first.lines.clone().step_by(9).take(12);
        let mut clients: Vec<(usize, ClientKind)> = known
            .map(|n| self.lines[n].client)
            .map(|client| (client, people.clients[client].kind))
            .filter(|(_, kind)| *kind == ClientKind::Household)
            .collect();
        for _ in 0..rng.between(12, 26) {
            let client = people.household(ground, first.survey.village);
            clients.push((client, ClientKind::Household));
        }
        clients
    }

    pub(super) fn open(
        &mut self,
        rng: &mut Rng,
        ground: &Ground,
        survey: Survey,
        specialist: usize,
        date: NaiveDate,
        clients: &[(usize, ClientKind)],
    ) {
        let start = self.lines.len();
        let crop = crop_product(ground.town_of(survey.village));
        for (client, kind) in clients {
            let product = match kind {
                ClientKind::Household if rng.chance(42) => crop,
                ClientKind::Household => HOUSEHOLD_CREDIT,
                ClientKind::FamilyFarm => FARM_CREDIT,
                ClientKind::Cooperative | ClientKind::Enterprise => INDUSTRY_CREDIT,
            };
            self.lines.push(Line {
                client: *client,
                village: ground.villages[survey.village].place.clone(),
                institution: survey.bank,
                product,
                specialist,
                valid_from: date,
                valid_to: plus_days(plus_months(date, 36), -1),
            });
            let is_business = *kind != ClientKind::Household;
            self.progress.push(Progress {
                preapproved: limit(rng, is_business),
                is_business,
                ..Progress::default()
            });
        }
        self.rounds.push(Round {
            survey,
            specialist,
            date,
            lines: start..self.lines.len(),
        });
    }

    fn settle_preapprovals(&mut self, rng: &mut Rng) -> Result<(), PlanError> {
        let mut amounts: Vec<i64> = self.progress.iter().map(|p| p.preapproved).collect();
        let order = shuffled(rng, amounts.len());
        let bounds = |_: usize| (2 * WAN, 600 * WAN);
        let target = PREAPPROVED_FEN - HAMLET_GRANTS_FEN.iter().sum::<i64>();
        settle(&mut amounts, bounds, &order, WAN, target)?;
        for (progress, amount) in self.progress.iter_mut().zip(amounts) {
            progress.preapproved = amount;
        }
        Ok(())
    }

    /// One or two rounds of grants to part of a sheet, most of them signed some days later.
    fn grant(&mut self, rng: &mut Rng) -> Result<(), PlanError> {
        for round in &self.rounds {
            let first = workday_from(plus_days(round.date, rng.between(14, 60)));
            let second = workday_from(plus_days(first, rng.between(60, 150)));
            let waves = [first, second].map(|date| {
                let signing = workday_from(plus_days(date, rng.between(3, 24)));
                (date, signing)
            });
            for line in round.lines.clone() {
                let (date, signing) = waves[usize::from(rng.chance(22))];
                let signs = rng.chance(82) && signing <= last_workday();
                let granted = granted_share(rng, self.progress[line].preapproved);
                if date <= last_workday() && rng.chance(67) {
                    let progress = &mut self.progress[line];
                    progress.granted = granted;
                    progress.granted_on = Some(date);
                    progress.signed_on = signs.then_some(signing);
                }
            }
        }
        self.settle_grants(rng)
    }

    fn settle_grants(&mut self, rng: &mut Rng) -> Result<(), PlanError> {
        let target = GRANTED_FEN - HAMLET_GRANTS_FEN.iter().sum::<i64>();
        let mut amounts: Vec<i64> = self.progress.iter().map(|p| p.granted).collect();
        let order = shuffled(rng, amounts.len());
        let bounds = |n: usize| match self.progress[n].granted_on {
            Some(_) => (WAN, self.progress[n].preapproved),
            None => (0, 0),
        };
        settle(&mut amounts, bounds, &order, WAN, target)?;
        for (progress, amount) in self.progress.iter_mut().zip(amounts) {
            progress.granted = amount;
        }
        Ok(())
    }

    /// The five aquaculture households of 新屋村: granted directly, not yet signed.
    fn add_hamlet(&mut self, ground: &Ground, posts: &Posts, people: &mut People) -> Result<(), PlanError> {
        let (bank, _) = ground.hamlet_post().ok_or(PlanError::TooFew("古劳镇村委会"))?;
        let specialist = posts.of(bank, ground.hamlet)?;
        let date = hamlet_day();
        let start = self.lines.len();
        for granted in HAMLET_GRANTS_FEN {
            self.lines.push(Line {
                client: people.household(ground, ground.hamlet),
                village: ground.villages[ground.hamlet].place.clone(),
                institution: bank,
                product: FISH_LOAN,
                specialist,
                valid_from: date,
                valid_to: plus_days(plus_months(date, 36), -1),
            });
            self.progress.push(Progress {
                granted,
                granted_on: Some(date),
                ..Progress::default()
            });
        }
        self.rounds.push(Round {
            survey: Survey {
                village: ground.hamlet,
                bank,
                first: true,
            },
            specialist,
            date,
            lines: start..self.lines.len(),
        });
        Ok(())
    }

    /// The sheets of one round, as vouchers.
    pub(super) fn drafts(&self, round: &Round, ground: &Ground) -> Vec<Draft> {
        let mut granted: BTreeMap<NaiveDate, Vec<SheetLine>> = BTreeMap::new();
        let mut signed: BTreeMap<NaiveDate, Vec<SheetLine>> = BTreeMap::new();
        let mut preapproved = Vec::new();
        for line in round.lines.clone() {
            let progress = &self.progress[line];
            if progress.preapproved > 0 {
                preapproved.push(SheetLine::new(line, progress.preapproved));
            }
            if let Some(date) = progress.granted_on {
                let row = SheetLine::new(line, progress.granted);
                granted.entry(date).or_default().push(row);
            }
            if let Some(date) = progress.signed_on {
                let row = SheetLine::new(line, progress.granted);
                signed.entry(date).or_default().push(row);
            }
        }
        let sheet = |lines| Sheet {
            village: ground.villages[round.survey.village].place.clone(),
            lines,
        };
        let draft = |date, act| {
            Draft::by(
                date,
                ground.county_of(round.survey.village),
                round.survey.bank,
                round.specialist,
                act,
            )
        };
        let mut drafts = Vec::new();
        if !preapproved.is_empty() {
            drafts.push(draft(round.date, Act::Preapprove(sheet(preapproved))));
        }
        drafts.extend(
            granted
                .into_iter()
                .map(|(date, lines)| draft(date, Act::Grant(sheet(lines)))),
        );
        drafts.extend(
            signed
                .into_iter()
                .map(|(date, lines)| draft(date, Act::Sign(sheet(lines)))),
        );
        drafts
    }
}

/// Two in five villages in 2022, the rest in 2023.
fn first_date(rng: &mut Rng) -> NaiveDate {
    let (from, to) = if rng.chance(42) {
        (day(2022, 1, 10), 345)
    } else {
        (day(2023, 1, 4), 338)
    };
    workday_from(plus_days(from, rng.between(0, to)))
}

pub(super) fn new_clients(
    rng: &mut Rng,
    ground: &Ground,
    people: &mut People,
    village: usize,
) -> Vec<(usize, ClientKind)> {
    use ClientKind::{Cooperative, Enterprise, FamilyFarm, Household};
    let mut clients = Vec::new();
    for _ in 0..rng.between(56, 126) {
        clients.push((people.household(ground, village), Household));
    }
    for _ in 0..rng.between(1, 7) {
        let kind = rng.one(&[FamilyFarm, FamilyFarm, Cooperative, Cooperative, Enterprise]);
        clients.push((people.business(ground, village, kind), kind));
    }
    clients
}

/// Mostly whole 万元; one household in sixty has an odd figure.
fn limit(rng: &mut Rng, is_business: bool) -> i64 {
    if is_business {
        return WAN * rng.one(&[30, 50, 50, 80, 100, 100, 150, 200, 200, 300, 500]);
    }
    let round = WAN * rng.one(&[3, 5, 5, 8, 8, 10, 10, 10, 12, 15, 15, 20, 20, 30]);
    match rng.below(240) {
        0 => round - rng.between(1, 99_999),
        1..4 => round - 10_000 * rng.between(1, 90),
        _ => round,
    }
}

fn granted_share(rng: &mut Rng, preapproved: i64) -> i64 {
    if rng.chance(55) {
        return preapproved;
    }
    let part = preapproved * rng.between(50, 95) / 100;
    (part / WAN * WAN).max(WAN)
}

/// What a household of the town is likely to borrow for.
fn crop_product(town: &Town) -> usize {
    match (town.county.get(..6), town.name.as_str()) {
        (_, "古劳镇" | "外海街道" | "礼乐街道") => FISH_LOAN,
        (_, "马冈镇") => GOOSE_LOAN,
        (_, "大鳌镇" | "睦洲镇" | "荷塘镇") => BREAM_LOAN,
        (Some("440705"), _) => CITRUS_LOAN,
        (Some("440781"), _) if town.coastal => FISH_LOAN,
        (Some("440781" | "440783"), _) => RICE_LOAN,
        (Some("440785"), _) => EGG_LOAN,
        _ => HOUSEHOLD_CREDIT,
    }
}

pub(super) fn shuffled(rng: &mut Rng, n: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    rng.shuffle(&mut order);
    order
}
