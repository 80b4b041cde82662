//! What stands around the table: the form's heading, the notes and signatures under it, and the foot of every page.

use super::block::{Align, Block, LINE, Shade, Style};
use super::fonts::Weight;
use super::text::Setter;
use crate::reports::table::{Sheet, Variant, Workbook};
use crate::values::text::Lang;
use std::collections::BTreeSet;

const PLAIN: Style = Style {
    weight: Weight::Body,
    size: 9.0,
};
const SMALL: Style = Style {
    weight: Weight::Body,
    size: 8.0,
};
const FOOT: Style = Style {
    weight: Weight::Body,
    size: 7.0,
};
/// Room that the longest page number takes.
const PAGE_NUMBER: f32 = 110.0;
/// White between two texts on one line.
const BETWEEN: f32 = 14.0;
/// A line to sign on: its height, and the least room for a name.
const SIGNATURE: f32 = 34.0;

/// Sets what stands around one sheet's tables.
pub(super) struct Frame<'a> {
    pub setter: &'a Setter<'a>,
    pub book: &'a Workbook,
    pub sheet: &'a Sheet,
    /// Width between the margins.
    pub room: f32,
}

impl Frame<'_> {
    fn lang(&self) -> Lang {
        self.book.lang
    }

    /// The form's heading; a page that goes on says so and leaves out what the first one has said.
    pub(super) fn heading(&self, goes_on: bool) -> Block {
        let (sheet, lang) = (self.sheet, self.lang());
        let mut block = Block::default();
        let form_no = labelled(lang, lang.t("表号", "Form"), &sheet.form_no);
        let banner = sheet.banner.clone().unwrap_or_default();
        let strong = Style {
            weight: Weight::Strong,
            ..PLAIN
        };
        block.cell();
        self.spread(&mut block, [(&banner, strong), ("", PLAIN), (&form_no, PLAIN)]);
        let size = if goes_on { 11.0 } else { 16.0 };
        let title = if goes_on {
            format!("{}{}", sheet.title, lang.t("（续）", " (continued)"))
        } else {
            sheet.title.clone()
        };
        let style = Style {
            weight: Weight::Strong,
            size,
        };
        let across = ((0.0, self.room), Align::Middle);
        block.cell();
        block.text(self.setter, &title, (style, Shade::Black), across);
        block.cell();
        block.height += 3.0;
        if !goes_on {
            let basis = [sheet.variant.label(lang), &sheet.as_of];
            let basis: Vec<&str> = basis.into_iter().filter(|part| !part.is_empty()).collect();
            let basis = basis.join(" · ");
            let authority = labelled(lang, lang.t("制定机关", "Authority"), &sheet.authority);
            self.spread(&mut block, [(&basis, PLAIN), ("", PLAIN), (&authority, PLAIN)]);
        }
        let prepared_by = labelled(lang, lang.t("填报单位", "Prepared by"), &sheet.prepared_by);
        let period = labelled(lang, lang.t("报告期", "Period"), &sheet.period);
        let units = labelled(lang, lang.t("单位", "Unit"), &sheet.units(lang));
        self.spread(
            &mut block,
            [(&prepared_by, PLAIN), (&period, PLAIN), (&units, PLAIN)],
        );
        block.height += 3.0;
        block
    }

    /// Three texts on one line, left, middle and right, or one under the other where they do not fit.
    fn spread(&self, block: &mut Block, texts: [(&str, Style); 3]) {
        let width = |(text, style): (&str, Style)| self.setter.width(text, style.weight) * style.size;
        let [left, middle, right] = texts.map(width);
        let side = left.max(right);
        let fits = if texts[1].0.is_empty() {
            left + BETWEEN + right <= self.room
        } else {
            side * 2.0 + middle + BETWEEN * 2.0 <= self.room
        };
        let whole = (0.0, self.room);
        if !fits {
            for (text, style) in texts.into_iter().filter(|(text, _)| !text.is_empty()) {
                block.text(self.setter, text, (style, Shade::Black), (whole, Align::Left));
            }
            return;
        }
        if texts.iter().all(|(text, _)| text.is_empty()) {
            return;
        }
        for ((text, style), align) in texts.into_iter().zip([Align::Left, Align::Middle, Align::Right]) {
            let set = (style, Shade::Black);
            block.line(self.setter, text, set, (whole, align), block.height);
        }
        block.height += LINE * PLAIN.size;
    }

    /// Notes and signatures, as blocks between which a page may end.
    pub(super) fn tail(&self, missing: &BTreeSet<char>) -> Vec<Block> {
        let lang = self.lang();
        let mut notes = self.sheet.printed_notes(self.book);
        notes.extend(missing_note(lang, missing));
        let label = match notes.len() {
            0 | 1 => lang.t("注：", "Note: "),
            _ => lang.t("注：", "Notes: "),
        };
        let indent = self.setter.width(label, SMALL.weight) * SMALL.size;
        let mut tail = Vec::new();
        for (n, note) in (1..).zip(&notes) {
            let text = if notes.len() == 1 {
                note.clone()
            } else {
                format!("{n}. {note}")
            };
            let mut block = Block {
                height: if n == 1 { 5.0 } else { 0.0 },
                ..Block::default()
            };
            let set = (SMALL, Shade::Black);
            if n == 1 {
                let edges = ((0.0, indent), Align::Left);
                block.line(self.setter, label, set, edges, block.height);
            }
            let edges = ((indent, self.room), Align::Left);
            block.text(self.setter, &text, set, edges);
            tail.push(block);
        }
        tail.push(self.signatures());
        tail
    }

    /// 单位负责人, 审核人, 填表人, 报出日期: each with its name, or a line to write it on.
    fn signatures(&self) -> Block {
        let lang = self.lang();
        let mut block = Block {
            height: SIGNATURE,
            ..Block::default()
        };
        let fields = self.sheet.sign_off.labelled(lang);
        let share = self.room / fields.len() as f32;
        let top = SIGNATURE - LINE * PLAIN.size - 2.0;
        for (n, (label, name)) in fields.into_iter().enumerate() {
            let left = share * n as f32;
            let text = format!("{label}{}{name}", lang.t("：", ": "));
            let edges = ((left, left + share), Align::Left);
            block.line(self.setter, &text, (PLAIN, Shade::Black), edges, top);
            if name.is_empty() {
                let from = left + self.setter.width(&text, PLAIN.weight) * PLAIN.size + 2.0;
                let to = left + share - BETWEEN;
                block.rule((from, SIGNATURE - 2.0), (to, SIGNATURE - 2.0), 0.5, Shade::Black);
            }
        }
        block
    }

    /// The foot of a page: where the file comes from, and which page of how many it is.
    pub(super) fn foot(&self, page: usize, pages: usize) -> Block {
        let lang = self.lang();
        let mut block = Block::default();
        block.rule((0.0, 0.0), (self.room, 0.0), 0.35, Shade::Hair);
        block.height = 2.5;
        let number = match lang {
            Lang::Zh => format!("第 {page} 页 共 {pages} 页"),
            Lang::En => format!("Page {page} of {pages}"),
        };
        let set = (SMALL, Shade::Black);
        let whole = (0.0, self.room);
        block.line(self.setter, &number, set, (whole, Align::Right), block.height);
        let top = block.height;
        let edges = ((0.0, self.room - PAGE_NUMBER), Align::Left);
        let said = self.stamp();
        if !said.is_empty() {
            block.text(self.setter, &said, (FOOT, Shade::Grey), edges);
        }
        if !self.book.stamp.check_code.is_empty() {
            let code = labelled(lang, lang.t("校验码", "Check code"), &self.book.stamp.check_code);
            block.text(self.setter, &code, set, edges);
        }
        block.height = block.height.max(top + LINE * SMALL.size);
        block
    }

    /// Edition, variant, what was asked, what it rests on, and the program.
    fn stamp(&self) -> String {
        let (lang, stamp) = (self.lang(), &self.book.stamp);
        if *stamp == crate::reports::table::Stamp::default() {
            return String::new();
        }
        let edition = match (stamp.edition, lang) {
            (Some(number), Lang::Zh) => format!("第{number}版"),
            (Some(number), Lang::En) => format!("Edition {number}"),
            (None, _) => lang.t("未定版", "No edition").to_owned(),
        };
        let variant = match self.sheet.variant {
            Variant::Internal => lang.t("内部版", "Internal"),
            Variant::Public => lang.t("对外版", "Public"),
        };
        let filters = stamp
            .filters
            .iter()
            .map(|(label, value)| labelled(lang, label, value));
        [edition, variant.to_owned()]
            .into_iter()
            .chain(filters)
            .chain([stamp.as_of.clone(), stamp.program.clone()])
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(lang.t("　", "   "))
    }
}

/// What no face has is printed as 〓; its number says which character it is.
fn missing_note(lang: Lang, missing: &BTreeSet<char>) -> Option<String> {
    if missing.is_empty() {
        return None;
    }
    let numbers: Vec<String> = missing
        .iter()
        .map(|c| format!("U+{:04X}", u32::from(*c)))
        .collect();
    Some(match lang {
        Lang::Zh => format!("字库没有的字印作“〓”：{}。", numbers.join("、")),
        Lang::En => format!(
            "Characters that no font here has are printed as 〓: {}.",
            numbers.join(", ")
        ),
    })
}

/// `label：value`, or nothing when there is no value.
fn labelled(lang: Lang, label: &str, value: &str) -> String {
    if value.is_empty() {
        String::new()
    } else {
        format!("{label}{}{value}", lang.t("：", ": "))
    }
}
