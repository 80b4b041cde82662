//! The register desk: the administrator adds institutions, products with tariffs, specialists and
//! 自然村, and posts specialists to villages; reviewers read.
//!
//! What must always hold:
//! - every addition goes through [`super::commands`] and leaves a row in the register book's chain;
//! - a posting is a voucher in the county's book, submitted here and approved there, never both by
//!   one person;
//! - a form that is sent ends in a page of its own (303), so that reloading sends nothing again.

mod departures;
mod disasters;
mod hamlets;
mod institutions;
mod lineage;
pub(super) mod official;
mod place;
mod postings;
mod products;
mod specialists;
mod standards;
mod store;
mod tariffs;

pub(super) use disasters::{HOME as DISASTERS_HOME, TITLE as DISASTERS};
pub(super) use store::villages_in_post;

use chrono::NaiveDate;
use serde::Deserialize;

use crate::auth::{Allow, Look, Page, Reader, Role, RouteSpec, settle};
use crate::regions::Regions;
use crate::ui::page::{Crumb, Flash, FlashKind};
use crate::values::{BookId, Level, RegionId, Say, Text};

/// Who may look into the registers.
pub(super) const READERS: Allow = Allow::Roles(&[Role::Administrator, Role::Reviewer]);
/// Who may add to them.
pub(super) const KEEPERS: Allow = Allow::Roles(&[Role::Administrator]);

pub(super) fn routes() -> Vec<RouteSpec> {
    [
        institutions::routes(),
        products::routes(),
        tariffs::routes(),
        specialists::routes(),
        postings::routes(),
        departures::routes(),
        hamlets::routes(),
        official::routes(),
        lineage::routes(),
        disasters::routes(),
        standards::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Whether this person may add and not only read.
pub(super) fn keeps(page: &Page) -> bool {
    KEEPERS.lets(Some(&page.user))
}

/// Whether a unit lies in this person's county; the city sees all.
pub(super) fn is_within(regions: &Regions, unit: RegionId, own: Option<BookId>, day: NaiveDate) -> bool {
    own.is_none_or(|own| regions.ancestor(unit, Level::County, day) == Some(RegionId(own.0)))
}

/// What the last form did, as the address says it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Done {
    done: String,
}

/// A desk page under 登记, below the pages of `trail`.
pub(super) fn look(page: &Page, title: Text, trail: &[(Text, &str)], done: &str) -> Look {
    let mut crumbs = vec![Crumb::link(page.t("登记", "Registers"), "/register")];
    crumbs.extend(
        trail
            .iter()
            .map(|(words, href)| Crumb::link(words.get(page.lang), *href)),
    );
    crumbs.push(Crumb::here(title.get(page.lang)));
    Look {
        title: title.get(page.lang).to_owned(),
        wide: true,
        flash: flash(done),
        crumbs,
        ..Look::default()
    }
}

/// The page of one thing, called by its name.
fn look_of(page: &Page, name: &str, list: (Text, &str), done: &str) -> Look {
    let mut look = look(page, list.0, &[list], done);
    look.crumbs.pop();
    look.crumbs.push(Crumb::here(name));
    look.title = name.to_owned();
    look
}

/// A form under the page `list`.
fn form_look(page: &Page, title: Text, list: (Text, &str), problems: &[(String, Say)]) -> Look {
    Look {
        wide: false,
        invalid: !problems.is_empty(),
        ..look(page, title, &[list], "")
    }
}

/// What was done, in words.
fn flash(done: &str) -> Option<Flash> {
    let say = match done {
        "institution" => Say::new("机构已登记。", "The institution has been added."),
        "product" => Say::new("产品已登记。", "The product has been added."),
        "tariff" => Say::new("费率已登记。", "The tariff has been added."),
        "specialist" => Say::new(
            "特派员已登记。请接着派驻到村。",
            "The specialist has been added. Post him or her to a village next.",
        ),
        "figures" => Say::new("统计数据已录入。", "The statistics have been added."),
        "disaster" => Say::new("灾害已登记。", "The disaster has been recorded."),
        "standard" => Say::new("评定标准已登记。", "The standard has been added."),
        "hamlet" => Say::new("自然村已登记。", "The hamlet has been added."),
        "lineage" => Say::new("区划变更已登记。", "The change of units has been recorded."),
        "lineage-withdrawn" => Say::new(
            "区划变更已撤回，单位恢复原状。",
            "The change has been taken back; the units are what they were.",
        ),
        "posting" => Say::new(
            "派驻已提交，等县级审核通过后生效。提交人不能自己审核。",
            "The posting has been submitted and takes effect once the county has approved it. Who submits cannot approve.",
        ),
        "departure" => Say::new(
            "已提交，等县级审核通过后生效。提交人不能自己审核。",
            "Submitted; it takes effect once the county has approved it. Who submits cannot approve.",
        ),
        "withdrawn" => Say::new("派驻已撤回。", "The posting has been withdrawn."),
        _ => return None,
    };
    Some(Flash {
        kind: FlashKind::Done,
        say,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_codes_say_something() {
        for done in [
            "institution",
            "product",
            "tariff",
            "specialist",
            "standard",
            "hamlet",
            "figures",
            "lineage",
            "lineage-withdrawn",
            "posting",
            "withdrawn",
            "departure",
        ] {
            assert!(flash(done).is_some(), "{done}");
        }
        assert!(flash("").is_none() && flash("<b>").is_none());
    }
}
