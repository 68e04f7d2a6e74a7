//! Names of kinds of evidence.

use evidence::EvidenceKind;
use ui::Lang;

/// Name of a kind of evidence.
#[must_use]
pub fn evidence_kind_name(kind: EvidenceKind, lang: Lang) -> &'static str {
    let (vi, en) = kind.names();
    lang.pick(vi, en)
}
