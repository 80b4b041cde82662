//! Opening accounts, letting them in and keeping them out: the same checks and the same audit
//! rows from the accounts page and from the command line.

use std::collections::HashMap;

use diesel::prelude::*;

use super::account::{self, Account, NewAccount};
use super::{Role, password};
use crate::db::Conn;
use crate::db::schema::{account as accounts, institution, specialist};
use crate::error::{Error, Issue};
use crate::ledger::{self, Actor, Change, Office, record_audit};
use crate::values::person::check_name;
use crate::values::{BookId, InstitutionId, Lang, Say, SpecialistId, UserId, english};
use crate::vault;

/// Shortest and longest login.
const LOGIN_LENGTH: std::ops::RangeInclusive<usize> = 3..=40;

/// An account as somebody asks for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Enrolment {
    pub login: String,
    pub name: String,
    pub role: Option<Role>,
    pub book: Option<BookId>,
    pub institution: Option<InstitutionId>,
    pub specialist: Option<SpecialistId>,
}

/// Opens an account and returns it with its one-time password, which is kept nowhere.
pub fn enrol(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    register: BookId,
    asked: &Enrolment,
) -> Result<(Account, String), Error> {
    let mut asked = asked.clone();
    let mut issues = Vec::new();
    let mut keep = |result: Result<String, Issue>| {
        result.unwrap_or_else(|issue| {
            issues.push(issue);
            String::new()
        })
    };
    let login = keep(check_login(&asked.login));
    let name =
        keep(check_name(&asked.name).map_err(|error| Issue::refuse(error.code(), "name", error.say())));
    issues.extend(scope_issues(&asked));
    issues.extend(unknown_scope(conn, register, &mut asked)?);
    let role = match asked.role {
        Some(role) if issues.is_empty() => role,
        _ => return Err(Error::Refused(issues)),
    };
    let clear = password::one_time_password()?;
    let new = NewAccount {
        id: UserId::new(actor.now.and_utc().timestamp_millis()),
        login,
        name,
        role,
        book: asked.book,
        institution: asked.institution,
        specialist: asked.specialist,
        password: Some(clear.clone()),
        one_time: true,
        one_click: false,
    };
    let account = account::add_account(conn, &new)?;
    audit(conn, office, actor, register, "account.added", &account)?;
    Ok((account, clear))
}

/// Replaces a forgotten password by a one-time one, which is returned and kept nowhere. Open
/// sessions of the account end.
pub fn renew_password(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    register: BookId,
    id: &UserId,
) -> Result<String, Error> {
    let account = account::find(conn, id)?.ok_or(Error::NotFound)?;
    if account.id == actor.id {
        return Err(Error::refuse(
            "account.own_password",
            "",
            Say::new(
                "自己的密码请用“更改密码”来改，这里重置会让您马上退出登录。",
                "Change your own password on the page “Change password”; resetting it here would sign you out.",
            ),
        ));
    }
    let clear = password::one_time_password()?;
    account::set_password(conn, id, &clear, true)?;
    audit(
        conn,
        office,
        actor,
        register,
        "account.password_renewed",
        &account,
    )?;
    Ok(clear)
}

/// Keeps an account out, at once, or lets it in again. Nobody locks out himself, and the last
/// administrator stays.
pub fn set_disabled(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    register: BookId,
    id: &UserId,
    disabled: bool,
) -> Result<(), Error> {
    let account = account::find(conn, id)?.ok_or(Error::NotFound)?;
    if account.disabled == disabled {
        return Ok(());
    }
    if disabled && account.id == actor.id {
        let say = Say::new("不能停用自己的账号。", "You cannot disable your own account.");
        return Err(Error::refuse("account.own", "", say));
    }
    if disabled && account.role()? == Role::Administrator && administrators(conn)? < 2 {
        let say = Say::new(
            "这是最后一个在用的系统管理员账号，不能停用。请先新增一个管理员。",
            "This is the last administrator's account in use. Add another administrator first.",
        );
        return Err(Error::refuse("account.last_administrator", "", say));
    }
    account::set_disabled(conn, id, disabled)?;
    let action = if disabled {
        "account.disabled"
    } else {
        "account.enabled"
    };
    audit(conn, office, actor, register, action, &account)
}

/// How many administrators can be used to sign in.
fn administrators(conn: &mut Conn) -> Result<i64, Error> {
    Ok(accounts::table
        .filter(accounts::role.eq(Role::Administrator.code()))
        .filter(accounts::disabled.eq(false))
        .count()
        .get_result(conn)?)
}

/// Whether there has ever been an administrator's account, in use or not.
pub fn has_administrator(conn: &mut Conn) -> Result<bool, Error> {
    let found: i64 = accounts::table
        .filter(accounts::role.eq(Role::Administrator.code()))
        .count()
        .get_result(conn)?;
    Ok(found > 0)
}

/// The accounts of one specialist.
pub fn accounts_of_specialist(conn: &mut Conn, id: SpecialistId) -> Result<Vec<Account>, Error> {
    Ok(accounts::table
        .filter(accounts::specialist_id.eq(id))
        .order(accounts::login)
        .select(Account::as_select())
        .load(conn)?)
}

fn audit(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    register: BookId,
    action: &str,
    account: &Account,
) -> Result<(), Error> {
    let content = serde_json::json!({
        "login": account.login,
        "name": account.name,
        "role": account.role,
        "book": account.book_id,
        "institution": account.institution_id,
        "specialist": account.specialist_id,
    });
    let digest = vault::digest(content.to_string().as_bytes());
    let change = Change {
        action,
        subject: account.id.as_str(),
        revision: 1,
        note: "",
        digest,
    };
    record_audit(conn, office, actor, register, &change)?;
    Ok(())
}

/// A login: small letters, digits and `.-_@`, so that nobody types it in two ways.
fn check_login(text: &str) -> Result<String, Issue> {
    let login = text.trim();
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-_@".contains(c);
    let refuse = |code, zh: &str, en: &str| Err(Issue::refuse(code, "login", Say::new(zh, en)));
    if login.is_empty() {
        return refuse("login.empty", "请填写登录名。", "Enter a login.");
    }
    if !login.chars().all(allowed) {
        return refuse(
            "login.characters",
            "登录名只能用小写字母、数字和 . - _ @。",
            "A login consists of small letters, digits and . - _ @ only.",
        );
    }
    if !LOGIN_LENGTH.contains(&login.len()) {
        return refuse(
            "login.length",
            "登录名要有 3 至 40 个字符。",
            "A login has 3 to 40 characters.",
        );
    }
    Ok(login.to_owned())
}

/// What a role needs, and what it must not be tied to.
fn scope_issues(asked: &Enrolment) -> Vec<Issue> {
    let issue = |field: &str, zh: &str, en: &str| Issue::refuse("account.scope", field, Say::new(zh, en));
    let Some(role) = asked.role else {
        return vec![issue("role", "请选择角色。", "Choose a role.")];
    };
    let mut issues = Vec::new();
    match (role, asked.book) {
        (Role::Clerk | Role::Reviewer, None) => {
            issues.push(issue(
                "book",
                "这个角色要指明在哪个县工作。",
                "This role works in one county; choose it.",
            ));
        }
        (Role::CityReader | Role::Administrator, Some(_)) => {
            issues.push(issue(
                "book",
                "这个角色面向全市，县请留空。",
                "This role is for the whole city; choose no county.",
            ));
        }
        _ => {}
    }
    match (role, asked.institution) {
        (Role::Clerk, None) => {
            issues.push(issue(
                "institution",
                "机构经办要指明所属机构。",
                "A clerk works for an institution; choose it.",
            ));
        }
        (Role::Clerk | Role::Specialist, _) | (_, None) => {}
        (_, Some(_)) => {
            issues.push(issue(
                "institution",
                "这个角色不属于哪家机构，请留空。",
                "This role works for no institution; choose none.",
            ));
        }
    }
    match (role, asked.specialist) {
        (Role::Specialist, None) => {
            issues.push(issue(
                "specialist",
                "请指明是哪一位特派员。",
                "Say which specialist this account is for.",
            ));
        }
        (Role::Specialist, _) | (_, None) => {}
        (_, Some(_)) => {
            issues.push(issue(
                "specialist",
                "只有特派员账号才填特派员。",
                "Only a specialist's account names a specialist.",
            ));
        }
    }
    issues
}

/// Refuses a county, institution or specialist that is not there, and gives a specialist's
/// account the institution its specialist works for.
fn unknown_scope(conn: &mut Conn, register: BookId, asked: &mut Enrolment) -> Result<Vec<Issue>, Error> {
    let mut issues = Vec::new();
    let mut unknown = |field: &str, zh: &str, en: &str| {
        issues.push(Issue::refuse("account.scope_unknown", field, Say::new(zh, en)));
    };
    if let Some(book) = asked.book
        && (book == register || !ledger::books(conn)?.iter().any(|known| known.id == book))
    {
        unknown("book", "没有这个县的账套。", "There is no book of that county.");
    }
    if let Some(id) = asked.institution {
        let found: i64 = institution::table
            .filter(institution::id.eq(id))
            .count()
            .get_result(conn)?;
        if found == 0 {
            unknown("institution", "没有这家机构。", "There is no such institution.");
        }
    }
    if let Some(id) = asked.specialist {
        let employer: Option<InstitutionId> = specialist::table
            .find(id)
            .select(specialist::institution_id)
            .first(conn)
            .optional()?;
        match (employer, asked.institution) {
            (None, _) => unknown("specialist", "没有这位特派员。", "There is no such specialist."),
            (Some(employer), Some(given)) if employer != given => {
                unknown(
                    "institution",
                    "这位特派员属于另一家机构。",
                    "This specialist works for another institution.",
                );
            }
            (Some(employer), _) => asked.institution = Some(employer),
        }
    }
    Ok(issues)
}

/// What accounts can be tied to, with names: for lists to choose from and to show.
#[derive(Clone, Debug, Default)]
pub struct Scopes {
    /// The counties' books, without the register book.
    pub books: Vec<(BookId, String)>,
    /// Id, code and short name.
    pub institutions: Vec<(InstitutionId, String, String)>,
    pub specialists: HashMap<SpecialistId, String>,
}

impl Scopes {
    pub fn load(conn: &mut Conn) -> Result<Scopes, Error> {
        let register = ledger::register_book(conn)?.map(|book| book.id);
        let books = ledger::books(conn)?;
        Ok(Scopes {
            books: books
                .into_iter()
                .filter(|book| Some(book.id) != register)
                .map(|book| (book.id, book.name))
                .collect(),
            institutions: institution::table
                .order(institution::id)
                .select((institution::id, institution::code, institution::short_name))
                .load(conn)?,
            specialists: specialist::table
                .select((specialist::id, specialist::name))
                .load::<(SpecialistId, String)>(conn)?
                .into_iter()
                .collect(),
        })
    }

    /// The county an account works in.
    pub fn county(&self, account: &Account, lang: Lang) -> Option<String> {
        let (_, name) = self.books.iter().find(|(id, _)| Some(*id) == account.book_id)?;
        Some(english::told(lang, name, english::place))
    }

    /// The county, institution and specialist of an account, one after the other; a dash for none.
    pub fn words(&self, account: &Account, lang: Lang) -> String {
        let institution = |name: &String| english::told(lang, name, english::institution);
        let works_for = account
            .institution_id
            .and_then(|id| self.institutions.iter().find(|known| known.0 == id));
        let specialist = account
            .specialist_id
            .and_then(|id| Some((id, self.specialists.get(&id)?)));
        let parts: Vec<String> = [
            self.county(account, lang),
            works_for.map(|(_, _, name)| institution(name)),
            specialist.map(|(id, name)| format!("{name}（{}）", id.0)),
        ]
        .into_iter()
        .flatten()
        .collect();
        if parts.is_empty() {
            "—".to_owned()
        } else {
            parts.join(" · ")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(role: Role) -> Enrolment {
        Enrolment {
            role: Some(role),
            ..Enrolment::default()
        }
    }

    fn fields(asked: &Enrolment) -> Vec<String> {
        scope_issues(asked).into_iter().map(|issue| issue.field).collect()
    }

    #[test]
    fn logins_are_typed_in_one_way_only() {
        assert_eq!(
            check_login(" chen.dawen ").map_err(|issue| issue.code),
            Ok("chen.dawen".to_owned())
        );
        for (text, code) in [
            ("", "login.empty"),
            ("Chen", "login.characters"),
            ("陈大文", "login.characters"),
            ("ab", "login.length"),
        ] {
            assert_eq!(
                check_login(text).map_err(|issue| issue.code),
                Err(code.to_owned()),
                "{text}"
            );
        }
        assert!(check_login(&"a".repeat(41)).is_err());
    }

    #[test]
    fn each_role_is_tied_to_what_it_works_with_and_nothing_else() {
        assert_eq!(fields(&Enrolment::default()), ["role"]);
        assert_eq!(fields(&asked(Role::Clerk)), ["book", "institution"]);
        assert_eq!(fields(&asked(Role::Reviewer)), ["book"]);
        assert_eq!(fields(&asked(Role::Specialist)), ["specialist"]);
        assert!(fields(&asked(Role::Administrator)).is_empty());
        assert!(fields(&asked(Role::ReportReader)).is_empty());
        let everything = |role| Enrolment {
            book: Some(BookId(3)),
            institution: Some(InstitutionId(1)),
            specialist: Some(SpecialistId(1)),
            ..asked(role)
        };
        assert!(fields(&everything(Role::Specialist)).is_empty());
        assert_eq!(fields(&everything(Role::Clerk)), ["specialist"]);
        assert_eq!(fields(&everything(Role::Reviewer)), ["institution", "specialist"]);
        assert_eq!(
            fields(&everything(Role::CityReader)),
            ["book", "institution", "specialist"]
        );
    }
}
