//! A client's page, and the form that registers one.

use crate::auth::{FormData, Look, Page};
use crate::credit::{self, CreditLine, Stage, Status, Step, status_pill};
use crate::evidence;
use crate::field::client_form::CONSENT;
use crate::field::consent;
use crate::field::handlers::{ClientView, Waiting};
use crate::field::members;
use crate::loans::{self, Loan};
use crate::recording::{Heading, Place, fields_form, form_page, village_crumbs};
use crate::register::{ClientKind, Identity};
use crate::ui::form::{self, Answer, Choice, Size};
use crate::ui::page::{Flash, FlashKind};
use crate::ui::pill::{self, Tone};
use crate::values::day::show_day;
use crate::values::person::CreditCodeError;
use crate::values::{Fen, Lang, Say, Unit, words};
use actix_web::HttpResponse;
use chrono::NaiveDate;
use maud::{Markup, html};

/// A client's page; right after it was registered it says so, and what comes next.
pub(in crate::field) fn particulars(page: &Page, view: &ClientView, registered: bool) -> HttpResponse {
    let lang = page.lang;
    let identity = &view.found.identity;
    let kind = ClientKind::parse(&view.found.client.kind).map_or("", |kind| kind.name().get(lang));
    let mut particulars = vec![
        Answer::new(lang.t("类别", "Kind"), html! { (kind) }),
        Answer::new(
            lang.t("证件号", "Number"),
            html! { (identity.masked_number()) (as_printed(lang, identity)) },
        ),
        Answer::new(lang.t("村", "Village"), html! { (view.place.path) }),
        Answer::new(consent::TITLE.get(lang), consent::standing(view, lang)),
    ];
    if !identity.members.is_empty() {
        particulars.push(Answer::new(
            lang.t("其他成员", "Other members"),
            html! { @for number in identity.masked_members() { span.each { (number) } } },
        ));
    }
    if !identity.phone.is_empty() {
        particulars.push(Answer::new(
            lang.t("电话", "Phone"),
            html! { (identity.masked_phone()) },
        ));
    }
    let new_line = format!(
        "/field/credit?stage={}&village={}&client={}",
        Stage::Grant.code(),
        view.place.village.0,
        view.found.client.id
    );
    let new_loan = format!(
        "/field/loan?village={}&client={}",
        view.place.village.0, view.found.client.id
    );
    let body = html! {
        h1 { (identity.name) }
        (form::summary_list(lang, &particulars))
        @if let Some(county) = &view.place.moved_to { (super::moved(county, lang)) }
        @if !view.waiting.is_empty() {
            h2 { (words::PENDING.get(lang)) }
            p.hint { (lang.t("县里审核通过后才计入下面的额度和贷款。", "None of this is in the lines and loans below until the county has reviewed it.")) }
            @for waiting in &view.waiting { (waiting_card(view, waiting, lang)) }
        }
        h2 { (lang.t("档案", "File")) }
        (file(view, lang))
        h2 { (lang.t("额度", "Credit lines")) }
        @for line in &view.lines { (credit_line(view, line, lang)) }
        @if view.lines.is_empty() { p { (lang.t("还没有额度。", "No credit line yet.")) } }
        h2 { (lang.t("贷款", "Loans")) }
        @for loan in &view.loans { (loan_card(view, loan, lang)) }
        @if view.loans.is_empty() { p { (lang.t("没有贷款。", "No loan.")) } }
        @if let Some(photos) = &view.photos { (evidence::panel(page, photos)) }
        (form::actions(html! {
            @if view.place.moved_to.is_none() {
                (form::button_link(&new_line, lang.t("新的授信", "New grant")))
                (form::button_link(&new_loan, lang.t("单笔放款（不占授信额度）", "Standalone loan, under no line")))
            }
            @if view.found.client.is_household() {
                (form::button_link(&members::address(view.place.book, &view.found.client.id), members::TITLE.get(lang)))
            }
            (form::button_link(&format!("/field/villages/{}", view.place.village.0), lang.t("回到本村", "Back to the village")))
        }))
    };
    let flash = registered.then(|| Flash {
        kind: FlashKind::Done,
        say: Say::new(
            "客户已登记，不用审核。接着可以记一笔授信或贷款，也可以回到本村。",
            "The client is registered; nothing waits for review. Record a grant or a loan next, or go back to the village.",
        ),
    });
    let look = Look {
        title: identity.name.clone(),
        field: true,
        flash,
        crumbs: village_crumbs(lang, view.place.village, &view.place.name, &identity.name),
        ..Look::default()
    };
    page.show(look, body)
}

fn money(amount: Fen) -> Markup {
    html! { @if amount.is_zero() { "—" } @else { "¥" (amount.show(Unit::Yuan)) } }
}

/// What was recorded and waits for review, told apart from what stands.
fn waiting_card(view: &ClientView, waiting: &Waiting, lang: Lang) -> Markup {
    let (line, pending) = (&waiting.pending.line, &waiting.pending);
    let mut answers = Vec::new();
    if !line.amount.is_zero() {
        answers.push(Answer::new(waiting.amount_name.get(lang), money(line.amount)));
    }
    answers.push(Answer::new(
        words::BUSINESS_DATE.get(lang),
        html! { (pending.business_date) },
    ));
    for (label, say) in &waiting.details {
        answers.push(Answer::new(label.get(lang), say.get(lang)));
    }
    let product = (line.product.0 != 0).then(|| view.names.product(line.product));
    html! {
        section.card.waiting {
            h3 {
                (pill::tag(Tone::Waiting, words::PENDING.get(lang))) " " (waiting.kind.get(lang))
                @if let Some(product) = product { " · " (product) }
                " · " (view.names.institution(line.institution))
            }
            (form::summary_list(lang, &answers))
            @if waiting.mine {
                (form::actions(html! {
                    (form::button_link(&format!("/records/{}/{}", view.place.book.0, pending.voucher), lang.t("查看记录", "Open the record")))
                }))
            }
        }
    }
}

fn credit_line(view: &ClientView, line: &CreditLine, lang: Lang) -> Markup {
    let answers = [
        Answer::new(lang.t("预授信", "Pre-approved"), money(line.preapproved_fen)),
        Answer::new(lang.t("授信", "Granted"), money(line.granted_fen)),
        Answer::new(lang.t("签约", "Signed"), money(line.signed_fen)),
        Answer::new(lang.t("用信", "Drawn"), money(line.drawn_fen)),
        Answer::new(
            lang.t("可用额度", "Available"),
            html! { strong { "¥" (line.available().show(Unit::Yuan)) } },
        ),
        Answer::new(
            lang.t("有效期", "Validity"),
            html! { (line.valid_from) " ～ " (line.valid_to) },
        ),
    ];
    let further = |stage: Stage| {
        format!(
            "/field/credit?stage={}&book={}&line={}",
            stage.code(),
            line.book_id.0,
            line.id
        )
    };
    let own = line.institution_id == view.place.institution;
    let stands = own && line.status() == Status::Active;
    html! {
        section.card {
            h3 {
                (status_pill(line, lang)) " " (view.names.product(line.product_id)) " · "
                (view.names.institution(line.institution_id))
            }
            (form::summary_list(lang, &answers))
            (form::actions(html! {
                @if stands {
                    @if line.granted_fen.is_zero() {
                        (form::button_link(&further(Stage::Grant), lang.t("授信", "Grant")))
                    } @else {
                        @if line.signed_fen.is_zero() {
                            (form::button_link(&further(Stage::Signature), lang.t("签约", "Sign")))
                        }
                        @if line.available().is_positive() {
                            (form::button_link(&format!("/field/loan?book={}&line={}", line.book_id.0, line.id), lang.t("放款", "Draw a loan")))
                        }
                    }
                }
                (form::button_link(&credit::address(line), if own {
                    lang.t("历史、调整、冻结、续期", "History, adjust, freeze, renew")
                } else {
                    lang.t("历史", "History")
                }))
            }))
        }
    }
}

/// How far the client's file has come, and the next step.
fn file(view: &ClientView, lang: Lang) -> Markup {
    let address = |step: Step| {
        format!(
            "/field/credit/assessment?step={}&village={}&client={}",
            step.code(),
            view.place.village,
            view.found.client.id
        )
    };
    let link = |step: Step| form::button_link(&address(step), step.name().get(lang));
    html! {
        @if let Some(file) = &view.file {
            (form::summary_list(lang, &[
                Answer::new(Step::First.name().get(lang), money(file.first_fen)),
                Answer::new(Step::Second.name().get(lang), money(file.second_fen)),
            ]))
            (form::actions(html! {
                (link(Step::First))
                @if file.first_fen.is_positive() { (link(Step::Second)) }
            }))
        } @else {
            p { (lang.t("还没有建档。", "No file yet.")) }
            @if view.place.moved_to.is_none() { (form::actions(link(Step::Filing))) }
        }
    }
}

fn loan_card(view: &ClientView, loan: &Loan, lang: Lang) -> Markup {
    let answers = [
        Answer::new(lang.t("本金", "Principal"), money(loan.principal_fen)),
        Answer::new(
            lang.t("余额", "Balance"),
            html! { strong { "¥" (loan.balance_fen.show(Unit::Yuan)) } },
        ),
        Answer::new(lang.t("放款日", "Paid out"), html! { (loan.disbursed_on) }),
        Answer::new(lang.t("到期日", "Matures"), html! { (loan.matures_on) }),
    ];
    let overdue = view.overdue.get(&loan.id).copied();
    let own = loan.institution_id == view.place.institution;
    html! {
        section.card {
            h3 {
                (view.names.product(loan.product_id)) " · " (loan.rate_percent) "%"
                @if loan.is_written_off() { " " (pill::tag(Tone::Wrong, lang.t("已核销", "Written off"))) }
                @if let Some(days) = overdue { " " (pill::tag(Tone::Wrong, loans::days_overdue(days).get(lang))) }
            }
            (form::summary_list(lang, &answers))
            @if own {
                (form::actions(html! {
                    @if loan.balance_fen.is_positive() {
                        (form::button_link(&format!("/field/repayment?book={}&loan={}", loan.book_id.0, loan.id), lang.t("还款", "Repayment")))
                    }
                    (form::button_link(&loan.address(), lang.t("还款计划", "Repayment plan")))
                }))
            }
        }
    }
}

/// Told wherever the number stands: its check does not fit, and somebody compared it with the licence.
fn as_printed(lang: Lang, identity: &Identity) -> Markup {
    html! {
        @if identity.number_as_printed() {
            " " (pill::tag(Tone::Waiting, lang.t("校验位不符，已与证照核对", "Fails its check; compared with the licence")))
        }
    }
}

pub(in crate::field) fn title(lang: Lang) -> &'static str {
    lang.t("登记客户", "Register a client")
}

/// What would be recorded, as the check page shows it: the numbers in full, for they are being
/// checked.
pub(in crate::field) fn answers(
    lang: Lang,
    place: &Place,
    (kind, signed): (ClientKind, Option<NaiveDate>),
    identity: &Identity,
) -> Vec<(String, Markup)> {
    let mut answers = vec![
        (lang.t("村", "Village"), html! { (place.path) }),
        (
            lang.t("客户类别", "Kind of client"),
            html! { (kind.name().get(lang)) },
        ),
        (lang.t("姓名或名称", "Name"), html! { (identity.name) }),
        (
            lang.t("号码", "Number"),
            html! { (identity.number) (as_printed(lang, identity)) },
        ),
    ];
    if let Some(day) = signed {
        answers.push((
            lang.t("授权书签署日期", "Authorisation signed on"),
            html! { (show_day(day)) },
        ));
    }
    if !identity.members.is_empty() {
        let numbers = html! { @for number in &identity.members { span.each { (number) } } };
        answers.push((
            lang.t("其他成员身份证号", "Other members' identity numbers"),
            numbers,
        ));
    }
    if !identity.phone.is_empty() {
        answers.push((lang.t("电话", "Phone"), html! { (identity.phone) }));
    }
    if !identity.address.is_empty() {
        answers.push((lang.t("住址", "Address"), html! { (identity.address) }));
    }
    answers
        .into_iter()
        .map(|(label, value)| (label.to_owned(), value))
        .collect()
}

pub(in crate::field) fn registering(
    page: &Page,
    place: &Place,
    data: &FormData,
    problems: &[(String, Say)],
) -> HttpResponse {
    let lang = page.lang;
    let kinds: Vec<Choice<'_>> = ClientKind::EVERY
        .iter()
        .map(|kind| Choice::new(kind.code(), kind.name().get(lang)))
        .collect();
    let field = |name, label| data.field(lang, name, label, problems);
    let compared = data.get("compared") == "yes";
    let title = title(lang);
    let fields = html! {
        (field("kind", lang.t("客户类别", "Kind of client")).radios(&kinds))
        (field("name", lang.t("姓名或名称", "Name")).size(Size::Full).text())
        (field("number", lang.t("身份证号或统一社会信用代码", "Identity number or unified credit code"))
            .hint(lang.t("农户填户主身份证号；合作社、企业填统一社会信用代码。", "For a household, the head's identity number; for a cooperative or firm, its unified credit code."))
            .size(Size::Full).text())
        @if compared || problems.iter().any(|(_, say)| *say == CreditCodeError::Check.say()) {
            (field("compared", lang.t("已与营业执照逐位核对，代码确实如此", "Compared with the licence: the code is printed like this"))
                .hint(lang.t("个别老代码校验位不符，核对无误可以登记，会记下是谁核对的。", "A few old codes fail the check. Compared with the licence it may be registered; who compared it is kept."))
                .checkbox(compared))
        }
        (field(CONSENT, lang.t("授权书签署日期", "Authorisation signed on"))
            .hint(lang.t("农户、农民先签个人信息授权书再登记；合作社、企业没有签的，清空日期。", "Households and farmers sign the authorisation for personal information first; clear the date for a cooperative or firm without one."))
            .date())
        (field("members", lang.t("其他成员身份证号", "Other members' identity numbers"))
            .hint(lang.t("只有农户填。一行一个，或用空格、逗号隔开。填了以后，用任何一位成员的号码都能找到这一户，也不会重复登记。", "Only for a household: one to a line, or with spaces or commas between. Each then leads to this household, and none can be registered again."))
            .optional().textarea(3))
        (field("phone", lang.t("电话", "Phone")).optional().telephone())
        (field("address", lang.t("住址", "Address")).optional().size(Size::Full).text())
    };
    let heading = Heading {
        title,
        place,
        returned: None,
        problems,
    };
    let form = fields_form(
        page,
        crate::field::client_form::FORM,
        data,
        &["client_id"],
        fields,
    );
    form_page(page, &heading, form)
}
