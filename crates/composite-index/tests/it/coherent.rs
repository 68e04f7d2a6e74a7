//! Checks of a framework against figures computed elsewhere (numpy 2), and on the shipped tables.

use composite_index::{Definition, FrameworkChecks, ScoreTable, Years, framework_checks, read_definition, read_table};

use crate::working::{HEAD, node};

const ALPHA: f64 = 0.907_142_857_143;
const CORRELATIONS: [f64; 9] = [
    1.000_000_000,
    0.949_177_584_177,
    0.768_615_138_264,
    0.949_177_584_177,
    1.000_000_000,
    0.604_858_378_909,
    0.768_615_138_264,
    0.604_858_378_909,
    1.000_000_000,
];
const COMPONENTS: [f64; 3] = [0.852_346_772_895, 0.139_890_606_185, 0.007_762_620_92];
const LOADINGS: [f64; 3] = [0.985_881_311_632, 0.930_464_750_094, 0.848_123_638_919];

fn checks(definition: &Definition, table: &ScoreTable) -> FrameworkChecks {
    framework_checks(definition, table, Years::default(), 0.9).unwrap()
}

fn near(one: f64, other: f64) -> bool {
    (one - other).abs() < 1e-9
}

#[test]
fn alpha_correlations_and_components_are_those_of_numpy() {
    let body: String = ["a", "b", "c"].iter().map(|code| node(code, "total", "weight = \"1\"\n")).collect();
    let text = format!("{HEAD}[[node]]\ncode = \"total\"\naggregation = \"weighted-mean\"\n{body}");
    let definition = read_definition(&text).unwrap();
    let table =
        read_table(&definition, None, "unit,ranked,a,b,c\nA,,4,5,3\nB,,3,4,3\nC,,5,5,4\nD,,2,3,1\nE,,4,4,5\nF,,1,2,2\nG,no,99,0,0\n")
            .unwrap();
    let found = checks(&definition, &table);
    let total = &found.nodes[0];
    assert_eq!((total.units, total.children.len()), (6, 3));
    assert!(near(total.alpha.unwrap(), ALPHA), "{:?}", total.alpha);
    for (found, expected) in total.correlations.iter().zip(CORRELATIONS) {
        assert!(near(*found, expected), "{:?}", total.correlations);
    }
    for (found, expected) in total.components.iter().zip(COMPONENTS) {
        assert!(near(*found, expected), "{:?}", total.components);
    }
    for (found, expected) in total.loadings.iter().zip(LOADINGS) {
        assert!(near(*found, expected), "{:?}", total.loadings);
    }
    let pair = &found.redundant[0];
    assert_eq!((definition.nodes[pair.one].code.as_str(), definition.nodes[pair.other].code.as_str(), pair.units), ("a", "b", 6));
    let shares: f64 = found.leaves.iter().filter_map(|leaf| leaf.effective).sum();
    assert!(near(shares, 1.0) && found.leaves.iter().all(|leaf| near(leaf.nominal.unwrap(), 1.0 / 3.0)));
}

#[test]
fn an_idle_leaf_moves_no_rank_and_a_deciding_one_does() {
    let body = node("idle", "total", "maximum = \"10\"\n")
        + &node("deciding", "total", "maximum = \"90\"\n")
        + &node("bonus", "total", "role = \"bonus\"\n");
    let text = format!("{HEAD}[[node]]\ncode = \"total\"\naggregation = \"sum-of-points\"\n{body}");
    let definition = read_definition(&text).unwrap();
    let table = read_table(&definition, None, "unit,idle,deciding,bonus\nA,5,80,0\nB,5,70,0\nC,5,60,0\nD,5,50,35\n").unwrap();
    let found = checks(&definition, &table);
    let of = |code: &str| found.leaves.iter().find(|leaf| definition.nodes[leaf.node].code == code).unwrap();
    assert_eq!((of("idle").mean_rank_change, of("idle").largest_rank_change, of("idle").with_total), (0.0, 0, None));
    // Without the bonus D falls from the first to the last place.
    assert_eq!((of("bonus").mean_rank_change, of("bonus").largest_rank_change), (1.5, 3));
    // Without the rest A, B and C are equal behind D: they move by 0, 1 and 2 places.
    assert!(near(of("deciding").mean_rank_change, 0.75));
    assert_eq!(of("bonus").nominal, None);
}

#[test]
fn the_shipped_pci_is_checked_in_full() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalogue/indices");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let definition = read_definition(&read("pci-2013.toml")).unwrap();
    let table = read_table(&definition, definition.edition(2016), &read("pci-2016.csv")).unwrap();
    let found = checks(&definition, &table);
    assert_eq!((found.leaves.len(), found.nodes.len(), found.nodes[0].units), (10, 1, 63));
    let shares: f64 = found.nodes[0].components.iter().sum();
    assert!(near(shares, 1.0) && found.leaves.iter().all(|leaf| leaf.mean_rank_change > 0.0));
}
