//! What an address asks for: what is not known is refused with a sentence and never shows more than was asked;
//! what cannot be taken back is asked about first; files have names that every program can read.

use crate::support::app::{TestApp, on_both};

#[test]
fn an_address_that_names_nothing_known_is_refused() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let reviewer = app.sign_in("reviewer");
        for path in [
            "/vouchers?region=999",
            "/vouchers?region=440784000000",
            "/vouchers?measure=no.such",
            "/vouchers?measure=credit.granted&to=2099-01",
            "/vouchers?measure=credit.granted&region=440781000000",
            "/vouchers?institution=999",
            "/vouchers?kind=no.such",
            "/vouchers?state=no",
            "/review?kind=no.such",
            "/review?institution=x",
            "/totals?region=999",
            "/totals?month=2099-01",
            "/totals?month=1999-01",
            "/totals?month=x",
            "/totals?by=moon",
            "/totals?by=county",
            "/totals?unit=gram",
            "/totals?group=no",
            "/reports?month=2099-01",
            "/reports?unit=gram",
            "/reports/monthly?variant=no",
            "/register/specialists?institution=no",
        ] {
            let page = reviewer.get(path);
            assert!((400..500).contains(&page.status), "{path}: {}", page.status);
            assert!(page.body.contains("error-page"), "{path}: {}", page.text());
        }
        for path in [
            "/vouchers",
            "/vouchers?kind=credit.grant",
            "/vouchers?state=approved&institution=1",
            "/totals",
            "/totals?by=village&unit=yi&group=insurance",
            "/reports?unit=yuan&variant=public",
        ] {
            assert_eq!(reviewer.get(path).status, 200, "{path}");
        }
    });
}

#[test]
fn a_page_of_totals_opens_on_the_last_complete_month() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let page = app.sign_in("reviewer").get("/totals");
        assert!(
            page.body.contains("<option value=\"2023-12\" selected>"),
            "{}",
            page.text()
        );
    });
}

#[test]
fn files_have_a_plain_name_beside_their_own() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let reviewer = app.sign_in("reviewer");
        let month = "region=440784000000&month=2023-12";
        for (path, plain) in [
            (
                format!("/reports/monthly/xlsx?{month}"),
                "cunxin-monthly-440784-2023-12.xlsx",
            ),
            (
                format!("/totals.csv?{month}"),
                "cunxin-totals-440784000000-2023-12-credit.csv",
            ),
        ] {
            let page = reviewer.get(&path);
            let header = page
                .headers
                .iter()
                .find(|(name, _)| *name == "content-disposition");
            let header = header.map(|(_, value)| value.as_str()).unwrap_or_default();
            assert!(
                header.contains(&format!("filename=\"{plain}\"; filename*=UTF-8''2023-12_%")),
                "{header}"
            );
        }
    });
}

#[test]
fn places_are_named_in_the_readers_language() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let reviewer = app.sign_in("reviewer");
        assert!(reviewer.get("/totals").body.contains("鹤山市"));
        reviewer.get("/language?to=en&back=/totals");
        let page = reviewer.get("/totals?by=town");
        assert!(page.body.contains("Heshan <small"), "{}", page.text());
        assert!(page.body.contains("Gulao Town"), "{}", page.text());
    });
}

#[test]
fn a_password_is_replaced_only_after_a_second_question() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let admin = app.sign_in("admin");
        let list = admin.get("/register/accounts?q=far-reviewer").body;
        let start = list.find("/register/accounts/0").expect("a link to the account");
        let path: String = list[start..].chars().take_while(|c| *c != '"').collect();
        for (verb, done) in [("disabling", "disabled"), ("password", "password")] {
            let question = admin.get(&format!("{path}/{verb}"));
            assert_eq!(question.status, 200);
            assert!(question.body.contains("确定"), "{}", question.text());
            let page = admin.send(&question, &format!("{path}/{verb}"), &[]);
            assert!(
                page.location().ends_with(&format!("done={done}")),
                "{}",
                page.text()
            );
        }
        assert_eq!(
            admin.get(&format!("{path}/disabling")).status,
            404,
            "it is disabled already"
        );
    });
}

#[test]
fn the_vouchers_behind_a_figure_lead_back_to_its_table() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let reviewer = app.sign_in("reviewer");
        let page = reviewer.get(
            "/vouchers?measure=credit.granted&to=2023-12&region=440784103000&back=440784000000.town.yi.credit",
        );
        let back = "/totals?region=440784000000&amp;month=2023-12&amp;by=town&amp;unit=yi&amp;group=credit";
        assert!(page.body.contains(back), "{}", page.body);
    });
}
