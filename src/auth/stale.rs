//! A form whose session is over: what was typed is carried through the sign-in and offered again
//! to the same person. Nothing of it is written on the way; the ids in it see to it that it is
//! written once.

use actix_web::HttpResponse;
use maud::html;

use super::{FormData, Look, Page};
use crate::ui::form::{self, Button};
use crate::values::UserId;

/// The fields that carry it through the sign-in page.
pub(super) const PATH: &str = "kept_path";
pub(super) const FORM: &str = "kept_form";

/// What is never kept: passwords are not carried about, and who is out need not sign out.
const NEVER: [&str; 2] = ["/password", "/sign-out"];

/// A form that arrived too late.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    /// Where it was sent.
    path: String,
    form: FormData,
}

/// A session's form token: what nobody can guess, and whose it is.
pub(super) fn token(random: &str, account: &UserId) -> String {
    format!("{random}.{account}")
}

impl Kept {
    /// Keeps a form of our own pages; none for anything else.
    pub(super) fn of(path: &str, form: FormData) -> Option<Kept> {
        let kept = Kept {
            path: path.to_owned(),
            form,
        };
        let ours = super::handlers::local(path) == path && !NEVER.contains(&path);
        (ours && kept.typed_by().is_some()).then_some(kept)
    }

    /// The one that a sign-in form carries.
    pub(super) fn carried(sign_in: &FormData) -> Option<Kept> {
        let form = FormData::parse(sign_in.get(FORM).as_bytes())?;
        Kept::of(sign_in.get(PATH), form)
    }

    /// As the sign-in form carries it.
    pub(super) fn fields(&self) -> Vec<(&'static str, String)> {
        let fields: Vec<(&str, &str)> = self.form.fields().collect();
        let written = serde_urlencoded::to_string(fields).unwrap_or_default();
        vec![(PATH, self.path.clone()), (FORM, written)]
    }

    /// Whose page it was typed on.
    fn typed_by(&self) -> Option<UserId> {
        let (_, account) = self.form.get("_csrf").rsplit_once('.')?;
        UserId::parse(account).ok()
    }

    /// Whether this person typed it.
    pub(super) fn is_of(&self, user: &UserId) -> bool {
        self.typed_by().as_ref() == Some(user)
    }

    /// The page that offers it again: a form in the field is opened once more to be looked at,
    /// anything else is sent when the person says so.
    pub(super) fn offer(&self, page: &Page) -> HttpResponse {
        let lang = page.lang;
        let title = lang.t("填写的内容还在", "What you typed is still here");
        let has_steps = self.path.starts_with("/field/");
        let again = if has_steps {
            Button::primary(lang.t("回到表单", "Back to the form")).named("step", "edit")
        } else {
            Button::primary(lang.t("重新提交", "Send it again"))
        };
        let fields = self
            .form
            .fields()
            .filter(|(name, _)| *name != "_csrf" && !(has_steps && *name == "step"));
        let body = html! {
            h1 { (title) }
            p { (lang.t("提交时登录已过期，所以还没有记录任何内容。",
                "Your sign-in had run out when you sent it, so nothing has been recorded.")) }
            (form::post(&self.path, &page.user.csrf, html! {
                @for (name, value) in fields { (form::hidden(name, value)) }
                (form::actions(html! { (again) }))
            }))
        };
        let look = Look {
            title: title.to_owned(),
            field: has_steps,
            ..Look::default()
        };
        page.show(look, body)
    }
}
