//! Saying again who one is before what cannot simply be taken back: closing a month, reopening one.

use maud::{Markup, html};

use super::{FormData, Page, account, password};
use crate::error::Error;
use crate::state::{self, Site};
use crate::ui::field::Field;
use crate::values::{Lang, Say};

/// The password of every account of the demonstration, which says so wherever it is asked for.
pub const DEMO_PASSWORD: &str = "cunxin-demo";

/// The form's field of the password.
const FIELD: &str = "password";

/// The field in which the password is asked for again.
pub fn password_again(page: &Page, problems: &[(String, Say)]) -> Markup {
    let lang = page.lang;
    let hint = match (page.demo, lang) {
        (false, _) => lang
            .t("再次确认是您本人办理。", "To make sure that it is you.")
            .to_owned(),
        (true, Lang::Zh) => format!("再次确认是您本人办理。演示账号的密码都是 {DEMO_PASSWORD}。"),
        (true, Lang::En) => {
            format!("To make sure that it is you. In the demonstration it is {DEMO_PASSWORD} for everybody.")
        }
    };
    html! {
        (Field::new(lang, FIELD, lang.t("您的登录密码", "Your password"))
            .hint(&hint)
            .autocomplete("current-password").errors(problems).password())
    }
}

/// Whether the form bears the password of whoever sent it.
///
/// # Errors
/// Refused when it does not, or after too many tries.
pub async fn confirm_password(site: &Site, page: &Page, form: &FormData) -> Result<(), Error> {
    let refuse = |code: &str, zh: &str, en: &str| Err(Error::refuse(code, FIELD, Say::new(zh, en)));
    let clear = form.get(FIELD).to_owned();
    if clear.is_empty() {
        return refuse("password.missing", "请填写您的登录密码。", "Enter your password.");
    }
    if site.sign_ins.check_key(&page.user.login).is_err() {
        return refuse(
            "password.too_often",
            "这个账号尝试次数太多，请过几分钟再试。",
            "Too many attempts for this account. Wait a few minutes and try again.",
        );
    }
    let id = page.user.id.clone();
    let right = state::read(site, move |conn, _| {
        let hash = account::find(conn, &id)?.and_then(|account| account.password_hash);
        Ok(hash.is_some_and(|hash| password::matches(&clear, &hash)))
    })
    .await?;
    if right {
        return Ok(());
    }
    refuse(
        "password.wrong",
        "密码不对，什么都没有办理。",
        "The password is wrong; nothing has been done.",
    )
}
