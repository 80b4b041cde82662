//! The files (建档) in the database: what a bank found about a client before anything was granted.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::db::schema::credit_file;
use crate::db::{Conn, delete_where, insert_all, load_where};
use crate::error::Error;
use crate::ledger::{Book, ContractSums, Difference};
use crate::values::{BookId, ClientId, ContractId, Fen, InstitutionId, RegionId, SpecialistId, measure};

/// One client's file with one bank, and how far it has been assessed.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = credit_file)]
pub struct CreditFile {
    pub book_id: BookId,
    pub id: ContractId,
    pub client_id: ClientId,
    pub region_id: RegionId,
    pub institution_id: InstitutionId,
    pub specialist_id: SpecialistId,
    /// 初评; zero until then.
    pub first_fen: Fen,
    /// 复评; zero until then.
    pub second_fen: Fen,
    /// The business day of the last thing that changed it.
    pub changed_on: NaiveDate,
}

/// Some files of a book, by id.
pub(super) fn load_files(
    conn: &mut Conn,
    book: BookId,
    ids: &[ContractId],
) -> Result<HashMap<ContractId, CreditFile>, Error> {
    let rows = load_where!(conn, CreditFile, book, credit_file::id in ids)?;
    Ok(rows.into_iter().map(|row| (row.id.clone(), row)).collect())
}

/// The files of some clients.
pub fn files_of_clients(
    conn: &mut Conn,
    book: BookId,
    clients: &[ClientId],
) -> Result<Vec<CreditFile>, Error> {
    Ok(load_where!(conn, CreditFile, book, credit_file::client_id in clients, credit_file::id)?)
}

/// Writes files in place of what is there.
pub(super) fn keep_files(conn: &mut Conn, book: BookId, files: &[CreditFile]) -> Result<(), Error> {
    let ids: Vec<ContractId> = files.iter().map(|file| file.id.clone()).collect();
    forget_files(conn, book, &ids)?;
    insert_all!(conn, credit_file::table, files)?;
    Ok(())
}

/// Deletes these files, before their vouchers are applied again.
pub(super) fn forget_files(conn: &mut Conn, book: BookId, ids: &[ContractId]) -> Result<(), Error> {
    delete_where!(conn, book, credit_file::id in ids)?;
    Ok(())
}

/// The files' two amounts against the sums of their entries.
pub(super) fn check_files(
    conn: &mut Conn,
    book: &Book,
    posted: &ContractSums,
) -> Result<Vec<Difference>, Error> {
    let measures = [measure::CREDIT_FIRST_ASSESSED, measure::CREDIT_SECOND_ASSESSED];
    let files: Vec<CreditFile> = credit_file::table
        .filter(credit_file::book_id.eq(book.id))
        .select(CreditFile::as_select())
        .load(conn)?;
    let stored = files.into_iter().flat_map(|file| {
        let amounts = measures.into_iter().zip([file.first_fen, file.second_fen]);
        amounts.map(move |(measure, amount)| ((file.id.clone(), measure), amount.0))
    });
    Ok(posted.differences(book, &measures, stored, |id, code| {
        format!("credit file {id} {code}")
    }))
}
