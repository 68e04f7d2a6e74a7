//! Search without tone marks, in descriptions and in the text of files.

use evidence::{EvidenceKind, Found, ListFilter, ListPage, PageLabel, add, list};
use viet_text::fold;

use crate::in_both;
use crate::room::{Room, about, officer, sample, upload};

async fn search(room: &Room, words: &str, units: &[&str]) -> Vec<Found> {
    let units = Some(units.iter().map(|unit| (*unit).to_owned()).collect());
    let filter = ListFilter { words: words.to_owned(), units, ..ListFilter::default() };
    let mut read = room.evidence.db.read().await.unwrap();
    list(read.conn(), &filter, ListPage { offset: 0, limit: 50 }).await.unwrap()
}

/// A PDF of two pages; the words stand on the second one, in a font that tells its letters by a table.
fn pdf(words: &str) -> Vec<u8> {
    let mut codes = String::new();
    let mut table = String::new();
    for (index, letter) in words.chars().enumerate() {
        codes.push_str(&format!("{:04X}", index + 1));
        table.push_str(&format!("<{:04X}> <{:04X}>\n", index + 1, u32::from(letter)));
    }
    let count = words.chars().count();
    let map = format!(
        "/CIDInit /ProcSet findresource begin\nbegincmap\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n{count} beginbfchar\n{table}endbfchar\nendcmap\nend"
    );
    let content = format!("BT /F1 12 Tf 72 700 Td <{codes}> Tj ET");
    let stream = |text: &str| format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len());
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> >> /Contents 6 0 R >>".to_owned(),
        "<< /Type /Font /Subtype /Type0 /BaseFont /Mau /Encoding /Identity-H /DescendantFonts [8 0 R] /ToUnicode 7 0 R >>".to_owned(),
        stream(&content),
        stream(&map),
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Mau /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /DW 600 >>".to_owned(),
    ];
    let mut file = "%PDF-1.7\n".to_owned();
    let mut places = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        places.push(file.len());
        file.push_str(&format!("{} 0 obj\n{object}\nendobj\n", index + 1));
    }
    let table = file.len();
    file.push_str(&format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1));
    places.iter().for_each(|place| file.push_str(&format!("{place:010} 00000 n \n")));
    file.push_str(&format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n", objects.len() + 1));
    file.into_bytes()
}

in_both! {
    async fn a_word_inside_a_pdf_is_found_with_its_page(room) {
        let by = officer("so");
        let key = room.add(&by, "so", "Báo cáo năm", "a.pdf", &pdf("Uỷ ban nhân dân quận Hoàn Kiếm báo cáo")).await;
        room.add(&by, "so", "Khác", "b.pdf", &sample("document-libreoffice.pdf")).await;
        for typed in ["hoan kiem", "Hoàn Kiếm", "HOAN KIE", "kiem hoan", "quan  hoan kiem"] {
            let found = search(&room, typed, &["so"]).await;
            assert_eq!(found.len(), 1, "{typed}");
            assert_eq!(found[0].piece.key, key);
            let hit = found[0].hit.as_ref().unwrap();
            assert_eq!((hit.position, &hit.label), (1, &PageLabel::Page(2)), "{typed}");
            assert!(fold(&hit.snippet.hit).contains("kiem") || fold(&hit.snippet.hit).contains("hoan"), "{:?}", hit.snippet);
        }
        assert_eq!(search(&room, "hoan kiem", &["so"]).await[0].hit.as_ref().unwrap().snippet.hit, "Hoàn Kiếm");
        assert!(search(&room, "oan kiem", &["so"]).await.is_empty(), "words are found from their beginning");
    }

    async fn documents_and_sheets_are_read_too(room) {
        let by = officer("so");
        for (name, kind) in [("document.docx", "a.docx"), ("sheets.xlsx", "a.xlsx"), ("document.odt", "a.odt")] {
            room.add(&by, "so", name, kind, &sample(name)).await;
        }
        let found = search(&room, "giai quyet dung han", &["so"]).await;
        let mut titles: Vec<&str> = found.iter().map(|found| found.piece.description.title.as_str()).collect();
        titles.sort_unstable();
        assert!(titles.contains(&"document.docx") && titles.contains(&"document.odt"), "{titles:?}");
        let labels = room.lines("SELECT t.label FROM evidence_text t JOIN evidence_file f ON f.sha256 = t.sha256 WHERE f.file_kind = 'xlsx' ORDER BY t.page").await;
        assert!(labels[0].starts_with("sheet:1:"), "{labels:?}");
    }

    async fn descriptions_and_file_names_are_searched(room) {
        let by = officer("so");
        room.add(&by, "so", "Kế hoạch cải cách hành chính", "Phụ lục số 2.pdf", &sample("scan.pdf")).await;
        for typed in ["ke hoach", "12/BC-SNV", "12 bc", "phu luc so 2", "bao cao"] {
            assert_eq!(search(&room, typed, &["so"]).await.len(), 1, "{typed}");
        }
        for typed in ["quyet dinh", "%", "_", "ke% hoach' OR 1=1 --"] {
            let wanted = usize::from(fold(typed).is_empty());
            assert_eq!(search(&room, typed, &["so"]).await.len(), wanted, "{typed}");
        }
    }

    async fn only_what_one_may_see_is_found(room) {
        room.add(&officer("so"), "so", "Riêng của sở", "a.pdf", &sample("scan.pdf")).await;
        room.add(&officer("xa"), "xa", "Riêng của xã", "b.pdf", &sample("packed.pdf")).await;
        let titles = |found: Vec<Found>| found.into_iter().map(|found| found.piece.description.title).collect::<Vec<_>>();
        assert_eq!(titles(search(&room, "rieng", &["xa"]).await), ["Riêng của xã"]);
        assert_eq!(search(&room, "rieng", &["so", "xa"]).await.len(), 2);
        assert!(search(&room, "rieng", &[]).await.is_empty());
    }

    async fn kinds_and_withdrawn_pieces_are_told_apart(room) {
        let mut minutes = about("Biên bản họp");
        minutes.kind = EvidenceKind::Minutes;
        add(&room.evidence, &officer("so"), "so", &minutes, upload("a.pdf", &sample("scan.pdf"))).await.unwrap();
        let key = room.add(&officer("so"), "so", "Báo cáo", "b.pdf", &sample("packed.pdf")).await;
        evidence::withdraw(&room.evidence, &crate::room::head("so"), &key, "nhầm").await.unwrap();
        let mut read = room.evidence.db.read().await.unwrap();
        let page = ListPage { offset: 0, limit: 50 };
        let all = list(read.conn(), &ListFilter { withdrawn: true, ..ListFilter::default() }, page).await.unwrap();
        assert_eq!(all.len(), 2);
        let reports = ListFilter { kind: Some(EvidenceKind::Report), ..ListFilter::default() };
        assert!(list(read.conn(), &reports, page).await.unwrap().is_empty());
        assert_eq!(list(read.conn(), &ListFilter { withdrawn: true, ..reports }, page).await.unwrap().len(), 1);
        assert_eq!(list(read.conn(), &ListFilter { withdrawn: true, ..ListFilter::default() }, ListPage { offset: 1, limit: 1 }).await.unwrap().len(), 1);
    }
}
