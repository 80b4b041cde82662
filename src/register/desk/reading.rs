//! Reading a form's fields, collecting every problem on the way.

use chrono::NaiveDate;

use crate::auth::FormData;
use crate::error::{Error, Issue};
use crate::values::Say;
use crate::values::day::parse_day;

/// Reads fields by name; what does not read is none and noted, so that one pass finds everything
/// wrong.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    form: &'a FormData,
    issues: Vec<Issue>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(form: &'a FormData) -> Reader<'a> {
        Reader {
            form,
            issues: Vec::new(),
        }
    }

    /// The text of a field, trimmed; may be empty.
    pub(super) fn text(&self, name: &str) -> &'a str {
        self.form.get(name).trim()
    }

    /// What was read, or none and its issue noted.
    pub(super) fn take<T>(&mut self, read: Result<T, Issue>) -> Option<T> {
        read.map_err(|issue| self.issues.push(issue)).ok()
    }

    /// A day.
    pub(super) fn day(&mut self, name: &str) -> Option<NaiveDate> {
        let day = parse_day(self.text(name));
        self.take(day.map_err(|error| Issue::refuse(error.code(), name, error.say())))
    }

    /// A number that a list offered.
    pub(super) fn chosen(&mut self, name: &str, missing: Say) -> Option<i64> {
        let number = self.text(name).parse().ok().filter(|number| *number > 0);
        self.take(number.ok_or_else(|| Issue::refuse("field.not_chosen", name, missing)))
    }

    /// Everything noted, as one refusal.
    pub(super) fn refusal(self) -> Error {
        if self.issues.is_empty() {
            return Error::Failed("a form was refused without a reason".to_owned());
        }
        Error::Refused(self.issues)
    }
}

/// The problems of a refusal, as the error summary and the fields want them.
pub(super) fn problems(refusal: &Error) -> Vec<(String, Say)> {
    refusal
        .issues()
        .iter()
        .map(|issue| (issue.field.clone(), issue.say.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_wrong_is_noted_in_order() {
        let form = FormData::default()
            .with("day", "2023-02-29")
            .with("number", "0")
            .with("right", " 7 ");
        let mut reader = Reader::new(&form);
        assert_eq!(reader.day("day"), None);
        assert_eq!(reader.chosen("number", Say::new("请选择。", "Choose.")), None);
        assert_eq!(reader.chosen("right", Say::new("请选择。", "Choose.")), Some(7));
        let problems = problems(&reader.refusal());
        let fields: Vec<&str> = problems.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(fields, ["day", "number"]);
    }
}
