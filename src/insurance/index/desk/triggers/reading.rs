//! Reading a trigger from its form.

use chrono::{Datelike, NaiveDate};

use super::super::super::rules::{
    Condition, Measured, Pay, Reading, Season, Shape, Side, Statistic, Take, Tier, Trigger,
};
use super::super::label;
use super::SHAPES;
use crate::auth::FormData;
use crate::error::{Error, Issue};
use crate::recording::Reader;
use crate::values::pasted::{PastedRow, pasted_rows};
use crate::values::rate::Percent;
use crate::values::{Fen, Say};

type Read = (NaiveDate, String, Option<Trigger>);

pub(super) fn read(form: &FormData) -> Result<Read, Error> {
    let mut reader = Reader::new(form);
    let valid_from = reader.day("valid_from");
    let mut issues = Vec::new();
    let source = label("source", form.get("source"), &mut issues);
    for issue in issues {
        reader.add(issue);
    }
    let known = |text: &str| {
        SHAPES
            .into_iter()
            .map(|(code, _)| code)
            .find(|code| *code == text)
    };
    let shape = reader.one_of(
        "shape",
        known,
        Say::new("请选择赔付方式。", "Choose how it pays."),
    );
    let trigger = match shape {
        None | Some("undetermined") => None,
        Some(shape) => read_trigger(&mut reader, shape),
    };
    reader.finish()?;
    Ok((valid_from, source, trigger))
}

/// The trigger; none when something in it does not read, which is noted.
fn read_trigger(reader: &mut Reader<'_>, shape: &str) -> Option<Trigger> {
    let station = reader.chosen("station", Say::new("请选择气象站。", "Choose the station."));
    let season = read_season(reader);
    let statistic = read_statistic(reader, "statistic");
    let shape = match shape {
        "threshold" => {
            let mut any = vec![read_condition(reader, "")];
            if !reader.text("bound_2").is_empty() {
                any.push(read_condition(reader, "_2"));
            }
            let any: Option<Vec<Condition>> = any.into_iter().collect();
            let pay = read_pay(reader.text("pay")).or_else(|| refuse(reader, "pay", pay_hint()));
            Shape::Threshold { any: any?, pay: pay? }
        }
        "linear" => {
            let condition = read_condition(reader, "");
            let (step, cap) = (read_yuan(reader, "step"), read_yuan(reader, "cap"));
            Shape::Linear {
                condition: condition?,
                step: step?,
                cap: cap?,
            }
        }
        "tiers" => {
            let take = read_take(reader, "take");
            let (side, tiers) = (read_rising(reader), read_tiers(reader));
            Shape::Tiers {
                reading: Reading {
                    statistic: statistic?,
                    take: take?,
                },
                side: side?,
                tiers: tiers?,
            }
        }
        _ => {
            let (side, tiers) = (read_rising(reader), read_tiers(reader));
            Shape::LargestEvent {
                statistic: statistic?,
                side: side?,
                tiers: tiers?,
            }
        }
    };
    Some(Trigger {
        station: station?,
        season: season?,
        shape,
    })
}

fn refuse<T>(reader: &mut Reader<'_>, field: &str, say: Say) -> Option<T> {
    reader.add(Issue::refuse("trigger.field", field, say));
    None
}

pub(super) fn pay_hint() -> Say {
    Say::new(
        "请写每单位赔多少元（如 200）或单位保额的百分之几（如 10%）。",
        "Write yuan per unit (like 200) or a part of the sum insured per unit (like 10%).",
    )
}

/// `200` is yuan, `10%` a part of the unit sum; above zero.
fn read_pay(text: &str) -> Option<Pay> {
    if text.ends_with(['%', '％']) {
        let percent = Percent::parse(text).ok()?;
        let within = percent > Percent::ZERO && percent <= Percent::HUNDRED;
        return within.then_some(Pay::OfSum(percent));
    }
    Fen::parse_yuan(text)
        .ok()
        .filter(|fen| fen.is_positive())
        .map(Pay::Yuan)
}

fn read_yuan(reader: &mut Reader<'_>, field: &str) -> Option<Fen> {
    let fen = Fen::parse_yuan(reader.text(field))
        .ok()
        .filter(|fen| fen.is_positive());
    fen.or_else(|| {
        refuse(
            reader,
            field,
            Say::new("请写大于零的元数。", "Write yuan above zero."),
        )
    })
}

fn read_statistic(reader: &mut Reader<'_>, field: &str) -> Option<Statistic> {
    reader.one_of(
        field,
        Statistic::parse,
        Say::new("请选择观测项目。", "Choose what is observed."),
    )
}

fn read_take(reader: &mut Reader<'_>, field: &str) -> Option<Take> {
    reader.one_of(
        field,
        Take::parse,
        Say::new("请选择取哪个值。", "Choose which value counts."),
    )
}

fn read_side(reader: &mut Reader<'_>, field: &str) -> Option<Side> {
    reader.one_of(
        field,
        Side::parse,
        Say::new("请选择 ≥、>、≤ 或 <。", "Choose ≥, >, ≤ or <."),
    )
}

/// A table of tiers rises: its side is ≥ or >.
fn read_rising(reader: &mut Reader<'_>) -> Option<Side> {
    let side = read_side(reader, "side")?;
    match side {
        Side::AtLeast | Side::Above => Some(side),
        Side::AtMost | Side::Below => {
            refuse(reader, "side", Say::new("分档用 ≥ 或 >。", "Tiers use ≥ or >."))
        }
    }
}

fn read_bound(reader: &mut Reader<'_>, field: &str) -> Option<Measured> {
    Measured::parse(reader.text(field)).or_else(|| {
        refuse(
            reader,
            field,
            Say::new("请填写界限，要是数字。", "Enter the bound, a number."),
        )
    })
}

fn read_condition(reader: &mut Reader<'_>, suffix: &str) -> Option<Condition> {
    let field = |name: &str| format!("{name}{suffix}");
    let statistic = Statistic::parse(reader.text(&field("statistic")));
    let statistic = match suffix {
        // The first statistic has been asked for already.
        "" => statistic,
        _ => read_statistic(reader, &field("statistic")),
    };
    let take = read_take(reader, &field("take"));
    let side = read_side(reader, &field("side"));
    let bound = read_bound(reader, &field("bound"));
    Some(Condition {
        reading: Reading {
            statistic: statistic?,
            take: take?,
        },
        side: side?,
        bound: bound?,
    })
}

/// The season, or that there is none; none of both when it does not read.
fn read_season(reader: &mut Reader<'_>) -> Option<Option<Season>> {
    let (from, to) = (reader.text("season_from"), reader.text("season_to"));
    if from.is_empty() && to.is_empty() {
        return Some(None);
    }
    // A leap year would let 02-29 in, which most years lack.
    let month_day = |text: &str| {
        let day = NaiveDate::parse_from_str(&format!("2023-{text}"), "%Y-%m-%d").ok()?;
        Some((day.month(), day.day()))
    };
    match (month_day(from), month_day(to)) {
        (Some(from), Some(to)) => Some(Some(Season { from, to })),
        _ => refuse(
            reader,
            "season_from",
            Say::new(
                "观测期请写成 04-01 和 06-30；不限则都留空。",
                "Write the season like 04-01 and 06-30, or leave both empty.",
            ),
        ),
    }
}

/// A value and a pay in each row, rising.
fn read_tiers(reader: &mut Reader<'_>) -> Option<Vec<Tier>> {
    let text = reader.text("tiers");
    let rows = match pasted_rows(text) {
        Ok(rows) => rows,
        Err(error) => return refuse(reader, "tiers", error.say()),
    };
    let tier = |row: &PastedRow| {
        Some(Tier {
            from: Measured::parse(row.cell(0))?,
            pay: read_pay(row.cell(1))?,
        })
    };
    let tiers: Option<Vec<Tier>> = rows.iter().map(tier).collect();
    let rising =
        |tiers: &Vec<Tier>| !tiers.is_empty() && tiers.windows(2).all(|pair| pair[0].from < pair[1].from);
    tiers.filter(rising).or_else(|| {
        let say = Say::new(
            "每行一档：起点、赔多少（元，或带 % 的单位保额比例），起点逐行升高。",
            "A tier in each row: from which value, what it pays (yuan, or a percentage of the unit sum), rising.",
        );
        refuse(reader, "tiers", say)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dry() -> FormData {
        FormData::default()
            .with("valid_from", "2023-01-01")
            .with("source", "条款")
            .with("shape", "linear")
            .with("station", "1")
            .with("season_from", "04-01")
            .with("season_to", "06-30")
            .with("statistic", "rain")
            .with("take", "sum")
            .with("side", "below")
            .with("bound", "230")
            .with("step", "1.2")
            .with("cap", "150")
    }

    fn wrong(form: &FormData) -> Vec<String> {
        let refused = read(form).expect_err("refused");
        refused.issues().iter().map(|issue| issue.field.clone()).collect()
    }

    #[test]
    fn every_shape_reads() {
        let (_, _, trigger) = read(&dry()).unwrap();
        let trigger = trigger.unwrap();
        assert_eq!(
            trigger.season,
            Some(Season {
                from: (4, 1),
                to: (6, 30)
            })
        );
        assert!(matches!(trigger.shape, Shape::Linear { cap: Fen(15_000), .. }));
        let tiers = dry()
            .with("shape", "tiers")
            .with("side", "at_least")
            .with("tiers", "11,20%\n16,50%");
        assert!(
            matches!(read(&tiers).unwrap().2.unwrap().shape, Shape::Tiers { tiers, .. } if tiers.len() == 2)
        );
        let typhoon = tiers
            .clone()
            .with("shape", "largest_event")
            .with("statistic", "typhoon")
            .with("tiers", "24.5\t65");
        assert!(matches!(
            read(&typhoon).unwrap().2.unwrap().shape,
            Shape::LargestEvent { .. }
        ));
        let either = dry()
            .with("shape", "threshold")
            .with("pay", "10%")
            .with("statistic_2", "gust")
            .with("take_2", "highest")
            .with("side_2", "at_least")
            .with("bound_2", "20.8");
        assert!(
            matches!(read(&either).unwrap().2.unwrap().shape, Shape::Threshold { any, .. } if any.len() == 2)
        );
        let open = FormData::default()
            .with("valid_from", "2023-01-01")
            .with("source", "条款")
            .with("shape", "undetermined");
        assert_eq!(read(&open).unwrap().2, None);
    }

    #[test]
    fn what_does_not_read_is_said_beside_its_field() {
        assert_eq!(
            wrong(&dry().with("bound", "很多").with("cap", "0")),
            ["bound", "cap"]
        );
        assert_eq!(wrong(&dry().with("season_to", "02-30")), ["season_from"]);
        let falling = dry().with("shape", "tiers").with("tiers", "16,50%\n11,20%");
        assert_eq!(wrong(&falling), ["side", "tiers"]);
        assert_eq!(
            wrong(&dry().with("shape", "threshold").with("pay", "0%")),
            ["pay"]
        );
        assert_eq!(wrong(&FormData::default()), ["valid_from", "source", "shape"]);
    }
}
