//! `/verify`: a code and a row are typed, or a file is given back.

use actix_web::{HttpRequest, web};
use serde::Deserialize;

use super::compare::{Difference, compare};
use super::unpack::{MOST_BYTES, Unfit};
use super::{grid, views};
use crate::auth::{Allow, Answer, Page, PostedLargeFile, Role, RouteSpec, User, Visitor, get, post};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{self, Office};
use crate::reports::code::{self, Genuine, Typed};
use crate::reports::table::{Cell, ROW_NUMBER, Row, Sheet, Workbook};
use crate::reports::{REPORTS, ReportAsk, find, write};
use crate::state::{self, Site};
use crate::totals::{Boundaries, region_key};
use crate::ui::address;
use crate::values::{BookId, Lang, Level, RegionId, Say, Text, Unit};

/// Who reads reports.
const READERS: &[Role] = &[
    Role::Reviewer,
    Role::CityReader,
    Role::ReportReader,
    Role::Administrator,
];

/// The routes of this room.
pub fn routes() -> Vec<RouteSpec> {
    vec![
        get("/verify", Allow::Anyone, open),
        post("/verify/file", Allow::Roles(READERS), give_back),
    ]
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Ask {
    pub code: String,
    pub row: String,
}

/// What is said of a code.
pub(super) enum Said {
    Nothing,
    NoCode,
    Foreign,
    /// Asked too often.
    Wait,
    Known(Box<Known>),
}

/// A code of this office's.
pub(super) struct Known {
    pub genuine: Genuine,
    pub report: Text,
    pub region: Say,
    /// The month stands closed in another edition by now.
    pub now_in: Option<i32>,
    /// Whether the figures are what they were; or why that cannot be told.
    pub stands: Result<bool, Say>,
    pub row: RowSaid,
}

/// What is shown of the row.
pub(super) enum RowSaid {
    NotAsked,
    /// The reader may not see it, or is not signed in.
    NotShown,
    NoSuchRow,
    Found(Breakdown),
}

/// A row's breakdown.
pub(super) struct Breakdown {
    pub sheet: String,
    pub number: String,
    pub cells: Vec<Told>,
    /// Where to go on: words and address.
    pub links: Vec<(Text, String)>,
}

/// One cell of the row.
pub(super) struct Told {
    pub heading: String,
    pub printed: String,
    /// The exact yuan, where the printed is rounded.
    pub exact: Option<String>,
    /// Where it comes from, for who may look there.
    pub page: Option<String>,
}

async fn open(visitor: Visitor, site: Site, request: HttpRequest, query: web::Query<Ask>) -> Answer {
    let ask = query.into_inner();
    let said = match ask.code.trim() {
        "" => Said::Nothing,
        _ if !may_ask(&site, visitor.user(), &request) => Said::Wait,
        typed => look_at(&site, visitor.user(), typed, &ask.row).await?,
    };
    Ok(views::verify(&visitor, &ask, &said, None))
}

/// Whether this person, or this address, has not asked too often.
fn may_ask(site: &Site, user: Option<&User>, request: &HttpRequest) -> bool {
    let from = || request.peer_addr().map(|peer| peer.ip().to_string());
    let who = match user {
        Some(user) => user.id.to_string(),
        None => from().unwrap_or_default(),
    };
    site.codes.check_key(&who).is_ok()
}

async fn look_at(site: &Site, user: Option<&User>, typed: &str, row: &str) -> Result<Said, Error> {
    let genuine = match read_code(site, typed) {
        Typed::Nothing => return Ok(Said::Nothing),
        Typed::NoCode => return Ok(Said::NoCode),
        Typed::Foreign => return Ok(Said::Foreign),
        Typed::Genuine(genuine) => genuine,
    };
    let (user, row) = (user.cloned(), row.trim().to_owned());
    let of = site.clone();
    web::block(move || known(&of, user.as_ref(), genuine, &row))
        .await
        .map_err(|_| Error::Failed("looking at a code was cut off".to_owned()))?
        .map(|known| Said::Known(Box::new(known)))
}

fn read_code(site: &Site, typed: &str) -> Typed {
    let known: Vec<&str> = REPORTS.iter().map(|report| report.code).collect();
    code::read(&site.vault, typed, &known)
}

/// What a report asks for beside what its code says.
struct Around {
    now: chrono::NaiveDateTime,
    today: chrono::NaiveDate,
    demo: bool,
}

impl Around {
    fn of(site: &Site) -> Around {
        Around {
            now: site.clock.now(),
            today: site.clock.today(),
            demo: site.demo,
        }
    }

    fn ask(&self, code: &code::Code) -> ReportAsk {
        ReportAsk {
            region: code.region,
            month: code.month,
            boundaries: match code.now {
                true => Boundaries::Now(self.today),
                false => Boundaries::Then,
            },
            unit: code.unit,
            lang: code.lang,
            made_at: self.now,
            demo: self.demo,
            public: code.public,
            edition: code.edition,
        }
    }
}

fn known(site: &Site, user: Option<&User>, genuine: Genuine, row: &str) -> Result<Known, Error> {
    let ask = Around::of(site).ask(&genuine.code);
    let report = find(&genuine.code.report)?;
    let row = row.trim_start_matches('0');
    let recalled = match report.recall(site, &ask, row) {
        Ok(recalled) => Ok(recalled),
        Err(refused @ Error::Refused(_)) => Err(said(&refused)),
        Err(failure) => return Err(failure),
    };
    site.read_now(|conn, office| {
        let standing = ledger::standing_edition(conn, office.regions, ask.region, ask.month)?;
        let now_in = standing
            .map(|edition| edition.number)
            .filter(|number| genuine.code.edition.is_none_or(|printed| printed != *number));
        let shown = user.is_some_and(|user| may_see(office, user, &ask));
        let row = match (&recalled, row) {
            (_, "") => RowSaid::NotAsked,
            _ if !shown => RowSaid::NotShown,
            (Ok((_, book)), number) => breakdown(office, &ask, report.code, user, book, number),
            (Err(_), _) => RowSaid::NoSuchRow,
        };
        Ok(Known {
            report: report.name,
            region: office.regions.say(ask.region, ask.day()),
            now_in,
            stands: recalled.map(|(content, _)| genuine.stands(office.vault, &content)),
            row,
            genuine,
        })
    })
}

fn said(refused: &Error) -> Say {
    let first = refused.issues().first().map(|issue| issue.say.clone());
    first.unwrap_or_else(|| Say::new("", ""))
}

/// Whether this person may read the report that a paper is of.
fn may_see(office: &Office<'_>, user: &User, ask: &ReportAsk) -> bool {
    let county = office.regions.ancestor(ask.region, Level::County, ask.day());
    let within = match user.book {
        Some(BookId(own)) => county == Some(RegionId(own)),
        None => true,
    };
    let inside = user.role != Role::ReportReader;
    READERS.contains(&user.role) && within && (inside || ask.public)
}

fn breakdown(
    office: &Office<'_>,
    ask: &ReportAsk,
    report: &str,
    user: Option<&User>,
    book: &Workbook,
    number: &str,
) -> RowSaid {
    let Some((sheet, row, is_total)) = book.numbered(number) else {
        return RowSaid::NoSuchRow;
    };
    let inside = user.is_some_and(|user| user.role != Role::ReportReader);
    let cells = sheet.columns.iter().zip(&row.cells).enumerate();
    let cells = cells.filter(|(_, (column, _))| column.key != ROW_NUMBER);
    let cells = cells
        .map(|(at, (column, cell))| {
            let printed = sheet.printed_cell(is_total, at, cell);
            let exact = match cell {
                Cell::Money(fen) => Some(fen.show(Unit::Yuan)).filter(|exact| *exact != printed),
                _ => None,
            };
            let unit = match cell {
                Cell::Money(_) => format!("（{}）", sheet.unit.label(ask.lang)),
                _ => String::new(),
            };
            Told {
                heading: format!("{}{unit}", column.full_heading(ask.lang)),
                printed,
                exact,
                page: row.page_behind(column, cell).filter(|_| inside),
            }
        })
        .collect();
    RowSaid::Found(Breakdown {
        sheet: sheet.title.clone(),
        number: number.to_owned(),
        cells,
        links: links(office, ask, report, (sheet, row), inside),
    })
}

/// Where a row leads: the record it is, its unit's totals, the whole report.
fn links(
    office: &Office<'_>,
    ask: &ReportAsk,
    report: &str,
    (sheet, row): (&Sheet, &Row),
    inside: bool,
) -> Vec<(Text, String)> {
    let month = ask.month.to_string();
    let mut links = Vec::new();
    if inside {
        if let Some(href) = &row.href {
            links.push((Text::new("打开这一行", "Open this row"), href.clone()));
        }
        let code = sheet
            .columns
            .iter()
            .zip(&row.cells)
            .find_map(|(column, cell)| match cell {
                Cell::Code(code) if column.key == "code" && code.len() == 12 => Some(code.clone()),
                _ => None,
            });
        if let Some(code) = code {
            let totals = address::with(&address::with("/totals", "region", &code), "month", &month);
            links.push((
                Text::new(
                    "这个单位的各项数字（逐笔可查）",
                    "Every figure of this unit, down to its vouchers",
                ),
                totals,
            ));
        }
    }
    let region = region_key(office.regions, ask.region, ask.day());
    let mut whole = address::with(&format!("/reports/{report}"), "region", &region);
    for (key, value) in [
        ("month", month),
        ("unit", ask.unit.code().to_owned()),
        ("boundaries", ask.boundaries.code().to_owned()),
        (
            "variant",
            if ask.public && inside { "public" } else { "" }.to_owned(),
        ),
        ("edition", ask.edition.map(|n| n.to_string()).unwrap_or_default()),
    ] {
        if !value.is_empty() {
            whole = address::with(&whole, key, &value);
        }
    }
    links.push((Text::new("整张报表", "The whole report"), whole));
    links
}

/// What came of a file given back.
pub(super) enum Compared {
    Refused(Say),
    /// With what it was compared, and in what it differs.
    With(String, Vec<Difference>),
}

async fn give_back(page: Page, site: Site, posted: PostedLargeFile<MOST_BYTES>) -> Answer {
    let posted = posted.0;
    let typed = posted.form.get("code").to_owned();
    let user = page.user.clone();
    let around = Around::of(&site);
    let vault_site = site.clone();
    let result = state::read(&site, move |conn, office| {
        compared(
            conn,
            office,
            &around,
            &user,
            &posted.file,
            |text| read_code(&vault_site, text),
            &typed,
        )
    })
    .await?;
    let visitor = Visitor::signed_in(page);
    Ok(views::verify(
        &visitor,
        &Ask::default(),
        &Said::Nothing,
        Some(&result),
    ))
}

fn compared(
    conn: &mut Conn,
    office: &Office<'_>,
    around: &Around,
    user: &User,
    file: &[u8],
    read: impl Fn(&str) -> Typed,
    typed: &str,
) -> Result<Compared, Error> {
    let unfit = |unfit: Unfit| Ok(Compared::Refused(unfit.say()));
    let (format, theirs) = match grid::read(file) {
        Ok(read) => read,
        Err(why) => return unfit(why),
    };
    let text = match typed.trim() {
        "" => grid::code_in(&theirs).unwrap_or_default(),
        typed => typed.to_owned(),
    };
    let Typed::Genuine(genuine) = read(&text) else {
        return Ok(Compared::Refused(Say::new(
            "文件里没有本系统的校验码，请把纸上的校验码填在上面再试。",
            "The file bears no check code of this office; type the one printed on the paper and try again.",
        )));
    };
    let ask = around.ask(&genuine.code);
    if !may_see(office, user, &ask) {
        return Err(Error::Forbidden);
    }
    let ours = match find(&genuine.code.report)?.build(conn, office, &ask) {
        Ok(book) => book,
        Err(refused @ Error::Refused(_)) => return Ok(Compared::Refused(said(&refused))),
        Err(failure) => return Err(failure),
    };
    let name = format!("{} · {}", ours.file_stem, ours.stamp.edition_text(user.lang));
    match grid::read(&write::write(&ours, format)?) {
        Ok((_, ours)) => Ok(Compared::With(name, compare(&ours, &theirs))),
        Err(_) => Ok(Compared::Refused(Say::new(
            "这张报表太大，不能逐格核对。",
            "The report is too large to be compared cell by cell.",
        ))),
    }
}

/// The word for the language of a paper.
pub(super) fn language(lang: Lang) -> &'static str {
    lang.t("中文", "English")
}
