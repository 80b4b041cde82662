//! The queue.

use actix_web::HttpResponse;
use maud::html;

use super::{standing, yuan};
use crate::auth::{Look, Page};
use crate::review::address_of;
use crate::review::queue::{QueueRow, QueueView};
use crate::review::{listed, standing_in};
use crate::ui::cards::{Figure, figures};
use crate::ui::page::Flash;
use crate::ui::table::{Cell, Column, Row, Table};
use crate::ui::{filter, notice, pager};
use crate::values::day::{show_day, show_moment};
use crate::values::money::show_count;
use crate::values::{Lang, Unit, words};

/// What waits for review.
pub(in crate::review) fn queue(page: &Page, view: &QueueView, flash: Option<Flash>) -> HttpResponse {
    let lang = page.lang;
    let title = lang.t("待审核", "Waiting for review");
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
            (table(view, lang))
            (pager::pager(lang, &page.path, view.page, view.pages, view.vouchers))
        }
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
            (filter::pick("institution", words::INSTITUTION.get(lang), &institutions, &view.institution))
            (filter::pick("kind", lang.t("类别", "Kind"), &kinds, &view.kind))
        },
    )
}

fn table(view: &QueueView, lang: Lang) -> maud::Markup {
    let columns = vec![
        Column::text(lang.t("类别", "Kind")),
        Column::text(words::VILLAGE.get(lang)),
        Column::text(words::INSTITUTION.get(lang)),
        Column::text(words::MAKER.get(lang)),
        Column::number(lang.t("行数", "Lines"), ""),
        Column::number(words::AMOUNT.get(lang), listed::yuan(lang)),
        Column::text(words::BUSINESS_DATE.get(lang)),
        Column::text(lang.t("提交时间", "Submitted")),
        Column::text(words::STATUS.get(lang)),
        Column::number(lang.t("提示", "Remarks"), ""),
    ];
    Table::new("queue", lang.t("先提交的在前", "Longest waiting first"), columns)
        .rows(view.rows.iter().map(|each| row(each, lang)))
        .markup(lang)
}

fn row(each: &QueueRow, lang: Lang) -> Row {
    let listed = &each.listed;
    let voucher = &listed.voucher;
    Row::new(vec![
        Cell::text(listed.kind.get(lang)),
        Cell::text(listed.place.get(lang)),
        Cell::text(&listed.institution),
        Cell::text(&listed.maker),
        Cell::count(i64::from(voucher.line_count)),
        yuan(voucher.amount_fen),
        Cell::when(&show_day(voucher.business_date)),
        Cell::when(&show_moment(voucher.submitted_at)),
        Cell::text(standing(lang, voucher)),
        if each.remarks == 0 {
            Cell::none()
        } else {
            Cell::count(i64::try_from(each.remarks).unwrap_or(i64::MAX))
        },
    ])
    .link(address_of(voucher))
}
