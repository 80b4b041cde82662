//! What must hold of a table before anyone may print it.

use super::{Cell, Column, ColumnKind, Row, Sheet, TotalRule, Workbook};
use crate::values::money::Fen;
use crate::values::text::Say;
use std::collections::HashSet;

/// Why a table is not fit to print. Each is a mistake in the report that made it, never in the
/// reader's request. Rows are counted from 1; row 0 is the total.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    #[error("the workbook has no sheet")]
    NoSheet,
    #[error("sheet {sheet}, row {row}: {cells} cells for {columns} columns")]
    RowWidth {
        sheet: String,
        row: usize,
        cells: usize,
        columns: usize,
    },
    #[error("sheet {sheet}: column {column} appears twice")]
    RepeatedColumn { sheet: String, column: String },
    #[error("sheet {sheet}: there is no column {column}")]
    NoSuchColumn { sheet: String, column: String },
    #[error("sheet {sheet}, row {row}: a cell of another kind in column {column}")]
    WrongKind {
        sheet: String,
        column: String,
        row: usize,
    },
    #[error("sheet {sheet}: column {column} cannot be summed")]
    NotSummable { sheet: String, column: String },
    #[error("sheet {sheet}: the total of column {column} is not the sum of its rows")]
    TotalDisagrees { sheet: String, column: String },
    #[error("sheet {sheet}: the total of column {column} is out of range")]
    TotalTooLarge { sheet: String, column: String },
    #[error("sheet {sheet}: column {column} hides some of its parts, so its total must be given")]
    TotalNotGiven { sheet: String, column: String },
}

impl TableError {
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            TableError::NoSheet => "table.no_sheet",
            TableError::RowWidth { .. } => "table.row_width",
            TableError::RepeatedColumn { .. } => "table.repeated_column",
            TableError::NoSuchColumn { .. } => "table.no_such_column",
            TableError::WrongKind { .. } => "table.wrong_kind",
            TableError::NotSummable { .. } => "table.not_summable",
            TableError::TotalDisagrees { .. } => "table.total_disagrees",
            TableError::TotalTooLarge { .. } => "table.total_too_large",
            TableError::TotalNotGiven { .. } => "table.total_not_given",
        }
    }

    #[must_use]
    pub fn say(&self) -> Say {
        let zh = match self {
            TableError::NoSheet => "报表没有任何表页".to_owned(),
            TableError::RowWidth {
                sheet,
                row,
                cells,
                columns,
            } => format!("表“{sheet}”第{row}行有{cells}格，应为{columns}格"),
            TableError::RepeatedColumn { sheet, column } => {
                format!("表“{sheet}”的列“{column}”重复")
            }
            TableError::NoSuchColumn { sheet, column } => {
                format!("表“{sheet}”没有列“{column}”")
            }
            TableError::WrongKind { sheet, column, row } => {
                format!("表“{sheet}”第{row}行“{column}”列的内容类型不符")
            }
            TableError::NotSummable { sheet, column } => {
                format!("表“{sheet}”的列“{column}”不能求和")
            }
            TableError::TotalDisagrees { sheet, column } => {
                format!("表“{sheet}”的列“{column}”合计与各行之和不符")
            }
            TableError::TotalTooLarge { sheet, column } => {
                format!("表“{sheet}”的列“{column}”合计超出范围")
            }
            TableError::TotalNotGiven { sheet, column } => {
                format!("表“{sheet}”的列“{column}”有未列出的数，须另给合计")
            }
        };
        Say::new(zh, self.to_string())
    }
}

impl Workbook {
    /// Holds every sheet to the rules of this room. Every writer asks first.
    ///
    /// # Errors
    /// The first [`TableError`] found.
    pub fn check(&self) -> Result<(), TableError> {
        if self.sheets.is_empty() {
            return Err(TableError::NoSheet);
        }
        self.sheets.iter().try_for_each(Sheet::check)
    }
}

impl Sheet {
    fn check(&self) -> Result<(), TableError> {
        self.check_columns()?;
        for (row, n) in self.rows.iter().zip(1..) {
            self.check_row(row, n)?;
        }
        if let Some(total) = &self.total {
            self.check_row(total, 0)?;
            for (at, column) in self.columns.iter().enumerate() {
                if column.total == TotalRule::Sum {
                    self.check_sum(at, total)?;
                }
            }
        }
        Ok(())
    }

    fn check_columns(&self) -> Result<(), TableError> {
        let mut seen = HashSet::new();
        for column in &self.columns {
            if !seen.insert(column.key.as_str()) {
                return Err(TableError::RepeatedColumn {
                    sheet: self.tab.clone(),
                    column: column.key.clone(),
                });
            }
            let adds = matches!(column.kind, ColumnKind::Money | ColumnKind::Count);
            if column.total == TotalRule::Sum && !adds {
                return Err(TableError::NotSummable {
                    sheet: self.tab.clone(),
                    column: column.key.clone(),
                });
            }
        }
        Ok(())
    }

    fn check_row(&self, row: &Row, n: usize) -> Result<(), TableError> {
        if row.cells.len() != self.columns.len() {
            return Err(TableError::RowWidth {
                sheet: self.tab.clone(),
                row: n,
                cells: row.cells.len(),
                columns: self.columns.len(),
            });
        }
        let labels = n == 0;
        let fits = |cell: &Cell, column: &Column| match cell {
            Cell::Mark(_) | Cell::Suppressed | Cell::Empty => true,
            Cell::Text(_) => column.kind == ColumnKind::Text || labels && column.total == TotalRule::None,
            Cell::Code(_) => column.kind == ColumnKind::Code,
            Cell::Money(_) => column.kind == ColumnKind::Money,
            Cell::Count(_) => column.kind == ColumnKind::Count,
            Cell::Percent(_) => column.kind == ColumnKind::Percent,
            Cell::Date(_) => column.kind == ColumnKind::Date,
        };
        match row
            .cells
            .iter()
            .zip(&self.columns)
            .find(|(cell, column)| !fits(cell, column))
        {
            None => Ok(()),
            Some((_, column)) => Err(TableError::WrongKind {
                sheet: self.tab.clone(),
                column: column.key.clone(),
                row: n,
            }),
        }
    }

    /// A total must be the sum, unless marks hide some of the parts: then it stands by itself. One that is
    /// hidden itself says nothing.
    fn check_sum(&self, at: usize, total: &Row) -> Result<(), TableError> {
        let hidden = total.cells.get(at) == Some(&Cell::Suppressed);
        if hidden || self.total_is_sum(at, total) || self.hides_parts(at) {
            return Ok(());
        }
        Err(TableError::TotalDisagrees {
            sheet: self.tab.clone(),
            column: self.columns[at].key.clone(),
        })
    }

    /// Whether the total of this column follows from the rows shown, and may be a formula.
    pub(crate) fn total_is_sum(&self, at: usize, total: &Row) -> bool {
        let sum = self.sum_of_column(at).unwrap_or(Cell::Empty);
        match total.cells.get(at) {
            Some(Cell::Empty) => sum == Cell::Empty,
            Some(cell) => *cell == sum || sum == Cell::Empty && is_nought(cell),
            None => false,
        }
    }

    /// Whether a sum over this column would miss parts that only a mark stands for.
    pub(crate) fn hides_parts(&self, at: usize) -> bool {
        self.columns[at].total == TotalRule::Sum
            && self
                .counted_cells(at)
                .any(|cell| matches!(cell, Cell::Mark(_) | Cell::Suppressed))
    }

    /// The sum of the cells that count in a column of [`TotalRule::Sum`]; empty when there is
    /// none, or when the column is of another rule.
    pub(super) fn sum_of_column(&self, at: usize) -> Result<Cell, TableError> {
        let column = &self.columns[at];
        if column.total != TotalRule::Sum || self.counted_cells(at).all(|cell| !adds(cell)) {
            return Ok(Cell::Empty);
        }
        let too_large = || TableError::TotalTooLarge {
            sheet: self.tab.clone(),
            column: column.key.clone(),
        };
        if column.kind == ColumnKind::Money {
            let parts = self.counted_cells(at).filter_map(|cell| match cell {
                Cell::Money(fen) => Some(*fen),
                _ => None,
            });
            return Fen::sum(parts).map(Cell::Money).map_err(|_| too_large());
        }
        self.counted_cells(at)
            .filter_map(|cell| match cell {
                Cell::Count(count) => Some(*count),
                _ => None,
            })
            .try_fold(0_i64, i64::checked_add)
            .map(Cell::Count)
            .ok_or_else(too_large)
    }
}

fn adds(cell: &Cell) -> bool {
    matches!(cell, Cell::Money(_) | Cell::Count(_))
}

fn is_nought(cell: &Cell) -> bool {
    matches!(cell, Cell::Money(Fen::ZERO) | Cell::Count(0))
}
