//! The app's page, its manifest, its worker, and the office's page for files.

use maud::{Markup, html};
use serde_json::{Value, json};

use crate::ui::assets::{self, ASSETS};
use crate::ui::page::{Shell, page};
use crate::values::Lang;

/// Where the app begins.
const APP: &str = "/field/app";

/// The app's page: a frame that the app's script fills.
pub(super) fn app(lang: Lang, demo: bool) -> String {
    let mut shell = Shell::new(lang, lang.t("田间", "Field"), APP);
    shell.field = true;
    shell.app = true;
    shell.demo = demo;
    let body = html! {
        noscript {
            div.notice {
                p { (lang.t("这一页要用脚本。不用脚本的网页版在这里：", "This page needs scripts. The pages that need none are here: "))
                    a href="/field" { (lang.t("网页版", "plain pages")) } }
            }
        }
        div #bar {}
        div #view { p.loading { (lang.t("正在打开…", "Opening…")) } }
    };
    page(&shell, body).into_string()
}

/// What the worker keeps, each with its entity tag: the shell in both languages, and every file either needs.
fn kept(demo: bool) -> Vec<(String, String)> {
    let shell = |lang: Lang| {
        let tag = assets::tag_of(app(lang, demo).as_bytes());
        (format!("{APP}?lang={}", lang.t("zh", "en")), tag)
    };
    let mut files = vec![shell(Lang::Zh), shell(Lang::En)];
    // The large drawings are the start screen's, which keeps them itself; files are handed in at the office.
    let needed = |name: &str| {
        ["cunxin.css", "icon.svg", "field/icon-180.png"].contains(&name)
            || name.starts_with("field/") && !name.ends_with(".png") && name != "field/handin.js"
    };
    for asset in ASSETS.iter().filter(|asset| needed(asset.name)) {
        let script = asset.name.ends_with(".js");
        let address = if script {
            format!("/assets/{}", asset.name)
        } else {
            assets::href(asset.name)
        };
        files.push((address, asset.etag()));
    }
    files
}

/// The worker: its version and its list, and then what it does.
pub(super) fn worker(script: &str, demo: bool) -> String {
    let list = json!(kept(demo)).to_string();
    let version = assets::tag_of(format!("{list}{script}").as_bytes());
    format!("const VERSION = {version};\nconst FILES = {list};\n{script}")
}

/// What a phone shows of the app when it is put on its start screen.
pub(super) fn manifest(lang: Lang) -> Value {
    let icon = |name: &str, sizes: &str, purpose: &str| json!({"src": assets::href(name), "sizes": sizes, "type": "image/png", "purpose": purpose});
    json!({
        "id": APP,
        "name": lang.t("村信", "Cunxin 村信"),
        "short_name": lang.t("村信", "Cunxin"),
        "description": lang.t("在村里记录授信、贷款、走访和保险，没有网络也能用", "Credit, loans, visits and insurance recorded in the village, also without a network"),
        "lang": lang.code(),
        "start_url": APP,
        "scope": "/field",
        "display": "standalone",
        "background_color": "#f5f4ef",
        "theme_color": "#1d5a43",
        "icons": [
            icon("field/icon-192.png", "192x192", "any"),
            icon("field/icon-512.png", "512x512", "any"),
            icon("field/icon-maskable-512.png", "512x512", "maskable"),
        ],
        "shortcuts": [
            {"name": lang.t("记一笔授信", "Record a credit line"), "url": "/field/app#/new/credit"},
            {"name": lang.t("待上报", "Outbox"), "url": "/field/app#/outbox"},
        ],
    })
}

/// The office's page for a file from a phone; its script does the work, for the file is sealed.
pub(super) fn handin(lang: Lang) -> Markup {
    html! {
        h1 { (lang.t("交来的记录", "Records handed in")) }
        p { (lang.t(
            "特派员在没有网络时把未上报的记录存成文件带来。在这里打开文件，输入口令，逐条上报；手机以后再上报同一条，也只算一次。",
            "Records that a specialist saved as a file while there was no network. Open the file here, give its passphrase, and each is sent; a record the phone sends later as well counts once.",
        )) }
        noscript { p.notice { (lang.t("文件是加密的，要用脚本打开。", "The file is encrypted and takes scripts to open.")) } }
        div #handin {}
        link rel="stylesheet" href=(assets::href("field/app.css"));
        script type="module" src="/assets/field/handin.js" {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shell_links_nothing_that_the_worker_does_not_keep() {
        let files = kept(false);
        for lang in [Lang::Zh, Lang::En] {
            let shell = app(lang, false);
            for link in shell
                .split(['"', ' '])
                .filter(|part| part.starts_with("/assets/"))
            {
                assert!(files.iter().any(|(kept, _)| kept == link), "{link} is not kept");
            }
        }
    }

    #[test]
    fn modules_name_only_modules_that_are_there() {
        for asset in ASSETS.iter().filter(|asset| asset.name.starts_with("field/")) {
            let text = String::from_utf8_lossy(asset.body);
            for name in text
                .split("\"./")
                .skip(1)
                .filter_map(|rest| rest.split('"').next())
            {
                assert!(
                    assets::find(&format!("field/{name}")).is_some(),
                    "{} imports {name}",
                    asset.name
                );
            }
        }
    }

    #[test]
    fn another_build_is_another_worker() {
        assert_ne!(
            worker("", false),
            worker("", true),
            "the demonstration's shell has its banner"
        );
        assert!(worker("go();", false).ends_with("\ngo();"));
    }
}
