//! Recording an endorsement (批改) of one part of a policy.

use actix_web::HttpResponse;

use super::asked::{Ask, Chosen, OnPolicy, sent_on_part};
use super::handlers::{read_client, read_households};
use super::policy::shares;
use super::rules::premium::{premium_of_change, split_change};
use super::rules::versions::{quantity_or_none, sum_of};
use super::store::{Cover, PolicyPart};
use super::versions::{ENDORSE_KIND, EndorsementDetail, PremiumBasis};
use super::views;
use crate::auth::{FormData, Page};
use crate::db::Conn;
use crate::error::{Error, Issue};
use crate::ledger::{NewLine, Office};
use crate::recording::{Asker, Fields, Form, FormIds, Opened, Prepared, Reader, Returned, field};
use crate::register::{self, Found};
use crate::values::rate::{Percent, Shares};
use crate::values::text::narrow;
use crate::values::{Fen, Say};

/// The form's address.
pub(super) const FORM: &str = "/field/endorsement";

/// What the form shows around its fields.
pub(super) struct EndorsementView {
    pub on: OnPolicy,
    pub part: PolicyPart,
    /// The village's clients, to correct who is insured; empty when the village is.
    pub clients: Vec<Found>,
    /// The terms' shares on the first day of cover, where the part was split by them.
    pub shares: Option<Shares>,
}

/// What changes of one part of a policy.
pub(super) struct EndorsementForm;

impl Form for EndorsementForm {
    const ADDRESS: &'static str = FORM;
    type Ask = Ask;
    type View = EndorsementView;

    fn open(conn: &mut Conn, office: &Office<'_>, asker: &Asker, ask: Ask) -> Result<Opened, Error> {
        if !ask.voucher.is_empty() {
            return reopened(conn, asker, &ask);
        }
        let Some(cover) = ask.cover(conn)? else {
            return Ok(ask.policies());
        };
        let title = views::versions::endorsement_title;
        let part = match ask.part(conn, office, asker, &cover, title)? {
            Chosen::Part(part) => part,
            Chosen::First(choice) => return Ok(choice),
        };
        Ok(Opened::fresh(asker, fresh(&cover, &part, asker)))
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

fn reopened(conn: &mut Conn, asker: &Asker, ask: &Ask) -> Result<Opened, Error> {
    let back = Returned::asked(conn, asker, ask.book, &ask.voucher)?;
    let Some(line) = back.only() else {
        return Ok(back.at_record());
    };
    if back.voucher.kind != ENDORSE_KIND {
        return Err(Error::NotFound);
    }
    let detail: EndorsementDetail = line.detail()?;
    let policy = line.contract.as_ref().ok_or(Error::NotFound)?;
    let stated = match detail.basis {
        PremiumBasis::Stated => detail.premium.yuan(),
        _ => String::new(),
    };
    let fields = vec![
        field("book", ask.book),
        field("policy", policy),
        field("part", detail.part),
        field("business_date", back.voucher.business_date),
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
    Ok(Opened::Form(back.form(asker, None, fields)))
}

fn view(
    conn: &mut Conn,
    office: &Office<'_>,
    asker: &Asker,
    form: &FormData,
) -> Result<EndorsementView, Error> {
    let (on, part) = sent_on_part(conn, office, asker, form)?;
    let policy = &on.cover.policy;
    let clients = match part.client_id {
        Some(_) => {
            let village = [part.region_id];
            register::clients_in(conn, office.vault, policy.book_id, &village, "", usize::MAX)?
        }
        None => Vec::new(),
    };
    let tariff = register::tariff_on(conn, policy.product_id, policy.book_id, policy.starts_on)?;
    Ok(EndorsementView {
        shares: tariff.as_ref().and_then(shares),
        on,
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
    let reckoned = premium_of_change(&view.on.cover, rate, change, basis, business_date)?;
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
        client: client.map(|found| found.client.id.clone()),
        ..view.on.line(part, change, &detail)?
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
        submission: view
            .on
            .place
            .submission(ids, ENDORSE_KIND, business_date, vec![line]),
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
