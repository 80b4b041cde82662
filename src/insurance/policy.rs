//! Recording a policy over one village or one of its clients.

use actix_web::HttpResponse;
use chrono::NaiveDate;
use serde::Deserialize;

use super::commands::{POLICY_KIND, PolicyTerms};
use super::handlers::{insurer_place, read_client, read_households};
use super::{rules, views};
use crate::auth::{FormData, Page, User};
use crate::db::Conn;
use crate::error::{Error, Issue};
use crate::ledger::{Actor, Line, NewLine, Office};
use crate::recording::{
    Asker, Form, FormIds, Opened, Place, Prepared, Reader, Returned, place_fields, returned_because,
};
use crate::register::{self, Found, Product, ProductKind, Tariff};
use crate::values::day::{last_of_months, parse_day};
use crate::values::quantity::quantity_hundredths;
use crate::values::rate::{Payer, Percent, Shares, Split, split_premium};
use crate::values::text::narrow;
use crate::values::{BookId, Fen, Lang, Say, Unit, english};

/// The form's address.
pub(super) const FORM: &str = "/field/policy";

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Ask {
    #[serde(default)]
    village: String,
    #[serde(default)]
    client: String,
    /// A returned voucher to correct.
    #[serde(default)]
    book: i64,
    #[serde(default)]
    voucher: String,
}

/// An insurance product with its tariff on the first day of cover.
pub(super) struct Offer {
    pub product: Product,
    pub tariff: Option<Tariff>,
    /// Some tariff of it, on this day or another, leaves the sum to be agreed.
    pub may_agree: bool,
}

impl Offer {
    /// Whether the sum per unit is agreed policy by policy.
    pub(super) fn agreed(&self) -> bool {
        self.tariff
            .as_ref()
            .is_some_and(|tariff| tariff.unit_sum_fen.is_zero())
    }
}

/// What the form shows around its fields.
pub(super) struct PolicyView {
    pub place: Place,
    pub clients: Vec<Found>,
    pub offers: Vec<Offer>,
    /// Why it came back, when it is a correction.
    pub returned: Option<String>,
}

/// A policy over one village or one of its clients.
pub(super) struct PolicyForm;

impl Form for PolicyForm {
    const ADDRESS: &'static str = FORM;
    type Ask = Ask;
    type View = PolicyView;

    fn open(conn: &mut Conn, _: &Office<'_>, asker: &Asker, ask: Ask) -> Result<Opened, Error> {
        if ask.voucher.is_empty() {
            let fields = fresh(&ask, asker.actor.today);
            return Ok(Opened::fresh(asker, fields));
        }
        let back = Returned::asked(conn, asker, ask.book, &ask.voucher)?;
        let Some(line) = back.only() else {
            return Ok(back.at(super::listing::FORM));
        };
        if back.voucher.kind != POLICY_KIND {
            return Err(Error::NotFound);
        }
        let fields = recorded(conn, back.voucher.book_id, line)?;
        Ok(Opened::Form(back.form(asker, line.contract.as_ref(), fields)))
    }

    fn view(
        conn: &mut Conn,
        office: &Office<'_>,
        asker: &Asker,
        form: &FormData,
    ) -> Result<PolicyView, Error> {
        view(conn, office, &asker.user, &asker.actor, form)
    }

    fn prepare(view: &PolicyView, form: &FormData, asker: &Asker) -> Result<Prepared, Error> {
        prepare(view, form, asker.actor.today, asker.lang)
    }

    fn page(
        page: &Page,
        view: &PolicyView,
        form: &FormData,
        problems: &[(String, Say)],
    ) -> Result<HttpResponse, Error> {
        Ok(views::policy_form(page, view, form, problems))
    }
}

/// The fields of a new form: a year from today.
fn fresh(ask: &Ask, today: NaiveDate) -> Vec<(String, String)> {
    let end = last_of_months(today, 12);
    [
        ("village", ask.village.clone()),
        ("client", ask.client.clone()),
        ("starts_on", today.to_string()),
        ("ends_on", end.to_string()),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect()
}

/// The fields of a policy that came back; the five parts only where they are not the tariff's.
fn recorded(conn: &mut Conn, book: BookId, line: &Line) -> Result<Vec<(String, String)>, Error> {
    let terms: PolicyTerms = line.detail()?;
    let mut fields = vec![
        ("village", line.region.0.to_string()),
        (
            "client",
            line.client.as_ref().map_or_else(String::new, ToString::to_string),
        ),
        ("product", line.product.0.to_string()),
        ("number", terms.number.clone()),
        ("starts_on", terms.starts_on.to_string()),
        ("ends_on", terms.ends_on.to_string()),
        ("quantity", terms.quantity.clone()),
        ("households", terms.households.to_string()),
    ];
    let tariff = register::tariff_on(conn, line.product, book, terms.starts_on)?;
    if tariff
        .as_ref()
        .is_none_or(|tariff| tariff.unit_sum_fen != terms.unit_sum)
    {
        fields.push(("unit_sum", terms.unit_sum.yuan()));
    }
    let usual = tariff
        .as_ref()
        .and_then(shares)
        .and_then(|shares| split_premium(terms.premium, &shares).ok());
    let split = terms.split();
    if usual != Some(split) {
        fields.extend(Payer::ALL.map(|payer| (payer.code(), split.of(payer).yuan())));
    }
    Ok(fields
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect())
}

fn view(
    conn: &mut Conn,
    office: &Office<'_>,
    user: &User,
    actor: &Actor,
    form: &FormData,
) -> Result<PolicyView, Error> {
    let place = insurer_place(conn, office, user, place_fields(form)?, actor.today)?;
    let clients = register::clients_in(conn, office.vault, place.book, &place.kin, "", usize::MAX)?;
    let start = parse_day(form.get("starts_on")).unwrap_or(actor.today);
    Ok(PolicyView {
        offers: offers(conn, &place, start)?,
        returned: returned_because(conn, user, place.book, &FormIds::read(form)?)?,
        place,
        clients,
    })
}

/// The insurance products this insurer may offer, with their tariffs on a day.
pub(super) fn offers(conn: &mut Conn, place: &Place, day: NaiveDate) -> Result<Vec<Offer>, Error> {
    let ours = |product: &Product| {
        product.kind == ProductKind::Insurance.code()
            && product
                .institution_id
                .is_none_or(|only| only == place.institution)
    };
    let products = register::products_in(conn, place.lang)?;
    products
        .into_iter()
        .filter(ours)
        .map(|product| {
            let all = register::tariffs(conn, product.id)?;
            Ok(Offer {
                tariff: register::tariff_on(conn, product.id, place.book, day)?,
                may_agree: all.iter().any(|tariff| tariff.unit_sum_fen.is_zero()),
                product,
            })
        })
        .collect()
}

/// Reads the form into a submission and its answers in words. The voucher is dated the day cover
/// starts, or today when that lies ahead.
fn prepare(view: &PolicyView, form: &FormData, today: NaiveDate, lang: Lang) -> Result<Prepared, Error> {
    let ids = FormIds::read(form)?;
    let mut read = Reader::new(form);
    let offer = read_offer(&mut read, &view.offers);
    let client = read_client(&mut read, &view.clients);
    let asked = Asked {
        number: narrow(&read.required("number", Say::new("请填写保单号。", "Enter the policy number."))),
        starts_on: read.day("starts_on"),
        ends_on: read.day("ends_on"),
        quantity: read_quantity(&mut read),
        households: read_households(&mut read),
    };
    let terms = offer
        .map(|offer| read_terms(&mut read, offer, asked))
        .transpose()?
        .flatten();
    read.finish()?;
    let (offer, (terms, sum)) = (offer.ok_or(Error::NotFound)?, terms.ok_or(Error::NotFound)?);
    let line = NewLine {
        region: view.place.on(terms.starts_on.min(today)),
        client: client.map(|found| found.client.id.clone()),
        product: offer.product.id,
        institution: view.place.institution,
        specialist: view.place.specialist,
        contract: Some(ids.contract.clone()),
        amount: sum,
        detail: serde_json::to_value(&terms)?,
    };
    let submission = view
        .place
        .submission(ids, POLICY_KIND, terms.starts_on.min(today), vec![line]);
    Ok(Prepared {
        submission,
        title: views::policy_title(lang).to_owned(),
        answers: views::policy_answers(lang, &view.place, &offer.product.name, client, &terms, sum),
    })
}

/// What a person writes of a policy; the tariff says the rest.
struct Asked {
    number: String,
    starts_on: NaiveDate,
    ends_on: NaiveDate,
    quantity: Option<(String, i64)>,
    households: i64,
}

pub(super) fn read_offer<'a>(read: &mut Reader<'_>, offers: &'a [Offer]) -> Option<&'a Offer> {
    let wanted = read.text("product");
    let offer = offers
        .iter()
        .find(|offer| offer.product.id.0.to_string() == wanted);
    if offer.is_none() {
        let say = Say::new("请选择险种。", "Choose an insurance product.");
        read.add(Issue::refuse("field.not_chosen", "product", say));
    }
    offer
}

/// The quantity as it will be kept, and in hundredths.
fn read_quantity(read: &mut Reader<'_>) -> Option<(String, i64)> {
    let plain = narrow(read.text("quantity")).replace(',', "");
    let hundredths = quantity_hundredths(&plain);
    if hundredths.is_none() {
        let say = Say::new(
            "数量要大于零，最多两位小数，如 2793.65。",
            "The quantity must be above zero with at most two decimals, like 2793.65.",
        );
        read.add(Issue::refuse("policy.quantity", "quantity", say));
    }
    hundredths.map(|hundredths| (plain, hundredths))
}

/// What the tariff makes of it: terms and sum insured; none when something did not read.
fn read_terms(
    read: &mut Reader<'_>,
    offer: &Offer,
    asked: Asked,
) -> Result<Option<(PolicyTerms, Fen)>, Error> {
    let Some((tariff, shares)) = offer
        .tariff
        .as_ref()
        .and_then(|tariff| Some((tariff, shares(tariff)?)))
    else {
        let say = Say::new(
            "该险种在保险起期没有登记的费率条款，请换险种、改起期，或联系管理员登记。",
            "No tariff of this product is registered for the first day of cover; choose another or ask the administrator.",
        );
        read.add(Issue::refuse("policy.no_tariff", "product", say));
        return Ok(None);
    };
    let unit_sum = if offer.agreed() {
        read.amount("unit_sum")
    } else {
        tariff.unit_sum_fen
    };
    let rate = Percent::parse(&tariff.rate_percent)
        .map_err(|error| Error::Failed(format!("a stored tariff does not read: {error}")))?;
    let actual = read_actual(read);
    let Some((quantity, hundredths)) = asked.quantity else {
        return Ok(None);
    };
    let sum = rules::insured_sum(hundredths, unit_sum)?;
    let (premium, split) = settled(rate.of(sum)?, &shares, actual)?;
    let terms = PolicyTerms {
        number: asked.number,
        starts_on: asked.starts_on,
        ends_on: asked.ends_on,
        quantity,
        unit: tariff.quantity_unit.clone(),
        unit_sum,
        rate_percent: rate.to_string(),
        premium,
        central: split.central,
        province: split.province,
        city: split.city,
        county: split.county,
        farmer: split.farmer,
        households: asked.households,
        counted: true,
    };
    Ok(Some((terms, sum)))
}

/// A tariff's five shares; none if they are no split.
pub(super) fn shares(tariff: &Tariff) -> Option<Shares> {
    let percent = |text: &str| Percent::parse(text).ok();
    Shares::new(
        percent(&tariff.share_central)?,
        percent(&tariff.share_province)?,
        percent(&tariff.share_city)?,
        percent(&tariff.share_county)?,
        percent(&tariff.share_farmer)?,
    )
    .ok()
}

/// The parts as really borne (按实际分担): none when all five fields are empty.
fn read_actual(read: &mut Reader<'_>) -> Option<Split> {
    if Payer::ALL.iter().all(|payer| read.text(payer.code()).is_empty()) {
        return None;
    }
    Some(Split {
        central: read.optional_yuan(Payer::Central.code()),
        province: read.optional_yuan(Payer::Province.code()),
        city: read.optional_yuan(Payer::City.code()),
        county: read.optional_yuan(Payer::County.code()),
        farmer: read.optional_yuan(Payer::Farmer.code()),
    })
}

/// Premium and split: the tariff's, or the actual one, which wins even where it is a fen off the
/// computed premium. One further off is left to the rules, which name the difference.
fn settled(computed: Fen, shares: &Shares, actual: Option<Split>) -> Result<(Fen, Split), Error> {
    let Some(actual) = actual else {
        return Ok((computed, split_premium(computed, shares)?));
    };
    let total = actual.total()?;
    let near = total.minus(computed)?.0.abs() <= 1;
    Ok((if near { total } else { computed }, actual))
}

/// A tariff's sum per unit as lists show it.
pub(super) fn unit_sum_text(tariff: &Tariff, lang: Lang) -> String {
    let unit = &tariff.quantity_unit;
    if tariff.unit_sum_fen.is_zero() {
        return match lang {
            Lang::Zh => format!("协议保额（每{unit}）"),
            Lang::En => format!("agreed, per {}", english::unit(unit)),
        };
    }
    let sum = tariff.unit_sum_fen.show(Unit::Yuan);
    match lang {
        Lang::Zh => format!("{sum} 元/{unit}"),
        Lang::En => format!("{sum} yuan/{}", english::unit(unit)),
    }
}

#[cfg(test)]
mod tests;
