//! Ending a posting, or transferring a specialist to another village of the county: a voucher in the
//! county's book, submitted here and approved there; one that came back is corrected in the same form.

use actix_web::{HttpResponse, web};
use maud::{Markup, html};
use serde::Deserialize;

use super::super::assignment::{Assignment, load_assignments};
use super::super::departure::{DepartureDetail, END_KIND, Part, TRANSFER_KIND};
use super::super::specialist::{Specialist, find_specialist};
use super::place::{Chooser, PlaceQuery, Wanted, choose};
use super::postings::why_returned;
use super::specialists::{HOME, TITLE};
use super::store::returned_voucher;
use super::{KEEPERS, Reader, form_look, settle};
use crate::auth::{Answer, FormData, Page, Posted, RouteSpec, get, post};
use crate::error::Error;
use crate::ledger::{self, Line, NewLine, Submission, Voucher};
use crate::state::{self, Site};
use crate::ui::form::{self, Answer as Particular, Button, Field};
use crate::ui::{address, notice};
use crate::values::day::show_day;
use crate::values::{
    CommandId, ContractId, Fen, Level, ProductId, RegionId, Say, SpecialistId, Text, VoucherId, words,
};

const END: Text = Text::new("结束派驻", "End the posting");
const TRANSFER: Text = Text::new("调往另一村", "Transfer to another village");

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/register/specialists/{id:[0-9]+}/departures/new", KEEPERS, new),
        post("/register/specialists/{id:[0-9]+}/departures", KEEPERS, create),
    ]
}

/// Which posting, and how far the new village is chosen.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Query {
    posting: String,
    /// `transfer`, or nothing for an end.
    kind: String,
    county: String,
    town: String,
    village: String,
    code: String,
    /// The returned voucher this corrects.
    book: String,
    voucher: String,
    /// Its village shall be chosen anew.
    anew: String,
}

struct Draft {
    specialist: Specialist,
    posting: Assignment,
    /// 县›镇›村 of the posting.
    place: String,
    transfer: Option<Chooser>,
    /// The returned voucher, with what it said.
    returned: Option<(Voucher, Vec<Line>)>,
}

impl Draft {
    /// Where the returned transfer was to lead: village, and the posting it was to begin.
    fn taken_up(&self) -> Option<&Line> {
        taken_up(&self.returned.as_ref()?.1)
    }

    fn title(&self) -> Text {
        if self.transfer.is_some() { TRANSFER } else { END }
    }
}

fn taken_up(lines: &[Line]) -> Option<&Line> {
    let begins = |line: &&Line| {
        line.detail::<DepartureDetail>()
            .is_ok_and(|detail| detail.part == Part::TakesUp)
    };
    lines.iter().find(begins)
}

async fn load(page: &Page, site: &Site, id: SpecialistId, query: Query) -> Result<Draft, Error> {
    let (actor, lang) = (page.actor(), page.lang);
    state::read(site, move |conn, office| {
        let posting = load_assignments(conn, id)?
            .into_iter()
            .find(|row| row.id == query.posting && row.valid_to.is_none())
            .ok_or(Error::NotFound)?;
        let returned = match query.voucher.as_str() {
            "" => None,
            voucher => {
                let which = (query.book.as_str(), voucher);
                Some(returned_voucher(
                    conn,
                    &actor,
                    id,
                    which,
                    &[END_KIND, TRANSFER_KIND],
                )?)
            }
        };
        let transfers = match &returned {
            Some((voucher, _)) => voucher.kind == TRANSFER_KIND,
            None => query.kind == "transfer",
        };
        let mut place = PlaceQuery {
            county: query.county,
            town: query.town,
            village: query.village,
            code: query.code,
        };
        // A voucher never crosses books: the new village is one of the same county.
        if [&place.county, &place.town, &place.village, &place.code]
            .iter()
            .all(|text| text.is_empty())
        {
            match returned.as_ref().and_then(|(_, lines)| taken_up(lines)) {
                Some(line) if query.anew.is_empty() => place.village = line.region.0.to_string(),
                _ => place.county = posting.book_id.0.to_string(),
            }
        }
        let chooser = choose(office.regions, actor.today, Wanted::Village, &place);
        Ok(Draft {
            specialist: find_specialist(conn, id)?,
            place: office.regions.path_name_in(posting.region_id, actor.today, lang),
            transfer: transfers.then_some(chooser),
            posting,
            returned,
        })
    })
    .await
}

async fn new(page: Page, site: Site, path: web::Path<i64>, query: web::Query<Query>) -> Answer {
    let draft = load(&page, &site, SpecialistId(*path), query.into_inner()).await?;
    let actor = page.actor();
    let now = actor.now.and_utc().timestamp_millis();
    let mut form = FormData::default()
        .with("voucher_id", VoucherId::new(now).as_str())
        .with("command_id", CommandId::new(now).as_str())
        .with("contract_id", ContractId::new(now).as_str())
        .with("base_revision", "0")
        .with("business_date", &show_day(actor.today));
    if let Some((voucher, _)) = &draft.returned {
        form = form
            .with("voucher_id", voucher.id.as_str())
            .with("base_revision", &voucher.revision.to_string())
            .with("business_date", &show_day(voucher.business_date));
    }
    if let Some(begun) = draft.taken_up().and_then(|line| line.contract.as_ref()) {
        form = form.with("contract_id", begun.as_str());
    }
    Ok(show_form(&page, &draft, &form, &[]))
}

fn show_form(page: &Page, draft: &Draft, form: &FormData, problems: &[(String, Say)]) -> HttpResponse {
    let mut look = form_look(page, draft.title(), (TITLE, HOME), problems);
    look.invalid |= draft.transfer.as_ref().is_some_and(Chooser::invalid);
    page.show(look, form_page(page, draft, form, problems))
}

async fn create(page: Page, site: Site, path: web::Path<i64>, posted: Posted) -> Answer {
    let (id, form) = (SpecialistId(*path), posted.0);
    let query = Query {
        posting: form.get("posting").to_owned(),
        kind: form.get("kind").to_owned(),
        village: form.get("village").to_owned(),
        book: form.get("book").to_owned(),
        voucher: form.get("returned").to_owned(),
        ..Query::default()
    };
    let draft = load(&page, &site, id, query).await?;
    let result = match read(&form, &draft) {
        Ok(submission) => {
            let actor = page.actor();
            let county = RegionId(submission.book.0);
            state::write(&site, submission.book, move |conn, office| {
                let another = submission.lines.iter().any(|line| {
                    office.regions.ancestor(line.region, Level::County, actor.today) != Some(county)
                });
                if another {
                    let say = Say::new(
                        "跨县调动请先在本县结束派驻，再到另一个县派驻到村：凭证不跨账套。",
                        "For a transfer to another county, end the posting here and post the specialist there: no voucher crosses books.",
                    );
                    return Err(Error::refuse("posting.other_county", "village", say));
                }
                ledger::submit(conn, office, &actor, &submission)
            })
            .await
        }
        Err(refusal) => Err(refusal),
    };
    settle(
        result.map(|_| format!("{HOME}/{}?done=departure", id.0)),
        |problems| show_form(&page, &draft, &form, problems),
    )
}

fn read(form: &FormData, draft: &Draft) -> Result<Submission, Error> {
    let odd = |_| Error::Failed("a departure's form came without its ids".to_owned());
    let mut reader = Reader::new(form);
    let day = reader.any_day("business_date");
    let village = match &draft.transfer {
        Some(_) => reader
            .chosen("village", Say::new("请选择村。", "Choose the village."))
            .map(|id| Some(RegionId(id))),
        None => Some(None),
    };
    let (Some(day), Some(village)) = (day, village) else {
        return Err(reader.refusal());
    };
    let posting = &draft.posting;
    let line = |region, contract, part| {
        Ok::<_, Error>(NewLine {
            region,
            client: None,
            product: ProductId(0),
            institution: posting.institution_id,
            specialist: posting.specialist_id,
            contract: Some(contract),
            amount: Fen::ZERO,
            detail: serde_json::to_value(DepartureDetail { part })?,
        })
    };
    let old = ContractId::parse(&posting.id).map_err(odd)?;
    let mut lines = vec![line(posting.region_id, old, Part::Leaves)?];
    if let Some(village) = village {
        let new = ContractId::parse(form.get("contract_id")).map_err(odd)?;
        lines.push(line(village, new, Part::TakesUp)?);
    }
    let kind = if village.is_some() {
        TRANSFER_KIND
    } else {
        END_KIND
    };
    Ok(Submission {
        book: posting.book_id,
        voucher: VoucherId::parse(form.get("voucher_id")).map_err(odd)?,
        command: CommandId::parse(form.get("command_id")).map_err(odd)?,
        base_revision: form.get("base_revision").parse().unwrap_or(0),
        kind: kind.to_owned(),
        business_date: day,
        institution: posting.institution_id,
        lines,
    })
}

fn form_page(page: &Page, draft: &Draft, form: &FormData, problems: &[(String, Say)]) -> Markup {
    let lang = page.lang;
    let home = format!("{HOME}/{}", draft.specialist.id.0);
    let posting = draft.posting.id.as_str();
    let steps = format!("{home}/departures/new");
    let (book, voucher) = match &draft.returned {
        Some((voucher, _)) => (voucher.book_id.0.to_string(), voucher.id.to_string()),
        None => (String::new(), String::new()),
    };
    let mut carried = vec![("posting", posting), ("kind", "transfer")];
    if draft.returned.is_some() {
        carried.extend([
            ("book", book.as_str()),
            ("voucher", voucher.as_str()),
            ("anew", "yes"),
        ]);
    }
    let back = carried
        .iter()
        .fold(steps.clone(), |at, (name, value)| address::with(&at, name, value));
    let who = [
        Particular::new(words::SPECIALIST.get(lang), &draft.specialist.name),
        Particular::new(lang.t("现派驻", "Posted to"), &draft.place),
        Particular::new(lang.t("到岗日期", "Since"), show_day(draft.posting.valid_from)),
    ];
    let chosen = draft.transfer.as_ref().map(|chooser| chooser.chosen);
    html! {
        h1 { (draft.title().get(lang)) }
        (form::error_summary(lang, problems))
        @if let Some((voucher, _)) = &draft.returned { (why_returned(page, voucher)) }
        (form::summary_list(lang, &who))
        @if let Some(chooser) = &draft.transfer {
            h2 { (lang.t("调往", "To")) }
            div #village { (chooser.chosen_so_far(lang, &back)) }
        }
        @if let (Some(None), Some(chooser)) = (chosen, &draft.transfer) {
            (chooser.next_step(lang, &steps, &carried))
        } @else {
            (form::post(&format!("{home}/departures"), &page.user.csrf, html! {
                @for name in ["voucher_id", "command_id", "contract_id", "base_revision"] {
                    (form::hidden(name, form.get(name)))
                }
                (form::hidden("posting", posting))
                @if draft.returned.is_some() {
                    (form::hidden("book", &book))
                    (form::hidden("returned", &voucher))
                }
                @if let Some(Some(village)) = chosen {
                    (form::hidden("kind", "transfer"))
                    (form::hidden("village", &village.0.to_string()))
                }
                (Field::new(lang, "business_date", lang.t("离岗日期", "First day out of the village"))
                    .hint(lang.t("不晚于今天；自这一天起不再在原村在岗，此后在原村的记录要由审核人核实。调动的，同日到新村在岗。", "Not after today. From this day on the specialist is not in post there, and records in that village are held for the reviewer. A transfer takes up the new village the same day."))
                    .value(form.get("business_date")).errors(problems).date())
                (notice::notice(html! {
                    p { (lang.t("提交后由县级审核通过后生效。名下的合同不随之变动，请另办移交。", "It takes effect once the county has approved it. Contracts in the specialist's name do not move with it; hand them over besides.")) }
                }))
                (form::actions(html! {
                    (Button::primary(lang.t("提交", "Submit")))
                    a href=(home) { (lang.t("取消", "Cancel")) }
                }))
            }))
        }
    }
}
