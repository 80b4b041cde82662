//! Recording the cancellation (退保) of a whole policy.

use actix_web::HttpResponse;
use chrono::NaiveDate;

use super::asked::{Ask, OnPolicy, sent_on_whole};
use super::endorsement::read_stated;
use super::policy::shares;
use super::rules::premium::{returned_by_days, split_change};
use super::store::{Cover, PolicyPart};
use super::versions::{CANCEL_KIND, CancellationDetail, PremiumBasis};
use super::views;
use crate::auth::{FormData, Page};
use crate::db::Conn;
use crate::error::{Error, Issue};
use crate::ledger::{NewLine, Office};
use crate::recording::{Asker, Form, FormIds, Opened, Prepared, Reader, Returned, field};
use crate::register;
use crate::values::rate::Shares;
use crate::values::text::narrow;
use crate::values::{AmountError, Fen, Say};

/// The form's address.
pub(super) const FORM: &str = "/field/cancellation";

/// What the form shows around its fields.
pub(super) struct CancellationView {
    pub on: OnPolicy,
    /// The terms' shares on the first day of cover.
    pub shares: Option<Shares>,
}

/// The end of a policy before its time.
pub(super) struct CancellationForm;

impl Form for CancellationForm {
    const ADDRESS: &'static str = FORM;
    type Ask = Ask;
    type View = CancellationView;

    fn open(conn: &mut Conn, _: &Office<'_>, asker: &Asker, ask: Ask) -> Result<Opened, Error> {
        if ask.voucher.is_empty() && ask.policy.is_empty() {
            return Ok(ask.policies());
        }
        if ask.voucher.is_empty() {
            let fields = vec![
                field("book", ask.book),
                field("policy", &ask.policy),
                field("business_date", asker.actor.today),
                field("basis", PremiumBasis::Days.code()),
            ];
            return Ok(Opened::fresh(asker, fields));
        }
        let back = Returned::asked(conn, asker, ask.book, &ask.voucher)?.of_kind(CANCEL_KIND)?;
        let first = back.first()?;
        let detail: CancellationDetail = first.detail()?;
        let mut returned = Vec::with_capacity(back.lines.len());
        for line in &back.lines {
            returned.push(line.detail::<CancellationDetail>()?.premium);
        }
        let stated = match detail.basis {
            PremiumBasis::Stated => Fen::sum(returned)?.negated()?.yuan(),
            _ => String::new(),
        };
        let fields = vec![
            field("book", ask.book),
            field("policy", first.contract.as_ref().ok_or(Error::NotFound)?),
            field("business_date", back.voucher.business_date),
            field("number", &detail.number),
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
    ) -> Result<CancellationView, Error> {
        let on = sent_on_whole(conn, office, asker, form)?;
        let policy = &on.cover.policy;
        let tariff = register::tariff_on(conn, policy.product_id, policy.book_id, policy.starts_on)?;
        Ok(CancellationView {
            shares: tariff.as_ref().and_then(shares),
            on,
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
    let cover = &view.on.cover;
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
        submission: view.on.place.submission(ids, CANCEL_KIND, business_date, lines),
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
    view.on
        .line(part, part.paid_fen.minus(part.sum_insured_fen)?, &detail)
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
