//! PDF files: objects on demand, from the table of the file or, where it is broken, from a walk through its bytes.
//!
//! Nothing is read ahead.
//! Every object made, every byte unpacked and every byte walked counts against a budget of the whole
//! file, so that a table with a million entries to one huge array, or streams packed a thousandfold,
//! end in [`Fault::Beyond`] and not in the memory of the machine.

mod crypt;
mod facts;
mod filter;
mod lexer;
mod object;
mod pages;
mod table;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crypt::{Crypt, Opening};
pub(crate) use facts::nature;
pub(crate) use filter::Refusal;
pub(crate) use lexer::{Lexer, Token, hex};
pub(crate) use object::{Dict, Id, Object, Stream, text_string};
pub(crate) use pages::Page;
use table::Entry;

use crate::{Fault, Kind};

/// One object has so many parts at most; each takes some 60 bytes of memory.
const LARGEST_OBJECT: u64 = 2_000_000;
/// References follow each other so far at most.
const LONGEST_CHAIN: usize = 16;
/// No stream that is read here is larger: a page of text, a table of letters, a table of objects.
const LARGEST_STREAM: usize = 64 * 1024 * 1024;

/// What reading a file may cost.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Budget {
    /// Objects and tokens made, and blocks of 64 bytes walked.
    pub(crate) work: u64,
    /// Bytes unpacked.
    pub(crate) unpacked: u64,
}

impl Budget {
    /// For questions that need the objects and not the text of all pages.
    pub(crate) const fn for_a_look() -> Self {
        Self { work: 5_000_000, unpacked: 128 * 1024 * 1024 }
    }
}

pub(crate) const fn damaged(place: &'static str) -> Fault {
    Fault::Damaged { kind: Kind::Pdf, place }
}

pub(crate) const fn beyond(limit: &'static str) -> Fault {
    Fault::Beyond { kind: Kind::Pdf, limit }
}

/// A stream of objects, unpacked, with the place of each.
#[derive(Debug)]
struct Container {
    data: Vec<u8>,
    places: BTreeMap<u32, usize>,
}

/// An open file.
#[derive(Debug)]
pub(crate) struct Pdf<'a> {
    bytes: &'a [u8],
    entries: BTreeMap<u32, Entry>,
    trailer: Dict,
    crypt: Option<Crypt>,
    /// What opening with an empty password came to, if the file is encrypted.
    locked: bool,
    containers: RefCell<BTreeMap<u32, Option<Rc<Container>>>>,
    open: RefCell<BTreeSet<u32>>,
    work: Cell<u64>,
    unpacked: Cell<u64>,
    over: Cell<Option<&'static str>>,
}

impl<'a> Pdf<'a> {
    /// Opens a file. One that needs a password is open for its trailer alone; [`Self::is_locked`] tells.
    pub(crate) fn open(bytes: &'a [u8], budget: Budget) -> Result<Self, Fault> {
        let mut pdf = Self {
            bytes,
            entries: BTreeMap::new(),
            trailer: Dict::default(),
            crypt: None,
            locked: false,
            containers: RefCell::default(),
            open: RefCell::default(),
            work: Cell::new(budget.work),
            unpacked: Cell::new(budget.unpacked),
            over: Cell::new(None),
        };
        pdf.read_table();
        pdf.unlock();
        if !pdf.locked && !pdf.has_pages() {
            pdf.check()?;
            pdf.rebuild_table();
            pdf.unlock();
            if !pdf.locked && !pdf.has_pages() {
                pdf.check()?;
                return Err(damaged("no pages are found"));
            }
        }
        pdf.check()?;
        Ok(pdf)
    }

    /// Whether a password is needed.
    pub(crate) const fn is_locked(&self) -> bool {
        self.locked
    }

    /// Whether the file is encrypted, with an empty password or another.
    pub(crate) const fn is_encrypted(&self) -> bool {
        self.locked || self.crypt.is_some()
    }

    /// The fault of a passed bound, if one was.
    pub(crate) fn check(&self) -> Result<(), Fault> {
        self.over.get().map_or(Ok(()), |limit| Err(beyond(limit)))
    }

    fn has_pages(&self) -> bool {
        self.catalog()
            .and_then(|catalog| self.field(&catalog, "Pages"))
            .is_some_and(|pages| pages.dict().is_some_and(|dict| dict.get("Kids").is_some() || dict.is_type("Page")))
    }

    fn unlock(&mut self) {
        self.crypt = None;
        self.locked = false;
        let Some(encrypt) = self.trailer.get("Encrypt").map(|object| self.resolve(object)) else { return };
        let Some(encrypt) = encrypt.dict().map(|dict| self.flat(dict)) else { return };
        let first_id = self.trailer.get("ID").map(|object| self.resolve(object));
        let first_id = first_id.as_ref().and_then(Object::array).and_then(<[Object]>::first).and_then(Object::string).unwrap_or_default();
        match Crypt::open(&encrypt, first_id) {
            Opening::Open(crypt) => self.crypt = Some(crypt),
            Opening::NeedsPassword => self.locked = true,
        }
        self.containers.borrow_mut().clear();
    }

    /// A dictionary with its references followed, two levels down.
    fn flat(&self, dict: &Dict) -> Dict {
        Dict(
            dict.0
                .iter()
                .map(|(key, object)| {
                    let object = match self.resolve(object) {
                        Object::Dict(inner) => {
                            Object::Dict(Dict(inner.0.iter().map(|(key, object)| (key.clone(), self.resolve(object))).collect()))
                        }
                        other => other,
                    };
                    (key.clone(), object)
                })
                .collect(),
        )
    }

    pub(crate) fn catalog(&self) -> Option<Dict> {
        self.field(&self.trailer, "Root")?.dict().cloned()
    }

    /// The object of a key with references followed; nothing if it is absent or null.
    pub(crate) fn field(&self, dict: &Dict, key: &str) -> Option<Object> {
        Some(self.resolve(dict.get(key)?)).filter(|object| *object != Object::Null)
    }

    /// Looks into the dictionary of a key without a copy of it.
    pub(crate) fn inside<T>(&self, dict: &Dict, key: &str, look: impl FnOnce(&Dict) -> Option<T>) -> Option<T> {
        let found = dict.get(key)?;
        self.spend(dict.0.len() as u64 / 16);
        match found {
            Object::Dict(inner) => {
                self.spend(inner.0.len() as u64 / 16);
                look(inner)
            }
            Object::Reference(_) => look(self.resolve(found).dict()?),
            _ => None,
        }
    }

    /// The dictionary of a key.
    pub(crate) fn dict_field(&self, dict: &Dict, key: &str) -> Option<Dict> {
        self.field(dict, key)?.dict().cloned()
    }

    pub(crate) const fn trailer(&self) -> &Dict {
        &self.trailer
    }

    /// The numbers of all objects.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = u32> + '_ {
        self.entries.keys().copied()
    }

    /// Follows references to what they lead to; null where they lead nowhere.
    pub(crate) fn resolve(&self, object: &Object) -> Object {
        let Object::Reference(id) = object else {
            self.spend(object.parts());
            return object.clone();
        };
        let mut id = *id;
        for _ in 0..LONGEST_CHAIN {
            match self.object(id.0) {
                Some(Object::Reference(next)) => id = next,
                Some(object) => return object,
                None => return Object::Null,
            }
        }
        Object::Null
    }

    /// The object of a number.
    pub(crate) fn object(&self, number: u32) -> Option<Object> {
        match *self.entries.get(&number)? {
            Entry::At(offset) => {
                // The length of a stream may be asked of the stream itself.
                if !self.open.borrow_mut().insert(number) {
                    return None;
                }
                let found = self.object_at(offset, Some(number));
                self.open.borrow_mut().remove(&number);
                found.map(|(_, object)| object)
            }
            Entry::Inside(container) => {
                let container = self.container(container)?;
                let place = *container.places.get(&number)?;
                let mut lexer = Lexer::of_file(&container.data, place, self.for_an_object());
                let object = lexer.object();
                self.account(&mut lexer);
                object
            }
            Entry::Free => None,
        }
    }

    /// The object whose head stands at `offset`, with strings in clear.
    fn object_at(&self, offset: usize, number: Option<u32>) -> Option<(Id, Object)> {
        let mut lexer = Lexer::of_file(self.bytes, offset, self.for_an_object());
        let id = lexer.head().filter(|id| number.is_none_or(|number| number == id.0));
        let object = id.and_then(|_| lexer.object());
        let is_stream = matches!(object, Some(Object::Dict(_))) && lexer.token() == Token::Word(b"stream");
        self.account(&mut lexer);
        let (id, object) = (id?, self.clear(id?, object?));
        match object {
            Object::Dict(dict) if is_stream => Some((id, Object::Stream(self.stream_at(dict, lexer.at, id)))),
            other => Some((id, other)),
        }
    }

    /// The bytes in which an object stands by itself, from its number to its end.
    pub(crate) fn extent(&self, number: u32) -> Option<(usize, usize)> {
        let Entry::At(offset) = *self.entries.get(&number)? else { return None };
        let mut lexer = Lexer::of_file(self.bytes, offset, self.for_an_object());
        let read = lexer.head().and_then(|_| lexer.object());
        self.account(&mut lexer);
        read.map(|_| (offset, lexer.at))
    }

    fn clear(&self, id: Id, object: Object) -> Object {
        let Some(crypt) = &self.crypt else { return object };
        match object {
            Object::String(string) => Object::String(crypt.string(id, &string)),
            Object::Array(array) => Object::Array(array.into_iter().map(|object| self.clear(id, object)).collect()),
            Object::Dict(dict) => Object::Dict(Dict(dict.0.into_iter().map(|(key, object)| (key, self.clear(id, object))).collect())),
            other => other,
        }
    }

    fn stream_at(&self, dict: Dict, end_of_word: usize, id: Id) -> Stream {
        let rest = self.bytes.get(end_of_word..).unwrap_or_default();
        let start = end_of_word
            + match rest {
                [b'\r', b'\n', ..] => 2,
                [b'\n' | b'\r', ..] => 1,
                _ => 0,
            };
        let length = dict.get("Length").map(|length| self.resolve(length)).and_then(|length| usize::try_from(length.integer()?).ok());
        let told = length.and_then(|length| start.checked_add(length)).filter(|end| {
            let after = self.bytes.get(*end..).unwrap_or_default();
            *end <= self.bytes.len() && after.trim_ascii_start().starts_with(b"endstream")
        });
        let end = told.unwrap_or_else(|| {
            let data = self.bytes.get(start..).unwrap_or_default();
            let length = table::position(data, b"endstream").or_else(|| table::position(data, b"endobj")).unwrap_or(data.len());
            self.spend(length as u64 / 64 + 1);
            start + length
        });
        Stream { dict, start: start.min(end), end, id }
    }

    /// The bytes of a stream, unpacked.
    pub(crate) fn unpack(&self, stream: &Stream) -> Result<Vec<u8>, Refusal> {
        let data = self.bytes.get(stream.start..stream.end).unwrap_or_default();
        let most = usize::try_from(self.unpacked.get()).unwrap_or(usize::MAX).min(LARGEST_STREAM);
        let filters = self.filters(&stream.dict);
        let unpacked = match &self.crypt {
            Some(crypt) if !stream.dict.is_type("XRef") => filter::unpack(&crypt.stream(stream.id, data), &filters, most),
            _ => filter::unpack(data, &filters, most),
        };
        match &unpacked {
            Ok(unpacked) => self.unpacked.set(self.unpacked.get().saturating_sub(unpacked.len() as u64)),
            Err(Refusal::TooMuch) => self.over.set(Some("unpacked bytes")),
            Err(Refusal::NotText) => {}
        }
        self.spend((stream.end - stream.start) as u64 / 64);
        unpacked
    }

    fn filters(&self, dict: &Dict) -> Vec<(Vec<u8>, Dict)> {
        let all = |long: &str, short: &str| match self.field(dict, long).or_else(|| self.field(dict, short)) {
            Some(Object::Array(array)) => array.iter().take(16).map(|object| self.resolve(object)).collect(),
            Some(other) => vec![other],
            None => Vec::new(),
        };
        let parameters = all("DecodeParms", "DP");
        let names = all("Filter", "F");
        let parameters_of = |at: usize| parameters.get(at).and_then(Object::dict).map(|dict| self.flat(dict)).unwrap_or_default();
        names.iter().enumerate().filter_map(|(at, name)| Some((name.name()?.to_vec(), parameters_of(at)))).collect()
    }

    fn container(&self, number: u32) -> Option<Rc<Container>> {
        if let Some(known) = self.containers.borrow().get(&number) {
            return known.clone();
        }
        // A container inside a container is forbidden, and would go round in circles.
        let read = matches!(self.entries.get(&number), Some(Entry::At(_))).then(|| self.read_container(number)).flatten().map(Rc::new);
        self.containers.borrow_mut().insert(number, read.clone());
        read
    }

    fn read_container(&self, number: u32) -> Option<Container> {
        let Object::Stream(stream) = self.object(number)? else { return None };
        let figure = |key: &str| usize::try_from(self.field(&stream.dict, key)?.integer()?).ok();
        let (count, first) = (figure("N")?, figure("First")?);
        let data = self.unpack(&stream).ok()?;
        let mut lexer = Lexer::of_file(&data, 0, self.work.get());
        let mut places = BTreeMap::new();
        for _ in 0..count {
            let (Token::Scalar(Object::Integer(number)), Token::Scalar(Object::Integer(place))) = (lexer.token(), lexer.token()) else {
                break;
            };
            if lexer.at > first {
                break;
            }
            let Some((number, place)) = u32::try_from(number).ok().zip(usize::try_from(place).ok()) else { continue };
            places.entry(number).or_insert_with(|| first.saturating_add(place));
        }
        self.spend(places.len() as u64);
        Some(Container { data, places })
    }

    /// Takes work from the budget; what is beyond it shows in [`Self::check`].
    pub(crate) fn spend(&self, work: u64) {
        match self.work.get().checked_sub(work) {
            Some(left) => self.work.set(left),
            None => {
                self.work.set(0);
                self.over.set(Some("objects"));
            }
        }
    }

    /// Work that may still be done.
    pub(crate) fn work_left(&self) -> u64 {
        self.work.get()
    }

    fn for_an_object(&self) -> u64 {
        self.work.get().min(LARGEST_OBJECT)
    }

    /// Takes from the budget what a lexer used.
    pub(crate) fn account(&self, lexer: &mut Lexer<'_>) {
        self.spend(lexer.take_used() + 1);
    }
}
