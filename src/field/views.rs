//! The pages of the field: large type, few words, thumbs.

use actix_web::HttpResponse;
use maud::{Markup, html};

use super::handlers::{ClientView, HomeView, VillageView, Waiting};
use crate::auth::{FormData, Look, Page};
use crate::credit::{CreditLine, Stage};
use crate::loans::Loan;
use crate::recording::{Heading, Place, fields_form, form_page, village_crumbs};
use crate::register::{ClientKind, Found, Identity};
use crate::ui::form::{self, Answer, Button, Choice, Field, Size};
use crate::ui::icon::Icon;
use crate::ui::notice;
use crate::ui::page::{Crumb, Flash, FlashKind};
use crate::ui::phone::{BigLink, Pick, big_links, picks};
use crate::ui::pill::{self, Tone};
use crate::values::{Fen, Lang, Say, Unit, words};

pub(super) fn home(page: &Page, view: &HomeView, asked: &str) -> Markup {
    let lang = page.lang;
    let picked: Vec<Pick<'_>> = view
        .villages
        .iter()
        .map(|village| Pick {
            href: format!("/field/villages/{}", village.id.0),
            title: &village.name,
            detail: Some(village.town.clone()),
            aside: None,
        })
        .collect();
    let towns: Vec<Pick<'_>> = view
        .towns
        .iter()
        .map(|town| Pick {
            href: format!("/field?town={}", town.id.0),
            title: &town.name,
            detail: None,
            aside: None,
        })
        .collect();
    let choosing_town = page.user.specialist.is_none();
    html! {
        h1 { (lang.t("今日", "Today")) }
        p.lead { (page.user.name) " · " (view.institution) }
        @if view.returned > 0 {
            (notice::notice(html! {
                a href="/records" { (returned_sentence(view.returned, lang)) }
            }))
        }
        @if view.waiting > 0 {
            p.hint { a href="/records" { (waiting_sentence(view.waiting, lang)) } }
        }
        @if choosing_town {
            h2 { (lang.t("先选村", "Choose a village")) }
            (search("/field", asked, lang.t("村名", "Village name"), lang))
        } @else {
            h2 { (lang.t("我的村", "My villages")) }
        }
        @if !picked.is_empty() { (picks(&picked)) }
        @if !towns.is_empty() { (picks(&towns)) }
        @if picked.is_empty() && towns.is_empty() {
            (notice::empty(lang.t("没有找到村。派驻由县里登记。", "No village found. Assignments are recorded by the county."), None))
        }
    }
}

fn returned_sentence(count: i64, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("有 {count} 条记录被退回，请更正"),
        Lang::En => format!("{count} record(s) came back; please correct them"),
    }
}

fn waiting_sentence(count: i64, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{count} 条记录等待县里审核"),
        Lang::En => format!("{count} record(s) wait for the county's review"),
    }
}

fn search(action: &str, asked: &str, label: &str, lang: Lang) -> Markup {
    html! {
        form.search method="get" action=(action) role="search" {
            (Field::new(lang, "q", label).value(asked).optional().text())
            (form::actions(html! { (Button::secondary(lang.t("查找", "Find"))) }))
        }
    }
}

pub(super) fn village(page: &Page, view: &VillageView, asked: &str) -> HttpResponse {
    let lang = page.lang;
    let id = view.place.village.0;
    let found: Vec<Pick<'_>> = view
        .clients
        .iter()
        .map(|client| pick(view, client, lang))
        .collect();
    let body = html! {
        h1 { (view.place.name) }
        p.lead { (view.place.path) }
        (actions(id, view.insurer, lang))
        h2 { (lang.t("客户", "Clients")) " " span.count { (view.clients.len()) @if view.more { "+" } } }
        (search(&format!("/field/villages/{id}"), asked, lang.t("姓名、拼音首字母或证件号后四位", "Name, pinyin initials or last four digits"), lang))
        @if found.is_empty() {
            (notice::empty(lang.t("没有找到客户。", "No client found."), None))
        } @else {
            (picks(&found))
        }
        @if view.more { p.hint { (lang.t("只显示前一部分，请用查找缩小范围。", "Only the first part is shown; search to narrow it down.")) } }
    };
    let look = Look {
        title: view.place.name.clone(),
        field: true,
        crumbs: vec![
            Crumb::link(lang.t("今日", "Today"), "/field"),
            Crumb::here(&view.place.name),
        ],
        ..Look::default()
    };
    page.show(look, body)
}

fn pick<'a>(view: &VillageView, found: &'a Found, lang: Lang) -> Pick<'a> {
    let kind = ClientKind::parse(&found.client.kind).map_or("", |kind| kind.name().get(lang));
    Pick {
        href: format!("/field/clients/{}/{}", view.place.book.0, found.client.id),
        title: &found.identity.name,
        detail: Some(format!("{kind} · {}", found.identity.masked_number())),
        aside: None,
    }
}

/// The things done most, for a bank or an insurer.
fn actions(village: i64, insurer: bool, lang: Lang) -> Markup {
    let address = |path: &str| format!("{path}village={village}");
    let credit = |stage: Stage| address(&format!("/field/credit?stage={}&", stage.code()));
    let sheet = |stage: Stage| address(&format!("/field/credit/sheet?stage={}&", stage.code()));
    let link = |href, label, hint, icon| (href, label, hint, icon);
    let links: Vec<(String, &str, Option<&str>, Icon)> = if insurer {
        vec![
            link(
                address("/field/policy?"),
                lang.t("投保", "Policy"),
                None,
                Icon::Umbrella,
            ),
            link(
                address("/field/policies?"),
                lang.t("赔付", "Payout"),
                Some(lang.t("先选保单", "Choose the policy")),
                Icon::Coin,
            ),
            link(
                address("/field/visit?"),
                lang.t("走访", "Visit"),
                None,
                Icon::Visit,
            ),
            link(
                address("/field/clients/new?"),
                lang.t("登记客户", "New client"),
                None,
                Icon::Person,
            ),
        ]
    } else {
        vec![
            link(
                credit(Stage::Grant),
                lang.t("授信", "Grant"),
                Some(lang.t("一户", "One client")),
                Icon::Coin,
            ),
            link(
                credit(Stage::Preapproval),
                lang.t("预授信", "Pre-approval"),
                Some(lang.t("一户", "One client")),
                Icon::Add,
            ),
            link(
                sheet(Stage::Preapproval),
                lang.t("整村预授信", "Village pre-approval"),
                Some(lang.t("清单", "Sheet")),
                Icon::List,
            ),
            link(
                sheet(Stage::Grant),
                lang.t("整村授信", "Village grant"),
                Some(lang.t("清单", "Sheet")),
                Icon::List,
            ),
            link(
                sheet(Stage::Signature),
                lang.t("整村签约", "Village signing"),
                Some(lang.t("清单", "Sheet")),
                Icon::List,
            ),
            link(
                address("/field/visit?"),
                lang.t("走访", "Visit"),
                None,
                Icon::Visit,
            ),
            link(address("/field/talk?"), lang.t("宣讲", "Talk"), None, Icon::Home),
            link(
                address("/field/clients/new?"),
                lang.t("登记客户", "New client"),
                None,
                Icon::Person,
            ),
        ]
    };
    let links: Vec<BigLink<'_>> = links
        .iter()
        .map(|(href, label, hint, icon)| BigLink {
            href,
            label,
            hint: *hint,
            icon: *icon,
        })
        .collect();
    big_links(&links)
}

/// A client's page; right after it was registered it says so, and what comes next.
pub(super) fn client(page: &Page, view: &ClientView, registered: bool) -> HttpResponse {
    let lang = page.lang;
    let identity = &view.found.identity;
    let kind = ClientKind::parse(&view.found.client.kind).map_or("", |kind| kind.name().get(lang));
    let mut particulars = vec![
        Answer::new(lang.t("类别", "Kind"), html! { (kind) }),
        Answer::new(lang.t("证件号", "Number"), html! { (identity.masked_number()) }),
        Answer::new(lang.t("村", "Village"), html! { (view.place.path) }),
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
        @if !view.waiting.is_empty() {
            h2 { (words::PENDING.get(lang)) }
            p.hint { (lang.t("县里审核通过后才计入下面的额度和贷款。", "None of this is in the lines and loans below until the county has reviewed it.")) }
            @for waiting in &view.waiting { (waiting_card(view, waiting, lang)) }
        }
        h2 { (lang.t("额度", "Credit lines")) }
        @for line in &view.lines { (credit_line(view, line, lang)) }
        @if view.lines.is_empty() { p { (lang.t("还没有额度。", "No credit line yet.")) } }
        h2 { (lang.t("贷款", "Loans")) }
        @for loan in &view.loans { (loan_card(view, loan, lang)) }
        @if view.loans.is_empty() { p { (lang.t("没有贷款。", "No loan.")) } }
        (form::actions(html! {
            (form::button_link(&new_line, lang.t("新的授信", "New grant")))
            (form::button_link(&new_loan, lang.t("单笔放款（不占授信额度）", "Standalone loan, under no line")))
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
    html! {
        section.card {
            h3 { (view.names.product(line.product_id)) " · " (view.names.institution(line.institution_id)) }
            (form::summary_list(lang, &answers))
            @if own {
                (form::actions(html! {
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
                }))
            }
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
    let own = loan.institution_id == view.place.institution;
    html! {
        section.card {
            h3 { (view.names.product(loan.product_id)) " · " (loan.rate_percent) "%" }
            (form::summary_list(lang, &answers))
            @if own && loan.balance_fen.is_positive() {
                (form::actions(html! {
                    (form::button_link(&format!("/field/repayment?book={}&loan={}", loan.book_id.0, loan.id), lang.t("还款", "Repayment")))
                }))
            }
        }
    }
}

pub(super) fn client_title(lang: Lang) -> &'static str {
    lang.t("登记客户", "Register a client")
}

/// What would be recorded, as the check page shows it: the numbers in full, for they are being
/// checked.
pub(super) fn client_answers(
    lang: Lang,
    place: &Place,
    kind: ClientKind,
    identity: &Identity,
) -> Vec<(String, Markup)> {
    let mut answers = vec![
        (lang.t("村", "Village"), html! { (place.path) }),
        (
            lang.t("客户类别", "Kind of client"),
            html! { (kind.name().get(lang)) },
        ),
        (lang.t("姓名或名称", "Name"), html! { (identity.name) }),
        (lang.t("号码", "Number"), html! { (identity.number) }),
    ];
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

pub(super) fn client_form(
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
    let field = |name, label| {
        Field::new(lang, name, label)
            .value(data.get(name))
            .errors(problems)
    };
    let title = client_title(lang);
    let fields = html! {
        (field("kind", lang.t("客户类别", "Kind of client")).radios(&kinds))
        (field("name", lang.t("姓名或名称", "Name")).size(Size::Full).text())
        (field("number", lang.t("身份证号或统一社会信用代码", "Identity number or unified credit code"))
            .hint(lang.t("农户填户主身份证号；合作社、企业填统一社会信用代码。", "For a household, the head's identity number; for a cooperative or firm, its unified credit code."))
            .size(Size::Full).text())
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
    let form = fields_form(page, super::client_form::FORM, data, &["client_id"], fields);
    form_page(page, &heading, form)
}
