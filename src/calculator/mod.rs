//! The repayment calculator (还款计算器): a plan asked for on the command line or on a page.
//!
//! What must always hold:
//! - it reads no record and writes none, so anyone who is signed in may use it;
//! - the page, the table in the terminal and the JSON show one [`Plan`](crate::values::schedule::Plan), which
//!   is reckoned in `values` alone;
//! - the address of the page says all that is on it, so that a loan can lead to its own plan.

mod command;
mod handlers;
mod print;
mod views;

pub use command::{ScheduleArgs, run};
pub use handlers::{address, routes};
