//! Columns of figures: which measure, what is read off it, under which heading; and rates, each a sum divided by a
//! sum at the level of its row.

use super::table::{Cell, Column, ColumnKind, Figure, Sheet, TotalRule};
use crate::totals::{self, Answer, AnswerRow, Aspect, Value};
use crate::values::measure::rates::{Whole, rates_with};
use crate::values::measure::{CREDIT_PREAPPROVED, Measure, by_id};
use crate::values::rate::ratio_percent;
use crate::values::{Fen, Lang, MeasureId, Text};

/// No upper heading.
pub(super) const ALONE: Text = Text::new("", "");

/// One column of figures.
#[derive(Clone, Copy, Debug)]
pub(super) struct Col {
    pub key: &'static str,
    pub id: MeasureId,
    pub aspect: Aspect,
    /// What the figure is divided by; the column is a percentage then.
    pub over: Option<(MeasureId, Aspect)>,
    pub group: Text,
    pub title: Text,
}

/// A table of columns: `key = MEASURE Aspect, GROUP, "中文" "English";`, and
/// `key = MEASURE Aspect / MEASURE Aspect, …` for a rate.
macro_rules! columns {
    ($table:ident: $($key:ident = $measure:ident $aspect:ident $(/ $over:ident $of:ident)?, $group:expr, $zh:literal $en:literal;)+) => {
        pub(super) static $table: &[$crate::reports::columns::Col] = &[$($crate::reports::columns::Col {
            key: stringify!($key),
            id: $crate::values::measure::$measure,
            aspect: $crate::totals::Aspect::$aspect,
            over: columns!(@over $($over $of)?),
            group: $group,
            title: $crate::values::Text::new($zh, $en),
        }),+];
    };
    (@over) => { None };
    (@over $over:ident $of:ident) => { Some(($crate::values::measure::$over, $crate::totals::Aspect::$of)) };
}
pub(super) use columns;

/// The measures of these columns, each once.
pub(super) fn measures(columns: &[Col]) -> Vec<&'static Measure> {
    let mut found: Vec<&'static Measure> = Vec::new();
    let ids = columns
        .iter()
        .flat_map(|column| std::iter::once(column.id).chain(column.over.map(|(id, _)| id)));
    for measure in ids.filter_map(by_id) {
        if !found.iter().any(|known| known.id == measure.id) {
            found.push(measure);
        }
    }
    found
}

/// The columns that name a row and give its code.
pub(super) fn label_columns(heading: &str, lang: Lang) -> [Column; 2] {
    [
        Column::new("name", heading, ColumnKind::Text).at_least(14),
        Column::new("code", lang.t("代码", "Code"), ColumnKind::Code),
    ]
}

/// A row's name and code.
pub(super) fn labels(row: &AnswerRow, lang: Lang) -> [Cell; 2] {
    let code = row.code.clone().map_or(Cell::Empty, Cell::Code);
    [Cell::text(row.name.get(lang)), code]
}

/// The other units of a sheet of such columns, and the footnotes they call for.
pub(super) fn describe(sheet: &mut Sheet, columns: &[Col], lang: Lang) {
    let used = measures(columns);
    for measure in used.iter().filter(|measure| !measure.unit.is_money()) {
        let label = measure.unit.label(lang).to_owned();
        if !sheet.other_units.contains(&label) {
            sheet.other_units.push(label);
        }
    }
    if used.iter().any(|measure| measure.distinct) {
        let note = lang.t(
            "户数、村数、人数为去重数，各行与合计分别重新计数，各行之和可以大于合计。",
            "Households, villages and persons are distinct counts, counted anew in every row and in the total; rows may add \
             up to more than the total.",
        );
        sheet.footnotes.push(note.to_owned());
    }
    if used.iter().any(|measure| measure.id == CREDIT_PREAPPROVED) {
        sheet.footnotes.push(totals::assumption(lang).to_owned());
    }
}

impl Col {
    fn measure(&self) -> Option<&'static Measure> {
        by_id(self.id)
    }

    fn kind(&self) -> ColumnKind {
        match self.measure() {
            _ if self.aspect.is_percent() || self.over.is_some() => ColumnKind::Percent,
            Some(measure) if measure.unit.is_money() => ColumnKind::Money,
            _ => ColumnKind::Count,
        }
    }

    /// The column under its headings. Distinct counts and percentages have totals of their own.
    pub(super) fn column(&self, lang: Lang) -> Column {
        let column = Column::new(self.key, self.title.get(lang), self.kind()).measuring(self.id);
        let column = match self.figure() {
            Some(figure) => column.showing(figure),
            None => column,
        };
        let column = match self.group.get(lang) {
            "" => column,
            group => column.under(group),
        };
        let own =
            column.kind == ColumnKind::Percent || self.measure().is_some_and(|measure| measure.distinct);
        if own {
            column.totalled(TotalRule::Given)
        } else {
            column
        }
    }

    /// The figure that explains it; none for a rate that is in no registry.
    fn figure(&self) -> Option<Figure> {
        let what = match self.over {
            None => self.measure()?.code,
            Some((over, _)) => {
                rates_with(self.id)
                    .find(|rate| rate.numerator == self.id && rate.whole == Whole::Measure(over))?
                    .code
            }
        };
        Some(Figure {
            what: what.to_owned(),
            aspect: self.aspect,
        })
    }

    pub(super) fn cell(&self, answer: &Answer, row: &AnswerRow) -> Cell {
        let of = |id| answer.figures(row, id);
        if let Some((over, aspect)) = self.over {
            let amount = |id, aspect| of(id).map_or(0, |figures| figures.amount(aspect));
            return Cell::Percent(ratio_percent(amount(self.id, self.aspect), amount(over, aspect)));
        }
        match of(self.id).and_then(|figures| figures.get(self.aspect)) {
            Some(Value::Percent(percent)) => Cell::Percent(percent),
            Some(Value::Amount(amount) | Value::Change(amount)) => match self.kind() {
                ColumnKind::Money => Cell::Money(Fen(amount)),
                _ => Cell::Count(amount),
            },
            None => Cell::Empty,
        }
    }
}
