//! Each voucher's own part of a line.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::values::{Fen, Text, words};

/// The code of a voucher of visits (走访).
pub const VISIT_KIND: &str = "visit";
/// The code of a voucher of a talk (宣讲).
pub const TALK_KIND: &str = "talk";
/// The code of a voucher that opens service points (服务点).
pub const SERVICE_POINT_KIND: &str = "service_point";
/// The code of a voucher that designates (评定): a model town, 信用户, 信用村, 信用镇.
pub const DESIGNATION_KIND: &str = "designation";
/// The code of a voucher that reviews ratings (年度复审), to keep or to withdraw them.
pub const RATING_REVIEW_KIND: &str = "designation.review";

/// `domain` §3, 移动支付示范镇; the ratings are [`crate::register::Rated`].
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

/// 评定: a town, a village or a household is designated. The line's region is the unit, or the household's
/// village; its contract is the designation's id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DesignationDetail {
    /// [`PAYMENT_TOWN`], or the code of a [`crate::register::Rated`].
    pub kind: String,
    /// The year it was designated for.
    pub year: i32,
    /// The document that says so; empty when not known.
    pub document: String,
    /// Last day of a rating; a model town has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<NaiveDate>,
    /// What the ledger said when a village or a town was proposed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
}

/// What the rating of a village or a town rests on, as the ledger stood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    pub as_of: NaiveDate,
    /// 信用户 of a village, 信用村 of a town.
    pub rated: i64,
    /// Registered households of the village, 行政村 of the town.
    pub of: i64,
    pub nonperforming: Fen,
    pub balance: Fen,
}

/// 年度复审 of a rating, which the line's contract names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewDetail {
    /// It stands; otherwise it is withdrawn.
    pub keep: bool,
    /// Its new last day; none leaves it.
    pub valid_to: Option<NaiveDate>,
    pub reason: String,
}

/// What people record of their work in the villages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Work {
    Visit,
    Talk,
    ServicePoint,
    Designation,
    RatingReview,
}

impl Work {
    pub(super) const EVERY: [Work; 5] = [
        Work::Visit,
        Work::Talk,
        Work::ServicePoint,
        Work::Designation,
        Work::RatingReview,
    ];

    /// The code of its voucher.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Work::Visit => VISIT_KIND,
            Work::Talk => TALK_KIND,
            Work::ServicePoint => SERVICE_POINT_KIND,
            Work::Designation => DESIGNATION_KIND,
            Work::RatingReview => RATING_REVIEW_KIND,
        }
    }

    /// The page on which it is recorded.
    pub(super) const fn form(self) -> &'static str {
        match self {
            Work::Visit => "/field/visit",
            Work::Talk => "/field/talk",
            Work::ServicePoint => "/field/service-point",
            Work::Designation => "/field/designation",
            Work::RatingReview => "/field/designation/review",
        }
    }

    pub(super) const fn name(self) -> Text {
        match self {
            Work::Visit => words::VISIT,
            Work::Talk => words::TALK,
            Work::ServicePoint => words::SERVICE_POINT,
            Work::Designation => words::DESIGNATION,
            Work::RatingReview => Text::new("评定复审", "Rating review"),
        }
    }
}
