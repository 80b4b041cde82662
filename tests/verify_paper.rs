//! Whoever holds only the paper: check codes and rows at `/verify`, files given back.

use serde_json::Value;

use crate::close::granted;
use crate::support::app::{Page, Person, TestApp, on_both};

const COUNTY: &str = "440784000000";

fn json(person: &Person, report: &str, query: &str) -> Value {
    let page = person.get(&format!("/reports/{report}/json?region={COUNTY}&{query}"));
    assert_eq!(page.status, 200, "{}", page.text());
    serde_json::from_str(&page.body).expect("JSON")
}

fn code(report: &Value) -> String {
    let code = report["stamp"]["check_code"].as_str().expect("a code");
    assert_eq!(code.len(), 24, "{code}");
    code.to_owned()
}

fn verify(person: &Person, code: &str, row: &str) -> String {
    let page = person.get(&format!("/verify?code={code}&row={row}"));
    assert_eq!(page.status, 200, "{}", page.text());
    page.body
}

/// As a browser sends a file chosen on the page.
fn give_back(person: &Person, file: &[u8]) -> Page {
    let token = person.get("/verify").field("_csrf");
    let part = |head: &str, body: &[u8]| {
        let head = format!("--b0undary\r\nContent-Disposition: form-data; {head}\r\n\r\n");
        [head.as_bytes(), body, b"\r\n"].concat()
    };
    let body = [
        part("name=\"_csrf\"", token.as_bytes()),
        part("name=\"file\"; filename=\"back.bin\"", file),
        b"--b0undary--\r\n".to_vec(),
    ]
    .concat();
    let kind = [("content-type", "multipart/form-data; boundary=b0undary")];
    person.bytes("/verify/file", &kind, &body)
}

#[test]
fn a_printed_code_tells_each_reader_what_he_may_know() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        granted(&app, "陈大文", "440784197503080014", "2024-01-03", "150000");
        let reviewer = app.sign_in("reviewer");
        let inside = code(&json(&reviewer, "monthly", "month=2024-01"));
        let public = code(&json(&reviewer, "monthly", "month=2024-01&variant=public"));
        assert_ne!(inside, public);

        let anybody = app.visitor();
        let told = verify(&anybody, &inside.replace('-', "").to_lowercase(), "1");
        for said in [
            "本系统出具",
            "与现在一致",
            "鹤山市 综合月报 2024年1月",
            "内部",
            "请先登录",
        ] {
            assert!(told.contains(said), "{said}: {told}");
        }
        assert!(!told.contains("150,000") && !told.contains("15.00"), "{told}");
        let last = if inside.ends_with('0') { "1" } else { "0" };
        let forged = verify(&anybody, &format!("{}{last}", &inside[..23]), "");
        assert!(
            forged.contains("不是本系统出的") && !forged.contains("本系统出具"),
            "{forged}"
        );
        assert!(verify(&anybody, "1234", "").contains("校验码是二十位"));

        // Row 1 is the total of the first sheet: exact beside what is printed.
        let row = verify(&reviewer, &inside, "1");
        for said in ["行次 1", "合计", "15.00", "150,000.00", "整张报表"] {
            assert!(row.contains(said), "{said}: {row}");
        }
        let page = reviewer.get(&format!("/verify?code={inside}&row=2"));
        assert!(
            page.body.contains("/totals?region=440784001000"),
            "a town: {}",
            page.body
        );
        assert!(verify(&reviewer, &inside, "99999").contains("没有这个行次"));
        assert!(verify(&app.sign_in("far-reviewer"), &inside, "1").contains("不在您的权限范围"));
        let outside = app.sign_in("reports");
        assert!(verify(&outside, &inside, "1").contains("不在您的权限范围"));
        assert!(verify(&outside, &public, "1").contains("行次 1"));
        assert!(verify(&app.sign_in("specialist"), &inside, "1").contains("不在您的权限范围"));

        granted(&app, "李小妹", "440781198802290025", "2024-01-04", "70000");
        let later = verify(&anybody, &inside, "");
        assert!(
            later.contains("本系统出具") && later.contains("已有变动"),
            "{later}"
        );

        let mut waited = false;
        for _ in 0..40 {
            waited |= verify(&anybody, &inside, "").contains("查得太频繁了");
        }
        assert!(waited, "codes are not looked at without end");
        reviewer.get("/language?to=en&back=/verify");
        assert!(verify(&reviewer, &inside, "1").contains("Made by this office"));
    });
}

#[test]
fn a_file_given_back_is_compared_cell_by_cell() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        granted(&app, "陈大文", "440784197503080014", "2024-01-03", "150000");
        let reviewer = app.sign_in("reviewer");
        let file = |report: &str, format: &str| {
            let page = reviewer.get(&format!(
                "/reports/{report}/{format}?month=2024-01&region={COUNTY}"
            ));
            assert_eq!(page.status, 200, "{}", page.text());
            page.bytes
        };
        for report in ["monthly", "coverage", "corrections"] {
            for format in ["xlsx", "csv", "json"] {
                let back = give_back(&reviewer, &file(report, format)).body;
                assert!(back.contains("逐格一致"), "{report} {format}: {back}");
            }
        }

        let csv = String::from_utf8(file("monthly", "csv")).expect("text");
        let line = csv
            .lines()
            .find(|line| line.starts_with("古劳镇,"))
            .expect("the town");
        let number = line.split(',').nth(1).expect("its number").to_owned();
        let changed = csv.replacen(line, &line.replacen("150000.00", "150000.01", 1), 1);
        let back = give_back(&reviewer, changed.as_bytes()).body;
        for said in ["共 1 处不同", "150000.01", "150000.00", &number, "改动"] {
            assert!(back.contains(said), "{said}: {back}");
        }
        let missing = csv.replacen(&format!("{line}\r\n"), "", 1);
        let back = give_back(&reviewer, missing.as_bytes()).body;
        assert!(back.contains("共 1 处不同") && back.contains("缺少"), "{back}");

        let refused = |file: &[u8], says: &str| {
            let back = give_back(&reviewer, file).body;
            assert!(back.contains(says), "{says}: {back}");
        };
        refused(b"\xBA\xCF\xBC\xC6", "这个文件读不出来");
        refused(b"a,b\r\n1,2\r\n", "文件里没有本系统的校验码");
        refused(&far_cell(), "格子太多");
        let large = vec![b'1'; 6 * 1024 * 1024];
        assert_eq!(give_back(&reviewer, &large).status, 413);
        let far = give_back(&app.sign_in("far-reviewer"), &file("monthly", "csv"));
        assert_eq!(far.status, 403);
        assert_eq!(app.visitor().bytes("/verify/file", &[], b"").status, 303);
    });
}

/// A workbook of two cells, as far from one another as can be.
fn far_cell() -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let page = book.add_worksheet();
    page.write(0, 0, "a").expect("written");
    page.write(1_048_575, 16_383, "b").expect("written");
    book.save_to_buffer().expect("a workbook")
}
