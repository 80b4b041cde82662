//! A repayment plan: a table at a desk; on a phone each row is two lines, so that no figure lies beyond the edge.

use maud::{Markup, html};

use super::pill::{self, Tone};
use crate::values::schedule::{Instalment, InstalmentState, Plan};
use crate::values::text::Lang;
use crate::values::{Unit, words};

/// The rows of a plan with their totals; `states` says how far each is paid, or is empty.
#[must_use]
pub fn plan_table(lang: Lang, plan: &Plan, states: &[InstalmentState]) -> Markup {
    let principal = lang.t("本金", "Principal");
    let interest = lang.t("利息", "Interest");
    let balance = lang.t("剩余本金", "Balance");
    let caption = lang.t("还款计划（元）", "Repayment plan (yuan)");
    html! {
        div.table-block {
            div.table-frame role="region" tabindex="0" aria-label=(caption) {
                table.plan data-copy=(lang.t("复制表格", "Copy table")) data-copied=(lang.t("已复制", "Copied")) {
                    caption { span { (caption) } }
                    thead { tr {
                        th scope="col" { (lang.t("期", "No.")) }
                        th scope="col" { (lang.t("还款日", "Due")) }
                        @if !states.is_empty() { th scope="col" { (words::STATUS.get(lang)) } }
                        th.num scope="col" { (lang.t("还款额", "Payment")) }
                        th.num scope="col" { (principal) }
                        th.num scope="col" { (interest) }
                        th.num scope="col" { (balance) }
                    } }
                    tbody {
                        @for (at, row) in plan.rows.iter().enumerate() {
                            tr {
                                th scope="row" { (row.n) }
                                td.due data-copy=(row.due) { time { (row.due) }
                                    // Beside a state there is no room for it.
                                    @if states.is_empty() { " " small.unit { (days(lang, row)) } }
                                }
                                @if let Some(state) = states.get(at) { td.state { (state_pill(lang, *state)) } }
                                td.num.payment { (row.payment.show(Unit::Yuan)) }
                                td.num data-label=(principal) { (row.principal.show(Unit::Yuan)) }
                                td.num data-label=(interest) { (row.interest.show(Unit::Yuan)) }
                                td.num data-label=(balance) { (row.balance.show(Unit::Yuan)) }
                            }
                        }
                    }
                    tfoot { tr {
                        th scope="row" colspan=(if states.is_empty() { 2 } else { 3 }) { (words::TOTAL.get(lang)) }
                        td.num.payment { (plan.total_payment.show(Unit::Yuan)) }
                        td.num data-label=(principal) { (lent(plan)) }
                        td.num data-label=(interest) { (plan.total_interest.show(Unit::Yuan)) }
                        td {}
                    } }
                }
            }
        }
    }
}

/// What is paid each time, in a line: the one amount where they are equal, else the first and the last.
#[must_use]
pub fn payments(lang: Lang, plan: &Plan) -> Markup {
    let shown = |row: &Instalment| format!("¥{}", row.payment.show(Unit::Yuan));
    let (Some(first), Some(last)) = (plan.rows.first(), plan.rows.last()) else {
        return html! {};
    };
    let count = plan.rows.len();
    let equal = plan
        .rows
        .iter()
        .filter(|row| row.payment == first.payment)
        .count();
    let words = match (lang, count, count - equal) {
        (Lang::Zh, 1, _) => format!("到期一次 {}", shown(first)),
        (Lang::En, 1, _) => format!("{} once, at maturity", shown(first)),
        (Lang::Zh, _, 0) => format!("每期 {}，共 {count} 期", shown(first)),
        (Lang::En, _, 0) => format!("{} each, {count} in all", shown(first)),
        (Lang::Zh, _, 1) if last.payment != first.payment => {
            format!("每期 {}，末期 {}，共 {count} 期", shown(first), shown(last))
        }
        (Lang::En, _, 1) if last.payment != first.payment => {
            format!("{} each, the last {}, {count} in all", shown(first), shown(last))
        }
        (Lang::Zh, ..) => format!("首期 {}，末期 {}，共 {count} 期", shown(first), shown(last)),
        (Lang::En, ..) => format!("First {}, last {}, {count} in all", shown(first), shown(last)),
    };
    html! { (words) }
}

fn days(lang: Lang, row: &Instalment) -> String {
    match lang {
        Lang::Zh => format!("{} 天", row.days),
        Lang::En => format!("{} days", row.days),
    }
}

fn lent(plan: &Plan) -> String {
    plan.total_payment
        .minus(plan.total_interest)
        .map_or_else(|_| "—".to_owned(), |principal| principal.show(Unit::Yuan))
}

/// How far an instalment is paid, as a small label.
#[must_use]
pub fn state_pill(lang: Lang, state: InstalmentState) -> Markup {
    let tone = match state {
        InstalmentState::Paid => Tone::Good,
        InstalmentState::Partly => Tone::Waiting,
        InstalmentState::Unpaid => Tone::Neutral,
        InstalmentState::Overdue => Tone::Wrong,
    };
    pill::tag(tone, state.name().get(lang))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Fen;
    use crate::values::rate::Percent;
    use crate::values::schedule::{DayCount, RepaymentMethod, Terms, instalments_due, plan_of};

    fn plan(yuan: i64, method: RepaymentMethod, periods: u32) -> Plan {
        let terms = Terms {
            principal: Fen(yuan * 100),
            rate: Percent::parse("4.35").unwrap(),
            method,
            day_count: DayCount::Thirty360,
        };
        plan_of(&terms, "2024-01-10".parse().unwrap(), periods).unwrap()
    }

    #[test]
    fn payments_are_said_in_a_line() {
        let said = |method, periods| {
            let plan = plan(100_000, method, periods);
            (
                payments(Lang::Zh, &plan).into_string(),
                payments(Lang::En, &plan).into_string(),
            )
        };
        let (zh, en) = said(RepaymentMethod::EqualInstalment, 12);
        assert_eq!(zh, "每期 ¥8,530.99，末期 ¥8,531.01，共 12 期");
        assert_eq!(en, "¥8,530.99 each, the last ¥8,531.01, 12 in all");
        let (zh, _) = said(RepaymentMethod::EqualInstalment, 3);
        assert_eq!(zh, "每期 ¥33,575.29，共 3 期");
        let (_, en) = said(RepaymentMethod::EqualPrincipal, 12);
        assert_eq!(en, "First ¥8,695.83, last ¥8,363.58, 12 in all");
        let (zh, _) = said(RepaymentMethod::Bullet, 12);
        assert_eq!(zh, "到期一次 ¥104,350.00");
    }

    #[test]
    fn each_row_bears_its_state_in_words() {
        let plan = plan(120_000, RepaymentMethod::EqualPrincipal, 3);
        let day = "2024-03-11".parse().unwrap();
        let progress = instalments_due(&plan, Fen(4_000_000), Fen(43_500), day).unwrap();
        let html = plan_table(Lang::Zh, &plan, &progress.states).into_string();
        for words in [">已还<", ">逾期<", ">未还<", "合计", "120,000.00"] {
            assert!(html.contains(words), "{words}: {html}");
        }
        assert!(!plan_table(Lang::Zh, &plan, &[]).into_string().contains("pill"));
    }
}
