//! The columns of a table, and how it is sorted by one.

use crate::ui::address;

/// Which way a column is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

/// How a list is sorted: by which column, which way. In an address `sort=amount` or, largest first, `sort=-amount`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sort {
    /// The column's name in addresses.
    pub key: String,
    /// Which way.
    pub order: Order,
}

impl Sort {
    /// Reads what an address says; none for nothing.
    #[must_use]
    pub fn parse(text: &str) -> Option<Sort> {
        let (key, order) = match text.strip_prefix('-') {
            Some(key) => (key, Order::Descending),
            None => (text, Order::Ascending),
        };
        (!key.is_empty()).then(|| Sort {
            key: key.to_owned(),
            order,
        })
    }

    /// As an address says it.
    #[must_use]
    pub fn code(&self) -> String {
        match self.order {
            Order::Ascending => self.key.clone(),
            Order::Descending => format!("-{}", self.key),
        }
    }

    /// Puts what was sorted smallest first in this order.
    pub fn turn<T>(&self, sorted: &mut [T]) {
        if self.order == Order::Descending {
            sorted.reverse();
        }
    }
}

/// A column's heading.
#[derive(Clone, Debug)]
pub struct Column<'a> {
    pub(super) label: &'a str,
    pub(super) unit: Option<&'a str>,
    pub(super) group: Option<&'a str>,
    pub(super) number: bool,
    pub(super) sort: Option<(String, Option<Order>)>,
}

impl<'a> Column<'a> {
    /// A column of words.
    #[must_use]
    pub fn text(label: &'a str) -> Column<'a> {
        Column {
            label,
            unit: None,
            group: None,
            number: false,
            sort: None,
        }
    }

    /// A column of figures; `unit` stands in the heading, never in the cells. An empty unit is left out.
    #[must_use]
    pub fn number(label: &'a str, unit: &'a str) -> Column<'a> {
        Column {
            unit: if unit.is_empty() { None } else { Some(unit) },
            number: true,
            ..Column::text(label)
        }
    }

    /// A shared heading above this and its neighbours of the same name.
    #[must_use]
    pub fn group(mut self, group: &'a str) -> Column<'a> {
        self.group = Some(group);
        self
    }

    /// Makes the heading a link that sorts; `order` is how the column is sorted now, if it is.
    #[must_use]
    pub fn sort(mut self, href: impl Into<String>, order: Option<Order>) -> Column<'a> {
        self.sort = Some((href.into(), order));
        self
    }

    /// The same by the page's own address: another click turns the order round. Figures begin with the largest,
    /// words with the first; `now` is how the page is sorted. The link goes back to the first page.
    #[must_use]
    pub fn sorted_by(self, path: &str, key: &str, now: Option<&Sort>) -> Column<'a> {
        let order = now.filter(|now| now.key == key).map(|now| now.order);
        let next = match (order, self.number) {
            (Some(Order::Ascending), _) | (None, true) => Order::Descending,
            (Some(Order::Descending), _) | (None, false) => Order::Ascending,
        };
        let sort = Sort {
            key: key.to_owned(),
            order: next,
        };
        let path = address::without(&address::without(path, "page"), "sort");
        self.sort(address::with(&path, "sort", &sort.code()), order)
    }
}
