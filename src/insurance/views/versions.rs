//! The forms of endorsements and cancellations, and their answers.

use actix_web::HttpResponse;
use chrono::NaiveDate;
use maud::{Markup, html};

use super::{Answers, Problems};
use crate::auth::{FormData, Page};
use crate::error::Error;
use crate::insurance::cancellation::{self, CancellationView};
use crate::insurance::endorsement::{self, EndorsementView};
use crate::insurance::store::Cover;
use crate::insurance::versions::{EndorsementDetail, PAPER, PremiumBasis};
use crate::recording::{Heading, amount_answer, client_picker, fields_form, form_page};
use crate::register::Found;
use crate::ui::form::{self, Choice, Size};
use crate::values::quantity::{quantity_hundredths, show_quantity};
use crate::values::rate::Payer;
use crate::values::{Fen, Lang, Unit, words};

/// What recording an endorsement is called in the field.
pub(in crate::insurance) const fn endorsement_title(lang: Lang) -> &'static str {
    lang.t("记录批改", "Record an endorsement")
}

/// What recording a cancellation is called in the field.
pub(in crate::insurance) const fn cancellation_title(lang: Lang) -> &'static str {
    lang.t("记录退保", "Record a cancellation")
}

pub(in crate::insurance) fn endorsement_form(
    page: &Page,
    view: &EndorsementView,
    data: &FormData,
    problems: &Problems,
) -> HttpResponse {
    let lang = page.lang;
    let field = |name, label| data.field(lang, name, label, problems);
    let bases = PremiumBasis::EVERY.map(|basis| Choice::new(basis.code(), basis.name().get(lang)));
    let fields = html! {
        (field("business_date", lang.t("批改生效日期", "In force from")).date())
        (field("number", PAPER.get(lang)).text())
        (field("quantity", lang.t("批改后数量", "Quantity from now on"))
            .hint(lang.t("填改后的总数，不是增减数；这一户（村）全部退出填 0", "The whole quantity after the change; 0 when this insured leaves the policy"))
            .decimal())
        (field("unit_sum", lang.t("单位保额", "Sum per unit"))
            .suffix(Unit::Yuan.label(lang)).decimal())
        (field("households", lang.t("投保户次", "Households insured")).size(Size::Short).digits())
        @if view.part.client_id.is_some() {
            (client_picker(page, lang.t("被保险人", "Insured"), None, &view.clients, data, problems))
        }
        (field("basis", lang.t("保费增减", "Change of premium")).radios(&bases))
        (field("premium", lang.t("批单上的保费增减", "Change as the paper states it"))
            .hint(lang.t("只在“按批单上的金额”时填；减少写负号，如 -120.50", "Only when it goes by the paper; a minus for less, like -120.50"))
            .optional().suffix(Unit::Yuan.label(lang)).decimal())
        (field("reason", words::REASON.get(lang))
            .hint(lang.t("如面积核实、品种更正；不要写人名", "Such as area measured again; no names of persons"))
            .size(Size::Full).text())
    };
    let body = html! {
        (form::summary_list(lang, &particulars(lang, &view.on.cover, &view.on.product, Some((view.part.sum_insured_fen, view.part.premium_fen, view.part.paid_fen)))))
        (fields_form(page, endorsement::FORM, data, &["book", "policy", "part"], fields))
    };
    let heading = Heading {
        title: endorsement_title(lang),
        place: &view.on.place,
        returned: view.on.returned.as_deref(),
        problems,
    };
    form_page(page, &heading, body)
}

/// A policy as both forms show it, with sum insured, premium and paid of one part or of all.
fn particulars<'a>(
    lang: Lang,
    cover: &Cover,
    product: &str,
    part: Option<(Fen, Fen, Fen)>,
) -> Vec<form::Answer<'a>> {
    let policy = &cover.policy;
    let (sum, premium, paid) = part.unwrap_or((policy.sum_insured_fen, policy.premium_fen, policy.paid_fen));
    let yuan = |fen: Fen| html! { "¥" (fen.show(Unit::Yuan)) };
    vec![
        form::Answer::new(lang.t("保单号", "Policy number"), html! { (policy.number) }),
        form::Answer::new(words::INSURANCE_PRODUCT.get(lang), html! { (product) }),
        form::Answer::new(
            lang.t("保险期间", "Days insured"),
            html! { (policy.starts_on) " ～ " (policy.ends_on) },
        ),
        form::Answer::new(lang.t("保额", "Sum insured"), yuan(sum)),
        form::Answer::new(words::PREMIUM.get(lang), yuan(premium)),
        form::Answer::new(lang.t("已赔付", "Paid"), yuan(paid)),
    ]
}

/// The answers of an endorsement as the check page shows them.
pub(in crate::insurance) fn endorsement_answers(
    lang: Lang,
    view: &EndorsementView,
    insured: Option<&Found>,
    detail: &EndorsementDetail,
    day: NaiveDate,
    change: Fen,
) -> Answers {
    let row = |label: &str, value: Markup| (label.to_owned(), value);
    let signed = |fen: Fen| html! { (if fen.is_positive() { "+" } else { "" }) (fen.show(Unit::Yuan)) " " (Unit::Yuan.label(lang)) };
    let whole = lang.t("全村（村集体）", "The village as a whole");
    let mut answers = vec![
        row(lang.t("村", "Village"), html! { (view.on.place.path) }),
        row(
            lang.t("保单", "Policy"),
            html! { (view.on.product) " " (view.on.cover.policy.number) },
        ),
        row(
            lang.t("被保险人", "Insured"),
            html! { (insured.map_or_else(|| whole.to_owned(), Found::label)) },
        ),
        row(lang.t("批改生效日期", "In force from"), html! { (day) }),
        row(PAPER.get(lang), html! { (detail.number) }),
        row(
            lang.t("数量", "Quantity"),
            html! { (quantity(&view.part.quantity)) " → " (quantity(&detail.quantity)) },
        ),
        row(
            lang.t("投保户次", "Households insured"),
            html! { (view.part.households) " → " (detail.households) },
        ),
        row(lang.t("保额增减", "Change of sum insured"), signed(change)),
        row(lang.t("保费增减", "Change of premium"), signed(detail.premium)),
        row(
            lang.t("计算办法", "Reckoned"),
            html! { (detail.basis.name().get(lang)) },
        ),
    ];
    let split = detail.split();
    let borne = Payer::ALL.into_iter().filter(|payer| !split.of(*payer).is_zero());
    answers.extend(borne.map(|payer| row(payer.label(lang), signed(split.of(payer)))));
    answers.push(row(words::REASON.get(lang), html! { (detail.reason) }));
    answers
}

pub(in crate::insurance) fn cancellation_form(
    page: &Page,
    view: &CancellationView,
    data: &FormData,
    problems: &Problems,
) -> HttpResponse {
    let lang = page.lang;
    let field = |name, label| data.field(lang, name, label, problems);
    let bases = [PremiumBasis::Days, PremiumBasis::Stated]
        .map(|basis| Choice::new(basis.code(), basis.name().get(lang)));
    let fields = html! {
        (field("business_date", lang.t("退保日期", "Cancelled from"))
            .hint(lang.t("从这一天起不再保障", "The first day that is no longer covered")).date())
        (field("number", PAPER.get(lang)).text())
        (field("basis", lang.t("退还保费", "Premium returned")).radios(&bases))
        (field("premium", lang.t("批单上的退费", "Returned as the paper states it"))
            .hint(lang.t("只在“按批单上的金额”时填，写正数", "Only when it goes by the paper; without a minus"))
            .optional().suffix(Unit::Yuan.label(lang)).decimal())
        (field("reason", words::REASON.get(lang))
            .hint(lang.t("如投保人申请、标的灭失；不要写人名", "Such as at the policyholder's wish; no names of persons"))
            .size(Size::Full).text())
    };
    let body = html! {
        (form::summary_list(lang, &particulars(lang, &view.on.cover, &view.on.product, None)))
        p.hint { (lang.t("退保的是整张保单；只有一户（村）退出的，请记批改，数量填 0。", "This cancels the whole policy. When one insured leaves, record an endorsement with quantity 0.")) }
        (fields_form(page, cancellation::FORM, data, &["book", "policy"], fields))
    };
    let heading = Heading {
        title: cancellation_title(lang),
        place: &view.on.place,
        returned: view.on.returned.as_deref(),
        problems,
    };
    form_page(page, &heading, body)
}

/// The answers of a cancellation as the check page shows them.
pub(in crate::insurance) fn cancellation_answers(
    lang: Lang,
    view: &CancellationView,
    number: &str,
    day: NaiveDate,
    returned: Fen,
) -> Result<Answers, Error> {
    let row = |label: &str, value: Markup| (label.to_owned(), value);
    let policy = &view.on.cover.policy;
    let leaves = policy.sum_insured_fen.minus(policy.paid_fen)?;
    Ok(vec![
        row(
            lang.t("保单", "Policy"),
            html! { (view.on.product) " " (policy.number) },
        ),
        row(lang.t("退保日期", "Cancelled from"), html! { (day) }),
        row(PAPER.get(lang), html! { (number) }),
        row(
            lang.t("未满期天数", "Days left"),
            html! { (policy.days_from(day)) " / " (policy.days()) },
        ),
        row(
            lang.t("退还保费", "Premium returned"),
            amount_answer(lang, returned.negated()?),
        ),
        row(
            lang.t("减少保额", "Sum insured that goes"),
            html! { "¥" (leaves.show(Unit::Yuan)) },
        ),
    ])
}

/// A quantity as people write it; as it is typed where it is none.
fn quantity(text: &str) -> String {
    quantity_hundredths(text).map_or_else(|| text.to_owned(), show_quantity)
}
