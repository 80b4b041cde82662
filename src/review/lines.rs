//! The lines of a voucher with the names people know them by.

use chrono::NaiveDate;

use super::listed;
use super::outliers::{Outlier, outliers};
use super::remarks::{Remark, remarks};
use crate::db::Conn;
use crate::error::{Error, Issue};
use crate::ledger::{self, Kind, Line, Office, Voucher};
use crate::register::{ClientKind, Identity, Names, find_clients, identities};
use crate::values::person::mask_name;
use crate::values::{ClientId, Fen, Lang, RegionId, Say, Text};

/// Lines on one page of a sheet.
pub(super) const LINES: u32 = 100;

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

/// The lines of one revision, a page of them in full.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    /// What the rules found, the gravest first.
    pub remarks: Vec<Remark>,
    pub outliers: Vec<Outlier>,
    /// What all lines have in common; none where they differ.
    pub common: Common,
    /// Of the lines shown, all pages together.
    pub total: Fen,
    pub line_count: usize,
    pub lines: Vec<LineView>,
    pub page: u32,
    pub pages: u32,
}

impl Sheet {
    /// Reads the lines of a revision: all for what they come to, `page` of them with their names.
    pub fn load(
        conn: &mut Conn,
        sight: &Sight<'_>,
        voucher: &Voucher,
        revision: i32,
        page: &str,
    ) -> Result<Sheet, Error> {
        let all = ledger::lines_of(conn, voucher, revision)?;
        let issues = if revision == voucher.revision {
            voucher.issues()?
        } else {
            Vec::new()
        };
        let amounts: Vec<Fen> = all.iter().map(|line| line.amount).collect();
        let outliers = outliers(&amounts);
        let count = i64::try_from(all.len()).unwrap_or(i64::MAX);
        let (page, pages) = listed::pages(page, count, LINES);
        let from = usize::try_from(listed::offset(page, LINES)).unwrap_or(usize::MAX);
        let shown: Vec<&Line> = all.iter().skip(from).take(LINES as usize).collect();
        let remarks = remarks(&issues);
        let single = single_issues(&issues, &remarks, all.len());
        Ok(Sheet {
            lines: line_views(conn, sight, voucher, &shown, &single, &outliers)?,
            common: common(sight, &all),
            total: Fen::sum(amounts)?,
            line_count: all.len(),
            remarks,
            outliers,
            page,
            pages,
        })
    }
}

/// What every line of a voucher shares, said once instead of in each.
#[derive(Clone, Debug, Default)]
pub(super) struct Common {
    pub place: Option<String>,
    pub product: Option<String>,
    pub specialist: Option<String>,
}

pub(super) fn kind_of<'a>(office: &Office<'a>, voucher: &Voucher) -> Option<&'a Kind> {
    office.kinds.kinds.iter().find(|kind| kind.code == voucher.kind)
}

/// The findings to repeat beside their lines: not those about every line of a sheet.
fn single_issues(issues: &[Issue], remarks: &[Remark], line_count: usize) -> Vec<Issue> {
    let about_all = |issue: &&Issue| {
        let same = |remark: &&Remark| remark.severity == issue.severity && remark.say == issue.say;
        remarks
            .iter()
            .find(same)
            .is_some_and(|remark| remark.is_about_all(line_count))
    };
    issues.iter().filter(|issue| !about_all(issue)).cloned().collect()
}

/// The one value that all lines have, if they have one.
fn shared<T: PartialEq>(lines: &[Line], of: impl Fn(&Line) -> T) -> Option<T> {
    let (first, rest) = lines.split_first()?;
    let value = of(first);
    rest.iter().all(|line| of(line) == value).then_some(value)
}

fn common(sight: &Sight<'_>, lines: &[Line]) -> Common {
    let names = sight.names;
    Common {
        place: shared(lines, |line| line.region).map(|id| sight.path(id)),
        product: shared(lines, |line| line.product).map(|id| names.product(id).to_owned()),
        specialist: shared(lines, |line| line.specialist).map(|id| names.specialist(id).to_owned()),
    }
}

/// With what the lines are read.
pub(super) struct Sight<'a> {
    pub office: &'a Office<'a>,
    pub names: &'a Names,
    pub lang: Lang,
    pub day: NaiveDate,
    /// Names of clients are not shown in full.
    pub masked: bool,
}

impl Sight<'_> {
    fn path(&self, region: RegionId) -> String {
        self.office.regions.path_name_in(region, self.day, self.lang)
    }
}

/// Some lines of a voucher as a page shows them.
pub(super) fn line_views(
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
            place: sight.path(line.region),
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
