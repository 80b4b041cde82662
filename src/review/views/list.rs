//! The vouchers behind a figure, or the latest ones.

use actix_web::HttpResponse;
use maud::{Markup, html};

use super::{standing, yuan};
use crate::auth::{Look, Page};
use crate::ledger::State;
use crate::review::address_of;
use crate::review::figure::show;
use crate::review::list::{AMOUNT, DAY, FigureView, ListRow, ListView, NUMBER, SUBMITTED};
use crate::review::listed;
use crate::ui::cards::{Figure as Card, figures};
use crate::ui::page::Crumb;
use crate::ui::table::{Cell, Column, Order, Row, Sort, Table};
use crate::ui::{address, filter, form, notice, pager};
use crate::values::day::{show_day, show_moment};
use crate::values::{Lang, words};

/// The list.
pub(in crate::review) fn list(page: &Page, view: &ListView) -> HttpResponse {
    let lang = page.lang;
    let title = view.figure.as_ref().map_or_else(
        || lang.t("凭证", "Vouchers").to_owned(),
        |behind| match lang {
            Lang::Zh => format!("{}：所含凭证", behind.figure.measure.name.zh),
            Lang::En => format!("{}: its vouchers", behind.figure.measure.name.en),
        },
    );
    let body = html! {
        h1 { (title) }
        @match &view.figure {
            Some(behind) => (figure(page, behind, view)),
            None => div.toolbar { (filters(view, lang)) },
        }
        @if view.rows.is_empty() {
            (notice::empty(lang.t("没有符合条件的凭证。", "There are no such vouchers."), None))
        } @else {
            (table(page, view))
            (pager::pager(lang, &page.path, view.page, view.pages, view.total))
        }
    };
    let look = Look {
        crumbs: crumbs(view, &title, lang),
        title,
        wide: true,
        ..Look::default()
    };
    page.show(look, body)
}

/// 汇总 › the figure › its vouchers, whichever way the reader came.
fn crumbs(view: &ListView, title: &str, lang: Lang) -> Vec<Crumb> {
    let Some(behind) = &view.figure else {
        return Vec::new();
    };
    let back = view.back.as_deref().unwrap_or("/totals");
    let mut crumbs = vec![Crumb::link(lang.t("汇总", "Totals"), back)];
    if let Some(explained) = &behind.explained {
        crumbs.push(Crumb::link(behind.figure.measure.name.get(lang), explained));
    }
    crumbs.push(Crumb::here(title));
    crumbs
}

fn figure(page: &Page, behind: &FigureView, view: &ListView) -> Markup {
    let lang = page.lang;
    let figure = &behind.figure;
    let period = figure.period();
    let label = format!("{} · {}", behind.place, period.get(lang));
    let bare = address::without(&page.path, "page");
    let mut badges: Vec<(String, Option<String>)> = behind
        .members
        .iter()
        .map(|(key, name)| (name.clone(), Some(address::without(&bare, key))))
        .collect();
    if figure.pending {
        badges.push((
            words::PENDING.get(lang).to_owned(),
            Some(address::without(&bare, "state")),
        ));
    }
    let definition = html! {
        p { (figure.measure.definition.get(lang)) }
        @if let Some(path) = &behind.explained {
            p { a href=(path) { (lang.t("一步步怎么算，由哪些部分组成", "Step by step, and its parts")) } }
        }
        @if figure.measure.distinct {
            p { (lang.t("去重指标：同一户（村、人）在几张凭证里只计一次，所以各凭证之和不等于此数。",
                "Counted once each: whoever stands in several vouchers counts once, so the vouchers do not add up to the figure.")) }
        } @else {
            p { (lang.t("此数就是下列凭证的分录之和（各页“计入本数”之和）。",
                "The figure is the sum of the entries of the vouchers below (the column “in this figure” over all pages).")) }
        }
    };
    let card = Card::new(&label, show(figure.measure, behind.amount), figure.unit(lang)).defined(definition);
    let card = match (figure.pending, lang) {
        (true, _) => card.aside(lang.t("待审核，未入账", "Waiting for review, not posted")),
        (false, Lang::Zh) => card.aside(format!("共 {} 张凭证", view.total)),
        (false, Lang::En) => card.aside(format!("{} vouchers", view.total)),
    };
    html! {
        (figures(lang, &[card]))
        (filter::badges(lang, &badges))
    }
}

fn filters(view: &ListView, lang: Lang) -> Markup {
    let every = || (String::new(), lang.t("全部", "All").to_owned());
    let mut states = vec![every()];
    let known = [
        State::Submitted,
        State::Returned,
        State::Approved,
        State::Reversed,
        State::Withdrawn,
    ];
    states.extend(known.map(|state| (state.code().to_owned(), state.name().get(lang).to_owned())));
    let mut institutions = vec![every()];
    institutions.extend(view.institutions.iter().cloned());
    let mut kinds = vec![every()];
    kinds.extend(
        view.kinds
            .iter()
            .map(|(code, name)| (code.clone(), name.get(lang).to_owned())),
    );
    filter::filter_bar(
        lang,
        "/vouchers",
        html! {
            (filter::pick("kind", listed::KIND.get(lang), &kinds, &view.kind))
            (filter::pick("state", words::STATUS.get(lang), &states, &view.state))
            (filter::pick("institution", words::INSTITUTION.get(lang), &institutions, &view.institution))
            @if let Some(sort) = &view.sort { (form::hidden("sort", &sort.code())) }
        },
    )
}

fn table(page: &Page, view: &ListView) -> Markup {
    let lang = page.lang;
    // What leads nowhere is not carried on.
    let here = match view.back {
        Some(_) => page.path.clone(),
        None => address::without(&page.path, "back"),
    };
    let list = here.split_once('?').map(|(_, query)| query);
    let share = view
        .figure
        .as_ref()
        .filter(|behind| !behind.figure.measure.distinct)
        .map(|behind| Column::number(lang.t("计入本数", "In this figure"), behind.figure.unit(lang)));
    let shows_share = share.is_some();
    let latest = Sort {
        key: SUBMITTED.to_owned(),
        order: Order::Descending,
    };
    let sort = view.sort.as_ref().unwrap_or(&latest);
    let by = |column: Column<'static>, key: &str| column.sorted_by(&page.path, key, Some(sort));
    let mut columns = vec![
        by(Column::text(words::VOUCHER_NUMBER.get(lang)), NUMBER),
        Column::text(lang.t("类别", "Kind")),
        Column::text(words::VILLAGE.get(lang)),
        Column::text(words::INSTITUTION.get(lang)),
        Column::text(words::MAKER.get(lang)),
        Column::number(lang.t("行数", "Lines"), ""),
        by(
            Column::number(lang.t("凭证金额", "Voucher amount"), listed::yuan(lang)),
            AMOUNT,
        ),
    ];
    columns.extend(share);
    columns.extend([
        by(Column::text(words::BUSINESS_DATE.get(lang)), DAY),
        Column::text(words::POSTING_MONTH.get(lang)),
        by(Column::text(lang.t("提交时间", "Submitted")), SUBMITTED),
        Column::text(words::STATUS.get(lang)),
    ]);
    let caption = if sort == &latest {
        lang.t("后提交的在前", "Latest first")
    } else {
        lang.t("凭证", "Vouchers")
    };
    Table::new("vouchers", caption, columns)
        .rows(
            view.rows
                .iter()
                .map(|each| row(view, each, (shows_share, list), lang)),
        )
        .markup(lang)
}

fn row(view: &ListView, each: &ListRow, (shows_share, list): (bool, Option<&str>), lang: Lang) -> Row {
    let (listed, voucher) = (&each.listed, &each.listed.voucher);
    let number = match voucher.number {
        Some(_) => voucher.number_text(lang),
        None => lang.t("未编号", "No number yet").to_owned(),
    };
    let mut cells = vec![
        Cell::text(number),
        Cell::text(listed.kind.get(lang)),
        Cell::text(listed.place.get(lang)),
        Cell::text(&listed.institution),
        Cell::text(&listed.maker),
        Cell::count(i64::from(voucher.line_count)),
        yuan(voucher.amount_fen),
    ];
    if shows_share {
        let measure = view.figure.as_ref().map(|behind| behind.figure.measure);
        cells.push(match (measure, each.share) {
            (Some(measure), Some(share)) => Cell::num(show(measure, share)),
            _ => Cell::none(),
        });
    }
    // What never was posted has no posting month.
    let posted = matches!(listed.state, State::Approved | State::Reversed | State::Submitted);
    cells.extend([
        Cell::when(&show_day(voucher.business_date)),
        if posted {
            Cell::when(&voucher.posting_month.show(lang))
        } else {
            Cell::none()
        },
        Cell::when(&show_moment(voucher.submitted_at)),
        Cell::text(standing(lang, voucher)),
    ]);
    let path = address_of(voucher);
    Row::new(cells).link(match list {
        Some(list) => address::with(&path, "list", list),
        None => path,
    })
}
