//! Reading a form's fields, collecting every problem on the way.

use chrono::NaiveDate;

use super::FormData;
use crate::error::{Error, Issue};
use crate::values::day::parse_day;
use crate::values::plausible::check_day;
use crate::values::rate::Percent;
use crate::values::{Fen, Say, Unit};

/// Reads fields by name; what does not read becomes an issue and a stand-in value, so that one
/// pass finds everything wrong.
#[derive(Debug)]
pub struct Reader<'a> {
    form: &'a FormData,
    issues: Vec<Issue>,
}

impl<'a> Reader<'a> {
    pub fn new(form: &'a FormData) -> Reader<'a> {
        Reader {
            form,
            issues: Vec::new(),
        }
    }

    /// The text of a field, trimmed; may be empty.
    pub fn text(&self, name: &str) -> &'a str {
        self.form.get(name).trim()
    }

    /// What was read, or none and its issue noted.
    pub fn take<T>(&mut self, read: Result<T, Issue>) -> Option<T> {
        read.map_err(|issue| self.add(issue)).ok()
    }

    /// A text that must be there.
    pub fn required(&mut self, name: &str, missing: Say) -> String {
        let text = self.text(name);
        if text.is_empty() {
            self.add(Issue::refuse("field.missing", name, missing));
        }
        text.to_owned()
    }

    /// An amount in the unit chosen beside it.
    pub fn amount(&mut self, name: &str) -> Fen {
        let Some(unit) = Unit::parse(self.form.get(&format!("{name}_unit"))) else {
            let say = Say::new("请选择单位：元或万元。", "Choose the unit: yuan or 10,000 yuan.");
            self.add(Issue::refuse("amount.unit_missing", name, say));
            return Fen::ZERO;
        };
        match Fen::parse(self.text(name), unit) {
            Ok(fen) => fen,
            Err(error) => {
                self.add(Issue::refuse(error.code(), name, error.say()));
                Fen::ZERO
            }
        }
    }

    /// An amount that may be left empty, which is zero.
    pub fn optional_amount(&mut self, name: &str) -> Fen {
        if self.text(name).is_empty() {
            Fen::ZERO
        } else {
            self.amount(name)
        }
    }

    /// An amount in yuan beside which no other unit is offered; left empty it is zero.
    pub fn optional_yuan(&mut self, name: &str) -> Fen {
        let text = self.text(name);
        if text.is_empty() {
            return Fen::ZERO;
        }
        Fen::parse(text, Unit::Yuan).unwrap_or_else(|error| {
            self.add(Issue::refuse(error.code(), name, error.say()));
            Fen::ZERO
        })
    }

    /// A day, however early: what is registered may be older than any business.
    pub fn any_day(&mut self, name: &str) -> Option<NaiveDate> {
        let day = parse_day(self.text(name));
        self.take(day.map_err(|error| Issue::refuse(error.code(), name, error.say())))
    }

    /// A day of business.
    pub fn day(&mut self, name: &str) -> NaiveDate {
        let day = parse_day(self.text(name)).map_err(|error| (error.code(), error.say()));
        let day = day.and_then(|day| check_day(day).map_err(|found| (found.code(), found.say())));
        match day {
            Ok(day) => day,
            Err((code, say)) => {
                self.add(Issue::refuse(code, name, say));
                NaiveDate::default()
            }
        }
    }

    /// A percentage.
    pub fn percent(&mut self, name: &str) -> Option<Percent> {
        match Percent::parse(self.text(name)) {
            Ok(percent) => Some(percent),
            Err(error) => {
                self.add(Issue::refuse(error.code(), name, error.say()));
                None
            }
        }
    }

    /// One of a few words, by its code.
    pub fn one_of<T>(&mut self, name: &str, parse: fn(&str) -> Option<T>, missing: Say) -> Option<T> {
        let chosen = parse(self.text(name));
        if chosen.is_none() {
            self.add(Issue::refuse("field.not_chosen", name, missing));
        }
        chosen
    }

    /// A number that a list offered.
    pub fn chosen(&mut self, name: &str, missing: Say) -> Option<i64> {
        let number = self.text(name).parse().ok().filter(|number| *number > 0);
        self.take(number.ok_or_else(|| Issue::refuse("field.not_chosen", name, missing)))
    }

    /// Notes something wrong.
    pub fn add(&mut self, issue: Issue) {
        self.issues.push(issue);
    }

    /// Refuses if anything was wrong.
    pub fn finish(self) -> Result<(), Error> {
        if self.issues.is_empty() {
            Ok(())
        } else {
            Err(Error::Refused(self.issues))
        }
    }

    /// Everything noted, as one refusal, where something did not read.
    pub fn refusal(self) -> Error {
        match self.finish() {
            Err(refusal) => refusal,
            Ok(()) => Error::Failed("a form was refused without a reason".to_owned()),
        }
    }
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
        assert_eq!(reader.any_day("day"), None);
        assert_eq!(reader.chosen("number", Say::new("请选择。", "Choose.")), None);
        assert_eq!(reader.chosen("right", Say::new("请选择。", "Choose.")), Some(7));
        let problems = reader.refusal().problems();
        let fields: Vec<&str> = problems.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(fields, ["day", "number"]);
    }
}
