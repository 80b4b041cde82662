//! Lists of the desk, sorted by their address: the same order for whoever is given it, on both databases.

use crate::policies;
use crate::queue::grant;
use crate::support::app::{Person, TestApp, on_both};

/// Where each of these stands in the list of that order.
fn places(reviewer: &Person, sort: &str, texts: &[&str]) -> Vec<usize> {
    let page = reviewer.get(&format!("/vouchers?kind=credit.grant&sort={sort}"));
    assert_eq!(page.status, 200, "{}", page.text());
    let (_, table) = page.body.split_once("<tbody>").expect("a table");
    let place = |text: &&str| table.find(*text).unwrap_or_else(|| panic!("no {text}: {table}"));
    texts.iter().map(place).collect()
}

#[test]
fn the_list_of_vouchers_is_sorted_by_its_address() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let sent =
            [(1, "30000"), (2, "10000"), (3, "20000")].map(|(n, yuan)| grant(&app, "specialist", n, yuan));
        for one in &sent[..2] {
            app.approve("reviewer", one, 1).expect("approved");
        }
        let reviewer = app.sign_in("reviewer");
        let amounts = ["10,000.00", "20,000.00", "30,000.00"];
        assert!(places(&reviewer, "amount", &amounts).is_sorted());
        assert!(places(&reviewer, "-amount", &amounts).is_sorted_by(|a, b| a > b));
        // 30,000 was numbered first; what has no number comes last either way.
        assert!(places(&reviewer, "number", &["30,000.00", "10,000.00", "20,000.00"]).is_sorted());
        assert!(places(&reviewer, "-number", &["10,000.00", "30,000.00", "20,000.00"]).is_sorted());
        let page = reviewer.get("/vouchers?kind=credit.grant&sort=-amount");
        assert!(page.body.contains("aria-sort=\"descending\""));
        assert!(
            page.body.contains("/vouchers?kind=credit.grant&amp;sort=amount"),
            "another click turns it round"
        );
        assert!(
            page.body.contains("name=\"sort\" value=\"-amount\""),
            "a filter keeps it"
        );
        assert_ne!(reviewer.get("/vouchers?sort=colour").status, 200);
    });
}

#[test]
fn the_funnel_and_the_insurance_list_are_sorted_by_their_address() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let parts = [
            (app.office.village, "300.00"),
            (app.office.second_village, "100.00"),
        ];
        let insured = policies::policy(&app, &policies::contract(1), "BD1", &parts);
        policies::posted(&app, &insured);
        let reviewer = app.sign_in("reviewer");
        let open = |path: &str, sort: &str| {
            let page = reviewer.get(&format!("{path}?region=440784103000&month=2023-12&sort={sort}"));
            assert_eq!(page.status, 200, "{}", page.text());
            page.body
        };
        let premiums = |sort: &str| {
            let body = open("/totals/insurance", sort);
            // 300 and 100 亩 at 5,000 yuan and 8%, in 万元.
            ["12.00", "4.00"].map(|premium| body.find(&format!(">{premium}<")).expect(premium))
        };
        let [more, less] = premiums("-insurance.premium");
        assert!(more < less);
        let [more, less] = premiums("insurance.premium");
        assert!(less < more);
        let funnel = open("/totals/funnel", "-credit.granted-end");
        assert_eq!(funnel.matches("aria-sort=\"descending\"").count(), 1, "{funnel}");
    });
}
