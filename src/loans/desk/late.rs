//! `/loans/overdue`: the loans posted as overdue, the longest first, and those classed better than that allows.

use std::collections::{BTreeSet, HashMap, HashSet};

use actix_web::{HttpResponse, web};
use chrono::NaiveDate;
use maud::{Markup, html};
use serde::Deserialize;

use crate::auth::{Answer, Page, Role, User};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::Office;
use crate::loans::describe::NOTE_NUMBER;
use crate::loans::papers::load_papers;
use crate::loans::plan::LoanPlan;
use crate::loans::store::{self, Loan};
use crate::loans::terms::{Act, LoanClass};
use crate::regions::Regions;
use crate::register::{Names, assigned_villages, identities};
use crate::state::{self, Site};
use crate::ui::cards::{Figure, figures};
use crate::ui::form;
use crate::ui::pill::{self, Tone};
use crate::ui::table::{Cell, Column, Row, Table};
use crate::ui::{filter, notice, pager};
use crate::values::money::show_count;
use crate::values::schedule::Progress;
use crate::values::{BookId, ClientId, Fen, InstitutionId, Lang, RegionId, Unit, words};

/// Loans on one page.
const ROWS: usize = 50;
/// The value of `show` for loans classed better than their days overdue allow.
const CLASSED_WELL: &str = "class";

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Ask {
    show: String,
    page: String,
}

/// One loan of the list.
struct Late {
    loan: Loan,
    class: LoanClass,
    progress: Progress,
    client: String,
    place: String,
    institution: String,
}

impl Late {
    /// The best class its days overdue allow.
    fn floor(&self) -> LoanClass {
        LoanClass::floor(self.progress.days_overdue)
    }
}

struct View {
    show: String,
    today: NaiveDate,
    /// All of them, and of these the ones classed better than their days overdue allow.
    count: usize,
    balance: Fen,
    classed_well: usize,
    rows: Vec<Late>,
    page: usize,
    pages: usize,
    found: usize,
}

pub(super) async fn open(page: Page, site: Site, query: web::Query<Ask>) -> Answer {
    let (ask, user, today) = (query.into_inner(), page.user.clone(), page.actor().today);
    let view = state::read(&site, move |conn, office| load(conn, office, &user, today, &ask)).await?;
    Ok(shown(&page, &view))
}

/// Whose loans somebody sees.
struct Scope {
    books: BTreeSet<i64>,
    institution: Option<InstitutionId>,
    villages: Option<HashSet<RegionId>>,
}

impl Scope {
    fn of(conn: &mut Conn, regions: &Regions, user: &User, today: NaiveDate) -> Result<Scope, Error> {
        if let (Role::Specialist, Some(specialist)) = (user.role, user.specialist) {
            let posted = assigned_villages(conn, regions, specialist, today)?;
            let own = crate::register::find_specialist(conn, specialist)?;
            return Ok(Scope {
                books: posted.iter().map(|(book, _)| book.0).collect(),
                institution: Some(own.institution_id),
                villages: Some(
                    posted
                        .iter()
                        .flat_map(|(_, village)| regions.same_place(*village, today))
                        .collect(),
                ),
            });
        }
        Ok(Scope {
            books: BTreeSet::from([user.own_book()?.0]),
            institution: user.institution,
            villages: None,
        })
    }

    fn has(&self, loan: &Loan) -> bool {
        self.institution.is_none_or(|own| own == loan.institution_id)
            && self
                .villages
                .as_ref()
                .is_none_or(|own| own.contains(&loan.region_id))
    }
}

fn load(
    conn: &mut Conn,
    office: &Office<'_>,
    user: &User,
    today: NaiveDate,
    ask: &Ask,
) -> Result<View, Error> {
    let scope = Scope::of(conn, office.regions, user, today)?;
    let mut all: Vec<Late> = Vec::new();
    for book in &scope.books {
        all.extend(of_book(conn, BookId(*book), &scope, today)?);
    }
    let well = |late: &Late| late.class < late.floor();
    let (count, classed_well) = (all.len(), all.iter().filter(|late| well(late)).count());
    let balance = Fen::sum(all.iter().map(|late| late.loan.balance_fen))?;
    if ask.show == CLASSED_WELL {
        all.retain(well);
    }
    all.sort_by(|a, b| (b.progress.days_overdue, &a.loan.id).cmp(&(a.progress.days_overdue, &b.loan.id)));
    let found = all.len();
    let pages = found.div_ceil(ROWS).max(1);
    let page = ask.page.parse::<usize>().unwrap_or(1).clamp(1, pages);
    let mut rows: Vec<Late> = all.into_iter().skip((page - 1) * ROWS).take(ROWS).collect();
    name(conn, office, user.lang, today, &mut rows)?;
    Ok(View {
        show: ask.show.clone(),
        today,
        count,
        balance,
        classed_well,
        rows,
        page,
        pages,
        found,
    })
}

/// What is posted as overdue in one book.
fn of_book(conn: &mut Conn, book: BookId, scope: &Scope, today: NaiveDate) -> Result<Vec<Late>, Error> {
    let ids: Vec<_> = store::all_overdue(conn, book)?
        .into_iter()
        .map(|(id, _)| id)
        .collect();
    let mut loans = store::load_loans(conn, book, &ids)?;
    loans.retain(|_, loan| scope.has(loan));
    let ids: Vec<_> = loans.keys().cloned().collect();
    let papers = load_papers(conn, book, &ids)?;
    let mut found = Vec::with_capacity(loans.len());
    for (id, loan) in loans {
        let papers = papers.get(&id).ok_or(Error::NotFound)?;
        found.push(Late {
            class: loan.class()?,
            progress: LoanPlan::of(&loan, papers)?.on(today)?,
            loan,
            client: String::new(),
            place: String::new(),
            institution: String::new(),
        });
    }
    Ok(found)
}

fn name(
    conn: &mut Conn,
    office: &Office<'_>,
    lang: Lang,
    today: NaiveDate,
    rows: &mut [Late],
) -> Result<(), Error> {
    let names = Names::load(conn)?.read_in(lang);
    let mut clients: HashMap<i64, Vec<ClientId>> = HashMap::new();
    for late in rows.iter() {
        clients
            .entry(late.loan.book_id.0)
            .or_default()
            .push(late.loan.client_id.clone());
    }
    let mut people = HashMap::new();
    for (book, ids) in clients {
        people.extend(identities(conn, office.vault, BookId(book), &ids)?);
    }
    for late in rows {
        let loan = &late.loan;
        late.client = people
            .get(&loan.client_id)
            .map_or_else(|| "—".to_owned(), |identity| identity.name.clone());
        late.place = office.regions.path_name_in(loan.region_id, today, lang);
        names
            .institution(loan.institution_id)
            .clone_into(&mut late.institution);
    }
    Ok(())
}

fn shown(page: &Page, view: &View) -> HttpResponse {
    let lang = page.lang;
    let title = lang.t("逾期贷款", "Overdue loans");
    let body = html! {
        h1 { (title) }
        (figures(lang, &cards(view, lang)))
        (form::actions(html! {
            @if page.user.role == Role::Clerk {
                (form::button_link("/loans/classes", lang.t("导入五级分类", "Take in classes")))
            }
            @if page.user.role != Role::Specialist {
                (form::button_link(super::reconciling::ADDRESS, lang.t("与银行对账", "Reconcile with the bank")))
            }
        }))
        div.toolbar {
            (filter::switch(lang.t("显示", "Show"), "/loans/overdue", "show", &[
                (lang.t("全部逾期", "All overdue"), ""),
                (lang.t("分类好于下限", "Classed too well"), CLASSED_WELL),
            ], &view.show))
        }
        @if view.rows.is_empty() {
            (notice::empty(lang.t("没有这样的贷款。", "There is no such loan."), None))
        } @else {
            (table(view, page))
            (pager::pager(lang, &page.path, small(view.page), small(view.pages), i64::from(small(view.found))))
        }
    };
    page.desk_below_home(title, body)
}

fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn cards<'a>(view: &View, lang: Lang) -> Vec<Figure<'a>> {
    let loans = lang.t("笔", "loans");
    vec![
        Figure::new(
            lang.t("逾期贷款", "Overdue loans"),
            show_count(i64::from(small(view.count))),
            loans,
        ),
        Figure::new(
            lang.t("逾期余额", "Overdue balance"),
            view.balance.show(Unit::Yuan),
            Unit::Yuan.label(lang),
        ),
        Figure::new(
            lang.t("分类好于下限", "Classed too well"),
            show_count(i64::from(small(view.classed_well))),
            loans,
        ),
    ]
}

fn table(view: &View, page: &Page) -> Markup {
    let lang = page.lang;
    let yuan = Unit::Yuan.label(lang);
    let columns = vec![
        Column::text(lang.t("客户", "Client")),
        Column::text(words::VILLAGE.get(lang)),
        Column::text(words::INSTITUTION.get(lang)),
        Column::text(NOTE_NUMBER.get(lang)),
        Column::number(words::LOAN_BALANCE.get(lang), yuan),
        Column::text(lang.t("最早一期应还日", "Unpaid since")),
        Column::number(lang.t("逾期天数", "Days overdue"), ""),
        Column::number(lang.t("逾期本金", "Principal past due"), yuan),
        Column::number(lang.t("逾期利息", "Interest past due"), yuan),
        Column::text(Act::Classification.name().get(lang)),
        Column::text(lang.t("一般不高于", "At best")),
    ];
    let open = page.user.role != Role::Reviewer;
    Table::new("late", lang.t("逾期最久的在前", "Longest overdue first"), columns)
        .rows(view.rows.iter().map(|late| {
            let row = row(late, view.today, lang);
            if open { row.link(late.loan.address()) } else { row }
        }))
        .note(html! { p { (lang.t(
            "逾期由日终按还款计划计算：任何一期过了应还日没有还清，全部余额算逾期。分类由银行认定，这里只提示。",
            "The day's end reckons what is overdue by the plans: once an instalment is unpaid past its day, the whole balance is. The bank classifies; this only points out.",
        )) } })
        .markup(lang)
}

fn row(late: &Late, today: NaiveDate, lang: Lang) -> Row {
    let (loan, progress, floor) = (&late.loan, &late.progress, late.floor());
    let since = today - chrono::TimeDelta::days(progress.days_overdue);
    let better = late.class < floor;
    let class = late.class.name().get(lang);
    let number = if loan.note_number.is_empty() {
        "—"
    } else {
        &loan.note_number
    };
    Row::new(vec![
        Cell::text(&late.client),
        Cell::text(&late.place),
        Cell::text(&late.institution),
        Cell::text(number),
        Cell::money(loan.balance_fen, Unit::Yuan),
        if progress.is_overdue() {
            Cell::when(&since.to_string())
        } else {
            Cell::none()
        },
        Cell::count(progress.days_overdue),
        Cell::money(progress.past_due_principal, Unit::Yuan),
        Cell::money(progress.past_due_interest, Unit::Yuan),
        if better {
            Cell::text(pill::tag(Tone::Wrong, class))
        } else {
            Cell::text(class)
        },
        Cell::text(floor.name().get(lang)),
    ])
    .marked(better)
}
