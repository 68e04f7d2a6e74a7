//! A CSV text (RFC 4180) cut into cells, each row with its line. Small enough not to need a crate.

/// A row: the line it begins on, and its cells without surrounding blanks.
pub(crate) type Row = (usize, Vec<String>);

/// Why a text is no CSV: a quoted cell that does not end, or goes on after its end.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NotCsv {
    pub(crate) line: usize,
}

/// Cuts a text; rows without any text are left out.
pub(crate) fn cut(text: &str) -> Result<Vec<Row>, NotCsv> {
    let mut rows = Vec::new();
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut line = 1;
    let (mut start, mut cells) = (line, Vec::new());
    while !rest.is_empty() {
        let (cell, after) = match rest.trim_start_matches([' ', '\t']).strip_prefix('"') {
            Some(quoted) => quoted_cell(quoted).ok_or(NotCsv { line: start })?,
            None => {
                let end = rest.find([',', '\n', '\r']).unwrap_or(rest.len());
                (rest[..end].to_owned(), &rest[end..])
            }
        };
        line += cell.matches('\n').count();
        cells.push(cell.trim().to_owned());
        let row_ends;
        (rest, row_ends) = match after.strip_prefix(',') {
            // A comma at the very end of the text is followed by one more, empty cell.
            Some("") => {
                cells.push(String::new());
                ("", true)
            }
            Some(next) => (next, false),
            None if after.is_empty() => ("", true),
            None => (after.strip_prefix("\r\n").or_else(|| after.strip_prefix(['\n', '\r'])).ok_or(NotCsv { line: start })?, true),
        };
        if row_ends {
            let whole = std::mem::take(&mut cells);
            if whole.iter().any(|cell| !cell.is_empty()) {
                rows.push((start, whole));
            }
            line += 1;
            start = line;
        }
    }
    Ok(rows)
}

/// The cell after its opening quote, and what follows its closing quote.
fn quoted_cell(text: &str) -> Option<(String, &str)> {
    let (mut cell, mut rest) = (String::new(), text);
    loop {
        let (inside, after) = rest.split_once('"')?;
        cell += inside;
        match after.strip_prefix('"') {
            Some(next) => {
                cell.push('"');
                rest = next;
            }
            None => return Some((cell, after.trim_start_matches([' ', '\t']))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match cut(text) {
            Ok(rows) => rows.iter().map(|(line, cells)| format!("{line}:{}", cells.join("|"))).collect::<Vec<_>>().join(" "),
            Err(fault) => format!("not CSV in line {}", fault.line),
        }
    }

    #[test]
    fn cells_and_lines_are_found() {
        for (text, wanted) in [
            ("a,b\n1,2\n", "1:a|b 2:1|2"),
            ("\u{feff}a,b\r\n\r\n1, 2 ", "1:a|b 3:1|2"),
            ("a,\n,b", "1:a| 2:|b"),
            ("a,", "1:a|"),
            ("\"x, \"\"y\"\"\",b\n", "1:x, \"y\"|b"),
            ("\"one\ntwo\",b\nc,d", "1:one\ntwo|b 3:c|d"),
            (",,\n\na", "3:a"),
            ("", ""),
            ("a\n\"b", "not CSV in line 2"),
            ("a\n\"b\"c\n", "not CSV in line 2"),
        ] {
            assert_eq!(shown(text), wanted, "{text:?}");
        }
    }
}
