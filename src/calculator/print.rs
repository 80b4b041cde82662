//! A plan as text for a terminal.

use crate::values::grid::grid;
use crate::values::schedule::{Plan, Terms};
use crate::values::{Lang, Unit, words};

/// Writes the plan out for people.
pub(super) fn print(terms: &Terms, plan: &Plan, lang: Lang) -> String {
    let yuan = lang.t("元", "yuan");
    let head = [
        lang.t("期", "No.").to_owned(),
        lang.t("还款日", "Due").to_owned(),
        lang.t("天数", "Days").to_owned(),
        format!("{} ({yuan})", lang.t("还款额", "Payment")),
        words::PRINCIPAL.get(lang).to_owned(),
        words::INTEREST.get(lang).to_owned(),
        lang.t("剩余本金", "Balance").to_owned(),
    ];
    let rows = plan.rows.iter().map(|row| {
        vec![
            row.n.to_string(),
            row.due.to_string(),
            row.days.to_string(),
            row.payment.show(Unit::Yuan),
            row.principal.show(Unit::Yuan),
            row.interest.show(Unit::Yuan),
            row.balance.show(Unit::Yuan),
        ]
    });
    let total = vec![
        words::TOTAL.get(lang).to_owned(),
        String::new(),
        plan.rows.iter().map(|row| row.days).sum::<i64>().to_string(),
        plan.total_payment.show(Unit::Yuan),
        terms.principal.show(Unit::Yuan),
        plan.total_interest.show(Unit::Yuan),
        String::new(),
    ];
    let lines: Vec<Vec<String>> = std::iter::once(head.to_vec())
        .chain(rows)
        .chain([total])
        .collect();
    format!(
        "{} · {} · {}\n\n{}",
        terms.method.name().get(lang),
        terms.day_count.name().get(lang),
        terms.rate.show(),
        grid(&lines, 2)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Fen;
    use crate::values::rate::Percent;
    use crate::values::schedule::{DayCount, RepaymentMethod, plan_of};

    #[test]
    fn a_plan_stands_in_columns_in_both_languages() {
        let terms = Terms {
            principal: Fen(10_000_000),
            rate: Percent::parse("4.35").unwrap(),
            method: RepaymentMethod::EqualPrincipal,
            day_count: DayCount::Actual360,
        };
        let plan = plan_of(&terms, "2024-01-31".parse().unwrap(), 2).unwrap();
        assert_eq!(
            print(&terms, &plan, Lang::Zh),
            "等额本金 · 按实际天数（实际/360） · 4.35%\n\
             \n\
             期    还款日      天数  还款额 (元)        本金    利息   剩余本金\n\
             1     2024-02-29    29    50,350.42   50,000.00  350.42  50,000.00\n\
             2     2024-03-31    31    50,187.29   50,000.00  187.29       0.00\n\
             合计                60   100,537.71  100,000.00  537.71\n"
        );
        let english = print(&terms, &plan, Lang::En);
        assert!(
            english.contains("Equal principal · Actual days (actual/360)"),
            "{english}"
        );
        assert!(english.contains("Total"), "{english}");
    }
}
