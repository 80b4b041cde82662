//! Where a number comes from: from what the press said to the vouchers, the parts that make a figure, the two parts
//! of a rate, what was to be reached, and where nothing is. On both databases, by the links of the pages alone.

use cunxin::values::{ContractId, RegionId};
use diesel::prelude::*;
use serde_json::json;

use crate::support::app::{Page, Person, TestApp, identity_number, on_both};

/// The five fish farmers of 新屋村, in yuan, together 1,130,000.
const GRANTS: [&str; 5] = ["300000", "250000", "220000", "200000", "160000"];
/// From a sentence to a voucher nobody clicks more often.
const CLICKS: usize = 4;

/// Grants a household of a place so many yuan, approved.
fn grant(app: &TestApp, region: RegionId, (n, yuan): (usize, &str), day: &str) {
    let client = app.household(region, &format!("测试户{n}"), &identity_number(n));
    let terms = json!({"valid_from": day, "valid_to": "2026-11-30", "revolving": true});
    let mut line = app.line(&client, &ContractId::new(1_700_000_000_000), yuan, terms);
    line.region = region;
    let submission = app.submission("credit.grant", day, vec![line]);
    app.submit("specialist", &submission).expect("submitted");
    app.approve("reviewer", &submission, 1).expect("approved");
}

/// The five households' grants and what the press said of them.
fn hamlet(app: &TestApp) {
    for (n, yuan) in GRANTS.into_iter().enumerate() {
        grant(app, app.office.hamlet, (n + 1, yuan), "2023-02-10");
    }
    let insert = "INSERT INTO published_statistic (id, topic, measure, value_text, comparator, unit, as_of, scope, quotation, \
        comparable, note) VALUES (1, '新屋村水产养殖户授信', 'credit.granted', '113', '=', '万元', '2023-02-28', \
        '鹤山市古劳镇新屋村', '5名水产养殖户获授信113万元', YES, '')";
    for yes in ["TRUE", "1"] {
        let statement = insert.replace("YES", yes);
        let done = app.state.write_now(app.office.book, |conn, _| {
            Ok(diesel::sql_query(&statement).execute(conn)?)
        });
        if done.is_ok() {
            return;
        }
    }
    panic!("what was published is recorded");
}

/// Every address a page links to that begins so.
fn links(page: &Page, start: &str) -> Vec<String> {
    page.body
        .split(" href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .map(|href| href.replace("&amp;", "&"))
        .filter(|href| href.starts_with(start))
        .collect()
}

/// The first link of a page that begins so and bears all of `with`.
fn link(page: &Page, start: &str, with: &[&str]) -> String {
    let all = links(page, start);
    let fits = |href: &&String| with.iter().all(|part| href.contains(part));
    let found = all.iter().find(fits).cloned();
    found.unwrap_or_else(|| panic!("no link {start} with {with:?} among {all:#?}"))
}

/// Somebody clicking on, counting.
struct Reader<'a> {
    person: &'a Person,
    clicks: usize,
}

impl Reader<'_> {
    fn click(&mut self, href: &str) -> Page {
        self.clicks += 1;
        let page = self.person.get(href);
        assert_eq!(page.status, 200, "{href}: {}", page.text());
        page
    }
}

/// From a page with the sentence through the figure to each of the five vouchers and back; the figure's page.
fn followed(app: &TestApp, person: &Person, start: &Page) -> Page {
    let mut reader = Reader { person, clicks: 0 };
    let figure = reader.click(&link(start, "/figures/credit.granted", &["month=2023-02"]));
    assert!(figure.body.contains("1,130,000.00"), "{}", figure.text());
    let behind = link(&figure, "/vouchers?", &["measure=credit.granted", "to=2023-02"]);
    let list = reader.click(&behind);
    assert!(list.body.contains("1,130,000.00") && list.body.contains("共 5 张凭证"));
    let before = reader.clicks;
    let mut each = links(&list, &format!("/vouchers/{}/", app.office.book));
    each.sort_unstable();
    each.dedup();
    assert_eq!(each.len(), 5, "{each:#?}");
    for voucher in &each {
        reader.clicks = before;
        let page = reader.click(voucher);
        assert!(reader.clicks <= CLICKS, "{} clicks", reader.clicks);
        for told in ["本页各行的分录", "经过", "审计记录", "审核通过，入账"] {
            assert!(page.body.contains(told), "{told}: {}", page.text());
        }
        // And back to the same list, whose way leads back to the figure.
        let back = link(&page, "/vouchers?", &["measure=credit.granted"]);
        assert_eq!(back, behind);
    }
    let again = link(&list, "/figures/credit.granted", &["region=", "month=2023-02"]);
    assert_eq!(person.get(&again).status, 200);
    figure
}

#[test]
fn from_the_press_to_each_of_the_five_vouchers_in_four_clicks() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        hamlet(&app);
        for login in ["reviewer", "city"] {
            let person = app.sign_in(login);
            // The newspaper's sentence as it was published, and our own text for the press.
            let comparison = person.get("/comparison");
            assert!(comparison.body.contains("一致"), "{}", comparison.text());
            let figure = followed(&app, &person, &comparison);
            assert!(figure.body.contains("113.00") && figure.body.contains("公布数"));
            let press = person.get("/reports/press?region=440784000000&month=2023-02");
            assert!(press.body.contains("113万元"), "{}", press.text());
            followed(&app, &person, &press);
        }
    });
}

#[test]
fn a_figure_shows_its_arithmetic_its_parts_and_its_edition() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        hamlet(&app);
        grant(&app, app.office.village, (11, "70000"), "2023-12-05");
        let reviewer = app.sign_in("reviewer");
        let whole = "/figures/credit.granted?region=440784000000&month=2023-12";
        let page = reviewer.get(whole);
        assert!(
            page.body.contains("上月末 1,130,000.00 + 本月变动 70,000.00"),
            "{}",
            page.text()
        );
        assert!(page.body.contains("各行相加 1,200,000.00 ＝ 合计，一致"));
        assert!(page.body.contains("本月未关账，还会变动"));
        // One town down the same figure, still within the county; the way up is in the crumbs.
        let town = link(&page, "/figures/credit.granted", &["region=440784103000"]);
        let town = reviewer.get(&town);
        assert!(town.body.contains("新屋村（未定村）"), "{}", town.text());
        assert!(!links(&town, "/figures/credit.granted?region=440784000000").is_empty());
        // By bank, and that bank by town.
        let bank = link(&page, "/figures/credit.granted", &["institution="]);
        let bank = reviewer.get(&bank);
        assert!(
            bank.body.contains("古劳镇") && bank.body.contains("农商行"),
            "{}",
            bank.text()
        );
        let vouchers = link(&bank, "/vouchers?", &["institution=", "measure=credit.granted"]);
        assert!(reviewer.get(&vouchers).body.contains("1,200,000.00"));
        // Distinct counts say why they need not add up.
        let households = reviewer.get("/figures/credit.households?region=440784000000&month=2023-12");
        assert!(
            households.body.contains("每户（村、人）只计一次"),
            "{}",
            households.text()
        );
        // Whatever is left out of the address is put in, so that it can be passed on.
        let short = reviewer.get("/figures/credit.granted");
        assert_eq!(short.status, 303);
        assert!(
            short.location().contains("region=440784000000") && short.location().contains("month=2023-12")
        );
        for (path, status) in [
            ("/figures/no.such", 404),
            ("/figures/credit.granted?region=440781000000&month=2023-12", 404),
            ("/figures/credit.granted?region=440784000000&month=2099-01", 422),
            (
                "/figures/credit.granted?region=440784000000&month=2023-12&aspect=moon",
                422,
            ),
            (
                "/figures/credit.granted?region=440784000000&month=2023-12&institution=999",
                422,
            ),
        ] {
            assert_eq!(reviewer.get(path).status, status, "{path}");
        }
        reviewer.get("/language?to=en&back=/totals");
        let english = reviewer.get(whole);
        assert!(
            english.body.contains("The rows add up to 1,200,000.00") && english.body.contains("Heshan"),
            "{}",
            english.text()
        );
    });
}

#[test]
fn both_parts_of_a_rate_are_one_tap_away() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        grant(&app, app.office.village, (1, "50000"), "2023-12-05");
        let city = app.sign_in("city");
        let page = city.get("/figures/credit.signed_rate?region=440784000000&month=2023-12");
        assert!(page.body.contains("0.00%"), "{}", page.text());
        for part in ["/figures/credit.signed?", "/figures/credit.granted?"] {
            let part = link(
                &page,
                part,
                &["region=440784000000", "month=2023-12", "aspect=end"],
            );
            assert_eq!(city.get(&part).status, 200);
        }
        // 村覆盖率 is of the villages there are: 1 of Heshan's.
        let reach = city.get("/figures/credit.village_reach?region=440784103000&month=2023-12");
        assert!(reach.body.contains("行政村数"), "{}", reach.text());
        let totals = city.get("/totals?region=440784000000&month=2023-12&group=credit");
        let stage = city.get("/totals/funnel?region=440784000000&month=2023-12");
        assert!(!links(&stage, "/figures/credit.signed_households_rate").is_empty());
        // Beside every card, and behind every percentage of the table.
        assert!(
            links(&totals, "/figures/credit.preapproved?").len() > 2,
            "{}",
            totals.text()
        );
        assert!(
            !link(
                &totals,
                "/figures/credit.granted",
                &["aspect=yoy_percent", "back="]
            )
            .is_empty()
        );
    });
}

#[test]
fn two_months_and_two_counties_stand_side_by_side() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        grant(&app, app.office.village, (1, "50000"), "2023-11-05");
        grant(&app, app.office.village, (2, "20000"), "2023-12-05");
        let reviewer = app.sign_in("reviewer");
        let months = "/compare?region=440784000000&month=2023-12&with=440784000000&against=2023-11&unit=yuan";
        let page = reviewer.get(months);
        assert!(
            page.body.contains("+20,000.00") && page.body.contains("+40.00%"),
            "{}",
            page.text()
        );
        let between = link(
            &page,
            "/vouchers?",
            &["measure=credit.granted", "from=2023-12", "to=2023-12"],
        );
        assert!(reviewer.get(&between).body.contains("20,000.00"));
        assert_eq!(
            reviewer.get("/compare?with=440781000000").status,
            404,
            "another county's figures"
        );
        assert_eq!(reviewer.get("/compare/pairs").status, 403);
        let city = app.sign_in("city");
        let counties = city.get(
            city.get("/compare?region=440784000000&with=440781000000&month=2023-12&unit=yuan")
                .location(),
        );
        assert!(
            counties.body.contains("鹤山市")
                && counties.body.contains("台山市")
                && counties.body.contains("+70,000.00"),
            "{}",
            counties.text()
        );
        let pairs = city.get("/compare/pairs?month=2023-12&unit=yuan");
        assert!(
            pairs.body.contains("蓬江区、江海区 — 恩平市") && pairs.body.contains("鹤山市 — 开平市"),
            "{}",
            pairs.text()
        );
        for path in ["/comparison", "/ratings"] {
            assert!(!links(&city.get(path), "/totals").is_empty(), "{path} leads back");
        }
    });
}

/// Fills in a target.
fn target(person: &Person, filled: &[(&str, &str)]) -> Page {
    let form = person.get("/targets/new");
    assert_eq!(form.status, 200, "{}", form.text());
    person.send(&form, "/targets", filled)
}

#[test]
fn targets_are_set_revised_and_held_against_the_ledger() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        grant(&app, app.office.village, (1, "50000"), "2023-12-05");
        let reviewer = app.sign_in("reviewer");
        let heshan = [
            ("region", "440784000000"),
            ("measure", "credit.granted"),
            ("year", "2023"),
            ("amount", "20"),
            ("unit", "wan"),
            ("source", "鹤金〔2023〕1号"),
        ];
        let set = |person: &Person, other: &[(&'static str, &'static str)]| {
            let filled: Vec<(&str, &str)> = heshan
                .iter()
                .map(|(name, value)| {
                    let changed = other.iter().find(|(changed, _)| changed == name);
                    changed.map_or((*name, *value), |(_, value)| (*name, *value))
                })
                .collect();
            target(person, &filled)
        };
        assert_eq!(set(&reviewer, &[]).status, 303);
        let page = reviewer.get("/targets?month=2023-12");
        assert!(
            page.body.contains("25.00%") && page.body.contains("鹤金〔2023〕1号"),
            "{}",
            page.text()
        );
        // The same again is refused, a changed one revises and keeps the earlier one.
        assert!(set(&reviewer, &[]).body.contains("已经是这个数"));
        assert_eq!(
            set(&reviewer, &[("amount", "10"), ("source", "调整通知")]).status,
            303
        );
        let page = reviewer.get("/targets?month=2023-12");
        assert!(
            page.body.contains("50.00%") && page.body.contains("第1次 20.00"),
            "{}",
            page.text()
        );
        // Another county's is not his to set; what does not read keeps what was typed.
        let foreign = set(&reviewer, &[("region", "440781000000")]);
        assert!(
            foreign.body.contains("请选择地方") && foreign.field("amount") == "20",
            "{}",
            foreign.text()
        );
        let counted = set(&reviewer, &[("unit", "count")]);
        assert!(counted.body.contains("这个指标是金额"), "{}", counted.text());
        assert_eq!(app.sign_in("city").get("/targets/new").status, 403);
        // The city: its own target beside the counties', whose sums are divided.
        let admin = app.sign_in("admin");
        assert_eq!(
            set(&admin, &[("region", "440781000000"), ("amount", "30")]).status,
            303
        );
        assert_eq!(
            set(&admin, &[("region", "440700000000"), ("amount", "100")]).status,
            303
        );
        let city = app.sign_in("city").get("/targets?month=2023-12");
        assert!(
            city.body.contains("12.50%") && city.body.contains("5.00%"),
            "{}",
            city.text()
        );
        assert!(
            !app.sign_in("far-reviewer")
                .get("/targets?month=2023-12")
                .body
                .contains("调整通知")
        );
        assert!(page.body.contains("/figures/credit.granted?region=440784000000"));
    });
}

#[test]
fn villages_without_anything_are_listed_with_what_is_missing() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let reviewer = app.sign_in("reviewer");
        let path = "/unserved?region=440784103000&month=2023-12";
        // The specialist is posted to two villages of the town: all others have nothing.
        let listed = |page: &Page, village: &str| links(page, &format!("/totals?region={village}")).len();
        let (served, other) = ("440784103205", "440784103203");
        let none = reviewer.get(path);
        assert_eq!(
            (listed(&none, served), listed(&none, other)),
            (0, 1),
            "{}",
            none.text()
        );
        let some = format!("{path}&show=some");
        assert!(!reviewer.get(&some).body.contains("5.00 万元"));
        grant(&app, app.office.village, (1, "50000"), "2023-12-05");
        let some = reviewer.get(&some);
        assert!(
            some.body.contains("5.00 万元") && listed(&some, served) == 1,
            "{}",
            some.text()
        );
        assert_eq!(listed(&some, other), 1);
        let after = reviewer.get(path);
        let file = reviewer.get(&link(&after, "/unserved.csv", &["show=none"]));
        assert_eq!(file.status, 200);
        assert!(
            file.body.starts_with('\u{FEFF}') && file.body.contains(other) && !file.body.contains(served),
            "{}",
            file.body
        );
        let rows = file.body.lines().count() - 1;
        assert_eq!(
            rows,
            links(&after, "/totals?region=4407841032").len(),
            "the file has what the page has"
        );
        assert_eq!(
            reviewer.get("/unserved?region=440781000000&month=2023-12").status,
            404
        );
        let city = app
            .sign_in("city")
            .get("/unserved?region=440700000000&month=2023-12");
        assert!(
            city.body.contains("台山市") && city.body.contains("鹤山市"),
            "{}",
            city.text()
        );
    });
}
