use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// A figure as a position; drawing only.
pub(super) fn position(value: Decimal) -> f64 {
    value.to_f64().unwrap_or(0.0)
}

/// A straight scale from values to places in the drawing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) from: f64,
    pub(super) to: f64,
}

impl Scale {
    pub(super) fn new(low: f64, high: f64, from: f64, to: f64) -> Scale {
        // A single value gets room on both sides, so that nothing is divided by zero.
        let (low, high) = if high - low > f64::EPSILON { (low, high) } else { (low - 0.5, low + 0.5) };
        Scale { low, high, from, to }
    }

    pub(super) fn at(&self, value: f64) -> f64 {
        self.from + (value - self.low) / (self.high - self.low) * (self.to - self.from)
    }
}

/// Round steps that cover the values, about `wanted` of them.
pub(super) fn ticks(low: f64, high: f64, wanted: u32) -> Vec<f64> {
    let span = if high - low > f64::EPSILON { high - low } else { 1.0 };
    let raw = span / f64::from(wanted.max(1));
    let magnitude = 10_f64.powf(raw.log10().floor());
    let step = [1.0, 2.0, 2.5, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * magnitude)
        .find(|step| *step >= raw - f64::EPSILON)
        .unwrap_or(10.0 * magnitude);
    let first = (low / step).floor();
    let last = (high / step).ceil();
    let mut found = Vec::new();
    let mut index = first;
    while index <= last + 0.01 && found.len() < 50 {
        found.push(index * step);
        index += 1.0;
    }
    found
}

/// Digits after the decimal sign that the steps need.
pub(super) fn tick_decimals(ticks: &[f64]) -> u32 {
    let step = match ticks {
        [first, second, ..] => second - first,
        _ => return 0,
    };
    (0..4)
        .find(|decimals| {
            let scaled = step * 10_f64.powi(*decimals);
            (scaled - scaled.round()).abs() < 1e-6
        })
        .and_then(|decimals| u32::try_from(decimals).ok())
        .unwrap_or(4)
}

/// Width of a text in Be Vietnam Pro, near enough for keeping texts apart.
pub(super) fn text_width(text: &str, size: f64) -> f64 {
    text.chars()
        .map(|sign| match sign {
            ' ' => 0.25,
            'i' | 'l' | 'ì' | 'í' | 'ị' | 'ỉ' | 'ĩ' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' => 0.29,
            'f' | 'j' | 'r' | 't' | '(' | ')' | 'I' | '1' => 0.4,
            'm' | 'w' => 0.88,
            'M' | 'W' => 0.92,
            '0'..='9' => 0.66,
            sign if sign.is_uppercase() => 0.72,
            _ => 0.6,
        })
        .sum::<f64>()
        * size
}

/// A text in lines that fit a width; words are not cut, the last line may end with a sign for "more".
pub(super) fn wrap(text: &str, size: f64, width: f64, max_lines: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if line.is_empty() || text_width(&longer, size) <= width {
            line = longer;
        } else {
            lines.push(std::mem::replace(&mut line, word.to_owned()));
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    if lines.len() > max_lines {
        lines.truncate(max_lines);
        if let Some(last) = lines.last_mut() {
            *last = format!("{}…", last.trim_end_matches([',', ' ']));
        }
    }
    if let Some(last) = lines.last_mut() {
        *last = shorten(last, size, width);
    }
    lines
}

/// A text that fits a width, cut with a sign if it does not.
pub(super) fn shorten(text: &str, size: f64, width: f64) -> String {
    if text_width(text, size) <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    for sign in text.chars() {
        if text_width(&kept, size) + text_width("m…", size) > width {
            break;
        }
        kept.push(sign);
    }
    format!("{}…", kept.trim_end().trim_end_matches('…'))
}

/// Places for labels that must not overlap: each at least `gap` from the next, inside the limits,
/// and as near as possible to where it belongs. The answer is in the order of the input.
pub(super) fn spread(wanted: &[f64], gap: f64, top: f64, bottom: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|a, b| wanted[*a].total_cmp(&wanted[*b]).then(a.cmp(b)));
    // Labels that touch form a block; a block sits at the mean of its members' wishes.
    let mut blocks: Vec<(f64, Vec<usize>)> = Vec::new();
    let limit = |first: f64, count: usize| {
        let height = gap * (count as f64 - 1.0);
        first.min(bottom - height).max(top)
    };
    for index in order {
        let mut members = vec![index];
        let mut first = limit(wanted[index], 1);
        while let Some((before, before_members)) = blocks.pop() {
            if before + gap * before_members.len() as f64 <= first + 1e-9 {
                blocks.push((before, before_members));
                break;
            }
            let mut joined = before_members;
            joined.extend(members);
            let sum: f64 = joined.iter().enumerate().map(|(place, member)| wanted[*member] - gap * place as f64).sum();
            first = limit(sum / joined.len() as f64, joined.len());
            members = joined;
        }
        blocks.push((first, members));
    }
    let mut placed = vec![0.0; wanted.len()];
    for (first, members) in blocks {
        for (place, member) in members.into_iter().enumerate() {
            placed[member] = first + gap * place as f64;
        }
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_cover_the_values() {
        assert_eq!(ticks(3.0, 97.0, 5).iter().map(|tick| tick.round() as i64).collect::<Vec<_>>(), [0, 20, 40, 60, 80, 100]);
        let fine = ticks(0.12, 0.31, 4);
        assert_eq!(tick_decimals(&fine), 2);
        assert!(!ticks(5.0, 5.0, 4).is_empty());
    }

    #[test]
    fn labels_keep_apart_and_inside() {
        let placed = spread(&[10.0, 11.0, 12.0, 100.0], 16.0, 0.0, 100.0);
        let mut sorted = placed.clone();
        sorted.sort_by(f64::total_cmp);
        for pair in sorted.windows(2) {
            assert!(pair[1] - pair[0] >= 15.999, "{placed:?}");
        }
        assert!(sorted[0] >= 0.0 && sorted[3] <= 100.0);
        assert!(placed[0] < placed[1] && placed[1] < placed[2]);
        assert!(spread(&[], 16.0, 0.0, 100.0).is_empty());
    }

    #[test]
    fn long_texts_wrap_and_end_with_a_sign() {
        let lines = wrap("Xây dựng và nâng cao chất lượng đội ngũ cán bộ, công chức, viên chức", 13.0, 160.0, 2);
        assert_eq!(lines.len(), 2);
        assert!(lines[1].ends_with('…'), "{lines:?}");
        assert_eq!(wrap("Hà Nội", 13.0, 160.0, 2), ["Hà Nội"]);
    }
}
