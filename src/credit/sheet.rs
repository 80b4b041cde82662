//! The whole-village sheet (整村授信): one voucher, a line per household.

use std::collections::HashMap;

use actix_web::HttpResponse;
use serde::Deserialize;

use super::commands::{CreditTerms, Stage};
use super::handlers::{limit_code, offered, product_name, read_product, read_terms, row_ids};
use super::status::Status;
use super::store;
use super::views;
use crate::auth::{FormData, Page, User};
use crate::db::Conn;
use crate::error::{Error, Issue};
use crate::ledger::{Actor, NewLine, Office, Submission};
use crate::recording::{
    self, Asker, Form, FormIds, Opened, Place, Prepared, Reader, amount_answer, correction, place,
    place_fields,
};
use crate::register::{self, Found, Product};
use crate::values::{BookId, ClientId, ContractId, Fen, Lang, ProductId, RegionId, Say, Unit, VoucherId};

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

/// One household of the grid.
pub(super) struct SheetRow {
    pub client: ClientId,
    pub contract: ContractId,
    pub name: String,
    /// Masked.
    pub number: String,
    /// The amount of the stage before.
    pub before: Fen,
    /// What the line has already: its contract's product and terms, or those it was sent with.
    /// None where the form's own apply.
    pub fixed: Option<(ProductId, CreditTerms)>,
}

pub(super) struct SheetView {
    pub stage: Stage,
    pub place: Place,
    pub products: Vec<Product>,
    pub rows: Vec<SheetRow>,
    /// Why it came back, when it did.
    pub returned: Option<String>,
}

impl SheetView {
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
            let id = VoucherId::parse(&ask.voucher).map_err(|_| Error::NotFound)?;
            return returned_form(conn, user, &asker.clock, BookId(ask.book), &id).map(Opened::Form);
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
        prepare(view, form, asker.lang)
    }

    fn page(
        page: &Page,
        view: &SheetView,
        form: &FormData,
        problems: &[(String, Say)],
    ) -> Result<HttpResponse, Error> {
        Ok(views::sheet(page, view, form, problems))
    }
}

fn terms_fields(stage: Stage, place: &Place, today: chrono::NaiveDate) -> Vec<(String, String)> {
    let end = today
        .checked_add_months(chrono::Months::new(36))
        .and_then(|day| day.pred_opt())
        .unwrap_or(today);
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

/// The households a new sheet may hold: for a pre-approval those of the village without a line
/// of this institution, later those whose line has reached just the stage before.
fn candidates(
    conn: &mut Conn,
    office: &Office<'_>,
    place: &Place,
    stage: Stage,
    now_ms: i64,
) -> Result<Vec<SheetRow>, Error> {
    let found = register::clients_in(conn, office.vault, place.book, &[place.village], "", usize::MAX)?;
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
            Stage::Preapproval if own.is_empty() => rows.push(row(found, ContractId::new(now_ms), Fen::ZERO)),
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
        before,
        fixed: None,
    }
}

/// The form of a sheet that came back, as it was sent.
fn returned_form(
    conn: &mut Conn,
    user: &User,
    clock: &crate::clock::Clock,
    book: BookId,
    id: &VoucherId,
) -> Result<FormData, Error> {
    let (voucher, lines) = correction(conn, user, book, id)?;
    let first = lines.first().ok_or(Error::NotFound)?;
    let terms: CreditTerms = first.detail()?;
    let fields = [
        ("stage", voucher.kind.clone()),
        ("village", first.region.0.to_string()),
        ("product", first.product.0.to_string()),
        ("business_date", voucher.business_date.to_string()),
        ("valid_from", terms.valid_from.to_string()),
        ("valid_to", terms.valid_to.to_string()),
        ("limit", limit_code(terms.revolving).to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value));
    let form = recording::reopened(clock, &voucher, None, fields.to_vec());
    let with_line = |form: FormData, line: &crate::ledger::Line| match (&line.client, &line.contract) {
        (Some(client), Some(contract)) => with_row(form, line.n, client, contract, line.amount),
        _ => form,
    };
    Ok(lines.iter().fold(form, with_line))
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
    let found = register::clients_in(conn, office.vault, place.book, &[place.village], "", usize::MAX)?;
    let found: HashMap<&str, &Found> = found
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
            let (voucher, sent) = correction(conn, user, place.book, &ids.voucher)?;
            (Some(voucher.reason), own_terms(&sent)?)
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
            ..row(client, contract, before)
        });
    }
    Ok(SheetView {
        stage,
        products: offered(conn, &place)?,
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

fn prepare(view: &SheetView, form: &FormData, lang: Lang) -> Result<Prepared, Error> {
    let ids = FormIds::read(form)?;
    let mut read = Reader::new(form);
    let business_date = read.day("business_date");
    let asked = if view.asks_terms() {
        let terms = read_terms(&mut read);
        Some((read_product(&mut read, &view.products), terms))
    } else {
        None
    };
    let mut lines = Vec::new();
    for (row, n) in view.rows.iter().zip(1..) {
        let typed = form.get(&format!("amount_{n}"));
        if typed.trim().is_empty() {
            continue;
        }
        let amount = Fen::parse(typed, Unit::Yuan).unwrap_or_else(|error| {
            let field = format!("rows-{n}");
            read.add(Issue::refuse(error.code(), &field, error.say()).on_line(n));
            Fen::ZERO
        });
        let (product, terms) = row.fixed.as_ref().or(asked.as_ref()).ok_or(Error::NotFound)?;
        lines.push(NewLine {
            region: view.place.village,
            client: Some(row.client.clone()),
            product: *product,
            institution: view.place.institution,
            specialist: view.place.specialist,
            contract: Some(row.contract.clone()),
            amount,
            detail: serde_json::to_value(terms)?,
        });
    }
    if lines.is_empty() {
        let say = Say::new("至少要给一户填金额。", "Give at least one household an amount.");
        read.add(Issue::refuse("sheet.empty", "rows", say));
    }
    read.finish()?;
    let total = Fen::sum(lines.iter().map(|line| line.amount))?;
    let mut answers = vec![
        (
            lang.t("村", "Village").to_owned(),
            maud::html! { (view.place.path) },
        ),
        (
            lang.t("户数", "Households").to_owned(),
            maud::html! { (lines.len()) },
        ),
        (lang.t("合计", "Total").to_owned(), amount_answer(lang, total)),
        (
            lang.t("业务日期", "Business date").to_owned(),
            maud::html! { (business_date) },
        ),
    ];
    if let Some((product, terms)) = &asked {
        let validity = maud::html! { (terms.valid_from) " ～ " (terms.valid_to) };
        let name = maud::html! { (product_name(&view.products, *product)) };
        answers.push((lang.t("产品", "Product").to_owned(), name));
        answers.push((lang.t("有效期", "Validity").to_owned(), validity));
        let limit = maud::html! { (terms.limit().get(lang)) };
        answers.push((lang.t("额度类型", "Kind of limit").to_owned(), limit));
    }
    if view.rows.iter().any(|row| row.fixed.is_some()) {
        let kept = lang.t("各户按自己原来的", "Each household keeps its own");
        let label = lang.t("产品、有效期和额度类型", "Product, validity and limit");
        answers.push((label.to_owned(), maud::html! { (kept) }));
    }
    let submission = Submission {
        book: view.place.book,
        voucher: ids.voucher,
        command: ids.command,
        base_revision: ids.base_revision,
        kind: view.stage.code().to_owned(),
        business_date,
        institution: view.place.institution,
        lines,
    };
    Ok(Prepared {
        submission,
        title: views::sheet_title(view.stage, lang),
        answers,
    })
}
