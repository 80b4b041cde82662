//! Where a table breaks over pages.

use super::carry::Carry;

/// One line of a page's table.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Line {
    /// Some lines of a printed row; all of them unless it is taller than a page.
    Row { at: usize, lines: (usize, usize) },
    /// 承前页.
    Brought(Carry),
    /// 过次页.
    Carried(Carry),
}

/// The room there is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Room {
    /// On the first page and on later ones.
    pub first: f32,
    pub later: f32,
    /// What stands under the last row and should be on its page.
    pub tail: f32,
    /// The line that carries a sum.
    pub carried: f32,
}

/// A row to be placed.
pub(super) struct Tall {
    /// Lines of its tallest cell.
    pub lines: usize,
}

/// Fills pages with rows. `height` is that of so many lines, `fits` how many lines a height holds; `add` puts a row
/// into the running sums.
pub(super) struct Breaker<'a> {
    pub room: Room,
    pub height: &'a dyn Fn(usize) -> f32,
    pub fits: &'a dyn Fn(f32) -> usize,
    pub add: &'a dyn Fn(&mut Carry, usize),
}

impl Breaker<'_> {
    /// The lines of every page, in order. There is always one page, if only of the head.
    pub(super) fn pages(&self, rows: &[Tall], start: Option<Carry>) -> Vec<Vec<Line>> {
        let mut carry = start;
        let mut page = Page {
            lines: Vec::new(),
            left: self.room.first,
            rows: 0,
        };
        let mut pages = Vec::new();
        for (at, row) in rows.iter().enumerate() {
            let is_last = at + 1 == rows.len();
            let under = self.under(is_last, carry.is_some());
            if page.rows > 0 && (self.height)(row.lines) + under > page.left {
                pages.push(self.turn(&mut page, carry.as_ref()));
            }
            let mut from = 0;
            loop {
                let left = row.lines - from;
                if (self.height)(left) + under <= page.left {
                    page.put(at, (from, row.lines), (self.height)(left));
                    break;
                }
                // Only a row that begins a page comes here: it is taller than that page.
                let some = (self.fits)(page.left - self.under(false, carry.is_some())).clamp(1, left);
                page.put(at, (from, from + some), (self.height)(some));
                from += some;
                if from == row.lines {
                    break;
                }
                pages.push(self.turn(&mut page, carry.as_ref()));
            }
            if let Some(carry) = &mut carry {
                (self.add)(carry, at);
            }
        }
        pages.push(page.lines);
        pages
    }

    /// What must still fit under a row: the tail under the last one, a carried sum under any other.
    fn under(&self, is_last: bool, carries: bool) -> f32 {
        if is_last {
            self.room.tail
        } else if carries {
            self.room.carried
        } else {
            0.0
        }
    }

    /// Ends a page and begins the next.
    fn turn(&self, page: &mut Page, carry: Option<&Carry>) -> Vec<Line> {
        let mut next = Page {
            lines: Vec::new(),
            left: self.room.later,
            rows: 0,
        };
        if let Some(carry) = carry {
            page.lines.push(Line::Carried(carry.clone()));
            next.lines.push(Line::Brought(carry.clone()));
            next.left -= self.room.carried;
        }
        std::mem::replace(page, next).lines
    }
}

/// The page being filled.
struct Page {
    lines: Vec<Line>,
    left: f32,
    rows: usize,
}

impl Page {
    fn put(&mut self, at: usize, lines: (usize, usize), height: f32) {
        self.lines.push(Line::Row { at, lines });
        self.left -= height;
        self.rows += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::samples;
    use super::*;
    use crate::values::money::Unit;

    /// Rows of so many lines, each 10 points high, on pages of this room.
    fn broken(lines: &[usize], room: Room, carries: bool) -> Vec<Vec<Line>> {
        let sheet = samples::amounts(Unit::Yuan, &vec![7; lines.len()]);
        let rows: Vec<Tall> = lines.iter().map(|lines| Tall { lines: *lines }).collect();
        let breaker = Breaker {
            room,
            height: &|lines| lines as f32 * 10.0,
            fits: &|height| (height / 10.0) as usize,
            add: &|carry, at| carry.add(&sheet.rows[at]),
        };
        let start = Carry::start(&sheet).filter(|_| carries);
        breaker.pages(&rows, start)
    }

    fn shape(pages: &[Vec<Line>]) -> String {
        let word = |line: &Line| match line {
            Line::Row { at, lines } => format!("{at}:{}-{}", lines.0, lines.1),
            Line::Brought(carry) => format!("承{}", carry.sum(1).unwrap().printed(Unit::Yuan)),
            Line::Carried(carry) => format!("过{}", carry.sum(1).unwrap().printed(Unit::Yuan)),
        };
        let page = |page: &Vec<Line>| page.iter().map(word).collect::<Vec<_>>().join(" ");
        pages.iter().map(page).collect::<Vec<_>>().join(" | ")
    }

    const ROOM: Room = Room {
        first: 30.0,
        later: 50.0,
        tail: 0.0,
        carried: 10.0,
    };

    #[test]
    fn rows_fill_pages_and_sums_are_carried_between_them() {
        let pages = broken(&[1; 8], ROOM, true);
        assert_eq!(
            shape(&pages),
            "0:0-1 1:0-1 过0.14 | 承0.14 2:0-1 3:0-1 4:0-1 过0.35 | 承0.35 5:0-1 6:0-1 7:0-1"
        );
        assert_eq!(shape(&broken(&[1; 3], ROOM, true)), "0:0-1 1:0-1 2:0-1");
        assert_eq!(shape(&broken(&[1, 2, 1], ROOM, false)), "0:0-1 1:0-2 | 2:0-1");
        assert_eq!(shape(&broken(&[], ROOM, true)), "");
    }

    #[test]
    fn the_last_row_goes_with_what_stands_under_it() {
        let room = Room { tail: 15.0, ..ROOM };
        assert_eq!(shape(&broken(&[1; 3], room, false)), "0:0-1 1:0-1 | 2:0-1");
    }

    #[test]
    fn a_row_taller_than_a_page_goes_on_over_the_next() {
        let pages = broken(&[1, 12, 1], ROOM, false);
        assert_eq!(shape(&pages), "0:0-1 | 1:0-5 | 1:5-10 | 1:10-12 2:0-1");
    }

    #[test]
    fn every_row_is_printed_once_whatever_its_height() {
        for tail in [0.0, 20.0, 45.0] {
            for n in 0..40_usize {
                let rows: Vec<usize> = (0..n).map(|at| 1 + at * 7 % 9).collect();
                let room = Room { tail, ..ROOM };
                let pages = broken(&rows, room, true);
                let mut seen = vec![0; n];
                for line in pages.iter().flatten() {
                    if let Line::Row { at, lines } = line {
                        assert_eq!(seen[*at], lines.0);
                        seen[*at] = lines.1;
                    }
                }
                assert_eq!(seen, rows);
            }
        }
    }
}
