//! The demonstration: two full years of fictional people and contracts over the real units,
//! recorded through the ordinary commands so that it proves the whole path.
//!
//! What must always hold:
//! - `plan` decides everything beforehand, pure and deterministic; `load` only walks it; what `showcase` adds
//!   for visitors touches no figure of the two years;
//! - nothing is written except by the commands anyone uses: submit, approve, register;
//! - the same day gives the same database content, ids included.

mod accounts;
mod acts;
mod closing;
mod load;
pub mod plan;
mod registers;
mod showcase;
mod welcome;

pub use load::{business_day, load};
pub use welcome::welcome;
