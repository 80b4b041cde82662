//! What the forms of this room have in common: their routes, the village, corrections.

use serde::Deserialize;

use super::designating::Designating;
use super::details::Work;
use super::opening::PointOpening;
use super::ratings_page;
use super::reviewing::Reviewing;
use super::talking::Talking;
use super::visiting::Visiting;
use crate::auth::{Allow, FormData, Role, RouteSpec};
use crate::db::Conn;
use crate::error::{Error, Issue};
use crate::ledger::{Line, NewLine, Office, Submission};
use crate::recording::{
    Asker, Door, Fields, FormIds, Opened, Place, Reader, Returned, field, form_routes, place, place_fields,
    returned_because,
};
use crate::values::text::narrow;
use crate::values::{Fen, ProductId, Say};

/// Who records.
const RECORDERS: Allow = Allow::Roles(&[Role::Specialist, Role::Clerk]);
/// Who opens service points and reviews ratings: the bank's own clerk.
const OPENERS: Allow = Allow::Roles(&[Role::Clerk]);

/// The routes of this room.
pub fn routes() -> Vec<RouteSpec> {
    [
        form_routes::<Visiting>(RECORDERS),
        form_routes::<Talking>(RECORDERS),
        form_routes::<PointOpening>(OPENERS),
        form_routes::<Designating>(RECORDERS),
        form_routes::<Reviewing>(OPENERS),
    ]
    .into_iter()
    .flatten()
    .chain(ratings_page::routes())
    .collect()
}

/// The forms that phones fill in without a network.
pub fn doors() -> Vec<Door> {
    vec![
        Door::of::<Visiting>("visit", RECORDERS),
        Door::of::<Talking>("talk", RECORDERS),
    ]
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Ask {
    #[serde(default)]
    pub village: String,
    #[serde(default)]
    pub book: i64,
    /// A returned voucher to correct.
    #[serde(default)]
    pub voucher: String,
}

/// A new form: the village asked for, and today.
pub(super) fn fresh(asker: &Asker, ask: &Ask) -> Opened {
    let fields = vec![
        field("village", &ask.village),
        field("business_date", asker.actor.today),
    ];
    Opened::fresh(asker, fields)
}

/// The form of a record that came back, with what was sent.
pub(super) fn returned(
    conn: &mut Conn,
    asker: &Asker,
    ask: &Ask,
    work: Work,
    fields: impl FnOnce(&[Line]) -> Result<Fields, Error>,
) -> Result<Opened, Error> {
    let back = Returned::asked(conn, asker, ask.book, &ask.voucher)?.of_kind(work.code())?;
    let first = back.first()?;
    if back.only().is_none() && work != Work::Visit {
        return Ok(back.several());
    }
    let mut all = fields(&back.lines)?;
    all.extend([
        field("village", first.region),
        field("business_date", back.voucher.business_date),
    ]);
    Ok(Opened::Form(back.form(asker, first.contract.as_ref(), all)))
}

/// What every form shows above its fields.
pub(super) struct Head {
    pub place: Place,
    /// Why the record came back, when it did.
    pub returned: Option<String>,
}

pub(super) fn head(
    conn: &mut Conn,
    office: &Office<'_>,
    asker: &Asker,
    form: &FormData,
) -> Result<Head, Error> {
    let user = &asker.user;
    let place = place(conn, office, user, place_fields(form)?, asker.actor.today)?;
    let ids = FormIds::read(form)?;
    let returned = returned_because(conn, user, place.book, &ids)?;
    Ok(Head { place, returned })
}

/// A whole number of people or households; an empty field is zero.
pub(super) fn count(read: &mut Reader<'_>, name: &str, most: i64) -> i64 {
    let text = narrow(read.text(name));
    if text.is_empty() {
        return 0;
    }
    match text.parse() {
        Ok(number) if (0..=most).contains(&number) => number,
        _ => {
            let say = Say::new(
                format!("请填 0 到 {most} 之间的整数。"),
                format!("Enter a whole number from 0 to {most}."),
            );
            read.add(Issue::refuse("count.not_a_number", name, say));
            0
        }
    }
}

/// A line of fieldwork at a place: no product, no amount.
pub(super) fn line(place: &Place, detail: serde_json::Value) -> NewLine {
    NewLine {
        region: place.village,
        client: None,
        product: ProductId(0),
        institution: place.institution,
        specialist: place.specialist,
        contract: None,
        amount: Fen::ZERO,
        detail,
    }
}

pub(super) fn submission(
    place: &Place,
    ids: FormIds,
    work: Work,
    business_date: chrono::NaiveDate,
    lines: Vec<NewLine>,
) -> Submission {
    place.submission(
        ids,
        work.code(),
        business_date,
        lines
            .into_iter()
            .map(|line| NewLine {
                region: place.on(business_date),
                ..line
            })
            .collect(),
    )
}
