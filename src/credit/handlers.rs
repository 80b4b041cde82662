//! Recording a pre-approval, grant or signature of one client.

use actix_web::HttpResponse;
use serde::Deserialize;

use super::commands::{CreditTerms, Stage};
use super::store::{self, CreditLine};
use super::{assessing_sheet, changing, line_page, sheet, views};
use crate::auth::{Allow, FormData, Page, Role, RouteSpec, User};
use crate::db::Conn;
use crate::error::{Error, Issue};
use crate::ledger::{Actor, NewLine, Office};
use crate::recording::{
    self, Asker, At, Door, Fields, Form, FormIds, Opened, Place, Prepared, Reader, Returned, amount_answer,
    field, form_routes, place, place_fields,
};
use crate::register::{self, Found, Product, ProductKind};
use crate::values::day::last_of_months;
use crate::values::{BookId, ClientId, ContractId, Fen, Lang, ProductId, Say, Unit};

/// Who records.
pub(super) const RECORDERS: Allow = Allow::Roles(&[Role::Specialist, Role::Clerk]);
/// The form's address.
const FORM: &str = "/field/credit";

/// The routes of this room.
pub fn routes() -> Vec<RouteSpec> {
    [
        form_routes::<Single>(RECORDERS),
        form_routes::<sheet::Sheet>(RECORDERS),
        form_routes::<changing::Changing>(RECORDERS),
        form_routes::<assessing_sheet::Assessing>(RECORDERS),
    ]
    .into_iter()
    .flatten()
    .chain(line_page::routes())
    .collect()
}

/// The form that phones fill in without a network.
pub fn doors() -> Vec<Door> {
    vec![Door::of::<Single>("credit", RECORDERS)]
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Ask {
    #[serde(default)]
    stage: String,
    #[serde(default)]
    village: String,
    #[serde(default)]
    client: String,
    /// An existing line to take a stage further.
    #[serde(default)]
    line: String,
    /// A returned voucher to correct.
    #[serde(default)]
    book: i64,
    #[serde(default)]
    voucher: String,
}

/// What the form shows around its fields.
pub(super) struct FormView {
    pub stage: Stage,
    pub place: Place,
    pub clients: Vec<Found>,
    pub products: Vec<Product>,
    /// The line being taken further.
    pub line: Option<CreditLine>,
    /// Why the record came back, when it did.
    pub returned: Option<String>,
}

/// One client, one stage.
pub(super) struct Single;

impl Form for Single {
    const ADDRESS: &'static str = FORM;
    type Ask = Ask;
    type View = FormView;

    fn open(conn: &mut Conn, _: &Office<'_>, asker: &Asker, ask: Ask) -> Result<Opened, Error> {
        if ask.voucher.is_empty() {
            let fields = fresh(conn, &asker.actor, &ask)?;
            return Ok(Opened::fresh(asker, fields));
        }
        let back = Returned::asked(conn, asker, ask.book, &ask.voucher)?;
        let Some(line) = back.only() else {
            return Ok(back.at(sheet::FORM));
        };
        let terms: CreditTerms = line.detail()?;
        let known = store::load_lines(conn, back.voucher.book_id, line.contract.as_slice())?;
        let fields = vec![
            field("stage", &back.voucher.kind),
            field("village", At::from((back.voucher.book_id, line.region))),
            field(
                "client",
                line.client.as_ref().map_or_else(String::new, ToString::to_string),
            ),
            field(
                "line",
                known.keys().next().map_or_else(String::new, ToString::to_string),
            ),
            field("product", line.product),
            field("amount", line.amount.yuan()),
            field("business_date", back.voucher.business_date),
            field("valid_from", terms.valid_from),
            field("valid_to", terms.valid_to),
            field("limit", limit_code(terms.revolving)),
        ];
        Ok(Opened::Form(back.form(asker, line.contract.as_ref(), fields)))
    }

    fn view(conn: &mut Conn, office: &Office<'_>, asker: &Asker, form: &FormData) -> Result<FormView, Error> {
        view(conn, office, &asker.user, &asker.actor, form)
    }

    fn prepare(view: &FormView, form: &FormData, asker: &Asker) -> Result<Prepared, Error> {
        prepare(view, form, asker.lang)
    }

    fn page(
        page: &Page,
        view: &FormView,
        form: &FormData,
        problems: &[(String, Say)],
    ) -> Result<HttpResponse, Error> {
        Ok(views::form(page, view, form, problems))
    }
}

/// The fields of a new form: today, three years, and what the line to take further says.
fn fresh(conn: &mut Conn, actor: &Actor, ask: &Ask) -> Result<Fields, Error> {
    let today = actor.today;
    let mut fields = vec![
        field("stage", ask.stage.clone()),
        field("business_date", today.to_string()),
        field("amount_unit", Unit::Yuan.code().to_owned()),
    ];
    if ask.line.is_empty() {
        let end = last_of_months(today, 36);
        fields.extend([
            field("village", ask.village.clone()),
            field("client", ask.client.clone()),
            field("valid_from", today.to_string()),
            field("valid_to", end.to_string()),
            field("limit", limit_code(true).to_owned()),
        ]);
        return Ok(fields);
    }
    let id = ContractId::parse(&ask.line).map_err(|_| Error::NotFound)?;
    let line = store::find_line(conn, BookId(ask.book), &id)?;
    let amount = if line.granted_fen.is_positive() {
        line.granted_fen
    } else {
        line.preapproved_fen
    };
    fields.extend([
        field("village", At::from((line.book_id, line.region_id))),
        field("client", line.client_id.to_string()),
        field("line", line.id.to_string()),
        field("product", line.product_id.0.to_string()),
        field("amount", amount.yuan()),
        field("valid_from", line.valid_from.to_string()),
        field("valid_to", line.valid_to.to_string()),
        field("limit", limit_code(line.revolving).to_owned()),
    ]);
    Ok(fields)
}

pub(super) const fn limit_code(revolving: bool) -> &'static str {
    if revolving { "revolving" } else { "one-off" }
}

fn view(
    conn: &mut Conn,
    office: &Office<'_>,
    user: &User,
    actor: &Actor,
    form: &FormData,
) -> Result<FormView, Error> {
    let stage = Stage::parse(form.get("stage")).ok_or(Error::NotFound)?;
    let place = place(conn, office, user, place_fields(form)?, actor.today)?;
    let clients = register::clients_in(conn, office.vault, place.book, &place.kin, "", usize::MAX)?;
    let line = match ContractId::parse(form.get("line")) {
        Ok(id) => Some(store::find_line(conn, place.book, &id)?),
        Err(_) => None,
    };
    let ids = FormIds::read(form)?;
    Ok(FormView {
        stage,
        returned: recording::returned_because(conn, user, place.book, &ids)?,
        products: offered(conn, &place)?,
        place,
        clients,
        line,
    })
}

/// The credit products this institution may offer.
pub fn offered(conn: &mut Conn, place: &Place) -> Result<Vec<Product>, Error> {
    let ours = |product: &Product| {
        product
            .institution_id
            .is_none_or(|only| only == place.institution)
    };
    let all = register::products_in(conn, place.lang)?;
    Ok(all
        .into_iter()
        .filter(|product| product.kind == ProductKind::Credit.code() && ours(product))
        .collect())
}

/// Reads the form into a submission and its answers in words.
fn prepare(view: &FormView, form: &FormData, lang: Lang) -> Result<Prepared, Error> {
    let ids = FormIds::read(form)?;
    let mut read = Reader::new(form);
    let amount = read.amount("amount");
    let business_date = read.day("business_date");
    let terms = read_terms(&mut read);
    let product = read_product(&mut read, &view.products);
    let client = view
        .clients
        .iter()
        .find(|found| found.client.id.as_str() == form.get("client"));
    if client.is_none() {
        read.add(Issue::refuse(
            "client.missing",
            "client",
            Say::new("请选择客户。", "Choose a client."),
        ));
    }
    read.finish()?;
    let client = client.ok_or(Error::NotFound)?;
    let contract = view
        .line
        .as_ref()
        .map_or(ids.contract.clone(), |line| line.id.clone());
    let line = NewLine {
        region: match &view.line {
            Some(line) => line.region_id,
            None => view.place.on(business_date),
        },
        client: Some(client.client.id.clone()),
        product,
        institution: view.place.institution,
        specialist: view.place.specialist,
        contract: Some(contract),
        amount,
        detail: serde_json::to_value(&terms)?,
    };
    let submission = view
        .place
        .submission(ids, view.stage.code(), business_date, vec![line]);
    let answers = vec![
        (
            lang.t("村", "Village").to_owned(),
            maud::html! { (view.place.path) },
        ),
        (
            lang.t("客户", "Client").to_owned(),
            maud::html! { (client.identity.name) " " (client.identity.masked_number()) },
        ),
        (
            lang.t("产品", "Product").to_owned(),
            maud::html! { (product_name(&view.products, product)) },
        ),
        (
            view.stage.name().get(lang).to_owned(),
            amount_answer(lang, amount),
        ),
        (
            lang.t("业务日期", "Business date").to_owned(),
            maud::html! { (business_date) },
        ),
        (
            lang.t("有效期", "Validity").to_owned(),
            maud::html! { (terms.valid_from) " ～ " (terms.valid_to) },
        ),
        (
            lang.t("额度类型", "Kind of limit").to_owned(),
            maud::html! { (terms.limit().get(lang)) },
        ),
    ];
    Ok(Prepared {
        submission,
        title: views::title(view.stage, lang),
        answers,
    })
}

pub(super) fn read_terms(read: &mut Reader<'_>) -> CreditTerms {
    CreditTerms {
        valid_from: read.day("valid_from"),
        valid_to: read.day("valid_to"),
        revolving: read.text("limit") != limit_code(false),
    }
}

/// The product chosen, or a finding beside the field.
pub fn read_product(read: &mut Reader<'_>, offered: &[Product]) -> ProductId {
    let missing = Say::new("请选择产品。", "Choose a product.");
    let product = ProductId(read.chosen("product", missing).unwrap_or(0));
    if product.0 != 0 && !offered.iter().any(|known| known.id == product) {
        let say = Say::new(
            "本机构没有这个产品。",
            "Your institution does not offer this product.",
        );
        read.add(Issue::refuse("product.not_offered", "product", say));
    }
    product
}

/// A product's name; a dash when it is not among them.
pub fn product_name(products: &[Product], id: ProductId) -> &str {
    products
        .iter()
        .find(|product| product.id == id)
        .map_or("—", |product| product.name.as_str())
}

/// Ids that a fresh row needs.
pub(super) fn row_ids(client: &ClientId, contract: &ContractId, amount: Fen) -> (String, String, String) {
    (
        client.to_string(),
        contract.to_string(),
        if amount.is_zero() {
            String::new()
        } else {
            amount.yuan()
        },
    )
}
