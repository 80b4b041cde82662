//! Where and for whom a form records: the village, its book, the institution, the specialist.

use chrono::NaiveDate;

use super::ids::FormIds;
use crate::auth::{FormData, Role, User};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{NewLine, Office, Submission};
use crate::register::{Names, find_specialist, load_assignments};
use crate::values::{BookId, InstitutionId, Lang, Level, RegionId, SpecialistId};

/// The place of a record.
#[derive(Clone, Debug)]
pub struct Place {
    pub book: BookId,
    pub village: RegionId,
    /// The village with every unit that is the same place today: what merged into it, or it into.
    pub kin: Vec<RegionId>,
    /// In what it went on, from which day.
    pub successions: Vec<(NaiveDate, RegionId)>,
    /// Its short name, in the reader's language.
    pub name: String,
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

/// The place this person records at, or [`Error::NotFound`] for a village outside his or her
/// scope: a specialist's are those of any assignment, ended ones included (the rules hold such
/// records), a clerk's the county's.
pub fn place(
    conn: &mut Conn,
    office: &Office<'_>,
    user: &User,
    village: RegionId,
    today: NaiveDate,
) -> Result<Place, Error> {
    let regions = office.regions;
    let county = regions
        .ancestor(village, Level::County, today)
        .ok_or(Error::NotFound)?;
    let book = BookId(county.0);
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
    Ok(Place {
        book,
        village,
        kin,
        successions: regions.successions(village),
        name: regions.name_in(village, today, user.lang),
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

/// The village a form is about, from its field.
pub fn place_fields(form: &FormData) -> Result<RegionId, Error> {
    form.get("village")
        .parse()
        .map(RegionId)
        .map_err(|_| Error::NotFound)
}
