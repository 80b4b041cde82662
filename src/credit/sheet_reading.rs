//! Reading a whole-village sheet: what is typed and pasted into a submission and its answers in words.

use super::commands::CreditTerms;
use super::handlers::{product_name, read_product, read_terms};
use super::pasting::Pasted;
use super::sheet::SheetView;
use super::sheet_view;
use crate::auth::FormData;
use crate::error::{Error, Issue};
use crate::ledger::NewLine;
use crate::recording::{FormIds, Prepared, Reader, amount_answer};
use crate::values::pasted::PasteError;
use crate::values::{Fen, Lang, ProductId, Say, Unit};

/// The paste, or what is wrong with it: a sheet is sent once every pasted row has been read.
fn read_paste(read: &mut Reader<'_>, view: &SheetView, form: &FormData) -> Pasted {
    take_paste(read, view.pasted(form))
}

/// Notes what is wrong with a paste beside its box.
pub(super) fn take_paste(read: &mut Reader<'_>, pasted: Result<Pasted, PasteError>) -> Pasted {
    let pasted = pasted.unwrap_or_else(|error| {
        read.add(Issue::refuse(error.code(), "paste", error.say()));
        Pasted::default()
    });
    if !pasted.wrong.is_empty() {
        let rows = pasted.wrong.len();
        let say = Say::new(
            format!("粘贴的内容里有{rows}行没有读入，请改好，或把那几行删去。"),
            format!("{rows} of the pasted rows could not be read; mend them, or delete them."),
        );
        read.add(Issue::refuse("paste.rows", "paste", say));
    }
    pasted
}

pub(super) fn prepare(view: &SheetView, form: &FormData, lang: Lang) -> Result<Prepared, Error> {
    let ids = FormIds::read(form)?;
    let mut read = Reader::new(form);
    let business_date = read.day("business_date");
    let pasted = read_paste(&mut read, view, form);
    let amounts: Vec<(usize, String)> = (0..view.rows.len())
        .map(|at| (at, SheetView::amount(form, &pasted, at)))
        .filter(|(_, typed)| !typed.trim().is_empty())
        .collect();
    let new = |(at, _): &(usize, String)| view.rows.get(*at).is_some_and(|row| row.fixed.is_none());
    let asked = if amounts.iter().any(new) || (amounts.is_empty() && view.asks_terms()) {
        let terms = read_terms(&mut read);
        Some((read_product(&mut read, &view.products), terms))
    } else {
        None
    };
    let lines = read_lines(&mut read, view, &amounts, asked.as_ref(), business_date)?;
    if lines.is_empty() {
        let say = Say::new("至少要给一户填金额。", "Give at least one household an amount.");
        read.add(Issue::refuse("sheet.empty", "rows", say));
    }
    read.finish()?;
    let fixed = |(at, _): &(usize, String)| view.rows.get(*at).is_some_and(|row| row.fixed.is_some());
    let answers = answers(
        view,
        &lines,
        business_date,
        asked.as_ref(),
        amounts.iter().any(fixed),
        lang,
    )?;
    let submission = view
        .place
        .submission(ids, view.stage.code(), business_date, lines);
    Ok(Prepared {
        submission,
        title: sheet_view::sheet_title(view.stage, lang),
        answers,
    })
}

/// The lines of the rows with an amount; an amount that does not read is noted beside its row.
fn read_lines(
    read: &mut Reader<'_>,
    view: &SheetView,
    amounts: &[(usize, String)],
    asked: Option<&(ProductId, CreditTerms)>,
    day: chrono::NaiveDate,
) -> Result<Vec<NewLine>, Error> {
    let mut lines = Vec::with_capacity(amounts.len());
    for (at, typed) in amounts {
        let row = view.rows.get(*at).ok_or(Error::NotFound)?;
        let amount = Fen::parse(typed, Unit::Yuan).unwrap_or_else(|error| {
            let n = at + 1;
            let field = format!("rows-{n}");
            read.add(Issue::refuse(error.code(), &field, error.say()).on_line(n));
            Fen::ZERO
        });
        let (product, terms) = row.fixed.as_ref().or(asked).ok_or(Error::NotFound)?;
        lines.push(NewLine {
            region: row.village.unwrap_or_else(|| view.place.on(day)),
            client: Some(row.client.clone()),
            product: *product,
            institution: view.place.institution,
            specialist: view.place.specialist,
            contract: Some(row.contract.clone()),
            amount,
            detail: serde_json::to_value(terms)?,
        });
    }
    Ok(lines)
}

/// What the check page says; `some_fixed` when some lines keep product and terms of their own.
fn answers(
    view: &SheetView,
    lines: &[NewLine],
    business_date: chrono::NaiveDate,
    asked: Option<&(ProductId, CreditTerms)>,
    some_fixed: bool,
    lang: Lang,
) -> Result<Vec<(String, maud::Markup)>, Error> {
    let total = Fen::sum(lines.iter().map(|line| line.amount))?;
    let mut answers = vec![
        (
            lang.t("村", "Village").to_owned(),
            maud::html! { (view.place.path) },
        ),
        (
            lang.t("客户数", "Clients").to_owned(),
            maud::html! { (lines.len()) },
        ),
        (lang.t("合计", "Total").to_owned(), amount_answer(lang, total)),
        (
            lang.t("业务日期", "Business date").to_owned(),
            maud::html! { (business_date) },
        ),
    ];
    if let Some((product, terms)) = asked {
        let validity = maud::html! { (terms.valid_from) " ～ " (terms.valid_to) };
        let name = maud::html! { (product_name(&view.products, *product)) };
        answers.push((lang.t("产品", "Product").to_owned(), name));
        answers.push((lang.t("有效期", "Validity").to_owned(), validity));
        let limit = maud::html! { (terms.limit().get(lang)) };
        answers.push((lang.t("额度类型", "Kind of limit").to_owned(), limit));
    }
    if some_fixed {
        let kept = lang.t("各户按自己原来的", "Each household keeps its own");
        let label = lang.t("产品、有效期和额度类型", "Product, validity and limit");
        answers.push((label.to_owned(), maud::html! { (kept) }));
    }
    Ok(answers)
}
