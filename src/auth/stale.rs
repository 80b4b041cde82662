//! A form that is answered by another page than its own: its session is over, or its reader turns to the
//! other language. What was typed is carried along and offered again to the same person. Nothing of it is
//! written on the way; the ids in it see to it that it is written once.

use std::sync::{Arc, OnceLock};

use actix_web::HttpResponse;
use maud::html;

use super::{FormData, Look, Page};
use crate::ui::form::{self, Button};
use crate::values::{Text, UserId};

/// The fields that carry it through the sign-in page.
pub(super) const PATH: &str = "kept_path";
pub(super) const FORM: &str = "kept_form";

/// What is never kept: passwords are not carried about, and who is out need not sign out.
const NEVER: [&str; 3] = ["/password", "/sign-out", "/language"];

/// What is never kept of any form.
const SECRET: &str = "password";

/// Why a form is offered again.
pub(super) const TOO_LATE: Text = Text::new(
    "提交时登录已过期，所以还没有记录任何内容。",
    "Your sign-in had run out when you sent it, so nothing has been recorded.",
);
/// The same, of a reader who changed the language.
pub(super) const OTHER_LANGUAGE: Text = Text::new(
    "已换成中文，还没有记录任何内容。",
    "The language has been changed; nothing has been recorded.",
);

/// The form this request sent, once it has been read: shared by all who look at one request.
#[derive(Clone, Debug, Default)]
pub(super) struct Sent(Arc<OnceLock<FormData>>);

impl Sent {
    pub(super) fn of(form: FormData) -> Sent {
        Sent(Arc::new(OnceLock::from(form)))
    }

    pub(super) fn keep(&self, form: &FormData) {
        // A request sends one form; whoever reads it again reads the same.
        let _ = self.0.set(form.clone());
    }

    /// As a page's language switch carries it.
    pub(super) fn at(&self, path: &str) -> Option<Kept> {
        Kept::of(path, self.0.get()?.clone())
    }
}

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
            form: form.without(SECRET),
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

    /// Where it was sent.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// The form itself, for a page that offers it.
    pub(super) fn sent(&self) -> Sent {
        Sent::of(self.form.clone())
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
    pub(super) fn offer(&self, page: &Page, why: Text) -> HttpResponse {
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
            p { (why.get(lang)) }
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
