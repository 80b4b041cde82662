//! The manners of every form: the way back, the way forward, long lists, odd input.

use crate::support::app::{Backend, TestApp, on_both};

const CHEN: &str = "440784197503080014";
const LI: &str = "440781198802290025";
const WANG: &str = "11010519491231002X";

#[test]
fn every_form_leads_back_to_its_village() {
    let app = TestApp::start(Backend::Sqlite);
    app.household(app.office.village, "陈大文", CHEN);
    let village = app.office.village.0;
    let back = format!("href=\"/field/villages/{village}\"");
    let check = |login: &str, path: &str| {
        let page = app.sign_in(login).get(&format!("{path}village={village}"));
        assert_eq!(page.status, 200, "{path}: {}", page.text());
        let crumbs = page.body.split("class=\"crumbs\"").nth(1).expect(path);
        let crumbs = crumbs.split("</nav>").next().unwrap_or_default();
        assert!(
            crumbs.contains("href=\"/field\"") && crumbs.contains(&back),
            "{path}"
        );
    };
    for path in [
        "/field/credit?stage=credit.grant&",
        "/field/credit/sheet?stage=credit.preapproval&",
        "/field/loan?",
        "/field/visit?",
        "/field/talk?",
        "/field/clients/new?",
    ] {
        check("specialist", path);
    }
    check("bank", "/field/service-point?");
    check("insurer", "/field/policy?");
    check("insurer", "/field/policies?");
}

#[test]
fn a_client_page_names_what_waits_apart() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let specialist = app.sign_in("specialist");
        let client = app.household(app.office.village, "陈大文", CHEN);
        let path = format!(
            "/field/credit?stage=credit.grant&village={}&client={client}",
            app.office.village.0
        );
        let product = app.office.credit_product.0.to_string();
        let check = specialist.send(
            &specialist.get(&path),
            "/field/credit",
            &[
                ("product", &product),
                ("amount", "7.5"),
                ("amount_unit", "wan"),
                ("limit", "one-off"),
            ],
        );
        assert!(
            check.body.contains("额度类型") && check.body.contains("一次性"),
            "{}",
            check.text()
        );
        let sent = specialist.send(&check, "/field/credit", &[("step", "send")]);
        assert_eq!(sent.status, 303, "{}", sent.text());

        let page = specialist.get(&format!("/field/clients/{}/{client}", app.office.book.0));
        let waiting = page.body.split("card waiting").nth(1).expect("待审核");
        let waiting = waiting.split("</section>").next().unwrap_or_default();
        assert!(waiting.contains("75,000.00"), "{}", page.text());
        assert!(
            waiting.contains("待审核") && waiting.contains("授信"),
            "{waiting}"
        );
        assert!(
            waiting.contains("/records/"),
            "its recorder may open it: {waiting}"
        );
        assert!(page.body.contains("还没有额度"), "{}", page.text());

        let clerk = app.sign_in("bank");
        let page = clerk.get(&format!("/field/clients/{}/{client}", app.office.book.0));
        assert!(page.body.contains("card waiting"), "{}", page.text());
        assert!(!page.body.contains("/records/"), "not the clerk's own record");
    });
}

#[test]
fn a_long_list_is_narrowed_without_losing_what_is_chosen() {
    let app = TestApp::start(Backend::Sqlite);
    let village = app.office.village;
    let chen = app.household(village, "陈大文", CHEN).to_string();
    let li = app.household(village, "李小妹", LI).to_string();
    let wang = app.household(village, "王阿公", WANG).to_string();
    let specialist = app.sign_in("specialist");
    let form = specialist.get(&format!("/field/visit?village={}", village.0));
    for (query, found) in [("李", &li), ("lxm", &li), ("0025", &li), ("002x", &wang)] {
        let narrowed = specialist.send(
            &form,
            "/field/visit",
            &[
                ("visited", &chen),
                ("q", query),
                ("step", "find"),
                ("unregistered", "2"),
            ],
        );
        assert_eq!(narrowed.status, 200);
        let ids: Vec<bool> = [&chen, &li, &wang]
            .map(|id| narrowed.body.contains(&format!("value=\"{id}\"")))
            .to_vec();
        assert!(ids[0], "what is ticked stays: {query}");
        assert!(narrowed.body.contains(&format!("value=\"{found}\"")), "{query}");
        assert_eq!(ids.iter().filter(|there| **there).count(), 2, "{query}");
        assert!(
            narrowed.fields().contains(&("visited".to_owned(), chen.clone())),
            "{query}"
        );
        assert_eq!(narrowed.field("unregistered"), "2");
    }
    let path = format!("/field/credit?stage=credit.grant&village={}", village.0);
    let narrowed = specialist.send(
        &specialist.get(&path),
        "/field/credit",
        &[("q", "wag"), ("amount", "5"), ("step", "find")],
    );
    assert!(narrowed.body.contains("王阿公") && !narrowed.body.contains("李小妹"));
    assert_eq!(narrowed.field("amount"), "5");
}

#[test]
fn odd_input_is_refused_beside_its_field_and_large_amounts_are_pointed_out() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let specialist = app.sign_in("specialist");
        let client = app.household(app.office.village, "陈大文", CHEN);
        let product = app.office.credit_product.0.to_string();
        let path = format!("/field/loan?village={}&client={client}", app.office.village.0);
        let form = specialist.get(&path);
        assert!(
            !form
                .fields()
                .iter()
                .any(|(name, _)| name == "guarantee" || name == "method"),
            "nothing is guessed"
        );
        let long = "鱼".repeat(61);
        let fill = |filled: &[(&str, &str)]| {
            let mut all = vec![
                ("product", product.as_str()),
                ("amount", "5000000.01"),
                ("amount_unit", "yuan"),
                ("rate_percent", "3.85"),
                ("matures_on", "2025-01-03"),
                ("purpose", "买鱼苗"),
                ("guarantee", "credit"),
                ("method", "bullet"),
            ];
            all.retain(|(name, _)| !filled.iter().any(|(other, _)| other == name));
            all.extend(filled);
            specialist.send(&form, "/field/loan", &all)
        };
        for (field, value) in [
            ("matures_on", "2924-01-03"),
            ("business_date", "0198-01-03"),
            ("business_date", "1989-12-31"),
            ("purpose", long.as_str()),
            ("purpose", "买\u{200B}鱼苗"),
        ] {
            let page = fill(&[(field, value)]);
            assert!(
                page.body.contains(&format!("id=\"{field}-error\"")),
                "{field} {value}: {}",
                page.text()
            );
        }
        let silent = fill(&[("guarantee", ""), ("method", "")]);
        assert!(silent.body.contains("请选择担保方式") && silent.body.contains("请选择还款方式"));
        let large = fill(&[]);
        assert!(large.body.contains("超过 500.00 万元"), "{}", large.text());
        assert!(
            large.body.contains("不影响提交") && large.body.contains("value=\"send\""),
            "a warning only: {}",
            large.text()
        );
        assert!(
            !fill(&[("amount", "500"), ("amount_unit", "wan")])
                .body
                .contains("不影响提交")
        );
        let sent = specialist.send(&large, "/field/loan", &[("step", "send")]);
        assert_eq!(sent.status, 303, "{}", sent.text());

        let reviewer = app.sign_in("reviewer");
        let voucher = format!("/vouchers{}", sent.location().trim_start_matches("/records"));
        let voucher = voucher.split('?').next().unwrap_or_default().to_owned();
        let reason = "字".repeat(301);
        let page = reviewer.get(&voucher);
        let back = reviewer.send(&page, &format!("{voucher}/return"), &[("reason", &reason)]);
        assert_eq!(back.status, 200, "{}", back.text());
        assert!(back.body.contains("最多 300 个字"), "{}", back.text());
        assert!(back.body.contains(&reason), "what was typed is kept");
    });
}

#[test]
fn the_vouchers_behind_a_figure_lead_back_to_its_page() {
    let app = TestApp::start(Backend::Sqlite);
    let client = app.household(app.office.village, "陈大文", CHEN);
    let terms = serde_json::json!({"valid_from": "2024-01-02", "valid_to": "2026-12-31", "revolving": true});
    let contract = cunxin::values::ContractId::new(1_700_000_000_000);
    let line = app.line(&client, &contract, "50000", terms);
    let grant = app.submission("credit.grant", "2024-01-02", vec![line]);
    app.submit("specialist", &grant).expect("submitted");
    app.approve("reviewer", &grant, 1).expect("approved");
    let city = app.sign_in("city");
    let from = "/totals?region=440784000000&month=2024-01&by=town&unit=yuan&group=credit";
    let totals = city.get(from);
    assert_eq!(totals.status, 200, "{}", totals.text());
    let link = totals
        .body
        .split("href=\"")
        .find(|link| link.starts_with("/vouchers?"))
        .expect("a figure with vouchers");
    let link = link.split('"').next().unwrap_or_default().replace("&amp;", "&");
    let behind = city.get(&link);
    assert_eq!(behind.status, 200, "{}", behind.text());
    let crumbs = behind.body.split("class=\"crumbs\"").nth(1).expect("crumbs");
    let back = crumbs
        .split("href=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    let back = back.expect("a link").replace("&amp;", "&");
    assert_eq!(back, from);
    // What was made up leads nowhere else.
    let odd = city.get(&format!(
        "{}&back=//evil.example",
        link.split("&back=").next().unwrap()
    ));
    assert!(!odd.body.contains("evil.example\""), "{}", odd.text());
}
