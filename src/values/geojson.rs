//! Outlines of administrative units out of a GeoJSON file, in whole millionths of a degree.
//!
//! Only what a sketch map needs is read: a `FeatureCollection` of `Polygon` and `MultiPolygon` features, each with a
//! property `code` of twelve digits. Decimals are read exactly and cut to millionths; nothing passes through a float.

use std::collections::BTreeSet;

use rust_decimal::Decimal;
use serde_json::Value;

use super::{RegionCode, Say};

/// Most bytes of a file.
pub const MOST_BYTES: usize = 8 << 20;
/// Most units in a file.
pub const MOST_UNITS: usize = 3_000;
/// Most points in a file.
pub const MOST_POINTS: usize = 300_000;

/// A position: longitude and latitude in millionths of a degree.
pub type Position = (i64, i64);

/// The outline of one unit: closed rings, islands and holes alike, filled by the even-odd rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    pub code: RegionCode,
    pub rings: Vec<Vec<Position>>,
}

/// Reads a file's units in their order.
///
/// # Errors
/// A sentence that says what is wrong, and in which feature.
pub fn outlines(text: &str) -> Result<Vec<Outline>, Say> {
    if text.len() > MOST_BYTES {
        return Err(Say::new(
            format!("地图文件超过{}MB。", MOST_BYTES >> 20),
            format!("The map file is larger than {} MB.", MOST_BYTES >> 20),
        ));
    }
    let file: Value = serde_json::from_str(text).map_err(|error| {
        Say::new(
            format!("地图文件不是合法的 JSON：{error}。"),
            format!("The map file is not valid JSON: {error}."),
        )
    })?;
    let features = file
        .get("features")
        .and_then(Value::as_array)
        .filter(|_| file.get("type").and_then(Value::as_str) == Some("FeatureCollection"))
        .ok_or_else(|| {
            Say::new(
                "地图文件应为 GeoJSON 的 FeatureCollection。",
                "The map file must be a GeoJSON FeatureCollection.",
            )
        })?;
    if features.is_empty() || features.len() > MOST_UNITS {
        return Err(Say::new(
            format!("地图文件应有1至{MOST_UNITS}个单位，实有{}个。", features.len()),
            format!(
                "The map file must hold 1 to {MOST_UNITS} units; it has {}.",
                features.len()
            ),
        ));
    }
    let mut known = BTreeSet::new();
    let mut points = 0;
    let mut found = Vec::with_capacity(features.len());
    for (feature, number) in features.iter().zip(1..) {
        let outline = outline(feature).map_err(|what| in_feature(number, &what))?;
        points += outline.rings.iter().map(Vec::len).sum::<usize>();
        if points > MOST_POINTS {
            return Err(Say::new(
                format!("地图文件的点超过{MOST_POINTS}个，请先简化。"),
                format!("The map file has more than {MOST_POINTS} points; simplify it first."),
            ));
        }
        if !known.insert(outline.code.as_str().to_owned()) {
            let what = Say::new(
                format!("代码{}重复", outline.code.as_str()),
                format!("the code {} stands there twice", outline.code.as_str()),
            );
            return Err(in_feature(number, &what));
        }
        found.push(outline);
    }
    Ok(found)
}

fn in_feature(number: usize, what: &Say) -> Say {
    Say::new(
        format!("地图文件第{number}个单位：{}。", what.zh),
        format!("Unit {number} of the map file: {}.", what.en),
    )
}

fn outline(feature: &Value) -> Result<Outline, Say> {
    let code = feature
        .pointer("/properties/code")
        .and_then(Value::as_str)
        .and_then(|code| RegionCode::parse(code).ok())
        .ok_or_else(|| {
            Say::new(
                "属性 code 不是12位行政区划代码",
                "its property `code` is not a twelve-digit code",
            )
        })?;
    let geometry = |name: &str| feature.pointer(&format!("/geometry/{name}"));
    let polygons: Vec<&Value> = match geometry("type").and_then(Value::as_str) {
        Some("Polygon") => geometry("coordinates").into_iter().collect(),
        Some("MultiPolygon") => list(geometry("coordinates"))?.iter().collect(),
        _ => {
            return Err(Say::new(
                "几何类型不是 Polygon 或 MultiPolygon",
                "its geometry is neither a Polygon nor a MultiPolygon",
            ));
        }
    };
    let mut rings = Vec::new();
    for polygon in polygons {
        for ring in list(Some(polygon))? {
            let ring: Result<Vec<Position>, Say> = list(Some(ring))?.iter().map(position).collect();
            rings.push(ring?);
        }
    }
    if rings.is_empty() || rings.iter().any(|ring| ring.len() < 4) {
        return Err(Say::new(
            "有一圈边界少于4个点",
            "one of its rings has fewer than four points",
        ));
    }
    Ok(Outline { code, rings })
}

fn list(value: Option<&Value>) -> Result<&Vec<Value>, Say> {
    value
        .and_then(Value::as_array)
        .ok_or_else(|| Say::new("坐标不完整", "its coordinates are not whole"))
}

fn position(value: &Value) -> Result<Position, Say> {
    let pair = list(Some(value))?;
    let read = |at: usize, most: i64| {
        let degrees = pair.get(at).filter(|number| number.is_number())?.to_string();
        let degrees = degrees
            .parse::<Decimal>()
            .or_else(|_| Decimal::from_scientific(&degrees))
            .ok()?;
        let millionths = degrees.checked_mul(Decimal::from(1_000_000))?.trunc();
        let millionths = i64::try_from(millionths).ok()?;
        (millionths.abs() <= most * 1_000_000).then_some(millionths)
    };
    read(0, 180).zip(read(1, 90)).ok_or_else(|| {
        Say::new(
            "坐标不是经度、纬度",
            "a position is not a longitude and a latitude",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(code: &str, geometry: &str) -> String {
        format!(
            r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{{"code":"{code}"}},"geometry":{geometry}}}]}}"#
        )
    }

    const SQUARE: &str =
        r#"{"type":"Polygon","coordinates":[[[113.1,22.5],[113.2,22.5],[113.2,22.6000001],[113.1,22.5]]]}"#;

    #[test]
    fn decimals_become_whole_millionths() {
        let read = outlines(&file("440784000000", SQUARE)).unwrap();
        assert_eq!(read[0].code.as_str(), "440784000000");
        assert_eq!(
            read[0].rings,
            [[
                (113_100_000, 22_500_000),
                (113_200_000, 22_500_000),
                (113_200_000, 22_600_000),
                (113_100_000, 22_500_000)
            ]]
        );
    }

    #[test]
    fn the_shipped_counties_are_seven() {
        let read = outlines(include_str!("../../data/jiangmen-counties.geojson")).unwrap();
        assert_eq!(read.len(), 7);
        assert!(read.iter().map(|outline| outline.rings.len()).sum::<usize>() >= 20);
    }

    #[test]
    fn what_is_wrong_is_said_and_where() {
        let said = |text: &str| outlines(text).unwrap_err().zh;
        assert!(said("[").contains("JSON"));
        assert!(said("{}").contains("FeatureCollection"));
        assert!(said(&file("4407", SQUARE)).contains("第1个单位：属性 code"));
        assert!(said(&file("440784000000", r#"{"type":"Point","coordinates":[1,2]}"#)).contains("Polygon"));
        let beyond = SQUARE.replace("113.2,22.5", "1130.2,22.5");
        assert!(said(&file("440784000000", &beyond)).contains("经度"));
        let open = r#"{"type":"Polygon","coordinates":[[[1,2],[1,3],[1,2]]]}"#;
        assert!(said(&file("440784000000", open)).contains("少于4个点"));
        let huge = SQUARE.replace("113.2", "1e400");
        assert!(outlines(&file("440784000000", &huge)).is_err());
        let once = file("440784000000", SQUARE);
        let feature = once
            .split_once('[')
            .map(|(_, rest)| rest.trim_end_matches("]}"))
            .unwrap();
        let twice = format!(r#"{{"type":"FeatureCollection","features":[{feature},{feature}]}}"#);
        assert!(said(&twice).contains("重复"));
    }
}
