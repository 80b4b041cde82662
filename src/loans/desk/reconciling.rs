//! `/loans/reconciliation`: the bank's month-end list set against our balances (对账), by 借据号. Nothing is written.

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;

use crate::auth::{Answer, FormData, Page, Posted, User};
use crate::db::schema::entry;
use crate::db::{Conn, sum_i64};
use crate::error::{Error, Issue};
use crate::ledger::Office;
use crate::loans::store::{self, Loan};
use crate::recording::{Reader, problems};
use crate::register::{self, Names, identities};
use crate::state::{self, Site};
use crate::values::pasted::{PastedRow, pasted_rows};
use crate::values::{
    BookId, ClientId, ContractId, Fen, InstitutionId, Lang, Month, RegionId, Say, Text, Unit, measure,
};

mod views;

pub(super) const ADDRESS: &str = "/loans/reconciliation";
/// The most rows a page shows; the file has them all.
const MOST_SHOWN: usize = 1_000;

/// What became of one loan when two lists are compared; what differs comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Differs,
    OnlyOurs,
    OnlyTheirs,
    Match,
}

impl Outcome {
    /// As it is counted: what agrees first.
    const COUNTED: [Outcome; 4] = [
        Outcome::Match,
        Outcome::Differs,
        Outcome::OnlyOurs,
        Outcome::OnlyTheirs,
    ];

    const fn name(self) -> Text {
        match self {
            Outcome::Differs => Text::new("金额差异", "Amounts differ"),
            Outcome::OnlyOurs => Text::new("我有他无", "Only ours"),
            Outcome::OnlyTheirs => Text::new("他有我无", "Only theirs"),
            Outcome::Match => Text::new("一致", "Match"),
        }
    }
}

/// A loan by our books.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Ours {
    loan: ContractId,
    /// Empty where the bank's number was not recorded.
    note: String,
    balance: Fen,
}

/// One loan of either list.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Compared {
    note: String,
    loan: Option<ContractId>,
    ours: Option<Fen>,
    theirs: Option<Fen>,
    outcome: Outcome,
}

impl Compared {
    /// Ours less theirs.
    fn difference(&self) -> Result<Fen, Error> {
        Ok(self
            .ours
            .unwrap_or_default()
            .minus(self.theirs.unwrap_or_default())?)
    }
}

/// Compares two lists by note number, what differs first. A loan of ours with nothing left is missed by nobody.
fn compare(ours: &[Ours], theirs: &BTreeMap<String, Fen>) -> Vec<Compared> {
    let mut left = theirs.clone();
    let mut found = Vec::with_capacity(ours.len());
    for own in ours {
        let bank = left.remove(&own.note).filter(|_| !own.note.is_empty());
        if bank.is_none() && own.balance.is_zero() {
            continue;
        }
        found.push(Compared {
            note: own.note.clone(),
            loan: Some(own.loan.clone()),
            ours: Some(own.balance),
            theirs: bank,
            outcome: match bank {
                Some(bank) if bank == own.balance => Outcome::Match,
                Some(_) => Outcome::Differs,
                None => Outcome::OnlyOurs,
            },
        });
    }
    found.extend(left.into_iter().map(|(note, bank)| Compared {
        note,
        loan: None,
        ours: None,
        theirs: Some(bank),
        outcome: Outcome::OnlyTheirs,
    }));
    found.sort_by(|a, b| (a.outcome, &a.note, &a.loan).cmp(&(b.outcome, &b.note, &b.loan)));
    found
}

/// The bank's list: note number and balance in yuan. What does not read is noted with its row.
fn read_list(read: &mut Reader<'_>) -> BTreeMap<String, Fen> {
    let mut list = BTreeMap::new();
    let pasted = match pasted_rows(read.text("rows")) {
        Ok(pasted) => pasted,
        Err(error) => {
            read.add(Issue::refuse(error.code(), "rows", error.say()));
            return list;
        }
    };
    let amount = |row: &PastedRow| Fen::parse(row.cell(1), Unit::Yuan);
    let heading = |(at, row): &(usize, &PastedRow)| {
        *at == 0 && amount(row).is_err() && !row.cell(1).chars().any(|c| c.is_ascii_digit())
    };
    for (_, row) in pasted.iter().enumerate().filter(|each| !heading(each)) {
        let note = row.cell(0).to_owned();
        let wrong = match amount(row) {
            _ if note.is_empty() => Some((
                "rows.note_missing",
                Say::new("缺少借据号。", "The note number is missing."),
            )),
            Err(error) => Some((error.code(), error.say())),
            Ok(balance) => list.insert(note, balance).map(|_| {
                (
                    "rows.twice",
                    Say::new(
                        "这个借据号在上面已经有一行。",
                        "A row above has this note number already.",
                    ),
                )
            }),
        };
        if let Some((code, say)) = wrong {
            read.add(Issue::refuse(code, "rows", say).on_line(row.n));
        }
    }
    if pasted.is_empty() {
        let say = Say::new("请粘贴银行的清单。", "Paste the bank's list.");
        read.add(Issue::refuse("rows.empty", "rows", say));
    }
    list
}

/// What is asked: of whose loans, at which month's end, against which list.
struct Asked {
    institution: InstitutionId,
    month: Month,
    theirs: BTreeMap<String, Fen>,
}

fn read(form: &FormData, user: &User, this_month: Month) -> Result<Asked, Error> {
    let mut read = Reader::new(form);
    let month = Month::parse(read.text("month"))
        .ok()
        .filter(|month| *month <= this_month);
    if month.is_none() {
        let say = Say::new(
            "请填月份，例如 2023-12，不晚于本月。",
            "Enter a month such as 2023-12, not after this one.",
        );
        read.add(Issue::refuse("field.month", "month", say));
    }
    let institution = match user.institution {
        Some(own) => Some(own),
        None => read
            .chosen("institution", Say::new("请选择银行。", "Choose the bank."))
            .map(InstitutionId),
    };
    let theirs = read_list(&mut read);
    read.finish()?;
    Ok(Asked {
        institution: institution.ok_or(Error::NotFound)?,
        month: month.ok_or(Error::NotFound)?,
        theirs,
    })
}

/// What stands around the form.
struct View {
    /// To choose from; empty for whoever has a bank already.
    banks: Vec<(String, String)>,
    found: Option<Found>,
}

/// Two lists compared.
struct Found {
    month: Month,
    bank: String,
    rows: Vec<Compared>,
    /// Client and village, by loan.
    names: HashMap<ContractId, (String, String)>,
}

impl Found {
    fn of(&self, outcome: Outcome) -> impl Iterator<Item = &Compared> {
        self.rows.iter().filter(move |row| row.outcome == outcome)
    }

    /// Client and village of a row; dashes for a loan that is not ours.
    fn name(&self, row: &Compared) -> (&str, &str) {
        let named = row.loan.as_ref().and_then(|id| self.names.get(id));
        named.map_or(("—", "—"), |(client, place)| (client, place))
    }
}

fn banks(conn: &mut Conn, user: &User) -> Result<Vec<(String, String)>, Error> {
    if user.institution.is_some() {
        return Ok(Vec::new());
    }
    let names = Names::load(conn)?.read_in(user.lang);
    Ok(register::institutions(conn)?
        .into_iter()
        .filter(|each| !each.is_insurer())
        .map(|each| (each.id.to_string(), names.institution(each.id).to_owned()))
        .collect())
}

fn find(conn: &mut Conn, office: &Office<'_>, user: &User, asked: &Asked) -> Result<Found, Error> {
    let book = user.own_book()?;
    let balances = balances(conn, book, asked.institution, asked.month)?;
    let ids: Vec<ContractId> = balances.keys().cloned().collect();
    let loans = store::load_loans(conn, book, &ids)?;
    let mut ours: Vec<Ours> = loans
        .values()
        .map(|loan| Ours {
            loan: loan.id.clone(),
            note: loan.note_number.clone(),
            balance: balances.get(&loan.id).copied().unwrap_or_default(),
        })
        .collect();
    ours.sort_by(|a, b| (&a.note, &a.loan).cmp(&(&b.note, &b.loan)));
    let rows = compare(&ours, &asked.theirs);
    let shown: Vec<&Loan> = rows
        .iter()
        .filter_map(|row| loans.get(row.loan.as_ref()?))
        .collect();
    Ok(Found {
        month: asked.month,
        bank: Names::load(conn)?
            .read_in(user.lang)
            .institution(asked.institution)
            .to_owned(),
        names: names_of(conn, office, user.lang, book, &shown, asked.month)?,
        rows,
    })
}

/// Of every loan of a bank, what was owed at the end of a month.
fn balances(
    conn: &mut Conn,
    book: BookId,
    institution: InstitutionId,
    month: Month,
) -> Result<BTreeMap<ContractId, Fen>, Error> {
    let rows: Vec<(Option<ContractId>, i64)> = entry::table
        .filter(entry::book_id.eq(book))
        .filter(diesel::dsl::not(entry::pending))
        .filter(entry::measure.eq(measure::LOAN_BALANCE))
        .filter(entry::month.le(month))
        .filter(entry::institution_id.eq(institution))
        .group_by(entry::contract_id)
        .select((entry::contract_id, sum_i64("amount")))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .filter_map(|(id, sum)| Some((id?, Fen(sum))))
        .collect())
}

fn names_of(
    conn: &mut Conn,
    office: &Office<'_>,
    lang: Lang,
    book: BookId,
    loans: &[&Loan],
    month: Month,
) -> Result<HashMap<ContractId, (String, String)>, Error> {
    let clients: Vec<ClientId> = loans.iter().map(|loan| loan.client_id.clone()).collect();
    let people = identities(conn, office.vault, book, &clients)?;
    let mut places: HashMap<RegionId, String> = HashMap::new();
    let mut named = HashMap::with_capacity(loans.len());
    for loan in loans {
        let place = places.entry(loan.region_id).or_insert_with(|| {
            office
                .regions
                .path_name_in(loan.region_id, month.last_day(), lang)
        });
        let client = people.get(&loan.client_id).map_or("—", |identity| &identity.name);
        named.insert(loan.id.clone(), (client.to_owned(), place.clone()));
    }
    Ok(named)
}

pub(super) async fn open(page: Page, site: Site) -> Answer {
    let user = page.user.clone();
    let month = Month::of(page.actor().today).previous();
    let banks = state::read(&site, move |conn, _| banks(conn, &user)).await?;
    let form = FormData::default().with("month", &month.to_string());
    Ok(views::shown(&page, &View { banks, found: None }, &form, &[])?)
}

pub(super) async fn compare_lists(page: Page, site: Site, posted: Posted) -> Answer {
    let (user, form) = (page.user.clone(), posted.0);
    let asked = read(&form, &user, Month::of(page.actor().today));
    let (asked, wrong) = match asked {
        Ok(asked) => (Some(asked), Vec::new()),
        Err(refusal @ Error::Refused(_)) => (None, problems(&refusal, true)),
        Err(failure) => return Err(failure.into()),
    };
    let view = state::read(&site, move |conn, office| {
        let found = match &asked {
            Some(asked) => Some(find(conn, office, &user, asked)?),
            None => None,
        };
        Ok(View {
            banks: banks(conn, &user)?,
            found,
        })
    })
    .await?;
    match &view.found {
        Some(found) if form.get("step") == "csv" => Ok(views::file(found, page.lang)?),
        _ => Ok(views::shown(&page, &view, &form, &wrong)?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours(note: usize, balance: i64) -> Ours {
        let mut random = [0; 10];
        random[..8].copy_from_slice(&(note as u64).to_be_bytes());
        Ours {
            loan: ContractId::from_parts(0, random),
            note: format!("JJ{note:04}"),
            balance: Fen(balance),
        }
    }

    /// `domain` §9, story 7: 312 notes, 309 alike, two with other amounts, one missing at the bank.
    #[test]
    fn three_hundred_and_twelve_notes_are_compared_to_the_fen() {
        let own: Vec<Ours> = (1..=312).map(|n| ours(n, 1_000_000 + n as i64)).collect();
        let mut bank: BTreeMap<String, Fen> =
            own.iter().map(|each| (each.note.clone(), each.balance)).collect();
        bank.insert("JJ0010".to_owned(), Fen(1_000_010 - 1));
        bank.insert("JJ0020".to_owned(), Fen(1_000_020 + 100_000));
        bank.remove("JJ0030");
        let found = compare(&own, &bank);
        let count = |outcome| found.iter().filter(|row| row.outcome == outcome).count();
        assert_eq!(Outcome::COUNTED.map(count), [309, 2, 1, 0]);
        let differences: Vec<String> = found[..3]
            .iter()
            .map(|row| row.difference().unwrap().yuan())
            .collect();
        assert_eq!(differences, ["0.01", "-1000.00", "10000.30"]);
    }

    #[test]
    fn what_is_repaid_or_unnumbered_is_told_apart() {
        let mut unnumbered = ours(3, 500);
        unnumbered.note = String::new();
        let own = [ours(1, 0), ours(2, 0), unnumbered];
        let bank = BTreeMap::from([("JJ0002".to_owned(), Fen(0)), ("X9".to_owned(), Fen(7))]);
        let told: Vec<(String, Outcome)> = compare(&own, &bank)
            .into_iter()
            .map(|row| (row.note, row.outcome))
            .collect();
        assert_eq!(
            told,
            [
                (String::new(), Outcome::OnlyOurs),
                ("X9".to_owned(), Outcome::OnlyTheirs),
                ("JJ0002".to_owned(), Outcome::Match),
            ]
        );
    }
}
