//! Rules that hold for every piece of markup: escaping, no inline style or script, unique identifiers,
//! both languages, table structure.

use std::collections::BTreeSet;

use maud::html;
use rust_decimal::Decimal;
use ui::catalogue::{Shell, catalogue_in, catalogue_page};
use ui::parts::{self, Field, FieldError, Input, Tone};
use ui::shell::{self, Nav, PageHead};
use ui::table::{Better, Cell, Column, DataTable, Mark, MissingReason, Row, SortState, render_table};
use ui::{Lang, Theme};

const EVIL: &str = "<script>alert('x')</script>\" onload=\"x";

fn pages() -> Vec<(String, String)> {
    let mut pages = Vec::new();
    for shell in [Shell::Portal, Shell::Work, Shell::Form] {
        for lang in Lang::ALL {
            for theme in Theme::ALL {
                let name = format!("{shell:?} {lang:?} {theme:?}");
                pages.push((name, catalogue_in(shell, lang, theme).into_string()));
            }
        }
    }
    pages
}

/// Names and values of all attributes, in order.
fn attributes(page: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for tag in page.split('<').skip(1).filter(|tag| !tag.starts_with(['/', '!'])) {
        let mut rest = tag.split_once(char::is_whitespace).map_or("", |pair| pair.1);
        while let Some((name, after)) = rest.split_once("=\"") {
            let Some((value, after)) = after.split_once('"') else { break };
            let name = name.trim().rsplit(char::is_whitespace).next().unwrap_or("");
            found.push((name.to_owned(), value.to_owned()));
            rest = after;
        }
    }
    found
}

#[test]
fn no_inline_style_and_no_inline_script() {
    for (name, page) in pages() {
        for (attribute, value) in attributes(&page) {
            assert_ne!(attribute, "style", "{name}: style=\"{value}\"");
            assert!(!attribute.starts_with("on"), "{name}: {attribute}=\"{value}\"");
            assert!(!value.trim_start().starts_with("javascript:"), "{name}: {value}");
        }
        assert!(!page.contains("<style"), "{name} has a style element");
        for script in page.split("<script").skip(1) {
            assert!(script.contains("></script>"), "{name} has an inline script");
        }
        for (attribute, value) in attributes(&page) {
            if attribute == "src" {
                assert!(value.starts_with("/assets/"), "{name} loads {value}");
            }
        }
    }
}

#[test]
fn identifiers_are_unique_and_references_lead_somewhere() {
    for (name, page) in pages() {
        let all = attributes(&page);
        let mut known = BTreeSet::new();
        for (_, id) in all.iter().filter(|pair| pair.0 == "id") {
            assert!(known.insert(id.as_str()), "{name}: id {id} twice");
        }
        for (attribute, value) in &all {
            if matches!(attribute.as_str(), "for" | "aria-labelledby" | "aria-describedby") {
                for id in value.split_whitespace() {
                    assert!(known.contains(id), "{name}: {attribute} leads to {id}, which is not there");
                }
            }
            if let ("href", Some(id)) = (attribute.as_str(), value.strip_prefix('#')) {
                assert!(known.contains(id), "{name}: link to #{id}, which is not there");
            }
        }
    }
}

#[test]
fn no_attribute_stands_twice_in_a_tag() {
    for (name, page) in pages() {
        for tag in page.split('<').skip(1) {
            let tag = tag.split('>').next().unwrap_or("");
            assert!(tag.matches(" class=\"").count() < 2, "{name}: {tag}");
        }
    }
}

#[test]
fn one_title_one_main_and_landmarks() {
    for (name, page) in pages() {
        assert_eq!(page.matches("<h1").count(), 1, "{name}");
        assert_eq!(page.matches("<main").count(), 1, "{name}");
        assert_eq!(page.matches("aria-live").count(), 1, "{name}");
        assert!(page.contains("class=\"skip-link\" href=\"#noi-dung\""), "{name}");
        assert!(page.contains("<footer"), "{name}");
    }
}

#[test]
fn each_language_is_complete() {
    let vi = catalogue_page(Lang::Vi, Theme::System).into_string();
    let en = catalogue_page(Lang::En, Theme::System).into_string();
    assert!(vi.contains("<html lang=\"vi\">"));
    assert!(en.contains("<html lang=\"en\">"));
    // The only Vietnamese words on an English page are the name of the other language.
    let without = en.replace("Tiếng Việt", "");
    let marks = "ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ";
    for line in without.split('>') {
        let text = line.split('<').next().unwrap_or("");
        assert!(!text.to_lowercase().chars().any(|sign| marks.contains(sign)), "left in Vietnamese: {text}");
    }
    // The switch leads to the same page in the other language.
    assert!(vi.contains("href=\"/en/phat-trien/giao-dien\" hreflang=\"en\""));
    assert!(en.contains("href=\"/phat-trien/giao-dien\" hreflang=\"vi\""));
    assert!(en.contains("/giao-dien?che-do=toi&amp;ve=/en/phat-trien/giao-dien"));
}

#[test]
fn theme_is_set_on_the_root_only_by_choice() {
    assert!(catalogue_page(Lang::Vi, Theme::Dark).into_string().contains("<html lang=\"vi\" data-theme=\"dark\">"));
    assert!(!catalogue_page(Lang::Vi, Theme::System).into_string().contains("data-theme"));
    for theme in Theme::ALL {
        assert_eq!(Theme::from_value(theme.value()), theme);
    }
}

#[test]
fn texts_are_escaped_everywhere() {
    let table = DataTable::new("t", EVIL)
        .column(Column::header("a", EVIL).unit(EVIL).help(EVIL))
        .column(Column::number("b", EVIL, 2).group(EVIL).sort(EVIL, SortState::Ascending))
        .row(
            Row::new(vec![
                Cell::link(EVIL, EVIL),
                Cell::number(Decimal::ONE, 2).from_where(EVIL).marked(Mark::Other { sign: "x".to_owned(), words: EVIL.to_owned() }),
            ])
            .highlight(EVIL),
        )
        .row(Row::new(vec![Cell::status(EVIL, Tone::Error), Cell::missing(MissingReason::Other(EVIL.to_owned()))]));
    let mut head = PageHead::new(EVIL, Lang::Vi, Theme::System, format!("/tim?q={EVIL}"));
    head.search = Some(EVIL.to_owned());
    head.description = Some(EVIL.to_owned());
    head.banner = Some(EVIL.to_owned());
    let nav = Nav { site_name: EVIL.to_owned(), search: true, ..Nav::default() };
    let field = Field::new("o", EVIL).hint(EVIL).error(Some(EVIL));
    let page = shell::portal_page(
        &head,
        &nav,
        html! {
            (render_table(&table, Lang::Vi))
            (parts::error_summary(&[FieldError::new("o", EVIL)], Lang::Vi))
            (parts::text_field(&field, Input::Text, EVIL, Some(EVIL), Lang::Vi))
            (parts::text_area(&Field::new("p", EVIL), EVIL, 3, Lang::Vi))
        },
    )
    .into_string();
    assert!(!page.contains("<script>alert"));
    assert!(attributes(&page).iter().all(|(name, _)| name != "onload"), "an attribute broke out");
    assert!(page.contains("&lt;script&gt;"));
}

#[test]
fn table_says_its_structure() {
    let table = DataTable::new("bang", "Chỉ số các tỉnh")
        .column(Column::rank("hang", "Hạng").sort("?xep=hang", SortState::Descending))
        .column(Column::header("ten", "Tỉnh").sort("?xep=ten", SortState::Unsorted))
        .column(Column::number("a", "Thẩm định", 2).group("Trong đó"))
        .column(Column::number("b", "Điều tra", 2).group("Trong đó"))
        .column(Column::change("c", "Tăng, giảm bậc"))
        .row(
            Row::new(vec![
                Cell::rank(2),
                Cell::text("Hà Nội"),
                Cell::number(Decimal::new(123_456, 2), 2),
                Cell::missing(MissingReason::NotReported),
                Cell::change(Decimal::ONE, 0, Better::Higher),
            ])
            .level(1),
        );
    let html = render_table(&table, Lang::Vi).into_string();
    for piece in [
        "role=\"region\" aria-labelledby=\"bang-ten\" tabindex=\"0\"",
        "<caption id=\"bang-ten\">",
        "<th scope=\"colgroup\" colspan=\"2\">Trong đó</th>",
        "aria-sort=\"descending\"",
        "<a class=\"sort\" href=\"?xep=hang\">",
        "<th scope=\"row\" class=\"stick short\"><span class=\"level level-1\">Hà Nội</span>",
        "<td class=\"num\">1.234,56</td>",
        "chưa báo cáo",
        "class=\"change good\"",
        "(tốt hơn)",
    ] {
        assert!(html.contains(piece), "{piece} is not in {html}");
    }
    assert_eq!(html.matches("aria-sort").count(), 1, "only the sorted column says so");
    // Exact values stay in the model; only the display is rounded.
    assert_eq!(table.rows[0].cells[2].value(), Some(Decimal::new(123_456, 2)));
    assert_eq!(table.rows[0].cells[3].value(), None);
}

#[test]
fn reasons_in_free_words_are_told_apart() {
    let reason = |words: &str| Cell::missing(MissingReason::Other(words.to_owned()));
    let table = DataTable::new("t", "T")
        .column(Column::number("a", "A", 0))
        .column(Column::number("b", "B", 0))
        .column(Column::date("c", "Đến"))
        .row(Row::new(vec![reason("kỳ đầu tiên có số liệu"), reason("không so sánh: phương pháp đã thay đổi"), reason("còn hiệu lực")]));
    let html = render_table(&table, Lang::Vi).into_string();
    assert!(html.contains("<b>[1]</b> kỳ đầu tiên") && html.contains("<b>[2]</b> không so sánh"), "{html}");
    assert!(html.contains("<span class=\"missing\">còn hiệu lực</span>"), "few words stand in the cell: {html}");
    assert!(!html.contains("[*]") && !html.contains("[3]"), "{html}");
}

#[test]
fn a_long_table_can_be_skipped() {
    let mut table = DataTable::new("dai", "Bảng dài").column(Column::header("ten", "Tên"));
    for number in 0..40 {
        table = table.row(Row::new(vec![Cell::text(format!("Đơn vị {number}"))]));
    }
    let html = render_table(&table, Lang::Vi).into_string();
    assert!(html.contains("href=\"#dai-het\"") && html.contains("id=\"dai-het\" tabindex=\"-1\""), "{html}");
    table.rows.truncate(5);
    assert!(!render_table(&table, Lang::Vi).into_string().contains("dai-het"));
}

#[test]
fn a_small_change_that_shows_as_zero_is_no_change() {
    let table =
        DataTable::new("t", "T").column(Column::change("c", "C")).row(Row::new(vec![Cell::change(Decimal::new(1, 3), 1, Better::Higher)]));
    let html = render_table(&table, Lang::Vi).into_string();
    assert!(html.contains("không đổi") && !html.contains("good"), "{html}");
}

#[test]
fn errors_change_the_title_of_the_page() {
    let mut head = PageHead::new("Báo cáo", Lang::Vi, Theme::System, "/bao-cao");
    head.has_errors = true;
    let page = shell::form_page(&head, &Nav::default(), html! {}).into_string();
    assert!(page.contains("<title>Có lỗi: Báo cáo</title>"), "{page}");
}
