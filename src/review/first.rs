//! The first review (初审) by the institution's own clerk, or whoever stands in for one: the queue, the two
//! decisions, and what of it a voucher's page shows.

use actix_web::web;
use maud::{Markup, html};
use serde::Deserialize;

use super::address_of;
use super::decisions::{self, REASON};
use super::desk::{Tried, VoucherView};
use super::listed::{self, Listed};
use crate::auth::{Allow, Answer, Look, Page, Posted, Role, User, account_names};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{self, State, Voucher, VoucherFilter};
use crate::register::Names;
use crate::state::{self, Site};
use crate::ui::form::{self, Button, Field};
use crate::ui::page::{Flash, FlashKind};
use crate::ui::table::{Cell, Column, Row, Table};
use crate::ui::{notice, pill};
use crate::values::day::{show_day, show_moment};
use crate::values::plausible::{LONGEST_REASON, check_text};
use crate::values::{CommandId, Lang, Say, Text, Unit, words};

/// Who may check first: clerks for their institution, county staff while they stand in for one.
pub(super) const CHECKERS: Allow = Allow::Roles(&[Role::Clerk, Role::Reviewer]);
const TITLE: Text = Text::new("初审", "First review");
/// Vouchers looked through at once.
const MOST: i64 = 500;

/// What a voucher's page says of its first review.
#[derive(Clone, Debug, Default)]
pub(super) struct First {
    pub needed: bool,
    /// Who passed it, when, and whether by standing in.
    pub passed: Option<(String, String, bool)>,
    /// The reader may decide now.
    pub may: bool,
}

impl First {
    pub fn load(
        conn: &mut Conn,
        user: &User,
        voucher: &Voucher,
        today: chrono::NaiveDate,
    ) -> Result<First, Error> {
        let kinds = ledger::first_review_kinds(conn, voucher.book_id)?;
        let needed = ledger::needs_first_review(&kinds, voucher);
        let passed = match ledger::first_review_of(conn, voucher)? {
            None => None,
            Some(row) => {
                let names = account_names(conn, [row.decided_by.clone()])?;
                let who = names
                    .get(&row.decided_by)
                    .cloned()
                    .unwrap_or_else(|| "—".to_owned());
                Some((who, show_moment(row.decided_at), row.stand_in.is_some()))
            }
        };
        let may = needed
            && passed.is_none()
            && voucher.state()? == State::Submitted
            && voucher.maker_id != user.id
            && user
                .institutions(conn, voucher.book_id, today)?
                .contains(&voucher.institution_id);
        Ok(First { needed, passed, may })
    }

    /// Whether nobody has passed it yet who must.
    pub fn waits(&self) -> bool {
        self.needed && self.passed.is_none()
    }

    /// Its line among the voucher's particulars; none where the book asks for none.
    pub fn answer(&self, lang: Lang) -> Option<Markup> {
        match &self.passed {
            Some((who, when, stands_in)) => Some(html! {
                (who) " " time { (when) }
                @if *stands_in { " " (pill::tag(pill::Tone::Neutral, lang.t("代办", "Stand-in"))) }
            }),
            None => self
                .needed
                .then(|| pill::tag(pill::Tone::Waiting, lang.t("待初审", "Waiting for first review"))),
        }
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Ask {
    done: String,
}

struct Queue {
    /// The book asks for first reviews at all.
    asked: bool,
    rows: Vec<Listed>,
}

pub(super) async fn open(page: Page, site: Site, query: web::Query<Ask>) -> Answer {
    let (user, today) = (page.user.clone(), page.actor().today);
    let book = user.own_book()?;
    let queue = state::read(&site, move |conn, office| {
        let kinds = ledger::first_review_kinds(conn, book)?;
        let mut waiting = Vec::new();
        if !kinds.is_empty() {
            for institution in user.institutions(conn, book, today)? {
                let filter = VoucherFilter {
                    books: vec![book],
                    states: vec![State::Submitted],
                    institution: Some(institution),
                    limit: MOST,
                    ..VoucherFilter::default()
                };
                waiting.extend(ledger::list_vouchers(conn, &filter)?);
            }
        }
        waiting.retain(|voucher| ledger::needs_first_review(&kinds, voucher));
        waiting.sort_by(|a, b| (a.submitted_at, &a.id).cmp(&(b.submitted_at, &b.id)));
        waiting.dedup_by(|a, b| a.id == b.id);
        let waiting = ledger::not_passed(conn, book, waiting)?;
        let names = Names::load(conn)?.read_in(user.lang);
        Ok(Queue {
            asked: !kinds.is_empty(),
            rows: listed::dress(conn, office, &names, waiting)?,
        })
    })
    .await?;
    let look = Look {
        title: TITLE.get(page.lang).to_owned(),
        wide: true,
        flash: flash(&query.done),
        ..Look::default()
    };
    Ok(page.show(look, queue_page(&page, &queue)))
}

fn flash(done: &str) -> Option<Flash> {
    let say = match done {
        "approved" => Say::new("初审通过，已转县级审核。", "Passed; the county reviews it next."),
        "returned" => Say::new(
            "已退回修改，原因已转给填报人。",
            "Returned; its maker has been told the reason.",
        ),
        _ => return None,
    };
    Some(Flash {
        kind: FlashKind::Done,
        say,
    })
}

fn queue_page(page: &Page, queue: &Queue) -> Markup {
    let lang = page.lang;
    let columns = vec![
        Column::text(lang.t("类别", "Kind")),
        Column::text(words::VILLAGE.get(lang)),
        Column::text(words::MAKER.get(lang)),
        Column::text(words::BUSINESS_DATE.get(lang)),
        Column::number(words::AMOUNT.get(lang), Unit::Yuan.label(lang)),
        Column::text(lang.t("提交", "Sent")),
    ];
    let row = |row: &Listed| {
        let voucher = &row.voucher;
        let own = voucher.maker_id == page.user.id;
        let maker = html! {
            (row.maker)
            @if own { " " (pill::tag(pill::Tone::Neutral, lang.t("自己提交，须由他人初审", "Own; another must check"))) }
        };
        Row::new(vec![
            Cell::text(row.kind.get(lang)),
            Cell::text(row.place.get(lang)),
            Cell::text(maker),
            Cell::when(&show_day(voucher.business_date)),
            Cell::money(voucher.amount_fen, Unit::Yuan),
            Cell::when(&show_moment(voucher.submitted_at)),
        ])
        .link(address_of(voucher))
    };
    html! {
        h1 { (TITLE.get(lang)) }
        p.lead {
            (lang.t("本机构的记录先由本机构经办初审，再由县级审核入账。自己提交的不能自己初审。", "Records of your institution are checked here before the county reviews and posts them. Nobody checks his own."))
        }
        @if queue.rows.is_empty() {
            @let nothing = if queue.asked {
                lang.t("没有等待初审的记录。", "Nothing waits for its first review.")
            } else {
                lang.t("本县没有要求初审，记录直接由县级审核。", "This county asks for no first review; records go to the county at once.")
            };
            (notice::empty(nothing, None))
        } @else {
            (Table::new("first", lang.t("待初审", "Waiting for first review"), columns).rows(queue.rows.iter().map(row)).markup(lang))
        }
    }
}

pub(super) async fn approve(
    page: Page,
    site: Site,
    path: web::Path<(i64, String)>,
    posted: Posted,
) -> Answer {
    let (wanted, verdict) = decisions::read(&page, &path, &posted.0)?;
    let actor = page.actor();
    let decided = state::write(&site, verdict.book, move |conn, office| {
        ledger::pass_first_review(conn, office, &actor, &verdict)
    })
    .await;
    decisions::answer(&page, &site, wanted, ("/first-review", "approved"), decided, "").await
}

pub(super) async fn send_back(
    page: Page,
    site: Site,
    path: web::Path<(i64, String)>,
    posted: Posted,
) -> Answer {
    let (wanted, verdict) = decisions::read(&page, &path, &posted.0)?;
    let (actor, reason) = (page.actor(), posted.0.get(REASON).to_owned());
    let typed = reason.clone();
    let decided = match check_text(&reason, LONGEST_REASON) {
        Err(found) => Err(Error::refuse(found.code(), REASON, found.say())),
        Ok(reason) => {
            state::write(&site, verdict.book, move |conn, office| {
                ledger::return_from_first_review(conn, office, &actor, &verdict, &reason)
            })
            .await
        }
    };
    decisions::answer(
        &page,
        &site,
        wanted,
        ("/first-review", "returned"),
        decided,
        &typed,
    )
    .await
}

/// The forms of the first review, for whom it waits.
pub(super) fn forms(page: &Page, view: &VoucherView, tried: &Tried) -> Markup {
    let lang = page.lang;
    if !view.first.may || !view.is_current() {
        return html! {};
    }
    let now = page.actor().now.and_utc().timestamp_millis();
    let hidden = || {
        html! {
            (form::hidden("command_id", CommandId::new(now).as_str()))
            (form::hidden("revision", &view.voucher.revision.to_string()))
        }
    };
    let address = address_of(&view.voucher);
    html! {
        h2 #first { (TITLE.get(lang)) }
        (form::post(&format!("{address}/first-approval"), &page.user.csrf, html! {
            (hidden())
            (form::actions(html! { (Button::primary(lang.t("初审通过，转县级审核", "Pass on to the county"))) }))
        }))
        (form::post(&format!("{address}/first-return"), &page.user.csrf, html! {
            (hidden())
            (Field::new(lang, REASON, lang.t("退回原因", "Reason for the return"))
                .hint(lang.t("写明哪一行、改什么；填报人在手机上会看到这段话。", "Say which line and what to change; the maker reads this on the phone."))
                .value(&tried.reason).errors(&tried.problems).textarea(3))
            (form::actions(html! { (Button::grave(lang.t("退回修改", "Return for change"))) }))
        }))
    }
}
