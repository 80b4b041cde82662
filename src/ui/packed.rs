//! Assets as they go over a village's network: scripts without what only their readers need, and everything
//! compressed once, as well as gzip can, instead of hastily at each request.

use std::collections::HashMap;
use std::io::Write as _;
use std::sync::LazyLock;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::assets::{ASSETS, Asset};

/// What is served of an asset.
#[derive(Debug)]
pub struct Packed {
    /// For a browser that reads nothing compressed.
    pub plain: Vec<u8>,
    /// Nothing for a picture, and where that is no smaller.
    pub gzip: Option<Vec<u8>>,
}

static PACKED: LazyLock<HashMap<&'static str, Packed>> =
    LazyLock::new(|| ASSETS.iter().map(|asset| (asset.name, pack(asset))).collect());

/// The asset of that name, packed.
#[must_use]
pub fn find(name: &str) -> Option<&'static Packed> {
    PACKED.get(name)
}

fn pack(asset: &Asset) -> Packed {
    let script = asset.content_type.starts_with("text/javascript");
    let plain = match std::str::from_utf8(asset.body) {
        Ok(text) if script => bare(text).into_bytes(),
        _ => asset.body.to_vec(),
    };
    // A picture is compressed already.
    let text = script || asset.content_type.starts_with("text/") || asset.content_type.ends_with("+xml");
    let gzip = text
        .then(|| gzip(&plain).ok())
        .flatten()
        .filter(|packed| packed.len() < plain.len());
    Packed { plain, gzip }
}

fn gzip(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut packing = GzEncoder::new(Vec::new(), Compression::best());
    packing.write_all(bytes)?;
    packing.finish()
}

/// A script without its comment lines, its empty lines and its indentation. Comments stand on lines of their own
/// and no text runs over several lines: a test holds the scripts to it.
fn bare(script: &str) -> String {
    let mut left = String::with_capacity(script.len());
    let mut within = false;
    for line in script.lines().map(str::trim) {
        let opens = !within && line.starts_with("/*");
        if opens || within {
            within = !line.ends_with("*/");
        } else if !line.is_empty() && !line.starts_with("//") {
            left.push_str(line);
            left.push('\n');
        }
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_indentation_stay_at_home() {
        let script = "// Why.\nconst a = 1; // kept\n\n/* One. */\n/*\n * Two.\n */\nfunction b() {\n  return `// ${a}`;\n}\n";
        assert_eq!(
            bare(script),
            "const a = 1; // kept\nfunction b() {\nreturn `// ${a}`;\n}\n"
        );
    }

    #[test]
    fn no_text_of_a_script_runs_over_several_lines() {
        for asset in ASSETS.iter().filter(|asset| asset.name.ends_with(".js")) {
            let packed = find(asset.name).expect("packed");
            for line in String::from_utf8_lossy(&packed.plain).lines() {
                assert!(line.matches('`').count() % 2 == 0, "{}: {line}", asset.name);
                assert!(!line.starts_with('*'), "{}: {line}", asset.name);
            }
        }
    }

    #[test]
    fn the_app_comes_in_less_than_a_hundred_kilobytes() {
        let needed = |asset: &&Asset| {
            asset.name == "cunxin.css" || asset.name == "icon.svg" || asset.name.starts_with("field/")
        };
        let sizes = ASSETS.iter().filter(needed).filter_map(|asset| {
            let packed = find(asset.name)?;
            packed.gzip.as_ref().map(Vec::len)
        });
        let all: usize = sizes.sum();
        assert!(all < 95_000, "{all}");
    }
}
