//! A change of units that was recorded by mistake, taken back: the units are what they were; refused by name
//! while something rests on it.

use cunxin::close::{self, Closing, Keep};
use cunxin::values::{ContractId, Month, RegionCode, RegionId};
use serde_json::json;

use crate::support::app::{Page, Person, TestApp, actor, on_both, today};

const DOCUMENT: (&str, &str) = ("document", "鹤府〔2023〕1号");

fn enter(admin: &Person, kind: &str, filled: &[(&str, &str)]) {
    let form = admin.get(&format!("/register/lineage/new?kind={kind}"));
    let mut filled = filled.to_vec();
    filled.push(DOCUMENT);
    let check = admin.send(&form, "/register/lineage", &filled);
    let done = admin.send(&check, "/register/lineage", &[]);
    assert_eq!(
        done.location(),
        "/register/lineage?done=lineage",
        "{}",
        done.text()
    );
}

/// Asks for an event to be taken back, on its page.
fn take_back(admin: &Person, event: i64, reason: &str) -> Page {
    let path = format!("/register/lineage/{event}/withdrawal");
    let page = admin.get(&path);
    assert_eq!(page.status, 200, "{}", page.text());
    admin.send(&page, &path, &[("reason", reason)])
}

fn unit(app: &TestApp, code: &str) -> Option<RegionId> {
    let code = RegionCode::parse(code).expect("a code");
    let read = app
        .state
        .read_now(|_, office| Ok(office.regions.by_code(&code, today())));
    read.expect("read")
}

fn close(app: &TestApp, month: &str) {
    let closing = Closing {
        book: app.office.book,
        month: Month::parse(month).expect("a month"),
        keep: Keep::TotalsOnly,
        seen: None,
        demo: false,
    };
    let reviewer = actor("reviewer");
    app.state
        .write_now(app.office.book, |conn, office| {
            close::close_month(conn, office, &reviewer, &closing)
        })
        .expect("closed");
}

const MERGER: [(&str, &str); 3] = [
    ("old", "440784103205\n440784103201"),
    ("named", "440784103230 新莲村委会"),
    ("day", "2023-09-02"),
];

#[test]
fn a_merger_recorded_by_mistake_is_taken_back_and_recorded_right() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let admin = app.sign_in("admin");
        let whole = || {
            let read = app.state.read_now(|_, office| {
                let root = office.regions.root().expect("the city");
                Ok(office.regions.boundaries(root, today()))
            });
            read.expect("read")
        };
        let before = whole();
        enter(&admin, "merge", &MERGER);
        assert_ne!(whole(), before);
        assert_eq!(unit(&app, "440784103205"), None);
        let silent = take_back(&admin, 1, " ");
        assert!(silent.body.contains("请写明撤回的原因"), "{}", silent.text());
        let done = take_back(&admin, 1, "文件看错了");
        assert_eq!(
            done.location(),
            "/register/lineage?done=lineage-withdrawn",
            "{}",
            done.text()
        );
        assert_eq!(whole(), before, "the units are what they were");
        assert_eq!(unit(&app, "440784103205"), Some(app.office.village));
        let list = admin.get("/register/lineage");
        for words in ["已撤回", "文件看错了", "新莲村"] {
            assert!(list.body.contains(words), "{words}: {}", list.text());
        }
        assert_eq!(
            admin.get("/register/lineage/1/withdrawal").status,
            404,
            "gone already"
        );

        // The same code is free again, on an earlier day too; a transfer's villages follow it back.
        let right = [MERGER[0], MERGER[1], ("day", "2023-08-02")];
        enter(&admin, "merge", &right);
        assert_eq!(take_back(&admin, 2, "还是不对").status, 303);
        let moved = [
            ("old", "440784103000"),
            ("named", "440783118000 古劳镇"),
            ("day", "2023-09-02"),
        ];
        enter(&admin, "transfer", &moved);
        assert_ne!(unit(&app, "440784103205"), Some(app.office.village));
        assert_eq!(take_back(&admin, 3, "没有这回事").status, 303);
        assert_eq!(whole(), before);
    });
}

#[test]
fn what_rests_on_a_change_keeps_it() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let admin = app.sign_in("admin");
        let client = app.household(app.office.village, "陈大文", "440784197503080014");
        enter(&admin, "merge", &MERGER);
        let renamed = [
            ("old", "440784103230"),
            ("named", "新莲花村委会"),
            ("day", "2023-10-01"),
        ];
        enter(&admin, "rename", &renamed);
        let page = admin.get("/register/lineage/1/withdrawal");
        assert!(
            page.body.contains("更名")
                && page.body.contains("以它为依据")
                && !page.body.contains("name=\"reason\""),
            "{}",
            page.text()
        );
        assert_eq!(take_back(&admin, 2, "名称写错").status, 303);
        assert!(
            admin
                .get("/register/lineage/1/withdrawal")
                .body
                .contains("name=\"reason\""),
            "nothing rests on it any more"
        );

        // A month closed with it; reopened, it may go again.
        for month in Month::parse("2022-01")
            .unwrap()
            .through(Month::parse("2023-09").unwrap())
        {
            close(&app, &month.to_string());
        }
        let page = admin.get("/register/lineage/1/withdrawal");
        assert!(
            page.body.contains("2023年9月") && page.body.contains("已按它关账"),
            "{}",
            page.text()
        );
        let (asker, other) = (actor("reviewer"), actor("admin"));
        let month = Month::parse("2023-09").unwrap();
        app.state
            .write_now(app.office.book, |conn, office| {
                close::ask_reopening(conn, office, &asker, app.office.book, month, "区划登记错了")?;
                close::confirm_reopening(conn, office, &other, app.office.book, month)
            })
            .expect("reopened");

        // A record in the village that came of it.
        let heir = unit(&app, "440784103230").expect("the heir");
        let terms = json!({"valid_from": "2023-10-08", "valid_to": "2025-12-31", "revolving": true});
        let mut line = app.line(&client, &ContractId::new(1_700_000_000_000), "10000", terms);
        line.region = heir;
        let submission = app.submission("credit.grant", "2023-10-08", vec![line]);
        app.submit("specialist", &submission).expect("submitted");
        let refused = take_back(&admin, 1, "村民不同意");
        assert!(
            refused.body.contains("新设单位名下已有凭证"),
            "{}",
            refused.text()
        );
        let withdrawn = app.sign_in("specialist");
        let record = format!("/records/{}/{}", submission.book, submission.voucher);
        let page = withdrawn.get(&record);
        assert_eq!(
            withdrawn.send(&page, &format!("{record}/withdrawal"), &[]).status,
            303
        );
        assert_eq!(
            take_back(&admin, 1, "村民不同意").status,
            303,
            "the record was taken back"
        );
    });
}
