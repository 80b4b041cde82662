//! The page of a figure.

use maud::{Markup, html};

use super::load::{Reading, View};
use super::steps::{self, exact, unit, when};
use super::{Asked, What, rate_views, tables};
use crate::totals::{
    Aspect, Comparison, FigureAddress, Figures, Finding, MeasureGroup, Ours, Value, assumption, page_behind,
    published_unit,
};
use crate::ui::address;
use crate::ui::page::Crumb;
use crate::ui::pill::{self, Tone, tag};
use crate::values::day::show_day;
use crate::values::measure::rates::rates_with;
use crate::values::measure::{CREDIT_PREAPPROVED, Measure};
use crate::values::rate::{show_change, show_percent};
use crate::values::{Fen, Lang, Unit};

/// 汇总 › 市 › 县 › 镇 › this figure.
pub(super) fn crumbs(lang: Lang, view: &View) -> Vec<Crumb> {
    let asked = &view.asked;
    let totals = page_behind(&asked.back, asked.month).unwrap_or_else(|| totals_page(asked));
    let mut crumbs = vec![Crumb::link(lang.t("汇总", "Totals"), totals)];
    let last = view.trail.len().saturating_sub(1);
    for (at, (name, path)) in view.trail.iter().enumerate() {
        let alone = at == last && asked.member.is_none();
        crumbs.push(if alone {
            Crumb::here(format!("{name} · {}", asked.what.name().get(lang)))
        } else {
            let whole = ["institution", "product", "specialist"];
            let path = match at == last {
                true => whole
                    .iter()
                    .fold(path.clone(), |path, key| address::without(&path, key)),
                false => path.clone(),
            };
            Crumb::link(name, path)
        });
    }
    if let Some((_, name)) = &asked.member {
        crumbs.push(Crumb::here(format!("{name} · {}", asked.what.name().get(lang))));
    }
    crumbs
}

/// The totals of the figure's region and month, where it stands among others.
fn totals_page(asked: &Asked) -> String {
    let group = super::load::measures(asked.what)
        .first()
        .map_or(MeasureGroup::Credit, |measure| MeasureGroup::of(measure));
    let path = address::with("/totals", "region", &asked.key);
    let path = address::with(&path, "month", &asked.month.to_string());
    let path = address::with(&path, "group", group.code());
    match asked.boundaries {
        crate::totals::Boundaries::Then => path,
        now => address::with(&path, "boundaries", now.code()),
    }
}

/// The page.
pub(super) fn page(lang: Lang, view: &View) -> Markup {
    let asked = &view.asked;
    html! {
        div.origin-page.portrait {
            h1 {
                (view.place.get(lang)) " · " (asked.what.name().get(lang))
                @if let Some((_, name)) = &asked.member { " · " (name) }
                " " small { (asked.month.show(lang)) }
                (pill::edition(lang, view.edition.as_ref().map(|(number, _)| *number)))
            }
            (headline(lang, view))
            (facts(lang, view))
            @match &view.reading {
                Reading::Measure(measure, figures) => (steps::table(lang, view, measure, figures)),
                Reading::Rate(rate, read) => (rate_views::table(lang, view, rate, read)),
            }
            (published(lang, view))
            div.origin-parts {
                @for parts in &view.parts {
                    @match &view.reading {
                        Reading::Measure(measure, figures) => (tables::amounts(lang, view, parts, (measure, figures))),
                        Reading::Rate(rate, read) => (tables::rates(lang, view, parts, (rate, read))),
                    }
                }
            }
            (onwards(lang, view))
        }
    }
}

/// The value meant, large, and to the fen beside it.
fn headline(lang: Lang, view: &View) -> Markup {
    let asked = &view.asked;
    let label = asked.aspect.text().get(lang);
    let when = when(asked, asked.aspect, lang);
    html! {
        p.origin-value {
            span.label { (label) @if !when.is_empty() { " " time { (when) } } }
            @match &view.reading {
                Reading::Measure(measure, figures) => (value(lang, measure, figures, asked.aspect)),
                Reading::Rate(_, read) => {
                    @let percent = read.iter().find(|(aspect, _)| *aspect == asked.aspect).and_then(|(_, parts)| parts.percent());
                    b { (show_percent(percent)) }
                }
            }
            @if let Reading::Measure(_, figures) = &view.reading {
                @if let Some(path) = asked.address().vouchers(asked.aspect)
                    .filter(|_| view.same_units.contains(&asked.aspect) && figures.amount(asked.aspect) != 0) {
                    a.behind href=(path) { (lang.t("看背后的凭证", "The vouchers behind it")) }
                }
            }
        }
    }
}

fn value(lang: Lang, measure: &Measure, figures: &Figures, aspect: Aspect) -> Markup {
    let amount = match figures.get(aspect) {
        Some(Value::Percent(percent)) => return html! { b { (show_change(percent)) } },
        Some(Value::Amount(amount) | Value::Change(amount)) => amount,
        None => 0,
    };
    if !measure.unit.is_money() {
        return html! { b { (exact(measure, amount)) } " " span.unit { (unit(measure, lang)) } };
    }
    let large = suitable(amount);
    html! {
        b { (Fen(amount).show(large)) } " " span.unit { (large.label(lang)) }
        @if large != Unit::Yuan {
            span.exact { "= " (exact(measure, amount)) " " (unit(measure, lang)) }
        }
    }
}

/// The unit in which an amount reads best.
fn suitable(amount: i64) -> Unit {
    match amount.unsigned_abs() {
        10_000_000_000.. => Unit::Yi,
        1_000_000.. => Unit::Wan,
        _ => Unit::Yuan,
    }
}

/// What it is, when it is of, whether it may still move.
fn facts(lang: Lang, view: &View) -> Markup {
    let asked = &view.asked;
    let (definition, nature) = match asked.what {
        What::Measure(measure) => (measure.definition, steps::nature(lang, measure)),
        What::Rate(rate) => (
            rate.definition,
            lang.t(
                "比率：分子之和÷分母之和，不能相加，也不能平均",
                "Rate: Σ numerator ÷ Σ denominator; rates neither add up nor average",
            )
            .to_owned(),
        ),
    };
    html! {
        dl.facts {
            div { dt { (lang.t("口径", "Definition")) } dd {
                (definition.get(lang))
                @if matches!(asked.what, What::Measure(measure) if measure.id == CREDIT_PREAPPROVED) { " " (assumption(lang)) }
            } }
            div { dt { (lang.t("性质", "Nature")) } dd { (nature) } }
            div { dt { (lang.t("截至", "As of")) } dd { (as_of(lang, view)) } }
            div { dt { (lang.t("区划", "Boundaries")) } dd {
                (asked.boundaries.text().get(lang)) " (" (show_day(asked.day())) ")"
            } }
            div { dt { (lang.t("代码", "Code")) } dd { code { (asked.what.code()) } } }
        }
    }
}

fn as_of(lang: Lang, view: &View) -> String {
    let read = &view.read_at;
    match (&view.edition, lang) {
        (Some((number, closed)), Lang::Zh) => {
            format!("第{number}版，{closed} 关账时定下；以后不变，重开另出新版")
        }
        (Some((number, closed)), Lang::En) => {
            format!("edition {number}, fixed at the close on {closed}; a reopened month gets another edition")
        }
        (None, Lang::Zh) => format!("{read} 读出；本月未关账，还会变动"),
        (None, Lang::En) => format!("read at {read}; the month is open and may still move"),
    }
}

/// What the press or a ministry said of this very figure.
fn published(lang: Lang, view: &View) -> Markup {
    html! {
        @for Comparison { published, ours } in &view.published {
            @if let Ours::Figure(figure) = ours {
                div.notice.beside {
                    p {
                        b { (lang.t("公布数：", "Published: ")) }
                        (published.topic(lang)) " " (published.value_text) " " (published_unit(lang, &published.unit))
                        (lang.t("，", ", ")) time { (show_day(published.as_of)) } " "
                        @match figure.finding {
                            Finding::Agrees => (tag(Tone::Good, figure.finding.text().get(lang))),
                            Finding::Unknown => (tag(Tone::Neutral, figure.finding.text().get(lang))),
                            Finding::Differs(by) => {
                                (tag(Tone::Wrong, figure.finding.text().get(lang))) " "
                                (lang.t("台账减公布数：", "ledger less published: ")) (by) " " (published_unit(lang, &published.unit))
                            }
                        }
                        " (" (figure.aspect.text().get(lang)) ") "
                        a href="/comparison" { (lang.t("全部对照", "All comparisons")) }
                    }
                    p {
                        small lang="zh-CN" { "“" (published.quotation) "”" }
                        @if lang == Lang::En && !published.quotation_en.is_empty() { " " small { (published.quotation_en) } }
                    }
                }
            }
        }
    }
}

/// Where else to look: the same figure otherwise read, the rates it is part of, the totals page.
fn onwards(lang: Lang, view: &View) -> Markup {
    let asked = &view.asked;
    let rates: Vec<(&str, String)> = match asked.what {
        What::Measure(measure) => rates_with(measure.id)
            .map(|rate| {
                let at = FigureAddress {
                    what: rate.code,
                    ..asked.address()
                };
                (rate.name.get(lang), at.path())
            })
            .collect(),
        What::Rate(_) => Vec::new(),
    };
    let compare = address::with("/compare", "region", &asked.key);
    let compare = address::with(&compare, "month", &asked.month.to_string());
    html! {
        p.onwards {
            a href=(totals_page(asked)) { (lang.t("在汇总表里看", "Among the totals")) }
            @for (name, path) in rates { " · " a href=(path) { (name) } }
            " · " a href=(compare) { (lang.t("对比两个月、两个县", "Compare months and counties")) }
        }
    }
}
