//! `cunxin schedule`: a repayment plan on the command line. It needs no database.

use std::io::Write;

use clap::Args;

use super::print::print;
use crate::error::Error;
use crate::values::day::parse_day;
use crate::values::rate::Percent;
use crate::values::schedule::{DayCount, MOST_PERIODS, RepaymentMethod, Terms, plan_of};
use crate::values::{Fen, Lang, Say};

/// What may be asked on the command line.
#[derive(Args, Clone, Debug)]
#[command(allow_negative_numbers = true)]
pub struct ScheduleArgs {
    /// The amount lent, in yuan
    #[arg(long, value_name = "YUAN")]
    pub principal: String,
    /// The yearly rate in percent, such as 4.35
    #[arg(long, value_name = "PERCENT")]
    pub rate: String,
    /// How many months
    #[arg(long, value_name = "MONTHS")]
    pub periods: String,
    /// The day the loan is paid out, such as 2024-01-10
    #[arg(long, value_name = "DAY")]
    pub start: String,
    /// equal-instalment (等额本息), equal-principal (等额本金), interest-only (先息后本) or bullet (利随本清)
    #[arg(long, default_value = "equal-instalment")]
    pub method: String,
    /// 30/360 (by month), actual/365, actual/360 or actual/actual
    #[arg(long, default_value = "30/360")]
    pub day_count: String,
    /// table or json; amounts in json are exact yuan
    #[arg(long, default_value = "table")]
    pub format: String,
    /// Language of a table: zh or en
    #[arg(long, default_value = "zh")]
    pub lang: String,
}

/// Prints the plan on `out`.
///
/// # Errors
/// Refused, naming the option, for what does not read or cannot be reckoned; else what writing says.
pub fn run(args: &ScheduleArgs, out: &mut impl Write) -> Result<(), Error> {
    let json = choice("format", &args.format, &["table", "json"], |code| match code {
        "table" => Some(false),
        "json" => Some(true),
        _ => None,
    })?;
    let lang = choice("lang", &args.lang, &["zh", "en"], Lang::parse)?;
    let methods = RepaymentMethod::EVERY.map(RepaymentMethod::code);
    let counts = DayCount::EVERY.map(DayCount::code);
    let terms = Terms {
        principal: Fen::parse_yuan(&args.principal)
            .map_err(|error| refused("principal", error.code(), &error.say()))?,
        rate: Percent::parse(&args.rate).map_err(|error| refused("rate", error.code(), &error.say()))?,
        method: choice("method", &args.method, &methods, RepaymentMethod::parse)?,
        day_count: choice("day-count", &args.day_count, &counts, DayCount::parse)?,
    };
    let start = parse_day(&args.start).map_err(|error| refused("start", error.code(), &error.say()))?;
    let plan = plan_of(&terms, start, periods(&args.periods)?)
        .map_err(|error| refused(error.field(), error.code(), &error.say()))?;
    let text = if json {
        format!("{}\n", serde_json::to_string(&plan)?)
    } else {
        print(&terms, &plan, lang)
    };
    out.write_all(text.as_bytes())
        .map_err(|error| Error::Failed(format!("the plan could not be written: {error}")))
}

fn periods(text: &str) -> Result<u32, Error> {
    text.trim().parse().map_err(|_| {
        let say = Say::new(
            format!("期数要是 1 到 {MOST_PERIODS} 的整数，不能是“{text}”。"),
            format!("The number of periods is a whole number from 1 to {MOST_PERIODS}, not “{text}”."),
        );
        refused("periods", "schedule.periods", &say)
    })
}

/// Reads one of a few words.
fn choice<T>(
    option: &str,
    given: &str,
    known: &[&str],
    read: impl Fn(&str) -> Option<T>,
) -> Result<T, Error> {
    read(given).ok_or_else(|| {
        let say = Say::new(
            format!("没有“{given}”，可用：{}。", known.join("、")),
            format!("cannot be “{given}”; use one of: {}.", known.join(", ")),
        );
        refused(option, &format!("schedule.{}", option.replace('-', "_")), &say)
    })
}

fn refused(option: &str, code: &str, say: &Say) -> Error {
    let say = Say::new(
        format!("--{option}：{}", say.zh),
        format!("--{option}: {}", say.en),
    );
    Error::refuse(code, option, say)
}
