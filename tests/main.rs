//! One binary of integration tests: through the public interface, on real databases.

mod support;

mod addresses;
mod architecture;
mod browser;
mod close;
mod counting;
mod damage;
mod day_end;
mod demonstration;
mod first_review;
mod flows;
mod forms;
mod handover;
mod households;
mod lineage;
mod postings;
mod refusals;
mod reversal;
mod routes;
mod schedule;
mod sheets;
mod stale;
