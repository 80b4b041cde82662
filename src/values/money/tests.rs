use super::*;
use proptest::prelude::*;

fn read(text: &str) -> Result<String, &'static str> {
    Fen::parse_yuan(text).map(Fen::yuan).map_err(|error| error.code())
}

fn read_in(text: &str, unit: Unit) -> Result<String, &'static str> {
    Fen::parse(text, unit)
        .map(Fen::yuan)
        .map_err(|error| error.code())
}

#[test]
fn amounts_are_read_as_people_write_them() {
    let cases = [
        ("1130000", "1130000.00"),
        ("1130000.5", "1130000.50"),
        ("1,130,000.00", "1130000.00"),
        ("１，１３０，０００．００", "1130000.00"),
        (" ¥1,130,000.00 ", "1130000.00"),
        ("￥ 5", "5.00"),
        ("-¥5", "-5.00"),
        ("¥-5", "-5.00"),
        ("－0.05", "-0.05"),
        ("\u{2212}0.05", "-0.05"),
        ("　0　", "0.00"),
        ("-0.00", "0.00"),
        ("007", "7.00"),
        ("9999999999999.99", "9999999999999.99"),
        ("-9,999,999,999,999.99", "-9999999999999.99"),
    ];
    for (text, yuan) in cases {
        assert_eq!(read(text).as_deref(), Ok(yuan), "{text}");
    }
}

#[test]
fn units_have_their_own_decimals_and_digits() {
    assert_eq!(read_in("113", Unit::Wan).as_deref(), Ok("1130000.00"));
    assert_eq!(read_in("0.000001", Unit::Wan).as_deref(), Ok("0.01"));
    assert_eq!(read_in("125.92", Unit::Yi).as_deref(), Ok("12592000000.00"));
    assert_eq!(read_in("0.0000000001", Unit::Yi).as_deref(), Ok("0.01"));
    assert_eq!(
        read_in("999999999.999999", Unit::Wan).as_deref(),
        Ok("9999999999999.99")
    );
    assert_eq!(read_in("0.0000001", Unit::Wan), Err("amount.too_many_decimals"));
    assert_eq!(read_in("1000000000", Unit::Wan), Err("amount.too_many_digits"));
    assert_eq!(read_in("100000", Unit::Yi), Err("amount.too_many_digits"));
}

#[test]
fn every_mistake_is_refused_by_its_name() {
    let cases = [
        ("", "amount.empty"),
        (" 　 ", "amount.empty"),
        ("-", "amount.not_a_number"),
        ("¥", "amount.not_a_number"),
        ("--5", "amount.not_a_number"),
        ("¥¥5", "amount.not_a_number"),
        ("5-", "amount.not_a_number"),
        ("5.", "amount.not_a_number"),
        (".5", "amount.not_a_number"),
        ("1.2.3", "amount.not_a_number"),
        ("1 000", "amount.not_a_number"),
        ("NaN", "amount.not_a_number"),
        ("Infinity", "amount.not_a_number"),
        ("0x10", "amount.not_a_number"),
        ("壹佰", "amount.not_a_number"),
        ("٣", "amount.not_a_number"),
        ("e5", "amount.not_a_number"),
        ("1e6", "amount.exponent"),
        ("1.13E+06", "amount.exponent"),
        ("1_000", "amount.underscore"),
        ("+5", "amount.plus_sign"),
        ("(5.00)", "amount.parentheses"),
        ("（5.00）", "amount.parentheses"),
        ("113万", "amount.unit_inside"),
        ("5元", "amount.unit_inside"),
        ("1,13", "amount.grouping"),
        ("113,0000", "amount.grouping"),
        (",113", "amount.grouping"),
        ("1130,000", "amount.grouping"),
        ("1,000.000,00", "amount.grouping"),
        ("1.234", "amount.too_many_decimals"),
        ("1.230", "amount.too_many_decimals"),
        ("10000000000000", "amount.too_many_digits"),
    ];
    for (text, code) in cases {
        assert_eq!(read(text), Err(code), "{text}");
    }
    let too_many = AmountError::TooManyDecimals { allowed: 2 };
    assert!(too_many.say().get(Lang::Zh).contains("2 位"));
    assert!(too_many.to_string().contains("At most 2 decimals"));
}

#[test]
fn arithmetic_is_exact_or_refused() {
    let max = Fen(i64::MAX);
    assert_eq!(Fen(3).plus(Fen(4)), Ok(Fen(7)));
    assert_eq!(Fen(3).minus(Fen(4)), Ok(Fen(-1)));
    assert_eq!(max.plus(Fen(1)), Err(AmountError::Overflow));
    assert_eq!(Fen(i64::MIN).minus(Fen(1)), Err(AmountError::Overflow));
    assert_eq!(Fen(i64::MIN).negated(), Err(AmountError::Overflow));
    assert_eq!(
        Fen::sum([max, max, Fen(-i64::MAX)]),
        Ok(max),
        "only the final sum has to fit"
    );
    assert_eq!(Fen::sum([max, Fen(1)]), Err(AmountError::Overflow));
    assert_eq!(Fen::sum([]), Ok(Fen::ZERO));
    assert!(Fen(1).is_positive() && Fen(-1).is_negative() && Fen(0).is_zero());
}

#[test]
fn decimals_cross_only_without_loss() {
    let decimal = |text: &str| text.parse::<Decimal>().unwrap();
    assert_eq!(Fen::from_yuan(decimal("113.0500")), Ok(Fen(11_305)));
    assert_eq!(Fen::from_yuan(decimal("-0.05")), Ok(Fen(-5)));
    assert_eq!(Fen::from_yuan(decimal("0.005")), Err(AmountError::FractionOfFen));
    assert_eq!(Fen::from_yuan(Decimal::MAX), Err(AmountError::Overflow));
    assert_eq!(
        Fen::from_yuan(decimal("92233720368547758.08")),
        Err(AmountError::Overflow)
    );
    assert_eq!(Fen(11_305).to_yuan().to_string(), "113.05");
    assert_eq!(Fen(100).to_yuan().to_string(), "1.00");
}

#[test]
fn factors_round_once_half_away_from_zero() {
    let decimal = |text: &str| text.parse::<Decimal>().unwrap();
    // 5,000 元/亩 × 2,793.65 亩.
    assert_eq!(
        Fen(500_000).times(decimal("2793.65")).map(Fen::yuan).as_deref(),
        Ok("13968250.00")
    );
    assert_eq!(Fen(1).times(decimal("0.5")), Ok(Fen(1)));
    assert_eq!(Fen(-1).times(decimal("0.5")), Ok(Fen(-1)));
    assert_eq!(Fen(1).times(decimal("0.49")), Ok(Fen(0)));
    assert_eq!(Fen(i64::MAX).times(decimal("2")), Err(AmountError::Overflow));
    assert_eq!(Fen(i64::MAX).times(Decimal::MAX), Err(AmountError::Overflow));
}

#[test]
fn amounts_are_shown_grouped_and_rounded_once() {
    let amount = Fen(113_000_000);
    assert_eq!(amount.show(Unit::Yuan), "1,130,000.00");
    assert_eq!(amount.show(Unit::Wan), "113.00");
    assert_eq!(amount.show(Unit::Yi), "0.01");
    assert_eq!(Fen(1_259_200_000_000).show(Unit::Yi), "125.92");
    // 33,335.00 is 3.3335 万; three of them are 10.0005 万, not 3 × 3.33.
    assert_eq!(Fen(3_333_500).show(Unit::Wan), "3.33");
    assert_eq!(Fen(3 * 3_333_500).show(Unit::Wan), "10.00");
    assert_eq!(
        Fen(12_125_000).show(Unit::Wan),
        "12.13",
        "half goes away from zero"
    );
    assert_eq!(Fen(-12_125_000).show(Unit::Wan), "-12.13");
    assert_eq!(Fen(-5).show(Unit::Yuan), "-0.05");
    assert_eq!(
        Fen(-5).show(Unit::Wan),
        "0.00",
        "what rounds to nothing has no sign"
    );
    assert_eq!(Fen(i64::MIN).show(Unit::Yuan), "-92,233,720,368,547,758.08");
    assert_eq!(Fen(i64::MIN).yuan(), "-92233720368547758.08");
    assert_eq!(amount.in_unit(Unit::Wan).to_string(), "113.00");
    assert_eq!(show_count(-1_234_567), "-1,234,567");
    assert_eq!(show_count(100), "100");
}

#[test]
fn json_is_a_yuan_string() {
    assert_eq!(
        serde_json::to_string(&Fen(113_000_000)).unwrap(),
        "\"1130000.00\""
    );
    assert_eq!(
        serde_json::from_str::<Fen>("\"1130000.5\"").unwrap(),
        Fen(113_000_050)
    );
    for refused in [
        "1130000",
        "1.5",
        "\"1,130,000.00\"",
        "\" 5\"",
        "\"5.001\"",
        "\"\"",
        "null",
    ] {
        assert!(serde_json::from_str::<Fen>(refused).is_err(), "{refused}");
    }
}

#[test]
fn units_read_back_and_agree_with_themselves() {
    for unit in Unit::ALL {
        assert_eq!(Unit::parse(unit.code()), Some(unit));
        let splits = 10_i64.pow(u32::try_from(unit.max_decimals()).unwrap());
        assert_eq!(splits, unit.divisor_fen());
    }
    assert_eq!(Unit::Wan.label(Lang::Zh), "万元");
    assert_eq!(Unit::parse("fen"), None);
}

proptest! {
    #[test]
    fn the_machine_form_round_trips(fen: i64) {
        let json = serde_json::to_string(&Fen(fen)).unwrap();
        prop_assert_eq!(serde_json::from_str::<Fen>(&json).unwrap(), Fen(fen));
        prop_assert_eq!(Fen::from_yuan(Fen(fen).to_yuan()), Ok(Fen(fen)));
    }

    #[test]
    fn what_can_be_entered_reads_back_as_it_is_shown(
        fen in -Fen::MAX_ENTRY.0..=Fen::MAX_ENTRY.0,
    ) {
        prop_assert_eq!(Fen::parse_yuan(&Fen(fen).show(Unit::Yuan)), Ok(Fen(fen)));
        prop_assert_eq!(Fen::parse_yuan(&Fen(fen).yuan()), Ok(Fen(fen)));
        for unit in [Unit::Wan, Unit::Yi] {
            let scale = u32::try_from(unit.max_decimals()).unwrap();
            let exact = Decimal::from_i128_with_scale(i128::from(fen), scale);
            prop_assert_eq!(Fen::parse(&exact.to_string(), unit), Ok(Fen(fen)));
        }
    }

    #[test]
    fn showing_is_within_half_a_hundredth_of_the_unit(fen: i64) {
        for unit in Unit::ALL {
            let shown = Fen(fen).in_unit(unit).mantissa() * i128::from(unit.divisor_fen());
            prop_assert!((shown - i128::from(fen) * 100).abs() * 2 <= i128::from(unit.divisor_fen()));
            let text = Fen(fen).show(unit).replace(',', "");
            prop_assert_eq!(text.parse::<Decimal>().unwrap(), Fen(fen).in_unit(unit));
            prop_assert!(text != "-0.00");
        }
    }

    #[test]
    fn sums_do_not_depend_on_order(mut amounts in proptest::collection::vec(any::<i32>(), 0..50)) {
        let sum = |amounts: &[i32]| Fen::sum(amounts.iter().map(|&fen| Fen(i64::from(fen))));
        let forward = sum(&amounts);
        amounts.reverse();
        prop_assert_eq!(sum(&amounts), forward.clone());
        amounts.sort_unstable();
        prop_assert_eq!(sum(&amounts), forward);
    }

    #[test]
    fn adding_and_taking_away_is_nothing(a: i64, b: i64) {
        if let Ok(sum) = Fen(a).plus(Fen(b)) {
            prop_assert_eq!(sum.minus(Fen(b)), Ok(Fen(a)));
        }
    }

    #[test]
    fn no_text_breaks_the_reader(text in "\\PC{0,24}") {
        for unit in Unit::ALL {
            if let Ok(amount) = Fen::parse(&text, unit) {
                prop_assert!(amount.0.abs() <= Fen::MAX_ENTRY.0);
            }
        }
    }

    #[test]
    fn number_like_text_is_read_exactly_or_refused(text in "-?[0-9]{1,14}(\\.[0-9]{0,3})?") {
        let grammatical = {
            let body = text.trim_start_matches('-');
            let (whole, decimals) = body.split_once('.').map_or((body, None), |(w, d)| (w, Some(d)));
            whole.len() <= 13 && decimals.is_none_or(|d| (1..=2).contains(&d.len()))
        };
        let read = Fen::parse_yuan(&text);
        prop_assert_eq!(read.is_ok(), grammatical);
        if let Ok(amount) = read {
            prop_assert_eq!(amount.to_yuan(), text.parse::<Decimal>().unwrap());
        }
    }
}
