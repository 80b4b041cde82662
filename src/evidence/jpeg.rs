//! A JPEG file without what it tells besides its picture: the segments are copied, the picture is not drawn anew.

/// Why a file is not taken for a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NoJpeg;

/// The most pixels along an edge.
const LONGEST_EDGE: u16 = 16_384;

const SOI: u8 = 0xD8;
const EOI: u8 = 0xD9;
const SOS: u8 = 0xDA;
const COMMENT: u8 = 0xFE;
const JFIF: u8 = 0xE0;
const EXIF: u8 = 0xE1;

/// The picture alone. Of EXIF only which side is up is kept, for without it pictures lie on their side; everything after
/// the end of the picture is cut off (phones append films and depth maps there).
///
/// # Errors
/// [`NoJpeg`] for whatever browsers would not show as a JPEG, and for one that ends early.
pub(super) fn picture_of(file: &[u8]) -> Result<Vec<u8>, NoJpeg> {
    let mut rest = file.strip_prefix(&[0xFF, SOI]).ok_or(NoJpeg)?;
    let mut kept = vec![0xFF, SOI];
    let (mut framed, mut drawn, mut turned) = (false, false, false);
    loop {
        let (marker, after) = marker(rest)?;
        if marker == EOI {
            kept.extend([0xFF, EOI]);
            return if framed && drawn { Ok(kept) } else { Err(NoJpeg) };
        }
        let (segment, after) = segment(after)?;
        rest = after;
        match marker {
            JFIF => kept.extend(plain_header(segment)),
            EXIF if !turned => {
                if let Some(side) = side_up(segment) {
                    kept.extend(only_side_up(side));
                    turned = true;
                }
            }
            0xE1..=0xEF | COMMENT => {}
            // Frames as every browser draws them: baseline, extended, progressive; one of them.
            0xC0..=0xC2 if !framed && sane_frame(segment) => {
                framed = true;
                keep(&mut kept, marker, segment);
            }
            0xC4 | 0xDB | 0xDD => keep(&mut kept, marker, segment),
            SOS if framed => {
                drawn = true;
                keep(&mut kept, marker, segment);
                let (scan, after) = scan(rest)?;
                kept.extend_from_slice(scan);
                rest = after;
            }
            _ => return Err(NoJpeg),
        }
    }
}

/// The next marker, before which bytes of 0xFF may stand.
fn marker(bytes: &[u8]) -> Result<(u8, &[u8]), NoJpeg> {
    let mut rest = bytes.strip_prefix(&[0xFF]).ok_or(NoJpeg)?;
    while let Some(after) = rest.strip_prefix(&[0xFF]) {
        rest = after;
    }
    rest.split_first()
        .map(|(marker, after)| (*marker, after))
        .ok_or(NoJpeg)
}

/// What a segment holds after its length.
fn segment(bytes: &[u8]) -> Result<(&[u8], &[u8]), NoJpeg> {
    let (length, _) = bytes.split_first_chunk::<2>().ok_or(NoJpeg)?;
    let length = usize::from(u16::from_be_bytes(*length));
    let (whole, after) = bytes.split_at_checked(length).ok_or(NoJpeg)?;
    Ok((whole.get(2..).ok_or(NoJpeg)?, after))
}

fn keep(kept: &mut Vec<u8>, marker: u8, segment: &[u8]) {
    // It came out of a segment, so its length fits into two bytes.
    let length = u16::try_from(segment.len() + 2).unwrap_or(u16::MAX);
    kept.extend([0xFF, marker]);
    kept.extend(length.to_be_bytes());
    kept.extend_from_slice(segment);
}

/// The pixels of one scan, up to the next marker that is not part of them.
fn scan(bytes: &[u8]) -> Result<(&[u8], &[u8]), NoJpeg> {
    let ends = |pair: &[u8]| matches!(pair, [0xFF, next] if *next != 0 && !(0xD0..=0xD7).contains(next));
    let end = bytes.windows(2).position(ends).ok_or(NoJpeg)?;
    Ok(bytes.split_at(end))
}

/// Whether a frame is of 8 bits and of a size a phone takes.
fn sane_frame(frame: &[u8]) -> bool {
    let [8, h1, h2, w1, w2, components, ..] = frame else {
        return false;
    };
    let sane = |edge: u16| (1..=LONGEST_EDGE).contains(&edge);
    sane(u16::from_be_bytes([*h1, *h2]))
        && sane(u16::from_be_bytes([*w1, *w2]))
        && frame.len() == 6 + 3 * usize::from(*components)
}

/// The JFIF header without the small picture that may stand in it; nothing of any other.
fn plain_header(segment: &[u8]) -> Vec<u8> {
    let mut kept = Vec::new();
    if let Some(header) = segment.get(..12).filter(|header| header.starts_with(b"JFIF\0")) {
        keep(&mut kept, JFIF, &[header, &[0, 0]].concat());
    }
    kept
}

/// Which side is up (EXIF's orientation, 1 to 8), where it is told.
fn side_up(segment: &[u8]) -> Option<u8> {
    let tiff = segment.strip_prefix(b"Exif\0\0")?;
    let big = match tiff.get(..4)? {
        b"MM\0*" => true,
        b"II*\0" => false,
        _ => return None,
    };
    let short = |at: usize| {
        let bytes = [*tiff.get(at)?, *tiff.get(at.checked_add(1)?)?];
        Some(usize::from(if big {
            u16::from_be_bytes(bytes)
        } else {
            u16::from_le_bytes(bytes)
        }))
    };
    // The directory's place is told in four bytes, of which a segment can need two only.
    let directory = if big { short(6)? } else { short(4)? };
    let entry = |n: usize| directory + 2 + 12 * n;
    let found = (0..short(directory)?).find(|n| short(entry(*n)) == Some(0x0112))?;
    let side = short(entry(found) + 8)?;
    u8::try_from(side).ok().filter(|side| (1..=8).contains(side))
}

/// An EXIF segment that tells which side is up, and nothing else.
fn only_side_up(side: u8) -> Vec<u8> {
    let mut kept = Vec::new();
    let tiff = [
        b"Exif\0\0MM\0*\0\0\0\x08".as_slice(),
        // One entry: orientation, a short, one of them, its value; no further directory.
        &[0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, side, 0, 0, 0, 0, 0, 0],
    ]
    .concat();
    keep(&mut kept, EXIF, &tiff);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(marker: u8, segment: &[u8]) -> Vec<u8> {
        let mut whole = Vec::new();
        keep(&mut whole, marker, segment);
        whole
    }

    /// A grey picture of 8 × 8, as far as its structure goes.
    fn plain() -> Vec<Vec<u8>> {
        vec![
            vec![0xFF, SOI],
            with(0xDB, &[0; 65]),
            with(0xC0, &[8, 0, 8, 0, 8, 1, 1, 0x11, 0]),
            with(0xC4, &[0; 20]),
            with(SOS, &[1, 1, 0, 0, 63, 0]),
            vec![0x12, 0xFF, 0x00, 0x34, 0xFF, 0xD0, 0x56],
            vec![0xFF, EOI],
        ]
    }

    fn little_endian_exif(side: u8) -> Vec<u8> {
        let mut tiff = b"Exif\0\0II*\0\x08\0\0\0".to_vec();
        tiff.extend([2, 0]);
        tiff.extend([0x0F, 0x01, 2, 0, 4, 0, 0, 0, b'C', b'A', b'M', 0]);
        tiff.extend([0x12, 0x01, 3, 0, 1, 0, 0, 0, side, 0, 0, 0]);
        tiff.extend([0, 0, 0, 0]);
        tiff.extend(b"GPS 22.5 112.9");
        tiff
    }

    #[test]
    fn only_the_picture_is_left() {
        let plain_file = plain().concat();
        assert_eq!(picture_of(&plain_file), Ok(plain_file.clone()));
        let mut told = plain();
        told.insert(1, with(0xE2, b"ICC_PROFILE"));
        told.insert(1, with(COMMENT, b"taken at home"));
        told.insert(1, with(0xED, b"Photoshop 3.0"));
        told.push(b"a film that the phone appended".to_vec());
        assert_eq!(picture_of(&told.concat()), Ok(plain_file));
    }

    #[test]
    fn which_side_is_up_is_all_that_stays_of_exif() {
        let mut told = plain();
        told.insert(1, with(EXIF, &little_endian_exif(6)));
        let kept = picture_of(&told.concat()).unwrap();
        let text = String::from_utf8_lossy(&kept);
        assert!(!text.contains("GPS") && !text.contains("CAM"), "{text}");
        let (exif, _) = segment(&kept[4..]).unwrap();
        assert_eq!(side_up(exif), Some(6));
        assert_eq!(picture_of(&kept), Ok(kept.clone()), "nothing is left to cut");
        let mut odd = plain();
        odd.insert(1, with(EXIF, &little_endian_exif(9)));
        assert_eq!(picture_of(&odd.concat()), Ok(plain().concat()));
    }

    #[test]
    fn a_small_picture_within_goes_too() {
        let mut told = plain();
        let header = [b"JFIF\0".as_slice(), &[1, 2, 0, 0, 1, 0, 1, 2, 2], &[9; 12]].concat();
        told.insert(1, with(JFIF, &header));
        told.insert(2, with(JFIF, b"JFXX\0\x10a small picture"));
        let kept = picture_of(&told.concat()).unwrap();
        let (header, _) = segment(&kept[4..]).unwrap();
        assert_eq!(
            header,
            [b"JFIF\0".as_slice(), &[1, 2, 0, 0, 1, 0, 1, 0, 0]].concat()
        );
        assert_eq!(kept.len(), plain().concat().len() + 18);
    }

    #[test]
    fn what_ends_early_or_is_something_else_is_refused() {
        let whole = plain().concat();
        for end in 0..whole.len() {
            assert_eq!(picture_of(&whole[..end]), Err(NoJpeg), "cut after {end}");
        }
        assert_eq!(picture_of(b"\x89PNG\r\n\x1a\n"), Err(NoJpeg));
        assert_eq!(picture_of(b"<html><script>alert(1)</script>"), Err(NoJpeg));
        let mut twice = plain();
        twice.insert(3, with(0xC0, &[8, 0, 8, 0, 8, 1, 1, 0x11, 0]));
        assert_eq!(picture_of(&twice.concat()), Err(NoJpeg));
        let mut none = plain();
        none.remove(2);
        assert_eq!(picture_of(&none.concat()), Err(NoJpeg), "no frame");
        let mut empty = plain();
        empty[2] = with(0xC0, &[8, 0, 0, 0, 8, 1, 1, 0x11, 0]);
        assert_eq!(picture_of(&empty.concat()), Err(NoJpeg), "no lines");
    }
}
