//! Recording a designation (评定): 信用户 of a village as a sheet, a 信用村, a 信用镇, a model town.

use actix_web::HttpResponse;
use chrono::Datelike;
use maud::{Markup, html};
use serde::Deserialize;

use super::details::{DesignationDetail, Evidence, PAYMENT_TOWN, Work};
use super::handlers::{Head, head, line, submission};
use super::rating_facts::RatingFacts;
use super::views;
use crate::auth::{FormData, Page, Role};
use crate::db::Conn;
use crate::error::{Error, Issue};
use crate::ledger::{NewLine, Office};
use crate::recording::{Asker, Form, FormIds, Opened, Prepared, Reader, Returned, field, find_box, found_in};
use crate::register::{self, Found, Rated, RatingStandard, rating_standard_on};
use crate::ui::form::{self, Answer, Size};
use crate::values::rate::{ratio_percent, show_percent};
use crate::values::{ClientId, ContractId, Lang, Say, Unit, words};

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Ask {
    /// The code of a rating, or [`PAYMENT_TOWN`].
    #[serde(default)]
    what: String,
    /// The village or town.
    #[serde(default)]
    village: String,
    #[serde(default)]
    book: i64,
    /// A returned voucher to correct.
    #[serde(default)]
    voucher: String,
}

/// What the form shows around its fields.
pub(super) struct DesignatingView {
    head: Head,
    /// None for a model town.
    rated: Option<Rated>,
    standard: Option<RatingStandard>,
    evidence: Option<Evidence>,
    /// The households of the village that are not rated.
    households: Vec<Found>,
}

/// A designation.
pub(super) struct Designating;

impl Form for Designating {
    const ADDRESS: &'static str = Work::Designation.form();
    type Ask = Ask;
    type View = DesignatingView;

    fn open(conn: &mut Conn, _: &Office<'_>, asker: &Asker, ask: Ask) -> Result<Opened, Error> {
        if !ask.voucher.is_empty() {
            return reopened(conn, asker, &ask);
        }
        let today = asker.actor.today;
        let until = match Rated::parse(&ask.what) {
            Some(rated) => rating_standard_on(conn, rated, today)?
                .last_day(today)
                .to_string(),
            None if ask.what == PAYMENT_TOWN => String::new(),
            None => return Err(Error::NotFound),
        };
        let fields = vec![
            field("what", &ask.what),
            field("village", &ask.village),
            field("business_date", today),
            field("valid_to", until),
        ];
        Ok(Opened::fresh(asker, fields))
    }

    fn view(
        conn: &mut Conn,
        office: &Office<'_>,
        asker: &Asker,
        form: &FormData,
    ) -> Result<DesignatingView, Error> {
        view(conn, office, asker, form)
    }

    fn prepare(view: &DesignatingView, form: &FormData, asker: &Asker) -> Result<Prepared, Error> {
        prepare(view, form, asker.lang)
    }

    fn page(
        page: &Page,
        view: &DesignatingView,
        form: &FormData,
        problems: &[(String, Say)],
    ) -> Result<HttpResponse, Error> {
        Ok(shown(page, view, form, problems))
    }
}

fn reopened(conn: &mut Conn, asker: &Asker, ask: &Ask) -> Result<Opened, Error> {
    let back = Returned::asked(conn, asker, ask.book, &ask.voucher)?;
    let first = back.first()?;
    let given: DesignationDetail = first.detail()?;
    let mut fields = vec![
        field("what", given.kind),
        field("village", first.region),
        field("business_date", back.voucher.business_date),
        field(
            "valid_to",
            given.valid_to.map_or_else(String::new, |day| day.to_string()),
        ),
        field("document", given.document),
    ];
    let clients = back.lines.iter().filter_map(|line| line.client.as_ref());
    fields.extend(clients.map(|client| field("rated", client)));
    Ok(Opened::Form(back.form(asker, first.contract.as_ref(), fields)))
}

fn view(
    conn: &mut Conn,
    office: &Office<'_>,
    asker: &Asker,
    form: &FormData,
) -> Result<DesignatingView, Error> {
    let head = head(conn, office, asker, form)?;
    let rated = Rated::parse(form.get("what"));
    if rated != Some(Rated::Household) && asker.user.role != Role::Clerk {
        return Err(Error::Forbidden);
    }
    let (book, unit, today) = (head.place.book, head.place.village, asker.actor.today);
    let facts = RatingFacts::load(conn, office, book, today)?;
    let households = if rated == Some(Rated::Household) {
        let mut all = register::clients_in(conn, office.vault, book, &[unit], "", usize::MAX)?;
        let known: Vec<&ClientId> = facts
            .standing
            .iter()
            .filter_map(|row| row.client_id.as_ref())
            .collect();
        all.retain(|found| found.client.is_household() && !known.contains(&&found.client.id));
        all
    } else {
        Vec::new()
    };
    Ok(DesignatingView {
        evidence: rated.and_then(|rated| facts.evidence(rated, unit)),
        standard: match rated {
            Some(rated) => Some(rating_standard_on(conn, rated, today)?),
            None => None,
        },
        head,
        rated,
        households,
    })
}

/// What is designated, in words.
fn what(rated: Option<Rated>, lang: Lang) -> &'static str {
    match rated {
        Some(rated) => rated.name().get(lang),
        None => lang.t(PAYMENT_TOWN, "Mobile-payment model town"),
    }
}

/// Reads the form into a submission and its answers in words.
fn prepare(view: &DesignatingView, form: &FormData, lang: Lang) -> Result<Prepared, Error> {
    let (ids, place) = (FormIds::read(form)?, &view.head.place);
    let mut read = Reader::new(form);
    let business_date = read.day("business_date");
    let detail = DesignationDetail {
        kind: view.rated.map_or(PAYMENT_TOWN, Rated::code).to_owned(),
        year: business_date.year(),
        document: read.text("document").to_owned(),
        valid_to: view.rated.map(|_| read.day("valid_to")),
        evidence: view.evidence.clone(),
    };
    let chosen: Vec<&Found> = view
        .households
        .iter()
        .filter(|found| form.all("rated").any(|id| id == found.client.id.as_str()))
        .collect();
    if view.rated == Some(Rated::Household) && chosen.is_empty() {
        let say = Say::new("请勾选评为信用户的农户。", "Tick the households that are rated.");
        read.add(Issue::refuse("designation.empty", "rows", say));
    }
    read.finish()?;
    let blank = line(place, serde_json::to_value(&detail)?);
    let lines: Vec<NewLine> = if view.rated == Some(Rated::Household) {
        // Ids that follow from the form's own, so that sending it twice makes one voucher.
        let with_id = |(found, n): (&&Found, u16)| NewLine {
            client: Some(found.client.id.clone()),
            contract: Some(numbered(&ids.contract, n)),
            ..blank.clone()
        };
        chosen.iter().zip(1..).map(with_id).collect()
    } else {
        vec![NewLine {
            contract: Some(ids.contract.clone()),
            ..blank
        }]
    };
    let mut answers = vec![
        (
            words::DESIGNATION.get(lang).to_owned(),
            html! { (what(view.rated, lang)) },
        ),
        (lang.t("对象", "Of").to_owned(), html! { (place.path) }),
    ];
    if !chosen.is_empty() {
        let names = html! { (chosen.len()) @for found in &chosen { br; (found.label()) } };
        answers.push((lang.t("户数", "Households").to_owned(), names));
    }
    answers.push((
        lang.t("评定日期", "Rated on").to_owned(),
        html! { (business_date) },
    ));
    if let Some(until) = detail.valid_to {
        answers.push((lang.t("有效期止", "Valid until").to_owned(), html! { (until) }));
    }
    if let Some(found) = &view.evidence {
        answers.push((
            lang.t("台账测算", "By the ledger").to_owned(),
            reckoned(found, lang),
        ));
    }
    Ok(Prepared {
        submission: submission(place, ids, Work::Designation, business_date, lines),
        title: views::title(Work::Designation, lang).to_owned(),
        answers,
    })
}

/// The id of the `n`th household of a sheet, out of the form's own.
fn numbered(first: &ContractId, n: u16) -> ContractId {
    let digest = crate::vault::digest(format!("{first}|{n}").as_bytes());
    let mut bits = [0; 10];
    for (byte, at) in bits.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(digest.get(at..at + 2).unwrap_or("00"), 16).unwrap_or(0);
    }
    ContractId::from_parts(0, bits)
}

/// Numerator, denominator and share, and how much of the loans is non-performing.
pub(super) fn reckoned(found: &Evidence, lang: Lang) -> Markup {
    let share = show_percent(ratio_percent(found.rated, found.of));
    let npl = show_percent(ratio_percent(found.nonperforming.0, found.balance.0));
    html! {
        (lang.t("占比 ", "Share ")) (found.rated) "/" (found.of) " = " (share) br;
        (lang.t("不良率 ", "Non-performing ")) (found.nonperforming.show(Unit::Yuan)) "/"
        (found.balance.show(Unit::Yuan)) " = " (npl)
    }
}

fn shown(page: &Page, view: &DesignatingView, data: &FormData, problems: &[(String, Say)]) -> HttpResponse {
    let lang = page.lang;
    let field = |name, label| data.field(lang, name, label, problems);
    let mut told = vec![Answer::new(
        words::DESIGNATION.get(lang),
        html! { strong { (what(view.rated, lang)) } },
    )];
    if let Some(found) = &view.evidence {
        told.push(Answer::new(
            lang.t("台账测算", "By the ledger"),
            reckoned(found, lang),
        ));
    }
    if let Some(asked) = view.standard.filter(|_| view.evidence.is_some()) {
        let npl = asked
            .npl
            .map_or_else(|| "—".to_owned(), |npl| format!("< {}", npl.show()));
        told.push(Answer::new(
            lang.t("标准", "Standard"),
            html! {
                (lang.t("占比 ≥ ", "Share ≥ ")) (asked.share.show()) br;
                (lang.t("不良率 ", "Non-performing ")) (npl)
            },
        ));
    }
    let fields = html! {
        div #region { (form::summary_list(lang, &told)) }
        (field("business_date", lang.t("评定日期", "Rated on")).date())
        @if view.rated.is_some() { (field("valid_to", lang.t("有效期止", "Valid until")).date()) }
        (field("document", lang.t("文件", "Document")).optional().size(Size::Full).text())
        @if view.rated == Some(Rated::Household) { (households(view, data, problems, lang)) }
    };
    views::shown_with(
        page,
        Work::Designation,
        &view.head,
        data,
        problems,
        &["what"],
        fields,
    )
}

fn households(view: &DesignatingView, data: &FormData, problems: &[(String, Say)], lang: Lang) -> Markup {
    let error = problems
        .iter()
        .find(|(name, _)| name.starts_with("rows"))
        .map(|(_, say)| say.get(lang));
    html! {
        fieldset.field.wrong[error.is_some()] #rows {
            legend { (lang.t("评为信用户的农户", "Households rated")) }
            @if let Some(error) = error { p.error { (error) } }
            @if view.households.is_empty() {
                p.hint { (lang.t("本村登记的农户都已评定，或还没有登记农户。", "Every household recorded in this village is rated, or none is recorded.")) }
            }
            (find_box(lang, data, "households", view.households.len()))
            div #households {
                @for found in found_in(&view.households, data, "rated") {
                    div.household data-keys=(found.keys()) {
                        div.choice {
                            input type="checkbox" id=(found.client.id) name="rated" value=(found.client.id)
                                checked[data.all("rated").any(|id| id == found.client.id.as_str())];
                            label for=(found.client.id) { (found.label()) }
                        }
                    }
                }
            }
        }
    }
}
