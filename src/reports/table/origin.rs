//! Where the figures of a table come from: the column says which figure it is, the row of whom and when. Together they
//! are the page that explains one cell; files have no use for it.

use serde::{Deserialize, Serialize};

use crate::totals::{Aspect, Boundaries, FigureAddress, RowKey};
use crate::values::Month;

/// The figure a column shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    /// The code of a measure or a rate.
    pub what: String,
    pub aspect: Aspect,
}

/// Whose figures the cells of a row are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The region as addresses name it.
    pub region: String,
    pub month: Month,
    pub boundaries: Boundaries,
    /// The bank, product or specialist within the region.
    pub member: Option<RowKey>,
}

impl Origin {
    /// The page that explains a figure of it.
    #[must_use]
    pub fn page(&self, figure: &Figure) -> String {
        FigureAddress {
            boundaries: self.boundaries,
            aspect: Some(figure.aspect),
            member: self.member,
            ..FigureAddress::new(&figure.what, &self.region, self.month)
        }
        .path()
    }
}
