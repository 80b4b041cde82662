//! What is asked of the database, book by book.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{NaiveDate, NaiveDateTime};
use diesel::dsl::count_star;
use diesel::prelude::*;

use crate::auth::command_line_user;
use crate::credit;
use crate::db::schema::{assignment, client, credit_line, voucher, voucher_line};
use crate::db::{CHUNK, Conn};
use crate::error::Error;
use crate::ledger::{State, Voucher, vouchers_with_lines};
use crate::values::{
    BookId, ClientId, ContractId, Fen, InstitutionId, Month, ProductId, RegionId, SubjectId, VoucherId,
};

/// What one voucher of a month says of one village.
#[derive(Clone, Debug)]
pub struct Record {
    pub region: RegionId,
    pub institution: InstitutionId,
    /// UTC.
    pub submitted_at: NaiveDateTime,
    pub lines: i64,
}

/// What people have recorded for a month, posted or waiting; what the calendar brought about is nobody's report.
pub fn records(conn: &mut Conn, book: BookId, month: Month) -> Result<Vec<Record>, Error> {
    let standing = [State::Submitted, State::Approved, State::Reversed].map(State::code);
    let of_month = voucher::book_id
        .eq(book)
        .and(voucher::posting_month.eq(month))
        .and(voucher::state.eq_any(standing))
        .and(voucher::maker_id.ne(command_line_user()));
    let submitted: HashMap<VoucherId, NaiveDateTime> = voucher::table
        .filter(of_month.clone())
        .select((voucher::id, voucher::submitted_at))
        .load::<(VoucherId, NaiveDateTime)>(conn)?
        .into_iter()
        .collect();
    let rows: Vec<(VoucherId, RegionId, InstitutionId, i64)> = vouchers_with_lines()
        .filter(of_month)
        .group_by((
            voucher_line::voucher_id,
            voucher_line::region_id,
            voucher_line::institution_id,
        ))
        .select((
            voucher_line::voucher_id,
            voucher_line::region_id,
            voucher_line::institution_id,
            count_star(),
        ))
        .load(conn)?;
    let record = |(voucher, region, institution, lines)| {
        Some(Record {
            region,
            institution,
            submitted_at: *submitted.get(&voucher)?,
            lines,
        })
    };
    Ok(rows.into_iter().filter_map(record).collect())
}

/// Where which institution had somebody posted at any time of a month.
pub fn posts(
    conn: &mut Conn,
    book: BookId,
    month: Month,
) -> Result<BTreeSet<(RegionId, InstitutionId)>, Error> {
    let rows: Vec<(RegionId, InstitutionId)> = assignment::table
        .filter(assignment::book_id.eq(book))
        .filter(assignment::valid_from.le(month.last_day()))
        .filter(
            assignment::valid_to
                .is_null()
                .or(assignment::valid_to.ge(month.first_day())),
        )
        .select((assignment::region_id, assignment::institution_id))
        .distinct()
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// Every voucher that waits for review, longest first.
pub fn waiting(conn: &mut Conn, book: BookId) -> Result<Vec<Voucher>, Error> {
    Ok(voucher::table
        .filter(voucher::book_id.eq(book))
        .filter(voucher::state.eq(State::Submitted.code()))
        .order((voucher::submitted_at, voucher::id))
        .select(Voucher::as_select())
        .load(conn)?)
}

/// One line in force, as far as it is looked at here.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = credit_line)]
pub struct Line {
    #[diesel(column_name = book_id)]
    pub book: BookId,
    pub id: ContractId,
    #[diesel(column_name = client_id)]
    pub client: ClientId,
    #[diesel(column_name = region_id)]
    pub region: RegionId,
    #[diesel(column_name = institution_id)]
    pub institution: InstitutionId,
    #[diesel(column_name = product_id)]
    pub product: ProductId,
    #[diesel(column_name = granted_fen)]
    pub granted: Fen,
    #[diesel(column_name = drawn_fen)]
    pub drawn: Fen,
    pub valid_to: NaiveDate,
}

/// Lines in force that run out within these days, the first to run out first.
pub fn expiring(
    conn: &mut Conn,
    book: BookId,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Vec<Line>, Error> {
    Ok(credit_line::table
        .filter(credit_line::book_id.eq(book))
        .filter(credit_line::state.eq(credit::ACTIVE))
        .filter(credit_line::valid_to.between(from, to))
        .order((credit_line::valid_to, credit_line::id))
        .select(Line::as_select())
        .load(conn)?)
}

/// Rule 17: the lines in force of whoever has more than one of the same product at the same bank.
pub fn doubled(conn: &mut Conn, book: BookId) -> Result<Vec<Vec<Line>>, Error> {
    let several: Vec<(ClientId, InstitutionId, ProductId)> = credit_line::table
        .filter(credit_line::book_id.eq(book))
        .filter(credit_line::state.eq(credit::ACTIVE))
        .group_by((
            credit_line::client_id,
            credit_line::institution_id,
            credit_line::product_id,
        ))
        .having(count_star().gt(1))
        .select((
            credit_line::client_id,
            credit_line::institution_id,
            credit_line::product_id,
        ))
        .load(conn)?;
    let mut of: BTreeMap<_, Vec<Line>> = several.into_iter().map(|key| (key, Vec::new())).collect();
    let clients: BTreeSet<ClientId> = of.keys().map(|(client, _, _)| client.clone()).collect();
    let clients: Vec<ClientId> = clients.into_iter().collect();
    for some in clients.chunks(CHUNK) {
        let lines: Vec<Line> = credit_line::table
            .filter(credit_line::book_id.eq(book))
            .filter(credit_line::state.eq(credit::ACTIVE))
            .filter(credit_line::client_id.eq_any(some))
            .order(credit_line::id)
            .select(Line::as_select())
            .load(conn)?;
        for line in lines {
            if let Some(lines) = of.get_mut(&(line.client.clone(), line.institution, line.product)) {
                lines.push(line);
            }
        }
    }
    Ok(of.into_values().collect())
}

/// Clients that are one person, each with its book and village.
pub type Same = Vec<(BookId, ClientId, RegionId)>;

/// Which clients of some books are the same person, by who they are: those with more than one.
pub fn twice(conn: &mut Conn, books: &[BookId]) -> Result<Vec<Same>, Error> {
    let several: Vec<SubjectId> = client::table
        .filter(client::book_id.eq_any(books))
        .group_by(client::subject_id)
        .having(count_star().gt(1))
        .select(client::subject_id)
        .load(conn)?;
    let mut of: BTreeMap<SubjectId, Same> = BTreeMap::new();
    for some in several.chunks(CHUNK) {
        let rows: Vec<(SubjectId, BookId, ClientId, RegionId)> = client::table
            .filter(client::book_id.eq_any(books))
            .filter(client::subject_id.eq_any(some))
            .order((client::subject_id, client::book_id, client::id))
            .select((client::subject_id, client::book_id, client::id, client::region_id))
            .load(conn)?;
        for (subject, book, id, region) in rows {
            of.entry(subject).or_default().push((book, id, region));
        }
    }
    Ok(of.into_values().collect())
}

/// The voucher that opened each of some contracts: the first that names it.
pub fn opened_by(
    conn: &mut Conn,
    contracts: &[(BookId, ContractId)],
) -> Result<HashMap<ContractId, VoucherId>, Error> {
    let books: BTreeSet<BookId> = contracts.iter().map(|(book, _)| *book).collect();
    let ids: Vec<&ContractId> = contracts.iter().map(|(_, id)| id).collect();
    let mut found = HashMap::new();
    for some in ids.chunks(CHUNK) {
        let rows: Vec<(Option<ContractId>, VoucherId)> = voucher_line::table
            .filter(voucher_line::book_id.eq_any(&books))
            .filter(voucher_line::contract_id.eq_any(some))
            .select((voucher_line::contract_id, voucher_line::voucher_id))
            .order(voucher_line::voucher_id)
            .load(conn)?;
        for (contract, voucher) in rows {
            if let Some(contract) = contract {
                found.entry(contract).or_insert(voucher);
            }
        }
    }
    Ok(found)
}
