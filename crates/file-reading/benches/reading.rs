//! How long it takes to tell a file, to read its text, and to verify its signatures.
#![expect(clippy::expect_used, reason = "a measurement without its file is none")]

use std::fmt::Write as _;
use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, criterion_group, criterion_main};
use file_reading::kind::look;
use file_reading::signature::{Trust, read as signatures};
use file_reading::text::read;
use file_reading::{Kind, Limits};

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples").join(name)).expect("sample")
}

/// A made-up report of so many pages, 45 lines of 80 letters each, unpacked.
fn report(pages: usize) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n3 0 obj << /Type /Font /Subtype /TrueType /BaseFont /X /Encoding /WinAnsiEncoding >> endobj\n".to_vec();
    let mut kids = String::new();
    for page in 0..pages {
        let (number, content) = (10 + 2 * page, 11 + 2 * page);
        let mut lines = String::from("BT /F 11 Tf 14 TL 50 800 Td\n");
        for line in 0..45 {
            let _ = writeln!(lines, "(Made-up line {line} of page {page}: words that stand here so that there is something to read) Tj T*");
        }
        lines.push_str("ET");
        let _ = write!(kids, "{number} 0 R ");
        bytes.extend(
            format!(
                "{number} 0 obj << /Type /Page /Parent 2 0 R /Contents {content} 0 R /Resources << /Font << /F 3 0 R >> >> >> endobj\n"
            )
            .bytes(),
        );
        bytes.extend(format!("{content} 0 obj << /Length {} >> stream\n{lines}\nendstream endobj\n", lines.len()).bytes());
    }
    bytes.extend(format!("2 0 obj << /Type /Pages /Count {pages} /Kids [{kids}] >> endobj\ntrailer << /Root 1 0 R >>").bytes());
    bytes
}

fn reading(bench: &mut Criterion) {
    let limits = Limits::default();
    for (name, kind) in [
        ("document-chromium.pdf", Kind::Pdf),
        ("document-libreoffice.pdf", Kind::Pdf),
        ("document.docx", Kind::Docx),
        ("sheets.xlsx", Kind::Xlsx),
    ] {
        let bytes = sample(name);
        bench.bench_function(&format!("text of {name}"), |bench| bench.iter(|| read(black_box(&bytes), kind, &limits).expect("text")));
    }
    let long = report(200);
    bench.bench_function("text of a PDF of 200 pages", |bench| bench.iter(|| read(black_box(&long), Kind::Pdf, &limits).expect("text")));
    bench.bench_function("kind of a PDF of 200 pages", |bench| bench.iter(|| look(black_box(&long))));
    for name in ["rsa.pdf", "p256.pdf"] {
        let bytes = sample(&format!("signed/{name}"));
        bench.bench_function(&format!("signature of {name}"), |bench| {
            bench.iter(|| signatures(black_box(&bytes), &Trust::none()).expect("signatures"))
        });
    }
}

criterion_group!(benches, reading);
criterion_main!(benches);
