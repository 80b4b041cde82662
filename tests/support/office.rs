//! LibreOffice as an independent reader of the workbooks this program writes.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use calamine::Reader as _;

use super::tools::{Watched, find_tool, new_folder, poll, require_or_skip};

/// A sheet's name and its rows of cells.
pub type Sheet = (String, Vec<Vec<String>>);

/// Makes LibreOffice compute every formula anew on loading; by default it trusts the results kept in files
/// that name Excel as their maker, as ours do (`OOXMLRecalcMode`: 0 always, 1 never, 2 ask).
const ALWAYS_RECALCULATE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"#;

/// How cells are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cells {
    /// The value beneath: 1130000.05 as `1130000.05`, whatever the cell's format.
    Values,
    /// What a person sees: `1,130,000.05`.
    Shown,
}

impl Cells {
    /// The CSV filter's tokens: comma, double quote, UTF-8, from the first line; numbers without quotes
    /// (8th), as shown or not (9th), results instead of formulas (10th), every sheet to its own file (12th).
    fn filter(self) -> String {
        let shown = self == Cells::Shown;
        format!("csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,{shown},false,false,-1")
    }
}

/// The sheets of a workbook as LibreOffice reads them after recalculating, in the workbook's order; `None`
/// where there is no LibreOffice, and the test is to return. Trailing empty cells are as LibreOffice writes
/// them. Panics when the file cannot be converted within three minutes.
pub fn recalculated_sheets(workbook: &Path, cells: Cells) -> Option<Vec<Sheet>> {
    let program = require_or_skip("LibreOffice (soffice)", find_tool(&["soffice", "libreoffice"]))?;
    let names = calamine::open_workbook_auto(workbook)
        .expect("open the workbook")
        .sheet_names();
    let folder = new_folder("office");
    fs::create_dir_all(folder.join("profile/user")).expect("make a LibreOffice profile");
    fs::write(
        folder.join("profile/user/registrymodifications.xcu"),
        ALWAYS_RECALCULATE,
    )
    .expect("write the profile");
    let copy = folder.join("workbook.xlsx");
    fs::copy(workbook, &copy).expect("copy the workbook");

    let mut command = Command::new(program);
    command.arg(format!(
        "-env:UserInstallation=file://{}",
        folder.join("profile").display()
    ));
    command.args([
        "--headless",
        "--norestore",
        "--convert-to",
        &cells.filter(),
        "--outdir",
    ]);
    command.arg(folder.join("csv")).arg(&copy).env("HOME", &folder);
    let running = Watched::start(&command, "TERM", &folder, None);
    let code = poll(Duration::from_secs(180), || running.ended());
    assert_eq!(
        code,
        Some(0),
        "LibreOffice failed on {}:\n{}",
        workbook.display(),
        running.output()
    );

    let single = folder.join("csv/workbook.csv");
    let read = |name: String| {
        let own = folder.join("csv").join(format!("workbook-{name}.csv"));
        let rows = read_rows(if own.exists() { &own } else { &single });
        (name, rows)
    };
    Some(names.into_iter().map(read).collect())
}

fn read_rows(file: &Path) -> Vec<Vec<String>> {
    let reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_path(file);
    let mut reader =
        reader.unwrap_or_else(|failure| panic!("LibreOffice left no {}: {failure}", file.display()));
    let rows = reader
        .records()
        .map(|row| row.expect("a row of CSV").iter().map(str::to_owned).collect());
    rows.collect()
}
