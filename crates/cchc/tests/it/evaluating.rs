//! An evaluation in a real Chromium: a sheet that saves by itself and one without script, the way to an approval, accessibility of every page;
//! and an approval during which the program is killed.

use std::collections::BTreeSet;

use accounts::{Actor, account_by_login};
use evaluation::actions::{
    self, Entry, Ground, NewBlock, NewCampaign, NewOpinion, NewSession, Said, agree_to_all, give, import_catalogue, list_sets,
};
use evaluation::model::{AnswerKind, Duty, Phase, Seat, SetState, Side, Step, UnitState, Verdict};
use evaluation::set::Scorer;
use platform::{Db, World};
use rust_decimal::Decimal;
use test_support::thirtyfour::prelude::*;
use test_support::{Browser, Page, PageOptions, report};
use web::UnitTree;

use crate::program::{Server, run};

const PASSWORD: &str = "dung-thu-cchc-2026";
const HANOI: &str = "01-ha-noi";
const HEALTH: &str = "hn-so-y-te";
const JUSTICE: &str = "hn-so-tu-phap";

/// Seconds since 1970 as the system tells them to programs; tests read no clock of their own.
fn seconds_of_the_system() -> i64 {
    let output = std::process::Command::new("date").arg("+%s").output().expect("date runs");
    String::from_utf8_lossy(&output.stdout).trim().parse().expect("seconds")
}

fn world() -> World {
    let start = std::time::Instant::now();
    let now: chrono::DateTime<chrono::Utc> = std::time::UNIX_EPOCH.into();
    let began = now + chrono::TimeDelta::seconds(seconds_of_the_system());
    World::new(move || began + start.elapsed(), |bytes| getrandom::fill(bytes).expect("random numbers"))
}

/// Hands to a database that a server made.
struct Bench {
    db: Db,
    world: World,
    units: UnitTree,
}

impl Bench {
    async fn of(folder: &std::path::Path) -> Self {
        let db = Db::open_folder(folder).await.expect("a database");
        let (world, units) = (world(), UnitTree::default());
        units.refresh(&db, world.now()).await.expect("units");
        Self { db, world, units }
    }

    fn ground(&self) -> Ground<'_> {
        Ground { db: &self.db, world: &self.world, units: &self.units }
    }

    fn program(&self) -> Actor {
        Actor::program(self.world.now())
    }

    async fn account(&self, login: &str) -> String {
        let mut read = self.db.read().await.expect("a connection");
        account_by_login(read.conn(), login).await.expect("an answer").expect(login).account
    }

    /// A campaign of two departments over the sample set, open for self-scoring.
    async fn campaign(&self) -> String {
        let (ground, actor) = (self.ground(), self.program());
        import_catalogue(ground, &actor, HANOI, &evaluation::shipped_sets()).await.expect("sets");
        let sets = list_sets(ground, &actor).await.expect("sets");
        let set = sets.iter().find(|set| set.code == "mau-so-2026").expect("the sample").key.clone();
        let now = self.world.now();
        let new = NewCampaign {
            title: "Đánh giá thử".to_owned(),
            year: 2026,
            owner: HANOI.to_owned(),
            follows: None,
            quorum: Decimal::new(5, 1),
            note: None,
            made_up: true,
            blocks: vec![NewBlock {
                block: "so".to_owned(),
                name: "Các sở".to_owned(),
                set,
                units: [HEALTH, JUSTICE].map(|unit| (unit.to_owned(), true)).to_vec(),
            }],
            steps: vec![Step {
                phase: Phase::Scoring,
                opens_at: now - chrono::TimeDelta::days(1),
                due_at: now + chrono::TimeDelta::days(9),
            }],
        };
        let key = actions::make(ground, &actor, &new).await.expect("a campaign");
        let judge = self.account("mau.tham-dinh").await;
        actions::assign(ground, &actor, &key, &judge, Duty::Appraiser, "total", (None, None)).await.expect("assigned");
        for login in ["mau.lanh-dao", "mau.hoi-dong"] {
            actions::seat(ground, &actor, &key, &self.account(login).await, Seat::Member).await.expect("seated");
        }
        self.next(&key).await;
        key
    }

    async fn next(&self, campaign: &str) {
        let (ground, actor) = (self.ground(), self.program());
        let version = actions::overview(ground, &actor, campaign).await.expect("a campaign").campaign.version;
        actions::advance(ground, &actor, campaign, version).await.expect("the next step");
    }

    /// A unit explains everything and hands in.
    async fn hand_in(&self, campaign: &str, unit: &str) {
        let (ground, actor) = (self.ground(), self.program());
        let sheet = actions::sheet(ground, &actor, campaign, unit).await.expect("a sheet");
        let entries: Vec<Entry> = sheet
            .leaves()
            .into_iter()
            .filter(|leaf| sheet.set.scorer(*leaf) == Scorer::Unit)
            .map(|leaf| {
                let code = sheet.set.definition.nodes[leaf].code.clone();
                let seen = sheet.answer(AnswerKind::Explanation, &code).map_or(0, |answer| answer.version);
                Entry { kind: AnswerKind::Explanation, code, seen, text: "Minh họa".to_owned() }
            })
            .collect();
        actions::save(ground, &actor, campaign, unit, &entries).await.expect("saved");
        actions::submit(ground, &actor, campaign, unit).await.expect("handed in");
    }

    /// Every leaf of a unit is ruled on.
    async fn rule(&self, campaign: &str, unit: &str) {
        let (ground, actor) = (self.ground(), self.program());
        agree_to_all(ground, &actor, campaign, unit, "total").await.expect("agreed");
        let sheet = actions::sheet(ground, &actor, campaign, unit).await.expect("a sheet");
        for leaf in sheet.leaves() {
            let code = sheet.set.definition.nodes[leaf].code.clone();
            if !sheet.rulings.contains_key(&code) {
                let said = Said { verdict: Verdict::Set, points: Some(Decimal::ZERO), reason: "Không có số liệu".to_owned() };
                give(ground, &actor, &NewOpinion { campaign, unit, leaf: &code, seen: 0, said }).await.expect("ruled");
            }
        }
    }

    /// Up to the moment before the leader's approval.
    async fn ready(&self) -> String {
        let campaign = self.campaign().await;
        for unit in [HEALTH, JUSTICE] {
            self.hand_in(&campaign, unit).await;
        }
        self.next(&campaign).await;
        for unit in [HEALTH, JUSTICE] {
            self.rule(&campaign, unit).await;
        }
        for _ in 0..3 {
            self.next(&campaign).await;
        }
        let present = vec![self.account("mau.lanh-dao").await, self.account("mau.hoi-dong").await];
        let session = NewSession { held_on: self.program().today(), present, consented: Vec::new(), minutes: None };
        assert!(actions::hold_session(self.ground(), &self.program(), &campaign, &session).await.expect("held"));
        campaign
    }
}

/// A demonstration whose own campaigns are not made, with a campaign of its own.
async fn started() -> (tempfile::TempDir, Server, Bench) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_owned();
    let server = tokio::task::spawn_blocking(move || Server::start(&path, &["--demo", "--workers", "0"])).await.expect("starts");
    let bench = Bench::of(folder.path()).await;
    (folder, server, bench)
}

async fn field(page: &Page, name: &str) -> WebElement {
    page.find(By::Css(format!("main [name='{name}']"))).await.expect(name)
}

async fn type_into(page: &Page, name: &str, words: &str) {
    let field = field(page, name).await;
    field.clear().await.expect("cleared");
    field.send_keys(words).await.expect("typed");
}

async fn press(page: &Page, words: &str) {
    let button = page.find(By::XPath(format!("//main//button[normalize-space()='{words}'][not(@aria-hidden)]"))).await.expect(words);
    page.follow(button).await;
}

async fn main_text(page: &Page) -> String {
    page.find(By::Tag("main")).await.expect("the content").text().await.expect("words")
}

/// Signs in as one more person; who was signed in before is forgotten.
async fn sign_in(page: &Page, server: &Server, login: &str) {
    page.goto(server.url("/dang-nhap")).await.expect("opens");
    page.delete_all_cookies().await.expect("forgotten");
    page.goto(server.url("/dang-nhap")).await.expect("opens");
    type_into(page, "ten-dang-nhap", login).await;
    type_into(page, "mat-khau", PASSWORD).await;
    press(page, "Đăng nhập").await;
}

/// The words of a cell once they are others than before.
async fn until(page: &Page, css: &str, wanted: &str) -> String {
    for _ in 0..100 {
        let text = page.find(By::Css(css)).await.expect(css).text().await.expect("words");
        if text == wanted {
            return text;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    page.find(By::Css(css)).await.expect(css).text().await.expect("words")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_saves_by_itself_and_takes_a_column_from_a_spreadsheet() {
    let (_folder, server, bench) = started().await;
    let campaign = bench.campaign().await;
    let page = Browser::shared().open(PageOptions::desktop()).await;
    sign_in(&page, &server, "mau.thu-truong").await;
    let address = format!("/lam-viec/danh-gia/{campaign}/{HEALTH}");
    page.goto(server.url(&address)).await.expect("opens");
    assert_eq!(until(&page, "[data-points='1.1.3']", "chưa nhập").await, "chưa nhập");
    type_into(&page, "so.plan_tasks_set", "40").await;
    type_into(&page, "so.plan_tasks_done", "40").await;
    // Leaving the field saves it.
    field(&page, "so.plan_tasks_done").await.send_keys(Key::Tab + "").await.expect("left");
    assert_eq!(until(&page, "[data-points='1.1.3']", "2").await, "2", "all tasks done give all points");
    // A fault stands beside its field and nothing is lost.
    type_into(&page, "so.plan_tasks_done", "nhiều").await;
    field(&page, "so.plan_tasks_done").await.send_keys(Key::Tab + "").await.expect("left");
    let fault = "[id='so.plan_tasks_done-loi']";
    page.query(By::Css(fault)).first().await.expect("the fault is told");
    assert!(until(&page, fault, "").await.contains("số nguyên"));
    // What does not fit is told, and nothing of it is filled in.
    let block = |field: &str, text: &str| {
        format!(
            "const field = document.querySelector(\"[name='{field}']\"); field.focus(); \
             const data = new DataTransfer(); data.setData('text', '{text}'); \
             field.dispatchEvent(new ClipboardEvent('paste', {{ clipboardData: data, bubbles: true, cancelable: true }}));"
        )
    };
    page.execute(block("so.plan_tasks_set", "40\\t36\\n12\\t11"), vec![]).await.expect("pasted");
    let told = async || page.find(By::Css("[id='so.plan_tasks_set-loi']")).await.expect("a fault").text().await.expect("words");
    assert!(told().await.contains("có 2 cột nên chưa điền ô nào"));
    assert_eq!(field(&page, "so.plan_tasks_set").await.prop("value").await.expect("read").as_deref(), Some("40"), "as it was typed");
    page.execute(block("so.plan_tasks_set", &"1\\n".repeat(900)), vec![]).await.expect("pasted");
    assert!(told().await.contains("có 900 dòng nhưng"));
    // A column from a spreadsheet fills the fields below.
    let paste = "const field = document.querySelector(\"[name='so.plan_tasks_set']\"); field.focus(); \
        const data = new DataTransfer(); data.setData('text', '50\\n25\\n'); \
        field.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));";
    page.execute(paste, vec![]).await.expect("pasted");
    assert_eq!(until(&page, "[data-points='1.1.3']", "0").await, "0", "half of the tasks gives none");
    page.goto(server.url(&address)).await.expect("opens again");
    assert_eq!(field(&page, "so.plan_tasks_set").await.prop("value").await.expect("read").as_deref(), Some("50"), "it was saved");
    assert_eq!(field(&page, "so.plan_tasks_done").await.prop("value").await.expect("read").as_deref(), Some("25"));
    // Enter saves, as the button does.
    field(&page, "so.plan_tasks_set").await.send_keys(Key::Enter + "").await.expect("pressed");
    page.query(By::XPath("//main//*[contains(., 'Đã lưu.')]")).first().await.expect("the sheet was saved");
    page.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_is_scored_appraised_and_approved_without_script() {
    let (_folder, server, bench) = started().await;
    let campaign = bench.campaign().await;
    bench.hand_in(&campaign, JUSTICE).await;
    let page = Browser::shared().open(PageOptions::desktop().without_scripts()).await;
    sign_in(&page, &server, "mau.thu-truong").await;
    let address = format!("/lam-viec/danh-gia/{campaign}/{HEALTH}");
    page.goto(server.url(&address)).await.expect("opens");
    type_into(&page, "so.plan_tasks_set", "40,5").await;
    press(&page, "Lưu").await;
    assert!(main_text(&page).await.contains("phải là số nguyên"), "the fault is told");
    type_into(&page, "so.plan_tasks_set", "40").await;
    press(&page, "Lưu").await;
    assert!(main_text(&page).await.contains("Đã lưu."));
    press(&page, "Phê duyệt và gửi").await;
    assert!(main_text(&page).await.contains("Chưa nhập số liệu và cũng chưa giải trình"), "what is missing is named");
    bench.hand_in(&campaign, HEALTH).await;
    bench.next(&campaign).await;
    sign_in(&page, &server, "mau.tham-dinh").await;
    page.goto(server.url(&format!("/lam-viec/danh-gia/{campaign}/{JUSTICE}/tieu-chi/1.1.3"))).await.expect("opens");
    page.find(By::Css("main input[value='ask']")).await.expect("asks").click().await.expect("chosen");
    type_into(&page, "ly-do", "Đề nghị nêu cách tính").await;
    press(&page, "Lưu ý kiến").await;
    assert!(main_text(&page).await.contains("Yêu cầu giải trình"));
    for unit in [HEALTH, JUSTICE] {
        bench.rule(&campaign, unit).await;
    }
    let (ground, program) = (bench.ground(), bench.program());
    let said = Said { verdict: Verdict::Set, points: Some(Decimal::ONE), reason: "Theo giải trình".to_owned() };
    give(ground, &program, &NewOpinion { campaign: &campaign, unit: JUSTICE, leaf: "1.1.3", seen: 1, said }).await.expect("ruled");
    for _ in 0..3 {
        bench.next(&campaign).await;
    }
    sign_in(&page, &server, "mau.lanh-dao").await;
    page.goto(server.url(&format!("/lam-viec/danh-gia/{campaign}/hoi-dong"))).await.expect("opens");
    press(&page, "Phê duyệt").await;
    assert!(main_text(&page).await.contains("Chưa có phiên họp nào"), "without a meeting nothing is approved");
    let present = vec![bench.account("mau.lanh-dao").await, bench.account("mau.hoi-dong").await];
    // A meeting counts from the moment at which the council was asked.
    let later = bench.program();
    let session = NewSession { held_on: later.today(), present, consented: Vec::new(), minutes: None };
    actions::hold_session(ground, &later, &campaign, &session).await.expect("held");
    page.goto(server.url(&format!("/lam-viec/danh-gia/{campaign}/hoi-dong"))).await.expect("opens");
    press(&page, "Phê duyệt").await;
    assert!(main_text(&page).await.contains("Các lần phê duyệt"), "{}", main_text(&page).await);
    // The publisher finds approvals and their publication on the page of results.
    sign_in(&page, &server, "mau.cong-bo").await;
    let results = server.url(&format!("/lam-viec/danh-gia/{campaign}/ket-qua"));
    page.goto(&results).await.expect("opens");
    let today = program.today();
    type_into(&page, "ngay", &today.format("%d/%m/%Y").to_string()).await;
    press(&page, "Công bố").await;
    assert!(main_text(&page).await.contains("Trang công khai"), "{}", main_text(&page).await);
    page.goto(server.url(&format!("/ket-qua-danh-gia/{campaign}"))).await.expect("opens");
    assert!(main_text(&page).await.contains("Sở Y tế"), "{}", main_text(&page).await);
    page.close().await;
}

async fn look(page: &Page, server: &Server, address: &str, faults: &mut String) {
    page.goto(server.url(address)).await.expect("the page opens");
    let found = page.axe().await;
    if !found.is_empty() {
        *faults += &format!("{address}:\n{}\n", report(&found));
    }
    let wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth;";
    let wide = page.execute(wide, vec![]).await.expect("measured");
    if wide.json().as_i64().unwrap_or(99) > 0 {
        let who = "return [...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > innerWidth).map(e => e.outerHTML.slice(0, 120)).slice(0, 4).join(' | ');";
        let who = page.execute(who, vec![]).await.expect("looked");
        *faults += &format!("{address} scrolls sideways by {}: {}\n", wide.json(), who.json());
    }
}

/// Lets go of a file over an element of the page, as a hand would.
async fn drop_file(page: &Page, css: &str, name: &str, content: &str) {
    const DROP: &str = "const [css, name, content] = arguments; const data = new DataTransfer(); data.items.add(new File([content], name)); \
        for (const kind of ['dragover', 'drop']) document.querySelector(css).dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));";
    page.execute(DROP, vec![css.into(), name.into(), content.into()]).await.expect("dropped");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_dropped_on_a_row_is_its_evidence() {
    let (_folder, server, bench) = started().await;
    let campaign = bench.campaign().await;
    let page = Browser::shared().open(PageOptions::desktop()).await;
    sign_in(&page, &server, "mau.dau-moi").await;
    page.goto(server.url(&format!("/lam-viec/danh-gia/{campaign}/{HEALTH}"))).await.expect("opens");
    let row = "#tc-1\\.1\\.3";
    drop_file(&page, row, "Báo cáo quý I.txt", "Nội dung minh họa").await;
    let told = async |words: &str| {
        let line = page.query(By::XPath(format!("//*[@data-dropped]//p[contains(., '{words}')]"))).first().await.expect(words);
        line.text().await.expect("words")
    };
    assert!(told("Đã gắn").await.contains("Báo cáo quý I.txt"));
    let cited = page.find(By::Css(format!("{row} [data-cited] a"))).await.expect("a piece").text().await.expect("words");
    assert_eq!(cited, "Báo cáo quý I");
    // A kind that is not taken is refused in the words of the form for evidence, and nothing of it is kept.
    drop_file(&page, row, "chay.sh", "#!/bin/sh\nrm -rf /\n").await;
    let refused = told("chay.sh: ").await;
    assert!(refused.contains("không nhận loại này"), "{refused}");
    page.refresh().await.expect("opens again");
    let pieces = page.find_all(By::Css(format!("{row} [data-cited] li"))).await.expect("pieces");
    assert_eq!(pieces.len(), 1, "it stays");
    // Without script the way of the form stays.
    page.find(By::Css(format!("{row} a[href*='/minh-chung/1.1.3']"))).await.expect("a link to the form");
    page.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_pasted_from_word_shows_its_words_and_keeps_its_cells() {
    let (_folder, server, _bench) = started().await;
    let page = Browser::shared().open(PageOptions::desktop()).await;
    sign_in(&page, &server, "mau.thuong-truc").await;
    page.goto(server.url("/lam-viec/bo-tieu-chi/nhap")).await.expect("opens");
    type_into(&page, "ten", "Bộ dán thử").await;
    type_into(&page, "ma", "bo-dan-thu").await;
    const PASTE: &str = "const field = document.getElementById('dan'); field.focus(); const data = new DataTransfer(); \
        data.setData('text/html', arguments[0]); data.setData('text/plain', 'x'); \
        field.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));";
    let table = "<html><body><table><tr><td>STT</td><td>Lĩnh vực, tiêu chí</td><td>Điểm tối đa</td></tr>\
        <tr><td>1</td><td><p class=MsoNormal>Công tác\n chỉ đạo</p></td><td>2</td></tr>\
        <tr><td>1.1</td><td>Ban hành kế hoạch</td><td>2</td></tr></table></body></html>";
    page.execute(PASTE, vec![table.into()]).await.expect("pasted");
    let value = async |name: &str| field(&page, name).await.prop("value").await.expect("read").unwrap_or_default();
    assert_eq!(value("dan").await, "STT\tLĩnh vực, tiêu chí\tĐiểm tối đa\n1\tCông tác chỉ đạo\t2\n1.1\tBan hành kế hoạch\t2");
    assert_eq!(value("dan-bang").await.replace("\r\n", "\n"), table, "nothing is lost");
    assert!(main_text(&page).await.contains("Đã nhận một bảng có 3 dòng"));
    press(&page, "Xem trước").await;
    assert!(main_text(&page).await.contains("Ban hành kế hoạch"));
    page.close().await;
}

async fn no_violations(options: PageOptions) {
    let (_folder, server, bench) = started().await;
    let open = bench.campaign().await;
    let set =
        list_sets(bench.ground(), &bench.program()).await.expect("sets").into_iter().find(|set| set.code == "mau-so-2025").expect("a set");
    let other =
        list_sets(bench.ground(), &bench.program()).await.expect("sets").into_iter().find(|set| set.code == "mau-so-2026").expect("a set");
    // The campaign of the test uses one of the two; the other one may be edited.
    let free = if set.state == SetState::Draft { &set } else { &other };
    let page = Browser::shared().open(options).await;
    let mut faults = String::new();
    let of = |path: &str| format!("/lam-viec/danh-gia/{open}{path}");
    let unit = of(&format!("/{HEALTH}"));
    let draft = |node: &str| format!("/lam-viec/bo-tieu-chi/{}/tieu-chi/{node}", free.key);
    let pages: [(&str, Vec<String>); 2] = [
        (
            "mau.thuong-truc",
            vec![
                "/lam-viec/danh-gia".into(),
                "/lam-viec/danh-gia/tao".into(),
                of(""),
                of("/lich"),
                of("/phan-cong"),
                of("/hoi-dong"),
                of("/doi-chieu"),
                of("/ket-qua"),
                of("/diem/nhap"),
                of("/tieu-chi/so/1.1.3"),
                of(&format!("/{HEALTH}/tieu-chi/1.1.3")),
                of(&format!("/{HEALTH}/ket-qua")),
                "/lam-viec/bo-tieu-chi".into(),
                "/lam-viec/bo-tieu-chi/tao".into(),
                "/lam-viec/bo-tieu-chi/nhap".into(),
                format!("/lam-viec/bo-tieu-chi/{}", set.key),
                format!("/lam-viec/bo-tieu-chi/{}/so-sanh/{}", other.key, set.key),
                format!("/lam-viec/bo-tieu-chi/{}/khoi-xep-loai", free.key),
                // The form of each kind of rule, and of an area.
                draft("1"),
                draft("1.1.1"),
                draft("1.1.2"),
                draft("1.1.3"),
                draft("1.2.1"),
                draft("1.3.1.1"),
                draft("1.4"),
                draft("2.2.3"),
                draft("5.5"),
                draft("7.4"),
            ],
        ),
        ("mau.thu-truong", vec![unit.clone(), format!("/en{unit}"), format!("{unit}/minh-chung/1.1.1"), "/ket-qua-danh-gia".into()]),
    ];
    for (login, addresses) in pages {
        sign_in(&page, &server, login).await;
        for address in addresses {
            look(&page, &server, &address, &mut faults).await;
        }
    }
    page.close().await;
    assert!(faults.is_empty(), "at {options:?}:\n{faults}");
}

#[tokio::test(flavor = "multi_thread")]
async fn evaluation_is_accessible_on_a_desktop() {
    no_violations(PageOptions::desktop()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn evaluation_is_accessible_at_320_pixels_in_the_dark() {
    no_violations(PageOptions::narrow().dark()).await;
}

/// Waits until the job that makes the campaigns of the demonstration ended so many times; answers how.
async fn made(db: &Db, times: usize) -> Vec<String> {
    const SQL: &str = "SELECT state FROM job WHERE kind = 'demo-evaluation' AND state IN ('done', 'failed')";
    for _ in 0..1200 {
        let mut read = db.read().await.expect("a connection");
        let ended: Vec<String> = platform::on!(read.conn(), c => platform::sqlx::query_scalar(SQL).fetch_all(&mut *c).await).expect("jobs");
        if ended.len() >= times {
            return ended;
        }
        drop(read);
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    Vec::new()
}

/// Every state of a sheet, everything that is said in threads, and every fate of a result can be looked at somewhere.
async fn every_state_is_there(bench: &Bench, list: &[actions::CampaignView]) {
    let (mut states, mut said, mut sides) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let (mut answers, mut fates) = (BTreeSet::new(), BTreeSet::new());
    for view in list {
        states.extend(view.units.iter().map(|one| one.unit.state));
        for result in &view.results {
            fates.insert((result.publish_on.is_some(), result.withdrawn_at.is_some(), result.position > 1));
        }
        let appeals = actions::appeals(bench.ground(), &view.campaign, None).await.expect("appeals");
        answers.extend(appeals.iter().map(|appeal| appeal.accepted));
        if view.campaign.title.starts_with("Ví dụ minh họa") {
            for one in &view.units {
                let threads =
                    actions::unit_threads(bench.ground(), &bench.program(), &view.campaign, &one.unit.unit).await.expect("threads");
                said.extend(threads.values().flatten().map(|opinion| opinion.verdict));
                sides.extend(threads.values().flatten().map(|opinion| opinion.side));
            }
        }
    }
    assert_eq!(states, UnitState::ALL.iter().copied().collect(), "states of sheets");
    assert_eq!(said, Verdict::ALL.iter().copied().collect(), "what is said");
    assert!([Side::Unit, Side::Appraiser, Side::SecondReader, Side::Council].iter().all(|side| sides.contains(side)), "{sides:?}");
    assert_eq!(answers, BTreeSet::from([None, Some(true), Some(false)]), "appeals");
    // Approved, published, published again after an appeal, withdrawn.
    assert!(
        [(false, false, false), (true, false, false), (true, false, true), (true, true, false)].iter().all(|fate| fates.contains(fate)),
        "{fates:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demonstration_is_made_once_and_started_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let start = |path: std::path::PathBuf| tokio::task::spawn_blocking(move || Server::start(&path, &["--demo"]));
    let server = start(folder.path().to_owned()).await.expect("starts");
    let bench = Bench::of(folder.path()).await;
    assert_eq!(made(&bench.db, 1).await, ["done"]);
    let list = actions::list(bench.ground(), &bench.program()).await.expect("campaigns");
    let phases: Vec<Phase> = list.iter().map(|view| view.campaign.phase).collect();
    assert!(list.iter().all(|view| view.campaign.made_up));
    let (examples, great): (Vec<_>, Vec<_>) = list.iter().partition(|view| view.campaign.title.starts_with("Ví dụ minh họa"));
    assert_eq!(great.iter().map(|view| view.campaign.phase).collect::<Vec<_>>(), [Phase::Explanation, Phase::Scoring, Phase::Published]);
    let missing: Vec<&Phase> = Phase::ALL.iter().filter(|phase| !phases.contains(phase)).collect();
    assert!(missing.is_empty(), "no campaign stands in {missing:?}");
    every_state_is_there(&bench, &list).await;
    assert!(examples.iter().all(|view| view.units.len() <= 3), "an example is small");
    server.stop("-TERM");
    let again = start(folder.path().to_owned()).await.expect("starts");
    assert_eq!(made(&bench.db, 2).await, ["done", "done"]);
    let list = actions::list(bench.ground(), &bench.program()).await.expect("campaigns");
    assert_eq!(list.iter().map(|view| view.campaign.phase).collect::<Vec<_>>(), phases, "a second start changes nothing");
    again.stop("-TERM");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_while_freezing_leaves_nothing_or_all_of_it() {
    let (folder, server, bench) = started().await;
    let campaign = bench.ready().await;
    let version = actions::overview(bench.ground(), &bench.program(), &campaign).await.expect("a campaign").campaign.version;
    // The leader asks for the approval, and the program is killed at some moment of it.
    let page = Browser::shared().open(PageOptions::desktop().without_scripts()).await;
    sign_in(&page, &server, "mau.lanh-dao").await;
    page.goto(server.url(&format!("/lam-viec/danh-gia/{campaign}/hoi-dong"))).await.expect("opens");
    let cookie = page.get_named_cookie("cchc_phien").await.expect("a session").value;
    let token = field(&page, "phieu").await.prop("value").await.expect("read").expect("a token");
    page.close().await;
    let body = format!("phieu={token}&viec=phe-duyet&ban={version}&quyet-dinh=1");
    let head = format!(
        "POST /lam-viec/danh-gia/{campaign}/hoi-dong HTTP/1.1\r\nCookie: cchc_phien={cookie}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    );
    let address = server.address.clone();
    let asked = std::thread::spawn(move || std::panic::catch_unwind(|| crate::program::ask(&address, &head, &body)).is_ok());
    tokio::time::sleep(std::time::Duration::from_millis(15)).await;
    server.stop("-KILL");
    // Whether an answer came or not, what stands in the database is one of two states.
    let _ = asked.join();
    let view = actions::overview(bench.ground(), &bench.program(), &campaign).await.expect("a campaign");
    let files = actions::frozen_files(bench.ground(), &bench.program(), &campaign, 1).await;
    match view.campaign.phase {
        Phase::Council => assert!(view.results.is_empty() && files.is_err(), "nothing of it"),
        Phase::Approved => {
            let (manifest, files) = files.expect("all of it");
            evaluation::result::recompute(&manifest, &files.into_iter().collect()).expect("it can be computed again");
        }
        other => panic!("a phase that does not follow: {other:?}"),
    }
    bench.db.close().await;
    let path = folder.path().to_string_lossy().into_owned();
    let check = run(&["check", "--data", &path]);
    assert!(crate::program::out(&check).contains("nhật ký") || check.status.success(), "{}", crate::program::out(&check));
}
