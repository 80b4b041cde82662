//! Amounts, counts and comparisons as a newspaper prints them, each rounded once from the exact figure.

use rust_decimal::{Decimal, RoundingStrategy};

use crate::values::money::show_count;
use crate::values::rate::percent_change;
use crate::values::{Fen, Lang, Month, Unit};

/// `125.92亿元`, `113万元`, `5000元`; `12.59 billion yuan`, `1.13 million yuan`, `5,000 yuan`.
pub(super) fn money(amount: i64, lang: Lang) -> String {
    let fen = Fen(amount);
    let size = amount.unsigned_abs();
    match lang {
        Lang::Zh => {
            let unit = Unit::ALL
                .into_iter()
                .rev()
                .find(|unit| size >= unit.divisor_fen().unsigned_abs())
                .unwrap_or(Unit::Yuan);
            let number = fen.show(unit).replace(',', "");
            format!("{}{}", whole(&number), unit.label(lang))
        }
        Lang::En => {
            let (divisor, word) = match size {
                100_000_000_000.. => (1_000_000_000, " billion"),
                100_000_000.. => (1_000_000, " million"),
                _ => return format!("{} yuan", whole(&fen.show(Unit::Yuan))),
            };
            let mut number = (fen.to_yuan() / Decimal::from(divisor))
                .round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
            number.rescale(2);
            format!("{}{word} yuan", whole(&number.to_string()))
        }
    }
}

/// Without two zeros at the end.
fn whole(number: &str) -> &str {
    number.strip_suffix(".00").unwrap_or(number)
}

/// `2023年12月`, `December 2023`.
pub(super) fn month_named(month: Month, lang: Lang) -> String {
    match lang {
        Lang::Zh => month.show(lang),
        Lang::En => month.first_day().format("%B %Y").to_string(),
    }
}

/// A count; Chinese newspapers print digits without commas.
pub(super) fn count(count: i64, lang: Lang) -> String {
    match lang {
        Lang::Zh => count.to_string(),
        Lang::En => show_count(count),
    }
}

/// What is compared with what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Base {
    /// The same months, or the same day, of last year.
    YearAgo,
    YearStart,
}

/// `，同比增长23.08%`, with its comma; nothing where there is no base.
pub(super) fn compared(now: i64, then: i64, base: Base, lang: Lang) -> String {
    let Some(percent) = percent_change(now, then) else {
        return String::new();
    };
    let (same, risen) = (percent.is_zero(), percent.is_sign_positive());
    let size = percent.abs();
    match lang {
        Lang::Zh if same => {
            let about = if now == then { "" } else { "基本" };
            format!("，与{}{about}持平", base.pick("上年同期", "年初"))
        }
        Lang::Zh => {
            let direction = if risen { "增长" } else { "下降" };
            format!("，{}{direction}{size}%", base.pick("同比", "比年初"))
        }
        Lang::En => {
            let since = base.pick("a year before", "the start of the year");
            match (same, risen) {
                (true, _) if now == then => format!(", unchanged from {since}"),
                (true, _) => format!(", almost unchanged from {since}"),
                (_, true) => format!(", up {size}% on {since}"),
                (_, false) => format!(", down {size}% on {since}"),
            }
        }
    }
}

impl Base {
    const fn pick(self, year_ago: &'static str, year_start: &'static str) -> &'static str {
        match self {
            Base::YearAgo => year_ago,
            Base::YearStart => year_start,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_rounded_once_into_the_largest_unit_they_fill() {
        for (fen, zh, en) in [
            (1_259_200_000_000, "125.92亿元", "12.59 billion yuan"),
            (113_000_000, "113万元", "1.13 million yuan"),
            (500_000, "5000元", "5,000 yuan"),
            (-12_345_600_000, "-1.23亿元", "-123.46 million yuan"),
            (1_050, "10.50元", "10.50 yuan"),
            (0, "0元", "0 yuan"),
        ] {
            assert_eq!(
                (money(fen, Lang::Zh).as_str(), money(fen, Lang::En).as_str()),
                (zh, en)
            );
        }
    }

    #[test]
    fn a_comparison_follows_the_sign_and_says_nothing_without_a_base() {
        let said = |now, then| compared(now, then, Base::YearAgo, Lang::Zh);
        assert_eq!(said(12_308, 10_000), "，同比增长23.08%");
        assert_eq!(said(9_500, 10_000), "，同比下降5.00%");
        assert_eq!(said(10_000, 10_000), "，与上年同期持平");
        assert_eq!(said(10_000_001, 10_000_000), "，与上年同期基本持平");
        assert_eq!(said(5, 0), "");
        let start = |now, then| compared(now, then, Base::YearStart, Lang::En);
        assert_eq!(start(110, 100), ", up 10.00% on the start of the year");
        assert_eq!(start(100, 100), ", unchanged from the start of the year");
        assert_eq!(start(100, -1), "");
    }
}
