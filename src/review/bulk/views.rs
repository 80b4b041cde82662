//! The summary and the result.

use std::collections::HashMap;

use actix_web::HttpResponse;
use maud::{Markup, html};

use super::gather::{Apart, Chosen, Left, MonthChange, Scope, Summary, What};
use super::handlers::Outcome;
use crate::auth::{Look, Page};
use crate::review::decisions::{FROM, REASON};
use crate::review::effect::Effect;
use crate::review::listed::{self, Listed};
use crate::review::queue::Ask;
use crate::review::views::{effect_cells, yuan};
use crate::review::{address_of, queue};
use crate::ui::cards::{Figure, figures};
use crate::ui::form::{self, Button, Field};
use crate::ui::page::Crumb;
use crate::ui::table::{Cell, Column, Row, Table};
use crate::ui::{address, notice};
use crate::values::day::show_day;
use crate::values::money::show_count;
use crate::values::{CommandId, Lang, RegionId, Say, Text, words};

/// The form that the queue's boxes belong to.
pub(in crate::review) const FORM: &str = "bulk";
/// What is to be done.
pub(in crate::review) const ACTION: &str = "do";
/// A chosen voucher.
pub(in crate::review) const CHOSEN: &str = "v";
/// One taken although the rules remark on it.
pub(super) const DESPITE: &str = "despite";
/// A voucher as it was summed up: id, revision and the id of the command that decides on it.
pub(super) const VERDICT: &str = "verdict";

type Names = HashMap<RegionId, String>;

fn title(what: What) -> Text {
    match what {
        What::Approve => Text::new("批量通过", "Approve together"),
        What::Return => Text::new("批量退回", "Return together"),
    }
}

/// What would be decided, before it is.
pub(super) fn summary(
    page: &Page,
    (summary, names): &(Summary, Names),
    chosen: &Chosen,
    from: &str,
    (typed, problems): (&str, &[(String, Say)]),
) -> HttpResponse {
    let lang = page.lang;
    let count = summary.taken.len() + summary.despite.len();
    let back = Ask::page_of(from);
    let body = html! {
        h1 { (title(summary.what).get(lang)) }
        (form::error_summary(lang, problems))
        (figures(lang, &cards(summary, count, lang)))
        @if summary.gone > 0 { (notice::notice(html! { p { (gone(summary.gone).get(lang)) } })) }
        (left_out(summary, chosen, from, lang))
        @for change in &summary.months { (month(change, names, lang)) }
        @if count == 0 {
            (notice::empty(lang.t("选中的凭证没有一张能一起处理。", "None of the chosen vouchers can be decided together."),
                Some((&back, lang.t("返回待审核", "Back to the queue")))))
        } @else {
            (taken(summary, lang))
            (confirm(page, summary, chosen, from, (typed, problems)))
        }
    };
    page.show(look(page, summary.what, from, !problems.is_empty()), body)
}

fn look(page: &Page, what: What, from: &str, invalid: bool) -> Look {
    let title = title(what).get(page.lang);
    Look {
        title: title.to_owned(),
        wide: true,
        invalid,
        crumbs: vec![
            Crumb::link(page.t("待审核", "Waiting for review"), Ask::page_of(from)),
            Crumb::here(title),
        ],
        ..Look::default()
    }
}

fn gone(count: usize) -> Say {
    Say::new(
        format!("有{count}张在这期间已处理或撤回，不在其内。"),
        format!("{count} of them have been decided or taken back meanwhile and are left out."),
    )
}

fn cards<'a>(summary: &Summary, count: usize, lang: Lang) -> Vec<Figure<'a>> {
    let number = |count: usize| show_count(i64::try_from(count).unwrap_or(i64::MAX));
    vec![
        Figure::new(
            match summary.what {
                What::Approve => lang.t("将通过", "To be approved"),
                What::Return => lang.t("将退回", "To be returned"),
            },
            number(count),
            lang.t("张", "vouchers"),
        ),
        Figure::new(
            lang.t("行数", "Lines"),
            show_count(summary.lines),
            lang.t("行", "lines"),
        ),
        Figure::new(
            lang.t("涉及农户（去重）", "Households (distinct)"),
            number(summary.households),
            lang.t("户", "households"),
        ),
        Figure::new(
            lang.t("不在其内", "Left out"),
            number(summary.left.len()),
            lang.t("张", "vouchers"),
        ),
    ]
}

fn why(apart: Apart) -> Text {
    match apart {
        Apart::Remarked => Text::new("有审核提示", "Remarked on"),
        Apart::Held => Text::new("暂挂，须单独核实", "Held; decide on its own page"),
        Apart::FirstReview => Text::new("还没有初审", "Not yet past its first review"),
        Apart::Own => Text::new("自己提交，须由他人审核", "Your own; another must decide"),
    }
}

/// What is left out, each with its reason; what is merely remarked on with a box that takes it in.
fn left_out(summary: &Summary, chosen: &Chosen, from: &str, lang: Lang) -> Markup {
    let remarked = summary
        .despite
        .iter()
        .chain(&summary.left)
        .any(|left| left.why == Apart::Remarked);
    if summary.left.is_empty() && !remarked {
        return html! {};
    }
    let rows = summary.despite.iter().map(|left| (left, true));
    let rows = rows.chain(summary.left.iter().map(|left| (left, false)));
    html! {
        form.left-out method="get" action="/review/bulk" {
            h2 { (lang.t("有提示的和不在其内的", "Remarked on and left out")) }
            (form::hidden(ACTION, chosen.what.code()))
            (form::hidden(FROM, from))
            @for id in &chosen.ids { (form::hidden(CHOSEN, id.as_str())) }
            ul.left {
                @for (left, taken) in rows { (left_row(left, taken, lang)) }
            }
            @if remarked {
                p.hint { (lang.t("看过提示、仍要一起通过的，打勾后重新汇总。",
                    "Tick what you have looked at and want approved all the same, then sum up again.")) }
                (form::actions(html! { (Button::secondary(lang.t("重新汇总", "Sum up again"))) }))
            }
        }
    }
}

fn left_row(left: &Left, taken: bool, lang: Lang) -> Markup {
    let voucher = &left.listed.voucher;
    let id = format!("despite-{}", voucher.id);
    html! {
        li {
            @if left.why == Apart::Remarked {
                input type="checkbox" id=(id) name=(DESPITE) value=(voucher.id) checked[taken];
            }
            div {
                @if left.why == Apart::Remarked {
                    label for=(id) { (what_it_is(&left.listed, lang)) }
                } @else {
                    (what_it_is(&left.listed, lang))
                }
                " · " a href=(address_of(voucher)) { (lang.t("打开", "Open")) }
                p { strong { (why(left.why).get(lang)) } }
                @for say in &left.said { p { (say.get(lang)) } }
            }
        }
    }
}

/// `授信 鹤山›古劳›下六村 10,000.00 元`.
fn what_it_is(listed: &Listed, lang: Lang) -> Markup {
    let voucher = &listed.voucher;
    html! {
        b { (listed.kind.get(lang)) } " " (listed.place.get(lang)) " " (show_day(voucher.business_date))
        @if !voucher.amount_fen.is_zero() {
            " " (voucher.amount_fen.show(crate::values::Unit::Yuan)) " " (listed::yuan(lang))
        }
    }
}

/// What changes in a month: the county, and under it each town that is touched.
fn month(change: &MonthChange, names: &Names, lang: Lang) -> Markup {
    let shown = change.month.show(lang);
    let caption = match lang {
        Lang::Zh => format!("{shown}汇总的变动"),
        Lang::En => format!("What changes in the totals of {shown}"),
    };
    let columns = vec![
        Column::text(words::MEASURE.get(lang)),
        Column::text(lang.t("范围", "Area")),
        Column::text(lang.t("口径", "Of")),
        Column::text(words::UNIT.get(lang)),
        Column::number(lang.t("现在", "Now"), ""),
        Column::number(lang.t("变动", "Change"), ""),
        Column::number(lang.t("通过后", "After"), ""),
    ];
    let county = change.scopes.iter().find(|scope| scope.town.is_none());
    let mut rows = Vec::new();
    for effect in county.iter().flat_map(|scope| &scope.effects) {
        for scope in &change.scopes {
            let own = scope
                .effects
                .iter()
                .find(|own| own.measure.id == effect.measure.id);
            rows.extend(own.map(|own| row(own, scope, names, lang)));
        }
    }
    let id = format!("change-{}", change.month);
    Table::new(&id, &caption, columns)
        .rows(rows)
        .note(html! {
            p { (lang.t("按现在待审核的内容计算；通过时逐张再核一遍，被规则拦下的不入账。",
                "Reckoned from what waits now; each is checked once more when it is approved, and what the rules stop is not posted.")) }
        })
        .markup(lang)
}

fn row(effect: &Effect, scope: &Scope, names: &Names, lang: Lang) -> Row {
    let place = |region: &RegionId| names.get(region).map_or("—", String::as_str);
    let name = effect.measure.name.get(lang);
    let area = match scope.town {
        None => html! { (lang.t("全县", "County")) },
        Some(town) => html! { span.town { (place(&town)) } },
    };
    let mut cells = vec![Cell::text(name), Cell::text(area)];
    cells.extend(effect_cells(effect, lang));
    let row = Row::new(cells);
    match scope.town {
        Some(_) => row.quiet(),
        None => row,
    }
}

/// The vouchers themselves.
fn taken(summary: &Summary, lang: Lang) -> Markup {
    let columns = vec![
        Column::text(lang.t("类别", "Kind")),
        Column::text(words::VILLAGE.get(lang)),
        Column::text(words::INSTITUTION.get(lang)),
        Column::text(words::MAKER.get(lang)),
        Column::number(lang.t("行数", "Lines"), ""),
        Column::number(words::AMOUNT.get(lang), listed::yuan(lang)),
        Column::text(words::BUSINESS_DATE.get(lang)),
    ];
    let all = summary
        .taken
        .iter()
        .chain(summary.despite.iter().map(|left| &left.listed));
    let row = |listed: &Listed| {
        let voucher = &listed.voucher;
        Row::new(vec![
            Cell::text(listed.kind.get(lang)),
            Cell::text(listed.place.get(lang)),
            Cell::text(&listed.institution),
            Cell::text(&listed.maker),
            Cell::count(i64::from(voucher.line_count)),
            yuan(voucher.amount_fen),
            Cell::when(&show_day(voucher.business_date)),
        ])
        .link(address_of(voucher))
    };
    let caption = match summary.what {
        What::Approve => lang.t("将通过的凭证", "Vouchers to be approved"),
        What::Return => lang.t("将退回的凭证", "Vouchers to be returned"),
    };
    Table::new("taken", caption, columns)
        .rows(all.map(row))
        .markup(lang)
}

fn confirm(
    page: &Page,
    summary: &Summary,
    chosen: &Chosen,
    from: &str,
    (typed, problems): (&str, &[(String, Say)]),
) -> Markup {
    let lang = page.lang;
    let now = page.actor().now.and_utc().timestamp_millis();
    let all = summary
        .taken
        .iter()
        .chain(summary.despite.iter().map(|left| &left.listed));
    let back = Ask::page_of(from);
    form::post(
        "/review/bulk",
        &page.user.csrf,
        html! {
            (form::hidden(ACTION, chosen.what.code()))
            (form::hidden(FROM, from))
            @for listed in all {
                @let voucher = &listed.voucher;
                @let verdict = format!("{}.{}.{}", voucher.id, voucher.revision, CommandId::new(now));
                (form::hidden(VERDICT, &verdict))
                (form::hidden(CHOSEN, voucher.id.as_str()))
            }
            @for left in &summary.despite { (form::hidden(DESPITE, left.listed.voucher.id.as_str())) }
            @match chosen.what {
                What::Approve => {
                    p.hint { (lang.t("每张凭证各自编号、入账，之后不能再改。",
                        "Each voucher is numbered and posted by itself; after that it cannot be changed.")) }
                    (form::actions(html! {
                        (Button::primary(lang.t("确认通过，入账", "Approve and post them")))
                        (form::button_link(&back, lang.t("返回待审核", "Back to the queue")))
                    }))
                }
                What::Return => {
                    (Field::new(lang, REASON, lang.t("退回原因（每张都写这一条）", "Reason, the same for each"))
                        .hint(lang.t("写明改什么；填报人在手机上会看到这段话。",
                            "Say what to change; the makers read this on the phone."))
                        .value(typed).errors(problems).textarea(3))
                    (form::actions(html! {
                        (Button::grave(lang.t("确认退回", "Return them")))
                        (form::button_link(&back, lang.t("返回待审核", "Back to the queue")))
                    }))
                }
            }
        },
    )
}

/// What became of each.
pub(super) fn result(
    page: &Page,
    what: What,
    outcomes: &[Outcome],
    listed: &[Listed],
    from: &str,
) -> HttpResponse {
    let lang = page.lang;
    let done = outcomes.iter().filter(|outcome| outcome.told.is_ok()).count();
    let failed = outcomes.len() - done;
    let sentence = match (what, lang) {
        (What::Approve, Lang::Zh) => format!("通过 {done} 张，未通过 {failed} 张。"),
        (What::Return, Lang::Zh) => format!("退回 {done} 张，未退回 {failed} 张。"),
        (What::Approve, Lang::En) => format!("Approved: {done}. Not approved: {failed}."),
        (What::Return, Lang::En) => format!("Returned: {done}. Not returned: {failed}."),
    };
    let columns = vec![
        Column::text(words::VOUCHER.get(lang)),
        Column::text(words::VILLAGE.get(lang)),
        Column::text(words::MAKER.get(lang)),
        Column::number(words::AMOUNT.get(lang), listed::yuan(lang)),
        Column::text(lang.t("结果", "Result")),
    ];
    // What went wrong stands first.
    let mut sorted: Vec<&Outcome> = outcomes.iter().collect();
    sorted.sort_by_key(|outcome| outcome.told.is_ok());
    let body = html! {
        h1 { (title(what).get(lang)) }
        @let class = if failed == 0 { "flash done" } else { "flash warning" };
        div class=(class) role="status" { p { (sentence) } }
        (Table::new("outcomes", lang.t("逐张结果", "One by one"), columns)
            .rows(sorted.into_iter().map(|outcome| outcome_row(outcome, listed, lang)))
            .markup(lang))
        (form::actions(html! {
            a.button href=(Ask::page_of(from)) { (lang.t("返回待审核", "Back to the queue")) }
        }))
    };
    page.show(look(page, what, from, false), body)
}

fn outcome_row(outcome: &Outcome, listed: &[Listed], lang: Lang) -> Row {
    let known = listed.iter().find(|each| each.voucher.id == outcome.id);
    let text = |of: fn(&Listed, Lang) -> String| known.map_or_else(|| "—".to_owned(), |each| of(each, lang));
    let told = html! {
        @match &outcome.told {
            Ok(receipt) => {
                @match (receipt.number, &outcome.voucher) {
                    (Some(number), _) => {
                        (lang.t("已入账 ", "Posted as ")) (receipt.posting_month) "-" (format!("{number:05}"))
                    }
                    _ => (lang.t("已退回", "Returned")),
                }
            }
            Err(says) => { @for say in says { p { (say.get(lang)) } } }
        }
    };
    let row = Row::new(vec![
        Cell::text(text(|each, lang| each.kind.get(lang).to_owned())),
        Cell::text(text(|each, lang| each.place.get(lang).to_owned())),
        Cell::text(text(|each, _| each.maker.clone())),
        known.map_or_else(Cell::none, |each| yuan(each.voucher.amount_fen)),
        Cell::text(told),
    ])
    .marked(outcome.told.is_err());
    match &outcome.voucher {
        Some(voucher) => row.link(address_of(voucher)),
        None => row,
    }
}

/// The bar over the queue whose buttons lead to the summary; the boxes of the rows belong to its form.
pub(in crate::review) fn bar(ask: &queue::Ask, lang: Lang) -> Markup {
    html! {
        form.bulk #(FORM) method="get" action="/review/bulk" {
            (form::hidden(FROM, &ask.carried()))
            span data-chosen=(lang.t("已选", "Chosen:")) { (lang.t("勾选的凭证：", "Ticked vouchers:")) }
            (Button::secondary(lang.t("批量通过…", "Approve…")).named(ACTION, What::Approve.code()))
            (Button::secondary(lang.t("批量退回…", "Return…")).named(ACTION, What::Return.code()))
        }
    }
}

/// The address of a voucher's page, opened from a part of the queue.
pub(in crate::review) fn opened_from(listed: &Listed, ask: &queue::Ask) -> String {
    address::with(&address_of(&listed.voucher), FROM, &ask.carried())
}
