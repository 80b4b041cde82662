//! Recording a change of a line: adjustment, freeze, its lifting, renewal, termination.

use actix_web::HttpResponse;
use maud::{Markup, html};
use serde::Deserialize;

use super::changes::{Change, ChangeTerms};
use super::commands;
use super::line_page;
use super::store::{self, CreditLine, EXPIRED};
use crate::auth::{FormData, Page};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{Actor, NewLine, Office};
use crate::recording::{
    Asker, At, Fields, Form, FormIds, Heading, Opened, Place, Prepared, Reader, Returned, amount_answer,
    field, fields_form, form_page, place, place_fields, returned_because,
};
use crate::register::{Found, named_client};
use crate::ui::form;
use crate::values::day::last_of_months;
use crate::values::{BookId, ContractId, Fen, Lang, Say, Text, Unit, words};

/// The form's address.
pub(super) const FORM: &str = "/field/credit/change";

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Ask {
    #[serde(default)]
    change: String,
    #[serde(default)]
    line: String,
    #[serde(default)]
    book: i64,
    /// A returned voucher to correct.
    #[serde(default)]
    voucher: String,
}

/// What the form shows around its fields.
pub(super) struct ChangingView {
    change: Change,
    place: Place,
    client: Found,
    /// As it stands with what waits for review.
    line: CreditLine,
    returned: Option<String>,
}

impl ChangingView {
    /// An expired line is renewed with a new period, whose first day is asked for.
    fn revives(&self) -> bool {
        self.change == Change::Renew && self.line.state == EXPIRED
    }
}

/// Where a change of a line is recorded.
pub(super) fn form_address(change: Change, line: &CreditLine) -> String {
    format!(
        "{FORM}?change={}&book={}&line={}",
        change.code(),
        line.book_id,
        line.id
    )
}

/// One change of one line.
pub(super) struct Changing;

impl Form for Changing {
    const ADDRESS: &'static str = FORM;
    type Ask = Ask;
    type View = ChangingView;

    fn open(conn: &mut Conn, _: &Office<'_>, asker: &Asker, ask: Ask) -> Result<Opened, Error> {
        if ask.voucher.is_empty() {
            let fields = fresh(conn, &asker.actor, &ask)?;
            return Ok(Opened::fresh(asker, fields));
        }
        let back = Returned::asked(conn, asker, ask.book, &ask.voucher)?;
        let Some(line) = back.only() else {
            return Ok(back.several());
        };
        let terms: ChangeTerms = line.detail()?;
        let day = |day: Option<chrono::NaiveDate>| day.map_or_else(String::new, |day| day.to_string());
        let fields = vec![
            field("change", &back.voucher.kind),
            field("village", At::from((back.voucher.book_id, line.region))),
            field("line", line.contract.as_ref().map_or("", ContractId::as_str)),
            field("amount", line.amount.yuan()),
            field("amount_unit", Unit::Yuan.code()),
            field("business_date", back.voucher.business_date),
            field("valid_from", day(terms.valid_from)),
            field("valid_to", day(terms.valid_to)),
            field("reason", terms.reason),
        ];
        Ok(Opened::Form(back.form(asker, line.contract.as_ref(), fields)))
    }

    fn view(
        conn: &mut Conn,
        office: &Office<'_>,
        asker: &Asker,
        form: &FormData,
    ) -> Result<ChangingView, Error> {
        view(conn, office, asker, form)
    }

    fn prepare(view: &ChangingView, form: &FormData, asker: &Asker) -> Result<Prepared, Error> {
        prepare(view, form, asker.lang)
    }

    fn page(
        page: &Page,
        view: &ChangingView,
        form: &FormData,
        problems: &[(String, Say)],
    ) -> Result<HttpResponse, Error> {
        Ok(shown(page, view, form, problems))
    }
}

/// The fields of a new form: today, and of a renewal three years more.
fn fresh(conn: &mut Conn, actor: &Actor, ask: &Ask) -> Result<Fields, Error> {
    let change = Change::parse(&ask.change).ok_or(Error::NotFound)?;
    let id = ContractId::parse(&ask.line).map_err(|_| Error::NotFound)?;
    let line = store::find_line(conn, BookId(ask.book), &id)?;
    let from = if line.state == EXPIRED {
        actor.today
    } else {
        line.valid_to.succ_opt().unwrap_or(actor.today)
    };
    let until = last_of_months(from, 36);
    Ok(vec![
        field("change", change.code()),
        field("village", At::from((line.book_id, line.region_id))),
        field("line", &line.id),
        field("amount_unit", Unit::Yuan.code()),
        field("business_date", actor.today),
        field("valid_from", actor.today),
        field("valid_to", until),
    ])
}

fn view(conn: &mut Conn, office: &Office<'_>, asker: &Asker, form: &FormData) -> Result<ChangingView, Error> {
    let user = &asker.user;
    let change = Change::parse(form.get("change")).ok_or(Error::NotFound)?;
    let place = place(conn, office, user, place_fields(form)?, asker.actor.today)?;
    let ids = FormIds::read(form)?;
    let id = ContractId::parse(form.get("line")).map_err(|_| Error::NotFound)?;
    let line = commands::foreseen_line(conn, place.book, &id, &ids.voucher)?;
    if line.region_id != place.village || line.institution_id != place.institution {
        return Err(Error::NotFound);
    }
    Ok(ChangingView {
        client: named_client(conn, office.vault, place.book, &line.client_id)?,
        returned: returned_because(conn, user, place.book, &ids)?,
        change,
        place,
        line,
    })
}

/// Reads the form into a submission and its answers in words.
fn prepare(view: &ChangingView, form: &FormData, lang: Lang) -> Result<Prepared, Error> {
    let ids = FormIds::read(form)?;
    let (change, line, place) = (view.change, &view.line, &view.place);
    let mut read = Reader::new(form);
    let amount = match change {
        Change::Adjust => read.amount("amount"),
        _ => Fen::ZERO,
    };
    let business_date = read.day("business_date");
    let terms = ChangeTerms {
        valid_from: view.revives().then(|| read.day("valid_from")),
        valid_to: (change == Change::Renew).then(|| read.day("valid_to")),
        reason: match change {
            Change::Renew => read.text("reason").to_owned(),
            _ => read.required("reason", Say::new("请写明原因。", "Say why.")),
        },
    };
    read.finish()?;
    let new_line = NewLine {
        region: place.village,
        client: Some(line.client_id.clone()),
        product: line.product_id,
        institution: place.institution,
        specialist: place.specialist,
        contract: Some(line.id.clone()),
        amount,
        detail: serde_json::to_value(&terms)?,
    };
    let submission = place.submission(ids, change.code(), business_date, vec![new_line]);
    Ok(Prepared {
        submission,
        title: title(change, lang).to_owned(),
        answers: answers(view, amount, business_date, &terms, lang),
    })
}

fn answers(
    view: &ChangingView,
    amount: Fen,
    business_date: chrono::NaiveDate,
    terms: &ChangeTerms,
    lang: Lang,
) -> Vec<(String, Markup)> {
    let label = |text: Text| text.get(lang).to_owned();
    let mut answers = vec![
        (label(Text::new("村", "Village")), html! { (view.place.path) }),
        (
            label(Text::new("客户", "Client")),
            html! { (view.client.label()) },
        ),
        (
            label(Text::new("现额度", "Limit now")),
            html! { "¥" (view.line.limit().show(Unit::Yuan)) },
        ),
    ];
    if view.change == Change::Adjust {
        answers.push((
            label(Text::new("调整后额度", "New limit")),
            amount_answer(lang, amount),
        ));
    }
    answers.push((
        words::BUSINESS_DATE.get(lang).to_owned(),
        html! { (business_date) },
    ));
    if let Some(until) = terms.valid_to {
        let from = terms.valid_from.unwrap_or(view.line.valid_from);
        answers.push((
            label(Text::new("续期后有效期", "Validity once renewed")),
            html! { (from) " ～ " (until) },
        ));
    }
    if !terms.reason.is_empty() {
        answers.push((words::REASON.get(lang).to_owned(), html! { (terms.reason) }));
    }
    answers
}

/// What the form is called in the field.
pub(super) const fn title(change: Change, lang: Lang) -> &'static str {
    match change {
        Change::Adjust => lang.t("调整额度", "Adjust the limit"),
        Change::Freeze => lang.t("冻结额度", "Freeze the line"),
        Change::Unfreeze => lang.t("解冻额度", "Lift the freeze"),
        Change::Renew => lang.t("续期", "Renew the line"),
        Change::Terminate => lang.t("终止额度", "Terminate the line"),
    }
}

/// What the change means, said before it is made.
const fn meaning(change: Change, lang: Lang) -> &'static str {
    match change {
        Change::Adjust => lang.t(
            "调整后的额度低于已用部分也可以提交，但还回到额度以内之前不能再放款。",
            "The new limit may be below what is used; nothing more can then be drawn until it is repaid to within it.",
        ),
        Change::Freeze => lang.t(
            "冻结以后不能新放款，原有贷款照常；额度仍计入有效授信，另列为冻结额度。",
            "Nothing new can be drawn from that day; loans run on. The limit still counts as in force, and apart as frozen.",
        ),
        Change::Unfreeze => lang.t("解冻以后可以再放款。", "From that day loans can be drawn again."),
        Change::Renew => lang.t(
            "到期前办理的续期接着原来的有效期；已经到期的额度从新的起始日重新生效。",
            "Renewed before its end, the line runs on; one that has expired comes into force again for its new period.",
        ),
        Change::Terminate => lang.t(
            "终止以后额度不再计入，也不能恢复；名下贷款照常归还。",
            "Once terminated the limit counts no more and cannot be brought back; loans under it run on.",
        ),
    }
}

fn shown(page: &Page, view: &ChangingView, data: &FormData, problems: &[(String, Say)]) -> HttpResponse {
    let lang = page.lang;
    let field = |name, label| data.field(lang, name, label, problems);
    let reason = field("reason", words::REASON.get(lang));
    let fields = html! {
        div #line { (form::summary_list(lang, &line_page::standing(&view.line, lang))) }
        p.hint { (meaning(view.change, lang)) }
        @if view.change == Change::Adjust {
            (field("amount", lang.t("调整后额度", "New limit"))
                .amount(Unit::parse(data.get("amount_unit")).unwrap_or(Unit::Yuan)))
        }
        (field("business_date", words::BUSINESS_DATE.get(lang))
            .hint(lang.t("实际办理的那一天", "The day it really happened")).date())
        @if view.revives() { (field("valid_from", lang.t("新的有效期起", "New period from")).date()) }
        @if view.change == Change::Renew {
            (field("valid_to", lang.t("新的有效期止", "New last day")).date())
            (reason.optional().textarea(2))
        } @else {
            (reason.textarea(2))
        }
    };
    let title = format!("{} · {}", title(view.change, lang), view.client.identity.name);
    let heading = Heading {
        title: &title,
        place: &view.place,
        returned: view.returned.as_deref(),
        problems,
    };
    let body = fields_form(page, FORM, data, &["change", "line"], fields);
    form_page(page, &heading, body)
}
