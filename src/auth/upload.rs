//! A form that sends a file, as browsers write it (`multipart/form-data`, RFC 7578). Such forms are small, so the whole
//! body is at hand and a few lines read it.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::error::{ErrorBadRequest, ErrorForbidden, ErrorPayloadTooLarge};
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpRequest, web};

use super::{FormData, Page};

/// A form with one file, sent by a signed-in person from our own page.
#[derive(Debug)]
pub struct PostedFile {
    pub form: FormData,
    /// The first file; empty where none was chosen.
    pub file: Vec<u8>,
}

impl FromRequest for PostedFile {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<PostedFile, actix_web::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let kind = request.headers().get(CONTENT_TYPE);
        let kind = kind
            .and_then(|kind| kind.to_str().ok())
            .unwrap_or_default()
            .to_owned();
        let body = web::Bytes::from_request(request, payload);
        let page = Page::from_request(request, payload).into_inner();
        Box::pin(async move {
            let (body, page) = (body.await?, page?);
            checked(&body, &kind, &page)
        })
    }
}

/// The same with a file of up to so many bytes; a larger one is not taken in at all.
#[derive(Debug)]
pub struct PostedLargeFile<const MOST: usize>(pub PostedFile);

/// What the fields beside a file may take.
const FIELDS: usize = 16 * 1024;

impl<const MOST: usize> FromRequest for PostedLargeFile<MOST> {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<PostedLargeFile<MOST>, actix_web::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let kind = request.headers().get(CONTENT_TYPE);
        let kind = kind
            .and_then(|kind| kind.to_str().ok())
            .unwrap_or_default()
            .to_owned();
        let page = Page::from_request(request, payload).into_inner();
        let body = web::Payload::from_request(request, payload).into_inner();
        Box::pin(async move {
            let (body, page) = (body?, page?);
            let body = body
                .to_bytes_limited(MOST + FIELDS)
                .await
                .map_err(|_| ErrorPayloadTooLarge("the file is too large"))??;
            checked(&body, &kind, &page).map(PostedLargeFile)
        })
    }
}

/// Reads such a form and checks its token.
fn checked(body: &[u8], kind: &str, page: &Page) -> Result<PostedFile, actix_web::Error> {
    let Some(boundary) = boundary(kind) else {
        return Err(ErrorForbidden("a form without a file carries no token"));
    };
    let posted = read(body, boundary).ok_or_else(|| ErrorBadRequest("the form does not read"))?;
    if posted.form.get("_csrf") == page.user.csrf {
        Ok(posted)
    } else {
        Err(ErrorForbidden("the form's token is missing or old"))
    }
}

/// What stands between the parts of such a form.
fn boundary(kind: &str) -> Option<&str> {
    let rest = kind.strip_prefix("multipart/form-data;")?.trim_start();
    let value = rest.strip_prefix("boundary=")?.split(';').next()?.trim();
    let value = value.trim_matches('"');
    (1..=70).contains(&value.len()).then_some(value)
}

fn read(body: &[u8], boundary: &str) -> Option<PostedFile> {
    let (first, between) = (format!("--{boundary}"), format!("\r\n--{boundary}"));
    let mut rest = body.strip_prefix(first.as_bytes())?;
    let (mut fields, mut file) = (Vec::new(), Vec::new());
    while !rest.starts_with(b"--") {
        let (part, after) = cut(rest.strip_prefix(b"\r\n")?, between.as_bytes())?;
        let (head, content) = cut(part, b"\r\n\r\n")?;
        let head = std::str::from_utf8(head).ok()?;
        let name = quoted(head, " name=\"")?;
        if quoted(head, " filename=\"").is_some() {
            if file.is_empty() {
                file = content.to_vec();
            }
        } else {
            fields.push((name.to_owned(), String::from_utf8(content.to_vec()).ok()?));
        }
        rest = after;
    }
    Some(PostedFile {
        form: FormData::of(fields),
        file,
    })
}

/// What stands before and after the first `mark`.
fn cut<'a>(bytes: &'a [u8], mark: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = bytes.windows(mark.len()).position(|some| some == mark)?;
    Some((bytes.get(..at)?, bytes.get(at + mark.len()..)?))
}

/// The quoted value after `mark`. Browsers write a quote inside a name as `%22`.
fn quoted<'a>(head: &'a str, mark: &str) -> Option<&'a str> {
    head.split_once(mark)?.1.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: &[u8] = b"--xyz\r\nContent-Disposition: form-data; name=\"_csrf\"\r\n\r\ntoken\r\n--xyz\r\n\
        Content-Disposition: form-data; name=\"photo\"; filename=\"name=.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n\
        \xFF\xD8\r\n\r\n--x\xFF\xD9\r\n--xyz--\r\n";

    #[test]
    fn fields_and_the_file_are_read_apart() {
        let posted = read(FORM, "xyz").unwrap();
        assert_eq!(posted.form.get("_csrf"), "token");
        assert_eq!(posted.file, b"\xFF\xD8\r\n\r\n--x\xFF\xD9");
    }

    #[test]
    fn a_form_that_is_cut_off_is_none() {
        for end in 0..FORM.len() - 4 {
            assert!(read(&FORM[..end], "xyz").is_none(), "cut after {end}");
        }
        assert!(read(FORM, "abc").is_none());
    }

    #[test]
    fn the_boundary_is_where_browsers_put_it() {
        assert_eq!(boundary("multipart/form-data; boundary=----W7"), Some("----W7"));
        assert_eq!(boundary("multipart/form-data; boundary=\"a b\""), Some("a b"));
        for none in [
            "multipart/form-data",
            "multipart/form-data; boundary=",
            "text/plain",
        ] {
            assert_eq!(boundary(none), None);
        }
    }
}
