//! The pages of specialists.

use chrono::NaiveDate;
use maud::{Markup, html};

use super::super::super::ASSIGNMENT_KIND;
use super::super::keeps;
use super::{Card, HOME, Institution, List, NEW, Posting, Specialist, TITLE, Waiting};
use crate::auth::{FormData, Page, desk::address_for_specialist};
use crate::ledger::State;
use crate::ui::form::{self, Answer, Button, Choice};
use crate::ui::name::name;
use crate::ui::pill::{Standing, Tone, pill, tag};
use crate::ui::table::{Cell, Column, Row, Table};
use crate::ui::{address, filter, notice, pager};
use crate::values::day::show_day;
use crate::values::{CommandId, Lang, Say, english, words};

pub(super) fn index(page: &Page, list: &List) -> Markup {
    let lang = page.lang;
    let pages = u32::try_from(list.pages).unwrap_or(u32::MAX);
    let at = u32::try_from(list.page).unwrap_or(u32::MAX);
    html! {
        h1 { (TITLE.get(lang)) }
        @if keeps(page) { p { (form::button_link(&format!("{HOME}/new"), NEW.get(lang))) } }
        (filters(lang, list))
        @if list.rows.is_empty() {
            (notice::empty(lang.t("没有符合条件的特派员。", "No specialist fits."), None))
        } @else {
            (table(lang, list))
            (pager::pager(lang, &page.path, at, pages, i64::try_from(list.found).unwrap_or(i64::MAX)))
        }
    }
}

fn filters(lang: Lang, list: &List) -> Markup {
    let mut choices = vec![(String::new(), lang.t("全部", "All").to_owned())];
    choices.extend(list.institutions.iter().map(|row| {
        (
            row.id.0.to_string(),
            english::told(lang, &row.short_name, english::institution),
        )
    }));
    filter::filter_bar(
        lang,
        HOME,
        html! {
            (filter::pick("institution", words::INSTITUTION.get(lang), &choices, &list.institution))
            label.filter {
                span { (lang.t("姓名或编号", "Name or number")) }
                input type="search" name="q" value=(list.q) autocomplete="off";
            }
        },
    )
}

fn table(lang: Lang, list: &List) -> Markup {
    let columns = vec![
        Column::text(lang.t("姓名", "Name")),
        Column::number(lang.t("编号", "Number"), ""),
        Column::text(lang.t("称谓", "Title")),
        Column::text(words::INSTITUTION.get(lang)),
        Column::number(lang.t("今日在岗", "In post today"), words::VILLAGES.get(lang)),
    ];
    let employer = |row: &Specialist| {
        let found = list
            .institutions
            .iter()
            .find(|known| known.id == row.institution_id);
        let short = found.map_or("—", |known| known.short_name.as_str());
        name(lang, short, &english::institution(short))
    };
    let row = |row: &Specialist| {
        Row::new(vec![
            Cell::text(&row.name),
            Cell::num(row.id.0),
            Cell::text(name(lang, &row.title, &english::product(&row.title))),
            Cell::text(employer(row)),
            list.villages
                .get(&row.id)
                .map_or_else(|| Cell::count(0), |count| Cell::count(*count)),
        ])
        .link(format!("{HOME}/{}", row.id.0))
    };
    Table::new("specialists", lang.t("特派员名单", "Specialists"), columns)
        .rows(list.rows.iter().map(row))
        .markup(lang)
}

pub(super) fn form_page(
    page: &Page,
    employers: &[Institution],
    form: &FormData,
    problems: &[(String, Say)],
) -> Markup {
    let lang = page.lang;
    let field = |name, label| form.field(lang, name, label, problems);
    let ids: Vec<String> = employers.iter().map(|row| row.id.0.to_string()).collect();
    let choices: Vec<Choice<'_>> = ids
        .iter()
        .zip(employers)
        .map(|(id, row)| Choice::new(id, &row.short_name))
        .collect();
    let same_name = problems.iter().any(|(name, _)| name == "name") || form.has("another");
    html! {
        h1 { (NEW.get(lang)) }
        (form::error_summary(lang, problems))
        (form::post(HOME, &page.user.csrf, html! {
            (field("name", lang.t("姓名", "Name")).text())
            (field("title", lang.t("称谓", "Title"))
                .hint(lang.t("例如 金融特派员、金融村官。", "Such as 金融特派员 or 金融村官."))
                .text())
            (field("institution", lang.t("所属机构", "Institution")).select(&choices))
            @if same_name {
                (field("another", lang.t("确是另一位同名的人", "This is another person of the same name")).checkbox(form.has("another")))
            }
            (form::actions(html! {
                (Button::primary(NEW.get(lang)))
                a href=(HOME) { (lang.t("取消", "Cancel")) }
            }))
        }))
    }
}

pub(super) fn show(page: &Page, card: &Card, today: NaiveDate) -> Markup {
    let lang = page.lang;
    let specialist = &card.specialist;
    let mut answers = vec![
        Answer::new(lang.t("编号", "Number"), specialist.id.0),
        Answer::new(
            lang.t("称谓", "Title"),
            name(lang, &specialist.title, &english::product(&specialist.title)),
        ),
        Answer::new(
            words::INSTITUTION.get(lang),
            name(lang, &card.employer, &english::institution(&card.employer)),
        ),
    ];
    if keeps(page) {
        answers.push(Answer::new(lang.t("登录账号", "Account"), accounts(lang, card)));
    }
    html! {
        h1 { (specialist.name) }
        (form::summary_list(lang, &answers))
        h2 { (words::ASSIGNMENT.get(lang)) }
        @if keeps(page) {
            p { (form::button_link(&format!("{HOME}/{}/postings/new", specialist.id.0), lang.t("派驻到村", "Post to a village"))) }
        }
        @if card.postings.is_empty() {
            (notice::empty(lang.t("还没有生效的派驻。", "No posting is in force yet."), None))
        } @else {
            (postings(page, card, today))
        }
        @if !card.waiting.is_empty() { (waiting(page, card)) }
    }
}

fn accounts(lang: Lang, card: &Card) -> Markup {
    let open = address_for_specialist(card.specialist.id, &card.specialist.name);
    html! {
        @for account in &card.accounts {
            a href={ "/register/accounts/" (account.id) } { (account.login) }
            @if account.disabled { " " (tag(Tone::Wrong, lang.t("已停用", "Disabled"))) }
            " "
        }
        @if card.accounts.is_empty() { a href=(open) { (lang.t("开账号", "Open an account")) } }
    }
}

fn postings(page: &Page, card: &Card, today: NaiveDate) -> Markup {
    let lang = page.lang;
    let columns = vec![
        Column::text(lang.t("村", "Village")),
        Column::text(lang.t("起", "From")),
        Column::text(lang.t("止", "To")),
        Column::text(words::STATUS.get(lang)),
        Column::text(lang.t("处理", "Action")),
    ];
    let row = |posting: &Posting| {
        let assignment = &posting.assignment;
        let standing = if assignment.holds_on(today) {
            tag(Tone::Good, lang.t("在岗", "In post"))
        } else if assignment.valid_from > today {
            tag(Tone::Waiting, lang.t("未到岗", "Not yet"))
        } else {
            tag(Tone::Neutral, lang.t("已结束", "Ended"))
        };
        Row::new(vec![
            Cell::text(&posting.village),
            Cell::when(&show_day(assignment.valid_from)),
            assignment
                .valid_to
                .map_or_else(|| Cell::text("—"), |day| Cell::when(&show_day(day))),
            Cell::text(standing),
            Cell::text(departures(page, card, posting)),
        ])
    };
    Table::new("postings", lang.t("已入账的派驻", "Postings approved"), columns)
        .rows(card.postings.iter().map(row))
        .markup(lang)
}

/// Where a posting that lasts is ended, or the specialist transferred.
fn departures(page: &Page, card: &Card, posting: &Posting) -> Markup {
    let lang = page.lang;
    let id = &posting.assignment.id;
    let waits = card.waiting.iter().any(|(each, _)| {
        each.line
            .contract
            .as_ref()
            .is_some_and(|waiting| waiting.as_str() == id)
    });
    let href = format!("{HOME}/{}/departures/new?posting={id}", card.specialist.id.0);
    html! {
        @if waits {
            (lang.t("变动待审核", "A change waits"))
        } @else if keeps(page) && posting.assignment.valid_to.is_none() {
            a href=(href) { (lang.t("结束", "End")) }
            " "
            a href={ (href) "&kind=transfer" } { (lang.t("调动", "Transfer")) }
        }
    }
}

fn waiting(page: &Page, card: &Card) -> Markup {
    let lang = page.lang;
    let columns = vec![
        Column::text(lang.t("村", "Village")),
        Column::text(lang.t("起", "From")),
        Column::text(words::STATUS.get(lang)),
        Column::text(lang.t("退回原因", "Reason")),
        Column::text(lang.t("处理", "Action")),
    ];
    let row = |((each, village), command): (&(Waiting, String), &CommandId)| {
        Row::new(vec![
            Cell::text(
                html! { (village) @if each.leaves() { " " (tag(Tone::Neutral, lang.t("离开", "Leaves"))) } },
            ),
            Cell::when(&show_day(each.voucher.business_date)),
            Cell::text(
                Standing::parse(&each.voucher.state)
                    .map(|standing| pill(lang, standing))
                    .unwrap_or_default(),
            ),
            Cell::text(&each.voucher.reason),
            Cell::text(own_actions(page, card, each, command)),
        ])
    };
    let note = lang.t(
        "派驻由县级审核通过后生效；提交人不能自己审核。",
        "A posting takes effect once the county has approved it; who submits cannot approve.",
    );
    Table::new(
        "waiting",
        lang.t("待审核和退回的派驻", "Postings waiting or returned"),
        columns,
    )
    .rows(card.waiting.iter().zip(&card.commands).map(row))
    .note(html! { p { (note) } })
    .markup(lang)
}

/// Where a returned posting, end or transfer is corrected: of a transfer from the posting it ends.
fn correction(home: &str, each: &Waiting) -> Option<String> {
    let voucher = &each.voucher;
    if voucher.state != State::Returned.code() || voucher.reversal_of.is_some() {
        return None;
    }
    let at = if voucher.kind == ASSIGNMENT_KIND {
        format!("{home}/postings/new")
    } else {
        let posting = each.line.contract.as_ref().filter(|_| each.leaves())?;
        address::with(&format!("{home}/departures/new"), "posting", posting.as_str())
    };
    let at = address::with(&at, "book", &voucher.book_id.to_string());
    Some(address::with(&at, "voucher", voucher.id.as_str()))
}

/// What its maker can do with a posting that is not approved.
fn own_actions(page: &Page, card: &Card, each: &Waiting, command: &CommandId) -> Markup {
    let lang = page.lang;
    let voucher = &each.voucher;
    let home = format!("{HOME}/{}", card.specialist.id.0);
    let mine = keeps(page) && voucher.maker_id == page.user.id;
    html! {
        @if let Some(href) = correction(&home, each).filter(|_| mine) {
            p { a href=(href) { (lang.t("修改后重新提交", "Change and send again")) } }
        }
        @if mine {
            (form::post(&format!("{home}/withdrawals"), &page.user.csrf, html! {
                (form::hidden("book", &voucher.book_id.0.to_string()))
                (form::hidden("voucher", voucher.id.as_str()))
                (form::hidden("revision", &voucher.revision.to_string()))
                (form::hidden("command_id", command.as_str()))
                (Button::secondary(words::WITHDRAW.get(lang)))
            }))
        }
    }
}
