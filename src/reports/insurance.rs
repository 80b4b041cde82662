//! 农业保险月报: product × area, who pays the premium, what is paid out, what is outstanding, and the simple loss ratio.

use super::columns::{ALONE, Col, columns};
use super::frame::Frame;
use super::table::{Cell, Column, ColumnKind, Picture, PictureKind, Row, Sheet, Workbook};
use super::{Report, ReportAsk, Subject};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::Office;
use crate::totals::{Answer, AnswerRow, By, Figures, RowKey};
use crate::values::{Lang, Text, words};

/// The report.
pub const REPORT: Report = Report {
    code: "insurance",
    name: Text::new("农业保险月报", "Agricultural insurance"),
    about: Text::new(
        "承保、保额、保费（中央、省、市、县、农户各担多少）、赔付、未决和简单赔付率：按险种，按地区×险种，按承保机构。",
        "Policies, sums insured, premium by who bears it, payouts, what is outstanding and the simple loss ratio: by product, by area and product, by insurer.",
    ),
    subject: Subject::Insurance,
    public: false,
    build,
};

const INSURED: Text = Text::new("承保", "Insured");
const COVER: Text = Text::new("风险保障（保额）", "Sum insured");
const PREMIUM: Text = Text::new("保费", "Premium");
const PAYOUT: Text = Text::new("赔付支出（已付）", "Payouts (paid)");
const CLAIMS: Text = Text::new("赔案", "Claims");
const MONTH: Text = Text::new("本月保费", "Premium this month");
const YEAR: Text = Text::new("本年累计保费", "Premium this year");

columns! { BUSINESS:
    policies_month = INSURANCE_POLICIES Month, INSURED, "本月件数" "Policies this month";
    policies_year = INSURANCE_POLICIES Year, INSURED, "本年件数" "Policies this year";
    participations_year = INSURANCE_PARTICIPATIONS Year, INSURED, "本年户次" "Participations this year";
    in_force = INSURANCE_IN_FORCE End, COVER, "有效保额" "In force at end";
    cover_month = INSURANCE_SUM_INSURED Month, COVER, "本月" "This month";
    cover_year = INSURANCE_SUM_INSURED Year, COVER, "本年累计" "Year to date";
    cover_yoy = INSURANCE_SUM_INSURED YearYoy, COVER, "累计同比%" "On last year, %";
    premium_month = INSURANCE_PREMIUM Month, PREMIUM, "本月" "This month";
    premium_year = INSURANCE_PREMIUM Year, PREMIUM, "本年累计" "Year to date";
    payout_month = INSURANCE_PAYOUT Month, PAYOUT, "本月" "This month";
    payout_year = INSURANCE_PAYOUT Year, PAYOUT, "本年累计" "Year to date";
    payout_yoy = INSURANCE_PAYOUT YearYoy, PAYOUT, "累计同比%" "On last year, %";
    paid_year = INSURANCE_PAID_PARTICIPATIONS Year, PAYOUT, "本年受益户次" "Participations paid this year";
    reported_year = INSURANCE_CLAIMS_REPORTED Year, CLAIMS, "本年报案" "Reported this year";
    open = INSURANCE_CLAIMS_OPEN End, CLAIMS, "未决件数" "Open at end";
    outstanding = INSURANCE_OUTSTANDING End, CLAIMS, "未决金额" "Outstanding at end";
    loss_ratio = INSURANCE_PAYOUT Year / INSURANCE_PREMIUM Year, ALONE, "简单赔付率%" "Simple loss ratio, %";
}

columns! { PAYERS:
    month = INSURANCE_PREMIUM Month, MONTH, "合计" "Total";
    central_month = INSURANCE_PREMIUM_CENTRAL Month, MONTH, "中央财政" "Central";
    province_month = INSURANCE_PREMIUM_PROVINCE Month, MONTH, "省财政" "Province";
    city_month = INSURANCE_PREMIUM_CITY Month, MONTH, "市财政" "City";
    county_month = INSURANCE_PREMIUM_COUNTY Month, MONTH, "县财政" "County";
    farmer_month = INSURANCE_PREMIUM_FARMER Month, MONTH, "农户自缴" "Farmer";
    year = INSURANCE_PREMIUM Year, YEAR, "合计" "Total";
    central = INSURANCE_PREMIUM_CENTRAL Year, YEAR, "中央财政" "Central";
    province = INSURANCE_PREMIUM_PROVINCE Year, YEAR, "省财政" "Province";
    city = INSURANCE_PREMIUM_CITY Year, YEAR, "市财政" "City";
    county = INSURANCE_PREMIUM_COUNTY Year, YEAR, "县财政" "County";
    farmer = INSURANCE_PREMIUM_FARMER Year, YEAR, "农户自缴" "Farmer";
    farmer_share = INSURANCE_PREMIUM_FARMER Year / INSURANCE_PREMIUM Year, YEAR, "农户自缴占%" "Farmer's share, %";
}

fn build(conn: &mut Conn, office: &Office<'_>, ask: &ReportAsk) -> Result<Workbook, Error> {
    let frame = Frame::open(office, ask, &REPORT)?;
    let all = [BUSINESS, PAYERS];
    let by_product = frame.answer(conn, ask.region, By::Product, &all)?;
    let by_insurer = frame.answer(conn, ask.region, By::Institution, &all)?;
    let by_area = frame.answer(conn, ask.region, frame.below(), &all)?;
    let mut areas = Vec::new();
    for row in &by_area.rows {
        let products = match row.key {
            RowKey::Region(area) if !row.apart && !empty(&row.figures) => {
                frame.answer(conn, area, By::Product, &all)?.rows
            }
            _ => Vec::new(),
        };
        areas.push(products);
    }
    let premium = Text::new("保费承担", "Premium");
    let business = Text::new("承保理赔", "Business");
    let products = frame.tab(business, words::PRODUCT);
    let mut products = frame.table(("01", &products), &by_product, BUSINESS)?;
    products.charts = pictures(&frame).to_vec();
    let mut places = crossed(&frame, "02", business, &by_area, &areas, BUSINESS)?;
    places.charts = pictures(&frame).map(Picture::of_subtotals).to_vec();
    let mut book = frame.book();
    book.sheets = vec![
        products,
        places,
        frame.table(("03", &frame.tab(premium, words::PRODUCT)), &by_product, PAYERS)?,
        crossed(&frame, "04", premium, &by_area, &areas, PAYERS)?,
        frame.table(
            ("05", &frame.tab(business, words::INSTITUTION)),
            &by_insurer,
            BUSINESS,
        )?,
    ];
    for note in [
        frame.t(
            "简单赔付率＝本年累计赔付支出（已付，不含未决）÷本年累计保费×100%；小计和合计由合计数相除，不是各险种或各地赔付率的平均。",
            "Simple loss ratio = payouts paid this year (open claims not included) ÷ premium this year × 100%; in subtotals and the \
             total the sums are divided, ratios are never averaged.",
        ),
        frame.t(
            "保费＝中央＋省＋市＋县财政补贴＋农户自缴；户次按投保、受益次数计，不是户数；保额和保费含批改、退保的增减。",
            "Premium = the subsidies of centre, province, city and county and what the farmer pays. Participations count every time and are \
             not households. Sums insured and premiums include endorsements and cancellations.",
        ),
    ] {
        book.notes.push(note.to_owned());
    }
    Ok(book)
}

/// What is paid in and out this year.
fn pictures(frame: &Frame<'_>) -> [Picture; 2] {
    let bars = |column: &str, title| Picture::new(PictureKind::Bars, column, title);
    [
        bars("premium_year", frame.t("保费（本年累计）", "Premium this year")),
        bars("payout_year", frame.t("赔付（本年累计）", "Payouts this year")),
    ]
}

fn empty(figures: &[Figures]) -> bool {
    figures.iter().all(Figures::is_nothing)
}

/// Area × product: each area with a subtotal before its products.
fn crossed(
    frame: &Frame<'_>,
    number: &str,
    what: Text,
    answer: &Answer,
    areas: &[Vec<AnswerRow>],
    shown: &[Col],
) -> Result<Sheet, Error> {
    let lang = frame.ask.lang;
    let heading = answer.heading(lang);
    let mut columns = vec![
        Column::new("area", heading, ColumnKind::Text).at_least(14),
        Column::new("product", words::PRODUCT.get(lang), ColumnKind::Text).at_least(18),
    ];
    columns.extend(shown.iter().map(|column| column.column(lang)));
    let crossed = format!("{} × {}", heading, words::PRODUCT.get(lang));
    let tab = match lang {
        Lang::Zh => format!("{}·{crossed}", what.zh),
        Lang::En => format!("{} by {}", what.en, crossed.to_lowercase()),
    };
    let mut sheet = frame.sheet((number, &tab), columns);
    for (row, products) in answer.rows.iter().zip(areas) {
        if empty(&row.figures) {
            continue;
        }
        let name = Cell::text(row.name.get(lang));
        let figures = |of| {
            shown
                .iter()
                .map(|column| column.cell(answer, of))
                .collect::<Vec<_>>()
        };
        let parts: Vec<_> = products
            .iter()
            .filter(|product| !empty(&product.figures))
            .collect();
        let mut cells = vec![name.clone(), Cell::text(frame.t("小计", "Subtotal"))];
        cells.extend(figures(row));
        // A unit that stands apart is not broken down, and counts by itself.
        let line = if parts.is_empty() {
            Row::item(cells)
        } else {
            Row::subtotal(cells)
        };
        sheet.rows.push(frame.led(line, answer, row, shown));
        for product in parts {
            let mut cells = vec![name.clone(), Cell::text(product.name.get(lang))];
            cells.extend(figures(product));
            sheet.rows.push(Row {
                level: 1,
                ..Row::item(cells)
            });
        }
    }
    frame.total(&mut sheet, answer, shown)?;
    Ok(sheet)
}
