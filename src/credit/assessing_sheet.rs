//! Recording 建档, 初评 or 复评: a grid of the village's clients at that step, or of one client; typed, ticked or
//! pasted, sent and approved as one.

use std::collections::HashMap;

use actix_web::HttpResponse;
use maud::{Markup, html};
use serde::Deserialize;

use super::assessing::Step;
use super::files::{self, CreditFile};
use super::pasting::{self, Pasted, Person};
use super::sheet_reading::take_paste;
use super::sheet_view::paste_box;
use crate::auth::{FormData, Page};
use crate::db::Conn;
use crate::error::{Error, Issue};
use crate::ledger::{NewLine, Office};
use crate::recording::{
    self, Asker, Form, FormIds, Heading, Opened, Place, Prepared, Reader, Returned, amount_answer, field,
    fields_form, form_page, place, place_fields, returned_because,
};
use crate::register::{self, Found};
use crate::ui::form;
use crate::ui::notice;
use crate::values::pasted::PasteError;
use crate::values::{ClientId, ContractId, Fen, Lang, ProductId, RegionId, Say, Unit, words};

/// The form's address.
pub(super) const FORM: &str = "/field/credit/assessment";

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Ask {
    #[serde(default)]
    step: String,
    #[serde(default)]
    village: i64,
    /// Only this client.
    #[serde(default)]
    client: String,
    #[serde(default)]
    book: i64,
    /// A returned voucher to correct.
    #[serde(default)]
    voucher: String,
}

/// One client of the grid.
struct Row {
    found: Found,
    file: ContractId,
    /// The amount of the step before.
    before: Fen,
}

/// What the form shows around its fields.
pub(super) struct AssessingView {
    step: Step,
    place: Place,
    rows: Vec<Row>,
    /// Clients of the village who are not on the sheet.
    others: Vec<Found>,
    returned: Option<String>,
}

impl AssessingView {
    fn pasted(&self, form: &FormData) -> Result<Pasted, PasteError> {
        let on_sheet = self
            .rows
            .iter()
            .zip(0..)
            .map(|(row, at)| person(&row.found, Some(at)));
        let people: Vec<Person<'_>> = on_sheet
            .chain(self.others.iter().map(|found| person(found, None)))
            .collect();
        let unit = Unit::parse(form.get("paste_unit")).unwrap_or(Unit::Yuan);
        pasting::read(
            form.get("paste"),
            Some(unit).filter(|_| self.step != Step::Filing),
            &people,
        )
    }
}

fn person(found: &Found, row: Option<usize>) -> Person<'_> {
    Person {
        name: &found.identity.name,
        numbers: found.identity.numbers().collect(),
        row,
    }
}

/// One step of a village or of one client.
pub(super) struct Assessing;

impl Form for Assessing {
    const ADDRESS: &'static str = FORM;
    type Ask = Ask;
    type View = AssessingView;

    fn open(conn: &mut Conn, office: &Office<'_>, asker: &Asker, ask: Ask) -> Result<Opened, Error> {
        if !ask.voucher.is_empty() {
            return reopened(conn, asker, &ask);
        }
        let step = Step::parse(&ask.step).ok_or(Error::NotFound)?;
        let today = asker.actor.today;
        let place = place(conn, office, &asker.user, RegionId(ask.village), today)?;
        let fields = vec![
            field("step_of", step.code()),
            field("village", place.village),
            field("business_date", today),
        ];
        let now = asker.actor.now.and_utc().timestamp_millis();
        let only = ClientId::parse(&ask.client).ok();
        let rows = candidates(conn, office, &place, step, only.as_ref(), now)?;
        let form = recording::opened(&asker.clock, fields);
        let form = rows.iter().zip(1..).fold(form, |form, (row, n)| {
            let picked = step == Step::Filing && only.is_some();
            with_row(
                form,
                n,
                &row.found.client.id,
                &row.file,
                if picked { "yes" } else { "" },
            )
        });
        Ok(Opened::Form(form))
    }

    fn view(
        conn: &mut Conn,
        office: &Office<'_>,
        asker: &Asker,
        form: &FormData,
    ) -> Result<AssessingView, Error> {
        view(conn, office, asker, form)
    }

    fn prepare(view: &AssessingView, form: &FormData, asker: &Asker) -> Result<Prepared, Error> {
        prepare(view, form, asker.lang)
    }

    fn page(
        page: &Page,
        view: &AssessingView,
        form: &FormData,
        problems: &[(String, Say)],
    ) -> Result<HttpResponse, Error> {
        Ok(shown(page, view, form, problems))
    }
}

fn with_row(form: FormData, n: usize, client: &ClientId, file: &ContractId, value: &str) -> FormData {
    form.with(&format!("client_{n}"), client.as_str())
        .with(&format!("contract_{n}"), file.as_str())
        .with(&format!("value_{n}"), value)
}

/// The form of a sheet that came back, as it was sent.
fn reopened(conn: &mut Conn, asker: &Asker, ask: &Ask) -> Result<Opened, Error> {
    let back = Returned::asked(conn, asker, ask.book, &ask.voucher)?;
    let step = Step::parse(&back.voucher.kind).ok_or(Error::NotFound)?;
    let fields = vec![
        field("step_of", step.code()),
        field("village", back.first()?.region),
        field("business_date", back.voucher.business_date),
    ];
    let form = back.form(asker, None, fields);
    let form = back.lines.iter().fold(form, |form, line| {
        let value = match step {
            Step::Filing => "yes".to_owned(),
            Step::First | Step::Second => line.amount.yuan(),
        };
        match (&line.client, &line.contract) {
            (Some(client), Some(file)) => with_row(form, line.n, client, file, &value),
            _ => form,
        }
    });
    Ok(Opened::Form(form))
}

/// The clients at this step: without a file, with one, assessed once and not twice. One client asked for
/// by name may be assessed anew.
fn candidates(
    conn: &mut Conn,
    office: &Office<'_>,
    place: &Place,
    step: Step,
    only: Option<&ClientId>,
    now_ms: i64,
) -> Result<Vec<Row>, Error> {
    let mut found = register::clients_in(conn, office.vault, place.book, &[place.village], "", usize::MAX)?;
    found.retain(|found| only.is_none_or(|only| found.client.id == *only));
    let ids: Vec<ClientId> = found.iter().map(|found| found.client.id.clone()).collect();
    let mut own: HashMap<ClientId, CreditFile> = files::files_of_clients(conn, place.book, &ids)?
        .into_iter()
        .filter(|file| file.institution_id == place.institution)
        .map(|file| (file.client_id.clone(), file))
        .collect();
    let mut rows = Vec::new();
    for found in found {
        let file = own.remove(&found.client.id);
        let row = match (step, file) {
            (Step::Filing, None) => Some((ContractId::new(now_ms), Fen::ZERO)),
            (Step::First, Some(file)) if only.is_some() || file.first_fen.is_zero() => {
                Some((file.id, Fen::ZERO))
            }
            (Step::Second, Some(file)) if only.is_some() || file.second_fen.is_zero() => {
                Some((file.id, file.first_fen)).filter(|(_, first)| first.is_positive())
            }
            _ => None,
        };
        rows.extend(row.map(|(file, before)| Row { found, file, before }));
    }
    Ok(rows)
}

fn view(
    conn: &mut Conn,
    office: &Office<'_>,
    asker: &Asker,
    form: &FormData,
) -> Result<AssessingView, Error> {
    let user = &asker.user;
    let step = Step::parse(form.get("step_of")).ok_or(Error::NotFound)?;
    let place = place(conn, office, user, place_fields(form)?, asker.actor.today)?;
    let ids = FormIds::read(form)?;
    let found = register::clients_in(conn, office.vault, place.book, &[place.village], "", usize::MAX)?;
    let mut found: HashMap<String, Found> = found
        .into_iter()
        .map(|found| (found.client.id.to_string(), found))
        .collect();
    let contracts: Vec<ContractId> = (1..)
        .map(|n| form.get(&format!("contract_{n}")))
        .take_while(|id| !id.is_empty())
        .map(|id| ContractId::parse(id).map_err(|_| Error::NotFound))
        .collect::<Result<_, _>>()?;
    let known = files::load_files(conn, place.book, &contracts)?;
    let mut rows = Vec::with_capacity(contracts.len());
    for (file, n) in contracts.into_iter().zip(1..) {
        let found = found
            .remove(form.get(&format!("client_{n}")))
            .ok_or(Error::NotFound)?;
        let before = match (step, known.get(&file)) {
            (Step::Second, Some(file)) => file.first_fen,
            _ => Fen::ZERO,
        };
        rows.push(Row { found, file, before });
    }
    Ok(AssessingView {
        step,
        returned: returned_because(conn, user, place.book, &ids)?,
        place,
        rows,
        others: found.into_values().collect(),
    })
}

/// What stands in a row: pasted, or typed.
fn value(step: Step, form: &FormData, pasted: &Pasted, at: usize) -> String {
    match (step, pasted.amounts.get(&at)) {
        (Step::Filing, Some(_)) => "yes".to_owned(),
        (_, Some(amount)) => amount.yuan(),
        (_, None) => form.get(&format!("value_{}", at + 1)).trim().to_owned(),
    }
}

/// Reads the form into a submission and its answers in words.
fn prepare(view: &AssessingView, form: &FormData, lang: Lang) -> Result<Prepared, Error> {
    let ids = FormIds::read(form)?;
    let place = &view.place;
    let mut read = Reader::new(form);
    let business_date = read.day("business_date");
    let pasted = take_paste(&mut read, view.pasted(form));
    let mut lines = Vec::new();
    for (row, at) in view.rows.iter().zip(0..) {
        let value = value(view.step, form, &pasted, at);
        if value.is_empty() {
            continue;
        }
        let amount = match view.step {
            Step::Filing => Fen::ZERO,
            Step::First | Step::Second => Fen::parse(&value, Unit::Yuan).unwrap_or_else(|error| {
                let n = at + 1;
                read.add(Issue::refuse(error.code(), &format!("rows-{n}"), error.say()).on_line(n));
                Fen::ZERO
            }),
        };
        lines.push(NewLine {
            region: place.village,
            client: Some(row.found.client.id.clone()),
            product: ProductId(0),
            institution: place.institution,
            specialist: place.specialist,
            contract: Some(row.file.clone()),
            amount,
            detail: serde_json::json!({}),
        });
    }
    if lines.is_empty() {
        let say = Say::new("至少要记一户。", "Record at least one client.");
        read.add(Issue::refuse("sheet.empty", "rows", say));
    }
    read.finish()?;
    let mut answers = vec![
        (lang.t("村", "Village").to_owned(), html! { (place.path) }),
        (lang.t("客户数", "Clients").to_owned(), html! { (lines.len()) }),
    ];
    if view.step != Step::Filing {
        let total = Fen::sum(lines.iter().map(|line| line.amount))?;
        answers.push((words::TOTAL.get(lang).to_owned(), amount_answer(lang, total)));
    }
    answers.push((
        words::BUSINESS_DATE.get(lang).to_owned(),
        html! { (business_date) },
    ));
    let submission = place.submission(ids, view.step.code(), business_date, lines);
    Ok(Prepared {
        submission,
        title: title(view.step, lang).to_owned(),
        answers,
    })
}

const fn title(step: Step, lang: Lang) -> &'static str {
    match step {
        Step::Filing => lang.t("记录建档", "Open files"),
        Step::First => lang.t("记录初评", "Record first assessments"),
        Step::Second => lang.t("记录复评", "Record second assessments"),
    }
}

/// Said where nobody of the village is at this step.
const fn nobody(step: Step, lang: Lang) -> &'static str {
    match step {
        Step::Filing => lang.t(
            "本村登记的客户都已建档。",
            "Every client recorded in this village has a file.",
        ),
        Step::First => lang.t(
            "没有待初评的客户，请先建档。",
            "Nobody waits for a first assessment; open files first.",
        ),
        Step::Second => lang.t("没有待复评的客户。", "Nobody waits for a second assessment."),
    }
}

fn shown(page: &Page, view: &AssessingView, data: &FormData, problems: &[(String, Say)]) -> HttpResponse {
    let lang = page.lang;
    let read = view.pasted(data);
    let unread = read.is_err();
    let pasted = read.unwrap_or_default();
    let body = if view.rows.is_empty() {
        notice::empty(nobody(view.step, lang), None)
    } else {
        let fields = html! {
            (paste_box(data, &pasted, unread, view.step != Step::Filing, problems, lang))
            (data.field(lang, "business_date", words::BUSINESS_DATE.get(lang), problems).date())
            @if view.step == Step::Filing {
                p.hint { (lang.t("勾选已建档的客户。", "Tick the clients whose file is open.")) }
            } @else {
                p.hint { (lang.t("金额留空的客户不列入。", "Clients without an amount are left out.")) }
            }
            (grid(view, data, &pasted, problems, lang))
        };
        fields_form(page, FORM, data, &["step_of"], fields)
    };
    let title = title(view.step, lang);
    let heading = Heading {
        title,
        place: &view.place,
        returned: view.returned.as_deref(),
        problems,
    };
    form_page(page, &heading, body)
}

fn grid(
    view: &AssessingView,
    data: &FormData,
    pasted: &Pasted,
    problems: &[(String, Say)],
    lang: Lang,
) -> Markup {
    let (step, label) = (view.step, view.step.name().get(lang));
    let first = lang.t("初评（元）", "First assessment (yuan)");
    let heading = match step {
        Step::Filing => label.to_owned(),
        Step::First | Step::Second => format!("{label}{}", lang.t("（元）", " (yuan)")),
    };
    html! {
        div.table-frame tabindex="0" role="region" aria-label=(title(step, lang)) {
            table.as-cards #rows {
                thead { tr {
                    th scope="col" { (lang.t("户主或名称", "Household or name")) }
                    th scope="col" { (lang.t("证件号", "Number")) }
                    @if step == Step::Second { th.num scope="col" { (first) } }
                    th.num scope="col" { (heading) }
                } }
                tbody {
                    @for (row, at) in view.rows.iter().zip(0..) {
                        tr {
                            th scope="row" { (row.found.identity.name) }
                            td { (row.found.identity.masked_number()) }
                            @if step == Step::Second {
                                td.num data-label=(first) { (row.before.show(Unit::Yuan)) }
                            }
                            td.num data-label=[(step != Step::Filing).then_some(&heading)] {
                                (form::hidden(&format!("client_{}", at + 1), row.found.client.id.as_str()))
                                (form::hidden(&format!("contract_{}", at + 1), row.file.as_str()))
                                (cell(view, &value(step, data, pasted, at), row, at + 1, problems, lang))
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The box to tick, or the amount.
fn cell(
    view: &AssessingView,
    value: &str,
    row: &Row,
    n: usize,
    problems: &[(String, Say)],
    lang: Lang,
) -> Markup {
    let (id, name) = (format!("rows-{n}"), format!("value_{n}"));
    let spoken = format!("{} {}", row.found.identity.name, view.step.name().get(lang));
    let error = problems
        .iter()
        .find(|(field, _)| *field == id)
        .map(|(_, say)| say.get(lang));
    html! {
        @if let Some(error) = error { p.error id={ (id) "-error" } { (error) } }
        @if view.step == Step::Filing {
            div.choice {
                input type="checkbox" id=(id) name=(name) value="yes" checked[!value.is_empty()];
                label for=(id) { (view.step.name().get(lang)) span.unseen { " " (row.found.identity.name) } }
            }
        } @else {
            input.short.figures type="text" inputmode="decimal" autocomplete="off" id=(id) name=(name)
                value=(value) aria-label=(spoken) aria-invalid=[error.map(|_| "true")];
        }
    }
}
