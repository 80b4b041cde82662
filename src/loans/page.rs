//! One loan's page: what it was lent on, its plan, and what has come back by it.

use actix_web::{HttpResponse, web};
use chrono::NaiveDate;
use maud::{Markup, html};

use super::describe::NOTE_NUMBER;
use super::handlers::{RECORDERS, contract, named};
use super::overdue::days_overdue;
use super::papers::{Papers, load_papers};
use super::plan::{LoanPlan, calculator_address};
use super::rating::above_floor;
use super::store::{self, Loan};
use super::terms::{Act, Guarantee, REPAYMENT_KIND, RepaymentDetail};
use crate::auth::{Answer, Look, Page, Role, RouteSpec, User, get};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{self, Actor, Against, Office};
use crate::recording::{Place, place, village_crumbs};
use crate::register::{Found, Names};
use crate::state::{self, Site};
use crate::ui::form::{self, Answer as Particular};
use crate::ui::notice;
use crate::ui::pill::{self, Tone};
use crate::ui::plan::plan_table;
use crate::values::schedule::{Plan, Progress, Terms};
use crate::values::{BookId, ContractId, Fen, Lang, Say, Unit, VoucherId, words};

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![get("/field/loans/{book}/{loan}", RECORDERS, show)]
}

/// What the page shows.
struct View {
    today: NaiveDate,
    place: Place,
    client: Found,
    loan: Loan,
    product: String,
    papers: Papers,
    /// On what it is repaid now.
    terms_now: Terms,
    /// The plan as it stands today, through extensions and early repayments.
    plan: Plan,
    progress: Progress,
    /// Principal and interest that have come back.
    repaid: (Fen, Fen),
    /// Principal and interest in repayments that wait for review, counted nowhere on the page.
    waiting: Fen,
}

impl View {
    /// What is said of a class better than the days overdue allow.
    fn above_floor(&self) -> Result<Option<Say>, Error> {
        if !self.loan.balance_fen.is_positive() {
            return Ok(None);
        }
        Ok(above_floor(self.loan.class()?, self.progress.days_overdue))
    }
}

async fn show(page: Page, site: Site, path: web::Path<(i64, String)>) -> Answer {
    let (user, actor) = (page.user.clone(), page.actor());
    let (book, id) = path.into_inner();
    let (book, id) = (BookId(book), contract(&id)?);
    let view = state::read(&site, move |conn, office| {
        load(conn, office, &user, &actor, book, &id)
    })
    .await?;
    Ok(shown(&page, &view)?)
}

fn load(
    conn: &mut Conn,
    office: &Office<'_>,
    user: &User,
    actor: &Actor,
    book: BookId,
    id: &ContractId,
) -> Result<View, Error> {
    let ids = std::slice::from_ref(id);
    let loan = store::load_loans(conn, book, ids)?
        .remove(id)
        .ok_or(Error::NotFound)?;
    let place = place(conn, office, user, (book, loan.region_id), actor.today)?;
    if loan.institution_id != place.institution {
        return Err(Error::NotFound);
    }
    let papers = load_papers(conn, book, ids)?.remove(id).unwrap_or_default();
    let plan = LoanPlan::of(&loan, &papers)?;
    Ok(View {
        today: actor.today,
        client: named(conn, office, book, &loan.client_id)?,
        product: Names::load(conn)?
            .read_in(user.lang)
            .product(loan.product_id)
            .to_owned(),
        progress: plan.on(actor.today)?,
        repaid: plan.repaid_by(actor.today)?,
        waiting: waiting(conn, book, id, actor)?,
        plan: plan.plan_on(actor.today)?,
        terms_now: plan.terms_on(actor.today),
        papers,
        loan,
        place,
    })
}

fn waiting(conn: &mut Conn, book: BookId, id: &ContractId, actor: &Actor) -> Result<Fen, Error> {
    // Of all that waits nothing is left out: no voucher has this fresh id.
    let none = VoucherId::new(actor.now.and_utc().timestamp_millis());
    let pending = ledger::pending_lines(conn, book, Against::Contracts(std::slice::from_ref(id)), &none)?;
    let mut sum = Fen::ZERO;
    for waits in pending.iter().filter(|waits| waits.kind == REPAYMENT_KIND) {
        let detail: RepaymentDetail = waits.line.detail()?;
        sum = Fen::sum([sum, waits.line.amount, detail.interest])?;
    }
    Ok(sum)
}

fn yuan(amount: Fen) -> Markup {
    html! { "¥" (amount.show(Unit::Yuan)) }
}

fn shown(page: &Page, view: &View) -> Result<HttpResponse, Error> {
    let (lang, loan) = (page.lang, &view.loan);
    let name = &view.client.identity.name;
    let body = html! {
        h1 { (name) " · " (lang.t("贷款", "Loan")) }
        p.lead { (view.product) " · " (loan.rate_percent) "% · " (view.place.institution_name) }
        @if let Some(say) = view.above_floor()? {
            (notice::notice(html! { (say.get(lang)) (lang.t("由银行认定，请核对。", " The bank decides; please check.")) }))
        }
        (form::summary_list(lang, &standing(view, lang)))
        @if view.waiting.is_positive() {
            (notice::notice(html! {
                (lang.t("另有待审核的还款 ", "Repayments waiting for review: ")) (yuan(view.waiting))
                (lang.t("，审核通过后才计入。", ", counted once approved."))
            }))
        }
        (buttons(page, view))
        (plan_table(lang, &view.plan, &view.progress.states))
        p.hint { (lang.t("提前还的本金依次抵最近的各期，还款日不变，利息按实际占用少算。", "Principal repaid early counts for the next instalments; their days stay, and less interest is asked.")) }
        h2 { (lang.t("合同内容", "Terms")) }
        (form::summary_list(lang, &particulars(view, lang)?))
    };
    let look = Look {
        title: format!("{name} · {}", lang.t("贷款", "Loan")),
        field: true,
        crumbs: village_crumbs(lang, view.place.village, &view.place.name, lang.t("贷款", "Loan")),
        ..Look::default()
    };
    Ok(page.show(look, body))
}

/// Where the loan stands today: balance, what came back, what is due next, what is past due.
fn standing(view: &View, lang: Lang) -> Vec<Particular<'static>> {
    let (loan, progress) = (&view.loan, &view.progress);
    let mut answers = Vec::new();
    if loan.is_written_off() {
        answers.push(Particular::new(
            Act::WriteOff.name().get(lang),
            html! {
                (pill::tag(Tone::Wrong, lang.t("已核销", "Written off"))) " " (yuan(loan.written_off_fen)) br;
                (lang.t("已收回", "Recovered")) " " (yuan(loan.recovered_fen))
            },
        ));
    } else if progress.is_overdue() {
        let since = view.today - chrono::TimeDelta::days(progress.days_overdue);
        answers.push(Particular::new(
            lang.t("逾期未还", "Past due"),
            html! {
                (pill::tag(Tone::Wrong, days_overdue(progress.days_overdue).get(lang))) br;
                (lang.t("最早一期应还日 ", "Unpaid since ")) (since) br;
                (words::PRINCIPAL.get(lang)) " " (yuan(progress.past_due_principal)) br;
                (words::INTEREST.get(lang)) " " (yuan(progress.past_due_interest))
            },
        ));
    }
    answers.push(Particular::new(
        words::LOAN_BALANCE.get(lang),
        html! { strong { (yuan(loan.balance_fen)) } },
    ));
    answers.push(Particular::new(
        lang.t("已还", "Repaid"),
        html! {
            (words::PRINCIPAL.get(lang)) " " (yuan(view.repaid.0)) br;
            (words::INTEREST.get(lang)) " " (yuan(view.repaid.1))
        },
    ));
    answers.push(Particular::new(
        lang.t("下一期", "Next instalment"),
        match &progress.next {
            _ if loan.is_written_off() => html! { "—" },
            Some(next) => html! { (next.due) " " (yuan(next.payment)) },
            None if loan.balance_fen.is_positive() => html! { "—" },
            None => html! { (pill::tag(Tone::Good, lang.t("已结清", "Settled"))) },
        },
    ));
    answers
}

fn particulars(view: &View, lang: Lang) -> Result<Vec<Particular<'static>>, Error> {
    let loan = &view.loan;
    let lpr = view.papers.lpr_of(loan);
    let number = if loan.note_number.is_empty() {
        "—"
    } else {
        &loan.note_number
    };
    let mut answers = vec![
        Particular::new(NOTE_NUMBER.get(lang), number.to_owned()),
        Particular::new(lang.t("放款金额", "Amount paid out"), yuan(loan.principal_fen)),
        Particular::new(
            lang.t("放款日至到期日", "From and until"),
            html! {
                (loan.disbursed_on) " ～ " (loan.matures_on)
                @if let Some(first) = loan.extended_from {
                    br; (pill::tag(Tone::Neutral, lang.t("已展期", "Extended"))) " "
                    (lang.t("原到期日 ", "first due on ")) (first)
                }
            },
        ),
        Particular::new(
            lang.t("年利率", "Yearly rate"),
            html! {
                (loan.rate_percent) "%"
                @if let Some(lpr) = lpr { span.capitals { (lpr.show()) } }
            },
        ),
        Particular::new(
            lang.t("还款方式", "Repayment"),
            view.terms_now.method.name().get(lang),
        ),
        Particular::new(
            lang.t("计息方式", "Day count"),
            view.terms_now.day_count.name().get(lang),
        ),
        Particular::new(lang.t("用途", "Purpose"), loan.purpose.clone()),
    ];
    if let Some(guarantee) = Guarantee::parse(&loan.guarantee) {
        answers.push(Particular::new(
            lang.t("担保方式", "Guarantee"),
            guarantee.name().get(lang),
        ));
    }
    answers.push(Particular::new(
        Act::Classification.name().get(lang),
        loan.class()?.name().get(lang),
    ));
    Ok(answers)
}

fn buttons(page: &Page, view: &View) -> Markup {
    let (lang, loan) = (page.lang, &view.loan);
    let act = |act: Act| format!("{}?book={}&loan={}", act.form(), loan.book_id.0, loan.id);
    let open = loan.balance_fen.is_positive();
    let first = view.papers.terms.as_ref();
    let calculator = first.and_then(|terms| calculator_address(loan.principal_fen, loan.disbursed_on, terms));
    let client = format!("/field/clients/{}/{}", loan.book_id.0, loan.client_id);
    form::actions(html! {
        @if open {
            (form::button_link(&act(Act::Repayment), lang.t("记录还款", "Record a repayment")))
            (form::button_link(&act(Act::Extension), Act::Extension.name().get(lang)))
            @if page.user.role == Role::Clerk {
                (form::button_link(&act(Act::Classification), Act::Classification.name().get(lang)))
                (form::button_link(&act(Act::WriteOff), Act::WriteOff.name().get(lang)))
            }
        }
        @if loan.is_written_off() && page.user.role == Role::Clerk {
            (form::button_link(&act(Act::Recovery), Act::Recovery.name().get(lang)))
        }
        @if let Some(calculator) = calculator {
            (form::button_link(&calculator, lang.t("用计算器试算", "Try it in the calculator")))
        }
        (form::button_link(&client, lang.t("回到客户", "Back to the client")))
    })
}
