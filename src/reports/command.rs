//! `cunxin report`: reports on the command line.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use clap::Args;

use super::vouchers::Stream;
use super::write::{Format, write};
use super::{REPORTS, Report, ReportAsk, find};
use crate::error::Error;
use crate::state::State;
use crate::totals::{Boundaries, resolve_month, resolve_region};
use crate::values::{Lang, Say, Unit};

/// What may be asked on the command line.
#[derive(Args, Clone, Debug)]
pub struct ReportArgs {
    /// The report's name, such as monthly
    #[arg(required_unless_present = "list")]
    pub name: Option<String>,
    /// Lists the reports there are
    #[arg(long)]
    pub list: bool,
    /// The month, such as 2023-12
    #[arg(long, required_unless_present = "list")]
    pub month: Option<String>,
    /// The 12-digit code of a city, county or town (default: the city)
    #[arg(long, value_name = "CODE", default_value = "")]
    pub region: String,
    /// An edition of a closed month, such as 1 (default: the one in which it stands closed)
    #[arg(long, value_name = "N")]
    pub edition: Option<i32>,
    /// Boundaries: then (of the month's end) or now (today's)
    #[arg(long, default_value = "then")]
    pub boundaries: String,
    /// xlsx, pdf, csv or json
    #[arg(long, default_value = "xlsx")]
    pub format: String,
    /// The file to write (default: standard output)
    #[arg(short = 'o', long = "output", value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Unit in which amounts are shown: yuan, wan or yi
    #[arg(long, default_value = "wan")]
    pub unit: String,
    /// Language: zh or en
    #[arg(long, default_value = "zh")]
    pub lang: String,
    /// The variant for readers outside: no persons, rows of few households hidden
    #[arg(long)]
    pub public: bool,
}

/// Writes the report, or the list of reports, to `out` or to the file asked for.
///
/// # Errors
/// Refused, with the possible values, for what is not known; else what reading or writing says.
pub fn run(state: &State, args: &ReportArgs, out: &mut impl Write) -> Result<(), Error> {
    let lang = Lang::parse(&args.lang).ok_or_else(|| unknown("lang", &args.lang, "zh、en"))?;
    if args.list {
        return list(lang, out);
    }
    let report = find(args.name.as_deref().unwrap_or_default())?;
    let format = format(&args.format)?;
    let unit = Unit::parse(&args.unit).ok_or_else(|| unknown("unit", &args.unit, "yuan、wan、yi"))?;
    let month = resolve_month(args.month.as_deref().unwrap_or_default())?;
    let binary = matches!(format, Format::Xlsx | Format::Pdf);
    if args.output.is_none() && binary && std::io::stdout().is_terminal() {
        let name = format.name();
        let say = Say::new(
            format!("{name} 不能显示在终端上，请用 -o 指定文件。"),
            format!("{name} cannot be shown on a terminal; name a file with -o."),
        );
        return Err(Error::refuse("report.terminal", "output", say));
    }
    let boundaries = Boundaries::parse(&args.boundaries, state.clock.today())
        .ok_or_else(|| unknown("boundaries", &args.boundaries, "then、now"))?;
    let made_at = state.clock.now();
    let ask = state.read_now(|_, office| {
        let region = resolve_region(office.regions, &args.region, boundaries.day(month))?;
        Ok(ReportAsk {
            region,
            month,
            boundaries,
            unit,
            lang,
            made_at,
            demo: state.demo,
            public: args.public,
            edition: args.edition,
        })
    })?;
    let Some(path) = &args.output else {
        return put(state, report, &ask, format, out);
    };
    let unwritten = |error| Error::Failed(format!("{} could not be written: {error}", path.display()));
    let mut file = std::fs::File::create(path).map_err(unwritten)?;
    put(state, report, &ask, format, &mut file)?;
    let told = format!("{} {}\n", lang.t("已写入", "Written:"), path.display());
    say(out, &told)
}

/// Writes the report's bytes; a list of any length a stretch at a time.
fn put(
    state: &State,
    report: &Report,
    ask: &ReportAsk,
    format: Format,
    out: &mut impl Write,
) -> Result<(), Error> {
    if report.is_streamed() && Stream::writes(format) && !ask.public {
        let mut stream = Stream::open(state, ask, format)?;
        while let Some(bytes) = stream.next(state)? {
            out.write_all(&bytes).map_err(failed)?;
        }
        return Ok(());
    }
    let book = state.read_now(|conn, office| report.build(conn, office, ask))?;
    out.write_all(&write(&book, format)?).map_err(failed)
}

fn list(lang: Lang, out: &mut impl Write) -> Result<(), Error> {
    for report in REPORTS {
        say(
            out,
            &format!(
                "{}  {}\n    {}\n",
                report.code,
                report.name.get(lang),
                report.about.get(lang)
            ),
        )?;
    }
    Ok(())
}

fn say(out: &mut impl Write, text: &str) -> Result<(), Error> {
    out.write_all(text.as_bytes()).map_err(failed)
}

fn failed(error: std::io::Error) -> Error {
    Error::Failed(format!("the report could not be written: {error}"))
}

/// Reads the name of a format.
///
/// # Errors
/// Refused, naming those there are.
pub(super) fn format(name: &str) -> Result<Format, Error> {
    Format::parse(name).ok_or_else(|| unknown("format", name, "xlsx、pdf、csv、json"))
}

fn unknown(field: &str, given: &str, known: &str) -> Error {
    let say = Say::new(
        format!("{field} 没有“{given}”，可用：{known}。"),
        format!(
            "{field} cannot be “{given}”; use one of: {}.",
            known.replace('、', ", ")
        ),
    );
    Error::refuse(&format!("report.{field}"), field, say)
}
