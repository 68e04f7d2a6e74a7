//! Units in time, as the shipped catalogue tells them.

use registry::store::{self, Found};
use registry::{Level, UnitVersion};
use test_support::on_both;

use crate::bed::{Empty, Filled, date, execute, now};
use crate::rows::SmallCatalogue;

fn names(versions: &[UnitVersion]) -> Vec<&str> {
    versions.iter().map(|version| version.name.as_str()).collect()
}

async fn search(bed: &Filled, typed: &str, at: Option<&str>) -> Found {
    store::search(bed.db.read().await.unwrap().conn(), typed, at.map(date), 50, 0).await.unwrap()
}

async fn children(db: &platform::Db, parent: &str, at: &str) -> Vec<UnitVersion> {
    store::children_at(db.read().await.unwrap().conn(), parent, date(at)).await.unwrap()
}

async fn by_code(bed: &Filled, code: &str, at: &str) -> Option<UnitVersion> {
    store::unit_by_code_at(bed.db.read().await.unwrap().conn(), code, date(at)).await.unwrap()
}

on_both! {
    async fn provinces_before_and_after_the_merger(bed: Filled) {
        for (at, expected) in [("2018-12-31", 63), ("2025-06-30", 63), ("2025-07-01", 34)] {
            let provinces = store::units_at(bed.db.read().await.unwrap().conn(), Level::Province, date(at)).await.unwrap();
            assert_eq!(provinces.len(), expected, "{at}");
            assert!(provinces.iter().all(|province| province.parent.as_deref() == Some("vn")));
            let counts = store::level_counts_at(bed.db.read().await.unwrap().conn(), date(at)).await.unwrap();
            assert!(counts.contains(&(Level::Province, i64::try_from(expected).unwrap())), "{counts:?}");
            assert_eq!(counts.iter().any(|(level, _)| *level == Level::District), at < "2025-07-01", "no district exists since 1/7/2025: {counts:?}");
        }
    }

    async fn ha_noi_before_and_after_the_merger(bed: Filled) {
        let districts: Vec<UnitVersion> = children(&bed.db, "01-ha-noi", "2025-06-30").await.into_iter().filter(|unit| unit.level == Level::District).collect();
        assert_eq!(districts.len(), 30);
        let mut communes = 0;
        for district in &districts {
            let below = children(&bed.db, &district.unit, "2025-06-30").await;
            assert!(below.iter().all(|unit| unit.level == Level::Commune), "{}", district.name);
            communes += below.len();
        }
        assert_eq!(communes, 526);
        let now = children(&bed.db, "01-ha-noi", "2025-07-01").await;
        assert_eq!(now.iter().filter(|unit| unit.level == Level::Commune).count(), 126);
        assert_eq!(now.iter().filter(|unit| unit.level == Level::District).count(), 0);
        for district in &districts {
            assert!(children(&bed.db, &district.unit, "2025-07-01").await.is_empty(), "{}", district.name);
        }
    }

    async fn a_code_means_nothing_without_a_date(bed: Filled) {
        for (code, at, unit, name) in [
            ("08", "2025-06-30", "08-tuyen-quang", "Tỉnh Tuyên Quang"),
            ("08", "2025-07-01", "08-tuyen-quang-2025", "Tỉnh Tuyên Quang"),
            ("01", "2018-12-31", "01-ha-noi", "Thành phố Hà Nội"),
            ("01", "2026-01-01", "01-ha-noi", "Thành phố Hà Nội"),
            ("00004", "2025-06-30", "00004-truc-bach", "Phường Trúc Bạch"),
            ("00004", "2025-07-01", "00004-ba-dinh-2025", "Phường Ba Đình"),
        ] {
            let found = by_code(&bed, code, at).await.unwrap_or_else(|| panic!("{code} at {at}"));
            assert_eq!((found.unit.as_str(), found.name.as_str()), (unit, name), "{code} at {at}");
        }
        assert_eq!(by_code(&bed, "02", "2025-07-01").await, None, "Hà Giang went into Tuyên Quang");
        assert_eq!(by_code(&bed, "nothing", "2025-07-01").await, None);
        let with_code = store::versions_with_code(bed.db.read().await.unwrap().conn(), "00004").await.unwrap();
        assert_eq!(names(&with_code), ["Phường Trúc Bạch", "Phường Ba Đình"]);
        assert_eq!(store::versions_of(bed.db.read().await.unwrap().conn(), "nobody").await.unwrap(), []);
    }

    async fn what_a_ward_came_from(bed: Filled) {
        let (before, after) = store::links_of(bed.db.read().await.unwrap().conn(), "00070-hoan-kiem-2025").await.unwrap();
        let told: Vec<String> = before.iter().map(|other| format!("{} ({})", other.unit.short_name, other.link.extent.word())).collect();
        assert_eq!(told, [
            "Cửa Đông (part)", "Cửa Nam (part)", "Điện Biên (part)", "Đồng Xuân (part)", "Hàng Bạc (whole)", "Hàng Bồ (whole)",
            "Hàng Bông (part)", "Hàng Buồm (whole)", "Hàng Đào (whole)", "Hàng Gai (whole)", "Hàng Mã (whole)", "Hàng Trống (part)",
            "Lý Thái Tổ (whole)", "Tràng Tiền (part)",
        ]);
        assert!(after.is_empty());
        assert!(before.iter().all(|other| other.link.date == date("2025-07-01") && other.unit.covers(date("2025-06-30"))));
        let (_, successors) = store::links_of(bed.db.read().await.unwrap().conn(), "00046-hang-buom").await.unwrap();
        assert_eq!(successors.len(), 1);
        assert_eq!(successors[0].unit.name, "Phường Hoàn Kiếm");
    }

    async fn every_way_to_type_a_name_finds_the_same(bed: Filled) {
        let expected = search(&bed, "hoàn kiếm", None).await;
        assert_eq!(names(&expected.versions[..2]), ["Quận Hoàn Kiếm", "Phường Hoàn Kiếm"]);
        assert_eq!(expected.total, i64::try_from(expected.versions.len()).unwrap());
        for typed in ["hoan kiem", "Hoàn Kiếm", "HOÀN KIẾM", "  hoàn   kiếm ", "hoa\u{300}n kie\u{302}\u{301}m", "hòan kiếm", "Hoan-Kiem"] {
            assert_eq!(search(&bed, typed, None).await, expected, "{typed:?}");
        }
        assert_eq!(names(&search(&bed, "hoàn kiếm", Some("2025-07-01")).await.versions)[0], "Phường Hoàn Kiếm");
        assert_eq!(names(&search(&bed, "quận hoàn kiếm", None).await.versions), ["Quận Hoàn Kiếm"]);
        assert_eq!(names(&search(&bed, "00004", None).await.versions), ["Phường Ba Đình", "Phường Trúc Bạch"]);
        assert_eq!(search(&bed, "đ", Some("2025-07-01")).await, search(&bed, "D", Some("2025-07-01")).await);
    }

    async fn pages_of_a_search_are_the_search_cut_in_pieces(bed: Filled) {
        let whole = store::search(bed.db.read().await.unwrap().conn(), "tân", None, 1000, 0).await.unwrap();
        assert!(whole.total > 5 && whole.versions.len() as i64 == whole.total.min(1000));
        let mut pieces = Vec::new();
        for offset in (0..whole.total).step_by(7) {
            let page = store::search(bed.db.read().await.unwrap().conn(), "tân", None, 7, offset).await.unwrap();
            assert_eq!(page.total, whole.total);
            pieces.extend(page.versions);
        }
        assert_eq!(pieces, whole.versions);
    }

    async fn typed_signs_and_sql_do_nothing(bed: Filled) {
        for typed in ["", " ", "%", "_", "%%%", "'", "\"", "--", ";", "\\", "%_%", "'';--", "\u{301}", "*"] {
            assert_eq!(search(&bed, typed, None).await, Found { versions: Vec::new(), total: 0 }, "{typed:?}");
        }
        for typed in ["'; DROP TABLE unit; --", "' OR '1'='1", "x' UNION SELECT unit FROM unit --", "\0", "hoan%kiem zz", &"dài ".repeat(5000)] {
            let found = search(&bed, typed, None).await;
            assert!(found.total < 60, "{typed:.40?}: {}", found.total);
        }
        assert_eq!(search(&bed, "$1", None).await, search(&bed, "1", None).await);
        assert_eq!(search(&bed, "hoàn%kiếm", None).await, search(&bed, "hoàn kiếm", None).await, "a sign parts words");
        assert_eq!(store::units_at(bed.db.read().await.unwrap().conn(), Level::Province, date("2018-12-31")).await.unwrap().len(), 63);
    }

    /// Both databases sort as a Vietnamese dictionary does, whatever their own idea of order is.
    async fn children_stand_in_vietnamese_order(bed: Empty) {
        let small = SmallCatalogue::new();
        let sorted = ["An", "Ăn", "Ân", "Bà Rịa", "Bắc Ninh", "Châu", "Cờ", "Dương", "Đa", "Đà", "Đông", "Em", "Êa", "Oa", "Ô", "Ơ", "Phường 2", "Phường 10", "Uông", "Ư", "Ý"];
        let mut rows = String::new();
        for (number, name) in sorted.iter().enumerate().rev() {
            rows += &format!("k{number},{:03},district,urban-district,Quận {name},{name},01-ha-noi,,,s,seen,\n", (number * 37) % 101);
        }
        small.change("units/units.csv", "46-hue,", &format!("{rows}46-hue,"));
        registry::load::load(&bed.db, &small.files(), now()).await.unwrap();
        let found = children(&bed.db, "01-ha-noi", "2025-06-30").await;
        assert_eq!(found.iter().map(|unit| unit.short_name.as_str()).collect::<Vec<_>>(), sorted);
        let level = store::units_at(bed.db.read().await.unwrap().conn(), Level::District, date("2025-06-30")).await.unwrap();
        assert_eq!(found, level);
    }

    async fn the_shipped_units_stand_in_the_order_of_their_names(bed: Filled) {
        for at in ["2018-12-31", "2025-07-01"] {
            for level in [Level::Province, Level::District, Level::Commune] {
                let found = store::units_at(bed.db.read().await.unwrap().conn(), level, date(at)).await.unwrap();
                assert!(found.is_sorted_by(|a, b| viet_text::compare(&a.short_name, &b.short_name).is_le()), "{level:?} {at}");
            }
        }
    }

    async fn a_version_ends_the_day_before_the_next_begins(bed: Empty) {
        let small = SmallCatalogue::new();
        small.change("units/units.csv", "Thành phố Huế,Huế,vn,,,", "Tỉnh Thừa Thiên Huế,Thừa Thiên Huế,vn,,2024-12-31,");
        small.change("units/units.csv", "\n46-hue", "\n46-hue,46,province,municipality,Thành phố Huế,Huế,vn,2025-01-01,,s,seen,\n46-hue");
        registry::load::load(&bed.db, &small.files(), now()).await.unwrap();
        let versions = store::versions_of(bed.db.read().await.unwrap().conn(), "46-hue").await.unwrap();
        assert_eq!(names(&versions), ["Tỉnh Thừa Thiên Huế", "Thành phố Huế"]);
        for (at, name) in [("1900-01-01", "Tỉnh Thừa Thiên Huế"), ("2024-12-31", "Tỉnh Thừa Thiên Huế"), ("2025-01-01", "Thành phố Huế"), ("2999-12-31", "Thành phố Huế")] {
            let found = store::unit_by_code_at(bed.db.read().await.unwrap().conn(), "46", date(at)).await.unwrap().unwrap();
            assert_eq!(found.name, name, "{at}");
            assert_eq!(children(&bed.db, "vn", at).await.iter().filter(|unit| unit.unit == "46-hue").count(), 1, "{at}");
        }
        execute(&bed.db, "UPDATE unit_version SET level = 'kingdom' WHERE unit = '46-hue'").await;
        assert!(store::versions_of(bed.db.read().await.unwrap().conn(), "46-hue").await.is_err(), "a word nobody wrote is a fault");
    }
}
