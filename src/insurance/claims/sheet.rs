//! Many claims in one grid: filed, surveyed and assessed at once, shown, approved or paid, one
//! voucher with a line for each insured, decided on as one.

use actix_web::HttpResponse;
use serde::Deserialize;

use super::commands::{Stage, claims_of};
use super::detail::{ClaimDetail, Report};
use super::list::scope;
use super::rows::{self, SheetRow};
use super::step::{events_in, read_event, read_note};
use super::{sheet_view, views};
use crate::auth::{FormData, Page};
use crate::db::Conn;
use crate::error::{Error, Issue};
use crate::insurance::commands::{PAYOUT_KIND, PayoutDetail};
use crate::insurance::handlers::insurer_place;
use crate::ledger::{Basis, NewLine, Office};
use crate::recording::{
    self, Asker, Fields, Form, FormIds, Opened, Place, Prepared, Reader, Returned, amount_answer, field,
    returned_because,
};
use crate::register::Disaster;
use crate::values::day::parse_day;
use crate::values::text::narrow;
use crate::values::{ContractId, Fen, RegionId, Say, Unit};

/// The form's address.
pub(in crate::insurance) const FORM: &str = "/field/claims/sheet";

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Ask {
    /// A step's code, or the payout's.
    #[serde(default)]
    kind: String,
    /// The town or village.
    #[serde(default)]
    area: String,
    #[serde(default)]
    event: String,
    /// A returned voucher to correct.
    #[serde(default)]
    book: i64,
    #[serde(default)]
    voucher: String,
}

/// What a sheet does with its claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Work {
    /// Files, surveys and assesses.
    Assess,
    Notice,
    Approve,
    Pay,
}

impl Work {
    pub(super) const EVERY: [Work; 4] = [Work::Assess, Work::Notice, Work::Approve, Work::Pay];

    /// The kind of voucher it makes.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Work::Assess => Stage::Assess.code(),
            Work::Notice => Stage::Notice.code(),
            Work::Approve => Stage::Approve.code(),
            Work::Pay => PAYOUT_KIND,
        }
    }

    fn parse(code: &str) -> Option<Work> {
        Work::EVERY.into_iter().find(|work| work.code() == code)
    }
}

/// The grid, and what the form shows around it.
pub(super) struct SheetView {
    pub work: Work,
    pub place: Place,
    pub rows: Vec<SheetRow>,
    pub events: Vec<Disaster>,
    /// The form with what was pasted in its rows.
    pub filled: FormData,
    /// What was pasted and does not fit, row by row.
    pub unfit: Vec<Issue>,
    /// Why it came back, when it is a correction.
    pub returned: Option<String>,
}

/// Many claims, one step.
pub(super) struct SheetForm;

impl Form for SheetForm {
    const ADDRESS: &'static str = FORM;
    type Ask = Ask;
    type View = SheetView;

    fn open(conn: &mut Conn, office: &Office<'_>, asker: &Asker, ask: Ask) -> Result<Opened, Error> {
        if !ask.voucher.is_empty() {
            let back = Returned::asked(conn, asker, ask.book, &ask.voucher)?;
            let fields = returned_fields(office, asker, &back)?;
            return Ok(Opened::Form(back.form(asker, None, fields)));
        }
        let work = Work::parse(&ask.kind).ok_or(Error::NotFound)?;
        let today = asker.actor.today;
        let mut fields = vec![
            field("kind", work.code()),
            field("area", &ask.area),
            field("event", &ask.event),
            field("business_date", today),
            field("shown_from", today),
            field("shown_to", today + chrono::Days::new(2)),
        ];
        let area = ask.area.parse().map(RegionId).map_err(|_| Error::NotFound)?;
        let events = events_in(conn, office, (area, asker))?;
        let event = events.iter().find(|event| event.id.to_string() == ask.event);
        let loss = event.map_or(today, |event| event.started_on);
        fields.extend([
            field("loss_date", loss),
            field("reported_on", today),
            field("surveyed_on", today),
            field("cause", event.map_or("", |event| event.name.as_str())),
        ]);
        let form = recording::opened(&asker.clock, fields);
        if work == Work::Assess {
            return Ok(Opened::Form(form));
        }
        let view = view(conn, office, asker, &form)?;
        let filled = |form: FormData, row: &SheetRow| form.with(&row.amount_field(), &row.before.yuan());
        Ok(Opened::Form(view.rows.iter().fold(form, filled)))
    }

    fn view(
        conn: &mut Conn,
        office: &Office<'_>,
        asker: &Asker,
        form: &FormData,
    ) -> Result<SheetView, Error> {
        view(conn, office, asker, form)
    }

    fn prepare(view: &SheetView, form: &FormData, asker: &Asker) -> Result<Prepared, Error> {
        prepare(view, form, asker)
    }

    fn page(
        page: &Page,
        view: &SheetView,
        _: &FormData,
        problems: &[(String, Say)],
    ) -> Result<HttpResponse, Error> {
        let unfit = view
            .unfit
            .iter()
            .map(|issue| ("paste".to_owned(), issue.say.clone()));
        let known = |say: &Say| problems.iter().any(|(_, known)| known == say);
        let mut all = problems.to_vec();
        all.extend(unfit.filter(|(_, say)| !known(say)));
        Ok(sheet_view::sheet(page, view, &all))
    }
}

/// The fields of a sheet that came back, as it was sent. Its area is the least that holds all its
/// lines: their village, or the town of the first.
fn returned_fields(office: &Office<'_>, asker: &Asker, back: &Returned) -> Result<Fields, Error> {
    let (voucher, lines, first) = (&back.voucher, &back.lines, back.first()?);
    let one_village = lines.iter().all(|line| line.region == first.region);
    let town = office
        .regions
        .ancestor(first.region, crate::values::Level::Town, asker.actor.today);
    let area = if one_village {
        first.region
    } else {
        town.unwrap_or(first.region)
    };
    let mut fields = vec![
        field("kind", &voucher.kind),
        field("area", area),
        field("business_date", voucher.business_date),
    ];
    for (line, at) in lines.iter().zip(0..) {
        let policy = line.contract.as_ref().ok_or(Error::NotFound)?;
        let (part, number, quantity, new) = if voucher.kind == PAYOUT_KIND {
            let detail: PayoutDetail = line.detail()?;
            (detail.part, detail.claim, String::new(), false)
        } else {
            let detail: ClaimDetail = line.detail()?;
            if at == 0 {
                fields.extend(shared_fields(&detail));
            }
            (
                detail.part,
                detail.claim,
                detail.quantity,
                detail.report.is_some(),
            )
        };
        let known = (!new).then_some(number.as_str());
        let key = rows::field_key(policy, part, known);
        fields.push(field(&format!("amount_{key}"), line.amount.yuan()));
        fields.push(field(&format!("quantity_{key}"), quantity));
    }
    Ok(fields)
}

/// What the lines of a sheet have in common, from its first.
fn shared_fields(detail: &ClaimDetail) -> Fields {
    let mut fields = vec![field("note", &detail.note)];
    if let Some(report) = &detail.report {
        fields.extend([
            field("claim", &detail.claim),
            field("loss_date", report.loss_date),
            field("cause", &report.cause),
            field(
                "event",
                report.event.map_or_else(String::new, |event| event.to_string()),
            ),
            field("reported_on", report.reported_on),
            field(
                "surveyed_on",
                report.surveyed_on.map_or_else(String::new, |day| day.to_string()),
            ),
        ]);
    }
    if let Some((from, to)) = detail.shown {
        fields.extend([field("shown_from", from), field("shown_to", to)]);
    }
    fields
}

fn view(conn: &mut Conn, office: &Office<'_>, asker: &Asker, form: &FormData) -> Result<SheetView, Error> {
    let ids = FormIds::read(form)?;
    let work = Work::parse(form.get("kind")).ok_or(Error::NotFound)?;
    let area = form
        .get("area")
        .parse()
        .map(RegionId)
        .map_err(|_| Error::NotFound)?;
    let today = asker.actor.today;
    let scope = scope(conn, office, (&asker.user, today))?;
    let villages = scope.within(office, area, today);
    let first = villages.first().copied().ok_or(Error::NotFound)?;
    let mut place = insurer_place(conn, office, &asker.user, first, today)?;
    place.path = office.regions.path_name_in(area, today, asker.lang);
    place.name = office.regions.name_in(area, today, asker.lang);
    let insured = super::store::insured_in(conn, scope.book, &villages, scope.insurer)?;
    let policies: Vec<ContractId> = {
        let mut ids: Vec<ContractId> = insured.iter().map(|(policy, _)| policy.id.clone()).collect();
        ids.dedup();
        ids
    };
    let claims = claims_of(conn, scope.book, &policies, &ids.voucher, Basis::WithPending)?;
    let events = events_in(conn, office, (area, asker))?;
    let wanted = rows::Wanted {
        work,
        loss: parse_day(form.get("loss_date")).unwrap_or(today),
        event: events
            .iter()
            .map(|event| event.id)
            .find(|id| id.to_string() == form.get("event")),
    };
    let found = rows::chosen(insured, &claims, &wanted);
    let rows = rows::named(conn, office, scope.book, found, (today, asker.lang))?;
    let (filled, unfit) = rows::paste(form, &rows, work);
    Ok(SheetView {
        work,
        place,
        rows,
        events,
        filled,
        unfit,
        returned: returned_because(conn, &asker.user, scope.book, &ids)?,
    })
}

/// What every line of the sheet says alike.
struct Shared {
    claim: String,
    report: Option<Report>,
    shown: Option<(chrono::NaiveDate, chrono::NaiveDate)>,
    note: String,
}

fn read_shared(read: &mut Reader<'_>, view: &SheetView, files: bool) -> Shared {
    let mut shared = Shared {
        claim: String::new(),
        report: None,
        shown: (view.work == Work::Notice).then(|| (read.day("shown_from"), read.day("shown_to"))),
        note: read_note(read),
    };
    if files {
        let missing = Say::new("请填写报案号。", "Enter the claim number.");
        shared.claim = narrow(&read.required("claim", missing));
        shared.report = Some(Report {
            loss_date: read.day("loss_date"),
            cause: read.required("cause", Say::new("请填写出险原因。", "Enter the cause of loss.")),
            event: read_event(read, &view.events),
            households: 0,
            reported_on: read.day("reported_on"),
            surveyed_on: Some(read.day("surveyed_on")),
        });
    }
    shared
}

/// Reads the grid into a submission and its answers in words.
fn prepare(view: &SheetView, form: &FormData, asker: &Asker) -> Result<Prepared, Error> {
    let ids = FormIds::read(form)?;
    let filled = &view.filled;
    let mut read = Reader::new(filled);
    view.unfit.iter().cloned().for_each(|issue| read.add(issue));
    let business_date = read.day("business_date");
    let taken: Vec<(&SheetRow, usize)> = view
        .rows
        .iter()
        .zip(1..)
        .filter(|(row, _)| !filled.get(&row.amount_field()).trim().is_empty())
        .collect();
    if taken.is_empty() {
        let say = Say::new("至少要有一行有金额。", "Give at least one row an amount.");
        read.add(Issue::refuse("sheet.empty", "rows", say));
    }
    let files = view.work == Work::Assess && taken.iter().any(|(row, _)| row.claim.is_none());
    let shared = read_shared(&mut read, view, files);
    let mut lines = Vec::with_capacity(taken.len());
    for (row, n) in &taken {
        let amount = Fen::parse(filled.get(&row.amount_field()), Unit::Yuan).unwrap_or_else(|error| {
            let field = format!("rows-{n}");
            read.add(Issue::refuse(error.code(), &field, error.say()).on_line(*n));
            Fen::ZERO
        });
        lines.push(line(view, row, &shared, amount)?);
    }
    read.finish()?;
    let total = Fen::sum(lines.iter().map(|line| line.amount))?;
    let lang = asker.lang;
    let answer = |label: &str, value: maud::Markup| (label.to_owned(), value);
    let answers = vec![
        answer(lang.t("范围", "Area"), maud::html! { (view.place.path) }),
        answer(lang.t("行数", "Rows"), maud::html! { (lines.len()) }),
        answer(lang.t("合计", "Total"), amount_answer(lang, total)),
        answer(
            lang.t("业务日期", "Business date"),
            maud::html! { (business_date) },
        ),
    ];
    Ok(Prepared {
        title: views::work_title(view.work, lang).to_owned(),
        answers,
        submission: view.place.submission(ids, view.work.code(), business_date, lines),
    })
}

fn line(view: &SheetView, row: &SheetRow, shared: &Shared, amount: Fen) -> Result<NewLine, Error> {
    let (policy, part) = &row.insured;
    let known = row.claim.as_ref();
    let detail = match (view.work, known) {
        (Work::Pay, Some(claim)) => serde_json::to_value(PayoutDetail {
            claim: claim.number.clone(),
            loss_date: claim.loss_date,
            cause: claim.cause.clone(),
            part: part.n,
            households: claim.households,
            counted: true,
        })?,
        (Work::Pay, None) => return Err(Error::NotFound),
        (_, known) => serde_json::to_value(ClaimDetail {
            claim: known.map_or(&shared.claim, |claim| &claim.number).clone(),
            part: part.n,
            report: shared
                .report
                .clone()
                .filter(|_| known.is_none())
                .map(|report| Report {
                    households: part.households,
                    ..report
                }),
            quantity: narrow(view.filled.get(&row.quantity_field())).replace(',', ""),
            shown: shared.shown,
            note: shared.note.clone(),
        })?,
    };
    let specialist = view.place.specialist;
    Ok(NewLine {
        region: part.region_id,
        client: part.client_id.clone(),
        product: policy.product_id,
        institution: view.place.institution,
        specialist,
        contract: Some(policy.id.clone()),
        amount,
        detail,
    })
}
