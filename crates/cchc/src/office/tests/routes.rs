//! Every route, as nobody, as the wrong unit, as the wrong role, and as a right one. The list comes from the router.

use accounts::policy::Role;
use accounts::{Denied, Principal, Reach};
use axum::http::StatusCode;
use chrono::TimeDelta;
use test_support::on_both;
use web::{Guard, Route};

use super::client::{Answer, Client};
use super::house::House;
use crate::office::routes;

/// What a person typed; it has to come back, and never as markup.
const TYPED: &str = "gõ <b>dở</b>";
const ESCAPED: &str = "gõ &lt;b&gt;dở&lt;/b&gt;";

/// The fields that name a person of another system.
const IDENTITY: [(&str, &str); 2] = [("noi-cap", "https://id.example.vn"), ("nguoi", "7")];

/// Pages that are not there without a provider; the tests of single sign-on open them.
fn needs_a_provider(path: &str) -> bool {
    path.contains("/mot-lan") || path.contains("/dang-nhap-mot-lan")
}

/// Things of the unit `so`, and of nobody else here.
struct Things {
    account: String,
    collection: String,
    deputy: String,
    token: String,
    job: String,
    notice: String,
    campaign: String,
    set: String,
    assignment: String,
    phrase: String,
    appeal: String,
    /// Digest of a file in the store; each address gets a piece of evidence of its own, as one of the routes withdraws it.
    file: String,
}

impl Things {
    async fn of(house: &House) -> Self {
        let account = house.with_role("muc.tieu", Role::UnitOfficer, "so", Reach::Unit).await;
        let absent = house.with_role("vang.mat", Role::UnitOfficer, "so", Reach::Unit).await;
        let deputy = house.appoint(&absent, &account).await;
        let mut owner = house.signed_in("muc.tieu").await;
        owner.post("/lam-viec/tai-khoan/ma-truy-cap", &[("ten", "Excel"), ("pham-vi", "read"), ("so-ngay", "9")]).await;
        let token = house.lines("SELECT access_token FROM access_token").await.remove(0);
        let (job, notice) = ("viec-cua-so".to_owned(), "thong-bao-cua-so".to_owned());
        house
            .execute(&format!(
                "INSERT INTO job (job, kind, title, payload, state, run_at, attempts, done, asked_by, unit, made_at, cancel_asked) \
                 VALUES ('{job}', 'thu', 'Việc thử', '{{}}', 'queued', '2099-01-01T00:00:00Z', 0, 0, '{account}', 'so', '2026-09-01T00:00:00Z', 0)"
            ))
            .await;
        house
            .execute(&format!(
                "INSERT INTO notice (notice, account, kind, sameness, text_vi, text_en, link, made_at) \
                 VALUES ('{notice}', '{account}', 'assigned', 'thu', 'Thông báo thử', 'A notice', '/lam-viec', '2026-09-01T00:00:00Z')"
            ))
            .await;
        let file = house.put_file(b"%PDF-1.4\n% made up for a test\n%%EOF\n").await;
        let (campaign, set) = campaign(house, &account).await;
        let [assignment, phrase, appeal] = parts_of(house, &campaign, &account).await;
        Self {
            assignment,
            phrase,
            appeal,
            account,
            collection: house.collection("Quý III", &["so"]).await,
            campaign,
            set,
            deputy,
            token,
            job,
            notice,
            file,
        }
    }

    /// A piece of evidence of the unit `so`.
    async fn evidence(&self, house: &House) -> String {
        let count = house.lines("SELECT evidence FROM evidence").await.len();
        let key = format!("minh-chung-{count}");
        house
            .execute(&format!(
                "INSERT INTO evidence (evidence, unit, kind, title, state, made_by, made_at, version, search_key, sort_key) \
                 VALUES ('{key}', 'so', 'other', 'Tệp thử', 'active', '{}', '2026-09-01T00:00:00Z', 1, 'tep thu', 'tep thu')",
                self.account
            ))
            .await;
        house
            .execute(&format!(
                "INSERT INTO evidence_file (evidence, position, sha256, size, file_name, file_kind, pages, text_state, findings, signatures, added_by, added_at) \
                 VALUES ('{key}', 1, '{}', 36, 'thu.pdf', 'pdf', 1, 'none', '[]', '[]', '{}', '2026-09-01T00:00:00Z')",
                self.file, self.account
            ))
            .await;
        key
    }

    /// A role that can be taken away: the one that nobody took yet, or a new one.
    async fn grant(&self, house: &House) -> String {
        let open =
            format!("SELECT role_grant FROM role_grant WHERE account = '{}' AND role = 'leader' AND revoked_at IS NULL", self.account);
        match house.lines(&open).await.pop() {
            Some(there) => there,
            None => house.give(&self.account, Role::Leader, "so", Reach::Unit).await,
        }
    }

    /// The address of a route with these things in it.
    async fn address(&self, house: &House, path: &str) -> String {
        let grant = if path.contains("{grant}") { self.grant(house).await } else { String::new() };
        if path.contains("{day}") {
            // Of the right one each sending takes the day out again.
            let day = "INSERT INTO calendar_day (day, kind, name, source, added_by, added_at) \
                VALUES ('2026-09-18', 'holiday', 'Ngày thử', 'thử', 'thu', '2026-09-01T00:00:00Z') ON CONFLICT DO NOTHING";
            house.execute(day).await;
        }
        if path.ends_with("/bo-lien-ket") {
            // Likewise.
            let identity = format!(
                "INSERT INTO identity (issuer, subject, account, linked_at) VALUES ('{}', '{}', '{}', '2026-09-01T00:00:00Z') ON CONFLICT DO NOTHING",
                IDENTITY[0].1, IDENTITY[1].1, self.account
            );
            house.execute(&identity).await;
        }
        let evidence = if path.contains("{evidence}") { self.evidence(house).await } else { String::new() };
        let address = path
            .replace("{evidence}", &evidence)
            .replace("{position}", "1")
            .replace("{indicator}", "report.tasks_set")
            .replace("{job}", &self.job)
            .replace("{notice}", &self.notice)
            .replace("{day}", "2026-09-18")
            .replace("{account}", &self.account)
            .replace("{grant}", &grant)
            .replace("{collection}", &self.collection)
            .replace("{campaign}", &self.campaign)
            .replace("{set}", &self.set)
            .replace("{other}", &self.set)
            .replace("{block}", "so")
            .replace("{leaf}", "1")
            .replace("{node}", "1")
            .replace("{name}", if path.contains("{unit}") { "phieu.docx" } else { "bao-cao.pdf" })
            .replace("{unit}", "so")
            .replace("{deputy}", &self.deputy)
            .replace("{assignment}", &self.assignment)
            .replace("{phrase}", &self.phrase)
            .replace("{appeal}", &self.appeal)
            .replace("{use}", "lan-gan")
            .replace("{figure}", "so-lieu")
            .replace("{token}", &self.token)
            .replace("{secret}", &"0".repeat(64));
        assert!(!address.contains('{'), "{path} names a thing that this test does not have: add it to `Things`");
        address
    }
}

/// A criteria set of one leaf.
const SET: &str = r#"format = "cchc-index-definition/1"
id = "bo-thu"
index = "thu"
name = { vi = "Bộ thử", en = "A set" }
summary = { vi = "Thử", en = "Test" }
unit_level = "department"
status = "unverified"
decimals = 2
[set]
kind = "own"
level = "department"
[computation]
rank_direction = "higher-is-better"
tie_rule = "dense"
rank_on = "unrounded"
missing = "zero"
[[node]]
code = "total"
aggregation = "sum-of-points"
[[node]]
code = "1"
parent = "total"
maximum = "1"
"#;

/// An open campaign of the province over the unit `so` alone, with a result that is public.
async fn campaign(house: &House, account: &str) -> (String, String) {
    use evaluation::actions::{NewBlock, NewCampaign, advance, make, make_set};
    use evaluation::model::{Phase, Step};
    let ground = web::Ground::of(&house.app);
    let actor = accounts::Actor::program(house.now());
    let set = make_set(ground, &actor, "tinh", SET).await.unwrap();
    let new = NewCampaign {
        title: "Đánh giá".to_owned(),
        year: 2026,
        owner: "tinh".to_owned(),
        follows: None,
        quorum: rust_decimal::Decimal::new(5, 1),
        note: None,
        made_up: true,
        blocks: vec![NewBlock { block: "so".to_owned(), name: "Sở".to_owned(), set: set.clone(), units: vec![("so".to_owned(), true)] }],
        steps: vec![Step { phase: Phase::Scoring, opens_at: house.now() - TimeDelta::days(1), due_at: house.now() + TimeDelta::days(4) }],
    };
    let key = make(ground, &actor, &new).await.unwrap();
    advance(ground, &actor, &key, 1).await.unwrap();
    let manifest = format!(
        "{{\"format\":\"{}\",\"campaign\":\"{key}\",\"title\":\"t\",\"year\":2026,\"made_up\":true,\"approved_at\":\"\",\"program\":\"\",\
         \"blocks\":[{{\"block\":\"so\",\"name\":\"Sở\",\"set\":\"bo-thu\",\"set_sha256\":\"\",\"files\":[]}}]}}",
        evaluation::result::FORMAT
    );
    house
        .execute(&format!(
            "INSERT INTO campaign_result (campaign, position, approved_by, approved_at, program, manifest, sha256, publish_on, shows) \
             VALUES ('{key}', 1, '{account}', '2026-09-01T00:00:00Z', '1', '{manifest}', 'x', '2026-09-01', 'leaves')"
        ))
        .await;
    for (file, content) in [("so-definition.toml", SET), ("so-data.csv", "unit,code,ranked,1\nSở,so,yes,1\n")] {
        house
            .execute(&format!(
                "INSERT INTO campaign_result_file (campaign, position, file, content) VALUES ('{key}', 1, '{file}', '{content}')"
            ))
            .await;
    }
    (key, set)
}

/// An assignment, a standard phrase and an appeal of a campaign.
async fn parts_of(house: &House, campaign: &str, account: &str) -> [String; 3] {
    use evaluation::actions::{add_phrase, assign, overview, phrases};
    use evaluation::model::Duty;
    let (ground, actor) = (web::Ground::of(&house.app), house.program());
    assign(ground, &actor, campaign, account, Duty::Appraiser, "1", (None, None)).await.unwrap();
    add_phrase(ground, &actor, campaign, "Thiếu báo cáo năm").await.unwrap();
    let view = overview(ground, &actor, campaign).await.unwrap();
    let phrase = phrases(ground, &view.campaign).await.unwrap().remove(0).0;
    let appeal = "kien-nghi-cua-so".to_owned();
    house
        .execute(&format!(
            "INSERT INTO campaign_appeal (appeal, campaign, unit, leaf, words, account, made_at) \
             VALUES ('{appeal}', '{campaign}', 'so', '1', 'Đề nghị xem lại', '{account}', '2026-09-01T00:00:00Z')"
        ))
        .await;
    [view.assignments[0].key.clone(), phrase, appeal]
}

/// The same address with things that do not exist.
fn invented(path: &str) -> String {
    let mut address = String::new();
    for part in path.split('/').skip(1) {
        address.push('/');
        address.push_str(if part.starts_with('{') { "khong-co" } else { part });
    }
    address
}

/// The unit that an address for programs asks about: the owner of a campaign, or the unit whose part it is.
fn unit_by_api(path: &str, method: &str) -> Option<&'static str> {
    if path.starts_with("/api/v1/criteria-sets/{set}") {
        // As on the pages: every unit below reads a set, and whoever writes sets may copy one.
        return (method != "GET" && !path.ends_with("/copies")).then_some("tinh");
    }
    let rest = path.strip_prefix("/api/v1/campaigns/{campaign}")?;
    let of_owner = ["/opinions", "/agreement", "/ranked", "/merger"];
    let of_unit = ["", "/results"].contains(&rest) || rest.starts_with("/{unit}") && !of_owner.iter().any(|end| rest.ends_with(end));
    Some(if of_unit { "so" } else { "tinh" })
}

/// The unit whose thing a path names; none for lists and new things.
fn unit_of(path: &str, method: &str) -> Option<&'static str> {
    if path.starts_with("/api/v1/campaigns") || path.starts_with("/api/v1/criteria-sets") {
        return unit_by_api(path, method);
    }
    // The installation belongs to whoever reaches a whole province.
    let of_owner = [
        "/buoc-tiep",
        "/buoc-truoc",
        "/xoa-nhap",
        "{campaign}/lich",
        "/diem/nhap",
        "/diem/mau.xlsx",
        "/phan-cong",
        "/hoi-dong",
        "/doi-chieu",
        "/tieu-chi/{block}/{leaf}",
        "/ket-qua.xlsx",
        "/ket-qua.csv",
        "{campaign}/van-ban/{name}",
        "/ho-so.zip",
        "/xep-hang",
        "/sap-nhap",
        "/dong-y",
        "/y-kien",
        "{set}/sua",
        "{set}/khoi-xep-loai",
        "{set}/tieu-chi/{node}",
        "{set}/thoi-dung",
    ];
    // Every unit below the province sees by which set it is scored, and whoever writes sets may copy one.
    if path.contains("{set}") && !of_owner.iter().any(|end| path.ends_with(end)) {
        return None;
    }
    if of_owner.iter().any(|end| path.ends_with(end))
        || path.ends_with("{collection}/mo")
        || path.ends_with("{collection}/dong")
        || path.ends_with("/khong-gui-duoc")
        || path.ends_with("/tinh-trang")
    {
        Some("tinh")
    } else if path.contains('{') && !path.contains("{day}") {
        Some("so")
    } else {
        None
    }
}

/// What the policy says, for the guard that the route names.
fn rule(house: &House, principal: &Principal, route: &Route, method: &str) -> Result<(), Denied> {
    let Guard::May(action, thing) = route.guard_of(method) else { return Ok(()) };
    principal.must_somewhere(action, thing)?;
    // Results are read by each unit and published by the owner of the campaign.
    let publishes = method == "POST" && route.path.ends_with("{campaign}/ket-qua");
    match unit_of(route.path, method).map(|unit| if publishes { "tinh" } else { unit }) {
        Some(unit) => principal.must(action, thing, &house.app.units.lineage(unit).unwrap()),
        None => Ok(()),
    }
}

/// Whether a route takes files.
fn takes_files(path: &str) -> bool {
    path.ends_with("/nhap")
        || path.ends_with("/minh-chung/them")
        || path.ends_with("/phien-ban")
        || path.ends_with("/minh-chung/{indicator}")
        || path.ends_with("/minh-chung/{leaf}/tep")
}

fn is_api(path: &str) -> bool {
    path.trim_start_matches("/en").starts_with("/api/")
}

/// Languages: the prefix of the address.
const LANGUAGES: [&str; 2] = ["", "/en"];

/// What takes an access token alone; the tests of programs open it.
const TOKEN_ONLY: &str = "/api/v1/collections";

/// Sends what a route takes; a GET is a GET, everything else a form.
async fn call(client: &mut Client, method: &str, address: &str, signed_in: bool) -> Answer {
    match method {
        "GET" => client.get(address).await,
        // Rights are asked before a body is looked at; one that nobody understands lets whoever may act do so again.
        "POST" if is_api(address) => {
            client.ask("POST", address, "application/json", None, serde_json::json!({ "noi-dung": TYPED }).to_string()).await
        }
        "POST" if address.ends_with("/nhap") => {
            let token = if signed_in { client.token().await } else { String::new() };
            let part = "--x\r\nContent-Disposition: form-data; name";
            let body = format!("{part}=\"phieu\"\r\n\r\n{token}\r\n{part}=\"tep\"; filename=\"bang.csv\"\r\n\r\n{TYPED}\r\n--x--\r\n");
            client.ask("POST", address, "multipart/form-data; boundary=x", None, body).await
        }
        "POST" if signed_in => client.post(address, &[("noi-dung", TYPED), IDENTITY[0], IDENTITY[1]]).await,
        "POST" => client.send(address, &[("noi-dung", TYPED)]).await,
        "PUT" => client.ask("PUT", address, "application/json", None, "{\"figures\":[]}".to_owned()).await,
        other => panic!("the test knows no {other}"),
    }
}

on_both! {
    async fn nobody_is_led_to_the_sign_in(house: House) {
        let things = Things::of(&house).await;
        for route in routes() {
            let address = things.address(&house, route.path).await;
            for method in route.methods {
                for language in LANGUAGES {
                    let address = format!("{language}{address}");
                    let answer = call(&mut house.nobody(), method, &address, false).await;
                    let what = format!("{method} {address}: {} {}", answer.status, answer.text);
                    assert!(!answer.status.is_server_error(), "{what}");
                    if route.guard == Guard::Open && needs_a_provider(route.path) {
                        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{what}");
                    } else if route.guard == Guard::Open {
                        assert!(![401, 403, 404].contains(&answer.status.as_u16()), "{what}");
                    } else if is_api(route.path) {
                        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{what}");
                        assert!(answer.json()["error"]["code"].is_string(), "{what}");
                        assert_eq!(answer.header("www-authenticate"), "Bearer", "{what}");
                    } else if *method == "GET" {
                        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{what}");
                        let back = format!("{language}/dang-nhap?ve={}", ui::url::encode_query(address.trim_start_matches("/en")));
                        assert_eq!(answer.location(), back, "{what}");
                    } else if route.path == "/gui-lai" || takes_files(route.path) {
                        // A file does not wait on a page.
                        assert!(answer.status == StatusCode::SEE_OTHER || answer.status == StatusCode::UNAUTHORIZED, "{what}");
                    } else {
                        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{what}");
                        assert!(answer.shows(ESCAPED) && !answer.shows(TYPED), "what was typed is kept: {what}");
                    }
                }
            }
        }
    }

    async fn the_wrong_unit_and_the_wrong_role_get_what_the_policy_says(house: House) {
        let things = Things::of(&house).await;
        for (place, unit, reach) in [("tren", "tinh", Reach::Subtree), ("day", "so", Reach::Unit), ("kia", "xa", Reach::Unit)] {
            for role in Role::ALL {
                let login = format!("{place}.{}", role.word());
                house.with_role(&login, role, unit, reach).await;
                let mut client = house.signed_in(&login).await;
                let principal = house.principal(&client).await;
                for (number, route) in routes().into_iter().enumerate() {
                    if !matches!(route.guard, Guard::May(..)) {
                        continue;
                    }
                    for (turn, method) in route.methods.iter().filter(|method| **method != "PUT" || !route.path.starts_with(TOKEN_ONLY)).enumerate() {
                        // Each person meets half of the routes in each language; together they meet all in both.
                        let language = LANGUAGES[(number + turn + login.len()) % 2];
                        let address = format!("{language}{}", things.address(&house, route.path).await);
                        let answer = call(&mut client, method, &address, true).await;
                        let what = format!("{login} {method} {address}: {} {}", answer.status, answer.text);
                        assert!(!answer.status.is_server_error(), "{what}");
                        match rule(&house, &principal, &route, method) {
                            Ok(()) => assert!(![401, 403, 404].contains(&answer.status.as_u16()), "a right one: {what}"),
                            Err(Denied::Forbidden) => assert_eq!(answer.status, StatusCode::FORBIDDEN, "{what}"),
                            Err(Denied::NotFound) => {
                                assert_eq!(answer.status, StatusCode::NOT_FOUND, "{what}");
                                if route.path.contains('{') {
                                    let none = call(&mut client, method, &format!("{language}{}", invented(route.path)), true).await;
                                    assert_eq!(none.status, StatusCode::NOT_FOUND, "a thing that is not there looks the same: {what}");
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    async fn what_everybody_signed_in_may_open_opens_and_the_things_of_others_do_not(house: House) {
        let things = Things::of(&house).await;
        house.with_role("ai.do", Role::Auditor, "xa", Reach::Unit).await;
        for route in routes().into_iter().filter(|route| route.guard == Guard::Signed) {
            for method in route.methods {
                for language in LANGUAGES {
                    let address = format!("{language}{}", things.address(&house, route.path).await);
                    // A session of its own, as one of the routes signs out; after a while, as one of them tries a wrong password.
                    house.pass(TimeDelta::minutes(16));
                    let answer = call(&mut house.signed_in("ai.do").await, method, &address, true).await;
                    let what = format!("{method} {address}: {} {}", answer.status, answer.text);
                    assert!(!answer.status.is_server_error(), "{what}");
                    let others = route.path.contains('{') || route.path.ends_with("/doi-don-vi") && *method == "POST";
                    if others || needs_a_provider(route.path) {
                        assert_eq!(answer.status, StatusCode::NOT_FOUND, "a thing of somebody else, or of nobody: {what}");
                    } else {
                        assert!(![401, 403, 404].contains(&answer.status.as_u16()), "{what}");
                    }
                }
            }
        }
    }

    async fn every_route_is_in_one_list_and_takes_no_other_method(house: House) {
        house.with_role("ai.do", Role::ReformOffice, "tinh", Reach::Subtree).await;
        let client = house.signed_in("ai.do").await;
        let all = routes();
        let paths: std::collections::BTreeSet<&str> = all.iter().map(|route| route.path).collect();
        assert_eq!(paths.len(), all.len(), "a path stands in the list once");
        for route in &all {
            let answer = client.ask("DELETE", &invented(route.path), "", None, String::new()).await;
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{}", route.path);
        }
    }

    async fn an_address_that_is_no_text_is_not_found(house: House) {
        house.with_role("ai.do", Role::Administrator, "tinh", Reach::Subtree).await;
        let client = house.signed_in("ai.do").await;
        for address in ["/lam-viec/nguoi-dung/%00", "/lam-viec/nguoi-dung/%ff", "/lam-viec/lich-su?loai=a%00b", "/lam-viec/lich-su?loai=%C3%28"] {
            let answer = client.get(address).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{address}");
            assert!(answer.shows("Không tìm thấy trang"), "{address}");
        }
    }
}
