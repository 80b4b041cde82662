//! What an item asks for: a form filled in, a client registered, a record taken back or voided.

use super::client;
use super::item::{Ids, Item, Outcome, Slip, Status};
use super::receive::Taken;
use super::store;
use crate::auth::FormData;
use crate::db::Conn;
use crate::error::{Error, Issue, Severity};
use crate::evidence::{self, Position};
use crate::ledger::{self, Office, Outcome as Done, Receipt, ReversalRequest, Verdict};
use crate::recording::{Asker, Door, late_posting};
use crate::values::{ClientId, Say, VoucherId};
use crate::{credit, fieldwork, insurance, loans};

/// Registers a client.
pub(super) const CLIENT: &str = "client";
/// Takes the sender's own record back before anybody has decided on it.
const WITHDRAWAL: &str = "withdrawal";
/// Asks for a posted record to be voided.
const REVERSAL: &str = "reversal";

/// The forms that can be filled in elsewhere.
pub(super) fn doors() -> Vec<Door> {
    [
        credit::doors(),
        loans::doors(),
        fieldwork::doors(),
        insurance::doors(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Does what the item asks for, within its transaction.
pub(super) fn act(
    conn: &mut Conn,
    office: &Office<'_>,
    asker: &Asker,
    item: &Item,
    ids: &Ids,
) -> Result<Taken, Error> {
    let form = known_clients(conn, item, ids)?;
    match item.door.as_str() {
        CLIENT => client::register(conn, office, asker, ids, &form),
        WITHDRAWAL => withdraw(conn, office, asker, item, ids),
        REVERSAL => ask_to_void(conn, office, asker, item, ids),
        code => {
            let known = doors().into_iter().find(|door| door.code == code);
            let door = known.ok_or_else(unknown_door)?;
            if !door.allow.lets(Some(&asker.user)) {
                return Err(Error::Forbidden);
            }
            fill_in(conn, office, asker, &door, &form, ids)
        }
    }
}

/// The form with the clients under the ids by which the office knows them.
fn known_clients(conn: &mut Conn, item: &Item, ids: &Ids) -> Result<FormData, Error> {
    let mut form = item.form();
    let named: Vec<ClientId> = form
        .fields()
        .flat_map(|(name, value)| [name.rsplit('_').next().unwrap_or_default(), value])
        .filter_map(|text| ClientId::parse(text).ok())
        .collect();
    for (alias, client) in store::aliases(conn, ids.book, &named)? {
        let known = |text: &str| text.replace(alias.as_str(), client.as_str());
        let fields = form.fields().map(|(name, value)| (known(name), known(value)));
        form = FormData::of(fields.collect());
    }
    Ok(form)
}

fn fill_in(
    conn: &mut Conn,
    office: &Office<'_>,
    asker: &Asker,
    door: &Door,
    form: &FormData,
    ids: &Ids,
) -> Result<Taken, Error> {
    let submission = door.prepare(conn, office, asker, form)?.submission;
    if submission.book != ids.book {
        return Ok(Taken::Elsewhere(submission.book));
    }
    let position = match form.get(evidence::POSITION) {
        "" => None,
        text => Some(Position::parse(text).map_err(|issue| Error::Refused(vec![issue]))?),
    };
    let receipt = ledger::submit(conn, office, &asker.actor, &submission)?;
    if let Some(position) = position {
        let record = (ids.book, ids.voucher.as_str());
        evidence::keep_position(conn, office, &asker.actor, record, position)?;
    }
    let late = late_posting(
        conn,
        ids.book,
        submission.business_date,
        Some(receipt.posting_month),
    )?;
    Ok(received(ids, &receipt, late))
}

fn withdraw(
    conn: &mut Conn,
    office: &Office<'_>,
    asker: &Asker,
    item: &Item,
    ids: &Ids,
) -> Result<Taken, Error> {
    let verdict = Verdict {
        book: ids.book,
        voucher: ids.voucher.clone(),
        command: ids.id.clone(),
        revision: item.form().get("revision").parse().unwrap_or(item.base_revision),
    };
    let receipt = ledger::withdraw(conn, office, &asker.actor, &verdict)?;
    Ok(received(ids, &receipt, None))
}

/// A wish to void a record. The voiding voucher's id is made by the phone too, and named in the fields.
fn ask_to_void(
    conn: &mut Conn,
    office: &Office<'_>,
    asker: &Asker,
    item: &Item,
    ids: &Ids,
) -> Result<Taken, Error> {
    if ledger::find_voucher(conn, ids.book, &ids.voucher)?.maker_id != asker.user.id {
        return Err(Error::NotFound);
    }
    let form = item.form();
    let request = ReversalRequest {
        book: ids.book,
        original: ids.voucher.clone(),
        reversal: VoucherId::parse(form.get("reversal")).map_err(|_| unknown_door())?,
        command: ids.id.clone(),
        reason: form.get("reason").to_owned(),
    };
    let receipt = ledger::request_reversal(conn, office, &asker.actor, &request)?;
    Ok(received(ids, &receipt, None))
}

/// The answer with its receipt.
fn received(ids: &Ids, receipt: &Receipt, late: Option<Say>) -> Taken {
    let (status, state) = match receipt.outcome {
        Done::Held => (Status::Held, "held"),
        Done::Withdrawn => (Status::Created, "withdrawn"),
        _ => (Status::Created, "submitted"),
    };
    let told = receipt
        .issues
        .iter()
        .filter(|issue| issue.severity != Severity::Refuse);
    Taken::Answer(Box::new(Outcome {
        receipt: Some(Slip {
            code: receipt.code.clone(),
            voucher: receipt.voucher.to_string(),
            revision: receipt.revision,
            state: state.to_owned(),
            posting_month: Some(receipt.posting_month.to_string()),
            late,
        }),
        ..Outcome::because(ids.id.as_str(), status, told.cloned().collect())
    }))
}

fn unknown_door() -> Error {
    let say = Say::new(
        "手机上的程序比服务器新或旧，这条记录暂不能收。请联网刷新后再发。",
        "The program on the phone does not match the server's; the record cannot be taken in yet. Go online, refresh and send again.",
    );
    Error::Refused(vec![Issue::refuse("sync.unknown_form", "", say)])
}
