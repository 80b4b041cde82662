//! The faces that text is set in: one for bodies, one for headings and totals, and the office's own if it has named
//! one. They are unpacked and read once, at first use.

use super::super::WriteError;
use crate::values::text::Say;
use krilla::text::Font;
use skrifa::instance::{LocationRef, Size};
use skrifa::raw::{FileRef, TableProvider};
use skrifa::string::StringId;
use skrifa::{FontRef, MetadataProvider};
use std::collections::HashMap;
use std::io::Read;
use std::path::Path;
use std::sync::OnceLock;

static BODY: &[u8] = include_bytes!("../../../../assets/fonts/NotoSerifSC-Regular.otf.zst");
static HEADINGS: &[u8] = include_bytes!("../../../../assets/fonts/NotoSansSC-Bold.otf.zst");
/// What the office itself prints in, set at the start.
static OFFICE: OnceLock<Face> = OnceLock::new();
static FACES: OnceLock<Result<Faces, FontError>> = OnceLock::new();

/// What any report needs of a font.
const NEEDED: &str = "0123456789,.-—，。：（）表月年合计第页";
/// The bits of a font's table OS/2 that forbid to put it into a document.
const RESTRICTED: u16 = 0x0002;

/// How strongly a text is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    Body,
    /// Headings and totals.
    Strong,
}

/// One character of a face: its glyph, and in ems how far it leads and where in that room it stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Glyph {
    pub id: u32,
    pub advance: f32,
    pub offset: f32,
}

pub(super) struct Face {
    pub font: Font,
    glyphs: HashMap<char, Glyph>,
}

/// The faces in which a character is looked for, one after the other.
pub(super) struct Faces {
    office: Option<&'static Face>,
    body: Face,
    headings: Face,
}

/// Why a font cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FontError {
    #[error("the report font {path} cannot be read: {reason} · 读不到报表字体")]
    Unreadable { path: String, reason: String },
    #[error("{path} is not a TrueType or OpenType font · 报表字体不是 TrueType 或 OpenType 字体")]
    NotAFont { path: String },
    #[error("the report font {path} lacks “{missing}” · 报表字体缺少必需的字")]
    Lacks { path: String, missing: char },
    #[error("the report font {path} forbids to be put into documents · 报表字体的授权不允许嵌入文件")]
    Restricted { path: String },
    #[error("a font of the program does not unpack: {0}")]
    Own(String),
}

impl FontError {
    #[must_use]
    pub fn say(&self) -> Say {
        let zh = match self {
            FontError::Unreadable { path, .. } => format!("读不到报表字体“{path}”"),
            FontError::NotAFont { path } => format!("“{path}”不是TrueType或OpenType字体"),
            FontError::Lacks { path, missing } => format!("报表字体“{path}”缺少“{missing}”字"),
            FontError::Restricted { path } => format!("报表字体“{path}”的授权不允许嵌入文件"),
            FontError::Own(reason) => format!("程序自带的字体无法解开：{reason}"),
        };
        Say::new(zh, self.to_string())
    }
}

/// Takes the office's own font for what is printed from now on. The first one named stays.
///
/// # Errors
/// [`FontError`] when the file is no font, lacks what every report prints, or may not be embedded.
pub fn use_office_font(file: &Path) -> Result<(), FontError> {
    let face = office_face(file)?;
    OFFICE.get_or_init(|| face);
    Ok(())
}

fn office_face(file: &Path) -> Result<Face, FontError> {
    let path = file.display().to_string();
    let bytes = std::fs::read(file).map_err(|error| FontError::Unreadable {
        path: path.clone(),
        reason: error.to_string(),
    })?;
    let index = simplified(&bytes);
    let restricted = FontRef::from_index(&bytes, index)
        .and_then(|font| font.os2())
        .is_ok_and(|table| table.fs_type() & 0x000f == RESTRICTED);
    if restricted {
        return Err(FontError::Restricted { path });
    }
    let face = Face::read(bytes, index).ok_or_else(|| FontError::NotAFont { path: path.clone() })?;
    match NEEDED.chars().find(|c| face.glyph(*c).is_none()) {
        Some(missing) => Err(FontError::Lacks { path, missing }),
        None => Ok(face),
    }
}

/// Which face of a collection (.ttc) draws characters as they are written in the mainland: the one whose name ends in SC,
/// as collections for several countries name it, else the first.
fn simplified(bytes: &[u8]) -> u32 {
    let Ok(FileRef::Collection(faces)) = FileRef::new(bytes) else {
        return 0;
    };
    let named = |index: &u32| {
        let name = |font: FontRef<'_>| {
            let names = font.localized_strings(StringId::FAMILY_NAME);
            names
                .into_iter()
                .any(|name| name.chars().collect::<String>().ends_with(" SC"))
        };
        faces.get(*index).is_ok_and(name)
    };
    (0..faces.len()).find(named).unwrap_or(0)
}

/// The faces of the program, with the office's own before them.
///
/// # Errors
/// [`WriteError::Font`] when the program's own fonts are damaged.
pub(super) fn faces() -> Result<&'static Faces, WriteError> {
    let faces = FACES.get_or_init(|| Faces::unpacked(OFFICE.get()));
    faces.as_ref().map_err(|error| WriteError::Font(error.clone()))
}

impl Faces {
    fn unpacked(office: Option<&'static Face>) -> Result<Faces, FontError> {
        Ok(Faces {
            office,
            body: own_face(BODY)?,
            headings: own_face(HEADINGS)?,
        })
    }

    /// The first face that has the character, from the one for this weight on.
    pub(super) fn find(&self, weight: Weight, c: char) -> Option<(&Face, Glyph)> {
        let office = self.office;
        let order = match weight {
            Weight::Body => [office, Some(&self.body), Some(&self.headings)],
            Weight::Strong => [Some(&self.headings), office, Some(&self.body)],
        };
        order
            .into_iter()
            .flatten()
            .find_map(|face| face.glyph(c).map(|glyph| (face, glyph)))
    }
}

fn own_face(packed: &'static [u8]) -> Result<Face, FontError> {
    let own = |error: &dyn std::fmt::Display| FontError::Own(error.to_string());
    let mut bytes = Vec::new();
    let mut plain = ruzstd::decoding::StreamingDecoder::new(packed).map_err(|error| own(&error))?;
    plain.read_to_end(&mut bytes).map_err(|error| own(&error))?;
    Face::read(bytes, 0).ok_or_else(|| own(&"not a font"))
}

impl Face {
    /// Reads which characters there are and how wide. Digits get one width, so that figures stand under each other.
    fn read(bytes: Vec<u8>, index: u32) -> Option<Face> {
        let font = FontRef::from_index(&bytes, index).ok()?;
        let metrics = font.glyph_metrics(Size::unscaled(), LocationRef::default());
        let em = f32::from(font.head().ok()?.units_per_em());
        let mut glyphs = HashMap::new();
        for (code, glyph) in font.charmap().mappings() {
            let Some(c) = char::from_u32(code) else { continue };
            let advance = metrics.advance_width(glyph).unwrap_or(em) / em;
            let id = glyph.to_u32();
            let offset = 0.0;
            glyphs.insert(c, Glyph { id, advance, offset });
        }
        if glyphs.is_empty() || font.outline_glyphs().format().is_none() {
            return None;
        }
        let digits = || '0'..='9';
        let widest = digits()
            .filter_map(|c| glyphs.get(&c))
            .fold(0.0_f32, |widest, glyph| widest.max(glyph.advance));
        for c in digits() {
            if let Some(glyph) = glyphs.get_mut(&c) {
                glyph.offset = (widest - glyph.advance) / 2.0;
                glyph.advance = widest;
            }
        }
        let font = Font::new(bytes.into(), index)?;
        Some(Face { font, glyphs })
    }

    fn glyph(&self, c: char) -> Option<Glyph> {
        self.glyphs.get(&c).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The standard table's characters beyond GBK, as the script that made the fonts lists them.
    fn beyond_gbk() -> Vec<char> {
        let script = include_str!("../../../../assets/fonts/make.py");
        let list = script
            .split("STANDARD_BEYOND_GBK = \"\"\"")
            .nth(1)
            .unwrap()
            .split("\"\"\"")
            .next()
            .unwrap();
        let code = |word: &str| char::from_u32(u32::from_str_radix(word, 16).unwrap()).unwrap();
        list.split_whitespace().map(code).collect()
    }

    #[test]
    fn every_name_of_the_standard_table_and_the_regions_has_a_face() {
        let faces = faces().unwrap();
        let regions = include_str!("../../../../data/regions-jiangmen.csv");
        let rare = beyond_gbk();
        assert_eq!(rare.len(), 276);
        let names = "䶮㙍𬇙堃犇喆玥昇翀垚濛瑢镕偲赟璟珺〇㎡〓＊—…“”";
        let all = regions
            .chars()
            .filter(|c| *c > ' ')
            .chain(rare)
            .chain(names.chars());
        for c in all {
            for weight in [Weight::Body, Weight::Strong] {
                assert!(faces.find(weight, c).is_some(), "{c} {:X}", u32::from(c));
            }
        }
        assert!(faces.find(Weight::Body, '\u{20BB7}').is_none());
    }

    #[test]
    fn digits_are_as_wide_as_each_other_and_headings_fall_back_to_the_body() {
        let faces = faces().unwrap();
        for weight in [Weight::Body, Weight::Strong] {
            let width = |c| faces.find(weight, c).unwrap().1.advance;
            assert!(('0'..='9').all(|c| width(c) == width('0')));
        }
        let (face, _) = faces.find(Weight::Strong, '䶮').unwrap();
        assert!(std::ptr::eq(face, &faces.body));
    }

    #[test]
    fn what_is_no_font_is_refused() {
        let script = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/fonts/make.py"));
        assert!(matches!(office_face(script), Err(FontError::NotAFont { .. })));
        let nowhere = Path::new("/nowhere/font.ttf");
        assert!(matches!(office_face(nowhere), Err(FontError::Unreadable { .. })));
    }
}
