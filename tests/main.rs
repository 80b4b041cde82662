//! One binary of integration tests: through the public interface, on real databases.

mod support;

mod addresses;
mod architecture;
mod browser;
mod damage;
mod demonstration;
mod flows;
mod refusals;
mod routes;
