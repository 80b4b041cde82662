//! The standards of the ratings: what 信用户, 信用村 and 信用镇 ask for, from which day.

use actix_web::{HttpResponse, web};
use maud::{Markup, html};

use super::super::rating_standard::{
    Rated, RatingStandard, rating_standard_on, rating_standards, record_rating_standard,
};
use super::{Done, KEEPERS, READERS, Reader, form_look, keeps, look, settle};
use crate::auth::{Answer, FormData, Page, Posted, RouteSpec, add_to_register, get, post};
use crate::error::{Error, Issue};
use crate::state::{self, Site};
use crate::ui::form::{self, Button, Choice, Size};
use crate::ui::pill::{Tone, tag};
use crate::ui::table::{Cell, Column, Row, Table};
use crate::values::day::show_day;
use crate::values::rate::Percent;
use crate::values::{Lang, Say, Text};

pub(super) const HOME: &str = "/register/rating-standards";
pub(super) const TITLE: Text = Text::new("评定标准", "Rating standards");
const NEW: Text = Text::new("新增标准", "Add a standard");
/// No rating lasts longer, in months.
const LONGEST: u32 = 120;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get(HOME, READERS, list),
        get("/register/rating-standards/new", KEEPERS, new),
        post(HOME, KEEPERS, create),
    ]
}

async fn list(page: Page, site: Site, query: web::Query<Done>) -> Answer {
    let today = page.actor().today;
    let (rows, current) = state::read(&site, move |conn, _| {
        let mut current = Vec::new();
        for rated in Rated::EVERY {
            current.push(rating_standard_on(conn, rated, today)?);
        }
        Ok((rating_standards(conn)?, current))
    })
    .await?;
    let look = look(&page, TITLE, &[], &query.done);
    Ok(page.show(look, list_page(&page, &rows, &current)))
}

fn list_page(page: &Page, rows: &[RatingStandard], current: &[RatingStandard]) -> Markup {
    let lang = page.lang;
    // What holds by default stands in no row, and is shown all the same.
    let usual = current.iter().filter(|standard| !rows.contains(standard));
    let columns = vec![
        Column::text(lang.t("评定", "Rating")),
        Column::text(lang.t("起", "From")),
        Column::number(lang.t("占比不低于", "Share at least"), "%"),
        Column::number(lang.t("不良率低于", "Non-performing below"), "%"),
        Column::number(lang.t("有效期", "Lasts"), lang.t("个月", "months")),
        Column::number(lang.t("复审间隔", "Reviewed every"), lang.t("个月", "months")),
    ];
    html! {
        h1 { (TITLE.get(lang)) }
        p.lead { (lang.t(
            "信用村看信用户占登记农户的比例和不良率，信用镇看信用村占行政村的比例。改标准就新增一行，以前的评定不变。",
            "A village is rated by the share of rated households among those registered and by its non-performing loans, a town by the share of rated villages. A new standard is a new row; earlier ratings stand.",
        )) }
        @if keeps(page) { p { (form::button_link("/register/rating-standards/new", NEW.get(lang))) } }
        (Table::new("standards", TITLE.get(lang), columns)
            .rows(usual.chain(rows).map(|standard| row(lang, standard, current.contains(standard)))).markup(lang))
    }
}

fn row(lang: Lang, standard: &RatingStandard, in_force: bool) -> Row {
    let from = html! {
        @if standard.valid_from == chrono::NaiveDate::MIN { (lang.t("默认", "By default")) }
        @else { time { (show_day(standard.valid_from)) } }
        @if in_force { " " (tag(Tone::Good, lang.t("现行", "In force"))) }
    };
    let asked = |percent: Option<Percent>| {
        let percent = percent.filter(|percent| !percent.is_zero());
        percent.map_or_else(Cell::none, |percent| Cell::num(percent.to_string()))
    };
    Row::new(vec![
        Cell::text(standard.rated.name().get(lang)),
        Cell::text(from),
        asked(Some(standard.share)),
        asked(standard.npl),
        Cell::num(standard.valid_months),
        Cell::num(standard.review_months),
    ])
}

async fn new(page: Page) -> Answer {
    Ok(show_form(&page, &FormData::default(), &[]))
}

async fn create(page: Page, site: Site, posted: Posted) -> Answer {
    let form = posted.0;
    let result = add_to_register(&page, &site, read(&form), record_rating_standard).await;
    let done = result.map(|()| format!("{HOME}?done=standard"));
    settle(done, |problems| show_form(&page, &form, problems))
}

fn read(form: &FormData) -> Result<RatingStandard, Error> {
    let mut reader = Reader::new(form);
    let choose = Say::new("请选择评定。", "Choose the rating.");
    let rated =
        Rated::parse(form.get("rated")).ok_or_else(|| Issue::refuse("field.not_chosen", "rated", choose));
    let rated = reader.take(rated);
    let valid_from = reader.any_day("valid_from");
    let mut percent = |name: &str| match form.get(name).trim() {
        "" => Some(None),
        text => {
            let read = Percent::parse(text)
                .map_err(|error| Issue::refuse(error.code(), name, error.say()))
                .and_then(|percent| whole_or_less(name, percent));
            reader.take(read).map(Some)
        }
    };
    let (share, npl) = (percent("share"), percent("npl"));
    let mut months = |name: &str| {
        let number = form.get(name).trim().parse().ok();
        let say = Say::new(
            format!("请填 1 到 {LONGEST} 之间的整数。"),
            format!("Enter a whole number from 1 to {LONGEST}."),
        );
        let number = number.filter(|number| (1..=LONGEST).contains(number));
        reader.take(number.ok_or_else(|| Issue::refuse("standard.months", name, say)))
    };
    let (valid_months, review_months) = (months("valid_months"), months("review_months"));
    match (rated, valid_from, share, npl, valid_months, review_months) {
        (Some(rated), Some(valid_from), Some(share), Some(npl), Some(valid_months), Some(review_months)) => {
            Ok(RatingStandard {
                rated,
                valid_from,
                share: share.unwrap_or(Percent::ZERO),
                npl,
                valid_months,
                review_months,
            })
        }
        _ => Err(reader.refusal()),
    }
}

fn whole_or_less(name: &str, percent: Percent) -> Result<Percent, Issue> {
    if percent.is_negative() || percent > Percent::HUNDRED {
        let say = Say::new(
            "请填 0 到 100 之间的百分数。",
            "Enter a percentage from 0 to 100.",
        );
        return Err(Issue::refuse("standard.percent", name, say));
    }
    Ok(percent)
}

fn show_form(page: &Page, form: &FormData, problems: &[(String, Say)]) -> HttpResponse {
    let lang = page.lang;
    let field = |name, label| form.field(lang, name, label, problems).size(Size::Short);
    let choices = Rated::EVERY.map(|rated| Choice::new(rated.code(), rated.name().get(lang)));
    let body = html! {
        h1 { (NEW.get(lang)) }
        (form::error_summary(lang, problems))
        (form::post(HOME, &page.user.csrf, html! {
            (field("rated", lang.t("评定", "Rating")).radios(&choices))
            (field("valid_from", lang.t("起始日", "Valid from")).date())
            (field("share", lang.t("占比不低于", "Share at least"))
                .hint(lang.t("信用村：信用户占登记农户；信用镇：信用村占行政村。", "Of rated households among those registered, or of rated villages among the administrative ones."))
                .optional().suffix("%").decimal())
            (field("npl", lang.t("不良率低于", "Non-performing below")).optional().suffix("%").decimal())
            (field("valid_months", lang.t("有效期", "Lasts")).suffix(lang.t("个月", "months")).digits())
            (field("review_months", lang.t("复审间隔", "Reviewed every")).suffix(lang.t("个月", "months")).digits())
            (form::actions(html! {
                (Button::primary(NEW.get(lang)))
                a href=(HOME) { (lang.t("取消", "Cancel")) }
            }))
        }))
    };
    page.show(form_look(page, NEW, (TITLE, HOME), problems), body)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(form: &FormData) -> Vec<String> {
        match read(form) {
            Ok(_) => Vec::new(),
            Err(error) => error.issues().iter().map(|issue| issue.field.clone()).collect(),
        }
    }

    #[test]
    fn a_standard_reads_or_says_what_is_wrong() {
        let form = FormData::default()
            .with("rated", "信用村")
            .with("valid_from", "2024-01-01")
            .with("share", "75")
            .with("npl", "3.5")
            .with("valid_months", "24")
            .with("review_months", "12");
        let standard = read(&form).unwrap();
        assert_eq!(
            (standard.share.to_string(), standard.valid_months),
            ("75".to_owned(), 24)
        );
        assert_eq!(wrong(&form.clone().with("share", "101")), ["share"]);
        assert_eq!(wrong(&form.with("valid_months", "0")), ["valid_months"]);
        assert_eq!(
            wrong(&FormData::default()),
            ["rated", "valid_from", "valid_months", "review_months"]
        );
    }
}
