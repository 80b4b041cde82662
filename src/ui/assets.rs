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

    /// The entity tag, quoted as HTTP wants it.
    #[must_use]
    pub fn etag(&self) -> String {
        format!("\"{:016x}\"", self.fingerprint)
    }
}

/// Every asset. Another file is another line here.
pub static ASSETS: [Asset; 4] = [
    Asset::new(
        "cunxin.css",
        "text/css; charset=utf-8",
        include_bytes!("../../assets/cunxin.css"),
    ),
    Asset::new(
        "cunxin.js",
        "text/javascript; charset=utf-8",
        include_bytes!("../../assets/cunxin.js"),
    ),
    Asset::new(
        "file.js",
        "text/javascript; charset=utf-8",
        include_bytes!("../../assets/file.js"),
    ),
    Asset::new(
        "icon.svg",
        "image/svg+xml",
        include_bytes!("../../assets/icon.svg"),
    ),
];

/// The asset of that name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.name == name)
}

/// The address of an asset with its version: `/assets/cunxin.css?v=…`.
#[must_use]
pub fn href(name: &str) -> String {
    match find(name) {
        Some(asset) => format!("/assets/{name}?v={:016x}", asset.fingerprint),
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
        assert!(size("file.js") < 1_000, "{}", size("file.js"));
        assert!(size("icon.svg") < 2_000, "{}", size("icon.svg"));
    }

    #[test]
    fn nothing_is_fetched_from_elsewhere() {
        for asset in &ASSETS {
            let text = String::from_utf8_lossy(asset.body).replace("http://www.w3.org/2000/svg", "");
            assert!(!text.contains("://"), "{}", asset.name);
        }
    }
}
