//! The queue.

use actix_web::HttpResponse;
use maud::html;

use super::voucher::keys_help;
use super::{standing, yuan};
use crate::auth::{Look, Page, Role};
use crate::conversation;
use crate::review::queue::{Ask, QueueRow, QueueView};
use crate::review::store::QueueColumn;
use crate::review::{bulk, listed, standing_in};
use crate::ui::cards::{Figure, figures};
use crate::ui::page::Flash;
use crate::ui::table::{Cell, Column, Order, Row, Sort, Table};
use crate::ui::{address, filter, form, notice, pager};
use crate::values::day::{show_day, show_moment};
use crate::values::money::show_count;
use crate::values::{Lang, Unit, words};

/// What waits for review.
pub(in crate::review) fn queue(page: &Page, view: &QueueView, flash: Option<Flash>) -> HttpResponse {
    let lang = page.lang;
    let title = lang.t("待审核", "Waiting for review");
    let chooses = page.user.role == Role::Reviewer;
    let body = html! {
        h1 { (title) }
        (figures(lang, &cards(view, lang)))
        @if page.user.book.is_some() {
            (standing_in::link(lang))
            p { a href="/receipts" { (lang.t("核对回执", "Check a receipt")) } }
        }
        div.toolbar { (filters(view, lang)) }
        @if view.rows.is_empty() {
            (notice::empty(lang.t("没有等待审核的凭证。", "Nothing waits for review."),
                Some(("/vouchers", lang.t("查看全部凭证", "See all vouchers")))))
        } @else {
            @if chooses { (bulk::bar(&view.ask, lang)) }
            (table(view, page, chooses))
            (pager::pager(lang, &page.path, view.page, view.pages, view.vouchers))
        }
        (keys(lang, chooses))
    };
    let look = Look {
        title: title.to_owned(),
        wide: true,
        flash,
        ..Look::default()
    };
    page.show(look, body)
}

/// How much waits, and the amounts of each kind by themselves: a grant and a payout do not add up to anything.
fn cards<'a>(view: &QueueView, lang: Lang) -> Vec<Figure<'a>> {
    let vouchers = |count: i64| match lang {
        Lang::Zh => format!("{} 张", show_count(count)),
        Lang::En if count == 1 => "1 voucher".to_owned(),
        Lang::En => format!("{} vouchers", show_count(count)),
    };
    let lines = match lang {
        Lang::Zh => format!("共 {} 行", show_count(view.lines)),
        Lang::En => format!("{} lines", show_count(view.lines)),
    };
    let waiting = lang.t("待审核凭证", "Vouchers waiting");
    let mut cards =
        vec![Figure::new(waiting, show_count(view.vouchers), lang.t("张", "vouchers")).aside(lines)];
    cards.extend(view.amounts.iter().map(|sum| {
        Figure::new(
            sum.kind.get(lang),
            sum.amount.show(Unit::Yuan),
            listed::yuan(lang),
        )
        .aside(vouchers(sum.vouchers))
    }));
    cards
}

fn filters(view: &QueueView, lang: Lang) -> maud::Markup {
    let every = (String::new(), lang.t("全部", "All").to_owned());
    let mut institutions = vec![every.clone()];
    institutions.extend(view.institutions.iter().cloned());
    let mut villages = vec![every.clone()];
    villages.extend(view.villages.iter().cloned());
    let mut kinds = vec![every];
    kinds.extend(
        view.kinds
            .iter()
            .map(|(code, name)| (code.clone(), name.get(lang).to_owned())),
    );
    filter::filter_bar(
        lang,
        "/review",
        html! {
            (filter::pick("institution", words::INSTITUTION.get(lang), &institutions, &view.ask.institution))
            (filter::pick("kind", lang.t("类别", "Kind"), &kinds, &view.ask.kind))
            @if !view.villages.is_empty() {
                (filter::pick("village", words::VILLAGE.get(lang), &villages, &view.ask.village))
            }
            @if !view.ask.sort.is_empty() { (form::hidden("sort", &view.ask.sort)) }
        },
    )
}

/// What the keys do here.
fn keys(lang: Lang, chooses: bool) -> maud::Markup {
    let mut keys = vec![
        ("j ↓", lang.t("下一行", "next row")),
        ("k ↑", lang.t("上一行", "previous row")),
        ("Enter", lang.t("打开", "open")),
    ];
    if chooses {
        keys.push(("x", lang.t("勾选这一行", "tick the row")));
    }
    keys_help(lang, &keys)
}

fn table(view: &QueueView, page: &Page, chooses: bool) -> maud::Markup {
    let lang = page.lang;
    let sort = Sort::parse(&view.ask.sort).unwrap_or(Sort {
        key: QueueColumn::Submitted.code().to_owned(),
        order: Order::Ascending,
    });
    let path = address::without(&address::without(&page.path, "done"), "voucher");
    let by = |column: Column<'static>, key: QueueColumn| column.sorted_by(&path, key.code(), Some(&sort));
    let columns = vec![
        by(Column::text(lang.t("类别", "Kind")), QueueColumn::Kind),
        Column::text(words::VILLAGE.get(lang)),
        by(
            Column::text(words::INSTITUTION.get(lang)),
            QueueColumn::Institution,
        ),
        Column::text(words::MAKER.get(lang)),
        by(Column::number(lang.t("行数", "Lines"), ""), QueueColumn::Lines),
        by(
            Column::number(words::AMOUNT.get(lang), listed::yuan(lang)),
            QueueColumn::Amount,
        ),
        by(Column::text(words::BUSINESS_DATE.get(lang)), QueueColumn::Day),
        by(
            Column::text(lang.t("提交时间", "Submitted")),
            QueueColumn::Submitted,
        ),
        Column::text(words::STATUS.get(lang)),
        Column::number(lang.t("提示", "Remarks"), ""),
    ];
    let caption = match (&sort, view.ask.sort.is_empty()) {
        (_, true) => lang.t("先提交的在前", "Longest waiting first"),
        _ => lang.t("待审核凭证", "Vouchers waiting"),
    };
    Table::new("queue", caption, columns)
        .rows(view.rows.iter().map(|each| {
            let row = row(each, &view.ask, lang);
            let listed = &each.listed;
            let label = format!(
                "{} {} {}",
                lang.t("选择", "Choose"),
                listed.kind.get(lang),
                listed.place.get(lang)
            );
            if chooses {
                row.choice((bulk::FORM, bulk::CHOSEN), listed.voucher.id.as_str(), label)
            } else {
                row
            }
        }))
        .markup(lang)
}

fn row(each: &QueueRow, ask: &Ask, lang: Lang) -> Row {
    let listed = &each.listed;
    let voucher = &listed.voucher;
    let state = html! {
        (standing(lang, voucher))
        @if each.unread > 0 { " " (conversation::unread_mark(lang, each.unread)) }
    };
    Row::new(vec![
        Cell::text(listed.kind.get(lang)),
        Cell::text(listed.place.get(lang)),
        Cell::text(&listed.institution),
        Cell::text(&listed.maker),
        Cell::count(i64::from(voucher.line_count)),
        yuan(voucher.amount_fen),
        Cell::when(&show_day(voucher.business_date)),
        Cell::when(&show_moment(voucher.submitted_at)),
        Cell::text(state),
        if each.remarks == 0 {
            Cell::none()
        } else {
            Cell::count(i64::try_from(each.remarks).unwrap_or(i64::MAX))
        },
    ])
    .link(bulk::opened_from(listed, ask))
}
