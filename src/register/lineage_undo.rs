//! Taking back what was recorded of units by mistake: only while neither a later event, nor a closed month,
//! nor a record rests on it.

use std::collections::BTreeSet;

use diesel::prelude::*;
use serde_json::json;

use crate::db::Conn;
use crate::db::schema::{assignment, client, disaster_town, entry, official_figure, voucher, voucher_line};
use crate::error::{Error, Issue};
use crate::ledger::{self, Actor, Change, Office, State, record_audit};
use crate::regions::{self, Event, EventKind, Regions, Undoing, Withdrawal};
use crate::values::plausible::{LONGEST_REASON, check_text};
use crate::values::{BookId, Lang, Level, RegionId, Say};
use crate::vault;

/// Takes an event back.
///
/// # Errors
/// Refused without a reason, and with a sentence for everything that rests on the event;
/// [`Error::NotFound`] if there is none of that number in force.
pub fn withdraw_event(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    register: BookId,
    id: i64,
    reason: &str,
) -> Result<(), Error> {
    let event = find_event(office.regions, id)?;
    let reason = check_text(reason, LONGEST_REASON)
        .map_err(|found| Error::refuse(found.code(), "reason", found.say()))?;
    if reason.is_empty() {
        let say = Say::new("请写明撤回的原因。", "Say why it is taken back.");
        return Err(Error::refuse("lineage.reason_missing", "reason", say));
    }
    let undoing = examine(conn, office.regions, event)?;
    let withdrawal = Withdrawal {
        reason,
        by: actor.id.clone(),
        at: actor.now,
    };
    regions::take_back(conn, event, &undoing, &withdrawal)?;
    let content = json!([id, undoing.ended, undoing.changed, undoing.founded]);
    let change = Change {
        action: "region.withdrawn",
        subject: &format!("event:{id}"),
        revision: 2,
        note: &withdrawal.reason,
        digest: vault::digest(content.to_string().as_bytes()),
    };
    record_audit(conn, office, actor, register, &change)?;
    Ok(())
}

/// The event of that number, while it stands.
pub(super) fn find_event(regions: &Regions, id: i64) -> Result<&Event, Error> {
    let found = regions.events().iter().find(|event| event.id == id);
    found.ok_or(Error::NotFound)
}

/// What taking it back does.
///
/// # Errors
/// Refused, with a sentence for everything that rests on the event.
pub(super) fn examine(conn: &mut Conn, regions: &Regions, event: &Event) -> Result<Undoing, Error> {
    let (undoing, mut issues) = match regions::undoing(regions, event) {
        Ok(undoing) => (undoing, Vec::new()),
        Err(issues) => (Undoing::default(), issues),
    };
    issues.extend(closed_months(conn, regions, event)?);
    issues.extend(on_founded(conn, event)?);
    issues.extend(at_the_heir(conn, event)?);
    issues.extend(in_the_new_county(conn, regions, event)?);
    if issues.is_empty() {
        Ok(undoing)
    } else {
        Err(Error::Refused(issues))
    }
}

/// The counties its units lay in the day before, and those from the day on.
fn counties(regions: &Regions, event: &Event) -> (BTreeSet<RegionId>, BTreeSet<RegionId>) {
    let before = event.day.pred_opt().unwrap_or(event.day);
    let on = |units: &[RegionId], day| {
        units
            .iter()
            .filter_map(|unit| regions.ancestor(*unit, Level::County, day))
            .collect()
    };
    (on(&event.old, before), on(&event.new, event.day))
}

/// The first month that was closed with the units as the event made them, of each county.
fn closed_months(conn: &mut Conn, regions: &Regions, event: &Event) -> Result<Vec<Issue>, Error> {
    let (old, new) = counties(regions, event);
    let mut issues = Vec::new();
    for county in old.union(&new) {
        let book = ledger::find_book(conn, BookId(county.0))?;
        let used = |edition: &ledger::Edition| {
            let month = edition.month;
            let stands = || edition.boundaries == ledger::boundaries(regions, *county, month);
            month < book.first_open_month
                && month.last_day() >= event.day
                && (edition.closed_at >= event.recorded_at || stands())
        };
        let editions = ledger::editions(conn, book.id)?;
        let Some(edition) = editions.iter().rfind(|edition| used(edition)) else {
            continue;
        };
        let name = regions.say(*county, event.day);
        let say = Say::new(
            format!(
                "{}的{}第{}版已按它关账。请先重新打开该月及以后各月。",
                name.zh,
                edition.month.show(Lang::Zh),
                edition.number
            ),
            format!(
                "Edition {} of {} in {} was closed with it. Reopen that month and the later ones first.",
                edition.number,
                edition.month.show(Lang::En),
                name.en
            ),
        );
        issues.push(Issue::refuse("lineage.closed", "", say));
    }
    Ok(issues)
}

/// Whatever stands on a unit that would never have been.
fn on_founded(conn: &mut Conn, event: &Event) -> Result<Option<Issue>, Error> {
    let founded: Vec<RegionId> = event
        .new
        .iter()
        .copied()
        .filter(|unit| !event.old.contains(unit))
        .collect();
    let lines = voucher_line::table
        .inner_join(
            voucher::table.on(voucher::book_id
                .eq(voucher_line::book_id)
                .and(voucher::id.eq(voucher_line::voucher_id))),
        )
        .filter(voucher_line::region_id.eq_any(&founded))
        .filter(voucher::state.ne(State::Withdrawn.code()))
        .count()
        .get_result::<i64>(conn)?;
    let entries = entry::table
        .filter(entry::region_id.eq_any(&founded))
        .count()
        .get_result::<i64>(conn)?;
    let households = client::table
        .filter(client::region_id.eq_any(&founded))
        .count()
        .get_result::<i64>(conn)?;
    let postings = assignment::table
        .filter(assignment::region_id.eq_any(&founded))
        .count()
        .get_result::<i64>(conn)?;
    let figures = official_figure::table
        .filter(official_figure::region_id.eq_any(&founded))
        .count()
        .get_result::<i64>(conn)?;
    let struck = disaster_town::table
        .filter(disaster_town::town_id.eq_any(&founded))
        .count()
        .get_result::<i64>(conn)?;
    let found = [
        (lines.max(entries), "凭证", "vouchers"),
        (households, "客户", "clients"),
        (postings, "派驻", "postings"),
        (figures, "统计数据", "statistics"),
        (struck, "灾害", "disasters"),
    ];
    Ok(stands_on(&found))
}

fn stands_on(found: &[(i64, &str, &str)]) -> Option<Issue> {
    let there = || found.iter().filter(|(count, _, _)| *count > 0);
    let zh: Vec<&str> = there().map(|(_, zh, _)| *zh).collect();
    let en: Vec<&str> = there().map(|(_, _, en)| *en).collect();
    if zh.is_empty() {
        return None;
    }
    let say = Say::new(
        format!("新设单位名下已有{}，不能撤回。", zh.join("、")),
        format!(
            "The founded unit has {} already; it cannot be taken back.",
            en.join(", ")
        ),
    );
    Some(Issue::refuse("lineage.in_use", "", say))
}

/// Records of the ended villages' clients that were made at the standing unit which took them in.
fn at_the_heir(conn: &mut Conn, event: &Event) -> Result<Option<Issue>, Error> {
    let standing: Vec<RegionId> = event
        .new
        .iter()
        .copied()
        .filter(|unit| event.old.contains(unit))
        .collect();
    if event.kind != EventKind::Merge || standing.is_empty() {
        return Ok(None);
    }
    let ended: Vec<RegionId> = event
        .old
        .iter()
        .copied()
        .filter(|unit| !event.new.contains(unit))
        .collect();
    let lines = voucher_line::table
        .inner_join(
            voucher::table.on(voucher::book_id
                .eq(voucher_line::book_id)
                .and(voucher::id.eq(voucher_line::voucher_id))),
        )
        .inner_join(
            client::table.on(client::book_id
                .eq(voucher_line::book_id)
                .and(voucher_line::client_id.eq(client::id.nullable()))),
        )
        .filter(voucher_line::region_id.eq_any(&standing))
        .filter(client::region_id.eq_any(&ended))
        .filter(voucher::business_date.ge(event.day))
        .filter(voucher::submitted_at.ge(event.recorded_at))
        .filter(voucher::state.ne(State::Withdrawn.code()))
        .count()
        .get_result::<i64>(conn)?;
    let say = Say::new(
        "并入后，原单位的客户已在接续单位记了业务，不能撤回。",
        "Business of the old units' clients has been recorded in the unit that took them in; it cannot be taken back.",
    );
    Ok((lines > 0).then(|| Issue::refuse("lineage.in_use", "", say)))
}

/// Whatever the book of another county has kept of a unit since it lies there.
fn in_the_new_county(conn: &mut Conn, regions: &Regions, event: &Event) -> Result<Option<Issue>, Error> {
    let (old, new) = counties(regions, event);
    let books: Vec<BookId> = new.difference(&old).map(|county| BookId(county.0)).collect();
    if books.is_empty() {
        return Ok(None);
    }
    let there: Vec<RegionId> = event
        .new
        .iter()
        .flat_map(|unit| regions.within(*unit, event.day))
        .collect();
    let lines = voucher_line::table
        .filter(voucher_line::book_id.eq_any(&books))
        .filter(voucher_line::region_id.eq_any(&there))
        .count()
        .get_result::<i64>(conn)?;
    let households = client::table
        .filter(client::book_id.eq_any(&books))
        .filter(client::region_id.eq_any(&there))
        .count()
        .get_result::<i64>(conn)?;
    let say = Say::new(
        "新的县已在这里登记客户或凭证，不能撤回。",
        "The new county has registered clients or vouchers there already; it cannot be taken back.",
    );
    Ok((lines + households > 0).then(|| Issue::refuse("lineage.in_use", "", say)))
}
