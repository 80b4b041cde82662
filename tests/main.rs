//! One binary of integration tests: through the public interface, on real databases.

mod support;

mod addresses;
mod architecture;
mod browser;
mod claims;
mod close;
mod counting;
mod damage;
mod day_end;
mod demonstration;
mod first_review;
mod flows;
mod forms;
mod funnel;
mod handover;
mod households;
mod index_insurance;
mod lineage;
mod loan_desk;
mod loan_life;
mod official;
mod policies;
mod postings;
mod proof;
mod ratings;
mod refusals;
mod reversal;
mod routes;
mod schedule;
mod sheets;
mod staff_reports;
mod stale;
mod stories;
mod suppression;
mod versions;
