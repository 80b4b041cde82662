//! 户: one client per household, whoever of it is named.

use cunxin::db::schema::audit;
use diesel::prelude::*;

use crate::support::app::{self, Page, Person, TestApp, on_both};

const CHEN: &str = "440784197503080014";
const LI: &str = "440781198802290025";
const WANG: &str = "11010519491231002X";
const FORM: &str = "/field/clients/new";

fn form(person: &Person, app: &TestApp) -> Page {
    person.get(&format!("{FORM}?village={}", app.office.village.0))
}

fn fill(person: &Person, form: &Page, name: &str, number: &str, members: &str) -> Page {
    let filled = [
        ("kind", "household"),
        ("name", name),
        ("number", number),
        ("members", members),
    ];
    person.send(form, FORM, &filled)
}

/// The text of the error beside a field.
fn error_of(page: &Page, field: &str) -> String {
    let mark = format!("id=\"{field}-error\"");
    let after = page.body.split(&mark).nth(1);
    let after = after.unwrap_or_else(|| panic!("no error at {field}: {}", page.text()));
    after.split("</p>").next().unwrap_or_default().to_owned()
}

#[test]
fn members_numbers_lead_to_their_household() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let specialist = app.sign_in("specialist");
        let opened = form(&specialist, &app);
        let members = format!("{LI}，\r\n{}", WANG.to_lowercase());
        let check = fill(&specialist, &opened, "陈大文", CHEN, &members);
        assert!(
            check.body.contains(LI) && check.body.contains(WANG),
            "{}",
            check.text()
        );
        let sent = specialist.send(&check, FORM, &[("step", "send")]);
        assert_eq!(sent.status, 303, "{}", sent.text());
        let twice = specialist.send(&check, FORM, &[("step", "send")]);
        assert_eq!(twice.location(), sent.location(), "sent twice, one household");

        let page = specialist.get(sent.location());
        assert!(page.body.contains("其他成员"), "{}", page.text());
        assert!(page.body.contains("440***********0025"), "{}", page.text());
        assert!(!page.body.contains(LI), "masked: {}", page.text());

        let village = format!("/field/villages/{}", app.office.village.0);
        for digits in ["0025", "002x", "0014", LI] {
            let found = specialist.get(&format!("{village}?q={digits}"));
            assert!(found.body.contains("陈大文"), "{digits}: {}", found.text());
        }
        let none = specialist.get(&format!("{village}?q=9999"));
        assert!(!none.body.contains("陈大文"), "{}", none.text());

        // A member is not the head of a second household, nor a member of another.
        let second = fill(&specialist, &form(&specialist, &app), "李小妹", LI, "");
        assert!(error_of(&second, "number").contains("陈*"), "{}", second.text());
        let third = fill(
            &specialist,
            &form(&specialist, &app),
            "张三",
            "440784199001010015",
            WANG,
        );
        assert!(error_of(&third, "members").contains("陈*"), "{}", third.text());
        assert!(
            third.body.contains(WANG),
            "what was typed is kept: {}",
            third.text()
        );
    });
}

#[test]
fn a_wrong_members_number_is_named() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let specialist = app.sign_in("specialist");
        let opened = form(&specialist, &app);
        for (members, words) in [
            (
                format!("{LI} 440784197503080015"),
                "第2个成员号码（440***********0015）",
            ),
            (
                format!("{LI} {LI}"),
                "第2个成员号码（440***********0025）写了两次",
            ),
            (CHEN.to_owned(), "与户主的号码相同"),
            ("12345".to_owned(), "第1个成员号码（*****）"),
        ] {
            let page = fill(&specialist, &opened, "陈大文", CHEN, &members);
            assert_eq!(page.status, 200);
            let error = error_of(&page, "members");
            assert!(error.contains(words), "{members}: {error}");
        }
        let firm = specialist.send(
            &opened,
            FORM,
            &[
                ("kind", "firm"),
                ("name", "鹤山某合作社"),
                ("number", "91350100M000100Y43"),
                ("members", LI),
            ],
        );
        assert!(error_of(&firm, "members").contains("只有农户"), "{}", firm.text());
        let long = specialist.send(
            &opened,
            FORM,
            &[
                ("kind", "household"),
                ("name", "<b>陈</b>"),
                ("number", CHEN),
                ("address", &"村".repeat(101)),
            ],
        );
        assert!(error_of(&long, "name").contains("尖括号"), "{}", long.text());
        assert!(
            error_of(&long, "address").contains("最多 100 个字"),
            "{}",
            long.text()
        );
        let village = specialist.get(&format!("/field/villages/{}", app.office.village.0));
        assert!(
            !village.body.contains("陈大文"),
            "nothing is written: {}",
            village.text()
        );
    });
}

#[test]
fn a_credit_code_that_fails_its_check_needs_somebodys_audited_word() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let specialist = app.sign_in("specialist");
        let fill = |form: &Page, kind: &str, number: &str, compared: &str| {
            let filled = [
                ("kind", kind),
                ("name", "古劳水产公司"),
                ("number", number),
                ("compared", compared),
            ];
            specialist.send(form, FORM, &filled)
        };
        let (old, person) = ("91350100M000100Y44", "440784197503080015");
        let opened = form(&specialist, &app);
        assert!(!opened.body.contains("name=\"compared\""), "{}", opened.text());
        let refused = fill(&opened, "firm", old, "");
        assert!(
            error_of(&refused, "number").contains("校验不符"),
            "{}",
            refused.text()
        );
        assert!(refused.body.contains("name=\"compared\""), "{}", refused.text());

        // What is no code at all stays refused, whoever compared it.
        let short = fill(&refused, "firm", "91350100M000100Y4", "yes");
        assert!(error_of(&short, "number").contains("18"), "{}", short.text());
        // A farmer's identity number is not let through as a credit code.
        let farmer = fill(&refused, "family-farm", person, "yes");
        assert!(
            error_of(&farmer, "number").contains("身份证"),
            "{}",
            farmer.text()
        );

        let check = fill(&refused, "firm", old, "yes");
        assert!(check.body.contains("已与证照核对"), "{}", check.text());
        let sent = specialist.send(&check, FORM, &[("step", "send")]);
        let page = specialist.get(sent.location());
        assert!(page.body.contains("已与证照核对"), "{}", page.text());

        let book = app.office.book;
        let kept: Vec<(String, String)> = app
            .state
            .read_now(|conn, _| {
                let rows = audit::table
                    .filter(audit::book_id.eq(book))
                    .filter(audit::action.like("client.%"))
                    .order(audit::seq)
                    .select((audit::action, audit::actor_id))
                    .load(conn)?;
                Ok::<_, cunxin::error::Error>(rows)
            })
            .unwrap();
        let maker = app::user_id("specialist").to_string();
        let expected = ["client.recorded", "client.credit_code_as_printed"];
        assert_eq!(kept, expected.map(|action| (action.to_owned(), maker.clone())));
    });
}

#[test]
fn members_come_and_go_on_a_day() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let specialist = app.sign_in("specialist");
        let village = app.office.village;
        let (chen, li) = (
            app.household(village, "陈大文", CHEN),
            app.household(village, "李小妹", LI),
        );
        let address =
            |of: &cunxin::values::ClientId| format!("/field/clients/{}/{of}/members", app.office.book);
        let add = |of, number: &str, day: &str| {
            let page = specialist.get(&address(of));
            assert_eq!(page.status, 200, "{}", page.text());
            specialist.send(
                &page,
                &address(of),
                &[("act", "join"), ("number", number), ("day", day)],
            )
        };
        for (number, day, field, says) in [
            ("110105194912310021", "2023-12-01", "number", "身份证"),
            (CHEN, "2023-12-01", "number", "户主自己"),
            (LI, "2023-12-01", "number", "李*"),
            (WANG, "2024-02-01", "day", "不能晚于今天"),
            (WANG, "", "day", "请填写日期"),
        ] {
            let refused = add(&chen, number, day);
            assert!(
                error_of(&refused, field).contains(says),
                "{number} {day}: {}",
                refused.text()
            );
            assert_eq!(refused.field("number"), number, "what was typed stays");
        }
        let added = add(&chen, WANG, "2023-12-01");
        assert_eq!(
            added.location(),
            format!("{}?done=joined", address(&chen)),
            "{}",
            added.text()
        );
        assert_eq!(add(&chen, WANG, "2023-12-01").status, 303, "a double tap");
        let page = specialist.get(&address(&chen));
        assert_eq!(
            page.body.matches("110***********002X").count(),
            3,
            "listed, to choose, and changed once: {}",
            page.text()
        );
        assert!(!page.body.contains(WANG), "masked: {}", page.text());
        let list = specialist.get(&format!("/field/villages/{}?q=002x", village.0));
        assert!(list.body.contains("陈大文"), "the number leads to the household");
        assert!(
            add(&li, WANG, "2023-12-02").body.contains("陈*"),
            "a person belongs to one household"
        );

        let leave = |of, filled: &[(&str, &str)]| {
            let page = specialist.get(&address(of));
            let radio = page.body.split("name=\"member\"").nth(1).expect("a member");
            let key = radio
                .split("value=\"")
                .nth(1)
                .expect("a key")
                .split('"')
                .next()
                .expect("a key")
                .to_owned();
            let mut all = vec![("act", "leave"), ("member", key.as_str())];
            all.extend_from_slice(filled);
            specialist.send(&page, &address(of), &all)
        };
        let early = leave(&chen, &[("left_on", "2023-11-30"), ("reason", "分户")]);
        assert!(
            error_of(&early, "left_on").contains("2023-12-01"),
            "{}",
            early.text()
        );
        let silent = leave(&chen, &[("left_on", "2023-12-20"), ("reason", " ")]);
        assert!(
            error_of(&silent, "reason").contains("请写明原因"),
            "{}",
            silent.text()
        );
        let left = leave(&chen, &[("left_on", "2023-12-20"), ("reason", "婚嫁")]);
        assert_eq!(left.status, 303, "{}", left.text());
        let page = specialist.get(&address(&chen));
        assert!(
            page.body.contains("婚嫁") && !page.body.contains("name=\"member\""),
            "{}",
            page.text()
        );
        assert_eq!(
            add(&li, WANG, "2023-12-20").status,
            303,
            "free for another household"
        );
        assert_eq!(app.sign_in("far-reviewer").get(&address(&chen)).status, 403);

        let book = app.office.book;
        let kept: Vec<String> = app
            .state
            .read_now(|conn, _| {
                let rows = audit::table
                    .filter(audit::book_id.eq(book))
                    .filter(audit::action.like("client.member%"))
                    .order(audit::seq)
                    .select(audit::action)
                    .load(conn)?;
                Ok::<_, cunxin::error::Error>(rows)
            })
            .unwrap();
        assert_eq!(
            kept,
            [
                "client.member_joined",
                "client.member_left",
                "client.member_joined"
            ]
        );
    });
}
