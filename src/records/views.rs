//! The maker's pages, for a phone.

use actix_web::HttpResponse;
use maud::{Markup, html};

use super::store::{LineRecord, Mine, Record, Recorded};
use crate::auth::{Look, Page};
use crate::conversation;
use crate::evidence;
use crate::ledger::State;
use crate::recording::{amount_answer, receipt_panel};
use crate::ui::form::{self, Answer, Button};
use crate::ui::page::{Crumb, Flash, FlashKind};
use crate::ui::phone::{Pick, picks};
use crate::ui::pill::{self, Tone};
use crate::ui::{address, notice, pager};
use crate::values::day::{show_day, show_moment};
use crate::values::{CommandId, Lang, Say, Unit, words};

/// When the record is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    /// Right after sending: the page is the receipt.
    Sent,
    /// Right after it was taken back.
    Withdrawn,
    Later,
}

/// 待审核, 退回修改, 已入账, 已撤回.
fn mark(lang: Lang, recorded: &Recorded) -> Markup {
    let tone = match recorded.state {
        State::Submitted => Tone::Waiting,
        State::Returned => Tone::Wrong,
        State::Approved => Tone::Good,
        State::Withdrawn | State::Reversed => Tone::Neutral,
    };
    let words = match recorded.state {
        // In the field nothing is reversed; what was taken back later is no longer valid.
        State::Reversed => lang.t("已作废", "No longer valid"),
        state => state.name().get(lang),
    };
    html! {
        (pill::tag(tone, words))
        @if recorded.voucher.reversal_of.is_some() {
            " " (pill::tag(Tone::Neutral, lang.t("作废申请", "Asks to void")))
        }
        @if recorded.voucher.held && recorded.state == State::Submitted {
            " " (pill::tag(Tone::Waiting, words::HELD.get(lang)))
        }
    }
}

fn address_of(recorded: &Recorded) -> String {
    format!("/records/{}/{}", recorded.voucher.book_id, recorded.voucher.id)
}

/// The form on which a returned record is corrected.
fn correction(recorded: &Recorded) -> Option<String> {
    let open = matches!(recorded.state, State::Returned | State::Submitted);
    let correctable = open && recorded.voucher.reversal_of.is_none();
    let form = recorded.form.filter(|_| correctable)?;
    let form = address::with(form, "book", &recorded.voucher.book_id.to_string());
    Some(address::with(&form, "voucher", recorded.voucher.id.as_str()))
}

/// The same form again, for the same village; the forms of credit want to know the stage too.
fn another(recorded: &Recorded, village: Option<i64>) -> Option<String> {
    let form = address::with(recorded.form?, "village", &village?.to_string());
    let kind = &recorded.voucher.kind;
    if kind.starts_with("credit.") {
        Some(address::with(&form, "stage", kind))
    } else {
        Some(form)
    }
}

/// My records, newest first; what came back on top.
pub(super) fn mine(page: &Page, mine: &Mine) -> HttpResponse {
    let lang = page.lang;
    let title = lang.t("我的记录", "My records");
    let nothing = mine.returned.is_empty() && mine.others.is_empty();
    let body = html! {
        h1 { (title) }
        @if nothing {
            (notice::empty(lang.t("还没有记录。", "You have recorded nothing yet."),
                Some(("/field", lang.t("去记一笔", "Record something")))))
        }
        @if !mine.returned.is_empty() {
            h2 { (lang.t("退回修改", "Returned for change")) " (" (mine.returned_total) ")" }
            @for recorded in &mine.returned { (returned(recorded, lang)) }
        }
        @if !mine.others.is_empty() {
            @if !mine.returned.is_empty() { h2 { (lang.t("其他记录", "Other records")) } }
            (others(mine, lang))
            (pager::pager(lang, &page.path, mine.page, mine.pages, mine.others_total))
        }
    };
    page.field(title, body)
}

fn returned(recorded: &Recorded, lang: Lang) -> Markup {
    notice::notice(html! {
        p {
            a href=(address_of(recorded)) { b { (recorded.kind.get(lang)) " · " (recorded.place.get(lang)) } }
            " " (mark(lang, recorded))
            @if recorded.unread > 0 { " " (conversation::unread_mark(lang, recorded.unread)) }
        }
        @if !recorded.voucher.amount_fen.is_zero() {
            p { "¥" (recorded.voucher.amount_fen.show(Unit::Yuan)) " · " (show_day(recorded.voucher.business_date)) }
        }
        p { strong { (lang.t("退回原因：", "Returned because: ")) } (recorded.voucher.reason) }
        @if let Some(href) = correction(recorded) {
            p { (form::button_link(&href, words::CORRECT.get(lang))) }
        }
    })
}

fn others(mine: &Mine, lang: Lang) -> Markup {
    let titles: Vec<String> = mine
        .others
        .iter()
        .map(|recorded| format!("{} · {}", recorded.kind.get(lang), recorded.place.get(lang)))
        .collect();
    let rows: Vec<Pick<'_>> = mine
        .others
        .iter()
        .zip(&titles)
        .map(|(recorded, title)| Pick {
            href: address_of(recorded),
            title,
            detail: Some(detail(recorded, lang)),
            aside: Some(html! {
                (mark(lang, recorded))
                @if recorded.unread > 0 { br; (conversation::unread_mark(lang, recorded.unread)) }
                @if !recorded.voucher.amount_fen.is_zero() {
                    br; "¥" (recorded.voucher.amount_fen.show(Unit::Yuan))
                }
            }),
        })
        .collect();
    picks(&rows)
}

fn detail(recorded: &Recorded, lang: Lang) -> String {
    let when = show_moment(recorded.voucher.submitted_at);
    match (recorded.voucher.line_count, lang) {
        (..=1, _) => when,
        (count, Lang::Zh) => format!("{count}行 · {when}"),
        (count, Lang::En) => format!("{count} rows · {when}"),
    }
}

/// One record: right after sending its receipt, later where it stands.
pub(super) fn record(
    page: &Page,
    record: &Record,
    moment: Moment,
    problems: &[(String, Say)],
) -> HttpResponse {
    let lang = page.lang;
    let recorded = &record.recorded;
    let title = recorded.kind.get(lang).to_owned();
    let fresh = moment == Moment::Sent && recorded.state == State::Submitted;
    let body = html! {
        (form::error_summary(lang, problems))
        @match (&record.receipt, fresh) {
            (Some(code), true) => (receipt_panel(lang, code, recorded.voucher.held)),
            _ => h1 { (title) " " (mark(lang, recorded)) },
        }
        @if recorded.state == State::Returned {
            (notice::notice(html! {
                p { strong { (lang.t("退回原因：", "Returned because: ")) } (recorded.voucher.reason) }
            }))
        }
        @if let Some(late) = &record.late { (notice::notice(html! { p { (late.get(lang)) } })) }
        @if recorded.state == State::Submitted { (remarks(record, lang)) }
        (summary(record, lang))
        @if record.lines.len() > 1 { (rows(&record.lines, lang)) }
        @if let Some(photos) = &record.photos { (evidence::panel(page, photos)) }
        @if !fresh { (conversation::panel(page, &record.conversation, "records")) }
        (ways_on(page, record))
    };
    let flash = (moment == Moment::Withdrawn && recorded.state == State::Withdrawn).then(|| Flash {
        kind: FlashKind::Done,
        say: Say::new(
            "已撤回，这条记录不再上报。",
            "Taken back; this record no longer counts.",
        ),
    });
    let look = Look {
        title,
        field: true,
        invalid: !problems.is_empty(),
        flash,
        crumbs: vec![
            Crumb::link(lang.t("我的记录", "My records"), "/records"),
            Crumb::here(recorded.kind.get(lang)),
        ],
        ..Look::default()
    };
    page.show(look, body)
}

/// What the check remarked on: the reviewer reads it too.
fn remarks(record: &Record, lang: Lang) -> Markup {
    let mut says: Vec<&Say> = Vec::new();
    for issue in &record.issues {
        if !says.contains(&&issue.say) {
            says.push(&issue.say);
        }
    }
    html! {
        @if !says.is_empty() {
            section.warnings aria-labelledby="remarks-title" {
                h2 #remarks-title { (lang.t("审核人会核对", "The reviewer will check")) }
                ul { @for say in says { li { (say.get(lang)) } } }
            }
        }
    }
}

fn summary(record: &Record, lang: Lang) -> Markup {
    let recorded = &record.recorded;
    let voucher = &recorded.voucher;
    let mut answers = vec![Answer::new(lang.t("记录", "Record"), recorded.kind.get(lang))];
    match record.lines.as_slice() {
        [only] => {
            answers.push(Answer::new(lang.t("村", "Village"), only.place.get(lang)));
            if let Some((name, number)) = &only.client {
                answers.push(Answer::new(
                    lang.t("客户", "Client"),
                    html! { (name) " " (number) },
                ));
            }
            if only.product != "—" {
                answers.push(Answer::new(words::PRODUCT.get(lang), &only.product));
            }
        }
        lines => {
            answers.push(Answer::new(lang.t("村", "Village"), recorded.place.get(lang)));
            answers.push(Answer::new(lang.t("行数", "Rows"), html! { (lines.len()) }));
        }
    }
    if !voucher.amount_fen.is_zero() {
        answers.push(Answer::new(
            record.amount_name.get(lang),
            amount_answer(lang, voucher.amount_fen),
        ));
    }
    answers.push(Answer::new(
        words::BUSINESS_DATE.get(lang),
        show_day(voucher.business_date),
    ));
    if let [only] = record.lines.as_slice() {
        for (label, say) in &only.details {
            answers.push(Answer::new(label.get(lang), say.get(lang)));
        }
    }
    answers.push(Answer::new(words::INSTITUTION.get(lang), &record.institution));
    answers.push(Answer::new(words::STATUS.get(lang), mark(lang, recorded)));
    answers.push(Answer::new(
        lang.t("发送时间", "Sent"),
        show_moment(voucher.submitted_at),
    ));
    if let Some(code) = &record.receipt {
        answers.push(Answer::new(
            words::RECEIPT_NUMBER.get(lang),
            html! { b { (code) } },
        ));
    }
    form::summary_list(lang, &answers)
}

/// The households of a sheet.
fn rows(lines: &[LineRecord], lang: Lang) -> Markup {
    html! {
        details {
            summary { (lang.t("逐行查看", "Row by row")) " (" (lines.len()) ")" }
            dl.summary {
                @for line in lines {
                    div {
                        dt {
                            @match &line.client {
                                Some((name, number)) => { (name) br; small { (number) } }
                                None => (line.place.get(lang)),
                            }
                        }
                        dd { @if !line.amount.is_zero() { "¥" (line.amount.show(Unit::Yuan)) } }
                    }
                }
            }
        }
    }
}

fn ways_on(page: &Page, record: &Record) -> Markup {
    let lang = page.lang;
    let recorded = &record.recorded;
    let now = page.actor().now.and_utc().timestamp_millis();
    let withdrawable = matches!(recorded.state, State::Submitted | State::Returned);
    html! {
        (form::actions(html! {
            @if let Some(href) = correction(recorded) {
                @if recorded.state == State::Returned {
                    a.button href=(href) { (words::CORRECT.get(lang)) }
                } @else {
                    (form::button_link(&href, words::CORRECT.get(lang)))
                }
            }
            @if let Some(href) = another(recorded, record.village) {
                (form::button_link(&href, lang.t("再记一笔", "Record another")))
            }
            (form::button_link("/field", lang.t("回到今日", "Back to today")))
        }))
        @if recorded.state == State::Approved && recorded.voucher.reversal_of.is_none() {
            p.hint {
                (lang.t("已入账，不能再改。真的记错了：", "Posted, and no longer to be changed. If it is wrong: "))
                a href=(format!("/vouchers/{}/{}/reversal", recorded.voucher.book_id, recorded.voucher.id)) {
                    (lang.t("申请作废", "ask to void it"))
                }
            }
        }
        @if withdrawable {
            (form::post(&format!("{}/withdrawal", address_of(recorded)), &page.user.csrf, html! {
                (form::hidden("command_id", CommandId::new(now).as_str()))
                (form::hidden("revision", &recorded.voucher.revision.to_string()))
                p.hint { (lang.t("记错了、不该报？撤回后这条记录作废，要重新记。",
                    "Recorded by mistake? Once taken back it is void and has to be recorded anew.")) }
                (form::actions(html! { (Button::grave(words::WITHDRAW.get(lang))) }))
            }))
        }
    }
}
