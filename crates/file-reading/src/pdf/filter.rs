//! Unpacking of streams: what comes out is bounded, and of damaged data what came out before the damage is kept.

use std::io::Read;

use super::lexer::{hex, is_blank};
use super::object::{Dict, Object};

/// Why a stream gave no bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// More bytes would come out than may.
    TooMuch,
    /// It is packed as a picture, or in a way nobody knows.
    NotText,
}

/// A stream passes at most so many filters; honest ones use two.
const MOST_FILTERS: usize = 4;

/// Applies the filters named, one after the other, none giving more than `most` bytes.
pub(crate) fn unpack(data: &[u8], filters: &[(Vec<u8>, Dict)], most: usize) -> Result<Vec<u8>, Refusal> {
    if filters.len() > MOST_FILTERS {
        return Err(Refusal::TooMuch);
    }
    let mut data = data.to_vec();
    for (name, parameters) in filters {
        data = match name.as_slice() {
            b"FlateDecode" | b"Fl" => predicted(inflate(&data, most)?, parameters)?,
            b"LZWDecode" | b"LZW" => predicted(lzw(&data, parameters, most)?, parameters)?,
            b"ASCIIHexDecode" | b"AHx" => ascii_hex(&data),
            b"ASCII85Decode" | b"A85" => ascii_85(&data),
            b"RunLengthDecode" | b"RL" => run_length(&data, most)?,
            b"Crypt" => data,
            _ => return Err(Refusal::NotText),
        };
        if data.len() > most {
            return Err(Refusal::TooMuch);
        }
    }
    Ok(data)
}

fn inflate(data: &[u8], most: usize) -> Result<Vec<u8>, Refusal> {
    let mut out = Vec::new();
    // A damaged end is common; what was read until there stays.
    let _ = flate2::read::ZlibDecoder::new(data).take(most as u64 + 1).read_to_end(&mut out);
    if out.is_empty() && data.len() > 2 {
        let _ = flate2::read::DeflateDecoder::new(data.get(2..).unwrap_or_default()).take(most as u64 + 1).read_to_end(&mut out);
    }
    if out.len() > most { Err(Refusal::TooMuch) } else { Ok(out) }
}

fn lzw(data: &[u8], parameters: &Dict, most: usize) -> Result<Vec<u8>, Refusal> {
    let early = parameters.get("EarlyChange").and_then(Object::integer) != Some(0);
    let mut out: Vec<u8> = Vec::new();
    // Each code is a stretch of what came out already: its first byte and its length.
    let mut table: Vec<(usize, usize)> = Vec::new();
    let mut previous: Option<(usize, usize)> = None;
    let (mut width, mut buffer, mut held) = (9_u32, 0_u32, 0_u32);
    for byte in data {
        buffer = (buffer << 8 | u32::from(*byte)) & 0xFF_FFFF;
        held += 8;
        if held < width {
            continue;
        }
        held -= width;
        let code = (buffer >> held & ((1 << width) - 1)) as usize;
        let start = out.len();
        match code {
            256 => {
                table.clear();
                previous = None;
                width = 9;
                continue;
            }
            257 => break,
            0..=255 => out.push(u8::try_from(code).unwrap_or_default()),
            _ => {
                let (from, length) = match (table.get(code - 258), previous) {
                    (Some(known), _) => *known,
                    (None, Some((from, length))) if code - 258 == table.len() => (from, length + 1),
                    _ => break,
                };
                for at in from..from + length {
                    let Some(byte) = out.get(at).copied() else { break };
                    out.push(byte);
                }
            }
        }
        if out.len() > most {
            return Err(Refusal::TooMuch);
        }
        if let Some((from, length)) = previous
            && table.len() < 4096 - 258
        {
            table.push((from, length + 1));
        }
        previous = Some((start, out.len() - start));
        let next = table.len() + 258 + usize::from(early);
        width = match next {
            0..=511 => 9,
            512..=1023 => 10,
            1024..=2047 => 11,
            _ => 12,
        };
    }
    Ok(out)
}

fn ascii_hex(data: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = data.iter().take_while(|byte| **byte != b'>').filter_map(|byte| hex(*byte)).collect();
    digits.chunks(2).map(|pair| pair[0] * 16 + pair.get(1).copied().unwrap_or(0)).collect()
}

fn ascii_85(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut group: Vec<u8> = Vec::with_capacity(5);
    let flush = |group: &mut Vec<u8>, out: &mut Vec<u8>| {
        let given = group.len();
        if given < 2 {
            return group.clear();
        }
        group.resize(5, 84);
        let value = group.iter().fold(0_u32, |value, digit| value.wrapping_mul(85).wrapping_add(u32::from(*digit)));
        out.extend(value.to_be_bytes().iter().take(given - 1));
        group.clear();
    };
    let data = data.strip_prefix(b"<~").unwrap_or(data);
    for byte in data {
        match byte {
            b'~' => break,
            b'z' if group.is_empty() => out.extend([0; 4]),
            b'!'..=b'u' => {
                group.push(byte - b'!');
                if group.len() == 5 {
                    flush(&mut group, &mut out);
                }
            }
            _ if is_blank(*byte) => {}
            _ => break,
        }
    }
    flush(&mut group, &mut out);
    out
}

fn run_length(data: &[u8], most: usize) -> Result<Vec<u8>, Refusal> {
    let mut out = Vec::new();
    let mut rest = data;
    while let [length, after @ ..] = rest {
        match length {
            128 => break,
            0..=127 => {
                let count = (usize::from(*length) + 1).min(after.len());
                out.extend_from_slice(after.get(..count).unwrap_or_default());
                rest = after.get(count..).unwrap_or_default();
            }
            _ => {
                let [byte, after @ ..] = after else { break };
                out.extend(std::iter::repeat_n(*byte, 257 - usize::from(*length)));
                rest = after;
            }
        }
        if out.len() > most {
            return Err(Refusal::TooMuch);
        }
    }
    Ok(out)
}

/// Undoes the prediction of PNG rows and of TIFF (8 bits alone), as tables of objects use them.
fn predicted(data: Vec<u8>, parameters: &Dict) -> Result<Vec<u8>, Refusal> {
    let figure = |key: &str, default: i64| parameters.get(key).and_then(Object::integer).unwrap_or(default);
    let predictor = figure("Predictor", 1);
    if predictor < 2 {
        return Ok(data);
    }
    let (colors, bits, columns) = (figure("Colors", 1), figure("BitsPerComponent", 8), figure("Columns", 1));
    let in_range = (1..=32).contains(&colors) && [1, 2, 4, 8, 16].contains(&bits) && (1..=1_000_000).contains(&columns);
    if !in_range {
        return Err(Refusal::NotText);
    }
    let pixel = usize::try_from(colors * bits).unwrap_or(8).div_ceil(8);
    let row = usize::try_from(colors * bits * columns).unwrap_or(8).div_ceil(8);
    if predictor == 2 {
        if bits != 8 {
            return Err(Refusal::NotText);
        }
        let mut data = data;
        for line in data.chunks_mut(row) {
            for at in pixel..line.len() {
                line[at] = line[at].wrapping_add(line[at - pixel]);
            }
        }
        return Ok(data);
    }
    let mut out = Vec::with_capacity(data.len());
    let mut above = vec![0_u8; row];
    for line in data.chunks(row + 1) {
        let Some((how, line)) = line.split_first() else { break };
        let mut current = vec![0_u8; row];
        for (at, byte) in line.iter().enumerate() {
            let left = if at >= pixel { current[at - pixel] } else { 0 };
            let corner = if at >= pixel { above[at - pixel] } else { 0 };
            let guess = match how {
                1 => left,
                2 => above[at],
                3 => u8::try_from(u16::midpoint(u16::from(left), u16::from(above[at]))).unwrap_or_default(),
                4 => paeth(left, above[at], corner),
                _ => 0,
            };
            current[at] = byte.wrapping_add(guess);
        }
        out.extend_from_slice(current.get(..line.len()).unwrap_or_default());
        above = current;
    }
    Ok(out)
}

fn paeth(left: u8, above: u8, corner: u8) -> u8 {
    let (a, b, c) = (i16::from(left), i16::from(above), i16::from(corner));
    let guess = a + b - c;
    let (to_left, to_above, to_corner) = ((guess - a).abs(), (guess - b).abs(), (guess - c).abs());
    if to_left <= to_above && to_left <= to_corner {
        left
    } else if to_above <= to_corner {
        above
    } else {
        corner
    }
}
