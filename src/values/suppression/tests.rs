//! The rules one by one, and an attack on whole tables by everything that can be added and subtracted.

use proptest::prelude::*;

use super::*;

fn node(key: &'static str, above: Option<usize>, households: i64) -> Node<&'static str> {
    Node {
        key,
        above,
        households,
    }
}

fn hidden(nodes: &[Node<&'static str>]) -> Vec<(&'static str, Why)> {
    pattern(nodes, &BTreeSet::new()).into_iter().collect()
}

#[test]
fn a_small_row_takes_its_smallest_neighbour_with_it() {
    let rows = [
        node("town", None, 24),
        node("a", Some(0), 12),
        node("b", Some(0), 2),
        node("c", Some(0), 10),
        node("none", Some(0), 0),
    ];
    assert_eq!(hidden(&rows), [("b", Why::Small), ("c", Why::Sibling)]);
    let large = [
        node("town", None, 12),
        node("a", Some(0), 9),
        node("b", Some(0), 3),
    ];
    assert_eq!(hidden(&large), []);
}

#[test]
fn two_small_rows_are_not_enough_while_they_are_two_households() {
    let rows = |b, c| {
        [
            node("town", None, 20 + b + c),
            node("a", Some(0), 20),
            node("b", Some(0), b),
            node("c", Some(0), c),
        ]
    };
    assert_eq!(hidden(&rows(1, 2)), [("b", Why::Small), ("c", Why::Small)]);
    let three = [("a", Why::Sibling), ("b", Why::Small), ("c", Why::Small)];
    assert_eq!(hidden(&rows(1, 1)), three);
}

#[test]
fn a_town_of_one_village_is_hidden_with_another_town_and_one_of_its_villages() {
    let rows = [
        node("county", None, 60),
        node("lone", Some(0), 2),
        node("large", Some(0), 40),
        node("next", Some(0), 18),
        node("lone/v", Some(1), 2),
        node("lone/empty", Some(1), 0),
        node("large/v", Some(2), 40),
        node("next/v", Some(3), 13),
        node("next/w", Some(3), 5),
    ];
    let expected = [
        ("lone", Why::Small),
        ("lone/v", Why::Small),
        ("next", Why::Sibling),
        ("next/w", Why::Sibling),
    ];
    assert_eq!(hidden(&rows), expected);
}

#[test]
fn where_there_is_nobody_else_the_top_is_hidden_too() {
    let rows = [
        node("county", None, 4),
        node("town", Some(0), 4),
        node("a", Some(1), 4),
        node("empty", Some(1), 0),
    ];
    assert_eq!(hidden(&rows), []);
    let rows = [
        node("county", None, 2),
        node("town", Some(0), 2),
        node("a", Some(1), 2),
    ];
    let all = ["a", "county", "town"].map(|key| (key, Why::Small));
    assert_eq!(hidden(&rows), all);
    // A village kept from earlier, alone in its county.
    let rows = [
        node("county", None, 4),
        node("town", Some(0), 4),
        node("a", Some(1), 4),
    ];
    let found = pattern(&rows, &BTreeSet::from(["a"]));
    let why: Vec<Why> = found.into_values().collect();
    assert_eq!(why, [Why::Sibling, Why::Above, Why::Above]);
}

#[test]
fn what_is_kept_serves_before_anybody_new_and_is_then_needed_anew() {
    let rows = [
        node("town", None, 30),
        node("a", Some(0), 5),
        node("b", Some(0), 2),
        node("c", Some(0), 23),
    ];
    let found = pattern(&rows, &BTreeSet::from(["c"]));
    assert_eq!(
        found,
        BTreeMap::from([("b", Why::Small), ("c", Why::Sibling)]),
        "a may be shown"
    );
    let rest = [
        node("town", None, 30),
        node("a", Some(0), 5),
        node("c", Some(0), 25),
    ];
    let found = pattern(&rest, &BTreeSet::from(["a", "c"]));
    assert_eq!(found, BTreeMap::from([("a", Why::Kept), ("c", Why::Kept)]));
}

#[test]
fn a_row_stays_hidden_until_two_whole_years_have_passed() {
    let month = |text: &str| Month::parse(text).unwrap();
    let may = Pattern::from([("a", Why::Small), ("b", Why::Sibling), ("c", Why::Kept)]);
    let kept_in = |text: &str| kept([(month("2022-05"), &may)], month(text));
    for hidden in ["2022-05", "2022-06", "2023-01", "2024-12"] {
        assert_eq!(kept_in(hidden), BTreeSet::from(["a", "b"]), "{hidden}");
    }
    for shown in ["2022-04", "2025-01"] {
        assert_eq!(kept_in(shown), BTreeSet::new(), "{shown}");
    }
}

/// A county of towns of villages, and how many households each village has in each of the months.
#[derive(Clone, Debug)]
struct Story {
    towns: Vec<usize>,
    months: Vec<Vec<i64>>,
}

/// Three months of each year are reported, so that years pass quickly.
const MONTHS_OF_A_YEAR: usize = 3;
const YEARS: usize = 5;

fn story() -> impl Strategy<Value = Story> {
    let few = prop_oneof![3 => Just(0_i64), 3 => 1_i64..3, 4 => 3_i64..9];
    prop::collection::vec(1_usize..4, 1..4).prop_flat_map(move |towns| {
        let villages: usize = towns.iter().sum();
        let month = prop::collection::vec(few.clone(), villages);
        prop::collection::vec(month, MONTHS_OF_A_YEAR * YEARS).prop_map(move |months| Story {
            towns: towns.clone(),
            months,
        })
    })
}

impl Story {
    fn nodes(&self, at: usize) -> Vec<Node<usize>> {
        let households = &self.months[at];
        let mut nodes = vec![Node {
            key: 0,
            above: None,
            households: households.iter().sum(),
        }];
        let mut first = 0;
        for (town, size) in self.towns.iter().enumerate() {
            nodes.push(Node {
                key: 1 + town,
                above: Some(0),
                households: households[first..first + size].iter().sum(),
            });
            first += size;
        }
        let mut village = 0;
        for (town, size) in self.towns.iter().enumerate() {
            for _ in 0..*size {
                nodes.push(Node {
                    key: 1 + self.towns.len() + village,
                    above: Some(1 + town),
                    households: households[village],
                });
                village += 1;
            }
        }
        nodes
    }

    fn month(at: usize) -> Month {
        let (year, month) = (2020 + at / MONTHS_OF_A_YEAR, 1 + at % MONTHS_OF_A_YEAR);
        Month::parse(&format!("{year}-{month:02}")).unwrap()
    }

    fn patterns(&self) -> Vec<Pattern<usize>> {
        let mut found: Vec<(Month, Pattern<usize>)> = Vec::new();
        for at in 0..self.months.len() {
            let month = Story::month(at);
            let kept = kept(found.iter().map(|(month, pattern)| (*month, pattern)), month);
            found.push((month, pattern(&self.nodes(at), &kept)));
        }
        found.into_iter().map(|(_, pattern)| pattern).collect()
    }
}

/// What a report prints of a row in a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Figure {
    Balance,
    Month,
    Year,
}

type Unknown = (usize, usize, Figure);
const PRIME: i128 = 2_147_483_647;

/// Linear equations over the unknown cells, kept in echelon form; the known ones only move the right side,
/// so they need not be carried.
#[derive(Default)]
struct Equations(BTreeMap<Unknown, BTreeMap<Unknown, i128>>);

impl Equations {
    fn reduce(&self, mut row: BTreeMap<Unknown, i128>) -> BTreeMap<Unknown, i128> {
        while let Some((lead, factor)) = row
            .iter()
            .find(|(unknown, _)| self.0.contains_key(unknown))
            .map(|(unknown, factor)| (*unknown, *factor))
        {
            for (unknown, other) in &self.0[&lead] {
                let sum = row.entry(*unknown).or_default();
                *sum = (*sum - factor * other).rem_euclid(PRIME);
            }
            row.retain(|_, factor| *factor != 0);
        }
        row
    }

    fn add(&mut self, row: BTreeMap<Unknown, i128>) {
        let row = self.reduce(row);
        let Some((lead, factor)) = row.iter().next().map(|(unknown, factor)| (*unknown, *factor)) else {
            return;
        };
        let inverse = power(factor, PRIME - 2);
        let row = row
            .into_iter()
            .map(|(unknown, factor)| (unknown, factor * inverse % PRIME))
            .collect();
        self.0.insert(lead, row);
    }

    /// Whether the cell follows from the equations.
    fn pin(&self, cell: Unknown) -> bool {
        self.reduce(BTreeMap::from([(cell, 1)])).is_empty()
    }
}

fn power(base: i128, mut exponent: i128) -> i128 {
    let (mut result, mut base) = (1, base.rem_euclid(PRIME));
    while exponent > 0 {
        if exponent % 2 == 1 {
            result = result * base % PRIME;
        }
        base = base * base % PRIME;
        exponent /= 2;
    }
    result
}

/// Everything that ties the cells of the published tables to one another.
fn published(story: &Story, patterns: &[Pattern<usize>]) -> Equations {
    let mut equations = Equations::default();
    let hidden = |at: usize, key: usize| patterns[at].contains_key(&key);
    // A figure of a year ago can be read off this year's change in percent.
    let unknown = |at: usize, key: usize, figure: Figure| {
        let again = at + MONTHS_OF_A_YEAR;
        let told = figure != Figure::Balance && again < patterns.len() && !hidden(again, key);
        hidden(at, key) && !told
    };
    let mut tie = |cells: &[(Unknown, i128)]| {
        let mut row: BTreeMap<Unknown, i128> = BTreeMap::new();
        for ((at, key, figure), factor) in cells {
            if unknown(*at, *key, *figure) {
                *row.entry((*at, *key, *figure)).or_default() += factor.rem_euclid(PRIME);
            }
        }
        equations.add(row);
    };
    for at in 0..patterns.len() {
        let nodes = story.nodes(at);
        for figure in [Figure::Balance, Figure::Month, Figure::Year] {
            for (above, _) in nodes.iter().enumerate() {
                let parts = nodes.iter().filter(|node| node.above == Some(above));
                let mut cells: Vec<(Unknown, i128)> = parts.map(|part| ((at, part.key, figure), 1)).collect();
                if !cells.is_empty() {
                    cells.push(((at, above, figure), -1));
                    tie(&cells);
                }
            }
        }
        for node in &nodes {
            let key = node.key;
            let mut year: Vec<(Unknown, i128)> = (at - at % MONTHS_OF_A_YEAR..=at)
                .map(|month| ((month, key, Figure::Month), 1))
                .collect();
            year.push(((at, key, Figure::Year), -1));
            tie(&year);
            if at > 0 {
                tie(&[
                    ((at, key, Figure::Balance), 1),
                    ((at - 1, key, Figure::Balance), -1),
                    ((at, key, Figure::Month), -1),
                ]);
            }
        }
    }
    equations
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn no_sum_or_difference_pins_a_small_row(story in story()) {
        let patterns = story.patterns();
        let equations = published(&story, &patterns);
        for (at, pattern) in patterns.iter().enumerate() {
            for node in story.nodes(at) {
                let small = (1..FEWEST).contains(&node.households);
                prop_assert_eq!(small, pattern.get(&node.key) == Some(&Why::Small));
                for figure in [Figure::Balance, Figure::Month, Figure::Year] {
                    prop_assert!(
                        !small || !equations.pin((at, node.key, figure)),
                        "{figure:?} of row {} in month {at}: {pattern:?}", node.key
                    );
                }
            }
        }
    }

    #[test]
    fn nothing_is_hidden_without_need(households in prop::collection::vec(3_i64..9, 1..12)) {
        let mut nodes = vec![Node { key: 0, above: None, households: households.iter().sum() }];
        nodes.extend(households.iter().zip(1..).map(|(n, key)| Node { key, above: Some(0), households: *n }));
        prop_assert!(pattern(&nodes, &BTreeSet::new()).is_empty());
    }
}

#[test]
fn the_attack_finds_what_is_badly_hidden() {
    // One hidden village alone in its town: the attack must see through that.
    let story = Story {
        towns: vec![2],
        months: vec![vec![2, 9]; 2],
    };
    let bad = vec![Pattern::from([(2, Why::Small)]); 2];
    let equations = published(&story, &bad);
    assert!(equations.pin((0, 2, Figure::Balance)) && equations.pin((1, 2, Figure::Year)));
    // Hidden in the first month and shown in the second: the balance runs back.
    let forgotten = vec![
        Pattern::from([(2, Why::Small), (3, Why::Sibling)]),
        Pattern::new(),
    ];
    assert!(published(&story, &forgotten).pin((0, 2, Figure::Balance)));
}
