//! How a table reads: the words and figures that every rendering shares, so that the screen, the
//! workbook and the printed form say the same.

use super::{Cell, Column, ColumnKind, HIDDEN, Sheet, SignOff, TotalRule, Variant, Workbook};
use crate::values::money::{Fen, ROUNDING_NOTE, Unit, parts_miss_total};
use crate::values::text::{Lang, display_width};
use rust_decimal::{Decimal, RoundingStrategy};

/// Widest column, in half-width characters; longer text wraps.
const WIDEST: usize = 40;
/// Narrowest column.
const NARROWEST: usize = 7;
/// A heading may take two lines, so it asks for half its width, but not more than this.
const HEADING_ASKS: usize = 14;

/// A run of columns under one upper heading; `group` is `None` for a column that fills both
/// rows of the heading by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading<'a> {
    pub group: Option<&'a str>,
    pub first: usize,
    pub count: usize,
}

impl Variant {
    #[must_use]
    pub fn label(self, lang: Lang) -> &'static str {
        match self {
            Variant::Internal => lang.t("内部", "Internal"),
            Variant::Public => lang.t("对外", "Public"),
        }
    }

    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Variant::Internal => "internal",
            Variant::Public => "public",
        }
    }
}

impl Cell {
    /// The cell as a reader sees it. Amounts are rounded here, once, from the exact fen, half
    /// away from zero; what is not there prints as "—".
    #[must_use]
    pub fn printed(&self, unit: Unit) -> String {
        match self {
            Cell::Text(text) | Cell::Code(text) | Cell::Mark(text) => text.clone(),
            Cell::Money(fen) => fen.show(unit),
            Cell::Count(count) => grouped(*count),
            Cell::Percent(Some(percent)) => two_decimals(*percent).to_string(),
            Cell::Date(date) => date.format("%Y-%m-%d").to_string(),
            Cell::Suppressed => HIDDEN.to_owned(),
            Cell::Empty | Cell::Percent(None) => "—".to_owned(),
        }
    }
}

impl Column {
    /// The lower heading; a percentage says that it is one.
    #[must_use]
    pub fn heading(&self, lang: Lang) -> String {
        if self.kind == ColumnKind::Percent && !self.title.contains(['%', '％']) {
            format!("{}{}", self.title, lang.t("（%）", " (%)"))
        } else {
            self.title.clone()
        }
    }

    /// Both headings in one line, for renderings that have only one.
    #[must_use]
    pub fn full_heading(&self, lang: Lang) -> String {
        match &self.group {
            Some(group) => format!("{group}·{}", self.heading(lang)),
            None => self.heading(lang),
        }
    }

    /// The full heading of a column whose amounts are exact, in yuan.
    #[must_use]
    pub fn heading_in_yuan(&self, lang: Lang) -> String {
        format!("{}{}", self.full_heading(lang), lang.t("（元）", " (yuan)"))
    }

    /// Whether the column names the row rather than measuring it.
    #[must_use]
    pub fn is_label(&self) -> bool {
        matches!(self.kind, ColumnKind::Text | ColumnKind::Code)
    }
}

impl Sheet {
    /// The upper row of the heading, from left to right.
    #[must_use]
    pub fn headings(&self) -> Vec<Heading<'_>> {
        let mut headings: Vec<Heading<'_>> = Vec::new();
        for (at, column) in self.columns.iter().enumerate() {
            let group = column.group.as_deref();
            match headings.last_mut() {
                Some(last) if group.is_some() && last.group == group => last.count += 1,
                _ => headings.push(Heading {
                    group,
                    first: at,
                    count: 1,
                }),
            }
        }
        headings
    }

    /// Leading columns that name the row and stay in view: two at most.
    #[must_use]
    pub fn label_columns(&self) -> usize {
        let leading = self.columns.iter().take_while(|c| c.is_label()).count();
        if leading == self.columns.len() {
            leading.min(1)
        } else {
            leading.min(2)
        }
    }

    /// A cell as this sheet prints it; a total row is blank, not "—", where there is nothing to
    /// total.
    #[must_use]
    pub fn printed_cell(&self, is_total: bool, at: usize, cell: &Cell) -> String {
        let untotalled = self
            .columns
            .get(at)
            .is_some_and(|column| column.total == TotalRule::None);
        if is_total && untotalled && cell.is_empty() {
            String::new()
        } else {
            cell.printed(self.unit)
        }
    }

    #[must_use]
    pub fn has_money(&self) -> bool {
        self.columns.iter().any(|column| column.kind == ColumnKind::Money)
    }

    /// 单位 of the sheet: `万元、户`. Empty when it has none.
    #[must_use]
    pub fn units(&self, lang: Lang) -> String {
        let amounts = self.has_money().then(|| self.unit.label(lang));
        let all: Vec<&str> = amounts
            .into_iter()
            .chain(self.other_units.iter().map(String::as_str))
            .collect();
        all.join(lang.t("、", ", "))
    }

    /// The notes under the sheet as printed: its own, the one about rounding where the rounded
    /// parts of a column do not make its rounded total, and those of the whole workbook.
    #[must_use]
    pub fn printed_notes(&self, book: &Workbook) -> Vec<String> {
        let rounding = (0..self.columns.len())
            .any(|at| self.parts_miss_total(at))
            .then(|| ROUNDING_NOTE.get(book.lang).to_owned());
        let own = self.footnotes.iter().cloned();
        own.chain(rounding).chain(book.notes.iter().cloned()).collect()
    }

    /// Whether the printed parts of a summed column miss its printed total.
    fn parts_miss_total(&self, at: usize) -> bool {
        let total = match self.total.as_ref().and_then(|row| row.cells.get(at)) {
            Some(Cell::Money(fen)) if self.columns[at].total == TotalRule::Sum => *fen,
            _ => return false,
        };
        let parts = self.counted_cells(at).map(|cell| match cell {
            Cell::Money(fen) => *fen,
            _ => Fen::ZERO,
        });
        parts_miss_total(parts, total, self.unit)
    }

    /// Column widths in half-width characters, from what the columns hold; never less than
    /// `narrowest_sheet` together, so that a narrow form still has room for its heading.
    #[must_use]
    pub fn widths(&self, lang: Lang, narrowest_sheet: usize) -> Vec<usize> {
        let mut widths: Vec<usize> = (0..self.columns.len())
            .map(|at| self.width_of_column(at, lang))
            .collect();
        let total: usize = widths.iter().sum();
        if total > 0 && total < narrowest_sheet {
            for width in &mut widths {
                *width = (*width * narrowest_sheet).div_ceil(total);
            }
        }
        widths
    }

    fn width_of_column(&self, at: usize, lang: Lang) -> usize {
        let column = &self.columns[at];
        let heading = display_width(&column.heading(lang));
        let asks = heading.min(HEADING_ASKS.max(heading.div_ceil(2)));
        let widest_cell = self
            .printed_rows()
            .filter_map(|(is_total, row)| Some((is_total, row, row.cells.get(at)?)))
            .map(|(is_total, row, cell)| {
                let indent = if at == 0 { usize::from(row.level) * 2 } else { 0 };
                display_width(&cell.printed(self.unit)) + indent + usize::from(is_total)
            })
            .max()
            .unwrap_or(0);
        let wanted = widest_cell.max(asks) + 2;
        // A column that asks for more than the widest, such as one of whole sentences, has it.
        let asked = column.width_hint.unwrap_or(0);
        wanted.clamp(NARROWEST, WIDEST).max(asked)
    }
}

impl SignOff {
    /// The sign-off line, label and name (empty where there is none yet), in the order of
    /// Chinese statistical forms.
    #[must_use]
    pub fn labelled(&self, lang: Lang) -> [(&'static str, String); 4] {
        let day = self
            .reported_on
            .map(|day| day.format("%Y-%m-%d").to_string())
            .unwrap_or_default();
        [
            (lang.t("单位负责人", "Head of unit"), self.head.clone()),
            (lang.t("审核人", "Checked by"), self.checked_by.clone()),
            (lang.t("填表人", "Prepared by"), self.prepared_by.clone()),
            (lang.t("报出日期", "Reported on"), day),
        ]
    }
}

/// A percentage as printed: rounded half away from zero, always two decimals.
pub(crate) fn two_decimals(percent: Decimal) -> Decimal {
    let mut rounded = percent.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    rounded.rescale(2);
    if rounded.is_zero() {
        rounded.set_sign_positive(true);
    }
    rounded
}

fn grouped(count: i64) -> String {
    let digits = count.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() * 2);
    if count < 0 {
        text.push('-');
    }
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::{Row, TotalPlace};
    use super::*;
    use crate::values::money::printed_hundredths;

    fn amounts(unit: Unit, fens: &[i64]) -> Sheet {
        let columns = vec![
            Column::new("village", "村", ColumnKind::Text),
            Column::new("balance", "余额", ColumnKind::Money),
        ];
        let mut sheet = Sheet::new("试", unit, columns);
        sheet.rows = fens
            .iter()
            .map(|fen| Row::item(vec![Cell::text("村"), Cell::Money(Fen(*fen))]))
            .collect();
        sheet.add_total("合计", []).unwrap();
        sheet
    }

    fn notes(sheet: &Sheet) -> usize {
        let made_at = chrono::NaiveDate::from_ymd_opt(2024, 1, 4)
            .unwrap()
            .and_hms_opt(0, 0, 0)
            .unwrap();
        let book = Workbook::new(Lang::Zh, "试", made_at);
        sheet.printed_notes(&book).len()
    }

    #[test]
    fn rounding_is_noted_only_where_it_shows() {
        assert_eq!(notes(&amounts(Unit::Wan, &[3_333_500; 3])), 1);
        assert_eq!(notes(&amounts(Unit::Wan, &[3_330_000; 3])), 0);
        assert_eq!(notes(&amounts(Unit::Yuan, &[3_333_501; 3])), 0);
        assert_eq!(notes(&amounts(Unit::Wan, &[-3_333_500; 3])), 1);
    }

    #[test]
    fn printed_hundredths_agree_with_the_printed_text() {
        for fen in [
            0,
            1,
            49,
            5_000,
            4_999,
            -5_000,
            -4_999,
            3_333_500,
            999_999_999_995_000,
        ] {
            for unit in [Unit::Yuan, Unit::Wan, Unit::Yi] {
                let text = Fen(fen).show(unit).replace([',', '.'], "");
                let hundredths = printed_hundredths(Fen(fen), unit);
                assert_eq!(text.parse::<i128>().unwrap(), hundredths, "{fen} {unit:?}");
            }
        }
    }

    #[test]
    fn chinese_characters_are_two_wide() {
        assert_eq!(display_width("江门市 A1"), 9);
        assert_eq!(display_width("（元）"), 6);
        assert_eq!(display_width("—"), 2);
        assert_eq!(display_width("鿏𠮷"), 4);
    }

    #[test]
    fn widths_follow_contents_between_bounds() {
        let mut sheet = amounts(Unit::Yuan, &[123_456_789_012]);
        assert_eq!(sheet.widths(Lang::Zh, 0), [7, 19]);
        sheet.rows[0].cells[0] = Cell::text("很".repeat(60));
        assert_eq!(sheet.widths(Lang::Zh, 0), [40, 19]);
        sheet.columns[1].width_hint = Some(25);
        assert_eq!(sheet.widths(Lang::Zh, 0), [40, 25]);
        assert!(sheet.widths(Lang::Zh, 90).iter().sum::<usize>() >= 90);
    }

    #[test]
    fn percentages_are_rounded_once_away_from_zero() {
        for (given, printed) in [
            ("23.075", "23.08"),
            ("-0.005", "-0.01"),
            ("-0.001", "0.00"),
            ("5", "5.00"),
        ] {
            let cell = Cell::Percent(Some(given.parse().unwrap()));
            assert_eq!(cell.printed(Unit::Yuan), printed);
        }
        assert_eq!(Cell::Percent(None).printed(Unit::Yuan), "—");
        assert_eq!(Cell::Count(-1_234_567).printed(Unit::Yuan), "-1,234,567");
        assert_eq!(Cell::Count(100).printed(Unit::Yuan), "100");
    }

    #[test]
    fn totals_come_first_unless_said_otherwise() {
        let mut sheet = amounts(Unit::Yuan, &[1, 2]);
        let order = |sheet: &Sheet| sheet.printed_rows().map(|(t, _)| t).collect::<Vec<_>>();
        assert_eq!(order(&sheet), [true, false, false]);
        sheet.total_place = TotalPlace::Last;
        assert_eq!(order(&sheet), [false, false, true]);
    }
}
