//! Photos as evidence: who adds them, what is left of them, who sees them; and the authorisation that clients sign.

use cunxin::db::schema::{audit, photo};
use cunxin::ledger::Submission;
use cunxin::vault;
use diesel::prelude::*;
use serde_json::json;

use crate::support::app::{Page, Person, TestApp, actor, on_both};

/// A picture of 96 × 64 with a place, a camera, a comment, and the camera held upright.
const POND: &[u8] = include_bytes!("data/pond.jpg");
const CHEN: &str = "440784197503080014";

/// A grant, sent by the specialist.
fn grant(app: &TestApp) -> Submission {
    let client = app.household(app.office.village, "陈大文", CHEN);
    let line = cunxin::values::ContractId::new(1_700_000_000_000);
    let terms = json!({"valid_from": "2024-01-04", "valid_to": "2026-12-31", "revolving": true});
    let lines = vec![app.line(&client, &line, "150000", terms)];
    let grant = app.submission("credit.grant", "2024-01-04", lines);
    app.submit("specialist", &grant).expect("submitted");
    grant
}

fn address(of: &Submission, digest: &str) -> String {
    format!("/photos/{}/{}/{digest}", of.book, of.voucher)
}

/// As the phone's app sends it.
fn send(person: &Person, of: &Submission, file: &[u8]) -> Page {
    let to = format!("/api/v1{}", address(of, &vault::digest(file)));
    person.bytes(
        &to,
        &[("content-type", "image/jpeg"), ("x-cunxin", "photo")],
        file,
    )
}

fn code(page: &Page) -> String {
    let problem: serde_json::Value = serde_json::from_str(&page.body).expect("a problem");
    assert!(
        problem["detail"].as_str().is_some_and(|detail| detail.len() > 10),
        "{problem}"
    );
    problem["code"].as_str().expect("a code").to_owned()
}

/// The picture with another comment: another file, the same picture.
fn pond(n: u8) -> Vec<u8> {
    let mut file = POND.to_vec();
    file.splice(2..2, [0xFF, 0xFE, 0, 3, n]);
    file
}

#[test]
fn a_photo_is_kept_once_sealed_and_without_its_place() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let grant = grant(&app);
        let specialist = app.sign_in("specialist");
        assert_eq!(send(&specialist, &grant, POND).status, 201);
        assert_eq!(send(&specialist, &grant, POND).status, 200, "sent twice");

        let shown = specialist.get(&address(&grant, &vault::digest(POND)));
        assert_eq!(shown.headers["content-type"], "image/jpeg");
        assert_eq!(shown.headers["x-content-type-options"], "nosniff");
        assert_eq!(shown.headers["cache-control"], "no-store");
        for told in ["CunxinCam", "2024:01:03", "GPS by hand"] {
            assert!(POND.windows(told.len()).any(|some| some == told.as_bytes()));
            assert!(!shown.body.contains(told), "{told} is still in the file");
        }
        assert!(shown.bytes.len() > 600, "the picture is there");
        assert_eq!(
            shown.bytes[20..32],
            *b"\xFF\xE1\x00\x22Exif\0\0MM",
            "which side is up stays"
        );

        let sealed: Vec<(Vec<u8>, String)> = app
            .state
            .db
            .read(|conn| {
                let rows = photo::table
                    .select((photo::sealed, photo::record_id))
                    .load(conn)?;
                Ok::<_, cunxin::error::Error>(rows)
            })
            .expect("the table is read");
        assert_eq!(sealed.len(), 1);
        let jfif = sealed[0].0.windows(4).any(|some| some == b"JFIF");
        assert!(!jfif, "it lies there sealed");

        // The reviewer sees it, and when it came; whoever reads masked names does not.
        let reviewer = app.sign_in("reviewer");
        let page = reviewer.get(&format!("/vouchers/{}/{}", grant.book, grant.voucher));
        assert!(
            page.body.contains(&address(&grant, &vault::digest(POND))),
            "{}",
            page.text()
        );
        assert!(page.body.contains("加照片"), "{}", page.text());
        assert_eq!(
            reviewer.get(&address(&grant, &vault::digest(POND))).bytes,
            shown.bytes
        );
        let bank = app.sign_in("bank");
        assert_eq!(bank.get(&address(&grant, &vault::digest(POND))).status, 200);
        for (login, status) in [
            ("far-reviewer", 404),
            ("insurer", 404),
            ("city", 403),
            ("admin", 403),
        ] {
            let other = app.sign_in(login).get(&address(&grant, &vault::digest(POND)));
            assert_eq!(other.status, status, "{login}");
        }
        let city = app
            .sign_in("city")
            .get(&format!("/vouchers/{}/{}", grant.book, grant.voucher));
        assert!(
            city.status == 200 && !city.body.contains("/photos/"),
            "{}",
            city.text()
        );
    });
}

#[test]
fn what_is_no_photo_or_not_ones_own_is_refused() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let grant = grant(&app);
        let specialist = app.sign_in("specialist");
        let to = format!("/api/v1{}", address(&grant, &vault::digest(POND)));
        let own = [("x-cunxin", "photo"), ("content-type", "image/jpeg")];
        let tried = |headers: &[(&str, &str)], to: &str, body: &[u8]| specialist.bytes(to, headers, body);
        assert_eq!(tried(&own[1..], &to, POND).status, 403, "from nowhere");
        let png = [own[0], ("content-type", "image/png")];
        assert_eq!(code(&tried(&png, &to, POND)), "photo.not_jpeg");
        let other = tried(&own, &to, &pond(1));
        assert_eq!((other.status, code(&other).as_str()), (409, "photo.digest"));
        let cut = &POND[..POND.len() - 9];
        let ends_early = send(&specialist, &grant, cut);
        assert_eq!(
            (ends_early.status, code(&ends_early).as_str()),
            (415, "photo.not_jpeg")
        );
        let large = [POND, &[0; 300_000]].concat();
        let large = send(&specialist, &grant, &large);
        assert_eq!((large.status, code(&large).as_str()), (413, "photo.too_large"));
        let huge = send(&specialist, &grant, &[0; 3_000_000]);
        assert_eq!(huge.status, 413);
        assert!(huge.body.contains("太大"), "{}", huge.text());

        // Another's record, another book, none at all.
        assert_eq!(send(&app.sign_in("bank"), &grant, POND).status, 404);
        assert_eq!(send(&app.sign_in("reviewer"), &grant, POND).status, 403);
        let mut elsewhere = grant.clone();
        elsewhere.book = app.office.other_book;
        assert_eq!(send(&specialist, &elsewhere, POND).status, 404);
        assert_eq!(send(&app.visitor(), &grant, POND).status, 401);

        for n in 0..6 {
            assert_eq!(send(&specialist, &grant, &pond(n)).status, 201, "{n}");
        }
        let seventh = send(&specialist, &grant, &pond(6));
        assert_eq!((seventh.status, code(&seventh).as_str()), (409, "photo.too_many"));
        app.approve("reviewer", &grant, 1).expect("approved");
        assert_eq!(send(&specialist, &grant, &pond(0)).status, 200, "it is there");
        let late = send(&specialist, &grant, &pond(7));
        assert_eq!((late.status, code(&late).as_str()), (409, "photo.decided"));
    });
}

/// As a browser without scripts sends the form of a record's page.
fn upload(person: &Person, to: &str, token: &str, file: &[u8]) -> Page {
    let part = |head: &str, body: &[u8]| {
        let head = format!("--b0undary\r\nContent-Disposition: form-data; {head}\r\n\r\n");
        [head.as_bytes(), body, b"\r\n"].concat()
    };
    let body = [
        part("name=\"_csrf\"", token.as_bytes()),
        part(
            "name=\"photo\"; filename=\"IMG 1.jpg\"\r\nContent-Type: image/jpeg",
            file,
        ),
        b"--b0undary--\r\n".to_vec(),
    ]
    .concat();
    person.bytes(
        to,
        &[("content-type", "multipart/form-data; boundary=b0undary")],
        &body,
    )
}

#[test]
fn the_records_page_takes_and_drops_photos_without_scripts() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let grant = grant(&app);
        let specialist = app.sign_in("specialist");
        let record = format!("/records/{}/{}", grant.book, grant.voucher);
        let page = specialist.get(&record);
        let to = format!("/photos/{}/{}", grant.book, grant.voucher);
        assert!(page.body.contains(&format!("action=\"{to}\"")), "{}", page.text());
        let token = page.field("_csrf");
        // Larger than what the app may send, as cameras make them.
        let taken = [POND, &[0; 400_000]].concat();
        let sent = upload(&specialist, &to, &token, &taken);
        assert_eq!(
            (sent.status, sent.location()),
            (303, format!("{record}#photos").as_str()),
            "{}",
            sent.text()
        );
        let photo = address(&grant, &vault::digest(&taken));
        let page = specialist.get(&record);
        assert!(page.body.contains(&photo), "{}", page.text());
        assert!(
            specialist.get(&photo).bytes.len() < 2_000,
            "what follows the picture is cut off"
        );

        assert_eq!(upload(&specialist, &to, "0000", POND).status, 403);
        assert_eq!(
            upload(
                &app.sign_in("bank"),
                &to,
                &app.sign_in("bank").get("/field").field("_csrf"),
                POND
            )
            .status,
            403
        );
        let wrong = upload(&specialist, &to, &token, b"\x89PNG");
        assert_eq!(wrong.status, 422);
        assert!(wrong.body.contains("JPEG"), "{}", wrong.text());

        let gone = specialist.post(&format!("{photo}/removal"), &[("_csrf", &token)]);
        assert_eq!(gone.location(), format!("{record}#photos"), "{}", gone.text());
        assert_eq!(specialist.get(&photo).status, 404);
        assert_eq!(upload(&specialist, &to, &token, POND).status, 303);
        app.approve("reviewer", &grant, 1).expect("approved");
        let page = specialist.get(&record);
        assert!(
            page.body.contains("/photos/") && !page.body.contains("multipart"),
            "{}",
            page.text()
        );
        let late = specialist.post(
            &format!("{}/removal", address(&grant, &vault::digest(POND))),
            &[("_csrf", &token)],
        );
        assert_eq!(late.status, 422);
        let actions: Vec<String> = app
            .state
            .db
            .read(|conn| {
                let of_photos = audit::table.filter(audit::action.like("photo.%"));
                Ok::<_, cunxin::error::Error>(of_photos.order(audit::seq).select(audit::action).load(conn)?)
            })
            .expect("the chain is read");
        assert_eq!(actions, ["photo.added", "photo.removed", "photo.added"]);
    });
}

#[test]
fn people_are_registered_once_they_have_signed() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let specialist = app.sign_in("specialist");
        let path = format!("/field/clients/new?village={}", app.office.village.0);
        let fill = |signed: &str, kind: &str, number: &str| {
            let filled = [
                ("kind", kind),
                ("name", "陈大文"),
                ("number", number),
                ("consent_on", signed),
            ];
            specialist.send(&specialist.get(&path), "/field/clients/new", &filled)
        };
        assert_eq!(specialist.get(&path).field("consent_on"), "2024-01-04");
        for (kind, number) in [("household", CHEN), ("family-farm", CHEN)] {
            let none = fill("", kind, number);
            assert!(
                none.body.contains("没有签授权书的不登记"),
                "{kind}: {}",
                none.text()
            );
        }
        let firm = fill("", "cooperative", "91512081MA62K0260E");
        assert!(firm.body.contains("确认提交"), "{}", firm.text());
        for (day, say) in [
            ("2024-01-05", "不能晚于今天"),
            ("1980-01-05", "早于 1990 年"),
            ("2023-02-29", "日期"),
        ] {
            let wrong = fill(day, "household", CHEN);
            assert!(wrong.body.contains("id=\"consent_on-error\""), "{}", wrong.text());
            assert!(wrong.body.contains(say), "{day}: {}", wrong.text());
        }
        let check = fill("2023-12-28", "household", CHEN);
        assert!(check.body.contains("2023-12-28"), "{}", check.text());
        let done = specialist.send(&check, "/field/clients/new", &[("step", "send")]);
        let page = specialist.get(done.location());
        assert!(page.body.contains("2023-12-28 签署"), "{}", page.text());

        // The paper itself, in a photo with the client.
        let to = page
            .body
            .split("action=\"/photos/")
            .nth(1)
            .expect("a form for photos");
        let to = format!("/photos/{}", to.split('"').next().expect("its address"));
        let sent = upload(&specialist, &to, &page.field("_csrf"), POND);
        assert_eq!(sent.status, 303, "{}", sent.text());
        let photo = format!("{to}/{}", vault::digest(POND));
        assert_eq!(specialist.get(&photo).status, 200);
        assert_eq!(app.sign_in("reviewer").get(&photo).status, 200);
        assert_eq!(app.sign_in("bank").get(&photo).status, 404);
    });
}

#[test]
fn whoever_was_registered_before_signs_later() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let book = app.office.book;
        let new = cunxin::register::NewClient {
            id: cunxin::values::ClientId::new(1_700_000_000_000),
            kind: cunxin::register::ClientKind::Household,
            region: app.office.village,
            name: "李小妹".to_owned(),
            number: "440781198802290025".to_owned(),
            compared: false,
            phone: String::new(),
            address: String::new(),
            consent_on: None,
        };
        app.state
            .write_now(book, |conn, office| {
                cunxin::register::register_clients(
                    conn,
                    office,
                    &actor("specialist"),
                    book,
                    std::slice::from_ref(&new),
                )
            })
            .expect("registered with a list");
        let specialist = app.sign_in("specialist");
        let home = format!("/field/clients/{book}/{}", new.id);
        let page = specialist.get(&home);
        assert!(page.body.contains("未登记"), "{}", page.text());
        let form = specialist.get(&format!("{home}/consent"));
        let tomorrow = specialist.send(&form, &format!("{home}/consent"), &[("consent_on", "2024-01-05")]);
        assert!(tomorrow.body.contains("不能晚于今天"), "{}", tomorrow.text());
        let done = specialist.send(&form, &format!("{home}/consent"), &[("consent_on", "2024-01-02")]);
        assert_eq!(done.location(), home, "{}", done.text());
        assert!(specialist.get(&home).body.contains("2024-01-02 签署"));
        let again = specialist.send(&form, &format!("{home}/consent"), &[("consent_on", "2024-01-03")]);
        assert!(
            again.body.contains("已登记的签署日期是 2024-01-02"),
            "{}",
            again.text()
        );
        let insurer = app.sign_in("far-reviewer").get(&format!("{home}/consent"));
        assert_eq!(insurer.status, 403);
    });
}
