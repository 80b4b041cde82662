//! The command line.

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::sync::Arc;

use chrono::NaiveDate;
use clap::{Parser, Subcommand};
use rustls::ServerConfig;

use crate::app::{self, StartError};
use crate::auth;
use crate::backup::{self, FileArgs};
use crate::calculator::{self, ScheduleArgs};
use crate::calendar;
use crate::clock::Clock;
use crate::close::{self, CloseArgs};
use crate::config::{DataArgs, ListenArgs};
use crate::demo;
use crate::error::Error;
use crate::ledger;
use crate::register;
use crate::reports::{self, ReportArgs};
use crate::tls;
use crate::totals::{self, TotalsArgs};
use crate::values::day::parse_day;
use crate::values::geojson::Outline;

/// 村信 Cunxin: village credit, loans and agricultural insurance, exact to the fen from a
/// household to the city. 从农户到全市，授信、贷款、农业保险，分毫不差。
#[derive(Parser, Debug)]
#[command(name = "cunxin", version)]
pub struct Cli {
    #[command(flatten)]
    pub data: DataArgs,
    #[command(subcommand)]
    pub command: Command,
}

/// What can be asked of the program.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Migrate and serve; on first start an administrator is made · 启动服务
    Serve(ListenArgs),
    /// Serve a fresh database filled with the demonstration data · 启动演示
    Demo(DemoArgs),
    /// Print totals by region, institution, product or specialist · 汇总
    Totals(TotalsArgs),
    /// Write a standard report · 报表
    Report(ReportArgs),
    /// Print a repayment plan; needs no database · 还款计划
    Schedule(ScheduleArgs),
    /// Rebuild every total, position and audit chain and compare; exit 1 with what differs · 核对
    Verify,
    /// Take out of force what has run out before a day, post what is overdue: lines, policies, loans · 日终
    #[command(name = "day-end")]
    DayEnd(DayEndArgs),
    /// Check a county's oldest open month and close it as an edition · 关账
    Close(CloseArgs),
    /// Copy the whole database to one file, also while it serves · 备份
    Backup(FileArgs),
    /// Make the database of a backup, and verify it · 恢复
    Restore(FileArgs),
    /// Manage accounts · 账号
    User(auth::UserArgs),
}

/// The demonstration.
#[derive(clap::Args, Debug)]
pub struct DemoArgs {
    #[command(flatten)]
    pub listen: ListenArgs,
    /// The business day the demonstration stands on · 演示所在的业务日
    #[arg(long, default_value = "2024-01-04", value_parser = day)]
    pub today: NaiveDate,
    /// Fill the database and stop · 只装数据
    #[arg(long)]
    pub load_only: bool,
}

/// A day's end.
#[derive(clap::Args, Debug)]
pub struct DayEndArgs {
    /// The day to bring the books up to, not after today · 处理到哪一天（默认今天）
    #[arg(long, value_parser = day)]
    pub date: Option<NaiveDate>,
}

fn day(text: &str) -> Result<NaiveDate, String> {
    parse_day(text).map_err(|error| error.say().to_string())
}

/// Why a command did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    #[error(transparent)]
    Start(#[from] StartError),
    #[error("{}", in_words(.0))]
    Ledger(#[from] Error),
    #[error("{0}")]
    Plain(String),
    #[error("cannot write: {0}")]
    Output(#[from] std::io::Error),
    #[error("{0} difference(s) · 发现不一致")]
    Differs(usize),
}

/// A refusal in both languages, anything else as it is.
fn in_words(error: &Error) -> String {
    let says: Vec<String> = error.issues().iter().map(|issue| issue.say.to_string()).collect();
    if says.is_empty() {
        error.to_string()
    } else {
        says.join("\n")
    }
}

/// Runs one command.
pub fn run(cli: Cli) -> Result<(), CommandError> {
    let mut out = std::io::stdout().lock();
    match cli.command {
        Command::Serve(listen) => serve(&cli.data, &listen, &mut out),
        Command::Demo(args) => demonstrate(&cli.data, &args, &mut out),
        Command::Totals(args) => Ok(totals::run(&existing(&cli.data)?, &args, &mut out)?),
        Command::Report(args) => Ok(reports::run(&existing(&cli.data)?, &args, &mut out)?),
        Command::Schedule(args) => Ok(calculator::run(&args, &mut out)?),
        Command::Close(args) => Ok(close::run(&existing(&cli.data)?, &args, &mut out)?),
        Command::Verify => verify(&cli.data, &mut out),
        Command::DayEnd(args) => day_end(&cli.data, &args, &mut out),
        Command::Backup(args) => back_up(&cli.data, &args, &mut out),
        Command::Restore(args) => restore(&cli.data, &args, &mut out),
        Command::User(args) => Ok(auth::run_user_command(
            &app::open(&cli.data, Clock::System)?,
            &args,
            &mut out,
        )?),
    }
}

/// Opens a database that must be there already: reading commands do not make an empty one.
fn existing(data: &DataArgs) -> Result<crate::state::State, CommandError> {
    if !data.database.contains("://") && !Path::new(&data.database).exists() {
        return Err(CommandError::Plain(format!(
            "there is no database at {}; `cunxin serve` or `cunxin demo` makes one · 没有这个数据库",
            data.database
        )));
    }
    Ok(app::open(data, Clock::System)?)
}

fn serve(data: &DataArgs, listen: &ListenArgs, out: &mut impl Write) -> Result<(), CommandError> {
    let (tls, map) = (https(listen)?, map(listen)?);
    let mut state = app::open(data, Clock::System)?;
    state.secure_cookies = listen.over_tls();
    state.map = map;
    let actor = crate::ledger::Actor {
        id: auth::command_line_user(),
        institution: None,
        now: state.clock.now(),
        today: state.clock.today(),
    };
    let register_book = state.db.read(ledger::register_book)?.ok_or(Error::NotFound)?;
    let made = state.write_now(register_book.id, |conn, office| {
        register::first_administrator(conn, office, &actor)
    })?;
    if let Some((login, password)) = made {
        writeln!(
            out,
            "First start. Sign in once with · 首次启动，请用一次性密码登录："
        )?;
        writeln!(out, "  {login}  {password}")?;
    }
    listen_on(
        state,
        (&listen.listen, tls),
        |address| vec![format!("Cunxin 村信  {address}")],
        out,
    )
}

fn demonstrate(data: &DataArgs, args: &DemoArgs, out: &mut impl Write) -> Result<(), CommandError> {
    let (tls, map) = (https(&args.listen)?, map(&args.listen)?);
    let mut state = app::open(data, Clock::fixed(args.today))?;
    if !state.demo {
        demo::load(&state, args.today, std::io::stderr().is_terminal())?;
        state.demo = true;
    }
    if args.load_only {
        writeln!(
            out,
            "The demonstration data is in {} · 演示数据已装入",
            data.database
        )?;
        return Ok(());
    }
    state.secure_cookies = args.listen.over_tls();
    state.map = map;
    let accounts = state.db.read(auth::list_accounts)?;
    listen_on(
        state,
        (&args.listen.listen, tls),
        |address| demo::welcome(address, &accounts),
        out,
    )
}

/// The certificate, before anything is opened or made.
fn https(listen: &ListenArgs) -> Result<Option<ServerConfig>, StartError> {
    Ok(tls::settings(listen.tls_cert.as_ref(), listen.tls_key.as_ref())?)
}

/// The office's own map, before anything is opened or made.
fn map(listen: &ListenArgs) -> Result<Option<Arc<Vec<Outline>>>, CommandError> {
    let read = listen
        .outlines()
        .map_err(|say| CommandError::Plain(say.to_string()))?;
    Ok(read.map(Arc::new))
}

fn listen_on(
    state: crate::state::State,
    (listen, tls): (&str, Option<ServerConfig>),
    lines: impl FnOnce(&str) -> Vec<String>,
    out: &mut impl Write,
) -> Result<(), CommandError> {
    let ready = |address: &str| {
        for line in lines(address) {
            // Whether anyone reads the greeting does not matter to serving.
            let _ = writeln!(out, "{line}");
        }
        let _ = out.flush();
    };
    let serving = app::serve(state, listen, tls, ready);
    Ok(actix_web::rt::System::new().block_on(serving)?)
}

/// Brings every book up to the day, each in a transaction of its own.
fn day_end(data: &DataArgs, args: &DayEndArgs, out: &mut impl Write) -> Result<(), CommandError> {
    let state = existing(data)?;
    let today = state.clock.today();
    let day = args.date.unwrap_or(today);
    if day > today {
        return Err(CommandError::Plain(format!(
            "{day} is after today ({today}) · 日期不能晚于今天"
        )));
    }
    let actor = crate::ledger::Actor {
        id: auth::command_line_user(),
        institution: None,
        now: state.clock.now(),
        today,
    };
    let register = state.db.read(ledger::register_book)?.map(|book| book.id);
    for book in state.db.read(ledger::books)? {
        if Some(book.id) == register {
            continue;
        }
        let ended = state.write_now(book.id, |conn, office| {
            calendar::end_of_day(conn, office, &actor, book.id, day)
        })?;
        writeln!(
            out,
            "{}  {day}: {} line(s), {} policy(ies), {} rating(s) ended, {} loan(s) overdue anew or no longer · \
             额度到期 {lines} 笔，保单到期 {policies} 件，评定到期 {ratings} 项，逾期变动 {overdue} 笔",
            book.name,
            ended.lines,
            ended.policies,
            ended.ratings,
            ended.overdue,
            lines = ended.lines,
            policies = ended.policies,
            ratings = ended.ratings,
            overdue = ended.overdue,
        )?;
    }
    Ok(())
}

fn back_up(data: &DataArgs, args: &FileArgs, out: &mut impl Write) -> Result<(), CommandError> {
    let size = backup::backup(&existing(data)?, args)?;
    writeln!(
        out,
        "{}: {size} bytes. The key file is not in it: keep both, apart from each other · 密钥文件不在其中，请分开保管",
        args.file.display()
    )?;
    Ok(())
}

fn restore(data: &DataArgs, args: &FileArgs, out: &mut impl Write) -> Result<(), CommandError> {
    tell(&backup::restore(data, args)?, out)
}

fn verify(data: &DataArgs, out: &mut impl Write) -> Result<(), CommandError> {
    tell(&existing(data)?.verify()?, out)
}

/// Each difference on a line of its own, or that there is none.
fn tell(found: &[ledger::Difference], out: &mut impl Write) -> Result<(), CommandError> {
    for difference in found {
        writeln!(
            out,
            "{}: {}: {} ≠ {}",
            difference.book, difference.what, difference.stored, difference.should_be
        )?;
    }
    if found.is_empty() {
        writeln!(
            out,
            "No difference: totals, positions and audit chains agree with the entries · 全部一致"
        )?;
        return Ok(());
    }
    Err(CommandError::Differs(found.len()))
}
