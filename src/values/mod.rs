//! The pure words of the domain: money, months, days, identifiers, regions, measures, rates, and the
//! checks that belong to them.
//!
//! What always holds here:
//!
//! - Nothing in this room reads a clock, a file or a database: time is an argument, and so is randomness,
//!   but for the one constructor of fresh ids (`new`), beside which `from_parts` makes the same id again.
//!   Types may derive Diesel traits so that they can be bound and loaded, but no query is written here.
//! - Money is [`Fen`](money::Fen), a whole number of 分 in an `i64`. Arithmetic runs through `i128` and is
//!   refused when the result does not fit; no floating-point number comes near an amount.
//! - A value that exists is valid: every type that arrives as text has one `parse`, which either gives the
//!   normalised value or says by name, in Chinese and English, what is wrong. Nothing is rounded silently.
//! - Rounding happens once, half away from zero (四舍五入), at the moment of display or of charging a rate.
//! - This is the lowest room of the house: it imports no other.

pub(crate) mod coded;
pub mod day;
pub mod english;
pub mod geojson;
pub mod grid;
pub mod ids;
pub mod measure;
pub mod money;
pub mod month;
pub mod numerals;
pub mod pasted;
pub mod person;
pub mod pinyin;
pub mod plausible;
pub mod quantity;
pub mod rate;
pub mod region;
pub mod schedule;
pub mod suppression;
pub mod text;
pub mod words;
pub mod workday;

pub use ids::*;
pub use measure::{MeasureId, MeasureUnit, Nature};
pub use money::{AmountError, Fen, Unit};
pub use month::{Month, MonthError};
pub use region::{Level, RegionCode, RegionId, RegionKind};
pub use text::{Lang, Say, Text};
