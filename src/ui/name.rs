//! Names of the registers, which are Chinese, for a reader of either language.

use maud::{Markup, html};

use crate::values::Lang;

/// A registered name: in English what it is called there, the Chinese name small beside it.
#[must_use]
pub fn name(lang: Lang, zh: &str, en: &str) -> Markup {
    html! {
        @match lang {
            Lang::Zh => (zh),
            Lang::En => {
                (en)
                @if en != zh { " " small.own-name lang="zh-CN" { (zh) } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chinese_name_stands_beside_the_english_one() {
        let html = name(Lang::En, "鹤山市", "Heshan").into_string();
        assert_eq!(
            html,
            "Heshan <small class=\"own-name\" lang=\"zh-CN\">鹤山市</small>"
        );
        assert_eq!(name(Lang::En, "某", "某").into_string(), "某");
        assert_eq!(name(Lang::Zh, "鹤山市", "Heshan").into_string(), "鹤山市");
    }
}
