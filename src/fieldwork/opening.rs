//! Recording a service point (服务点) that opens in a village.

use actix_web::web;
use maud::html;

use super::details::{ServicePointDetail, Work};
use super::handlers::{Ask, Head, Opened, field, fresh, head, line, returned, submission};
use super::store::{self, ServicePoint};
use super::views;
use crate::auth::{Answer, FormData, Page, Posted, User};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{Actor, NewLine, Office};
use crate::recording::{self, FormIds, Prepared, Reader};
use crate::state::{self, Site};
use crate::values::{Lang, Say};

/// What the form shows around its fields.
pub(super) struct OpeningView {
    pub head: Head,
    /// The institution's points that are open in the village.
    pub points: Vec<ServicePoint>,
}

pub(super) async fn open(page: Page, site: Site, query: web::Query<Ask>) -> Answer {
    let (ask, actor, user, clock) = (
        query.into_inner(),
        page.actor(),
        page.user.clone(),
        site.clock.clone(),
    );
    let opened = state::read(&site, move |conn, _| {
        if ask.voucher.is_empty() {
            return Ok(Opened::Form(fresh(&clock, &actor, &ask, Vec::new())));
        }
        returned(conn, &user, &clock, &ask, Work::ServicePoint, |lines| {
            let first = lines.first().ok_or(Error::NotFound)?;
            let point: ServicePointDetail = first.detail()?;
            Ok(vec![field("brand", point.brand), field("name", point.name)])
        })
    })
    .await?;
    match opened {
        Opened::Form(form) => show(&page, &site, &form, &[]).await,
        Opened::Several(book, id, lines) => Ok(views::several(&page, book, &id, lines)),
    }
}

async fn show(page: &Page, site: &Site, form: &FormData, problems: &[(String, Say)]) -> Answer {
    let (user, actor, wanted) = (page.user.clone(), page.actor(), form.clone());
    let view = state::read(site, move |conn, office| {
        view(conn, office, &user, &actor, &wanted)
    })
    .await?;
    Ok(views::service_point(page, &view, form, problems))
}

fn view(
    conn: &mut Conn,
    office: &Office<'_>,
    user: &User,
    actor: &Actor,
    form: &FormData,
) -> Result<OpeningView, Error> {
    let head = head(conn, office, user, actor, form)?;
    let mut points = store::service_points_in(conn, head.place.book, &[head.place.village])?;
    points.retain(|point| point.institution_id == head.place.institution && point.closed_on.is_none());
    Ok(OpeningView { head, points })
}

pub(super) async fn take(page: Page, site: Site, posted: Posted) -> Answer {
    let (user, actor, lang, form) = (page.user.clone(), page.actor(), page.lang, posted.0);
    let wanted = form.clone();
    let prepared = state::read(&site, move |conn, office| {
        let head = head(conn, office, &user, &actor, &wanted)?;
        prepare(&head, &wanted, lang)
    })
    .await;
    let action = Work::ServicePoint.form();
    recording::step(&page, &site, action, &form, prepared, async |form, problems| {
        show(&page, &site, form, problems).await
    })
    .await
}

/// Reads the form into a submission and its answers in words.
fn prepare(head: &Head, form: &FormData, lang: Lang) -> Result<Prepared, Error> {
    let ids = FormIds::read(form)?;
    let mut read = Reader::new(form);
    let business_date = read.day("business_date");
    let point = ServicePointDetail {
        brand: read.required(
            "brand",
            Say::new(
                "请写明服务点品牌，如裕农通。",
                "Give the brand of the service point.",
            ),
        ),
        name: read.required(
            "name",
            Say::new("请写明服务点名称。", "Give the name of the service point."),
        ),
    };
    read.finish()?;
    let answers = vec![
        (lang.t("村", "Village").to_owned(), html! { (head.place.path) }),
        (lang.t("品牌", "Brand").to_owned(), html! { (point.brand) }),
        (lang.t("名称", "Name").to_owned(), html! { (point.name) }),
        (
            lang.t("开办日期", "Opened on").to_owned(),
            html! { (business_date) },
        ),
    ];
    let line = NewLine {
        contract: Some(ids.contract.clone()),
        ..line(&head.place, serde_json::to_value(&point)?)
    };
    Ok(Prepared {
        submission: submission(&head.place, ids, Work::ServicePoint, business_date, vec![line]),
        title: views::title(Work::ServicePoint, lang).to_owned(),
        answers,
    })
}
