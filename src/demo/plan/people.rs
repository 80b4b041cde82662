//! Specialists and clients: invented names, valid numbers, nobody twice.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;

use super::PlanError;
use super::calendar::{day, plus_days};
use super::catalogue::INSURERS;
use super::model::{Client, ClientKind, Institution, Specialist};
use super::numbers::{credit_code, id_number};
use super::rng::Rng;
use super::targets::SPECIALISTS;
use super::villages::Ground;

const SURNAMES: [&str; 60] = [
    "陈", "李", "黄", "梁", "林", "张", "谭", "伍", "余", "冯", "吴", "何", "甄", "黎", "赵", "关", "司徒",
    "刘", "罗", "周", "杨", "邓", "吕", "区", "温", "麦", "容", "钟", "莫", "阮", "陈", "李", "黄", "梁",
    "林", "谢", "叶", "曾", "苏", "卢", "蔡", "郑", "徐", "胡", "朱", "方", "许", "潘", "汤", "岑", "聂",
    "任", "源", "施", "古", "欧阳", "雷", "廖", "唐", "易",
];
const MALE: [&str; 48] = [
    "伟", "强", "明", "华", "国", "文", "志", "建", "荣", "光", "海", "永", "健", "杰", "俊", "锋", "辉",
    "平", "贤", "兴", "德", "超", "勇", "军", "林", "江", "树", "根", "添", "炳", "锦", "耀", "权", "松",
    "柏", "浩", "毅", "康", "祥", "福", "贵", "胜", "钊", "礼", "仁", "安", "焕", "沃",
];
const FEMALE: [&str; 40] = [
    "丽", "芳", "英", "玲", "娟", "燕", "敏", "静", "秀", "琼", "美", "凤", "珍", "兰", "霞", "萍", "梅",
    "惠", "婵", "娇", "莲", "慧", "琴", "洁", "雪", "红", "群", "笑", "妹", "欢", "少", "月", "金", "银",
    "瑞", "佩", "小", "晓", "春", "彩",
];
/// Given-name characters outside GB2312, as real registers have them.
const RARE: [&str; 6] = ["喆", "堃", "玥", "镕", "珺", "璟"];
const GOOD: [&str; 36] = [
    "丰", "盛", "兴", "旺", "顺", "联", "合", "民", "惠", "富", "康", "绿", "源", "泰", "恒", "益", "裕",
    "隆", "永", "锦", "广", "宏", "新", "润", "禾", "田", "穗", "岭", "江", "侨", "信", "达", "昌", "茂",
    "润", "鸿",
];
const TRADES: [&str; 8] = [
    "水产养殖",
    "水稻种植",
    "陈皮",
    "家禽养殖",
    "果蔬",
    "生猪养殖",
    "农机服务",
    "农产品",
];
const SEA_TRADES: [&str; 4] = ["海洋牧场", "深水网箱养殖", "近海生蚝养殖", "海水鱼养殖"];

fn given_name(rng: &mut Rng, male: bool) -> String {
    let list: &[&str] = if male { &MALE } else { &FEMALE };
    if rng.below(600) == 0 {
        return rng.pick(&RARE).to_owned();
    }
    let first = rng.pick(list);
    if rng.chance(18) {
        return first.to_owned();
    }
    format!("{first}{}", rng.pick(list))
}

/// Clients as they are made.
pub(super) struct People {
    pub(super) clients: Vec<Client>,
    rng: Rng,
    /// Heads of household so far, per county.
    heads: HashMap<String, usize>,
    registered: usize,
    names: HashSet<String>,
}

impl People {
    pub(super) fn new() -> Self {
        Self {
            clients: Vec::with_capacity(72_000),
            rng: Rng::new(0x0676_0002),
            heads: HashMap::new(),
            registered: 0,
            names: HashSet::new(),
        }
    }

    /// A household of the village, by its head.
    pub(super) fn household(&mut self, ground: &Ground, village: usize) -> usize {
        let male = self.rng.chance(78);
        let county = ground.county_of(village);
        let nth = self.heads.entry(county.to_owned()).or_insert(0);
        let number = id_number(county, birthday(*nth), *nth / BIRTHDAYS, male);
        *nth += 1;
        let surname = self.rng.pick(&SURNAMES);
        let name = format!("{surname}{}", given_name(&mut self.rng, male));
        self.add(ground, village, ClientKind::Household, name, number)
    }

    /// A family farm, cooperative or enterprise of the village.
    pub(super) fn business(&mut self, ground: &Ground, village: usize, kind: ClientKind) -> usize {
        let trade = self.rng.pick(&TRADES);
        self.registered(ground, village, kind, trade)
    }

    /// An enterprise or cooperative that farms the sea.
    pub(super) fn sea_farm(&mut self, ground: &Ground, village: usize) -> usize {
        let trade = self.rng.pick(&SEA_TRADES);
        let kind = if self.rng.chance(60) {
            ClientKind::Enterprise
        } else {
            ClientKind::Cooperative
        };
        self.registered(ground, village, kind, trade)
    }

    fn registered(&mut self, ground: &Ground, village: usize, kind: ClientKind, trade: &str) -> usize {
        let town = ground.town_of(village);
        let place = format!("{}{}", town.county_name, town.name);
        let mut name;
        loop {
            let word = format!("{}{}", self.rng.pick(&GOOD), self.rng.pick(&GOOD));
            name = match kind {
                ClientKind::Cooperative => format!("{place}{word}{trade}专业合作社"),
                ClientKind::Enterprise => format!("{place}{word}{trade}有限公司"),
                ClientKind::FamilyFarm | ClientKind::Household => {
                    format!("{place}{word}家庭农场")
                }
            };
            if self.names.insert(name.clone()) {
                break;
            }
        }
        let prefix = match kind {
            ClientKind::Enterprise => "91",
            ClientKind::Cooperative => "93",
            ClientKind::FamilyFarm | ClientKind::Household => "92",
        };
        let number = credit_code(prefix, &town.county, self.registered);
        self.registered += 1;
        self.add(ground, village, kind, name, number)
    }

    fn add(
        &mut self,
        ground: &Ground,
        village: usize,
        kind: ClientKind,
        name: String,
        number: String,
    ) -> usize {
        let village = ground.villages[village].place.clone();
        self.clients.push(Client {
            kind,
            name,
            number,
            village,
        });
        self.clients.len() - 1
    }
}

/// Days from 1950-01-01 to 2000-12-31; 7919 has no factor in common with it, so that heads of
/// one county get each day once before any day twice.
const BIRTHDAYS: usize = 18_628;

fn birthday(nth: usize) -> NaiveDate {
    plus_days(day(1950, 1, 1), (nth * 7919 % BIRTHDAYS) as i64)
}

/// Who looks after which village for which institution.
pub(super) struct Posts {
    pub(super) specialists: Vec<Specialist>,
    of: HashMap<(usize, usize), usize>,
}

impl Posts {
    /// Shares out 512 specialists among institutions and counties by villages, neighbours together.
    pub(super) fn fill(ground: &Ground, institutions: &[Institution]) -> Result<Self, PlanError> {
        let places = ground.workplaces();
        let sizes = shared_out(&places)?;
        let mut rng = Rng::new(0x0676_0003);
        let mut posts = Self {
            specialists: Vec::with_capacity(SPECIALISTS),
            of: HashMap::new(),
        };
        let mut names = HashSet::new();
        for (((institution, county), villages), size) in places.iter().zip(sizes) {
            for n in 0..size {
                let specialist = posts.specialists.len();
                let share = villages.len() * n / size..villages.len() * (n + 1) / size;
                for village in &villages[share] {
                    posts.of.insert((*institution, *village), specialist);
                }
                let code = format!(
                    "{}-{}-{:03}",
                    institutions[*institution].code,
                    county.get(4..6).unwrap_or_default(),
                    n + 1
                );
                posts.specialists.push(Specialist {
                    institution: *institution,
                    code,
                    name: new_name(&mut rng, &mut names),
                    title: title(*institution, n).to_owned(),
                    county: (*county).to_owned(),
                });
            }
        }
        let (bank, village) = ground.hamlet_post().ok_or(PlanError::TooFew("古劳镇村委会"))?;
        let keeper = posts.of(bank, village)?;
        posts.of.insert((bank, ground.hamlet), keeper);
        Ok(posts)
    }

    /// Every specialist with every village, in order.
    pub(super) fn pairs(&self) -> Vec<(usize, usize)> {
        let mut pairs: Vec<(usize, usize)> = self.of.iter().map(|((_, v), s)| (*s, *v)).collect();
        pairs.sort_unstable();
        pairs
    }

    /// The specialist of this institution for this village.
    pub(super) fn of(&self, institution: usize, village: usize) -> Result<usize, PlanError> {
        let found = self.of.get(&(institution, village)).copied();
        found.ok_or(PlanError::TooFew("特派员"))
    }
}

fn title(institution: usize, n: usize) -> &'static str {
    if INSURERS.contains(&institution) || n.is_multiple_of(3) {
        "金融特派员"
    } else {
        "金融村官"
    }
}

fn new_name(rng: &mut Rng, names: &mut HashSet<String>) -> String {
    loop {
        let male = rng.chance(52);
        let name = format!("{}{}", rng.pick(&SURNAMES), given_name(rng, male));
        if names.insert(name.clone()) {
            return name;
        }
    }
}

/// Largest remainders over one each; no place gets more specialists than villages.
fn shared_out(places: &BTreeMap<(usize, &str), Vec<usize>>) -> Result<Vec<usize>, PlanError> {
    let villages: usize = places.values().map(Vec::len).sum();
    let free = SPECIALISTS.saturating_sub(places.len());
    let mut sizes: Vec<usize> = Vec::new();
    let mut remainders: Vec<(usize, usize)> = Vec::new();
    for (n, own) in places.values().map(Vec::len).enumerate() {
        let share = (own - 1) * free;
        let base = villages - places.len();
        sizes.push(1 + share / base.max(1));
        remainders.push((share % base.max(1), n));
    }
    remainders.sort_unstable_by(|a, b| b.cmp(a));
    let missing = SPECIALISTS.saturating_sub(sizes.iter().sum());
    for (_, n) in remainders.into_iter().take(missing) {
        sizes[n] += 1;
    }
    if sizes.iter().sum::<usize>() == SPECIALISTS && villages >= SPECIALISTS {
        Ok(sizes)
    } else {
        Err(PlanError::TooFew("特派员"))
    }
}
