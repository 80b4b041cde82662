//! What the benches stand on: fictional households with right numbers, and who acts.

use chrono::NaiveDate;
use cunxin::clock::Clock;
use cunxin::ledger::Actor;
use cunxin::register::{ClientKind, NewClient};
use cunxin::values::{ClientId, RegionId, UserId};

/// Somebody who acts on a day.
pub fn actor(number: u8, day: NaiveDate) -> Actor {
    let clock = Clock::fixed(day);
    Actor {
        id: UserId::from_parts(1, [number; 10]),
        institution: None,
        now: clock.now(),
        today: day,
    }
}

/// The `n`th household, of a village.
pub fn household(n: usize, village: RegionId) -> NewClient {
    NewClient {
        id: ClientId::from_parts(i64::try_from(n).expect("few"), [1; 10]),
        kind: ClientKind::Household,
        region: village,
        name: format!("户主{n}"),
        number: identity_number(n),
        compared: false,
        phone: String::new(),
        address: String::new(),
        consent_on: None,
    }
}

/// A fictional number with its right check digit.
fn identity_number(n: usize) -> String {
    let (of_day, day) = (n % 900, n / 900);
    let (year, day) = (1950 + day / 336, day % 336);
    let body = format!(
        "440983{year}{:02}{:02}{:03}",
        day / 28 + 1,
        day % 28 + 1,
        900 - of_day
    );
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = body
        .chars()
        .zip(weights)
        .map(|(digit, weight)| digit.to_digit(10).expect("a digit") * weight)
        .sum();
    let check = ["1", "0", "X", "9", "8", "7", "6", "5", "4", "3", "2"][(sum % 11) as usize];
    format!("{body}{check}")
}
