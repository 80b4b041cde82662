//! Banks and insurers.

use diesel::prelude::*;

use crate::db::Conn;
use crate::db::schema::institution;
use crate::error::Error;
use crate::values::{InstitutionId, Say, Text};

/// What an institution does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstitutionKind {
    Bank,
    Insurer,
}

impl InstitutionKind {
    pub const EVERY: [InstitutionKind; 2] = [InstitutionKind::Bank, InstitutionKind::Insurer];

    /// The stored code.
    pub const fn code(self) -> &'static str {
        match self {
            InstitutionKind::Bank => "bank",
            InstitutionKind::Insurer => "insurer",
        }
    }

    pub fn parse(code: &str) -> Option<InstitutionKind> {
        InstitutionKind::EVERY
            .into_iter()
            .find(|kind| kind.code() == code)
    }

    pub const fn name(self) -> Text {
        match self {
            InstitutionKind::Bank => Text::new("银行", "Bank"),
            InstitutionKind::Insurer => Text::new("保险公司", "Insurer"),
        }
    }
}

/// One bank or insurer.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = institution)]
pub struct Institution {
    pub id: InstitutionId,
    /// Short code, unique, such as `JMRCB`.
    pub code: String,
    pub name: String,
    pub short_name: String,
    pub kind: String,
}

impl Institution {
    pub fn is_insurer(&self) -> bool {
        self.kind == InstitutionKind::Insurer.code()
    }
}

/// All institutions, by id.
pub fn institutions(conn: &mut Conn) -> Result<Vec<Institution>, Error> {
    Ok(institution::table
        .order(institution::id)
        .select(Institution::as_select())
        .load(conn)?)
}

/// Adds an institution with the next id; refuses a code that is taken.
pub fn add_institution(
    conn: &mut Conn,
    code: &str,
    name: &str,
    short_name: &str,
    kind: InstitutionKind,
) -> Result<Institution, Error> {
    let taken: i64 = institution::table
        .filter(institution::code.eq(code))
        .count()
        .get_result(conn)?;
    if taken > 0 {
        return Err(Error::refuse(
            "institution.code_taken",
            "code",
            Say::new(
                format!("代码“{code}”已被使用。"),
                format!("The code “{code}” is already in use."),
            ),
        ));
    }
    let last: Option<i64> = institution::table
        .select(diesel::dsl::max(institution::id))
        .get_result(conn)?;
    let row = Institution {
        id: InstitutionId(last.unwrap_or(0) + 1),
        code: code.to_owned(),
        name: name.to_owned(),
        short_name: short_name.to_owned(),
        kind: kind.code().to_owned(),
    };
    diesel::insert_into(institution::table)
        .values(&row)
        .execute(conn)?;
    Ok(row)
}
