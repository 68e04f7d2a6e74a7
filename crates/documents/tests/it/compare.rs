//! What rows that are brought would change.

use documents::exchange::{CellChange, Changed, Difference, DifferenceFault, ReadOptions, Side, Value, compare, read};
use ui::Lang;

use crate::made::{Chance, XLSX, full_task, opened, plan, task, xlsx_of};
use crate::sample::decimal;

fn row(values: &[&str]) -> Vec<Value> {
    let value = |text: &&str| text.parse().map_or_else(|_| Value::text(*text), Value::Figure);
    values.iter().map(value).collect()
}

#[test]
fn rows_are_added_changed_unchanged_or_absent() {
    let stored = [row(&["a", "1.0", "x"]), row(&["b", "2", "x"]), row(&["c", "3", ""])];
    let brought = [row(&["c", "3.000", "y"]), row(&["d", "4", "x"]), row(&["a", "1.00", "x"])];
    let difference = compare(&stored, &brought, &[0], &[0, 1, 2]).unwrap();
    let change = CellChange { column: 2, before: Value::Empty, after: Value::text("y") };
    assert_eq!(
        difference,
        Difference {
            added: vec![1],
            changed: vec![Changed { stored: 2, brought: 0, cells: vec![change] }],
            unchanged: vec![(0, 2)],
            absent: vec![1],
        }
    );
    assert!(!difference.changes_nothing());
    // A column that the file does not have is not touched.
    assert_eq!(compare(&stored, &brought, &[0], &[0, 1]).unwrap().changed, []);
}

#[test]
fn keys_of_several_columns_and_figures() {
    let stored = [row(&["a", "1", "x"]), row(&["a", "2", "x"])];
    let brought = [row(&["a", "2.0", "z"]), row(&["b", "1", "x"])];
    let difference = compare(&stored, &brought, &[0, 1], &[0, 1, 2]).unwrap();
    assert_eq!((difference.added, difference.absent, difference.changed.len()), (vec![1], vec![0], 1));
}

#[test]
fn rows_that_cannot_be_told_apart_are_all_named() {
    let stored = [row(&["a", "1"]), row(&["", "2"]), row(&["a", "3"])];
    let brought = [row(&["b", "1"]), row(&["b", "1"])];
    assert_eq!(
        compare(&stored, &brought, &[0], &[1]).unwrap_err(),
        [
            DifferenceFault::EmptyKey { side: Side::Stored, row: 1 },
            DifferenceFault::SameKey { side: Side::Stored, first: 0, row: 2 },
            DifferenceFault::SameKey { side: Side::Brought, first: 0, row: 1 },
        ]
    );
    assert_eq!(compare(&stored, &brought, &[], &[1]).unwrap_err(), [DifferenceFault::NoKey]);
}

#[test]
fn applying_the_difference_gives_what_was_brought() {
    let mut chance = Chance(9);
    for _ in 0..200 {
        let mut rows = || -> Vec<Vec<Value>> {
            let mut keys: Vec<u64> = (0..12).filter(|_| chance.below(2) == 0).collect();
            keys.reverse();
            keys.iter().map(|key| row(&[&format!("k{key}"), &chance.below(3).to_string(), *chance.one_of(&["", "x", "y"])])).collect()
        };
        let (stored, brought) = (rows(), rows());
        let difference = compare(&stored, &brought, &[0], &[0, 1, 2]).unwrap();
        let mut result: Vec<Vec<Value>> = stored.clone();
        for changed in &difference.changed {
            for cell in &changed.cells {
                assert_eq!(result[changed.stored][cell.column], cell.before);
                result[changed.stored][cell.column] = cell.after.clone();
            }
        }
        let mut result: Vec<Vec<Value>> =
            result.into_iter().enumerate().filter(|(index, _)| !difference.absent.contains(index)).map(|(_, row)| row).collect();
        result.extend(difference.added.iter().map(|index| brought[*index].clone()));
        result.sort();
        let mut wanted = brought.clone();
        wanted.sort();
        assert_eq!(result, wanted);
        assert_eq!(difference.added.len() + difference.changed.len() + difference.unchanged.len(), brought.len());
    }
}

#[test]
fn a_file_is_compared_with_what_is_stored() {
    let format = plan();
    let mut changed = full_task();
    changed[5] = Value::Figure(decimal("1234.50"));
    changed[8] = Value::text("khác");
    let bytes = xlsx_of(&format, &[changed, task("2", "Mới")], Lang::Vi);
    let read = read(&opened(XLSX, &bytes).unwrap(), &format, &ReadOptions::default());
    // What is stored was typed in another form of the same letters.
    let mut stored = full_task();
    stored[1] = Value::text(" Ra\u{300} soát thủ tục hành chính");
    let difference = read.compare(&format, &[stored, task("3", "Cũ")]).unwrap();
    assert_eq!((difference.added, difference.absent), (vec![1], vec![1]));
    assert_eq!(difference.changed.len(), 1);
    assert_eq!(difference.changed[0].cells.iter().map(|cell| cell.column).collect::<Vec<_>>(), [8]);
}
