//! Setting text: how wide it is and where its lines end. Lengths are in ems, so that a text set once fits any size.

use super::fonts::{Face, Faces, Glyph, Weight};
use crate::values::text::{Lang, display_width};
use std::cell::RefCell;
use std::collections::BTreeSet;

/// Stands for a character that no face has.
const STAND_IN: char = '〓';
/// What no line begins with.
const NEVER_FIRST: &str = "，。、；：？！）］｝」』】》〉〕’”…—·～％‰℃,.;:?!)]}%°";
/// What no line ends with.
const NEVER_LAST: &str = "（［｛「『【《〈〔‘“([{";

/// Sets text in these faces, and remembers what they do not have.
pub(super) struct Setter<'f> {
    faces: &'f Faces,
    lang: Lang,
    missing: RefCell<BTreeSet<char>>,
}

impl<'f> Setter<'f> {
    pub(super) fn new(faces: &'f Faces, lang: Lang) -> Setter<'f> {
        Setter {
            faces,
            lang,
            missing: RefCell::default(),
        }
    }

    /// The glyph of a character; none for what has no shape of its own.
    pub(super) fn glyph(&self, weight: Weight, c: char) -> Option<(&'f Face, Glyph)> {
        if let Some((face, glyph)) = self.faces.find(weight, c) {
            return Some((face, self.fitted(c, glyph)));
        }
        if c.is_whitespace() || c.is_control() {
            return self.faces.find(weight, ' ');
        }
        if display_width(c.encode_utf8(&mut [0; 4])) == 0 {
            return None;
        }
        self.missing.borrow_mut().insert(c);
        self.faces.find(weight, STAND_IN)
    }

    /// Chinese faces draw quotation marks, dots and signs as wide as a character; between Latin letters they take the part
    /// of that in which they stand.
    fn fitted(&self, c: char, glyph: Glyph) -> Glyph {
        let (offset, advance) = match c {
            '“' | '‘' => (-0.5, 0.5),
            '”' | '’' => (0.0, 0.5),
            '·' => (-0.25, 0.5),
            '×' | '÷' => (-0.15, 0.7),
            _ => return glyph,
        };
        if self.lang == Lang::Zh || glyph.advance < 0.9 {
            return glyph;
        }
        Glyph {
            advance,
            offset,
            ..glyph
        }
    }

    /// What has been asked for since the last time and no face has.
    pub(super) fn take_missing(&self) -> BTreeSet<char> {
        self.missing.take()
    }

    pub(super) fn width(&self, text: &str, weight: Weight) -> f32 {
        text.chars().map(|c| self.advance(c, weight)).sum()
    }

    fn advance(&self, c: char, weight: Weight) -> f32 {
        self.glyph(weight, c).map_or(0.0, |(_, glyph)| glyph.advance)
    }

    /// The text in lines of at most this width. Lines break between Chinese characters and between words, never
    /// before closing or after opening punctuation; only what is wider than a line by itself breaks anywhere.
    pub(super) fn lines(&self, text: &str, weight: Weight, width: f32) -> Vec<String> {
        if !text.contains('\n') && self.width(text, weight) <= width {
            return vec![text.to_owned()];
        }
        let mut lines = Vec::new();
        for paragraph in text.split('\n') {
            self.break_paragraph(paragraph, weight, width, &mut lines);
        }
        lines
    }

    /// A heading in lines: as any text, but rather before a bracket than within it.
    pub(super) fn heading_lines(&self, text: &str, weight: Weight, width: f32) -> Vec<String> {
        let lines = self.lines(text, weight, width);
        let halves = text.find(['（', '(']).map(|at| text.split_at(at));
        match halves {
            Some((name, aside)) if lines.len() == 2 && !name.is_empty() => {
                let fits = |part: &str| self.width(part.trim_end(), weight) <= width;
                if fits(name) && fits(aside) {
                    vec![name.trim_end().to_owned(), aside.to_owned()]
                } else {
                    lines
                }
            }
            _ => lines,
        }
    }

    fn break_paragraph(&self, text: &str, weight: Weight, width: f32, lines: &mut Vec<String>) {
        let mut line = String::new();
        let mut used = 0.0;
        for piece in pieces(text) {
            // Blanks at the end of a line hang over its edge.
            let needs = self.width(piece.trim_end(), weight);
            if !line.is_empty() && used + needs > width {
                lines.push(std::mem::take(&mut line).trim_end().to_owned());
                used = 0.0;
            }
            if needs <= width {
                line.push_str(piece);
                used += self.width(piece, weight);
                continue;
            }
            for c in piece.chars() {
                let advance = self.advance(c, weight);
                if !line.is_empty() && used + advance > width {
                    lines.push(std::mem::take(&mut line));
                    used = 0.0;
                }
                line.push(c);
                used += advance;
            }
        }
        lines.push(line.trim_end().to_owned());
    }
}

/// The parts of a text between which a line may end.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let mut chars = rest.char_indices().peekable();
        let mut printed = ' ';
        while let Some((_, before)) = chars.next() {
            if !before.is_whitespace() {
                printed = before;
            }
            match chars.peek() {
                Some((at, after)) if may_break(printed, before, *after) => {
                    let (piece, others) = rest.split_at(*at);
                    rest = others;
                    return Some(piece);
                }
                _ => {}
            }
        }
        Some(std::mem::take(&mut rest))
    })
}

/// Whether a line may end between two characters; `printed` is the last one that is no blank.
fn may_break(printed: char, before: char, after: char) -> bool {
    if after.is_whitespace() || NEVER_LAST.contains(printed) || NEVER_FIRST.contains(after) {
        return false;
    }
    before.is_whitespace()
        || is_wide(before)
        || is_wide(after)
        || before == '/'
        || before == '-' && after.is_alphabetic()
}

fn is_wide(c: char) -> bool {
    display_width(c.encode_utf8(&mut [0; 4])) == 2
}

#[cfg(test)]
mod tests {
    use super::super::fonts;
    use super::*;
    use proptest::prelude::*;

    fn lines(text: &str, width: f32) -> Vec<String> {
        Setter::new(fonts::faces().unwrap(), Lang::Zh).lines(text, Weight::Body, width)
    }

    #[test]
    fn punctuation_stays_where_it_belongs() {
        assert_eq!(lines("整村授信，已完成", 4.0), ["整村授", "信，已完", "成"]);
        assert_eq!(lines("全市（含县级市）", 3.0), ["全市", "（含县", "级市）"]);
        assert_eq!(lines("“新屋村”有", 4.0), ["“新屋", "村”有"]);
        assert_eq!(lines("说明——如下", 3.0), ["说", "明——", "如下"]);
    }

    #[test]
    fn words_and_numbers_stay_whole_where_they_fit() {
        let setter = Setter::new(fonts::faces().unwrap(), Lang::Zh);
        let town = setter.width("Gulao Town", Weight::Body) + 0.01;
        assert_eq!(lines("Gulao Town of Heshan", town), ["Gulao Town", "of Heshan"]);
        assert_eq!(lines("共1,234,567.89元整", 6.5), ["共", "1,234,567.89", "元整"]);
        assert_eq!(lines("440700000000", 3.0).concat(), "440700000000");
        assert_eq!(lines("一\n二", 9.0), ["一", "二"]);
        assert_eq!(lines("", 9.0), [""]);
    }

    #[test]
    fn a_heading_breaks_before_its_bracket() {
        let setter = Setter::new(fonts::faces().unwrap(), Lang::Zh);
        let lines = |width| setter.heading_lines("派驻村数（期末）", Weight::Strong, width);
        assert_eq!(lines(6.0), ["派驻村数", "（期末）"]);
        assert_eq!(lines(9.0), ["派驻村数（期末）"]);
        assert_eq!(lines(3.0).concat(), "派驻村数（期末）");
    }

    #[test]
    fn signs_between_latin_letters_are_not_as_wide_as_characters() {
        let width = |lang, text: &str| Setter::new(fonts::faces().unwrap(), lang).width(text, Weight::Body);
        for sign in ["×", "÷", "·", "“", "”"] {
            assert!(width(Lang::En, sign) < 0.75, "{sign}");
        }
        assert!(width(Lang::Zh, "×") > width(Lang::En, "×"));
    }

    #[test]
    fn a_character_no_face_has_is_told() {
        let setter = Setter::new(fonts::faces().unwrap(), Lang::Zh);
        assert!(setter.width("𠮷野", Weight::Body) > 1.9);
        assert_eq!(setter.take_missing().into_iter().collect::<String>(), "𠮷");
        assert!(setter.take_missing().is_empty());
        assert_eq!(setter.width("\u{FE0F}", Weight::Body), 0.0);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_no_line_breaks_the_rules(
            text in "[江门市新会区陈皮，。（）“”：；A-Za-z0-9 ,.%-]{0,60}",
            width in 2.0_f32..20.0,
        ) {
            let setter = Setter::new(fonts::faces().unwrap(), Lang::Zh);
            let broken = setter.lines(&text, Weight::Body, width);
            let solid = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(solid(&broken.concat()), solid(&text));
            for line in &broken {
                prop_assert!(setter.width(line, Weight::Body) <= width + 0.001 || line.chars().count() == 1);
            }
            let widest = pieces(&text)
                .map(|piece| setter.width(piece.trim_end(), Weight::Body))
                .fold(0.0_f32, f32::max);
            if widest <= width && broken.len() > 1 {
                for line in &broken[1..] {
                    prop_assert!(!line.starts_with(|c| NEVER_FIRST.contains(c)) , "{:?}", broken);
                }
                for line in &broken[..broken.len() - 1] {
                    prop_assert!(!line.ends_with(|c| NEVER_LAST.contains(c)), "{:?}", broken);
                }
            }
        }
    }
}
