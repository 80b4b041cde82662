//! The way every form takes: fill in, check the answers, send, receipt.
//!
//! What must always hold:
//! - the ids of the voucher, of this sending and of a new contract are made when the form is
//!   opened and travel with it, so that sending it twice makes one voucher;
//! - a refusal shows the form again with everything as it was typed, each sentence beside its
//!   field, and nothing is written;
//! - amounts are shown in capitals before anything is sent.

mod door;
mod form;
mod ids;
mod late;
mod page;
mod picker;
mod place;
mod returned;
mod steps;
mod views;

pub use crate::auth::Reader;
pub use door::Door;
pub use form::{Asker, Form, Opened, form_routes};
pub use ids::{Fields, FormIds, field, opened};
pub use late::late_posting;
pub use page::{Heading, fields_form, form_page, village_crumbs};
pub use picker::{client_picker, find_box, found_in};
pub use place::{At, Place, place, place_fields};
pub use returned::{Returned, returned_because};
pub use steps::{Answers, Prepared, problems};
pub use views::{amount_answer, check_page, receipt_panel};
