//! How a figure moved: arrow, sign and colour together, red for up and green for down (红涨绿跌).

use maud::{Markup, html};
use rust_decimal::Decimal;

use crate::values::text::Lang;

/// A change in percent: `▲ +23.08%`, `▼ -3.20%`, `0.00%`; "—" where there is no base to compare with.
#[must_use]
pub fn change(percent: Option<Decimal>) -> Markup {
    moved(percent, "%")
}

/// The difference of two rates, in percentage points, for a column that says so: `▲ +0.31`; "—" where one of them is
/// missing. Never a percent.
#[must_use]
pub fn points(difference: Option<Decimal>) -> Markup {
    moved(difference, "")
}

/// The same by itself: `▲ +0.31 个百分点`.
#[must_use]
pub fn points_in_words(lang: Lang, difference: Option<Decimal>) -> Markup {
    moved(difference, lang.t(" 个百分点", " points"))
}

fn moved(change: Option<Decimal>, unit: &str) -> Markup {
    let Some(change) = change else {
        return none();
    };
    let (class, arrow) = direction(change);
    html! {
        span.change.(class) {
            @if let Some(arrow) = arrow { span.arrow aria-hidden="true" { (arrow) } }
            (signed(change)) (unit)
        }
    }
}

/// A change without its arrow, as a spreadsheet should receive it: `+23.08%`, empty where there is none.
#[must_use]
pub fn plain(percent: Option<Decimal>) -> String {
    percent.map_or_else(String::new, |percent| format!("{}%", signed(percent)))
}

/// "—": there is nothing to show, and a reader is told so.
#[must_use]
pub fn none() -> Markup {
    html! { span.none { "—" } }
}

fn direction(change: Decimal) -> (&'static str, Option<&'static str>) {
    if change.is_zero() {
        ("flat", None)
    } else if change.is_sign_negative() {
        ("down", Some("▼"))
    } else {
        ("up", Some("▲"))
    }
}

fn signed(change: Decimal) -> String {
    let sign = if change.is_zero() {
        ""
    } else if change.is_sign_negative() {
        "-"
    } else {
        "+"
    };
    format!("{sign}{:.2}", change.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(hundredths: i64) -> String {
        change(Some(Decimal::new(hundredths, 2))).into_string()
    }

    #[test]
    fn a_difference_of_rates_is_no_percent() {
        let shown = |hundredths| points(Some(Decimal::new(hundredths, 2))).into_string();
        assert!(shown(31).contains("+0.31") && !shown(31).contains('%'));
        assert!(shown(-31).contains("▼") && shown(0).contains("flat"));
        assert!(points(None).into_string().contains('—'));
    }

    #[test]
    fn arrow_sign_and_colour_agree() {
        assert_eq!(
            shown(2308),
            r#"<span class="change up"><span class="arrow" aria-hidden="true">▲</span>+23.08%</span>"#
        );
        assert!(shown(-320).contains("down") && shown(-320).contains("▼</span>-3.20%"));
        assert_eq!(shown(0), r#"<span class="change flat">0.00%</span>"#);
    }

    #[test]
    fn an_empty_base_is_a_dash_and_never_zero() {
        assert_eq!(change(None).into_string(), r#"<span class="none">—</span>"#);
        assert_eq!(plain(None), "");
    }

    #[test]
    fn minus_zero_is_zero() {
        let mut zero = Decimal::new(0, 2);
        zero.set_sign_negative(true);
        assert_eq!(plain(Some(zero)), "0.00%");
    }
}
