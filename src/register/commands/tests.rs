//! What the registers take and refuse, without a database.

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn a_tariff_comes_after_the_latest_or_before_the_first() {
    let known = [day("2022-01-01"), day("2023-01-01")];
    assert_eq!(
        last_day(&[], day("2022-06-01")).map_err(|issue| issue.code),
        Ok(None)
    );
    assert_eq!(
        last_day(&known, day("2024-01-01")).map_err(|issue| issue.code),
        Ok(None)
    );
    assert_eq!(
        last_day(&known, day("2021-01-01")).map_err(|issue| issue.code),
        Ok(Some(day("2021-12-31")))
    );
    for between in ["2022-01-01", "2022-06-01", "2023-01-01"] {
        let refused = last_day(&known, day(between)).map_err(|issue| issue.code);
        assert_eq!(refused, Err("tariff.between".to_owned()), "{between}");
    }
}

#[test]
fn codes_are_letters_and_digits() {
    assert_eq!(
        check_code(" ＪＭＮＳ ").map_err(|issue| issue.code),
        Ok("JMNS".to_owned())
    );
    assert_eq!(
        check_code("ccb-jm_1").map_err(|issue| issue.code),
        Ok("ccb-jm_1".to_owned())
    );
    assert_eq!(
        check_code("  ").map_err(|issue| issue.code),
        Err("code.empty".to_owned())
    );
    for odd in ["农商行", "A B", "A/B", "ABCDEFGHIJKLMNOPQRSTU"] {
        assert_eq!(
            check_code(odd).map_err(|issue| issue.code),
            Err("code.form".to_owned()),
            "{odd}"
        );
    }
}

#[test]
fn words_are_short() {
    assert!(check_word("title", "金融特派员").is_ok());
    assert_eq!(
        check_word("title", &"村".repeat(21)).map_err(|issue| issue.code),
        Err("word.too_long".to_owned())
    );
    assert_eq!(
        check_word("title", "").map_err(|issue| issue.field),
        Err("title".to_owned())
    );
}
