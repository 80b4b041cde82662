//! The field (田间): where a specialist or clerk starts, a village, a client, a new client.
//!
//! What must always hold:
//! - a person sees only the villages of his or her assignments (a clerk: of the county), and in
//!   them names in full but numbers and phones masked;
//! - there is no accounting on these pages: 记录, 更正, 已收到;
//! - this room only shows and leads on; what is recorded goes through the forms of the rooms
//!   below, except a client, who is registered here.

mod client_form;
mod consent;
mod handlers;
mod members;
pub mod phone;
mod views;

pub use client_form::Registering;
pub use handlers::routes;
