//! Reading a posting and telling it from one that is there already.

use super::*;
use crate::values::{InstitutionId, UserId};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn posting(start: &str) -> NewPosting {
    NewPosting {
        specialist: SpecialistId(1),
        village: RegionId(9),
        start: day(start),
        voucher: VoucherId::from_parts(1, [1; 10]),
        command: CommandId::from_parts(1, [2; 10]),
        assignment: ContractId::from_parts(1, [3; 10]),
        base_revision: 0,
    }
}

fn assignment(id: &str, village: i64, to: Option<&str>) -> Assignment {
    Assignment {
        book_id: BookId(3),
        id: id.to_owned(),
        specialist_id: SpecialistId(1),
        institution_id: InstitutionId(1),
        region_id: RegionId(village),
        valid_from: day("2022-01-01"),
        valid_to: to.map(day),
    }
}

#[test]
fn nobody_is_posted_to_a_village_twice_at_once() {
    let new = posting("2023-07-01");
    assert!(already_posted(&[assignment("a", 9, None)], &new).is_some());
    assert!(already_posted(&[assignment("a", 9, Some("2023-07-01"))], &new).is_some());
    assert!(already_posted(&[assignment("a", 9, Some("2023-06-30"))], &new).is_none());
    assert!(already_posted(&[assignment("a", 8, None)], &new).is_none());
    let itself = new.assignment.as_str().to_owned();
    assert!(
        already_posted(&[assignment(&itself, 9, None)], &new).is_none(),
        "a repeat is answered as before"
    );
}

#[test]
fn a_posting_needs_a_village_and_a_day() {
    let now = NaiveDate::default().and_time(chrono::NaiveTime::MIN);
    let maker = UserId::from_parts(1, [4; 10]);
    let actor = Actor {
        id: maker,
        institution: None,
        now,
        today: day("2023-07-01"),
    };
    let form = opened(&actor, None).with("business_date", "");
    let Err(Error::Refused(issues)) = read(&form, SpecialistId(1)) else {
        panic!("it should be refused")
    };
    let fields: Vec<&str> = issues.iter().map(|issue| issue.field.as_str()).collect();
    assert_eq!(fields, ["village", "business_date"]);
    let new = read(&opened(&actor, None).with("village", "9"), SpecialistId(1)).unwrap();
    assert_eq!(
        (new.village, new.start, new.base_revision),
        (RegionId(9), day("2023-07-01"), 0)
    );
}
