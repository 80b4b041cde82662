//! Where and for whom a form records: the village, its book, the institution, the specialist.

use std::fmt;

use chrono::NaiveDate;

use super::ids::FormIds;
use crate::auth::{FormData, Role, User};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{NewLine, Office, Submission};
use crate::regions::Regions;
use crate::register::{Names, find_specialist, load_assignments};
use crate::values::{BookId, InstitutionId, Lang, Level, RegionId, SpecialistId};

/// The village a record is about and, for what follows a contract, the book in which that is kept: a village
/// may have gone to another county since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At {
    pub village: RegionId,
    book: Option<BookId>,
}

impl From<RegionId> for At {
    fn from(village: RegionId) -> At {
        At { village, book: None }
    }
}

impl From<(BookId, RegionId)> for At {
    fn from((book, village): (BookId, RegionId)) -> At {
        At {
            village,
            book: Some(book),
        }
    }
}

/// As a form's field carries it, and [`place_fields`] reads it.
impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.book {
            None => write!(f, "{}", self.village),
            Some(book) => write!(f, "{}@{book}", self.village),
        }
    }
}

/// The place of a record.
#[derive(Clone, Debug)]
pub struct Place {
    pub book: BookId,
    /// The same, then the books of the counties in which the village lay before, where contracts made there
    /// run on: as many of them as this person sees.
    pub books: Vec<BookId>,
    pub village: RegionId,
    /// The village with every unit that is the same place today: what merged into it, or it into.
    pub kin: Vec<RegionId>,
    /// In what it went on, from which day.
    pub successions: Vec<(NaiveDate, RegionId)>,
    /// Its short name, in the reader's language.
    pub name: String,
    /// The county in which the village lies today, where the book is another one's: contracts run on here,
    /// new business goes there.
    pub moved_to: Option<String>,
    /// 县›镇›村, or Village, Town, County.
    pub path: String,
    pub institution: InstitutionId,
    pub institution_name: String,
    /// 0 for a clerk, who records for the institution.
    pub specialist: SpecialistId,
    /// The reader's language.
    pub lang: Lang,
}

impl Place {
    /// The unit that new business of a day is recorded in: the village or, once it has become part of
    /// another, that one.
    pub fn on(&self, day: NaiveDate) -> RegionId {
        let begun = self.successions.iter().rev().find(|(from, _)| *from <= day);
        begun.map_or(self.village, |(_, unit)| *unit)
    }

    /// What a form submits that records here.
    pub fn submission(
        &self,
        ids: FormIds,
        kind: &str,
        business_date: NaiveDate,
        lines: Vec<NewLine>,
    ) -> Submission {
        Submission {
            book: self.book,
            voucher: ids.voucher,
            command: ids.command,
            base_revision: ids.base_revision,
            kind: kind.to_owned(),
            business_date,
            institution: self.institution,
            lines,
        }
    }
}

/// The book in which this person records there: the one of the contract or else the county's of today. A
/// clerk whose county the village has left goes on with what its book has of it.
fn book_of(regions: &Regions, user: &User, at: At, county: RegionId) -> Result<BookId, Error> {
    let here = BookId(county.0);
    let former = regions.other_counties(std::iter::once(&at.village));
    let own = user.book.filter(|_| user.role == Role::Clerk);
    let left = own.filter(|own| former.contains(&RegionId(own.0)));
    match at.book.or(left) {
        Some(book) if book == here || former.contains(&RegionId(book.0)) => Ok(book),
        Some(_) => Err(Error::NotFound),
        None => Ok(here),
    }
}

/// The place this person records at, or [`Error::NotFound`] for a village outside his or her
/// scope: a specialist's are those of any assignment, ended ones included (the rules hold such
/// records), a clerk's the county's.
pub fn place(
    conn: &mut Conn,
    office: &Office<'_>,
    user: &User,
    at: impl Into<At>,
    today: NaiveDate,
) -> Result<Place, Error> {
    let (regions, at) = (office.regions, at.into());
    let village = at.village;
    let county = regions
        .ancestor(village, Level::County, today)
        .ok_or(Error::NotFound)?;
    let book = book_of(regions, user, at, county)?;
    let mut kin = regions.same_place(village, today);
    if !kin.contains(&village) {
        kin.push(village);
    }
    let (institution, specialist) = match (user.role, user.specialist, user.institution) {
        (Role::Specialist, Some(specialist), _) => {
            let assigned = load_assignments(conn, specialist)?;
            if !assigned
                .iter()
                .any(|assignment| kin.contains(&assignment.region_id))
            {
                return Err(Error::NotFound);
            }
            (find_specialist(conn, specialist)?.institution_id, specialist)
        }
        (Role::Clerk, _, Some(institution)) => {
            user.check_book(book)?;
            (institution, SpecialistId(0))
        }
        _ => return Err(Error::Forbidden),
    };
    let former = regions.other_counties(kin.iter());
    let sees = |kept: &BookId| *kept != book && (user.role != Role::Clerk || user.book == Some(*kept));
    let former = former.into_iter().map(|county| BookId(county.0)).filter(sees);
    Ok(Place {
        books: std::iter::once(book).chain(former).collect(),
        book,
        village,
        kin,
        successions: regions.successions(village),
        name: regions.name_in(village, today, user.lang),
        moved_to: (book.0 != county.0).then(|| regions.name_in(county, today, user.lang)),
        path: regions.path_name_in(village, today, user.lang),
        institution,
        institution_name: Names::load(conn)?
            .read_in(user.lang)
            .institution(institution)
            .to_owned(),
        specialist,
        lang: user.lang,
    })
}

/// What a form is about, from its field.
pub fn place_fields(form: &FormData) -> Result<At, Error> {
    let text = form.get("village");
    let (village, book) = text
        .split_once('@')
        .map_or((text, None), |(village, book)| (village, Some(book)));
    let number = |text: &str| text.parse().map_err(|_| Error::NotFound);
    Ok(At {
        village: RegionId(number(village)?),
        book: book.map(number).transpose()?.map(BookId),
    })
}
