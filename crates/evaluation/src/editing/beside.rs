//! What stands beside the rules of a set: where a subject does not exist, for which blocks a part is, blocks of units, bands of the newest year.

use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, Table, value};

use super::{EditFault, bilingual, document, is_node, nodes};

/// What happens at a leaf whose subject does not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AbsentEdit {
    /// The condition, as formulas are written.
    pub when: String,
    /// A word of the format: `full`, `zero`, `not-applicable`, `move`.
    pub then: String,
    /// Codes of the siblings that take the maximum of a leaf that moves it.
    pub to: Vec<String>,
    /// Whether they take it in proportion to their own maxima; in equal parts otherwise.
    pub by_maximum: bool,
}

/// A block of units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockEdit {
    /// Code.
    pub code: String,
    /// Vietnamese name.
    pub name: String,
}

/// A band of totals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BandEdit {
    /// Code.
    pub code: String,
    /// Vietnamese name.
    pub name: String,
    /// Where it begins, as exact text; the last one has no beginning.
    pub from: Option<String>,
    /// The block that it is for; all of them where nothing is said.
    pub block: Option<String>,
}

fn held<'a>(document: &'a mut DocumentMut, code: &str) -> Result<&'a mut Table, EditFault> {
    nodes(document).iter_mut().find(|table| is_node(table, code)).ok_or_else(|| EditFault::NoSuchNode(code.to_owned()))
}

/// The text with what happens at a leaf whose subject does not exist; nothing takes it out.
///
/// # Errors
/// When there is no such part.
pub fn set_absent(text: &str, code: &str, absent: Option<&AbsentEdit>) -> Result<String, EditFault> {
    let mut document = document(text)?;
    let table = held(&mut document, code)?;
    let Some(absent) = absent else {
        table.remove("absent");
        return Ok(document.to_string());
    };
    // One that is there keeps its place and its comments.
    if table.get("absent").and_then(Item::as_table).is_none() {
        let kept = table.remove("absent").and_then(|item| item.into_table().ok()).unwrap_or_default();
        table.insert("absent", Item::Table(kept));
    }
    let Some(own) = table.get_mut("absent").and_then(Item::as_table_mut) else { return Ok(document.to_string()) };
    let mut put = |key: &str, item: Option<Item>| match item {
        // What stays as it is keeps how it was written.
        Some(item) if own.get(key).is_some_and(|known| known.to_string().trim() == item.to_string().trim()) => {}
        Some(item) => drop(own.insert(key, item)),
        None => drop(own.remove(key)),
    };
    put("when", Some(value(absent.when.as_str())));
    put("then", Some(value(absent.then.as_str())));
    let to: Array = absent.to.iter().map(String::as_str).collect();
    put("to", (!absent.to.is_empty()).then(|| value(to)));
    put("shares", (!absent.to.is_empty() && absent.by_maximum).then(|| value("by-maximum")));
    Ok(document.to_string())
}

/// The text with the blocks that a part is for; none: it is for all.
///
/// # Errors
/// When there is no such part.
pub fn set_blocks_of_node(text: &str, code: &str, blocks: &[String]) -> Result<String, EditFault> {
    let mut document = document(text)?;
    let table = held(&mut document, code)?;
    let known: Vec<&str> =
        table.get("blocks").and_then(Item::as_array).into_iter().flatten().filter_map(toml_edit::Value::as_str).collect();
    if known != blocks {
        if blocks.is_empty() {
            table.remove("blocks");
        } else {
            table.insert("blocks", value(blocks.iter().map(String::as_str).collect::<Array>()));
        }
    }
    Ok(document.to_string())
}

/// A name in both languages; the English one stays where the Vietnamese one did.
fn named(table: &mut Table, name: &str) {
    let of = |key: &str| Some(table.get("name")?.as_table_like()?.get(key)?.as_str()?.to_owned());
    if of("vi").as_deref() != Some(name) {
        let english = of("en").filter(|english| of("vi").as_ref() != Some(english)).unwrap_or_default();
        table.insert("name", bilingual(name, &english));
    }
}

/// Tables of a list, each found again by what names it.
fn rows<T>(known: Option<&ArrayOfTables>, rows: &[T], same: impl Fn(&Table, &T) -> bool, put: impl Fn(&mut Table, &T)) -> ArrayOfTables {
    let mut made = ArrayOfTables::new();
    for row in rows {
        let mut table = known.into_iter().flat_map(ArrayOfTables::iter).find(|table| same(table, row)).cloned().unwrap_or_default();
        put(&mut table, row);
        made.push(table);
    }
    made
}

/// The text with these blocks of units, in this order. Whether one that is gone is still used is judged where the set is read.
///
/// # Errors
/// When the text is no TOML.
pub fn set_blocks(text: &str, blocks: &[BlockEdit]) -> Result<String, EditFault> {
    let mut document = document(text)?;
    let known = document.get("block").and_then(Item::as_array_of_tables).cloned();
    let made = rows(
        known.as_ref(),
        blocks,
        |table, row| is_node(table, &row.code),
        |table, row| {
            table.insert("code", value(row.code.as_str()));
            named(table, &row.name);
        },
    );
    if made.is_empty() {
        document.remove("block");
    } else {
        document.insert("block", Item::ArrayOfTables(made));
    }
    Ok(document.to_string())
}

/// The text with these bands of its newest year, highest first.
///
/// # Errors
/// When the text has no year.
pub fn set_bands(text: &str, bands: &[BandEdit]) -> Result<String, EditFault> {
    let mut document = document(text)?;
    let editions = document.get_mut("edition").and_then(Item::as_array_of_tables_mut);
    let year = |table: &&mut Table| table.get("year").and_then(Item::as_integer).unwrap_or_default();
    let newest = editions.and_then(|editions| editions.iter_mut().max_by_key(year));
    let edition = newest.ok_or_else(|| EditFault::NotToml("edition".to_owned()))?;
    let known = edition.get("band").and_then(Item::as_array_of_tables).cloned();
    let block_of = |table: &Table| table.get("block").and_then(Item::as_str).map(str::to_owned);
    let made = rows(
        known.as_ref(),
        bands,
        |table, row| is_node(table, &row.code) && block_of(table) == row.block,
        |table, row| {
            table.insert("code", value(row.code.as_str()));
            named(table, &row.name);
            match &row.from {
                Some(from) => table.insert("from", value(from.as_str())),
                None => table.remove("from"),
            };
            match &row.block {
                Some(block) => table.insert("block", value(block.as_str())),
                None => table.remove("block"),
            };
            if table.get("basis").is_none() {
                table.insert("basis", value("published"));
            }
        },
    );
    if made.is_empty() {
        edition.remove("band");
    } else {
        edition.insert("band", Item::ArrayOfTables(made));
    }
    Ok(document.to_string())
}

#[cfg(test)]
mod tests {
    use composite_index::AbsentThen;

    use super::*;
    use crate::set::read_set;

    const TEXT: &str = include_str!("../../../../catalogue/criteria/mau-so-2026.toml");

    #[test]
    fn what_happens_without_a_subject_is_changed_and_taken_out() {
        let absent = |then: &str, to: &[&str]| AbsentEdit {
            when: "plan_tasks_set = 0".to_owned(),
            then: then.to_owned(),
            to: to.iter().map(|code| (*code).to_owned()).collect(),
            by_maximum: !to.is_empty(),
        };
        let of = |text: &str| {
            let set = read_set(text).unwrap_or_else(|faults| panic!("{faults:?}"));
            let leaf = set.leaf("1.1.3").unwrap();
            set.definition.nodes[leaf].absent.clone().map(|absent| (absent.when.text().to_owned(), absent.then))
        };
        let zero = set_absent(TEXT, "1.1.3", Some(&absent("zero", &[]))).unwrap();
        assert_eq!(of(&zero), Some(("plan_tasks_set = 0".to_owned(), AbsentThen::Zero)));
        let moved = set_absent(&zero, "1.1.3", Some(&absent("move", &["1.1.1", "1.1.2"]))).unwrap();
        assert!(matches!(of(&moved), Some((_, AbsentThen::MoveTo { siblings, equal: false })) if siblings.len() == 2));
        let back = set_absent(&moved, "1.1.3", Some(&absent("full", &[]))).unwrap();
        assert!(matches!(of(&back), Some((_, AbsentThen::Full))), "what it moved to is gone");
        assert_eq!(of(&set_absent(&back, "1.1.3", None).unwrap()), None);
        assert_eq!(set_absent(TEXT, "9.9.9", None), Err(EditFault::NoSuchNode("9.9.9".to_owned())));
        // What stays as it was leaves the text as it was.
        let set = read_set(TEXT).unwrap();
        let held = set.definition.nodes[set.leaf("1.4").unwrap()].absent.clone().unwrap();
        let same = AbsentEdit { when: held.when.text().to_owned(), then: held.then.word().to_owned(), to: Vec::new(), by_maximum: false };
        assert_eq!(set_absent(TEXT, "1.4", Some(&same)).unwrap(), TEXT);
    }

    #[test]
    fn blocks_and_bands_are_lists_that_keep_their_translations() {
        let block = |code: &str, name: &str| BlockEdit { code: code.to_owned(), name: name.to_owned() };
        let two = set_blocks(TEXT, &[block("so", "Sở, ban, ngành"), block("don-vi", "Đơn vị sự nghiệp")]).unwrap();
        let set = read_set(&two).unwrap();
        let named: Vec<(&str, &str)> = set.definition.blocks.iter().map(|block| (block.code.as_str(), block.name.en.as_str())).collect();
        assert_eq!(named, [("so", "Departments"), ("don-vi", "Đơn vị sự nghiệp")]);
        let only = read_set(&set_blocks_of_node(&two, "1.1.1", &["don-vi".to_owned()]).unwrap()).unwrap();
        let leaf = only.leaf("1.1.1").unwrap();
        assert!(only.is_for(leaf, "don-vi") && !only.is_for(leaf, "so"));
        assert_eq!(set_blocks_of_node(TEXT, "1.1.1", &[]).unwrap(), TEXT);
        let band = |code: &str, name: &str, from: Option<&str>| BandEdit {
            code: code.to_owned(),
            name: name.to_owned(),
            from: from.map(str::to_owned),
            block: None,
        };
        let bands = [band("A", "Nhóm A (mẫu)", Some("92.5")), band("T", "Tốt", Some("70")), band("D", "Nhóm D (mẫu)", None)];
        let set = read_set(&set_bands(TEXT, &bands).unwrap()).unwrap();
        let found = &set.definition.editions.last().unwrap().bands;
        let told: Vec<_> =
            found.iter().map(|band| (band.code.as_str(), band.name.en.as_str(), band.from.map(|from| from.to_string()))).collect();
        assert_eq!(
            told,
            [("A", "Group A (sample)", Some("92.5".to_owned())), ("T", "Tốt", Some("70".to_owned())), ("D", "Group D (sample)", None)]
        );
        assert!(read_set(&set_bands(TEXT, &[]).unwrap()).unwrap().definition.editions.last().unwrap().bands.is_empty());
    }
}
