//! The fonts of a file: of each face the letters that are used.

use std::collections::BTreeMap;
use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Filter, Finish, Name, Pdf, Rect, Ref, Str};
use subsetter::GlyphRemapper;

use super::file::Numbers;
use crate::DocumentFault;
use crate::face::{Face, Faces};

/// Codes are places in the font; the format knows no other order for them.
const SYSTEM: SystemInfo<'static> = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

/// What is used of each face.
#[derive(Debug, Default)]
pub(super) struct Letters([Used; 4]);

#[derive(Debug, Default)]
struct Used {
    glyphs: GlyphRemapper,
    /// For each code the letter it stands for, and its width for letters of size 1.
    letters: BTreeMap<u16, (char, f32)>,
}

impl Letters {
    /// The code of a letter.
    pub(super) fn code(&mut self, faces: &Faces, face: Face, letter: char) -> u16 {
        let glyph = faces.glyph(face, letter);
        let used = self.used(face);
        let code = used.glyphs.remap(glyph.id);
        used.letters.entry(code).or_insert((readable(letter), glyph.advance));
        code
    }

    /// The code of a letter whose glyph stands for another letter: of one that the font does not have.
    pub(super) fn foreign(&mut self, faces: &Faces, face: Face, letter: char) -> Option<u16> {
        let code = self.code(faces, face, letter);
        let known = self.used(face).letters.get(&code).map(|(known, _)| *known);
        (known != Some(readable(letter))).then_some(code)
    }

    /// Writes the fonts that are used; their numbers.
    pub(super) fn write(self, pdf: &mut Pdf, numbers: &mut Numbers, faces: &Faces) -> Result<Vec<(Face, Ref)>, DocumentFault> {
        let mut written = Vec::new();
        for (face, used) in Face::ALL.into_iter().zip(self.0) {
            if !used.letters.is_empty() {
                let id = numbers.next();
                used.write(pdf, numbers, faces, face, id)?;
                written.push((face, id));
            }
        }
        Ok(written)
    }

    const fn used(&mut self, face: Face) -> &mut Used {
        let [regular, bold, italic, bold_italic] = &mut self.0;
        match face {
            Face::Regular => regular,
            Face::Bold => bold,
            Face::Italic => italic,
            Face::BoldItalic => bold_italic,
        }
    }
}

impl Used {
    fn write(&self, pdf: &mut Pdf, numbers: &mut Numbers, faces: &Faces, face: Face, id: Ref) -> Result<(), DocumentFault> {
        let (cid, descriptor, file, unicode) = (numbers.next(), numbers.next(), numbers.next(), numbers.next());
        let name = format!("{}+{}", self.tag(), face.name());
        let name = Name(name.as_bytes());
        let mut font = pdf.type0_font(id);
        font.base_font(name).encoding_predefined(Name(b"Identity-H")).descendant_font(cid).to_unicode(unicode);
        font.finish();

        let mut described = pdf.cid_font(cid);
        described.subtype(CidFontType::Type2).base_font(name).system_info(SYSTEM).font_descriptor(descriptor);
        described.default_width(0.0).cid_to_gid_map_predefined(Name(b"Identity"));
        let mut widths = described.widths();
        for (code, (_, advance)) in &self.letters {
            widths.consecutive(*code, [thousandths(*advance)]);
        }
        widths.finish();
        described.finish();

        let measures = faces.measures(face);
        let [left, bottom, right, top] = measures.bounds.map(thousandths);
        let italic = matches!(face, Face::Italic | Face::BoldItalic);
        let bold = matches!(face, Face::Bold | Face::BoldItalic);
        let mut flags = FontFlags::SERIF | FontFlags::SYMBOLIC;
        flags.set(FontFlags::ITALIC, italic);
        pdf.font_descriptor(descriptor)
            .name(name)
            .flags(flags)
            .bbox(Rect::new(left, bottom, right, top))
            .italic_angle(measures.italic_angle)
            .ascent(thousandths(measures.ascender))
            .descent(thousandths(measures.descender))
            .cap_height(thousandths(measures.capital))
            // The font does not tell how thick its stems are; no reader that has the font asks.
            .stem_v(if bold { 140.0 } else { 80.0 })
            .font_file2(file);

        let subset = subsetter::subset(face.bytes(), 0, &self.glyphs).map_err(|_| DocumentFault::Font(face.name()))?;
        let bytes = deflated(&subset)?;
        let mut stream = pdf.stream(file, &bytes);
        stream.filter(Filter::FlateDecode);
        stream.pair(Name(b"Length1"), subset.len() as i32);
        stream.finish();

        let mut map = UnicodeCmap::new(Name(b"Letters"), SYSTEM);
        for (code, (letter, _)) in &self.letters {
            map.pair(*code, *letter);
        }
        let bytes = deflated(&map.finish())?;
        pdf.cmap(unicode, &bytes).name(Name(b"Letters")).system_info(SYSTEM).filter(Filter::FlateDecode);
        Ok(())
    }

    /// Six letters that tell this choice of letters from others of the same face.
    fn tag(&self) -> String {
        // FNV-1a over the glyphs.
        let hash = self
            .glyphs
            .remapped_gids()
            .fold(0xCBF2_9CE4_8422_2325_u64, |hash, glyph| (hash ^ u64::from(glyph)).wrapping_mul(0x0100_0000_01B3));
        let letter = |place: u32| u8::try_from(hash / 26_u64.pow(place) % 26).map_or('A', |rest| char::from(b'A' + rest));
        (0..6).map(letter).collect()
    }
}

/// The letter as others read it: a blank that does not break a line is a blank.
const fn readable(letter: char) -> char {
    if letter == '\u{A0}' { ' ' } else { letter }
}

fn thousandths(length: f32) -> f32 {
    (length * 1000.0).round()
}

/// The bytes, packed.
pub(super) fn deflated(bytes: &[u8]) -> Result<Vec<u8>, DocumentFault> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}
