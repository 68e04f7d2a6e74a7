//! TCVN3 and VNI: the tables, what is found, and what is left alone.

use viet_text::legacy::{Encoding, convert, detect, fits, suggest};
use viet_text::{decode_windows_1252, decode_windows_1258};

/// Lines of hexadecimal numbers: the byte or letter, and what it stands for.
fn lines(table: &str) -> Vec<(u32, Vec<u32>)> {
    let number = |text: &str| u32::from_str_radix(text, 16).unwrap();
    let line = |line: &str| {
        let mut numbers = line.split(' ').map(number);
        (numbers.next().unwrap(), numbers.collect())
    };
    table.lines().map(line).collect()
}

fn text(numbers: &[u32]) -> String {
    numbers.iter().map(|number| char::from_u32(*number).unwrap()).collect()
}

fn letter(number: u32) -> String {
    text(&[number])
}

const DECLARATION: &str =
    "cộng hòa xã hội chủ nghĩa việt nam độc lập tự do hạnh phúc quyết định về việc phê duyệt kế hoạch cải cách hành chính nhà nước";

/// The text as a legacy program would have written it, by the table of the test.
fn written(text: &str, table: &[(u32, Vec<u32>)]) -> String {
    let of = |sign: char| table.iter().find(|(unicode, _)| *unicode == u32::from(sign)).map(|(_, bytes)| bytes.clone());
    text.chars().flat_map(|sign| of(sign).unwrap_or_else(|| vec![u32::from(sign)])).map(|byte| char::from_u32(byte).unwrap()).collect()
}

fn vni(text: &str) -> String {
    written(text, &lines(include_str!("../tables/vni.txt")))
}

fn tcvn3(text: &str) -> String {
    let table: Vec<_> = lines(include_str!("../tables/tcvn5712-1.txt")).into_iter().map(|(byte, signs)| (signs[0], vec![byte])).collect();
    written(text, &table)
}

#[test]
fn every_byte_of_tcvn3_is_that_of_the_standard() {
    let mut same = 0;
    for (byte, unicode) in lines(include_str!("../tables/tcvn5712-1.txt")) {
        let converted = convert(&letter(byte), Encoding::Tcvn3);
        match byte {
            // Tones need a vowel before them.
            0xB0..=0xB4 => assert_eq!(convert(&format!("e{}", letter(byte)), Encoding::Tcvn3), text(&unicode_of("e", &unicode))),
            // Capitals of the standard that the fonts of TCVN3 do not have.
            0xAF | 0xBA | 0xBF | 0xC0..=0xC5 | 0xCD | 0xD9..=0xDB | 0xE0 | 0xF0 | 0xFF => assert_eq!(converted, letter(byte), "{byte:02X}"),
            _ => {
                assert_eq!(converted, text(&unicode), "{byte:02X}");
                same += 1;
            }
        }
    }
    assert_eq!(same, 74);
}

/// The composed letter of a base and a combining tone.
fn unicode_of(base: &str, tone: &[u32]) -> Vec<u32> {
    let composed = match tone[0] {
        0x300 => 'è',
        0x309 => 'ẻ',
        0x303 => 'ẽ',
        0x301 => 'é',
        0x323 => 'ẹ',
        _ => unreachable!(),
    };
    assert_eq!(base, "e");
    vec![u32::from(composed)]
}

#[test]
fn every_letter_of_vni_is_that_of_the_other_program() {
    let table = lines(include_str!("../tables/vni.txt"));
    assert_eq!(table.len(), 134);
    for (unicode, bytes) in &table {
        assert_eq!(convert(&text(bytes), Encoding::Vni), letter(*unicode), "{}", text(bytes));
    }
}

#[test]
fn code_pages_are_those_of_the_c_library() {
    for (byte, unicode) in lines(include_str!("../tables/windows-1252.txt")) {
        assert_eq!(decode_windows_1252(&[u8::try_from(byte).unwrap()]), text(&unicode), "{byte:02X}");
    }
    let vietnamese = lines(include_str!("../tables/windows-1258.txt"));
    for byte in 0x80..=0xFF_u32 {
        let expected = vietnamese.iter().find(|(known, _)| *known == byte).map(|(_, unicode)| text(unicode));
        // Tones alone are composed by iconv and here alike; a lone one keeps its number.
        assert_eq!(decode_windows_1258(&[u8::try_from(byte).unwrap()]), expected, "{byte:02X}");
    }
    assert_eq!(decode_windows_1258(b"Hu\xea\xec").as_deref(), Some("Huế"));
}

#[test]
fn whole_sentences_come_back() {
    for (encoding, legacy) in [(Encoding::Tcvn3, tcvn3(DECLARATION)), (Encoding::Vni, vni(DECLARATION))] {
        let offer = suggest(&legacy).unwrap();
        assert_eq!((offer.encoding, offer.converted.as_str()), (encoding, DECLARATION));
        assert!(offer.confidence > 0.8, "{}", offer.confidence);
        assert!((0.05..0.6).contains(&offer.changed_share), "{}", offer.changed_share);
    }
    let loud = vni(&DECLARATION.to_uppercase());
    assert_eq!(convert(&loud, Encoding::Vni), DECLARATION.to_uppercase());
}

#[test]
fn capitals_of_tcvn3() {
    let read = |text: &str| convert(text, Encoding::Tcvn3);
    assert_eq!(read("CéNG HßA X· HéI"), "CỘNG HÒA XÃ HỘI");
    assert_eq!(read("QuËn §èng §a"), "Quận Đống Đa");
    assert_eq!(read("Hµ NéI, X· Tø HiÖp"), "Hà NỘI, Xã Tứ Hiệp");
    assert_eq!(read("Aµ £Õ OÒ"), "À Ế Oề");
}

#[test]
fn signs_of_other_use_stay() {
    assert_eq!(convert("500 m² ở 5°, 20±1", Encoding::Tcvn3), "500 m² ở 5°, 20±1");
    assert_eq!(convert("rôle ñ 1", Encoding::Vni), "rơle đ 1");
}

#[test]
fn two_words_are_enough_and_one_is_not() {
    let offer = suggest("Hµ Néi").unwrap();
    assert_eq!((offer.encoding, offer.converted.as_str(), offer.confidence), (Encoding::Tcvn3, "Hà Nội", 0.5));
    assert_eq!(suggest("Haø Noäi").map(|offer| offer.converted).as_deref(), Some("Hà Nội"));
    assert_eq!(suggest("Hµ"), None);
    // §µ has no plain letter and is not counted.
    let cells = ["Hµ", "Nam", "B¾c Ninh", "", "§µ N½ng"];
    assert_eq!(detect(cells).map(|found| (found.encoding, found.words, found.gained)), Some((Encoding::Tcvn3, 3, 3)));
    assert!(fits("B¾c Ninh", Encoding::Tcvn3) && !fits("Bắc Ninh", Encoding::Tcvn3) && !fits("Ninh", Encoding::Tcvn3));
}

#[test]
fn proper_text_is_left_alone() {
    let decomposed = "Co\u{323}\u{302}ng ho\u{300}a xa\u{303} ho\u{323}\u{302}i";
    let texts = [
        DECLARATION,
        &DECLARATION.to_uppercase(),
        decomposed,
        "Hà Giang, Cà Mau, Hà Tĩnh, Sóc Trăng, Bình Dương",
        "là và có cho các này những một trong được",
        "É Ê Ô à á ã è é ê ì í ò ó ô õ ù ú ý",
        "Krông Pắc, Đắk Lắk, Ea Súp, Y Ngông Niê Kdăm, Pleiku, Cư M'gar",
        "Administrative reform index 2017: 100% of 63 provinces (± 0.5), 5°C, m², © ® ™ « » ½ × ÷ · µ § ¶",
        "Le café est très agréable à côté de l'hôtel où le garçon, déjà âgé, a reçu des élèves naïfs; il eût été là dès août. Où çà? Haïr, maïs, Noël, œuvre, être, même, fenêtre, français, théâtre",
        "Die größte Behörde für öffentliche Verwaltung: Änderungen, Übersicht, schön, müde, Straße",
        "El año pasado la señora Muñoz habló español mañana y niño más rápido, está aquí también",
        "Não é possível, São Paulo, informação, três, você, avó, ações, coração",
        "",
        "§ 5 « a » © b",
    ];
    for text in texts {
        assert_eq!(suggest(text), None, "{text}");
    }
}

#[test]
fn no_text_breaks_the_conversion() {
    let mut state = 7_u64;
    for _ in 0..2_000 {
        let mut text = String::new();
        for _ in 0..20 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            text.extend(char::from_u32(u32::try_from((state >> 33) % 0x250).unwrap()));
        }
        for encoding in Encoding::ALL {
            assert!(convert(&text, encoding).chars().count() <= text.chars().count() * 2);
        }
        let _ = suggest(&text);
    }
}
