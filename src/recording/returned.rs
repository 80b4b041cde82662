//! A record that its maker corrects and sends again: it came back, or nobody has decided on it yet.

use super::form::{Asker, Opened};
use super::ids::{Fields, FormIds, opened};
use crate::auth::{FormData, User};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{self, Line, State, Voucher};
use crate::values::{BookId, ContractId, VoucherId};

/// A voucher with its lines, before the one who may correct it.
#[derive(Debug)]
pub struct Returned {
    pub voucher: Voucher,
    pub lines: Vec<Line>,
}

impl Returned {
    /// The voucher that a form's address names; [`Error::NotFound`] unless the asker may correct it.
    pub fn asked(conn: &mut Conn, asker: &Asker, book: i64, voucher: &str) -> Result<Returned, Error> {
        let id = VoucherId::parse(voucher).map_err(|_| Error::NotFound)?;
        Returned::find(conn, &asker.user, BookId(book), &id)
    }

    /// As [`Returned::asked`], for a voucher known by its id.
    pub fn find(conn: &mut Conn, user: &User, book: BookId, id: &VoucherId) -> Result<Returned, Error> {
        let voucher = ledger::find_voucher(conn, book, id)?;
        let correctable = voucher.is_waiting() || voucher.state()? == State::Returned;
        if voucher.maker_id != user.id || !correctable || voucher.reversal_of.is_some() {
            return Err(Error::NotFound);
        }
        let lines = ledger::lines_of(conn, &voucher, voucher.revision)?;
        Ok(Returned { voucher, lines })
    }

    /// Refuses, as not found, a voucher that another form made.
    pub fn of_kind(self, kind: &str) -> Result<Returned, Error> {
        if self.voucher.kind == kind {
            Ok(self)
        } else {
            Err(Error::NotFound)
        }
    }

    /// Its line, where it has one only.
    pub fn only(&self) -> Option<&Line> {
        match self.lines.as_slice() {
            [line] => Some(line),
            _ => None,
        }
    }

    /// The line that speaks for what all have in common.
    pub fn first(&self) -> Result<&Line, Error> {
        self.lines.first().ok_or(Error::NotFound)
    }

    /// The form once more: its own voucher, and its contract where it made one.
    pub fn form(&self, asker: &Asker, contract: Option<&ContractId>, fields: Fields) -> FormData {
        let form = opened(&asker.clock, fields)
            .with("voucher_id", self.voucher.id.as_str())
            .with("base_revision", &self.voucher.revision.to_string());
        match contract {
            Some(contract) => form.with("contract_id", contract.as_str()),
            None => form,
        }
    }

    /// Where this one of several forms corrects it: at the address of a form that shows all its lines.
    pub fn at(&self, form: &str) -> Opened {
        let (book, id) = (self.voucher.book_id, &self.voucher.id);
        Opened::at(format!("{form}?book={book}&voucher={id}"))
    }

    /// To its own page, where no form corrects it.
    pub fn at_record(&self) -> Opened {
        Opened::at(format!("/records/{}/{}", self.voucher.book_id, self.voucher.id))
    }

    /// Said to whoever would correct several lines in a form for one.
    pub fn several(&self) -> Opened {
        Opened::several(self.voucher.book_id, self.voucher.id.clone(), self.lines.len())
    }
}

/// Why the record being corrected came back; none for a new one.
pub fn returned_because(
    conn: &mut Conn,
    user: &User,
    book: BookId,
    ids: &FormIds,
) -> Result<Option<String>, Error> {
    if ids.base_revision == 0 {
        return Ok(None);
    }
    match Returned::find(conn, user, book, &ids.voucher) {
        Ok(back) => Ok(Some(back.voucher.reason).filter(|reason| !reason.is_empty())),
        // Sent again meanwhile: the submission itself will say so.
        Err(Error::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}
