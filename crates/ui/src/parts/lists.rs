use chrono::NaiveDate;
use maud::{Markup, html};

use super::{Tone, tag};
use crate::{Lang, hidden_text};

/// Names with their values, one line each.
pub fn key_values(items: &[(&str, Markup)]) -> Markup {
    html! {
        dl.key-values {
            @for (key, value) in items { div { dt { (key) } dd { (value) } } }
        }
    }
}

/// Terms with their explanations; each explanation is one or more paragraphs.
pub fn definition_list(items: &[(&str, Markup)]) -> Markup {
    html! {
        dl.definitions {
            @for (term, explanation) in items { dt { (term) } dd { (explanation) } }
        }
    }
}

/// How far a step is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StepState {
    /// Finished.
    Done,
    /// The step one is at.
    Current,
    /// Not begun.
    #[default]
    ToDo,
    /// Needs something before it can go on.
    Blocked,
}

/// A step of a piece of work.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// The words.
    pub text: String,
    /// How far it is.
    pub state: StepState,
    /// Address of the step, if one can go there.
    pub href: Option<String>,
    /// A line under it: until when, by whom.
    pub detail: Option<String>,
}

impl Step {
    /// A step.
    pub fn new(text: impl Into<String>, state: StepState) -> Step {
        Step { text: text.into(), state, ..Step::default() }
    }
}

/// The steps of a piece of work with their states.
pub fn steps(items: &[Step], lang: Lang) -> Markup {
    html! {
        ol.steps {
            @for step in items {
                @let (class, word, tone) = match step.state {
                    StepState::Done => ("done", lang.pick("Đã xong", "Done"), Tone::Success),
                    StepState::Current => ("current", lang.pick("Đang làm", "In progress"), Tone::Info),
                    StepState::ToDo => ("todo", lang.pick("Chưa làm", "To do"), Tone::Neutral),
                    StepState::Blocked => ("blocked", lang.pick("Đang vướng", "Blocked"), Tone::Warning),
                };
                li class=(class) aria-current=[(step.state == StepState::Current).then_some("step")] {
                    div {
                        p.step-text {
                            @match &step.href {
                                Some(href) => a href=(href) { (step.text) },
                                None => (step.text),
                            }
                        }
                        @if let Some(detail) = &step.detail { p.step-detail { (detail) } }
                    }
                    (tag(word, tone))
                }
            }
        }
    }
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub date: NaiveDate,
    /// What.
    pub title: String,
    /// Who, and anything more.
    pub detail: Option<String>,
    /// Address of the thing.
    pub href: Option<String>,
}

/// What happened, in the order given.
pub fn timeline(events: &[Event], lang: Lang) -> Markup {
    html! {
        ol.timeline {
            @for event in events {
                li {
                    time datetime=(event.date.format("%Y-%m-%d")) { (lang.date(event.date)) }
                    p.event-title {
                        @match &event.href {
                            Some(href) => a href=(href) { (event.title) },
                            None => (event.title),
                        }
                    }
                    @if let Some(detail) = &event.detail { p.event-detail { (detail) } }
                }
            }
        }
    }
}

/// A node of a tree of units or criteria.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TreeNode {
    /// Name.
    pub text: String,
    /// Address.
    pub href: Option<String>,
    /// A few words beside the name: code, count, validity.
    pub detail: Option<String>,
    /// Nodes below it.
    pub children: Vec<TreeNode>,
    /// Whether the nodes below are in view at first.
    pub open: bool,
}

impl TreeNode {
    /// A node without children.
    pub fn new(text: impl Into<String>, href: Option<String>) -> TreeNode {
        TreeNode { text: text.into(), href, ..TreeNode::default() }
    }
}

/// A tree that opens and closes without script.
pub fn tree(nodes: &[TreeNode], lang: Lang) -> Markup {
    html! { ul.tree { (branches(nodes, lang)) } }
}

fn branches(nodes: &[TreeNode], lang: Lang) -> Markup {
    html! {
        @for node in nodes {
            li {
                @if node.children.is_empty() {
                    span.leaf { (node_words(node)) }
                } @else {
                    details open[node.open] {
                        summary {
                            span { (node.text) }
                            span.count {
                                (node.children.len())
                                (hidden_text(lang.pick(" mục bên dưới", " below")))
                            }
                        }
                        @if node.href.is_some() || node.detail.is_some() {
                            p.tree-own {
                                @if let Some(href) = &node.href {
                                    a href=(href) { (lang.pick("Xem ", "Open ")) (node.text) }
                                }
                                @if let Some(detail) = &node.detail { " " span.detail { (detail) } }
                            }
                        }
                        ul { (branches(&node.children, lang)) }
                    }
                }
            }
        }
    }
}

fn node_words(node: &TreeNode) -> Markup {
    html! {
        @match &node.href {
            Some(href) => a href=(href) { (node.text) },
            None => (node.text),
        }
        @if let Some(detail) = &node.detail { " " span.detail { (detail) } }
    }
}
