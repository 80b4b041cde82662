//! Pure checks of one designation, rating or review of a rating, and what it posts.

use chrono::{Datelike, NaiveDate};

use super::details::{DesignationDetail, Evidence, PAYMENT_TOWN, ReviewDetail};
use super::rules::{recorded_already, too_long};
use super::store::{Designation, measure_of};
use crate::error::Issue;
use crate::ledger::{Line, Posting};
use crate::register::{Client, Rated, RatingStandard};
use crate::values::plausible::{LONGEST_REASON, LONGEST_TOPIC, odd_term};
use crate::values::{RegionKind, Say, SubjectId, Unit, measure};

/// No designation is older.
const FIRST_YEAR: i32 = 2000;

/// What is known of whom a designation is about.
#[derive(Clone, Debug)]
pub(super) struct Subject<'a> {
    /// Of the unit, or of the household's village.
    pub kind: Option<RegionKind>,
    pub client: Option<&'a Client>,
    /// It is designated already, or stands in the voucher twice.
    pub designated: bool,
    /// The designation's id is another's already.
    pub taken: bool,
    /// What its rating asks for on the day; none for a model town.
    pub standard: Option<RatingStandard>,
}

pub(super) fn judge_designation(
    line: &Line,
    given: &DesignationDetail,
    subject: &Subject<'_>,
    day: NaiveDate,
) -> Vec<Issue> {
    let mut issues: Vec<Issue> = too_long("document", &given.document, LONGEST_TOPIC)
        .into_iter()
        .collect();
    match Rated::parse(&given.kind) {
        Some(rated) => issues.extend(judge_rating(rated, line, given, subject, day)),
        None if given.kind == PAYMENT_TOWN => issues.extend(not_a_town(subject)),
        None => {
            let kind = &given.kind;
            let say = Say::new(
                format!("不认识的评定“{kind}”。"),
                format!("Unknown designation “{kind}”."),
            );
            issues.push(Issue::refuse("designation.kind", "kind", say));
        }
    }
    if subject.designated {
        let say = Say::new(
            "已经评定过，仍然有效；到时办复审即可。",
            "It is designated already, and that stands; review it when due.",
        );
        issues.push(Issue::refuse("designation.again", "region", say));
    }
    let (year, latest) = (given.year, day.year());
    if !(FIRST_YEAR..=latest).contains(&year) {
        let say = Say::new(
            format!("评定年度要在 {FIRST_YEAR} 到 {latest} 之间；填写的是 {year}。"),
            format!("The year must be from {FIRST_YEAR} to {latest}; it says {year}."),
        );
        issues.push(Issue::refuse("designation.year", "year", say));
    }
    if subject.taken || line.contract.is_none() {
        issues.push(recorded_already());
    }
    issues
}

fn not_a_town(subject: &Subject<'_>) -> Option<Issue> {
    (!subject.kind.is_some_and(RegionKind::counts_as_town)).then(|| {
        let say = Say::new(
            "评定的对象要是镇或街道。",
            "Only a town or a subdistrict can be designated.",
        );
        Issue::refuse("designation.not_a_town", "region", say)
    })
}

fn judge_rating(
    rated: Rated,
    line: &Line,
    given: &DesignationDetail,
    subject: &Subject<'_>,
    day: NaiveDate,
) -> Vec<Issue> {
    let mut issues = Vec::new();
    match rated {
        Rated::Household => issues.extend(judge_household(line, subject)),
        Rated::Village if !subject.kind.is_some_and(RegionKind::is_administrative_village) => {
            let say = Say::new(
                "信用村要是行政村。",
                "Only an administrative village can be rated.",
            );
            issues.push(Issue::refuse("designation.not_a_village", "region", say));
        }
        Rated::Village => {}
        Rated::Town => issues.extend(not_a_town(subject)),
    }
    match given.valid_to {
        Some(until) if until > day => {
            issues.extend(
                odd_term(day, until).map(|found| Issue::refuse(found.code(), "valid_to", found.say())),
            );
        }
        _ => {
            let say = Say::new(
                "请填写有效期止，要晚于评定日期。",
                "Give the last day, after the day of the rating.",
            );
            issues.push(Issue::refuse("designation.validity", "valid_to", say));
        }
    }
    if let (Some(standard), false) = (&subject.standard, rated == Rated::Household) {
        issues.extend(judge_evidence(standard, given.evidence.as_ref()));
    }
    issues
}

fn judge_household(line: &Line, subject: &Subject<'_>) -> Option<Issue> {
    let (code, say) = match subject.client {
        None => (
            "client.unknown",
            Say::new(
                "没有这个客户，请先登记。",
                "There is no such client; record the client first.",
            ),
        ),
        Some(client) if !client.is_household() => (
            "designation.not_a_household",
            Say::new("只有农户评信用户。", "Only a farm household can be rated."),
        ),
        Some(client) if client.region_id != line.region => (
            "client.other_village",
            Say::new("客户登记在别的村。", "The client is recorded in another village."),
        ),
        Some(_) => return None,
    };
    Some(Issue::refuse(code, "rows", say))
}

/// A rating below its standard is the reviewer's to decide, with the figures before him.
fn judge_evidence(standard: &RatingStandard, evidence: Option<&Evidence>) -> Vec<Issue> {
    let Some(found) = evidence else {
        let say = Say::new(
            "没有附台账测算，请核对占比和不良率。",
            "No figures from the ledger are attached; check the share and the non-performing loans.",
        );
        return vec![Issue::hold("designation.no_evidence", "region", say)];
    };
    let mut issues = Vec::new();
    if !standard.enough(found.rated, found.of) {
        let (part, whole, asked) = (found.rated, found.of, standard.share.show());
        let say = Say::new(
            format!("占比 {part}/{whole} 未达到标准 {asked}。"),
            format!("The share of {part} out of {whole} is below the standard of {asked}."),
        );
        issues.push(Issue::hold("designation.share", "region", say));
    }
    if let Some(limit) = standard
        .npl
        .filter(|_| !standard.sound(found.nonperforming, found.balance))
    {
        let (bad, all) = (
            found.nonperforming.show(Unit::Yuan),
            found.balance.show(Unit::Yuan),
        );
        let say = Say::new(
            format!("不良 {bad} 元，余额 {all} 元，不良率未低于 {}。", limit.show()),
            format!(
                "Non-performing {bad} of {all} yuan: not below the standard of {}.",
                limit.show()
            ),
        );
        issues.push(Issue::hold("designation.npl", "region", say));
    }
    issues
}

/// Each counts once among those designated; a model town is new this once.
pub(super) fn designation_postings(
    line: &Line,
    given: &DesignationDetail,
    client: Option<&Client>,
) -> Vec<Posting> {
    let counted = match Rated::parse(&given.kind) {
        Some(Rated::Household) => client.map(|client| client.subject_id),
        _ => Some(SubjectId(line.region.0)),
    };
    let stock = Posting::of(line, measure_of(&given.kind), 1);
    let mut posted: Vec<Posting> = counted
        .map(|subject| stock.counting(subject))
        .into_iter()
        .collect();
    if given.kind == PAYMENT_TOWN {
        posted.push(Posting::of(line, measure::FIELD_DESIGNATED_TOWNS_NEW, 1));
    }
    posted
}

/// A review of a rating that stands.
pub(super) fn judge_review(
    line: &Line,
    review: &ReviewDetail,
    rating: Option<&Designation>,
    day: NaiveDate,
) -> Vec<Issue> {
    let refuse = |code, field, say| vec![Issue::refuse(code, field, say)];
    let standing = rating.filter(|rating| rating.stands() && Rated::parse(&rating.kind).is_some());
    let Some(rating) = standing else {
        let say = Say::new("没有这项有效的评定。", "No such rating stands.");
        return refuse("review.unknown", "", say);
    };
    if rating.region_id != line.region || rating.client_id != line.client {
        let say = Say::new(
            "村、镇或客户与原评定不一致。",
            "Village, town or client differ from the rating's own.",
        );
        return refuse("review.other", "", say);
    }
    let mut issues: Vec<Issue> = too_long("reason", &review.reason, LONGEST_REASON)
        .into_iter()
        .collect();
    if let Some(last) = rating.last_seen().filter(|last| day < *last) {
        let say = Say::new(
            format!("业务日期 {day} 早于上次评定或复审（{last}）。"),
            format!("The business date {day} is before the rating or its last review on {last}."),
        );
        issues.push(Issue::refuse("review.too_early", "business_date", say));
    }
    if !review.keep && review.reason.trim().is_empty() {
        let say = Say::new("请写明取消的原因。", "Say why it is withdrawn.");
        issues.push(Issue::refuse("review.reason_missing", "reason", say));
    }
    if review.keep && review.valid_to.is_some_and(|until| until <= day) {
        let say = Say::new(
            "有效期止要晚于复审日期。",
            "The last day must be after the day of the review.",
        );
        issues.push(Issue::refuse("designation.validity", "valid_to", say));
    }
    issues
}

/// A rating no longer counted, under the dimensions it was counted with.
pub(super) fn withdrawn(line: &Line, rating: &Designation, client: Option<&Client>) -> Option<Posting> {
    let counted = match Rated::parse(&rating.kind)? {
        Rated::Household => client?.subject_id,
        Rated::Village | Rated::Town => SubjectId(rating.region_id.0),
    };
    let posting = Posting {
        institution: rating.institution_id,
        specialist: rating.specialist_id,
        ..Posting::of(line, rating.measure(), -1)
    };
    Some(posting.counting(counted))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Severity;
    use crate::values::rate::Percent;
    use crate::values::{
        BookId, ContractId, Fen, InstitutionId, MeasureId, ProductId, RegionId, SpecialistId,
    };

    fn line() -> Line {
        Line {
            n: 1,
            region: RegionId(30),
            client: None,
            product: ProductId(0),
            institution: InstitutionId(2),
            specialist: SpecialistId(0),
            contract: Some(ContractId::from_parts(0, [1; 10])),
            amount: Fen::ZERO,
            detail: serde_json::Value::Null,
        }
    }

    fn day() -> NaiveDate {
        "2023-11-24".parse().unwrap()
    }

    fn subject(kind: RegionKind) -> Subject<'static> {
        Subject {
            kind: Some(kind),
            client: None,
            designated: false,
            taken: false,
            standard: None,
        }
    }

    fn codes(issues: Vec<Issue>) -> Vec<String> {
        issues
            .into_iter()
            .map(|issue| match issue.severity {
                Severity::Refuse => issue.code,
                _ => format!("({})", issue.code),
            })
            .collect()
    }

    fn posted(postings: Vec<Posting>) -> Vec<(MeasureId, Option<SubjectId>, i64)> {
        postings
            .into_iter()
            .map(|posting| (posting.measure, posting.subject, posting.amount))
            .collect()
    }

    #[test]
    fn towns_are_designated_once_and_only_towns() {
        let given = |year| DesignationDetail {
            kind: PAYMENT_TOWN.to_owned(),
            year,
            ..DesignationDetail::default()
        };
        let judged = |year, town: &Subject<'_>| codes(judge_designation(&line(), &given(year), town, day()));
        let town = subject(RegionKind::Town);
        assert_eq!(judged(2023, &town), [""; 0]);
        assert_eq!(judged(2024, &town), ["designation.year"]);
        let again = Subject {
            designated: true,
            ..town.clone()
        };
        assert_eq!(judged(2023, &again), ["designation.again"]);
        for kind in [RegionKind::TownLike, RegionKind::Village] {
            assert_eq!(judged(2023, &subject(kind)), ["designation.not_a_town"]);
        }
        let other = DesignationDetail {
            kind: "文明村".to_owned(),
            ..given(2023)
        };
        assert_eq!(
            codes(judge_designation(&line(), &other, &town, day())),
            ["designation.kind"]
        );
        assert_eq!(
            posted(designation_postings(&line(), &given(2023), None)),
            [
                (measure::FIELD_DESIGNATED_TOWNS, Some(SubjectId(30)), 1),
                (measure::FIELD_DESIGNATED_TOWNS_NEW, None, 1)
            ]
        );
    }

    #[test]
    fn a_village_below_the_standard_is_held_for_the_reviewer() {
        let standard = RatingStandard {
            rated: Rated::Village,
            valid_from: NaiveDate::MIN,
            share: Percent::parse("70").unwrap(),
            npl: Some(Percent::parse("5").unwrap()),
            valid_months: 36,
            review_months: 12,
        };
        let village = Subject {
            standard: Some(standard),
            ..subject(RegionKind::Village)
        };
        let given = |rated, of, bad| DesignationDetail {
            kind: "信用村".to_owned(),
            year: 2023,
            valid_to: Some("2026-11-23".parse().unwrap()),
            evidence: Some(Evidence {
                as_of: day(),
                rated,
                of,
                nonperforming: Fen(bad),
                balance: Fen(10_000),
            }),
            ..DesignationDetail::default()
        };
        let judged = |given: &DesignationDetail| codes(judge_designation(&line(), given, &village, day()));
        assert_eq!(judged(&given(7, 10, 499)), [""; 0]);
        assert_eq!(
            judged(&given(6, 10, 500)),
            ["(designation.share)", "(designation.npl)"]
        );
        let bare = DesignationDetail {
            evidence: None,
            valid_to: None,
            ..given(7, 10, 0)
        };
        assert_eq!(
            judged(&bare),
            ["designation.validity", "(designation.no_evidence)"]
        );
        assert_eq!(
            posted(designation_postings(&line(), &given(7, 10, 0), None)),
            [(measure::CREDIT_RATED_VILLAGES, Some(SubjectId(30)), 1)]
        );
    }

    #[test]
    fn a_review_keeps_or_withdraws_what_stands() {
        let rating = Designation {
            book_id: BookId(1),
            id: ContractId::from_parts(0, [1; 10]),
            region_id: RegionId(30),
            kind: "信用村".to_owned(),
            year: 2022,
            document: String::new(),
            client_id: None,
            institution_id: InstitutionId(7),
            specialist_id: SpecialistId(8),
            rated_on: Some("2022-11-24".parse().unwrap()),
            reviewed_on: None,
            valid_to: Some("2025-11-23".parse().unwrap()),
            state: "active".to_owned(),
        };
        let review = |keep, reason: &str| ReviewDetail {
            keep,
            valid_to: None,
            reason: reason.to_owned(),
        };
        let judged = |review: &ReviewDetail, rating| codes(judge_review(&line(), review, rating, day()));
        assert_eq!(judged(&review(true, ""), Some(&rating)), [""; 0]);
        assert_eq!(
            judged(&review(false, ""), Some(&rating)),
            ["review.reason_missing"]
        );
        assert_eq!(judged(&review(true, ""), None), ["review.unknown"]);
        let posting = withdrawn(&line(), &rating, None).unwrap();
        assert_eq!((posting.institution, posting.amount), (InstitutionId(7), -1));
    }
}
