//! Posting a specialist to a village: a voucher in the county's book, submitted here and approved
//! by the county.

use actix_web::{HttpResponse, web};
use chrono::NaiveDate;
use maud::{Markup, html};
use serde::Deserialize;

use super::super::assignment::{ASSIGNMENT_KIND, Assignment, AssignmentDetail, load_assignments};
use super::super::institution::institutions;
use super::super::specialist::{Specialist, find_specialist};
use super::place::{Chooser, PlaceQuery, Wanted, choose};
use super::specialists::{HOME, TITLE};
use super::store::{Waiting, returned_voucher, waiting_postings};
use super::{KEEPERS, Reader, look, settle};
use crate::auth::{Answer, FormData, Look, Page, Posted, RouteSpec, get, post, redirect};
use crate::db::Conn;
use crate::error::{Error, Issue};
use crate::ledger::{self, Actor, NewLine, Office, Receipt, Submission, Verdict, Voucher};
use crate::state::{self, Site};
use crate::ui::form::{self, Answer as Particular, Button};
use crate::ui::notice;
use crate::values::day::show_day;
use crate::values::{
    BookId, CommandId, ContractId, Fen, Level, ProductId, RegionId, Say, SpecialistId, Text, VoucherId, words,
};

const NEW: Text = Text::new("派驻到村", "Post to a village");

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/register/specialists/{id:[0-9]+}/postings/new", KEEPERS, new),
        post("/register/specialists/{id:[0-9]+}/postings", KEEPERS, create),
        post("/register/specialists/{id:[0-9]+}/withdrawals", KEEPERS, withdraw),
    ]
}

/// How far the place is chosen, and which returned posting this corrects.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct NewQuery {
    county: String,
    town: String,
    village: String,
    code: String,
    book: String,
    voucher: String,
    /// The returned posting's village shall be chosen anew.
    anew: String,
}

/// What the form stands on.
struct Draft {
    specialist: Specialist,
    employer: String,
    chooser: Chooser,
    /// The returned posting, with what it said.
    returned: Option<(Voucher, ledger::Line)>,
}

async fn new(page: Page, site: Site, path: web::Path<i64>, query: web::Query<NewQuery>) -> Answer {
    let draft = load_draft(&page, &site, SpecialistId(*path), query.into_inner()).await?;
    let form = opened(&page.actor(), draft.returned.as_ref());
    Ok(show_form(&page, &draft, &form, &[]))
}

async fn load_draft(page: &Page, site: &Site, id: SpecialistId, query: NewQuery) -> Result<Draft, Error> {
    let actor = page.actor();
    state::read(site, move |conn, office| {
        let specialist = find_specialist(conn, id)?;
        let returned = match query.voucher.as_str() {
            "" => None,
            _ => Some(find_returned(conn, &actor, id, &query)?),
        };
        let NewQuery {
            county,
            town,
            mut village,
            code,
            anew,
            ..
        } = query;
        let untouched = [&county, &town, &village, &code]
            .iter()
            .all(|text| text.is_empty());
        if let Some((_, line)) = &returned
            && untouched
            && anew.is_empty()
        {
            village = line.region.0.to_string();
        }
        let place = PlaceQuery {
            county,
            town,
            village,
            code,
        };
        let chooser = choose(office.regions, actor.today, Wanted::Village, &place);
        let employer = institutions(conn)?
            .into_iter()
            .find(|row| row.id == specialist.institution_id);
        Ok(Draft {
            employer: employer.map_or_else(String::new, |row| row.name),
            specialist,
            chooser,
            returned,
        })
    })
    .await
}

/// The returned posting that its maker corrects.
fn find_returned(
    conn: &mut Conn,
    actor: &Actor,
    id: SpecialistId,
    query: &NewQuery,
) -> Result<(Voucher, ledger::Line), Error> {
    let which = (query.book.as_str(), query.voucher.as_str());
    let (voucher, lines) = returned_voucher(conn, actor, id, which, &[ASSIGNMENT_KIND])?;
    let line = lines.into_iter().next().ok_or(Error::NotFound)?;
    Ok((voucher, line))
}

fn show_form(page: &Page, draft: &Draft, form: &FormData, problems: &[(String, Say)]) -> HttpResponse {
    let invalid = !problems.is_empty() || draft.chooser.invalid();
    let look = Look {
        wide: false,
        invalid,
        ..look(page, NEW, &[(TITLE, HOME)], "")
    };
    page.show(look, form_page(page, draft, form, problems))
}

async fn create(page: Page, site: Site, path: web::Path<i64>, posted: Posted) -> Answer {
    let id = SpecialistId(*path);
    let form = posted.0;
    let result = send(&page, &site, id, &form).await;
    let query = NewQuery {
        village: form.get("village").to_owned(),
        book: form.get("book").to_owned(),
        voucher: if form.has("book") {
            form.get("voucher_id").to_owned()
        } else {
            String::new()
        },
        ..NewQuery::default()
    };
    match result {
        Ok(_) => Ok(redirect(&format!("{HOME}/{}?done=posting", id.0))),
        refused => {
            let draft = load_draft(&page, &site, id, query).await?;
            settle(refused.map(|_| String::new()), |problems| {
                show_form(&page, &draft, &form, problems)
            })
        }
    }
}

async fn send(page: &Page, site: &Site, id: SpecialistId, form: &FormData) -> Result<Receipt, Error> {
    let new = read(form, id)?;
    let actor = page.actor();
    let village = new.village;
    let county = state::read(site, move |_, office| {
        Ok(office.regions.ancestor(village, Level::County, actor.today))
    });
    let book = county
        .await?
        .map(|county| BookId(county.0))
        .ok_or_else(no_village)?;
    if form.has("book") && form.get("book") != book.0.to_string() {
        let say = Say::new(
            "退回的派驻属于原来那个县的账套，不能改到别的县。请撤回它，另外新提交一条。",
            "A returned posting belongs to its county's book and cannot move to another. Withdraw it and submit a new one.",
        );
        return Err(Error::refuse("posting.other_county", "village", say));
    }
    let actor = page.actor();
    state::write(site, book, move |conn, office| {
        submit_posting(conn, office, &actor, book, &new)
    })
    .await
}

/// A posting as the administrator gives it. Its ids were made when the form was opened and travel
/// with it, so that sending it twice makes one voucher.
#[derive(Clone, Debug)]
struct NewPosting {
    specialist: SpecialistId,
    village: RegionId,
    start: NaiveDate,
    voucher: VoucherId,
    command: CommandId,
    assignment: ContractId,
    /// 0 for a new posting; the returned revision for a correction.
    base_revision: i32,
}

/// A form just opened: the ids of a new posting, or of the returned one with a new sending.
fn opened(actor: &Actor, returned: Option<&(Voucher, ledger::Line)>) -> FormData {
    let now = actor.now.and_utc().timestamp_millis();
    let form = FormData::default().with("command_id", CommandId::new(now).as_str());
    match returned {
        None => form
            .with("voucher_id", VoucherId::new(now).as_str())
            .with("contract_id", ContractId::new(now).as_str())
            .with("base_revision", "0")
            .with("business_date", &show_day(actor.today)),
        Some((voucher, line)) => form
            .with("voucher_id", voucher.id.as_str())
            .with(
                "contract_id",
                line.contract.as_ref().map_or("", ContractId::as_str),
            )
            .with("base_revision", &voucher.revision.to_string())
            .with("business_date", &show_day(voucher.business_date)),
    }
}

fn read(form: &FormData, specialist: SpecialistId) -> Result<NewPosting, Error> {
    let odd = |_| Error::Failed("a posting's form came without its ids".to_owned());
    let mut reader = Reader::new(form);
    let village = reader.chosen("village", Say::new("请选择村。", "Choose the village."));
    let start = reader.any_day("business_date");
    let (Some(village), Some(start)) = (village, start) else {
        return Err(reader.refusal());
    };
    Ok(NewPosting {
        specialist,
        village: RegionId(village),
        start,
        voucher: VoucherId::parse(form.get("voucher_id")).map_err(odd)?,
        command: CommandId::parse(form.get("command_id")).map_err(odd)?,
        assignment: ContractId::parse(form.get("contract_id")).map_err(odd)?,
        base_revision: form.get("base_revision").parse().unwrap_or(0),
    })
}

fn no_village() -> Error {
    Error::refuse(
        "village.unknown",
        "village",
        Say::new("请选择村。", "Choose the village."),
    )
}

/// Submits the voucher, unless the specialist is posted to that village already.
fn submit_posting(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    book: BookId,
    new: &NewPosting,
) -> Result<Receipt, Error> {
    if office
        .regions
        .unit(new.village)
        .is_none_or(|unit| unit.level < Level::Village)
    {
        return Err(no_village());
    }
    let specialist = find_specialist(conn, new.specialist)?;
    let known = load_assignments(conn, specialist.id)?;
    let waiting = waiting_postings(conn, vec![book], specialist.id)?;
    if let Some(issue) = already_posted(&known, new).or_else(|| already_waiting(&waiting, new)) {
        return Err(Error::Refused(vec![issue]));
    }
    let line = NewLine {
        region: new.village,
        client: None,
        product: ProductId(0),
        institution: specialist.institution_id,
        specialist: specialist.id,
        contract: Some(new.assignment.clone()),
        amount: Fen::ZERO,
        detail: serde_json::to_value(AssignmentDetail {})?,
    };
    let submission = Submission {
        book,
        voucher: new.voucher.clone(),
        command: new.command.clone(),
        base_revision: new.base_revision,
        kind: ASSIGNMENT_KIND.to_owned(),
        business_date: new.start,
        institution: specialist.institution_id,
        lines: vec![line],
    };
    ledger::submit(conn, office, actor, &submission)
}

/// Whether another posting to the village runs on into the new one.
fn already_posted(known: &[Assignment], new: &NewPosting) -> Option<Issue> {
    let runs_on = |row: &&Assignment| {
        row.region_id == new.village
            && row.id != new.assignment.as_str()
            && row.valid_to.is_none_or(|end| new.start <= end)
    };
    known.iter().find(runs_on).map(|row| {
        let say = Say::new(
            format!("这位特派员自 {} 起已派驻该村。", row.valid_from),
            format!(
                "The specialist has been posted to this village since {}.",
                row.valid_from
            ),
        );
        Issue::refuse("posting.overlaps", "village", say)
    })
}

/// Whether another posting to the village waits already.
fn already_waiting(waiting: &[Waiting], new: &NewPosting) -> Option<Issue> {
    let same =
        |each: &&Waiting| each.line.region == new.village && each.voucher.id != new.voucher && !each.leaves();
    waiting.iter().find(same).map(|_| {
        let say = Say::new(
            "同一个村的派驻已经提交，正等待审核或已退回，请不要重复提交。",
            "A posting to this village has been submitted already and waits for review, or was returned.",
        );
        Issue::refuse("posting.waiting", "village", say)
    })
}

async fn withdraw(page: Page, site: Site, path: web::Path<i64>, posted: Posted) -> Answer {
    let form = posted.0;
    let book = form
        .get("book")
        .parse()
        .map(BookId)
        .map_err(|_| Error::NotFound)?;
    page.user.check_book(book)?;
    let verdict = Verdict {
        book,
        voucher: VoucherId::parse(form.get("voucher")).map_err(|_| Error::NotFound)?,
        command: CommandId::parse(form.get("command_id")).map_err(|_| Error::NotFound)?,
        revision: form.get("revision").parse().map_err(|_| Error::NotFound)?,
    };
    let actor = page.actor();
    state::write(&site, book, move |conn, office| {
        ledger::withdraw(conn, office, &actor, &verdict)
    })
    .await?;
    Ok(redirect(&format!("{HOME}/{}?done=withdrawn", *path)))
}

fn form_page(page: &Page, draft: &Draft, form: &FormData, problems: &[(String, Say)]) -> Markup {
    let lang = page.lang;
    let home = format!("{HOME}/{}", draft.specialist.id.0);
    let steps = format!("{home}/postings/new");
    let (book, voucher) = match &draft.returned {
        Some((voucher, _)) => (voucher.book_id.0.to_string(), voucher.id.to_string()),
        None => (String::new(), String::new()),
    };
    let carried: &[(&str, &str)] = if draft.returned.is_some() {
        &[("book", &book), ("voucher", &voucher), ("anew", "yes")]
    } else {
        &[]
    };
    let back = if draft.returned.is_some() {
        format!("{steps}?book={book}&voucher={voucher}&anew=yes")
    } else {
        steps.clone()
    };
    let field = |name, label| form.field(lang, name, label, problems);
    let who = [
        Particular::new(words::SPECIALIST.get(lang), &draft.specialist.name),
        Particular::new(words::INSTITUTION.get(lang), &draft.employer),
    ];
    html! {
        h1 { (NEW.get(lang)) }
        (form::error_summary(lang, problems))
        @if let Some((voucher, _)) = &draft.returned { (why_returned(page, voucher)) }
        (form::summary_list(lang, &who))
        div #village { (draft.chooser.chosen_so_far(lang, &back)) }
        @if let Some(chosen) = draft.chooser.chosen {
            (form::post(&format!("{home}/postings"), &page.user.csrf, html! {
                @for name in ["voucher_id", "command_id", "contract_id", "base_revision"] {
                    (form::hidden(name, form.get(name)))
                }
                @if draft.returned.is_some() { (form::hidden("book", &book)) }
                (form::hidden("village", &chosen.0.to_string()))
                (field("business_date", lang.t("到岗日期", "First day in post"))
                    .hint(lang.t("不晚于今天；从这一天起，在该村的业绩记在这位特派员名下。", "Not after today. From this day on the work in the village is credited to the specialist."))
                    .date())
                (notice::notice(html! {
                    p { (lang.t("提交后进入所在县的审核清单，由县级审核通过后生效。提交人不能自己审核。", "It goes to the county's review queue and takes effect once approved there. Who submits cannot approve.")) }
                }))
                (form::actions(html! {
                    (Button::primary(lang.t("提交派驻", "Submit the posting")))
                    a href=(home) { (lang.t("取消", "Cancel")) }
                }))
            }))
        } @else {
            (draft.chooser.next_step(lang, &steps, carried))
        }
    }
}

/// Why its maker has it back.
pub(super) fn why_returned(page: &Page, voucher: &Voucher) -> Markup {
    notice::notice(html! {
        p { strong { (page.t("退回原因：", "Returned: ")) } (voucher.reason) }
    })
}

#[cfg(test)]
mod tests;
