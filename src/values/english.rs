//! What proper names of the Chinese registers are called on an English page: places are romanised with the
//! word for what they are, products and institutions are translated where their words are known. The Chinese
//! name stays the name; nothing here is stored.

use super::pinyin::syllables;
use super::text::Lang;

/// Names with an established English form, whole.
const WHOLE: [(&str, &str); 24] = [
    ("广东省江门监狱", "Guangdong Jiangmen Prison"),
    ("江门市四堡林场", "Jiangmen Sibao Forest Farm"),
    ("银湖湾", "Yinhu Bay"),
    ("工业园区", "Industrial Park"),
    ("恩平园区", "Enping Industrial Park"),
    ("银湖湾滨海新区", "Yinhu Bay Coastal New Area"),
    ("农行", "Agricultural Bank of China"),
    ("建行", "China Construction Bank"),
    ("工行", "ICBC"),
    ("中行", "Bank of China"),
    ("邮储银行", "Postal Savings Bank"),
    ("农业银行江门分行", "Agricultural Bank of China, Jiangmen Branch"),
    ("建设银行江门分行", "China Construction Bank, Jiangmen Branch"),
    ("工商银行江门分行", "ICBC, Jiangmen Branch"),
    ("邮储银行江门分行", "Postal Savings Bank, Jiangmen Branch"),
    ("人保财险", "PICC Property & Casualty"),
    ("太保产险", "China Pacific P&C"),
    ("中华财险", "China United P&C"),
    ("人保财险江门分公司", "PICC Property & Casualty, Jiangmen"),
    ("太平洋产险江门中心支公司", "China Pacific P&C, Jiangmen"),
    ("中华联合财险江门中心支公司", "China United P&C, Jiangmen"),
    ("金融特派员", "Financial specialist"),
    ("金融村官", "Village finance officer"),
    (
        "特色农产品收入保险（协议保额）",
        "Local-product income insurance (agreed sum)",
    ),
];

/// What a place is, by the end of its name: the longest first. 市 is left out, as in Heshan.
const CLASSES: [(&str, &str); 16] = [
    ("管委会虚拟生活区", "Administration Virtual Residential Area"),
    ("管委会虚拟社区", "Administration Virtual Community"),
    ("社区虚拟社区", "Virtual Community"),
    ("虚拟生活区", "Virtual Residential Area"),
    ("虚拟社区", "Virtual Community"),
    ("经济开发区", "Economic Development Zone"),
    ("生活区", "Residential Area"),
    ("新区", "New Area"),
    ("街道", "Subdistrict"),
    ("社区", "Community"),
    ("镇", "Town"),
    ("乡", "Township"),
    ("村", "Village"),
    ("县", "County"),
    ("省", "Province"),
    ("市", ""),
];

/// A registered name as a reader of this language knows it: `english` is one of the functions below.
#[must_use]
pub fn told(lang: Lang, name: &str, english: fn(&str) -> String) -> String {
    match lang {
        Lang::Zh => name.to_owned(),
        Lang::En => english(name),
    }
}

/// The name of a place: 古劳镇 is Gulao Town, 鹤山市 Heshan, 新会区 Xinhui District.
#[must_use]
pub fn place(name: &str) -> String {
    if let Some(whole) = listed(&WHOLE, name) {
        return whole.to_owned();
    }
    let class = CLASSES
        .iter()
        .chain([&("区", "District")])
        .find_map(|(end, class)| Some((name.strip_suffix(end)?, *class)));
    match class {
        Some((stem, class)) if !stem.is_empty() => {
            // A stem of one character keeps its class: 莘村 is Shencun Village.
            let read = if stem.chars().count() == 1 { name } else { stem };
            format!("{} {class}", romanised(read)).trim_end().to_owned()
        }
        _ => romanised(name),
    }
}

/// A proper name in letters: one word, an apostrophe where syllables would run together (Chang'an).
#[must_use]
pub fn romanised(name: &str) -> String {
    let mut word = String::new();
    for syllable in syllables(name) {
        if !word.is_empty() && syllable.starts_with(['a', 'e', 'o']) {
            word.push('\'');
        }
        word.push_str(&syllable);
    }
    if word.is_empty() {
        return name.to_owned();
    }
    capitalised(&word)
}

/// The words that names of products are made of.
const WORDS: [(&str, &str); 56] = [
    ("农户", "household"),
    ("家庭农场", "family farm"),
    ("乡村产业振兴", "rural industry revival"),
    ("农村经营抵押", "secured rural business"),
    ("小额信用贷", "micro-credit"),
    ("信用贷", "credit"),
    ("抵押贷", "secured loan"),
    ("贷款", "loan"),
    ("贷", "loan"),
    ("新会", "Xinhui"),
    ("台山", "Taishan"),
    ("开平", "Kaiping"),
    ("鹤山", "Heshan"),
    ("恩平", "Enping"),
    ("马冈", "Magang"),
    ("岭南", "Lingnan"),
    ("陈皮柑", "tangerine (for peel)"),
    ("陈皮", "tangerine peel"),
    ("大米", "rice"),
    ("水稻", "paddy rice"),
    ("鳊鱼", "bream"),
    ("鹅鸭", "goose and duck"),
    ("禽蛋", "poultry and eggs"),
    ("淡水水产", "freshwater fish"),
    ("水产", "fish"),
    ("海洋牧场", "marine ranching"),
    ("生猪", "pig"),
    ("能繁母猪", "breeding sow"),
    ("公益林", "public-benefit forest"),
    ("林业", "forestry"),
    ("青蟹", "mud crab"),
    ("家禽", "poultry"),
    ("露地蔬菜", "open-field vegetable"),
    ("蔬菜", "vegetable"),
    ("水果", "fruit"),
    ("特色农业", "local specialities"),
    ("特色农产品", "local product"),
    ("种植", "crop"),
    ("养殖", "farming"),
    ("气象指数", "weather-index"),
    ("收入", "income"),
    ("价格指数", "price-index"),
    ("保险", "insurance"),
    ("中央财政补贴型", "centrally subsidised"),
    ("省级财政补贴型", "provincially subsidised"),
    ("地方特色", "local speciality"),
    ("森林", "forest"),
    ("特色", "speciality"),
    ("江门", "Jiangmen"),
    ("苗木", "nursery stock"),
    ("马铃薯", "potato"),
    ("罗氏沼虾", "giant prawn"),
    ("对虾", "prawn"),
    ("生蚝", "oyster"),
    ("茶叶", "tea"),
    ("花卉", "flower"),
];

/// The name of a product, an industry or a title of office, if all its words are known; else as registered.
#[must_use]
pub fn product(name: &str) -> String {
    if let Some(whole) = listed(&WHOLE, name) {
        return whole.to_owned();
    }
    let mut rest = name;
    let mut words: Vec<&str> = Vec::new();
    while !rest.is_empty() {
        let known = WORDS
            .iter()
            .filter(|(zh, _)| rest.starts_with(zh))
            .max_by_key(|(zh, _)| zh.len());
        match known {
            Some((zh, en)) => {
                words.push(en);
                rest = rest.get(zh.len()..).unwrap_or_default();
            }
            None => return name.to_owned(),
        }
    }
    capitalised(&words.join(" "))
}

/// What quantities and published figures are counted in.
const UNITS: [(&str, &str); 14] = [
    ("亩", "mu"),
    ("头", "head"),
    ("只", "head"),
    ("羽", "birds"),
    ("份", "policies"),
    ("株", "trees"),
    ("吨", "tonnes"),
    ("公斤", "kg"),
    ("平方米", "m²"),
    ("个", ""),
    ("名", "people"),
    ("人", "people"),
    ("位", "(place)"),
    ("户", "households"),
];

/// A unit of quantity; as registered where it is not known.
#[must_use]
pub fn unit(unit: &str) -> String {
    listed(&UNITS, unit).unwrap_or(unit).to_owned()
}

/// The name of a bank or an insurer, where it is known or can be told from its place; else as registered.
#[must_use]
pub fn institution(name: &str) -> String {
    if let Some(whole) = listed(&WHOLE, name) {
        return whole.to_owned();
    }
    let rural = ["农商行", "农商银行", "农村商业银行"]
        .iter()
        .find_map(|end| name.strip_suffix(end));
    match rural {
        Some(place) if !place.is_empty() => format!("{} Rural Commercial Bank", romanised(place)),
        _ => name.to_owned(),
    }
}

fn listed(list: &[(&str, &'static str)], wanted: &str) -> Option<&'static str> {
    list.iter().find(|(zh, _)| *zh == wanted).map(|(_, en)| *en)
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(chars).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_written_as_maps_write_them() {
        let cases = [
            ("江门市", "Jiangmen"),
            ("新会区", "Xinhui District"),
            ("鹤山市", "Heshan"),
            ("古劳镇", "Gulao Town"),
            ("白沙街道", "Baisha Subdistrict"),
            ("长沙街道", "Changsha Subdistrict"),
            ("都斛镇", "Duhu Town"),
            ("新屋村", "Xinwu Village"),
            ("莘村", "Shencun Village"),
            ("区村村", "Oucun Village"),
            ("长安村", "Chang'an Village"),
            ("三八圩社区", "Sanbaxu Community"),
            ("圭峰区", "Guifeng District"),
            ("翠山湖新区", "Cuishanhu New Area"),
            ("广东省江门监狱", "Guangdong Jiangmen Prison"),
            ("广东省", "Guangdong Province"),
        ];
        for (zh, en) in cases {
            assert_eq!(place(zh), en);
        }
    }

    #[test]
    fn products_are_translated_whole_or_not_at_all() {
        assert_eq!(product("新会陈皮贷"), "Xinhui tangerine peel loan");
        assert_eq!(
            product("青蟹养殖气象指数保险"),
            "Mud crab farming weather-index insurance"
        );
        assert_eq!(product("水稻种植保险"), "Paddy rice crop insurance");
        assert_eq!(product("火星贷"), "火星贷");
        assert_eq!(institution("台山农商行"), "Taishan Rural Commercial Bank");
        assert_eq!(institution("某某银行"), "某某银行");
    }
}
