use super::super::always;
use super::super::event::Event;
use super::super::tree::{Unit, Version};
use super::*;
use crate::values::UserId;

fn code(text: &str) -> RegionCode {
    RegionCode::parse(text).unwrap()
}

fn unit(id: i64, kind: RegionKind, name: &str, own: Option<&str>, parent: i64) -> Unit {
    Unit {
        id: RegionId(id),
        level: kind.level(),
        kind,
        versions: vec![Version {
            valid_from: always(),
            valid_to: None,
            name: name.to_owned(),
            short_name: short(name),
            code: own.map(code),
            parent: (parent > 0).then_some(RegionId(parent)),
            parent_known: kind != RegionKind::Hamlet || parent != 3,
        }],
    }
}

fn units() -> Vec<Unit> {
    use RegionKind::{CountyCity, Hamlet, Prefecture, Town, Village};
    vec![
        unit(1, Prefecture, "江门市", Some("440700000000"), 0),
        unit(2, CountyCity, "鹤山市", Some("440784000000"), 1),
        unit(3, Town, "古劳镇", Some("440784103000"), 2),
        unit(4, Village, "莲岗村委会", Some("440784103221"), 3),
        unit(5, Village, "莲塘村委会", Some("440784103222"), 3),
        unit(6, Hamlet, "塘边", None, 5),
        unit(7, Hamlet, "新屋村", None, 3),
        unit(8, CountyCity, "开平市", Some("440783000000"), 1),
        unit(9, Town, "水口镇", Some("440783117000"), 8),
    ]
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn ask(kind: EventKind, old: &[i64], named: &[(&str, &str)]) -> Proposal {
    Proposal {
        kind,
        day: day("2023-09-02"),
        document: "鹤府〔2023〕1号".to_owned(),
        note: String::new(),
        old: old.iter().copied().map(RegionId).collect(),
        goes_on: None,
        named: named
            .iter()
            .map(|(own, name)| Named {
                name: (*name).to_owned(),
                code: (!own.is_empty()).then(|| code(own)),
            })
            .collect(),
        village: None,
    }
}

fn wrong(proposal: &Proposal) -> Vec<String> {
    let regions = Regions::with_events(units(), Vec::new());
    let issues = plan(&regions, proposal, day("2024-01-04"))
        .err()
        .unwrap_or_default();
    issues.into_iter().map(|issue| issue.code).collect()
}

#[test]
fn a_merger_ends_the_old_units_and_takes_their_hamlets_along() {
    let regions = Regions::with_events(units(), Vec::new());
    let proposal = ask(EventKind::Merge, &[4, 5], &[("440784103230", "新莲村委会")]);
    let plan = plan(&regions, &proposal, day("2024-01-04")).unwrap();
    assert_eq!(plan.ends, [RegionId(4), RegionId(5)]);
    assert_eq!(plan.foundings[0].parent, RegionId(3));
    let moved: Vec<_> = plan
        .changes
        .iter()
        .map(|change| (change.unit.0, change.parent))
        .collect();
    assert_eq!(moved, [(6, Parent::Founded(0))]);
}

#[test]
fn what_does_not_hold_is_refused_by_name() {
    let merge = |old: &[i64], named: &[(&str, &str)]| wrong(&ask(EventKind::Merge, old, named));
    assert_eq!(merge(&[4], &[("440784103230", "新莲")]), ["lineage.old"]);
    assert_eq!(merge(&[4, 4], &[("440784103230", "新莲")]), ["lineage.old"]);
    assert_eq!(merge(&[3, 4], &[("440784103230", "新莲")]), ["lineage.level"]);
    assert_eq!(merge(&[4, 5], &[("", "新莲")]), ["lineage.code_missing"]);
    assert_eq!(merge(&[4, 5], &[("440784103900", "新莲")]), ["lineage.code_kind"]);
    assert_eq!(
        merge(&[4, 5], &[("440784199230", "新莲")]),
        ["lineage.code_parent"]
    );
    assert!(
        merge(&[4, 5], &[("440784103221", "新莲")]).is_empty(),
        "an ended unit's code is free"
    );
    assert_eq!(
        wrong(&ask(EventKind::Rename, &[4], &[("440784103222", "莲岗村委会")])),
        ["lineage.code_taken"]
    );
    assert_eq!(
        wrong(&ask(EventKind::Rename, &[4], &[("", "莲岗村委会")])),
        ["lineage.nothing"]
    );
    assert_eq!(
        wrong(&ask(
            EventKind::Urbanise,
            &[4],
            &[("440784103231", "莲岗社区居委会")]
        )),
        ["lineage.code_kind"],
        "a community has a number below 200"
    );
    assert_eq!(wrong(&ask(EventKind::Abolish, &[5], &[])), ["lineage.orphans"]);
    let mut late = ask(EventKind::Rename, &[4], &[("", "莲岗新村委会")]);
    late.day = day("2024-01-05");
    late.document = " ".to_owned();
    assert_eq!(wrong(&late), ["lineage.document", "date.future"]);
}

#[test]
fn a_town_moves_with_its_villages_codes() {
    let regions = Regions::with_events(units(), Vec::new());
    let proposal = ask(EventKind::Transfer, &[3], &[("440783118000", "古劳镇")]);
    let plan = plan(&regions, &proposal, day("2024-01-04")).unwrap();
    let code_of = |id: i64| {
        let change = plan
            .changes
            .iter()
            .find(|change| change.unit == RegionId(id))
            .unwrap();
        change.code.as_ref().map(|code| code.as_str().to_owned())
    };
    assert_eq!(code_of(4).as_deref(), Some("440783118221"));
    assert_eq!(code_of(7), None, "the hamlet goes along without one");
}

#[test]
fn an_ended_unit_hangs_on_its_heir_and_a_split_one_stands_alone() {
    let mut after = units();
    for id in [4, 5] {
        let unit = after.iter_mut().find(|unit| unit.id == RegionId(id)).unwrap();
        unit.versions[0].valid_to = Some(day("2023-09-02"));
    }
    let mut new = unit(20, RegionKind::Village, "新莲村委会", Some("440784103230"), 3);
    new.versions[0].valid_from = day("2023-09-02");
    after.push(new);
    let event = |kind, old: i64, heirs: &[i64]| Event {
        id: old,
        kind,
        day: day("2023-09-02"),
        document: String::new(),
        note: String::new(),
        recorded_by: UserId::new(0),
        recorded_at: day("2023-09-02").and_hms_opt(0, 0, 0).unwrap(),
        old: vec![RegionId(old)],
        new: heirs.iter().copied().map(RegionId).collect(),
        withdrawal: None,
    };
    let events = vec![
        event(EventKind::Urbanise, 4, &[20]),
        event(EventKind::Split, 5, &[20, 21]),
    ];
    let regions = Regions::with_events(after, events);
    let (before, then) = (day("2023-08-31"), day("2023-12-31"));
    let group = |id, day| {
        let group = regions.group(RegionId(id), Level::Village, day);
        (group.region.0, group.apart)
    };
    assert_eq!(group(4, before), (4, false));
    assert_eq!(group(4, then), (20, false));
    assert_eq!(group(5, then), (5, true));
    assert_eq!(
        regions.group_name(
            &regions.group(RegionId(5), Level::Village, then),
            then,
            crate::values::Lang::Zh
        ),
        "莲塘村（已拆分）"
    );
    assert_eq!(regions.kin(RegionId(20), then), [RegionId(20), RegionId(4)]);
    assert!(regions.within(RegionId(20), then).contains(&RegionId(4)));
    assert!(!regions.within(RegionId(20), before).contains(&RegionId(4)));
    assert!(!regions.counties_differ());
}
