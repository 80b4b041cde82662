use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn facts() -> Facts {
    Facts {
        month: Month::parse("2023-12").unwrap(),
        first_open: Month::parse("2023-12").unwrap(),
        today: day("2024-01-04"),
        deadline: day("2024-01-08"),
        institutions: vec![Standing {
            id: InstitutionId(1),
            name: Say::new("农行", "ABC"),
            declared: None,
            posted: 3,
            waiting: 2,
            held: 1,
        }],
        broken: Vec::new(),
        parts_differ: None,
        totals_differ: Vec::new(),
        unplaced: vec![Say::new("新屋村", "Xinwu")],
    }
}

fn verdict(facts: &Facts) -> Verdict {
    Verdict::of(&checklist(facts), facts.today, facts.deadline)
}

#[test]
fn gaps_stop_until_the_deadline_has_passed() {
    let mut facts = facts();
    assert_eq!(verdict(&facts), Verdict::Early);
    facts.today = facts.deadline;
    assert_eq!(verdict(&facts), Verdict::Early, "the last day is still in time");
    facts.today = day("2024-01-09");
    assert_eq!(verdict(&facts), Verdict::ReadyWithGaps);
    facts.institutions.clear();
    facts.today = day("2024-01-02");
    assert_eq!(verdict(&facts), Verdict::Ready, "a warning stops nobody");
    facts.first_open = Month::parse("2023-11").unwrap();
    assert_eq!(verdict(&facts), Verdict::Blocked);
    facts.first_open = facts.month;
    facts.today = day("2023-12-31");
    assert_eq!(verdict(&facts), Verdict::Blocked, "the month is not over");
}

#[test]
fn the_reminder_names_each_and_what_it_misses() {
    let facts = facts();
    let county = Say::new("台山市", "Taishan");
    let text = reminder(&county, facts.month, facts.deadline, &facts.institutions).unwrap();
    assert!(
        text.zh
            .contains("1. 农行：未报（未声明已报齐或零报），2张凭证待审核，其中1张暂挂。"),
        "{}",
        text.zh
    );
    assert!(text.en.contains("2024-01-08"), "{}", text.en);
    assert_eq!(reminder(&county, facts.month, facts.deadline, &[]), None);
}

#[test]
fn a_balance_moves_by_its_flows_only() {
    let moved = |measure, amount| Moved {
        measure,
        region: RegionId(7),
        amount,
    };
    let sound = [
        moved(LOAN_DISBURSED, 500),
        moved(LOAN_PRINCIPAL_REPAID, 200),
        moved(LOAN_BALANCE, 300),
    ];
    assert!(broken_identities(&sound).is_empty());
    let broken = broken_identities(&[moved(LOAN_BALANCE, 1)]);
    assert_eq!((broken[0].change, broken[0].flows), (1, 0));
    let grown = broken_identities(&[moved(CREDIT_GRANTED, 5), moved(CREDIT_GRANTED_NEW, 4)]);
    assert!(grown[0].only_growth);
    let revived = [moved(CREDIT_GRANTED, 5), moved(CREDIT_RENEWED, 5)];
    assert!(broken_identities(&revived).is_empty());
    assert!(
        broken_identities(&[moved(CREDIT_GRANTED, -5)]).is_empty(),
        "a line ran out"
    );
}
