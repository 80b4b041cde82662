//! What a form sent: every field as typed, its token checked before a handler sees it.

use actix_web::dev::Payload;
use actix_web::error::{ErrorBadRequest, ErrorForbidden, InternalError};
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use std::future::Future;
use std::pin::Pin;

use super::stale::{Kept, TOO_LATE};
use super::{Page, User};
use crate::ui::form::Field;
use crate::values::{Lang, Say};

/// The fields of a form in the order sent. What is not there reads as empty.
#[derive(Clone, Debug, Default)]
pub struct FormData(Vec<(String, String)>);

impl FormData {
    /// Reads an `application/x-www-form-urlencoded` text.
    pub fn parse(body: &[u8]) -> Option<FormData> {
        serde_urlencoded::from_bytes(body).ok().map(FormData)
    }

    /// A form filled by the program, as for a page that edits something.
    pub fn of(fields: Vec<(String, String)>) -> FormData {
        FormData(fields)
    }

    /// The first field of that name, as typed; empty if there is none.
    pub fn get(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value)
    }

    /// A question whose answer is what was typed, with what is wrong with it beside it.
    pub fn field<'a>(
        &'a self,
        lang: Lang,
        name: &'a str,
        label: &'a str,
        problems: &'a [(String, Say)],
    ) -> Field<'a> {
        Field::new(lang, name, label)
            .value(self.get(name))
            .errors(problems)
    }

    /// Every field of that name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// Whether a field of that name was sent with something in it.
    pub fn has(&self, name: &str) -> bool {
        !self.get(name).is_empty()
    }

    /// Every field, to carry over into a check page.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The same form without a field.
    pub(super) fn without(mut self, name: &str) -> FormData {
        self.0.retain(|(key, _)| key != name);
        self
    }

    /// The same form with one field set.
    pub fn with(mut self, name: &str, value: &str) -> FormData {
        self.0.retain(|(key, _)| key != name);
        self.0.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// A form sent by a signed-in person from our own page. The only way handlers read a POST.
#[derive(Debug)]
pub struct Posted(pub FormData);

impl FromRequest for Posted {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Posted, actix_web::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let body = web::Bytes::from_request(request, payload);
        let page = Page::from_request(request, payload).into_inner();
        Box::pin(async move {
            let body = body.await?;
            let form = FormData::parse(&body).ok_or_else(|| ErrorBadRequest("the form does not read"))?;
            let page = page?;
            if form.get("_csrf") == page.user.csrf {
                page.sent.keep(&form);
                return Ok(Posted(form));
            }
            // Typed before the person signed in anew: offered again, not written.
            let kept = Kept::of(&page.path, form).filter(|kept| kept.is_of(&page.user.id));
            Err(match kept {
                Some(kept) => {
                    let mut offer = kept.offer(&page, TOO_LATE);
                    *offer.status_mut() = StatusCode::FORBIDDEN;
                    InternalError::from_response("the form's token is old", offer).into()
                }
                None => ErrorForbidden("the form's token is missing or old"),
            })
        })
    }
}

impl FromRequest for User {
    type Error = actix_web::Error;
    type Future = std::future::Ready<Result<User, actix_web::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let user = request.extensions().get::<User>().cloned();
        std::future::ready(user.ok_or_else(|| ErrorForbidden("not signed in")))
    }
}
