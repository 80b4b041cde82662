//! 补录与更正清单: what a month took in late, what it took back, and what of it was taken back since.
//! It names single vouchers, so it is for the staff only.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::table::{Cell, Column, ColumnKind, Row, Sheet, TotalRule, Workbook};
use super::{Report, ReportAsk, Subject, name_files, plain_sheet};
use crate::db::schema::voucher;
use crate::db::{CHUNK, Conn};
use crate::error::Error;
use crate::ledger::{self, Office, State, Voucher};
use crate::register::Names;
use crate::totals::{By, books_within};
use crate::values::{BookId, Fen, Lang, Level, Month, RegionId, Text, VoucherId, words};

/// The report.
pub const REPORT: Report = Report {
    code: "corrections",
    name: Text::new("补录与更正清单", "Late postings and corrections"),
    about: Text::new(
        "本月入账的补录、冲销，以及本月凭证后来被冲销的：凭证号、业务日期、金额、原因，两头对得上。",
        "What the month posted late, what it reversed, and what of it was reversed since: number, business date, amount, reason, each with its counterpart.",
    ),
    subject: Subject::Records,
    public: false,
    build,
};

/// Why a voucher is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    Late,
    Reversal,
    Reversed,
}

impl Why {
    const EVERY: [Why; 3] = [Why::Late, Why::Reversal, Why::Reversed];

    const fn text(self) -> Text {
        match self {
            Why::Late => words::LATE_POSTING,
            Why::Reversal => words::RED_REVERSAL,
            Why::Reversed => Text::new("被冲销", "Reversed since"),
        }
    }

    /// A voucher may be here for two reasons: late, and reversed since.
    fn of(voucher: &Voucher) -> Vec<Why> {
        let mut found = Vec::new();
        if voucher.reversal_of.is_some() {
            found.push(Why::Reversal);
        } else if voucher.late {
            found.push(Why::Late);
        }
        if voucher.reversed_by.is_some() {
            found.push(Why::Reversed);
        }
        found
    }
}

/// One line of the list.
struct Listed {
    why: Why,
    voucher: Voucher,
    /// Of its first line; and in how many villages it has lines.
    place: Option<RegionId>,
    villages: usize,
    /// The number of its counterpart.
    other: String,
    reason: String,
}

fn build(conn: &mut Conn, office: &Office<'_>, ask: &ReportAsk) -> Result<Workbook, Error> {
    let listed = load(conn, office, ask)?;
    let mut book = Workbook::new(ask.lang, REPORT.name.get(ask.lang), ask.made_at);
    name_files(&mut book, office, ask, &REPORT);
    let names = Names::load(conn)?.read_in(ask.lang);
    book.sheets.push(list(office, ask, &names, &listed));
    book.sheets.push(counts(office, ask, &listed)?);
    book.notes.push(
        ask.lang
            .t(
                "清单按入账月份编制，反映编制时的情况；补录保留业务日期，冲销金额为负。",
                "The list goes by posting month and tells how things stand when it is made; a late posting keeps its business date, a \
                 reversal is negative.",
            )
            .to_owned(),
    );
    Ok(book)
}

/// What was posted in the month and is late, a reversal, or reversed since, of the region asked for.
fn load(conn: &mut Conn, office: &Office<'_>, ask: &ReportAsk) -> Result<Vec<Listed>, Error> {
    let level = office.regions.unit(ask.region).ok_or(Error::NotFound)?.level;
    let books = books_within(conn, office.regions, ask.region, ask.day())?;
    let vouchers: Vec<Voucher> = voucher::table
        .filter(voucher::book_id.eq_any(&books))
        .filter(voucher::posting_month.eq(ask.month))
        .filter(voucher::state.eq_any([State::Approved.code(), State::Reversed.code()]))
        .filter(
            voucher::late
                .eq(true)
                .or(voucher::reversal_of.is_not_null())
                .or(voucher::reversed_by.is_not_null()),
        )
        .order((voucher::book_id, voucher::number))
        .select(Voucher::as_select())
        .load(conn)?;
    let places = ledger::regions_of(conn, &vouchers)?;
    let within = (level > Level::County).then(|| office.regions.within(ask.region, ask.day()));
    let numbers = counterparts(conn, &vouchers)?;
    let mut reasons = BTreeMap::new();
    let mut found = Vec::new();
    for voucher in vouchers {
        let of = places.get(&voucher.id).map_or(&[][..], Vec::as_slice);
        if let Some(within) = &within
            && !of.iter().any(|region| within.contains(region))
        {
            continue;
        }
        for why in Why::of(&voucher) {
            let other = match why {
                Why::Late => None,
                Why::Reversal => voucher.reversal_of.as_ref(),
                Why::Reversed => voucher.reversed_by.as_ref(),
            };
            let known = other.and_then(|id| numbers.get(&(voucher.book_id, id.clone())));
            let reason = match why {
                Why::Late => closed_since(conn, &mut reasons, &voucher, ask.lang)?,
                Why::Reversal => voucher.reason.clone(),
                Why::Reversed => known.map(|(_, reason)| reason.clone()).unwrap_or_default(),
            };
            found.push(Listed {
                why,
                place: of.first().copied(),
                villages: of.len(),
                other: known.map(|(number, _)| number.clone()).unwrap_or_default(),
                reason,
                voucher: voucher.clone(),
            });
        }
    }
    Ok(found)
}

type Numbers = BTreeMap<(BookId, VoucherId), (String, String)>;

/// The numbers and reasons of what these reversed, or were reversed by.
fn counterparts(conn: &mut Conn, vouchers: &[Voucher]) -> Result<Numbers, Error> {
    let ids: Vec<&VoucherId> = vouchers
        .iter()
        .flat_map(|voucher| voucher.reversal_of.iter().chain(&voucher.reversed_by))
        .collect();
    let mut found = Numbers::new();
    for some in ids.chunks(CHUNK) {
        let rows: Vec<Voucher> = voucher::table
            .filter(voucher::id.eq_any(some.iter().copied()))
            .select(Voucher::as_select())
            .load(conn)?;
        found.extend(rows.into_iter().map(|other| {
            let told = (other.number_text(Lang::Zh), other.reason.clone());
            ((other.book_id, other.id), told)
        }));
    }
    Ok(found)
}

/// Why it is late: when its own month was closed.
fn closed_since(
    conn: &mut Conn,
    known: &mut BTreeMap<(BookId, Month), String>,
    voucher: &Voucher,
    lang: Lang,
) -> Result<String, Error> {
    let key = (voucher.book_id, Month::of(voucher.business_date));
    if let Some(said) = known.get(&key) {
        return Ok(said.clone());
    }
    let said = match ledger::latest_edition(conn, key.0, key.1)? {
        Some(edition) => {
            let (month, number) = (key.1.show(lang), edition.number);
            match lang {
                Lang::Zh => format!("{month}已关账（第{number}版）"),
                Lang::En => format!("{month} was closed (edition {number})"),
            }
        }
        None => lang
            .t("业务月份已不能入账", "Its month takes no more postings")
            .to_owned(),
    };
    known.insert(key, said.clone());
    Ok(said)
}

fn list(office: &Office<'_>, ask: &ReportAsk, names: &Names, listed: &[Listed]) -> Sheet {
    let lang = ask.lang;
    let text = |key: &str, title: &str| Column::new(key, title, ColumnKind::Text).totalled(TotalRule::None);
    let columns = vec![
        text("number", lang.t("凭证号", "Voucher")).at_least(14),
        text("why", lang.t("性质", "Nature")),
        Column::new("business_date", words::BUSINESS_DATE.get(lang), ColumnKind::Date),
        text("posting_month", words::POSTING_MONTH.get(lang)),
        text("kind", lang.t("类别", "Kind")),
        text("place", lang.t("村", "Village")).at_least(20),
        text("institution", words::INSTITUTION.get(lang)),
        Column::new("amount", lang.t("金额", "Amount"), ColumnKind::Money).totalled(TotalRule::None),
        text("reason", lang.t("原因", "Reason")).at_least(24),
        text("counterpart", lang.t("对应凭证", "Counterpart")).at_least(14),
    ];
    let mut sheet = plain_sheet(office, ask, &REPORT, ("01", lang.t("清单", "List")), columns);
    for one in listed {
        let voucher = &one.voucher;
        let kind = office.kinds.name(&voucher.kind).unwrap_or(words::OTHER);
        let amount = match voucher.amount_fen {
            Fen::ZERO => Cell::Empty,
            fen => Cell::Money(fen),
        };
        let cells = vec![
            Cell::text(voucher.number_text(lang)),
            Cell::text(one.why.text().get(lang)),
            Cell::Date(voucher.business_date),
            Cell::text(voucher.posting_month.to_string()),
            Cell::text(kind.get(lang)),
            Cell::text(place(office, one, lang)),
            Cell::text(names.institution(voucher.institution_id)),
            amount,
            Cell::text(&one.reason),
            Cell::text(&one.other),
        ];
        let href = format!("/vouchers/{}/{}", voucher.book_id, voucher.id);
        sheet.rows.push(Row::item(cells).linked(href));
    }
    if listed.is_empty() {
        sheet.footnotes.push(
            lang.t(
                "本月没有补录，也没有冲销。",
                "Nothing was late or reversed in the month.",
            )
            .to_owned(),
        );
    }
    sheet
}

/// 县›镇›村 of the first line, and how many more villages there are.
fn place(office: &Office<'_>, one: &Listed, lang: Lang) -> String {
    let Some(region) = one.place else {
        return String::new();
    };
    let first = office
        .regions
        .path_name_in(region, one.voucher.business_date, lang);
    match (one.villages, lang) {
        (..=1, _) => first,
        (more, Lang::Zh) => format!("{first} 等{more}个村"),
        (more, Lang::En) => format!("{first} and {} more", more - 1),
    }
}

/// How many of each there are in the units one level down; a voucher counts where its first line is.
fn counts(office: &Office<'_>, ask: &ReportAsk, listed: &[Listed]) -> Result<Sheet, Error> {
    let (lang, day) = (ask.lang, ask.day());
    let level = office.regions.unit(ask.region).ok_or(Error::NotFound)?.level;
    let by = By::below(level);
    let mut columns = vec![
        Column::new("name", by.text().get(lang), ColumnKind::Text)
            .totalled(TotalRule::None)
            .at_least(14),
    ];
    let keys = ["late", "reversals", "reversed"];
    columns.extend(keys.into_iter().zip(Why::EVERY).map(|(key, why)| {
        let title = format!("{}{}", why.text().get(lang), lang.t("（张）", " (vouchers)"));
        Column::new(key, title, ColumnKind::Count)
    }));
    let mut sheet = plain_sheet(office, ask, &REPORT, ("02", lang.t("张数", "Counts")), columns);
    let mut rows: BTreeMap<(bool, String, i64), (String, [i64; 3])> = BTreeMap::new();
    for one in listed {
        let region = one.place.unwrap_or(ask.region);
        let group = office
            .regions
            .group(region, by.level().unwrap_or(Level::Village), day);
        let row = rows
            .entry(office.regions.sort_key(group.region, day))
            .or_insert_with(|| (office.regions.group_name(&group, day, lang), [0; 3]));
        for (count, why) in row.1.iter_mut().zip(Why::EVERY) {
            *count += i64::from(why == one.why);
        }
    }
    for (name, counted) in rows.into_values() {
        let cells = std::iter::once(Cell::text(name)).chain(counted.map(Cell::Count));
        sheet.rows.push(Row::item(cells.collect()));
    }
    sheet.add_total(words::TOTAL.get(lang), [])?;
    Ok(sheet)
}
