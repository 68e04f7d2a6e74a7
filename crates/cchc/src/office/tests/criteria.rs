//! Criteria sets in the browser: the annex of a decision, and forms that keep what was typed.

use accounts::Reach;
use accounts::policy::Role;
use axum::http::StatusCode;
use test_support::on_both;

use super::client::{Answer, Client};
use super::house::House;

const SETS: &str = "/lam-viec/bo-tieu-chi";
const ANNEX: &str = "STT\tTiêu chí\tĐiểm tối đa\n1\tChỉ đạo, điều hành\t3\n1.1\tMức độ thực hiện kế hoạch\t2\n\
                     \tTrên 90%: 2\t\n\tTừ 70% - 90%: 1\t\n\tDưới 70%: 0\t\n1.2\tBố trí kinh phí\t1\n";

async fn office(house: &House) -> Client {
    house.with_role("thuong.truc", Role::ReformOffice, "tinh", Reach::Subtree).await;
    house.signed_in("thuong.truc").await
}

/// The words of a text field, as a browser reads them.
fn text_of(page: &Answer, name: &str) -> String {
    let start = format!("<textarea id=\"{name}\"");
    let rest = &page.text[page.text.find(&start).unwrap_or_else(|| panic!("no {name} on: {}", page.text))..];
    let rest = &rest[rest.find('>').unwrap() + 1..];
    let words = &rest[..rest.find("</textarea>").unwrap()];
    words.strip_prefix('\n').unwrap_or(words).replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// Sends the form of the annex as a browser does, with a file.
async fn send_annex(client: &Client, fields: &[(&str, &str)], name: &str, bytes: &str) -> Answer {
    let token = client.token().await;
    let mut body = String::new();
    for (field, value) in fields.iter().copied().chain([("phieu", token.as_str())]) {
        body += &format!("--x\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n");
    }
    body += &format!("--x\r\nContent-Disposition: form-data; name=\"tep\"; filename=\"{name}\"\r\n\r\n{bytes}\r\n--x--\r\n");
    client.ask("POST", &format!("{SETS}/nhap"), "multipart/form-data; boundary=x", None, body).await
}

/// A new draft with one area and one criterion; answers its address.
async fn draft(client: &mut Client) -> String {
    let made = client.post(&format!("{SETS}/tao"), &[("ten", "Bộ thử"), ("ma", "bo-thu"), ("cap", "department"), ("nam", "2026")]).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    made.location().to_owned()
}

/// Sends the form of a part with the version that stands on its page.
async fn part(client: &mut Client, address: &str, node: &str, fields: &[(&str, &str)]) -> Answer {
    let path = format!("{address}/tieu-chi/{node}");
    let page = client.get(&path).await;
    let start = "name=\"ban\" value=\"";
    let rest = &page.text[page.text.find(start).unwrap_or_else(|| panic!("no version on: {}", page.text)) + start.len()..];
    let version = &rest[..rest.find('"').unwrap()];
    client.post(&path, &[&[("ban", version)], fields].concat()).await
}

/// A new part with typed points.
async fn add(client: &mut Client, address: &str, parent: &str, code: &str, fields: &[(&str, &str)]) -> Answer {
    let fixed = [("viec", "them"), ("loai", "external"), ("ma", code), ("ten", "Nội dung thử"), ("ai-cham", "unit")];
    part(client, address, parent, &[fixed.as_slice(), fields].concat()).await
}

async fn taken(answer: &Answer) {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
}

/// The words that stand as a fault at a field.
fn fault_at(page: &Answer, field: &str) -> String {
    let start = format!("id=\"{field}-loi\"");
    let rest = &page.text[page.text.find(&start).unwrap_or_else(|| panic!("no fault at {field}: {}", page.text))..];
    let words = &rest[rest.find('>').unwrap() + 1..rest.find("</p>").unwrap()];
    words.rsplit("</span>").next().unwrap_or_default().trim().to_owned()
}

const HEAD: [(&str, &str); 5] =
    [("ten", "Bộ nhập từ phụ lục"), ("ma", "bo-nhap"), ("cap", "department"), ("nam", "2026"), ("quyet-dinh", "QĐ 12/QĐ-UBND")];

on_both! {
    async fn an_annex_becomes_a_set_by_its_preview(house: House) {
        let mut client = office(&house).await;
        let pasted = [HEAD.as_slice(), &[("dan", ANNEX)]].concat();
        let preview = send_annex(&client, &pasted, "", "").await;
        assert!(preview.status == StatusCode::OK && preview.shows("Xem trước bộ tiêu chí"), "{}", preview.text);
        let save = format!("{SETS}/tao");
        let text = text_of(&preview, "van-ban").replace("Bố trí kinh phí", "Bố trí đủ kinh phí");
        // A fault that was edited in: everything stays on the page, with its line.
        let broken = text.replace("aggregation = \"sum-of-points\"", "aggregation = \"cong\"");
        let mut hidden = preview.form(&save);
        hidden.push(("van-ban".to_owned(), broken.clone()));
        let refused = client.send(&save, &hidden).await;
        assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.shows("Dòng "), "{}", refused.text);
        assert_eq!(text_of(&refused, "van-ban").trim(), broken.trim(), "what was edited is not lost");
        assert!(!refused.shows("Nhập tên bộ tiêu chí."), "a whole text has its name in it");
        // Mended, from the page that came back: the set is there.
        let whole = &refused.text[refused.text.find("value=\"van-ban\"").unwrap()..];
        assert!(whole.contains("<textarea id=\"van-ban\""));
        let made = client.post(&save, &[("viec", "van-ban"), ("van-ban", &text)]).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
        assert_eq!(house.lines("SELECT code || ' ' || state FROM criteria_set").await, ["bo-nhap draft"]);
        assert!(client.get(made.location()).await.shows("Bố trí đủ kinh phí"));
        // The same id once more: refused, with the text still there.
        let twice = client.post(&save, &[("viec", "van-ban"), ("van-ban", &text)]).await;
        assert!(twice.status == StatusCode::UNPROCESSABLE_ENTITY && twice.shows("Đã có bộ tiêu chí mang mã"), "{}", twice.text);
        assert_eq!(text_of(&twice, "van-ban").trim(), text.trim());
    }

    async fn the_preview_saves_with_the_fields_of_its_own_form(house: House) {
        let mut client = office(&house).await;
        let pasted = [HEAD.as_slice(), &[("dan", ANNEX)]].concat();
        let preview = send_annex(&client, &pasted, "", "").await;
        let save = format!("{SETS}/tao");
        let mut fields = preview.form(&save);
        fields.push(("van-ban".to_owned(), text_of(&preview, "van-ban")));
        let made = client.send(&save, &fields).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
        assert_eq!(house.lines("SELECT title FROM criteria_set").await, ["Bộ nhập từ phụ lục"]);
    }

    async fn the_form_of_an_annex_keeps_what_was_typed_and_its_file(house: House) {
        let client = office(&house).await;
        let fields = [("ten", "Bộ giữ lại"), ("ma", "Bộ 1"), ("cap", "commune"), ("nam", "26"), ("quyet-dinh", "QĐ 9"), ("dan", "một dòng")];
        let refused = send_annex(&client, &fields, "phu-luc.xlsx", "PK").await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
        for kept in ["Bộ giữ lại", "Bộ 1", "QĐ 9", "một dòng", "Đã nhận tệp “phu-luc.xlsx”", "name=\"tep-noi-dung\" value=\"504b\""] {
            assert!(refused.shows(kept), "{kept}: {}", refused.text);
        }
        assert!(refused.shows("<option value=\"commune\" selected"), "{}", refused.text);
    }
}

on_both! {
    async fn bonuses_and_penalties_are_bounded_by_their_forms(house: House) {
        let mut client = office(&house).await;
        let address = draft(&mut client).await;
        // Groups begin as parts without parts.
        let open = add(&mut client, &address, "total", "10", &[("vai-tro", "penalty")]).await;
        assert!(fault_at(&open, "moi-tru").contains("Nhập số điểm bị trừ nhiều nhất"), "{}", open.text);
        let raises = add(&mut client, &address, "total", "10", &[("vai-tro", "penalty"), ("toi-da", "2")]).await;
        assert!(fault_at(&raises, "moi-toi-da").contains("Điểm trừ làm giảm tổng điểm nên không có điểm tối đa"));
        assert!(raises.shows("value=\"Nội dung thử\"") && raises.shows("value=\"10\""), "what was typed stays: {}", raises.text);
        taken(&add(&mut client, &address, "total", "10", &[("vai-tro", "penalty"), ("tru", "5")]).await).await;
        taken(&add(&mut client, &address, "10", "10.1", &[("tru", "2")]).await).await;
        let page = client.get(&format!("{address}/tieu-chi/10.1")).await;
        assert!(page.shows("như nhóm bên trên: điểm trừ") && page.shows("name=\"tru\" type=\"text\" inputmode=\"decimal\" value=\"2\""), "{}", page.text);
        let inside = add(&mut client, &address, "10", "10.2", &[("toi-da", "2")]).await;
        assert!(fault_at(&inside, "moi-toi-da").contains("không có điểm tối đa"), "a part inside a penalty is one");
        // A bonus group: its parts add up to three, and it adds two at most.
        taken(&add(&mut client, &address, "total", "9", &[("vai-tro", "bonus"), ("cong", "2")]).await).await;
        taken(&add(&mut client, &address, "9", "9.1", &[("toi-da", "1,5")]).await).await;
        taken(&add(&mut client, &address, "9", "9.2", &[("toi-da", "1,5")]).await).await;
        let fields = [("ten", "Điểm thưởng"), ("vai-tro", "bonus"), ("cong", "2")];
        let stated = part(&mut client, &address, "9", &[fields.as_slice(), &[("toi-da", "2")]].concat()).await;
        assert!(fault_at(&stated, "toi-da").contains("tổng các tiêu chí bên dưới"), "{}", stated.text);
        taken(&part(&mut client, &address, "9", &fields).await).await;
        let wrong = part(&mut client, &address, "1.1", &[("ten", "x"), ("loai", "external"), ("toi-da", "1"), ("cong", "1"), ("tru", "1")]).await;
        assert!(fault_at(&wrong, "cong").contains("điểm thưởng") && fault_at(&wrong, "tru").contains("điểm trừ"));
        let text = house.lines("SELECT definition FROM criteria_set").await.remove(0);
        for kept in ["role = \"penalty\"", "floor = \"-5\"", "floor = \"-2\"", "cap = \"2\""] {
            assert!(text.contains(kept), "{kept}: {text}");
        }
    }

    async fn empty_and_wrong_fields_are_told_in_plain_words(house: House) {
        let mut client = office(&house).await;
        let address = draft(&mut client).await;
        let figure = async |client: &mut Client, fields: &[(&str, &str)]| part(client, &address, "1.1", &[&[("viec", "so-lieu")], fields].concat()).await;
        let empty = figure(&mut client, &[("sl-loai", "choice"), ("sl-tu", "0")]).await;
        assert_eq!(fault_at(&empty, "sl-ten"), "Nhập tên số liệu.");
        assert!(fault_at(&empty, "sl-ma").starts_with("Nhập mã"));
        assert!(fault_at(&empty, "sl-lua-chon").starts_with("Nhập ít nhất hai lựa chọn"));
        assert!(fault_at(&empty, "sl-den").starts_with("Nhập cả số lớn nhất"), "a bound is never dropped");
        let twice = figure(&mut client, &[("sl-ten", "Mức"), ("sl-ma", "muc"), ("sl-loai", "choice"), ("sl-lua-chon", "A\nB\nA")]).await;
        assert!(fault_at(&twice, "sl-lua-chon").contains("“A” có hai lần") && text_of(&twice, "sl-lua-chon") == "A\nB\nA");
        taken(&figure(&mut client, &[("sl-ten", "Tỷ lệ"), ("sl-ma", "ty_le"), ("sl-loai", "number"), ("sl-tu", "0"), ("sl-den", "100")]).await).await;
        for code in ["", "a/b", "so 1", "..", "đ"] {
            let refused = add(&mut client, &address, "1", code, &[("toi-da", "1")]).await;
            assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && fault_at(&refused, "ma").starts_with("Nhập mã gồm"), "{code}: {}", refused.text);
        }
        let rows = part(&mut client, &address, "1.1", &[("ten", "Việc"), ("loai", "checklist"), ("toi-da", "2")]).await;
        assert!(rows.shows("Nhập ít nhất một mục"), "{}", rows.text);
        // An indicator of the system gives the figure; another is refused where it was typed.
        let linear = [("ten", "Việc"), ("loai", "linear"), ("toi-da", "1"), ("r.so-lieu", "ty_le"), ("r.du", "100")];
        taken(&part(&mut client, &address, "1.1", &linear).await).await;
        let strange = part(&mut client, &address, "1.1", &[linear.as_slice(), &[("ct.ty_le", "khong.co")]].concat()).await;
        assert!(fault_at(&strange, "ct.ty_le").contains("Hệ thống không có chỉ tiêu “khong.co”") && strange.shows("value=\"khong.co\""));
        assert!(strange.shows("<option value=\"report.share_online\">Tỷ lệ hồ sơ trực tuyến</option>"), "a list to choose from");
        taken(&part(&mut client, &address, "1.1", &[linear.as_slice(), &[("ct.ty_le", "report.share_online")]].concat()).await).await;
    }
}

on_both! {
    async fn what_stands_beside_rules_is_a_form_too(house: House) {
        let mut client = office(&house).await;
        let address = draft(&mut client).await;
        let number = [("viec", "so-lieu"), ("sl-ten", "Nhiệm vụ được giao"), ("sl-ma", "giao"), ("sl-loai", "count")];
        taken(&part(&mut client, &address, "1.1", &number).await).await;
        taken(&add(&mut client, &address, "1", "1.2", &[("toi-da", "1")]).await).await;
        // Where there is nothing to evaluate.
        let leaf = [("ten", "Việc"), ("loai", "external"), ("toi-da", "1"), ("co-vang", "1")];
        let with = |more: &[(&'static str, &'static str)]| [leaf.as_slice(), more].concat();
        let half = part(&mut client, &address, "1.1", &with(&[("vang-thi", "move")])).await;
        assert!(fault_at(&half, "vang-khi").starts_with("Viết điều kiện") && fault_at(&half, "vang-sang").starts_with("Nhập mã các tiêu chí"));
        let strange = part(&mut client, &address, "1.1", &with(&[("vang-thi", "move"), ("vang-khi", "giao = 0"), ("vang-sang", "9.9")])).await;
        assert_eq!(fault_at(&strange, "vang-sang"), "Không có tiêu chí “9.9” trong cùng nhóm để nhận điểm.");
        let formula = part(&mut client, &address, "1.1", &with(&[("vang-thi", "zero"), ("vang-khi", "giao =")])).await;
        assert!(fault_at(&formula, "vang-khi").starts_with("Điều kiện: công thức không đọc được"), "{}", formula.text);
        taken(&part(&mut client, &address, "1.1", &with(&[("vang-thi", "move"), ("vang-khi", "giao = 0"), ("vang-sang", "1.2")])).await).await;
        let page = client.get(&format!("{address}/tieu-chi/1.1")).await;
        assert!(page.shows("<option value=\"move\" selected") && page.shows("value=\"giao = 0\"") && page.shows("value=\"1.2\""), "{}", page.text);
        // Blocks and bands.
        let frame = format!("{address}/khoi-xep-loai");
        let version = async |client: &mut Client| {
            let page = client.get(&frame).await;
            page.text.split("name=\"ban\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
        };
        let sent = async |client: &mut Client, fields: &[(&str, &str)]| {
            let version = version(client).await;
            client.post(&frame, &[&[("ban", version.as_str())], fields].concat()).await
        };
        let wrong = sent(&mut client, &[("kh-ten.0", "Sở"), ("xl-ma.0", "A"), ("xl-ten.0", "Tốt"), ("xl-tu.0", "cao")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.shows("Khối 1: nhập mã gồm") && wrong.shows("Mức 1: viết một số") && wrong.shows("value=\"cao\""), "all at once: {}", wrong.text);
        let bands = [("xl-ma.0", "B"), ("xl-ten.0", "Khá"), ("xl-tu.0", "1"), ("xl-ma.1", "A"), ("xl-ten.1", "Tốt"), ("xl-tu.1", "1,5")];
        let turned = sent(&mut client, &bands).await;
        assert!(turned.shows("các mức phải xếp từ cao xuống thấp"), "{}", turned.text);
        let blocks = [("kh-ma.0", "so"), ("kh-ten.0", "Sở"), ("kh-ma.1", "ban"), ("kh-ten.1", "Ban"), ("xl-ma.0", "A"), ("xl-ten.0", "Tốt"), ("xl-tu.0", "1,5"), ("xl-ma.1", "B"), ("xl-ten.1", "Còn lại")];
        taken(&sent(&mut client, &blocks).await).await;
        assert!(client.get(&address).await.shows("Tốt từ 1,5; Còn lại"));
        // A part is for some blocks only, and a block that a part names stays.
        let only = [("ten", "Việc khác"), ("loai", "external"), ("toi-da", "1"), ("co-khoi", "1"), ("khoi", "ban")];
        taken(&part(&mut client, &address, "1.2", &only).await).await;
        let gone = sent(&mut client, &[("kh-ma.0", "so"), ("kh-ten.0", "Sở")]).await;
        assert!(gone.shows("Khối “ban” không có trong bộ tiêu chí nhưng còn dùng"), "{}", gone.text);
        let text = house.lines("SELECT definition FROM criteria_set").await.remove(0);
        for kept in ["when = \"giao = 0\"", "to = [\"1.2\"]", "blocks = [\"ban\"]", "from = \"1.5\""] {
            assert!(text.contains(kept), "{kept}: {text}");
        }
    }
}
