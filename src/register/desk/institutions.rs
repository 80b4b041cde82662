//! Banks and insurers: list and form.

use actix_web::{HttpResponse, web};
use maud::{Markup, html};

use super::super::commands::{NewInstitution, check_code, check_label, record_institution};
use super::super::institution::{Institution, InstitutionKind, institutions};
use super::{Done, KEEPERS, READERS, Reader, form_look, keeps, look, settle};
use crate::auth::{Answer, FormData, Page, Posted, RouteSpec, add_to_register, get, post};
use crate::error::{Error, Issue};
use crate::state::{self, Site};
use crate::ui::form::{self, Button, Choice, Size};
use crate::ui::name::name;
use crate::ui::notice;
use crate::ui::table::{Cell, Column, Row, Table};
use crate::values::{Lang, Say, Text, english};

const HOME: &str = "/register/institutions";
const TITLE: Text = Text::new("机构", "Institutions");
const NEW: Text = Text::new("新增机构", "Add an institution");

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/register/institutions", READERS, index),
        get("/register/institutions/new", KEEPERS, new),
        post("/register/institutions", KEEPERS, create),
    ]
}

async fn index(page: Page, site: Site, query: web::Query<Done>) -> Answer {
    let rows = state::read(&site, |conn, _| institutions(conn)).await?;
    Ok(page.show(look(&page, TITLE, &[], &query.done), list(&page, &rows)))
}

async fn new(page: Page) -> HttpResponse {
    show_form(&page, &FormData::default(), &[])
}

fn show_form(page: &Page, form: &FormData, problems: &[(String, Say)]) -> HttpResponse {
    page.show(
        form_look(page, NEW, (TITLE, HOME), problems),
        form_page(page, form, problems),
    )
}

async fn create(page: Page, site: Site, posted: Posted) -> Answer {
    let form = posted.0;
    let result = add_to_register(&page, &site, read(&form), record_institution).await;
    settle(result.map(|_| format!("{HOME}?done=institution")), |problems| {
        show_form(&page, &form, problems)
    })
}

fn read(form: &FormData) -> Result<NewInstitution, Error> {
    let mut reader = Reader::new(form);
    let code = reader.take(check_code(form.get("code")));
    let name = reader.take(check_label("name", form.get("name")));
    let short_name = reader.take(check_label("short_name", form.get("short_name")));
    let missing = || {
        Issue::refuse(
            "field.not_chosen",
            "kind",
            Say::new("请选择类别。", "Choose what it is."),
        )
    };
    let kind = reader.take(InstitutionKind::parse(form.get("kind")).ok_or_else(missing));
    match (code, name, short_name, kind) {
        (Some(code), Some(name), Some(short_name), Some(kind)) => Ok(NewInstitution {
            code,
            name,
            short_name,
            kind,
        }),
        _ => Err(reader.refusal()),
    }
}

fn list(page: &Page, rows: &[Institution]) -> Markup {
    let lang = page.lang;
    let columns = vec![
        Column::text(lang.t("代码", "Code")),
        Column::text(lang.t("名称", "Name")),
        Column::text(lang.t("简称", "Short name")),
        Column::text(lang.t("类别", "Kind")),
    ];
    let row = |row: &Institution| {
        Row::new(vec![
            Cell::text(&row.code),
            Cell::text(name(lang, &row.name, &english::institution(&row.name))),
            Cell::text(name(
                lang,
                &row.short_name,
                &english::institution(&row.short_name),
            )),
            Cell::text(kind_name(row, lang)),
        ])
    };
    html! {
        h1 { (TITLE.get(lang)) }
        @if keeps(page) { p { (form::button_link(&format!("{HOME}/new"), NEW.get(lang))) } }
        @if rows.is_empty() {
            (notice::empty(lang.t("还没有登记机构。", "There are no institutions yet."), None))
        } @else {
            (Table::new("institutions", lang.t("银行和保险公司", "Banks and insurers"), columns)
                .rows(rows.iter().map(row)).markup(lang))
        }
    }
}

fn kind_name(row: &Institution, lang: Lang) -> &str {
    InstitutionKind::parse(&row.kind).map_or(row.kind.as_str(), |kind| kind.name().get(lang))
}

fn form_page(page: &Page, form: &FormData, problems: &[(String, Say)]) -> Markup {
    let lang = page.lang;
    let field = |name, label| form.field(lang, name, label, problems);
    let kinds = InstitutionKind::EVERY.map(|kind| Choice::new(kind.code(), kind.name().get(lang)));
    html! {
        h1 { (NEW.get(lang)) }
        (form::error_summary(lang, problems))
        (form::post(HOME, &page.user.csrf, html! {
            (field("code", lang.t("代码", "Code"))
                .hint(lang.t("字母、数字和 - _，全市唯一，以后不能改，例如 JMNS。", "Letters, digits, - and _; unique in the city and final, such as JMNS."))
                .size(Size::Short).text())
            (field("name", lang.t("全称", "Full name")).size(Size::Full).text())
            (field("short_name", lang.t("简称", "Short name"))
                .hint(lang.t("页面和报表里用，例如 江门农商行。", "Used on pages and in reports."))
                .text())
            (field("kind", lang.t("类别", "Kind")).radios(&kinds))
            (form::actions(html! {
                (Button::primary(NEW.get(lang)))
                a href=(HOME) { (lang.t("取消", "Cancel")) }
            }))
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_wrong_is_found_at_once() {
        let form = FormData::default()
            .with("code", "农商")
            .with("name", "江门农商银行");
        let Err(Error::Refused(issues)) = read(&form) else {
            panic!("it should be refused")
        };
        let fields: Vec<&str> = issues.iter().map(|issue| issue.field.as_str()).collect();
        assert_eq!(fields, ["code", "short_name", "kind"]);
        let form = form
            .with("code", "JMNS")
            .with("short_name", "江门农商行")
            .with("kind", "bank");
        assert_eq!(read(&form).map(|new| new.kind).ok(), Some(InstitutionKind::Bank));
    }
}
