//! Registering a client from a phone. Whoever is known already in that village is not refused, as on the page, where
//! the list is at hand: the id made on the phone leads to the client recorded first.

use super::item::{Ids, Outcome, Slip, Status};
use super::receive::Taken;
use super::store::{self, Alias};
use crate::auth::{FormData, Role};
use crate::db::Conn;
use crate::error::Error;
use crate::field::Registering;
use crate::ledger::{self, Change, Office, receipt_code, record_audit};
use crate::recording::{Asker, place, place_fields};
use crate::register::{self, NewClient};
use crate::values::ClientId;
use crate::vault;

/// Registers the client of a form, or finds who it is.
pub(super) fn register(
    conn: &mut Conn,
    office: &Office<'_>,
    asker: &Asker,
    ids: &Ids,
    form: &FormData,
) -> Result<Taken, Error> {
    if !matches!(asker.user.role, Role::Specialist | Role::Clerk) {
        return Err(Error::Forbidden);
    }
    let place = place(conn, office, &asker.user, place_fields(form)?, asker.actor.today)?;
    if place.book != ids.book {
        return Ok(Taken::Elsewhere(place.book));
    }
    let asked = Registering::read(&form.clone().with("client_id", ids.voucher.as_str()))?;
    let known = register::known_client(conn, office, ids.book, &asked.new.number)?;
    let known = known.filter(|found| {
        let same = found.identity.name == asked.new.name.trim();
        same && place.kin.contains(&found.client.region_id) && found.client.id != asked.new.id
    });
    let (client, code) = match known {
        Some(found) => {
            let code = join(conn, office, asker, ids, &asked.new, &found.client.id)?;
            (found.client.id, code)
        }
        None => {
            let actor = &asker.actor;
            let done = register::register_client(conn, office, actor, ids.book, &asked.new, &asked.members)?;
            let history = ledger::history(conn, ids.book, done.id.as_str())?;
            let recorded = history.iter().find(|row| row.action == "client.recorded");
            let head = recorded.map_or("", |row| row.head.as_str());
            let code = receipt_code(head);
            (done.id, code)
        }
    };
    Ok(Taken::Answer(Box::new(Outcome {
        client: Some(client.to_string()),
        receipt: Some(Slip {
            code,
            voucher: ids.voucher.to_string(),
            revision: 1,
            state: "recorded".to_owned(),
            posting_month: None,
            late: None,
        }),
        ..Outcome::bare(ids.id.as_str(), Status::Created)
    })))
}

/// Notes that the phone's id means a client known before; the receipt's code.
fn join(
    conn: &mut Conn,
    office: &Office<'_>,
    asker: &Asker,
    ids: &Ids,
    new: &NewClient,
    known: &ClientId,
) -> Result<String, Error> {
    let alias = Alias {
        book_id: ids.book,
        alias_id: new.id.clone(),
        client_id: known.clone(),
        at: asker.actor.now,
    };
    store::keep_alias(conn, &alias)?;
    let change = Change {
        action: "client.joined",
        subject: known.as_str(),
        revision: 1,
        note: "",
        digest: vault::digest(new.id.as_str().as_bytes()),
    };
    let row = record_audit(conn, office, &asker.actor, ids.book, &change)?;
    Ok(receipt_code(&row.head))
}
