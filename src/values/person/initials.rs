//! The pinyin initials of a name, by which people and places are found with few keys: 古劳镇 is `glz`.

use pinyin::ToPinyin;

/// Surnames of two characters that are read unlike their parts.
const DOUBLE_SURNAMES: [(&str, &str); 4] = [("尉迟", "yc"), ("万俟", "mq"), ("长孙", "zs"), ("澹台", "tt")];

/// Characters read otherwise as a surname than in a word: 单 is Shàn, 区 Ōu, 仇 Qiú.
const SURNAMES: [(char, char); 24] = [
    ('单', 's'),
    ('仇', 'q'),
    ('区', 'o'),
    ('曾', 'z'),
    ('解', 'x'),
    ('任', 'r'),
    ('冼', 'x'),
    ('查', 'z'),
    ('盖', 'g'),
    ('朴', 'p'),
    ('种', 'c'),
    ('召', 's'),
    ('缪', 'm'),
    ('繁', 'p'),
    ('秘', 'b'),
    ('覃', 'q'),
    ('翟', 'z'),
    ('折', 's'),
    ('祭', 'z'),
    ('句', 'g'),
    ('佴', 'n'),
    ('郇', 'x'),
    ('阚', 'k'),
    ('颉', 'x'),
];

/// Characters of place names as Guangdong reads them: 圩 is xū, 涌 chōng, 咀 zuǐ, and 长 is cháng.
const PLACE_CHARACTERS: [(char, char); 14] = [
    ('氹', 'd'),
    ('浐', 'c'),
    ('冲', 'c'),
    ('涌', 'c'),
    ('圩', 'x'),
    ('咀', 'z'),
    ('长', 'c'),
    ('滘', 'j'),
    ('埗', 'b'),
    ('塱', 'l'),
    ('蓢', 'l'),
    ('湴', 'b'),
    ('孖', 'm'),
    ('簕', 'l'),
];

/// The lower-case initials of a name. Latin letters and digits stand for themselves, anything else (brackets,
/// dots, spaces, characters without a reading) is left out.
#[must_use]
pub fn pinyin_initials(name: &str) -> String {
    let name = name.trim();
    let double = DOUBLE_SURNAMES
        .iter()
        .find_map(|(surname, initials)| Some((*initials, name.strip_prefix(surname)?)));
    if let Some((initials, rest)) = double {
        return initials.chars().chain(rest.chars().filter_map(initial)).collect();
    }
    let mut rest = name.chars();
    let surname = rest.clone().next().and_then(|first| listed(&SURNAMES, first));
    if surname.is_some() {
        rest.next();
    }
    surname.into_iter().chain(rest.filter_map(initial)).collect()
}

fn initial(c: char) -> Option<char> {
    if c.is_ascii_alphanumeric() {
        return Some(c.to_ascii_lowercase());
    }
    listed(&PLACE_CHARACTERS, c).or_else(|| {
        // ǎo and the like carry their tone on the first letter; the plain form does not.
        c.to_pinyin().and_then(|reading| reading.plain().chars().next())
    })
}

fn listed(list: &[(char, char)], wanted: char) -> Option<char> {
    list.iter()
        .find(|(c, _)| *c == wanted)
        .map(|(_, initial)| *initial)
}
