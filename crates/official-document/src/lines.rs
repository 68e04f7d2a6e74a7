//! Breaking a text into lines.

use crate::face::{Face, Faces};
use crate::model::Run;

/// What the width of a line may be beyond its room, so that sums of widths do not push out a word that fits.
const SLACK: f32 = 0.05;
/// After these a long word may be broken: addresses, symbols, paths.
const JOINTS: [char; 9] = ['/', '-', '_', '.', '&', '?', '=', ',', '–'];

/// Letters of one face beside each other.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fragment {
    pub(crate) face: Face,
    pub(crate) text: String,
    pub(crate) width: f32,
}

/// One line of a text.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Line {
    pub(crate) fragments: Vec<Fragment>,
    pub(crate) width: f32,
    /// Whether it is the last before a break that was asked for; such a line is not stretched.
    pub(crate) last: bool,
    /// Whether the blank behind its last word fell away at its end.
    pub(crate) blank: bool,
}

impl Line {
    /// Number of blanks that can be stretched.
    pub(crate) fn blanks(&self) -> usize {
        self.fragments.iter().flat_map(|fragment| fragment.text.chars()).filter(|letter| *letter == ' ').count()
    }

    fn push(&mut self, faces: &Faces, face: Face, letter: char, size: f32) {
        let width = faces.glyph(face, letter).advance * size;
        self.width += width;
        match self.fragments.last_mut() {
            Some(last) if last.face == face => {
                last.text.push(letter);
                last.width += width;
            }
            _ => self.fragments.push(Fragment { face, text: letter.to_string(), width }),
        }
    }
}

/// What stands before a word.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Gap {
    None,
    Blanks(Face, usize),
    Break,
}

#[derive(Debug)]
struct Word {
    gap: Gap,
    letters: Vec<(Face, char)>,
    width: f32,
}

/// Breaks runs into lines, each as full as it can be; the first line may have another width than the rest.
///
/// There is at least one line. A word that fits into no line is broken where it must be.
pub(crate) fn break_lines(faces: &Faces, runs: &[Run], size: f32, first: f32, rest: f32) -> Vec<Line> {
    // A width of nothing would break before every letter for ever.
    let (first, rest) = (first.max(size), rest.max(size));
    let mut lines = Vec::new();
    let mut line = Line::default();
    for word in words(faces, runs, size) {
        let room = |lines: &Vec<Line>| if lines.is_empty() { first } else { rest } + SLACK;
        let gap = match word.gap {
            Gap::Break => {
                line.last = true;
                lines.push(std::mem::take(&mut line));
                None
            }
            Gap::Blanks(face, count) if !line.fragments.is_empty() => Some((face, count)),
            Gap::Blanks(..) | Gap::None => None,
        };
        let gap_width = gap.map_or(0.0, |(face, count)| faces.width(face, " ", size) * count as f32);
        if !line.fragments.is_empty() && line.width + gap_width + word.width > room(&lines) {
            line.blank = gap.is_some();
            lines.push(std::mem::take(&mut line));
        } else if let Some((face, count)) = gap {
            (0..count).for_each(|_| line.push(faces, face, ' ', size));
        }
        for (face, letter) in word.letters {
            let width = faces.glyph(face, letter).advance * size;
            if !line.fragments.is_empty() && line.width + width > room(&lines) {
                lines.push(std::mem::take(&mut line));
            }
            line.push(faces, face, letter, size);
        }
    }
    line.last = true;
    lines.push(line);
    lines
}

/// Width of the longest word.
pub(crate) fn widest_word(faces: &Faces, runs: &[Run], size: f32) -> f32 {
    words(faces, runs, size).iter().map(|word| word.width).fold(0.0, f32::max)
}

fn words(faces: &Faces, runs: &[Run], size: f32) -> Vec<Word> {
    let mut words = Vec::new();
    let mut word = Word { gap: Gap::None, letters: Vec::new(), width: 0.0 };
    // From this length on a word may be broken at its joints: leaving it whole would tear open the line before it.
    let long = 20.0 * size / 2.0;
    for run in runs {
        let face = Face::of(run);
        for letter in run.text.chars() {
            let next = match (letter, word.gap) {
                ('\n', _) => Some(Gap::Break),
                (' ', Gap::Blanks(face, count)) if word.letters.is_empty() => {
                    word.gap = Gap::Blanks(face, count + 1);
                    continue;
                }
                // Blanks at the beginning of a line show nothing.
                (' ', Gap::Break) if word.letters.is_empty() => continue,
                (' ', _) => Some(Gap::Blanks(face, 1)),
                _ => None,
            };
            if let Some(gap) = next {
                // Blanks before a break vanish with it.
                if !(word.letters.is_empty() && matches!(word.gap, Gap::Blanks(..))) {
                    words.push(word);
                }
                word = Word { gap, letters: Vec::new(), width: 0.0 };
                continue;
            }
            word.letters.push((face, letter));
            word.width += faces.glyph(face, letter).advance * size;
            if JOINTS.contains(&letter) && word.width > long {
                words.push(std::mem::replace(&mut word, Word { gap: Gap::None, letters: Vec::new(), width: 0.0 }));
            }
        }
    }
    if !word.letters.is_empty() || word.gap == Gap::Break {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(runs: &[Run], first: f32, rest: f32) -> Vec<String> {
        let lines = break_lines(Faces::get().unwrap(), runs, 14.0, first, rest);
        for (index, line) in lines.iter().enumerate() {
            assert!(line.width <= if index == 0 { first } else { rest }.max(14.0) + 0.1, "{line:?}");
        }
        lines.iter().map(|line| line.fragments.iter().map(|fragment| fragment.text.as_str()).collect()).collect()
    }

    #[test]
    fn words_stay_whole_and_blanks_end_no_line() {
        let runs = [Run::plain("Căn cứ Luật "), Run::bold("Tổ chức"), Run::plain(" chính quyền   địa phương")];
        assert_eq!(broken(&runs, 80.0, 115.0), ["Căn cứ Luật", "Tổ chức chính", "quyền   địa phương"]);
        assert_eq!(broken(&[Run::plain(" a \n  b\n\nc ")], 90.0, 90.0), ["a", "b", "", "c"]);
        assert_eq!(broken(&[], 90.0, 90.0), [""]);
    }

    #[test]
    fn a_word_over_two_faces_is_one_word() {
        let runs = [Run::plain("một hai "), Run::bold("ba"), Run::plain("bốn")];
        assert_eq!(broken(&runs, 70.0, 70.0), ["một hai", "babốn"]);
    }

    #[test]
    fn a_word_that_fits_nowhere_is_broken() {
        let lines = broken(&[Run::plain("W".repeat(1000))], 50.0, 100.0);
        assert_eq!(lines.concat(), "W".repeat(1000));
        let lines = broken(&[Run::plain(format!("xem https://vi-du.example/{}", "thu-muc/".repeat(10)))], 200.0, 200.0);
        assert!(lines[1].ends_with(['/', '-', '.']), "{lines:?}");
        assert!(broken(&[Run::plain("abc")], 0.0, -5.0).len() <= 3);
    }
}
