//! Photos on a record's page: small, each leading to itself; for its maker a way to add one.

use actix_web::HttpResponse;
use maud::{Markup, html};

use super::rules::{MOST_PHOTOS, Unfit};
use super::store::{Photos, RecordId};
use crate::auth::Page;
use crate::ui::form::{self, Button};
use crate::ui::{assets, notice};
use crate::values::Lang;
use crate::values::day::show_moment;

/// The photos, if there are any.
pub fn gallery(lang: Lang, photos: &Photos) -> Markup {
    html! {
        (place(lang, photos))
        @if !photos.list.is_empty() {
            (heading(lang, photos.list.len()))
            (pictures(lang, photos, None))
        }
    }
}

/// Where the record was made.
fn place(lang: Lang, photos: &Photos) -> Markup {
    html! {
        @if let Some(position) = photos.position {
            p { (lang.t("记录时的位置：", "Recorded at ")) (position.show(lang)) }
        }
    }
}

/// The photos, and for their maker the form that adds one: it works without scripts.
pub fn panel(page: &Page, photos: &Photos) -> Markup {
    let lang = page.lang;
    let token = photos.open.then_some(page.user.csrf.as_str());
    html! {
        (place(lang, photos))
        @if photos.open || !photos.list.is_empty() {
            (heading(lang, photos.list.len()))
            (pictures(lang, photos, token))
        }
        @if let Some(token) = token.filter(|_| photos.list.len() < MOST_PHOTOS) {
            (adding(lang, &photos.of, token))
        }
    }
}

fn heading(lang: Lang, count: usize) -> Markup {
    html! { h2 #photos { (lang.t("照片", "Photos")) " " span.count { (count) } } }
}

fn pictures(lang: Lang, photos: &Photos, token: Option<&str>) -> Markup {
    html! {
        @if !photos.list.is_empty() {
            ul.photos {
                @for ((digest, at), n) in photos.list.iter().zip(1..) {
                    @let address = format!("/photos/{}/{digest}", photos.of);
                    @let label = name(lang, n);
                    li {
                        a href=(address) { img src=(address) alt=(label) loading="lazy" width="160" height="120"; }
                        small { (label) br; time { (show_moment(*at)) } }
                        @if let Some(token) = token {
                            (form::post(&format!("{address}/removal"), token, html! {
                                (Button::secondary(&match lang {
                                    Lang::Zh => format!("删除{label}"),
                                    Lang::En => format!("Delete {}", label.to_lowercase()),
                                }))
                            }))
                        }
                    }
                }
            }
        }
    }
}

fn name(lang: Lang, n: usize) -> String {
    match lang {
        Lang::Zh => format!("照片 {n}"),
        Lang::En => format!("Photo {n}"),
    }
}

fn adding(lang: Lang, of: &RecordId, token: &str) -> Markup {
    html! {
        form method="post" action={ "/photos/" (of) } enctype="multipart/form-data" data-once data-photo {
            (form::csrf(token))
            div.field {
                label for="photo" { (lang.t("加一张照片", "Add a photo")) }
                p.hint #photo-hint { (lang.t(
                    "JPEG，最多 6 张。拍摄地点、时间等信息会自动去掉。",
                    "JPEG, 6 at most. Where and when it was taken is cut out of the file.")) }
                input #photo type="file" name="photo" accept="image/jpeg" required aria-describedby="photo-hint";
            }
            (form::actions(html! { (Button::secondary(lang.t("上传照片", "Send the photo"))) }))
        }
        script type="module" src=(assets::href("photo.js")) {}
    }
}

/// Why a photo was not taken in, or not taken away.
pub(super) fn refused(page: &Page, of: &RecordId, unfit: Unfit) -> HttpResponse {
    let lang = page.lang;
    let title = lang.t("照片没有变动", "The photos are as they were");
    let body = html! {
        h1 { (title) }
        (notice::notice(html! { p { (unfit.say().get(lang)) } }))
        (form::actions(html! {
            (form::button_link(&format!("/records/{of}"), lang.t("回到记录", "Back to the record")))
        }))
    };
    page.field(title, body)
}
