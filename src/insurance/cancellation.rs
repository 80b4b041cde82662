//! Recording the cancellation (退保) of a whole policy.

use actix_web::HttpResponse;
use chrono::NaiveDate;
use serde::Deserialize;

use super::endorsement::read_stated;
use super::handlers::insurer_place;
use super::payout::{find_cover, parts_in_scope};
use super::policy::shares;
use super::rules::versions::{returned_by_days, split_change};
use super::store::{Cover, PolicyPart};
use super::versions::{CANCEL_KIND, CancellationDetail, PremiumBasis};
use super::views;
use crate::auth::{FormData, Page};
use crate::db::Conn;
use crate::error::{Error, Issue};
use crate::ledger::{NewLine, Office, Submission};
use crate::recording::{
    self, Asker, Form, FormIds, Opened, Place, Prepared, Reader, correction, field, returned_because,
};
use crate::register::{self, Names};
use crate::values::rate::Shares;
use crate::values::text::narrow;
use crate::values::{AmountError, BookId, ContractId, Fen, Say, VoucherId};

/// The form's address.
pub(super) const FORM: &str = "/field/cancellation";

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Ask {
    book: i64,
    #[serde(default)]
    policy: String,
    /// A returned voucher to correct.
    #[serde(default)]
    voucher: String,
}

/// What the form shows around its fields.
pub(super) struct CancellationView {
    pub place: Place,
    pub cover: Cover,
    pub product: String,
    /// The terms' shares on the first day of cover.
    pub shares: Option<Shares>,
    /// Why it came back, when it is a correction.
    pub returned: Option<String>,
}

/// The end of a policy before its time.
pub(super) struct CancellationForm;

impl Form for CancellationForm {
    const ADDRESS: &'static str = FORM;
    type Ask = Ask;
    type View = CancellationView;

    fn open(conn: &mut Conn, _: &Office<'_>, asker: &Asker, ask: Ask) -> Result<Opened, Error> {
        let book = BookId(ask.book);
        if ask.voucher.is_empty() {
            let fields = vec![
                field("book", book),
                field("policy", &ask.policy),
                field("business_date", asker.actor.today),
                field("basis", PremiumBasis::Days.code()),
            ];
            return Ok(Opened::Form(recording::opened(&asker.clock, fields)));
        }
        let id = VoucherId::parse(&ask.voucher).map_err(|_| Error::NotFound)?;
        let (voucher, lines) = correction(conn, &asker.user, book, &id)?;
        let first = lines.first().filter(|_| voucher.kind == CANCEL_KIND);
        let first = first.ok_or(Error::NotFound)?;
        let detail: CancellationDetail = first.detail()?;
        let mut returned = Vec::with_capacity(lines.len());
        for line in &lines {
            returned.push(line.detail::<CancellationDetail>()?.premium);
        }
        let stated = match detail.basis {
            PremiumBasis::Stated => Fen::sum(returned)?.negated()?.yuan(),
            _ => String::new(),
        };
        let fields = vec![
            field("book", book),
            field("policy", first.contract.as_ref().ok_or(Error::NotFound)?),
            field("business_date", voucher.business_date),
            field("number", &detail.number),
            field("basis", detail.basis.code()),
            field("premium", stated),
            field("reason", &detail.reason),
        ];
        let form = recording::reopened(&asker.clock, &voucher, None, fields);
        Ok(Opened::Form(form))
    }

    fn view(
        conn: &mut Conn,
        office: &Office<'_>,
        asker: &Asker,
        form: &FormData,
    ) -> Result<CancellationView, Error> {
        let ids = FormIds::read(form)?;
        let book = form
            .get("book")
            .parse()
            .map(BookId)
            .map_err(|_| Error::NotFound)?;
        let policy = ContractId::parse(form.get("policy")).map_err(|_| Error::NotFound)?;
        let cover = find_cover(conn, book, &policy, &ids.voucher)?;
        // Who is not in all of its villages cannot cancel the whole policy.
        let parts = parts_in_scope(conn, &asker.user, &cover)?;
        let first = parts.first().filter(|_| parts.len() == cover.parts.len());
        let village = first.ok_or(Error::NotFound)?.region_id;
        let place = insurer_place(conn, office, &asker.user, village, asker.actor.today)?;
        if place.book != book || place.institution != cover.policy.institution_id {
            return Err(Error::NotFound);
        }
        let tariff = register::tariff_on(conn, cover.policy.product_id, book, cover.policy.starts_on)?;
        Ok(CancellationView {
            product: Names::load(conn)?
                .read_in(asker.user.lang)
                .product(cover.policy.product_id)
                .to_owned(),
            shares: tariff.as_ref().and_then(shares),
            returned: returned_because(conn, &asker.user, book, &ids)?,
            place,
            cover,
        })
    }

    fn prepare(view: &CancellationView, form: &FormData, asker: &Asker) -> Result<Prepared, Error> {
        prepare(view, form, asker)
    }

    fn page(
        page: &Page,
        view: &CancellationView,
        form: &FormData,
        problems: &[(String, Say)],
    ) -> Result<HttpResponse, Error> {
        Ok(views::versions::cancellation_form(page, view, form, problems))
    }
}

/// Reads the form into a submission and its answers in words.
fn prepare(view: &CancellationView, form: &FormData, asker: &Asker) -> Result<Prepared, Error> {
    let ids = FormIds::read(form)?;
    let mut read = Reader::new(form);
    let business_date = read.day("business_date");
    let number = narrow(&read.required(
        "number",
        Say::new("请填写批单号。", "Enter the endorsement number."),
    ));
    let reason = read.required("reason", Say::new("请填写原因。", "Enter the reason."));
    let missing = Say::new(
        "请选择退费怎样计算。",
        "Choose how the premium returned is reckoned.",
    );
    let basis = read
        .one_of("basis", PremiumBasis::parse, missing)
        .unwrap_or(PremiumBasis::Days);
    let stated = read_stated(&mut read, basis);
    if stated.is_negative() {
        let say = Say::new("退还的金额填正数。", "Enter the amount returned without a minus.");
        read.add(Issue::refuse("version.returned", "premium", say));
    }
    read.finish()?;
    let cover = &view.cover;
    let returned = match basis {
        PremiumBasis::Stated => apportioned(cover, stated)?,
        _ => by_days(cover, business_date)?,
    };
    let mut lines = Vec::with_capacity(cover.parts.len());
    for (part, premium) in cover.parts.iter().zip(&returned) {
        lines.push(line(view, part, *premium, basis, &number, &reason)?);
    }
    let total = Fen::sum(returned)?;
    Ok(Prepared {
        title: views::versions::cancellation_title(asker.lang).to_owned(),
        answers: views::versions::cancellation_answers(asker.lang, view, &number, business_date, total)?,
        submission: Submission {
            book: view.place.book,
            voucher: ids.voucher,
            command: ids.command,
            base_revision: ids.base_revision,
            kind: CANCEL_KIND.to_owned(),
            business_date,
            institution: view.place.institution,
            lines,
        },
    })
}

fn line(
    view: &CancellationView,
    part: &PolicyPart,
    premium: Fen,
    basis: PremiumBasis,
    number: &str,
    reason: &str,
) -> Result<NewLine, Error> {
    let split = split_change(premium, part, view.shares.as_ref())?;
    let detail = CancellationDetail {
        number: number.to_owned(),
        part: part.n,
        basis,
        premium,
        central: split.central,
        province: split.province,
        city: split.city,
        county: split.county,
        farmer: split.farmer,
        reason: reason.to_owned(),
    };
    Ok(NewLine {
        region: part.region_id,
        client: part.client_id.clone(),
        product: view.cover.policy.product_id,
        institution: view.place.institution,
        specialist: view.place.specialist,
        contract: Some(view.cover.policy.id.clone()),
        amount: part.paid_fen.minus(part.sum_insured_fen)?,
        detail: serde_json::to_value(&detail)?,
    })
}

fn by_days(cover: &Cover, day: NaiveDate) -> Result<Vec<Fen>, AmountError> {
    let parts = cover.parts.iter();
    parts.map(|part| returned_by_days(cover, part, day)).collect()
}

/// A stated amount over the parts, in proportion to their premiums; the last takes what rounding
/// leaves. Negative.
fn apportioned(cover: &Cover, stated: Fen) -> Result<Vec<Fen>, AmountError> {
    let whole = i128::from(cover.policy.premium_fen.0).max(1);
    let mut left = stated;
    let mut shares = Vec::with_capacity(cover.parts.len());
    for (at, part) in cover.parts.iter().enumerate() {
        let share = if at + 1 == cover.parts.len() {
            left
        } else {
            stated.portion(i128::from(part.premium_fen.0), whole)?.min(left)
        };
        left = left.minus(share)?;
        shares.push(share.negated()?);
    }
    Ok(shares)
}
