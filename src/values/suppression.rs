//! Which rows readers outside do not see (小数值隐去): pure, so that it can be attacked in a test.
//!
//! Regions make a tree in which every row is the sum of the rows below it, in every table of every month.
//! A row that tells of one or two households is hidden, and so are as many others as it takes that no sum
//! or difference of what is left gives it away:
//!
//! - beside a hidden row stands another hidden one with somebody in it, the smallest there is, and
//!   together they stand for [`FEWEST`] households at least;
//! - where there is no other, the row above is hidden as well, and so on upwards;
//! - a hidden row that is itself a sum has a hidden row below it.
//!
//! One pattern holds for all measures of a month. Months are tied to one another (the year so far, last
//! year's figures, opening and closing balances), so whatever a pattern hides stays hidden for two more
//! calendar years: [`kept`].

use std::collections::{BTreeMap, BTreeSet};

use super::Month;

/// Fewer households than this tell who they are.
pub const FEWEST: i64 = 3;

/// One row of the tree.
#[derive(Clone, Debug)]
pub struct Node<K> {
    pub key: K,
    /// The place of the row that this one adds to, which stands before it; none for the top.
    pub above: Option<usize>,
    /// The households of whom its figures tell; nought tells of nobody and is never hidden.
    pub households: i64,
}

/// Why a row is hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// It tells of too few households.
    Small,
    /// It protects a small one beside it or above it.
    Sibling,
    /// Nothing beside the hidden row below it could protect that.
    Above,
    /// An earlier month hides it, and this month's figures would give that away.
    Kept,
}

impl Why {
    const EVERY: [Why; 4] = [Why::Small, Why::Sibling, Why::Above, Why::Kept];

    /// The word a pattern is stored with.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Why::Small => "small",
            Why::Sibling => "sibling",
            Why::Above => "above",
            Why::Kept => "kept",
        }
    }

    /// Reads that word.
    #[must_use]
    pub fn parse(code: &str) -> Option<Why> {
        Why::EVERY.into_iter().find(|why| why.code() == code)
    }
}

/// The hidden rows and why.
pub type Pattern<K> = BTreeMap<K, Why>;

/// What has to stay hidden in `month`: whatever a pattern of this year or the two before hid for a reason
/// of its own. A row may be shown again when two whole calendar years have passed without one. After one
/// year it could not: its changes against the year before would tell what happened in that year, and its
/// balance less all that would be the balance that was hidden.
#[must_use]
pub fn kept<'a, K: Ord + Clone + 'a>(
    patterns: impl IntoIterator<Item = (Month, &'a Pattern<K>)>,
    month: Month,
) -> BTreeSet<K> {
    let from = kept_from(month);
    patterns
        .into_iter()
        .filter(|(earlier, _)| (from..=month).contains(earlier))
        .flat_map(|(_, pattern)| pattern.iter())
        .filter(|(_, why)| **why != Why::Kept)
        .map(|(key, _)| key.clone())
        .collect()
}

/// The first month whose pattern [`kept`] asks for.
#[must_use]
pub fn kept_from(month: Month) -> Month {
    month.january().year_ago().year_ago()
}

/// The rows that are hidden. The same rows always give the same pattern: of equals the first is taken.
#[must_use]
pub fn pattern<K: Ord + Clone>(nodes: &[Node<K>], kept: &BTreeSet<K>) -> Pattern<K> {
    let mut below = vec![Vec::new(); nodes.len()];
    for (at, node) in nodes.iter().enumerate() {
        if let Some(of) = node.above.and_then(|above| below.get_mut(above)) {
            of.push(at);
        }
    }
    let first = |node: &Node<K>| match node.households {
        small if (1..FEWEST).contains(&small) => Some(Why::Small),
        _ if kept.contains(&node.key) => Some(Why::Kept),
        _ => None,
    };
    let mut work = Work {
        households: nodes.iter().map(|node| node.households).collect(),
        why: nodes.iter().map(first).collect(),
        kept: nodes.iter().map(|node| kept.contains(&node.key)).collect(),
        below,
    };
    // The rows above stand first, so this goes from the leaves upwards.
    for at in (0..nodes.len()).rev() {
        work.secure(at);
    }
    for at in 0..nodes.len() {
        work.renew(at);
    }
    let hidden = nodes.iter().zip(work.why);
    hidden
        .filter_map(|(node, why)| Some((node.key.clone(), why?)))
        .collect()
}

struct Work {
    households: Vec<i64>,
    kept: Vec<bool>,
    why: Vec<Option<Why>>,
    below: Vec<Vec<usize>>,
}

impl Work {
    fn hidden(&self, at: usize) -> bool {
        self.why[at].is_some()
    }

    fn hidden_below(&self, at: usize) -> Vec<usize> {
        let below = self.below[at].iter().copied();
        below.filter(|child| self.hidden(*child)).collect()
    }

    /// What the hidden leaves of a hidden row stand for; one that is kept tells of somebody, if only
    /// of earlier months.
    fn weight(&self, at: usize) -> i64 {
        if self.below[at].is_empty() {
            return self.households[at].max(i64::from(self.kept[at]));
        }
        self.hidden_below(at)
            .iter()
            .map(|child| self.weight(*child))
            .sum()
    }

    /// Whether there is anybody in it, down to a leaf.
    fn lives(&self, at: usize) -> bool {
        match self.below[at].as_slice() {
            [] => self.households[at] > 0,
            below => below.iter().any(|child| self.lives(*child)),
        }
    }

    /// Makes a row with rows below it keep its secret, or theirs.
    fn secure(&mut self, at: usize) {
        if self.below[at].is_empty() {
            return;
        }
        if self.hidden(at) {
            self.hide_below(at);
            return;
        }
        loop {
            let hidden = self.hidden_below(at);
            let weights: Vec<i64> = hidden.iter().map(|child| self.weight(*child)).collect();
            let several = weights.iter().filter(|weight| **weight > 0).count() > 1;
            if hidden.is_empty() || several && weights.iter().sum::<i64>() >= FEWEST {
                return;
            }
            match self.smallest_below(at) {
                Some(sibling) => {
                    self.why[sibling] = Some(Why::Sibling);
                    self.hide_below(sibling);
                }
                None => {
                    self.why[at] = Some(Why::Above);
                    return;
                }
            }
        }
    }

    /// The smallest row shown below this one with somebody in it.
    fn smallest_below(&self, at: usize) -> Option<usize> {
        let below = self.below[at].iter().copied();
        below
            .filter(|child| !self.hidden(*child) && self.lives(*child))
            .min_by_key(|child| self.households[*child])
    }

    /// A hidden sum is no secret while all its parts are shown.
    fn hide_below(&mut self, at: usize) {
        if self.below[at].is_empty() || self.hidden_below(at).iter().any(|child| self.weight(*child) > 0) {
            return;
        }
        if let Some(part) = self.smallest_below(at) {
            self.why[part] = Some(Why::Sibling);
            self.hide_below(part);
        }
    }

    /// A kept row that this month's own hidden rows lean on is needed anew, so that it stays as long as they.
    fn renew(&mut self, at: usize) {
        let tied = match self.why[at] {
            Some(_) if at > 0 => return,
            Some(_) => {
                let mut tied = vec![at];
                self.gather(at, &mut tied);
                tied
            }
            None => {
                let mut tied = Vec::new();
                self.gather(at, &mut tied);
                tied
            }
        };
        if tied.iter().any(|node| self.why[*node] != Some(Why::Kept)) {
            for node in tied {
                if self.why[node] == Some(Why::Kept) {
                    self.why[node] = Some(Why::Sibling);
                }
            }
        }
    }

    /// Every hidden row below this one that hidden rows lead to.
    fn gather(&self, at: usize, tied: &mut Vec<usize>) {
        for child in self.hidden_below(at) {
            tied.push(child);
            self.gather(child, tied);
        }
    }
}

#[cfg(test)]
mod tests;
