//! 行次: every row of a report has one number, the same on the screen, in every file and on paper.

use super::{Cell, Column, ColumnKind, Row, Sheet, TotalPlace, TotalRule, Workbook};

/// The key of the column that holds it.
pub const ROW_NUMBER: &str = "row_no";

impl Workbook {
    /// Numbers the rows from 1 through all sheets, in the order they are printed, so that a number names one row
    /// of the whole report. The number stands beside the row's name, as on official forms, and is a code: a name,
    /// nothing to add up.
    pub fn number_rows(&mut self) {
        self.number_from(1);
    }

    /// Numbers one page of a longer list: its rows from `first` on, its total, if it comes last, with `total`.
    pub fn number_page(&mut self, first: u64, total: u64) {
        self.number_from(first);
        for sheet in self
            .sheets
            .iter_mut()
            .filter(|sheet| sheet.total_place == TotalPlace::Last)
        {
            let at = sheet.columns.iter().position(|column| column.key == ROW_NUMBER);
            let row = sheet.total.as_mut().and_then(|row| row.cells.get_mut(at?));
            if let Some(cell) = row {
                *cell = Cell::Code(total.to_string());
            }
        }
    }

    fn number_from(&mut self, first: u64) {
        let title = self.lang.t("行次", "Row no.");
        let mut next = first;
        for sheet in &mut self.sheets {
            let at = sheet.place_of_numbers();
            let column = Column::new(ROW_NUMBER, title, ColumnKind::Code).totalled(TotalRule::None);
            sheet.columns.insert(at, column);
            let first = sheet
                .total
                .iter_mut()
                .filter(|_| sheet.total_place == TotalPlace::First);
            first.for_each(|row| number(row, at, &mut next));
            sheet.rows.iter_mut().for_each(|row| number(row, at, &mut next));
            let last = sheet
                .total
                .iter_mut()
                .filter(|_| sheet.total_place == TotalPlace::Last);
            last.for_each(|row| number(row, at, &mut next));
        }
    }

    /// The sheet and the row of a number, with whether it is the total.
    #[must_use]
    pub fn numbered(&self, number: &str) -> Option<(&Sheet, &Row, bool)> {
        self.sheets.iter().find_map(|sheet| {
            let at = sheet.columns.iter().position(|column| column.key == ROW_NUMBER)?;
            let is = |row: &Row| matches!(row.cells.get(at), Some(Cell::Code(code)) if code == number);
            let (is_total, row) = sheet.printed_rows().find(|(_, row)| is(row))?;
            Some((sheet, row, is_total))
        })
    }
}

impl Sheet {
    /// After the row's name; before everything where no figure follows.
    fn place_of_numbers(&self) -> usize {
        let named = self.columns.first().is_some_and(Column::is_label);
        let figures = self.columns.iter().any(|column| !column.is_label());
        usize::from(named && figures)
    }
}

fn number(row: &mut Row, at: usize, next: &mut u64) {
    row.cells.insert(at, Cell::Code(next.to_string()));
    *next += 1;
}

#[cfg(test)]
mod tests {
    use super::super::super::write::samples;
    use super::*;

    #[test]
    fn a_number_names_one_row_of_the_whole_report() {
        let mut last = samples::by_county();
        last.total_place = TotalPlace::Last;
        let mut book = samples::book(vec![samples::by_county(), last, samples::tiny()]);
        book.number_rows();
        book.check().expect("the table still holds together");
        let all: Vec<Cell> = book
            .sheets
            .iter()
            .flat_map(|sheet| {
                let at = sheet.columns.iter().position(|c| c.key == ROW_NUMBER).unwrap();
                sheet.printed_rows().map(move |(_, row)| row.cells[at].clone())
            })
            .collect();
        let wanted: Vec<Cell> = (1..=11).map(|n: u32| Cell::Code(n.to_string())).collect();
        assert_eq!(all, wanted);
        let (sheet, row, is_total) = book.numbered("1").unwrap();
        assert!(is_total && row.cells[0] == Cell::text("合计") && sheet.columns[1].key == ROW_NUMBER);
        let (_, row, is_total) = book.numbered("10").unwrap();
        assert!(is_total && row.cells[0] == Cell::text("合计"));
        assert_eq!(book.numbered("11").unwrap().0.columns[0].key, ROW_NUMBER);
        assert!(book.numbered("12").is_none() && book.numbered("").is_none());
    }
}
