//! What is left for a visitor.

use super::*;

#[test]
fn what_waits_for_review() {
    let plan = the_plan();
    let stages = stages(&plan.items);
    let mut sheets = 0;
    let mut loans = Vec::new();
    let mut visits = 0;
    let mut wrong = Vec::new();
    for item in &plan.waiting {
        assert!([ymd(2024, 1, 2), ymd(2024, 1, 3)].contains(&item.head.date));
        match &item.act {
            Act::Preapprove(sheet) => {
                assert_eq!(item.head.county, "440781000000");
                assert!(
                    sheet
                        .lines
                        .iter()
                        .all(|l| !stages.preapproved.contains_key(&l.line))
                );
                sheets += 1;
            }
            Act::Grant(sheet) => {
                assert_eq!(item.head.county, "440781000000");
                sheets += 1;
                for row in &sheet.lines {
                    assert!(!stages.granted.contains_key(&row.line));
                    let limit = stages.preapproved[&row.line].0;
                    if row.amount.0 > limit {
                        wrong.push((row.amount.0, limit));
                    }
                }
            }
            Act::Lend(lent) => loans.extend(lent.iter().map(|n| &plan.loans[*n])),
            Act::Visit(_) => visits += 1,
            other => panic!("unexpected {other:?}"),
        }
    }
    assert_eq!((sheets, loans.len(), visits), (6, 3, 1));
    assert_eq!(wrong, [(160_000_000, 16_000_000)]);
    assert!(loans.iter().any(|l| l.village.starts_with("440784103")));
    for loan in loans {
        let (limit, _) = stages.signed[&loan.line.unwrap()];
        assert!(loan.amount.0 <= limit);
    }
}
