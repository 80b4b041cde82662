//! The files a page links to, carried inside the binary. Each address bears a fingerprint of the content, so
//! that a browser may keep a file for ever and still see the next version at once.

/// A file served under `/assets/`.
#[derive(Debug)]
pub struct Asset {
    /// The name after `/assets/`.
    pub name: &'static str,
    /// Its `Content-Type`.
    pub content_type: &'static str,
    /// Its bytes.
    pub body: &'static [u8],
    /// A fingerprint of the bytes (FNV-1a, 64 bits): tells versions apart, proves nothing.
    pub fingerprint: u64,
}

impl Asset {
    const fn new(name: &'static str, content_type: &'static str, body: &'static [u8]) -> Asset {
        Asset {
            name,
            content_type,
            body,
            fingerprint: fingerprint(body),
        }
    }

    /// A module of the phone's app, or of the plain pages of the field.
    const fn script(name: &'static str, body: &'static [u8]) -> Asset {
        Asset::new(name, "text/javascript; charset=utf-8", body)
    }

    const fn png(name: &'static str, body: &'static [u8]) -> Asset {
        Asset::new(name, "image/png", body)
    }

    /// The entity tag, quoted as HTTP wants it.
    #[must_use]
    pub fn etag(&self) -> String {
        format!("\"{:016x}\"", self.fingerprint)
    }

    /// The query of its address: `v=…`.
    #[must_use]
    pub fn version(&self) -> String {
        format!("v={:016x}", self.fingerprint)
    }
}

/// Every asset. Another file is another line here.
#[allow(
    long_running_const_eval,
    reason = "the fingerprints are reckoned once, by the compiler: a quarter of a megabyte, byte by byte"
)]
pub static ASSETS: &[Asset] = &[
    Asset::new(
        "cunxin.css",
        "text/css; charset=utf-8",
        include_bytes!("../../assets/cunxin.css"),
    ),
    Asset::script("cunxin.js", include_bytes!("../../assets/cunxin.js")),
    Asset::new(
        "desk.css",
        "text/css; charset=utf-8",
        include_bytes!("../../assets/desk.css"),
    ),
    Asset::script("file.js", include_bytes!("../../assets/file.js")),
    Asset::new(
        "icon.svg",
        "image/svg+xml",
        include_bytes!("../../assets/icon.svg"),
    ),
    Asset::script("photo.js", include_bytes!("../../assets/photo.js")),
    Asset::script("review.js", include_bytes!("../../assets/review.js")),
    Asset::script("table.js", include_bytes!("../../assets/table.js")),
    Asset::png(
        "field/icon-180.png",
        include_bytes!("../../assets/field/icon-180.png"),
    ),
    Asset::png(
        "field/icon-192.png",
        include_bytes!("../../assets/field/icon-192.png"),
    ),
    Asset::png(
        "field/icon-512.png",
        include_bytes!("../../assets/field/icon-512.png"),
    ),
    Asset::png(
        "field/icon-maskable-512.png",
        include_bytes!("../../assets/field/icon-maskable-512.png"),
    ),
    Asset::new(
        "field/app.css",
        "text/css; charset=utf-8",
        include_bytes!("../../assets/field/app.css"),
    ),
    Asset::script("field/app.js", include_bytes!("../../assets/field/app.js")),
    Asset::script("field/bar.js", include_bytes!("../../assets/field/bar.js")),
    Asset::script("field/batch.js", include_bytes!("../../assets/field/batch.js")),
    Asset::script(
        "field/changes.js",
        include_bytes!("../../assets/field/changes.js"),
    ),
    Asset::script("field/dom.js", include_bytes!("../../assets/field/dom.js")),
    Asset::script(
        "field/handfile.js",
        include_bytes!("../../assets/field/handfile.js"),
    ),
    Asset::script(
        "field/handfile-view.js",
        include_bytes!("../../assets/field/handfile-view.js"),
    ),
    Asset::script("field/handin.js", include_bytes!("../../assets/field/handin.js")),
    Asset::script("field/ids.js", include_bytes!("../../assets/field/ids.js")),
    Asset::script(
        "field/install.js",
        include_bytes!("../../assets/field/install.js"),
    ),
    Asset::script(
        "field/leaving.js",
        include_bytes!("../../assets/field/leaving.js"),
    ),
    Asset::script("field/lock.js", include_bytes!("../../assets/field/lock.js")),
    Asset::script("field/outbox.js", include_bytes!("../../assets/field/outbox.js")),
    Asset::script(
        "field/outbox-view.js",
        include_bytes!("../../assets/field/outbox-view.js"),
    ),
    Asset::script("field/parts.js", include_bytes!("../../assets/field/parts.js")),
    Asset::script("field/photo.js", include_bytes!("../../assets/field/photo.js")),
    Asset::script(
        "field/photo-send.js",
        include_bytes!("../../assets/field/photo-send.js"),
    ),
    Asset::script("field/place.js", include_bytes!("../../assets/field/place.js")),
    Asset::script("field/print.js", include_bytes!("../../assets/field/print.js")),
    Asset::script("field/record.js", include_bytes!("../../assets/field/record.js")),
    Asset::script(
        "field/results.js",
        include_bytes!("../../assets/field/results.js"),
    ),
    Asset::script("field/routes.js", include_bytes!("../../assets/field/routes.js")),
    Asset::script("field/seal.js", include_bytes!("../../assets/field/seal.js")),
    Asset::script(
        "field/settings.js",
        include_bytes!("../../assets/field/settings.js"),
    ),
    Asset::script("field/start.js", include_bytes!("../../assets/field/start.js")),
    Asset::script("field/store.js", include_bytes!("../../assets/field/store.js")),
    Asset::script("field/wire.js", include_bytes!("../../assets/field/wire.js")),
    Asset::script(
        "field/autosave.js",
        include_bytes!("../../assets/field/autosave.js"),
    ),
    Asset::script(
        "field/calculator.js",
        include_bytes!("../../assets/field/calculator.js"),
    ),
    Asset::script("field/check.js", include_bytes!("../../assets/field/check.js")),
    Asset::script(
        "field/clients.js",
        include_bytes!("../../assets/field/clients.js"),
    ),
    Asset::script(
        "field/controls.js",
        include_bytes!("../../assets/field/controls.js"),
    ),
    Asset::script("field/day.js", include_bytes!("../../assets/field/day.js")),
    Asset::script("field/draft.js", include_bytes!("../../assets/field/draft.js")),
    Asset::script("field/form.js", include_bytes!("../../assets/field/form.js")),
    Asset::script(
        "field/judging.js",
        include_bytes!("../../assets/field/judging.js"),
    ),
    Asset::script("field/known.js", include_bytes!("../../assets/field/known.js")),
    Asset::script("field/money.js", include_bytes!("../../assets/field/money.js")),
    Asset::script("field/person.js", include_bytes!("../../assets/field/person.js")),
    Asset::script("field/picker.js", include_bytes!("../../assets/field/picker.js")),
    Asset::script("field/reader.js", include_bytes!("../../assets/field/reader.js")),
    Asset::script("field/rules.js", include_bytes!("../../assets/field/rules.js")),
    Asset::script(
        "field/rules-claim.js",
        include_bytes!("../../assets/field/rules-claim.js"),
    ),
    Asset::script(
        "field/rules-loan.js",
        include_bytes!("../../assets/field/rules-loan.js"),
    ),
    Asset::script(
        "field/schedule.js",
        include_bytes!("../../assets/field/schedule.js"),
    ),
    Asset::script(
        "field/sitting.js",
        include_bytes!("../../assets/field/sitting.js"),
    ),
    Asset::script("field/text.js", include_bytes!("../../assets/field/text.js")),
    Asset::script("field/today.js", include_bytes!("../../assets/field/today.js")),
];

/// The asset of that name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.name == name)
}

/// The entity tag of what is made while the program runs, quoted as HTTP wants it.
#[must_use]
pub fn tag_of(bytes: &[u8]) -> String {
    format!("\"{:016x}\"", fingerprint(bytes))
}

/// The address of an asset with its version: `/assets/cunxin.css?v=…`.
#[must_use]
pub fn href(name: &str) -> String {
    match find(name) {
        Some(asset) => format!("/assets/{name}?{}", asset.version()),
        None => format!("/assets/{name}"),
    }
}

const fn fingerprint(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut at = 0;
    while at < bytes.len() {
        hash ^= u64::from_le_bytes([bytes[at], 0, 0, 0, 0, 0, 0, 0]);
        hash = hash.wrapping_mul(0x0000_0100_0000_01b3);
        at += 1;
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fingerprint_is_fnv_1a() {
        assert_eq!(fingerprint(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fingerprint(b"a"), 0xaf63_dc4c_8601_ec8c);
    }

    #[test]
    fn assets_stay_light_for_a_village_network() {
        let size = |name: &str| find(name).map_or(usize::MAX, |asset| asset.body.len());
        assert!(size("cunxin.css") < 30_000, "{}", size("cunxin.css"));
        assert!(size("cunxin.js") < 7_500, "{}", size("cunxin.js"));
        assert!(size("desk.css") < 14_000, "{}", size("desk.css"));
        assert!(size("table.js") < 7_500, "{}", size("table.js"));
        assert!(size("review.js") < 7_500, "{}", size("review.js"));
        assert!(size("file.js") < 1_000, "{}", size("file.js"));
        assert!(size("icon.svg") < 2_000, "{}", size("icon.svg"));
    }

    #[test]
    fn nothing_is_fetched_from_elsewhere() {
        for asset in ASSETS {
            let text = String::from_utf8_lossy(asset.body).replace("http://www.w3.org/2000/svg", "");
            assert!(!text.contains("://"), "{}", asset.name);
        }
    }
}
