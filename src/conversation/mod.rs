//! What maker, clerk and reviewer say to one another about one record (留言).
//!
//! What must always hold:
//! - whoever may see a voucher reads what was said about it; its maker, the clerk who checks it and the county's
//!   reviewer may add to it;
//! - a question moves nothing: the record stays where it is, and so do its figures;
//! - remarks are only added, each with a row of the audit chain that holds its digest; one sent twice is kept once;
//! - how far a person has read is that person's own, and is set by the person, never by opening a page.

mod handlers;
mod store;
mod views;

pub use handlers::routes;
pub use store::{Conversation, conversation_of, unread};
pub use views::{panel, unread_mark};
