//! What the command layer costs, side by side with the same SQL written by hand, in one run:
//! ratios, since machines differ. `cargo bench`.
//!
//! 1. Single vouchers: submit and approve one credit line each, one commit each, against the
//!    bare rows that this leaves behind inserted by hand, one commit each.
//! 2. Sheets of 100 lines, the same way.
//! 3. The county's totals over 100,000 entries, against summing the entries themselves.

use std::time::{Duration, Instant};

use chrono::NaiveDate;
use cunxin::app;
use cunxin::auth::command_line_user;
use cunxin::clock::Clock;
use cunxin::db::Conn;
use cunxin::ledger::{self, Actor, Dimension, NewLine, Submission, Verdict, Window};
use cunxin::register::{self, InstitutionKind, NewClient, Product, ProductKind};
use cunxin::state::State;
use cunxin::values::{
    BookId, ClientId, CommandId, ContractId, Fen, InstitutionId, Month, ProductId, RegionCode, RegionId,
    SpecialistId, VoucherId, measure,
};
use cunxin::vault::Vault;
use diesel::prelude::*;

mod ground;

use ground::household;

const DAY: (i32, u32, u32) = (2024, 1, 4);
const LINES: usize = 100;
/// Vouchers of one line, and sheets, that are recorded.
const SINGLES: usize = 400;
const SHEETS: usize = 170;

struct Ground {
    state: State,
    book: BookId,
    village: RegionId,
    bank: InstitutionId,
    product: ProductId,
    clients: Vec<ClientId>,
    next: u64,
}

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(DAY.0, DAY.1, DAY.2).expect("a day")
}

fn actor(number: u8) -> Actor {
    ground::actor(number, today())
}

impl Ground {
    fn lay(url: &str) -> Ground {
        let state =
            app::open_with(url, Vault::from_master(&[1; 32]), Clock::fixed(today())).expect("a database");
        let register_book = state
            .db
            .read(ledger::register_book)
            .expect("read")
            .expect("a register book")
            .id;
        let (bank, product, village, book) = state
            .write_now(register_book, |conn, office| {
                let code = |text: &str| RegionCode::parse(text).expect("a code");
                let region = |text: &str| office.regions.by_code(&code(text), today()).expect("a region");
                let bank = register::add_institution(conn, "B", "银行", "银行", InstitutionKind::Bank)?.id;
                let product = Product {
                    id: ProductId(0),
                    code: "P".to_owned(),
                    name: "贷".to_owned(),
                    kind: ProductKind::Credit.code().to_owned(),
                    tag: None,
                    institution_id: None,
                };
                let product = register::add_product(conn, product)?.id;
                Ok((
                    bank,
                    product,
                    region("440784103205"),
                    BookId(region("440784000000").0),
                ))
            })
            .expect("the ground");
        // One client for each line: nobody has hundreds of lines of one bank.
        let new: Vec<NewClient> = (0..SINGLES + SHEETS * LINES)
            .map(|n| household(n, village))
            .collect();
        let mut clients = Vec::with_capacity(new.len());
        for some in new.chunks(5_000) {
            let done = state
                .write_now(book, |conn, office| {
                    register::register_clients(conn, office, &actor(1), book, some)
                })
                .expect("clients");
            clients.extend(done.into_iter().map(|client| client.id));
        }
        Ground {
            state,
            book,
            village,
            bank,
            product,
            clients,
            next: 0,
        }
    }

    fn id(&mut self) -> [u8; 10] {
        self.next += 1;
        let mut bytes = [7; 10];
        bytes[2..].copy_from_slice(&self.next.to_be_bytes());
        bytes
    }

    fn sheet(&mut self, lines: usize) -> Submission {
        let detail =
            serde_json::json!({"valid_from": "2024-01-01", "valid_to": "2026-12-31", "revolving": true});
        let lines = (0..lines)
            .map(|_| NewLine {
                region: self.village,
                client: self.clients.pop(),
                product: self.product,
                institution: self.bank,
                specialist: SpecialistId(0),
                contract: Some(ContractId::from_parts(1, self.id())),
                amount: Fen(10_000_000),
                detail: detail.clone(),
            })
            .collect();
        Submission {
            book: self.book,
            voucher: VoucherId::from_parts(1, self.id()),
            command: CommandId::from_parts(1, self.id()),
            base_revision: 0,
            kind: "credit.grant".to_owned(),
            business_date: today(),
            institution: self.bank,
            lines,
        }
    }

    /// Submits and approves, a commit each.
    fn record(&mut self, submission: &Submission) {
        let book = self.book;
        self.state
            .write_now(book, |conn, office| {
                ledger::submit(conn, office, &actor(1), submission)
            })
            .expect("submitted");
        let verdict = Verdict {
            book,
            voucher: submission.voucher.clone(),
            command: CommandId::from_parts(1, self.id()),
            revision: 1,
        };
        self.state
            .write_now(book, |conn, office| {
                ledger::approve(conn, office, &actor(2), &verdict, false)
            })
            .expect("approved");
    }

    /// The rows that one approved sheet leaves behind, inserted by hand: two commits as well.
    fn by_hand(&mut self, lines: usize) {
        let voucher = VoucherId::from_parts(2, self.id());
        let ids: Vec<String> = (0..lines)
            .map(|_| ContractId::from_parts(2, self.id()).to_string())
            .collect();
        let first = format!(
            "INSERT INTO voucher VALUES (0, '{voucher}', 'credit.grant', 'submitted', 1, '2024-01-04', 202401, NULL, 'u', \
             1, '2024-01-04 01:00:00', NULL, NULL, '', 0, 0, {lines}, 0, '[]', NULL, NULL, '')"
        );
        let rows = |row: &dyn Fn(usize, &String) -> String| -> String {
            ids.iter()
                .enumerate()
                .map(|(n, id)| row(n + 1, id))
                .collect::<Vec<_>>()
                .join(",")
        };
        let line_rows = rows(&|n, id| format!("(0,'{voucher}',1,{n},1,'c',1,1,0,'{id}',10000000,'{{}}')"));
        let entry_rows = rows(&|n, id| {
            let entry = |k: usize, measure: i32| {
                format!(
                    "(0,'{voucher}',{},0,{n},202401,{measure},1,1,1,0,'{id}',NULL,10000000)",
                    n * 10 + k
                )
            };
            [entry(0, 101), entry(1, 111), entry(2, 102), entry(3, 112)].join(",")
        });
        let contract_rows = rows(&|_, id| {
            format!("(0,'{id}','c',1,1,1,0,10000000,10000000,0,0,0,1,'2024-01-01','2026-12-31','active')")
        });
        let totals: String = [101, 111, 102, 112]
            .iter()
            .flat_map(|measure| {
                [0, 1, 2, 3].map(|dimension| format!("(0,{measure},{dimension},1,1,202401,10000000,0)"))
            })
            .collect::<Vec<_>>()
            .join(",");
        let commits = [
            vec![first, format!("INSERT INTO voucher_line VALUES {line_rows}")],
            vec![
                format!("UPDATE voucher SET state = 'approved' WHERE book_id = 0 AND id = '{voucher}'"),
                format!("INSERT INTO entry VALUES {entry_rows}"),
                format!("INSERT INTO credit_line VALUES {contract_rows}"),
                format!(
                    "INSERT INTO total VALUES {totals} ON CONFLICT (book_id, dimension, measure, region_id, \
                     dimension_id, month) DO UPDATE SET amount = total.amount + excluded.amount"
                ),
            ],
        ];
        for statements in commits {
            self.state
                .db
                .write(self.book, |conn: &mut Conn| {
                    for statement in &statements {
                        diesel::sql_query(statement.as_str()).execute(conn)?;
                    }
                    Ok::<(), cunxin::error::Error>(())
                })
                .expect("by hand");
        }
    }
}

fn time(mut work: impl FnMut()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn compare(what: &str, rounds: usize, each: usize, mut ours: impl FnMut(), mut hand: impl FnMut()) {
    // In turns, so that a machine that slows down slows both.
    let (mut a, mut b) = (Duration::ZERO, Duration::ZERO);
    for _ in 0..rounds {
        a += time(&mut ours);
        b += time(&mut hand);
    }
    let per_second = |spent: Duration| (rounds * each) as f64 / spent.as_secs_f64();
    println!(
        "{what:<44} ours {:>9.0}/s   by hand {:>9.0}/s   ratio {:.2}",
        per_second(a),
        per_second(b),
        a.as_secs_f64() / b.as_secs_f64()
    );
}

fn main() {
    let folder = std::env::temp_dir().join(format!("cunxin-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let ground = std::cell::RefCell::new(Ground::lay(&folder.join("bench.db").display().to_string()));
    let _ = command_line_user();
    compare(
        "vouchers of one line (two commits each)",
        SINGLES,
        1,
        || {
            let sheet = ground.borrow_mut().sheet(1);
            ground.borrow_mut().record(&sheet);
        },
        || ground.borrow_mut().by_hand(1),
    );
    compare(
        "lines in sheets of 100",
        SHEETS,
        LINES,
        || {
            let sheet = ground.borrow_mut().sheet(LINES);
            ground.borrow_mut().record(&sheet);
        },
        || ground.borrow_mut().by_hand(LINES),
    );
    let ground = ground.into_inner();
    let (entries, additive) = ground
        .state
        .db
        .read(|conn| {
            use cunxin::db::schema::entry;
            let all: i64 = entry::table
                .filter(entry::book_id.eq(ground.book))
                .count()
                .get_result(conn)?;
            Ok::<_, cunxin::error::Error>((
                all,
                measure::MEASURES
                    .iter()
                    .filter(|m| !m.distinct)
                    .map(|m| m.id)
                    .collect::<Vec<_>>(),
            ))
        })
        .expect("counted");
    println!("the county's book holds {entries} entries");
    let window = Window {
        month: Month::of(today()),
    };
    compare(
        "county totals from the totals / from entries",
        50,
        1,
        || {
            let sums = ground
                .state
                .db
                .read(|conn| ledger::sums(conn, ground.book, Dimension::All, &additive, window))
                .expect("sums");
            assert!(!sums.is_empty());
        },
        || {
            let scan = "SELECT measure, region_id, SUM(amount) FROM entry WHERE book_id > 0 AND pending = 0 \
                        AND month <= 202401 AND subject_id IS NULL GROUP BY measure, region_id";
            ground
                .state
                .db
                .read(|conn| Ok::<_, cunxin::error::Error>(diesel::sql_query(scan).execute(conn)?))
                .expect("scan");
        },
    );
    let _ = std::fs::remove_dir_all(&folder);
}
