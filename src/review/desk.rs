//! `/vouchers/{book}/{voucher}`: one voucher in full, and the forms that decide on it.

use std::collections::{HashMap, HashSet};

use actix_web::{HttpResponse, web};
use chrono::NaiveDate;
use serde::Deserialize;

use super::effect::{self, Effect};
use super::listed::{self, kind_name};
use super::outliers::{Outlier, outliers};
use super::views;
use crate::auth::{Answer, Page, Role, User, account_names};
use crate::db::Conn;
use crate::error::{Error, Issue};
use crate::ledger::{self, AuditRow, EntryRow, Kind, Line, Office, State, Voucher};
use crate::register::{ClientKind, Identity, Names, find_clients, identities};
use crate::state::{self, Site};
use crate::values::person::mask_name;
use crate::values::{BookId, ClientId, Fen, Month, Say, Text, UserId, VoucherId};

/// Lines on one page of a sheet.
pub(super) const LINES: u32 = 100;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Ask {
    revision: String,
    page: String,
}

/// Which voucher, and how much of it.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub book: BookId,
    pub voucher: VoucherId,
    pub ask: Ask,
}

impl Wanted {
    /// The voucher an address names.
    pub fn read(path: &(i64, String), ask: Ask) -> Result<Wanted, Error> {
        Ok(Wanted {
            book: BookId(path.0),
            voucher: VoucherId::parse(&path.1).map_err(|_| Error::NotFound)?,
            ask,
        })
    }
}

/// What was tried just before and refused, with what was typed.
#[derive(Clone, Debug, Default)]
pub(super) struct Tried {
    pub problems: Vec<(String, Say)>,
    pub reason: String,
    /// The rules hold it back now, whatever they said at submission.
    pub held: bool,
}

/// The client of a line.
#[derive(Clone, Debug)]
pub(super) struct ClientView {
    pub name: String,
    /// Masked.
    pub number: String,
    pub class: Text,
}

/// One line of the voucher.
#[derive(Clone, Debug)]
pub(super) struct LineView {
    pub n: usize,
    pub place: String,
    pub client: Option<ClientView>,
    pub product: String,
    pub specialist: String,
    pub amount: Fen,
    pub details: Vec<(Text, Say)>,
    pub issues: Vec<Issue>,
    pub outlier: Option<Outlier>,
}

/// One entry of a line on the page.
#[derive(Clone, Debug)]
pub(super) struct EntryView {
    pub row: EntryRow,
    pub place: String,
}

/// One thing that happened.
#[derive(Clone, Debug)]
pub(super) struct EventView {
    pub row: AuditRow,
    pub who: String,
}

/// Everything the page shows.
pub(super) struct VoucherView {
    pub voucher: Voucher,
    pub state: State,
    pub kind: Text,
    pub amount_name: Text,
    pub county: String,
    pub maker: String,
    pub decider: Option<String>,
    pub institution: String,
    /// Where it posts: kept once posted, else as it would be today.
    pub month: Month,
    /// The revision whose lines are shown.
    pub revision: i32,
    pub issues: Vec<Issue>,
    pub outliers: Vec<Outlier>,
    /// Of the lines shown, all pages together.
    pub total: Fen,
    pub line_count: usize,
    pub lines: Vec<LineView>,
    pub page: u32,
    pub pages: u32,
    pub effects: Vec<Effect>,
    pub entries: Vec<EntryView>,
    pub history: Vec<EventView>,
    /// What its maker's last sending was receipted with.
    pub receipt: Option<String>,
}

impl VoucherView {
    /// Whether the revision shown is the one that stands.
    pub fn is_current(&self) -> bool {
        self.revision == self.voucher.revision
    }

    /// Whether this person may decide on it now.
    pub fn open_to(&self, user: &User) -> bool {
        self.state == State::Submitted && self.is_current() && user.role == Role::Reviewer
    }
}

pub(super) async fn open(
    page: Page,
    site: Site,
    path: web::Path<(i64, String)>,
    query: web::Query<Ask>,
) -> Answer {
    let wanted = Wanted::read(&path, query.into_inner())?;
    Ok(show(&page, &site, wanted, &Tried::default()).await?)
}

/// The page, with what was refused just before.
pub(super) async fn show(
    page: &Page,
    site: &Site,
    wanted: Wanted,
    tried: &Tried,
) -> Result<HttpResponse, Error> {
    page.user.check_book(wanted.book)?;
    let user = page.user.clone();
    let view = state::read(site, move |conn, office| load(conn, office, &user, &wanted)).await?;
    Ok(views::voucher(page, &view, tried))
}

fn load(conn: &mut Conn, office: &Office<'_>, user: &User, wanted: &Wanted) -> Result<VoucherView, Error> {
    let voucher = ledger::find_voucher(conn, wanted.book, &wanted.voucher)?;
    let book = ledger::find_book(conn, wanted.book)?;
    let state = voucher.state()?;
    let revision = shown_revision(&voucher, &wanted.ask.revision)?;
    let issues = if revision == voucher.revision {
        voucher.issues()?
    } else {
        Vec::new()
    };
    let all = ledger::lines_of(conn, &voucher, revision)?;
    let amounts: Vec<Fen> = all.iter().map(|line| line.amount).collect();
    let outliers = outliers(&amounts);
    let count = i64::try_from(all.len()).unwrap_or(i64::MAX);
    let (page, pages) = listed::pages(&wanted.ask.page, count, LINES);
    let names = Names::load(conn)?;
    let from = usize::try_from(listed::offset(page, LINES)).unwrap_or(usize::MAX);
    let shown: Vec<&Line> = all.iter().skip(from).take(LINES as usize).collect();
    let sight = Sight {
        office,
        names: &names,
        day: voucher.business_date,
        masked: user.role != Role::Reviewer,
    };
    let lines = line_views(conn, &sight, &voucher, &shown, &issues, &outliers)?;
    let entries = ledger::entries_of(conn, &voucher)?;
    let month = match state {
        State::Submitted => Month::of(voucher.business_date).max(book.first_open_month),
        _ => voucher.posting_month,
    };
    let effects = match state {
        State::Submitted => effect::on_county(conn, &book, month, &entries)?,
        _ => effect::changes(&entries)?,
    };
    let (history, receipt) = events(conn, &voucher)?;
    let decider: HashMap<UserId, String> = account_names(
        conn,
        [&voucher.maker_id]
            .into_iter()
            .chain(&voucher.decided_by)
            .cloned(),
    )?;
    let name_of = |id: &UserId| decider.get(id).cloned().unwrap_or_else(|| "—".to_owned());
    let on_page: HashSet<i32> = shown
        .iter()
        .filter_map(|line| i32::try_from(line.n).ok())
        .collect();
    Ok(VoucherView {
        state,
        kind: kind_name(office, &voucher.kind),
        amount_name: kind_of(office, &voucher).map_or(crate::values::words::AMOUNT, |kind| kind.amount_name),
        county: book.name,
        maker: name_of(&voucher.maker_id),
        decider: voucher.decided_by.as_ref().map(name_of),
        institution: names.institution(voucher.institution_id).to_owned(),
        month,
        revision,
        issues,
        outliers,
        total: Fen::sum(amounts)?,
        line_count: all.len(),
        lines,
        page,
        pages,
        effects,
        entries: entries
            .into_iter()
            .filter(|row| revision == voucher.revision && on_page.contains(&row.line))
            .map(|row| EntryView {
                place: office.regions.name(row.region_id, voucher.business_date),
                row,
            })
            .collect(),
        history,
        receipt,
        voucher,
    })
}

fn kind_of<'a>(office: &Office<'a>, voucher: &Voucher) -> Option<&'a Kind> {
    office.kinds.kinds.iter().find(|kind| kind.code == voucher.kind)
}

/// The current revision, or an earlier one that was asked for.
fn shown_revision(voucher: &Voucher, asked: &str) -> Result<i32, Error> {
    if asked.is_empty() {
        return Ok(voucher.revision);
    }
    let revision = asked.parse().map_err(|_| Error::NotFound)?;
    if (1..=voucher.revision).contains(&revision) {
        Ok(revision)
    } else {
        Err(Error::NotFound)
    }
}

/// With what the lines are read.
struct Sight<'a> {
    office: &'a Office<'a>,
    names: &'a Names,
    day: NaiveDate,
    /// Names of clients are not shown in full.
    masked: bool,
}

fn line_views(
    conn: &mut Conn,
    sight: &Sight<'_>,
    voucher: &Voucher,
    lines: &[&Line],
    issues: &[Issue],
    outliers: &[Outlier],
) -> Result<Vec<LineView>, Error> {
    let ids: Vec<ClientId> = lines.iter().filter_map(|line| line.client.clone()).collect();
    let clients = find_clients(conn, voucher.book_id, ids.iter().cloned())?;
    let identities = identities(conn, sight.office.vault, voucher.book_id, &ids)?;
    let kind = kind_of(sight.office, voucher);
    let client = |id: &ClientId| {
        let class = clients.get(id).and_then(|client| client.kind().ok());
        client_view(identities.get(id), class, sight.masked)
    };
    let view = |line: &&Line| {
        Ok(LineView {
            n: line.n,
            place: sight.office.regions.path_name(line.region, sight.day),
            client: line.client.as_ref().map(client),
            product: sight.names.product(line.product).to_owned(),
            specialist: sight.names.specialist(line.specialist).to_owned(),
            amount: line.amount,
            details: match kind {
                Some(kind) => (kind.describe)(line)?,
                None => Vec::new(),
            },
            issues: issues
                .iter()
                .filter(|issue| issue.line == Some(line.n))
                .cloned()
                .collect(),
            outlier: outliers.iter().find(|outlier| outlier.line == line.n).copied(),
        })
    };
    lines.iter().map(view).collect()
}

/// A client as the page shows it; one whose identity was erased has a dash.
fn client_view(identity: Option<&Identity>, class: Option<ClientKind>, masked: bool) -> ClientView {
    let dash = || "—".to_owned();
    ClientView {
        name: identity.map_or_else(dash, |identity| {
            if masked {
                mask_name(&identity.name)
            } else {
                identity.name.clone()
            }
        }),
        number: identity.map_or_else(dash, Identity::masked_number),
        class: class.map_or(Text::new("—", "—"), ClientKind::name),
    }
}

/// What happened to the voucher, and the receipt of its last sending.
fn events(conn: &mut Conn, voucher: &Voucher) -> Result<(Vec<EventView>, Option<String>), Error> {
    let rows = ledger::history(conn, voucher.book_id, voucher.id.as_str())?;
    let who = account_names(conn, rows.iter().map(|row| row.actor_id.clone()))?;
    let sent = |row: &&AuditRow| matches!(row.action.as_str(), "voucher.submitted" | "voucher.resubmitted");
    let receipt = rows
        .iter()
        .rev()
        .find(sent)
        .map(|row| ledger::receipt_code(&row.head));
    let event = |row: AuditRow| EventView {
        who: who.get(&row.actor_id).cloned().unwrap_or_else(|| "—".to_owned()),
        row,
    };
    Ok((rows.into_iter().map(event).collect(), receipt))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity() -> Identity {
        Identity {
            name: "陈大文".to_owned(),
            number: "440781199001010014".to_owned(),
            ..Identity::default()
        }
    }

    #[test]
    fn numbers_are_masked_for_all_and_names_for_the_city() {
        let desk = client_view(Some(&identity()), Some(ClientKind::Household), false);
        assert_eq!(desk.name, "陈大文");
        assert_eq!(desk.number, "440***********0014");
        let city = client_view(Some(&identity()), None, true);
        assert_eq!(city.name, "陈*");
        assert_eq!(city.number, desk.number);
        assert_eq!(client_view(None, None, false).name, "—");
    }
}
