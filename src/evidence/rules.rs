//! What may be added, and when.

use actix_web::http::StatusCode;

use super::jpeg::{NoJpeg, picture_of};
use crate::ledger::State;
use crate::values::Text;
use crate::vault;

/// The most photos of one record.
pub(super) const MOST_PHOTOS: usize = 6;
/// The most bytes of a photo that a phone's app sends: it makes them small first.
pub(super) const LARGEST: usize = 300 * 1000;
/// The most bytes of one that comes from a page without scripts, as the camera made it.
pub(super) const LARGEST_AS_TAKEN: usize = 1_900 * 1000;

/// Why a photo is not taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unfit {
    TooLarge,
    NoPhoto,
    OtherDigest,
    TooMany,
    Decided,
}

impl Unfit {
    pub const fn status(self) -> StatusCode {
        match self {
            Unfit::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Unfit::NoPhoto => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Unfit::OtherDigest | Unfit::TooMany | Unfit::Decided => StatusCode::CONFLICT,
        }
    }

    pub const fn code(self) -> &'static str {
        match self {
            Unfit::TooLarge => "photo.too_large",
            Unfit::NoPhoto => "photo.not_jpeg",
            Unfit::OtherDigest => "photo.digest",
            Unfit::TooMany => "photo.too_many",
            Unfit::Decided => "photo.decided",
        }
    }

    pub const fn say(self) -> Text {
        match self {
            Unfit::TooLarge => Text::new(
                "照片太大，请在相机里选小一点的尺寸再拍。",
                "The photo is too large. Choose a smaller size in the camera and take it again.",
            ),
            Unfit::NoPhoto => Text::new(
                "这个文件不是完整的 JPEG 照片，请换一张。",
                "This file is no whole JPEG photo. Choose another.",
            ),
            Unfit::OtherDigest => Text::new(
                "照片在路上变了样，请再发一次。",
                "The photo changed on its way. Send it again.",
            ),
            Unfit::TooMany => Text::new("一条记录最多 6 张照片。", "A record has 6 photos at most."),
            Unfit::Decided => Text::new(
                "这条记录已经审核或撤回，不能再增减照片。",
                "The record has been decided on or taken back; its photos stay as they are.",
            ),
        }
    }
}

/// The picture alone, of a file of at most so many bytes.
pub(super) fn check_photo(file: &[u8], most: usize) -> Result<Vec<u8>, Unfit> {
    if file.len() > most {
        return Err(Unfit::TooLarge);
    }
    picture_of(file).map_err(|NoJpeg| Unfit::NoPhoto)
}

/// Whether a file is the one that its address names.
pub(super) fn check_digest(file: &[u8], digest: &str) -> Result<(), Unfit> {
    if vault::digest(file) == digest {
        Ok(())
    } else {
        Err(Unfit::OtherDigest)
    }
}

/// Whether a voucher's photos may still change.
pub(super) fn is_open(state: State) -> bool {
    matches!(state, State::Submitted | State::Returned)
}
