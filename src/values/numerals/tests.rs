use super::*;
use proptest::prelude::*;

fn spelled(yuan: &str) -> String {
    to_capitals(Fen::parse_yuan(yuan).unwrap())
}

fn read_back(text: &str) -> Result<String, &'static str> {
    parse_capitals(text).map(Fen::yuan).map_err(|error| error.code())
}

#[test]
fn the_worked_amounts_are_spelled_as_the_handbook_spells_them() {
    let cases = [
        ("0.00", "零元整"),
        ("0.05", "伍分"),
        ("0.10", "壹角整"),
        ("10.00", "壹拾元整"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("1409.50", "壹仟肆佰零玖元伍角整"),
        ("1680.32", "壹仟陆佰捌拾元零叁角贰分"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("107000.53", "壹拾万柒仟元零伍角叁分"),
        ("100010.00", "壹拾万零壹拾元整"),
        ("459102.00", "肆拾伍万玖仟壹佰零贰元整"),
        ("1130000.00", "壹佰壹拾叁万元整"),
        ("10011001.00", "壹仟零壹万壹仟零壹元整"),
        ("100000001.00", "壹亿零壹元整"),
        ("7090000000.00", "柒拾亿玖仟万元整"),
        ("205900000000.00", "贰仟零伍拾玖亿元整"),
        ("-2000.50", "负贰仟元零伍角整"),
        ("12592000000.00", "壹佰贰拾伍亿玖仟贰佰万元整"),
        ("100090000.00", "壹亿零玖万元整"),
        ("100009000.00", "壹亿零玖仟元整"),
        ("2000.05", "贰仟元零伍分"),
        (
            "1234567890123.45",
            "壹万贰仟叁佰肆拾伍亿陆仟柒佰捌拾玖万零壹佰贰拾叁元肆角伍分",
        ),
        (
            "9999999999999.99",
            "玖万玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分",
        ),
    ];
    for (yuan, capitals) in cases {
        assert_eq!(spelled(yuan), capitals);
        assert_eq!(read_back(capitals).as_deref(), Ok(yuan), "{capitals}");
        assert_eq!(read_back(&format!("人民币{capitals}")).as_deref(), Ok(yuan));
    }
}

#[test]
fn every_lawful_writing_is_read() {
    let cases = [
        ("1409.50", "人民币壹仟肆佰零玖元伍角"),
        ("1680.32", "壹仟陆佰捌拾元叁角贰分"),
        ("107000.53", "壹拾万零柒仟元伍角叁分"),
        ("107000.53", "壹拾万零柒仟元零伍角叁分"),
        ("107000.53", "壹拾万柒仟元伍角叁分"),
        ("7090000000.00", "柒拾亿零玖仟万元整"),
        ("113.00", "壹佰壹拾叁圆正"),
        ("113.00", "壹佰壹拾叁元"),
        ("0.50", "零元伍角整"),
        ("0.05", "零元伍分"),
        ("0.05", "零元零伍分"),
        ("0.00", "零元"),
        ("226000000.00", "貳億貳仟陸佰萬圓整"),
        ("-2000.50", " 人民币 负贰仟元伍角正 "),
    ];
    for (yuan, capitals) in cases {
        assert_eq!(read_back(capitals).as_deref(), Ok(yuan), "{capitals}");
    }
}

#[test]
fn unlawful_writings_are_refused_by_name() {
    assert_eq!(read_back("人民币"), Err("capitals.empty"));
    for foreign in ["一百元整", "壹百元整", "两万元整", "113元", "贰仟园整"] {
        assert_eq!(read_back(foreign), Err("capitals.not_a_capital"), "{foreign}");
    }
    for unreadable in [
        "元整",
        "壹贰元整",
        "拾元整",
        "壹元贰",
        "壹元元整",
        "壹元角",
        "整",
        "贰零元整",
        "壹万万元整",
        "壹万贰万元整",
    ] {
        assert_eq!(read_back(unreadable), Err("capitals.unreadable"), "{unreadable}");
    }
    for irregular in [
        "陆仟柒元整",
        "陆仟零零柒元整",
        "壹佰零壹拾元整",
        "壹佰零元整",
        "零壹元整",
        "壹元零叁角整",
        "叁佰贰拾伍元肆分",
        "叁佰贰拾伍元零肆分整",
        "壹亿壹元整",
        "壹佰壹仟元整",
        "伍分贰角",
        "壹角壹角",
        "负零元整",
        "零伍分",
        "零壹佰元整",
    ] {
        assert_eq!(read_back(irregular), Err("capitals.irregular"), "{irregular}");
    }
    let expected = CapitalsError::Irregular {
        expected: "陆仟零柒元整".to_owned(),
    };
    assert_eq!(parse_capitals("陆仟柒元整"), Err(expected));
    assert_eq!(
        read_back(&format!("壹{}元整", "亿".repeat(9))),
        Err("capitals.too_large")
    );
    assert_eq!(read_back("壹仟亿亿元整"), Err("capitals.too_large"));
}

#[test]
fn the_ends_of_the_range_are_spelled_and_read() {
    for fen in [i64::MAX, i64::MIN, 1_000_000_000_000_000, 999_999_999_999_999_999] {
        assert_eq!(parse_capitals(&to_capitals(Fen(fen))), Ok(Fen(fen)));
    }
}

proptest! {
    #[test]
    fn every_amount_round_trips(fen: i64) {
        prop_assert_eq!(parse_capitals(&to_capitals(Fen(fen))), Ok(Fen(fen)));
    }

    #[test]
    fn amounts_full_of_zeros_round_trip(digits in "[01]{1,15}", negative: bool) {
        let size: i64 = digits.parse().unwrap();
        let amount = Fen(if negative { -size } else { size });
        let capitals = to_capitals(amount);
        prop_assert!(!capitals.contains("零零") && !capitals.ends_with("分整"));
        prop_assert_eq!(parse_capitals(&capitals), Ok(amount));
        for writing in writings(size.unsigned_abs()) {
            prop_assert_eq!(parse_capitals(&writing), Ok(Fen(size)), "{}", writing);
        }
    }

    #[test]
    fn what_is_read_is_a_lawful_writing_of_it(
        text in "[壹贰玖零拾佰仟万亿元角分整]{1,12}",
    ) {
        if let Ok(amount) = parse_capitals(&text) {
            let lawful = writings(amount.0.unsigned_abs());
            let with_zheng = format!("{text}整");
            prop_assert!(lawful.contains(&text) || lawful.contains(&with_zheng));
        }
    }
}
