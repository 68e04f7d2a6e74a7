//! The texts that the cells of a book share.

use std::io::BufRead;
use std::sync::Arc;

use super::xml::{Step, unescaped, walk};
use crate::fault::Rule;

/// A text with runs of different looks, put together; how it is spoken (`rPh`) is no part of it.
#[derive(Default)]
pub(super) struct TextParts {
    text: String,
    inside: bool,
    spoken: bool,
}

impl TextParts {
    pub(super) fn open(&mut self, name: &str, empty: bool) {
        match name {
            "t" => self.inside = !empty && !self.spoken,
            "rPh" => self.spoken = !empty,
            _ => {}
        }
    }

    pub(super) fn close(&mut self, name: &str) {
        match name {
            "t" => self.inside = false,
            "rPh" => self.spoken = false,
            _ => {}
        }
    }

    pub(super) fn text(&mut self, text: &str) {
        if self.inside {
            self.text.push_str(text);
        }
    }

    /// The whole text; the next one begins.
    pub(super) fn take(&mut self) -> String {
        self.inside = false;
        self.spoken = false;
        let text = unescaped(&self.text);
        self.text.clear();
        text
    }
}

pub(super) fn read(part: &str, source: &mut dyn BufRead) -> Result<Vec<Arc<str>>, Rule> {
    let nothing: Arc<str> = Arc::from("");
    let mut strings = Vec::new();
    let mut parts = TextParts::default();
    walk(part, source, |step| {
        match step {
            Step::Open { element, empty } => match element.local_name().as_ref() {
                "si" if empty => strings.push(nothing.clone()),
                name => parts.open(name, empty),
            },
            Step::Close("si") => {
                let text = parts.take();
                strings.push(if text.is_empty() { nothing.clone() } else { Arc::from(text) });
            }
            Step::Close(name) => parts.close(name),
            Step::Text(text) => parts.text(text),
        }
        Ok(())
    })?;
    Ok(strings)
}
