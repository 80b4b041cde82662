//! A report as an edition keeps it: packed JSON of the value that all writers write.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use crate::error::Error;
use crate::reports::table::Workbook;

/// Most bytes a kept report unpacks to.
const MOST: u64 = 256 * 1024 * 1024;

/// Packs it.
pub(super) fn pack(book: &Workbook) -> Result<Vec<u8>, Error> {
    let failed = |error: std::io::Error| Error::Failed(format!("a report does not pack: {error}"));
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(&serde_json::to_vec(book)?).map_err(failed)?;
    packed.finish().map_err(failed)
}

/// Unpacks it.
pub(super) fn unpack(packed: &[u8]) -> Result<Workbook, Error> {
    let mut text = Vec::new();
    GzDecoder::new(packed)
        .take(MOST)
        .read_to_end(&mut text)
        .map_err(|error| Error::Failed(format!("a kept report does not unpack: {error}")))?;
    Ok(serde_json::from_slice(&text)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reports::table::{Picture, PictureKind, Stamp};
    use crate::reports::write::samples;

    #[test]
    fn what_is_kept_comes_back_to_the_cell() {
        let mut book = samples::book(vec![samples::by_county(), samples::tiny()]);
        book.stamp = Stamp {
            edition: Some(1),
            filters: vec![("范围".to_owned(), "江门市".to_owned())],
            ..Stamp::default()
        };
        book.sheets[0].charts = vec![Picture::new(PictureKind::Bars, "granted", "有效授信额度")];
        let packed = pack(&book).unwrap();
        assert_eq!(unpack(&packed).unwrap(), book);
        assert_eq!(pack(&book).unwrap(), packed);
        assert!(unpack(&packed[..packed.len() / 2]).is_err());
    }
}
