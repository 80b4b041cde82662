//! Which columns of a wide sheet share a page.

use super::Sheet;
use std::ops::Range;

impl Sheet {
    /// Splits the columns, of these widths, over as many pages as keep each within what a page holds, evenly, and
    /// never within a shared heading. The label columns repeat on the later pages.
    #[must_use]
    pub fn side_by_side(&self, widths: &[u32], page_holds: u32) -> Vec<Range<usize>> {
        let total: u32 = widths.iter().sum();
        let count = total.div_ceil(page_holds.max(1)).max(1);
        let labels: u32 = widths.iter().take(self.label_columns()).sum();
        let mut starts = vec![0];
        for page in 1..count {
            let share = u64::from(total - labels) * u64::from(page) / u64::from(count);
            let wanted = labels + u32::try_from(share).unwrap_or(u32::MAX);
            let last = starts.last().copied().unwrap_or(0).max(self.label_columns());
            let before = |at: usize| widths.iter().take(at).sum::<u32>();
            let boundaries = self.headings().into_iter().map(|heading| heading.first);
            let nearest = boundaries
                .filter(|first| *first > last)
                .min_by_key(|first| before(*first).abs_diff(wanted));
            starts.extend(nearest);
        }
        let ends = starts.iter().skip(1).copied().chain([widths.len()]);
        starts
            .iter()
            .copied()
            .zip(ends)
            .map(|(start, end)| start..end)
            .collect()
    }
}
