//! Accounts in the database.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;

use super::{Role, password};
use crate::db::schema::{account, session};
use crate::db::{CHUNK, Conn};
use crate::error::Error;
use crate::values::{BookId, InstitutionId, Say, SpecialistId, UserId};

/// One account. `password_hash` is an Argon2id string, or none when nobody signs in with it.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = account)]
#[diesel(treat_none_as_default_value = false)]
pub struct Account {
    pub id: UserId,
    pub login: String,
    pub name: String,
    pub role: String,
    pub book_id: Option<BookId>,
    pub institution_id: Option<InstitutionId>,
    pub specialist_id: Option<SpecialistId>,
    pub password_hash: Option<String>,
    pub must_change: bool,
    pub disabled: bool,
    /// Offered on the demonstration's sign-in page.
    pub one_click: bool,
    pub language: String,
}

impl Account {
    pub fn role(&self) -> Result<Role, Error> {
        Role::parse(&self.role)
            .ok_or_else(|| Error::Failed(format!("account {} has an unknown role", self.login)))
    }
}

/// What a new account is made of.
#[derive(Clone, Debug)]
pub struct NewAccount {
    pub id: UserId,
    pub login: String,
    pub name: String,
    pub role: Role,
    pub book: Option<BookId>,
    pub institution: Option<InstitutionId>,
    pub specialist: Option<SpecialistId>,
    /// In clear; none for an account nobody signs in with.
    pub password: Option<String>,
    /// The password is one-time: it must be changed at the first sign-in.
    pub one_time: bool,
    pub one_click: bool,
}

/// Adds an account; refuses a login that is taken and a scope its role does not fit.
pub fn add_account(conn: &mut Conn, new: &NewAccount) -> Result<Account, Error> {
    check_scope(new)?;
    if find_login(conn, &new.login)?.is_some() {
        return Err(Error::refuse(
            "account.login_taken",
            "login",
            Say::new(
                format!("登录名“{}”已有人使用。", new.login),
                format!("The login “{}” is already taken.", new.login),
            ),
        ));
    }
    let row = Account {
        id: new.id.clone(),
        login: new.login.clone(),
        name: new.name.clone(),
        role: new.role.code().to_owned(),
        book_id: new.book,
        institution_id: new.institution,
        specialist_id: new.specialist,
        password_hash: new.password.as_deref().map(password::hash_password).transpose()?,
        must_change: new.one_time,
        disabled: false,
        one_click: new.one_click,
        language: "zh-CN".to_owned(),
    };
    diesel::insert_into(account::table).values(&row).execute(conn)?;
    Ok(row)
}

fn check_scope(new: &NewAccount) -> Result<(), Error> {
    let refuse = |field, zh: &str, en: &str| Err(Error::refuse("account.scope", field, Say::new(zh, en)));
    match new.role {
        Role::Specialist if new.specialist.is_none() => refuse(
            "specialist",
            "特派员账号要指明是哪一位特派员。",
            "A specialist's account must name the specialist.",
        ),
        Role::Clerk if new.institution.is_none() || new.book.is_none() => refuse(
            "institution",
            "机构经办账号要指明机构和县。",
            "A clerk's account must name the institution and the county.",
        ),
        Role::Reviewer if new.book.is_none() => refuse(
            "book",
            "县级审核账号要指明县。",
            "A reviewer's account must name the county.",
        ),
        _ => Ok(()),
    }
}

/// The account of a login.
pub fn find_login(conn: &mut Conn, login: &str) -> Result<Option<Account>, Error> {
    Ok(account::table
        .filter(account::login.eq(login))
        .select(Account::as_select())
        .first(conn)
        .optional()?)
}

/// One account by id.
pub(super) fn find(conn: &mut Conn, id: &UserId) -> Result<Option<Account>, Error> {
    Ok(account::table
        .find(id)
        .select(Account::as_select())
        .first(conn)
        .optional()?)
}

/// All accounts a person can sign in with, in the order of the roles, then by login.
pub fn list_accounts(conn: &mut Conn) -> Result<Vec<Account>, Error> {
    let mut accounts: Vec<Account> = account::table
        .filter(account::password_hash.is_not_null())
        .order(account::login)
        .select(Account::as_select())
        .load(conn)?;
    accounts.sort_by_key(|account| Role::parse(&account.role));
    Ok(accounts)
}

/// The names of some accounts, disabled ones too: who made, returned or approved something.
pub fn account_names(
    conn: &mut Conn,
    ids: impl IntoIterator<Item = UserId>,
) -> Result<HashMap<UserId, String>, Error> {
    let ids: Vec<UserId> = ids.into_iter().collect::<HashSet<_>>().into_iter().collect();
    let mut names = HashMap::with_capacity(ids.len());
    for some in ids.chunks(CHUNK) {
        let rows: Vec<(UserId, String)> = account::table
            .filter(account::id.eq_any(some))
            .select((account::id, account::name))
            .load(conn)?;
        names.extend(rows);
    }
    Ok(names)
}

/// Sets a password; a one-time one must be changed at the next sign-in. Open sessions end.
pub fn set_password(conn: &mut Conn, id: &UserId, clear: &str, one_time: bool) -> Result<(), Error> {
    let hash = password::hash_password(clear)?;
    diesel::update(account::table.find(id))
        .set((
            account::password_hash.eq(Some(hash)),
            account::must_change.eq(one_time),
        ))
        .execute(conn)?;
    diesel::delete(session::table.filter(session::account_id.eq(id))).execute(conn)?;
    Ok(())
}

/// Disables an account or lets it in again. Disabling ends its sessions at once.
pub fn set_disabled(conn: &mut Conn, id: &UserId, disabled: bool) -> Result<(), Error> {
    diesel::update(account::table.find(id))
        .set(account::disabled.eq(disabled))
        .execute(conn)?;
    if disabled {
        diesel::delete(session::table.filter(session::account_id.eq(id))).execute(conn)?;
    }
    Ok(())
}
