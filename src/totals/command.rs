//! `cunxin totals`: the totals on the command line.

use std::io::Write;

use clap::Args;

use super::csv::{Headings, csv};
use super::json::json_text;
use super::print::print;
use super::question::{Boundaries, By, Question, resolve_measures, resolve_month, resolve_region};
use crate::error::Error;
use crate::state::State;
use crate::values::{Lang, Say, Unit};

/// What may be asked on the command line.
#[derive(Args, Clone, Debug)]
pub struct TotalsArgs {
    /// The month, such as 2023-12
    #[arg(long)]
    pub month: String,
    /// The 12-digit code of a city, county, town or village, as of the month's end (default: the city)
    #[arg(long, value_name = "CODE", default_value = "")]
    pub region: String,
    /// Rows: county, town, village, institution, product or specialist (default: the total only)
    #[arg(long, value_name = "BY", default_value = "none")]
    pub by: String,
    /// Boundaries: then (of the month's end) or now (today's, old units under those they have become)
    #[arg(long, value_name = "WHEN", default_value = "then")]
    pub boundaries: String,
    /// Measures, repeated or separated by commas (default: all)
    #[arg(long = "measure", value_name = "CODE", value_delimiter = ',')]
    pub measures: Vec<String>,
    /// table, json or csv; amounts in json and csv are exact yuan
    #[arg(long, default_value = "table")]
    pub format: String,
    /// Unit of amounts in a table: yuan, wan or yi
    #[arg(long, default_value = "yuan")]
    pub unit: String,
    /// Language of a table: zh or en
    #[arg(long, default_value = "zh")]
    pub lang: String,
}

#[derive(Clone, Copy)]
enum Format {
    Table,
    Json,
    Csv,
}

/// Answers on `out`.
///
/// # Errors
/// Refused, with the possible values, for a month, region, measure, breakdown, format or unit that
/// is none; else what reading or writing says.
pub fn run(state: &State, args: &TotalsArgs, out: &mut impl Write) -> Result<(), Error> {
    let by = choice(
        "by",
        &args.by,
        "county、town、village、institution、product、specialist",
        By::parse,
    )?;
    let format = choice("format", &args.format, "table、json、csv", |code| match code {
        "table" => Some(Format::Table),
        "json" => Some(Format::Json),
        "csv" => Some(Format::Csv),
        _ => None,
    })?;
    let unit = choice("unit", &args.unit, "yuan、wan、yi", Unit::parse)?;
    let lang = choice("lang", &args.lang, "zh、en", Lang::parse)?;
    let month = resolve_month(&args.month)?;
    let today = state.clock.today();
    let boundaries = choice("boundaries", &args.boundaries, "then、now", |code| {
        Boundaries::parse(code, today)
    })?;
    let measures = resolve_measures(args.measures.iter().map(String::as_str))?;
    let answer = state.read_now(|conn, office| {
        let region = resolve_region(office.regions, &args.region, boundaries.day(month))?;
        let question = Question {
            region,
            month,
            by,
            measures,
            boundaries,
        }
        .checked(office.regions)?;
        super::answer(conn, office, &question)
    })?;
    let text = match format {
        Format::Table => print(&answer, unit, lang).into_bytes(),
        Format::Json => json_text(&answer)?.into_bytes(),
        Format::Csv => csv(&answer, Headings::Codes, lang)?,
    };
    out.write_all(&text)
        .map_err(|error| Error::Failed(format!("the totals could not be written: {error}")))
}

/// Reads one of a few words.
fn choice<T>(field: &str, given: &str, known: &str, read: impl Fn(&str) -> Option<T>) -> Result<T, Error> {
    read(given).ok_or_else(|| {
        let say = Say::new(
            format!("--{field} 没有“{given}”，可用：{known}。"),
            format!(
                "--{field} cannot be “{given}”; use one of: {}.",
                known.replace('、', ", ")
            ),
        );
        Error::refuse(&format!("totals.{field}"), field, say)
    })
}
