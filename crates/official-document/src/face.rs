//! The four faces of the font: which glyph a letter has and how wide it is.
//!
//! The widths are those of Times New Roman, so that they also tell where Word breaks a line.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::DocumentFault;
use crate::model::Run;

/// What stands for a letter that the font does not have.
const UNKNOWN: char = '□';

/// Distance from one line to the next, as Word sets Times New Roman: ascent, descent and gap of the font.
const LINE: f32 = 1.15;
/// Distance from the top of a line to the feet of its letters.
const ASCENT: f32 = 0.9125;

/// A face of the font.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Face {
    Regular,
    Bold,
    Italic,
    BoldItalic,
}

impl Face {
    pub(crate) const ALL: [Self; 4] = [Self::Regular, Self::Bold, Self::Italic, Self::BoldItalic];

    pub(crate) const fn of(run: &Run) -> Self {
        match (run.bold, run.italic) {
            (false, false) => Self::Regular,
            (true, false) => Self::Bold,
            (false, true) => Self::Italic,
            (true, true) => Self::BoldItalic,
        }
    }

    /// The file of the face.
    pub(crate) const fn bytes(self) -> &'static [u8] {
        match self {
            Self::Regular => include_bytes!("../fonts/cchc-serif-regular.ttf"),
            Self::Bold => include_bytes!("../fonts/cchc-serif-bold.ttf"),
            Self::Italic => include_bytes!("../fonts/cchc-serif-italic.ttf"),
            Self::BoldItalic => include_bytes!("../fonts/cchc-serif-bolditalic.ttf"),
        }
    }

    /// Name of the face in files.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Regular => "CCHCSerif-Regular",
            Self::Bold => "CCHCSerif-Bold",
            Self::Italic => "CCHCSerif-Italic",
            Self::BoldItalic => "CCHCSerif-BoldItalic",
        }
    }
}

/// Distance from one line of letters of this size to the next, in points.
pub(crate) fn line_height(size: f32) -> f32 {
    size * LINE
}

/// Distance from the top of a line of this height to the feet of its letters; what the line has beyond its letters
/// stands above them, as in Word.
pub(crate) fn ascent(size: f32, height: f32) -> f32 {
    height - size * (LINE - ASCENT)
}

/// A glyph, and its width for letters of size 1.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Glyph {
    pub(crate) id: u16,
    pub(crate) advance: f32,
}

/// Measures of a face for letters of size 1.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measures {
    pub(crate) ascender: f32,
    pub(crate) descender: f32,
    pub(crate) capital: f32,
    pub(crate) italic_angle: f32,
    /// The box around all letters: left, bottom, right, top.
    pub(crate) bounds: [f32; 4],
}

#[derive(Debug)]
struct Read {
    glyphs: BTreeMap<char, Glyph>,
    measures: Measures,
}

/// All four faces.
#[derive(Debug)]
pub(crate) struct Faces([Read; 4]);

impl Faces {
    /// The faces, read once.
    ///
    /// # Errors
    ///
    /// [`DocumentFault::Font`] if the files inside the program are damaged.
    pub(crate) fn get() -> Result<&'static Self, DocumentFault> {
        static FACES: LazyLock<Option<Faces>> = LazyLock::new(|| {
            let [a, b, c, d] = Face::ALL.map(read);
            Some(Faces([a?, b?, c?, d?]))
        });
        FACES.as_ref().ok_or(DocumentFault::Font("CCHC Serif"))
    }

    pub(crate) fn glyph(&self, face: Face, letter: char) -> Glyph {
        let glyphs = &self.face(face).glyphs;
        glyphs.get(&letter).or_else(|| glyphs.get(&UNKNOWN)).copied().unwrap_or(Glyph { id: 0, advance: 0.5 })
    }

    pub(crate) const fn measures(&self, face: Face) -> Measures {
        self.face(face).measures
    }

    /// Width of a text on one line, in points.
    pub(crate) fn width(&self, face: Face, text: &str, size: f32) -> f32 {
        text.chars().map(|letter| self.glyph(face, letter).advance).sum::<f32>() * size
    }

    const fn face(&self, face: Face) -> &Read {
        let [regular, bold, italic, bold_italic] = &self.0;
        match face {
            Face::Regular => regular,
            Face::Bold => bold,
            Face::Italic => italic,
            Face::BoldItalic => bold_italic,
        }
    }
}

fn read(face: Face) -> Option<Read> {
    let font = ttf_parser::Face::parse(face.bytes(), 0).ok()?;
    let em = f32::from(font.units_per_em());
    let part = |units: i16| f32::from(units) / em;
    let mut glyphs = BTreeMap::new();
    for table in font.tables().cmap?.subtables {
        table.codepoints(|code| {
            let found = char::from_u32(code).zip(table.glyph_index(code));
            if let Some((letter, id)) = found.filter(|_| table.is_unicode()) {
                let advance = f32::from(font.glyph_hor_advance(id).unwrap_or_default()) / em;
                glyphs.insert(letter, Glyph { id: id.0, advance });
            }
        });
    }
    let bounds = font.global_bounding_box();
    let measures = Measures {
        ascender: part(font.ascender()),
        descender: part(font.descender()),
        capital: part(font.capital_height()?),
        italic_angle: font.italic_angle(),
        bounds: [bounds.x_min, bounds.y_min, bounds.x_max, bounds.y_max].map(part),
    };
    Some(Read { glyphs, measures })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LETTERS: &str = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệfghiìỉĩíịjklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvwxyỳỷỹýỵz";

    #[test]
    fn every_vietnamese_letter_is_in_every_face() {
        let faces = Faces::get().unwrap();
        for face in Face::ALL {
            let unknown = faces.glyph(face, UNKNOWN).id;
            assert_ne!(unknown, 0, "{face:?} has a glyph for what it does not have");
            for letter in LETTERS.chars().chain(LETTERS.to_uppercase().chars()).chain("0123456789–—…“”‘’≥≤→₫%/()".chars())
            {
                assert_ne!(faces.glyph(face, letter).id, unknown, "{face:?} {letter}");
            }
        }
    }

    #[test]
    fn widths_are_those_of_times_new_roman() {
        let faces = Faces::get().unwrap();
        let width = faces.width(Face::Bold, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12.0);
        assert!((width - 250.34).abs() < 0.1, "{width}");
    }
}
