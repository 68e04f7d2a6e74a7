//! Other years count wherever an index is computed: what-if, trends, least effort, workings and checks say what `compute` says with the same years.

use composite_index::{
    Definition, EffortError, EffortQuestion, Lever, PastTable, Quantity, ScoreTable, Target, Years, change_between, compute_in,
    contributions, explain_in, framework_checks, least_effort, read_definition, read_table, scale, trends, what_if,
};
use rust_decimal::Decimal;

use crate::chance::Chance;
use crate::working::{HEAD, node};

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn read(definition: &Definition, csv: &str) -> ScoreTable {
    read_table(definition, None, csv).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

/// One indicator on the range of all years so far, from 0 to 100, made up.
fn running() -> Definition {
    let scaling = "weight = \"1\"\n[node.scaling]\nmethod = \"min-max\"\nrange_from = \"running\"\n";
    read_definition(&format!("{HEAD}[[node]]\ncode = \"total\"\naggregation = \"weighted-mean\"\n{}", node("x", "total", scaling))).unwrap()
}

/// The three years of [`running`]: the range is 0 to 20 from the first one on, 5 to 18 and 9 to 17 in the others alone.
fn three(definition: &Definition) -> [ScoreTable; 3] {
    ["unit,x\nA,10\nB,20\nC,0\n", "unit,x\nA,16\nB,18\nC,5\n", "unit,x\nA,17\nB,15\nC,9\n"].map(|csv| read(definition, csv))
}

#[test]
fn what_if_and_trends_stand_on_the_running_range() {
    let definition = running();
    let [first, second, third] = three(&definition);
    let past = [PastTable { year: 2011, table: &second }, PastTable { year: 2010, table: &first }];
    let years = Years { year: Some(2013), edition: None, past: &past };
    let x = Quantity::find(&definition, "x").unwrap();
    // By hand: A 17/20, B 15/20, C 9/20; with 12, C has 60 and stays third. On the range of the year alone it would be 37.5.
    let answer = what_if(&definition, &third, years, 2, &[(x, Some(12.into()))], &[]).unwrap();
    assert_eq!((answer.before.total, answer.after.total), (Ok(45.into()), Ok(60.into())));
    assert_eq!((answer.before.place, answer.after.place), (Some(3.into()), Some(3.into())));
    // With 25 the range grows to 0 to 25 for everybody: A 68, B 60.
    let answer = what_if(&definition, &third, years, 2, &[(x, Some(25.into()))], &[]).unwrap();
    assert_eq!((answer.after.total, answer.after.place), (Ok(100.into()), Some(1.into())));
    // From 2011, with 2010 before it: A 80, B 90, C 25.
    let earlier = Years { year: Some(2011), edition: None, past: &past };
    let found = trends((&definition, &third, years), (&definition, &second, earlier)).unwrap();
    assert_eq!(found.shifts, [Decimal::from(5), Decimal::from(-15), Decimal::from(20)]);
}

#[test]
fn the_change_of_a_unit_is_that_of_its_totals() {
    let definition = running();
    let [first, second, third] = three(&definition);
    let past = [PastTable { year: 2010, table: &first }, PastTable { year: 2011, table: &second }];
    let (before, after) = (Years { year: Some(2011), edition: None, past: &past }, Years { year: Some(2013), edition: None, past: &past });
    let one = contributions(&definition, &explain_in(&definition, &second, before).unwrap()[0]).unwrap();
    let other = contributions(&definition, &explain_in(&definition, &third, after).unwrap()[0]).unwrap();
    // By hand: A has 16/20 and 17/20.
    assert_eq!((one.total, other.total), (80.into(), 85.into()));
    assert_eq!(compute_in(&definition, &second, before).unwrap().units[0].values[definition.total], Ok(one.total));
    let sum: Decimal = change_between((&definition, &one), (&definition, &other)).iter().map(|change| change.amount).sum();
    assert_eq!(sum, Decimal::from(5));
}

/// A part on the running range and a part given in points, of equal weight.
fn mixed() -> Definition {
    let mut text = format!("{HEAD}[[figure]]\ncode = \"people\"\n[[node]]\ncode = \"total\"\naggregation = \"weighted-mean\"\n");
    let scaling = "[node.scaling]\nmethod = \"min-max\"\nrange_from = \"running\"\n";
    text += &node("x", "total", &format!("weight = \"1\"\n{scaling}"));
    text += &node("y", "total", &format!("weight = \"1\"\n{scaling}denominator = \"people\"\n"));
    text += &node("p", "total", "weight = \"2\"\nrange = [\"0\", \"100\"]\n");
    read_definition(&text).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

#[test]
fn the_least_effort_stands_on_the_running_range() {
    let definition = mixed();
    let first = read(&definition, "unit,people,x,y,p\nA,1,0,0,10\nB,1,20,10,10\n");
    let now = read(&definition, "unit,people,x,y,p\nA,1,10,5,40\nB,1,12,8,60\nC,1,15,6,50\n");
    let past = [PastTable { year: 2020, table: &first }];
    let years = Years { year: Some(2021), edition: None, past: &past };
    let lever = |code: &str, low: &str, high: &str| Lever {
        quantity: Quantity::find(&definition, code).unwrap(),
        low: decimal(low),
        high: decimal(high),
        step: None,
        fixed_cost: Decimal::ZERO,
        unit_cost: Decimal::ONE,
    };
    let levers = [lever("p", "0", "100")];
    let ask = |levers: &[Lever], target: Target| {
        let question = EffortQuestion { definition: &definition, table: &now, years, row: 0, levers, target, shifts: &[] };
        least_effort(&question, 1, &|_| true)
    };
    // By hand: A has (50 + 50 + 2 × 40) / 4 = 45; B (60 + 80 + 2 × 60) / 4 = 65; C (75 + 60 + 2 × 50) / 4 = 58.75. 60 needs p = 70.
    let found = ask(&levers, Target::Score(60.into())).unwrap().plans.swap_remove(0);
    assert_eq!((found.total, found.cost, found.place), (60.into(), 30.into(), Some(2.into())));
    // The first place needs B's 65: p = 80, which shares the place.
    let found = ask(&levers, Target::Place(1)).unwrap().plans.swap_remove(0);
    assert_eq!((found.total, found.moves[0].to), (65.into(), 80.into()));
    // What is scaled, or divides what is scaled, moves the others too.
    for code in ["x", "people"] {
        assert_eq!(ask(&[lever(code, "1", "20")], Target::Score(60.into())), Err(EffortError::Scaled(code.into())));
    }
}

#[test]
fn checks_of_a_framework_stand_on_filled_values_of_earlier_years() {
    let mut text = format!("{HEAD}[[node]]\ncode = \"total\"\naggregation = \"weighted-mean\"\n");
    for code in ["a", "b"] {
        text += &node(code, "total", "weight = \"1\"\n[node.scaling]\nmethod = \"min-max\"\nimputation = \"last\"\n");
    }
    let definition = read_definition(&text).unwrap();
    let first = read(&definition, "unit,a,b\nA,1,9\nB,2,7\nC,3,5\n");
    let now = read(&definition, "unit,a,b\nA,1,9\nB,2,\nC,4,5\n");
    let past = [PastTable { year: 2020, table: &first }];
    let units = |years: Years<'_>| framework_checks(&definition, &now, years, 0.9).unwrap().nodes[0].units;
    assert_eq!(units(Years::default()), 2);
    assert_eq!(units(Years { year: Some(2021), edition: None, past: &past }), 3);
}

/// An answer with changed figures is the plain computation of the changed table, and workings end at its totals.
#[test]
fn a_changed_table_computed_anew_says_the_same() {
    let mut chance = Chance::new(23);
    for round in 0..60 {
        let mut text = format!("{HEAD}[[node]]\ncode = \"total\"\naggregation = \"weighted-mean\"\n");
        for code in ["a", "b", "c"] {
            let range = ["", "range_from = \"running\"\n"][chance.below(2)];
            let fill = ["", "imputation = \"last\"\n", "imputation = \"linear\"\n", "imputation = \"mean\"\n"][chance.below(4)];
            text += &node(
                code,
                "total",
                &format!("weight = \"{}\"\n[node.scaling]\nmethod = \"min-max\"\nconstant = \"50\"\n{range}{fill}", 1 + chance.below(3)),
            );
        }
        let definition = read_definition(&text).unwrap();
        let mut table = || {
            let mut csv = String::from("unit,a,b,c\n");
            for unit in 0..6 {
                let cells: Vec<String> =
                    (0..3).map(|_| if chance.below(6) == 0 { String::new() } else { chance.below(40).to_string() }).collect();
                csv += &format!("unit {unit},{}\n", cells.join(","));
            }
            read(&definition, &csv)
        };
        let (one, two, now) = (table(), table(), table());
        let past = [PastTable { year: 2018, table: &one }, PastTable { year: 2020, table: &two }];
        let years = Years { year: Some(2021), edition: None, past: &past };
        let (row, code) = (chance.below(6), ["a", "b", "c"][chance.below(3)]);
        let value = (chance.below(5) > 0).then(|| Decimal::from(chance.below(60)));
        let id = definition.node(code).unwrap();
        let answer = what_if(&definition, &now, years, row, &[(Quantity::Input(id), value)], &[]).unwrap();
        let mut changed = now.clone();
        changed.rows[row].inputs[id] = value;
        // The independent way: scale the changed table, then compute without any year.
        let scaled = scale(&definition, &changed, Some(2021), &past).unwrap().table;
        let expected = composite_index::compute_scaled(&definition, None, &scaled).unwrap();
        assert_eq!(answer.after.total, expected.units[row].values[definition.total], "round {round}\n{text}");
        assert_eq!(answer.after.place, expected.units[row].place);
        for (unit, working) in expected.units.iter().zip(explain_in(&definition, &changed, years).unwrap()) {
            assert_eq!(working.nodes[definition.total].value, unit.values[definition.total]);
        }
    }
}
