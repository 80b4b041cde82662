//! 公示: the list that is hung up in the village, printed on A4. Names are masked, numbers of
//! identity are not on it.

use actix_web::{HttpResponse, web};
use maud::{Markup, html};
use serde::Deserialize;

use super::commands::Stage;
use super::detail::ClaimDetail;
use super::list::scope;
use crate::auth::{Answer, Look, Page, Role, User};
use crate::db::Conn;
use crate::error::Error;
use crate::insurance::store::load_covers;
use crate::ledger::{self, Line, Office, Voucher};
use crate::register::{self, Names};
use crate::state::{self, Site};
use crate::ui::page::Crumb;
use crate::ui::table::{Cell, Column, Row, Table};
use crate::values::day::{parse_day, show_day};
use crate::values::person::mask_name;
use crate::values::{BookId, ContractId, Fen, Lang, Unit, VoucherId};

/// What stands on the list besides what the claims say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Said {
    from: String,
    to: String,
    contact: String,
}

/// The list.
struct Notice {
    place: String,
    insurer: String,
    cause: String,
    days: Option<(chrono::NaiveDate, chrono::NaiveDate)>,
    rows: Vec<NoticeRow>,
    total: Fen,
}

struct NoticeRow {
    village: String,
    /// Masked.
    insured: String,
    product: String,
    insured_quantity: String,
    lost: String,
    amount: Fen,
}

pub(super) async fn show(
    page: Page,
    site: Site,
    path: web::Path<(i64, String)>,
    query: web::Query<Said>,
) -> Answer {
    let (book, voucher) = path.into_inner();
    let voucher = VoucherId::parse(&voucher).map_err(|_| Error::NotFound)?;
    let (user, today) = (page.user.clone(), page.actor().today);
    let notice = state::read(&site, move |conn, office| {
        load(conn, office, (&user, today), BookId(book), &voucher)
    })
    .await?;
    Ok(sheet(&page, &notice, &query))
}

fn load(
    conn: &mut Conn,
    office: &Office<'_>,
    (user, today): (&User, chrono::NaiveDate),
    book: BookId,
    id: &VoucherId,
) -> Result<Notice, Error> {
    let voucher = ledger::find_voucher(conn, book, id)?;
    let stage = Stage::parse(&voucher.kind).filter(|stage| matches!(stage, Stage::Assess | Stage::Notice));
    if stage.is_none() || voucher.reversal_of.is_some() {
        return Err(Error::NotFound);
    }
    let lines = ledger::lines_of(conn, &voucher, voucher.revision)?;
    check_scope(conn, office, (user, today), &voucher, &lines)?;
    let ids: Vec<ContractId> = lines.iter().filter_map(|line| line.contract.clone()).collect();
    let covers = load_covers(conn, book, &ids)?;
    let claims = super::store::load(conn, book, &ids)?;
    let clients: Vec<_> = lines.iter().filter_map(|line| line.client.clone()).collect();
    let people = register::identities(conn, office.vault, book, &clients)?;
    let names = Names::load(conn)?.read_in(user.lang);
    let whole = user.lang.t("村集体", "the village");
    let mut notice = Notice {
        place: String::new(),
        insurer: names.institution(voucher.institution_id).to_owned(),
        cause: String::new(),
        days: None,
        rows: Vec::with_capacity(lines.len()),
        total: Fen::sum(lines.iter().map(|line| line.amount))?,
    };
    for line in &lines {
        let detail: ClaimDetail = line.detail()?;
        let policy = line.contract.clone().ok_or(Error::NotFound)?;
        let part = covers.get(&policy).and_then(|cover| cover.part(detail.part));
        let claim = claims.get(&(policy.clone(), detail.part, detail.claim.clone()));
        if notice.rows.is_empty() {
            notice.cause = match (&detail.report, claim) {
                (Some(report), _) => report.cause.clone(),
                (None, claim) => claim.map_or_else(String::new, |claim| claim.cause.clone()),
            };
            notice.days = detail.shown;
            let town = office
                .regions
                .ancestor(line.region, crate::values::Level::Town, today);
            notice.place = office
                .regions
                .path_name_in(town.unwrap_or(line.region), today, user.lang);
        }
        let lost = match (detail.quantity.as_str(), claim) {
            ("", Some(claim)) => claim.quantity.clone(),
            (said, _) => said.to_owned(),
        };
        let person = line.client.as_ref().and_then(|id| people.get(id));
        notice.rows.push(NoticeRow {
            village: office.regions.name_in(line.region, today, user.lang),
            insured: person.map_or_else(|| whole.to_owned(), |person| mask_name(&person.name)),
            product: names.product(line.product).to_owned(),
            insured_quantity: part.map_or_else(String::new, |part| part.quantity.clone()),
            lost,
            amount: line.amount,
        });
    }
    Ok(notice)
}

/// A reviewer prints what is the county's own, everybody else what lies wholly within his or her scope.
fn check_scope(
    conn: &mut Conn,
    office: &Office<'_>,
    (user, today): (&User, chrono::NaiveDate),
    voucher: &Voucher,
    lines: &[Line],
) -> Result<(), Error> {
    if user.role == Role::Reviewer {
        return user.check_book(voucher.book_id);
    }
    let scope = scope(conn, office, (user, today))?;
    let within = lines.iter().all(|line| scope.villages.contains(&line.region));
    if scope.book == voucher.book_id && scope.insurer == voucher.institution_id && within {
        Ok(())
    } else {
        Err(Error::NotFound)
    }
}

fn sheet(page: &Page, notice: &Notice, said: &Said) -> HttpResponse {
    let lang = page.lang;
    let title = lang.t("农业保险定损公示", "Public notice of assessed losses");
    let given = parse_day(&said.from).ok().zip(parse_day(&said.to).ok());
    let days = given.or(notice.days);
    let body = html! {
        div.portrait {
            (controls(page, days, said))
            h1 { (title) }
            p.lead { (notice.insurer) " · " (notice.place) @if !notice.cause.is_empty() { " · " (notice.cause) } }
            p {
                (lang.t("公示期：", "Shown: "))
                @match days {
                    Some((from, to)) => { (show_day(from)) " ～ " (show_day(to)) }
                    None => "＿＿＿＿＿＿ ～ ＿＿＿＿＿＿",
                }
            }
            (table(lang, notice))
            p { (lang.t(
                "以上为本次受灾农户的定损结果。对数量或金额有异议的，请在公示期内向承保机构或村委会反映。",
                "These are the losses assessed. Whoever doubts a quantity or an amount is asked to tell the insurer or the village committee within the days above.",
            )) }
            p {
                (lang.t("联系人及电话：", "Contact: "))
                @if said.contact.trim().is_empty() { "＿＿＿＿＿＿＿＿＿＿" } @else { (said.contact) }
            }
            p { (notice.insurer) (lang.t("（盖章）", " (seal)")) "　　" (lang.t("＿＿＿＿年＿＿月＿＿日", "Date ＿＿＿＿＿＿＿＿")) }
        }
    };
    let look = Look {
        title: title.to_owned(),
        wide: true,
        crumbs: vec![Crumb::here(title)],
        ..Look::default()
    };
    page.show(look, body)
}

/// Days and contact, filled in before printing; not on paper.
fn controls(page: &Page, days: Option<(chrono::NaiveDate, chrono::NaiveDate)>, said: &Said) -> Markup {
    let lang = page.lang;
    let path = page.path.split('?').next().unwrap_or_default();
    let day = |at: Option<chrono::NaiveDate>| at.map_or_else(String::new, |day| day.to_string());
    html! {
        form.filters.toolbar method="get" action=(path) {
            label.filter { span { (lang.t("公示起", "Shown from")) } input type="date" name="from" value=(day(days.map(|days| days.0))); }
            label.filter { span { (lang.t("公示止", "Shown until")) } input type="date" name="to" value=(day(days.map(|days| days.1))); }
            label.filter { span { (lang.t("联系人及电话", "Contact")) } input type="text" name="contact" maxlength="60" value=(said.contact); }
            button.button.secondary type="submit" { (lang.t("更新", "Update")) }
            span.hint { (lang.t("填好后用浏览器打印（A4）。姓名已隐去，不含证件号。", "Then print it from the browser (A4). Names are masked; no identity numbers.")) }
        }
    }
}

fn table(lang: Lang, notice: &Notice) -> Markup {
    let columns = vec![
        Column::text(lang.t("序号", "No.")),
        Column::text(lang.t("村", "Village")),
        Column::text(lang.t("被保险人", "Insured")),
        Column::text(lang.t("险种", "Product")),
        Column::number(lang.t("投保数量", "Insured"), ""),
        Column::number(lang.t("损失数量", "Lost"), ""),
        Column::number(lang.t("定损金额", "Assessed"), Unit::Yuan.label(lang)),
    ];
    let rows = notice.rows.iter().zip(1..).map(|(row, n)| {
        Row::new(vec![
            Cell::text(n),
            Cell::text(&row.village),
            Cell::text(&row.insured),
            Cell::text(&row.product),
            Cell::num(&row.insured_quantity),
            Cell::num(&row.lost),
            Cell::money(row.amount, Unit::Yuan),
        ])
    });
    let total = Row::new(vec![
        Cell::text(lang.t("合计", "Total")),
        Cell::blank(),
        Cell::blank(),
        Cell::blank(),
        Cell::blank(),
        Cell::blank(),
        Cell::money(notice.total, Unit::Yuan),
    ]);
    let caption = lang.t("定损清单", "Losses assessed");
    Table::new("notice", caption, columns)
        .rows(rows)
        .total(total)
        .markup(lang)
}
