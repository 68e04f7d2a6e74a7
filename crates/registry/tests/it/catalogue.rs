//! The shipped catalogue reads without a fault and holds what it promises; a broken one says every fault with its place.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use registry::catalogue::{CatalogueFault, CatalogueFiles, SheetRule};

use crate::rows::SmallCatalogue;

fn faults_of(files: &CatalogueFiles) -> Vec<String> {
    let Err(faults) = files.catalogue() else { return Vec::new() };
    faults.iter().map(line).collect()
}

fn line(fault: &CatalogueFault) -> String {
    match fault {
        CatalogueFault::File { file, cause } => format!("{file}: {cause}"),
        CatalogueFault::Definition { file, fault } => format!("{file}: {fault}"),
        CatalogueFault::Table { file, fault } => format!("{file}: {fault}"),
        CatalogueFault::Sheet { file, fault } => {
            format!(
                "{file}: row {}, column {}, value {:?}: {} ({})",
                fault.row,
                fault.column,
                fault.value,
                fault.rule.code(),
                fault.expected
            )
        }
    }
}

#[test]
fn the_shipped_catalogue_has_no_fault() {
    let catalogue = CatalogueFiles::Embedded.catalogue().unwrap_or_else(|faults| {
        panic!("{} faults, first:\n{}", faults.len(), faults.iter().take(12).map(line).collect::<Vec<_>>().join("\n"))
    });
    let counts = [
        catalogue.versions.len(),
        catalogue.links.len(),
        catalogue.indicators.len(),
        catalogue.definitions.len(),
        catalogue.observations.len(),
        catalogue.published_rows.len(),
    ];
    println!("versions, links, indicators, definitions, observations, rows: {counts:?}");
    assert!(counts.iter().all(|count| *count > 0), "{counts:?}");
    let ids: BTreeSet<&str> = catalogue.definitions.iter().map(|definition| definition.id.as_str()).collect();
    for id in ["pci-2005", "pci-2006", "pci-2009", "pci-2013", "papi-2011", "papi-2016", "papi-2018", "papi-2021", "par-index-2012"] {
        assert!(ids.contains(id), "{id}");
    }
}

/// An installation that points at the folder of the program it was built from holds the same catalogue.
#[test]
fn the_folder_and_the_program_hold_the_same() {
    let folder = CatalogueFiles::Folder(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalogue"));
    assert_eq!(folder.digest().unwrap(), CatalogueFiles::Embedded.digest().unwrap());
    assert_eq!(folder.definitions().unwrap(), CatalogueFiles::Embedded.definitions().unwrap());
}

#[test]
fn the_small_catalogue_of_these_tests_has_no_fault() {
    assert_eq!(faults_of(&SmallCatalogue::new().files()), [""; 0]);
}

#[test]
fn every_change_of_a_file_changes_the_digest() {
    let small = SmallCatalogue::new();
    let mut seen = BTreeSet::from([small.files().digest().unwrap()]);
    small.change("units/sources.csv", "facts", "facts.");
    assert!(seen.insert(small.files().digest().unwrap()));
    fs::rename(small.path().join("indices/x-2020.toml"), small.path().join("indices/y.toml")).unwrap();
    assert!(seen.insert(small.files().digest().unwrap()));
    fs::write(small.path().join("indices/README.md"), "not part of it").unwrap();
    assert!(!seen.insert(small.files().digest().unwrap()));
}

#[test]
fn a_missing_folder_is_said() {
    let small = SmallCatalogue::new();
    fs::remove_dir_all(small.path().join("indicators")).unwrap();
    let faults = faults_of(&small.files());
    assert!(faults.len() == 1 && faults[0].contains("indicators"), "{faults:?}");
    assert!(small.files().digest().is_err());
}

/// One fault each: file, piece, what it becomes, and what is said.
#[test]
fn every_rule_of_the_sheets_is_said_with_its_place() {
    let province = "46-hue,46,province,municipality,Thành phố Huế,Huế,vn,,,s,seen,";
    let cases: [(&str, &str, &str, &str); 17] = [
        ("units/units.csv", "level,kind,", "level,", "units/units.csv: row 1, column kind, value \"\": missing-column"),
        ("units/units.csv", "status,note\n", "status,note,x\n", "units/units.csv: row 1, column x, value \"x\": unknown-column"),
        ("units/units.csv", province, "46-hue,46,province", "units/units.csv: row 4, column , value"),
        ("units/units.csv", "Thành phố Huế", "", "units/units.csv: row 4, column name, value \"\": empty"),
        ("units/units.csv", "46,province", "46,tỉnh", "units/units.csv: row 4, column level, value \"tỉnh\": unknown-word"),
        ("units/units.csv", "Huế,vn,,", "Huế,vn,1/7/2025,", "units/units.csv: row 4, column valid_from, value \"1/7/2025\": not-a-date"),
        ("units/units.csv", "Huế,vn,,", "Huế,việt nam,,", "units/units.csv: row 4, column parent, value \"việt nam\": unknown-reference"),
        ("units/units.csv", "Huế,vn,,,s", "Huế,vn,,,t", "units/units.csv: row 4, column source, value \"t\": unknown-reference"),
        (
            "units/units.csv",
            "Huế,vn,,",
            "Huế,vn,2025-07-01,2025-06-30",
            "units/units.csv: row 4, column valid_to, value \"2025-06-30\": overlap",
        ),
        ("units/units.csv", "46-hue,", "01-ha-noi,", "units/units.csv: row 4, column valid_from, value \"46\": overlap"),
        ("units/units.csv", "46-hue,46", "46-hue,01", "units/units.csv: row 4, column valid_from, value \"01\": code-twice"),
        ("units/units.csv", "Việt Nam,,,,", "Việt Nam,,1945-09-02,,", "units/units.csv: row 3, column parent, value \"vn\": parent-time"),
        ("units/sources.csv", "facts,\n", "facts,\ns,x,x,,x,\n", "units/sources.csv: row 3, column source, value \"s\": duplicate"),
        (
            "units/links.csv",
            "note\n",
            "note\n01-ha-noi,ha-tay,2008-08-01,whole,s,seen,\n",
            "units/links.csv: row 2, column to, value \"ha-tay\": unknown-reference",
        ),
        (
            "indicators/i.csv",
            "better,2,,,s,\nx.a",
            "better,hai,,,s,\nx.a",
            "indicators/i.csv: row 2, column decimals, value \"hai\": not-a-number",
        ),
        ("indicators/i.csv", "x.b,", "x.a,", "indicators/i.csv: row 4, column indicator, value \"x.a\": duplicate"),
        (
            "indices/x-2020.csv",
            "Huế,46",
            "Huế,47",
            "indices/x-2020.csv: missing-unit, row 3, column code, unit Huế, value 47, expected 2020-12-31",
        ),
    ];
    for (file, from, to, expected) in cases {
        let small = SmallCatalogue::new();
        small.change(file, from, to);
        let faults = faults_of(&small.files());
        assert!(faults.iter().any(|fault| fault.starts_with(expected)), "{expected}\nfound {faults:#?}");
    }
    assert_eq!(SheetRule::NotCsv.code(), "not-csv");
}

/// Excel ends lines with CR LF and leaves blank ones; the rows keep the numbers that the person sees.
#[test]
fn rows_keep_their_numbers_with_cr_lf_and_blank_lines() {
    let small = SmallCatalogue::new();
    small.change("units/units.csv", "Thành phố Huế", "");
    small.change("units/units.csv", "\n46-hue", "\n\n46-hue");
    small.change("units/units.csv", "\n", "\r\n");
    let faults = faults_of(&small.files());
    assert_eq!(faults[0], "units/units.csv: row 5, column name, value \"\": empty ()");
    let small = SmallCatalogue::new();
    small.change("indices/x-2020.csv", "\nHuế,46", "\n\nHuế,47");
    small.change("indices/x-2020.csv", "\n", "\r\n");
    assert_eq!(
        faults_of(&small.files()),
        ["indices/x-2020.csv: missing-unit, row 4, column code, unit Huế, value 47, expected 2020-12-31"]
    );
}

#[test]
fn faults_of_several_files_are_said_together() {
    let small = SmallCatalogue::new();
    small.change("units/units.csv", "46,province", "46,tỉnh");
    small.change("indicators/i.csv", "x.b,", "x.c,");
    small.change("indices/x-2020.csv", "Huế,46,1", "Huế,46,một");
    fs::write(small.path().join("indices/y-2020.csv"), "unit\n").unwrap();
    let faults = faults_of(&small.files());
    for part in ["units/units.csv", "x.b", "value một", "indices/y-2020.csv"] {
        assert!(faults.iter().any(|fault| fault.contains(part)), "{part}\nfound {faults:#?}");
    }
}
