//! The bank's classes (五级分类) taken in from its own list: one record with a line for each loan whose class changes.

use std::collections::{BTreeMap, HashMap, HashSet};

use actix_web::HttpResponse;
use maud::{Markup, html};
use serde::Deserialize;

use crate::auth::{FormData, Look, Page};
use crate::db::Conn;
use crate::error::{Error, Issue};
use crate::ledger::{Line, NewLine, Office, Submission};
use crate::loans::describe::NOTE_NUMBER;
use crate::loans::store::{self, Loan};
use crate::loans::terms::{Act, ClassificationDetail, LoanClass};
use crate::recording::{Asker, Form, FormIds, Opened, Prepared, Reader, Returned, field, returned_because};
use crate::register::Names;
use crate::ui::form::{self, Button, Field};
use crate::ui::notice;
use crate::ui::page::Crumb;
use crate::ui::pill::{self, Tone};
use crate::ui::table::{Cell, Column, Row as TableRow, Table};
use crate::values::pasted::{PastedRow, pasted_rows};
use crate::values::{BookId, ContractId, Fen, InstitutionId, Lang, Say, SpecialistId};

/// The form's address; a returned record of several classes is corrected there too.
pub(in crate::loans) const ADDRESS: &str = "/loans/classes";

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Ask {
    book: i64,
    voucher: String,
}

/// One row of the bank's list.
pub(super) struct Row {
    n: usize,
    note: String,
    said: String,
    /// The loan and the class it gets, where both are clear.
    found: Result<(Loan, LoanClass), Say>,
}

pub(super) struct View {
    book: BookId,
    institution: InstitutionId,
    institution_name: String,
    returned: Option<String>,
    /// The rows, or why the list does not read at all.
    rows: Result<Vec<Row>, Issue>,
}

/// Classes from a list.
pub(super) struct Importing;

impl Form for Importing {
    const ADDRESS: &'static str = ADDRESS;
    type Ask = Ask;
    type View = View;

    fn open(conn: &mut Conn, _: &Office<'_>, asker: &Asker, ask: Ask) -> Result<Opened, Error> {
        if ask.voucher.is_empty() {
            let fields = vec![field("business_date", asker.actor.today)];
            return Ok(Opened::fresh(asker, fields));
        }
        let back =
            Returned::asked(conn, asker, ask.book, &ask.voucher)?.of_kind(Act::Classification.code())?;
        let fields = vec![
            field("business_date", back.voucher.business_date),
            field("rows", as_pasted(conn, back.voucher.book_id, &back.lines)?),
        ];
        Ok(Opened::Form(back.form(asker, None, fields)))
    }

    fn view(conn: &mut Conn, _: &Office<'_>, asker: &Asker, form: &FormData) -> Result<View, Error> {
        let (book, institution) = (
            asker.user.own_book()?,
            asker.user.institution.ok_or(Error::Forbidden)?,
        );
        let ids = FormIds::read(form)?;
        Ok(View {
            book,
            institution,
            institution_name: Names::load(conn)?
                .read_in(asker.lang)
                .institution(institution)
                .to_owned(),
            returned: returned_because(conn, &asker.user, book, &ids)?,
            rows: match pasted_rows(form.get("rows")) {
                Ok(pasted) => Ok(read_rows(conn, book, institution, &pasted)?),
                Err(error) => Err(Issue::refuse(error.code(), "rows", error.say())),
            },
        })
    }

    fn prepare(view: &View, form: &FormData, asker: &Asker) -> Result<Prepared, Error> {
        prepare(view, form, asker.lang)
    }

    fn page(
        page: &Page,
        view: &View,
        form: &FormData,
        problems: &[(String, Say)],
    ) -> Result<HttpResponse, Error> {
        Ok(shown(page, view, form, problems))
    }
}

/// A returned record's lines as a list once more.
fn as_pasted(conn: &mut Conn, book: BookId, lines: &[Line]) -> Result<String, Error> {
    let ids: Vec<ContractId> = lines.iter().filter_map(|line| line.contract.clone()).collect();
    let loans = store::load_loans(conn, book, &ids)?;
    let mut text = String::new();
    for line in lines {
        let detail: ClassificationDetail = line.detail()?;
        let class = LoanClass::parse(&detail.class).map_or("", |class| class.name().zh);
        let loan = line.contract.as_ref().and_then(|id| loans.get(id));
        text.push_str(&format!(
            "{}\t{class}\n",
            loan.map_or("", |loan| &loan.note_number)
        ));
    }
    Ok(text)
}

/// Finds the loans a list names and says beside each row what is wrong with it.
fn read_rows(
    conn: &mut Conn,
    book: BookId,
    institution: InstitutionId,
    pasted: &[PastedRow],
) -> Result<Vec<Row>, Error> {
    let pasted = without_heading(pasted);
    let numbers: Vec<String> = pasted
        .iter()
        .map(|row| row.cell(0).to_owned())
        .filter(|number| !number.is_empty())
        .collect();
    let mut loans: HashMap<String, Loan> = store::loans_by_note(conn, book, institution, &numbers)?
        .into_iter()
        .map(|loan| (loan.note_number.clone(), loan))
        .collect();
    let mut seen: HashSet<&str> = HashSet::new();
    Ok(pasted
        .iter()
        .map(|row| {
            let again = !seen.insert(row.cell(0));
            let loan = loans.remove(row.cell(0));
            Row {
                n: row.n,
                note: row.cell(0).to_owned(),
                said: row.cell(1).to_owned(),
                found: judge(row, loan, again),
            }
        })
        .collect())
}

/// The rows below the headings, if there are any.
fn without_heading(pasted: &[PastedRow]) -> &[PastedRow] {
    match pasted.split_first() {
        Some((first, rest)) if class_of(first.cell(1)).is_none() && !has_digit(first.cell(0)) => rest,
        _ => pasted,
    }
}

fn has_digit(text: &str) -> bool {
    text.chars().any(|c| c.is_ascii_digit())
}

/// A class by its name in either language, or its code.
fn class_of(text: &str) -> Option<LoanClass> {
    let text = text.trim();
    LoanClass::EVERY.into_iter().find(|class| {
        let name = class.name();
        name.zh == text.trim_end_matches('类') || name.en.eq_ignore_ascii_case(text) || class.code() == text
    })
}

fn judge(row: &PastedRow, loan: Option<Loan>, again: bool) -> Result<(Loan, LoanClass), Say> {
    if row.cell(0).is_empty() {
        return Err(Say::new("缺少借据号。", "The note number is missing."));
    }
    if again {
        return Err(Say::new(
            "这个借据号在上面已经有一行。",
            "A row above has this note number already.",
        ));
    }
    let Some(class) = class_of(row.cell(1)) else {
        return Err(Say::new(
            "分类要写正常、关注、次级、可疑或损失。",
            "The class must be normal, special mention, substandard, doubtful or loss.",
        ));
    };
    let Some(loan) = loan else {
        return Err(Say::new(
            "本行没有这个借据号的贷款。",
            "The bank has no loan of this note number here.",
        ));
    };
    if loan.is_written_off() {
        return Err(Say::new(
            "这笔贷款已核销，不用再分类。",
            "This loan is written off and is classed no more.",
        ));
    }
    if !loan.balance_fen.is_positive() {
        return Err(Say::new(
            "这笔贷款已结清，不用再分类。",
            "This loan is fully repaid and is classed no more.",
        ));
    }
    Ok((loan, class))
}

fn prepare(view: &View, form: &FormData, lang: Lang) -> Result<Prepared, Error> {
    let ids = FormIds::read(form)?;
    let mut read = Reader::new(form);
    let business_date = read.day("business_date");
    let rows = match &view.rows {
        Ok(rows) => rows.as_slice(),
        Err(issue) => {
            read.add(issue.clone());
            &[]
        }
    };
    if rows.is_empty() && view.rows.is_ok() {
        let say = Say::new("请粘贴借据号和分类。", "Paste the note numbers and classes.");
        read.add(Issue::refuse("rows.empty", "rows", say));
    }
    let mut changes: Vec<(&Loan, LoanClass)> = Vec::new();
    let mut same = 0_usize;
    for row in rows {
        match &row.found {
            Err(say) => read.add(Issue::refuse("rows.problem", "rows", say.clone()).on_line(row.n)),
            Ok((loan, class)) if loan.class()? == *class => same += 1,
            Ok((loan, class)) => changes.push((loan, *class)),
        }
    }
    if changes.is_empty() && same > 0 && rows.iter().all(|row| row.found.is_ok()) {
        let say = Say::new(
            format!("{same} 笔的分类都和现在一样，没有要记录的。"),
            format!("All {same} loans have this class already; there is nothing to record."),
        );
        read.add(Issue::refuse("rows.nothing_changes", "rows", say));
    }
    read.finish()?;
    let answers = answers(view, &changes, same, business_date, lang)?;
    let line = |(loan, class): &(&Loan, LoanClass)| {
        Ok(NewLine {
            region: loan.region_id,
            client: Some(loan.client_id.clone()),
            product: loan.product_id,
            institution: loan.institution_id,
            specialist: SpecialistId(0),
            contract: Some(loan.id.clone()),
            amount: Fen::ZERO,
            detail: serde_json::to_value(ClassificationDetail {
                class: class.code().to_owned(),
            })?,
        })
    };
    let submission = Submission {
        book: view.book,
        voucher: ids.voucher,
        command: ids.command,
        base_revision: ids.base_revision,
        kind: Act::Classification.code().to_owned(),
        business_date,
        institution: view.institution,
        lines: changes.iter().map(line).collect::<Result<_, Error>>()?,
    };
    Ok(Prepared {
        submission,
        title: title(lang).to_owned(),
        answers,
    })
}

/// What the list comes to, in words.
fn answers(
    view: &View,
    changes: &[(&Loan, LoanClass)],
    same: usize,
    business_date: chrono::NaiveDate,
    lang: Lang,
) -> Result<Vec<(String, Markup)>, Error> {
    let mut moves: BTreeMap<(LoanClass, LoanClass), usize> = BTreeMap::new();
    for (loan, class) in changes {
        *moves.entry((loan.class()?, *class)).or_default() += 1;
    }
    let label = |zh, en| lang.t(zh, en).to_owned();
    Ok(vec![
        (label("机构", "Institution"), html! { (view.institution_name) }),
        (
            label("分类有变化", "Classes that change"),
            html! {
                strong { (changes.len()) } (lang.t(" 笔", " loans"))
                @for ((before, after), count) in &moves {
                    br; (before.name().get(lang)) " → " (after.name().get(lang)) ": " (count)
                }
            },
        ),
        (
            label("和现在一样（不记录）", "The same as now (not recorded)"),
            html! { (same) (lang.t(" 笔", " loans")) },
        ),
        (label("认定日期", "Decided on"), html! { (business_date) }),
    ])
}

const fn title(lang: Lang) -> &'static str {
    lang.t("导入五级分类", "Take in the bank's classes")
}

fn shown(page: &Page, view: &View, data: &FormData, problems: &[(String, Say)]) -> HttpResponse {
    let lang = page.lang;
    let title = title(lang);
    let body = html! {
        h1 { (title) }
        p.lead { (view.institution_name) }
        @if let Some(reason) = &view.returned {
            (notice::notice(html! { strong { (lang.t("退回原因：", "Returned because: ")) } (reason) }))
        }
        (form::error_summary(lang, problems))
        (form::post(ADDRESS, &page.user.csrf, html! {
            @for name in ["voucher_id", "command_id", "contract_id", "base_revision"] {
                (form::hidden(name, data.get(name)))
            }
            (Field::new(lang, "rows", lang.t("从表格复制：第一列借据号，第二列分类", "Copied from a spreadsheet: note number, then class"))
                .value(data.get("rows"))
                .hint(lang.t("可以连表头一起粘贴；一行一笔。分类有变化的合成一张记录，一起审核、退回或冲销。",
                    "Headings may be pasted too, one loan to a row. Those that change make one record, approved, returned or reversed together."))
                .errors(&first_of(problems, "rows")).textarea(12))
            (form::file_picker(lang, "rows"))
            (data.field(lang, "business_date", lang.t("认定日期", "Decided on"), problems).date())
            (form::actions(html! { (Button::primary(lang.t("下一步：核对", "Next: check"))) }))
        }))
        @if let Ok(rows) = &view.rows {
            @if rows.iter().any(|row| row.found.is_err()) { (table(rows, lang)) }
        }
    };
    let look = Look {
        title: title.to_owned(),
        wide: true,
        invalid: !problems.is_empty(),
        crumbs: vec![
            Crumb::link(lang.t("逾期贷款", "Overdue loans"), "/loans/overdue"),
            Crumb::here(title),
        ],
        ..Look::default()
    };
    page.show(look, body)
}

/// Of many sentences about one field the first, and that there are more below.
fn first_of(problems: &[(String, Say)], field: &str) -> Vec<(String, Say)> {
    problems
        .iter()
        .filter(|(name, _)| name == field)
        .take(1)
        .cloned()
        .collect()
}

/// The rows as they were read, what is wrong beside each.
fn table(rows: &[Row], lang: Lang) -> Markup {
    let columns = vec![
        Column::number(lang.t("行", "Row"), ""),
        Column::text(NOTE_NUMBER.get(lang)),
        Column::text(lang.t("填写的分类", "Class given")),
        Column::text(lang.t("现在的分类", "Class now")),
        Column::text(lang.t("结果", "Result")),
    ];
    let row = |row: &Row| {
        let now = match &row.found {
            Ok((loan, _)) => loan.class().map_or("—", |class| class.name().get(lang)),
            Err(_) => "—",
        };
        TableRow::new(vec![
            Cell::count(i64::try_from(row.n).unwrap_or(i64::MAX)),
            Cell::text(&row.note),
            Cell::text(&row.said),
            Cell::text(now),
            match &row.found {
                Ok(_) => Cell::text(pill::tag(Tone::Good, lang.t("可以", "Fine"))),
                Err(say) => Cell::text(say.get(lang)),
            },
        ])
        .marked(row.found.is_err())
    };
    Table::new("rows-read", lang.t("逐行核对", "Row by row"), columns)
        .rows(rows.iter().map(row))
        .markup(lang)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_read_as_banks_write_them() {
        assert_eq!(class_of("关注"), Some(LoanClass::SpecialMention));
        assert_eq!(class_of("关注类"), Some(LoanClass::SpecialMention));
        assert_eq!(class_of("Loss"), Some(LoanClass::Loss));
        assert_eq!(class_of("五级分类"), None);
    }

    #[test]
    fn headings_are_left_out_and_a_bad_first_row_is_not() {
        let rows = |text: &str| without_heading(&pasted_rows(text).unwrap()).len();
        assert_eq!(rows("借据号\t五级分类\nJJ1\t正常"), 1);
        assert_eq!(rows("JJ1\t很好\nJJ2\t正常"), 2);
        assert_eq!(rows("JJ1\t正常"), 1);
    }
}
