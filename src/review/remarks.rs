//! What the rules found, put together so that a sheet of hundreds of lines stays readable.

use super::decisions::{DESPITE_HOLD, REASON};
use crate::error::{Issue, Severity};
use crate::values::Say;

/// How many lines a remark names one by one.
const NAMED: usize = 12;

/// One remark with the lines it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Remark {
    pub severity: Severity,
    pub say: Say,
    /// From 1, in order; none when it concerns the whole voucher.
    pub lines: Vec<usize>,
}

impl Remark {
    /// Whether it is about every line of a sheet, so that naming them tells nothing.
    pub fn is_about_all(&self, line_count: usize) -> bool {
        line_count > 1 && self.lines.len() == line_count
    }

    /// The lines to name, and how many more there are.
    pub fn named(&self) -> (&[usize], usize) {
        let named = self.lines.get(..NAMED).unwrap_or(&self.lines);
        (named, self.lines.len() - named.len())
    }

    /// The remark as one sentence, its lines first.
    pub fn sentence(&self) -> Say {
        let (named, more) = self.named();
        if named.is_empty() {
            return self.say.clone();
        }
        let numbers: Vec<String> = named.iter().map(ToString::to_string).collect();
        let (zh_more, en_more) = match more {
            0 => (String::new(), String::new()),
            _ => (format!("等{}", self.lines.len()), format!(" and {more} more")),
        };
        let en_line = if self.lines.len() == 1 { "Line" } else { "Lines" };
        let zh = format!("第{}{zh_more}行：{}", numbers.join("、"), self.say.zh);
        let en = format!("{en_line} {}{en_more}: {}", numbers.join(", "), self.say.en);
        Say::new(zh, en)
    }
}

/// The findings, the gravest first; the same sentence about several lines becomes one remark.
pub(super) fn remarks(issues: &[Issue]) -> Vec<Remark> {
    let mut put: Vec<Remark> = Vec::new();
    for issue in issues {
        let same = |remark: &&mut Remark| remark.severity == issue.severity && remark.say == issue.say;
        match put.iter_mut().find(same) {
            Some(remark) => remark.lines.extend(issue.line),
            None => put.push(Remark {
                severity: issue.severity,
                say: issue.say.clone(),
                lines: issue.line.into_iter().collect(),
            }),
        }
    }
    put.sort_by_key(|remark| std::cmp::Reverse(remark.severity));
    put
}

/// What stood in the way of a decision, as the error summary wants it: what refuses, or where nothing
/// does, what holds back, which belongs beside the box to tick.
pub(super) fn obstacles(issues: &[Issue]) -> Vec<(String, Say)> {
    let refused = issues.iter().any(|issue| issue.severity == Severity::Refuse);
    let no_reason = issues.iter().any(|issue| issue.field == REASON);
    let (weight, field) = match (refused, no_reason) {
        (true, true) => (Severity::Refuse, REASON),
        (true, false) => (Severity::Refuse, ""),
        (false, _) => (Severity::Hold, DESPITE_HOLD),
    };
    remarks(issues)
        .iter()
        .filter(|remark| remark.severity == weight)
        .map(|remark| (field.to_owned(), remark.sentence()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hold(line: usize) -> Issue {
        Issue::hold(
            "assignment.inactive",
            "village",
            Say::new("没有派驻。", "Not posted."),
        )
        .on_line(line)
    }

    fn warn() -> Issue {
        Issue::warn(
            "client.other_village",
            "client",
            Say::new("在别的村。", "Elsewhere."),
        )
    }

    #[test]
    fn the_same_sentence_is_said_once_and_the_gravest_first() {
        let put = remarks(&[warn().on_line(4), hold(2), hold(3), warn()]);
        let short: Vec<(&str, &[usize])> = put
            .iter()
            .map(|remark| (remark.say.zh.as_str(), remark.lines.as_slice()))
            .collect();
        assert_eq!(short, [("没有派驻。", &[2, 3][..]), ("在别的村。", &[4][..])]);
        assert_eq!(put[0].sentence().zh, "第2、3行：没有派驻。");
        assert_eq!(put[0].sentence().en, "Lines 2, 3: Not posted.");
        assert_eq!(remarks(&[warn()])[0].sentence().zh, "在别的村。");
    }

    #[test]
    fn many_lines_are_counted() {
        let put = remarks(&(1..=20).map(hold).collect::<Vec<_>>());
        assert_eq!(put.len(), 1);
        assert!(put[0].sentence().zh.ends_with("、12等20行：没有派驻。"));
        assert!(put[0].sentence().en.contains("12 and 8 more: "));
    }

    #[test]
    fn what_is_about_every_line_of_a_sheet_is_about_the_sheet() {
        let put = remarks(&[hold(1), hold(2)]);
        assert!(put[0].is_about_all(2) && !put[0].is_about_all(3));
        assert!(!remarks(&[hold(1)])[0].is_about_all(1));
    }

    #[test]
    fn a_refusal_hides_what_merely_holds() {
        let refusal = Issue::refuse("x", "amount", Say::new("不行。", "No."));
        let told = obstacles(&[hold(1), refusal, warn()]);
        assert_eq!(told, [(String::new(), Say::new("不行。", "No."))]);
        let told = obstacles(&[hold(1), warn()]);
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].0, "despite_hold");
    }
}
