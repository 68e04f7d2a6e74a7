//! The table of rights that an auditor reads is the table that the program asks.

use accounts::policy::printed;

#[test]
fn the_printed_table_is_the_committed_one() {
    let committed = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/rights.txt")).unwrap_or_default();
    assert!(committed == printed(), "docs/rights.txt must be:\n{}", printed());
}
