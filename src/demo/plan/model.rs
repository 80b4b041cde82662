//! The plan's own words: plain owned values, amounts in fen, rates in percent a year.

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;

use super::acts::Item;
use crate::values::Text;
use crate::values::money::Fen;

/// Stands where a village code would, for 新屋村: a 自然村 has no code.
pub const HAMLET: &str = "hamlet:440784103000:新屋村";

/// A village-level unit: a 12-digit code, or [`HAMLET`].
pub type Place = String;

/// The county code (a book) a unit's code lies in; 新屋村 lies in 鹤山.
pub fn book_of(place: &str) -> String {
    let digits = place.strip_prefix("hamlet:").unwrap_or(place);
    format!("{}000000", digits.get(..6).unwrap_or_default())
}

/// Everything there is to record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    pub institutions: Vec<Institution>,
    /// Credit and loan products.
    pub products: Vec<Product>,
    /// Insurance products, with one version a year.
    pub risks: Vec<Risk>,
    /// Natural villages to add to the register of regions.
    pub hamlets: Vec<Hamlet>,
    pub specialists: Vec<Specialist>,
    pub assignments: Vec<Assignment>,
    pub clients: Vec<Client>,
    pub lines: Vec<Line>,
    pub loans: Vec<Loan>,
    pub policies: Vec<Policy>,
    /// To be submitted and approved, by date, then by [`Head::sequence`](super::Head::sequence).
    pub items: Vec<Item>,
    /// To be submitted and left for review, likewise sorted, all after the last of `items`.
    pub waiting: Vec<Item>,
    /// What was paid in the first days of 2024, approved; all of it after `items`.
    pub since: Vec<Item>,
    pub published: Vec<Published>,
}

impl Plan {
    /// The items month by month, rising; each slice starts with the first item of its month.
    pub fn by_month(&self) -> impl Iterator<Item = &[Item]> {
        let month = |item: &Item| (item.head.date.year(), item.head.date.month());
        self.items.chunk_by(move |a, b| month(a) == month(b))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstitutionKind {
    Bank,
    Insurer,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Institution {
    /// Letters, such as `ABC-JM`.
    pub code: String,
    pub name: String,
    pub short_name: String,
    pub kind: InstitutionKind,
}

/// A credit or loan product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    pub code: String,
    pub name: String,
    /// 产业标签, such as 陈皮; empty for a general product.
    pub industry: String,
    /// The one bank that sells it; `None`: any bank.
    pub institution: Option<usize>,
    /// Whether repayment restores the limit (循环额度) or not (一次性额度).
    pub revolving: bool,
    /// Percent a year, usual rate.
    pub rate_percent: Decimal,
    pub term_months: u32,
    pub valid_from: NaiveDate,
}

/// An insurance product (险种).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Risk {
    pub code: String,
    pub name: String,
    pub industry: String,
    /// 种植, 养殖, 森林, 水产 or 特色.
    pub class: String,
    /// 中央财政补贴型, 省级财政补贴型 or 地方特色.
    pub tier: String,
    /// 亩, 头, 羽, 份.
    pub unit: String,
    /// A weather-index product; its trigger is left empty, as it was not published.
    pub index: bool,
    pub versions: Vec<RiskVersion>,
}

/// What a product promises and costs from one day to another, both included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RiskVersion {
    pub valid_from: NaiveDate,
    pub valid_to: NaiveDate,
    /// Sum insured for one unit; `None`: agreed line by line.
    pub unit_sum: Option<Fen>,
    /// Premium in percent of the sum insured.
    pub rate_percent: Decimal,
    pub shares: Shares,
}

/// Who pays the premium, in percent; together 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shares {
    pub central: Decimal,
    pub province: Decimal,
    pub city: Decimal,
    pub county: Decimal,
    pub farmer: Decimal,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hamlet {
    /// The [`Place`] it is named by in this plan.
    pub place: Place,
    pub name: String,
    /// The town it lies in; its 行政村 is not known.
    pub town: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Specialist {
    pub institution: usize,
    /// Staff number at the institution, such as `RCB-TS-017`.
    pub code: String,
    pub name: String,
    /// 金融村官 or 金融特派员.
    pub title: String,
    /// The county code of all the villages of this specialist.
    pub county: String,
}

/// One posting of a specialist to a village; all are in force at 2023-12-31, without an end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    pub specialist: usize,
    pub village: Place,
    pub from: NaiveDate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ClientKind {
    Household,
    FamilyFarm,
    Cooperative,
    Enterprise,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    pub kind: ClientKind,
    pub name: String,
    /// Identity number of the head of a household, 统一社会信用代码 of any other.
    pub number: String,
    pub village: Place,
}

/// What is settled about a credit line before any amount; amounts are in the sheets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub client: usize,
    pub village: Place,
    pub institution: usize,
    pub product: usize,
    pub specialist: usize,
    pub valid_from: NaiveDate,
    /// Last day of validity, three years on.
    pub valid_to: NaiveDate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RepaymentMethod {
    /// 利随本清: all at maturity.
    Bullet,
    /// 先息后本: interest monthly, principal at maturity.
    InterestOnly,
    /// 等额本金.
    EqualPrincipal,
}

impl RepaymentMethod {
    /// The code of the `schedule` command.
    pub fn code(self) -> &'static str {
        match self {
            Self::Bullet => "bullet",
            Self::InterestOnly => "interest-only",
            Self::EqualPrincipal => "equal-principal",
        }
    }
}

/// A 借据. Day count is 30/360 throughout. Amounts, terms and rates are such that every
/// instalment comes to whole fen, whichever way it is rounded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loan {
    pub number: String,
    pub client: usize,
    pub line: Option<usize>,
    pub village: Place,
    pub institution: usize,
    pub product: usize,
    pub specialist: usize,
    pub amount: Fen,
    pub rate_percent: Decimal,
    pub start: NaiveDate,
    pub months: u32,
    /// `months` after `start`.
    pub maturity: NaiveDate,
    pub method: RepaymentMethod,
    pub purpose: String,
    /// 信用, 保证, 抵押, 质押 or 农担.
    pub guarantee: String,
}

/// A policy over the villages of a town.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    pub number: String,
    /// The insurer.
    pub institution: usize,
    pub risk: usize,
    pub specialist: usize,
    pub town: String,
    /// 投保人: a cooperative of the town, or `None` for the village collectives themselves.
    pub policyholder: Option<usize>,
    /// First day insured; the business date of its voucher.
    pub start: NaiveDate,
    /// Last day insured.
    pub end: NaiveDate,
    pub lines: Vec<PolicyLine>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyLine {
    pub village: Place,
    pub specialist: usize,
    /// Insured households (户次).
    pub households: u32,
    /// At most two decimals.
    pub quantity: Decimal,
    /// For one unit; `quantity` times this is whole fen.
    pub unit_sum: Fen,
}

/// What of a measure a published figure is set beside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The region's total: of the year for a flow, at the day for a stock.
    Total,
    /// A stock's increase over the year.
    Increase,
    /// 新屋村 only.
    Hamlet,
    /// The product of this code only.
    Product(String),
}

/// A figure the press or an authority has published; never added to the ledger's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// Measure code it may be compared with; `None`: not comparable.
    pub measure: Option<String>,
    pub title: Text,
    /// Which part of that measure.
    pub basis: Basis,
    /// The figure as printed, such as `125.92`.
    pub value_text: String,
    /// As printed: 亿元, 个, 名, 户.
    pub unit: String,
    /// `=`, `>` or `~`.
    pub comparator: String,
    /// 同比 in percent as printed, if any.
    pub yoy_text: Option<String>,
    pub as_of: NaiveDate,
    /// Region code.
    pub region: String,
    pub scope: Text,
    /// The words at the figure; the English is ours.
    pub quotation: Text,
    /// Where it was read.
    pub source: Text,
    /// What a reader of a comparison should know; empty if nothing.
    pub caveat: Text,
}
