//! The pages of the accounts desk.

use maud::{Markup, html};

use super::{Card, HOME, List};
use crate::auth::account::Account;
use crate::auth::enrol::Scopes;
use crate::auth::{FormData, Page, Role, command_line_user};
use crate::ledger::AuditRow;
use crate::ui::form::{self, Answer, Button, Choice, Size};
use crate::ui::history::{Event, history};
use crate::ui::pill::{Tone, tag};
use crate::ui::table::{Cell, Column, Row, Table};
use crate::ui::{filter, notice, pager};
use crate::values::day::show_moment;
use crate::values::{Lang, Say, Text, english};

pub(super) const TITLE: Text = Text::new("账号", "Accounts");
pub(super) const NEW: Text = Text::new("新增账号", "Add an account");

pub(super) fn index(page: &Page, list: &List<'_>) -> Markup {
    let lang = page.lang;
    html! {
        h1 { (TITLE.get(lang)) }
        p { (form::button_link(&format!("{HOME}/new"), NEW.get(lang))) }
        (filters(lang, list))
        @if list.rows.is_empty() {
            (notice::empty(lang.t("没有符合条件的账号。", "No account fits."), None))
        } @else {
            (table(lang, list))
            (pager::pager(lang, &page.path, small(list.page), small(list.pages), large(list.found)))
        }
    }
}

fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn large(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn filters(lang: Lang, list: &List<'_>) -> Markup {
    let mut roles = vec![("", lang.t("全部", "All"))];
    roles.extend(
        Role::EVERY
            .iter()
            .map(|role| (role.code(), role.name().get(lang))),
    );
    filter::filter_bar(
        lang,
        HOME,
        html! {
            (filter::pick("role", lang.t("角色", "Role"), &roles, &list.query.role))
            label.filter {
                span { (lang.t("登录名或姓名", "Login or name")) }
                input type="search" name="q" value=(list.query.q) autocomplete="off";
            }
        },
    )
}

fn table(lang: Lang, list: &List<'_>) -> Markup {
    let columns = vec![
        Column::text(lang.t("登录名", "Login")),
        Column::text(lang.t("姓名", "Name")),
        Column::text(lang.t("角色", "Role")),
        Column::text(lang.t("县、机构、特派员", "County, institution, specialist")),
        Column::text(lang.t("状态", "Status")),
    ];
    let row = |account: &Account| {
        Row::new(vec![
            Cell::text(&account.login),
            Cell::text(&account.name),
            Cell::text(role_name(account, lang)),
            Cell::text(list.scopes.words(account, lang)),
            Cell::text(standing(account, lang)),
        ])
        .link(format!("{HOME}/{}", account.id))
    };
    Table::new(
        "accounts",
        lang.t("可登录的账号", "Accounts that can sign in"),
        columns,
    )
    .rows(list.rows.iter().map(row))
    .markup(lang)
}

fn role_name(account: &Account, lang: Lang) -> &str {
    Role::parse(&account.role).map_or(account.role.as_str(), |role| role.name().get(lang))
}

fn standing(account: &Account, lang: Lang) -> Markup {
    match (account.disabled, account.must_change) {
        (true, _) => tag(Tone::Wrong, lang.t("已停用", "Disabled")),
        (false, true) => tag(Tone::Waiting, lang.t("一次性密码，待更改", "One-time password")),
        (false, false) => tag(Tone::Good, lang.t("在用", "In use")),
    }
}

pub(super) fn form_page(page: &Page, scopes: &Scopes, form: &FormData, problems: &[(String, Say)]) -> Markup {
    let lang = page.lang;
    let field = |name, label| form.field(lang, name, label, problems);
    let roles =
        Role::EVERY.map(|role| Choice::new(role.code(), role.name().get(lang)).hint(role_hint(role, lang)));
    let none = lang.t("（无）", "(none)");
    let ids: Vec<(String, String)> = scopes
        .books
        .iter()
        .map(|(id, name)| (id.0.to_string(), english::told(lang, name, english::place)))
        .collect();
    let institutions: Vec<(String, String)> = scopes
        .institutions
        .iter()
        .map(|(id, _, name)| (id.0.to_string(), english::told(lang, name, english::institution)))
        .collect();
    html! {
        h1 { (NEW.get(lang)) }
        p.lead { (lang.t("系统会给出一个一次性密码，只显示一次；本人首次登录时必须更改。", "A one-time password is made and shown once; it must be changed at the first sign-in.")) }
        (form::error_summary(lang, problems))
        (form::post(HOME, &page.user.csrf, html! {
            (field("name", lang.t("姓名", "Name")).text())
            (field("login", lang.t("登录名", "Login"))
                .hint(lang.t("小写字母、数字和 . - _ @，3 至 40 个，例如 chen.dawen。", "Small letters, digits and . - _ @, 3 to 40 of them, such as chen.dawen."))
                .text())
            (field("role", lang.t("角色", "Role")).radios(&roles))
            (field("book", lang.t("县（账套）", "County (book)"))
                .hint(lang.t("机构经办和县级审核必选；特派员只在一个县派驻时可选；市级角色留空。", "Needed for clerks and reviewers; for a specialist who works in one county only; none for the city's roles."))
                .optional().select(&choices(none, &ids)))
            (field("institution", lang.t("机构", "Institution"))
                .hint(lang.t("机构经办必选；特派员自动取其所属机构。", "Needed for clerks; a specialist's is taken from the register."))
                .optional().select(&choices(none, &institutions)))
            (field("specialist", lang.t("特派员编号", "Number of the specialist"))
                .hint(lang.t("特派员账号必填，编号见特派员名单。", "Needed for a specialist's account; the number stands in the list of specialists."))
                .optional().size(Size::Short).digits())
            (form::actions(html! {
                (Button::primary(lang.t("新增并生成一次性密码", "Add and make a one-time password")))
                a href=(HOME) { (lang.t("取消", "Cancel")) }
            }))
        }))
    }
}

fn choices<'a>(none: &'a str, some: &'a [(String, String)]) -> Vec<Choice<'a>> {
    let named = some.iter().map(|(value, label)| Choice::new(value, label));
    std::iter::once(Choice::new("", none)).chain(named).collect()
}

fn role_hint(role: Role, lang: Lang) -> &'static str {
    match role {
        Role::Specialist => lang.t(
            "在派驻的村登记授信、贷款和走访",
            "Records in the villages of his or her postings",
        ),
        Role::Clerk => lang.t(
            "替一家机构在一个县登记",
            "Records for one institution in one county",
        ),
        Role::Reviewer => lang.t("审核一个县的记录", "Reviews the records of one county"),
        Role::CityReader => lang.t("查阅全市各县", "Reads every county"),
        Role::ReportReader => lang.t("只看月报", "Reads the monthly reports only"),
        Role::Administrator => lang.t("管登记和账号", "Keeps the registers and the accounts"),
    }
}

pub(super) fn show(page: &Page, card: &Card) -> Markup {
    let lang = page.lang;
    let account = &card.account;
    let answers = [
        Answer::new(lang.t("登录名", "Login"), &account.login),
        Answer::new(lang.t("角色", "Role"), role_name(account, lang)),
        Answer::new(
            lang.t("县、机构、特派员", "County, institution, specialist"),
            &card.scope,
        ),
        Answer::new(lang.t("状态", "Status"), standing(account, lang)),
    ];
    html! {
        h1 { (account.name) }
        @if let Some(clear) = &card.slip { (slip(lang, &account.login, clear)) }
        (form::summary_list(lang, &answers))
        @if account.id == page.user.id {
            p { a href="/password" { (lang.t("更改自己的密码", "Change your own password")) } }
        } @else {
            (actions(page, account))
        }
        h2 { (lang.t("变更记录", "History")) }
        (events(lang, &card.history))
    }
}

/// The password, to be copied or printed now.
fn slip(lang: Lang, login: &str, clear: &str) -> Markup {
    html! {
        div.receipt role="status" {
            p { (lang.t("登录名", "Login")) br; strong { (login) } }
            p { (lang.t("一次性密码", "One-time password")) br; strong #one-time-password { (clear) } }
            p {
                (lang.t("只显示这一次，离开本页后无法再看到。请抄下或打印，当面交给本人；首次登录时必须更改。", "Shown this once; it cannot be seen again after you leave this page. Write it down or print it and hand it over in person. It must be changed at the first sign-in."))
            }
        }
    }
}

fn actions(page: &Page, account: &Account) -> Markup {
    let lang = page.lang;
    let at = |verb: &str| format!("{HOME}/{}/{verb}", account.id);
    html! {
        (form::actions(html! {
            a.button.secondary href=(at(Grave::Password.verb())) { (Grave::Password.name().get(lang)) }
            @if account.disabled {
                (form::post(&at("enabling"), &page.user.csrf, html! {
                    (Button::secondary(lang.t("重新启用", "Enable again")))
                }))
            } @else {
                a.button.secondary href=(at(Grave::Disable.verb())) { (Grave::Disable.name().get(lang)) }
            }
        }))
        p.hint {
            (lang.t("重置密码会得到一个新的一次性密码；停用后立即退出登录，记录都保留。", "Replacing gives a new one-time password. Disabling signs the person out at once; what they recorded stays."))
        }
    }
}

/// What cannot be taken back and is asked about once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grave {
    Password,
    Disable,
}

impl Grave {
    /// The end of its address.
    pub(super) const fn verb(self) -> &'static str {
        match self {
            Grave::Password => "password",
            Grave::Disable => "disabling",
        }
    }

    pub(super) const fn name(self) -> Text {
        match self {
            Grave::Password => Text::new("重置密码", "Replace the password"),
            Grave::Disable => Text::new("停用", "Disable"),
        }
    }

    const fn question(self) -> Text {
        match self {
            Grave::Password => Text::new(
                "确定重置这个账号的密码吗？",
                "Replace the password of this account?",
            ),
            Grave::Disable => Text::new("确定停用这个账号吗？", "Disable this account?"),
        }
    }

    const fn consequence(self) -> Text {
        match self {
            Grave::Password => Text::new(
                "原密码立即失效，此人已登录的地方全部退出。系统给出一个一次性密码，只显示一次，请当面交给本人。",
                "The old password stops working at once and every open session of this person ends. A one-time password is made \
                 and shown once; hand it over in person.",
            ),
            Grave::Disable => Text::new(
                "此人立即退出登录，不能再登录。其登记和审核的记录都保留，以后可以重新启用。",
                "This person is signed out at once and cannot sign in again. Everything recorded stays, and the account can be \
                 enabled again later.",
            ),
        }
    }
}

/// The page that asks before it is done.
pub(super) fn confirm(page: &Page, account: &Account, scope: &str, grave: Grave) -> Markup {
    let lang = page.lang;
    let back = format!("{HOME}/{}", account.id);
    let answers = [
        Answer::new(lang.t("姓名", "Name"), &account.name),
        Answer::new(lang.t("登录名", "Login"), &account.login),
        Answer::new(lang.t("角色", "Role"), role_name(account, lang)),
        Answer::new(
            lang.t("县、机构、特派员", "County, institution, specialist"),
            scope,
        ),
    ];
    html! {
        h1 { (grave.question().get(lang)) }
        (form::summary_list(lang, &answers))
        p { (grave.consequence().get(lang)) }
        (form::post(&format!("{back}/{}", grave.verb()), &page.user.csrf, form::actions(html! {
            (Button::grave(grave.name().get(lang)))
            a href=(back) { (lang.t("取消", "Cancel")) }
        })))
    }
}

fn events(lang: Lang, rows: &[(AuditRow, String)]) -> Markup {
    let written: Vec<(String, &AuditRow, &str)> = rows
        .iter()
        .map(|(row, who)| {
            let machine = row.actor_id == command_line_user();
            (
                show_moment(row.at),
                row,
                if machine {
                    lang.t("命令行", "Command line")
                } else {
                    who.as_str()
                },
            )
        })
        .collect();
    if written.is_empty() {
        return notice::empty(lang.t("没有变更记录。", "Nothing has been recorded."), None);
    }
    let events: Vec<Event<'_>> = written
        .iter()
        .map(|(when, row, who)| Event {
            when,
            what: what(&row.action, lang),
            who,
            note: None,
        })
        .collect();
    history(&events)
}

fn what(action: &str, lang: Lang) -> &str {
    match action {
        "account.added" => lang.t("新增", "Added"),
        "account.password_renewed" => lang.t("重置密码", "Password replaced"),
        "account.disabled" => lang.t("停用", "Disabled"),
        "account.enabled" => lang.t("重新启用", "Enabled again"),
        other => other,
    }
}
