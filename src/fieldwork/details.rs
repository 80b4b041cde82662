//! Each voucher's own part of a line.

use serde::{Deserialize, Serialize};

use crate::values::{Text, words};

/// The code of a voucher of visits (走访).
pub const VISIT_KIND: &str = "visit";
/// The code of a voucher of a talk (宣讲).
pub const TALK_KIND: &str = "talk";
/// The code of a voucher that opens service points (服务点).
pub const SERVICE_POINT_KIND: &str = "service_point";
/// The code of a voucher that designates towns (评定).
pub const DESIGNATION_KIND: &str = "designation";

/// The one kind of designation the measures count: `domain` §3, 移动支付示范镇.
pub const PAYMENT_TOWN: &str = "移动支付示范镇";

/// 走访: one household visited; the line has no client when the household is not registered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VisitDetail {
    /// What was learned or done; may be empty.
    pub note: String,
}

/// 宣讲: one talk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TalkDetail {
    pub topic: String,
    /// Persons present, at least one.
    pub attendance: i64,
}

/// A service point (服务点) that opens. The line's contract is its id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServicePointDetail {
    /// The bank's name for such points, as 裕农通.
    pub brand: String,
    /// This point's own name.
    pub name: String,
}

/// 评定: a town is designated. The line's region is the town, its contract the designation's id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DesignationDetail {
    /// [`PAYMENT_TOWN`].
    pub kind: String,
    /// The year it was designated for.
    pub year: i32,
    /// The document that says so; empty when not known.
    pub document: String,
}

/// What people record of their work in the villages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Work {
    Visit,
    Talk,
    ServicePoint,
    Designation,
}

impl Work {
    pub(super) const EVERY: [Work; 4] = [Work::Visit, Work::Talk, Work::ServicePoint, Work::Designation];

    /// The code of its voucher.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Work::Visit => VISIT_KIND,
            Work::Talk => TALK_KIND,
            Work::ServicePoint => SERVICE_POINT_KIND,
            Work::Designation => DESIGNATION_KIND,
        }
    }

    /// The page on which it is recorded.
    pub(super) const fn form(self) -> &'static str {
        match self {
            Work::Visit => "/field/visit",
            Work::Talk => "/field/talk",
            Work::ServicePoint => "/field/service-point",
            Work::Designation => "/register/designations",
        }
    }

    pub(super) const fn name(self) -> Text {
        match self {
            Work::Visit => words::VISIT,
            Work::Talk => words::TALK,
            Work::ServicePoint => words::SERVICE_POINT,
            Work::Designation => words::DESIGNATION,
        }
    }
}
