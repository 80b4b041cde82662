//! Words in two languages: Chinese first, English beside it, so that a missing wording cannot compile.

use serde::{Deserialize, Serialize};

/// A language the program speaks. Chinese is the first and the default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Lang {
    /// 简体中文.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// Picks one of two wordings.
    #[must_use]
    pub const fn t(self, zh: &'static str, en: &'static str) -> &'static str {
        match self {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    /// The language tag of BCP 47, for `<html lang>` and `Content-Language`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.t("zh-CN", "en")
    }

    /// Reads a language tag: whatever starts with `en` is English, whatever starts with `zh` is Chinese.
    #[must_use]
    pub fn parse(tag: &str) -> Option<Lang> {
        let main = tag.trim().split(['-', '_']).next().unwrap_or_default();
        if main.eq_ignore_ascii_case("zh") {
            Some(Lang::Zh)
        } else if main.eq_ignore_ascii_case("en") {
            Some(Lang::En)
        } else {
            None
        }
    }
}

/// A fixed wording in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Text {
    /// The Chinese wording.
    pub zh: &'static str,
    /// The English wording.
    pub en: &'static str,
}

impl Text {
    /// Sets the two wordings side by side.
    #[must_use]
    pub const fn new(zh: &'static str, en: &'static str) -> Text {
        Text { zh, en }
    }

    /// The wording in `lang`.
    #[must_use]
    pub const fn get(self, lang: Lang) -> &'static str {
        lang.t(self.zh, self.en)
    }
}

/// An owned sentence in both languages, its figures filled in: what rules and parsers hand back.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Say {
    /// The Chinese sentence.
    pub zh: String,
    /// The English sentence.
    pub en: String,
}

impl Say {
    /// Sets the two sentences side by side.
    #[must_use]
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Say {
        Say {
            zh: zh.into(),
            en: en.into(),
        }
    }

    /// The sentence in `lang`.
    #[must_use]
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

impl From<Text> for Say {
    fn from(text: Text) -> Say {
        Say::new(text.zh, text.en)
    }
}

impl std::fmt::Display for Say {
    /// Both sentences, for logs and error chains that do not know the reader's language.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} / {}", self.zh, self.en)
    }
}

/// Brings full-width ASCII (０ Ａ ， ．) and full-width spaces to their plain forms and trims both ends, so
/// that what a Chinese keyboard types reads the same as what a spreadsheet holds.
#[must_use]
pub fn narrow(text: &str) -> String {
    let plain: String = text.chars().map(narrow_char).collect();
    plain.trim().to_owned()
}

fn narrow_char(c: char) -> char {
    match c {
        '\u{3000}' | '\u{00A0}' => ' ',
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

/// Columns a text takes on a character grid: Chinese characters and full-width signs take two.
#[must_use]
pub fn display_width(text: &str) -> usize {
    text.chars()
        .map(|c| match u32::from(c) {
            0x0300..=0x036F | 0x200B..=0x200F | 0xFE00..=0xFE0F => 0,
            0x1100..=0x115F | 0x2E80..=0xA4CF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF => 2,
            0xFE30..=0xFE6F | 0xFF00..=0xFF60 | 0xFFE0..=0xFFE6 => 2,
            0x1F300..=0x1FAFF | 0x20000..=0x3FFFD => 2,
            // Signs that Chinese fonts draw full width: dashes, quotes, ellipsis, ×, ·.
            0x2010..=0x2027 | 0x00B7 | 0x00D7 | 0x2103 | 0x2460..=0x24FF => 2,
            _ => 1,
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_text_speaks_both_languages() {
        let word = Text::new("登录", "Sign in");
        assert_eq!(word.get(Lang::Zh), "登录");
        assert_eq!(word.get(Lang::En), "Sign in");
        assert_eq!(Lang::default().t("是", "yes"), "是");
        assert_eq!(Say::from(word).get(Lang::En), "Sign in");
        assert_eq!(Say::from(word).to_string(), "登录 / Sign in");
        assert_eq!((Lang::Zh.code(), Lang::En.code()), ("zh-CN", "en"));
    }

    #[test]
    fn language_tags_are_read_by_their_first_part() {
        assert_eq!(Lang::parse("zh-CN"), Some(Lang::Zh));
        assert_eq!(Lang::parse("EN_us"), Some(Lang::En));
        assert_eq!(Lang::parse("english"), None);
        assert_eq!(Lang::parse(""), None);
    }

    #[test]
    fn full_width_becomes_plain() {
        assert_eq!(narrow("　１，２３４．５Ｘ　"), "1,234.5X");
        assert_eq!(narrow("\u{A0}古劳镇 "), "古劳镇");
    }

    proptest! {
        #[test]
        fn narrowing_twice_changes_nothing(text in "\\PC{0,40}") {
            let once = narrow(&text);
            prop_assert_eq!(narrow(&once), once);
        }
    }
}
