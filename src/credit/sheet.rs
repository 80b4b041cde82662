//! The whole-village sheet (整村授信): one voucher, a line per household.

use std::collections::HashMap;

use actix_web::HttpResponse;
use serde::Deserialize;

use super::commands::{CreditTerms, Stage};
use super::handlers::{limit_code, offered, row_ids};
use super::pasting::{self, Pasted, Person};
use super::status::Status;
use super::store;
use super::{sheet_reading, sheet_view};
use crate::auth::{FormData, Page, User};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{Actor, Office};
use crate::recording::{self, Asker, Form, FormIds, Opened, Place, Prepared, Returned, place, place_fields};
use crate::register::{self, Found, Product};
use crate::values::day::last_of_months;
use crate::values::pasted::PasteError;
use crate::values::{ClientId, ContractId, Fen, ProductId, RegionId, Say, Unit};

/// The form's address.
pub(super) const FORM: &str = "/field/credit/sheet";

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Ask {
    #[serde(default)]
    stage: String,
    #[serde(default)]
    village: i64,
    #[serde(default)]
    book: i64,
    #[serde(default)]
    voucher: String,
}

/// One household, or other client, of the grid.
pub(super) struct SheetRow {
    pub client: ClientId,
    pub contract: ContractId,
    pub name: String,
    /// Masked.
    pub number: String,
    /// Every number that leads to the client.
    numbers: Vec<String>,
    /// The amount of the stage before.
    pub before: Fen,
    /// What the line has already: its contract's product and terms, or those it was sent with.
    /// None where the form's own apply.
    pub fixed: Option<(ProductId, CreditTerms)>,
    /// The village of a contract that is there already.
    pub village: Option<RegionId>,
}

pub(super) struct SheetView {
    pub stage: Stage,
    pub place: Place,
    pub products: Vec<Product>,
    pub rows: Vec<SheetRow>,
    /// Clients of the village who cannot be on this sheet: name and numbers.
    others: Vec<(String, Vec<String>)>,
    /// Why it came back, when it did.
    pub returned: Option<String>,
}

impl SheetView {
    /// What the form's paste comes to; nothing where nothing is pasted.
    pub fn pasted(&self, form: &FormData) -> Result<Pasted, PasteError> {
        let people = self.rows.iter().zip(0..).map(|(row, at)| Person {
            name: &row.name,
            numbers: row.numbers.iter().map(String::as_str).collect(),
            row: Some(at),
        });
        let others = self.others.iter().map(|(name, numbers)| Person {
            name,
            numbers: numbers.iter().map(String::as_str).collect(),
            row: None,
        });
        let people: Vec<Person<'_>> = people.chain(others).collect();
        let unit = Unit::parse(form.get("paste_unit")).unwrap_or(Unit::Yuan);
        pasting::read(form.get("paste"), Some(unit), &people)
    }

    /// The amount of a row from 0, pasted or typed.
    pub fn amount(form: &FormData, pasted: &Pasted, at: usize) -> String {
        match pasted.amounts.get(&at) {
            Some(amount) => amount.yuan(),
            None => form.get(&format!("amount_{}", at + 1)).to_owned(),
        }
    }

    /// Whether product and terms are asked for: some line has none of its own.
    pub fn asks_terms(&self) -> bool {
        self.rows.iter().any(|row| row.fixed.is_none())
    }
}

/// A whole village, one stage.
pub(super) struct Sheet;

impl Form for Sheet {
    const ADDRESS: &'static str = FORM;
    type Ask = Ask;
    type View = SheetView;

    fn open(conn: &mut Conn, office: &Office<'_>, asker: &Asker, ask: Ask) -> Result<Opened, Error> {
        let user = &asker.user;
        if !ask.voucher.is_empty() {
            let back = Returned::asked(conn, asker, ask.book, &ask.voucher)?;
            return returned_form(asker, &back).map(Opened::Form);
        }
        let (stage, today) = (
            Stage::parse(&ask.stage).ok_or(Error::NotFound)?,
            asker.actor.today,
        );
        let place = place(conn, office, user, RegionId(ask.village), today)?;
        let form = recording::opened(&asker.clock, terms_fields(stage, &place, today));
        let now = asker.actor.now.and_utc().timestamp_millis();
        let rows = candidates(conn, office, &place, stage, now)?;
        let form = rows.iter().zip(1..).fold(form, |form, (row, n)| {
            with_row(form, n, &row.client, &row.contract, row.before)
        });
        Ok(Opened::Form(form))
    }

    fn view(
        conn: &mut Conn,
        office: &Office<'_>,
        asker: &Asker,
        form: &FormData,
    ) -> Result<SheetView, Error> {
        view(conn, office, &asker.user, &asker.actor, form)
    }

    fn prepare(view: &SheetView, form: &FormData, asker: &Asker) -> Result<Prepared, Error> {
        sheet_reading::prepare(view, form, asker.lang)
    }

    fn page(
        page: &Page,
        view: &SheetView,
        form: &FormData,
        problems: &[(String, Say)],
    ) -> Result<HttpResponse, Error> {
        Ok(sheet_view::sheet(page, view, form, problems))
    }
}

fn terms_fields(stage: Stage, place: &Place, today: chrono::NaiveDate) -> Vec<(String, String)> {
    let end = last_of_months(today, 36);
    [
        ("stage", stage.code().to_owned()),
        ("village", place.village.0.to_string()),
        ("business_date", today.to_string()),
        ("valid_from", today.to_string()),
        ("valid_to", end.to_string()),
        ("limit", limit_code(true).to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .to_vec()
}

fn with_row(form: FormData, n: usize, client: &ClientId, contract: &ContractId, amount: Fen) -> FormData {
    let (client, contract, amount) = row_ids(client, contract, amount);
    form.with(&format!("client_{n}"), &client)
        .with(&format!("contract_{n}"), &contract)
        .with(&format!("amount_{n}"), &amount)
}

/// The clients a new sheet may hold: for a pre-approval those of the village without a line of this
/// institution in force, for a grant these and those pre-approved, for a signature those granted.
fn candidates(
    conn: &mut Conn,
    office: &Office<'_>,
    place: &Place,
    stage: Stage,
    now_ms: i64,
) -> Result<Vec<SheetRow>, Error> {
    let found = register::clients_in(conn, office.vault, place.book, &place.kin, "", usize::MAX)?;
    let ids: Vec<ClientId> = found.iter().map(|found| found.client.id.clone()).collect();
    let mut lines: HashMap<ClientId, Vec<store::CreditLine>> = HashMap::new();
    for line in store::lines_of_clients(conn, place.book, &ids)? {
        if line.institution_id == place.institution {
            lines.entry(line.client_id.clone()).or_default().push(line);
        }
    }
    let mut rows = Vec::new();
    for found in &found {
        let own = lines.remove(&found.client.id).unwrap_or_default();
        match stage {
            // A village may be granted without a pre-approval before.
            Stage::Preapproval | Stage::Grant if !own.iter().any(store::CreditLine::in_force) => {
                rows.push(row(found, ContractId::new(now_ms), Fen::ZERO));
            }
            Stage::Preapproval => {}
            Stage::Grant => {
                let ready = own
                    .iter()
                    .filter(|line| line.in_force() && !line.granted_fen.is_positive());
                rows.extend(ready.map(|line| row(found, line.id.clone(), line.preapproved_fen)));
            }
            Stage::Signature => {
                let ready = own.iter().filter(|line| {
                    line.status() == Status::Active
                        && line.granted_fen.is_positive()
                        && !line.signed_fen.is_positive()
                });
                rows.extend(ready.map(|line| row(found, line.id.clone(), line.granted_fen)));
            }
        }
    }
    Ok(rows)
}

fn row(found: &Found, contract: ContractId, before: Fen) -> SheetRow {
    SheetRow {
        client: found.client.id.clone(),
        contract,
        name: found.identity.name.clone(),
        number: found.identity.masked_number(),
        numbers: found.identity.numbers().map(str::to_owned).collect(),
        before,
        fixed: None,
        village: None,
    }
}

/// The form of a sheet that came back, as it was sent.
fn returned_form(asker: &Asker, back: &Returned) -> Result<FormData, Error> {
    let first = back.first()?;
    let terms: CreditTerms = first.detail()?;
    let fields = [
        ("stage", back.voucher.kind.clone()),
        ("village", first.region.0.to_string()),
        ("product", first.product.0.to_string()),
        ("business_date", back.voucher.business_date.to_string()),
        ("valid_from", terms.valid_from.to_string()),
        ("valid_to", terms.valid_to.to_string()),
        ("limit", limit_code(terms.revolving).to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value));
    let form = back.form(asker, None, fields.to_vec());
    let with_line = |form: FormData, line: &crate::ledger::Line| match (&line.client, &line.contract) {
        (Some(client), Some(contract)) => with_row(form, line.n, client, contract, line.amount),
        _ => form,
    };
    Ok(back.lines.iter().fold(form, with_line))
}

fn view(
    conn: &mut Conn,
    office: &Office<'_>,
    user: &User,
    actor: &Actor,
    form: &FormData,
) -> Result<SheetView, Error> {
    let stage = Stage::parse(form.get("stage")).ok_or(Error::NotFound)?;
    let place = place(conn, office, user, place_fields(form)?, actor.today)?;
    let found = register::clients_in(conn, office.vault, place.book, &place.kin, "", usize::MAX)?;
    let mut found: HashMap<&str, &Found> = found
        .iter()
        .map(|found| (found.client.id.as_str(), found))
        .collect();
    let ids = FormIds::read(form)?;
    let contracts: Vec<ContractId> = (1..)
        .map(|n| form.get(&format!("contract_{n}")))
        .take_while(|id| !id.is_empty())
        .map(|id| ContractId::parse(id).map_err(|_| Error::NotFound))
        .collect::<Result<_, _>>()?;
    let lines = store::load_lines(conn, place.book, &contracts)?;
    let (returned, sent_with) = match ids.base_revision {
        0 => (None, HashMap::new()),
        _ => {
            let back = Returned::find(conn, user, place.book, &ids.voucher)?;
            (Some(back.voucher.reason), own_terms(&back.lines)?)
        }
    };
    let mut rows = Vec::with_capacity(contracts.len());
    for (contract, n) in contracts.into_iter().zip(1..) {
        let client = found
            .get(form.get(&format!("client_{n}")))
            .ok_or(Error::NotFound)?;
        let before = lines.get(&contract).map_or(Fen::ZERO, |line| match stage {
            Stage::Preapproval => Fen::ZERO,
            Stage::Grant => line.preapproved_fen,
            Stage::Signature => line.granted_fen,
        });
        let fixed = lines
            .get(&contract)
            .map(terms_of)
            .or_else(|| sent_with.get(&contract).cloned());
        rows.push(SheetRow {
            fixed,
            village: lines.get(&contract).map(|line| line.region_id),
            ..row(client, contract, before)
        });
    }
    for row in &rows {
        found.remove(row.client.as_str());
    }
    let other = |found: &&Found| {
        let numbers = found.identity.numbers().map(str::to_owned);
        (found.identity.name.clone(), numbers.collect())
    };
    Ok(SheetView {
        stage,
        products: offered(conn, &place)?,
        others: found.values().map(other).collect(),
        place,
        rows,
        returned,
    })
}

/// A contract's product and terms, which a later stage keeps.
fn terms_of(line: &store::CreditLine) -> (ProductId, CreditTerms) {
    let terms = CreditTerms {
        valid_from: line.valid_from,
        valid_to: line.valid_to,
        revolving: line.revolving,
    };
    (line.product_id, terms)
}

/// What the lines of a returned sheet were sent with, where they differ from one another; a sheet
/// of one product and one set of terms is corrected through the form's own fields.
fn own_terms(sent: &[crate::ledger::Line]) -> Result<HashMap<ContractId, (ProductId, CreditTerms)>, Error> {
    let mut own = HashMap::with_capacity(sent.len());
    for line in sent {
        let terms: CreditTerms = line.detail()?;
        own.extend(
            line.contract
                .clone()
                .map(|contract| (contract, (line.product, terms))),
        );
    }
    let mut all = own.values();
    let first = all.next().cloned();
    let alike = first.is_none_or(|first| all.all(|other| *other == first));
    Ok(if alike { HashMap::new() } else { own })
}
