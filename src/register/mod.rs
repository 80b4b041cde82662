//! The registers: institutions, products with their tariffs, specialists with their
//! assignments, clients.
//!
//! What must always hold:
//! - institutions, products and specialists are shared by all books and audited in the city's
//!   register book; clients and assignments belong to one book;
//! - what names a client (name, identity number, phone, address) exists only sealed, in
//!   `client_identity`; everything else holds the client's id;
//! - one 农户 client is one household; its members' identity numbers lead to it, and no number
//!   leads to two clients of one book;
//! - an assignment is posted like any other event, so that specialists in post are a sum.

mod assignment;
mod client;
mod commands;
mod consent;
mod departure;
mod desk;
mod disaster;
mod handlers;
mod identity;
mod institution;
mod lineage;
mod lineage_undo;
mod members;
mod names;
mod official;
mod opening;
mod product;
mod rating_standard;
mod registration;
mod search;
mod specialist;
mod views;
mod village;

pub use assignment::{
    ASSIGNMENT_KIND, Assignment, AssignmentDetail, Staff, assigned_villages, assignment_issue,
    assignments_at, assignments_in, load_assignments, positions, responsible,
};
pub use client::{Client, ClientKind, clients_at_home, find_clients};
pub use consent::{consent_of, record_consent};
pub use departure::{DepartureDetail, END_KIND, Part, TRANSFER_KIND};
pub use disaster::{Disaster, DisasterKind, NewDisaster, disasters, record_disaster, struck_towns};
pub use handlers::routes;
pub use identity::{Identity, MemberChange, identities};
pub use institution::{Institution, InstitutionKind, add_institution, institutions};
pub use members::{HouseholdId, add_member, member_key, remove_member};
pub use names::Names;
pub use official::{FigureKind, NewFigures, OfficialFigure, figures_of, figures_on, record_figures};
pub use opening::{first_administrator, open_office};
pub use product::{
    Product, ProductKind, Tariff, Tier, add_product, add_tariff, products, products_in, tariff_on, tariffs,
};
pub use rating_standard::{
    Rated, RatingStandard, rating_standard_on, rating_standards, record_rating_standard,
};
pub use registration::{
    MOST_MEMBERS, NewClient, Registered, check_client, known_client, register_client, register_clients,
    split_numbers,
};
pub use search::{Found, clients_in, named_client};
pub use specialist::{Specialist, add_specialist, find_specialist, specialists};
pub use village::village_issue;

use crate::ledger::Kind;

/// The kinds of voucher of this room.
pub fn kinds() -> Vec<Kind> {
    [assignment::kind()]
        .into_iter()
        .chain(departure::kinds())
        .collect()
}
