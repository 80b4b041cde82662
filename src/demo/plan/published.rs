//! What the press has said about 2023, kept apart from the ledger and only set beside it.

use super::calendar::{day, year_end};
use super::model::{Basis, Published};

/// Where the figures were read; the quotations are the words at the figure, abridged.
const SOURCE: &str = "江门市金融支持“百千万工程”公开报道（节引，用前应与原文核对）";
const TWO_GRANTS: &str = "原文两处均称“授信”；以本数为预授信、以70.90亿元为授信，是本演示的假设";

type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

/// Measure, title, figure, unit, words. What can be set beside a total of the ledger.
const COMPARABLE: [Row; 11] = [
    (
        "credit.villages",
        "获授信行政村",
        "692",
        "个",
        "692个行政村授信125.92亿元",
    ),
    (
        "credit.preapproved",
        "行政村授信",
        "125.92",
        "亿元",
        "692个行政村授信125.92亿元",
    ),
    ("credit.granted", "已授信", "70.90", "亿元", "已授信70.90亿元"),
    (
        "insurance.sum_insured",
        "农业保险风险保障",
        "162.09",
        "亿元",
        "风险保障162.09亿元，同比增长23.08%",
    ),
    (
        "insurance.payout",
        "农业保险赔付",
        "4.79",
        "亿元",
        "赔付4.79亿元，同比增长73.47%",
    ),
    (
        "field.specialists",
        "金融特派员",
        "500",
        "名",
        "金融特派员超500名",
    ),
    (
        "field.service_point_villages",
        "裕农通覆盖行政村",
        "144",
        "个",
        "“裕农通”服务点覆盖144个行政村",
    ),
    (
        "field.designated_towns",
        "移动支付示范镇",
        "28",
        "个",
        "移动支付示范镇累计28个",
    ),
    (
        "field.designated_towns",
        "新增移动支付示范镇",
        "13",
        "个",
        "新增移动支付示范镇13个",
    ),
    (
        "credit.granted",
        "新屋村水产养殖户授信",
        "113",
        "万元",
        "5名水产养殖户获授信113万元",
    ),
    (
        "loan.balance",
        "农行海洋牧场贷款",
        "27",
        "亿元",
        "累计……余额超27亿元",
    ),
];

/// What this ledger cannot reproduce, shown for reference.
const OUTSIDE: [Row; 3] = [
    ("", "涉农贷款余额", "2059", "亿元", "涉农贷款余额2059亿元"),
    ("", "涉农贷款余额全省位次", "3", "位", "居全省第三"),
    ("", "专精特新企业融资", "300", "亿元", "专精特新300亿元"),
];

/// Figures keep the precision they were printed with.
pub(super) fn published() -> Vec<Published> {
    COMPARABLE.into_iter().chain(OUTSIDE).map(row).collect()
}

fn row((measure, title, value, unit, quotation): Row) -> Published {
    let yoy = match measure {
        "insurance.sum_insured" => Some("23.08"),
        "insurance.payout" => Some("73.47"),
        _ => None,
    };
    let of_hamlet = value == "113";
    let more_than = quotation.contains('超');
    Published {
        measure: (!measure.is_empty()).then(|| measure.to_owned()),
        title: title.to_owned(),
        basis: match title {
            "新增移动支付示范镇" => Basis::Increase,
            "新屋村水产养殖户授信" => Basis::Hamlet,
            "农行海洋牧场贷款" => Basis::Product("HYMC".to_owned()),
            _ => Basis::Total,
        },
        value_text: value.to_owned(),
        unit: unit.to_owned(),
        comparator: if more_than { ">" } else { "=" }.to_owned(),
        yoy_text: yoy.map(str::to_owned),
        as_of: if of_hamlet { day(2023, 2, 28) } else { year_end() },
        region: if of_hamlet { "440784103000" } else { "440700000000" }.to_owned(),
        scope: scope(title).to_owned(),
        quotation: quotation.to_owned(),
        source: SOURCE.to_owned(),
        caveat: caveat(title).to_owned(),
    }
}

fn scope(title: &str) -> &'static str {
    match title {
        "新屋村水产养殖户授信" => "鹤山市古劳镇新屋村",
        "农行海洋牧场贷款" => "江门市，农业银行",
        "新增移动支付示范镇" => "江门市，2023年新增",
        _ => "江门市",
    }
}

fn caveat(title: &str) -> &'static str {
    match title {
        "行政村授信" | "已授信" => TWO_GRANTS,
        "新增移动支付示范镇" => "本年新增数；与期末数28个不同口径",
        "新屋村水产养殖户授信" => "报道称2023年初；新屋村为自然村，所属行政村未定",
        "农行海洋牧场贷款" => "原文“累计”与“余额”并用，含义不明；仅与一家银行一个产品的余额比较",
        "涉农贷款余额" | "涉农贷款余额全省位次" => {
            "统计口径为人民银行涉农贷款专项统计，本系统不能复现，不可比"
        }
        "专精特新企业融资" => "不属村级农村金融，不可比",
        _ => "",
    }
}
