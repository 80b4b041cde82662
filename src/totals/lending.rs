//! Loans by institution, product and class of borrower: what the ledger's own dimensions hold one by one, crossed.
//! Read from the loans' entries, and held to the totals by institution, whose parts they are.

use std::collections::BTreeMap;

use super::answer::{Answer, Figures, RowKey};
use super::gather::{books_within, regions_filter};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{self, Cumulative, Office, Window};
use crate::register::ClientKind;
use crate::values::{InstitutionId, MeasureId, ProductId};

/// What is lent by one institution as one product to one class of borrowers.
#[derive(Clone, Debug)]
pub struct Lent {
    pub institution: InstitutionId,
    pub product: ProductId,
    pub borrower: ClientKind,
    /// One for each measure of the answer's question, in its order; nothing pending.
    pub figures: Vec<Figures>,
}

/// What of an answer's loan measures by institution falls to each product and class of borrower, in order.
///
/// # Errors
/// A sum that does not fit, or parts that do not make what the answer says of their institution.
pub fn lending(conn: &mut Conn, office: &Office<'_>, answer: &Answer) -> Result<Vec<Lent>, Error> {
    let question = &answer.question;
    let day = question.day();
    let books = books_within(conn, office.regions, question.region, day)?;
    let within = regions_filter(office.regions, question.region, day);
    let asked: Vec<MeasureId> = question.measures.iter().map(|measure| measure.id).collect();
    let window = Window {
        month: question.month,
    };
    let none: Vec<Figures> = question
        .measures
        .iter()
        .map(|measure| Figures::new(measure.nature, [0; 4], 0))
        .collect();
    let mut found: BTreeMap<(InstitutionId, ProductId, usize), Vec<Figures>> = BTreeMap::new();
    for (kind, borrower) in ClientKind::EVERY.iter().enumerate() {
        for sum in ledger::loan_sums(conn, &books, &asked, window, borrower.code())? {
            let inside = within
                .as_ref()
                .is_none_or(|within| within.binary_search(&sum.region).is_ok());
            let Some(at) = asked.iter().position(|id| *id == sum.measure).filter(|_| inside) else {
                continue;
            };
            let row = found
                .entry((sum.institution, sum.product, kind))
                .or_insert_with(|| none.clone());
            if let (Some(cell), Some(measure)) = (row.get_mut(at), question.measures.get(at)) {
                *cell = cell.plus(&Figures::of(measure.nature, &sum.amount, &Cumulative::default()))?;
            }
        }
    }
    let lent: Vec<Lent> = found
        .into_iter()
        .filter(|(_, figures)| figures.iter().any(|figures| !figures.is_nothing()))
        .filter_map(|((institution, product, kind), figures)| {
            Some(Lent {
                institution,
                product,
                borrower: *ClientKind::EVERY.get(kind)?,
                figures,
            })
        })
        .collect();
    check(answer, &lent)?;
    Ok(lent)
}

/// The parts of each institution make what the totals say of it, but for what is pending.
fn check(answer: &Answer, lent: &[Lent]) -> Result<(), Error> {
    for row in &answer.rows {
        for (at, measure) in answer.measures() {
            let mut sum = Figures::new(measure.nature, [0; 4], 0);
            let of_row = lent
                .iter()
                .filter(|part| row.key == RowKey::Institution(part.institution));
            for figures in of_row.filter_map(|part| part.figures.get(at)) {
                sum = sum.plus(figures)?;
            }
            if row.figures.get(at).map(Figures::posted) != Some(sum) {
                return Err(Error::Failed(format!(
                    "the loans' products and borrowers do not make {} of {}",
                    measure.code, row.name.zh
                )));
            }
        }
    }
    Ok(())
}
