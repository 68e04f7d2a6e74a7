//! Taking files in, versions, changes, rights.

use std::io::Write as _;

use accounts::Denied;
use evidence::{ByteVerdict, EvidenceError, FileNote, TextState, Upload, add, add_version, change, seen, withdraw};
use file_reading::{Fault, Kind as FileKind};

use crate::in_both;
use crate::room::{about, head, officer, sample, upload};

/// An XLSX whose one sheet unpacks to a thousand times its size.
fn bomb() -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    let mut part = |name: &str, content: &[u8], times: usize| {
        archive.start_file(name, options).unwrap();
        for _ in 0..times {
            archive.write_all(content).unwrap();
        }
    };
    part("[Content_Types].xml", br#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#, 1);
    part("_rels/.rels", br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#, 1);
    part("xl/workbook.xml", br#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>"#, 1);
    part("xl/_rels/workbook.xml.rels", br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#, 1);
    part("xl/worksheets/sheet1.xml", &vec![b' '; 1 << 20], 300);
    archive.finish().unwrap().into_inner()
}

in_both! {
    async fn a_piece_has_its_file_its_text_and_its_event(room) {
        let key = room.add(&officer("so"), "so", "Báo cáo quý I", "bao cao.pdf", &sample("document-libreoffice.pdf")).await;
        let file = room.newest(&key).await;
        assert_eq!((file.position, file.kind, file.pages, file.text_state), (1, FileKind::Pdf, Some(2), TextState::Read));
        assert_eq!(file.size, i64::try_from(sample("document-libreoffice.pdf").len()).unwrap());
        assert_eq!(room.evidence.files.verify(file.sha256.parse().unwrap()).await.unwrap(), u64::try_from(file.size).unwrap());
        assert_eq!(room.events(&key).await, ["made"]);
    }

    async fn the_same_file_twice_is_stored_once(room) {
        let bytes = sample("document.docx");
        let one = room.add(&officer("so"), "so", "Một", "a.docx", &bytes).await;
        let two = room.add(&officer("xa"), "xa", "Hai", "b.docx", &bytes).await;
        assert_eq!(room.stored().await, 1);
        assert_eq!(room.newest(&one).await.sha256, room.newest(&two).await.sha256);
        let pages = room.lines("SELECT label FROM evidence_text ORDER BY page").await;
        assert_eq!(pages, ["headers", "body", "footers"], "the text is kept once, too");
    }

    async fn a_file_dropped_twice_is_one_piece_as_long_as_the_same_is_said_of_it(room) {
        let bytes = sample("document.docx");
        let drop = async |unit: &str, title: &str, bytes: &[u8]| {
            let name = if bytes.starts_with(b"%PDF") { "a.pdf" } else { "a.docx" };
            evidence::add_once(&room.evidence, &officer(unit), unit, &about(title), upload(name, bytes)).await.unwrap()
        };
        let one = drop("so", "Một", &bytes).await;
        assert_eq!(drop("so", "Một", &bytes).await, one);
        assert_eq!(room.events(&one).await, ["made"]);
        // Said otherwise, of another unit, or with other bytes it is a piece of its own.
        assert_ne!(drop("so", "Hai", &bytes).await, one);
        assert_ne!(drop("xa", "Một", &bytes).await, one);
        assert_ne!(drop("so", "Một", &sample("document-chromium.pdf")).await, one);
        // A piece that was withdrawn, or has another file since, is not what is meant.
        evidence::withdraw(&room.evidence, &head("so"), &one, "Nhầm tệp").await.unwrap();
        assert_ne!(drop("so", "Một", &bytes).await, one);
    }

    async fn path_tricks_in_names_lead_nowhere(room) {
        let tricks = ["../../etc/passwd/bao-cao.pdf", "C:\\Windows\\bao-cao.pdf", "..\\..\\bao-cao.pdf", "\u{202e}bao-cao.pdf"];
        for name in tricks {
            let key = room.add(&officer("so"), "so", "Báo cáo", name, &sample("document-chromium.pdf")).await;
            assert_eq!(room.newest(&key).await.file_name, "bao-cao.pdf", "{name}");
        }
        assert_eq!(room.stored().await, 1);
    }

    async fn what_a_file_is_its_content_says(room) {
        let page = b"<!DOCTYPE html><html><body><script>alert(1)</script></body></html>";
        let faults = room.refused("bao-cao.pdf", page).await;
        assert!(faults.contains(&Fault::WrongKind(FileKind::Html)), "{faults:?}");
        let faults = room.refused("bao-cao.docx", &sample("document-chromium.pdf")).await;
        assert_eq!(faults, [Fault::NameDisagrees { extension: "docx".to_owned(), kind: FileKind::Pdf }]);
        assert_eq!(room.refused("rong.pdf", b"").await, [Fault::Empty]);
        assert!(room.refused("mat-khau.pdf", &sample("password.pdf")).await.contains(&Fault::Password(FileKind::Pdf)));
        assert!(room.refused("mat-khau.xlsx", &sample("password.xlsx")).await.iter().any(|fault| matches!(fault, Fault::Password(_))));
        assert!(room.refused("macro.docm", &sample("macros.docm")).await.contains(&Fault::Macros(FileKind::Docx)));
    }

    async fn a_file_that_is_too_large_is_refused_before_it_is_read(room) {
        // A sparse file of 2 GiB, which has no bytes on the disk.
        let file = tempfile::tempfile().unwrap();
        file.set_len(2 << 30).unwrap();
        let upload = Upload { file_name: "to.pdf".to_owned(), file, size: 2 << 30 };
        let outcome = add(&room.evidence, &officer("so"), "so", &about("Quá lớn"), upload).await;
        assert!(matches!(&outcome, Err(EvidenceError::Refused(faults)) if matches!(faults.as_slice(), [Fault::TooLarge { .. }])), "{outcome:?}");
        assert_eq!(room.stored().await, 0);
    }

    async fn a_zip_bomb_costs_a_bounded_amount_and_is_told(room) {
        let bomb = bomb();
        assert!(bomb.len() < 1 << 20, "{}", bomb.len());
        match add(&room.evidence, &officer("so"), "so", &about("Bom"), upload("bang.xlsx", &bomb)).await {
            // Refused at the first look, or taken as a file whose text cannot be read; nothing was unpacked beyond the limit.
            Err(EvidenceError::Refused(faults)) => assert!(!faults.is_empty()),
            Ok(key) => {
                let file = room.newest(&key).await;
                assert_eq!(file.text_state, TextState::Failed);
                assert!(file.findings.contains(&FileNote::TextFailed), "{:?}", file.findings);
            }
            Err(other) => panic!("{other:?}"),
        }
    }

    async fn another_unit_finds_nothing_and_other_roles_may_only_look(room) {
        let key = room.add(&officer("so"), "so", "Riêng", "a.pdf", &sample("scan.pdf")).await;
        let not_found = |outcome: Result<(), EvidenceError>| assert!(matches!(outcome, Err(EvidenceError::Denied(Denied::NotFound))), "{outcome:?}");
        let stranger = head("xa");
        not_found(seen(&room.evidence, &stranger, &key).await.map(drop));
        not_found(change(&room.evidence, &stranger, &key, 1, &about("Sửa")).await);
        not_found(add_version(&room.evidence, &stranger, &key, None, upload("b.pdf", &sample("packed.pdf"))).await.map(drop));
        not_found(withdraw(&room.evidence, &stranger, &key, "không thích").await);
        not_found(add(&room.evidence, &stranger, "so", &about("Chen"), upload("b.pdf", &sample("packed.pdf"))).await.map(drop));
        let outcome = withdraw(&room.evidence, &officer("so"), &key, "nhầm").await;
        assert!(matches!(outcome, Err(EvidenceError::Denied(Denied::Forbidden))), "{outcome:?}");
        assert_eq!(room.events(&key).await, ["made"]);
    }

    async fn the_second_of_two_editors_is_told(room) {
        let key = room.add(&officer("so"), "so", "Một", "a.pdf", &sample("scan.pdf")).await;
        change(&room.evidence, &officer("so"), &key, 1, &about("Hai")).await.unwrap();
        let outcome = change(&room.evidence, &officer("so"), &key, 1, &about("Ba")).await;
        assert!(matches!(outcome, Err(EvidenceError::Changed)), "{outcome:?}");
        let whole = room.whole(&key).await;
        assert_eq!((whole.piece.description.title.as_str(), whole.piece.version), ("Hai", 2));
        assert_eq!(room.events(&key).await, ["made", "changed"]);
    }

    async fn a_new_version_stands_beside_the_old_one(room) {
        let key = room.add(&officer("so"), "so", "Báo cáo", "a.pdf", &sample("document-libreoffice.pdf")).await;
        let why = Some("bản ký lại".to_owned());
        let number = add_version(&room.evidence, &officer("so"), &key, why.clone(), upload("b.pdf", &sample("signed/rsa.pdf"))).await.unwrap();
        assert_eq!(number, 2);
        let whole = room.whole(&key).await;
        assert_eq!(whole.files.iter().map(|file| file.file_name.as_str()).collect::<Vec<_>>(), ["b.pdf", "a.pdf"]);
        let again = add_version(&room.evidence, &officer("so"), &key, why, upload("c.pdf", &sample("signed/rsa.pdf"))).await;
        assert!(matches!(again, Err(EvidenceError::SameContent)), "{again:?}");
        assert_eq!(room.events(&key).await, ["made", "file-added"]);
    }

    async fn signatures_are_kept_with_their_verdicts(room) {
        for (name, verdict) in [
            ("signed/rsa.pdf", ByteVerdict::Whole),
            ("signed/cades.pdf", ByteVerdict::Whole),
            ("signed/appended.pdf", ByteVerdict::AddedLater),
            ("signed/changed-byte.pdf", ByteVerdict::Broken),
            ("signed/changed-proof.pdf", ByteVerdict::Broken),
            ("signed/p521.pdf", ByteVerdict::Unknown),
        ] {
            let key = room.add(&officer("so"), "so", name, "a.pdf", &sample(name)).await;
            let file = room.newest(&key).await;
            let found: Vec<ByteVerdict> = file.signatures.iter().map(|signature| signature.verdict).collect();
            assert_eq!(found, [verdict], "{name}");
            assert!(file.signatures[0].signer.is_some(), "{name}");
        }
    }

    async fn without_a_store_nothing_is_taken_and_nothing_is_lost(mut room) {
        let key = room.add(&officer("so"), "so", "Trước", "a.pdf", &sample("scan.pdf")).await;
        room.lose_the_store();
        let outcome = add(&room.evidence, &officer("so"), "so", &about("Sau"), upload("b.pdf", &sample("packed.pdf"))).await;
        assert!(matches!(outcome, Err(EvidenceError::Files(_))), "{outcome:?}");
        assert_eq!(room.lines("SELECT title FROM evidence").await, ["Trước"]);
        assert_eq!(room.newest(&key).await.position, 1);
    }
}
