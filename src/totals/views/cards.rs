//! The cards of the totals page.

use super::{TotalsPage, with_unit};
use crate::totals::answer::Figures;
use crate::totals::aspect::Aspect;
use crate::totals::groups::{MeasureGroup, headline};
use crate::ui::address;
use crate::ui::cards::Figure;
use crate::values::measure::Measure;
use crate::values::{Lang, words};

/// A card for each headline measure.
pub fn cards(lang: Lang, shown: &TotalsPage) -> Vec<Figure<'static>> {
    let each = headline().into_iter().filter_map(|measure| {
        let figures = shown.answer.figures(&shown.answer.total, measure.id)?;
        Some(card(lang, shown, measure, figures))
    });
    each.collect()
}

fn card(lang: Lang, shown: &TotalsPage, measure: &'static Measure, figures: &Figures) -> Figure<'static> {
    let unit = shown.filters.unit;
    let (aspect, label) = match figures {
        Figures::Flow { .. } => (Aspect::Year, year_label(measure, lang)),
        Figures::Stock { .. } => (Aspect::End, measure.name.get(lang)),
    };
    let (value, unit_label) = with_unit(measure, figures.amount(aspect), unit, lang);
    let card = Figure::new(label, value, unit_label);
    let card = match figures {
        Figures::Flow { .. } => card
            .change(words::YEAR_ON_YEAR.get(lang), figures.percent(Aspect::YearYoy))
            .change(
                Aspect::MonthYoy.text().get(lang),
                figures.percent(Aspect::MonthYoy),
            ),
        Figures::Stock { .. } => card
            .change(lang.t("环比", "Month"), figures.percent(Aspect::Mom))
            .change(lang.t("同比", "Year"), figures.percent(Aspect::Yoy)),
    };
    let card = match figures.pending() {
        0 => card,
        pending => {
            let (value, unit) = with_unit(measure, pending, unit, lang);
            card.aside(format!(
                "{}{value} {unit}",
                lang.t("另有待审核 ", "Besides, pending review: ")
            ))
        }
    };
    let href = address::with(
        &shown.filters.address("/totals"),
        "group",
        MeasureGroup::of(measure).code(),
    );
    let short = shown.filters.short();
    card.link(href)
        .explained(shown.filters.figure(measure.code, &short).path())
}

/// What a card calls the year so far.
fn year_label(measure: &Measure, lang: Lang) -> &'static str {
    use crate::values::measure::{INSURANCE_PAYOUT, INSURANCE_SUM_INSURED};
    match measure.id {
        INSURANCE_SUM_INSURED => lang.t(
            "风险保障（本年累计新保保额）",
            "Risk cover (new policies, year to date)",
        ),
        INSURANCE_PAYOUT => lang.t("赔付支出（本年累计已付）", "Payouts (paid, year to date)"),
        _ => measure.name.get(lang),
    }
}
