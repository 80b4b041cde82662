//! The field on a phone that has no network: what the app that runs there is told.

mod forms;

pub use forms::{Choice, Control, Form, Question, forms};
