//! The pages of signing in and changing a password.

use maud::{Markup, html};

use super::account::Account;
use super::stale::Kept;
use super::{Role, User, handlers};
use crate::ui::form::{self, Button, Field};
use crate::ui::sign_in::{self, DemoRole, SignIn};
use crate::values::{Lang, Say};

pub(super) fn sign_in(
    lang: Lang,
    path: &str,
    user: &str,
    back: &str,
    kept: Option<&Kept>,
    problems: &[(&'static str, Say)],
    offered: &[(Account, Option<String>)],
) -> Markup {
    let role_name = |account: &Account| Role::parse(&account.role).map_or("", |role| role.name().get(lang));
    let labels: Vec<String> = offered
        .iter()
        .map(|(account, county)| {
            let place = match (county, lang) {
                (None, _) => String::new(),
                (Some(county), Lang::Zh) => format!("（{county}）"),
                (Some(county), Lang::En) => format!(" ({county})"),
            };
            format!("{} {}{place}", role_name(account), account.name)
        })
        .collect();
    let roles: Vec<DemoRole<'_>> = offered
        .iter()
        .zip(&labels)
        .map(|((account, _), label)| DemoRole {
            user: &account.login,
            label,
            hint: Role::parse(&account.role).map_or("", |role| handlers::hint(role, lang)),
        })
        .collect();
    let carried = kept.map_or_else(Vec::new, Kept::fields);
    sign_in::sign_in(&SignIn {
        lang,
        csrf: "",
        path,
        user,
        back,
        carried: &carried,
        problems,
        demo_roles: &roles,
    })
}

pub(super) fn password(lang: Lang, user: &User, problems: &[(&'static str, Say)]) -> Markup {
    let field = |name, label| Field::new(lang, name, label).errors(problems);
    html! {
        h1 { (lang.t("更改密码", "Change password")) }
        @if user.must_change {
            p.lead {
                (lang.t("您用的是一次性密码，请先换成自己的密码。", "You signed in with a one-time password. Choose your own first."))
            }
        }
        (form::error_summary(lang, problems))
        (form::post("/password", &user.csrf, html! {
            (field("old", lang.t("原密码", "Current password")).autocomplete("current-password").password())
            (field("new", lang.t("新密码", "New password"))
                .hint(lang.t("至少8个字符，不要用常见的密码。", "At least 8 characters, not a common one."))
                .autocomplete("new-password").password())
            (field("again", lang.t("再输一次新密码", "New password again")).autocomplete("new-password").password())
            (form::actions(html! { (Button::primary(lang.t("更改密码", "Change password"))) }))
        }))
    }
}
