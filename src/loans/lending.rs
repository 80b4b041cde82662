//! Recording a loan paid out (放款), under a credit line or without one.

use actix_web::HttpResponse;

use super::commands::{Wanted, stand};
use super::describe::NOTE_NUMBER;
use super::handlers::{Ask, contract, named, returned};
use super::plan::{calculator_address, reckoning};
use super::pricing::MOST_POINTS;
use super::terms::{Act, Guarantee, LoanTerms, Lpr};
use super::views;
use crate::auth::{FormData, Page, User};
use crate::credit::{self, CreditLine, offered, product_name, read_product};
use crate::db::Conn;
use crate::error::{Error, Issue};
use crate::ledger::{Actor, Basis, NewLine, Office};
use crate::recording::{
    Asker, At, Fields, Form, FormIds, Opened, Place, Prepared, Reader, amount_answer, field, place,
    place_fields, returned_because,
};
use crate::register::{self, Assignment, Found, Product, assignments_at, responsible};
use crate::ui::plan::payments;
use crate::values::rate::Percent;
use crate::values::schedule::{self, DayCount, RepaymentMethod};
use crate::values::text::narrow;
use crate::values::{BookId, ClientId, ContractId, Fen, Lang, ProductId, Say, Text, Unit};

/// What the form shows around its fields.
pub(super) struct LendingView {
    pub place: Place,
    /// Whom it can be lent to: the one client of the line, or anyone of the village.
    pub clients: Vec<Found>,
    pub products: Vec<Product>,
    /// The line drawn under.
    pub line: Option<DrawnLine>,
    /// Why the record came back, when it did.
    pub returned: Option<String>,
    assignments: Vec<Assignment>,
}

/// A credit line as it stands with what waits for review.
pub(super) struct DrawnLine {
    pub credit: CreditLine,
    pub available: Fen,
    /// Principal in repayments that wait, which restores the limit only once approved.
    pub repaying: Fen,
}

/// A loan paid out.
pub(super) struct Lending;

impl Form for Lending {
    const ADDRESS: &'static str = Act::Disbursement.form();
    type Ask = Ask;
    type View = LendingView;

    fn open(conn: &mut Conn, _: &Office<'_>, asker: &Asker, ask: Ask) -> Result<Opened, Error> {
        if ask.voucher.is_empty() {
            let fields = fresh(conn, &asker.actor, &ask)?;
            return Ok(Opened::fresh(asker, fields));
        }
        returned(conn, asker, &ask, Act::Disbursement, |line| {
            let terms: LoanTerms = line.detail()?;
            let (lpr, bp) = terms
                .lpr
                .map(|lpr| (lpr.lpr_percent, lpr.bp.to_string()))
                .unwrap_or_default();
            Ok(vec![
                field("line", terms.credit_line.map(String::from).unwrap_or_default()),
                field("product", line.product),
                field("amount", line.amount.yuan()),
                field("rate_percent", terms.rate_percent),
                field("matures_on", terms.matures_on),
                field("purpose", terms.purpose),
                field("guarantee", terms.guarantee),
                field("method", terms.method),
                field("day_count", terms.day_count),
                field("note_number", terms.note_number),
                field("lpr_percent", lpr),
                field("bp", bp),
            ])
        })
    }

    fn view(
        conn: &mut Conn,
        office: &Office<'_>,
        asker: &Asker,
        form: &FormData,
    ) -> Result<LendingView, Error> {
        view(conn, office, &asker.user, &asker.actor, form)
    }

    fn prepare(view: &LendingView, form: &FormData, asker: &Asker) -> Result<Prepared, Error> {
        prepare(view, form, asker.lang)
    }

    fn page(
        page: &Page,
        view: &LendingView,
        form: &FormData,
        problems: &[(String, Say)],
    ) -> Result<HttpResponse, Error> {
        Ok(views::lending(page, view, form, problems))
    }
}

/// The fields of a new form: today, a year, and what the credit line says. Guarantee and way of
/// repayment are for the recorder to say: a guess would be sent on unseen.
fn fresh(conn: &mut Conn, actor: &Actor, ask: &Ask) -> Result<Fields, Error> {
    let due = actor
        .today
        .checked_add_months(chrono::Months::new(12))
        .unwrap_or(actor.today);
    let mut fields = vec![
        field("business_date", actor.today),
        field("matures_on", due),
        field("amount_unit", Unit::Yuan.code()),
        field("day_count", DayCount::Thirty360.code()),
    ];
    if ask.line.is_empty() {
        fields.extend([field("village", &ask.village), field("client", &ask.client)]);
        return Ok(fields);
    }
    let line = credit::find_line(conn, BookId(ask.book), &contract(&ask.line)?)?;
    fields.extend([
        field("village", At::from((line.book_id, line.region_id))),
        field("client", &line.client_id),
        field("line", &line.id),
    ]);
    Ok(fields)
}

fn view(
    conn: &mut Conn,
    office: &Office<'_>,
    user: &User,
    actor: &Actor,
    form: &FormData,
) -> Result<LendingView, Error> {
    let place = place(conn, office, user, place_fields(form)?, actor.today)?;
    let ids = FormIds::read(form)?;
    let returned = returned_because(conn, user, place.book, &ids)?;
    let assignments = assignments_at(
        conn,
        office.regions,
        place.book,
        &[place.village].into(),
        actor.today,
    )?;
    if form.has("line") {
        let client = ClientId::parse(form.get("client")).map_err(|_| Error::NotFound)?;
        let line = drawn_line(conn, &place, &client, &contract(form.get("line"))?, &ids)?;
        return Ok(LendingView {
            clients: vec![named(conn, office, place.book, &client)?],
            products: register::products_in(conn, user.lang)?,
            line: Some(line),
            returned,
            assignments,
            place,
        });
    }
    Ok(LendingView {
        clients: register::clients_in(conn, office.vault, place.book, &place.kin, "", usize::MAX)?,
        products: offered(conn, &place)?,
        line: None,
        returned,
        assignments,
        place,
    })
}

/// The line drawn under, or [`Error::NotFound`] if it is not of this place and institution.
fn drawn_line(
    conn: &mut Conn,
    place: &Place,
    client: &ClientId,
    id: &ContractId,
    ids: &FormIds,
) -> Result<DrawnLine, Error> {
    let mut wanted = Wanted::default();
    wanted.clients.insert(client.clone());
    wanted.lines.insert(id.clone());
    let standing = stand(conn, place.book, Basis::WithPending, &ids.voucher, wanted)?;
    let credit = standing.lines.get(id).ok_or(Error::NotFound)?;
    let own = credit.region_id == place.village
        && credit.institution_id == place.institution
        && credit.client_id == *client;
    if !own {
        return Err(Error::NotFound);
    }
    Ok(DrawnLine {
        available: standing.available(credit).min(credit.available()),
        repaying: standing.repaying(id),
        credit: credit.clone(),
    })
}

/// Reads the form into a submission and its answers in words.
fn prepare(view: &LendingView, form: &FormData, lang: Lang) -> Result<Prepared, Error> {
    let ids = FormIds::read(form)?;
    let mut read = Reader::new(form);
    let amount = read.amount("amount");
    let business_date = read.day("business_date");
    let terms = read_terms(&mut read, view);
    let product = match &view.line {
        Some(line) => line.credit.product_id,
        None => read_product(&mut read, &view.products),
    };
    let client = view
        .clients
        .iter()
        .find(|found| found.client.id.as_str() == form.get("client"));
    if client.is_none() {
        let say = Say::new("请选择客户。", "Choose a client.");
        read.add(Issue::refuse("client.missing", "client", say));
    }
    read.finish()?;
    let client = client.ok_or(Error::NotFound)?;
    let answers = answers(view, client, product, amount, business_date, &terms, lang);
    let line = NewLine {
        region: match &view.line {
            Some(line) => line.credit.region_id,
            None => view.place.on(business_date),
        },
        client: Some(client.client.id.clone()),
        product,
        institution: view.place.institution,
        specialist: responsible(
            &view.assignments,
            view.place.specialist,
            view.line.as_ref().map(|line| line.credit.specialist_id),
            view.place.institution,
            view.place.village,
            business_date,
        ),
        contract: Some(ids.contract.clone()),
        amount,
        detail: serde_json::to_value(&terms)?,
    };
    let submission = view
        .place
        .submission(ids, Act::Disbursement.code(), business_date, vec![line]);
    Ok(Prepared {
        submission,
        title: views::title(Act::Disbursement, lang).to_owned(),
        answers,
    })
}

/// The terms; what does not read is noted beside its field.
fn read_terms(read: &mut Reader<'_>, view: &LendingView) -> LoanTerms {
    let rate = read.percent("rate_percent");
    let matures_on = read.day("matures_on");
    let purpose = read.required(
        "purpose",
        Say::new("请写明贷款用途。", "Say what the loan is for."),
    );
    LoanTerms {
        credit_line: view.line.as_ref().map(|line| line.credit.id.clone()),
        rate_percent: rate.as_ref().map_or_else(String::new, Percent::to_string),
        matures_on,
        purpose,
        guarantee: read.required(
            "guarantee",
            Say::new("请选择担保方式。", "Choose the kind of guarantee."),
        ),
        method: read.required("method", Say::new("请选择还款方式。", "Choose how it is repaid.")),
        day_count: read.required(
            "day_count",
            Say::new("请选择计息方式。", "Choose how days are counted."),
        ),
        lpr: read_lpr(read),
        note_number: narrow(read.text("note_number")),
    }
}

/// LPR and points, both or neither.
fn read_lpr(read: &mut Reader<'_>) -> Option<Lpr> {
    let (lpr, points) = (read.text("lpr_percent"), narrow(read.text("bp")));
    if lpr.is_empty() && points.is_empty() {
        return None;
    }
    let lpr_percent = read.percent("lpr_percent");
    let bp = points.strip_prefix('+').unwrap_or(&points).parse().ok();
    let bp = bp.filter(|bp: &i32| bp.unsigned_abs() <= MOST_POINTS);
    if bp.is_none() {
        let say = Say::new(
            "加点请填整数，单位是基点（0.01%）；减点写负数，例如 40 或 -30。",
            "Enter the points as a whole number of basis points (0.01%), below LPR with a minus: 40 or -30.",
        );
        read.add(Issue::refuse("loan.points", "bp", say));
    }
    Some(Lpr {
        lpr_percent: lpr_percent?.to_string(),
        bp: bp?,
    })
}

fn answers(
    view: &LendingView,
    client: &Found,
    product: ProductId,
    amount: Fen,
    business_date: chrono::NaiveDate,
    terms: &LoanTerms,
    lang: Lang,
) -> Vec<(String, maud::Markup)> {
    use maud::html;
    let label = |text: Text| text.get(lang).to_owned();
    vec![
        (label(Text::new("村", "Village")), html! { (view.place.path) }),
        (label(Text::new("客户", "Client")), html! { (client.label()) }),
        (
            label(Text::new("产品", "Product")),
            html! { (product_name(&view.products, product)) },
        ),
        (
            label(Text::new("额度", "Credit line")),
            match &view.line {
                Some(line) => {
                    html! { (lang.t("额度项下，可用 ¥", "Under a line, available ¥")) (line.available.show(Unit::Yuan)) }
                }
                None => html! { (lang.t("单笔放款（不占授信额度）", "Standalone, under no line")) },
            },
        ),
        (
            label(Text::new("放款金额", "Amount paid out")),
            amount_answer(lang, amount),
        ),
        (
            label(Text::new("放款日", "Paid out on")),
            html! { (business_date) },
        ),
        (
            label(Text::new("到期日", "Matures")),
            html! { (terms.matures_on) },
        ),
        (
            label(Text::new("年利率", "Yearly rate")),
            html! {
                (terms.rate_percent) "%"
                @if let Some(lpr) = &terms.lpr { span.capitals { (lpr.show()) } }
            },
        ),
        (
            label(NOTE_NUMBER),
            html! { @if terms.note_number.is_empty() { "—" } @else { (terms.note_number) } },
        ),
        (label(Text::new("用途", "Purpose")), html! { (terms.purpose) }),
        (
            label(Text::new("担保方式", "Guarantee")),
            html! { (Guarantee::parse(&terms.guarantee).map_or("—", |each| each.name().get(lang))) },
        ),
        (
            label(Text::new("还款方式", "Repayment")),
            html! { (RepaymentMethod::parse(&terms.method).map_or("—", |each| each.name().get(lang))) },
        ),
        (
            label(Text::new("计息方式", "Day count")),
            html! { (DayCount::parse(&terms.day_count).map_or("—", |each| each.name().get(lang))) },
        ),
        (
            label(Text::new("还款计划", "Repayment plan")),
            plan_answer(amount, business_date, terms, lang),
        ),
    ]
}

/// What the terms come to, and the way to all of it. Terms that give no plan are refused beside it.
fn plan_answer(amount: Fen, from: chrono::NaiveDate, terms: &LoanTerms, lang: Lang) -> maud::Markup {
    let plan = reckoning(amount, terms)
        .and_then(|reckoning| schedule::plan_until(&reckoning, from, terms.matures_on).ok());
    let whole = calculator_address(amount, from, terms);
    maud::html! {
        @match &plan {
            Some(plan) => {
                (payments(lang, plan))
                br;
                (lang.t("利息合计 ¥", "Interest in all ¥")) (plan.total_interest.show(Unit::Yuan))
            }
            None => "—",
        }
        @if let Some(whole) = whole {
            br;
            // Beside this page, which a way back could not bring again.
            a href=(whole) target="_blank" rel="noopener" { (lang.t("看每一期", "Every instalment")) }
        }
    }
}
