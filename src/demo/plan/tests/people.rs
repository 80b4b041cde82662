//! Numbers and names.

use std::collections::HashSet;

use chrono::{Datelike, NaiveDate};

use super::*;

#[test]
fn nobody_twice_and_all_numbers_valid() {
    let plan = the_plan();
    let mut seen = HashSet::new();
    for client in &plan.clients {
        assert!(seen.insert(client.number.as_str()), "{}", client.number);
        assert!(!client.name.is_empty());
        let county = &book_of(&client.village)[..6];
        if client.kind == ClientKind::Household {
            assert_eq!(&client.number[..6], county);
            assert_eq!(&client.number[14..15], "9");
            let born = NaiveDate::parse_from_str(&client.number[6..14], "%Y%m%d").unwrap();
            assert!((1950..=2000).contains(&born.year()));
            assert!(id_is_valid(&client.number));
        } else {
            assert_eq!(&client.number[2..8], county);
            assert!(credit_code_is_valid(&client.number));
        }
    }
}

fn id_is_valid(number: &str) -> bool {
    // ISO 7064 MOD 11-2, the other way round: the weighted sum with the check is 1 modulo 11.
    let digit = |c: char| {
        if c == 'X' { 10 } else { c.to_digit(10).unwrap() }
    };
    let sum = number.chars().fold(0, |sum, c| sum * 2 % 11 + digit(c));
    number.len() == 18 && sum % 11 == 1
}

fn credit_code_is_valid(code: &str) -> bool {
    let alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let value = |c: char| alphabet.find(c).unwrap();
    let mut weight = 1;
    let mut sum = 0;
    for c in code.chars() {
        sum += value(c) * weight;
        weight = weight * 3 % 31;
    }
    // The check's own weight is 3^17 = 22, not 1: take it off and put it on plain.
    let check = value(code.chars().last().unwrap());
    let plain = sum - check * 22 + check;
    code.len() == 18 && plain.is_multiple_of(31)
}

#[test]
fn checks_know_the_worked_examples() {
    assert!(id_is_valid("11010519491231002X") && id_is_valid("440784197503080014"));
    assert!(!id_is_valid("440784197503080015"));
    assert!(credit_code_is_valid("91350100M000100Y43"));
    assert!(credit_code_is_valid("91512081MA62K0260E"));
}
