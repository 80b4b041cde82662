//! The maker's side: my records, the receipt of one, taking it back.
//!
//! What must always hold:
//! - a record is shown to its maker and to nobody else here; to others it is not there;
//! - there is no accounting on these pages: 记录, 更正, 已收到, 回执号;
//! - what came back stands first, with the reviewer's reason beside the way to correct it.

mod handlers;
mod store;
mod views;

pub use handlers::routes;
