//! What the press has said about 2023, kept apart from the ledger and only set beside it.

use super::calendar::{day, year_end};
use super::model::{Basis, Published};
use crate::values::Text;

/// Where the figures were read; the quotations are the words at the figure, abridged.
const SOURCE: Text = Text::new(
    "江门市金融支持“百千万工程”公开报道（节引，用前应与原文核对）",
    "Press report on Jiangmen's rural finance (abridged; check against the original before use)",
);
const TWO_GRANTS: Text = Text::new(
    "原文两处均称“授信”；以本数为预授信、以70.90亿元为授信，是本演示的假设",
    "The text calls both figures credit; that this one is the pre-approved and the 7.090 billion the granted is an assumption",
);

type Row = (&'static str, Text, &'static str, &'static str, Text);

/// Measure, title, figure, unit, words. What can be set beside a total of the ledger.
const COMPARABLE: [Row; 11] = [
    (
        "credit.villages",
        Text::new("获授信行政村", "Villages with credit"),
        "692",
        "个",
        Text::new(
            "692个行政村授信125.92亿元",
            "692 administrative villages were given credit of 12.592 billion yuan",
        ),
    ),
    (
        "credit.preapproved",
        Text::new("行政村授信", "Credit to villages"),
        "125.92",
        "亿元",
        Text::new(
            "692个行政村授信125.92亿元",
            "692 administrative villages were given credit of 12.592 billion yuan",
        ),
    ),
    (
        "credit.granted",
        Text::new("已授信", "Credit granted"),
        "70.90",
        "亿元",
        Text::new("已授信70.90亿元", "7.090 billion yuan of credit granted"),
    ),
    (
        "insurance.sum_insured",
        Text::new("农业保险风险保障", "Agricultural insurance cover"),
        "162.09",
        "亿元",
        Text::new(
            "风险保障162.09亿元，同比增长23.08%",
            "cover of 16.209 billion yuan, up 23.08% on the year",
        ),
    ),
    (
        "insurance.payout",
        Text::new("农业保险赔付", "Agricultural insurance payouts"),
        "4.79",
        "亿元",
        Text::new(
            "赔付4.79亿元，同比增长73.47%",
            "479 million yuan paid out, up 73.47% on the year",
        ),
    ),
    (
        "field.specialists",
        Text::new("金融特派员", "Financial specialists"),
        "500",
        "名",
        Text::new("金融特派员超500名", "more than 500 financial specialists"),
    ),
    (
        "field.service_point_villages",
        Text::new("裕农通覆盖行政村", "Villages with a Yunongtong point"),
        "144",
        "个",
        Text::new(
            "“裕农通”服务点覆盖144个行政村",
            "Yunongtong service points cover 144 administrative villages",
        ),
    ),
    (
        "field.designated_towns",
        Text::new("移动支付示范镇", "Mobile-payment model towns"),
        "28",
        "个",
        Text::new("移动支付示范镇累计28个", "28 mobile-payment model towns in all"),
    ),
    (
        "field.designated_towns",
        Text::new("新增移动支付示范镇", "New mobile-payment model towns"),
        "13",
        "个",
        Text::new("新增移动支付示范镇13个", "13 new mobile-payment model towns"),
    ),
    (
        "credit.granted",
        Text::new("新屋村水产养殖户授信", "Credit to fish farmers of Xinwu Village"),
        "113",
        "万元",
        Text::new(
            "5名水产养殖户获授信113万元",
            "five fish farmers were granted 1.13 million yuan",
        ),
    ),
    (
        "loan.balance",
        Text::new("农行海洋牧场贷款", "ABC marine-ranching loans"),
        "27",
        "亿元",
        Text::new(
            "累计……余额超27亿元",
            "in all … balance of more than 2.7 billion yuan",
        ),
    ),
];

/// What this ledger cannot reproduce, shown for reference.
const OUTSIDE: [Row; 3] = [
    (
        "",
        Text::new("涉农贷款余额", "Agriculture-related loan balance"),
        "2059",
        "亿元",
        Text::new(
            "涉农贷款余额2059亿元",
            "agriculture-related loans of 205.9 billion yuan",
        ),
    ),
    (
        "",
        Text::new(
            "涉农贷款余额全省位次",
            "Province rank of agriculture-related loans",
        ),
        "3",
        "位",
        Text::new("居全省第三", "third in the province"),
    ),
    (
        "",
        Text::new("专精特新企业融资", "Financing of specialised small firms"),
        "300",
        "亿元",
        Text::new("专精特新300亿元", "30 billion yuan to specialised small firms"),
    ),
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
    let more_than = quotation.zh.contains('超');
    Published {
        measure: (!measure.is_empty()).then(|| measure.to_owned()),
        title,
        basis: match title.zh {
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
        scope: scope(title.zh),
        quotation,
        source: SOURCE,
        caveat: caveat(title.zh),
    }
}

fn scope(title: &str) -> Text {
    match title {
        "新屋村水产养殖户授信" => {
            Text::new("鹤山市古劳镇新屋村", "Xinwu Village, Gulao Town, Heshan")
        }
        "农行海洋牧场贷款" => Text::new("江门市，农业银行", "Jiangmen, Agricultural Bank of China"),
        "新增移动支付示范镇" => Text::new("江门市，2023年新增", "Jiangmen, new in 2023"),
        _ => Text::new("江门市", "Jiangmen"),
    }
}

fn caveat(title: &str) -> Text {
    match title {
        "行政村授信" | "已授信" => TWO_GRANTS,
        "新增移动支付示范镇" => Text::new(
            "本年新增数；与期末数28个不同口径",
            "New this year; not the 28 at the end",
        ),
        "新屋村水产养殖户授信" => Text::new(
            "报道称2023年初；新屋村为自然村，所属行政村未定",
            "Early 2023 in the report; Xinwu is a hamlet whose administrative village is undetermined",
        ),
        "农行海洋牧场贷款" => Text::new(
            "原文“累计”与“余额”并用，含义不明；仅与一家银行一个产品的余额比较",
            "The text says both “in all” and “balance”; set only beside the balance of one product of one bank",
        ),
        "涉农贷款余额" | "涉农贷款余额全省位次" => Text::new(
            "统计口径为人民银行涉农贷款专项统计，本系统不能复现，不可比",
            "A special statistic of the central bank, which this system cannot reproduce",
        ),
        "专精特新企业融资" => {
            Text::new("不属村级农村金融，不可比", "Not rural finance of the villages")
        }
        _ => Text::new("", ""),
    }
}
