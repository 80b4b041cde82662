//! The institution's clerk hands over the contracts of one specialist to another, or moves some of them to
//! another village; one that came back is corrected in the same form.

use std::collections::{HashMap, HashSet};

use actix_web::{HttpResponse, web};
use chrono::NaiveDate;
use serde::Deserialize;

use super::commands::{HANDOVER_KIND, HandoverDetail};
use super::store::{self, Held};
use super::views;
use crate::auth::{
    Allow, Answer, FormData, Look, Page, Posted, Reader, Role, RouteSpec, get, post, redirect,
};
use crate::error::{Error, Issue};
use crate::ledger::{self, NewLine, Submission};
use crate::recording::Returned;
use crate::regions::Regions;
use crate::register::{self, Specialist};
use crate::state::{self, Site};
use crate::ui::page::{Crumb, Flash, FlashKind};
use crate::values::day::show_day;
use crate::values::pinyin::sounds_like;
use crate::values::{
    BookId, ClientId, CommandId, InstitutionId, RegionCode, RegionId, Say, SpecialistId, Text, VoucherId,
};

pub(super) const TITLE: Text = Text::new("合同移交", "Handover of contracts");
pub(super) const HOME: &str = "/handover";
const CLERKS: Allow = Allow::Roles(&[Role::Clerk]);

/// The routes of this room.
pub fn routes() -> Vec<RouteSpec> {
    vec![get("/handover", CLERKS, open), post("/handover", CLERKS, send)]
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Ask {
    from: String,
    done: String,
    /// The returned handover this corrects.
    voucher: String,
    /// Part of a client's name, or its reading.
    q: String,
    /// Only contracts of this kind.
    what: String,
}

/// What is listed of a specialist's contracts; a whole village ticked means all of it that is listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    pub q: String,
    pub what: String,
}

impl Wanted {
    fn of(form: &FormData) -> Wanted {
        Wanted {
            q: form.get("q").to_owned(),
            what: form.get("what").to_owned(),
        }
    }

    /// Whether nothing is left out.
    pub fn is_everything(&self) -> bool {
        self.q.trim().is_empty() && self.what.is_empty()
    }

    fn lists(&self, row: &Held, names: &HashMap<ClientId, String>) -> bool {
        let name = row.client.as_ref().and_then(|id| names.get(id));
        let named = || name.is_some_and(|name| sounds_like(name, self.q.trim()));
        (self.what.is_empty() || self.what == row.what.code()) && (self.q.trim().is_empty() || named())
    }
}

/// What the page shows.
pub(super) struct View {
    pub book: BookId,
    pub institution: InstitutionId,
    /// The institution's own.
    pub specialists: Vec<Specialist>,
    pub from: Option<SpecialistId>,
    /// Those of the contracts that are listed, in order of village.
    pub held: Vec<Held>,
    pub wanted: Wanted,
    /// Why the handover came back, when it did.
    pub returned: Option<String>,
    /// Names of clients, and places, by id.
    pub names: HashMap<ClientId, String>,
    pub places: HashMap<RegionId, String>,
}

pub(super) async fn open(page: Page, site: Site, query: web::Query<Ask>) -> Answer {
    let now = page.actor().now.and_utc().timestamp_millis();
    let mut form = FormData::default()
        .with("q", &query.q)
        .with("what", &query.what)
        .with("command_id", CommandId::new(now).as_str());
    if query.voucher.is_empty() {
        form = form
            .with("voucher_id", VoucherId::new(now).as_str())
            .with("base_revision", "0")
            .with("business_date", &show_day(page.actor().today))
            .with("picked", &query.from);
    } else {
        form = reopened(&page, &site, form, &query.voucher).await?;
    }
    let view = load(&page, &site, &form).await?;
    let flash = (query.done == "sent").then(|| Flash {
        kind: FlashKind::Done,
        say: Say::new(
            "移交已提交，等县级审核通过后生效。",
            "Sent; it takes effect once the county has approved it.",
        ),
    });
    Ok(show(&page, &view, &form, &[], flash))
}

fn show(
    page: &Page,
    view: &View,
    form: &FormData,
    problems: &[(String, Say)],
    flash: Option<Flash>,
) -> HttpResponse {
    let look = Look {
        title: TITLE.get(page.lang).to_owned(),
        wide: true,
        invalid: !problems.is_empty(),
        flash,
        crumbs: vec![page.home(), Crumb::here(TITLE.get(page.lang))],
        ..Look::default()
    };
    page.show(look, views::page(page, view, form, problems))
}

/// A returned handover as it was sent: its own voucher once more.
async fn reopened(page: &Page, site: &Site, form: FormData, voucher: &str) -> Result<FormData, Error> {
    let (user, today) = (page.user.clone(), page.actor().today);
    let book = user.own_book()?;
    let id = VoucherId::parse(voucher).map_err(|_| Error::NotFound)?;
    state::read(site, move |conn, office| {
        let back = Returned::find(conn, &user, book, &id)?.of_kind(HANDOVER_KIND)?;
        let (voucher, lines, first) = (&back.voucher, &back.lines, back.first()?);
        let to: HandoverDetail = first.detail()?;
        let moved = Some(to.region).filter(|region| *region != first.region);
        let code = moved.and_then(|region| office.regions.code(region, today));
        let mut fields: Vec<(String, String)> = Vec::new();
        for line in lines {
            let detail: HandoverDetail = line.detail()?;
            if let Some(contract) = &line.contract {
                fields.push(("contract".to_owned(), store::key(contract, detail.part)));
            }
        }
        let named = form
            .fields()
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
        fields.extend(named);
        Ok(FormData::of(fields)
            .with("voucher_id", voucher.id.as_str())
            .with("base_revision", &voucher.revision.to_string())
            .with("business_date", &show_day(voucher.business_date))
            .with("from", &first.specialist.to_string())
            .with("to", &to.specialist.to_string())
            .with("village", code.map_or("", |code| code.as_str())))
    })
    .await
}

/// The page around a form: of one just opened `picked` names the specialist, of one filled in `from`.
async fn load(page: &Page, site: &Site, form: &FormData) -> Result<View, Error> {
    let (user, wanted) = (page.user.clone(), Wanted::of(form));
    let book = user.own_book()?;
    let institution = user.institution.ok_or(Error::Forbidden)?;
    let (today, lang) = (page.actor().today, page.lang);
    let from = if form.has("from") {
        form.get("from")
    } else {
        form.get("picked")
    };
    let from: Option<i64> = from.parse().ok();
    let corrected = Some(form.get("voucher_id"))
        .filter(|_| !matches!(form.get("base_revision"), "" | "0"))
        .and_then(|id| VoucherId::parse(id).ok());
    state::read(site, move |conn, office| {
        let mut specialists = register::specialists(conn)?;
        specialists.retain(|row| row.institution_id == institution);
        let from = from
            .map(SpecialistId)
            .filter(|id| id.0 == 0 || specialists.iter().any(|row| row.id == *id));
        let mut held = match from {
            Some(from) => store::held(conn, book, institution, from)?,
            None => Vec::new(),
        };
        let ids: Vec<ClientId> = held.iter().filter_map(|row| row.client.clone()).collect();
        let names: HashMap<ClientId, String> = register::identities(conn, office.vault, book, &ids)?
            .into_iter()
            .map(|(id, identity)| (id, identity.name))
            .collect();
        held.retain(|row| wanted.lists(row, &names));
        held.sort_by_key(|row| office.regions.sort_key(row.region, today));
        let returned = match corrected {
            Some(id) => Returned::find(conn, &user, book, &id)
                .map(|back| back.voucher.reason)
                .ok(),
            None => None,
        };
        let regions: HashSet<RegionId> = held.iter().map(|row| row.region).collect();
        Ok(View {
            book,
            institution,
            specialists,
            from,
            names,
            wanted,
            returned,
            places: regions
                .into_iter()
                .map(|id| (id, office.regions.path_name_in(id, today, lang)))
                .collect(),
            held,
        })
    })
    .await
}

async fn send(page: Page, site: Site, posted: Posted) -> Answer {
    let (form, actor) = (posted.0, page.actor());
    let view = load(&page, &site, &form).await?;
    let (book, from) = (view.book, view.from.ok_or(Error::NotFound)?);
    if form.get("step") == "edit" {
        return Ok(show(&page, &view, &form, &[], None));
    }
    let chosen: HashSet<&str> = form.all("contract").collect();
    let whole: HashSet<&str> = form.all("villages").collect();
    let held: Vec<Held> = view
        .held
        .iter()
        .filter(|row| whole.contains(row.region.to_string().as_str()) || chosen.contains(row.key().as_str()))
        .cloned()
        .collect();
    let (sent, institution) = (form.clone(), view.institution);
    let result = state::write(&site, book, move |conn, office| {
        let submission = read(office.regions, &sent, (book, institution, from), &held)?;
        ledger::submit(conn, office, &actor, &submission)
    })
    .await;
    match result {
        Ok(_) => Ok(redirect(&format!("{HOME}?done=sent"))),
        Err(refusal @ Error::Refused(_)) => {
            let mut problems: Vec<(String, Say)> = Vec::new();
            for issue in refusal.issues() {
                let problem = (issue.field.clone(), issue.say.clone());
                if !problems.contains(&problem) {
                    problems.push(problem);
                }
            }
            Ok(show(&page, &view, &form, &problems, None))
        }
        Err(failure) => Err(failure.into()),
    }
}

fn read(
    regions: &Regions,
    form: &FormData,
    (book, institution, from): (BookId, InstitutionId, SpecialistId),
    held: &[Held],
) -> Result<Submission, Error> {
    let odd = |_| Error::Failed("a handover's form came without its ids".to_owned());
    let mut reader = Reader::new(form);
    let day = reader.any_day("business_date");
    let missing = Say::new("请选择接手的特派员。", "Choose who takes over.");
    let to = reader.chosen("to", missing).map(SpecialistId);
    if held.is_empty() {
        let say = Say::new("请至少选一笔合同。", "Choose at least one contract.");
        reader.add(Issue::refuse("handover.empty", "contract", say));
    }
    let village = match (reader.text("village"), day) {
        ("", _) | (_, None) => None,
        (code, Some(day)) => reader.take(village_of(regions, code, day)),
    };
    reader.finish()?;
    let (day, to) = (day.ok_or(Error::NotFound)?, to.ok_or(Error::NotFound)?);
    let line = |row: &Held| {
        let detail = HandoverDetail {
            what: row.what,
            part: row.part,
            region: village.unwrap_or(row.region),
            specialist: to,
        };
        Ok(NewLine {
            region: row.region,
            client: row.client.clone(),
            product: row.product,
            institution,
            specialist: from,
            contract: Some(row.id.clone()),
            amount: row.amount,
            detail: serde_json::to_value(detail)?,
        })
    };
    Ok(Submission {
        book,
        voucher: VoucherId::parse(form.get("voucher_id")).map_err(odd)?,
        command: CommandId::parse(form.get("command_id")).map_err(odd)?,
        base_revision: form.get("base_revision").parse().unwrap_or(0),
        kind: HANDOVER_KIND.to_owned(),
        business_date: day,
        institution,
        lines: held.iter().map(line).collect::<Result<_, Error>>()?,
    })
}

/// The village that bears a code on a day.
fn village_of(regions: &Regions, code: &str, day: NaiveDate) -> Result<RegionId, Issue> {
    let code =
        RegionCode::parse(code).map_err(|error| Issue::refuse(error.code(), "village", error.say()))?;
    regions.by_code(&code, day).ok_or_else(|| {
        let say = Say::new(
            "这一天没有这个代码的村。",
            "No village bears this code on that day.",
        );
        Issue::refuse("village.unknown", "village", say)
    })
}
