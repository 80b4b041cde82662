use super::*;
use crate::values::pinyin::pinyin_initials;
use chrono::NaiveDate;
use proptest::prelude::*;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 1, 4).unwrap()
}

fn id(text: &str) -> Result<String, &'static str> {
    check_id_number(text, today()).map_err(|error| error.code())
}

fn credit_code(text: &str) -> Result<String, &'static str> {
    check_credit_code(text).map_err(|error| error.code())
}

#[test]
fn identity_numbers_that_are_right() {
    assert_eq!(id("11010519491231002X").as_deref(), Ok("11010519491231002X"));
    assert_eq!(id("11010519491231002x").as_deref(), Ok("11010519491231002X"));
    assert_eq!(id("440784197503080014").as_deref(), Ok("440784197503080014"));
    assert_eq!(id("440781198802290025").as_deref(), Ok("440781198802290025"));
    assert_eq!(
        id(" ４４０７８４ 19750308 ００１４ ").as_deref(),
        Ok("440784197503080014")
    );
    assert_eq!(
        birth_date("440781198802290025").unwrap().to_string(),
        "1988-02-29"
    );
}

#[test]
fn identity_numbers_that_are_wrong() {
    assert_eq!(id("　"), Err("id_number.empty"));
    assert_eq!(id("440784197503080015"), Err("id_number.check"));
    assert_eq!(id("440784197502300011"), Err("id_number.birth_date"));
    assert_eq!(id("440784189903080014"), Err("id_number.birth_date"));
    assert_eq!(id("440784202401050014"), Err("id_number.birth_in_future"));
    assert_eq!(id("440784750308001"), Err("id_number.first_generation"));
    assert_eq!(id("44078419750308001"), Err("id_number.length"));
    assert_eq!(id("4407841975030800144"), Err("id_number.length"));
    assert_eq!(id("44078419750308X014"), Err("id_number.not_digits"));
    assert_eq!(id("44078419750308001A"), Err("id_number.not_digits"));
    assert_eq!(
        id("张三张三张三张三张三张三张三张三张三"),
        Err("id_number.not_digits")
    );
    assert_eq!(id("040784197503080014"), Err("id_number.place"));
}

#[test]
fn a_child_born_today_may_have_a_number() {
    let right = |last: char| id(&format!("44078420240104001{last}")).is_ok();
    assert_eq!("0123456789X".chars().filter(|&last| right(last)).count(), 1);
}

#[test]
fn credit_codes() {
    assert_eq!(
        credit_code("91350100M000100Y43").as_deref(),
        Ok("91350100M000100Y43")
    );
    assert_eq!(
        credit_code("91350100m000100y43").as_deref(),
        Ok("91350100M000100Y43")
    );
    assert_eq!(
        credit_code("91512081MA62K0260E").as_deref(),
        Ok("91512081MA62K0260E")
    );
    assert_eq!(credit_code("91350100M000100Y4Z"), Err("credit_code.character"));
    assert_eq!(credit_code("91350100M000100Y44"), Err("credit_code.check"));
    assert_eq!(credit_code("9135010OM000100Y43"), Err("credit_code.character"));
    assert_eq!(credit_code("91350100M000100Y4"), Err("credit_code.length"));
    assert_eq!(credit_code(""), Err("credit_code.empty"));
}

#[test]
fn two_neighbours_of_a_credit_code_swapped_are_always_found() {
    let right: Vec<char> = "91350100M000100Y43".chars().collect();
    for at in (0..17).filter(|&at| right[at] != right[at + 1]) {
        let mut code = right.clone();
        code.swap(at, at + 1);
        assert_eq!(
            credit_code(&code.iter().collect::<String>()),
            Err("credit_code.check"),
            "{at}"
        );
    }
}

#[test]
fn phones() {
    let phone = |text| check_phone(text).map_err(|error| error.code());
    assert_eq!(phone("138 1234 5678").as_deref(), Ok("13812345678"));
    assert_eq!(phone("+86-19912345678").as_deref(), Ok("19912345678"));
    assert_eq!(phone("０７５０８８８１２３４").as_deref(), Ok("0750-8881234"));
    assert_eq!(phone("(020)81234567").as_deref(), Ok("020-81234567"));
    assert_eq!(phone("01012345678").as_deref(), Ok("010-12345678"));
    assert_eq!(phone(""), Err("phone.empty"));
    assert_eq!(phone("1381234567"), Err("phone.not_a_mobile"));
    assert_eq!(phone("12812345678"), Err("phone.not_a_mobile"));
    assert_eq!(phone("8881234"), Err("phone.not_a_landline"));
    assert_eq!(phone("0750888123"), Err("phone.not_a_landline"));
    assert_eq!(phone("1381234567x"), Err("phone.not_digits"));
}

#[test]
fn names() {
    let name = |text: &str| check_name(text).map_err(|error| error.code());
    assert_eq!(name(" 张　 三 ").as_deref(), Ok("张 三"));
    assert_eq!(
        name("江门市新会区（示范）陈皮合作社").as_deref(),
        Ok("江门市新会区（示范）陈皮合作社")
    );
    assert_eq!(name("麦101").as_deref(), Ok("麦101"));
    assert_eq!(name("〇一").as_deref(), Ok("〇一"));
    assert_eq!(name("　"), Err("name.empty"));
    assert_eq!(name("123 456"), Err("name.digits_only"));
    assert_eq!(name("１２３"), Err("name.digits_only"));
    assert_eq!(name("张\u{200B}三"), Err("name.control_character"));
    assert_eq!(name("张\t三"), Err("name.control_character"));
    assert_eq!(name(&"村".repeat(60)).map(|name| name.chars().count()), Ok(60));
    assert_eq!(name(&"村".repeat(61)), Err("name.too_long"));
}

#[test]
fn masks() {
    assert_eq!(mask_id("440784197503080014"), "440***********0014");
    assert_eq!(mask_id("4407841"), "*******");
    assert_eq!(mask_phone("13812345678"), "138****5678");
    assert_eq!(mask_phone("0750-8881234"), "0750-***1234");
    assert_eq!(mask_phone("12345"), "*****");
    assert_eq!(mask_name("张三"), "张*");
    assert_eq!(mask_name("欧阳娜娜"), "欧*");
    assert_eq!(mask_name("张"), "*");
    assert_eq!(mask_name(""), "");
}

#[test]
fn initials_read_surnames_and_places_as_they_are_spoken() {
    let cases = [
        ("古劳镇", "glz"),
        ("张三", "zs"),
        ("单秀英", "sxy"),
        ("仇英", "qy"),
        ("区村村民委员会", "occmwyh"),
        ("新会区", "xhq"),
        ("曾国强", "zgq"),
        ("解缙", "xj"),
        ("任贤", "rx"),
        ("冼星海", "xxh"),
        ("查良镛", "zly"),
        ("盖叫天", "gjt"),
        ("朴树", "ps"),
        ("尉迟恭", "ycg"),
        ("尉健行", "wjx"),
        ("长孙无忌", "zswj"),
        ("长沙街道", "csjd"),
        ("圩镇社区", "xzsq"),
        ("桥氹村", "qdc"),
        ("浐湾社区", "cwsq"),
        ("潭冲村", "tcc"),
        ("沙咀村", "szc"),
        ("石滘村", "sjc"),
        ("欧阳锋", "oyf"),
        ("ABC（江门）12厂", "abcjm12c"),
        ("", ""),
    ];
    for (name, initials) in cases {
        assert_eq!(pinyin_initials(name), initials, "{name}");
    }
}

proptest! {
    #[test]
    fn one_wrong_digit_is_always_found(at in 0_usize..17, by in 1_u8..10) {
        let mut digits = *b"440784197503080014";
        digits[at] = b'0' + (digits[at] - b'0' + by) % 10;
        prop_assert!(id(std::str::from_utf8(&digits).unwrap()).is_err());
    }

    #[test]
    fn no_text_breaks_a_check_and_a_checked_one_stays(text in "\\PC{0,24}") {
        if let Ok(name) = check_name(&text) {
            prop_assert_eq!(check_name(&name), Ok(name.clone()));
        }
        if let Ok(phone) = check_phone(&text) {
            prop_assert_eq!(check_phone(&phone), Ok(phone.clone()));
        }
        let _ = (id(&text), credit_code(&text));
        prop_assert!(pinyin_initials(&text).bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()));
    }

    #[test]
    fn masks_show_at_most_their_ends(text in "\\PC{0,24}") {
        for mask in [mask_id(&text), mask_phone(&text)] {
            prop_assert_eq!(mask.chars().count(), text.chars().count());
        }
        prop_assert!(mask_name(&text).chars().count() <= 2);
        let shown = mask_id(&text).chars().zip(text.chars()).filter(|(m, _)| *m != '*').count();
        prop_assert!(shown <= 7);
    }

    #[test]
    fn landlines_and_mobiles_read_back(number in "(1[3-9][0-9]{9}|0750[0-9]{7}|02[0-9][0-9]{8})") {
        let phone = check_phone(&number).unwrap();
        prop_assert_eq!(phone.replace('-', ""), number);
    }
}
