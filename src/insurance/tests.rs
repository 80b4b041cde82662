//! The whole way of a policy through a database: submitted, approved, paid on, run out, proven.

use chrono::{NaiveDate, NaiveDateTime};

use super::*;
use crate::db::Db;
use crate::error::Error;
use crate::ledger::{self, Actor, Kinds, NewLine, Office, Submission, Verdict};
use crate::regions::{Regions, Unit, Version};
use crate::register::{self, InstitutionKind, Product, ProductKind, Tariff};
use crate::values::quantity::quantity_hundredths;
use crate::values::rate::{Percent, Shares, split_premium};
use crate::values::{
    BookId, CommandId, ContractId, Fen, InstitutionId, Level, MeasureId, Month, ProductId, RegionId,
    RegionKind, SpecialistId, UserId, VoucherId, measure,
};
use crate::vault::Vault;

const BOOK: BookId = BookId(2);
const VILLAGES: [RegionId; 2] = [RegionId(11), RegionId(12)];

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn yuan(text: &str) -> Fen {
    Fen::parse_yuan(text).unwrap()
}

fn actor(who: u8, today: &str) -> Actor {
    Actor {
        id: UserId::from_parts(0, [who; 10]),
        institution: None,
        now: NaiveDateTime::default(),
        today: day(today),
    }
}

fn regions() -> Regions {
    let unit = |id, parent: Option<i64>, level, kind| Unit {
        id: RegionId(id),
        level,
        kind,
        versions: vec![Version {
            valid_from: crate::regions::always(),
            valid_to: None,
            name: format!("#{id}"),
            short_name: format!("#{id}"),
            code: None,
            parent: parent.map(RegionId),
            parent_known: true,
        }],
    };
    Regions::new(vec![
        unit(1, None, Level::City, RegionKind::Prefecture),
        unit(2, Some(1), Level::County, RegionKind::CountyCity),
        unit(5, Some(2), Level::Town, RegionKind::Town),
        unit(11, Some(5), Level::Village, RegionKind::Village),
        unit(12, Some(5), Level::Village, RegionKind::Village),
    ])
}

/// Each test has a database of its own: one county, an insurer (1) and a bank (2), one product.
fn office(test: impl FnOnce(&Db, &Office<'_>)) {
    let folder = std::env::temp_dir().join(format!("cunxin-insurance-{}", VoucherId::new(0)));
    let file = folder.join("test.db");
    let kinds = Kinds {
        kinds: kinds(),
        positions: vec![positions()],
        followers: Vec::new(),
    };
    let (regions, vault) = (regions(), Vault::from_master(&[7; 32]));
    let office = Office {
        kinds: &kinds,
        regions: &regions,
        vault: &vault,
        sums: None,
    };
    let db = Db::open(&file.to_string_lossy()).unwrap();
    db.prepare(|conn| {
        ledger::create_book(conn, RegionId(1), "市", Month::new(2021, 1).unwrap())?;
        ledger::create_book(conn, RegionId(2), "县", Month::new(2021, 1).unwrap())?;
        register::add_institution(conn, "INS", "保险", "保险", InstitutionKind::Insurer)?;
        register::add_institution(conn, "BNK", "银行", "银行", InstitutionKind::Bank)?;
        let product = register::add_product(
            conn,
            Product {
                id: ProductId(0),
                code: "DSC".to_owned(),
                name: "淡水水产养殖保险".to_owned(),
                kind: ProductKind::Insurance.code().to_owned(),
                tag: None,
                institution_id: None,
            },
        )?;
        let share = str::to_owned;
        register::add_tariff(
            conn,
            &Tariff {
                product_id: product.id,
                county_id: RegionId(0),
                tier: String::new(),
                valid_from: day("2021-01-01"),
                valid_to: None,
                quantity_unit: "亩".to_owned(),
                unit_sum_fen: yuan("5000"),
                rate_percent: "8".to_owned(),
                share_central: share("0"),
                share_province: share("50"),
                share_city: share("10"),
                share_county: share("10"),
                share_farmer: share("30"),
            },
        )
    })
    .unwrap();
    test(&db, &office);
    drop(db);
    std::fs::remove_dir_all(&folder).unwrap();
}

fn ids(seed: u8) -> (VoucherId, CommandId) {
    (
        VoucherId::from_parts(0, [seed; 10]),
        CommandId::from_parts(0, [seed; 10]),
    )
}

fn submission(seed: u8, kind: &str, on: &str, institution: i64, lines: Vec<NewLine>) -> Submission {
    let (voucher, command) = ids(seed);
    Submission {
        book: BOOK,
        voucher,
        command,
        base_revision: 0,
        kind: kind.to_owned(),
        business_date: day(on),
        institution: InstitutionId(institution),
        lines,
    }
}

fn line(region: RegionId, amount: Fen, detail: serde_json::Value) -> NewLine {
    NewLine {
        region,
        client: None,
        product: ProductId(1),
        institution: InstitutionId(1),
        specialist: SpecialistId(0),
        contract: Some(ContractId::from_parts(0, [9; 10])),
        amount,
        detail,
    }
}

/// 端芬 and 广海 of vector A, as one policy over two villages.
fn policy(seed: u8, number: &str) -> Submission {
    let percent = |text: &str| Percent::parse(text).unwrap();
    let zero = Percent::ZERO;
    let shares = Shares::new(zero, percent("50"), percent("10"), percent("10"), percent("30")).unwrap();
    let lines = [(VILLAGES[0], "2793.65"), (VILLAGES[1], "1032.20")].map(|(village, quantity)| {
        let sum = insured_sum(quantity_hundredths(quantity).unwrap(), yuan("5000")).unwrap();
        let premium = percent("8").of(sum).unwrap();
        let split = split_premium(premium, &shares).unwrap();
        let terms = PolicyTerms {
            number: number.to_owned(),
            starts_on: day("2021-11-05"),
            ends_on: day("2022-11-04"),
            quantity: quantity.to_owned(),
            unit: "亩".to_owned(),
            unit_sum: yuan("5000"),
            rate_percent: "8".to_owned(),
            premium,
            central: split.central,
            province: split.province,
            city: split.city,
            county: split.county,
            farmer: split.farmer,
            households: 31,
            counted: true,
        };
        line(village, sum, serde_json::to_value(terms).unwrap())
    });
    submission(seed, POLICY_KIND, "2021-11-05", 1, lines.into())
}

fn payout(seed: u8, on: &str, claim: &str, amounts: &[(i32, &str)]) -> Submission {
    let lines = amounts.iter().map(|(part, amount)| {
        let detail = PayoutDetail {
            claim: claim.to_owned(),
            loss_date: day("2022-07-02"),
            cause: "台风".to_owned(),
            part: *part,
            households: 3,
            counted: true,
        };
        let village = if *part == 1 { VILLAGES[0] } else { VILLAGES[1] };
        line(village, yuan(amount), serde_json::to_value(detail).unwrap())
    });
    submission(seed, PAYOUT_KIND, on, 1, lines.collect())
}

fn submit(db: &Db, office: &Office<'_>, submission: &Submission) -> Result<(), Vec<String>> {
    let maker = actor(1, "2023-01-10");
    db.write(BOOK, |conn| ledger::submit(conn, office, &maker, submission))
        .map(|_| ())
        .map_err(|error| codes(&error))
}

fn approve(db: &Db, office: &Office<'_>, seed: u8) -> Result<(), Vec<String>> {
    let (voucher, _) = ids(seed);
    let verdict = Verdict {
        book: BOOK,
        voucher,
        command: CommandId::from_parts(1, [seed; 10]),
        revision: 1,
    };
    let reviewer = actor(2, "2023-01-10");
    db.write(BOOK, |conn| {
        ledger::approve(conn, office, &reviewer, &verdict, false)
    })
    .map(|_| ())
    .map_err(|error| codes(&error))
}

fn codes(error: &Error) -> Vec<String> {
    assert!(matches!(error, Error::Refused(_)), "{error}");
    let refused = error
        .issues()
        .iter()
        .filter(|issue| issue.severity == crate::error::Severity::Refuse);
    refused.map(|issue| issue.code.clone()).collect()
}

fn refused(code: &str) -> Result<(), Vec<String>> {
    Err(vec![code.to_owned()])
}

/// What a measure's posted entries come to up to a month.
fn posted(db: &Db, measure: MeasureId, until: Month) -> i64 {
    use crate::db::schema::entry;
    use diesel::prelude::*;
    db.read(|conn| {
        let amounts: Vec<i64> = entry::table
            .filter(entry::book_id.eq(BOOK))
            .filter(diesel::dsl::not(entry::pending))
            .filter(entry::measure.eq(measure))
            .filter(entry::month.le(until))
            .select(entry::amount)
            .load(conn)?;
        Ok::<_, Error>(amounts.into_iter().sum())
    })
    .unwrap()
}

fn differences(db: &Db, office: &Office<'_>) -> Vec<ledger::Difference> {
    db.read(|conn| ledger::verify(conn, office)).unwrap()
}

#[test]
fn a_policy_is_paid_on_runs_out_and_proves_right() {
    office(|db, office| {
        submit(db, office, &policy(1, "BD1")).unwrap();
        // A payout may be submitted while its policy waits, but not approved before it.
        submit(
            db,
            office,
            &payout(2, "2022-08-01", "LP1", &[(1, "1000.00"), (2, "5161000.00")]),
        )
        .unwrap();
        assert_eq!(
            approve(db, office, 2),
            Err(vec![
                "payout.policy_waits".to_owned(),
                "payout.policy_waits".to_owned()
            ])
        );
        approve(db, office, 1).unwrap();
        // What waits counts: the second village's cover is used up, the first's is not.
        let over = payout(3, "2022-08-02", "LP2", &[(2, "0.01")]);
        assert_eq!(submit(db, office, &over), refused("payout.above_sum"));
        let rest = payout(3, "2022-08-02", "LP2", &[(1, "13967250.00")]);
        submit(db, office, &rest).unwrap();
        approve(db, office, 2).unwrap();
        approve(db, office, 3).unwrap();
        assert_eq!(differences(db, office), []);

        let end = Month::new(2022, 12).unwrap();
        let whole = yuan("19129250.00").0;
        assert_eq!(posted(db, measure::INSURANCE_SUM_INSURED, end), whole);
        assert_eq!(posted(db, measure::INSURANCE_PREMIUM, end), yuan("1530340.00").0);
        assert_eq!(posted(db, measure::INSURANCE_POLICIES, end), 1);
        assert_eq!(posted(db, measure::INSURANCE_PAYOUT, end), whole);

        let expire = |on: &str| {
            let system = actor(3, on);
            db.write(BOOK, |conn| {
                expire_policies(conn, office, &system, BOOK, system.today)
            })
            .unwrap()
        };
        assert_eq!(expire("2022-11-04"), 0);
        assert_eq!(posted(db, measure::INSURANCE_IN_FORCE, end), whole);
        assert_eq!(expire("2022-12-31"), 1);
        assert_eq!(expire("2022-12-31"), 0);
        assert_eq!(
            posted(db, measure::INSURANCE_IN_FORCE, Month::new(2022, 10).unwrap()),
            whole
        );
        assert_eq!(
            posted(db, measure::INSURANCE_IN_FORCE, Month::new(2022, 11).unwrap()),
            0
        );
        assert_eq!(differences(db, office), []);

        let known = db
            .read(|conn| policies_in_village(conn, BOOK, VILLAGES[1]))
            .unwrap();
        let (policy, part) = &known[0];
        assert!(!policy.is_active());
        assert_eq!((policy.paid_fen, part.n), (Fen(whole), 2));
        assert_eq!(part.paid_fen, yuan("5161000.00"));
    });
}

#[test]
fn a_number_is_recorded_once_waiting_ones_included() {
    office(|db, office| {
        let other = |seed, number: &str| {
            let mut again = policy(seed, number);
            let id = ContractId::from_parts(0, [seed; 10]);
            again
                .lines
                .iter_mut()
                .for_each(|line| line.contract = Some(id.clone()));
            again
        };
        submit(db, office, &other(1, "BD1")).unwrap();
        assert_eq!(
            submit(db, office, &other(2, "ＢＤ1 ")),
            refused("policy.number_taken")
        );
        approve(db, office, 1).unwrap();
        assert_eq!(
            submit(db, office, &other(2, "BD1")),
            refused("policy.number_taken")
        );
        submit(db, office, &other(2, "BD2")).unwrap();
        let mut bank = other(4, "BD4");
        bank.institution = InstitutionId(2);
        bank.lines
            .iter_mut()
            .for_each(|line| line.institution = InstitutionId(2));
        assert_eq!(submit(db, office, &bank), refused("policy.not_an_insurer"));
    });
}

#[test]
fn a_damaged_position_is_named() {
    use crate::db::schema::policy_part;
    use diesel::prelude::*;
    office(|db, office| {
        submit(db, office, &policy(1, "BD1")).unwrap();
        approve(db, office, 1).unwrap();
        db.write(BOOK, |conn| {
            diesel::update(policy_part::table.filter(policy_part::n.eq(2)))
                .set(policy_part::paid_fen.eq(Fen(1)))
                .execute(conn)?;
            Ok::<_, Error>(())
        })
        .unwrap();
        let found: Vec<String> = differences(db, office)
            .into_iter()
            .map(|found| found.what)
            .collect();
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(
            found[0].contains("paid on its parts") && found[1].contains("part 2 paid"),
            "{found:?}"
        );
    });
}
