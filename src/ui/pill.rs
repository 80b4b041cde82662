//! States and marks as small labels: always words, the colour only helps.

use maud::{Markup, html};

use crate::values::text::Lang;

/// How a small label is tinted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Grey: a plain fact.
    Neutral,
    /// Green: done, in order.
    Good,
    /// Yellow: waits for somebody.
    Waiting,
    /// Red: somebody must act.
    Wrong,
}

impl Tone {
    const fn class(self) -> &'static str {
        match self {
            Tone::Neutral => "pill",
            Tone::Good => "pill good",
            Tone::Waiting => "pill waiting",
            Tone::Wrong => "pill wrong",
        }
    }
}

/// Where a voucher stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// 待审核.
    Submitted,
    /// 已入账.
    Approved,
    /// 退回修改.
    Returned,
    /// 已撤回.
    Withdrawn,
    /// 已冲销.
    Reversed,
}

impl Standing {
    /// Reads the code a voucher is stored with.
    #[must_use]
    pub fn parse(code: &str) -> Option<Standing> {
        Some(match code {
            "submitted" => Standing::Submitted,
            "approved" => Standing::Approved,
            "returned" => Standing::Returned,
            "withdrawn" => Standing::Withdrawn,
            "reversed" => Standing::Reversed,
            _ => return None,
        })
    }

    /// The words of the state.
    #[must_use]
    pub const fn label(self, lang: Lang) -> &'static str {
        match self {
            Standing::Submitted => lang.t("待审核", "Waiting for review"),
            Standing::Approved => lang.t("已入账", "Posted"),
            Standing::Returned => lang.t("退回修改", "Returned"),
            Standing::Withdrawn => lang.t("已撤回", "Withdrawn"),
            Standing::Reversed => lang.t("已冲销", "Reversed"),
        }
    }

    const fn tone(self) -> Tone {
        match self {
            Standing::Submitted => Tone::Waiting,
            Standing::Approved => Tone::Good,
            Standing::Returned => Tone::Wrong,
            Standing::Withdrawn | Standing::Reversed => Tone::Neutral,
        }
    }
}

/// The state of a voucher.
#[must_use]
pub fn pill(lang: Lang, standing: Standing) -> Markup {
    tag(standing.tone(), standing.label(lang))
}

/// Any other mark: 补录, 第1版, 零报, 初审通过.
#[must_use]
pub fn tag(tone: Tone, words: &str) -> Markup {
    html! { span class=(tone.class()) { (words) } }
}

/// 第1版: the month is closed, and these are that edition's figures. Nothing while it is open.
#[must_use]
pub fn edition(lang: Lang, number: Option<i32>) -> Markup {
    html! {
        @if let Some(number) = number { " " (tag(Tone::Good, &edition_name(lang, number))) }
    }
}

/// What an edition is called.
#[must_use]
pub fn edition_name(lang: Lang, number: i32) -> String {
    match lang {
        Lang::Zh => format!("第{number}版"),
        Lang::En => format!("Edition {number}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_told_in_words() {
        assert_eq!(
            pill(Lang::Zh, Standing::Returned).into_string(),
            r#"<span class="pill wrong">退回修改</span>"#
        );
        assert_eq!(Standing::parse("approved"), Some(Standing::Approved));
        assert_eq!(Standing::parse("posted"), None);
    }
}
