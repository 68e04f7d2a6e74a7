use maud::{Markup, html};

use super::Size;

/// A place in the drawing, with one digit after the point.
pub(super) fn n(value: f64) -> String {
    let text = format!("{value:.1}");
    match text.strip_suffix(".0") {
        Some("-0") => "0".to_owned(),
        Some(whole) => whole.to_owned(),
        None => text,
    }
}

/// The `svg` element with its title and description.
pub(super) fn frame(id: &str, size: Size, height: f64, title: &str, desc: &str, content: Markup) -> Markup {
    let title_id = format!("{id}-{}-ten", size.letter());
    let desc_id = format!("{id}-{}-mo-ta", size.letter());
    let (width, height) = (n(size.width()), n(height));
    html! {
        svg class=(size.class()) viewBox={ "0 0 " (width) " " (height) } width=(width) height=(height)
            role="img" aria-labelledby={ (title_id) " " (desc_id) } {
            title id=(title_id) { (title) }
            desc id=(desc_id) { (desc) }
            (content)
        }
    }
}

/// Where a text is tied to its place.
#[derive(Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

impl Anchor {
    fn name(self) -> Option<&'static str> {
        match self {
            Anchor::Start => None,
            Anchor::Middle => Some("middle"),
            Anchor::End => Some("end"),
        }
    }
}

/// A line of text.
pub(super) fn text(class: &str, x: f64, y: f64, anchor: Anchor, words: &str) -> Markup {
    html! { text class=(class) x=(n(x)) y=(n(y)) text-anchor=[anchor.name()] { (words) } }
}

/// Lines of text, one under the other.
pub(super) fn lines(class: &str, x: f64, y: f64, step: f64, anchor: Anchor, words: &[String]) -> Markup {
    html! {
        @for (index, line) in words.iter().enumerate() {
            (text(class, x, y + step * index as f64, anchor, line))
        }
    }
}

/// A straight line.
pub(super) fn line(class: &str, x1: f64, y1: f64, x2: f64, y2: f64) -> Markup {
    html! { line class=(class) x1=(n(x1)) y1=(n(y1)) x2=(n(x2)) y2=(n(y2)) {} }
}

/// A rectangle.
pub(super) fn rect(class: &str, x: f64, y: f64, width: f64, height: f64) -> Markup {
    html! { rect class=(class) x=(n(x)) y=(n(y)) width=(n(width.max(0.0))) height=(n(height.max(0.0))) {} }
}

/// The sign of a point; the shape tells series apart without colour.
pub(super) fn point(class: &str, shape: usize, x: f64, y: f64, r: f64) -> Markup {
    html! {
        @match shape % 4 {
            0 => circle class=(class) cx=(n(x)) cy=(n(y)) r=(n(r)) {},
            1 => rect class=(class) x=(n(x - r)) y=(n(y - r)) width=(n(r * 2.0)) height=(n(r * 2.0)) {},
            2 => path class=(class) d={ "M" (n(x)) " " (n(y - r * 1.3)) "L" (n(x + r * 1.3)) " " (n(y)) "L" (n(x)) " " (n(y + r * 1.3)) "L" (n(x - r * 1.3)) " " (n(y)) "Z" } {},
            _ => path class=(class) d={ "M" (n(x)) " " (n(y - r * 1.2)) "L" (n(x + r * 1.2)) " " (n(y + r)) "L" (n(x - r * 1.2)) " " (n(y + r)) "Z" } {},
        }
    }
}
