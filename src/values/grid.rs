//! Lines of text as columns for a terminal, in which Chinese characters take two places.

use super::text::display_width;

/// Lines on a character grid: the first `names` columns to the left, the others to the right.
#[must_use]
pub fn grid(lines: &[Vec<String>], names: usize) -> String {
    let columns = lines.iter().map(Vec::len).max().unwrap_or(0);
    let width_of = |at: usize| {
        lines
            .iter()
            .filter_map(|line| line.get(at))
            .map(|cell| display_width(cell))
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width_of).collect();
    let mut text = String::new();
    for line in lines {
        let mut out = String::new();
        for (at, (cell, width)) in line.iter().zip(&widths).enumerate() {
            let gap = " ".repeat(width - display_width(cell));
            if at > 0 {
                out.push_str("  ");
            }
            let (before, after) = if at < names {
                (cell.as_str(), gap.as_str())
            } else {
                (gap.as_str(), cell.as_str())
            };
            out.push_str(before);
            out.push_str(after);
        }
        text.push_str(out.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_names_and_figures_stand_in_columns() {
        let lines = [["鹤山市", "1", "2.00"], ["蓬江", "4407", "12,345.00"]];
        let lines: Vec<Vec<String>> = lines
            .iter()
            .map(|line| line.iter().map(|cell| (*cell).to_owned()).collect())
            .collect();
        assert_eq!(
            grid(&lines, 2),
            "鹤山市  1          2.00\n蓬江    4407  12,345.00\n"
        );
    }
}
