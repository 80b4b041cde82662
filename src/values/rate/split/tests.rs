use super::*;
use proptest::prelude::*;

fn shares(percents: [&str; 5]) -> Shares {
    let [central, province, city, county, farmer] = percents.map(|text| Percent::parse(text).unwrap());
    Shares::new(central, province, city, county, farmer).unwrap()
}

fn split(total: &str, percents: [&str; 5]) -> [String; 5] {
    let split = split_premium(Fen::parse_yuan(total).unwrap(), &shares(percents)).unwrap();
    Payer::ALL.map(|payer| split.of(payer).yuan())
}

#[test]
fn freshwater_aquaculture_of_taishan_2021() {
    assert_eq!(
        split("1117460.00", ["0", "50", "10", "10", "30"]),
        ["0.00", "558730.00", "111746.00", "111746.00", "335238.00"]
    );
    let with_guanghai = split("1530340.00", ["0", "50", "10", "10", "30"]);
    let fiscal = with_guanghai[..4]
        .iter()
        .map(|part| Fen::parse_yuan(part).unwrap());
    assert_eq!(Fen::sum(fiscal).unwrap().yuan(), "1071238.00");
}

#[test]
fn public_forest_of_taishan_2020() {
    assert_eq!(
        split("3330298.10", ["50", "17.5", "16.25", "16.25", "0"]),
        ["1665149.05", "582802.17", "541173.44", "541173.44", "0.00"]
    );
}

#[test]
fn the_county_takes_the_remainder() {
    assert_eq!(
        split("36.65", ["0", "50", "10", "10", "30"]),
        ["0.00", "18.33", "3.67", "3.65", "11.00"]
    );
    assert_eq!(
        split("-36.65", ["0", "50", "10", "10", "30"]),
        ["0.00", "-18.33", "-3.67", "-3.65", "-11.00"]
    );
}

#[test]
fn without_a_county_share_another_takes_it() {
    let remainder = |percents| shares(percents).remainder_payer();
    assert_eq!(remainder(["20", "20", "20", "20", "20"]), Payer::County);
    assert_eq!(remainder(["35", "25", "20", "0", "20"]), Payer::City);
    assert_eq!(remainder(["35", "45", "0", "0", "20"]), Payer::Province);
    assert_eq!(remainder(["80", "0", "0", "0", "20"]), Payer::Central);
    assert_eq!(remainder(["0", "0", "0", "0", "100"]), Payer::Farmer);
    assert_eq!(
        split("0.05", ["35", "45", "0", "0", "20"]),
        ["0.02", "0.02", "0.00", "0.00", "0.01"]
    );
    assert_eq!(split("10.01", ["0", "0", "0", "0", "100"])[4], "10.01");
    // Each of four quarters of two 分 would round up to one; nobody is charged less than nothing.
    assert_eq!(
        split("0.02", ["25", "25", "25", "0", "25"]),
        ["0.01", "0.00", "0.00", "0.00", "0.01"]
    );
}

#[test]
fn shares_are_the_whole_and_none_is_negative() {
    let percent = |text| Percent::parse(text).unwrap();
    let zero = Percent::ZERO;
    let short = Shares::new(percent("50"), percent("49.9999"), zero, zero, zero).unwrap_err();
    assert_eq!(short.code(), "shares.not_the_whole");
    assert!(short.say().zh.contains("99.9999%"));
    let negative = Shares::new(percent("110"), percent("-10"), zero, zero, zero).unwrap_err();
    assert_eq!(
        negative,
        SharesError::Negative {
            payer: Payer::Province
        }
    );
}

#[test]
fn each_payer_has_its_measure() {
    for payer in Payer::ALL {
        assert_eq!(Payer::parse(payer.code()), Some(payer));
        let measure = measure::by_id(payer.measure()).unwrap();
        assert_eq!(measure.code, format!("insurance.premium.{}", payer.code()));
    }
}

proptest! {
    #[test]
    fn parts_add_up_and_none_turns_its_sign(
        total: i64,
        cuts in proptest::array::uniform4(0_i64..=10_000),
    ) {
        prop_assume!(total > i64::MIN);
        let mut cuts = cuts.map(|cut| cut * 100);
        cuts.sort_unstable();
        let [a, b, c, d] = cuts;
        let [v, w, x, y, z] = [a, b - a, c - b, d - c, 1_000_000 - d].map(Percent);
        let shares = Shares::new(v, w, x, y, z).unwrap();
        let split = split_premium(Fen(total), &shares).unwrap();
        prop_assert_eq!(split.total(), Ok(Fen(total)));
        let half_fen_each = 5;
        for payer in Payer::ALL {
            let part = split.of(payer);
            prop_assert!(part.is_zero() || part.is_negative() == (total < 0));
            prop_assert!(!shares.of(payer).is_zero() || part.is_zero());
            let exact = i128::from(total) * i128::from(shares.of(payer).0) / 1_000_000;
            prop_assert!((i128::from(part.0) - exact).abs() <= half_fen_each);
        }
    }
}
