//! Whether a month may be closed: pure rules over loaded facts.

use chrono::{NaiveDate, NaiveDateTime};

use super::Kind;
use crate::values::day::show_day;
use crate::values::measure::{
    CREDIT_GRANTED, CREDIT_GRANTED_NEW, CREDIT_PREAPPROVED, CREDIT_PREAPPROVED_NEW, CREDIT_RENEWED,
    CREDIT_SIGNED, CREDIT_SIGNED_NEW, LOAN_BALANCE, LOAN_DISBURSED, LOAN_PRINCIPAL_REPAID, LOAN_WRITTEN_OFF,
};
use crate::values::workday::nth_working_day_after;
use crate::values::{InstitutionId, Lang, MeasureId, Month, RegionId, Say, measure};

/// Working days of the next month within which institutions declare, unless a book says otherwise.
pub const USUAL_WORKING_DAYS: u32 = 5;

/// The last day on which a month is declared in time.
pub fn deadline(month: Month, working_days: u32) -> NaiveDate {
    nth_working_day_after(month.last_day(), working_days)
}

/// Stocks of which every change is a flow: opening + flows = closing (rule 24).
const IDENTITIES: &[(MeasureId, &[(MeasureId, i64)])] = &[(
    LOAN_BALANCE,
    &[
        (LOAN_DISBURSED, 1),
        (LOAN_PRINCIPAL_REPAID, -1),
        (LOAN_WRITTEN_OFF, -1),
    ],
)];

/// Stocks that may fall by themselves (a line is cut or runs out) but grow only by a flow; a renewal
/// brings an expired line back.
const GROWTH: &[(MeasureId, [MeasureId; 2])] = &[
    (CREDIT_PREAPPROVED, [CREDIT_PREAPPROVED_NEW, CREDIT_RENEWED]),
    (CREDIT_GRANTED, [CREDIT_GRANTED_NEW, CREDIT_RENEWED]),
    (CREDIT_SIGNED, [CREDIT_SIGNED_NEW, CREDIT_RENEWED]),
];

/// What a month changed for one measure in one region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moved {
    pub measure: MeasureId,
    pub region: RegionId,
    pub amount: i64,
}

/// A stock whose change in a region is not what its flows say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    pub stock: MeasureId,
    pub region: RegionId,
    pub change: i64,
    pub flows: i128,
    /// The change only exceeds what flowed in: to be looked at, not forbidden.
    pub only_growth: bool,
}

/// What a month changed but for what handovers took from one village to another: a stock that moves with its contract
/// is no flow.
pub fn without(moved: Vec<Moved>, handed: &[Moved]) -> Vec<Moved> {
    let mut sums: std::collections::BTreeMap<(MeasureId, RegionId), i64> = moved
        .iter()
        .map(|cell| ((cell.measure, cell.region), cell.amount))
        .collect();
    for cell in handed {
        let sum = sums.entry((cell.measure, cell.region)).or_default();
        *sum = sum.saturating_sub(cell.amount);
    }
    let cell = |((measure, region), amount)| Moved {
        measure,
        region,
        amount,
    };
    sums.into_iter().map(cell).collect()
}

/// The identities that do not hold, region by region.
pub fn broken_identities(moved: &[Moved]) -> Vec<Broken> {
    let mut regions: Vec<RegionId> = moved.iter().map(|cell| cell.region).collect();
    regions.sort_unstable();
    regions.dedup();
    let sums: std::collections::HashMap<(MeasureId, RegionId), i64> = moved
        .iter()
        .map(|cell| ((cell.measure, cell.region), cell.amount))
        .collect();
    let of = |measure, region| sums.get(&(measure, region)).copied().unwrap_or(0);
    let mut broken = Vec::new();
    for region in regions {
        for (stock, flows) in IDENTITIES {
            let change = of(*stock, region);
            let flows: i128 = flows
                .iter()
                .map(|(flow, sign)| i128::from(of(*flow, region)) * i128::from(*sign))
                .sum();
            if i128::from(change) != flows {
                broken.push(Broken {
                    stock: *stock,
                    region,
                    change,
                    flows,
                    only_growth: false,
                });
            }
        }
        for (stock, flows) in GROWTH {
            let change = of(*stock, region);
            let flows: i128 = flows.iter().map(|flow| i128::from(of(*flow, region))).sum();
            if i128::from(change) > flows {
                broken.push(Broken {
                    stock: *stock,
                    region,
                    change,
                    flows,
                    only_growth: true,
                });
            }
        }
    }
    broken
}

/// What an institution has said of a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    pub kind: Kind,
    /// UTC.
    pub at: NaiveDateTime,
    pub late: bool,
    pub by: String,
    /// Why the county said it in its place (代办); empty when it spoke for itself.
    pub reason: String,
}

/// Where one institution stands with a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub id: InstitutionId,
    pub name: Say,
    /// None: 未报.
    pub declared: Option<Declared>,
    /// Vouchers posted into the month.
    pub posted: i64,
    /// Vouchers of the month that wait for review, and of these the ones held.
    pub waiting: i64,
    pub held: i64,
}

impl Standing {
    /// What it still owes, for the list and for the reminder; nothing when all is in.
    pub fn misses(&self) -> Vec<Say> {
        let mut missing = Vec::new();
        if self.declared.is_none() {
            missing.push(Say::new("未报（未声明已报齐或零报）", "has not reported"));
        }
        if self.waiting > 0 {
            missing.push(Say::new(
                format!("{}张凭证待审核", self.waiting),
                format!("{} vouchers wait for review", self.waiting),
            ));
        }
        if self.held > 0 {
            missing.push(Say::new(
                format!("其中{}张暂挂", self.held),
                format!("{} of them on hold", self.held),
            ));
        }
        missing
    }
}

/// The reminder the county copies: each late institution and what it misses. None when nobody is.
pub fn reminder(county: &Say, month: Month, until: NaiveDate, institutions: &[Standing]) -> Option<Say> {
    let late: Vec<(&Standing, Vec<Say>)> = institutions
        .iter()
        .map(|standing| (standing, standing.misses()))
        .filter(|(_, missing)| !missing.is_empty())
        .collect();
    if late.is_empty() {
        return None;
    }
    let line = |lang: Lang| {
        let mut text = String::new();
        for ((standing, missing), n) in late.iter().zip(1..) {
            let (colon, comma, stop) = match lang {
                Lang::Zh => ("：", "，", "。"),
                Lang::En => (": ", ", ", "."),
            };
            let missing: Vec<&str> = missing.iter().map(|say| say.get(lang)).collect();
            text.push_str(&format!(
                "\n{n}. {}{colon}{}{stop}",
                standing.name.get(lang),
                missing.join(comma)
            ));
        }
        text
    };
    let day = show_day(until);
    Some(Say::new(
        format!(
            "【催报】{}{}月报，请于{day}前报齐；确无业务的请做零报。尚缺：{}",
            county.zh,
            month.show(Lang::Zh),
            line(Lang::Zh)
        ),
        format!(
            "Reminder, {} {}: please report by {day}; if there was nothing, send a nil report. Still missing: {}",
            county.en,
            month.show(Lang::En),
            line(Lang::En)
        ),
    ))
}

/// How much a point of the checklist weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    Passed,
    /// Named, stops nobody.
    Warning,
    /// Stops until the deadline has passed; then it is named in the edition.
    Gap,
    /// Stops.
    Failure,
}

/// One point of the checklist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    pub weight: Weight,
    pub code: &'static str,
    pub say: Say,
}

impl Point {
    fn new(weight: Weight, code: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Point {
        Point {
            weight,
            code,
            say: Say::new(zh, en),
        }
    }
}

/// Everything the checklist is about.
#[derive(Clone, Debug)]
pub struct Facts {
    pub month: Month,
    pub first_open: Month,
    pub today: NaiveDate,
    pub deadline: NaiveDate,
    pub institutions: Vec<Standing>,
    pub broken: Vec<(Broken, Say)>,
    /// The parts do not make the whole, in the words of whoever found it.
    pub parts_differ: Option<String>,
    /// Totals that are not the sum of their entries.
    pub totals_differ: Vec<String>,
    /// 自然村 without their 行政村.
    pub unplaced: Vec<Say>,
}

/// Goes through everything that is looked at before a month is closed.
pub fn checklist(facts: &Facts) -> Vec<Point> {
    let mut points = order(facts);
    points.extend(gaps(facts));
    points.extend(sums(facts));
    points.extend(facts.unplaced.iter().map(|name| {
        Point::new(
            Weight::Warning,
            "village.undetermined",
            format!("未定村：{}，计在所属镇下。", name.zh),
            format!("Village undetermined: {}; it sums under its town.", name.en),
        )
    }));
    points
}

/// Only the oldest open month, and only once it is over.
fn order(facts: &Facts) -> Vec<Point> {
    let (month, open) = (facts.month, facts.first_open);
    let mut points = Vec::new();
    if facts.today <= month.last_day() {
        points.push(Point::new(
            Weight::Failure,
            "month.not_over",
            format!("{}还没有结束。", month.show(Lang::Zh)),
            format!("{} is not over yet.", month.show(Lang::En)),
        ));
    }
    points.push(match open == month {
        true => Point::new(
            Weight::Passed,
            "month.oldest",
            "以前各月都已关账。",
            "All earlier months are closed.",
        ),
        false => Point::new(
            Weight::Failure,
            "month.not_oldest",
            format!("要先关最早的未关账月份：{}。", open.show(Lang::Zh)),
            format!("Close the oldest open month first: {}.", open.show(Lang::En)),
        ),
    });
    points
}

/// What is missing, each thing by name.
fn gaps(facts: &Facts) -> Vec<Point> {
    let mut points = Vec::new();
    for standing in &facts.institutions {
        if standing.declared.is_none() {
            points.push(Point::new(
                Weight::Gap,
                "institution.undeclared",
                format!("{}未报。", standing.name.zh),
                format!("{} has not reported.", standing.name.en),
            ));
        }
        if standing.waiting > 0 {
            points.push(Point::new(
                Weight::Gap,
                "vouchers.waiting",
                format!(
                    "{}有{}张凭证待审核（暂挂{}张），关账后作为补录计入以后月份。",
                    standing.name.zh, standing.waiting, standing.held
                ),
                format!(
                    "{} has {} vouchers waiting ({} on hold); once closed they count in a later month as late postings.",
                    standing.name.en, standing.waiting, standing.held
                ),
            ));
        }
    }
    if points.is_empty() {
        points.push(Point::new(
            Weight::Passed,
            "institutions.declared",
            "各机构都已报，没有待审核的凭证。",
            "Every institution has reported and no voucher waits.",
        ));
    }
    points
}

fn sums(facts: &Facts) -> Vec<Point> {
    let mut points = Vec::new();
    for (broken, place) in &facts.broken {
        let name = measure::by_id(broken.stock).map(|measure| measure.name);
        let (zh, en) = name.map_or(("?", "?"), |name| (name.zh, name.en));
        let weight = if broken.only_growth {
            Weight::Warning
        } else {
            Weight::Failure
        };
        points.push(Point::new(
            weight,
            "identity.broken",
            format!(
                "{}：{zh}本月变动{}，发生额合计{}，不相等。",
                place.zh, broken.change, broken.flows
            ),
            format!(
                "{}: {en} changed by {}, its flows come to {}.",
                place.en, broken.change, broken.flows
            ),
        ));
    }
    if let Some(what) = &facts.parts_differ {
        points.push(Point::new(
            Weight::Failure,
            "parts.differ",
            format!("下级之和与上级不等：{what}"),
            format!("The parts do not make the whole: {what}"),
        ));
    }
    points.extend(facts.totals_differ.iter().map(|what| {
        Point::new(
            Weight::Failure,
            "totals.differ",
            format!("汇总与分录不符：{what}"),
            format!("A total is not the sum of its entries: {what}"),
        )
    }));
    if points.iter().all(|point| point.weight < Weight::Failure) {
        points.push(Point::new(
            Weight::Passed,
            "sums.agree",
            "期初加发生额等于期末，各级相加一致，汇总与分录相符。",
            "Opening plus flows is closing, levels add up, totals agree with the entries.",
        ));
    }
    points
}

/// Whether the month may be closed on that checklist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Ready,
    /// The deadline has passed; what is missing will be named.
    ReadyWithGaps,
    /// Something is missing and the deadline has not passed.
    Early,
    Blocked,
}

impl Verdict {
    pub fn of(points: &[Point], today: NaiveDate, deadline: NaiveDate) -> Verdict {
        match points.iter().map(|point| point.weight).max() {
            Some(Weight::Failure) => Verdict::Blocked,
            Some(Weight::Gap) if today <= deadline => Verdict::Early,
            Some(Weight::Gap) => Verdict::ReadyWithGaps,
            _ => Verdict::Ready,
        }
    }

    pub fn may_close(self) -> bool {
        matches!(self, Verdict::Ready | Verdict::ReadyWithGaps)
    }
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
