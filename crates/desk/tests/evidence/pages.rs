//! Adding, finding, seeing and taking away, as people do it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use accounts::policy::Role;
use axum::body::{Body, Bytes};
use axum::http::{Request, StatusCode};
use futures_util::stream;
use test_support::on_both;

use crate::site::{Answer, Site, multipart, sample};

const ADD: &str = "/lam-viec/minh-chung/them";

async fn add(site: &Site, cookie: &str, title: &str, files: &[(&str, &[u8])]) -> Answer {
    let token = site.token(cookie, ADD).await;
    let fields = [
        ("phieu", token.as_str()),
        ("don-vi", "Sở Giả Định"),
        ("ten", title),
        ("loai", "report"),
        ("so-hieu", "12/BC-SGĐ"),
        ("ngay", "31/12/2025"),
    ];
    site.upload(cookie, ADD, &fields, files).await
}

/// The address of the one piece that was added.
async fn added(site: &Site, cookie: &str, title: &str, file: (&str, &[u8])) -> String {
    let answer = add(site, cookie, title, &[file]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    answer.header("location").split('?').next().unwrap().to_owned()
}

on_both! {
    async fn a_piece_is_added_seen_found_and_downloaded(site: Site) {
        let cookie = site.signed_in(Role::UnitOfficer, "so").await;
        let pdf = sample("document-libreoffice.pdf");
        let path = added(&site, &cookie, "Báo cáo <b>năm</b>", ("../../Báo cáo.pdf", &pdf)).await;
        let page = site.get(&cookie, &path).await.text();
        for part in ["Báo cáo &lt;b&gt;năm&lt;/b&gt;", "12/BC-SGĐ", "31/12/2025", "Báo cáo.pdf", "SHA-256", "2 trang", "<iframe"] {
            assert!(page.contains(part), "{part}\n{page}");
        }
        assert!(!page.contains("../"), "no path of the uploader's machine");
        let found = site.get(&cookie, "/lam-viec/minh-chung?tim=ra+soat+quyet+dinh").await.text();
        assert!(found.contains("trang 2") && found.contains("rà soát quyết định"), "{found}");
        let text = site.get(&cookie, &format!("{path}/1/noi-dung")).await.text();
        assert!(text.contains("trang 1") && text.contains("Sở Thí Dụ"), "{text}");
        let file = site.get(&cookie, &format!("{path}/1/tai-ve")).await;
        assert_eq!((file.status, &file.bytes), (StatusCode::OK, &pdf));
        assert!(file.header("content-disposition").starts_with("attachment; "), "{:?}", file.headers);
        assert_eq!((file.header("content-type"), file.header("x-content-type-options")), ("application/pdf", "nosniff"));
        let inline = site.get(&cookie, &format!("{path}/1/xem")).await;
        assert!(inline.header("content-disposition").starts_with("inline; "), "{:?}", inline.headers);
        assert!(inline.header("content-security-policy").contains("frame-ancestors 'self'") && inline.header("content-security-policy").contains("script-src 'none'"));
    }

    async fn a_part_of_a_file_can_be_asked_for(site: Site) {
        let cookie = site.signed_in(Role::UnitOfficer, "so").await;
        let pdf = sample("scan.pdf");
        let path = format!("{}/1/tai-ve", added(&site, &cookie, "Bản quét", ("a.pdf", &pdf)).await);
        let part = |range: &str| Request::get(path.as_str()).header("cookie", cookie.as_str()).header("range", range).body(Body::empty()).unwrap();
        let answer = site.send(part("bytes=10-19")).await;
        assert_eq!((answer.status, answer.bytes.as_slice()), (StatusCode::PARTIAL_CONTENT, &pdf[10..20]));
        assert_eq!(answer.header("content-range"), format!("bytes 10-19/{}", pdf.len()));
        assert_eq!(site.send(part("bytes=99999999-")).await.status, StatusCode::RANGE_NOT_SATISFIABLE);
    }

    async fn every_fault_is_told_and_what_was_typed_stays(site: Site) {
        let cookie = site.signed_in(Role::UnitOfficer, "so").await;
        let token = site.token(&cookie, ADD).await;
        let fields = [("phieu", token.as_str()), ("don-vi", "Không có"), ("ten", ""), ("so-hieu", "9/KH"), ("ngay", "32/13/2025")];
        let answer = site.upload(&cookie, ADD, &fields, &[]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        let page = answer.text();
        for part in ["Nhập tên minh chứng", "Chọn loại minh chứng", "Ngày có dạng", "Chọn một đơn vị", "Chọn tệp minh chứng", "value=\"9/KH\"", "value=\"32/13/2025\""] {
            assert!(page.contains(part), "{part}\n{page}");
        }
        let html: &[u8] = b"<!DOCTYPE html><html><script>alert(1)</script></html>";
        let password = sample("password.pdf");
        let answer = add(&site, &cookie, "Hai tệp", &[("trang.pdf", html), ("khoa.pdf", &password)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        let page = answer.text();
        assert!(page.contains("trang web HTML") && page.contains("có mật khẩu") && page.contains("value=\"Hai tệp\""), "{page}");
        assert!(site.get(&cookie, "/lam-viec/minh-chung").await.text().contains("Chưa có minh chứng nào"));
    }

    async fn several_files_become_pieces_and_the_good_ones_are_kept(site: Site) {
        let cookie = site.signed_in(Role::UnitOfficer, "so").await;
        let (one, two) = (sample("scan.pdf"), sample("document.docx"));
        let answer = add(&site, &cookie, "Phụ lục", &[("mot.pdf", &one), ("hai.docx", &two), ("ba.pdf", b"")]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.text().contains("Đã thêm: mot.pdf, hai.docx") && answer.text().contains("tệp rỗng"), "{}", answer.text());
        let list = site.get(&cookie, "/lam-viec/minh-chung").await.text();
        assert!(list.contains("Phụ lục – mot") && list.contains("Phụ lục – hai"), "{list}");
    }

    async fn signatures_are_shown_with_their_verdict(site: Site) {
        let cookie = site.signed_in(Role::UnitOfficer, "so").await;
        for (name, words) in [
            ("signed/rsa.pdf", "Còn nguyên vẹn, phủ toàn bộ tệp"),
            ("signed/appended.pdf", "tệp được thêm nội dung sau khi ký"),
            ("signed/changed-byte.pdf", "Nội dung đã bị thay đổi sau khi ký"),
        ] {
            let path = added(&site, &cookie, name, ("ky.pdf", &sample(name))).await;
            let page = site.get(&cookie, &path).await.text();
            assert!(page.contains(words) && page.contains("Chữ ký số trong phiên bản 1"), "{name}\n{page}");
        }
    }

    async fn another_unit_gets_not_found_at_every_address(site: Site) {
        let cookie = site.signed_in(Role::UnitOfficer, "so").await;
        let path = added(&site, &cookie, "Riêng", ("a.pdf", &sample("scan.pdf"))).await;
        let stranger = site.signed_in(Role::UnitHead, "xa").await;
        for below in ["", "/sua", "/phien-ban", "/1/tai-ve", "/1/xem", "/1/noi-dung"] {
            assert_eq!(site.get(&stranger, &format!("{path}{below}")).await.status, StatusCode::NOT_FOUND, "{below}");
        }
        let token = site.token(&stranger, ADD).await;
        assert_eq!(site.post(&stranger, &format!("{path}/rut"), &format!("phieu={token}&ly-do=x")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(site.post(&stranger, &format!("{path}/sua"), &format!("phieu={token}&ten=x&loai=report")).await.status, StatusCode::NOT_FOUND);
        let fields = [("phieu", token.as_str()), ("ly-do", "x")];
        assert_eq!(site.upload(&stranger, &format!("{path}/phien-ban"), &fields, &[("b.pdf", &sample("packed.pdf"))]).await.status, StatusCode::NOT_FOUND);
        assert!(!site.get(&stranger, "/lam-viec/minh-chung?tim=rieng").await.text().contains("Riêng"));
        assert_eq!(site.get("", &path).await.status, StatusCode::SEE_OTHER, "nobody is sent to sign in");
    }

    async fn a_form_of_another_page_or_session_adds_nothing(site: Site) {
        let cookie = site.signed_in(Role::UnitOfficer, "so").await;
        let fields = [("phieu", "0123.4567"), ("don-vi", "Sở Giả Định"), ("ten", "Giả"), ("loai", "report")];
        let answer = site.upload(&cookie, ADD, &fields, &[("a.pdf", &sample("scan.pdf"))]).await;
        assert_eq!(answer.status, StatusCode::CONFLICT);
        assert!(answer.text().contains("value=\"Giả\""), "what was typed stays");
        assert!(site.get(&cookie, "/lam-viec/minh-chung").await.text().contains("Chưa có minh chứng nào"));
    }

    async fn what_was_typed_before_the_session_ended_waits_and_the_file_is_asked_for_again(site: Site) {
        let fields = [("phieu", "0123.4567"), ("don-vi", "Sở Giả Định"), ("ten", "Gõ <b>lâu</b>"), ("loai", "report")];
        let ended = site.upload("", ADD, &fields, &[("a.pdf", &sample("scan.pdf"))]).await;
        assert_eq!(ended.status, StatusCode::UNAUTHORIZED);
        assert!(ended.text().contains("value=\"Gõ &lt;b&gt;lâu&lt;/b&gt;\""), "{}", ended.text());
        let cookie = site.signed_in(Role::UnitOfficer, "so").await;
        let kept = "gui-den=%2Flam-viec%2Fminh-chung%2Fthem&don-vi=S%E1%BB%9F+Gi%E1%BA%A3+%C4%90%E1%BB%8Bnh&ten=G%C3%B5+l%C3%A2u&loai=report";
        let again = site.post(&cookie, "/gui-lai", kept).await.text();
        assert!(again.contains("value=\"Gõ lâu\""), "{again}");
        let token = site.token(&cookie, ADD).await;
        let sent = site.post(&cookie, ADD, &format!("{kept}&phieu={token}")).await;
        assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(sent.text().contains("Chọn tệp minh chứng.") && sent.text().contains("value=\"Gõ lâu\""), "{}", sent.text());
    }

    async fn the_same_form_sent_twice_adds_one_piece(site: Site) {
        let cookie = site.signed_in(Role::UnitOfficer, "so").await;
        let token = site.token(&cookie, ADD).await;
        let fields = [("phieu", token.as_str()), ("don-vi", "Sở Giả Định"), ("ten", "Một lần"), ("loai", "report")];
        let file = sample("scan.pdf");
        let first = site.upload(&cookie, ADD, &fields, &[("a.pdf", &file)]).await;
        let second = site.upload(&cookie, ADD, &fields, &[("a.pdf", &file)]).await;
        assert_eq!((second.status, second.header("location")), (StatusCode::SEE_OTHER, first.header("location")));
        assert_eq!(site.get(&cookie, "/lam-viec/minh-chung").await.text().matches("Một lần").count(), 1);
    }

    async fn an_upload_of_two_gigabytes_is_cut_off_early(site: Site) {
        let cookie = site.signed_in(Role::UnitOfficer, "so").await;
        let token = site.token(&cookie, ADD).await;
        // Whoever does not say how long a body is is stopped on the way, by the limit of the route or by that of the server around it.
        for around in [usize::MAX, 40 << 20] {
        let asked = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&asked);
        let head = format!(
            "--bien\r\nContent-Disposition: form-data; name=\"phieu\"\r\n\r\n{token}\r\n\
             --bien\r\nContent-Disposition: form-data; name=\"tep\"; filename=\"to.pdf\"\r\n\r\n"
        );
        let chunk = Bytes::from(vec![b'x'; 1 << 20]);
        let body = stream::iter((0..2049).map(move |number| {
            counted.fetch_add(1, Ordering::Relaxed);
            Ok::<Bytes, std::io::Error>(if number == 0 { Bytes::from(head.clone()) } else { chunk.clone() })
        }));
        let body = Body::new(http_body_util::Limited::new(Body::from_stream(body), around));
        let answer = site.send(multipart(&cookie, ADD, body)).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{}", answer.text());
        assert!(asked.load(Ordering::Relaxed) < 80, "{asked:?} mebibytes were taken in");
        }
    }

    async fn without_the_store_pages_say_so_and_nothing_is_lost(site: Site) {
        let cookie = site.signed_in(Role::UnitOfficer, "so").await;
        let path = added(&site, &cookie, "Trước", ("a.pdf", &sample("scan.pdf"))).await;
        site.lose_the_store();
        assert_eq!(add(&site, &cookie, "Sau", &[("b.pdf", &sample("packed.pdf"))]).await.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(site.get(&cookie, &format!("{path}/1/tai-ve")).await.status, StatusCode::SERVICE_UNAVAILABLE);
        let page = site.get(&cookie, &path).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.text().contains("Trước"));
        assert!(!site.get(&cookie, "/lam-viec/minh-chung").await.text().contains("Sau"));
    }

    async fn a_file_that_the_store_lost_is_told_as_lost_and_comes_back_with_its_bytes(site: Site) {
        let cookie = site.signed_in(Role::UnitOfficer, "so").await;
        let path = added(&site, &cookie, "Báo cáo", ("a.pdf", &sample("packed.pdf"))).await;
        site.lose_the_files();
        let lost = site.get(&cookie, &format!("{path}/1/tai-ve")).await;
        assert_eq!(lost.status, StatusCode::GONE);
        assert!(lost.text().contains("Tệp không còn trong kho") && lost.text().contains("lấy lại từ bản sao lưu"), "{}", lost.text());
        // Whoever still has it sends it again.
        added(&site, &cookie, "Báo cáo, lần nữa", ("a.pdf", &sample("packed.pdf"))).await;
        assert_eq!(site.get(&cookie, &format!("{path}/1/tai-ve")).await.status, StatusCode::OK);
    }

    async fn the_second_of_two_editors_sees_both_versions(site: Site) {
        let cookie = site.signed_in(Role::UnitHead, "so").await;
        let path = added(&site, &cookie, "Cũ", ("a.pdf", &sample("scan.pdf"))).await;
        let token = site.token(&cookie, &format!("{path}/sua")).await;
        let edit = |title: &str| format!("phieu={token}&ban=1&ten={title}&loai=plan");
        assert_eq!(site.post(&cookie, &format!("{path}/sua"), &edit("Mot")).await.status, StatusCode::SEE_OTHER);
        let second = site.post(&cookie, &format!("{path}/sua"), &edit("Hai")).await;
        assert_eq!(second.status, StatusCode::CONFLICT);
        assert!(second.text().contains("Mot") && second.text().contains("Hai"));
        assert_eq!(site.post(&cookie, &format!("{path}/rut"), &format!("phieu={token}&ly-do=nham")).await.status, StatusCode::SEE_OTHER);
        let page = site.get(&cookie, &path).await.text();
        assert!(page.contains("Đã rút") && page.contains("Lý do: nham"), "{page}");
    }
}
