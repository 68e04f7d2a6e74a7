//! Contrast of the token pairs, computed from the style sheets, for light and dark.

use std::collections::BTreeMap;

const LIGHT: &str = include_str!("../assets/css/tokens-light.css");
const DARK: &str = include_str!("../assets/css/tokens-dark.css");

fn tokens(css: &str) -> BTreeMap<&str, [f64; 3]> {
    css.lines()
        .filter_map(|line| {
            let (name, value) = line.trim().strip_prefix("--")?.trim_end_matches(';').split_once(": #")?;
            let part = |from: usize| u8::from_str_radix(value.get(from..from + 2)?, 16).ok().map(f64::from);
            Some((name, [part(0)?, part(2)?, part(4)?]))
        })
        .collect()
}

fn luminance(colour: [f64; 3]) -> f64 {
    let [r, g, b] = colour.map(|part| {
        let part = part / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

fn contrast(a: [f64; 3], b: [f64; 3]) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Text on its ground: at least 4.5 to 1.
const TEXT: [(&str, &str); 43] = [
    ("ink", "bg"),
    ("ink", "paper"),
    ("ink", "line"),
    ("ink", "info-soft"),
    ("ink", "ok-soft"),
    ("ink", "warn-soft"),
    ("ink", "bad-soft"),
    ("ink-2", "bg"),
    ("ink-2", "paper"),
    ("ink-2", "info-soft"),
    ("link", "bg"),
    ("link", "paper"),
    ("link", "info-soft"),
    ("link", "ok-soft"),
    ("link", "warn-soft"),
    ("link", "bad-soft"),
    ("on-button", "button"),
    ("on-button", "button-2"),
    ("on-head", "head"),
    ("on-head-2", "head"),
    ("accent", "bg"),
    ("accent", "paper"),
    ("accent", "info-soft"),
    ("info", "bg"),
    ("info", "info-soft"),
    ("ok", "bg"),
    ("ok", "paper"),
    ("ok", "info-soft"),
    ("ok", "ok-soft"),
    ("warn", "bg"),
    ("warn", "warn-soft"),
    ("bad", "bg"),
    ("bad", "paper"),
    ("bad", "info-soft"),
    ("bad", "bad-soft"),
    ("ht1", "h1"),
    ("ht2", "h2"),
    ("ht3", "h3"),
    ("ht4", "h4"),
    ("ht5", "h5"),
    ("c1", "bg"),
    ("c2", "bg"),
    ("c3", "bg"),
];

/// Graphics, borders of fields and the focus ring: at least 3 to 1.
const GRAPHICS: [(&str, &str); 14] = [
    ("line-2", "bg"),
    ("line-2", "paper"),
    ("focus", "bg"),
    ("focus", "paper"),
    ("focus", "info-soft"),
    ("focus", "bad-soft"),
    ("focus", "warn-soft"),
    ("c0", "bg"),
    ("c1", "bg"),
    ("c2", "bg"),
    ("c4", "bg"),
    ("bar", "bg"),
    ("c1", "bar"),
    ("button", "bg"),
];

#[test]
fn both_sheets_name_the_same_tokens() {
    let names = |css| tokens(css).into_keys().collect::<Vec<_>>();
    assert_eq!(names(LIGHT), names(DARK));
}

#[test]
fn text_and_graphics_stand_out() {
    let mut faults = Vec::new();
    for (sheet, css) in [("light", LIGHT), ("dark", DARK)] {
        let tokens = tokens(css);
        for (pairs, least) in [(&TEXT[..], 4.5), (&GRAPHICS[..], 3.0)] {
            for (front, ground) in pairs {
                let reached = contrast(tokens[front], tokens[ground]);
                if reached < least {
                    faults.push(format!("{sheet}: {front} on {ground} is {reached:.2}, needs {least}"));
                }
            }
        }
        // The focus ring in the head has a colour of its own.
        let ring = contrast([255.0, 197.0, 138.0], tokens["head"]);
        assert!(ring >= 3.0, "{sheet}: focus ring in the head {ring:.2}");
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_measure_is_the_one_of_wcag() {
    assert!((contrast([0.0; 3], [255.0; 3]) - 21.0).abs() < 1e-9);
}
