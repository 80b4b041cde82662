//! The phone's way in and out (同步): records typed without a network come in by batches, what has become of them
//! and what a phone takes along go out. The contract for whoever writes another client: `docs/sync.md`.
//!
//! What must always hold:
//! - an item is read and judged by the code of the form it was typed for (`recording::Door`), in a transaction of
//!   its own; nothing is decided here that a form would not decide;
//! - an item sent again gets the first answer again, whatever has changed since; the same id with other content is
//!   refused, and tells nothing to anybody but its sender;
//! - what is not kept is said so: an answer without a receipt leaves the item with the phone;
//! - the phone's clock decides nothing.

mod act;
mod changes;
mod client;
mod handlers;
mod item;
mod pack;
mod parts;
mod receive;
mod store;

pub use handlers::routes;
