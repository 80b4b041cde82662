//! The pages of the lineage: the list, the form, the check before it is written.

use maud::{Markup, html};

use super::super::keeps;
use super::{Checked, HOME, Listed, NEW, TITLE, withdrawal};
use crate::auth::{FormData, Page};
use crate::regions::EventKind;
use crate::ui::form::{self, Answer as Particular, Button};
use crate::ui::notice;
use crate::ui::pill::{self, Tone};
use crate::ui::table::{Cell, Column, Row, Table};
use crate::values::day::{show_day, show_moment};
use crate::values::{Lang, Say, Text};

pub(super) fn list_page(page: &Page, rows: &[Listed]) -> Markup {
    let lang = page.lang;
    let columns = vec![
        Column::text(lang.t("生效日", "First day")),
        Column::text(lang.t("变更", "Change")),
        Column::text(lang.t("原单位", "Before")),
        Column::text(lang.t("变更后", "After")),
        Column::text(lang.t("依据文件", "Document")),
        Column::text(lang.t("登记人", "Recorded by")),
    ];
    let several = |names: &[String]| {
        html! { @for name in names { div { (name) } } @if names.is_empty() { "—" } }
    };
    let row = |row: &Listed| {
        let document = html! {
            (row.event.document)
            @if !row.event.note.is_empty() { div.hint { (row.event.note) } }
        };
        Row::new(vec![
            Cell::when(&show_day(row.event.day)),
            Cell::text(change(page, row)),
            Cell::text(several(&row.old)),
            Cell::text(several(&row.new)),
            Cell::text(document),
            Cell::text(&row.by),
        ])
    };
    html! {
        h1 { (TITLE.get(lang)) }
        p.lead {
            (lang.t(
                "更名、合并、拆分、村改居、划转都按生效日和文件登记。已入账的数字不动：按当月区划看在原单位，按现行区划看在接续单位；拆分、撤销的单位单列。",
                "Renamings, mergers, splits, conversions and transfers are recorded with their day and document. Posted figures do not move: as then they stand in the old unit, as now in the one that took its place; units split or abolished stand on rows of their own.",
            ))
        }
        @if keeps(page) { (kinds_to_record(lang)) }
        @if rows.is_empty() {
            (notice::empty(lang.t("还没有登记过变更。", "Nothing has been recorded yet."), None))
        } @else {
            (Table::new("lineage", lang.t("已登记的变更", "Changes on the register"), columns)
                .rows(rows.iter().map(row)).markup(lang))
        }
    }
}

/// What happened; whether it was taken back, or the way to do so.
fn change(page: &Page, row: &Listed) -> Markup {
    let lang = page.lang;
    html! {
        (row.event.kind.text().get(lang))
        @match (&row.event.withdrawal, &row.withdrawn_by) {
            (Some(taken), Some(by)) => {
                " " (pill::tag(Tone::Neutral, lang.t("已撤回", "Taken back")))
                div.hint { (show_moment(taken.at)) " " (by) (lang.t("：", ": ")) (taken.reason) }
            }
            _ => @if keeps(page) {
                div { a href=(withdrawal::address(row.event.id)) { (lang.t("登记错了", "Recorded wrongly")) } }
            }
        }
    }
}

fn kinds_to_record(lang: Lang) -> Markup {
    html! {
        h2 { (NEW.get(lang)) }
        ul.badges {
            @for kind in EventKind::EVERY {
                @let href = if kind == EventKind::Placement {
                    "/register/hamlets".to_owned()
                } else {
                    format!("{HOME}/new?kind={}", kind.code())
                };
                li { a href=(href) { (kind.text().get(lang)) } }
            }
        }
    }
}

/// What a kind asks for, and how it is explained.
fn explained(kind: EventKind) -> Text {
    match kind {
        EventKind::Rename => Text::new(
            "单位延续，只换名称，代码可换可不换（在同一上级之下）。",
            "The unit goes on under another name, with the same code or another one under the same parent.",
        ),
        EventKind::Merge => Text::new(
            "几个单位合成一个：新设一个，或并入其中一个。合并后的新业务记在接续单位；原单位的合同照常还款、理赔。",
            "Several units become one: a new one, or one of them. New business then goes to that unit; contracts of the old ones run on.",
        ),
        EventKind::Split => Text::new(
            "一个村拆成几个。原单位不保留的，它的余额无法分到各新村，单列一行；它下面的自然村改为未定村，再逐个归村。",
            "One village becomes several. If it does not go on itself, what hangs on it cannot be divided and stands on its own row; its hamlets become undetermined and are placed one by one.",
        ),
        EventKind::Urbanise => Text::new(
            "村委会改为居委会（或镇改为街道），换新代码；此后不再计入行政村数。",
            "A village becomes a community, or a town a subdistrict, with a new code; it no longer counts as a village.",
        ),
        EventKind::Transfer => Text::new(
            "单位延续，改属另一个镇或县；新代码的前几位就是新的上级。下属单位的代码随之改变。",
            "The unit goes on under another town or county: the first digits of the new code say which. Codes of the units below follow.",
        ),
        EventKind::Abolish => Text::new(
            "单位撤销、无接续单位，它的代码可由一个新单位使用（如 440705108218 由新谢村改为皮子村）；两者是两个单位，旧账留在旧单位。",
            "The unit ends without an heir, and a new one may take its code (as 440705108218 passed from 新谢村 to 皮子村); they are two units, and old figures stay with the old one.",
        ),
        EventKind::Placement => Text::new(
            "自然村自这一天起归入行政村。此前的数字按当月区划仍是未定村，按现行区划计入该村。",
            "From this day the hamlet lies in the village. Earlier figures stand as undetermined as then, and in the village as now.",
        ),
    }
}

pub(super) fn form_page(page: &Page, kind: EventKind, form: &FormData, problems: &[(String, Say)]) -> Markup {
    let lang = page.lang;
    let field = |name, label| form.field(lang, name, label, problems);
    html! {
        h1 { (NEW.get(lang)) "：" (kind.text().get(lang)) }
        p.lead { (explained(kind).get(lang)) }
        (form::error_summary(lang, problems))
        (form::post(HOME, &page.user.csrf, html! {
            (form::hidden("kind", kind.code()))
            (units_fields(lang, kind, form, problems))
            (field("day", lang.t("生效日", "First day"))
                .hint(lang.t("文件写明的生效日，不晚于今天；原单位到前一天为止。", "The day the document names, not after today; the old units end the day before."))
                .date())
            (field("document", lang.t("依据文件", "Document"))
                .hint(lang.t("文件名称和文号，例如 粤民函〔2023〕12号。", "Its name and number, such as 粤民函〔2023〕12号."))
                .text())
            (field("note", lang.t("备注", "Remark")).optional().text())
            (form::actions(html! {
                (Button::primary(lang.t("核对", "Check")))
                a href=(HOME) { (lang.t("取消", "Cancel")) }
            }))
        }))
    }
}

fn units_fields(lang: Lang, kind: EventKind, form: &FormData, problems: &[(String, Say)]) -> Markup {
    let field = |name, label| form.field(lang, name, label, problems);
    let many = kind == EventKind::Merge;
    let old = if many {
        field("old", lang.t("原单位的代码", "Codes of the old units"))
            .hint(lang.t(
                "一行一个 12 位区划代码，至少两个。",
                "One region code of 12 digits a line, at least two.",
            ))
            .textarea(4)
    } else {
        field("old", lang.t("单位的代码", "Code of the unit"))
            .hint(lang.t(
                "变更前的 12 位区划代码。",
                "The region code of 12 digits before the change.",
            ))
            .text()
    };
    let code_name = lang.t(
        "一行一个：代码、空格、名称，例如 440784103230 新莲村委会。",
        "One a line: code, space, name, such as 440784103230 新莲村委会.",
    );
    html! {
        (old)
        @match kind {
            EventKind::Merge => {
                (field("goes_on", lang.t("并入其中哪个单位", "Merged into which of them"))
                    .hint(lang.t("并入现有单位的，填它的代码；新设单位的留空。", "The code of the standing unit that takes the others in; empty when a new one is founded."))
                    .optional().text())
                (field("named", lang.t("新设单位", "The new unit")).hint(code_name).optional().textarea(2))
            }
            EventKind::Split => {
                (field("named", lang.t("新设单位", "The new units")).hint(code_name).textarea(4))
                (field("goes_on", lang.t("原单位保留，只析出新设单位", "The old unit goes on; the new ones are given off")).checkbox(form.has("goes_on")))
            }
            EventKind::Rename => {
                (field("named", lang.t("新名称", "New name"))
                    .hint(lang.t("代码也换的，写“新代码 新名称”。", "If the code changes too: the new code, a space, the name."))
                    .text())
            }
            EventKind::Urbanise | EventKind::Transfer => {
                (field("named", lang.t("新代码和名称", "New code and name")).hint(code_name).text())
            }
            EventKind::Abolish => {
                (field("named", lang.t("改用其代码的新单位", "New unit that takes the code"))
                    .hint(lang.t("代码、空格、名称；只撤销的留空。", "Code, space, name; empty if the unit is only abolished."))
                    .optional().text())
            }
            EventKind::Placement => {
                (field("village", lang.t("归入的村的代码", "Code of its village"))
                    .hint(lang.t("12 位区划代码，例如 440784103205。", "A region code of 12 digits, such as 440784103205."))
                    .text())
            }
        }
    }
}

pub(super) fn check_page(page: &Page, kind: EventKind, form: &FormData, checked: &Checked) -> Markup {
    let lang = page.lang;
    let answers = [
        Particular::new(lang.t("变更", "Change"), kind.text().get(lang)),
        Particular::new(lang.t("生效日", "First day"), form.get("day")),
        Particular::new(lang.t("依据文件", "Document"), form.get("document")),
    ];
    let columns = vec![
        Column::text(lang.t("原单位", "Before")),
        Column::text(""),
        Column::text(lang.t("变更后", "After")),
    ];
    let row = |cells: &[String; 3]| Row::new(cells.iter().map(Cell::text).collect());
    html! {
        h1 { (lang.t("核对区划变更", "Check the change")) }
        (form::summary_list(lang, &answers))
        (Table::new("effects", lang.t("涉及的单位", "Units concerned"), columns).rows(checked.rows.iter().map(row)).markup(lang))
        (notice::notice(html! {
            p { (lang.t("登记后不能修改；登记错了，在还没有业务和关账以它为依据时可以撤回。已关账各月的版次保留当时的区划；已入账的数字仍在原单位名下。", "It cannot be changed once recorded; a mistake can be taken back while no record and no closed month rests on it. Editions of closed months keep their boundaries; posted figures stay with the old units.")) }
        }))
        (form::post(HOME, &page.user.csrf, html! {
            @for (name, value) in form.fields() {
                @if !name.starts_with('_') && name != "confirmed" { (form::hidden(name, value)) }
            }
            (form::hidden("confirmed", "yes"))
            (form::actions(html! {
                (Button::primary(lang.t("确认登记", "Record it")))
                a href={ (HOME) "/new?kind=" (kind.code()) } { (lang.t("重填", "Start again")) }
            }))
        }))
    }
}
