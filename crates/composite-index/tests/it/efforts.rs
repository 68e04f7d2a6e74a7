//! What-if and least effort: against every combination tried by hand, and on the rules of points.

use std::fmt::Write as _;

use composite_index::{
    Definition, EffortError, EffortPlan, EffortQuestion, Lever, Quantity, ScoreTable, Target, ValueFault, WhatIfError, Years, compute,
    effort_by_rivals, read_definition, read_table, trends, what_if,
};
use rust_decimal::Decimal;

use crate::chance::Chance;
use crate::working::{HEAD, node};

fn definition(body: &str) -> Definition {
    let text = format!("{HEAD}{body}");
    read_definition(&text).unwrap_or_else(|faults| panic!("{faults:#?}\n{text}"))
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// Criteria of each kind, made up: brackets, linear with a threshold, checklist, choice, a count of breaches, points given.
fn set() -> Definition {
    let mut body = String::new();
    for (code, rest) in [
        ("done", "range = [\"0\", \"100\"]\n"),
        ("online", "range = [\"0\", \"100\"]\n"),
        ("site", "kind = \"yes-no\"\n"),
        ("board", "kind = \"yes-no\"\n"),
        ("plan", "kind = \"choice\"\nchoices = [\"none\", \"late\", \"on-time\"]\n"),
        ("breaches", "kind = \"count\"\n"),
    ] {
        writeln!(body, "[[figure]]\ncode = \"{code}\"\n{rest}").unwrap();
    }
    body += "[[node]]\ncode = \"total\"\naggregation = \"sum-of-points\"\n";
    let brackets = "bracket = [{ under = \"70\", points = \"0\" }, { from = \"70\", to = \"90\", points = \"1\" }, { over = \"90\", points = \"2\" }]\n";
    body += &node("a", "total", &format!("[node.rule]\nkind = \"brackets\"\nfigure = \"done\"\n{brackets}"));
    body += &node("b", "total", "maximum = \"6\"\n[node.rule]\nkind = \"linear\"\nfigure = \"online\"\nfull_at = \"50\"\n");
    let items = "item = [{ figure = \"site\", points = \"0.25\" }, { figure = \"board\", points = \"0.5\" }]\n";
    body += &node("c", "total", &format!("[node.rule]\nkind = \"checklist\"\n{items}"));
    let options =
        "option = [{ code = \"none\", points = \"0\" }, { code = \"late\", points = \"0.5\" }, { code = \"on-time\", points = \"1\" }]\n";
    body += &node("d", "total", &format!("[node.rule]\nkind = \"choice\"\nfigure = \"plan\"\n{options}"));
    body += &node("e", "total", "[node.rule]\nkind = \"per-case\"\nfigure = \"breaches\"\nstart = \"2\"\neach = \"-0.5\"\nfloor = \"0\"\n");
    body += &node("f", "total", "maximum = \"5\"\n");
    definition(&body)
}

fn table(definition: &Definition) -> ScoreTable {
    let csv = "unit,done,online,site,board,plan,breaches,f\nA,65,20,no,no,none,3,2\nB,95,50,yes,yes,on-time,0,4\nC,80,30,no,yes,late,1,3\n";
    read_table(definition, None, csv).unwrap()
}

fn lever(definition: &Definition, code: &str, low: &str, high: &str, fixed: &str, unit: &str) -> Lever {
    Lever {
        quantity: Quantity::find(definition, code).unwrap(),
        low: decimal(low),
        high: decimal(high),
        step: None,
        fixed_cost: decimal(fixed),
        unit_cost: decimal(unit),
    }
}

/// The plans for the first row of a table, the rivals fixed.
fn least_effort(
    definition: &Definition,
    table: &ScoreTable,
    levers: &[Lever],
    target: Target,
    count: usize,
) -> Result<Vec<EffortPlan>, EffortError> {
    let question = EffortQuestion { definition, table, years: Years::default(), row: 0, levers, target, shifts: &[] };
    composite_index::least_effort(&question, count, &|_| true).map(|found| {
        assert_eq!(found.certain, found.plans.len());
        found.plans
    })
}

/// "done 65 -> 70 (5)" for each movement, and the cost.
fn words(definition: &Definition, plan: &EffortPlan) -> String {
    let each =
        |step: &composite_index::Move| format!("{} {} -> {}", step.quantity.code(definition), step.from.normalize(), step.to.normalize());
    format!("{}: {}", plan.cost.normalize(), plan.moves.iter().map(each).collect::<Vec<_>>().join(", "))
}

#[test]
fn what_if_tells_points_and_places() {
    let definition = set();
    let table = table(&definition);
    let find = |code| Quantity::find(&definition, code).unwrap();
    let settings = [(find("done"), Some(decimal("91"))), (find("online"), Some(decimal("40"))), (find("f"), Some(decimal("5")))];
    let answer = what_if(&definition, &table, Years::default(), 0, &settings, &[]).unwrap();
    // A: 0 + 2.4 + 0 + 0 + 0.5 + 2 = 4.9; then 2 + 4.8 + 0 + 0 + 0.5 + 5 = 12.3. C: 1 + 3.6 + 0.5 + 0.5 + 1.5 + 3 = 10.1.
    assert_eq!((answer.before.total, answer.after.total), (Ok(decimal("4.9")), Ok(decimal("12.3"))));
    assert_eq!((answer.before.place, answer.after.place), (Some(3.into()), Some(2.into())));
    let changed: Vec<&str> = answer.nodes.iter().map(|(id, ..)| definition.nodes[*id].code.as_str()).collect();
    assert_eq!(changed, ["total", "a", "b", "f"]);
    // C moves by 3 and stays before A.
    let moved = what_if(&definition, &table, Years::default(), 0, &settings, &[Decimal::ZERO, Decimal::ZERO, 3.into()]).unwrap();
    assert_eq!(moved.after.place, Some(3.into()));
    let outside = what_if(&definition, &table, Years::default(), 0, &[(find("done"), Some(101.into()))], &[]);
    let fault = ValueFault::OutOfRange { low: Decimal::ZERO, high: Decimal::ONE_HUNDRED };
    assert_eq!(outside, Err(WhatIfError::BadValue { code: "done".into(), value: 101.into(), fault }));
    assert_eq!(what_if(&definition, &table, Years::default(), 9, &[], &[]), Err(WhatIfError::NoUnit));
}

#[test]
fn rivals_go_on_as_from_an_earlier_year() {
    let definition = set();
    let now = table(&definition);
    let earlier = "unit,done,online,site,board,plan,breaches,f\nC,80,30,no,yes,late,1,1\nB,95,50,yes,yes,on-time,0,5\n";
    let earlier = read_table(&definition, None, earlier).unwrap();
    let years = Years::default();
    let found = trends((&definition, &now, years), (&definition, &earlier, years)).unwrap();
    assert_eq!(found.shifts, [Decimal::ZERO, Decimal::from(-1), Decimal::from(2)]);
    // A is not in the earlier table; nobody comes near the highest total.
    assert_eq!((found.still, found.stopped), (vec![0], vec![]));
}

#[test]
fn rivals_stop_at_the_highest_and_lowest_total() {
    // Made up: 10 points given. B grew by 4.5 to 9.5 and would have 14; C fell by 6 to 2 and would have -4; D grew by 0.5 to 9.5.
    let definition = definition(
        "[[node]]\ncode = \"total\"\naggregation = \"sum-of-points\"\n[[node]]\ncode = \"a\"\nparent = \"total\"\nmaximum = \"10\"\n",
    );
    let read = |csv: &str| read_table(&definition, None, csv).unwrap();
    let (now, earlier) = (read("unit,a\nA,5\nB,9.5\nC,2\nD,9.5\n"), read("unit,a\nA,5\nB,5\nC,8\nD,9\n"));
    let years = Years::default();
    let found = trends((&definition, &now, years), (&definition, &earlier, years)).unwrap();
    assert_eq!(found.shifts, [decimal("0"), decimal("0.5"), decimal("-2"), decimal("0.5")]);
    assert_eq!((found.still, found.stopped), (vec![], vec![1, 2]));
    // With the highest total there can be, A stands first beside B: 10, as B's 9.5 + 0.5.
    let settings = [(Quantity::find(&definition, "a").unwrap(), Some(decimal("10")))];
    let answer = what_if(&definition, &now, years, 0, &settings, &found.shifts).unwrap();
    assert_eq!(answer.after.place, Some(1.into()));
}

#[test]
fn a_unit_without_a_place_has_no_place_to_reach() {
    let definition = set();
    let mut table = table(&definition);
    table.rows[0].ranked = false;
    let levers = [lever(&definition, "done", "65", "100", "0", "1")];
    assert_eq!(least_effort(&definition, &table, &levers, Target::Place(1), 1), Err(EffortError::NotRanked));
    assert!(least_effort(&definition, &table, &levers, Target::Score(5.into()), 1).is_ok());
}

#[test]
fn the_cheapest_plan_stops_where_the_points_are_reached() {
    let definition = set();
    let table = table(&definition);
    let levers = [
        lever(&definition, "done", "65", "100", "0", "1"),
        lever(&definition, "online", "20", "60", "0", "0.5"),
        lever(&definition, "site", "0", "1", "3", "0"),
        lever(&definition, "board", "0", "1", "4", "0"),
        lever(&definition, "plan", "0", "2", "1", "1"),
        lever(&definition, "breaches", "1", "3", "0", "2"),
        lever(&definition, "f", "2", "4", "0", "10"),
    ];
    let plans = |target, count| least_effort(&definition, &table, &levers, target, count).unwrap();
    // Online gives 0.12 points for each percent at a cost of 0.5: 4.17 for a point. A plan on time gives 1 for 3, breaches 0.5 for 2.
    let found = plans(Target::Score(decimal("5.9")), 3);
    let told: Vec<String> = found.iter().map(|plan| words(&definition, plan)).collect();
    assert_eq!(told[0], "3: plan 0 -> 2");
    assert!(found.iter().all(|plan| plan.total >= decimal("5.9")) && found.is_sorted_by_key(|plan| plan.cost), "{told:?}");
    // One and a half points: the plan on time, then half a point more on the line: 0.5 / 0.12 percent.
    let found = plans(Target::Score(decimal("6.4")), 1);
    assert_eq!(words(&definition, &found[0]), "5: plan 0 -> 2, breaches 3 -> 2");
    let found = plans(Target::Score(decimal("6.3")), 1);
    assert_eq!(words(&definition, &found[0]), "4.666666666667: online 20 -> 23.333333333334, plan 0 -> 2");
    assert!(found[0].total >= decimal("6.3") && found[0].total < decimal("6.3000000001"));
    // Second place is C's 10.1, shared under the competition rule.
    let found = plans(Target::Place(2), 1);
    assert!(found[0].total >= decimal("10.1") && found[0].place == Some(2.into()), "{found:?}");
    assert_eq!(
        least_effort(&definition, &table, &levers, Target::Score(decimal("16.75")), 1),
        Err(EffortError::OutOfReach(decimal("15.25")))
    );
}

#[test]
fn a_target_that_is_reached_needs_nothing() {
    let definition = set();
    let table = table(&definition);
    let levers = [lever(&definition, "done", "0", "100", "0", "1")];
    for target in [Target::Score(4.into()), Target::Place(3)] {
        let plans = least_effort(&definition, &table, &levers, target, 3).unwrap();
        assert_eq!((plans.len(), plans[0].cost, plans[0].moves.len()), (1, Decimal::ZERO, 0));
    }
}

#[test]
fn effort_grows_with_the_rivals() {
    let definition = set();
    let table = table(&definition);
    let levers = [lever(&definition, "online", "20", "60", "0", "1"), lever(&definition, "f", "2", "5", "0", "10")];
    let moves: Vec<Decimal> = [-3, -2, -1, 0, 5].map(Decimal::from).into();
    let question = EffortQuestion {
        definition: &definition,
        table: &table,
        years: Years::default(),
        row: 0,
        levers: &levers,
        target: Target::Place(2),
        shifts: &[],
    };
    let found = effort_by_rivals(&question, &moves, &|_| true).unwrap();
    let costs: Vec<Option<Decimal>> = found.iter().map(|(_, cost)| *cost).collect();
    assert!(costs[..4].windows(2).all(|pair| pair[0] < pair[1]) && costs[4].is_none(), "{costs:?}");
}

#[test]
fn levers_that_cannot_be_moved_are_refused_each_for_its_reason() {
    let definition = set();
    let table = table(&definition);
    let ask = |levers: &[Lever]| least_effort(&definition, &table, levers, Target::Score(9.into()), 1).unwrap_err();
    let done = lever(&definition, "done", "65", "100", "0", "1");
    let breaches = lever(&definition, "breaches", "0", "3", "0", "1");
    assert_eq!(ask(&[done, done]), EffortError::LeverTwice("done".into()));
    assert_eq!(ask(&[Lever { low: 100.into(), high: 65.into(), ..done }]), EffortError::EmptyRange("done".into()));
    assert_eq!(ask(&[Lever { unit_cost: Decimal::from(-1), ..done }]), EffortError::NegativeCost("done".into()));
    assert_eq!(ask(&[Lever { fixed_cost: Decimal::from(-1), ..done }]), EffortError::NegativeCost("done".into()));
    assert_eq!(ask(&[Lever { step: Some(Decimal::ZERO), ..done }]), EffortError::BadStep("done".into()));
    assert_eq!(ask(&[Lever { step: Some(decimal("0.5")), ..breaches }]), EffortError::BadStep("breaches".into()));
    assert_eq!(ask(&[Lever { step: Some(decimal("0.0001")), ..done }]), EffortError::TooMany("done".into()));
    let fault = ValueFault::OutOfRange { low: Decimal::ZERO, high: Decimal::ONE_HUNDRED };
    let beyond = WhatIfError::BadValue { code: "done".into(), value: 101.into(), fault };
    assert_eq!(ask(&[Lever { high: 101.into(), ..done }]), EffortError::WhatIf(beyond));
    let half = WhatIfError::BadValue { code: "breaches".into(), value: decimal("0.5"), fault: ValueFault::NotWhole };
    assert_eq!(ask(&[Lever { low: decimal("0.5"), ..breaches }]), EffortError::WhatIf(half));
    let empty = read_table(&definition, None, "unit,done,online,site,board,plan,breaches,f\nA,,20,no,no,none,3,2\n").unwrap();
    let unknown = least_effort(&definition, &empty, &[done], Target::Score(9.into()), 1).unwrap_err();
    assert_eq!(unknown, EffortError::NoValue("done".into()));
    let nowhere = least_effort(&definition, &table, &[done], Target::Place(0), 1).unwrap_err();
    assert_eq!(nowhere, EffortError::NoSuchPlace(0));
}

#[test]
fn rivals_stop_at_a_cap_where_no_lowest_total_is_known() {
    let definition = definition(
        "[[node]]\ncode = \"total\"\naggregation = \"weighted-mean\"\ncap = \"7\"\n[[node]]\ncode = \"a\"\nparent = \"total\"\nweight = \"1\"\n",
    );
    let read = |csv: &str| read_table(&definition, None, csv).unwrap();
    let (now, earlier) = (read("unit,a\nA,6\nB,2\n"), read("unit,a\nA,4\nB,6\n"));
    let found = trends((&definition, &now, Years::default()), (&definition, &earlier, Years::default())).unwrap();
    assert_eq!((found.shifts, found.stopped), (vec![Decimal::ONE, Decimal::from(-4)], vec![0]));
}

#[test]
fn rivals_stop_where_the_parts_of_the_total_end() {
    let shifts = |body: &str, now: &str, earlier: &str| {
        let definition = definition(body);
        let read = |csv: &str| read_table(&definition, None, csv).unwrap();
        let (now, earlier) = (read(now), read(earlier));
        trends((&definition, &now, Years::default()), (&definition, &earlier, Years::default())).unwrap().shifts
    };
    // Points below zero: B fell by 7 to -4 would be -11, and -5 is the lowest there can be.
    let below = "[[node]]\ncode = \"total\"\naggregation = \"sum-of-points\"\n[[node]]\ncode = \"a\"\nparent = \"total\"\nmaximum = \"10\"\nrange = [\"-5\", \"10\"]\n";
    assert_eq!(shifts(below, "unit,a\nA,5\nB,-4\n", "unit,a\nA,4\nB,3\n"), [Decimal::ONE, Decimal::from(-1)]);
    // A mean never lies above the best of its parts, a weighted sum not above theirs.
    let mean = |rule: &str| {
        format!("[[node]]\ncode = \"total\"\naggregation = \"{rule}\"\n")
            + &["a", "b"]
                .map(|code| format!("[[node]]\ncode = \"{code}\"\nparent = \"total\"\nweight = \"1\"\nmaximum = \"10\"\n"))
                .concat()
    };
    let (now, earlier) = ("unit,a,b\nA,5,5\nB,8,8\n", "unit,a,b\nA,5,5\nB,4,4\n");
    assert_eq!(shifts(&mean("weighted-mean"), now, earlier), [Decimal::ZERO, Decimal::TWO]);
    assert_eq!(shifts(&mean("geometric-mean"), now, earlier)[1].round_dp(9), Decimal::TWO);
    assert_eq!(shifts(&mean("weighted-sum"), now, earlier), [Decimal::ZERO, Decimal::from(4)]);
}

#[test]
fn a_what_if_sets_nothing_that_does_not_apply_to_the_unit() {
    let definition = definition(
        "[[block]]\ncode = \"xa\"\nname = { vi = \"Xã\", en = \"Communes\" }\n[[block]]\ncode = \"so\"\nname = { vi = \"Sở\", en = \"Departments\" }\n\
         [[figure]]\ncode = \"f\"\n[[node]]\ncode = \"total\"\naggregation = \"sum-of-points\"\n\
         [[node]]\ncode = \"a\"\nparent = \"total\"\nmaximum = \"10\"\nblocks = [\"xa\"]\n\
         [node.rule]\nkind = \"linear\"\nfigure = \"f\"\nfull_at = \"10\"\n\
         [[node]]\ncode = \"b\"\nparent = \"total\"\nmaximum = \"10\"\n[[node]]\ncode = \"c\"\nparent = \"total\"\nmaximum = \"10\"\n",
    );
    let table = read_table(&definition, None, "unit,block,f,b,c,not-applicable.b\nA,so,,,5,không có nhiệm vụ\nB,xa,4,3,5,\n").unwrap();
    let ask = |row: usize, code: &str| {
        let settings = [(Quantity::find(&definition, code).unwrap(), Some(decimal("7")))];
        what_if(&definition, &table, Years::default(), row, &settings, &[]).map(drop)
    };
    for code in ["f", "b"] {
        let refused = WhatIfError::BadValue { code: code.into(), value: 7.into(), fault: ValueFault::NotApplicable };
        assert_eq!(ask(0, code), Err(refused), "{code}");
        assert_eq!(ask(1, code), Ok(()), "{code}");
    }
    assert_eq!(ask(0, "c"), Ok(()));
}

#[test]
fn a_what_if_takes_what_a_table_takes() {
    let definition = set();
    let table = table(&definition);
    let ask = |code: &str, value: &str| {
        let settings = [(Quantity::find(&definition, code).unwrap(), Some(decimal(value)))];
        match what_if(&definition, &table, Years::default(), 0, &settings, &[]) {
            Err(WhatIfError::BadValue { fault, .. }) => Some(fault),
            Ok(_) => None,
            Err(error) => panic!("{error:?}"),
        }
    };
    assert_eq!(ask("breaches", "1.5"), Some(ValueFault::NotWhole));
    assert_eq!(ask("breaches", "-1"), Some(ValueFault::NotWhole));
    assert_eq!(ask("site", "0.5"), Some(ValueFault::NotAChoice));
    assert_eq!(ask("plan", "3"), Some(ValueFault::NotAChoice));
    assert_eq!(ask("f", "6"), Some(ValueFault::OutOfRange { low: Decimal::ZERO, high: 5.into() }));
    assert_eq!((ask("breaches", "1"), ask("site", "1"), ask("plan", "2"), ask("done", "99.5")), (None, None, None, None));
}

#[test]
fn the_work_stops_when_it_is_told_to() {
    let definition = set();
    let table = table(&definition);
    let levers = [lever(&definition, "done", "65", "100", "0", "1")];
    let question = EffortQuestion {
        definition: &definition,
        table: &table,
        years: Years::default(),
        row: 0,
        levers: &levers,
        target: Target::Score(5.into()),
        shifts: &[],
    };
    assert_eq!(composite_index::least_effort(&question, 1, &|_| false), Err(EffortError::Stopped));
    assert_eq!(effort_by_rivals(&question, &[Decimal::ONE], &|_| false), Err(EffortError::Stopped));
}

#[test]
fn a_count_on_a_line_moves_by_whole_numbers() {
    let mut body =
        String::from("[[figure]]\ncode = \"n\"\nkind = \"count\"\n[[node]]\ncode = \"total\"\naggregation = \"sum-of-points\"\n");
    body += &node("a", "total", "maximum = \"10\"\n[node.rule]\nkind = \"linear\"\nfigure = \"n\"\nfull_at = \"7\"\n");
    let definition = definition(&body);
    let table = read_table(&definition, None, "unit,n\nA,1\n").unwrap();
    let plans = least_effort(&definition, &table, &[lever(&definition, "n", "0", "7", "0", "1")], Target::Score(5.into()), 9).unwrap();
    assert_eq!(plans.iter().map(|plan| words(&definition, plan)).collect::<Vec<_>>(), ["3: n 1 -> 4"]);
}

#[test]
fn a_line_under_a_cap_needs_a_step() {
    let mut body =
        String::from("[[figure]]\ncode = \"x\"\nrange = [\"0\", \"100\"]\n[[node]]\ncode = \"total\"\naggregation = \"sum-of-points\"\n");
    body += &node("g", "total", "aggregation = \"sum-of-points\"\ncap = \"3\"\n");
    body += &node("a", "g", "maximum = \"10\"\n[node.rule]\nkind = \"linear\"\nfigure = \"x\"\nfull_at = \"100\"\n");
    let definition = definition(&body);
    let table = read_table(&definition, None, "unit,x\nA,10\n").unwrap();
    let along = lever(&definition, "x", "0", "100", "0", "1");
    let ask = |lever: Lever| least_effort(&definition, &table, &[lever], Target::Score(decimal("2.5")), 3);
    assert_eq!(ask(along), Err(EffortError::StepNeeded("x".into())));
    let plans = ask(Lever { step: Some(Decimal::TWO), ..along }).unwrap();
    assert_eq!(plans.iter().map(|plan| words(&definition, plan)).collect::<Vec<_>>(), ["16: x 10 -> 26"]);
}

/// Leaves of steps under sums, a group with a cap and a mean of another kind; levers with every combination of costs.
fn random_set(chance: &mut Chance, leaves: usize) -> (Definition, ScoreTable, Vec<(String, Decimal)>) {
    let mut body = String::new();
    let mut tree = String::from("[[node]]\ncode = \"total\"\naggregation = \"sum-of-points\"\n");
    tree += &node("capped", "total", "aggregation = \"sum-of-points\"\nrole = \"bonus\"\ncap = \"2\"\n");
    tree += &node("least", "total", "aggregation = \"minimum\"\nmaximum = \"4\"\n");
    let (mut head, mut cells, mut costs) = (String::from("unit"), String::from("A"), Vec::new());
    for leaf in 0..leaves {
        let figure = format!("x{leaf}");
        writeln!(body, "[[figure]]\ncode = \"{figure}\"\nrange = [\"0\", \"100\"]").unwrap();
        let points = |chance: &mut Chance| Decimal::new(i64::try_from(chance.below(9)).unwrap(), 2) * Decimal::from(25);
        let (mut low, mut high) = (points(chance), points(chance));
        if low > high {
            std::mem::swap(&mut low, &mut high);
        }
        let brackets = format!(
            "bracket = [{{ under = \"40\", points = \"0\" }}, {{ from = \"40\", under = \"80\", points = \"{low}\" }}, {{ from = \"80\", points = \"{high}\" }}]\n"
        );
        let parent = ["total", "total", "capped", "least"][chance.below(4)];
        tree += &node(&format!("n{leaf}"), parent, &format!("[node.rule]\nkind = \"brackets\"\nfigure = \"{figure}\"\n{brackets}"));
        write!(head, ",{figure}").unwrap();
        write!(cells, ",{}", [10, 50, 90][chance.below(3)]).unwrap();
        costs.push((figure, Decimal::new(i64::try_from(1 + chance.below(40)).unwrap(), 1)));
    }
    tree += &node("last", "least", "maximum = \"4\"\n");
    tree += &node("more", "capped", "range = [\"0\", \"9\"]\n");
    let definition = definition(&(body + &tree));
    let table = read_table(&definition, None, &format!("{head},last,more\n{cells},1,0.5\n")).unwrap();
    (definition, table, costs)
}

/// Costs of every plan of which no movement can be left out or made shorter, by the engine itself: three brackets of each figure.
fn by_hand(definition: &Definition, table: &ScoreTable, levers: &[Lever], target: Decimal) -> Vec<Decimal> {
    let ends = [("0", "39.99"), ("40", "79.99"), ("80", "100")].map(|(low, high)| (decimal(low), decimal(high)));
    // Of each lever where it stands and the other brackets, the nearest first.
    let choices: Vec<Vec<Decimal>> = levers
        .iter()
        .map(|lever| {
            let from = lever.quantity.value(&table.rows[0]).unwrap();
            let mut values: Vec<Decimal> = ends.iter().map(|(low, high)| from.clamp(*low, *high)).collect();
            values.sort_by_key(|value| (*value - from).abs());
            values
        })
        .collect();
    let count = choices.iter().map(Vec::len).product::<usize>();
    let mut totals: Vec<(Decimal, Decimal)> = Vec::with_capacity(count);
    for position in 0..count {
        let (mut rest, mut changed, mut cost) = (position, table.clone(), Decimal::ZERO);
        for (lever, values) in levers.iter().zip(&choices) {
            let Quantity::Figure(figure) = lever.quantity else { unreachable!() };
            let (from, to) = (values[0], values[rest % values.len()]);
            rest /= values.len();
            changed.rows[0].figures[figure] = Some(to);
            cost += if to == from { Decimal::ZERO } else { lever.fixed_cost + lever.unit_cost * (to - from).abs() };
        }
        totals.push((compute(definition, None, &changed).unwrap().units[0].values[definition.total].unwrap(), cost));
    }
    // What is reached by less than a combination is told from its lesser neighbours on.
    let mut reached_by_less = vec![false; count];
    let mut found = Vec::new();
    for position in 0..count {
        let (mut rest, mut stride) = (position, 1);
        for values in &choices {
            let (choice, lesser) = (rest % values.len(), position.wrapping_sub(stride));
            if choice > 0 && (reached_by_less[lesser] || totals[lesser].0 >= target) {
                reached_by_less[position] = true;
            }
            rest /= values.len();
            stride *= values.len();
        }
        if totals[position].0 >= target && !reached_by_less[position] {
            found.push(totals[position].1);
        }
    }
    found.sort_unstable();
    found
}

#[test]
fn the_next_best_plans_are_those_of_every_combination() {
    let mut chance = Chance::new(41);
    let (mut reached, mut missed) = (0, 0);
    for _ in 0..40 {
        let (definition, table, costs) = random_set(&mut chance, 6);
        let levers: Vec<Lever> = costs.iter().map(|(code, cost)| lever(&definition, code, "0", "100", &cost.to_string(), "0.1")).collect();
        let now = compute(&definition, None, &table).unwrap().units[0].values[definition.total].unwrap();
        let target = now + Decimal::new(i64::try_from(25 + chance.below(300)).unwrap(), 2);
        let all = by_hand(&definition, &table, &levers, target);
        match least_effort(&definition, &table, &levers, Target::Score(target), 5) {
            Ok(plans) => {
                assert_eq!(plans.iter().map(|plan| plan.cost).collect::<Vec<_>>(), all[..all.len().min(5)]);
                assert!(plans.iter().all(|plan| plan.total >= target));
                assert!((1..plans.len()).all(|place| plans[..place].iter().all(|plan| plan.moves != plans[place].moves)));
                reached += 1;
            }
            Err(EffortError::OutOfReach(_)) => {
                assert!(all.is_empty());
                missed += 1;
            }
            Err(error) => panic!("{error:?}"),
        }
    }
    assert!(reached > 10 && missed > 5, "{reached} reached, {missed} out of reach");
}

#[test]
fn shares_that_no_decimal_holds_still_add_up_to_the_target() {
    // A third of each leaf: three steps are a whole point, and 0.99… is not short of it.
    let three = ["a", "b", "c"].map(|code| node(code, "total", "weight = \"1\"\nmaximum = \"10\"\n")).concat();
    let definition = definition(&format!("[[node]]\ncode = \"total\"\naggregation = \"weighted-mean\"\n{three}"));
    let table = read_table(&definition, None, "unit,a,b,c\nA,0,0,0\nB,3,0,0\n").unwrap();
    let one = |code: &str, high: &str| Lever { step: Some(Decimal::ONE), ..lever(&definition, code, "0", high, "0", "1") };
    let all = [one("a", "1"), one("b", "1"), one("c", "1")];
    for target in [Target::Score(Decimal::ONE), Target::Place(1)] {
        let plans = least_effort(&definition, &table, &all, target, 3).unwrap();
        let costs: Vec<String> = plans.iter().map(|plan| plan.cost.normalize().to_string()).collect();
        assert_eq!(costs, ["3"], "{target:?}");
    }
    // A lever that stops on its line stops at the very value.
    let line = [lever(&definition, "a", "0", "10", "0", "1")];
    let plans = least_effort(&definition, &table, &line, Target::Score(Decimal::ONE), 1).unwrap();
    assert_eq!(plans[0].moves[0].to.round_dp(12).normalize().to_string(), "3");
}

#[test]
fn a_lever_that_costs_nothing_is_no_endless_question() {
    let nodes = node("a", "total", "maximum = \"10\"\n") + &node("b", "total", "maximum = \"10\"\n");
    let definition = definition(&format!("[[node]]\ncode = \"total\"\naggregation = \"sum-of-points\"\n{nodes}"));
    let table = read_table(&definition, None, "unit,a,b\nA,0,0\nB,3,0\n").unwrap();
    let levers = [lever(&definition, "a", "0", "10", "0", "0")];
    let plans = least_effort(&definition, &table, &levers, Target::Score(Decimal::from(4)), 5).unwrap();
    assert_eq!((plans[0].cost, plans[0].total), (Decimal::ZERO, Decimal::from(4)));
}

/// Both levers of a group reach its cap at different costs: ways to the same points have no price between them.
#[test]
fn ways_to_the_same_points_are_no_endless_question() {
    let group = |rest: &str| {
        let leaves = ["a", "b"].map(|code| node(code, "g", rest)).concat();
        format!("{}{leaves}", node("g", "total", "aggregation = \"sum-of-points\"\ncap = \"12\"\n"))
    };
    let head = "[[node]]\ncode = \"total\"\naggregation = \"sum-of-points\"\n";
    let rest = node("c", "total", "maximum = \"10\"\n") + &node("h", "total", "maximum = \"10\"\n");
    let definition = definition(&format!("{head}{}{rest}", group("maximum = \"10\"\n")));
    let table = read_table(&definition, None, "unit,a,b,c,h,not-applicable.h\nU,5,5,4,,none\n").unwrap();
    let levers = ["a", "b"].map(|code| {
        let unit_cost = if code == "a" { "2" } else { "1" };
        Lever { step: Some(Decimal::ONE), ..lever(&definition, code, "0", "10", "0", unit_cost) }
    });
    // (12 + 4) × 40 / 30
    let most = |target: &str| match least_effort(&definition, &table, &levers, Target::Score(decimal(target)), 2) {
        Err(EffortError::OutOfReach(most)) => most.round_dp(10),
        other => panic!("{other:?}"),
    };
    assert_eq!(most("35"), decimal("21.3333333333"));
    let plans = least_effort(&definition, &table, &levers, Target::Score(decimal("20")), 2).unwrap();
    assert_eq!(words(&definition, &plans[0]), "1: b 5 -> 6");
}

#[test]
fn a_total_held_to_its_cap_reaches_no_more() {
    let head = "[[node]]\ncode = \"total\"\naggregation = \"sum-of-points\"\ncap = \"18\"\n";
    let definition = definition(&format!("{head}{}{}", node("a", "total", "maximum = \"10\"\n"), node("c", "total", "maximum = \"10\"\n")));
    let table = read_table(&definition, None, "unit,a,c\nU,5,9\n").unwrap();
    let levers = [Lever { step: Some(Decimal::ONE), ..lever(&definition, "a", "0", "10", "0", "1") }];
    let found = |target: &str| least_effort(&definition, &table, &levers, Target::Score(decimal(target)), 1);
    assert_eq!(found("19").unwrap_err(), EffortError::OutOfReach(decimal("18")));
    assert_eq!(found("18").unwrap()[0].total, decimal("18"));
}

#[test]
fn a_total_held_up_by_its_floor_needs_nothing() {
    let head = "[[node]]\ncode = \"total\"\naggregation = \"sum-of-points\"\nfloor = \"6\"\n";
    let definition = definition(&format!("{head}{}{}", node("a", "total", "maximum = \"10\"\n"), node("c", "total", "maximum = \"10\"\n")));
    let table = read_table(&definition, None, "unit,a,c\nU,0,1\n").unwrap();
    let levers = [Lever { step: Some(Decimal::ONE), ..lever(&definition, "a", "0", "10", "0", "1") }];
    let cost = |target: &str| least_effort(&definition, &table, &levers, Target::Score(decimal(target)), 1).unwrap()[0].cost;
    assert_eq!([cost("5"), cost("6"), cost("7")], [decimal("0"), decimal("0"), decimal("6")]);
}
