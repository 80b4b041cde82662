//! What stands out, found in the surveys and written out for people: any number of rows with the same few statements.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use chrono::NaiveDate;

use super::exceptions::{Kind, Outlier};
use super::store::{self, Line, Same};
use super::survey::Survey;
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{Office, Voucher};
use crate::register::{Identity, Names, identities};
use crate::totals::{FigureAddress, region_key};
use crate::ui::address;
use crate::values::day::show_moment;
use crate::values::measure::Measure;
use crate::values::money::show_count;
use crate::values::person::mask_name;
use crate::values::rate::{percent_change, show_change};
use crate::values::{BookId, ClientId, ContractId, Fen, Lang, Level, Month, RegionId, Unit, VoucherId};

/// One thing that stands out, as it is shown.
#[derive(Clone, Debug, Default)]
pub struct Item {
    pub place: String,
    pub what: String,
    pub detail: String,
    pub figure: String,
    pub href: Option<String>,
    /// Others like it that it stands for, and where they are listed.
    pub more: Option<(usize, &'static str)>,
}

/// Everything of one kind, or the worst few of it.
#[derive(Clone, Debug)]
pub struct Listing {
    pub kind: Kind,
    pub count: usize,
    pub items: Vec<Item>,
}

/// Where it is looked, and for whom.
pub struct Scope<'a> {
    pub office: &'a Office<'a>,
    pub surveys: &'a [Arc<Survey>],
    pub same: &'a [Same],
    /// The units of the area.
    pub inside: &'a HashSet<RegionId>,
    pub month: Month,
    pub today: NaiveDate,
    pub lang: Lang,
    /// Names of people are masked.
    pub masked: bool,
}

enum Find<'a> {
    Overdue(&'a Voucher, Option<RegionId>),
    Outlier(&'a Outlier),
    Expiring(&'a Line),
    Doubled(&'a [Line]),
    Twice(&'a Same),
    Unplaced(RegionId),
}

impl Find<'_> {
    /// Whether it is a sudden change of this measure.
    fn is_of(&self, measure: &Measure) -> bool {
        matches!(self, Find::Outlier(outlier) if outlier.measure.id == measure.id)
    }
}

/// The worst `most` of every kind.
pub fn worst(conn: &mut Conn, scope: &Scope<'_>, most: usize) -> Result<Vec<Listing>, Error> {
    let found: Vec<(Kind, Vec<Find<'_>>)> = Kind::EVERY
        .into_iter()
        .map(|kind| (kind, scope.find(kind)))
        .collect();
    let shown: Vec<(Kind, usize, Vec<Leading<'_, '_>>)> = found
        .iter()
        .map(|(kind, found)| (*kind, found.len(), leading(found, most)))
        .collect();
    let finds = shown
        .iter()
        .flat_map(|(_, _, leading)| leading)
        .map(|(find, _)| *find);
    let wording = Wording::load(conn, scope, finds)?;
    let item = |(find, more): &Leading<'_, '_>| Item {
        more: match find {
            Find::Outlier(outlier) if *more > 0 => Some((*more, outlier.measure.code)),
            _ => None,
        },
        ..wording.item(find)
    };
    let listing = |(kind, count, leading): &(Kind, usize, Vec<Leading<'_, '_>>)| Listing {
        kind: *kind,
        count: *count,
        items: leading.iter().map(item).collect(),
    };
    Ok(shown.iter().map(listing).collect())
}

/// A find, and how many others it stands for.
type Leading<'f, 'a> = (&'f Find<'a>, usize);

/// The first few finds; of the sudden changes of one measure the largest stands for all, for a season that ends
/// moves every town.
fn leading<'f, 'a>(found: &'f [Find<'a>], most: usize) -> Vec<Leading<'f, 'a>> {
    let mut leading: Vec<Leading<'f, 'a>> = Vec::new();
    for find in found {
        let same = match find {
            Find::Outlier(other) => leading.iter().position(|(first, _)| first.is_of(other.measure)),
            _ => None,
        };
        if let Some((_, more)) = same.and_then(|at| leading.get_mut(at)) {
            *more += 1;
        } else if leading.len() < most {
            leading.push((find, 0));
        }
    }
    leading
}

/// A page of everything of one kind, or of the sudden changes of one measure.
pub fn page_of(
    conn: &mut Conn,
    scope: &Scope<'_>,
    (kind, of): (Kind, Option<&Measure>),
    rows: impl FnOnce(usize) -> std::ops::Range<usize>,
) -> Result<Listing, Error> {
    let mut found = scope.find(kind);
    if let Some(of) = of {
        found.retain(|find| find.is_of(of));
    }
    let shown = found.get(rows(found.len())).unwrap_or_default();
    let wording = Wording::load(conn, scope, shown.iter())?;
    Ok(Listing {
        kind,
        count: found.len(),
        items: shown.iter().map(|find| wording.item(find)).collect(),
    })
}

impl<'a> Scope<'a> {
    fn has(&self, region: RegionId) -> bool {
        self.inside.contains(&region)
    }

    /// Everything of one kind, the worst first.
    fn find(&self, kind: Kind) -> Vec<Find<'a>> {
        let surveys = self.surveys.iter();
        match kind {
            Kind::Overdue => {
                let mut found: Vec<(&Voucher, Option<RegionId>)> = surveys
                    .flat_map(|survey| {
                        survey
                            .overdue(self.today)
                            .map(|voucher| (voucher, survey.place(voucher)))
                    })
                    .filter(|(_, place)| place.is_none_or(|place| self.has(place)))
                    .collect();
                found.sort_by_key(|(voucher, _)| voucher.submitted_at);
                found
                    .into_iter()
                    .map(|(voucher, place)| Find::Overdue(voucher, place))
                    .collect()
            }
            Kind::Outlier => {
                let outliers = surveys.flat_map(|survey| &survey.outliers);
                let mut found: Vec<&Outlier> = outliers.filter(|outlier| self.has(outlier.region)).collect();
                found.sort_by_key(|outlier| std::cmp::Reverse(outlier.change().unsigned_abs()));
                found.into_iter().map(Find::Outlier).collect()
            }
            Kind::Expiring => {
                let lines = surveys.flat_map(|survey| &survey.expiring);
                let mut found: Vec<&Line> = lines.filter(|line| self.has(line.region)).collect();
                found.sort_by_key(|line| (line.valid_to, std::cmp::Reverse(line.drawn)));
                found.into_iter().map(Find::Expiring).collect()
            }
            Kind::Doubled => {
                let sets = surveys.flat_map(|survey| &survey.doubled);
                let here = |lines: &&Vec<Line>| lines.iter().any(|line| self.has(line.region));
                sets.filter(here).map(|lines| Find::Doubled(lines)).collect()
            }
            Kind::Twice => {
                let here = |same: &&Same| same.iter().any(|(_, _, region)| self.has(*region));
                self.same.iter().filter(here).map(Find::Twice).collect()
            }
            Kind::Unplaced => self.unplaced(),
        }
    }

    fn unplaced(&self) -> Vec<Find<'a>> {
        let (regions, day) = (self.office.regions, self.month.last_day());
        let mut found: Vec<RegionId> = regions
            .units()
            .filter(|unit| unit.level == Level::Hamlet && self.has(unit.id))
            .filter(|unit| regions.on(unit.id, day).is_some() && regions.is_unplaced(unit.id, day))
            .map(|unit| unit.id)
            .collect();
        found.sort_unstable();
        found.into_iter().map(Find::Unplaced).collect()
    }
}

/// Everything it takes to write some finds out.
struct Wording<'a> {
    scope: &'a Scope<'a>,
    names: Names,
    people: HashMap<ClientId, Identity>,
    opened: HashMap<ContractId, VoucherId>,
}

impl<'a> Wording<'a> {
    fn load<'f>(
        conn: &mut Conn,
        scope: &'a Scope<'a>,
        finds: impl Iterator<Item = &'f Find<'f>>,
    ) -> Result<Wording<'a>, Error> {
        let mut clients: BTreeMap<BookId, Vec<ClientId>> = BTreeMap::new();
        let mut contracts: Vec<(BookId, ContractId)> = Vec::new();
        for find in finds {
            match find {
                Find::Expiring(line) => {
                    clients.entry(line.book).or_default().push(line.client.clone());
                    contracts.push((line.book, line.id.clone()));
                }
                Find::Doubled(lines) => {
                    if let Some(line) = lines.last() {
                        clients.entry(line.book).or_default().push(line.client.clone());
                        contracts.push((line.book, line.id.clone()));
                    }
                }
                Find::Twice(same) => {
                    if let Some((book, client, _)) = same.first() {
                        clients.entry(*book).or_default().push(client.clone());
                    }
                }
                Find::Overdue(..) | Find::Outlier(_) | Find::Unplaced(_) => {}
            }
        }
        let mut people = HashMap::new();
        for (book, clients) in &clients {
            people.extend(identities(conn, scope.office.vault, *book, clients)?);
        }
        let opened = if contracts.is_empty() {
            HashMap::new()
        } else {
            store::opened_by(conn, &contracts)?
        };
        Ok(Wording {
            scope,
            names: Names::load(conn)?.read_in(scope.lang),
            people,
            opened,
        })
    }

    fn place(&self, region: RegionId) -> String {
        self.scope
            .office
            .regions
            .path_name_in(region, self.scope.month.last_day(), self.scope.lang)
    }

    fn person(&self, client: &ClientId) -> String {
        match self.people.get(client) {
            Some(identity) if self.scope.masked => mask_name(&identity.name),
            Some(identity) => identity.name.clone(),
            None => "—".to_owned(),
        }
    }

    fn opening(&self, line: &Line) -> Option<String> {
        let voucher = self.opened.get(&line.id)?;
        Some(format!("/vouchers/{}/{voucher}", line.book))
    }

    fn item(&self, find: &Find<'_>) -> Item {
        match find {
            Find::Overdue(voucher, place) => self.overdue(voucher, *place),
            Find::Outlier(outlier) => self.outlier(outlier),
            Find::Expiring(line) => self.expiring(line),
            Find::Doubled(lines) => self.doubled(lines),
            Find::Twice(same) => self.twice(same),
            Find::Unplaced(region) => self.unplaced(*region),
        }
    }

    fn overdue(&self, voucher: &Voucher, place: Option<RegionId>) -> Item {
        let lang = self.scope.lang;
        let kind = self
            .scope
            .office
            .kinds
            .name(&voucher.kind)
            .map_or("", |name| name.get(lang));
        Item {
            place: place.map_or_else(String::new, |place| self.place(place)),
            what: format!("{kind} · {}", self.names.institution(voucher.institution_id)),
            detail: format!(
                "{} {}",
                lang.t("提交于", "submitted"),
                show_moment(voucher.submitted_at)
            ),
            figure: if voucher.amount_fen.is_zero() {
                String::new()
            } else {
                wan(voucher.amount_fen, lang)
            },
            href: Some(format!("/vouchers/{}/{}", voucher.book_id, voucher.id)),
            more: None,
        }
    }

    fn outlier(&self, outlier: &Outlier) -> Item {
        let (lang, month) = (self.scope.lang, self.scope.month);
        let key = region_key(self.scope.office.regions, outlier.region, month.last_day());
        Item {
            place: self.place(outlier.region),
            what: outlier.measure.name.get(lang).to_owned(),
            detail: format!(
                "{} → {}",
                bare(Fen(outlier.before), lang),
                wan(Fen(outlier.now), lang)
            ),
            figure: show_change(percent_change(outlier.now, outlier.before)),
            href: Some(FigureAddress::new(outlier.measure.code, &key, month).path()),
            more: None,
        }
    }

    fn expiring(&self, line: &Line) -> Item {
        let lang = self.scope.lang;
        Item {
            place: self.place(line.region),
            what: format!(
                "{} · {}",
                self.person(&line.client),
                self.names.institution(line.institution)
            ),
            detail: match lang {
                Lang::Zh => format!("{}到期，用信 {}", line.valid_to, wan(line.drawn, lang)),
                Lang::En => format!("expires {}, drawn {}", line.valid_to, wan(line.drawn, lang)),
            },
            figure: wan(line.granted, lang),
            href: self.opening(line),
            more: None,
        }
    }

    fn doubled(&self, lines: &[Line]) -> Item {
        let lang = self.scope.lang;
        let Some(line) = lines.last() else {
            return Item::default();
        };
        let sum = lines
            .iter()
            .fold(0_i64, |sum, line| sum.saturating_add(line.granted.0));
        let count = show_count(i64::try_from(lines.len()).unwrap_or(i64::MAX));
        Item {
            place: self.place(line.region),
            what: format!(
                "{} · {}",
                self.person(&line.client),
                self.names.institution(line.institution)
            ),
            detail: match lang {
                Lang::Zh => format!("{}，{count}笔有效", self.names.product(line.product)),
                Lang::En => format!("{}, {count} lines in force", self.names.product(line.product)),
            },
            figure: wan(Fen(sum), lang),
            href: self.opening(line),
            more: None,
        }
    }

    fn twice(&self, same: &Same) -> Item {
        let lang = self.scope.lang;
        let places: Vec<String> = same.iter().map(|(_, _, region)| self.place(*region)).collect();
        Item {
            place: places.join(lang.t("；", "; ")),
            what: same
                .first()
                .map_or_else(String::new, |(_, client, _)| self.person(client)),
            detail: lang.t("同一身份号码", "one identity number").to_owned(),
            figure: match lang {
                Lang::Zh => format!("{}户", same.len()),
                Lang::En => format!("{} clients", same.len()),
            },
            href: None,
            more: None,
        }
    }

    fn unplaced(&self, region: RegionId) -> Item {
        let (regions, day, lang) = (
            self.scope.office.regions,
            self.scope.month.last_day(),
            self.scope.lang,
        );
        let key = region_key(regions, region, day);
        let path = address::with("/totals", "region", &key);
        Item {
            place: self.place(region),
            what: regions.name_in(region, day, lang),
            detail: lang
                .t("行政村未定", "administrative village not known")
                .to_owned(),
            figure: String::new(),
            href: Some(address::with(&path, "month", &self.scope.month.to_string())),
            more: None,
        }
    }
}

/// An amount with its unit, as a list that has no heading says it.
fn wan(amount: Fen, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{} 万元", amount.show(Unit::Wan)),
        Lang::En => bare(amount, lang),
    }
}

fn bare(amount: Fen, lang: Lang) -> String {
    match lang {
        Lang::Zh => amount.show(Unit::Wan),
        Lang::En => format!("¥{}", amount.show(Unit::Yuan)),
    }
}
