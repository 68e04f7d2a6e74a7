use maud::{Markup, html};

use crate::{Icon, Lang, icon};

/// One link of the chain behind a figure.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// What it is: published value, rule, figure, evidence, person.
    pub role: String,
    /// Its name.
    pub text: String,
    /// Address.
    pub href: Option<String>,
    /// Value, version, time.
    pub detail: Option<String>,
}

impl Origin {
    /// A link of the chain.
    pub fn new(role: impl Into<String>, text: impl Into<String>) -> Origin {
        Origin { role: role.into(), text: text.into(), ..Origin::default() }
    }

    /// With an address.
    #[must_use]
    pub fn href(mut self, href: impl Into<String>) -> Origin {
        self.href = Some(href.into());
        self
    }

    /// With a line of detail.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Origin {
        self.detail = Some(detail.into());
        self
    }
}

/// Where a figure comes from: from the published value back to the first source.
pub fn provenance(chain: &[Origin], lang: Lang) -> Markup {
    html! {
        section.provenance aria-label=(lang.pick("Số liệu này từ đâu?", "Where does this figure come from?")) {
            p.provenance-title { (icon(Icon::Chain)) (lang.pick("Số liệu này từ đâu?", "Where does this figure come from?")) }
            ol {
                @for link in chain {
                    li {
                        span.role { (link.role) }
                        span.what {
                            @match &link.href {
                                Some(href) => a href=(href) { (link.text) },
                                None => (link.text),
                            }
                            @if let Some(detail) = &link.detail { span.detail { (detail) } }
                        }
                    }
                }
            }
        }
    }
}
