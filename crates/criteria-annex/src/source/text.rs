//! Tables pasted as text: tabs between cells, or `|`.

use crate::fault::AnnexFault;
use crate::grid::{Cell, Count, Grid, GridRow, tidy};
use crate::limits;
use crate::wording::{is_code, is_list_mark};

/// Lines that one cell may have.
const MOST_LINES_OF_A_CELL: usize = 200;
/// Lines that a text may have: empty ones and pieces of cells are no rows, but take time.
const MOST_LINES: usize = limits::ROWS * 10;

pub(super) fn read(text: &str) -> Result<Vec<Grid>, AnnexFault> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.bytes().filter(|byte| *byte == b'\n').count() > MOST_LINES {
        return Err(AnnexFault::TooManyRows { limit: limits::ROWS });
    }
    let lines = if text.contains('\t') {
        whole_rows(tabbed(text))
    } else if text.lines().filter(|line| line.matches('|').count() >= 2).count() >= 2 {
        barred(text)
    } else {
        text.lines().enumerate().map(|(index, line)| (index + 1, vec![line.to_owned()])).collect()
    };
    let mut count = Count::default();
    count.table()?;
    let mut grid = Grid { name: "1".to_owned(), ..Grid::default() };
    for (number, fields) in lines {
        if fields.iter().all(|field| field.trim().is_empty()) {
            continue;
        }
        count.row()?;
        let mut cells = Vec::with_capacity(fields.len());
        for field in &fields {
            count.cell(cells.len())?;
            cells.push(Cell { text: tidy(field)?, ..Cell::default() });
        }
        grid.rows.push(GridRow { number, hidden: false, cells });
    }
    Ok(vec![grid])
}

/// Lines cut at tabs, each with the number of its first line. Sheets put cells with line breaks in quotation marks.
fn tabbed(text: &str) -> Vec<(usize, Vec<String>)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut rows = Vec::new();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let number = at + 1;
        let mut fields: Vec<String> = Vec::new();
        let mut rest = Some(*line);
        while let Some(from) = rest {
            let (field, after) = match quoted(from, lines.get(at + 1..).unwrap_or_default()) {
                Some((field, after, more)) => {
                    at += more;
                    (field, after)
                }
                None => match from.split_once('\t') {
                    Some((field, after)) => (field.to_owned(), Some(after)),
                    None => (from.to_owned(), None),
                },
            };
            fields.push(field);
            rest = after;
        }
        rows.push((number, fields));
        at += 1;
    }
    rows
}

/// A cell in quotation marks: its text, what follows the tab behind it, and how many of the lines below it takes. Without
/// a closing mark before a tab or the end of a line, the opening one is a sign like others.
fn quoted<'t>(from: &'t str, below: &[&'t str]) -> Option<(String, Option<&'t str>, usize)> {
    let mut line = from.strip_prefix('"')?;
    let mut field = String::new();
    for taken in 0..=MOST_LINES_OF_A_CELL {
        while let Some((before, after)) = line.split_once('"') {
            field.push_str(before);
            if let Some(after) = after.strip_prefix('"') {
                field.push('"');
                line = after;
            } else if after.is_empty() {
                return Some((field, None, taken));
            } else {
                return after.strip_prefix('\t').map(|after| (field, Some(after), taken));
            }
        }
        field.push_str(line);
        field.push('\n');
        line = below.get(taken)?;
    }
    None
}

/// Word puts every paragraph of a cell on a line of its own, so a row of the table comes in pieces. Pieces are put
/// together where their tabs add up to exactly one row and nothing else speaks against it.
fn whole_rows(mut lines: Vec<(usize, Vec<String>)>) -> Vec<(usize, Vec<String>)> {
    let mut widths = std::collections::BTreeMap::new();
    for (_, fields) in &lines {
        *widths.entry(fields.len()).or_insert(0_usize) += 1;
    }
    let most = widths.iter().filter(|(_, times)| **times > 1).max_by_key(|(width, times)| (**times, **width));
    let Some(width) = most.map(|(width, _)| *width) else { return lines };
    let mut rows: Vec<(usize, Vec<String>)> = Vec::with_capacity(lines.len());
    let mut at = 0;
    while at < lines.len() {
        let pieces = lines.get(at..).map_or(0, |from| pieces_of_a_row(from, width));
        let mut taken = lines.iter_mut().skip(at).take(1 + pieces).map(|(number, fields)| (*number, std::mem::take(fields)));
        if let Some((number, mut fields)) = taken.next() {
            for (_, piece) in taken {
                let mut piece = piece.into_iter();
                if let (Some(last), Some(first)) = (fields.last_mut(), piece.next()) {
                    last.push('\n');
                    last.push_str(&first);
                }
                fields.extend(piece);
            }
            rows.push((number, fields));
        }
        at += 1 + pieces;
    }
    rows
}

/// How many lines below the first one belong to its row.
fn pieces_of_a_row(lines: &[(usize, Vec<String>)], width: usize) -> usize {
    let Some(((_, fields), below)) = lines.split_first() else { return 0 };
    let begins = fields.first().is_some_and(|first| is_code(first));
    if !begins || !(2..width).contains(&fields.len()) {
        return 0;
    }
    let mut together = fields.len();
    for (index, (_, piece)) in below.iter().enumerate().take(MOST_LINES_OF_A_CELL) {
        let first = piece.first().map_or("", |first| first.trim());
        if first.is_empty() || piece.len() > 1 && (is_code(first) || is_list_mark(first)) {
            return 0;
        }
        together += piece.len() - 1;
        if together >= width {
            return if together == width { index + 1 } else { 0 };
        }
    }
    0
}

/// Lines cut at `|`, without the line of dashes below the headings.
fn barred(text: &str) -> Vec<(usize, Vec<String>)> {
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.contains("--") || line.chars().any(|sign| !matches!(sign, '|' | '-' | ':' | '+' | ' ')))
        .map(|(index, line)| {
            let line = line.trim();
            let inner = line.strip_prefix('|').unwrap_or(line);
            let inner = inner.strip_suffix('|').unwrap_or(inner);
            (index + 1, inner.split('|').map(|field| field.trim().to_owned()).collect())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_cells_keep_their_lines() {
        let rows = tabbed("1\t\"a\n\"\"b\"\"\"\t2\n\"x\ty\n3\t4");
        assert_eq!(
            rows,
            [(1, vec!["1".into(), "a\n\"b\"".into(), "2".into()]), (3, vec!["\"x".into(), "y".into()]), (4, vec!["3".into(), "4".into()])]
        );
    }

    #[test]
    fn pieces_of_a_row_are_put_together() {
        let lines = tabbed("1.1\tKế hoạch\t5\t\n1.1.4\tMức độ\nTrên 90%: 2\nDưới 70%: 0\t2\t\n1.2\tBáo cáo\t2\t");
        let rows = whole_rows(lines);
        assert_eq!(rows.len(), 3);
        assert_eq!(rows[1], (2, vec!["1.1.4".into(), "Mức độ\nTrên 90%: 2\nDưới 70%: 0".into(), "2".into(), String::new()]));
    }

    #[test]
    fn rows_whose_last_cells_are_missing_stay_apart() {
        let lines = tabbed("1\tA\t5\tx\n1.1\tKế hoạch\t2\n\tTrên 90%\t2\n\tDưới 70%\t0\n1.2\tB\t3\ty");
        assert_eq!(whole_rows(lines.clone()), lines);
    }
}
