//! The four shapes of `domain` §2, each with its printed figures.

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn measured(text: &str) -> Measured {
    Measured::parse(text).unwrap()
}

fn yuan(text: &str) -> Fen {
    Fen::parse_yuan(text).unwrap()
}

fn reading(statistic: Statistic, take: Take) -> Reading {
    Reading { statistic, take }
}

fn trigger(shape: Shape) -> Trigger {
    Trigger {
        station: 1,
        season: None,
        shape,
    }
}

/// A policy over 2023-06-01 to 2023-06-03 of 12.5 亩 at 4,000 yuan.
fn worked(trigger: &Trigger, statistic: Statistic, values: &[&str]) -> Worked {
    let days = (1..).zip(values).filter(|(_, value)| !value.is_empty());
    let days = days.map(|(n, value)| (day(&format!("2023-06-{n:02}")), measured(value)));
    let observations = Observations::from([(statistic, days.collect())]);
    let insured = Insured {
        starts_on: day("2023-06-01"),
        ends_on: day("2023-06-03"),
        quantity: 1_250,
        unit: "亩",
        unit_sum: yuan("4000"),
    };
    evaluate(trigger, "古劳站", &insured, &observations)
        .unwrap()
        .unwrap()
}

fn paid(worked: &Worked) -> Option<String> {
    match &worked.verdict {
        Verdict::Pays { amount, .. } => Some(amount.yuan()),
        _ => None,
    }
}

#[test]
fn a_threshold_of_heat_pays_when_any_day_reaches_it() {
    let hot = |side| {
        trigger(Shape::Threshold {
            any: vec![Condition {
                reading: reading(Statistic::MaxTemperature, Take::Highest),
                side,
                bound: measured("35"),
            }],
            pay: Pay::Yuan(yuan("200")),
        })
    };
    let at_35 = ["34.9", "35", "34"];
    let found = worked(&hot(Side::AtLeast), Statistic::MaxTemperature, &at_35);
    assert_eq!(paid(&found).as_deref(), Some("2500.00"));
    assert!(matches!(found.verdict, Verdict::Pays { day: at, .. } if at == day("2023-06-02")));
    let above = worked(&hot(Side::Above), Statistic::MaxTemperature, &at_35);
    assert_eq!(above.verdict, Verdict::NotMet, "35 is not above 35");
    assert_eq!(
        worked(&hot(Side::AtLeast), Statistic::MaxTemperature, &[]).verdict,
        Verdict::Unknown
    );
}

#[test]
fn shrimp_pay_for_wind_or_for_rain() {
    let condition = |statistic, bound| Condition {
        reading: reading(statistic, Take::Highest),
        side: Side::AtLeast,
        bound: measured(bound),
    };
    let shrimp = trigger(Shape::Threshold {
        any: vec![
            condition(Statistic::Gust, "20.8"),
            condition(Statistic::Rain, "50"),
        ],
        pay: Pay::OfSum(Percent::parse("10").unwrap()),
    });
    let rain = worked(&shrimp, Statistic::Rain, &["12", "50", "3"]);
    assert_eq!(paid(&rain).as_deref(), Some("5000.00"), "4,000 × 10% × 12.5");
    assert_eq!(
        worked(&shrimp, Statistic::Gust, &["20.7", "9", "9"]).verdict,
        Verdict::Unknown
    );
}

#[test]
fn frost_pays_by_tiers() {
    let tier = |from, percent| Tier {
        from: measured(from),
        pay: Pay::OfSum(Percent::parse(percent).unwrap()),
    };
    let frost = trigger(Shape::Tiers {
        reading: reading(Statistic::FrostIndex, Take::Stated),
        side: Side::AtLeast,
        tiers: vec![
            tier("11", "20"),
            tier("16", "50"),
            tier("21", "70"),
            tier("26", "90"),
        ],
    });
    for (index, percent) in [
        ("11", 20),
        ("15.99", 20),
        ("16", 50),
        ("21", 70),
        ("26", 90),
        ("40", 90),
    ] {
        let found = worked(&frost, Statistic::FrostIndex, &["", index]);
        assert_eq!(paid(&found), Some(format!("{}.00", 500 * percent)), "{index}");
    }
    assert_eq!(
        worked(&frost, Statistic::FrostIndex, &["10.99"]).verdict,
        Verdict::NotMet
    );
}

/// Seasonal rain below 230 mm pays 1.2 yuan for each missing one, at most 150 yuan per 亩.
fn dry(take: Take) -> Trigger {
    trigger(Shape::Linear {
        condition: Condition {
            reading: reading(Statistic::Rain, take),
            side: Side::Below,
            bound: measured("230"),
        },
        step: yuan("1.2"),
        cap: yuan("150"),
    })
}

#[test]
fn missing_rain_pays_by_the_millimetre_up_to_a_cap() {
    let found = worked(&dry(Take::Stated), Statistic::Rain, &["", "", "180"]);
    assert_eq!(paid(&found).as_deref(), Some("750.00"), "story 9");
    assert!(matches!(found.verdict, Verdict::Pays { per_unit, .. } if per_unit == Decimal::from(60)));
    for part in [
        "230 − 180 = 50",
        "50 × 1.20 元",
        "60 元/亩 × 12.50 亩 = 750.00 元",
    ] {
        assert!(found.sentence.zh.contains(part), "{part}: {}", found.sentence.zh);
    }
    assert!(
        found
            .sentence
            .en
            .contains("60 yuan per mu × 12.50 mu = 750.00 yuan"),
        "{}",
        found.sentence.en
    );
    let summed = worked(&dry(Take::Sum), Statistic::Rain, &["60.5", "0", "119.5"]);
    assert_eq!(paid(&summed).as_deref(), Some("750.00"));
    let missing = worked(&dry(Take::Sum), Statistic::Rain, &["60.5", "", "119.5"]);
    assert_eq!((missing.verdict, missing.seen[0].missing), (Verdict::Unknown, 1));
    for (rain, paid_for_it) in [
        ("105", "1875.00"),
        ("0", "1875.00"),
        ("229.9", "1.50"),
        ("229.99", "0.15"),
    ] {
        let found = worked(&dry(Take::Stated), Statistic::Rain, &[rain]);
        assert_eq!(paid(&found).as_deref(), Some(paid_for_it), "{rain}");
    }
    assert_eq!(
        worked(&dry(Take::Stated), Statistic::Rain, &["230"]).verdict,
        Verdict::NotMet
    );
}

#[test]
fn of_several_typhoons_the_largest_pays() {
    let tier = |from, pay| Tier {
        from: measured(from),
        pay: Pay::Yuan(yuan(pay)),
    };
    let typhoon = trigger(Shape::LargestEvent {
        statistic: Statistic::Typhoon,
        side: Side::AtLeast,
        tiers: vec![tier("24.5", "200"), tier("32.7", "500")],
    });
    let found = worked(&typhoon, Statistic::Typhoon, &["25", "33", "28"]);
    assert_eq!(paid(&found).as_deref(), Some("6250.00"), "500 × 12.5, once");
    assert_eq!(
        worked(&typhoon, Statistic::Typhoon, &["24.4"]).verdict,
        Verdict::NotMet
    );
}

#[test]
fn a_season_is_cut_to_the_days_insured() {
    let season = |from, to| Trigger {
        season: Some(Season { from, to }),
        ..dry(Take::Sum)
    };
    let period = |trigger: &Trigger, from, to| trigger.period(day(from), day(to));
    let spring = season((4, 1), (6, 30));
    assert_eq!(
        period(&spring, "2023-03-01", "2024-02-29"),
        Some((day("2023-04-01"), day("2023-06-30")))
    );
    assert_eq!(
        period(&spring, "2023-06-15", "2023-12-31"),
        Some((day("2023-06-15"), day("2023-06-30")))
    );
    assert_eq!(period(&spring, "2023-07-01", "2023-12-31"), None);
    let winter = season((12, 1), (2, 28));
    assert_eq!(
        period(&winter, "2023-11-01", "2024-10-31"),
        Some((day("2023-12-01"), day("2024-02-28")))
    );
    assert_eq!(
        period(&winter, "2024-01-10", "2024-10-31"),
        Some((day("2024-01-10"), day("2024-02-28")))
    );
}

#[test]
fn values_and_triggers_read_as_they_were_written() {
    for (text, read) in [
        ("180", "180"),
        ("20.80", "20.8"),
        ("-3.5", "-3.5"),
        ("１８０", "180"),
    ] {
        assert_eq!(Measured::parse(text).unwrap().to_string(), read);
    }
    for odd in ["", "-", "1.", ".5", "1e3", "1.23456", "1234567", "--1", "＋1"] {
        assert!(Measured::parse(odd).is_none(), "{odd}");
    }
    let text = serde_json::to_string(&dry(Take::Sum)).unwrap();
    assert_eq!(
        serde_json::from_str::<Trigger>(&text).unwrap(),
        dry(Take::Sum),
        "{text}"
    );
    assert_eq!(
        rule(Lang::Zh, &dry(Take::Sum), "亩"),
        "降雨量（期内合计） < 230 毫米：每差 1 毫米每亩赔 1.20 元，每亩最多 150.00 元"
    );
}
