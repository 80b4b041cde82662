//! Which institution works in which village: chosen once, so that everything later agrees.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::PlanError;
use super::catalogue::{ABC, CCB, HESHAN_RCB, ICBC, INSURERS, PSBC, rural_bank};
use super::model::{HAMLET, Hamlet, Place};
use super::rng::Rng;
use super::targets::{CREDIT_VILLAGES, POINT_VILLAGES};
use crate::regions::RegionRow;

pub(super) const TAISHAN: &str = "440781000000";
pub(super) const GULAO: &str = "440784103000";
/// 川岛, 赤溪, 广海, 海宴, 汶村, 北陡, 深井, 都斛 (台山), 崖门 (新会), 横陂 (恩平).
const COAST: [&str; 10] = [
    "440781115000",
    "440781108000",
    "440781110000",
    "440781111000",
    "440781112000",
    "440781114000",
    "440781113000",
    "440781107000",
    "440705105000",
    "440785100000",
];

/// A 村委会, or 新屋村.
pub(super) struct Village {
    pub(super) place: Place,
    pub(super) name: String,
    pub(super) town: usize,
}

pub(super) struct Town {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) county: String,
    pub(super) county_name: String,
    pub(super) is_zhen: bool,
    pub(super) coastal: bool,
    /// Its 村委会, by index.
    pub(super) villages: Vec<usize>,
    /// The insurer that works here.
    pub(super) insurer: usize,
}

/// A bank's whole-village work: village, bank, and whether it is the first bank there.
#[derive(Clone, Copy)]
pub(super) struct Survey {
    pub(super) village: usize,
    pub(super) bank: usize,
    pub(super) first: bool,
}

pub(super) struct Ground {
    pub(super) towns: Vec<Town>,
    pub(super) villages: Vec<Village>,
    /// The index of 新屋村 among `villages`.
    pub(super) hamlet: usize,
    /// One for each of the 692 villages, then the second banks.
    pub(super) surveys: Vec<Survey>,
    /// Villages in 台山 whose first sheet waits for review.
    pub(super) unsurveyed: Vec<Survey>,
    pub(super) point_villages: Vec<usize>,
    pub(super) marine_villages: Vec<usize>,
}

impl Ground {
    pub(super) fn lay(regions: &[RegionRow]) -> Result<Self, PlanError> {
        let (towns, villages) = units(regions)?;
        let mut ground = Self {
            hamlet: villages.len() - 1,
            towns,
            villages,
            surveys: Vec::new(),
            unsurveyed: Vec::new(),
            point_villages: Vec::new(),
            marine_villages: Vec::new(),
        };
        let mut rng = Rng::new(0x0676_0001);
        ground.choose_surveys(&mut rng)?;
        ground.choose_points(&mut rng)?;
        ground.choose_marine(&mut rng)?;
        Ok(ground)
    }

    pub(super) fn town_of(&self, village: usize) -> &Town {
        &self.towns[self.villages[village].town]
    }

    pub(super) fn county_of(&self, village: usize) -> &str {
        &self.town_of(village).county
    }

    /// All 村委会, without 新屋村, in the order of their codes.
    fn committees(&self) -> Vec<usize> {
        (0..self.hamlet).collect()
    }

    /// All of 古劳镇 and then at random until there are 692; 古劳镇 banks with the county's own.
    fn choose_surveys(&mut self, rng: &mut Rng) -> Result<(), PlanError> {
        let mut order = self.committees();
        rng.shuffle(&mut order);
        order.sort_by_key(|v| self.town_of(*v).code != GULAO);
        let Some((chosen, rest)) = order.split_at_checked(CREDIT_VILLAGES) else {
            return Err(PlanError::TooFew("村委会"));
        };
        let mut chosen = chosen.to_vec();
        chosen.sort_unstable();
        for village in &chosen {
            let bank = self.bank_for(rng, *village);
            self.surveys.push(Survey {
                village: *village,
                bank,
                first: true,
            });
        }
        for n in 0..self.surveys.len() {
            let Survey { village, bank, .. } = self.surveys[n];
            let second = rng.one(&[ABC, ABC, PSBC, PSBC, CCB, ICBC]);
            if rng.chance(22) && second != bank {
                self.surveys.push(Survey {
                    village,
                    bank: second,
                    first: false,
                });
            }
        }
        let in_taishan = rest.iter().filter(|v| self.county_of(**v) == TAISHAN);
        self.unsurveyed = in_taishan
            .take(2)
            .map(|v| Survey {
                village: *v,
                bank: rural_bank(TAISHAN),
                first: true,
            })
            .collect();
        Ok(())
    }

    fn bank_for(&self, rng: &mut Rng, village: usize) -> usize {
        let own = rural_bank(self.county_of(village));
        if self.town_of(village).code == GULAO {
            return own;
        }
        match rng.below(100) {
            0..58 => own,
            58..74 => ABC,
            74..88 => PSBC,
            88..96 => CCB,
            _ => ICBC,
        }
    }

    fn choose_points(&mut self, rng: &mut Rng) -> Result<(), PlanError> {
        let mut order = self.committees();
        rng.shuffle(&mut order);
        order.truncate(POINT_VILLAGES);
        order.sort_unstable();
        self.point_villages = order;
        if self.point_villages.len() < POINT_VILLAGES {
            return Err(PlanError::TooFew("村委会"));
        }
        Ok(())
    }

    fn choose_marine(&mut self, rng: &mut Rng) -> Result<(), PlanError> {
        for town in self.towns.iter().filter(|t| t.coastal) {
            let mut villages = town.villages.clone();
            rng.shuffle(&mut villages);
            self.marine_villages.extend(villages.iter().take(4));
        }
        if self.marine_villages.is_empty() {
            return Err(PlanError::TooFew("沿海村委会"));
        }
        Ok(())
    }

    /// Every institution with every village it will work in.
    fn pairs(&self) -> BTreeSet<(usize, usize)> {
        let mut pairs = BTreeSet::new();
        for survey in self.surveys.iter().chain(&self.unsurveyed) {
            pairs.insert((survey.bank, survey.village));
        }
        pairs.extend(self.point_villages.iter().map(|v| (CCB, *v)));
        pairs.extend(self.marine_villages.iter().map(|v| (ABC, *v)));
        for town in &self.towns {
            pairs.extend(town.villages.iter().map(|v| (town.insurer, *v)));
        }
        pairs
    }

    /// The same, as villages per institution and county, in the order of codes.
    pub(super) fn workplaces(&self) -> BTreeMap<(usize, &str), Vec<usize>> {
        let mut places: BTreeMap<(usize, &str), Vec<usize>> = BTreeMap::new();
        for (institution, village) in self.pairs() {
            let county = self.county_of(village);
            places.entry((institution, county)).or_default().push(village);
        }
        places
    }

    pub(super) fn hamlets(&self) -> Vec<Hamlet> {
        vec![Hamlet {
            place: HAMLET.to_owned(),
            name: "新屋村".to_owned(),
            town: GULAO.to_owned(),
        }]
    }

    /// The bank and a village of the specialist who also looks after 新屋村.
    pub(super) fn hamlet_post(&self) -> Option<(usize, usize)> {
        let first = self
            .surveys
            .iter()
            .find(|s| self.town_of(s.village).code == GULAO)?;
        Some((HESHAN_RCB, first.village))
    }
}

/// Towns and 村委会 of the file, 新屋村 last.
fn units(regions: &[RegionRow]) -> Result<(Vec<Town>, Vec<Village>), PlanError> {
    let names: HashMap<&str, &str> = regions
        .iter()
        .map(|r| (r.code.as_str(), r.short_name.as_str()))
        .collect();
    let mut towns: Vec<Town> = Vec::new();
    let mut town_at: HashMap<&str, usize> = HashMap::new();
    let mut villages = Vec::new();
    for row in regions {
        if row.level == "town" {
            town_at.insert(row.code.as_str(), towns.len());
            let county_name = names.get(row.parent_code.as_str()).copied();
            let insurer = INSURERS[[0, 1, 0, 0, 2, 0, 1, 0, 1, 2][towns.len() % 10]];
            towns.push(Town {
                code: row.code.clone(),
                name: row.short_name.clone(),
                county: row.parent_code.clone(),
                county_name: county_name.unwrap_or_default().to_owned(),
                is_zhen: row.kind == "镇",
                coastal: COAST.contains(&row.code.as_str()),
                villages: Vec::new(),
                insurer,
            });
        }
        if row.kind == "村委会" {
            let town = *town_at
                .get(row.parent_code.as_str())
                .ok_or_else(|| PlanError::NoSuchUnit(row.parent_code.clone()))?;
            towns[town].villages.push(villages.len());
            villages.push(Village {
                place: row.code.clone(),
                name: row.short_name.clone(),
                town,
            });
        }
    }
    let town = *town_at
        .get(GULAO)
        .ok_or_else(|| PlanError::NoSuchUnit(GULAO.to_owned()))?;
    villages.push(Village {
        place: HAMLET.to_owned(),
        name: "新屋村".to_owned(),
        town,
    });
    Ok((towns, villages))
}
