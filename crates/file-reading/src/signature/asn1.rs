//! ASN.1 as messages in signatures use it: definite and indefinite lengths, without copying.
//!
//! The bytes of each part stay at hand, for signatures are made over bytes and not over meanings.

/// Parts of indefinite length stand in each other so deep at most.
const DEEPEST: usize = 24;

pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const OID: u8 = 0x06;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;

/// One part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Node<'a> {
    pub(super) tag: u8,
    pub(super) content: &'a [u8],
    /// Head and content.
    pub(super) whole: &'a [u8],
}

impl<'a> Node<'a> {
    /// The first part of some bytes, and what stands after it.
    pub(super) fn first(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        Self::first_below(bytes, 0)
    }

    fn first_below(bytes: &'a [u8], depth: usize) -> Option<(Self, &'a [u8])> {
        let [tag, length, rest @ ..] = bytes else { return None };
        // Tags of more than one byte stand in none of these messages.
        if tag & 0x1F == 0x1F {
            return None;
        }
        if *length == 0x80 {
            return Self::indefinite(bytes, *tag, rest, depth);
        }
        let (length, rest) = if *length < 0x80 {
            (usize::from(*length), rest)
        } else {
            let count = usize::from(length & 0x7F);
            if count > 4 || count > rest.len() {
                return None;
            }
            let (figures, rest) = rest.split_at(count);
            (figures.iter().fold(0_usize, |length, byte| length << 8 | usize::from(*byte)), rest)
        };
        let content = rest.get(..length)?;
        let head = bytes.len() - rest.len();
        Some((Self { tag: *tag, content, whole: bytes.get(..head + length)? }, rest.get(length..)?))
    }

    fn indefinite(bytes: &'a [u8], tag: u8, content: &'a [u8], depth: usize) -> Option<(Self, &'a [u8])> {
        if depth >= DEEPEST || tag & 0x20 == 0 {
            return None;
        }
        let mut rest = content;
        while !rest.starts_with(&[0, 0]) {
            rest = Self::first_below(rest, depth + 1)?.1;
        }
        let inner = content.len() - rest.len();
        let whole = bytes.get(..2 + inner + 2)?;
        Some((Self { tag, content: content.get(..inner)?, whole }, rest.get(2..)?))
    }

    /// The part that fills some bytes and has this tag.
    pub(super) fn of(bytes: &'a [u8], tag: u8) -> Option<Self> {
        Self::first(bytes).map(|(node, _)| node).filter(|node| node.tag == tag)
    }

    /// The parts inside; broken ones end the list.
    pub(super) fn parts(self) -> Parts<'a> {
        Parts { rest: self.content }
    }

    /// The bytes of an octet string, also of one in pieces.
    pub(super) fn octets(self) -> Option<Vec<u8>> {
        match self.tag {
            OCTET_STRING => Some(self.content.to_vec()),
            0x24 => {
                let mut all = Vec::new();
                for piece in self.parts() {
                    if piece.tag != OCTET_STRING {
                        return None;
                    }
                    all.extend_from_slice(piece.content);
                }
                Some(all)
            }
            _ => None,
        }
    }

    /// An object identifier with its numbers.
    pub(super) fn oid(self) -> Option<String> {
        (self.tag == OID).then_some(())?;
        let mut numbers: Vec<u64> = Vec::new();
        let mut value = 0_u64;
        for byte in self.content {
            value = value.checked_mul(128)?.checked_add(u64::from(byte & 0x7F))?;
            if byte & 0x80 == 0 {
                if numbers.is_empty() {
                    let first = (value / 40).min(2);
                    numbers.extend([first, value - first * 40]);
                } else {
                    numbers.push(value);
                }
                value = 0;
            }
        }
        Some(numbers.iter().map(u64::to_string).collect::<Vec<_>>().join("."))
    }
}

/// The parts of a part.
pub(super) struct Parts<'a> {
    rest: &'a [u8],
}

impl<'a> Parts<'a> {
    /// The next part if it has this tag.
    pub(super) fn tagged(&mut self, tag: u8) -> Option<Node<'a>> {
        let (node, rest) = Node::first(self.rest)?;
        if node.tag != tag {
            return None;
        }
        self.rest = rest;
        Some(node)
    }
}

impl<'a> Iterator for Parts<'a> {
    type Item = Node<'a>;

    fn next(&mut self) -> Option<Node<'a>> {
        let (node, rest) = Node::first(self.rest)?;
        self.rest = rest;
        Some(node)
    }
}
