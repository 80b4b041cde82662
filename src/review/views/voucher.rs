//! One voucher in full.

mod beside;
mod decide;
mod lines;

pub(in crate::review) use beside::keys_help;

use actix_web::HttpResponse;
use maud::{Markup, html};

use super::{effect_cells, standing};
use crate::auth::{Look, Page, Role};
use crate::error::Severity;
use crate::evidence;
use crate::insurance::Stage;
use crate::ledger::State;
use crate::recording::amount_answer;
use crate::review::desk::{EventView, Tried, VoucherView};
use crate::review::effect::Effect;
use crate::review::lines::LINES;
use crate::review::remarks::Remark;
use crate::review::{address_of, first, queue};
use crate::ui::form::{self, Answer};
use crate::ui::history::{Event, history};
use crate::ui::page::Crumb;
use crate::ui::pill::{self, Tone};
use crate::ui::table::{Cell, Column, Row, Table};
use crate::ui::{address, notice};
use crate::values::day::{show_day, show_moment};
use crate::values::{Lang, Say, words};

/// The page, with what was refused just before.
pub(in crate::review) fn voucher(page: &Page, view: &VoucherView, tried: &Tried) -> HttpResponse {
    let lang = page.lang;
    let title = heading(view, lang);
    let body = html! {
        (beside::neighbours(page, view))
        h1 { (title) " " (standing(lang, &view.voucher)) }
        (form::error_summary(lang, &tried.problems))
        @if view.open_to(&page.user) && view.sheet.line_count > 10 {
            p { a href="#decision" { (lang.t("直接到审核决定", "Go to the decision")) } }
        }
        @if !view.is_current() { (earlier(view, lang)) }
        @if view.is_current() && view.state == State::Returned { (returned(view, lang)) }
        (found(view, lang))
        (particulars(view, lang))
        (beside::twins(page, view))
        (effects(view, lang))
        (beside::past(view, lang))
        (printed(view, lang))
        (lines::lines(page, view))
        @if let Some(photos) = &view.photos { (evidence::gallery(lang, photos)) }
        (first::forms(page, view, tried))
        (decide::forms(page, view, tried))
        (decide::reversal(page, view))
        (beside::conversation(page, view))
        h2 { (lang.t("经过", "History")) }
        (happened(view, lang))
        (beside::keys(page, view))
    };
    let queue = queue::Ask::page_of(&view.neighbours.from);
    let (back, back_label) = match (page.user.role, view.state) {
        _ if view.list.is_some() => (
            view.list.as_deref().unwrap_or_default(),
            lang.t("凭证清单", "List of vouchers"),
        ),
        (Role::Clerk, _) => ("/first-review", lang.t("初审", "First review")),
        _ if !view.neighbours.from.is_empty() => (queue.as_str(), lang.t("审核", "Review")),
        (Role::Reviewer, State::Submitted) => ("/review", lang.t("审核", "Review")),
        _ => ("/vouchers", words::VOUCHER.get(lang)),
    };
    let look = Look {
        crumbs: vec![Crumb::link(back_label, back), Crumb::here(title.clone())],
        title,
        wide: true,
        invalid: !tried.problems.is_empty(),
        flash: view.flash.clone().filter(|_| tried.problems.is_empty()),
        ..Look::default()
    };
    page.show(look, body)
}

/// 公示: the list of a sheet of assessed losses, to be hung up in the village.
fn printed(view: &VoucherView, lang: Lang) -> Markup {
    let shown =
        Stage::parse(&view.voucher.kind).is_some_and(|stage| matches!(stage, Stage::Assess | Stage::Notice));
    html! {
        @if shown && view.voucher.reversal_of.is_none() {
            p { a href={ "/claims/notice/" (view.voucher.book_id) "/" (view.voucher.id) } {
                (lang.t("打印公示清单", "Print the public notice"))
            } }
        }
    }
}

fn heading(view: &VoucherView, lang: Lang) -> String {
    let kind = view.kind.get(lang);
    match (view.voucher.number, lang) {
        (Some(_), _) => format!("{kind} {}", view.voucher.number_text(lang)),
        (None, Lang::Zh) => format!("{kind}凭证（未编号）"),
        (None, Lang::En) => format!("{kind} voucher (no number yet)"),
    }
}

fn earlier(view: &VoucherView, lang: Lang) -> Markup {
    notice::notice(html! {
        p {
            @match lang {
                Lang::Zh => { "这是第" (view.revision) "稿，已被后来的稿替代，只供对照。" }
                Lang::En => { "This is revision " (view.revision) ", replaced by a later one; it is here for comparison." }
            }
            " " a href=(own_address(view)) { (lang.t("看现在的内容", "See the current one")) }
        }
    })
}

fn returned(view: &VoucherView, lang: Lang) -> Markup {
    notice::notice(html! {
        p { strong { (lang.t("退回原因：", "Returned because: ")) } (view.voucher.reason) }
    })
}

/// What the rules found, and the lines that stand out.
fn found(view: &VoucherView, lang: Lang) -> Markup {
    html! {
        @if !view.sheet.remarks.is_empty() || !view.sheet.outliers.is_empty() {
            section.warnings aria-labelledby="found-title" {
                h2 #found-title { (lang.t("审核提示", "For the reviewer")) }
                ul {
                    @for remark in &view.sheet.remarks { li { (remark_line(view, remark, lang)) } }
                    @for outlier in &view.sheet.outliers {
                        li {
                            (line_link(view, outlier.line, lang)) (lang.t("：金额", ": the amount is "))
                            (outlier.say().get(lang))
                            (lang.t("，请核对位数。", "; check its digits."))
                        }
                    }
                }
            }
        }
    }
}

fn remark_line(view: &VoucherView, remark: &Remark, lang: Lang) -> Markup {
    let (named, more) = remark.named();
    html! {
        @if remark.severity == Severity::Hold {
            (pill::tag(Tone::Wrong, words::HELD.get(lang))) " "
        }
        @if remark.is_about_all(view.sheet.line_count) {
            @match lang {
                Lang::Zh => { "全部" (view.sheet.line_count) "行：" }
                Lang::En => { "all " (view.sheet.line_count) " lines: " }
            }
        } @else if !named.is_empty() {
            @for (at, line) in named.iter().enumerate() {
                @if at > 0 { (lang.t("、", ", ")) }
                (line_link(view, *line, lang))
            }
            @if more > 0 {
                @match lang {
                    Lang::Zh => { " 等" (remark.lines.len()) "行" }
                    Lang::En => { " and " (more) " more" }
                }
            }
            (lang.t("：", ": "))
        }
        (remark.say.get(lang))
    }
}

/// `第7行`, leading to the line on its page.
fn line_link(view: &VoucherView, line: usize, lang: Lang) -> Markup {
    let page = line.saturating_sub(1) / (LINES as usize) + 1;
    let base = shown_address(view);
    let href = format!("{}#line-{line}", address::with(&base, "page", &page.to_string()));
    html! {
        a href=(href) {
            @match lang {
                Lang::Zh => { "第" (line) "行" }
                Lang::En => { "line " (line) }
            }
        }
    }
}

/// The address of the voucher as it stands, which leads back to where it was opened from.
fn own_address(view: &VoucherView) -> String {
    let address = address_of(&view.voucher);
    match view.list.as_deref().and_then(|list| list.split_once('?')) {
        Some((_, list)) => address::with(&address, "list", list),
        None => address,
    }
}

/// The page's own address, with the revision where an earlier one is shown.
fn shown_address(view: &VoucherView) -> String {
    let address = own_address(view);
    if view.is_current() {
        address
    } else {
        address::with(&address, "revision", &view.revision.to_string())
    }
}

fn particulars(view: &VoucherView, lang: Lang) -> Markup {
    let voucher = &view.voucher;
    let mut answers = vec![
        Answer::new(lang.t("县（账套）", "County (book)"), &view.county),
        Answer::new(words::INSTITUTION.get(lang), &view.institution),
        Answer::new(words::BUSINESS_DATE.get(lang), show_day(voucher.business_date)),
    ];
    let common = [
        (words::VILLAGE, &view.sheet.common.place),
        (words::PRODUCT, &view.sheet.common.product),
        (words::SPECIALIST, &view.sheet.common.specialist),
    ];
    for (label, value) in common {
        if let Some(value) = value.as_ref().filter(|value| *value != "—") {
            answers.push(Answer::new(label.get(lang), value));
        }
    }
    let posts = !matches!(view.state, State::Returned | State::Withdrawn);
    if posts {
        let month = view.month.show(lang);
        answers.push(Answer::new(
            words::POSTING_MONTH.get(lang),
            html! {
                (month)
                @if view.state == State::Submitted { (lang.t("（通过后）", " (once approved)")) }
                @if voucher.late || view.late.is_some() { " " (pill::tag(Tone::Neutral, words::LATE_POSTING.get(lang))) }
                @if let Some(late) = &view.late { br; small { (late.get(lang)) } }
            },
        ));
    }
    let lines = view.sheet.line_count;
    answers.push(Answer::new(lang.t("行数", "Lines"), html! { (lines) }));
    if !view.sheet.total.is_zero() {
        answers.push(Answer::new(
            view.amount_name.get(lang),
            amount_answer(lang, view.sheet.total),
        ));
    }
    answers.push(Answer::new(
        words::MAKER.get(lang),
        html! { (view.maker) " " time { (show_moment(voucher.submitted_at)) } },
    ));
    if let Some(first) = view.first.answer(lang) {
        answers.push(Answer::new(lang.t("初审", "First review"), first));
    }
    if let (Some(who), Some(at)) = (&view.decider, voucher.decided_at) {
        let label = match view.state {
            State::Withdrawn => lang.t("撤回人", "Withdrawn by"),
            _ => words::REVIEWER.get(lang),
        };
        answers.push(Answer::new(label, html! { (who) " " time { (show_moment(at)) } }));
    }
    answers.push(Answer::new(
        lang.t("稿次", "Revision"),
        html! { (view.revision) @if view.voucher.revision > 1 { " / " (view.voucher.revision) } },
    ));
    if let Some(code) = &view.receipt {
        answers.push(Answer::new(words::RECEIPT_NUMBER.get(lang), code));
    }
    let linked = |id: &crate::values::VoucherId| format!("/vouchers/{}/{id}", voucher.book_id);
    if let Some(of) = &voucher.reversal_of {
        let link = html! { a href=(linked(of)) { (lang.t("被冲销的凭证", "The voucher it reverses")) } };
        answers.push(Answer::new(words::RED_REVERSAL.get(lang), link));
        answers.push(Answer::new(
            lang.t("冲销原因", "Reversed because"),
            &voucher.reason,
        ));
    }
    if let Some(by) = &voucher.reversed_by {
        let link = html! { a href=(linked(by)) { (lang.t("冲销它的凭证", "The voucher that reverses it")) } };
        answers.push(Answer::new(words::REVERSED.get(lang), link));
    }
    form::summary_list(lang, &answers)
}

/// What it changes in the county's totals, or what it has posted.
fn effects(view: &VoucherView, lang: Lang) -> Markup {
    if view.effects.is_empty() || !view.is_current() {
        return html! {};
    }
    let waits = view.state == State::Submitted;
    let mut columns = vec![
        Column::text(words::MEASURE.get(lang)),
        Column::text(lang.t("口径", "Of")),
        Column::text(words::UNIT.get(lang)),
    ];
    if waits {
        columns.extend([
            Column::number(lang.t("现在", "Before"), ""),
            Column::number(lang.t("变动", "Change"), ""),
            Column::number(lang.t("通过后", "After"), ""),
        ]);
    } else {
        columns.push(Column::number(lang.t("分录合计", "Sum of entries"), ""));
    }
    let month = view.month.show(lang);
    let caption = match (waits, lang) {
        (true, Lang::Zh) => format!("通过后对{}汇总的影响（{month}）", view.county),
        (true, Lang::En) => format!("What approval changes in the totals of {} ({month})", view.county),
        (false, Lang::Zh) => format!("已入账的分录（{month}）"),
        (false, Lang::En) => format!("Entries posted ({month})"),
    };
    let distinct = view.effects.iter().any(|effect| effect.measure.distinct);
    let note = html! {
        @if distinct && !waits {
            (lang.t("去重指标按户（村、人）计一次，其分录合计不等于指标的变动。",
                "Distinct measures count each once, so the sum of their entries is not the change of the figure."))
        }
    };
    let table =
        Table::new("effect", &caption, columns).rows(view.effects.iter().map(|each| effect(each, lang)));
    if distinct && !waits {
        table.note(note).markup(lang)
    } else {
        table.markup(lang)
    }
}

fn effect(effect: &Effect, lang: Lang) -> Row {
    let mut cells = vec![Cell::text(effect.measure.name.get(lang))];
    cells.extend(effect_cells(effect, lang));
    Row::new(cells)
}

fn happened(view: &VoucherView, lang: Lang) -> Markup {
    let told: Vec<(String, &EventView, &str)> = view
        .history
        .iter()
        .map(|event| (show_moment(event.row.at), event, action(&event.row.action, lang)))
        .collect();
    let events: Vec<Event<'_>> = told
        .iter()
        .map(|(when, event, what)| Event {
            when,
            what,
            who: &event.who,
            note: Some(event.row.note.as_str()).filter(|note| !note.is_empty()),
        })
        .collect();
    let address = own_address(view);
    html! {
        (history(&events))
        (chain(view, lang))
        @if view.voucher.revision > 1 {
            p {
                (lang.t("各稿内容：", "Revisions: "))
                @for each in 1..=view.voucher.revision {
                    @let label = revision_name(each).get(lang).to_owned();
                    @if each == view.revision {
                        b { (label) }
                    } @else {
                        a href=(address::with(&address, "revision", &each.to_string())) { (label) }
                    }
                    " "
                }
            }
        }
    }
}

/// The voucher's rows in the county's chain of audit, each sealed over the one before.
fn chain(view: &VoucherView, lang: Lang) -> Markup {
    let columns = vec![
        Column::number(lang.t("链上序号", "Row of the chain"), ""),
        Column::text(lang.t("动作", "Action")),
        Column::text(lang.t("何人", "Who")),
        Column::text(lang.t("何时", "When")),
        Column::number(lang.t("稿次", "Revision"), ""),
        Column::text(lang.t("内容摘要", "Digest of the content")),
        Column::text(lang.t("链头", "Head")),
    ];
    let short = |text: &str| text.chars().take(16).collect::<String>();
    let rows = view.history.iter().map(|event| {
        let row = &event.row;
        Row::new(vec![
            Cell::count(row.seq),
            Cell::text(action(&row.action, lang)),
            Cell::text(&event.who),
            Cell::when(&show_moment(row.at)),
            Cell::num(row.revision),
            Cell::text(html! { code { (short(&row.digest)) } }),
            Cell::text(html! { code { (short(&row.head)) } }),
        ])
    });
    let caption = lang.t("审计记录", "Audit trail");
    html! {
        details {
            summary { (caption) " (" (view.history.len()) ")" }
            (Table::new("audit", caption, columns).rows(rows).note(html! { p { (lang.t(
                "每一行的链头由上一行的链头和本行内容加密算出，改动或抽掉任何一行，校验都会发现。",
                "Each head is keyed over the one before and the row itself: a row changed or taken out is found by verification.",
            )) } }).markup(lang))
        }
    }
}

fn revision_name(revision: i32) -> Say {
    Say::new(format!("第{revision}稿"), format!("revision {revision}"))
}

/// What an audited action is called; one that is not known keeps its code.
fn action(code: &str, lang: Lang) -> &str {
    match code {
        "voucher.submitted" => lang.t("提交", "Submitted"),
        "voucher.resubmitted" => lang.t("更正后再次提交", "Corrected and submitted again"),
        "voucher.approved" => lang.t("审核通过，入账", "Approved and posted"),
        "voucher.first_approved" => lang.t("初审通过", "Passed its first review"),
        "voucher.first_returned" => lang.t("初审退回修改", "Returned at its first review"),
        "voucher.returned" => lang.t("退回修改", "Returned for change"),
        "voucher.withdrawn" => lang.t("撤回", "Withdrawn"),
        "voucher.reversed" => lang.t("红字冲销", "Reversed"),
        "voucher.remarked" => lang.t("留言", "Remark"),
        "photo.added" => lang.t("加照片", "Photo added"),
        "photo.removed" => lang.t("删除照片", "Photo deleted"),
        "reversal.requested" => lang.t("申请冲销", "Reversal asked for"),
        other => other,
    }
}
