//! The clock: asked here and nowhere else, so that a demonstration stands still and tests choose
//! their day.

use std::time::Instant;

use chrono::{NaiveDate, NaiveDateTime, TimeDelta, Utc};

use crate::values::day::shanghai_day;

/// Where the business day comes from.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// A fixed Shanghai day that began when the program did; the hours go on.
    Fixed { day: NaiveDate, started: Instant },
}

impl Clock {
    /// A clock standing on `day`.
    pub fn fixed(day: NaiveDate) -> Clock {
        Clock::Fixed {
            day,
            started: Instant::now(),
        }
    }

    /// The business moment, UTC.
    pub fn now(&self) -> NaiveDateTime {
        match self {
            Clock::System => Clock::wall(),
            // 09:00 in Shanghai is 01:00 UTC; a day's length keeps it the same day.
            Clock::Fixed { day, started } => {
                let opening = day.and_time(chrono::NaiveTime::MIN) + TimeDelta::hours(1);
                let elapsed = TimeDelta::from_std(started.elapsed()).unwrap_or_default();
                opening + elapsed.min(TimeDelta::hours(14))
            }
        }
    }

    /// The Shanghai business day.
    pub fn today(&self) -> NaiveDate {
        shanghai_day(self.now())
    }

    /// The machine's own time, UTC: for sessions, which run out whatever the business day.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks")]
    pub fn wall() -> NaiveDateTime {
        Utc::now().naive_utc()
    }
}
