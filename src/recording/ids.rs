//! The ids a form carries from its opening to its receipt.

use crate::auth::FormData;
use crate::clock::Clock;
use crate::error::Error;
use crate::values::{CommandId, ContractId, Say, VoucherId};

/// The ids in a form.
#[derive(Clone, Debug)]
pub struct FormIds {
    pub voucher: VoucherId,
    pub command: CommandId,
    /// For the contract that this record would create.
    pub contract: ContractId,
    /// 0 for a new record; the returned revision for a correction.
    pub base_revision: i32,
}

/// The fields of a form, by name.
pub type Fields = Vec<(String, String)>;

/// One of them.
pub fn field(name: &str, value: impl ToString) -> (String, String) {
    (name.to_owned(), value.to_string())
}

/// A form just opened: `fields` and fresh ids.
pub fn opened(clock: &Clock, fields: Fields) -> FormData {
    let now = clock.now().and_utc().timestamp_millis();
    FormData::of(fields)
        .with("voucher_id", VoucherId::new(now).as_str())
        .with("command_id", CommandId::new(now).as_str())
        .with("contract_id", ContractId::new(now).as_str())
        .with("base_revision", "0")
}

impl FormIds {
    /// Reads them back; a form without them was not opened here.
    pub fn read(form: &FormData) -> Result<FormIds, Error> {
        let odd = |_| {
            let say = Say::new(
                "这个页面已失效，请重新打开表单再填。",
                "This page is no longer valid. Open the form again and fill it in anew.",
            );
            Error::refuse("form.stale", "", say)
        };
        Ok(FormIds {
            voucher: VoucherId::parse(form.get("voucher_id")).map_err(odd)?,
            command: CommandId::parse(form.get("command_id")).map_err(odd)?,
            contract: ContractId::parse(form.get("contract_id")).map_err(odd)?,
            base_revision: form.get("base_revision").parse().unwrap_or(0),
        })
    }
}
