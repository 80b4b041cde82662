//! Vouchers with the names people know them by, for lists.

use crate::auth::account_names;
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{self, Office, State, Voucher};
use crate::register::Names;
use crate::values::{Lang, RegionId, Say, Text};

/// How many rows a page of a list has.
pub(super) const ROWS: u32 = 50;

/// One voucher of a list.
#[derive(Clone, Debug)]
pub(super) struct Listed {
    pub voucher: Voucher,
    pub state: State,
    pub kind: Text,
    /// Its village, or the first one and how many there are.
    pub place: Say,
    pub maker: String,
    pub institution: String,
}

/// What a filter by kind is called.
pub(super) const KIND: Text = Text::new("类别", "Kind");

/// The kind of voucher of this code, if there is one.
pub(super) fn known_kind(office: &Office<'_>, code: &str) -> Option<String> {
    office.kinds.name(code).map(|_| code.to_owned())
}

/// The kind's name; a kind that is not known any more is just a record.
pub(super) fn kind_name(office: &Office<'_>, code: &str) -> Text {
    office.kinds.name(code).unwrap_or(Text::new("其他", "Other"))
}

/// Looks the names up, with as many statements whether there is one voucher or fifty.
pub(super) fn dress(
    conn: &mut Conn,
    office: &Office<'_>,
    names: &Names,
    vouchers: Vec<Voucher>,
) -> Result<Vec<Listed>, Error> {
    let mut regions = ledger::regions_of(conn, &vouchers)?;
    let makers = account_names(conn, vouchers.iter().map(|voucher| voucher.maker_id.clone()))?;
    let listed = |voucher: Voucher| {
        let ids = regions.remove(&voucher.id).unwrap_or_default();
        Ok(Listed {
            state: voucher.state()?,
            kind: kind_name(office, &voucher.kind),
            place: place(office, &ids, &voucher),
            maker: makers
                .get(&voucher.maker_id)
                .cloned()
                .unwrap_or_else(|| "—".to_owned()),
            institution: names.institution(voucher.institution_id).to_owned(),
            voucher,
        })
    };
    vouchers.into_iter().map(listed).collect()
}

fn place(office: &Office<'_>, ids: &[RegionId], voucher: &Voucher) -> Say {
    let path = |id: &RegionId| office.regions.say_path(*id, voucher.business_date);
    match ids {
        [] => Say::new("—", "—"),
        [only] => path(only),
        [first, rest @ ..] => Say::new(
            format!("{}等{}村", path(first).zh, ids.len()),
            format!("{} and {} more", path(first).en, rest.len()),
        ),
    }
}

/// Which page is asked for, and how many there are of `total` rows: always between 1 and the last.
pub(super) fn pages(asked: &str, total: i64, rows: u32) -> (u32, u32) {
    let rows = i64::from(rows.max(1));
    let last = u32::try_from((total + rows - 1) / rows)
        .unwrap_or(u32::MAX)
        .max(1);
    (asked.parse().unwrap_or(1).clamp(1, last), last)
}

/// The rows to skip before a page.
pub(super) fn offset(page: u32, rows: u32) -> i64 {
    i64::from(page.saturating_sub(1)) * i64::from(rows)
}

/// Both languages' label of an amount in yuan.
pub(super) const fn yuan(lang: Lang) -> &'static str {
    lang.t("元", "yuan")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_never_beyond_the_last() {
        assert_eq!(pages("", 0, 50), (1, 1));
        assert_eq!(pages("2", 50, 50), (1, 1));
        assert_eq!(pages("2", 51, 50), (2, 2));
        assert_eq!(pages("0", 1000, 50), (1, 20));
        assert_eq!(pages("x", 1000, 50), (1, 20));
        assert_eq!(offset(3, 50), 100);
    }
}
