//! `cunxin user …`: accounts from the command line, for whoever has the machine but no password.

use std::io::Write;

use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::Role;
use super::account::{self, Account};
use super::enrol::{self, Enrolment, Scopes};
use crate::clock::Clock;
use crate::error::Error;
use crate::ledger::{self, Actor};
use crate::state::State;
use crate::values::{BookId, InstitutionId, Lang, RegionCode, Say, SpecialistId, UserId};

/// `cunxin user …`
#[derive(Clone, Debug, clap::Args)]
pub struct UserArgs {
    #[command(subcommand)]
    pub command: UserCommand,
}

/// What can be done with accounts.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum UserCommand {
    /// 新增账号，打印一次性密码 / Add an account and print its one-time password
    Add(AddArgs),
    /// 列出账号 / List the accounts
    List,
    /// 重置为新的一次性密码 / Replace a password by a new one-time password
    Password {
        /// 登录名 / Login
        login: String,
    },
    /// 停用账号，立即退出 / Disable an account; it is signed out at once
    Disable {
        /// 登录名 / Login
        login: String,
    },
    /// 重新启用账号 / Enable an account again
    Enable {
        /// 登录名 / Login
        login: String,
    },
}

/// A new account.
#[derive(Clone, Debug, clap::Args)]
pub struct AddArgs {
    /// 登录名：小写字母、数字和 .-_@ / Login: small letters, digits and .-_@
    #[arg(long)]
    pub login: String,
    /// 姓名 / Name
    #[arg(long)]
    pub name: String,
    /// 角色 / Role
    #[arg(long, value_parser = PossibleValuesParser::new(Role::EVERY.map(Role::code)).try_map(role))]
    pub role: Role,
    /// 县（市、区）代码，6 位或 12 位 / Code of the county, 6 or 12 digits
    #[arg(long, value_name = "CODE")]
    pub county: Option<String>,
    /// 机构代码 / Code of the institution
    #[arg(long, value_name = "CODE")]
    pub institution: Option<String>,
    /// 特派员编号 / Number of the specialist
    #[arg(long, value_name = "ID")]
    pub specialist: Option<i64>,
}

fn role(code: String) -> Result<Role, String> {
    Role::parse(&code).ok_or(code)
}

/// Whoever acts from the command line: a fixed id that no account has.
pub fn command_line_user() -> UserId {
    UserId::from_parts(0, [0; 10])
}

/// The command line acting now.
pub fn command_line_actor(clock: &Clock) -> Actor {
    Actor {
        id: command_line_user(),
        institution: None,
        now: clock.now(),
        today: clock.today(),
    }
}

/// Runs one `cunxin user` command and writes what it has to say to `out`.
pub fn run(state: &State, args: &UserArgs, out: &mut impl Write) -> Result<(), Error> {
    let actor = command_line_actor(&state.clock);
    match &args.command {
        UserCommand::Add(args) => add(state, &actor, args, out),
        UserCommand::List => list(state, out),
        UserCommand::Password { login } => {
            let account = find(state, login)?;
            let clear = state.write_register_now(|conn, office, register| {
                enrol::renew_password(conn, office, &actor, register, &account.id)
            })?;
            say(out, &one_time(login, &clear))
        }
        UserCommand::Disable { login } => {
            set_disabled(state, &actor, login, true)?;
            say(out, &format!("已停用 / disabled: {login}"))
        }
        UserCommand::Enable { login } => {
            set_disabled(state, &actor, login, false)?;
            say(out, &format!("已启用 / enabled: {login}"))
        }
    }
}

fn add(state: &State, actor: &Actor, args: &AddArgs, out: &mut impl Write) -> Result<(), Error> {
    let scopes = state.read_now(|conn, _| Scopes::load(conn))?;
    let asked = Enrolment {
        login: args.login.clone(),
        name: args.name.clone(),
        role: Some(args.role),
        book: args
            .county
            .as_deref()
            .map(|code| county(state, actor, code))
            .transpose()?,
        institution: args
            .institution
            .as_deref()
            .map(|code| institution(&scopes, code))
            .transpose()?,
        specialist: args.specialist.map(SpecialistId),
    };
    let (account, clear) = state
        .write_register_now(|conn, office, register| enrol::enrol(conn, office, actor, register, &asked))?;
    say(out, &one_time(&account.login, &clear))
}

fn list(state: &State, out: &mut impl Write) -> Result<(), Error> {
    let (accounts, scopes) =
        state.read_now(|conn, _| Ok((account::list_accounts(conn)?, Scopes::load(conn)?)))?;
    for account in accounts {
        let standing = match (account.disabled, account.must_change) {
            (true, _) => "停用 disabled",
            (false, true) => "待改密码 one-time password",
            (false, false) => "在用 in use",
        };
        let line = [
            &account.login,
            &account.role,
            &account.name,
            &scopes.words(&account, Lang::Zh),
            standing,
        ]
        .join("\t");
        say(out, &line)?;
    }
    Ok(())
}

fn set_disabled(state: &State, actor: &Actor, login: &str, disabled: bool) -> Result<(), Error> {
    let account = find(state, login)?;
    state.write_register_now(|conn, office, register| {
        enrol::set_disabled(conn, office, actor, register, &account.id, disabled)
    })
}

fn find(state: &State, login: &str) -> Result<Account, Error> {
    let found = state.read_now(|conn, _| account::find_login(conn, login.trim()))?;
    found.ok_or_else(|| {
        let say = Say::new(
            format!("没有登录名“{login}”。"),
            format!("There is no login “{login}”."),
        );
        Error::refuse("account.unknown", "login", say)
    })
}

/// The book of the county with that code.
fn county(state: &State, actor: &Actor, code: &str) -> Result<BookId, Error> {
    let unknown = || {
        let say = Say::new(
            format!("没有代码为 {code} 的县。"),
            format!("There is no county with the code {code}."),
        );
        Error::refuse("account.scope_unknown", "county", say)
    };
    let parsed = RegionCode::parse(&full_code(code))
        .map_err(|error| Error::refuse(error.code(), "county", error.say()))?;
    state.read_now(|conn, office| {
        let region = office.regions.by_code(&parsed, actor.today).ok_or_else(unknown)?;
        match ledger::book_of_region(conn, region) {
            Ok(book) => Ok(book.id),
            Err(Error::NotFound) => Err(unknown()),
            Err(error) => Err(error),
        }
    })
}

/// The six digits of a county are short for twelve.
fn full_code(code: &str) -> String {
    let code = code.trim();
    if code.len() == 6 {
        format!("{code}000000")
    } else {
        code.to_owned()
    }
}

fn institution(scopes: &Scopes, code: &str) -> Result<InstitutionId, Error> {
    let found = scopes
        .institutions
        .iter()
        .find(|(_, known, _)| known.eq_ignore_ascii_case(code.trim()));
    found.map(|(id, ..)| *id).ok_or_else(|| {
        let say = Say::new(
            format!("没有代码为“{code}”的机构。"),
            format!("There is no institution with the code “{code}”."),
        );
        Error::refuse("account.scope_unknown", "institution", say)
    })
}

fn one_time(login: &str, clear: &str) -> String {
    format!(
        "登录名 login: {login}\n一次性密码 one-time password: {clear}\n首次登录须更改 must be changed at the first sign-in"
    )
}

fn say(out: &mut impl Write, line: &str) -> Result<(), Error> {
    writeln!(out, "{line}").map_err(|error| Error::Failed(format!("writing the answer: {error}")))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Cli {
        #[command(flatten)]
        user: UserArgs,
    }

    fn parse(words: &[&str]) -> Result<UserCommand, clap::error::ErrorKind> {
        let words = std::iter::once(&"user").chain(words);
        Cli::try_parse_from(words)
            .map(|cli| cli.user.command)
            .map_err(|error| error.kind())
    }

    #[test]
    fn an_account_is_added_by_words() {
        let words = [
            "add",
            "--login",
            "li.sihua",
            "--name",
            "李思华",
            "--role",
            "reviewer",
            "--county",
            "440784",
        ];
        let Ok(UserCommand::Add(args)) = parse(&words) else {
            panic!("it should parse")
        };
        assert_eq!(
            (args.role, args.county.as_deref()),
            (Role::Reviewer, Some("440784"))
        );
        assert!(args.institution.is_none() && args.specialist.is_none());
    }

    #[test]
    fn only_real_roles_are_taken() {
        let words = ["add", "--login", "x", "--name", "x", "--role", "emperor"];
        assert_eq!(
            parse(&words).map(|_| ()),
            Err(clap::error::ErrorKind::InvalidValue)
        );
    }

    #[test]
    fn a_countys_six_digits_stand_for_twelve() {
        assert_eq!(full_code(" 440784 "), "440784000000");
        assert_eq!(full_code("440784000000"), "440784000000");
    }

    #[test]
    fn nobody_else_has_the_command_lines_id() {
        assert_eq!(
            command_line_user().as_str(),
            "00000000-0000-7000-8000-000000000000"
        );
    }
}
