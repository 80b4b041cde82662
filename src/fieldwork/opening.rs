//! Recording a service point (服务点) that opens in a village.

use actix_web::HttpResponse;
use maud::html;

use super::details::{ServicePointDetail, Work};
use super::handlers::{Ask, Head, fresh, head, line, returned, submission};
use super::store::{self, ServicePoint};
use super::views;
use crate::auth::{FormData, Page};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{NewLine, Office};
use crate::recording::{Asker, Form, FormIds, Opened, Prepared, Reader, field};
use crate::values::{Lang, Say};

/// What the form shows around its fields.
pub(super) struct OpeningView {
    pub head: Head,
    /// The institution's points that are open in the village.
    pub points: Vec<ServicePoint>,
}

/// A service point that opens.
pub(super) struct PointOpening;

impl Form for PointOpening {
    const ADDRESS: &'static str = Work::ServicePoint.form();
    type Ask = Ask;
    type View = OpeningView;

    fn open(conn: &mut Conn, _: &Office<'_>, asker: &Asker, ask: Ask) -> Result<Opened, Error> {
        if ask.voucher.is_empty() {
            return Ok(fresh(asker, &ask));
        }
        returned(conn, asker, &ask, Work::ServicePoint, |lines| {
            let first = lines.first().ok_or(Error::NotFound)?;
            let point: ServicePointDetail = first.detail()?;
            Ok(vec![field("brand", point.brand), field("name", point.name)])
        })
    }

    fn view(
        conn: &mut Conn,
        office: &Office<'_>,
        asker: &Asker,
        form: &FormData,
    ) -> Result<OpeningView, Error> {
        view(conn, office, asker, form)
    }

    fn prepare(view: &OpeningView, form: &FormData, asker: &Asker) -> Result<Prepared, Error> {
        prepare(&view.head, form, asker.lang)
    }

    fn page(
        page: &Page,
        view: &OpeningView,
        form: &FormData,
        problems: &[(String, Say)],
    ) -> Result<HttpResponse, Error> {
        Ok(views::service_point(page, view, form, problems))
    }
}

fn view(conn: &mut Conn, office: &Office<'_>, asker: &Asker, form: &FormData) -> Result<OpeningView, Error> {
    let head = head(conn, office, asker, form)?;
    let mut points = store::service_points_in(conn, head.place.book, &[head.place.village])?;
    points.retain(|point| point.institution_id == head.place.institution && point.closed_on.is_none());
    Ok(OpeningView { head, points })
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
