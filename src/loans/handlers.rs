//! What the forms of this room have in common: the loan they are about, and corrections.

use serde::Deserialize;

use super::classing::Classing;
use super::commands::{Wanted, stand};
use super::desk;
use super::extending::Extending;
use super::lending::Lending;
use super::page;
use super::papers::load_papers;
use super::plan::LoanPlan;
use super::repaying::Repaying;
use super::store::{self, Loan};
use super::terms::{Act, Lpr};
use super::writing_off::{Recovering, WritingOff};
use crate::auth::{Allow, FormData, Role, RouteSpec};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{Basis, Line, NewLine, Office, Submission};
use crate::recording::{
    Asker, At, Door, Fields, FormIds, Opened, Place, Returned, field, form_routes, place, place_fields,
    returned_because,
};
use crate::register::{self, Assignment, Found, assignments_at, responsible};
use crate::values::schedule::Progress;
use crate::values::{BookId, ClientId, ContractId, Fen};

/// Who records.
pub(super) const RECORDERS: Allow = Allow::Roles(&[Role::Specialist, Role::Clerk]);
/// Who classes and writes off: the bank's own clerk.
pub(super) const CLASSIFIERS: Allow = Allow::Roles(&[Role::Clerk]);

/// The routes of this room.
pub fn routes() -> Vec<RouteSpec> {
    [
        form_routes::<Lending>(RECORDERS),
        form_routes::<Repaying>(RECORDERS),
        form_routes::<Classing>(CLASSIFIERS),
        form_routes::<Extending>(RECORDERS),
        form_routes::<WritingOff>(CLASSIFIERS),
        form_routes::<Recovering>(CLASSIFIERS),
    ]
    .into_iter()
    .flatten()
    .chain(page::routes())
    .chain(desk::routes())
    .collect()
}

/// The forms that phones fill in without a network.
pub fn doors() -> Vec<Door> {
    vec![
        Door::of::<Lending>("loan", RECORDERS),
        Door::of::<Repaying>("repayment", RECORDERS),
    ]
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Ask {
    #[serde(default)]
    pub village: String,
    #[serde(default)]
    pub client: String,
    /// A credit line to draw under.
    #[serde(default)]
    pub line: String,
    /// A loan to repay or classify.
    #[serde(default)]
    pub loan: String,
    #[serde(default)]
    pub book: i64,
    /// A returned voucher to correct.
    #[serde(default)]
    pub voucher: String,
}

/// The form of a record that came back, with what was sent.
pub(super) fn returned(
    conn: &mut Conn,
    asker: &Asker,
    ask: &Ask,
    act: Act,
    fields: impl FnOnce(&Line) -> Result<Fields, Error>,
) -> Result<Opened, Error> {
    let back = Returned::asked(conn, asker, ask.book, &ask.voucher)?.of_kind(act.code())?;
    let Some(line) = back.only() else {
        if act == Act::Classification {
            return Ok(back.at(desk::CLASSES));
        }
        return Ok(back.several());
    };
    let mut all = fields(line)?;
    all.extend([
        field("village", At::from((back.voucher.book_id, line.region))),
        field(
            "client",
            line.client.as_ref().map(ToString::to_string).unwrap_or_default(),
        ),
        field("business_date", back.voucher.business_date),
    ]);
    Ok(Opened::Form(back.form(asker, line.contract.as_ref(), all)))
}

/// Opens a form about a loan: a new one with what `fresh` takes from the loan, or one that came back with
/// what `sent` reads from its line.
pub(super) fn open_on_loan(
    conn: &mut Conn,
    asker: &Asker,
    ask: &Ask,
    act: Act,
    fresh: impl FnOnce(Loan) -> Fields,
    sent: impl FnOnce(&Line) -> Result<Fields, Error>,
) -> Result<Opened, Error> {
    if !ask.voucher.is_empty() {
        return returned(conn, asker, ask, act, |line| {
            let mut fields = sent(line)?;
            fields.push(field(
                "loan",
                line.contract.as_ref().map_or("", ContractId::as_str),
            ));
            Ok(fields)
        });
    }
    let id = contract(&ask.loan)?;
    let loan = store::load_loans(conn, BookId(ask.book), std::slice::from_ref(&id))?
        .remove(&id)
        .ok_or(Error::NotFound)?;
    let mut fields = vec![
        field("village", At::from((loan.book_id, loan.region_id))),
        field("client", &loan.client_id),
        field("loan", &loan.id),
        field("business_date", asker.actor.today),
    ];
    fields.extend(fresh(loan));
    Ok(Opened::fresh(asker, fields))
}

/// A client with its name.
pub(super) fn named(
    conn: &mut Conn,
    office: &Office<'_>,
    book: BookId,
    id: &ClientId,
) -> Result<Found, Error> {
    register::named_client(conn, office.vault, book, id)
}

/// The loan that a repayment or a classification is about.
pub(super) struct LoanView {
    pub place: Place,
    /// As it stands with what waits for review.
    pub loan: Loan,
    pub client: Found,
    /// Principal in repayments that wait, off the balance already.
    pub repaying: Fen,
    pub plan: LoanPlan,
    /// Where it stands on its plan today, by what is posted.
    pub progress: Progress,
    /// How its rate is made up, where its contract says so.
    pub lpr: Option<String>,
    assignments: Vec<Assignment>,
    /// Why the record came back, when it did.
    pub returned: Option<String>,
}

pub(super) fn contract(text: &str) -> Result<ContractId, Error> {
    ContractId::parse(text).map_err(|_| Error::NotFound)
}

/// The loan behind a form, or [`Error::NotFound`] if it is not of this place and institution.
pub(super) fn loan_view(
    conn: &mut Conn,
    office: &Office<'_>,
    asker: &Asker,
    form: &FormData,
) -> Result<LoanView, Error> {
    let user = &asker.user;
    let place = place(conn, office, user, place_fields(form)?, asker.actor.today)?;
    let ids = FormIds::read(form)?;
    let id = contract(form.get("loan"))?;
    let client = ClientId::parse(form.get("client")).map_err(|_| Error::NotFound)?;
    let mut wanted = Wanted::default();
    wanted.clients.insert(client.clone());
    wanted.loans.insert(id.clone());
    let mut standing = stand(conn, place.book, Basis::WithPending, &ids.voucher, wanted)?;
    let repaying = standing.repaying(&id);
    let loan = standing.loans.remove(&id).ok_or(Error::NotFound)?;
    let own = loan.region_id == place.village
        && loan.institution_id == place.institution
        && loan.client_id == client;
    if !own {
        return Err(Error::NotFound);
    }
    let papers = load_papers(conn, place.book, std::slice::from_ref(&id))?
        .remove(&id)
        .unwrap_or_default();
    let plan = LoanPlan::of(&loan, &papers)?;
    Ok(LoanView {
        client: named(conn, office, place.book, &client)?,
        returned: returned_because(conn, user, place.book, &ids)?,
        progress: plan.on(asker.actor.today)?,
        lpr: papers.lpr_of(&loan).map(Lpr::show),
        plan,
        assignments: assignments_at(
            conn,
            office.regions,
            place.book,
            &[place.village].into(),
            asker.actor.today,
        )?,
        place,
        loan,
        repaying,
    })
}

/// What a form about a loan submits: one line with the loan's own village, bank and product.
pub(super) fn about_loan(
    view: &LoanView,
    ids: FormIds,
    act: Act,
    business_date: chrono::NaiveDate,
    amount: Fen,
    detail: serde_json::Value,
) -> Submission {
    let (place, loan) = (&view.place, &view.loan);
    let line = NewLine {
        region: loan.region_id,
        client: Some(loan.client_id.clone()),
        product: loan.product_id,
        institution: place.institution,
        specialist: responsible(
            &view.assignments,
            place.specialist,
            Some(loan.specialist_id),
            place.institution,
            place.village,
            business_date,
        ),
        contract: Some(loan.id.clone()),
        amount,
        detail,
    };
    place.submission(ids, act.code(), business_date, vec![line])
}
