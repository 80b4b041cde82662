//! Recording one step of one claim: on the phone, in the field.

use std::collections::HashMap;

use actix_web::HttpResponse;

use super::commands::{Stage, claims_of};
use super::detail::{ClaimDetail, Report};
use super::store::Claim;
use super::{sheet, views};
use crate::auth::{FormData, Page};
use crate::db::Conn;
use crate::error::{Error, Issue};
use crate::insurance::asked::{Ask, Chosen, OnPolicy, labelled, sent_on_part, unwritten};
use crate::insurance::handlers::read_households;
use crate::insurance::store::{Cover, PolicyPart};
use crate::ledger::{Basis, Office};
use crate::recording::{Asker, Fields, Form, FormIds, Opened, Prepared, Reader, Returned, field};
use crate::register::{self, Disaster};
use crate::ui::address;
use crate::values::text::narrow;
use crate::values::{BookId, ContractId, DisasterId, Fen, RegionId, Say};

/// The form's address.
pub(super) const FORM: &str = "/field/claim";

/// What the form shows around its fields.
pub(in crate::insurance) struct StepView {
    pub stage: Stage,
    pub on: OnPolicy,
    pub part: PolicyPart,
    /// Village and insured.
    pub insured: String,
    /// The claim to take further; none when it is being reported.
    pub claim: Option<Claim>,
    pub events: Vec<Disaster>,
}

/// The form for a step on a policy, its part and claim to be chosen there.
pub(in crate::insurance) fn at_stage(stage: Stage, book: BookId, policy: &ContractId) -> String {
    format!("{FORM}?stage={}&book={book}&policy={policy}", stage.code())
}

/// The form for a claim's next step.
pub(super) fn next_step(stage: Stage, claim: &Claim) -> String {
    let form = at_stage(stage, claim.book_id, &claim.policy_id);
    let form = address::with(&form, "part", &claim.part.to_string());
    address::with(&form, "claim", &claim.number)
}

/// One step of one claim.
pub(in crate::insurance) struct StepForm;

impl Form for StepForm {
    const ADDRESS: &'static str = FORM;
    type Ask = Ask;
    type View = StepView;

    fn open(conn: &mut Conn, office: &Office<'_>, asker: &Asker, ask: Ask) -> Result<Opened, Error> {
        if !ask.voucher.is_empty() {
            return reopened(conn, asker, &ask);
        }
        let Some(cover) = ask.cover(conn)? else {
            return Ok(ask.policies());
        };
        let stage = Stage::parse(&ask.stage).ok_or(Error::NotFound)?;
        let title = move |lang| views::step_title(stage, lang);
        let part = match ask.part(conn, office, asker, &cover, title)? {
            Chosen::Part(part) => part,
            Chosen::First(choice) => return Ok(choice),
        };
        let (book, id) = (cover.policy.book_id, &cover.policy.id);
        let claims = claims_of(
            conn,
            book,
            std::slice::from_ref(id),
            &unwritten(),
            Basis::WithPending,
        )?;
        let claim = claims.get(&(id.clone(), part.n, narrow(&ask.claim)));
        Ok(Opened::fresh(asker, fresh(stage, &cover, &part, claim, asker)))
    }

    fn view(conn: &mut Conn, office: &Office<'_>, asker: &Asker, form: &FormData) -> Result<StepView, Error> {
        view(conn, office, asker, form)
    }

    fn prepare(view: &StepView, form: &FormData, asker: &Asker) -> Result<Prepared, Error> {
        prepare(view, form, asker)
    }

    fn page(
        page: &Page,
        view: &StepView,
        form: &FormData,
        problems: &[(String, Say)],
    ) -> Result<HttpResponse, Error> {
        Ok(views::step_form(page, view, form, problems))
    }
}

/// Today, with what the claim says so far.
fn fresh(stage: Stage, cover: &Cover, part: &PolicyPart, claim: Option<&Claim>, asker: &Asker) -> Fields {
    let today = asker.actor.today;
    let mut fields = vec![
        field("stage", stage.code()),
        field("book", cover.policy.book_id),
        field("policy", &cover.policy.id),
        field("part", part.n),
        field("business_date", today),
    ];
    match (stage, claim) {
        (_, Some(claim)) => {
            let value = if claim.value().is_zero() {
                String::new()
            } else {
                claim.value().yuan()
            };
            fields.extend([
                field("claim", &claim.number),
                field("quantity", &claim.quantity),
                field("amount", value),
                field("shown_from", today),
                field("shown_to", today + chrono::Days::new(2)),
            ]);
        }
        _ => fields.extend([field("loss_date", today), field("households", part.households)]),
    }
    fields
}

fn reopened(conn: &mut Conn, asker: &Asker, ask: &Ask) -> Result<Opened, Error> {
    let back = Returned::asked(conn, asker, ask.book, &ask.voucher)?;
    let Some(line) = back.only() else {
        return Ok(back.at(sheet::FORM));
    };
    let stage = Stage::parse(&back.voucher.kind).ok_or(Error::NotFound)?;
    let detail: ClaimDetail = line.detail()?;
    let mut fields = vec![
        field("stage", stage.code()),
        field("book", ask.book),
        field("policy", line.contract.as_ref().ok_or(Error::NotFound)?),
        field("part", detail.part),
        field("business_date", back.voucher.business_date),
        field("claim", &detail.claim),
        field("quantity", &detail.quantity),
        field("amount", line.amount.yuan()),
        field("note", &detail.note),
    ];
    if let Some(report) = &detail.report {
        fields.extend([
            field("loss_date", report.loss_date),
            field("cause", &report.cause),
            field(
                "event",
                report.event.map_or_else(String::new, |event| event.to_string()),
            ),
            field("households", report.households),
        ]);
    }
    if let Some((from, to)) = detail.shown {
        fields.extend([field("shown_from", from), field("shown_to", to)]);
    }
    Ok(Opened::Form(back.form(asker, None, fields)))
}

fn view(conn: &mut Conn, office: &Office<'_>, asker: &Asker, form: &FormData) -> Result<StepView, Error> {
    let ids = FormIds::read(form)?;
    let stage = Stage::parse(form.get("stage")).ok_or(Error::NotFound)?;
    let (on, part) = sent_on_part(conn, office, asker, form)?;
    let (book, policy) = (on.cover.policy.book_id, on.cover.policy.id.clone());
    let some = std::slice::from_ref(&policy);
    let mut claims = claims_of(conn, book, some, &ids.voucher, Basis::WithPending)?;
    let claim = claims.remove(&(policy, part.n, narrow(form.get("claim"))));
    if claim.is_none() && stage != Stage::Report {
        return Err(Error::NotFound);
    }
    let read = (asker.actor.today, asker.user.lang);
    let mut named = labelled(conn, office, vec![part], read)?;
    let (part, insured) = named.pop().ok_or(Error::NotFound)?;
    Ok(StepView {
        stage,
        events: events_in(conn, office, (part.region_id, asker))?,
        on,
        part,
        insured,
        claim: claim.filter(|_| stage != Stage::Report),
    })
}

/// The disasters that struck a village's town.
pub(super) fn events_in(
    conn: &mut Conn,
    office: &Office<'_>,
    (place, asker): (RegionId, &Asker),
) -> Result<Vec<Disaster>, Error> {
    let path = office.regions.path(place, asker.actor.today);
    let mut struck: HashMap<DisasterId, bool> = HashMap::new();
    for (id, town) in register::struck_towns(conn)? {
        *struck.entry(id).or_default() |= path.contains(&town);
    }
    let mut all = register::disasters(conn)?;
    all.retain(|disaster| struck.get(&disaster.id) == Some(&true));
    Ok(all)
}

/// The disaster chosen; none where it is left empty.
pub(super) fn read_event(read: &Reader<'_>, events: &[Disaster]) -> Option<DisasterId> {
    let chosen = read.text("event");
    let event = events.iter().find(|event| event.id.to_string() == chosen);
    event.map(|event| event.id)
}

/// Reads the form into a submission and its answers in words.
fn prepare(view: &StepView, form: &FormData, asker: &Asker) -> Result<Prepared, Error> {
    let ids = FormIds::read(form)?;
    let mut read = Reader::new(form);
    let business_date = read.day("business_date");
    let missing = Say::new("请填写报案号。", "Enter the claim number.");
    let claim = narrow(&read.required("claim", missing));
    let report = (view.stage == Stage::Report).then(|| Report {
        loss_date: read.day("loss_date"),
        cause: read.required("cause", Say::new("请填写出险原因。", "Enter the cause of loss.")),
        event: read_event(&read, &view.events),
        households: read_households(&mut read),
        reported_on: business_date,
        surveyed_on: None,
    });
    let amount = read_amount(&mut read, view);
    let shown = (view.stage == Stage::Notice).then(|| (read.day("shown_from"), read.day("shown_to")));
    let note = read_note(&mut read);
    let detail = ClaimDetail {
        claim,
        part: view.part.n,
        report,
        quantity: match view.stage {
            Stage::Report | Stage::Survey | Stage::Assess => narrow(read.text("quantity")).replace(',', ""),
            Stage::Notice | Stage::Approve | Stage::Close => String::new(),
        },
        shown,
        note,
    };
    read.finish()?;
    let line = view.on.line(&view.part, amount, &detail)?;
    Ok(Prepared {
        title: views::step_title(view.stage, asker.lang).to_owned(),
        answers: views::step_answers(asker.lang, view, &detail, business_date, amount),
        submission: view
            .on
            .place
            .submission(ids, view.stage.code(), business_date, vec![line]),
    })
}

/// The amount a step says; what the claim says already where the step says none.
fn read_amount(read: &mut Reader<'_>, view: &StepView) -> Fen {
    match view.stage {
        Stage::Notice => view.claim.as_ref().map_or(Fen::ZERO, |claim| claim.assessed_fen),
        Stage::Close => Fen::ZERO,
        Stage::Report | Stage::Survey => read.optional_amount("amount"),
        Stage::Assess | Stage::Approve => read.amount("amount"),
    }
}

/// A note, which may be left empty.
pub(super) fn read_note(read: &mut Reader<'_>) -> String {
    let note = read.text("note").to_owned();
    if note.chars().count() > crate::values::plausible::LONGEST_REASON {
        let say = Say::new(
            "说明太长，最多 300 个字。",
            "The note is too long; at most 300 characters.",
        );
        read.add(Issue::refuse("text.too_long", "note", say));
    }
    note
}
