//! Institutions, credit products and insurance products.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::calendar::day;
use super::model::{Institution, InstitutionKind, Product, Risk, RiskVersion, Shares};
use crate::values::money::Fen;

pub(super) const HESHAN_RCB: usize = 3;
pub(super) const ABC: usize = 5;
pub(super) const CCB: usize = 6;
pub(super) const PSBC: usize = 7;
pub(super) const ICBC: usize = 8;
/// 人保, 太保, 中华联合.
pub(super) const INSURERS: [usize; 3] = [9, 10, 11];

/// The 农商银行 of a county; the three districts share one.
pub(super) fn rural_bank(county: &str) -> usize {
    match county.get(..6) {
        Some("440781") => 1,
        Some("440783") => 2,
        Some("440784") => HESHAN_RCB,
        Some("440785") => 4,
        _ => 0,
    }
}

pub(super) fn institutions() -> Vec<Institution> {
    use InstitutionKind::{Bank, Insurer};
    let row = |code: &str, name: &str, short: &str, kind| Institution {
        code: code.to_owned(),
        name: name.to_owned(),
        short_name: short.to_owned(),
        kind,
    };
    vec![
        row("RCB-JM", "江门农商银行", "江门农商行", Bank),
        row("RCB-TS", "台山农商银行", "台山农商行", Bank),
        row("RCB-KP", "开平农商银行", "开平农商行", Bank),
        row("RCB-HS", "鹤山农商银行", "鹤山农商行", Bank),
        row("RCB-EP", "恩平农商银行", "恩平农商行", Bank),
        row("ABC-JM", "农业银行江门分行", "农行", Bank),
        row("CCB-JM", "建设银行江门分行", "建行", Bank),
        row("PSBC-JM", "邮储银行江门分行", "邮储银行", Bank),
        row("ICBC-JM", "工商银行江门分行", "工行", Bank),
        row("PICC-JM", "人保财险江门分公司", "人保财险", Insurer),
        row("CPIC-JM", "太平洋产险江门中心支公司", "太保产险", Insurer),
        row("CIC-JM", "中华联合财险江门中心支公司", "中华财险", Insurer),
    ]
}

pub(super) const HOUSEHOLD_CREDIT: usize = 0;
pub(super) const FARM_CREDIT: usize = 1;
pub(super) const INDUSTRY_CREDIT: usize = 2;
pub(super) const CITRUS_LOAN: usize = 3;
pub(super) const RICE_LOAN: usize = 4;
pub(super) const BREAM_LOAN: usize = 5;
pub(super) const GOOSE_LOAN: usize = 6;
pub(super) const EGG_LOAN: usize = 7;
pub(super) const FISH_LOAN: usize = 8;
pub(super) const MARINE_LOAN: usize = 9;
pub(super) const SECURED_LOAN: usize = 10;

/// Rates are multiples of 0.06 points: a month's interest on whole thousands is then whole fen.
pub(super) fn products() -> Vec<Product> {
    let row = |code: &str, name: &str, industry: &str, revolving, rate: i64, months| Product {
        code: code.to_owned(),
        name: name.to_owned(),
        industry: industry.to_owned(),
        institution: None,
        revolving,
        rate_percent: Decimal::new(rate, 2),
        term_months: months,
        valid_from: day(2021, 1, 1),
    };
    let mut rows = vec![
        row("NH-XY", "农户小额信用贷", "", true, 450, 12),
        row("JTNC", "家庭农场贷", "", true, 432, 12),
        row("CYZX", "乡村产业振兴贷", "", true, 420, 12),
        row("CP-D", "新会陈皮贷", "陈皮", true, 408, 12),
        row("DM-D", "大米贷", "大米", false, 420, 6),
        row("BY-D", "鳊鱼贷", "鳊鱼", true, 432, 12),
        row("MG-D", "马冈鹅鸭贷", "马冈鹅鸭", false, 438, 6),
        row("QD-D", "禽蛋贷", "禽蛋", true, 426, 12),
        row("SC-D", "水产养殖贷", "水产养殖", true, 414, 12),
        row("HYMC", "海洋牧场贷", "海洋牧场", false, 390, 36),
        row("DY-D", "农村经营抵押贷", "", false, 468, 36),
    ];
    rows[MARINE_LOAN].institution = Some(ABC);
    rows
}

pub(super) const AGREED_RISK: usize = 10;

/// First and last day insured, as month and day.
pub(super) type Season = ((u32, u32), (u32, u32));

/// What the generator needs of an insurance product beside the product itself.
pub(super) struct RiskSpread {
    /// Percent of the towns it is sold in; coastal products in coastal towns only.
    pub(super) towns_percent: usize,
    pub(super) coastal_only: bool,
    pub(super) xinhui_only: bool,
    /// Units a village, before all is scaled to the year's total.
    pub(super) quantity: (i64, i64),
    /// 头 and 羽 are counted, 亩 measured to 0.01.
    pub(super) whole: bool,
    /// None: a year from a day in January to June.
    pub(super) seasons: &'static [Season],
}

/// By the same index as [`risks`], without the last, which is agreed line by line.
pub(super) fn spreads() -> Vec<RiskSpread> {
    const YEAR: &[Season] = &[];
    const RICE: &[Season] = &[((4, 6), (7, 31)), ((8, 3), (11, 30))];
    let row = |towns_percent, quantity, whole, seasons| RiskSpread {
        towns_percent,
        coastal_only: false,
        xinhui_only: false,
        quantity,
        whole,
        seasons,
    };
    let mut rows = vec![
        row(92, (180, 900), false, RICE),
        row(70, (900, 6500), true, YEAR),
        row(55, (60, 420), true, YEAR),
        row(62, (1500, 9000), false, YEAR),
        row(75, (120, 1100), false, YEAR),
        row(100, (120, 900), false, YEAR),
        row(100, (60, 700), false, YEAR),
        row(60, (20_000, 160_000), true, YEAR),
        row(55, (80, 480), false, YEAR),
        row(35, (50, 380), false, YEAR),
    ];
    rows[5].coastal_only = true;
    rows[6].xinhui_only = true;
    rows
}

/// Shares are in hundredths of a percent: central, province, city, county, farmer.
struct RiskRow {
    code: &'static str,
    name: &'static str,
    industry: &'static str,
    class: &'static str,
    tier: &'static str,
    unit: &'static str,
    /// Yuan a unit in 2022 and 2023; 0: agreed.
    sums: [i64; 2],
    /// Ten-thousandths of a percent.
    rate: i64,
    shares: [[i64; 5]; 2],
}

const CENTRAL: &str = "中央财政补贴型";
const PROVINCIAL: &str = "省级财政补贴型";
const LOCAL: &str = "地方特色";
const RICE_SHARES: [i64; 5] = [3500, 2500, 1000, 1000, 2000];
const RICE_SHARES_2023: [i64; 5] = [3500, 3000, 750, 750, 2000];
const STOCK_SHARES: [i64; 5] = [4000, 2500, 750, 750, 2000];
const FOREST_SHARES: [i64; 5] = [5000, 1750, 1625, 1625, 0];
const LOCAL_SHARES: [i64; 5] = [0, 5000, 1000, 1000, 3000];
const CRAB_SHARES: [i64; 5] = [0, 4000, 1500, 1500, 3000];
const AGREED_SHARES: [i64; 5] = [0, 3000, 2000, 2000, 3000];

#[rustfmt::skip]
const RISKS: [RiskRow; 11] = [
    RiskRow { code: "SD", name: "水稻种植保险", industry: "大米", class: "种植", tier: CENTRAL, unit: "亩", sums: [1000, 1250], rate: 32_000, shares: [RICE_SHARES, RICE_SHARES_2023] },
    RiskRow { code: "SZ", name: "生猪养殖保险", industry: "生猪", class: "养殖", tier: CENTRAL, unit: "头", sums: [1000, 1200], rate: 50_000, shares: [STOCK_SHARES; 2] },
    RiskRow { code: "MZ", name: "能繁母猪养殖保险", industry: "生猪", class: "养殖", tier: CENTRAL, unit: "头", sums: [1500, 1500], rate: 60_000, shares: [STOCK_SHARES; 2] },
    RiskRow { code: "GYL", name: "公益林保险", industry: "林业", class: "森林", tier: CENTRAL, unit: "亩", sums: [1200, 1200], rate: 3490, shares: [FOREST_SHARES; 2] },
    RiskRow { code: "DSC", name: "淡水水产养殖保险", industry: "水产养殖", class: "水产", tier: PROVINCIAL, unit: "亩", sums: [5000, 5000], rate: 80_000, shares: [LOCAL_SHARES; 2] },
    RiskRow { code: "QX", name: "青蟹养殖气象指数保险", industry: "青蟹", class: "水产", tier: LOCAL, unit: "亩", sums: [6000, 6000], rate: 80_000, shares: [CRAB_SHARES; 2] },
    RiskRow { code: "CPG", name: "陈皮柑种植保险", industry: "陈皮", class: "种植", tier: LOCAL, unit: "亩", sums: [4000, 5000], rate: 60_000, shares: [LOCAL_SHARES; 2] },
    RiskRow { code: "JQ", name: "家禽养殖保险", industry: "禽蛋", class: "养殖", tier: PROVINCIAL, unit: "羽", sums: [25, 30], rate: 40_000, shares: [LOCAL_SHARES; 2] },
    RiskRow { code: "LS", name: "露地蔬菜种植保险", industry: "蔬菜", class: "种植", tier: PROVINCIAL, unit: "亩", sums: [2000, 2000], rate: 100_000, shares: [LOCAL_SHARES; 2] },
    RiskRow { code: "GZ", name: "岭南水果种植保险", industry: "水果", class: "种植", tier: PROVINCIAL, unit: "亩", sums: [3000, 3000], rate: 50_000, shares: [LOCAL_SHARES; 2] },
    RiskRow { code: "TS", name: "特色农产品收入保险（协议保额）", industry: "特色农业", class: "特色", tier: LOCAL, unit: "份", sums: [0, 0], rate: 60_000, shares: [AGREED_SHARES; 2] },
];

pub(super) fn risks() -> Vec<Risk> {
    RISKS.iter().map(risk).collect()
}

fn risk(row: &RiskRow) -> Risk {
    let version = |year: i32, n: usize| RiskVersion {
        valid_from: day(year, 1, 1),
        valid_to: day(year, 12, 31),
        unit_sum: (row.sums[n] > 0).then(|| Fen(row.sums[n] * 100)),
        rate_percent: Decimal::new(row.rate, 4).normalize(),
        shares: shares(row.shares[n]),
    };
    Risk {
        code: row.code.to_owned(),
        name: row.name.to_owned(),
        industry: row.industry.to_owned(),
        class: row.class.to_owned(),
        tier: row.tier.to_owned(),
        unit: row.unit.to_owned(),
        index: row.code == "QX",
        versions: vec![version(2022, 0), version(2023, 1)],
    }
}

fn shares(hundredths: [i64; 5]) -> Shares {
    let [central, province, city, county, farmer] = hundredths.map(|h| Decimal::new(h, 2).normalize());
    Shares {
        central,
        province,
        city,
        county,
        farmer,
    }
}

/// The version of a product in force on a day.
pub(super) fn version_on(risk: &Risk, date: NaiveDate) -> Option<&RiskVersion> {
    risk.versions
        .iter()
        .find(|v| v.valid_from <= date && date <= v.valid_to)
}
