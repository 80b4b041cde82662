//! A form as a way in for what was typed elsewhere: the same fields, read by the same code, without a page.

use super::form::{Asker, Form, Opened};
use super::steps::Prepared;
use crate::auth::{Allow, FormData};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{Office, Voucher};

type Prepare = fn(&mut Conn, &Office<'_>, &Asker, &FormData) -> Result<Prepared, Error>;
type Reopen = fn(&mut Conn, &Office<'_>, &Asker, &Voucher) -> Result<Option<FormData>, Error>;

/// One form, by the short name under which records for it are sent.
#[derive(Clone, Copy)]
pub struct Door {
    /// Stable: phones keep it with what waits to be sent.
    pub code: &'static str,
    /// The page of the form.
    pub address: &'static str,
    /// Who may use it; the same as of the page.
    pub allow: Allow,
    prepare: Prepare,
    reopen: Reopen,
}

impl Door {
    /// The door of a form.
    pub const fn of<F: Form>(code: &'static str, allow: Allow) -> Door {
        Door {
            code,
            address: F::ADDRESS,
            allow,
            prepare: prepared::<F>,
            reopen: reopened::<F>,
        }
    }

    /// Reads the fields into a submission, as the form's page would.
    ///
    /// # Errors
    /// Every problem with its field; [`Error::NotFound`] for a place or contract outside the asker's scope.
    pub fn prepare(
        &self,
        conn: &mut Conn,
        office: &Office<'_>,
        asker: &Asker,
        form: &FormData,
    ) -> Result<Prepared, Error> {
        (self.prepare)(conn, office, asker, form)
    }

    /// The form of a record that came back, filled in as it was sent; none for one that this form does not
    /// correct line by line.
    pub fn reopen(
        &self,
        conn: &mut Conn,
        office: &Office<'_>,
        asker: &Asker,
        voucher: &Voucher,
    ) -> Result<Option<FormData>, Error> {
        (self.reopen)(conn, office, asker, voucher)
    }
}

/// What a form's fields come to: what is around them, then the fields themselves.
pub(super) fn prepared<F: Form>(
    conn: &mut Conn,
    office: &Office<'_>,
    asker: &Asker,
    form: &FormData,
) -> Result<Prepared, Error> {
    let view = F::view(conn, office, asker, form)?;
    F::prepare(&view, form, asker)
}

fn reopened<F: Form>(
    conn: &mut Conn,
    office: &Office<'_>,
    asker: &Asker,
    voucher: &Voucher,
) -> Result<Option<FormData>, Error> {
    let ask = serde_json::json!({ "book": voucher.book_id.0, "voucher": voucher.id.as_str() });
    match F::open(conn, office, asker, serde_json::from_value(ask)?) {
        Ok(Opened::Form(form)) => Ok(Some(form)),
        Ok(Opened::Instead(_)) | Err(Error::NotFound) => Ok(None),
        Err(failure) => Err(failure),
    }
}
