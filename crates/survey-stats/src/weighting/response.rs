//! Non-response: respondents take over the weights of those who did not answer.

use super::{Adjustment, Applied, NO_CLASS, PropensityUse, Weighing, WeightFault};
use crate::column::{Column, Labels, NO_LABEL};
use crate::logistic;

fn check_length(weighing: &Weighing<'_>, column: &str, found: usize, faults: &mut Vec<WeightFault>) {
    if found != weighing.rows() {
        faults.push(WeightFault::Length { column: column.to_owned(), expected: weighing.rows(), found });
    }
}

pub(super) fn by_classes(weighing: &Weighing<'_>, classes: &Labels, responded: &[bool]) -> Result<Applied, Vec<WeightFault>> {
    let mut faults = Vec::new();
    check_length(weighing, &classes.name, classes.codes.len(), &mut faults);
    check_length(weighing, "responded", responded.len(), &mut faults);
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut class = vec![NO_CLASS; weighing.rows()];
    for position in weighing.counted() {
        let row = weighing.row(position);
        if classes.codes[row] == NO_LABEL {
            faults.push(WeightFault::MissingLabel { column: classes.name.clone(), row: row + 1 });
        }
        class[position] = classes.codes[row];
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    in_classes(weighing, class, &classes.name, &classes.levels, responded)
}

fn in_classes(
    weighing: &Weighing<'_>,
    class: Vec<u32>,
    column: &str,
    names: &[String],
    responded: &[bool],
) -> Result<Applied, Vec<WeightFault>> {
    let classes = names.len();
    // All weight of each class, that of its respondents, and rows.
    let mut sums = vec![(0.0, 0.0, 0_usize); classes];
    for position in weighing.counted() {
        let sum = &mut sums[class[position] as usize];
        sum.0 += weighing.weights[position];
        sum.2 += 1;
        if responded[weighing.row(position)] {
            sum.1 += weighing.weights[position];
        }
    }
    let empty = sums.iter().zip(names).filter(|((_, answered, rows), _)| *rows > 0 && *answered <= 0.0);
    let faults: Vec<WeightFault> =
        empty.map(|(_, class)| WeightFault::NoRespondent { column: column.to_owned(), class: class.clone() }).collect();
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut after = vec![0.0; weighing.rows()];
    for position in weighing.counted().filter(|&position| responded[weighing.row(position)]) {
        let (all, answered, _) = sums[class[position] as usize];
        after[position] = weighing.weights[position] * all / answered;
    }
    let before = weighing.weights.to_vec();
    let adjustment = Adjustment::Response { class, before, after: after.clone(), classes };
    Ok(Applied::new(after, adjustment))
}

pub(super) fn by_propensity(
    weighing: &Weighing<'_>,
    predictors: &[Column],
    responded: &[bool],
    using: PropensityUse,
) -> Result<Applied, Vec<WeightFault>> {
    let mut faults = Vec::new();
    check_length(weighing, "responded", responded.len(), &mut faults);
    for column in predictors {
        check_length(weighing, &column.name, column.values.len(), &mut faults);
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    for column in predictors {
        let rows = weighing.counted().map(|position| weighing.row(position));
        let missing = rows.filter(|&row| !column.values[row].is_finite());
        faults.extend(missing.map(|row| WeightFault::MissingValue { column: column.name.clone(), row: row + 1 }));
    }
    if let PropensityUse::Classes(count) = using
        && count == 0
    {
        faults.push(WeightFault::OutOfRange { what: "classes", value: 0.0 });
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let rows = 0..weighing.rows();
    let answered: Vec<bool> = rows.clone().map(|position| responded[weighing.row(position)]).collect();
    let varies = |kind: bool| weighing.counted().any(|position| answered[position] == kind);
    if !(varies(true) && varies(false)) {
        return Err(vec![WeightFault::ResponseConstant]);
    }
    let counted = |position: usize, value: f64| if weighing.weights[position].abs() > 0.0 { value } else { 0.0 };
    let mut columns: Vec<Vec<f64>> = vec![rows.clone().map(|position| counted(position, 1.0)).collect()];
    let by_position = |column: &Column| rows.clone().map(|position| counted(position, column.values[weighing.row(position)])).collect();
    columns.extend(predictors.iter().map(by_position));
    let outcome: Vec<f64> = answered.iter().map(|&yes| f64::from(u8::from(yes))).collect();
    let fit = logistic::fit(&columns, &outcome, weighing.weights).map_err(|fault| {
        vec![match fault {
            logistic::NoFit::Dependent(place) => {
                let name = place.checked_sub(1).and_then(|place| predictors.get(place)).map_or("1", |column| column.name.as_str());
                WeightFault::Dependent { column: name.to_owned() }
            }
            logistic::NoFit::Separated => WeightFault::Separated,
        }]
    })?;
    match using {
        PropensityUse::Inverse => {
            let mut after = vec![0.0; weighing.rows()];
            for position in weighing.counted().filter(|&position| answered[position]) {
                after[position] = weighing.weights[position] / fit.probabilities[position];
            }
            let adjustment = Adjustment::Propensity {
                predictors: columns,
                before: weighing.weights.to_vec(),
                probability: fit.probabilities,
                responded: answered,
                inverse: fit.inverse,
            };
            Ok(Applied { iterations: fit.iterations, ..Applied::new(after, adjustment) })
        }
        PropensityUse::Classes(count) => {
            let (class, names) = propensity_classes(weighing, &fit.probabilities, count);
            let applied = in_classes(weighing, class, "propensity class", &names, responded)?;
            Ok(Applied { iterations: fit.iterations, ..applied })
        }
    }
}

/// Classes of equal weight, from the lowest probability up; equal probabilities share a class.
fn propensity_classes(weighing: &Weighing<'_>, probabilities: &[f64], count: usize) -> (Vec<u32>, Vec<String>) {
    let mut order: Vec<usize> = weighing.counted().collect();
    order.sort_by(|&one, &other| probabilities[one].total_cmp(&probabilities[other]));
    let all: f64 = order.iter().map(|&position| weighing.weights[position]).sum();
    let mut class = vec![NO_CLASS; weighing.rows()];
    let (mut sum, mut last, mut here) = (0.0, f64::NAN, 0_u32);
    for position in order {
        let p = probabilities[position];
        if last.is_nan() || (p - last).abs() > 1e-12 {
            let place = (sum / all * count as f64 + 1e-9).floor() as usize;
            here = u32::try_from(place.min(count - 1)).unwrap_or(0);
            last = p;
        }
        class[position] = here;
        sum += weighing.weights[position];
    }
    (class, (1..=count).map(|number| number.to_string()).collect())
}
