//! Service points, recognised towns, visits and talks.

use chrono::NaiveDate;

use super::acts::{Act, Designation, Point, Talk, Visit, VisitedHousehold};
use super::calendar::{day, last_workday, plus_days, workday_from};
use super::catalogue::CCB;
use super::credit::{Book, Round, hamlet_day};
use super::people::Posts;
use super::rng::Rng;
use super::targets::{DESIGNATED_BY_2022, DESIGNATED_IN_2023};
use super::villages::Ground;
use super::{Draft, PlanError};

/// Vouchers; a visit's holds several households.
const VISITS: usize = 930;
const TALKS: usize = 260;

pub(super) fn drafts(ground: &Ground, posts: &Posts, book: &Book) -> Result<Vec<Draft>, PlanError> {
    let mut rng = Rng::new(0x0676_0008);
    let mut drafts = points(&mut rng, ground, posts)?;
    drafts.extend(designations(&mut rng, ground)?);
    drafts.extend(visits(&mut rng, ground, book));
    drafts.extend(talks(&mut rng, ground, book));
    Ok(drafts)
}

/// One 裕农通 point in each of the 144 villages, a second in every ninth.
fn points(rng: &mut Rng, ground: &Ground, posts: &Posts) -> Result<Vec<Draft>, PlanError> {
    let mut drafts = Vec::new();
    for (n, village) in ground.point_villages.iter().enumerate() {
        let specialist = posts.of(CCB, *village)?;
        let place = &ground.villages[*village];
        let first = workday_from(plus_days(day(2022, 1, 12), rng.between(0, 640)));
        let shops = ["农资店", "便民商店", "党群服务中心", "卫生站"];
        for second in 0..1 + usize::from(n.is_multiple_of(9)) {
            let date = workday_from(plus_days(first, 30 * second as i64));
            let point = Point {
                code: format!("YNT-{:04}-{}", n + 1, second + 1),
                name: format!("{}{}裕农通服务点", place.name, shops[(n + second) % 4]),
                village: place.place.clone(),
            };
            drafts.push(Draft::by(
                date,
                ground.county_of(*village),
                CCB,
                specialist,
                Act::OpenPoint(point),
            ));
        }
    }
    Ok(drafts)
}

/// Two announcements of 移动支付示范镇: what had been recognised by 2022, and the 13 of 2023.
fn designations(rng: &mut Rng, ground: &Ground) -> Result<Vec<Draft>, PlanError> {
    let mut towns: Vec<usize> = (0..ground.towns.len())
        .filter(|n| ground.towns[*n].is_zhen)
        .collect();
    if towns.len() < DESIGNATED_BY_2022 + DESIGNATED_IN_2023 {
        return Err(PlanError::TooFew("镇"));
    }
    rng.shuffle(&mut towns);
    towns.truncate(DESIGNATED_BY_2022 + DESIGNATED_IN_2023);
    let draft = |(n, town): (usize, usize)| {
        let date = match n {
            0..9 => day(2022, 1, 14),
            9..DESIGNATED_BY_2022 => day(2022, 11, 18),
            _ => day(2023, 11, 24),
        };
        Draft {
            date,
            county: ground.towns[town].county.clone(),
            institution: None,
            specialist: None,
            act: Act::Designate(Designation {
                town: ground.towns[town].code.clone(),
                kind: "移动支付示范镇".to_owned(),
            }),
        }
    };
    Ok(towns.into_iter().enumerate().map(draft).collect())
}

/// Visits by the bank's specialist to households on its sheets, several a voucher, and one round
/// of 新屋村 two weeks before its grants.
fn visits(rng: &mut Rng, ground: &Ground, book: &Book) -> Vec<Draft> {
    let (hamlet, rounds) = match book.rounds.split_last() {
        Some(split) => split,
        None => return Vec::new(),
    };
    let mut drafts = Vec::new();
    for _ in 0..VISITS {
        let round = &rounds[rng.below(rounds.len())];
        let count = rng.between(3, 10) as usize;
        let date = visit_date(rng, round);
        let first = rng.below(round.lines.len().saturating_sub(count * 3).max(1));
        let lines: Vec<usize> = round.lines.clone().skip(first).step_by(3).take(count).collect();
        drafts.push(visit(rng, ground, book, round, date, &lines));
    }
    let lines: Vec<usize> = hamlet.lines.clone().collect();
    let date = plus_days(hamlet_day(), -14);
    drafts.push(visit(rng, ground, book, hamlet, date, &lines));
    drafts
}

/// From three weeks before the sheet, when the village is surveyed, to the end of 2023.
fn visit_date(rng: &mut Rng, round: &Round) -> NaiveDate {
    let from = plus_days(round.date, -21).max(day(2022, 1, 10));
    let span = (last_workday() - from).num_days();
    let after = if rng.chance(40) {
        rng.between(0, 40.min(span))
    } else {
        rng.between(0, span)
    };
    workday_from(plus_days(from, after)).min(last_workday())
}

pub(super) fn visit(
    rng: &mut Rng,
    ground: &Ground,
    book: &Book,
    round: &Round,
    date: NaiveDate,
    lines: &[usize],
) -> Draft {
    const NOTES: [&str; 6] = [
        "了解种养规模和资金需求",
        "宣讲整村授信政策",
        "核实经营情况",
        "协助办理手机银行",
        "对接保险投保",
        "回访用信情况",
    ];
    let households = lines
        .iter()
        .map(|line| VisitedHousehold {
            client: book.lines[*line].client,
            note: rng.pick(&NOTES).to_owned(),
        })
        .collect();
    let act = Act::Visit(Visit {
        village: ground.villages[round.survey.village].place.clone(),
        households,
    });
    let county = ground.county_of(round.survey.village);
    Draft::by(date, county, round.survey.bank, round.specialist, act)
}

fn talks(rng: &mut Rng, ground: &Ground, book: &Book) -> Vec<Draft> {
    const TOPICS: [&str; 5] = [
        "防范电信网络诈骗",
        "整村授信政策宣讲",
        "农业保险投保与理赔",
        "移动支付使用",
        "反假货币知识",
    ];
    let mut drafts = Vec::new();
    for _ in 0..TALKS {
        let round = &book.rounds[rng.below(book.rounds.len().saturating_sub(1))];
        let date = visit_date(rng, round);
        let act = Act::Talk(Talk {
            village: ground.villages[round.survey.village].place.clone(),
            topic: rng.pick(&TOPICS).to_owned(),
            attendance: rng.between(12, 85) as u32,
        });
        let county = ground.county_of(round.survey.village);
        drafts.push(Draft::by(date, county, round.survey.bank, round.specialist, act));
    }
    drafts
}
