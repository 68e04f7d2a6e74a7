//! The operators of page content that show text or move the place where it is shown (ISO 32000-2, 9.4).

use std::collections::BTreeMap;
use std::rc::Rc;

use super::font::Font;
use super::layout::{Lines, Place};
use crate::pdf::{Dict, Id, Lexer, Object, Page, Pdf, Stream, Token, text_string};

/// Forms stand in forms so deep at most.
const DEEPEST: usize = 12;
/// Operands before an operator; the longest list of them is that of a path.
const MOST_OPERANDS: usize = 64;
/// Fonts that are kept at once.
const MOST_FONTS: usize = 64;
/// States saved on top of each other.
const MOST_STATES: usize = 512;

/// Six figures that turn, stretch and move.
type Matrix = [f64; 6];

const STILL: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

fn times(a: &Matrix, b: &Matrix) -> Matrix {
    [
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    ]
}

#[derive(Debug, Clone)]
struct State {
    page: Matrix,
    font: Option<Rc<Font>>,
    size: f64,
    between_signs: f64,
    between_words: f64,
    stretch: f64,
    leading: f64,
    rise: f64,
}

impl Default for State {
    fn default() -> Self {
        Self { page: STILL, font: None, size: 1.0, between_signs: 0.0, between_words: 0.0, stretch: 1.0, leading: 0.0, rise: 0.0 }
    }
}

/// Reads pages one after the other; fonts are read once.
pub(super) struct Reader<'p, 'a> {
    pdf: &'p Pdf<'a>,
    fonts: BTreeMap<Id, Rc<Font>>,
    /// Signs whose letters no font tells.
    pub(super) unmapped: u64,
    /// Whether a font of an old encoding was used.
    pub(super) legacy: bool,
    /// Pictures shown.
    pub(super) pictures: u64,
}

/// What changes while content is read.
struct Scene<'r> {
    resources: &'r Dict,
    state: State,
    saved: Vec<State>,
    text: Matrix,
    line: Matrix,
    /// Fonts by the names they have here.
    fonts: BTreeMap<Vec<u8>, Option<Rc<Font>>>,
    /// Marked stretches that are open: whether each is replaced by a text of its own.
    marks: Vec<Option<String>>,
}

impl<'p, 'a> Reader<'p, 'a> {
    pub(super) const fn new(pdf: &'p Pdf<'a>) -> Self {
        Self { pdf, fonts: BTreeMap::new(), unmapped: 0, legacy: false, pictures: 0 }
    }

    /// The text of a page, with what stands in its form fields and notes.
    /// At most `most` bytes of it.
    pub(super) fn page(&mut self, page: &Page, most: usize) -> Lines {
        let mut lines = Lines::up_to(most);
        let resources = page.get("Resources").map(|resources| self.pdf.resolve(resources));
        let resources = resources.as_ref().and_then(Object::dict).cloned().unwrap_or_default();
        self.run(&self.pdf.content(page), &resources, State::default(), &mut lines, 0);
        let Some(Object::Array(annotations)) = self.pdf.field(&page.dict, "Annots") else { return lines };
        for annotation in &annotations {
            let annotation = self.pdf.resolve(annotation);
            let Some(annotation) = annotation.dict() else { continue };
            let Some(appearance) = self.pdf.dict_field(annotation, "AP") else { continue };
            if let Some(Object::Stream(form)) = self.pdf.field(&appearance, "N") {
                lines.break_line();
                self.form(&form, &resources, State::default(), &mut lines, 0);
            }
        }
        lines
    }

    fn form(&mut self, form: &Stream, resources: &Dict, mut state: State, lines: &mut Lines, depth: usize) {
        let Ok(content) = self.pdf.unpack(form) else { return };
        let matrix = self.pdf.field(&form.dict, "Matrix");
        if let Some(matrix) = matrix.as_ref().and_then(Object::array).and_then(matrix_of) {
            state.page = times(&matrix, &state.page);
        }
        let own = self.pdf.dict_field(&form.dict, "Resources");
        self.run(&content, own.as_ref().unwrap_or(resources), state, lines, depth + 1);
    }

    fn run(&mut self, content: &[u8], resources: &Dict, state: State, lines: &mut Lines, depth: usize) {
        let mut scene = Scene { resources, state, saved: Vec::new(), text: STILL, line: STILL, fonts: BTreeMap::new(), marks: Vec::new() };
        let mut lexer = Lexer::of_content(content, self.pdf.work_left());
        let mut operands: Vec<Object> = Vec::new();
        loop {
            match lexer.token() {
                Token::End => break,
                Token::Word(b"BI") => {
                    self.pictures += 1;
                    skip_picture(&mut lexer, content);
                    operands.clear();
                }
                Token::Word(word) if !matches!(word, b"true" | b"false" | b"null") => {
                    self.pdf.account(&mut lexer);
                    self.operator(word, &operands, &mut scene, lines, depth);
                    operands.clear();
                }
                token => {
                    let Some(object) = lexer.object_from(token, 0) else { continue };
                    if operands.len() < MOST_OPERANDS {
                        operands.push(object);
                    }
                }
            }
            if lexer.left == 0 || self.pdf.check().is_err() {
                break;
            }
        }
        self.pdf.account(&mut lexer);
    }

    fn operator(&mut self, word: &[u8], operands: &[Object], scene: &mut Scene<'_>, lines: &mut Lines, depth: usize) {
        let number = |at: usize| operands.get(at).and_then(Object::number).unwrap_or(0.0);
        match word {
            b"q" if scene.saved.len() < MOST_STATES => scene.saved.push(scene.state.clone()),
            b"Q" => {
                if let Some(state) = scene.saved.pop() {
                    scene.state = state;
                }
            }
            b"cm" => {
                if let Some(matrix) = matrix_of(operands) {
                    scene.state.page = times(&matrix, &scene.state.page);
                }
            }
            b"BT" => (scene.text, scene.line) = (STILL, STILL),
            b"Tf" => {
                scene.state.size = number(1);
                let Some(name) = operands.first().and_then(Object::name) else { return };
                if !scene.fonts.contains_key(name) && scene.fonts.len() < MOST_FONTS {
                    scene.fonts.insert(name.to_vec(), self.font(scene.resources, name));
                }
                scene.state.font = scene.fonts.get(name).cloned().flatten();
            }
            b"Tc" => scene.state.between_signs = number(0),
            b"Tw" => scene.state.between_words = number(0),
            b"Tz" => scene.state.stretch = number(0) / 100.0,
            b"TL" => scene.state.leading = number(0),
            b"Ts" => scene.state.rise = number(0),
            b"Tm" => {
                if let Some(matrix) = matrix_of(operands) {
                    (scene.text, scene.line) = (matrix, matrix);
                }
            }
            b"Td" => scene.next_line(number(0), number(1)),
            b"TD" => {
                scene.state.leading = -number(1);
                scene.next_line(number(0), number(1));
            }
            b"T*" => scene.next_line(0.0, -scene.state.leading),
            b"Tj" => self.show(operands.first(), scene, lines),
            b"'" => {
                scene.next_line(0.0, -scene.state.leading);
                self.show(operands.first(), scene, lines);
            }
            b"\"" => {
                (scene.state.between_words, scene.state.between_signs) = (number(0), number(1));
                scene.next_line(0.0, -scene.state.leading);
                self.show(operands.get(2), scene, lines);
            }
            b"TJ" => {
                for part in operands.first().and_then(Object::array).unwrap_or_default() {
                    if let Some(step) = part.number() {
                        scene.advance(-step / 1000.0 * scene.state.size * scene.state.stretch);
                    } else {
                        self.show(Some(part), scene, lines);
                    }
                }
            }
            b"BDC" => {
                let replaced = self.replacement(operands.get(1), scene.resources);
                if scene.marks.len() < MOST_STATES {
                    scene.marks.push(replaced);
                }
            }
            b"BMC" if scene.marks.len() < MOST_STATES => scene.marks.push(None),
            b"EMC" => drop(scene.marks.pop()),
            b"Do" => self.object(operands.first(), scene, lines, depth),
            _ => {}
        }
    }

    /// The text that a marked stretch says stands for what it shows.
    fn replacement(&self, properties: Option<&Object>, resources: &Dict) -> Option<String> {
        let dict = match properties? {
            Object::Dict(dict) => dict.clone(),
            Object::Name(name) => {
                let name = std::str::from_utf8(name).ok()?;
                let found = self.pdf.inside(resources, "Properties", |all| all.get(name).cloned())?;
                self.pdf.resolve(&found).dict()?.clone()
            }
            _ => return None,
        };
        Some(text_string(self.pdf.field(&dict, "ActualText")?.string()?))
    }

    fn font(&mut self, resources: &Dict, name: &[u8]) -> Option<Rc<Font>> {
        let name = std::str::from_utf8(name).ok()?;
        let object = self.pdf.inside(resources, "Font", |fonts| fonts.get(name).cloned())?;
        if let Object::Reference(id) = object
            && let Some(known) = self.fonts.get(&id)
        {
            return Some(Rc::clone(known));
        }
        let resolved = self.pdf.resolve(&object);
        let font = Rc::new(Font::read(self.pdf, resolved.dict()?));
        if let Object::Reference(id) = object {
            if self.fonts.len() >= MOST_FONTS {
                self.fonts.clear();
            }
            self.fonts.insert(id, Rc::clone(&font));
        }
        Some(font)
    }

    fn object(&mut self, name: Option<&Object>, scene: &Scene<'_>, lines: &mut Lines, depth: usize) {
        let Some(name) = name.and_then(Object::name).and_then(|name| std::str::from_utf8(name).ok()) else { return };
        let found = self.pdf.inside(scene.resources, "XObject", |objects| objects.get(name).cloned());
        let Some(Object::Stream(stream)) = found.map(|found| self.pdf.resolve(&found)) else { return };
        match stream.dict.get("Subtype").and_then(Object::name) {
            Some(b"Image") => self.pictures += 1,
            Some(b"Form") if depth < DEEPEST => self.form(&stream, scene.resources, scene.state.clone(), lines, depth),
            _ => {}
        }
    }

    fn show(&mut self, string: Option<&Object>, scene: &mut Scene<'_>, lines: &mut Lines) {
        let Some(string) = string.and_then(Object::string) else { return };
        let Some(font) = scene.state.font.clone() else {
            self.unmapped += string.len() as u64;
            return;
        };
        self.legacy |= font.legacy;
        for sign in font.signs(string) {
            let from = scene.place();
            let extra = scene.state.between_signs + if sign.is_blank { scene.state.between_words } else { 0.0 };
            scene.advance((sign.width * scene.state.size + extra) * scene.state.stretch);
            let to = scene.place();
            self.pdf.spend(1);
            // A stretch with a text of its own gives that text once, where its first sign stands.
            if let Some(replaced) = scene.marks.iter_mut().find_map(Option::as_mut) {
                let text = std::mem::take(replaced);
                if text.is_empty() {
                    lines.reach(to);
                } else {
                    lines.add(&text, from, to);
                }
                continue;
            }
            match sign.letters {
                Some(letters) => lines.add(&letters, from, to),
                None => self.unmapped += 1,
            }
        }
    }
}

impl Scene<'_> {
    fn next_line(&mut self, x: f64, y: f64) {
        self.line = times(&[1.0, 0.0, 0.0, 1.0, x, y], &self.line);
        self.text = self.line;
    }

    fn advance(&mut self, step: f64) {
        self.text = times(&[1.0, 0.0, 0.0, 1.0, step, 0.0], &self.text);
    }

    /// Where the next sign stands on the page.
    fn place(&self) -> Place {
        let whole = times(&[1.0, 0.0, 0.0, 1.0, 0.0, self.state.rise], &times(&self.text, &self.state.page));
        let length = whole[0].hypot(whole[1]);
        let along = if length > 0.0 { (whole[0] / length, whole[1] / length) } else { (1.0, 0.0) };
        Place { x: whole[4], y: whole[5], along, size: self.state.size.abs() * whole[2].hypot(whole[3]) }
    }
}

fn matrix_of(operands: &[Object]) -> Option<Matrix> {
    let mut matrix = STILL;
    for (at, figure) in matrix.iter_mut().enumerate() {
        *figure = operands.get(at)?.number()?;
    }
    Some(matrix)
}

/// Passes over a picture that stands in the content: to a word `EI` with blanks around it.
fn skip_picture(lexer: &mut Lexer<'_>, content: &[u8]) {
    let rest = content.get(lexer.at..).unwrap_or_default();
    let is_blank = |byte: Option<&u8>| byte.is_none_or(u8::is_ascii_whitespace);
    let end =
        rest.windows(2).enumerate().skip(1).find(|(at, word)| *word == b"EI" && is_blank(rest.get(at - 1)) && is_blank(rest.get(at + 2)));
    lexer.at += end.map_or(rest.len(), |(at, _)| at + 2);
}
