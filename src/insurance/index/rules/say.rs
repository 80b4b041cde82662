//! Triggers and evaluations in words.

use super::{
    Condition, Insured, Measured, Pay, Reading, Seen, Shape, Side, Statistic, Tier, Trigger, Verdict, Worked,
};
use crate::values::quantity::show_quantity;
use crate::values::{Lang, Unit, english};

fn value(lang: Lang, statistic: Statistic, value: Measured) -> String {
    let unit = statistic.unit().get(lang);
    match unit {
        "" => value.to_string(),
        unit => format!("{value} {unit}"),
    }
}

fn reading(lang: Lang, reading: Reading) -> String {
    let (name, take) = (reading.statistic.name().get(lang), reading.take.name().get(lang));
    match lang {
        Lang::Zh => format!("{name}（{take}）"),
        Lang::En => format!("{name} ({take})"),
    }
}

fn condition(lang: Lang, condition: &Condition) -> String {
    let bound = value(lang, condition.reading.statistic, condition.bound);
    format!(
        "{} {} {bound}",
        reading(lang, condition.reading),
        condition.side.sign()
    )
}

fn pay(lang: Lang, pay: Pay, unit: &str) -> String {
    match (pay, lang) {
        (Pay::Yuan(fen), Lang::Zh) => format!("每{unit}赔 {} 元", fen.show(Unit::Yuan)),
        (Pay::Yuan(fen), Lang::En) => {
            format!("{} yuan per {}", fen.show(Unit::Yuan), english::unit(unit))
        }
        (Pay::OfSum(percent), Lang::Zh) => format!("赔单位保额的 {percent}%"),
        (Pay::OfSum(percent), Lang::En) => format!("{percent}% of the sum insured per unit"),
    }
}

fn tiers(lang: Lang, statistic: Statistic, side: Side, all: &[Tier], unit: &str) -> String {
    let each = all.iter().map(|tier| {
        let from = value(lang, statistic, tier.from);
        format!("{}{from} {}", side.sign(), pay(lang, tier.pay, unit))
    });
    each.collect::<Vec<_>>().join(lang.t("；", "; "))
}

pub(super) fn rule(lang: Lang, trigger: &Trigger, unit: &str) -> String {
    let said = match &trigger.shape {
        Shape::Threshold { any, pay: amount } => {
            let any: Vec<String> = any.iter().map(|one| condition(lang, one)).collect();
            let any = any.join(lang.t("，或 ", " or "));
            format!("{any}{}{}", lang.t("：", ": "), pay(lang, *amount, unit))
        }
        Shape::Tiers {
            reading: of,
            side,
            tiers: all,
        } => {
            let table = tiers(lang, of.statistic, *side, all, unit);
            format!("{}{}{table}", reading(lang, *of), lang.t("：", ": "))
        }
        Shape::LargestEvent {
            statistic,
            side,
            tiers: all,
        } => {
            let table = tiers(lang, *statistic, *side, all, unit);
            let name = statistic.name().get(lang);
            match lang {
                Lang::Zh => format!("{name}，只赔期内最大的一次：{table}"),
                Lang::En => format!("{name}, only the largest event of the period: {table}"),
            }
        }
        Shape::Linear {
            condition: one,
            step,
            cap,
        } => {
            let of = condition(lang, one);
            let (step, cap) = (step.show(Unit::Yuan), cap.show(Unit::Yuan));
            let measure = match one.reading.statistic.unit().get(lang) {
                "" => lang.t("点", "point"),
                measure => measure,
            };
            match lang {
                Lang::Zh => format!("{of}：每差 1 {measure}每{unit}赔 {step} 元，每{unit}最多 {cap} 元"),
                Lang::En => format!(
                    "{of}: {step} yuan per {0} for each {measure} beyond, at most {cap} yuan per {0}",
                    english::unit(unit)
                ),
            }
        }
    };
    match (trigger.season, lang) {
        (None, _) => said,
        (Some(season), Lang::Zh) => format!(
            "每年{}月{}日至{}月{}日，{said}",
            season.from.0, season.from.1, season.to.0, season.to.1
        ),
        (Some(season), Lang::En) => format!(
            "From {:02}-{:02} to {:02}-{:02}: {said}",
            season.from.0, season.from.1, season.to.0, season.to.1
        ),
    }
}

fn seen(lang: Lang, seen: &Seen) -> String {
    let name = reading(lang, seen.reading);
    let mut said = match (seen.value, seen.day) {
        (Some(found), Some(day)) => {
            let found = value(lang, seen.reading.statistic, found);
            match lang {
                Lang::Zh => format!("{name} {found}（{day}）"),
                Lang::En => format!("{name} {found} ({day})"),
            }
        }
        _ => format!("{name} {}", lang.t("还没有观测值", "is not observed yet")),
    };
    if seen.missing > 0 {
        said.push_str(&match lang {
            Lang::Zh => format!("，缺 {} 天", seen.missing),
            Lang::En => format!(", {} days missing", seen.missing),
        });
    }
    said
}

/// 站 期 观测值；规则；计算。
pub(super) fn sentence(
    lang: Lang,
    trigger: &Trigger,
    station: &str,
    insured: &Insured<'_>,
    worked: &Worked,
) -> String {
    let (from, to) = worked.period;
    let observed: Vec<String> = worked.seen.iter().map(|one| seen(lang, one)).collect();
    let observed = observed.join(lang.t("，", ", "));
    let rule = rule(lang, trigger, insured.unit);
    let quantity = show_quantity(insured.quantity);
    let result = match (&worked.verdict, lang) {
        (Verdict::Unknown, _) => lang
            .t("观测值不全，还不能评估", "not enough is observed to evaluate")
            .to_owned(),
        (Verdict::NotMet, _) => lang
            .t("没有触发，不赔", "not triggered, nothing is paid")
            .to_owned(),
        (Verdict::Pays { per_unit, amount, .. }, Lang::Zh) => {
            let unit = insured.unit;
            format!(
                "{}{per_unit} 元/{unit} × {quantity} {unit} = {} 元",
                difference(lang, trigger, worked),
                amount.show(Unit::Yuan)
            )
        }
        (Verdict::Pays { per_unit, amount, .. }, Lang::En) => {
            let unit = english::unit(insured.unit);
            format!(
                "{}{per_unit} yuan per {unit} × {quantity} {unit} = {} yuan",
                difference(lang, trigger, worked),
                amount.show(Unit::Yuan)
            )
        }
    };
    match lang {
        Lang::Zh => format!("{station} {from} ～ {to}：{observed}。条款：{rule}。计算：{result}。"),
        Lang::En => format!("{station}, {from} to {to}: {observed}. Terms: {rule}. Worked: {result}."),
    }
}

/// Of the linear shape, how far the value lies beyond the bound.
fn difference(lang: Lang, trigger: &Trigger, worked: &Worked) -> String {
    let Shape::Linear { condition, step, cap } = &trigger.shape else {
        return String::new();
    };
    let Some(observed) = worked.seen.first().and_then(|seen| seen.value) else {
        return String::new();
    };
    let (low, high) = (
        observed.0.min(condition.bound.0),
        observed.0.max(condition.bound.0),
    );
    let beyond = (high - low).normalize();
    let (step, cap_yuan) = (step.show(Unit::Yuan), cap.show(Unit::Yuan));
    let capped = match &worked.verdict {
        Verdict::Pays { per_unit, .. } if *per_unit == cap.to_yuan().normalize() => match lang {
            Lang::Zh => format!("，按上限 {cap_yuan} 元"),
            Lang::En => format!(", capped at {cap_yuan} yuan"),
        },
        _ => String::new(),
    };
    match lang {
        Lang::Zh => format!("{high} − {low} = {beyond}，{beyond} × {step} 元{capped}；"),
        Lang::En => format!("{high} − {low} = {beyond}, {beyond} × {step} yuan{capped}; "),
    }
}
