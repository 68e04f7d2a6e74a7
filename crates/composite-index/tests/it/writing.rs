//! Laws of writing: what is written reads back as it was, and the same definition has the same text.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use composite_index::{
    AbsentThen, DEFINITION_NODES, Definition, DefinitionRule, FigureKind, Formula, FormulaKind, LeafRule, Role, Text, read_definition,
    write_definition,
};
use rust_decimal::Decimal;

use crate::chance::Chance;
use crate::working::HEAD;
use crate::{golden, points_laws, suite};

/// Every key of the format with another value than the usual one, as the program writes it.
const EVERY_KEY: &str = include_str!("../suite/every-key.toml");

fn read(text: &str) -> Definition {
    read_definition(text).unwrap_or_else(|faults| panic!("{faults:#?}\n{text}"))
}

/// Reading what was written gives the definition again, and writing that gives the text again.
fn holds(name: &str, definition: &Definition) -> String {
    let text = write_definition(definition);
    let again = read_definition(&text).unwrap_or_else(|faults| panic!("{name}: {faults:#?}\n{text}"));
    assert_eq!(&again, definition, "{name}\n{text}");
    assert_eq!(write_definition(&again), text, "{name}");
    text
}

#[test]
fn shipped_definitions_read_back_as_they_were() {
    let definitions = golden::definitions();
    assert!(definitions.len() >= 18, "{}", definitions.len());
    for definition in &definitions {
        holds(&definition.id, definition);
    }
}

#[test]
fn definitions_of_the_suite_read_back_as_they_were() {
    let texts = suite::definition_texts();
    let valid: Vec<(String, Definition)> =
        texts.into_iter().filter_map(|(name, text)| Some((name, read_definition(&text).ok()?))).collect();
    assert!(valid.len() > 100, "{}", valid.len());
    for (name, definition) in &valid {
        holds(name, definition);
    }
}

#[test]
fn every_key_is_written_where_the_text_has_it() {
    assert_eq!(holds("every key", &read(EVERY_KEY)), EVERY_KEY);
}

/// Faults of a strange key name the keys that reading knows at its place, so a stranger in every table asks for every key.
#[test]
fn the_text_with_every_key_leaves_out_none_that_reading_knows() {
    let with_a_stranger = |line: &str| match line.starts_with('[') {
        true => format!("{line}\nstranger = 1\n"),
        false => format!("{}\n", line.replace("{ ", "{ stranger = 1, ")),
    };
    let text = EVERY_KEY.lines().map(with_a_stranger).collect::<String>().replacen("index = ", "stranger = 1\nindex = ", 1);
    let written: BTreeSet<&str> = EVERY_KEY
        .lines()
        .flat_map(|line| match line.strip_prefix('[') {
            Some(heading) => heading.trim_matches(['[', ']']).split('.').collect::<Vec<_>>(),
            None => line.split(" = ").filter_map(|before| before.split(' ').next_back()).collect(),
        })
        .collect();
    let mut known = BTreeSet::new();
    for fault in read_definition(&text).unwrap_err() {
        assert_eq!((fault.rule, fault.subject.as_str()), (DefinitionRule::UnknownKey, "stranger"), "{fault}");
        known.extend(fault.detail.split(", ").map(str::to_owned));
    }
    // What belongs to other programs is known and no part of a definition.
    let left_out: Vec<&str> = known.iter().map(String::as_str).filter(|key| !written.contains(key)).collect();
    assert_eq!(left_out, ["asks", "set"], "{known:?}");
    assert!(known.len() > 90, "{known:?}");
}

#[test]
fn usual_words_and_maxima_that_follow_are_left_out() {
    let spelled_out = EVERY_KEY
        .replacen("rescale = false", "rescale = false\ndirection = \"higher-is-better\"\nrole = \"points\"\nmaximum = \"61.750\"", 1)
        .replace("code = \"cuts\"", "code = \"cuts\"\nmaximum = \"2.0\"")
        .replace("clamp = true", "clamp = true\n[node.absent]\nwhen = \"rate = 1\"\nthen = \"full\"")
        .replace("method = \"z-score\"", "method = \"z-score\"\ntruncate = true\nper = \"1\"\ndenominator = \"cases\"\nwithin = \"all\"");
    let expected = EVERY_KEY
        .replace("clamp = true", "clamp = true\n[node.absent]\nwhen = \"rate = 1\"\nthen = \"full\"")
        .replace("method = \"z-score\"", "denominator = \"cases\"\nmethod = \"z-score\"");
    assert_eq!(holds("spelled out", &read(&spelled_out)), expected);
}

/// Maxima below zero can follow from rules, although no node can state one.
#[test]
fn a_tree_of_deductions_reads_back_as_it_was() {
    let text = format!(
        "{HEAD}[[figure]]\ncode = \"cases\"\n[[node]]\ncode = \"total\"\naggregation = \"sum-of-points\"\n\
         [[node]]\ncode = \"cut\"\nparent = \"total\"\n[node.rule]\nkind = \"per-case\"\nfigure = \"cases\"\nstart = \"-1\"\neach = \"-0.5\"\n"
    );
    let definition = read(&text);
    assert_eq!(definition.nodes[definition.total].maximum, Some(Decimal::NEGATIVE_ONE));
    holds("deductions", &definition);
}

#[test]
fn blanks_that_reading_keeps_are_kept() {
    let text = EVERY_KEY.replace(
        "[[node]]\ncode = \"total\"",
        "[[figure]]\ncode = \"free\"\nkind = \"choice\"\nchoices = [\" a\", \"a\", \"\"]\n\n[[node]]\ncode = \"total\"",
    );
    assert_eq!(holds("blanks", &read(&text)), text);
}

#[test]
fn equal_definitions_have_equal_texts() {
    let other = EVERY_KEY.replace("\"0.25\"", "\"0.2500\"").replace("\"80\"", "\" 80.0 \"").replace("zero_at = \"5\"", "zero_at = \"+5\"");
    assert_ne!(other, EVERY_KEY);
    assert_eq!(read(&other), read(EVERY_KEY));
    assert_eq!(write_definition(&read(&other)), EVERY_KEY);
}

#[test]
fn nodes_in_any_order_of_the_file_keep_their_ids() {
    let (head, rest) = EVERY_KEY.split_once("[[node]]").unwrap();
    let (nodes, tail) = rest.split_once("[[edition]]").unwrap();
    let mut nodes: Vec<&str> = nodes.split("[[node]]").collect();
    let mut chance = Chance::new(71);
    for round in 0..50 {
        chance.shuffle(&mut nodes);
        holds(&format!("order {round}"), &read(&format!("{head}[[node]]{}[[edition]]{tail}", nodes.join("[[node]]"))));
    }
}

/// Codes of all nodes from the total down.
fn codes(definition: &Definition) -> Vec<(&str, usize)> {
    definition.top_down().into_iter().map(|(id, depth)| (definition.nodes[id].code.as_str(), depth)).collect()
}

#[test]
fn children_that_were_put_in_another_order_keep_it() {
    let mut chance = Chance::new(72);
    for _ in 0..50 {
        let mut definition = read(EVERY_KEY);
        for node in &mut definition.nodes {
            chance.shuffle(&mut node.children);
        }
        let text = write_definition(&definition);
        let again = read(&text);
        assert_eq!(codes(&again), codes(&definition));
        assert_eq!(write_definition(&again), text);
    }
}

/// What reading puts right in a definition that was put together by hand is put right by writing already.
#[test]
fn blanks_and_orders_that_reading_mends_are_written_mended() {
    let mut definition = read(EVERY_KEY);
    definition.name = Text { vi: " Mọi khóa\n".into(), en: "\tEvery key ".into() };
    definition.sources[0].url = Some(" https://example.vn ".into());
    definition.editions.reverse();
    for node in &mut definition.nodes {
        node.code = format!(" {}", node.code);
        match &mut node.rule {
            Some(LeafRule::Brackets { brackets, .. }) => brackets.reverse(),
            Some(LeafRule::Formula { formula, .. }) => *formula = Formula::parse(" rate\n", FormulaKind::Number, &|_| Some(0)).unwrap(),
            _ => {}
        }
        if let Some(AbsentThen::MoveTo { siblings, .. }) = node.absent.as_mut().map(|absent| &mut absent.then) {
            siblings.reverse();
        }
    }
    let text = write_definition(&definition);
    assert_eq!(write_definition(&read(&text)), text);
    let expected = EVERY_KEY.replace("if(cases > 5, 3 / cases, 1) + rate / (cases + 50)", "rate");
    assert_eq!(text, expected.replace("to = [\"yes\", \"choice\"]", "to = [\"choice\", \"yes\"]"));
}

#[test]
fn a_tree_as_large_as_the_bound_reads_back_as_it_was() {
    let leaf = |number: usize| format!("[[node]]\ncode = \"n{number}\"\nparent = \"total\"\nmaximum = \"1\"\n");
    let leaves: String = (1..DEFINITION_NODES).map(leaf).collect();
    let definition = read(&format!("{HEAD}[[node]]\ncode = \"total\"\naggregation = \"sum-of-points\"\n{leaves}"));
    assert_eq!(definition.nodes.len(), DEFINITION_NODES);
    holds("large", &definition);
}

#[test]
fn a_node_that_hangs_nowhere_is_written_and_told() {
    let mut definition = read(EVERY_KEY);
    definition.nodes[definition.total].children.reverse();
    let means = definition.node("means").unwrap();
    definition.nodes[definition.total].children.retain(|child| *child != means);
    definition.nodes[means].parent = None;
    let faults = read_definition(&write_definition(&definition)).unwrap_err();
    assert!(faults.iter().any(|fault| fault.rule == DefinitionRule::OneTotal), "{faults:?}");
}

#[test]
fn maxima_that_were_changed_and_do_not_add_up_are_told() {
    let mut definition = read(EVERY_KEY);
    let survey = definition.node("survey").unwrap();
    definition.nodes[survey].maximum = Some(Decimal::TWO);
    let faults = read_definition(&write_definition(&definition)).unwrap_err();
    assert_eq!(faults.iter().map(|fault| (fault.rule, fault.subject.as_str())).collect::<Vec<_>>(), [(DefinitionRule::Maximum, "total")]);
    let total = definition.total;
    definition.nodes[total].maximum = None;
    assert_eq!(read(&write_definition(&definition)).nodes[total].maximum, Some(Decimal::new(5375, 2)));
}

/// A text of chance without blanks around it, with all that has a meaning in TOML.
fn hostile(chance: &mut Chance) -> String {
    const PARTS: [&str; 24] = [
        "\"", "'", "\\", "\n", "\r", "\r\n", "\t", "\0", "\u{1b}", "\u{7f}", "\u{85}", "\u{feff}", "\u{2028}", "\"\"\"", "'''", "]", "}",
        "#", "=", "\\u00e9", "ổ", "😀", " ", "a",
    ];
    loop {
        let text: String = (0..1 + chance.below(12)).map(|_| chance.pick(&PARTS)).collect();
        if !text.trim().is_empty() {
            return text.trim().to_owned();
        }
    }
}

#[test]
fn texts_of_any_kind_read_back_as_they_were() {
    let mut chance = Chance::new(73);
    let ever = read(EVERY_KEY);
    for round in 0..400 {
        let mut definition = if round % 2 == 0 { ever.clone() } else { points_laws::everything() };
        let mut both = || Text { vi: hostile(&mut chance), en: hostile(&mut chance) };
        (definition.name, definition.short_name, definition.summary) = (both(), both(), both());
        for node in &mut definition.nodes {
            node.name = Some(both());
            node.indicator = Some(both().vi);
        }
        for (position, figure) in definition.figures.iter_mut().enumerate() {
            (figure.name, figure.unit) = (Some(both()), Some(both().en));
            if let FigureKind::Choice(choices) = &mut figure.kind {
                choices.iter_mut().enumerate().for_each(|(choice, code)| *code = format!("{}{position}{choice}", both().vi));
            }
        }
        for edition in &mut definition.editions {
            (edition.note, edition.data) = (Some(both()), Some(both().vi));
            edition.units_as_of = NaiveDate::from_ymd_opt(2024, 2, 29);
            for band in &mut edition.bands {
                (band.name, band.code) = (both(), format!("{}{}", both().vi, band.code));
            }
            edition.known_exceptions.iter_mut().for_each(|known| (known.text, known.unit) = (both(), Some(both().vi)));
        }
        definition.breaks.iter_mut().for_each(|found| found.text = both());
        for source in &mut definition.sources {
            (source.title, source.note, source.url) = (both(), Some(both().vi), Some(both().en));
            (source.issuer, source.licence) = (both().vi, both().en);
        }
        for node in &mut definition.nodes {
            node.code = format!("{}{}", both().vi, node.code);
        }
        holds(&format!("round {round}"), &definition);
    }
}

#[test]
fn numbers_of_any_size_read_back_as_they_were() {
    let mut chance = Chance::new(74);
    for round in 0..200 {
        let mut definition = read(EVERY_KEY);
        let mut number = |most_digits: usize| {
            let digits = u32::try_from(chance.below(29)).unwrap();
            let all = Decimal::from_i128_with_scale(i128::from(chance.next()) << chance.below(32), digits);
            if chance.below(most_digits) == 0 { all.round_dp(0) } else { all }
        };
        for node in &mut definition.nodes {
            node.cap = Some(number(3));
            node.floor = Some(-number(3));
            // A bonus has no point below zero and a penalty none above.
            let (low, high) = (-number(4), number(4));
            // Nor does a leaf have more points than its maximum, and the points of a rule are in no column.
            if node.rule.as_ref().is_some_and(|rule| !matches!(rule, LeafRule::External)) {
                continue;
            }
            let high = node.maximum.map_or(high, |maximum| high.min(maximum));
            node.range = Some(match node.role {
                Role::Points => (low, high),
                Role::Bonus => (Decimal::ZERO, high),
                Role::Penalty => (low, Decimal::ZERO),
            });
        }
        for edition in &mut definition.editions {
            edition.tolerance = Some(number(2));
        }
        holds(&format!("round {round}"), &definition);
    }
}
