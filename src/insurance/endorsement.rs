//! Recording an endorsement (批改) of one part of a policy.

use actix_web::HttpResponse;
use serde::Deserialize;

use super::handlers::{insurer_place, read_client, read_households, record_page};
use super::payout::{choice, find_cover, parts_in_scope};
use super::policy::shares;
use super::rules::versions::{premium_of_change, quantity_or_none, split_change, sum_of};
use super::store::{Cover, PolicyPart};
use super::versions::{ENDORSE_KIND, EndorsementDetail, PremiumBasis};
use super::views;
use crate::auth::{FormData, Page};
use crate::db::Conn;
use crate::error::{Error, Issue};
use crate::ledger::{NewLine, Office, Submission};
use crate::recording::{
    self, Asker, Fields, Form, FormIds, Opened, Place, Prepared, Reader, correction, field, returned_because,
};
use crate::register::{self, Found, Names};
use crate::values::rate::{Percent, Shares};
use crate::values::text::narrow;
use crate::values::{BookId, ContractId, Fen, Say, VoucherId};

/// The form's address.
pub(super) const FORM: &str = "/field/endorsement";

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Ask {
    book: i64,
    #[serde(default)]
    policy: String,
    /// The part of the policy; asked for when there are several.
    #[serde(default)]
    part: String,
    /// A returned voucher to correct.
    #[serde(default)]
    voucher: String,
}

/// What the form shows around its fields.
pub(super) struct EndorsementView {
    pub place: Place,
    pub cover: Cover,
    pub part: PolicyPart,
    pub product: String,
    /// The village's clients, to correct who is insured; empty when the village is.
    pub clients: Vec<Found>,
    /// The terms' shares on the first day of cover, where the part was split by them.
    pub shares: Option<Shares>,
    /// Why it came back, when it is a correction.
    pub returned: Option<String>,
}

/// What changes of one part of a policy.
pub(super) struct EndorsementForm;

impl Form for EndorsementForm {
    const ADDRESS: &'static str = FORM;
    type Ask = Ask;
    type View = EndorsementView;

    fn open(conn: &mut Conn, office: &Office<'_>, asker: &Asker, ask: Ask) -> Result<Opened, Error> {
        let book = BookId(ask.book);
        if !ask.voucher.is_empty() {
            return reopened(conn, asker, book, &ask.voucher);
        }
        let id = ContractId::parse(&ask.policy).map_err(|_| Error::NotFound)?;
        let cover = find_cover(conn, book, &id, &VoucherId::from_parts(0, [0; 10]))?;
        let parts = parts_in_scope(conn, &asker.user, &cover)?;
        let chosen = parts.iter().find(|part| part.n.to_string() == ask.part);
        match (chosen, parts.as_slice()) {
            (Some(part), _) | (None, [part]) => {
                let fields = fresh(&cover, part, asker);
                Ok(Opened::Form(recording::opened(&asker.clock, fields)))
            }
            (None, []) => Err(Error::NotFound),
            _ => {
                let read = (asker.actor.today, asker.user.lang);
                let choice = choice(conn, office, &cover, parts, read)?;
                Ok(Opened::Instead(Box::new(move |page| {
                    let title = views::versions::endorsement_title(page.lang);
                    views::payout::choose_part(page, title, &choice)
                })))
            }
        }
    }

    fn view(
        conn: &mut Conn,
        office: &Office<'_>,
        asker: &Asker,
        form: &FormData,
    ) -> Result<EndorsementView, Error> {
        view(conn, office, asker, form)
    }

    fn prepare(view: &EndorsementView, form: &FormData, asker: &Asker) -> Result<Prepared, Error> {
        prepare(view, form, asker)
    }

    fn page(
        page: &Page,
        view: &EndorsementView,
        form: &FormData,
        problems: &[(String, Say)],
    ) -> Result<HttpResponse, Error> {
        Ok(views::versions::endorsement_form(page, view, form, problems))
    }
}

/// The part as it stands, from today.
fn fresh(cover: &Cover, part: &PolicyPart, asker: &Asker) -> Fields {
    let day = asker.actor.today.min(cover.policy.ends_on);
    vec![
        field("book", cover.policy.book_id),
        field("policy", &cover.policy.id),
        field("part", part.n),
        field("business_date", day),
        field("quantity", &part.quantity),
        field("unit_sum", part.unit_sum_fen.yuan()),
        field("households", part.households),
        field(
            "client",
            part.client_id
                .as_ref()
                .map_or_else(String::new, ToString::to_string),
        ),
        field("basis", PremiumBasis::Days.code()),
    ]
}

fn reopened(conn: &mut Conn, asker: &Asker, book: BookId, voucher: &str) -> Result<Opened, Error> {
    let id = VoucherId::parse(voucher).map_err(|_| Error::NotFound)?;
    let (voucher, lines) = correction(conn, &asker.user, book, &id)?;
    let [line] = lines.as_slice() else {
        return Ok(Opened::at(record_page(book, &id)));
    };
    if voucher.kind != ENDORSE_KIND {
        return Err(Error::NotFound);
    }
    let detail: EndorsementDetail = line.detail()?;
    let policy = line.contract.as_ref().ok_or(Error::NotFound)?;
    let stated = match detail.basis {
        PremiumBasis::Stated => detail.premium.yuan(),
        _ => String::new(),
    };
    let fields = vec![
        field("book", book),
        field("policy", policy),
        field("part", detail.part),
        field("business_date", voucher.business_date),
        field("number", &detail.number),
        field("quantity", &detail.quantity),
        field("unit_sum", detail.unit_sum.yuan()),
        field("households", detail.households),
        field(
            "client",
            line.client.as_ref().map_or_else(String::new, ToString::to_string),
        ),
        field("basis", detail.basis.code()),
        field("premium", stated),
        field("reason", &detail.reason),
    ];
    Ok(Opened::Form(recording::reopened(
        &asker.clock,
        &voucher,
        None,
        fields,
    )))
}

fn view(
    conn: &mut Conn,
    office: &Office<'_>,
    asker: &Asker,
    form: &FormData,
) -> Result<EndorsementView, Error> {
    let ids = FormIds::read(form)?;
    let book = form
        .get("book")
        .parse()
        .map(BookId)
        .map_err(|_| Error::NotFound)?;
    let policy = ContractId::parse(form.get("policy")).map_err(|_| Error::NotFound)?;
    let cover = find_cover(conn, book, &policy, &ids.voucher)?;
    let part = parts_in_scope(conn, &asker.user, &cover)?
        .into_iter()
        .find(|part| part.n.to_string() == form.get("part"))
        .ok_or(Error::NotFound)?;
    let place = insurer_place(conn, office, &asker.user, part.region_id, asker.actor.today)?;
    if place.book != book || place.institution != cover.policy.institution_id {
        return Err(Error::NotFound);
    }
    let clients = match part.client_id {
        Some(_) => register::clients_in(conn, office.vault, book, &[part.region_id], "", usize::MAX)?,
        None => Vec::new(),
    };
    let tariff = register::tariff_on(conn, cover.policy.product_id, book, cover.policy.starts_on)?;
    Ok(EndorsementView {
        product: Names::load(conn)?
            .read_in(asker.user.lang)
            .product(cover.policy.product_id)
            .to_owned(),
        shares: tariff.as_ref().and_then(shares),
        returned: returned_because(conn, &asker.user, book, &ids)?,
        place,
        cover,
        part,
        clients,
    })
}

/// Reads the form into a submission and its answers in words.
fn prepare(view: &EndorsementView, form: &FormData, asker: &Asker) -> Result<Prepared, Error> {
    let ids = FormIds::read(form)?;
    let mut read = Reader::new(form);
    let part = &view.part;
    let business_date = read.day("business_date");
    let number = narrow(&read.required(
        "number",
        Say::new("请填写批单号。", "Enter the endorsement number."),
    ));
    let reason = read.required("reason", Say::new("请填写原因。", "Enter the reason."));
    let (quantity, sum) = read_sum(&mut read, part)?;
    let households = read_households(&mut read);
    let client = read_client(&mut read, &view.clients);
    if client.is_none() && part.client_id.is_some() && read.text("client").is_empty() {
        let say = Say::new("请选择被保险人。", "Choose the insured.");
        read.add(Issue::refuse("client.missing", "client", say));
    }
    let missing = Say::new("请选择保费怎样计算。", "Choose how the premium is reckoned.");
    let basis = read
        .one_of("basis", PremiumBasis::parse, missing)
        .unwrap_or(PremiumBasis::Days);
    let stated = read_stated(&mut read, basis);
    read.finish()?;
    let change = sum.1.minus(part.sum_insured_fen)?;
    let rate = Percent::parse(&part.rate_percent)
        .map_err(|error| Error::Failed(format!("a stored rate does not read: {error}")))?;
    let reckoned = premium_of_change(&view.cover, rate, change, basis, business_date)?;
    let premium = reckoned.unwrap_or(stated);
    let split = split_change(premium, part, view.shares.as_ref())?;
    let detail = EndorsementDetail {
        number,
        part: part.n,
        quantity,
        unit_sum: sum.0,
        households,
        basis,
        premium,
        central: split.central,
        province: split.province,
        city: split.city,
        county: split.county,
        farmer: split.farmer,
        reason,
    };
    let line = NewLine {
        region: part.region_id,
        client: client.map(|found| found.client.id.clone()),
        product: view.cover.policy.product_id,
        institution: view.place.institution,
        specialist: view.place.specialist,
        contract: Some(view.cover.policy.id.clone()),
        amount: change,
        detail: serde_json::to_value(&detail)?,
    };
    Ok(Prepared {
        title: views::versions::endorsement_title(asker.lang).to_owned(),
        answers: views::versions::endorsement_answers(
            asker.lang,
            view,
            client,
            &detail,
            business_date,
            change,
        ),
        submission: Submission {
            book: view.place.book,
            voucher: ids.voucher,
            command: ids.command,
            base_revision: ids.base_revision,
            kind: ENDORSE_KIND.to_owned(),
            business_date,
            institution: view.place.institution,
            lines: vec![line],
        },
    })
}

/// The quantity as it will be kept, the sum per unit and the sum insured they make. Where neither is
/// changed, the sum insured stays what it is, even if it was rounded another way.
fn read_sum(read: &mut Reader<'_>, part: &PolicyPart) -> Result<(String, (Fen, Fen)), Error> {
    let quantity = narrow(read.text("quantity")).replace(',', "");
    let hundredths = quantity_or_none(&quantity);
    if hundredths.is_none() {
        let say = Say::new(
            "数量最多两位小数；被保险人全部退出填 0。",
            "A quantity has at most two decimals; 0 when the insured leaves.",
        );
        read.add(Issue::refuse("version.quantity", "quantity", say));
    }
    let unit_sum = match Fen::parse_yuan(read.text("unit_sum")) {
        Ok(fen) => fen,
        Err(error) => {
            read.add(Issue::refuse(error.code(), "unit_sum", error.say()));
            part.unit_sum_fen
        }
    };
    let same = quantity == part.quantity && unit_sum == part.unit_sum_fen;
    let sum = match hundredths {
        Some(hundredths) if !same => sum_of(hundredths, unit_sum)?,
        _ => part.sum_insured_fen,
    };
    Ok((quantity, (unit_sum, sum)))
}

/// The change of premium as the paper states it, signed; asked for only on that basis.
pub(super) fn read_stated(read: &mut Reader<'_>, basis: PremiumBasis) -> Fen {
    if basis != PremiumBasis::Stated {
        return Fen::ZERO;
    }
    match Fen::parse_yuan(read.text("premium")) {
        Ok(fen) => fen,
        Err(error) => {
            read.add(Issue::refuse(error.code(), "premium", error.say()));
            Fen::ZERO
        }
    }
}
