//! Evidence files from outside: what they are, what stands in them, who signed them, and what happens with hostile ones.
#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot prepare its case has failed")]

mod broken;
mod hostile;
mod kinds;
mod names;
mod pictures;
mod signatures;
mod texts;

use std::path::{Path, PathBuf};

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples")
}

/// A sample file, made by `scripts/build-file-samples.py`.
fn sample(name: &str) -> Vec<u8> {
    std::fs::read(samples().join(name)).unwrap_or_else(|fault| panic!("{name}: {fault}"))
}

/// All samples with their names, in a fixed order.
fn all_samples() -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for folder in [samples(), samples().join("signed")] {
        for entry in std::fs::read_dir(folder).expect("samples").flatten() {
            if entry.path().is_file() {
                let bytes = std::fs::read(entry.path()).expect("sample");
                found.push((entry.file_name().to_string_lossy().into_owned(), bytes));
            }
        }
    }
    found.sort();
    found
}

/// A package of parts, stored or packed.
fn package(parts: &[(&str, &[u8])]) -> Vec<u8> {
    use std::io::Write as _;
    let mut bytes = std::io::Cursor::new(Vec::new());
    let mut writer = zip::ZipWriter::new(&mut bytes);
    for (name, content) in parts {
        let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
        writer.start_file(*name, options).expect("part");
        writer.write_all(content).expect("part");
    }
    writer.finish().expect("package");
    bytes.into_inner()
}

/// A PDF of numbered objects (from 1) whose catalog is object 1, with a right table.
fn pdf(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        places.push(bytes.len());
        bytes.extend(format!("{} 0 obj\n", index + 1).bytes());
        bytes.extend(object);
        bytes.extend(b"\nendobj\n");
    }
    let start = bytes.len();
    bytes.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for place in places {
        bytes.extend(format!("{place:010} 00000 n \n").bytes());
    }
    bytes.extend(format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1).bytes());
    bytes
}

/// An object of a PDF with bytes.
fn stream(head: &str, data: &[u8]) -> Vec<u8> {
    let mut object = format!("<< {head} /Length {} >>\nstream\n", data.len()).into_bytes();
    object.extend(data);
    object.extend(b"\nendstream");
    object
}

fn packed(data: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut writer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(data).expect("packing");
    writer.finish().expect("packing")
}
