//! File names from uploads.

use file_reading::Kind;
use file_reading::name::{MOST_BYTES, agrees, extension, safe};
use unicode_normalization::is_nfc;

#[test]
fn paths_marks_and_devices_are_taken_out() {
    for (uploaded, expected) in [
        ("Báo cáo quý I.pdf", "Báo cáo quý I.pdf"),
        ("C:\\Users\\a\\Minh chứng.docx", "Minh chứng.docx"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("a/b/", "b"),
        ("..", "tep"),
        ("", "tep"),
        (" . . ", "tep"),
        (".htaccess", "htaccess"),
        ("a\0b\r\n.pdf", "ab.pdf"),
        ("hoa don\u{202E}fdp.exe", "hoa donfdp.exe"),
        ("a\u{200B}\u{FEFF}b.pdf", "ab.pdf"),
        ("a<b>|?*:\".pdf", "a_b______.pdf"),
        ("muc\u{2215}luc.pdf", "muc_luc.pdf"),
        ("CON", "_CON"),
        ("nul.pdf", "_nul.pdf"),
        ("Lpt1.txt", "_Lpt1.txt"),
        ("com10.txt", "com10.txt"),
        ("console.txt", "console.txt"),
        ("bao cao.pdf. . .", "bao cao.pdf"),
        ("nhiều    khoảng   trắng.pdf", "nhiều khoảng trắng.pdf"),
        ("Ha\u{0302}\u{0301}p.pdf", "Hấp.pdf"),
    ] {
        assert_eq!(safe(uploaded), expected, "{uploaded:?}");
    }
}

#[test]
fn long_names_keep_their_ending() {
    let name = safe(&format!("{}.docx", "ế".repeat(300)));
    assert!(name.len() <= MOST_BYTES && name.ends_with(".docx"), "{name}");
    let bare = safe(&"ữ".repeat(500));
    assert!(bare.len() <= MOST_BYTES && !bare.is_empty());
}

#[test]
fn safe_names_stay_as_they_are() {
    for uploaded in ["Báo cáo.pdf", "../x", "CON.txt", "a\u{202E}b", "....", "x".repeat(400).as_str(), "a:b\\c:d/e?f"] {
        let once = safe(uploaded);
        assert_eq!(safe(&once), once, "{uploaded:?}");
        assert!(is_nfc(&once) && !once.contains(['/', '\\', ':']), "{once}");
    }
}

#[test]
fn the_ending_is_compared_with_the_content() {
    assert_eq!(extension("a.PDF").as_deref(), Some("pdf"));
    assert_eq!(extension("a.pdf.exe").as_deref(), Some("exe"));
    assert_eq!(extension("không có đuôi"), None);
    assert!(agrees("a.JPEG", Kind::Jpeg) && agrees("số liệu.csv", Kind::Text));
    assert!(!agrees("a.pdf", Kind::Docx) && !agrees("a", Kind::Pdf) && !agrees("a.exe", Kind::Pdf));
}
