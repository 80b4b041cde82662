//! Reading a form's fields, collecting every problem on the way.

use chrono::NaiveDate;

use crate::auth::FormData;
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

    /// A day.
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
    pub fn chosen(&mut self, name: &str, missing: Say) -> i64 {
        match self.text(name).parse::<i64>() {
            Ok(number) if number > 0 => number,
            _ => {
                self.add(Issue::refuse("field.not_chosen", name, missing));
                0
            }
        }
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
}
