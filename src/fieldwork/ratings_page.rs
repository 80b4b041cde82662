//! The ratings of a county: which villages and towns meet the standard by the ledger's own figures, which are
//! rated, and what is due for its yearly review.

use actix_web::web;
use chrono::NaiveDate;
use maud::{Markup, html};
use serde::Deserialize;

use super::details::Work;
use super::rating_facts::{Figures, RatingFacts};
use super::store::Designation;
use crate::auth::{Allow, Answer, Page, Role, RouteSpec, User, get};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{self, Office};
use crate::register::{Rated, RatingStandard, named_client, rating_standard_on};
use crate::state::{self, Site};
use crate::ui::form::button_link;
use crate::ui::pill::{Tone, tag};
use crate::ui::table::{Cell, Column, Row, Table};
use crate::ui::{address, filter, notice};
use crate::values::rate::ratio_percent;
use crate::values::{BookId, Fen, Lang, RegionId, Unit, words};

const PATH: &str = "/ratings";
const READERS: Allow = Allow::Roles(&[Role::Clerk, Role::Reviewer, Role::CityReader, Role::Administrator]);
/// How long before its day a review is listed.
const AHEAD_DAYS: i64 = 60;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![get(PATH, READERS, show)]
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Query {
    book: String,
}

/// A village or a town.
struct Rateable {
    id: RegionId,
    name: String,
    figures: Figures,
    meets: bool,
    rating: Option<Designation>,
}

/// A rating to be looked at again.
struct Due {
    rating: Designation,
    name: String,
    by: NaiveDate,
}

struct View {
    book: BookId,
    name: String,
    /// The counties one may choose from: id and name.
    counties: Vec<(String, String)>,
    villages: Vec<Rateable>,
    towns: Vec<Rateable>,
    standards: [RatingStandard; 2],
    due: Vec<Due>,
    today: NaiveDate,
}

async fn show(page: Page, site: Site, query: web::Query<Query>) -> Answer {
    let (user, today) = (page.user.clone(), page.actor().today);
    let view = state::read(&site, move |conn, office| {
        load(conn, office, &user, &query.book, today)
    })
    .await?;
    let title = page.t("信用评定", "Credit ratings");
    Ok(page.desk_below_home(title, markup(&page, &view)))
}

fn load(
    conn: &mut Conn,
    office: &Office<'_>,
    user: &User,
    asked: &str,
    today: NaiveDate,
) -> Result<View, Error> {
    let (regions, lang) = (office.regions, user.lang);
    let root = regions.root().ok_or(Error::NotFound)?;
    let counties: Vec<RegionId> = match user.book {
        Some(book) => vec![RegionId(book.0)],
        None => regions.children(root, today),
    };
    let wanted = asked.parse().map(RegionId).ok();
    let county = match wanted {
        Some(county) if counties.contains(&county) => county,
        Some(_) => return Err(Error::NotFound),
        None => *counties.first().ok_or(Error::NotFound)?,
    };
    let book = ledger::find_book(conn, BookId(county.0))?.id;
    let facts = RatingFacts::load(conn, office, book, today)?;
    let standards = [
        rating_standard_on(conn, Rated::Village, today)?,
        rating_standard_on(conn, Rated::Town, today)?,
    ];
    let units = |rated: Rated, standard: &RatingStandard| {
        let figures = match rated {
            Rated::Town => &facts.towns,
            Rated::Household | Rated::Village => &facts.villages,
        };
        let unit = |(id, figures): (&RegionId, &Figures)| Rateable {
            id: *id,
            name: regions.path_name_in(*id, today, lang),
            figures: *figures,
            meets: standard.enough(figures.rated, figures.of)
                && standard.sound(Fen(figures.nonperforming), Fen(figures.balance)),
            rating: facts.of_unit(rated, *id).cloned(),
        };
        let mut units: Vec<Rateable> = figures.iter().map(unit).collect();
        units.retain(|unit| unit.figures.rated > 0 || unit.rating.is_some());
        // What may be proposed first.
        units.sort_by_key(|unit| {
            (
                unit.rating.is_some(),
                !unit.meets,
                regions.sort_key(unit.id, today),
            )
        });
        units
    };
    let (villages, towns) = (
        units(Rated::Village, &standards[0]),
        units(Rated::Town, &standards[1]),
    );
    Ok(View {
        book,
        name: regions.name_in(county, today, lang),
        counties: counties
            .iter()
            .map(|id| (id.to_string(), regions.name_in(*id, today, lang)))
            .collect(),
        due: due(conn, office, user, &facts)?,
        villages,
        towns,
        standards,
        today,
    })
}

fn due(conn: &mut Conn, office: &Office<'_>, user: &User, facts: &RatingFacts) -> Result<Vec<Due>, Error> {
    let today = facts.as_of;
    let soon = today
        .checked_add_signed(chrono::TimeDelta::days(AHEAD_DAYS))
        .unwrap_or(today);
    let mut found = Vec::new();
    for rating in &facts.standing {
        let (Some(rated), Some(seen)) = (Rated::parse(&rating.kind), rating.last_seen()) else {
            continue;
        };
        let review = rating_standard_on(conn, rated, seen)?.due(seen);
        let by = rating.valid_to.map_or(review, |until| until.min(review));
        if by > soon {
            continue;
        }
        let place = office.regions.path_name_in(rating.region_id, today, user.lang);
        let name = match &rating.client_id {
            Some(id) => {
                let client = named_client(conn, office.vault, rating.book_id, id)?;
                // The city reads no names.
                let shown = match user.book {
                    Some(_) => client.identity.name,
                    None => crate::values::person::mask_name(&client.identity.name),
                };
                format!("{shown} · {place}")
            }
            None => place,
        };
        found.push(Due {
            rating: rating.clone(),
            name,
            by,
        });
    }
    found.sort_by(|a, b| (a.by, &a.name).cmp(&(b.by, &b.name)));
    Ok(found)
}

fn markup(page: &Page, view: &View) -> Markup {
    let lang = page.lang;
    let counties: Vec<(&str, &str)> = view
        .counties
        .iter()
        .map(|(id, name)| (name.as_str(), id.as_str()))
        .collect();
    let own = view.book.to_string();
    html! {
        h1 { (view.name) " " (lang.t("信用评定", "credit ratings")) }
        @if counties.len() > 1 {
            div.toolbar { (filter::switch(words::COUNTY.get(lang), PATH, "book", &counties, &own)) }
        }
        p.lead { (lang.t(
            "占比按台账现算。信用村：信用户 ÷ 本村登记的农户（不是统计局的农户数）；信用镇：信用村 ÷ 行政村；不良率：不良贷款余额 ÷ 贷款余额。",
            "Shares are reckoned from the ledger as it stands. A village: rated households ÷ households registered here (not the statistical office's number); a town: rated villages ÷ administrative villages; non-performing loans ÷ loan balance.",
        )) }
        @if matches!(page.user.role, Role::Reviewer | Role::Administrator) {
            p { a href="/register/rating-standards" { (lang.t("评定标准", "Rating standards")) } }
        }
        (units(page, view, Rated::Village))
        (units(page, view, Rated::Town))
        (reviews(page, view))
    }
}

fn status(unit: &Rateable, lang: Lang) -> Markup {
    match (&unit.rating, unit.meets) {
        (Some(rating), _) => html! {
            (tag(Tone::Good, lang.t("已评定", "Rated")))
            @if let Some(until) = rating.valid_to { " " (lang.t("至 ", "until ")) (until) }
        },
        (None, true) => tag(Tone::Waiting, lang.t("达标，可提请评定", "Meets the standard")),
        (None, false) => tag(Tone::Neutral, lang.t("未达标", "Below the standard")),
    }
}

fn units(page: &Page, view: &View, rated: Rated) -> Markup {
    let lang = page.lang;
    let (units, standard) = match rated {
        Rated::Town => (&view.towns, &view.standards[1]),
        Rated::Household | Rated::Village => (&view.villages, &view.standards[0]),
    };
    let (part, whole) = match rated {
        Rated::Town => (lang.t("信用村", "Rated villages"), lang.t("行政村", "Villages")),
        Rated::Household | Rated::Village => (
            lang.t("信用户", "Rated households"),
            lang.t("登记农户", "Registered households"),
        ),
    };
    let npl = standard.npl.map_or_else(
        || lang.t("不设上限", "without a limit").to_owned(),
        |npl| format!("< {}", npl.show()),
    );
    let asked = match lang {
        Lang::Zh => format!("现行标准：占比 ≥ {}，不良率 {npl}。", standard.share.show()),
        Lang::En => format!(
            "Standard in force: share ≥ {}, non-performing {npl}.",
            standard.share.show()
        ),
    };
    let columns = vec![
        Column::text(lang.t("单位", "Unit")),
        Column::number(part, ""),
        Column::number(whole, ""),
        Column::number(lang.t("占比", "Share"), "%"),
        Column::number(lang.t("不良余额", "Non-performing"), lang.t("元", "yuan")),
        Column::number(lang.t("贷款余额", "Loan balance"), lang.t("元", "yuan")),
        Column::number(lang.t("不良率", "Rate"), "%"),
        Column::text(words::STATUS.get(lang)),
    ];
    let percent = |part: i64, whole: i64| {
        ratio_percent(part, whole).map_or_else(Cell::none, |percent| Cell::num(percent.to_string()))
    };
    let row = |unit: &Rateable| {
        let figures = &unit.figures;
        let propose = format!(
            "{}?what={}&village={}",
            Work::Designation.form(),
            address::encode(rated.code()),
            unit.id
        );
        let status = html! {
            (status(unit, lang))
            @if unit.rating.is_none() && unit.meets && page.user.role == Role::Clerk {
                " " (button_link(&propose, lang.t("提请评定", "Propose")))
            }
        };
        Row::new(vec![
            Cell::text(&unit.name),
            Cell::count(figures.rated),
            Cell::count(figures.of),
            percent(figures.rated, figures.of),
            Cell::money(Fen(figures.nonperforming), Unit::Yuan),
            Cell::money(Fen(figures.balance), Unit::Yuan),
            percent(figures.nonperforming, figures.balance),
            Cell::text(status),
        ])
    };
    let name = rated.name().get(lang);
    html! {
        h2 { (name) }
        p.hint { (asked) }
        @if units.is_empty() {
            (notice::empty(match rated {
                Rated::Town => lang.t("还没有镇里有信用村。", "No town has a rated village yet."),
                Rated::Household | Rated::Village => lang.t("还没有村里有信用户。", "No village has a rated household yet."),
            }, None))
        } @else {
            (Table::new(if rated == Rated::Town { "towns" } else { "villages" }, name, columns)
                .rows(units.iter().map(row)).markup(lang))
        }
    }
}

fn reviews(page: &Page, view: &View) -> Markup {
    let lang = page.lang;
    let columns = vec![
        Column::text(words::DESIGNATION.get(lang)),
        Column::text(lang.t("对象", "Of")),
        Column::text(lang.t("评定或上次复审", "Rated or last reviewed")),
        Column::text(lang.t("有效期止", "Valid until")),
        Column::text(lang.t("复审不晚于", "Review by")),
    ];
    let day = |day: Option<NaiveDate>| day.map_or_else(Cell::none, |day| Cell::when(&day.to_string()));
    let row = |due: &Due| {
        let rating = &due.rating;
        let review = format!(
            "{}?book={}&rating={}",
            Work::RatingReview.form(),
            rating.book_id,
            rating.id
        );
        let by = html! {
            time { (due.by) }
            @if due.by < view.today { " " (tag(Tone::Wrong, lang.t("已过期限", "Overdue"))) }
            @if page.user.role == Role::Clerk { " " (button_link(&review, lang.t("复审", "Review"))) }
        };
        let name = Rated::parse(&rating.kind).map_or("—", |rated| rated.name().get(lang));
        Row::new(vec![
            Cell::text(name),
            Cell::text(&due.name),
            day(rating.last_seen()),
            day(rating.valid_to),
            Cell::text(by),
        ])
    };
    let title = lang.t("待年度复审", "Due for the yearly review");
    html! {
        h2 { (title) }
        @if view.due.is_empty() {
            p { (lang.t("60天内没有要复审的评定。", "Nothing is due within 60 days.")) }
        } @else {
            (Table::new("due", title, columns).rows(view.due.iter().map(row)).markup(lang))
        }
    }
}
