//! How a Chinese name is read: by which people and places are found with few keys (古劳镇 is `glz` or
//! `gulao`), and by which a place is written in English.

use ::pinyin::ToPinyin;

/// Surnames of two characters that are read unlike their parts.
const DOUBLE_SURNAMES: [(&str, [&str; 2]); 4] = [
    ("尉迟", ["yu", "chi"]),
    ("万俟", ["mo", "qi"]),
    ("长孙", ["zhang", "sun"]),
    ("澹台", ["tan", "tai"]),
];

/// Characters read otherwise as a surname than in a word: 单 is Shàn, 区 Ōu, 仇 Qiú.
const SURNAMES: [(char, &str); 24] = [
    ('单', "shan"),
    ('仇', "qiu"),
    ('区', "ou"),
    ('曾', "zeng"),
    ('解', "xie"),
    ('任', "ren"),
    ('冼', "xian"),
    ('查', "zha"),
    ('盖', "ge"),
    ('朴', "piao"),
    ('种', "chong"),
    ('召', "shao"),
    ('缪', "miao"),
    ('繁', "po"),
    ('秘', "bi"),
    ('覃', "qin"),
    ('翟', "zhai"),
    ('折', "she"),
    ('祭', "zhai"),
    ('句', "gou"),
    ('佴', "nai"),
    ('郇', "xun"),
    ('阚', "kan"),
    ('颉', "xie"),
];

/// Characters of place names as Guangdong reads them: 圩 is xū, 涌 chōng, 咀 zuǐ, and 长 is cháng.
const PLACE_CHARACTERS: [(char, &str); 18] = [
    ('氹', "dang"),
    ('浐', "chan"),
    ('冲', "chong"),
    ('涌', "chong"),
    ('圩', "xu"),
    ('咀', "zui"),
    ('长', "chang"),
    ('滘', "jiao"),
    ('埗', "bu"),
    ('塱', "lang"),
    ('蓢', "lang"),
    ('湴', "ban"),
    ('孖', "ma"),
    ('簕', "le"),
    ('都', "du"),
    ('佛', "fo"),
    ('勒', "le"),
    ('曾', "zeng"),
];

/// The syllables of a name, lower case and without tones. Latin letters and digits stand for themselves, anything
/// else (brackets, dots, spaces, characters without a reading) is left out.
#[must_use]
pub fn syllables(name: &str) -> Vec<String> {
    let name = name.trim();
    let double = DOUBLE_SURNAMES
        .iter()
        .find_map(|(surname, read)| Some((read.to_vec(), name.strip_prefix(surname)?)));
    let (surname, rest) = double.unwrap_or_else(|| {
        let mut rest = name.chars();
        let single = rest.next().and_then(|first| listed(&SURNAMES, first));
        single.map_or((Vec::new(), name), |read| (vec![read], rest.as_str()))
    });
    let surname = surname.into_iter().map(str::to_owned);
    surname.chain(rest.chars().filter_map(syllable)).collect()
}

fn syllable(c: char) -> Option<String> {
    if c.is_ascii_alphanumeric() {
        return Some(c.to_ascii_lowercase().to_string());
    }
    match listed(&PLACE_CHARACTERS, c) {
        Some(reading) => Some(reading.to_owned()),
        None => c.to_pinyin().map(|reading| reading.plain().to_owned()),
    }
}

fn listed(list: &[(char, &'static str)], wanted: char) -> Option<&'static str> {
    list.iter()
        .find(|(c, _)| *c == wanted)
        .map(|(_, reading)| *reading)
}

/// The lower-case initials of a name.
#[must_use]
pub fn pinyin_initials(name: &str) -> String {
    let syllables = syllables(name);
    syllables.iter().filter_map(|each| each.chars().next()).collect()
}

/// Whether someone who typed this means that name: a part of it, its initials from the first on (`xwc`), or
/// its reading from any syllable on (`xinwu`; ü may be typed v). An empty text means every name.
#[must_use]
pub fn sounds_like(name: &str, typed: &str) -> bool {
    let typed = typed.trim().to_lowercase();
    if name.to_lowercase().contains(&typed) {
        return true;
    }
    // ü is typed v on most keyboards.
    let plain = |text: &str| text.replace('ü', "v");
    let typed: String = plain(&typed).chars().filter(|c| !" '’".contains(*c)).collect();
    let syllables: Vec<String> = syllables(name).iter().map(|each| plain(each)).collect();
    let from = |at: usize| syllables.iter().skip(at).map(String::as_str).collect::<String>();
    !typed.is_empty()
        && (pinyin_initials(name).starts_with(&typed)
            || (0..syllables.len()).any(|at| from(at).starts_with(&typed)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_by_its_initials_and_by_its_full_reading() {
        for typed in [
            "新屋", "xwc", "xw", "xinwu", "XINWUCUN", "xin wu", "wucun", "", "屋",
        ] {
            assert!(sounds_like("新屋村", typed), "{typed}");
        }
        for typed in ["xwz", "inwu", "gulao", "unwu"] {
            assert!(!sounds_like("新屋村", typed), "{typed}");
        }
        assert!(sounds_like("略尾社区", "lvewei") || sounds_like("略尾社区", "lüewei"));
        assert!(sounds_like("区村村", "oucun") && sounds_like("单秀英", "shanxiu"));
        assert!(sounds_like("长沙街道", "changsha") && sounds_like("都斛镇", "duhu"));
    }
}
