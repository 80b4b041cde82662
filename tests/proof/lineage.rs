//! What happens to villages and hamlets, entered as the register takes it: the register says what may be, the
//! reference what comes of it.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use cunxin::error::Error;
use cunxin::ledger;
use cunxin::ledger::Actor;
use cunxin::regions::{self, EventKind, Named, Proposal};
use cunxin::values::{BookId, RegionCode, RegionId};

use super::die::Die;
use super::drive::Run;
use super::events::{business_day, change_units};
use super::places::Depth;
use crate::support::app::today;

/// Each kind of event that is entered here: its stored code, or `town` for one that changes its county.
pub const KINDS: [&str; 7] = [
    "rename",
    "merge",
    "split",
    "urbanise",
    "transfer",
    "town",
    "placement",
];

/// An event about to be entered.
struct Draft {
    proposal: Proposal,
    /// What it is about, and the town of the first of them.
    old: Vec<i64>,
    town: i64,
    /// Under which town or village it lies afterwards.
    to: i64,
    goes_on: Option<i64>,
    codes: Vec<String>,
}

impl Draft {
    /// The kind, a town's change of county apart from a village's of town.
    fn what(&self) -> &'static str {
        match self.proposal.kind {
            EventKind::Transfer if self.town == self.old[0] => "town",
            kind => kind.code(),
        }
    }
}

/// An event of a random kind about some units of a county.
pub fn happen(run: &mut Run, die: &mut Die) {
    let county = die.below(2);
    let kinds = [
        EventKind::Rename,
        EventKind::Merge,
        EventKind::Merge,
        EventKind::Split,
        EventKind::Urbanise,
        EventKind::Transfer,
        EventKind::Placement,
        EventKind::Placement,
    ];
    let kind = kinds[die.below(kinds.len())];
    let mut draft = propose(run, die, county, kind);
    if draft.is_none() {
        change_units(run, die);
        draft = propose(run, die, county, kind);
    }
    let Some(draft) = draft else { return };
    let counties = counties_of(run, &draft);
    if !entered(run, &draft.proposal) {
        return;
    }
    let (book, day) = (run.office.counties[county], draft.proposal.day);
    run.tell(format!(
        "{} of {:?} on {day} in book {book}: {:?} {:?}",
        kind.code(),
        draft.old,
        draft.goes_on,
        draft.codes
    ));
    run.count("lineage", draft.what());
    let founded = carry_out(run, &draft);
    let moved = counties.into_iter().map(|county| (county, day));
    run.model
        .places
        .changes
        .extend(moved.map(|(county, day)| (county, day, None)));
    for (id, code) in founded.iter().zip(&draft.codes) {
        let code = RegionCode::parse(code).expect("a code");
        let there = run
            .site
            .state
            .read_now(|_, office| Ok(office.regions.by_code(&code, day)));
        assert_eq!(
            there.expect("regions"),
            Some(RegionId(*id)),
            "the founded unit's number"
        );
    }
    // Business in those that are gone goes on being tried.
    run.office.villages[county].extend(founded);
}

/// The counties whose units change.
fn counties_of(run: &Run, draft: &Draft) -> BTreeSet<i64> {
    let units = draft.old.iter().chain([&draft.to]);
    let county = |unit: &i64| {
        run.model
            .places
            .at_depth(*unit, Depth::County, draft.proposal.day)
            .expect("a county")
    };
    units.map(county).collect()
}

/// Units of the county that stand on a day.
fn standing(run: &Run, county: usize, depth: Depth, day: NaiveDate) -> Vec<i64> {
    let places = &run.model.places;
    let all = run.office.villages[county].iter().copied();
    all.filter(|id| places.get(*id).depth == depth && places.on(*id, day).is_some())
        .collect()
}

/// None where the county has no unit to which this can happen.
fn propose(run: &Run, die: &mut Die, county: usize, kind: EventKind) -> Option<Draft> {
    let (day, places) = (business_day(die), &run.model.places);
    let hamlet = kind == EventKind::Placement;
    let depth = if hamlet { Depth::Hamlet } else { Depth::Village };
    let from = standing(run, county, depth, day);
    if kind == EventKind::Transfer && die.chance(60) {
        return Some(town_moves(run, die, county, day));
    }
    let first = die.pick(&from).copied()?;
    let others: Vec<i64> = from.into_iter().filter(|id| *id != first).collect();
    let mut old = vec![first];
    if kind == EventKind::Merge {
        old.push(*die.pick(&others)?);
    }
    let town = places.at_depth(first, Depth::Town, day).expect("a town");
    let towns = places.all.iter().filter(|place| {
        place.depth == Depth::Town
            && place.id != town
            && place.lives[0].parent == Some(run.office.counties[county])
    });
    let towns: Vec<i64> = towns.map(|place| place.id).collect();
    let to = match kind {
        EventKind::Transfer => *die.pick(&towns)?,
        EventKind::Placement => *die.pick(&standing(run, county, Depth::Village, day))?,
        _ => town,
    };
    let goes_on = match kind {
        EventKind::Merge | EventKind::Split => die.chance(50).then_some(first),
        _ => None,
    };
    let codes = codes(run, kind, to, goes_on.is_some());
    let named = codes.iter().map(|code| Named {
        name: format!("沿革{}村委会", &code[6..]),
        code: (kind != EventKind::Rename).then(|| RegionCode::parse(code).expect("a code")),
    });
    let proposal = Proposal {
        kind,
        day,
        document: "粤民函〔2023〕2号".to_owned(),
        note: String::new(),
        old: old.iter().copied().map(RegionId).collect(),
        goes_on: goes_on.map(RegionId),
        named: named.collect(),
        village: hamlet.then_some(RegionId(to)),
    };
    Some(Draft {
        proposal,
        old,
        town,
        to,
        goes_on,
        codes,
    })
}

/// A town goes to the other county with everything in it.
fn town_moves(run: &Run, die: &mut Die, county: usize, day: NaiveDate) -> Draft {
    let town = *die.pick(&run.office.towns[county]).expect("towns");
    let to = run.office.counties[1 - county];
    let number = 160 + run.model.places.changes.len() % 40;
    let code = format!("{}{number:03}000", &run.model.places.get(to).lives[0].code[..6]);
    let named = Named {
        name: format!("沿革{number}镇"),
        code: Some(RegionCode::parse(&code).expect("a code")),
    };
    Draft {
        proposal: Proposal {
            kind: EventKind::Transfer,
            day,
            document: "国函〔2023〕3号".to_owned(),
            note: String::new(),
            old: vec![RegionId(town)],
            goes_on: None,
            named: vec![named],
            village: None,
        },
        old: vec![town],
        town,
        to,
        goes_on: None,
        codes: Vec::new(),
    }
}

/// The codes of what is founded, or of what it is called from then on: each another one.
fn codes(run: &Run, kind: EventKind, town: i64, goes_on: bool) -> Vec<String> {
    let count = match kind {
        EventKind::Merge if goes_on => 0,
        EventKind::Placement => 0,
        EventKind::Split if !goes_on => 2,
        _ => 1,
    };
    let first = run.model.places.all.len();
    let code = |n: usize| {
        let number = match kind {
            EventKind::Urbanise => 90 + (first + n) % 100,
            _ => 300 + (first + n) % 100,
        };
        format!("{}{number:03}", &run.model.places.get(town).lives[0].code[..9])
    };
    (0..count).map(code).collect()
}

/// What comes of it in the reference; gives the units founded.
fn carry_out(run: &mut Run, draft: &Draft) -> Vec<i64> {
    let (kind, day, places) = (draft.proposal.kind, draft.proposal.day, &mut run.model.places);
    match kind {
        EventKind::Rename => return Vec::new(),
        EventKind::Transfer | EventKind::Placement => {
            places.hang(draft.old[0], draft.to, day);
            return Vec::new();
        }
        _ => {}
    }
    let committee = kind != EventKind::Urbanise;
    let found = |code: &String| places.found(code, committee, draft.town, day);
    let founded: Vec<i64> = draft.codes.iter().map(found).collect();
    let heir = match kind {
        EventKind::Split => None,
        _ => draft.goes_on.or(founded.first().copied()),
    };
    for id in draft.old.iter().filter(|id| draft.goes_on != Some(**id)) {
        places.end(*id, day, heir, draft.town);
    }
    founded
}

/// Enters it; what it may be is the register's to say.
fn entered(run: &mut Run, proposal: &Proposal) -> bool {
    let actor: Actor = run.actor("admin");
    let city = BookId(run.office.city);
    let done = run.site.state.write_now(city, |conn, office| {
        let plan = regions::plan(office.regions, proposal, today()).map_err(Error::Refused)?;
        regions::enact(conn, &plan, proposal, &actor.id, actor.now)?;
        let change = ledger::Change {
            action: "region.changed",
            subject: "",
            revision: 1,
            note: "",
            digest: String::new(),
        };
        ledger::record_audit(conn, office, &actor, city, &change)?;
        Ok(())
    });
    match done {
        Ok(_) => true,
        Err(Error::Refused(_)) => false,
        Err(error) => panic!("{proposal:?}: {error}"),
    }
}
