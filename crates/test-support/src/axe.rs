//! The rules of accessibility, checked by axe-core.

use crate::set_by_xtask;
use serde::Deserialize;
use thirtyfour::WebDriver;

/// Starts axe and hands back what it found, in the shape of [`Violation`].
const RUN: &str = r"
const done = arguments[arguments.length - 1];
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] }).then(
  (found) => done({
    violations: found.violations.map((violation) => ({
      id: violation.id,
      impact: violation.impact || '',
      help: violation.help,
      nodes: violation.nodes.map((node) => ({
        target: node.target.flat(Infinity).join(' '),
        html: node.html,
      })),
    })),
    fault: null,
  }),
  (fault) => done({ violations: [], fault: String(fault) }),
);
";

/// A rule the page breaks.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Violation {
    /// The name of the rule, such as `image-alt`.
    pub id: String,
    /// How bad it is: `minor`, `moderate`, `serious` or `critical`.
    pub impact: String,
    /// What the rule asks for.
    pub help: String,
    /// Where the page breaks it.
    pub nodes: Vec<ViolationNode>,
}

/// A place where a page breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ViolationNode {
    /// The selector that leads there.
    pub target: String,
    /// The element as the page has it.
    pub html: String,
}

#[derive(Debug, Deserialize)]
struct Found {
    violations: Vec<Violation>,
    fault: Option<String>,
}

/// The faults axe finds in the page `driver` shows: WCAG 2.0, 2.1 and 2.2, levels A and AA, and
/// best practice. The page must let scripts run.
///
/// # Panics
///
/// When axe cannot be run in the page.
pub async fn axe(driver: &WebDriver) -> Vec<Violation> {
    let file = set_by_xtask("CCHC_TEST_AXE");
    let source = std::fs::read_to_string(&file).expect("axe-core can be read");
    driver.execute(source, Vec::new()).await.expect("axe-core goes into the page");
    let found = driver.execute_async(RUN, Vec::new()).await.expect("axe-core runs in the page");
    let found: Found = found.convert().expect("axe-core answers in its known shape");
    if let Some(fault) = found.fault {
        panic!("axe-core failed: {fault}");
    }
    found.violations
}

/// The faults as text for the message of a failed test.
#[must_use]
pub fn report(violations: &[Violation]) -> String {
    let mut text = String::new();
    for violation in violations {
        let Violation { id, impact, help, nodes } = violation;
        text += &format!("{id} ({impact}): {help}\n");
        for node in nodes {
            text += &format!("  {}: {}\n", node.target, node.html);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Violation, ViolationNode, report};

    #[test]
    fn the_report_names_rule_and_place() {
        let node = ViolationNode { target: "img".into(), html: "<img>".into() };
        let one = Violation { id: "image-alt".into(), impact: "critical".into(), help: "Images must have text".into(), nodes: vec![node] };
        assert_eq!(report(&[one]), "image-alt (critical): Images must have text\n  img: <img>\n");
    }
}
