//! Whoever holds only the paper: `/verify`. The check code printed under a report is typed, with the number of a
//! row, and the row's breakdown opens; or a file is given back and compared with what this office would hand out.
//!
//! What must always hold:
//! - without sign-in the page says whether a code is this office's, of which report, month and edition it is, and
//!   whether its figures still stand: nothing more, and only so often a minute;
//! - a row is shown to the staff within their scope, to readers outside of the 对外 variant alone;
//! - a file given back is measured before it is parsed ([`unpack`]): at most 5 MB, 50 entries, 50 MB unpacked,
//!   200,000 cells, whatever its own words about itself.

mod compare;
mod grid;
mod handlers;
mod unpack;
mod views;

pub use handlers::routes;
