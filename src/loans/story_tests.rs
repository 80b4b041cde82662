//! Loans through the ledger and a real database: handbook story 2 and its waiting parts.

use std::collections::HashMap;

use chrono::{NaiveDate, NaiveDateTime};

use super::*;
use crate::credit::{self, CreditTerms, Stage};
use crate::db::Db;
use crate::error::Error;
use crate::ledger::{self, Actor, Kinds, NewLine, Office, Submission, Verdict};
use crate::regions::{self, Regions};
use crate::register::{ClientKind, NewClient, register_client};
use crate::values::{
    BookId, ClientId, CommandId, ContractId, Fen, InstitutionId, Level, Month, ProductId, RegionCode,
    RegionId, SpecialistId, UserId, VoucherId,
};
use crate::vault::Vault;

const DAY: &str = "2023-07-01";

/// One county's book with one household, on an empty database.
struct Village {
    db: Db,
    regions: Regions,
    vault: Vault,
    kinds: Kinds,
    book: BookId,
    village: RegionId,
    client: ClientId,
    path: std::path::PathBuf,
    made: std::cell::Cell<u8>,
}

impl Drop for Village {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

fn day() -> NaiveDate {
    DAY.parse().unwrap()
}

fn actor(n: u8) -> Actor {
    Actor {
        id: UserId::from_parts(0, [n; 10]),
        institution: None,
        now: NaiveDateTime::default(),
        today: day(),
    }
}

fn id(n: u8) -> ContractId {
    ContractId::from_parts(0, [n; 10])
}

fn yuan(yuan: i64) -> Fen {
    Fen(yuan * 100)
}

impl Village {
    fn open(name: &str) -> Village {
        let path = std::env::temp_dir().join(format!("cunxin-loans-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        let db = Db::open(path.join("test.db").to_str().unwrap()).unwrap();
        let rows = regions::read_regions(include_str!("../../data/regions-jiangmen.csv")).unwrap();
        let (regions, book) = prepare(&db, &rows);
        let code = RegionCode::parse("440784103205").unwrap();
        let village = regions.by_code(&code, day()).unwrap();
        let made = Village {
            db,
            regions,
            vault: Vault::from_master(&[7; 32]),
            kinds: Kinds {
                kinds: credit::kinds().into_iter().chain(kinds()).collect(),
                positions: vec![credit::positions(), positions()],
                followers: vec![overdue_follower()],
            },
            book,
            village,
            client: ClientId::from_parts(0, [9; 10]),
            path,
            made: std::cell::Cell::new(0),
        };
        made.register();
        made
    }

    fn office(&self) -> Office<'_> {
        Office {
            kinds: &self.kinds,
            regions: &self.regions,
            vault: &self.vault,
            sums: None,
        }
    }

    fn register(&self) {
        let new = NewClient {
            id: self.client.clone(),
            kind: ClientKind::Household,
            region: self.village,
            name: "演示甲".to_owned(),
            number: "440784197503080014".to_owned(),
            compared: false,
            phone: String::new(),
            address: String::new(),
            consent_on: Some(day()),
        };
        self.db
            .write(self.book, |conn| {
                register_client(conn, &self.office(), &actor(1), self.book, &new, &[])
            })
            .unwrap();
    }

    fn submit(
        &self,
        kind: &str,
        contract: ContractId,
        amount: Fen,
        detail: impl serde::Serialize,
    ) -> Result<VoucherId, Error> {
        let n = self.made.get() + 1;
        self.made.set(n);
        let submission = Submission {
            book: self.book,
            voucher: VoucherId::from_parts(0, [n; 10]),
            command: CommandId::from_parts(0, [n; 10]),
            base_revision: 0,
            kind: kind.to_owned(),
            business_date: day(),
            institution: InstitutionId(1),
            lines: vec![NewLine {
                region: self.village,
                client: Some(self.client.clone()),
                product: ProductId(1),
                institution: InstitutionId(1),
                specialist: SpecialistId(0),
                contract: Some(contract),
                amount,
                detail: serde_json::to_value(detail).unwrap(),
            }],
        };
        let receipt = self.db.write(self.book, |conn| {
            ledger::submit(conn, &self.office(), &actor(1), &submission)
        })?;
        Ok(receipt.voucher)
    }

    fn approve(&self, voucher: &VoucherId) -> Result<(), Error> {
        let verdict = Verdict {
            book: self.book,
            voucher: voucher.clone(),
            command: CommandId::from_parts(1, [self.made.get(); 10]),
            revision: 1,
        };
        self.made.set(self.made.get() + 1);
        self.db.write(self.book, |conn| {
            ledger::approve(conn, &self.office(), &actor(2), &verdict, false)
        })?;
        Ok(())
    }

    fn grant(&self, amount: Fen) -> VoucherId {
        let terms = CreditTerms {
            valid_from: day(),
            valid_to: "2025-12-31".parse().unwrap(),
            revolving: true,
        };
        self.submit(Stage::Grant.code(), id(1), amount, terms).unwrap()
    }

    fn draw(&self, loan: u8, amount: Fen) -> Result<VoucherId, Error> {
        let terms = terms::tests::terms(Some(id(1)));
        self.submit(DISBURSEMENT_KIND, id(loan), amount, terms)
    }

    fn repay(&self, loan: u8, principal: Fen) -> Result<VoucherId, Error> {
        let detail = RepaymentDetail {
            interest: yuan(1),
            penalty: Fen::ZERO,
        };
        self.submit(REPAYMENT_KIND, id(loan), principal, detail)
    }

    fn line(&self) -> credit::CreditLine {
        self.db
            .read(|conn| credit::find_line(conn, self.book, &id(1)))
            .unwrap()
    }

    fn loans(&self) -> HashMap<ContractId, Loan> {
        self.db
            .read(|conn| load_loans(conn, self.book, &[id(2), id(3), id(4)]))
            .unwrap()
    }

    fn verified(&self) {
        let found = self.db.read(|conn| ledger::verify(conn, &self.office())).unwrap();
        assert_eq!(found, []);
    }
}

/// Regions and the county's book.
fn prepare(db: &Db, rows: &[regions::RegionRow]) -> (Regions, BookId) {
    db.prepare(|conn| {
        regions::install(conn, rows)?;
        let tree = regions::load(conn)?;
        let code = RegionCode::parse("440784103205").map_err(|_| Error::NotFound)?;
        let village = tree.by_code(&code, day()).ok_or(Error::NotFound)?;
        let county = tree
            .ancestor(village, Level::County, day())
            .ok_or(Error::NotFound)?;
        let first = Month::of(day());
        let book = ledger::create_book(conn, county, "鹤山市", first)?.id;
        Ok::<_, Error>((tree, book))
    })
    .unwrap()
}

fn code<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    result.unwrap_err().issues()[0].code.clone()
}

#[test]
fn draw_repay_draw_again() {
    let village = Village::open("story");
    village.approve(&village.grant(yuan(300_000))).unwrap();
    village.approve(&village.draw(2, yuan(200_000)).unwrap()).unwrap();
    village.approve(&village.repay(2, yuan(80_000)).unwrap()).unwrap();
    assert_eq!(village.line().available(), yuan(180_000));
    assert_eq!(village.loans()[&id(2)].balance_fen, yuan(120_000));
    let too_much = village.draw(3, Fen(yuan(180_000).0 + 1));
    assert_eq!(code(too_much), "line.overdrawn");
    village.approve(&village.draw(3, yuan(180_000)).unwrap()).unwrap();
    assert_eq!(village.line().available(), Fen::ZERO);
    let class = ClassificationDetail {
        class: LoanClass::Loss.code().to_owned(),
    };
    let classed = village
        .submit(CLASSIFICATION_KIND, id(3), Fen::ZERO, class)
        .unwrap();
    village.approve(&classed).unwrap();
    village.verified();
    village
        .approve(&village.repay(3, yuan(180_000)).unwrap())
        .unwrap();
    village
        .approve(&village.repay(2, yuan(120_000)).unwrap())
        .unwrap();
    assert_eq!(village.line().drawn_fen, Fen::ZERO);
    assert_eq!(code(village.repay(2, Fen(1))), "loan.overpaid");
    village.verified();
}

#[test]
fn what_waits_counts_and_is_approved_in_order() {
    let village = Village::open("waiting");
    let grant = village.grant(yuan(300_000));
    let first = village.draw(2, yuan(200_000)).unwrap();
    assert_eq!(code(village.draw(3, yuan(100_001))), "line.overdrawn");
    let second = village.draw(3, yuan(100_000)).unwrap();
    let back = village.repay(2, yuan(50_000)).unwrap();
    assert_eq!(code(village.repay(2, yuan(150_001))), "loan.overpaid");
    assert_eq!(
        code(village.draw(4, Fen(1))),
        "line.overdrawn",
        "a waiting repayment restores nothing"
    );
    assert_eq!(code(village.approve(&first)), "loan.parent_waits");
    assert_eq!(code(village.approve(&back)), "loan.parent_waits");
    village.verified();
    for voucher in [&grant, &first, &second, &back] {
        village.approve(voucher).unwrap();
    }
    assert_eq!(village.line().drawn_fen, yuan(250_000));
    assert_eq!(village.line().drawn_total_fen, yuan(300_000));
    village.verified();
}
