//! What can go wrong, in two kinds: a *refusal* is an answer to a person, with a sentence for
//! each field; everything else is a failure, logged in full and shown only as an apology.

use diesel::result::Error as DieselError;
use serde::{Deserialize, Serialize};

use crate::db::AsDatabaseError;
use crate::values::{AmountError, Say};

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Kept with the record; the reviewer reads it.
    Warn,
    /// Kept, but only a reviewer who says so lets it pass.
    Hold,
    /// Nothing is written.
    Refuse,
}

/// One thing a rule found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    pub severity: Severity,
    /// Stable code for programs, such as `line.overdrawn`.
    pub code: String,
    /// The voucher's line it concerns, counted from 1.
    pub line: Option<usize>,
    /// The form's field it belongs beside; empty when it concerns the whole.
    pub field: String,
    pub say: Say,
}

impl Issue {
    /// A finding that stops the record.
    pub fn refuse(code: &str, field: &str, say: impl Into<Say>) -> Issue {
        Issue::new(Severity::Refuse, code, field, say)
    }

    /// A finding that lets the record in but keeps it for a reviewer's decision.
    pub fn hold(code: &str, field: &str, say: impl Into<Say>) -> Issue {
        Issue::new(Severity::Hold, code, field, say)
    }

    /// A finding the reviewer should read.
    pub fn warn(code: &str, field: &str, say: impl Into<Say>) -> Issue {
        Issue::new(Severity::Warn, code, field, say)
    }

    fn new(severity: Severity, code: &str, field: &str, say: impl Into<Say>) -> Issue {
        Issue {
            severity,
            code: code.to_owned(),
            line: None,
            field: field.to_owned(),
            say: say.into(),
        }
    }

    /// The same finding, placed on line `n` (from 1).
    pub fn on_line(mut self, n: usize) -> Issue {
        self.line = Some(n);
        self
    }
}

/// Whatever a command or a query can answer instead of its result.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request was understood and refused; nothing was written.
    #[error("refused: {}", codes(.0))]
    Refused(Vec<Issue>),
    /// No such thing, or not for this person's eyes: the two are not told apart.
    #[error("not found")]
    NotFound,
    /// This person may not do this.
    #[error("forbidden")]
    Forbidden,
    /// The database failed.
    #[error("database: {0}")]
    Database(#[from] DieselError),
    /// Anything else that should not happen.
    #[error("{0}")]
    Failed(String),
}

impl Error {
    /// A refusal with one finding.
    pub fn refuse(code: &str, field: &str, say: impl Into<Say>) -> Error {
        Error::Refused(vec![Issue::refuse(code, field, say)])
    }

    /// Each finding's field and sentence, as a form shows them.
    pub fn problems(&self) -> Vec<(String, Say)> {
        let issues = self.issues().iter();
        issues
            .map(|issue| (issue.field.clone(), issue.say.clone()))
            .collect()
    }

    /// The findings, if this is a refusal.
    pub fn issues(&self) -> &[Issue] {
        match self {
            Error::Refused(issues) => issues,
            _ => &[],
        }
    }
}

impl From<AmountError> for Error {
    /// A sum that does not fit is refused like a bad amount.
    fn from(error: AmountError) -> Error {
        Error::refuse(error.code(), "amount", error.say())
    }
}

impl AsDatabaseError for Error {
    fn as_database_error(&self) -> Option<&DieselError> {
        match self {
            Error::Database(error) => Some(error),
            _ => None,
        }
    }
}

impl From<serde_json::Error> for Error {
    /// Only our own stored JSON is read this way; a failure is a damaged row.
    fn from(error: serde_json::Error) -> Error {
        Error::Failed(format!("stored JSON does not read: {error}"))
    }
}

fn codes(issues: &[Issue]) -> String {
    issues
        .iter()
        .map(|issue| issue.code.as_str())
        .collect::<Vec<_>>()
        .join(", ")
}
