//! The shipped catalogue reads without a fault and holds what it promises.
use registry::catalogue::CatalogueFiles;

#[test]
fn the_shipped_catalogue_has_no_fault() {
    match CatalogueFiles::Embedded.catalogue() {
        Ok(catalogue) => println!(
            "{} versions {} links {} indicators {} definitions {} observations {} rows",
            catalogue.versions.len(),
            catalogue.links.len(),
            catalogue.indicators.len(),
            catalogue.definitions.len(),
            catalogue.observations.len(),
            catalogue.published_rows.len()
        ),
        Err(faults) => panic!("{} faults, first: {:#?}", faults.len(), &faults[..faults.len().min(12)]),
    }
}
