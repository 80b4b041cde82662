//! The office the sequences play in: two counties of the city, two banks, an insurer, four specialists,
//! furnished once and copied for each sequence on SQLite.

use std::path::PathBuf;
use std::sync::OnceLock;

use chrono::NaiveDate;
use cunxin::app;
use cunxin::clock::Clock;
use cunxin::ledger;
use cunxin::register::{self, InstitutionKind, Product, ProductKind, Tariff};
use cunxin::state::State;
use cunxin::values::{BookId, Fen, InstitutionId, Month, ProductId, RegionId};
use cunxin::vault::Vault;

use super::index;
use super::places::Places;
use crate::support::app::{Backend, today, user_id};
use crate::support::{postgres, tools};

/// The first month that is open when a sequence begins.
pub const FIRST: (i32, u32) = (2022, 11);
/// 鹤山 and 台山.
pub const COUNTIES: [&str; 2] = ["440784000000", "440781000000"];
/// Where things happen: 村委会 of two towns, a community, and the towns themselves for what is a town's.
const VILLAGES: [&[&str]; 2] = [
    &["440784103205", "440784103201", "440784103002", "440784102201"],
    &["440781105209", "440781105204"],
];
const TOWNS: [&[&str]; 2] = [&["440784103000", "440784102000"], &["440781105000"]];

/// What is there, by number.
#[derive(Clone, Debug)]
pub struct Office {
    pub city: i64,
    pub counties: [i64; 2],
    pub other_counties: Vec<i64>,
    pub villages: [Vec<i64>; 2],
    pub towns: [Vec<i64>; 2],
    /// Two banks, then the insurer.
    pub institutions: [i64; 3],
    pub credit_products: [i64; 2],
    pub insurance_product: i64,
    /// Paid by the weather.
    pub index_product: i64,
    /// Each with the institution they work for.
    pub specialists: [(i64, i64); 4],
}

/// A database of its own, and the folder to remove afterwards.
pub struct Site {
    pub state: State,
    folder: Option<PathBuf>,
}

impl Drop for Site {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

/// Memory where there is a file system in it: what is proved here does not rest on the disk.
fn new_folder() -> PathBuf {
    let folder = tools::new_folder("proof");
    let memory = PathBuf::from("/dev/shm").join(folder.file_name().expect("a name"));
    if std::fs::create_dir(&memory).is_ok() {
        let _ = std::fs::remove_dir_all(&folder);
        return memory;
    }
    folder
}

fn open(url: &str) -> State {
    app::open_with(url, Vault::from_master(&[42; 32]), Clock::fixed(today())).expect("the database opens")
}

/// A fresh, furnished database.
pub fn site(backend: Backend) -> Site {
    match backend {
        Backend::Sqlite => {
            static FURNISHED: OnceLock<PathBuf> = OnceLock::new();
            let template = FURNISHED.get_or_init(|| {
                let folder = new_folder();
                let file = folder.join("furnished.db");
                let state = open(&file.display().to_string());
                furnish(&state);
                state
                    .db
                    .write(BookId(office().city), |conn| {
                        Ok::<_, cunxin::error::Error>(conn.analyse()?)
                    })
                    .expect("analysed");
                drop(state);
                file
            });
            let folder = new_folder();
            let file = folder.join("cunxin.db");
            std::fs::copy(template, &file).expect("the furnished database is copied");
            Site {
                state: open(&file.display().to_string()),
                folder: Some(folder),
            }
        }
        Backend::Postgres => {
            let state = open(&postgres::fresh_database().expect("PostgreSQL was there"));
            furnish(&state);
            Site { state, folder: None }
        }
    }
}

/// The numbers of everything, as [`furnish`] gives them: registers count from 1.
pub fn office() -> Office {
    static OFFICE: OnceLock<Office> = OnceLock::new();
    let numbers = || {
        let places = listed();
        let coded = |codes: &[&str]| codes.iter().map(|code| places.coded(code)).collect::<Vec<i64>>();
        let counties = COUNTIES.map(|code| places.coded(code));
        let city = places.coded("440700000000");
        let others = places
            .all
            .iter()
            .filter(|place| place.lives[0].parent == Some(city) && !counties.contains(&place.id));
        Office {
            city,
            counties,
            other_counties: others.map(|place| place.id).collect(),
            villages: VILLAGES.map(coded),
            towns: TOWNS.map(coded),
            institutions: [1, 2, 3],
            credit_products: [1, 2],
            insurance_product: 3,
            index_product: 4,
            specialists: [(1, 1), (2, 2), (3, 3), (4, 1)],
        }
    };
    OFFICE.get_or_init(numbers).clone()
}

/// The list of units, read once.
pub fn listed() -> Places {
    static LISTED: OnceLock<Places> = OnceLock::new();
    LISTED.get_or_init(Places::listed).clone()
}

fn furnish(state: &State) {
    let office = office();
    let city = BookId(office.city);
    let clock = Clock::fixed(today());
    let admin = ledger::Actor {
        id: user_id("admin"),
        institution: None,
        now: clock.now(),
        today: clock.today(),
    };
    let done = state.write_now(city, |conn, tools| {
        let banks = [("RCB", "农商行"), ("ABC", "农行")];
        for (code, name) in banks {
            register::add_institution(conn, code, &format!("测试{name}"), name, InstitutionKind::Bank)?;
        }
        register::add_institution(conn, "PICC", "测试财险", "财险", InstitutionKind::Insurer)?;
        let products = [
            ("水产贷", ProductKind::Credit),
            ("陈皮贷", ProductKind::Credit),
            ("淡水水产险", ProductKind::Insurance),
            ("水稻降雨指数险", ProductKind::Insurance),
        ];
        for (code, kind) in products {
            let product = Product {
                id: ProductId(0),
                code: code.to_owned(),
                name: format!("测试{code}"),
                kind: kind.code().to_owned(),
                tag: None,
                institution_id: None,
            };
            register::add_product(conn, product)?;
        }
        let tariff = Tariff {
            product_id: ProductId(office.insurance_product),
            valid_from: NaiveDate::from_ymd_opt(2021, 1, 1).expect("a day"),
            valid_to: None,
            quantity_unit: "亩".to_owned(),
            unit_sum_fen: Fen(500_000),
            rate_percent: "8".to_owned(),
            share_central: "0".to_owned(),
            share_province: "50".to_owned(),
            share_city: "10".to_owned(),
            share_county: "10".to_owned(),
            share_farmer: "30".to_owned(),
            county_id: RegionId(0),
            tier: String::new(),
        };
        register::add_tariff(conn, &tariff)?;
        index::furnish(conn, tools, &admin, city, office.index_product)?;
        for (number, institution) in office.specialists {
            let name = ["甲", "乙", "丙", "丁"][usize::try_from(number - 1).expect("a number")];
            register::add_specialist(conn, &format!("李{name}"), "金融村官", InstitutionId(institution))?;
        }
        let first = Month::new(FIRST.0, FIRST.1).expect("a month");
        for county in office.counties.iter().chain(&office.other_counties) {
            ledger::open_from(conn, BookId(*county), first)?;
        }
        Ok(())
    });
    done.expect("the office is furnished");
}
