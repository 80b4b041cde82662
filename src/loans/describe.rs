//! What each kind's own part of a line says, for reviewers.

use super::terms::{
    Act, ClassificationDetail, ExtensionDetail, Guarantee, LoanClass, LoanTerms, RepaymentDetail,
    WriteOffDetail,
};
use crate::error::Error;
use crate::ledger::Line;
use crate::values::schedule::{DayCount, RepaymentMethod};
use crate::values::{Fen, Say, Text, Unit, words};

/// 借据号.
pub(super) const NOTE_NUMBER: Text = Text::new("借据号", "Note number");

/// What a code is called; the code itself when it is not known any more.
fn in_words(name: Option<Text>, code: String) -> Say {
    name.map_or_else(|| Say::new(code.clone(), code.clone()), Say::from)
}

pub(super) fn disbursement(line: &Line) -> Result<Vec<(Text, Say)>, Error> {
    let terms: LoanTerms = line.detail()?;
    let rate = format!("{}%", terms.rate_percent);
    let due = terms.matures_on.to_string();
    let under = match terms.credit_line {
        Some(_) => Say::new("额度项下", "Under a credit line"),
        None => Say::new("单笔贷款", "Without a credit line"),
    };
    let mut described = vec![
        (Text::new("额度", "Credit line"), under),
        (Text::new("年利率", "Yearly rate"), Say::new(rate.clone(), rate)),
        (Text::new("到期日", "Maturity"), Say::new(due.clone(), due)),
        (
            Text::new("用途", "Purpose"),
            Say::new(terms.purpose.clone(), terms.purpose),
        ),
        (
            Text::new("担保方式", "Guarantee"),
            in_words(
                Guarantee::parse(&terms.guarantee).map(Guarantee::name),
                terms.guarantee,
            ),
        ),
        (
            Text::new("还款方式", "Repayment"),
            in_words(
                RepaymentMethod::parse(&terms.method).map(RepaymentMethod::name),
                terms.method,
            ),
        ),
        (
            Text::new("计息方式", "Day count"),
            in_words(
                DayCount::parse(&terms.day_count).map(DayCount::name),
                terms.day_count,
            ),
        ),
    ];
    if let Some(lpr) = &terms.lpr {
        let shown = lpr.show();
        described.insert(2, (Text::new("定价", "Pricing"), Say::new(shown.clone(), shown)));
    }
    if !terms.note_number.is_empty() {
        let number = terms.note_number;
        described.insert(0, (NOTE_NUMBER, Say::new(number.clone(), number)));
    }
    Ok(described)
}

pub(super) fn repayment(line: &Line) -> Result<Vec<(Text, Say)>, Error> {
    let detail: RepaymentDetail = line.detail()?;
    let yuan = |amount: Fen| {
        let shown = amount.show(Unit::Yuan);
        Say::new(format!("{shown} 元"), format!("{shown} yuan"))
    };
    Ok(vec![
        (words::INTEREST, yuan(detail.interest)),
        (words::PENALTY_INTEREST, yuan(detail.penalty)),
    ])
}

pub(super) fn classification(line: &Line) -> Result<Vec<(Text, Say)>, Error> {
    let detail: ClassificationDetail = line.detail()?;
    let class = in_words(LoanClass::parse(&detail.class).map(LoanClass::name), detail.class);
    Ok(vec![(Act::Classification.name(), class)])
}

pub(super) fn extension(line: &Line) -> Result<Vec<(Text, Say)>, Error> {
    let detail: ExtensionDetail = line.detail()?;
    let due = detail.matures_on.to_string();
    let rate = format!("{}%", detail.rate_percent);
    Ok(vec![
        (
            Text::new("展期后到期日", "Maturity after extension"),
            Say::new(due.clone(), due),
        ),
        (Text::new("年利率", "Yearly rate"), Say::new(rate.clone(), rate)),
        (
            Text::new("还款方式", "Repayment"),
            in_words(
                RepaymentMethod::parse(&detail.method).map(RepaymentMethod::name),
                detail.method,
            ),
        ),
    ])
}

pub(super) fn write_off(line: &Line) -> Result<Vec<(Text, Say)>, Error> {
    let detail: WriteOffDetail = line.detail()?;
    Ok(vec![(
        Text::new("核销依据", "What it rests on"),
        Say::new(detail.document.clone(), detail.document),
    )])
}
