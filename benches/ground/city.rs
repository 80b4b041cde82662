//! Villages of every county, filled with credit lines through the ordinary commands: a village's sheet of fictional
//! households, each with one line.

use chrono::NaiveDate;
use cunxin::ledger::{self, NewLine, Submission, Verdict};
use cunxin::regions::Unit;
use cunxin::register::{self, InstitutionKind, NewClient, Product, ProductKind};
use cunxin::state::State;
use cunxin::values::{
    BookId, ClientId, CommandId, ContractId, Fen, InstitutionId, Level, ProductId, RegionId, SpecialistId,
    VoucherId,
};

use crate::ground::{actor, household};

const BANKS: usize = 8;

/// The city, its counties with their villages, and the banks and the product its lines are of.
pub struct City {
    pub state: State,
    pub counties: Vec<(BookId, Vec<RegionId>)>,
    banks: Vec<InstitutionId>,
    product: ProductId,
    next: u64,
    clients: usize,
}

impl City {
    /// The villages of that kind, as they are on a day; banks and product are registered.
    pub fn lay(state: State, day: NaiveDate, wanted: impl Fn(&Unit) -> bool) -> City {
        let register_book = state.db.read(ledger::register_book).expect("read");
        let register_book = register_book.expect("a register book").id;
        let (banks, product, counties) = state
            .write_now(register_book, |conn, office| {
                let mut banks = Vec::new();
                for n in 0..BANKS {
                    let (code, name) = (format!("B{n}"), format!("第{n}银行"));
                    banks.push(
                        register::add_institution(conn, &code, &name, &name, InstitutionKind::Bank)?.id,
                    );
                }
                let product = Product {
                    id: ProductId(0),
                    code: "P".to_owned(),
                    name: "整村授信".to_owned(),
                    kind: ProductKind::Credit.code().to_owned(),
                    tag: None,
                    institution_id: None,
                };
                let product = register::add_product(conn, product)?.id;
                let regions = office.regions;
                let mut counties = Vec::new();
                for book in ledger::books(conn)?.into_iter().skip(1) {
                    let inside =
                        |unit: &&Unit| regions.ancestor(unit.id, Level::County, day) == Some(book.region_id);
                    let villages = regions
                        .units()
                        .filter(|unit| unit.level == Level::Village && wanted(unit))
                        .filter(inside);
                    counties.push((book.id, villages.map(|unit| unit.id).collect()));
                }
                Ok((banks, product, counties))
            })
            .expect("the ground");
        City {
            state,
            counties,
            banks,
            product,
            next: 0,
            clients: 0,
        }
    }

    /// A sheet of so many households for each of some villages, posted in one transaction.
    pub fn fill(&mut self, book: BookId, villages: &[RegionId], day: NaiveDate, lines: usize) {
        let households: Vec<NewClient> = villages
            .iter()
            .flat_map(|village| std::iter::repeat_n(*village, lines))
            .map(|village| {
                self.clients += 1;
                household(self.clients, village)
            })
            .collect();
        let ids: Vec<ClientId> = households.iter().map(|client| client.id.clone()).collect();
        let sheets: Vec<(Submission, Verdict)> = villages
            .iter()
            .zip(ids.chunks(lines))
            .enumerate()
            .map(|(n, (village, clients))| self.sheet(book, *village, clients, day, n))
            .collect();
        self.state
            .write_now(book, |conn, office| {
                register::register_clients(conn, office, &actor(1, day), book, &households)?;
                for (submission, verdict) in &sheets {
                    ledger::submit(conn, office, &actor(1, day), submission)?;
                    ledger::approve(conn, office, &actor(2, day), verdict, false)?;
                }
                Ok(())
            })
            .expect("posted");
    }

    fn id(&mut self) -> [u8; 10] {
        self.next += 1;
        let mut bytes = [7; 10];
        bytes[2..].copy_from_slice(&self.next.to_be_bytes());
        bytes
    }

    fn sheet(
        &mut self,
        book: BookId,
        village: RegionId,
        clients: &[ClientId],
        day: NaiveDate,
        n: usize,
    ) -> (Submission, Verdict) {
        let bank = self.banks[n % BANKS];
        let detail =
            serde_json::json!({"valid_from": "2022-01-01", "valid_to": "2026-12-31", "revolving": true});
        let lines = clients
            .iter()
            .map(|client| NewLine {
                region: village,
                client: Some(client.clone()),
                product: self.product,
                institution: bank,
                specialist: SpecialistId(0),
                contract: Some(ContractId::from_parts(1, self.id())),
                amount: Fen(10_000_000),
                detail: detail.clone(),
            })
            .collect();
        let submission = Submission {
            book,
            voucher: VoucherId::from_parts(1, self.id()),
            command: CommandId::from_parts(1, self.id()),
            base_revision: 0,
            kind: "credit.grant".to_owned(),
            business_date: day,
            institution: bank,
            lines,
        };
        let verdict = Verdict {
            book,
            voucher: submission.voucher.clone(),
            command: CommandId::from_parts(1, self.id()),
            revision: 1,
        };
        (submission, verdict)
    }
}
