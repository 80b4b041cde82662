//! Pure checks of one line of a fieldwork voucher, and what it posts.

use super::details::{ServicePointDetail, TalkDetail, VisitDetail};
use crate::error::Issue;
use crate::ledger::{Line, Posting};
use crate::register::Client;
use crate::values::plausible::{LONGEST_REASON, LONGEST_TOPIC, check_text};
use crate::values::{RegionKind, Say, SubjectId, measure};

/// More people than this at one talk is worth a second look.
const MANY_PEOPLE: i64 = 500;

/// Fieldwork has no amount.
pub(super) fn amount_issue(line: &Line) -> Option<Issue> {
    (!line.amount.is_zero()).then(|| {
        let say = Say::new("这类记录没有金额。", "A record of this kind has no amount.");
        Issue::refuse("fieldwork.amount", "amount", say)
    })
}

/// A text without an end, or with invisible characters.
pub(super) fn too_long(field: &str, text: &str, most: usize) -> Option<Issue> {
    let found = check_text(text, most).err()?;
    Some(Issue::refuse(found.code(), field, found.say()))
}

/// A visit: `again` when the voucher names the same household in an earlier line.
pub(super) fn judge_visit(
    line: &Line,
    detail: &VisitDetail,
    client: Option<&Client>,
    again: bool,
) -> Vec<Issue> {
    let mut issues: Vec<Issue> = too_long("rows", &detail.note, LONGEST_REASON)
        .into_iter()
        .collect();
    match client {
        None if line.client.is_some() => {
            let say = Say::new(
                "没有这个客户，请先登记。",
                "There is no such client; record the client first.",
            );
            issues.push(Issue::refuse("client.unknown", "rows", say));
        }
        Some(client) if client.region_id != line.region => {
            let say = Say::new("客户登记在别的村。", "The client is recorded in another village.");
            issues.push(Issue::warn("client.other_village", "rows", say));
        }
        _ => {}
    }
    if again {
        let say = Say::new(
            "同一户在这次走访里出现了两次。",
            "The same household stands in this visit twice.",
        );
        issues.push(Issue::refuse("visit.twice", "rows", say));
    }
    issues
}

/// A visit counts once among the visits, and its household, if it is a known one, once in any period.
pub(super) fn visit_postings(line: &Line, client: Option<&Client>) -> Vec<Posting> {
    let mut posted = vec![Posting::of(line, measure::FIELD_VISITS, 1)];
    let household = client.filter(|client| client.is_household());
    posted.extend(
        household.map(|client| {
            Posting::of(line, measure::FIELD_VISITED_HOUSEHOLDS, 1).counting(client.subject_id)
        }),
    );
    posted
}

pub(super) fn judge_talk(line: &Line, talk: &TalkDetail) -> Vec<Issue> {
    let mut issues = Vec::new();
    if line.n > 1 {
        let say = Say::new(
            "一条记录只记一场宣讲。",
            "One record holds one talk; record each by itself.",
        );
        issues.push(Issue::refuse("talk.several", "", say));
    }
    if talk.topic.trim().is_empty() {
        let say = Say::new("请写明宣讲主题。", "Say what the talk was about.");
        issues.push(Issue::refuse("talk.topic_missing", "topic", say));
    }
    issues.extend(too_long("topic", &talk.topic, LONGEST_TOPIC));
    let present = talk.attendance;
    if present < 1 {
        let say = Say::new(
            format!("到场人数至少是 1；填写的是 {present}。"),
            format!("At least 1 person must have been there; it says {present}."),
        );
        issues.push(Issue::refuse("talk.attendance", "attendance", say));
    } else if present > MANY_PEOPLE {
        let say = Say::new(
            format!("到场 {present} 人次，请核对是否多写了零。"),
            format!("{present} persons at one talk; check for an extra digit."),
        );
        issues.push(Issue::warn("talk.many", "attendance", say));
    }
    issues
}

pub(super) fn talk_postings(line: &Line, talk: &TalkDetail) -> Vec<Posting> {
    vec![
        Posting::of(line, measure::FIELD_TALKS, 1),
        Posting::of(line, measure::FIELD_ATTENDANCE, talk.attendance),
    ]
}

/// A service point: `taken` when its id is another's already.
pub(super) fn judge_service_point(line: &Line, point: &ServicePointDetail, taken: bool) -> Vec<Issue> {
    let mut issues = Vec::new();
    if point.brand.trim().is_empty() {
        let say = Say::new(
            "请写明服务点品牌，如裕农通。",
            "Give the brand of the service point.",
        );
        issues.push(Issue::refuse("service_point.brand_missing", "brand", say));
    }
    if point.name.trim().is_empty() {
        let say = Say::new("请写明服务点名称。", "Give the name of the service point.");
        issues.push(Issue::refuse("service_point.name_missing", "name", say));
    }
    issues.extend(too_long("brand", &point.brand, LONGEST_TOPIC));
    issues.extend(too_long("name", &point.name, LONGEST_TOPIC));
    if taken || line.contract.is_none() {
        issues.push(recorded_already());
    }
    issues
}

/// A point counts among the points, and its village, if it is an 行政村, once however many it has.
pub(super) fn service_point_postings(line: &Line, kind: Option<RegionKind>) -> Vec<Posting> {
    let mut posted = vec![Posting::of(line, measure::FIELD_SERVICE_POINTS, 1)];
    if kind.is_some_and(RegionKind::is_administrative_village) {
        let village = SubjectId(line.region.0);
        posted.push(Posting::of(line, measure::FIELD_SERVICE_POINT_VILLAGES, 1).counting(village));
    }
    posted
}

pub(super) fn recorded_already() -> Issue {
    let say = Say::new(
        "已经记录过，或缺少编号，请重新打开表单。",
        "This is recorded already, or has no id. Open the form again.",
    );
    Issue::refuse("contract.exists", "", say)
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
