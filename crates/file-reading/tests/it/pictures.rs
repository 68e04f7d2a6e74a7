//! Sizes and privacy of pictures, and what a PDF looks like from outside.

use file_reading::picture::{Picture, document, look};
use file_reading::{Fault, Kind};

use super::sample;

#[test]
fn sizes_are_read_without_unpacking() {
    for (name, kind) in [
        ("picture.png", Kind::Png),
        ("picture.jpg", Kind::Jpeg),
        ("picture-progressive.jpg", Kind::Jpeg),
        ("picture.gif", Kind::Gif),
        ("picture.webp", Kind::WebP),
        ("picture-lossy.webp", Kind::WebP),
        ("picture.tiff", Kind::Tiff),
    ] {
        let picture = look(&sample(name), kind);
        assert_eq!(picture, Ok(Picture { width: 40, height: 30, orientation: 1, has_location: false }), "{name}");
    }
}

#[test]
fn a_picture_that_says_where_it_was_taken_is_told() {
    for (name, kind) in [("picture-gps.jpg", Kind::Jpeg), ("picture-gps.webp", Kind::WebP)] {
        let picture = look(&sample(name), kind).expect("picture");
        assert!(picture.has_location, "{name}");
        assert_eq!((picture.orientation, picture.seen(), picture.dots()), (6, (30, 40), 1200), "{name}");
    }
}

#[test]
fn what_is_no_picture_is_refused() {
    assert_eq!(look(b"\x89PNG\r\n\x1a\n", Kind::Png), Err(Fault::Damaged { kind: Kind::Png, place: "size of the picture" }));
    assert_eq!(look(b"x", Kind::Docx), Err(Fault::NotReadable(Kind::Docx)));
}

#[test]
fn a_pdf_tells_pages_size_title_and_whether_it_is_a_scan() {
    let drawn = document(&sample("document-reportlab.pdf")).expect("document");
    assert_eq!((drawn.pages, drawn.title.as_deref(), drawn.is_scan), (2, Some("Báo cáo mẫu, số liệu tự đặt"), false));
    let (width, height) = drawn.first_page.expect("size");
    assert!((width - 210.0).abs() < 0.5 && (height - 297.0).abs() < 0.5, "{width} x {height}");
    let scan = document(&sample("scan.pdf")).expect("document");
    assert_eq!((scan.pages, scan.is_scan), (2, true));
    assert_eq!(document(&sample("password.pdf")), Err(Fault::Password(Kind::Pdf)));
}
