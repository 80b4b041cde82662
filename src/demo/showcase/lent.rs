//! A loan that is given more time, and one that is given up.

use chrono::Months;
use diesel::prelude::*;

use super::{Stage, january, nothing};
use crate::db::Conn;
use crate::db::schema::loan;
use crate::error::Error;
use crate::ledger::NewLine;
use crate::loans::{
    CLASSIFICATION_KIND, ClassificationDetail, EXTENSION_KIND, ExtensionDetail, Loan, LoanClass,
    RECOVERY_KIND, RecoveryDetail, WRITE_OFF_KIND, WriteOffDetail,
};
use crate::values::Fen;

/// Whole hundreds of yuan.
const HUNDRED: i64 = 10_000;

fn line(of: &Loan, amount: Fen, detail: serde_json::Value) -> NewLine {
    NewLine {
        region: of.region_id,
        client: Some(of.client_id.clone()),
        product: of.product_id,
        institution: of.institution_id,
        specialist: of.specialist_id,
        contract: Some(of.id.clone()),
        amount,
        detail,
    }
}

/// A loan due within the quarter, repaid at the end, gets half a year more.
pub(super) fn extension(conn: &mut Conn, stage: &mut Stage<'_, '_>) -> Result<(), Error> {
    let last = january(1)?
        .checked_add_months(Months::new(4))
        .ok_or_else(nothing)?;
    let due: Loan = loan::table
        .filter(loan::book_id.eq(stage.book))
        .filter(loan::balance_fen.gt(0_i64))
        .filter(loan::class.eq(LoanClass::Normal.code()))
        .filter(loan::method.eq("bullet"))
        .filter(loan::matures_on.between(january(8)?, last))
        .order((loan::institution_id.ne(stage.bank.1), loan::id))
        .select(Loan::as_select())
        .first(conn)?;
    let until = due
        .matures_on
        .checked_add_months(Months::new(6))
        .ok_or_else(nothing)?;
    let detail = ExtensionDetail {
        matures_on: until,
        rate_percent: due.rate_percent.clone(),
        method: due.method.clone(),
    };
    let more = line(&due, due.balance_fen, serde_json::to_value(detail)?);
    stage.act(conn, january(3)?, EXTENSION_KIND, vec![more])
}

/// The worst loan is classed 损失, written off, and a fifth of it comes back after all.
pub(super) fn write_off(conn: &mut Conn, stage: &mut Stage<'_, '_>) -> Result<(), Error> {
    let lost: Loan = loan::table
        .filter(loan::book_id.eq(stage.book))
        .filter(loan::balance_fen.gt(0_i64))
        .filter(loan::class.eq(LoanClass::Substandard.code()))
        .order((loan::institution_id.ne(stage.bank.1), loan::id))
        .select(Loan::as_select())
        .first(conn)?;
    let class = ClassificationDetail {
        class: LoanClass::Loss.code().to_owned(),
    };
    let classed = line(&lost, Fen::ZERO, serde_json::to_value(class)?);
    stage.act(conn, january(2)?, CLASSIFICATION_KIND, vec![classed])?;
    let decision = WriteOffDetail {
        document: "演示核销批复〔2024〕1号".to_owned(),
    };
    let written_off = line(&lost, lost.balance_fen, serde_json::to_value(decision)?);
    stage.act(conn, january(3)?, WRITE_OFF_KIND, vec![written_off])?;
    let back = Fen((lost.balance_fen.0 / 5 / HUNDRED * HUNDRED).clamp(1, lost.balance_fen.0));
    let recovered = line(&lost, back, serde_json::to_value(RecoveryDetail {})?);
    stage.act(conn, january(4)?, RECOVERY_KIND, vec![recovered])
}
