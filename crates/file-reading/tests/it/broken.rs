//! Broken files: cut off anywhere, bytes turned anywhere. Every reader answers, and none gives up.

use file_reading::kind::look;
use file_reading::signature::{Trust, read as signatures};
use file_reading::{Kind, Limits, picture, text};

use super::all_samples;

/// A repeatable generator (xorshift), so that a failure can be looked at again.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % most as u64).expect("small")
    }
}

fn limits() -> Limits {
    Limits { text_bytes: 100_000, parts: 50, unpacked_bytes: 4_000_000, work: 300_000 }
}

/// Asks every reader; gives the bytes of text that came out.
fn ask_all(bytes: &[u8], name: &str, original: Kind) -> usize {
    let found = look(bytes);
    let mut given = 0;
    for kind in [found.kind, original] {
        match text::read(bytes, kind, &limits()) {
            Ok(text) => given += text.joined().len(),
            Err(fault) => assert!(!fault.to_string().contains("gave up"), "{name}: a reader panicked: {fault}"),
        }
        if let Err(fault) = picture::look(bytes, kind) {
            assert!(!fault.to_string().contains("gave up"), "{name}: {fault}");
        }
    }
    if original == Kind::Pdf {
        for fault in [picture::document(bytes).err(), signatures(bytes, &Trust::none()).err()].into_iter().flatten() {
            assert!(!fault.to_string().contains("gave up"), "{name}: {fault}");
        }
    }
    given
}

#[test]
fn files_cut_off_anywhere_are_answered() {
    for (name, bytes) in all_samples() {
        let kind = look(&bytes).kind;
        let steps = if bytes.len() > 20_000 { 12 } else { 20 };
        for step in 0..steps {
            let end = bytes.len() * step / steps;
            assert!(ask_all(&bytes[..end], &name, kind) <= 2 * 101_000, "{name} cut at {end}");
        }
    }
}

#[test]
fn files_with_turned_bytes_are_answered() {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    for (name, bytes) in all_samples() {
        let kind = look(&bytes).kind;
        for _ in 0..8 {
            let mut changed = bytes.clone();
            for _ in 0..1 + dice.below(12) {
                let at = dice.below(changed.len());
                changed[at] = u8::try_from(dice.below(256)).expect("byte");
            }
            assert!(ask_all(&changed, &name, kind) <= 2 * 101_000, "{name}");
        }
    }
}

#[test]
fn files_with_parts_moved_are_answered() {
    let mut dice = Dice(42);
    for (name, bytes) in all_samples() {
        let kind = look(&bytes).kind;
        for _ in 0..4 {
            let mut changed = bytes.clone();
            let (from, to) = (dice.below(bytes.len()), dice.below(bytes.len()));
            let length = dice.below(200).min(bytes.len() - from.max(to));
            changed.copy_within(from..from + length, to);
            ask_all(&changed, &name, kind);
        }
    }
}
