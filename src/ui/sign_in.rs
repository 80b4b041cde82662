//! The sign-in page: name and password, and in a demonstration one button per role.

use maud::{Markup, html};

use super::form::{self, Button, Field};
use super::page::{Shell, page};
use crate::values::text::{Lang, Say};

/// What the sign-in page needs.
#[derive(Clone, Debug)]
pub struct SignIn<'a> {
    /// The reader's language.
    pub lang: Lang,
    /// The form token of the not yet signed-in visitor.
    pub csrf: &'a str,
    /// Current path and query.
    pub path: &'a str,
    /// The name typed before, kept.
    pub user: &'a str,
    /// Where to go afterwards; sent along as `back`.
    pub back: &'a str,
    /// A form that came too late, as hidden fields of every way to sign in; empty when there is none.
    pub carried: &'a [(&'static str, String)],
    /// What went wrong: pairs of a field (`user`, `password` or empty) and a sentence.
    pub problems: &'a [(&'static str, Say)],
    /// Roles of the demonstration; empty outside of it.
    pub demo_roles: &'a [DemoRole<'a>],
}

/// A role that a visitor of the demonstration may take with one click.
#[derive(Clone, Copy, Debug)]
pub struct DemoRole<'a> {
    /// The account's name, sent as `user`.
    pub user: &'a str,
    /// The role and the person: 县级审核员 林慧.
    pub label: &'a str,
    /// What there is to see: 台山有 3 张清单待审核.
    pub hint: &'a str,
}

/// The page. The form posts `user`, `password` and `back` to `/sign-in`; a demonstration role posts `user`
/// and `back` to `/sign-in/demo`.
#[must_use]
pub fn sign_in(view: &SignIn<'_>) -> Markup {
    let lang = view.lang;
    let mut shell = Shell::new(lang, lang.t("登录", "Sign in"), view.path);
    shell.demo = !view.demo_roles.is_empty();
    shell.invalid = !view.problems.is_empty();
    page(
        &shell,
        html! {
            div.sign-in {
                (form::error_summary(lang, view.problems))
                @if !view.carried.is_empty() { (kept(lang)) }
                section.sign-in-form {
                    h1 { (lang.t("登录村信", "Sign in to Cunxin")) }
                    p.lead { (lang.t("从农户到全市，分毫不差。", "Exact to the fen, from a household to the city.")) }
                    (form::post("/sign-in", view.csrf, credentials(view)))
                }
                @if !view.demo_roles.is_empty() { (demo_roles(view)) }
            }
        },
    )
}

/// Said to somebody whose session ended while a form was being filled in.
fn kept(lang: Lang) -> Markup {
    html! {
        div.notice.kept {
            p {
                strong { (lang.t("登录已过期，刚才的内容还没有提交。", "Your sign-in has run out; what you sent has not been recorded.")) } " "
                (lang.t("用同一个账号登录，填写的内容还在。", "Sign in with the same account and it will still be there."))
            }
        }
    }
}

fn carried(view: &SignIn<'_>) -> Markup {
    html! { @for (name, value) in view.carried { (form::hidden(name, value)) } }
}

fn credentials(view: &SignIn<'_>) -> Markup {
    let lang = view.lang;
    html! {
        (form::hidden("back", view.back))
        (carried(view))
        (Field::new(lang, "user", lang.t("用户名", "User name")).value(view.user).errors(view.problems)
            .autocomplete("username").text())
        (Field::new(lang, "password", lang.t("密码", "Password")).errors(view.problems)
            .autocomplete("current-password").password())
        (form::actions(html! { (Button::primary(lang.t("登录", "Sign in"))) }))
    }
}

fn demo_roles(view: &SignIn<'_>) -> Markup {
    html! {
        section.demo-roles aria-labelledby="demo-roles-title" {
            h2 #demo-roles-title { (view.lang.t("一键体验", "Try a role")) }
            @for role in view.demo_roles {
                form method="post" action="/sign-in/demo" data-once {
                    (form::csrf(view.csrf))
                    (form::hidden("user", role.user))
                    (form::hidden("back", view.back))
                    (carried(view))
                    button type="submit" { b { (role.label) } small { (role.hint) } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view() -> SignIn<'static> {
        SignIn {
            lang: Lang::Zh,
            csrf: "tok",
            path: "/sign-in",
            user: "lin\"hui",
            back: "/review",
            carried: &[],
            problems: &[],
            demo_roles: &[],
        }
    }

    #[test]
    fn every_form_bears_the_token() {
        let roles = [
            DemoRole {
                user: "a",
                label: "甲",
                hint: "",
            },
            DemoRole {
                user: "b",
                label: "乙",
                hint: "",
            },
        ];
        let html = sign_in(&SignIn {
            demo_roles: &roles,
            ..view()
        })
        .into_string();
        assert_eq!(html.matches("<form").count(), 3);
        assert_eq!(html.matches("name=\"_csrf\" value=\"tok\"").count(), 3);
        assert!(html.contains("演示数据"));
    }

    #[test]
    fn the_name_is_kept_and_no_role_is_offered_outside_a_demonstration() {
        let html = sign_in(&view()).into_string();
        assert!(html.contains("value=\"lin&quot;hui\""));
        assert!(!html.contains("/sign-in/demo") && !html.contains("演示数据"));
    }
}
