//! What rooms have worked out of a book, kept in memory until the book or the shared registers move on.
//!
//! Every command advances its book's audit sequence in the transaction that changes the book, so what was worked out
//! at the same sequences still holds.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::values::BookId;

/// Most things kept at once; beyond, all are forgotten and worked out anew.
const MOST: usize = 256;

type Key = (TypeId, BookId, String);
/// The audit sequences of the book and of the register book.
pub(super) type Moment = (i64, i64);

type Thing = Arc<dyn Any + Send + Sync>;

#[derive(Default)]
pub(super) struct Worked(Mutex<HashMap<Key, (Moment, Thing)>>);

impl Worked {
    /// What was worked out of a book under this name at this moment.
    pub fn look<T: Send + Sync + 'static>(&self, book: BookId, name: &str, moment: Moment) -> Option<Arc<T>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, thing) = kept.get(&(TypeId::of::<T>(), book, name.to_owned()))?;
        if *at != moment {
            return None;
        }
        Arc::clone(thing).downcast().ok()
    }

    pub fn keep<T: Send + Sync + 'static>(&self, book: BookId, name: &str, moment: Moment, thing: &Arc<T>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST {
            kept.clear();
        }
        let thing: Thing = Arc::<T>::clone(thing);
        kept.insert((TypeId::of::<T>(), book, name.to_owned()), (moment, thing));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_worked_out_holds_for_its_moment_alone() {
        let worked = Worked::default();
        worked.keep(BookId(1), "2023-12", (5, 9), &Arc::new(7_i64));
        let look =
            |book, name: &str, moment| worked.look::<i64>(BookId(book), name, moment).map(|seven| *seven);
        assert_eq!(look(1, "2023-12", (5, 9)), Some(7));
        for (book, name, moment) in [
            (1, "2023-12", (6, 9)),
            (1, "2023-12", (5, 8)),
            (2, "2023-12", (5, 9)),
            (1, "2023-11", (5, 9)),
        ] {
            assert_eq!(look(book, name, moment), None);
        }
        assert!(
            worked.look::<i32>(BookId(1), "2023-12", (5, 9)).is_none(),
            "another thing of that name"
        );
    }
}
