use chrono::NaiveDateTime;
use serde_json::json;

use super::*;
use crate::error::Severity;
use crate::values::{
    BookId, ClientId, ContractId, Fen, InstitutionId, MeasureId, ProductId, RegionId, SpecialistId, UserId,
};

fn line(client: bool) -> Line {
    Line {
        n: 1,
        region: RegionId(30),
        client: client.then(|| ClientId::from_parts(0, [9; 10])),
        product: ProductId(0),
        institution: InstitutionId(2),
        specialist: SpecialistId(4),
        contract: Some(ContractId::from_parts(0, [1; 10])),
        amount: Fen::ZERO,
        detail: json!({}),
    }
}

fn client(kind: &str, region: i64) -> Client {
    Client {
        book_id: BookId(1),
        id: ClientId::from_parts(0, [9; 10]),
        kind: kind.to_owned(),
        region_id: RegionId(region),
        subject_id: SubjectId(77),
        recorded_by: UserId::from_parts(0, [1; 10]),
        recorded_at: NaiveDateTime::default(),
    }
}

fn codes(issues: Vec<Issue>) -> Vec<String> {
    issues.into_iter().map(|issue| issue.code).collect()
}

fn posted(postings: Vec<Posting>) -> Vec<(MeasureId, Option<SubjectId>, i64)> {
    postings
        .into_iter()
        .map(|posting| (posting.measure, posting.subject, posting.amount))
        .collect()
}

#[test]
fn a_visit_counts_its_household_only_if_it_is_a_known_one() {
    let visits = (measure::FIELD_VISITS, None, 1);
    let farmer = client("household", 30);
    assert_eq!(
        posted(visit_postings(&line(true), Some(&farmer))),
        [
            visits,
            (measure::FIELD_VISITED_HOUSEHOLDS, Some(SubjectId(77)), 1)
        ]
    );
    let firm = client("firm", 30);
    assert_eq!(posted(visit_postings(&line(true), Some(&firm))), [visits]);
    assert_eq!(posted(visit_postings(&line(false), None)), [visits]);
}

#[test]
fn a_visit_is_to_a_known_client_once() {
    let farmer = client("household", 30);
    assert_eq!(
        codes(judge_visit(
            &line(true),
            &VisitDetail::default(),
            Some(&farmer),
            false
        )),
        [""; 0]
    );
    assert_eq!(
        codes(judge_visit(
            &line(true),
            &VisitDetail::default(),
            Some(&farmer),
            true
        )),
        ["visit.twice"]
    );
    assert_eq!(
        codes(judge_visit(&line(true), &VisitDetail::default(), None, false)),
        ["client.unknown"]
    );
    assert_eq!(
        codes(judge_visit(&line(false), &VisitDetail::default(), None, false)),
        [""; 0]
    );
    let away = judge_visit(
        &line(true),
        &VisitDetail::default(),
        Some(&client("household", 31)),
        false,
    );
    assert_eq!(away[0].severity, Severity::Warn);
}

#[test]
fn nothing_here_has_an_amount() {
    let mut paid = line(true);
    paid.amount = Fen(1);
    assert!(amount_issue(&paid).is_some());
    assert!(amount_issue(&line(true)).is_none());
}

#[test]
fn a_talk_has_a_topic_and_somebody_there() {
    let talk = |topic: &str, attendance| TalkDetail {
        topic: topic.to_owned(),
        attendance,
    };
    let judged = |talk: &TalkDetail| codes(judge_talk(&line(false), talk));
    assert_eq!(judged(&talk("防范电信网络诈骗", 1)), [""; 0]);
    assert_eq!(judged(&talk(" ", 0)), ["talk.topic_missing", "talk.attendance"]);
    assert_eq!(judged(&talk("反假货币", 500)), [""; 0]);
    assert_eq!(judged(&talk("反假货币", 501)), ["talk.many"]);
    let mut second = line(false);
    second.n = 2;
    assert_eq!(
        codes(judge_talk(&second, &talk("反假货币", 36))),
        ["talk.several"]
    );
    assert_eq!(
        posted(talk_postings(&line(false), &talk("反假货币", 36))),
        [
            (measure::FIELD_TALKS, None, 1),
            (measure::FIELD_ATTENDANCE, None, 36)
        ]
    );
}

#[test]
fn only_villages_with_a_committee_count_by_their_points() {
    let village = (measure::FIELD_SERVICE_POINT_VILLAGES, Some(SubjectId(30)), 1);
    let point = (measure::FIELD_SERVICE_POINTS, None, 1);
    let counted = |kind| posted(service_point_postings(&line(false), kind));
    assert_eq!(counted(Some(RegionKind::Village)), [point, village]);
    for kind in [RegionKind::Community, RegionKind::VillageLike, RegionKind::Hamlet] {
        assert_eq!(counted(Some(kind)), [point]);
    }
    let named = ServicePointDetail {
        brand: "裕农通".to_owned(),
        name: "下六村农资店".to_owned(),
    };
    assert_eq!(codes(judge_service_point(&line(false), &named, false)), [""; 0]);
    assert_eq!(
        codes(judge_service_point(&line(false), &named, true)),
        ["contract.exists"]
    );
}
