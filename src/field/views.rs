//! The pages of the field: large type, few words, thumbs. A client's own are in [`client`].

use actix_web::HttpResponse;
use maud::{Markup, html};

use super::handlers::{HomeView, VillageView};
use crate::auth::{Look, Page};
use crate::credit::{Stage, Step};
use crate::register::{ClientKind, Found};
use crate::ui::form::{self, Button, Field};
use crate::ui::icon::Icon;
use crate::ui::notice;
use crate::ui::page::Crumb;
use crate::ui::phone::{BigLink, Pick, big_links, picks};
use crate::values::Lang;

pub(super) mod client;

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
                (form::button_link("/records", &returned_sentence(view.returned, lang)))
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
        @if !towns.is_empty() {
            (picks(&towns))
            @if !view.insurer { p { a href="/ratings" { (lang.t("信用评定", "Credit ratings")) } } }
        }
        @if picked.is_empty() && towns.is_empty() {
            (notice::empty(lang.t("没有找到村。派驻由县里登记。", "No village found. Assignments are recorded by the county."), None))
        }
        (form::actions(html! {
            @if view.insurer {
                (form::button_link("/field/claims", lang.t("理赔", "Claims")))
            } @else {
                (form::button_link("/loans/overdue", lang.t("逾期贷款", "Overdue loans")))
                (form::button_link("/calculator", lang.t("还款计算器", "Repayment calculator")))
            }
            (form::button_link("/field/handin", lang.t("交来的记录文件", "Records handed in as a file")))
            (form::button_link("/receipts", lang.t("核对回执", "Check a receipt")))
            @if choosing_town {
                (form::button_link("/handover", lang.t("移交合同", "Hand contracts over")))
            }
        }))
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
    let found: Vec<Pick<'_>> = view.clients.iter().map(|client| pick(client, lang)).collect();
    let body = html! {
        h1 { (view.place.name) }
        p.lead { (view.place.path) }
        @if let Some(county) = &view.place.moved_to { (moved(county, lang)) }
        (actions(view, lang))
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

/// The village lies in another county now: what is kept here runs on, what is new is not for this book.
pub(super) fn moved(county: &str, lang: Lang) -> Markup {
    let sentence = match lang {
        Lang::Zh => {
            format!("本村已划归{county}。原有的额度、贷款和保单在这里继续办理；新业务请在{county}登记。")
        }
        Lang::En => format!(
            "The village lies in {county} now. Lines, loans and policies made before run on here; record new business in {county}."
        ),
    };
    notice::notice(html! { p { (sentence) } })
}

fn pick<'a>(found: &'a Found, lang: Lang) -> Pick<'a> {
    let kind = ClientKind::parse(&found.client.kind).map_or("", |kind| kind.name().get(lang));
    Pick {
        href: format!("/field/clients/{}/{}", found.client.book_id, found.client.id),
        title: &found.identity.name,
        detail: Some(format!("{kind} · {}", found.identity.masked_number())),
        aside: None,
    }
}

/// Where a big link leads, what it says, its hint and its picture.
type Action = (String, &'static str, Option<&'static str>, Icon);

/// The things done most, for a bank or an insurer; where the village has left the book's county, only what is
/// done about policies.
fn actions(view: &VillageView, lang: Lang) -> Markup {
    let (village, insurer) = (view.place.village.0, view.insurer);
    let address = |path: &str| format!("{path}village={village}");
    let actions = if insurer {
        insurer_actions(address, lang)
    } else {
        bank_actions(address, lang)
    };
    let runs_on = |href: &str| href.starts_with("/field/policies") || href.starts_with("/field/claims");
    let links: Vec<BigLink<'_>> = actions
        .iter()
        .filter(|(href, ..)| view.place.moved_to.is_none() || runs_on(href))
        .map(|(href, label, hint, icon)| BigLink {
            href,
            label,
            hint: *hint,
            icon: *icon,
        })
        .collect();
    html! { @if !links.is_empty() { (big_links(&links)) } }
}

fn insurer_actions(address: impl Fn(&str) -> String, lang: Lang) -> Vec<Action> {
    let link = |path, label, icon| (address(path), label, None, icon);
    let hinted = |path, label, hint, icon| (address(path), label, Some(hint), icon);
    let on_policy = lang.t("报案、赔付、批改、退保", "Claims, payouts, changes");
    let on_claims = lang.t("查勘、定损，按清单批量", "Survey, assess, in sheets");
    vec![
        link("/field/policy?", lang.t("投保", "Policy"), Icon::Umbrella),
        hinted(
            "/field/policies?",
            lang.t("保单", "Policies"),
            on_policy,
            Icon::Coin,
        ),
        hinted("/field/claims?", lang.t("理赔", "Claims"), on_claims, Icon::List),
        link("/field/visit?", lang.t("走访", "Visit"), Icon::Visit),
        link(
            "/field/clients/new?",
            lang.t("登记客户", "New client"),
            Icon::Person,
        ),
    ]
}

fn bank_actions(address: impl Fn(&str) -> String, lang: Lang) -> Vec<Action> {
    let link = |path, label, icon| (address(path), label, None, icon);
    let one = |stage: Stage, label, icon| {
        let href = address(&format!("/field/credit?stage={}&", stage.code()));
        (href, label, Some(lang.t("一户", "One client")), icon)
    };
    let list = |path: &str, label, icon| (address(path), label, Some(lang.t("清单", "Sheet")), icon);
    let step = |step: Step, label, icon| {
        let path = format!("/field/credit/assessment?step={}&", step.code());
        list(&path, label, icon)
    };
    let sheet = |stage: Stage, label| {
        let path = format!("/field/credit/sheet?stage={}&", stage.code());
        list(&path, label, Icon::List)
    };
    let rate = "/field/designation?what=%E4%BF%A1%E7%94%A8%E6%88%B7&";
    vec![
        one(Stage::Grant, lang.t("授信", "Grant"), Icon::Coin),
        one(Stage::Preapproval, lang.t("预授信", "Pre-approval"), Icon::Add),
        step(Step::Filing, lang.t("建档", "Files"), Icon::Person),
        step(Step::First, lang.t("初评", "First assessment"), Icon::List),
        step(Step::Second, lang.t("复评", "Second assessment"), Icon::List),
        sheet(Stage::Preapproval, lang.t("整村预授信", "Village pre-approval")),
        sheet(Stage::Grant, lang.t("整村授信", "Village grant")),
        sheet(Stage::Signature, lang.t("整村签约", "Village signing")),
        link("/field/visit?", lang.t("走访", "Visit"), Icon::Visit),
        list(rate, lang.t("评信用户", "Rate households"), Icon::Person),
        link("/field/talk?", lang.t("宣讲", "Talk"), Icon::Home),
        link(
            "/field/clients/new?",
            lang.t("登记客户", "New client"),
            Icon::Person,
        ),
    ]
}
