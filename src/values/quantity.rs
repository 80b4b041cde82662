//! Quantities of what is insured or kept (亩, 头, 份 …), whole hundredths of their unit.

use super::money::show_count;

/// A quantity in hundredths of its unit: `2793.65` is 279365. At most nine digits before the point and
/// two after it, above zero; none for any other text.
#[must_use]
pub fn quantity_hundredths(text: &str) -> Option<i64> {
    let (whole, part) = match text.split_once('.') {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None => (text, ""),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 9 || part.len() > 2 || !digits(whole) || !digits(part) {
        return None;
    }
    format!("{whole}{part:0<2}")
        .parse()
        .ok()
        .filter(|hundredths| *hundredths > 0)
}

/// The quantity as people write it: 279365 is `2,793.65`, whole ones without decimals.
#[must_use]
pub fn show_quantity(hundredths: i64) -> String {
    let (whole, part) = (hundredths / 100, (hundredths % 100).abs());
    let shown = show_count(whole);
    match part {
        0 => shown,
        part => format!("{shown}.{part:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantity_reads_and_shows_as_written() {
        for (text, hundredths, shown) in [
            ("2793.65", 279_365, "2,793.65"),
            ("12.5", 1_250, "12.50"),
            ("400", 40_000, "400"),
            ("0.01", 1, "0.01"),
            ("0.5", 50, "0.50"),
            ("999999999.99", 99_999_999_999, "999,999,999.99"),
        ] {
            assert_eq!(quantity_hundredths(text), Some(hundredths), "{text}");
            assert_eq!(show_quantity(hundredths), shown);
        }
        for odd in [
            "",
            "0",
            "0.00",
            "1.",
            ".5",
            "1.234",
            "-1",
            "1e3",
            "1234567890",
            "１",
            "1,000",
        ] {
            assert_eq!(quantity_hundredths(odd), None, "{odd}");
        }
    }
}
