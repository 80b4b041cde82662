//! Rule 23: whether more is insured in a place than official statistics say there is.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use super::commands::PolicyTerms;
use super::store;
use crate::db::Conn;
use crate::error::{Error, Issue};
use crate::ledger::{Basis, Case, Line};
use crate::regions::Regions;
use crate::register::{FigureKind, OfficialFigure, figures_on};
use crate::values::quantity::{quantity_hundredths, show_quantity};
use crate::values::{RegionId, Say, english};

/// A warning on the first line of each place above its figure, the smallest place that has one: this
/// policy with every other of the product that covers any of its days.
pub(super) fn above_official(
    conn: &mut Conn,
    case: &Case<'_>,
    first: &Line,
    terms: &[PolicyTerms],
) -> Result<Vec<Issue>, Error> {
    let Some(own) = terms.first() else {
        return Ok(Vec::new());
    };
    let figures = figures_on(conn, FigureKind::Quantity, first.product, own.starts_on)?;
    if figures.is_empty() {
        return Ok(Vec::new());
    }
    let regions = case.office.regions;
    let concerned = concerned(regions, case.lines, &figures, own.starts_on);
    let (book, product) = (case.book.id, first.product);
    let days = (own.starts_on, own.ends_on);
    let mut insured = store::insured_quantities(conn, book, product, days, first.contract.as_ref())?;
    if case.basis == Basis::WithPending {
        insured.extend(store::waiting_quantities(
            conn,
            book,
            product,
            days,
            case.voucher,
        )?);
    }
    let here = case.lines.iter().zip(terms);
    insured
        .extend(here.filter_map(|(line, terms)| Some((line.region, quantity_hundredths(&terms.quantity)?))));
    let issues = concerned.into_iter().filter_map(|(line, figure)| {
        let within = insured
            .iter()
            .filter(|(region, _)| regions.path(*region, own.starts_on).contains(&figure.region_id));
        let sum: i128 = within.map(|(_, hundredths)| i128::from(*hundredths)).sum();
        let more = sum > i128::from(figure.hundredths);
        more.then(|| remark(regions, figure, sum, own).on_line(line))
    });
    Ok(issues.collect())
}

/// The figures that the lines are held against, each with the first line it concerns.
fn concerned<'a>(
    regions: &Regions,
    lines: &[Line],
    figures: &'a HashMap<RegionId, OfficialFigure>,
    day: NaiveDate,
) -> Vec<(usize, &'a OfficialFigure)> {
    let mut seen = HashSet::new();
    let smallest = |line: &Line| {
        let mut path = regions.path(line.region, day);
        path.reverse();
        let figure = path.iter().find_map(|region| figures.get(region))?;
        Some((line.n, figure))
    };
    lines
        .iter()
        .filter_map(smallest)
        .filter(|(_, figure)| seen.insert(figure.region_id))
        .collect()
}

fn remark(regions: &Regions, figure: &OfficialFigure, sum: i128, terms: &PolicyTerms) -> Issue {
    let place = regions.say(figure.region_id, terms.starts_on);
    let sum = i64::try_from(sum).map_or_else(|_| sum.to_string(), show_quantity);
    let (official, as_of) = (show_quantity(figure.hundredths), figure.as_of);
    let unit = &terms.unit;
    let say = Say::new(
        format!(
            "加上本单，{}同期承保 {sum} {unit}，超过统计数 {official} {unit}（{as_of}，{}），请核对数量。",
            place.zh, figure.source
        ),
        format!(
            "With this policy {sum} {0} are insured in {1} over these days, above the official {official} {0} ({as_of}, {2}); check the quantity.",
            english::unit(unit),
            place.en,
            figure.source
        ),
    );
    Issue::warn("policy.above_official", "quantity", say)
}
