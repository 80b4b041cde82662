//! Pure checks of one line of a filing or an assessment, and what it posts.

use chrono::NaiveDate;

use super::assessing::Step;
use super::files::CreditFile;
use crate::error::Issue;
use crate::ledger::{Line, Posting};
use crate::register::Client;
use crate::values::plausible::odd_amount;
use crate::values::{BookId, Fen, MeasureId, Say, measure};

/// What is known about one line when it is judged.
#[derive(Debug)]
pub(super) struct Known<'a> {
    pub day: NaiveDate,
    pub client: Option<&'a Client>,
    /// The file as it stands (with what is pending, at submission).
    pub file: Option<&'a CreditFile>,
    /// At approval: an earlier step of this file is itself still waiting.
    pub waits: bool,
    /// The client has a file with this bank already.
    pub filed: bool,
}

pub(super) fn judge(step: Step, line: &Line, known: &Known<'_>) -> Vec<Issue> {
    let mut issues = Vec::new();
    match known.client {
        None => {
            let say = Say::new(
                "没有这个客户，请先登记。",
                "There is no such client; record the client first.",
            );
            issues.push(Issue::refuse("client.unknown", "client", say));
        }
        Some(client) => {
            let found = odd_amount(line.amount, client.is_household());
            issues.extend(found.map(|found| Issue::warn(found.code(), "amount", found.say())));
        }
    }
    issues.extend(match (step, known.file) {
        (Step::Filing, _) => judge_filing(line, known),
        (_, Some(file)) => judge_assessment(step, line, file, known.day),
        (_, None) if known.waits => {
            let say = Say::new(
                "这个客户的建档还在待审核，请先审核建档。",
                "The filing of this client still waits for review; decide on that first.",
            );
            vec![Issue::refuse("file.waits", "", say)]
        }
        (_, None) => {
            let say = Say::new(
                "这个客户还没有建档，请先建档。",
                "This client has no file yet; open one first.",
            );
            vec![Issue::refuse("file.unknown", "", say)]
        }
    });
    issues
}

fn judge_filing(line: &Line, known: &Known<'_>) -> Vec<Issue> {
    if !line.amount.is_zero() {
        let say = Say::new("建档没有金额。", "A filing has no amount.");
        return vec![Issue::refuse("file.amount", "amount", say)];
    }
    if known.file.is_some() || known.filed || line.contract.is_none() {
        let say = Say::new(
            "这个客户在本机构已经建档。",
            "This client has a file with this institution already.",
        );
        return vec![Issue::refuse("file.exists", "client", say)];
    }
    Vec::new()
}

fn judge_assessment(step: Step, line: &Line, file: &CreditFile, day: NaiveDate) -> Vec<Issue> {
    let refuse = |code, field, say| vec![Issue::refuse(code, field, say)];
    let own = file.institution_id == line.institution
        && file.region_id == line.region
        && Some(&file.client_id) == line.client.as_ref();
    if !own {
        let say = Say::new(
            "客户、村或机构与原档案不一致。",
            "Client, village or institution differ from the file's own.",
        );
        return refuse("file.other", "", say);
    }
    if !line.amount.is_positive() {
        let say = Say::new("金额要大于零。", "The amount must be above zero.");
        return refuse("amount.not_positive", "amount", say);
    }
    if step == Step::Second && !file.first_fen.is_positive() {
        let say = Say::new(
            "还没有初评，不能复评。",
            "It has not been assessed a first time, so it cannot be a second.",
        );
        return refuse("file.not_assessed", "", say);
    }
    if day < file.changed_on {
        let last = file.changed_on;
        let say = Say::new(
            format!("业务日期 {day} 早于这份档案最近一次变动（{last}）。"),
            format!("The business date {day} is before the file's latest change on {last}."),
        );
        return refuse("change.too_early", "business_date", say);
    }
    Vec::new()
}

/// The file after this line: a new one, or the known one a step further. A later assessment of the same
/// step takes the place of the one before.
pub(super) fn advance(
    step: Step,
    book: BookId,
    day: NaiveDate,
    line: &Line,
    file: Option<&CreditFile>,
) -> Option<CreditFile> {
    let mut next = match (step, file) {
        (Step::Filing, _) => CreditFile {
            book_id: book,
            id: line.contract.clone()?,
            client_id: line.client.clone()?,
            region_id: line.region,
            institution_id: line.institution,
            specialist_id: line.specialist,
            first_fen: Fen::ZERO,
            second_fen: Fen::ZERO,
            changed_on: day,
        },
        (_, file) => file?.clone(),
    };
    next.changed_on = next.changed_on.max(day);
    match step {
        Step::Filing => {}
        Step::First => next.first_fen = line.amount,
        Step::Second => next.second_fen = line.amount,
    }
    Some(next)
}

/// What the line posts, under the file's own dimensions: the amount it moves, and the household where it
/// reaches the step for the first time.
pub(super) fn postings(
    step: Step,
    line: &Line,
    before: Option<&CreditFile>,
    after: &CreditFile,
    client: Option<&Client>,
) -> Vec<Posting> {
    let stock = |measure, amount| Posting {
        specialist: after.specialist_id,
        ..Posting::of(line, measure, amount)
    };
    let moved = |measure: MeasureId, of: fn(&CreditFile) -> Fen| {
        let was = before.map_or(Fen::ZERO, of);
        (stock(measure, of(after).0 - was.0), was.is_zero())
    };
    let (amount, counts, first_time) = match step {
        Step::Filing => (None, measure::CREDIT_FILED_HOUSEHOLDS, true),
        Step::First => {
            let (posting, new) = moved(measure::CREDIT_FIRST_ASSESSED, |file| file.first_fen);
            (Some(posting), measure::CREDIT_FIRST_ASSESSED_HOUSEHOLDS, new)
        }
        Step::Second => {
            let (posting, new) = moved(measure::CREDIT_SECOND_ASSESSED, |file| file.second_fen);
            (Some(posting), measure::CREDIT_SECOND_ASSESSED_HOUSEHOLDS, new)
        }
    };
    let mut posted: Vec<Posting> = amount.into_iter().filter(|posting| posting.amount != 0).collect();
    if let Some(household) = client.filter(|client| first_time && client.is_household()) {
        posted.push(stock(counts, 1).counting(household.subject_id));
    }
    posted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::{
        ClientId, ContractId, InstitutionId, ProductId, RegionId, SpecialistId, SubjectId, UserId,
    };

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn client() -> Client {
        Client {
            book_id: BookId(1),
            id: ClientId::from_parts(0, [2; 10]),
            kind: "household".to_owned(),
            region_id: RegionId(30),
            subject_id: SubjectId(9),
            recorded_by: UserId::from_parts(0, [0; 10]),
            recorded_at: day("2023-01-01").and_hms_opt(0, 0, 0).unwrap(),
        }
    }

    fn line(yuan: i64, specialist: i64) -> Line {
        Line {
            n: 1,
            region: RegionId(30),
            client: Some(client().id),
            product: ProductId(0),
            institution: InstitutionId(2),
            specialist: SpecialistId(specialist),
            contract: Some(ContractId::from_parts(0, [1; 10])),
            amount: Fen(yuan * 100),
            detail: serde_json::Value::Null,
        }
    }

    fn codes(step: Step, line: &Line, on: &str, file: Option<&CreditFile>) -> Vec<String> {
        let client = client();
        let known = Known {
            day: day(on),
            client: Some(&client),
            file,
            waits: false,
            filed: file.is_some(),
        };
        judge(step, line, &known)
            .into_iter()
            .map(|issue| issue.code)
            .collect()
    }

    fn after(step: Step, line: &Line, on: &str, file: Option<&CreditFile>) -> CreditFile {
        advance(step, BookId(1), day(on), line, file).unwrap()
    }

    fn posted(
        step: Step,
        line: &Line,
        before: Option<&CreditFile>,
        next: &CreditFile,
    ) -> Vec<(MeasureId, i64, i64)> {
        postings(step, line, before, next, Some(&client()))
            .into_iter()
            .map(|posting| (posting.measure, posting.amount, posting.specialist.0))
            .collect()
    }

    #[test]
    fn the_steps_follow_one_another_and_each_counts_a_household_once() {
        assert_eq!(
            codes(Step::First, &line(5, 4), "2023-05-01", None),
            ["file.unknown"]
        );
        assert_eq!(
            codes(Step::Filing, &line(1, 4), "2023-05-01", None),
            ["file.amount"]
        );
        let filed = after(Step::Filing, &line(0, 4), "2023-05-01", None);
        assert_eq!(
            posted(Step::Filing, &line(0, 4), None, &filed),
            [(measure::CREDIT_FILED_HOUSEHOLDS, 1, 4)]
        );
        assert_eq!(
            codes(Step::Filing, &line(0, 4), "2023-05-02", Some(&filed)),
            ["file.exists"]
        );
        assert_eq!(
            codes(Step::Second, &line(5, 4), "2023-05-02", Some(&filed)),
            ["file.not_assessed"]
        );
        assert_eq!(
            codes(Step::First, &line(5, 4), "2023-04-30", Some(&filed)),
            ["change.too_early"]
        );
        assert_eq!(
            codes(Step::First, &line(0, 4), "2023-05-02", Some(&filed)),
            ["amount.not_positive"]
        );
        // Another specialist assesses: the stock stays with the file's own.
        let first = after(Step::First, &line(50_000, 5), "2023-06-01", Some(&filed));
        assert_eq!(
            posted(Step::First, &line(50_000, 5), Some(&filed), &first),
            [
                (measure::CREDIT_FIRST_ASSESSED, 5_000_000, 4),
                (measure::CREDIT_FIRST_ASSESSED_HOUSEHOLDS, 1, 4)
            ]
        );
        let again = after(Step::First, &line(40_000, 5), "2023-07-01", Some(&first));
        assert_eq!(
            posted(Step::First, &line(40_000, 5), Some(&first), &again),
            [(measure::CREDIT_FIRST_ASSESSED, -1_000_000, 4)]
        );
        assert!(codes(Step::Second, &line(40_000, 5), "2023-07-02", Some(&again)).is_empty());
    }
}
