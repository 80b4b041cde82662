//! What each kind of event does to its units.

use super::super::event::EventKind;
use super::super::tree::{Unit, Version};
use super::{Change, Draft, Founding, Named, Parent, short};
use crate::values::{Level, RegionCode, RegionId, RegionKind};

impl Draft<'_> {
    pub(super) fn level(&self, id: RegionId) -> Option<Level> {
        self.regions.unit(id).map(|unit| unit.level)
    }

    pub(super) fn draw_up(&mut self) {
        match self.proposal.kind {
            EventKind::Rename | EventKind::Transfer => self.change_one(),
            EventKind::Merge => self.merge(),
            EventKind::Split => self.split(),
            EventKind::Urbanise => self.urbanise(),
            EventKind::Abolish => self.abolish(),
            EventKind::Placement => self.place(),
        }
    }

    fn first(&self) -> Option<(&Unit, &Version)> {
        let unit = self.regions.unit(*self.proposal.old.first()?)?;
        Some((unit, unit.versions.last()?))
    }

    /// Renaming and transfer: the unit goes on, its children with it.
    fn change_one(&mut self) {
        let Some((unit, version)) = self.first() else {
            return;
        };
        let (id, kind, before) = (unit.id, unit.kind, version.clone());
        let Some(named) = self.one_named() else { return };
        let transfer = self.proposal.kind == EventKind::Transfer;
        let code = named.code.clone().or(before.code.clone());
        let mut parent = before.parent.unwrap_or(id);
        if transfer {
            let Some((_, above)) = self.place_of(&named, Some(kind)) else {
                return;
            };
            if above == parent {
                self.refuse(
                    "lineage.same_parent",
                    "named",
                    "新代码仍在原来的上级之下。只改名称或代码请用“更名”。",
                    "The new code still lies under the same parent. Use a renaming to change name or code alone.",
                );
            }
            parent = above;
        } else if named.code.is_some()
            && self
                .place_of(&named, Some(kind))
                .is_some_and(|(_, above)| above != parent)
        {
            self.refuse(
                "lineage.other_parent",
                "named",
                "新代码在另一个上级之下，请用“划转”。",
                "The new code lies under another parent; record a transfer.",
            );
        }
        if !transfer && named.name == before.name && code == before.code {
            self.refuse(
                "lineage.nothing",
                "named",
                "名称和代码都没有变。",
                "Neither name nor code changes.",
            );
        }
        let recoded = code != before.code;
        self.plan.go_on.push(id);
        self.plan.changes.push(Change {
            unit: id,
            short_name: short(&named.name),
            name: named.name,
            code: code.clone(),
            parent: Parent::Unit(parent),
            parent_known: true,
        });
        if recoded {
            self.move_children(id, Parent::Unit(id), code.as_ref());
        }
    }

    fn one_named(&mut self) -> Option<Named> {
        match self.proposal.named.as_slice() {
            [named] => Some(named.clone()),
            _ => {
                self.refuse(
                    "lineage.named",
                    "named",
                    "请填写一个新单位：代码和名称。",
                    "Give one new unit: its code and name.",
                );
                None
            }
        }
    }

    /// The kind its code says, and the unit it lies under that day.
    fn place_of(&mut self, named: &Named, wanted: Option<RegionKind>) -> Option<(RegionKind, RegionId)> {
        let Some(code) = &named.code else {
            self.refuse(
                "lineage.code_missing",
                "named",
                format!("请给“{}”填写12位区划代码。", named.name),
                format!("Give “{}” its region code of 12 digits.", named.name),
            );
            return None;
        };
        let level = self.first().map(|(unit, _)| unit.level)?;
        let kind = code.kind().filter(|kind| kind.level() == level);
        let Some(kind) = kind.filter(|kind| wanted.is_none_or(|wanted| wanted == *kind)) else {
            self.refuse(
                "lineage.code_kind",
                "named",
                format!("代码 {code} 的编号段与单位类别不符（村委会 200–399，居委会 001–199，镇 100–199，街道 001–099）。"),
                format!("The number in {code} does not belong to this kind of unit (villages 200–399, communities 001–199, towns 100–199, subdistricts 001–099)."),
            );
            return None;
        };
        let above = above(code, level).and_then(|above| self.regions.by_code(&above, self.proposal.day));
        if above.is_none() {
            self.refuse(
                "lineage.code_parent",
                "named",
                format!("代码 {code} 的上级在这一天不存在。"),
                format!("There is no unit above the code {code} on that day."),
            );
        }
        Some((kind, above?))
    }

    fn found(&mut self, named: &Named, wanted: Option<RegionKind>) -> Option<usize> {
        let (kind, parent) = self.place_of(named, wanted)?;
        self.plan.foundings.push(Founding {
            level: kind.level(),
            kind,
            name: named.name.clone(),
            code: named.code.clone(),
            parent,
        });
        Some(self.plan.foundings.len() - 1)
    }

    fn merge(&mut self) {
        let (heir, code) = match self.proposal.goes_on {
            Some(unit) => {
                if !self.proposal.named.is_empty() {
                    self.refuse(
                        "lineage.named",
                        "named",
                        "并入现有单位时不另设新单位。",
                        "A merger into a standing unit founds no new one.",
                    );
                }
                self.plan.go_on.push(unit);
                let code = self.regions.code(unit, self.proposal.day).cloned();
                (Parent::Unit(unit), code)
            }
            None => {
                let Some(named) = self.one_named() else { return };
                let Some(at) = self.found(&named, None) else {
                    return;
                };
                (Parent::Founded(at), named.code)
            }
        };
        let ends: Vec<RegionId> = self
            .proposal
            .old
            .iter()
            .copied()
            .filter(|unit| heir != Parent::Unit(*unit))
            .collect();
        for unit in ends {
            self.plan.ends.push(unit);
            self.move_children(unit, heir, code.as_ref());
        }
    }

    fn split(&mut self) {
        let Some((unit, version)) = self.first() else {
            return;
        };
        let (id, town) = (unit.id, version.parent.unwrap_or(unit.id));
        let goes_on = self.proposal.goes_on.is_some();
        if self.proposal.named.len() < if goes_on { 1 } else { 2 } {
            self.refuse(
                "lineage.named",
                "named",
                "拆分后至少要有两个单位（原单位保留的，至少新设一个）。",
                "A split leaves at least two units (one new one, if the old unit goes on).",
            );
            return;
        }
        for named in &self.proposal.named {
            self.found(named, None);
        }
        if goes_on {
            self.plan.go_on.push(id);
            return;
        }
        self.plan.ends.push(id);
        // Which new village a hamlet lies in, the document may say later: until then it is undetermined.
        for (child, version) in self.children_of(id) {
            self.plan.changes.push(Change {
                unit: child,
                name: version.name,
                short_name: version.short_name,
                code: version.code,
                parent: Parent::Unit(town),
                parent_known: false,
            });
        }
    }

    fn urbanise(&mut self) {
        let Some((unit, _)) = self.first() else { return };
        let (id, kind) = (unit.id, unit.kind);
        let becomes = match kind {
            RegionKind::Village | RegionKind::VillageLike => RegionKind::Community,
            RegionKind::Town | RegionKind::Township => RegionKind::Subdistrict,
            _ => {
                self.refuse(
                    "lineage.kind",
                    "old",
                    "村改居只用于村委会，撤镇设街道只用于镇（乡）。",
                    "Only a village becomes a community, only a town a subdistrict.",
                );
                return;
            }
        };
        let Some(named) = self.one_named() else { return };
        let Some(at) = self.found(&named, Some(becomes)) else {
            return;
        };
        self.plan.ends.push(id);
        self.move_children(id, Parent::Founded(at), named.code.as_ref());
    }

    fn abolish(&mut self) {
        let Some((unit, _)) = self.first() else { return };
        let id = unit.id;
        if !self.children_of(id).is_empty() {
            self.refuse(
                "lineage.orphans",
                "old",
                "它下面还有单位，请先把它们划转或归到别处。",
                "There are units below it. Move them elsewhere first.",
            );
        }
        self.plan.ends.push(id);
        if self.proposal.named.len() > 1 {
            self.refuse(
                "lineage.named",
                "named",
                "代码至多由一个新单位使用。",
                "At most one new unit takes the code.",
            );
        }
        for named in &self.proposal.named {
            self.found(named, None);
        }
    }

    fn place(&mut self) {
        let Some((unit, version)) = self.first() else {
            return;
        };
        let (id, before) = (unit.id, version.clone());
        let day = self.proposal.day;
        let village = self.proposal.village.filter(|village| {
            self.level(*village) == Some(Level::Village) && self.regions.on(*village, day).is_some()
        });
        let Some(village) = village else {
            self.refuse(
                "lineage.village",
                "village",
                "请选择生效日已经存在的行政村。",
                "Choose a village that stands on that day.",
            );
            return;
        };
        let county = |unit| self.regions.ancestor(unit, Level::County, day);
        if county(id) != county(village) {
            self.refuse(
                "lineage.village_county",
                "village",
                "这个村在另一个县。",
                "This village lies in another county.",
            );
        }
        if before.parent == Some(village) {
            self.refuse(
                "lineage.nothing",
                "village",
                "它已经在这个村。",
                "It lies in this village already.",
            );
        }
        self.plan.go_on.push(id);
        self.plan.changes.push(Change {
            unit: id,
            name: before.name,
            short_name: before.short_name,
            code: before.code,
            parent: Parent::Unit(village),
            parent_known: true,
        });
    }

    /// Units that hang on `id` on the day or later, with their last version.
    fn children_of(&self, id: RegionId) -> Vec<(RegionId, Version)> {
        let day = self.proposal.day;
        let hangs = |version: &Version| version.parent == Some(id) && version.holds_after(day);
        let below = self
            .regions
            .units()
            .filter(|unit| unit.versions.iter().any(hangs));
        below
            .filter_map(|unit| Some((unit.id, unit.versions.last()?.clone())))
            .collect()
    }

    /// Hangs the children of `from` on `to`; their codes follow the parent's.
    fn move_children(&mut self, from: RegionId, to: Parent, code: Option<&RegionCode>) {
        for (unit, version) in self.children_of(from) {
            let recoded = match (&version.code, code) {
                (Some(own), Some(above)) => {
                    let text = format!(
                        "{}{}",
                        above.own_prefix(),
                        own.as_str().get(9..).unwrap_or_default()
                    );
                    match RegionCode::parse(&text) {
                        Ok(code) => Some(code),
                        Err(_) => Some(own.clone()),
                    }
                }
                (own, _) => own.clone(),
            };
            self.plan.changes.push(Change {
                unit,
                name: version.name,
                short_name: version.short_name,
                code: recoded,
                parent: to,
                parent_known: version.parent_known,
            });
        }
    }
}

/// The code of the unit above: a village's town, a town's county.
fn above(code: &RegionCode, level: Level) -> Option<RegionCode> {
    let digits = match level {
        Level::Village => 9,
        Level::Town => 6,
        _ => return None,
    };
    RegionCode::parse(&format!("{:0<12}", code.as_str().get(..digits)?)).ok()
}
