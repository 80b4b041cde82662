//! The look of every page: shell, fields, tables, charts, cards and notices, as functions from a struct to
//! [`maud::Markup`].
//!
//! What always holds here:
//!
//! - Nothing in this room queries, reads a clock or knows a route's rules. A view hands over finished values
//!   and gets markup back; the same input gives the same bytes.
//! - No inline script, no inline style, no foreign address: the pages run under
//!   `default-src 'self'; style-src 'self'; script-src 'self'; img-src 'self' data:`. Widths come from classes
//!   or from SVG attributes.
//! - Every page works as plain HTML forms and links. `cunxin.js` only adds comfort: the capital form of an
//!   amount while typing, the double-submit guard, focus on the error summary, copying a table.
//! - Whatever a person or a file supplied reaches the page through maud's escaping. `PreEscaped` is used for
//!   the doctype alone.
//! - Colour never speaks alone: a state has its words, a change its arrow and sign. Changes follow the Chinese
//!   habit of red for up and green for down (红涨绿跌).
//! - Amounts are drawn from whole 分; chart geometry is whole-number arithmetic.
//! - The room imports `values` and nothing else of the house.
//!
//! What only one feature shows lives in that feature's `views.rs`; what two of them show lives here.

pub mod address;
pub mod assets;
pub mod cards;
pub mod change;
pub mod chart;
pub mod field;
pub mod filter;
pub mod form;
pub mod history;
pub mod icon;
pub mod name;
pub mod notice;
pub mod packed;
pub mod page;
pub mod pager;
pub mod phone;
pub mod pill;
pub mod plan;
pub mod sign_in;
pub mod table;
