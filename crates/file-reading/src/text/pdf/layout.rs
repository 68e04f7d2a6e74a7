//! Places on the page become blanks and lines.
//!
//! The order of the file is kept, which is the reading order of documents made by office programs and
//! browsers, also with columns and tables.

/// A gap of this part of the size of letters is a blank.
const BLANK: f64 = 0.17;
/// A gap of so many sizes is another column or cell.
const CELL: f64 = 2.0;
/// A step across the line of this part of the size begins another line.
const LINE: f64 = 0.5;

/// A point of the page with the direction of writing and the size of letters there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    pub(super) x: f64,
    pub(super) y: f64,
    /// Unit vector in which the line runs.
    pub(super) along: (f64, f64),
    pub(super) size: f64,
}

/// The lines of a page.
#[derive(Debug, Default)]
pub(super) struct Lines {
    text: String,
    /// Where the last sign ended.
    last: Option<Place>,
    most: usize,
}

impl Lines {
    /// Lines of at most so many bytes; what is beyond is left out.
    pub(super) fn up_to(most: usize) -> Self {
        Self { most, ..Self::default() }
    }

    /// Adds letters that begin at one place and end at another.
    pub(super) fn add(&mut self, letters: &str, from: Place, to: Place) {
        if self.text.len() + letters.len() > self.most {
            return;
        }
        if let Some(last) = self.last
            && !self.text.is_empty()
        {
            let (right, up) = (from.x - last.x, from.y - last.y);
            let ahead = right * last.along.0 + up * last.along.1;
            let aside = (up * last.along.0 - right * last.along.1).abs();
            let size = last.size.max(from.size).max(0.001);
            let turned = last.along.0 * from.along.0 + last.along.1 * from.along.1 < 0.9;
            // Raised and lowered signs are small and stay on the line.
            if turned || aside > LINE * size || ahead < -size {
                self.break_line();
            } else if ahead > CELL * size {
                self.text.push('\t');
            } else if ahead > BLANK * last.size.min(from.size) && !self.text.ends_with([' ', '\n', '\t']) && !letters.starts_with(' ') {
                self.text.push(' ');
            }
        }
        self.text.push_str(letters);
        self.last = Some(to);
    }

    /// Says that signs that were not added reach to here.
    pub(super) fn reach(&mut self, to: Place) {
        if self.last.is_some() {
            self.last = Some(to);
        }
    }

    /// Ends the line.
    pub(super) fn break_line(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
        self.last = None;
    }

    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    pub(super) fn text(self) -> String {
        self.text
    }
}
