//! Figures outside of index tables: read with every fault told, kept exactly, asked for by unit.

use std::fs;

use registry::catalogue::CatalogueFault;
use registry::load::load;
use registry::{ObservationStatus, Period, store};
use test_support::on_both;

use crate::bed::{Empty, Filled, now};
use crate::rows::SmallCatalogue;

const HEAD: &str = "indicator,code,units_as_of,period,value,standard_error,status,dataset,source,note\n";

fn with_figures(rows: &str) -> SmallCatalogue {
    let small = SmallCatalogue::new();
    fs::create_dir(small.path().join("observations")).unwrap();
    fs::write(small.path().join("observations/more.csv"), format!("{HEAD}{rows}")).unwrap();
    small
}

#[test]
fn every_fault_of_a_figure_is_told_with_its_place() {
    let small = with_figures(
        "x.unknown,46,2020-12-31,2019,1,,published,d,s,\n\
         x.a,99,2020-12-31,2019,1,,published,d,s,\n\
         x.a,46,31/12/2020,2019,1,,published,d,s,\n\
         x.a,46,2020-12-31,2019-Q9,1,,published,d,s,\n\
         x.a,46,2020-12-31,2019,\"1,5\",,published,d,s,\n\
         x.a,46,2020-12-31,2019,,,published,d,s,\n\
         x.a,46,2020-12-31,2019,1,,missing,d,,\n\
         x.a,46,2020-12-31,2018,1,0.5,estimated,d,s,\n\
         x.a,46,2020-12-31,2018,2,,estimated,d,s,\n",
    );
    let faults = small.files().catalogue().unwrap_err();
    let told: Vec<String> = faults
        .iter()
        .map(|fault| match fault {
            CatalogueFault::Sheet { file, fault } => format!("{file} {} {} {}", fault.row, fault.column, fault.rule.code()),
            other => format!("{other:?}"),
        })
        .collect();
    let expected = [
        "2 indicator unknown-reference",
        "3 code unknown-reference",
        "4 units_as_of not-a-date",
        "5 period not-a-date",
        "6 value not-a-number",
        "7 value empty",
        "8 status unknown-word",
        "8 source empty",
        "10 indicator duplicate",
    ]
    .map(|line| format!("observations/more.csv {line}"));
    assert_eq!(told, expected);
}

on_both! {
    async fn a_figure_comes_back_with_every_digit(bed: Empty) {
        let small = with_figures("x.a,46,2020-12-31,2019-RQ3,72.9000000000000000000000001,0.04,estimated,d,s,ghi chú / note\n");
        load(&bed.db, &small.files(), now()).await.unwrap();
        let found = store::other_observations(bed.db.read().await.unwrap().conn(), "46-hue").await.unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].value, Ok("72.9000000000000000000000001".parse().unwrap()));
        assert_eq!(found[0].standard_error, Some("0.04".parse().unwrap()));
        assert_eq!((found[0].period, found[0].status), ("2019-RQ3".parse::<Period>().unwrap(), ObservationStatus::Estimated));
    }

    async fn the_country_has_its_survey_figures_and_no_index_tables_among_them(bed: Filled) {
        let found = store::other_observations(bed.db.read().await.unwrap().conn(), "vn").await.unwrap();
        assert_eq!(found.len(), 11);
        assert!(found.iter().all(|observation| observation.dataset == "sipas-other"));
        assert!(store::other_observations(bed.db.read().await.unwrap().conn(), "01-ha-noi").await.unwrap().is_empty());
    }
}
