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
mod flows;
mod forms;
mod funnel;
mod households;
mod ratings;
mod refusals;
mod reversal;
mod routes;
mod schedule;
mod sheets;
mod stale;
mod versions;
