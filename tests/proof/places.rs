//! The units as the reference sees them: the official list read line by line, walked by loops.

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
    /// In which county, and from which day, each change is visible.
    pub changes: Vec<(i64, NaiveDate)>,
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
        while let Some(parent) = self.near(path[path.len() - 1], day).parent {
            path.push(parent);
        }
        path
    }

    /// The unit of a depth it lies in, or itself.
    pub fn at_depth(&self, id: i64, depth: Depth, day: NaiveDate) -> Option<i64> {
        let path = self.upwards(id, day);
        path.into_iter().find(|at| self.get(*at).depth == depth)
    }

    /// How many changes a county (or, for none, the city) shows on a day.
    pub fn changed(&self, county: Option<i64>, day: NaiveDate) -> usize {
        let shows =
            |(of, from): &&(i64, NaiveDate)| county.is_none_or(|county| county == *of) && *from <= day;
        self.changes.iter().filter(shows).count()
    }
}
