//! One line's page: where it stands, every version it has had, what can be done with it.

use actix_web::{HttpResponse, web};
use chrono::NaiveDate;
use maud::{Markup, html};

use super::changes::{Change, ChangeTerms};
use super::changing::{self, form_address};
use super::commands::{CreditTerms, Stage, concerns_lines};
use super::expiry::EXPIRY_KIND;
use super::handlers::RECORDERS;
use super::status::Status;
use super::store::{self, CreditLine, Version};
use crate::auth::{Answer, Look, Page, RouteSpec, User, get};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{self, Actor, Against, Office};
use crate::recording::{Place, place, village_crumbs};
use crate::register::{Found, Names, named_client};
use crate::state::{self, Site};
use crate::ui::form::{self, Answer as Particular};
use crate::ui::notice;
use crate::ui::pill::{self, Tone};
use crate::values::{BookId, ContractId, Fen, Lang, Say, Text, Unit, VoucherId, words};

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![get("/field/lines/{book}/{line}", RECORDERS, show)]
}

/// Where a line's page is.
pub fn address(line: &CreditLine) -> String {
    format!("/field/lines/{}/{}", line.book_id, line.id)
}

/// A line's status as a small label.
pub fn status_pill(line: &CreditLine, lang: Lang) -> Markup {
    let status = line.status();
    let tone = match status {
        Status::Active => Tone::Good,
        Status::Frozen => Tone::Waiting,
        Status::Expired | Status::Terminated => Tone::Neutral,
    };
    pill::tag(tone, status.name().get(lang))
}

struct View {
    place: Place,
    client: Found,
    line: CreditLine,
    product: String,
    /// Oldest first.
    versions: Vec<Version>,
    /// What waits for review, by the name of its kind.
    waiting: Vec<(Text, NaiveDate)>,
    /// Whether the reader's own bank granted it.
    own: bool,
}

async fn show(page: Page, site: Site, path: web::Path<(i64, String)>) -> Answer {
    let (user, actor) = (page.user.clone(), page.actor());
    let (book, id) = path.into_inner();
    let id = ContractId::parse(&id).map_err(|_| Error::NotFound)?;
    let view = state::read(&site, move |conn, office| {
        load(conn, office, &user, &actor, BookId(book), &id)
    })
    .await?;
    Ok(shown(&page, &view)?)
}

fn load(
    conn: &mut Conn,
    office: &Office<'_>,
    user: &User,
    actor: &Actor,
    book: BookId,
    id: &ContractId,
) -> Result<View, Error> {
    let line = store::find_line(conn, book, id)?;
    let place = place(conn, office, user, (book, line.region_id), actor.today)?;
    // Of all that waits nothing is left out: no voucher has this fresh id.
    let none = VoucherId::new(actor.now.and_utc().timestamp_millis());
    let pending = ledger::pending_lines(conn, book, Against::Contracts(std::slice::from_ref(id)), &none)?;
    let waiting = pending.iter().filter(|waits| concerns_lines(&waits.kind));
    Ok(View {
        client: named_client(conn, office.vault, book, &line.client_id)?,
        product: Names::load(conn)?
            .read_in(user.lang)
            .product(line.product_id)
            .to_owned(),
        versions: store::versions(conn, book, id)?,
        waiting: waiting
            .filter_map(|waits| Some((office.kinds.name(&waits.kind)?, waits.business_date)))
            .collect(),
        own: line.institution_id == place.institution,
        line,
        place,
    })
}

fn money(amount: Fen) -> Markup {
    html! { @if amount.is_zero() { "—" } @else { "¥" (amount.show(Unit::Yuan)) } }
}

/// Where a line stands.
pub(super) fn standing(line: &CreditLine, lang: Lang) -> Vec<Particular<'static>> {
    let mut answers = vec![Particular::new(
        words::STATUS.get(lang),
        html! {
            (status_pill(line, lang))
            @if let (Status::Frozen, Some(since)) = (line.status(), line.frozen_on) {
                " " (lang.t("自 ", "since ")) (since)
            }
            @if let (Status::Terminated, Some(since)) = (line.status(), line.changed_on) {
                " " (since)
            }
        },
    )];
    let amounts = [
        (words::PREAPPROVAL, line.preapproved_fen),
        (words::GRANT, line.granted_fen),
        (words::SIGNING, line.signed_fen),
        (words::DRAWING, line.drawn_fen),
    ];
    answers.extend(amounts.map(|(label, amount)| Particular::new(label.get(lang), money(amount))));
    if !line.revolving {
        let all = money(line.drawn_total_fen);
        answers.push(Particular::new(lang.t("累计用信", "Drawn in all"), all));
    }
    answers.push(Particular::new(
        words::AVAILABLE.get(lang),
        html! {
            strong { "¥" (line.available().show(Unit::Yuan)) }
            @if line.granted_fen.is_positive() && line.used() > line.granted_fen {
                " " (pill::tag(Tone::Wrong, lang.t("已用超过额度", "Used above the limit")))
            }
        },
    ));
    answers.push(Particular::new(
        lang.t("有效期", "Validity"),
        html! { (line.valid_from) " ～ " (line.valid_to) },
    ));
    let terms = CreditTerms {
        valid_from: line.valid_from,
        valid_to: line.valid_to,
        revolving: line.revolving,
    };
    answers.push(Particular::new(
        lang.t("额度类型", "Kind of limit"),
        terms.limit().get(lang),
    ));
    answers
}

fn shown(page: &Page, view: &View) -> Result<HttpResponse, Error> {
    let (lang, line) = (page.lang, &view.line);
    let name = &view.client.identity.name;
    let here = lang.t("额度", "Credit line");
    let body = html! {
        h1 { (name) " · " (here) }
        p.lead { (view.product) " · " (view.place.path) }
        (form::summary_list(lang, &standing(line, lang)))
        @if !view.waiting.is_empty() {
            (notice::notice(html! {
                (lang.t("还有待审核、未计入的：", "Waiting for review and not in this: "))
                @for (kind, day) in &view.waiting { span.each { (kind.get(lang)) " " (day) } }
            }))
        }
        (buttons(view, lang))
        h2 { (lang.t("变更历史", "Every version")) }
        (versions(view, lang)?)
    };
    let look = Look {
        title: format!("{name} · {here}"),
        field: true,
        crumbs: village_crumbs(lang, view.place.village, &view.place.name, here),
        ..Look::default()
    };
    Ok(page.show(look, body))
}

fn buttons(view: &View, lang: Lang) -> Markup {
    let line = &view.line;
    let further = |stage: Stage| {
        format!(
            "/field/credit?stage={}&book={}&line={}",
            stage.code(),
            line.book_id,
            line.id
        )
    };
    let stands = line.status() == Status::Active;
    let client = format!("/field/clients/{}/{}", line.book_id, line.client_id);
    form::actions(html! {
        @if view.own {
            @if stands && line.granted_fen.is_zero() {
                (form::button_link(&further(Stage::Grant), words::GRANT.get(lang)))
            }
            @if stands && line.granted_fen.is_positive() && line.signed_fen.is_zero() {
                (form::button_link(&further(Stage::Signature), words::SIGNING.get(lang)))
            }
            @if line.available().is_positive() {
                (form::button_link(&format!("/field/loan?book={}&line={}", line.book_id, line.id), lang.t("放款", "Draw a loan")))
            }
            @for change in Change::EVERY.into_iter().filter(|change| change.fits(line)) {
                (form::button_link(&form_address(change, line), changing::title(change, lang)))
            }
        }
        (form::button_link(&client, lang.t("回到客户", "Back to the client")))
    })
}

/// Every approved voucher on the line, the newest first; one that was taken back is said to be.
fn versions(view: &View, lang: Lang) -> Result<Markup, Error> {
    let mut items = Vec::with_capacity(view.versions.len());
    for version in view.versions.iter().rev() {
        let said: Vec<String> = told(version)?
            .iter()
            .map(|say| say.get(lang).to_owned())
            .collect();
        items.push(html! {
            li {
                p {
                    strong { (kind_name(&version.kind).get(lang)) } " " time { (version.business_date) }
                    @if version.reversed { " " (pill::tag(Tone::Neutral, lang.t("已作废", "Taken back"))) }
                }
                @for line in &said { p.hint { (line) } }
            }
        });
    }
    Ok(html! { ol.history { @for item in &items { (item) } } })
}

fn kind_name(kind: &str) -> Text {
    if let Some(stage) = Stage::parse(kind) {
        return stage.name();
    }
    match Change::parse(kind) {
        Some(change) => change.name(),
        None => Text::new("额度到期", "Line expiry"),
    }
}

/// What a version said, in sentences.
fn told(version: &Version) -> Result<Vec<Say>, Error> {
    let mut said = Vec::new();
    if version.amount.is_positive() && version.kind != EXPIRY_KIND {
        let shown = version.amount.show(Unit::Yuan);
        said.push(Say::new(format!("额度 ¥{shown}"), format!("Limit ¥{shown}")));
    }
    if Change::parse(&version.kind).is_some() {
        let terms = serde_json::from_str::<ChangeTerms>(&version.detail)?;
        said.extend(terms.valid_to.map(|until| {
            let from = terms.valid_from.map_or_else(String::new, |from| from.to_string());
            Say::new(
                format!("有效期 {from} ～ {until}"),
                format!("Validity {from} ～ {until}"),
            )
        }));
        if !terms.reason.is_empty() {
            said.push(Say::new(terms.reason.clone(), terms.reason));
        }
    } else if version.kind != EXPIRY_KIND {
        let terms = serde_json::from_str::<CreditTerms>(&version.detail)?;
        said.push(Say::new(
            format!("有效期 {} ～ {}", terms.valid_from, terms.valid_to),
            format!("Validity {} ～ {}", terms.valid_from, terms.valid_to),
        ));
    }
    Ok(said)
}
