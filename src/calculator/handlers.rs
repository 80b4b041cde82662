//! The page of the calculator.

use actix_web::HttpRequest;
use chrono::NaiveDate;

use super::views;
use crate::auth::{Allow, Answer, FormData, Page, RouteSpec, get};
use crate::error::{Error, Issue};
use crate::recording::{Reader, problems};
use crate::ui::address;
use crate::values::schedule::{self, DayCount, MOST_PERIODS, Plan, RepaymentMethod, ScheduleError, Terms};
use crate::values::text::narrow;
use crate::values::{Say, Unit};

/// Where it is.
const ADDRESS: &str = "/calculator";

/// The route of this room.
pub fn routes() -> Vec<RouteSpec> {
    vec![get(ADDRESS, Allow::SignedIn, show)]
}

/// The address of a plan.
pub fn address(terms: &Terms, start: NaiveDate, months: u32) -> String {
    [
        ("principal", terms.principal.yuan()),
        ("principal_unit", Unit::Yuan.code().to_owned()),
        ("rate", terms.rate.to_string()),
        ("periods", months.to_string()),
        ("start", start.to_string()),
        ("method", terms.method.code().to_owned()),
        ("day_count", terms.day_count.code().to_owned()),
        ("show", "plan".to_owned()),
    ]
    .into_iter()
    .fold(ADDRESS.to_owned(), |path, (key, value)| {
        address::with(&path, key, &value)
    })
}

/// A plan and what it was made from.
pub(super) struct Reckoned {
    pub terms: Terms,
    pub plan: Plan,
}

async fn show(page: Page, request: HttpRequest) -> Answer {
    let asked =
        FormData::parse(request.query_string().as_bytes()).unwrap_or_else(|| FormData::of(Vec::new()));
    let wanted = asked.has("show");
    let form = filled(asked, page.actor().today);
    if !wanted {
        return Ok(views::page(&page, &form, None, &[]));
    }
    Ok(match reckon(&form) {
        Ok(reckoned) => views::page(&page, &form, Some(&reckoned), &[]),
        Err(error @ Error::Refused(_)) => views::page(&page, &form, None, &problems(&error, false)),
        Err(error) => return Err(error.into()),
    })
}

/// What was typed, with the usual answers in place of what was not asked at all.
fn filled(asked: FormData, today: NaiveDate) -> FormData {
    let usual = [
        ("principal_unit", Unit::Yuan.code().to_owned()),
        ("periods", "12".to_owned()),
        ("start", today.to_string()),
        ("method", RepaymentMethod::EqualInstalment.code().to_owned()),
        ("day_count", DayCount::Thirty360.code().to_owned()),
    ];
    usual.into_iter().fold(asked, |form, (name, value)| {
        if form.all(name).next().is_some() {
            form
        } else {
            form.with(name, &value)
        }
    })
}

/// Reads the form and reckons the plan.
fn reckon(form: &FormData) -> Result<Reckoned, Error> {
    let mut read = Reader::new(form);
    let principal = read.amount("principal");
    let rate = read.percent("rate");
    if let Some(Err(error)) = rate.map(schedule::check_rate) {
        read.add(refusal(&error));
    }
    let periods = read_periods(&mut read);
    if let Some(Err(error)) = periods.map(schedule::check_periods) {
        read.add(refusal(&error));
    }
    let start = read.day("start");
    let missing = Say::new("请选择还款方式。", "Choose how it is repaid.");
    let method = read.one_of("method", RepaymentMethod::parse, missing);
    let missing = Say::new("请选择计息方式。", "Choose how days are counted.");
    let day_count = read.one_of("day_count", DayCount::parse, missing);
    read.finish()?;
    let (Some(rate), Some(periods), Some(method), Some(day_count)) = (rate, periods, method, day_count)
    else {
        return Err(Error::NotFound);
    };
    let terms = Terms {
        principal,
        rate,
        method,
        day_count,
    };
    let plan =
        schedule::plan_of(&terms, start, periods).map_err(|error| Error::Refused(vec![refusal(&error)]))?;
    Ok(Reckoned { terms, plan })
}

fn refusal(error: &ScheduleError) -> Issue {
    Issue::refuse(error.code(), error.field(), error.say())
}

fn read_periods(read: &mut Reader<'_>) -> Option<u32> {
    let periods = narrow(read.text("periods")).parse().ok();
    if periods.is_none() {
        let say = Say::new(
            format!("期限请填 1 到 {MOST_PERIODS} 的整数。"),
            format!("Enter a whole number of months, from 1 to {MOST_PERIODS}."),
        );
        read.add(Issue::refuse("schedule.periods", "periods", say));
    }
    periods
}
