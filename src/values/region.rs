//! Administrative units (行政单位): their codes, levels and kinds.
//!
//! A code is not an identity: villages are renamed, merged and moved, and 440705108218 was 新谢村 in 2019 and
//! 皮子村 in 2023. Facts therefore point to a [`RegionId`]; a code belongs to a unit for a span of time.

use super::ids::number_ids;
use super::text::{Lang, Text};

mod code;

pub use code::{RegionCode, RegionCodeError};

number_ids! { BigInt, i64;
    /// A unit's lasting identity, whatever its name, code or parent at the time.
    RegionId;
}

/// Where a unit stands in the hierarchy. `Ord` runs from the top down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// 省.
    Province,
    /// 地级市.
    City,
    /// 县、市、区.
    County,
    /// 镇、街道.
    Town,
    /// 村、居.
    Village,
    /// 自然村: a settlement inside a village, without a code of its own.
    Hamlet,
}

impl Level {
    /// Every level, from the top down.
    pub const ALL: [Level; 6] = [
        Level::Province,
        Level::City,
        Level::County,
        Level::Town,
        Level::Village,
        Level::Hamlet,
    ];

    /// The stable code, as stored and as used in files.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Level::Province => "province",
            Level::City => "city",
            Level::County => "county",
            Level::Town => "town",
            Level::Village => "village",
            Level::Hamlet => "hamlet",
        }
    }

    /// Reads the stable code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Level> {
        Level::ALL.into_iter().find(|level| level.code() == code)
    }

    /// The label of a column or a filter.
    #[must_use]
    pub const fn text(self) -> Text {
        match self {
            Level::Province => Text::new("省", "Province"),
            Level::City => Text::new("市", "City"),
            Level::County => Text::new("县（市、区）", "County"),
            Level::Town => Text::new("镇（街道）", "Town"),
            Level::Village => Text::new("村（居）", "Village"),
            Level::Hamlet => Text::new("自然村", "Hamlet"),
        }
    }

    /// The label in one language.
    #[must_use]
    pub const fn label(self, lang: Lang) -> &'static str {
        self.text().get(lang)
    }

    /// The level directly below, if any.
    #[must_use]
    pub const fn below(self) -> Option<Level> {
        match self {
            Level::Province => Some(Level::City),
            Level::City => Some(Level::County),
            Level::County => Some(Level::Town),
            Level::Town => Some(Level::Village),
            Level::Village => Some(Level::Hamlet),
            Level::Hamlet => None,
        }
    }
}

/// What a unit is, as the register names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RegionKind {
    /// 省级.
    Province,
    /// 地级.
    Prefecture,
    /// 市辖区.
    District,
    /// 县级市.
    CountyCity,
    /// 县.
    County,
    /// 街道.
    Subdistrict,
    /// 镇.
    Town,
    /// 乡.
    Township,
    /// 类似乡级单位: a zone, a forest farm, a prison. Not counted as a town.
    TownLike,
    /// 居委会, of a 社区.
    Community,
    /// 村委会, of an 行政村.
    Village,
    /// 类似居委会.
    CommunityLike,
    /// 类似村委会.
    VillageLike,
    /// 自然村.
    Hamlet,
}

impl RegionKind {
    /// Every kind, from the top down.
    pub const ALL: [RegionKind; 14] = [
        RegionKind::Province,
        RegionKind::Prefecture,
        RegionKind::District,
        RegionKind::CountyCity,
        RegionKind::County,
        RegionKind::Subdistrict,
        RegionKind::Town,
        RegionKind::Township,
        RegionKind::TownLike,
        RegionKind::Community,
        RegionKind::Village,
        RegionKind::CommunityLike,
        RegionKind::VillageLike,
        RegionKind::Hamlet,
    ];

    /// The stable code: the Chinese word used in the region file's column `urban_rural_or_kind`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.text().zh
    }

    /// Reads the stable code.
    #[must_use]
    pub fn parse(code: &str) -> Option<RegionKind> {
        RegionKind::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The word in both languages.
    #[must_use]
    pub const fn text(self) -> Text {
        match self {
            RegionKind::Province => Text::new("省级", "Province"),
            RegionKind::Prefecture => Text::new("地级", "Prefecture-level city"),
            RegionKind::District => Text::new("市辖区", "District"),
            RegionKind::CountyCity => Text::new("县级市", "County-level city"),
            RegionKind::County => Text::new("县", "County"),
            RegionKind::Subdistrict => Text::new("街道", "Subdistrict"),
            RegionKind::Town => Text::new("镇", "Town"),
            RegionKind::Township => Text::new("乡", "Township"),
            RegionKind::TownLike => Text::new("类似乡级单位", "Town-like unit"),
            RegionKind::Community => Text::new("居委会", "Residents' committee"),
            RegionKind::Village => Text::new("村委会", "Villagers' committee"),
            RegionKind::CommunityLike => Text::new("类似居委会", "Community-like unit"),
            RegionKind::VillageLike => Text::new("类似村委会", "Village-like unit"),
            RegionKind::Hamlet => Text::new("自然村", "Hamlet"),
        }
    }

    /// The word in one language.
    #[must_use]
    pub const fn label(self, lang: Lang) -> &'static str {
        self.text().get(lang)
    }

    /// The level units of this kind stand at.
    #[must_use]
    pub const fn level(self) -> Level {
        match self {
            RegionKind::Province => Level::Province,
            RegionKind::Prefecture => Level::City,
            RegionKind::District | RegionKind::CountyCity | RegionKind::County => Level::County,
            RegionKind::Subdistrict | RegionKind::Town | RegionKind::Township | RegionKind::TownLike => {
                Level::Town
            }
            RegionKind::Community
            | RegionKind::Village
            | RegionKind::CommunityLike
            | RegionKind::VillageLike => Level::Village,
            RegionKind::Hamlet => Level::Hamlet,
        }
    }

    /// An 行政村, of which the city has 1,056: a unit with a 村委会. `credit.villages` counts only these.
    #[must_use]
    pub const fn is_administrative_village(self) -> bool {
        matches!(self, RegionKind::Village)
    }

    /// One of the 镇街, of which the city has 73. The nine 类似乡级单位 are not.
    #[must_use]
    pub const fn counts_as_town(self) -> bool {
        matches!(
            self,
            RegionKind::Subdistrict | RegionKind::Town | RegionKind::Township
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn code(text: &str) -> RegionCode {
        RegionCode::parse(text).unwrap()
    }

    #[test]
    fn a_code_tells_level_kind_and_prefixes() {
        let village = code("440784103205");
        assert_eq!(village.level(), Level::Village);
        assert_eq!(village.kind(), Some(RegionKind::Village));
        assert_eq!(village.county_prefix(), "440784");
        assert_eq!(village.own_prefix(), "440784103205");
        let town = code(" ４４０７８４１０３０００ ");
        assert_eq!((town.level(), town.kind()), (Level::Town, Some(RegionKind::Town)));
        assert_eq!(town.own_prefix(), "440784103");
        assert_eq!(code("440703002000").kind(), Some(RegionKind::Subdistrict));
        assert_eq!(code("440784401000").kind(), Some(RegionKind::TownLike));
        assert_eq!(code("440703101003").kind(), Some(RegionKind::Community));
        assert_eq!(code("440705450498").kind(), Some(RegionKind::CommunityLike));
        assert_eq!(code("440705108501").kind(), Some(RegionKind::VillageLike));
        assert_eq!(
            (code("440784000000").level(), code("440784000000").kind()),
            (Level::County, None)
        );
        assert_eq!(code("440700000000").own_prefix(), "4407");
        assert_eq!(code("440000000000").level(), Level::Province);
        assert_eq!(
            code("441900003000").level(),
            Level::Town,
            "东城街道 directly under 东莞"
        );
    }

    #[test]
    fn wrong_codes_are_refused_by_name() {
        let refused = |text| RegionCode::parse(text).map_err(|error| error.code());
        assert_eq!(refused(" "), Err("region_code.empty"));
        assert_eq!(refused("440784"), Err("region_code.not_twelve_digits"));
        assert_eq!(refused("44078410320X"), Err("region_code.not_twelve_digits"));
        assert_eq!(refused("000000000000"), Err("region_code.broken"));
        assert_eq!(refused("440000000201"), Err("region_code.broken"));
        assert_eq!(refused("440784000201"), Err("region_code.broken"));
        assert!(serde_json::from_str::<RegionCode>("\"44\"").is_err());
    }

    #[test]
    fn codes_of_levels_and_kinds_read_back() {
        for level in Level::ALL {
            assert_eq!(Level::parse(level.code()), Some(level));
            assert!(level.below().is_none_or(|below| below > level));
        }
        for kind in RegionKind::ALL {
            assert_eq!(RegionKind::parse(kind.code()), Some(kind));
        }
        let towns: Vec<_> = RegionKind::ALL
            .into_iter()
            .filter(|kind| kind.counts_as_town())
            .collect();
        assert_eq!(
            towns,
            [RegionKind::Subdistrict, RegionKind::Town, RegionKind::Township]
        );
        let villages: Vec<_> = RegionKind::ALL
            .into_iter()
            .filter(|kind| kind.is_administrative_village())
            .collect();
        assert_eq!(villages, [RegionKind::Village]);
    }

    proptest! {
        #[test]
        fn twelve_digits_are_a_code_or_broken(text in "[0-9]{12}") {
            match RegionCode::parse(&text) {
                Ok(code) => {
                    prop_assert_eq!(code.as_str(), &text);
                    prop_assert!(text.starts_with(code.own_prefix()));
                    prop_assert!(text[code.own_prefix().len()..].bytes().all(|byte| byte == b'0'));
                    prop_assert!(code.kind().is_none_or(|kind| kind.level() == code.level()));
                }
                Err(error) => prop_assert_eq!(error, RegionCodeError::Broken),
            }
        }
    }
}
