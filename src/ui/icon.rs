//! A few line drawings for the phone face, 24 by 24, drawn in the colour of the text around them.

use maud::{Markup, html};

/// What a drawing stands for. It always has its words beside it, so it is hidden from screen readers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// 首页, 本村.
    Home,
    /// 记录.
    Add,
    /// 授信, 贷款: a coin.
    Coin,
    /// 保险: an umbrella.
    Umbrella,
    /// 走访: footprints on a road.
    Visit,
    /// 待上报: a tray with an arrow.
    Outbox,
    /// 我的记录.
    List,
    /// 主体, 我的.
    Person,
    /// 报表.
    Chart,
    /// 关账: a padlock.
    Lock,
}

impl Icon {
    const fn path(self) -> &'static str {
        match self {
            Icon::Home => "M3 11.5 12 4l9 7.5M6 10v10h12V10M12 20v-6M6 15h12",
            Icon::Add => "M12 5v14M5 12h14",
            Icon::Coin => "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M8.5 7.5 12 12l3.5-4.5M12 12v5M9 12.5h6M9 15h6",
            Icon::Umbrella => "M12 3v1M3 13a9 9 0 0 1 18 0zM12 13v6a2 2 0 0 1-4 0",
            Icon::Visit => {
                "M12 21s-6-5.4-6-10a6 6 0 0 1 12 0c0 4.6-6 10-6 10M12 9a2 2 0 1 0 0 4 2 2 0 0 0 0-4"
            }
            Icon::Outbox => "M4 14v5h16v-5M12 15V4M8 8l4-4 4 4",
            Icon::List => "M9 6h11M9 12h11M9 18h11M4 6h1M4 12h1M4 18h1",
            Icon::Person => "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8M4.5 20a7.5 7.5 0 0 1 15 0",
            Icon::Lock => "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
            Icon::Chart => "M4 20h16M7 20v-7M12 20V5M17 20v-10",
        }
    }

    /// The drawing.
    #[must_use]
    pub fn markup(self) -> Markup {
        html! {
            svg.icon viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor"
                stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"
                aria-hidden="true" focusable="false" {
                path d=(self.path()) {}
            }
        }
    }
}
