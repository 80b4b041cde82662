//! What stands beside the record: its neighbours in the queue, what its village had before, records that look alike,
//! and what was said about it.

use maud::{Markup, html};

use crate::auth::{Page, Role};
use crate::conversation;
use crate::review::address_of;
use crate::review::decisions::FROM;
use crate::review::desk::VoucherView;
use crate::review::figure::show;
use crate::review::lines::LineView;
use crate::review::past::{Past, PastRow};
use crate::review::queue::Ask;
use crate::review::twins::Twin;
use crate::review::views::standing;
use crate::ui::chart::{Chart, Scale, draw, small};
use crate::ui::pill::{self, Tone};
use crate::ui::table::{Cell, Column, Row, Table};
use crate::ui::{address, assets};
use crate::values::day::{show_day, show_moment};
use crate::values::{BookId, Fen, Lang, Nature, Unit, VoucherId, words};

/// The way to the voucher before and after it in the part of the queue it was opened from.
pub(super) fn neighbours(page: &Page, view: &VoucherView) -> Markup {
    let (lang, own) = (page.lang, &view.neighbours);
    if own.from.is_empty() {
        return html! {};
    }
    let to =
        |(book, id): &(BookId, VoucherId)| address::with(&format!("/vouchers/{book}/{id}"), FROM, &own.from);
    html! {
        nav.neighbours aria-label=(lang.t("待审核凭证之间", "In the queue")) {
            @match &own.previous {
                Some(previous) => a href=(to(previous)) rel="prev" data-key="p" { (lang.t("上一张", "Previous")) },
                None => span { (lang.t("上一张", "Previous")) },
            }
            a href=(Ask::page_of(&own.from)) data-key="q" {
                @match (own.place, lang) {
                    (Some(place), Lang::Zh) => { "待审核第 " (place) " 张，共 " (own.waiting) " 张" }
                    (Some(place), Lang::En) => { (place) " of " (own.waiting) " waiting" }
                    (None, Lang::Zh) => { "还有 " (own.waiting) " 张待审核" }
                    (None, Lang::En) => { (own.waiting) " still waiting" }
                }
            }
            @match &own.next {
                Some(next) => a href=(to(next)) rel="next" data-key="n" { (lang.t("下一张", "Next")) },
                None => span { (lang.t("下一张", "Next")) },
            }
        }
    }
}

/// What the village and institution had in the months before, in the measures that the voucher moves.
pub(super) fn past(view: &VoucherView, lang: Lang) -> Markup {
    let Some(past) = view.past.as_ref().filter(|_| view.is_current()) else {
        return html! {};
    };
    let months: Vec<String> = past.months.iter().map(ToString::to_string).collect();
    let mut columns = vec![
        Column::text(words::MEASURE.get(lang)),
        Column::text(lang.t("走势", "Course")),
    ];
    columns.extend(months.iter().map(|month| Column::number(month, "")));
    columns.push(Column::number(lang.t("本凭证", "This voucher"), ""));
    let where_ = match (past.places, lang) {
        (1, Lang::Zh) => "本村、本机构".to_owned(),
        (1, Lang::En) => "this village and institution".to_owned(),
        (places, Lang::Zh) => format!("所涉{places}村、本机构合计"),
        (places, Lang::En) => format!("these {places} villages and the institution"),
    };
    if past
        .rows
        .iter()
        .all(|row| row.values.iter().all(|value| *value == 0))
    {
        return html! {
            p.hint { @match lang {
                Lang::Zh => { "前十二个月，" (where_) "没有这几项的数。" }
                Lang::En => { "In the twelve months before, " (where_) " had nothing in these measures." }
            } }
        };
    }
    let caption = match lang {
        Lang::Zh => format!("前十二个月：{where_}（金额单位：万元）"),
        Lang::En => format!("The twelve months before: {where_} (amounts × 10,000 yuan)"),
    };
    Table::new("past", &caption, columns)
        .rows(past.rows.iter().map(|row| past_row(past, row, lang)))
        .markup(lang)
}

fn past_row(past: &Past, row: &PastRow, lang: Lang) -> Row {
    let measure = row.measure;
    let written = |amount: i64| {
        if measure.unit.is_money() {
            Fen(amount).show(Unit::Wan)
        } else {
            show(measure, amount)
        }
    };
    let of = match measure.nature {
        Nature::Stock => lang.t("月末", "month end"),
        Nature::Flow => lang.t("当月", "in the month"),
    };
    let mut cells = vec![Cell::text(html! { (measure.name.get(lang)) " " small { (of) } })];
    let scale = if measure.unit.is_money() {
        Scale::Money(Unit::Wan)
    } else {
        Scale::Count
    };
    let title = match lang {
        Lang::Zh => format!("{}，前十二个月", measure.name.zh),
        Lang::En => format!("{}, the twelve months before", measure.name.en),
    };
    let points: Vec<(String, i64)> = past
        .months
        .iter()
        .zip(&row.values)
        .map(|(month, value)| (month.to_string(), *value))
        .collect();
    let chart = Chart {
        id: &format!("past-{}", measure.code.replace('.', "-")),
        title: &title,
        conclusion: "",
        scale,
    };
    cells.push(Cell::picture(small(&draw::thread(&chart, &points))));
    cells.extend(row.values.iter().map(|value| match value {
        0 => Cell::none(),
        value => Cell::num(written(*value)),
    }));
    debug_assert_eq!(row.values.len(), past.months.len());
    let sign = if row.change > 0 { "+" } else { "" };
    cells.push(Cell::num(format!("{sign}{}", written(row.change))));
    Row::new(cells)
}

/// Records that may be the same business told twice, fact by fact.
pub(super) fn twins(page: &Page, view: &VoucherView) -> Markup {
    let (lang, twins) = (page.lang, &view.twins);
    html! {
        @if !twins.pairs.is_empty() {
            section.twins aria-labelledby="twins-title" {
                h2 #twins-title { (lang.t("可能重复的记录", "Possibly recorded twice")) }
                div.pairs { @for (pair, at) in twins.pairs.iter().zip(1..) { (twin(view, pair, at, lang)) } }
                @if twins.more > 0 {
                    p { @match lang {
                        Lang::Zh => { "另有 " (twins.more) " 条相近的记录未列出。" }
                        Lang::En => { (twins.more) " more records like these are not listed." }
                    } }
                }
            }
        }
    }
}

fn twin(view: &VoucherView, pair: &Twin, at: usize, lang: Lang) -> Markup {
    let (own, other) = (&view.voucher, &pair.other.voucher);
    let columns = vec![
        Column::text(lang.t("项目", "Fact")),
        Column::text(lang.t("本凭证", "This voucher")),
        Column::text(lang.t("另一条", "The other")),
        Column::text(lang.t("对比", "Compared")),
    ];
    let client = |line: &LineView| {
        line.client.as_ref().map_or_else(
            || "—".to_owned(),
            |client| format!("{} {}", client.name, client.number),
        )
    };
    let line = |n: usize| match lang {
        Lang::Zh => format!("第{n}行"),
        Lang::En => format!("line {n}"),
    };
    let mut facts: Vec<(&str, String, String)> = vec![
        (
            words::CLIENT.get(lang),
            client(&pair.line),
            client(&pair.other_line),
        ),
        (
            words::VILLAGE.get(lang),
            pair.line.place.clone(),
            pair.other_line.place.clone(),
        ),
        (
            words::AMOUNT.get(lang),
            yuan(pair.line.amount),
            yuan(pair.other_line.amount),
        ),
        (
            words::BUSINESS_DATE.get(lang),
            show_day(own.business_date),
            show_day(other.business_date),
        ),
        (
            words::PRODUCT.get(lang),
            pair.line.product.clone(),
            pair.other_line.product.clone(),
        ),
        (
            words::INSTITUTION.get(lang),
            view.institution.clone(),
            pair.other.institution.clone(),
        ),
        (
            words::MAKER.get(lang),
            view.maker.clone(),
            pair.other.maker.clone(),
        ),
        (
            lang.t("提交时间", "Submitted"),
            show_moment(own.submitted_at),
            show_moment(other.submitted_at),
        ),
    ];
    for (label, say) in &pair.line.details {
        let same = pair.other_line.details.iter().find(|(own, _)| own == label);
        let told = same.map_or_else(|| "—".to_owned(), |(_, say)| say.get(lang).to_owned());
        facts.push((label.get(lang), say.get(lang).to_owned(), told));
    }
    facts.retain(|(_, own, other)| own != "—" || other != "—");
    let head = Row::new(vec![
        Cell::text(lang.t("记录", "Record")),
        Cell::text(line(pair.line.n)),
        Cell::text(html! {
            a href=(address_of(other)) { (other.number.map_or_else(|| lang.t("打开", "Open").to_owned(), |_| other.number_text(lang))) }
            " " (line(pair.other_line.n)) " " (standing(lang, other))
        }),
        Cell::blank(),
    ]);
    let fact = |(label, own, other): (&str, String, String)| {
        let same = own == other;
        let mark = html! {
            @if same { (pill::tag(Tone::Waiting, lang.t("相同", "Same"))) } @else { (lang.t("不同", "Differs")) }
        };
        Row::new(vec![
            Cell::text(label),
            Cell::text(own),
            Cell::text(other),
            Cell::text(mark),
        ])
        .marked(same)
    };
    let (id, caption) = match lang {
        Lang::Zh => (format!("twin-{at}"), format!("{}：两条并列", pair.other.kind.zh)),
        Lang::En => (
            format!("twin-{at}"),
            format!("{}, side by side", pair.other.kind.en),
        ),
    };
    Table::new(&id, &caption, columns)
        .rows(std::iter::once(head).chain(facts.into_iter().map(fact)))
        .markup(lang)
}

fn yuan(amount: Fen) -> String {
    if amount.is_zero() {
        "—".to_owned()
    } else {
        amount.show(Unit::Yuan)
    }
}

/// What was said about it.
pub(super) fn conversation(page: &Page, view: &VoucherView) -> Markup {
    let from = &view.neighbours.from;
    let back = if from.is_empty() {
        "vouchers".to_owned()
    } else {
        address::with("vouchers", FROM, from)
    };
    conversation::panel(page, &view.conversation, &back)
}

/// Which keys do what; the script shows them, for they are its own.
pub(super) fn keys(page: &Page, view: &VoucherView) -> Markup {
    let lang = page.lang;
    let decides = page.user.role == Role::Reviewer && view.open_to(&page.user);
    let mut keys = vec![
        ("n", lang.t("下一张", "next voucher")),
        ("p", lang.t("上一张", "previous voucher")),
        ("q", lang.t("回到待审核列表", "back to the queue")),
    ];
    if decides {
        keys.push(("a", lang.t("审核通过（先确认）", "approve (asks first)")));
        keys.push(("r", lang.t("退回：光标到原因", "return: to its reason")));
    }
    keys.push(("c", lang.t("留言", "write a remark")));
    keys_help(lang, &keys)
}

/// The box of keys, with the script that makes them work.
pub(in crate::review) fn keys_help(lang: Lang, keys: &[(&str, &str)]) -> Markup {
    html! {
        dialog.keys #keys aria-labelledby="keys-title" {
            h2 #keys-title { (lang.t("键盘", "Keyboard")) }
            dl {
                @for (key, what) in keys { div { dt { kbd { (key) } } dd { (what) } } }
                div { dt { kbd { "?" } } dd { (lang.t("显示这张表", "this list")) } }
            }
            form method="dialog" { button.button.secondary { (lang.t("关闭", "Close")) } }
        }
        p.keys-hint hidden data-keys-hint {
            (lang.t("键盘操作：按 ", "Keyboard: press ")) kbd { "?" } (lang.t(" 查看", " for the keys"))
        }
        script type="module" src=(assets::href("review.js")) {}
    }
}
