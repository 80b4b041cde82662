//! The PDF of a report, read back with the tools people read it with: the same cells as the table it was made of.

use std::path::{Path, PathBuf};
use std::process::Command;

use chrono::NaiveDate;
use cunxin::reports::table::{Cell, Column, ColumnKind, Row, Sheet, Workbook};
use cunxin::reports::write::{Format, write};
use cunxin::reports::{REPORTS, ReportAsk};
use cunxin::totals::{Boundaries, resolve_month, resolve_region};
use cunxin::values::{Fen, Lang, Unit};

use crate::support::app::{Backend, TestApp, actor};
use crate::support::tools::{find_tool, new_folder, require_or_skip};

/// Puts the file where a program can read it.
fn kept(book: &Workbook) -> PathBuf {
    let bytes = write(book, Format::Pdf).expect("a PDF");
    let again = write(book, Format::Pdf).expect("a PDF");
    assert!(bytes == again, "the same workbook gives the same bytes");
    let file = new_folder("pdf").join("report.pdf");
    std::fs::write(&file, bytes).expect("written");
    file
}

fn told(tool: &Path, arguments: &[&str], file: &Path) -> String {
    let mut command = Command::new(tool);
    command.args(arguments).arg(file);
    if tool.ends_with("pdftotext") {
        command.arg("-");
    }
    let output = command.output().expect("the tool runs");
    assert!(output.status.success(), "{output:?}");
    assert!(
        output.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn solid(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fn monthly_in(app: &TestApp, lang: Lang, report: &str) -> Workbook {
    let reviewer = actor("reviewer");
    app.state
        .read_now(|conn, office| {
            let month = resolve_month("2024-01")?;
            let region = resolve_region(office.regions, "440784000000", reviewer.today)?;
            let ask = ReportAsk {
                region,
                month,
                boundaries: Boundaries::Then,
                unit: Unit::Wan,
                lang,
                made_at: reviewer.now,
                demo: true,
                public: false,
                edition: None,
            };
            let report = REPORTS.iter().find(|each| each.code == report).expect("a report");
            report.build(conn, office, &ask)
        })
        .expect("the report")
}

/// Every figure stands on the page as a word of its own, and every other text is found, cell by cell as it was written,
/// once the blanks are gone.
fn same_cells(book: &Workbook, page: &str, written: &str) -> usize {
    let mut words: Vec<&str> = page.split_whitespace().collect();
    let all = solid(written);
    let mut seen = 0;
    for sheet in &book.sheets {
        assert!(all.contains(&solid(&sheet.title)), "{}", sheet.title);
        for note in sheet.printed_notes(book) {
            assert!(all.contains(&solid(&note)), "{note}");
        }
        for drawing in sheet.drawings(book.lang, "s") {
            assert!(all.contains(&solid(&drawing.title)), "{}", drawing.title);
        }
        for (is_total, row) in sheet.printed_rows() {
            for (at, cell) in row.cells.iter().enumerate() {
                let printed = sheet.printed_cell(is_total, at, cell);
                match cell {
                    Cell::Text(text) => assert!(all.contains(&solid(text)), "{text}"),
                    _ if printed.is_empty() => {}
                    _ => {
                        let found = words.iter().position(|word| *word == printed);
                        let found = found.unwrap_or_else(|| panic!("{} {at}: {printed}", sheet.tab));
                        words.swap_remove(found);
                        seen += 1;
                    }
                }
            }
        }
    }
    seen
}

/// The report as a PDF says what it says, where there is a program to read it.
pub fn same_on_paper(book: &Workbook) {
    let Some(text_of) = require_or_skip("poppler-utils", find_tool(&["pdftotext"])) else {
        return;
    };
    let file = kept(book);
    same_cells(
        book,
        &told(&text_of, &["-layout"], &file),
        &told(&text_of, &["-raw"], &file),
    );
}

#[test]
fn the_reports_come_back_from_paper_cell_by_cell() {
    let tools = [&["pdftotext"], &["pdfinfo"]].map(|names| find_tool(names));
    let [Some(text_of), Some(facts_of)] = tools.map(|tool| require_or_skip("poppler-utils", tool)) else {
        return;
    };
    let app = TestApp::start(Backend::Sqlite);
    let named = [("陈大文", "440784197503080014"), ("李小妹", "440781198802290025")];
    for (name, number) in named {
        let client = app.household(app.office.village, name, number);
        let terms =
            serde_json::json!({"valid_from": "2024-01-03", "valid_to": "2026-11-30", "revolving": true});
        let contract = cunxin::values::ContractId::new(1_700_000_000_000);
        let line = app.line(&client, &contract, "50000.05", terms);
        let submission = app.submission("credit.grant", "2024-01-03", vec![line]);
        app.submit("specialist", &submission).expect("submitted");
        app.approve("reviewer", &submission, 1).expect("approved");
    }
    for (lang, report) in [
        (Lang::Zh, "monthly"),
        (Lang::En, "monthly"),
        (Lang::Zh, "coverage"),
    ] {
        let book = monthly_in(&app, lang, report);
        let file = kept(&book);
        let text = told(&text_of, &["-layout"], &file);
        let seen = same_cells(&book, &text, &told(&text_of, &["-raw"], &file));
        assert!(seen > 10, "{seen} figures were looked for");
        let facts = told(&facts_of, &[], &file);
        let title = book.file_stem.replace('_', " ");
        assert!(facts.contains(&title), "{title}: {facts}");
        structured(&facts_of, &book, &file);
        assert!(solid(&facts).contains("UTC") || facts.contains("2024"), "{facts}");
        let pages = facts
            .lines()
            .find_map(|line| line.strip_prefix("Pages:"))
            .and_then(|count| count.trim().parse::<usize>().ok())
            .expect("a number of pages");
        assert!(pages >= book.sheets.len());
        let last = match lang {
            Lang::Zh => format!("第 {pages} 页 共 {pages} 页"),
            Lang::En => format!("Page {pages} of {pages}"),
        };
        assert!(solid(&text).contains(&solid(&last)), "{last}");
        let banner = book.sheets[0].banner.clone().expect("a demonstration");
        for (n, page) in text.split('\u{c}').take(pages).enumerate() {
            assert!(page.contains(&banner), "page {}: {page}", n + 1);
        }
    }
}

/// The structure that is read aloud has each title as a heading, each picture as a figure, and every cell of every row.
fn structured(facts_of: &Path, book: &Workbook, file: &Path) {
    let structure = told(facts_of, &["-struct-text"], file);
    let count = |name: &str| {
        let begins = |line: &&str| line.split([' ', ':']).next() == Some(name);
        structure.lines().map(str::trim).filter(begins).count()
    };
    let all = solid(&structure);
    let (mut rows, mut cells, mut figures) = (0, 0, 0);
    for sheet in &book.sheets {
        assert!(all.contains(&solid(&sheet.title)), "{}", sheet.title);
        figures += sheet.drawings(book.lang, "s").len();
        rows += sheet.printed_rows().count();
        cells += (sheet.printed_rows().count() + 1) * sheet.columns.len();
    }
    assert_eq!((count("H1"), count("Figure")), (book.sheets.len(), figures));
    assert!(count("Table") >= book.sheets.len() && count("TR") > rows);
    assert!(count("TD") + count("TH") >= cells, "{cells} cells");
}

fn people(names: &[&str]) -> Workbook {
    let columns = vec![
        Column::new("name", "姓名", ColumnKind::Text),
        Column::new("amount", "授信额度", ColumnKind::Money),
    ];
    let mut sheet = Sheet::new("名册", Unit::Yuan, columns);
    sheet.rows = (0..120)
        .map(|n| {
            let name = names[n % names.len()];
            Row::item(vec![Cell::text(format!("{name}{n}")), Cell::Money(Fen(100_000))])
        })
        .collect();
    sheet.add_total("合计", []).expect("a total");
    let day = NaiveDate::from_ymd_opt(2024, 1, 4).expect("a day");
    let mut book = Workbook::new(Lang::Zh, "名册", day.and_hms_opt(2, 0, 0).expect("a moment"));
    book.sheets = vec![sheet];
    book
}

#[test]
fn rare_names_and_carried_sums_are_found_on_paper() {
    let Some(text_of) = require_or_skip("poppler-utils", find_tool(&["pdftotext"])) else {
        return;
    };
    let book = people(&["䶮文", "㙍村", "𬇙水", "堃犇", "喆玥", "𠮷野"]);
    let text = told(&text_of, &["-layout"], &kept(&book));
    for name in ["䶮文0", "㙍村1", "𬇙水2", "堃犇3", "喆玥118"] {
        assert!(text.contains(name), "{name}: {text}");
    }
    // What no face has is printed as a sign, told in a note, and found all the same.
    assert!(text.contains("𠮷野5"), "{text}");
    assert!(text.contains("U+20BB7"), "{text}");

    let pages: Vec<&str> = text.split('\u{c}').collect();
    let row = |line: &&str| line.split_whitespace().any(|word| word == "1,000.00");
    let rows_of_first = pages[0].lines().filter(row).count();
    let carried = format!("{},000.00", rows_of_first);
    for (page, label) in [(pages[0], "过次页"), (pages[1], "承前页")] {
        let line = page.lines().find(|line| line.contains(label)).expect(label);
        assert!(line.contains(&carried), "{carried}: {line}");
        assert!(page.contains("授信额度"), "the head is repeated");
    }
    assert!(
        !pages[pages.len() - 2].contains("过次页"),
        "nothing follows the last page"
    );
}

#[test]
fn a_file_that_is_no_font_is_refused_at_the_start() {
    let file = new_folder("font").join("fangsong.ttf");
    std::fs::write(&file, "仿宋").expect("written");
    let refused = cunxin::reports::write::pdf::use_office_font(&file).expect_err("no font");
    assert!(refused.to_string().contains("不是"), "{refused}");
}
