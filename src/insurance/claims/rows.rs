//! The rows of a sheet: whose they are, what stands in them, and what was pasted.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::sheet::Work;
use super::store::{Claim, Claims, Insured};
use crate::auth::FormData;
use crate::db::Conn;
use crate::error::{Error, Issue};
use crate::ledger::Office;
use crate::register::{self, Identity, Names};
use crate::values::pasted::{PastedRow, pasted_rows};
use crate::values::{BookId, ContractId, DisasterId, Fen, Lang, Say};

/// One row of the grid.
#[derive(Clone, Debug)]
pub(super) struct SheetRow {
    pub insured: Insured,
    /// The claim it takes further; none where the sheet files one.
    pub claim: Option<Claim>,
    /// The amount of the step before.
    pub before: Fen,
    pub village: String,
    /// The insured client's name; that of the village when the village is insured.
    pub name: String,
    /// The last four digits of the client's number; empty without one.
    pub tail: String,
    pub product: String,
}

/// What the fields of a row are called by.
pub(super) fn field_key(policy: &ContractId, part: i32, claim: Option<&str>) -> String {
    match claim {
        Some(number) => format!("{policy}.{part}.{number}"),
        None => format!("{policy}.{part}"),
    }
}

impl SheetRow {
    fn key(&self) -> String {
        let (policy, part) = &self.insured;
        let number = self.claim.as_ref().map(|claim| claim.number.as_str());
        field_key(&policy.id, part.n, number)
    }

    pub(super) fn amount_field(&self) -> String {
        format!("amount_{}", self.key())
    }

    pub(super) fn quantity_field(&self) -> String {
        format!("quantity_{}", self.key())
    }
}

/// Which rows a sheet shows.
pub(super) struct Wanted {
    pub work: Work,
    /// Policies that cover this day are in a sheet that files claims.
    pub loss: NaiveDate,
    pub event: Option<DisasterId>,
}

/// The rows of a sheet: a new assessment for each part that covers the day of loss and has no open
/// claim, or the open claims that have come just so far.
pub(super) fn chosen(
    insured: Vec<Insured>,
    claims: &Claims,
    wanted: &Wanted,
) -> Vec<(Insured, Option<Claim>)> {
    let mut of_part: HashMap<(ContractId, i32), Vec<&Claim>> = HashMap::new();
    for claim in claims.values().filter(|claim| claim.is_open()) {
        of_part
            .entry((claim.policy_id.clone(), claim.part))
            .or_default()
            .push(claim);
    }
    let mut rows = Vec::new();
    for own in insured {
        let mut open = of_part.remove(&(own.0.id.clone(), own.1.n)).unwrap_or_default();
        open.sort_by(|a, b| a.number.cmp(&b.number));
        let none_open = open.is_empty();
        let ready = |claim: &&&Claim| {
            wanted.event.is_none_or(|event| claim.disaster_id == Some(event)) && is_next(wanted.work, claim)
        };
        let next: Vec<Claim> = open.iter().filter(ready).map(|claim| (*claim).clone()).collect();
        if wanted.work == Work::Assess && none_open && own.0.covers(wanted.loss) {
            rows.push((own, None));
        } else {
            rows.extend(next.into_iter().map(|claim| (own.clone(), Some(claim))));
        }
    }
    rows
}

/// Whether this work is what comes next for a claim.
fn is_next(work: Work, claim: &Claim) -> bool {
    let (assessed, shown, approved) = (
        claim.assessed_on.is_some(),
        claim.shown_to.is_some(),
        claim.approved_on.is_some(),
    );
    match work {
        Work::Assess => !assessed && !approved,
        Work::Notice => assessed && !shown && !approved,
        Work::Approve => assessed && !approved,
        Work::Pay => approved,
    }
}

/// The rows with names.
pub(super) fn named(
    conn: &mut Conn,
    office: &Office<'_>,
    book: BookId,
    rows: Vec<(Insured, Option<Claim>)>,
    (today, lang): (NaiveDate, Lang),
) -> Result<Vec<SheetRow>, Error> {
    let clients: Vec<_> = rows
        .iter()
        .filter_map(|((_, part), _)| part.client_id.clone())
        .collect();
    let people = register::identities(conn, office.vault, book, &clients)?;
    let names = Names::load(conn)?.read_in(lang);
    let row = |(insured, claim): (Insured, Option<Claim>)| {
        let village = office.regions.name_in(insured.1.region_id, today, lang);
        let person = insured.1.client_id.as_ref().and_then(|id| people.get(id));
        SheetRow {
            before: claim.as_ref().map_or(Fen::ZERO, |claim| match claim.approved_on {
                Some(_) => claim.outstanding(),
                None => claim.value(),
            }),
            name: person.map_or_else(|| village.clone(), |person| person.name.clone()),
            tail: person.map_or_else(String::new, tail),
            product: names.product(insured.0.product_id).to_owned(),
            village,
            insured,
            claim,
        }
    };
    Ok(rows.into_iter().map(row).collect())
}

fn tail(person: &Identity) -> String {
    let skipped = person.number.chars().count().saturating_sub(4);
    person.number.chars().skip(skipped).collect()
}

/// Puts pasted rows where they belong: by the grid's number, the name or the last four digits of the
/// number; then, in a sheet of assessments, the quantity lost; last the amount. What does not fit is
/// told row by row, and the field keeps it.
pub(super) fn paste(form: &FormData, rows: &[SheetRow], work: Work) -> (FormData, Vec<Issue>) {
    let text = form.get("paste");
    if text.trim().is_empty() {
        return (form.clone(), Vec::new());
    }
    let pasted = match pasted_rows(text) {
        Ok(pasted) => pasted,
        Err(error) => {
            let issue = Issue::refuse(error.code(), "paste", error.say());
            return (form.clone(), vec![issue]);
        }
    };
    let (mut filled, mut unfit) = (form.clone(), Vec::new());
    for line in &pasted {
        match found(line, rows) {
            Ok(row) => {
                let with_quantity = work == Work::Assess && line.cells.len() > 2;
                let amount = line.cell(if with_quantity { 2 } else { 1 });
                filled = filled.with(&row.amount_field(), amount);
                if with_quantity {
                    filled = filled.with(&row.quantity_field(), line.cell(1));
                }
            }
            Err(say) => unfit.push(Issue::refuse("paste.no_row", "paste", say)),
        }
    }
    if unfit.is_empty() {
        filled = filled.with("paste", "");
    }
    (filled, unfit)
}

/// The one row that a pasted row is about.
fn found<'a>(line: &PastedRow, rows: &'a [SheetRow]) -> Result<&'a SheetRow, Say> {
    let wanted = line.cell(0);
    let n = line.n;
    let means = |(row, at): &(&SheetRow, usize)| {
        row.name == wanted || (!row.tail.is_empty() && row.tail == wanted) || at.to_string() == wanted
    };
    let mut matching = rows.iter().zip(1..).filter(means);
    match (matching.next(), matching.next()) {
        (Some((row, _)), None) => Ok(row),
        (None, _) => Err(Say::new(
            format!("粘贴的第{n}行：清单里没有“{wanted}”。"),
            format!("Pasted row {n}: “{wanted}” is not in the list."),
        )),
        _ => Err(Say::new(
            format!("粘贴的第{n}行：“{wanted}”不止一行，请改用序号。"),
            format!("Pasted row {n}: “{wanted}” is more than one row; use the row's number instead."),
        )),
    }
}
