//! The units as the reference sees them: the official list read line by line, walked by loops.

use std::collections::BTreeMap;

use chrono::NaiveDate;

const LIST: &str = include_str!("../../data/regions-jiangmen.csv");

/// Depth in the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    Province,
    City,
    County,
    Town,
    Village,
    Hamlet,
}

/// What a unit was during some days.
#[derive(Clone, Debug)]
pub struct Life {
    /// First day; none: from ever.
    pub from: Option<NaiveDate>,
    /// First day after; none while it lasts.
    pub until: Option<NaiveDate>,
    pub code: String,
    pub parent: Option<i64>,
}

/// One unit.
#[derive(Clone, Debug)]
pub struct Place {
    pub id: i64,
    pub depth: Depth,
    /// 村委会: what counts as an administrative village.
    pub committee: bool,
    pub lives: Vec<Life>,
}

/// All of them, and what has changed since the list was made.
#[derive(Clone, Debug)]
pub struct Places {
    pub all: Vec<Place>,
    /// From when a unit is no more but goes on in another one.
    pub heirs: BTreeMap<i64, (NaiveDate, i64)>,
    /// In which county, and from which day until before which, each change is visible.
    pub changes: Vec<(i64, NaiveDate, Option<NaiveDate>)>,
}

impl Places {
    /// The list as every new database starts: ids run in its order, from 1.
    pub fn listed() -> Places {
        let mut all: Vec<Place> = Vec::new();
        for (row, id) in LIST.lines().skip(1).filter(|row| !row.trim().is_empty()).zip(1..) {
            let cells: Vec<&str> = row.trim_end().split(',').collect();
            let parent = all
                .iter()
                .find(|place| place.lives[0].code == cells[3])
                .map(|place| place.id);
            all.push(Place {
                id,
                depth: match cells[2] {
                    "province" => Depth::Province,
                    "city" => Depth::City,
                    "county" => Depth::County,
                    "town" => Depth::Town,
                    _ => Depth::Village,
                },
                committee: cells[4] == "村委会",
                lives: vec![Life {
                    from: None,
                    until: None,
                    code: cells[0].to_owned(),
                    parent,
                }],
            });
        }
        Places {
            all,
            heirs: BTreeMap::new(),
            changes: Vec::new(),
        }
    }

    /// The unit that bears a code now.
    pub fn coded(&self, code: &str) -> i64 {
        let bears = |place: &&Place| {
            place
                .lives
                .last()
                .is_some_and(|life| life.code == code && life.until.is_none())
        };
        self.all.iter().find(bears).expect("a unit of that code").id
    }

    pub fn get(&self, id: i64) -> &Place {
        // Ids are given in order and never twice.
        let at = usize::try_from(id - 1).expect("an id");
        assert_eq!(self.all[at].id, id);
        &self.all[at]
    }

    /// What it was on a day, if it was anything.
    pub fn on(&self, id: i64, day: NaiveDate) -> Option<&Life> {
        self.get(id).lives.iter().find(|life| {
            life.from.is_none_or(|from| from <= day) && life.until.is_none_or(|until| day < until)
        })
    }

    /// The same, or the nearest before, or else the first.
    fn near(&self, id: i64, day: NaiveDate) -> &Life {
        let lives = &self.get(id).lives;
        self.on(id, day).unwrap_or_else(|| {
            let begun = lives
                .iter()
                .rev()
                .find(|life| life.from.is_none_or(|from| from <= day));
            begun.unwrap_or(&lives[0])
        })
    }

    /// From the unit itself up to the top.
    pub fn upwards(&self, id: i64, day: NaiveDate) -> Vec<i64> {
        let mut path = vec![id];
        loop {
            let at = path[path.len() - 1];
            match self.heir(at, day).or(self.near(at, day).parent) {
                Some(above) => path.push(above),
                None => return path,
            }
        }
    }

    fn heir(&self, id: i64, day: NaiveDate) -> Option<i64> {
        let (since, heir) = self.heirs.get(&id)?;
        (*since <= day).then_some(*heir)
    }

    /// What it is part of by then, heir after heir; itself while it stands.
    pub fn stands_as(&self, mut id: i64, day: NaiveDate) -> i64 {
        while let Some(heir) = self.heir(id, day) {
            id = heir;
        }
        id
    }

    /// Whether two units are one by then.
    pub fn are_one(&self, one: i64, other: i64, day: NaiveDate) -> bool {
        self.stands_as(one, day) == self.stands_as(other, day)
    }

    /// The unit of a depth it lies in, or itself: the one that stands, where others have become part of it.
    pub fn at_depth(&self, id: i64, depth: Depth, day: NaiveDate) -> Option<i64> {
        let path = self.upwards(id, day);
        path.into_iter().rev().find(|at| self.get(*at).depth == depth)
    }

    /// A change below a town is visible from a day on in whatever county the town lies then.
    pub fn change_below(&mut self, town: i64, from: NaiveDate) {
        let lives = &self.get(town).lives;
        let mut days: Vec<NaiveDate> = lives.iter().filter_map(|life| life.from).collect();
        days.retain(|day| *day > from);
        days.push(from);
        days.sort_unstable();
        let until = days.iter().skip(1).copied().map(Some).chain([None]);
        let shown: Vec<_> = days.iter().copied().zip(until).collect();
        for (day, until) in shown {
            if let Some(county) = self.at_depth(town, Depth::County, day) {
                self.changes.push((county, day, until));
            }
        }
    }

    /// A unit hangs on another one from a day on.
    pub fn hang(&mut self, id: i64, parent: i64, day: NaiveDate) {
        let at = usize::try_from(id - 1).expect("an id");
        let lives = &mut self.all[at].lives;
        let last = lives.last_mut().expect("a life");
        last.until = Some(day);
        let next = Life {
            from: Some(day),
            until: None,
            parent: Some(parent),
            code: last.code.clone(),
        };
        lives.push(next);
    }

    /// A unit ends, perhaps in another one, which takes its hamlets; without one they hang on `else_on`.
    pub fn end(&mut self, id: i64, day: NaiveDate, heir: Option<i64>, else_on: i64) {
        for hamlet in self.hamlets(id) {
            self.hang(hamlet, heir.unwrap_or(else_on), day);
        }
        let at = usize::try_from(id - 1).expect("an id");
        self.all[at].lives.last_mut().expect("a life").until = Some(day);
        if let Some(heir) = heir {
            self.heirs.insert(id, (day, heir));
        }
    }

    /// What hangs on a village and lasts.
    pub fn hamlets(&self, id: i64) -> Vec<i64> {
        let hangs = |place: &&Place| {
            place
                .lives
                .last()
                .is_some_and(|life| life.until.is_none() && life.parent == Some(id))
        };
        self.all.iter().filter(hangs).map(|place| place.id).collect()
    }

    /// A new unit of the village level.
    pub fn found(&mut self, code: &str, committee: bool, parent: i64, day: NaiveDate) -> i64 {
        let id = i64::try_from(self.all.len()).expect("few") + 1;
        self.all.push(Place {
            id,
            depth: Depth::Village,
            committee,
            lives: vec![Life {
                from: Some(day),
                until: None,
                code: code.to_owned(),
                parent: Some(parent),
            }],
        });
        id
    }

    /// How many changes a county (or, for none, the city) shows on a day.
    pub fn changed(&self, county: Option<i64>, day: NaiveDate) -> usize {
        let shows = |(of, from, until): &&(i64, NaiveDate, Option<NaiveDate>)| {
            let there = *from <= day && until.is_none_or(|until| day < until);
            county.map_or(*from <= day, |county| county == *of && there)
        };
        self.changes.iter().filter(shows).count()
    }
}
