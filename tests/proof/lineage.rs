//! What happens to villages and hamlets, entered as the register takes it: the register says what may be, the
//! reference what comes of it.

use cunxin::error::Error;
use cunxin::ledger;
use cunxin::ledger::Actor;
use cunxin::regions::{self, EventKind, Named, Proposal};
use cunxin::values::{BookId, RegionCode, RegionId};

use super::die::Die;
use super::drive::Run;
use super::events::{business_day, change_units, village};
use super::places::Depth;
use crate::support::app::today;

/// Each kind of event that is entered here, by its stored code.
pub const KINDS: [&str; 6] = ["rename", "merge", "split", "urbanise", "transfer", "placement"];

/// An event of a random kind about some units of a county.
pub fn happen(run: &mut Run, die: &mut Die) {
    let county = die.below(2);
    let day = business_day(die);
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
    let wanted = match kind {
        EventKind::Placement => Depth::Hamlet,
        _ => Depth::Village,
    };
    let places = &run.model.places;
    let standing: Vec<i64> = run.office.villages[county]
        .iter()
        .copied()
        .filter(|id| places.get(*id).depth == wanted && places.on(*id, day).is_some())
        .collect();
    let Some(old) = die.pick(&standing).copied() else {
        return change_units(run, die);
    };
    let town = places.at_depth(old, Depth::Town, day).expect("a town");
    let towns: Vec<i64> = places
        .all
        .iter()
        .filter(|place| place.depth == Depth::Town && place.id != town)
        .filter(|place| place.lives[0].parent == Some(run.office.counties[county]))
        .map(|place| place.id)
        .collect();
    let to = match kind {
        EventKind::Transfer => *die.pick(&towns).expect("another town"),
        _ => town,
    };
    let mut olds = vec![old];
    if kind == EventKind::Merge {
        let others: Vec<i64> = standing.iter().copied().filter(|id| *id != old).collect();
        let Some(other) = die.pick(&others) else { return };
        olds.push(*other);
    }
    let goes_on = match kind {
        EventKind::Merge | EventKind::Split => die.chance(50).then_some(old),
        _ => None,
    };
    let count = match kind {
        EventKind::Merge if goes_on.is_some() => 0,
        EventKind::Placement => 0,
        EventKind::Split if goes_on.is_none() => 2,
        _ => 1,
    };
    let first = places.all.len();
    let prefix = places.get(to).lives[0].code[..9].to_owned();
    let number = |n: usize| match kind {
        EventKind::Urbanise => 90 + (first + n) % 100,
        _ => 300 + (first + n) % 100,
    };
    let codes: Vec<String> = (0..count).map(|n| format!("{prefix}{:03}", number(n))).collect();
    let named = codes.iter().map(|code| Named {
        name: format!("沿革{}村委会", &code[6..]),
        code: (kind != EventKind::Rename).then(|| RegionCode::parse(code).expect("a code")),
    });
    let into = (kind == EventKind::Placement).then(|| village(run, die, county));
    let proposal = Proposal {
        kind,
        day,
        document: "粤民函〔2023〕2号".to_owned(),
        note: String::new(),
        old: olds.iter().copied().map(RegionId).collect(),
        goes_on: goes_on.map(RegionId),
        named: named.collect(),
        village: into.map(RegionId),
    };
    if !entered(run, &proposal) {
        return;
    }
    let book = run.office.counties[county];
    run.tell(format!(
        "{} of {olds:?} on {day} in book {book}: {codes:?}",
        kind.code()
    ));
    run.count("lineage", kind.code());
    let places = &mut run.model.places;
    let mut founded = Vec::new();
    match kind {
        EventKind::Rename => {}
        EventKind::Transfer => places.hang(old, to, day),
        EventKind::Placement => places.hang(old, into.expect("a village"), day),
        _ => {
            let committee = kind != EventKind::Urbanise;
            founded.extend(codes.iter().map(|code| places.found(code, committee, town, day)));
            let heir = match kind {
                EventKind::Split => None,
                _ => goes_on.or(founded.first().copied()),
            };
            for id in olds.iter().filter(|id| goes_on != Some(**id)) {
                places.end(*id, day, heir, town);
            }
        }
    }
    places.changes.push((book, day));
    for (id, code) in founded.iter().zip(&codes) {
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
