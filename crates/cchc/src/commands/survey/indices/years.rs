//! Rows of one year of a file with several, and the difference of an index between two years.
//!
//! Both years are domains of one design: a village that was in both has one label, so that the difference has the covariance of the overlap.

use survey_stats::{Domain, EstimateFault, IndexPart, index_of_parts};
use ui::Lang;

use super::super::estimate::remark_on;
use super::super::report::{Cell, Report};
use super::super::sample::{Sample, failed};
use super::{InForce, IndexArgs, told};
use crate::output::Failure;
use crate::say::survey as words;

/// What is looked at in a year: the whole, or each unit.
pub(super) fn groups(lang: Lang, args: &IndexArgs, sample: &Sample, year: i32) -> Result<Vec<Domain>, Failure> {
    let narrowed = args.year_column.as_ref().map(|column| only(lang, sample, column, year)).transpose()?;
    let of_year = narrowed.as_ref().unwrap_or(sample);
    match &args.by {
        None => Ok(vec![of_year.domain.clone()]),
        Some(by) => of_year.groups(lang, by),
    }
}

/// The same sample, looked at in one year alone; the design stays whole.
pub(super) fn only(lang: Lang, sample: &Sample, column: &str, year: i32) -> Result<Sample, Failure> {
    let years = sample.labels(lang, column)?;
    let wanted = year.to_string();
    let inside: Vec<bool> = years.texts().zip(&sample.inside).map(|(text, inside)| *inside && text == wanted).collect();
    let domain = sample
        .design
        .domain(sample.domain.name(), &inside)
        .map_err(|_| failed(lang, &EstimateFault::EmptyDomain { domain: format!("{column} = {wanted}") }))?;
    Ok(Sample { inside, domain, ..sample.clone() })
}

/// Each node in both years and their difference, for the whole or for each unit that is in both.
pub(super) fn differences(
    lang: Lang,
    args: &IndexArgs,
    sample: &Sample,
    (before, earlier): (i32, &InForce<'_>),
    now: &InForce<'_>,
) -> Result<Report, Failure> {
    let columns = ["group", "node", "estimate_before", "estimate", "difference", "se", "ci_low", "ci_high", "t", "df", "p_value", "remark"];
    let mut report = Report::new(&columns);
    let (old, new) = (groups(lang, args, sample, before)?, groups(lang, args, sample, args.year)?);
    // A node of one rule alone has no difference; nodes are told in the order of the rule of this year.
    let shared: Vec<&str> = now
        .rule
        .nodes
        .iter()
        .map(|node| node.code.as_str())
        .filter(|code| earlier.rule.nodes.iter().any(|node| node.code == *code))
        .collect();
    for group in &new {
        let name = if args.by.is_some() { group.name() } else { "" };
        let Some(partner) = old.iter().find(|known| known.name() == group.name()) else {
            let mut cells = vec![Cell::Nothing; columns.len()];
            cells[0] = name.into();
            cells[columns.len() - 1] = lang.pick(format!("không có trong năm {before}"), format!("not in {before}")).into();
            report.rows.push(cells);
            continue;
        };
        for node in &shared {
            let parts = [
                IndexPart { domain: partner, rule: earlier.rule, items: &earlier.items },
                IndexPart { domain: group, rule: now.rule, items: &now.items },
            ];
            let found = match index_of_parts(&sample.design, &parts, node, &sample.options) {
                Ok(found) => found,
                Err(survey_stats::IndexError::InGroup { fault, .. }) => {
                    let mut cells = vec![Cell::Nothing; columns.len()];
                    (cells[0], cells[1]) = (name.into(), (*node).into());
                    cells[columns.len() - 1] = words::estimate(lang, &fault).into();
                    report.rows.push(cells);
                    continue;
                }
                Err(error) => return Err(told(lang, &error)),
            };
            let contrast = found.difference(1, 0).map_err(|fault| failed(lang, &fault))?;
            let interval = contrast.interval.ok();
            report.rows.push(vec![
                name.into(),
                (*node).into(),
                found.values[0].into(),
                found.values[1].into(),
                contrast.value.into(),
                contrast.standard_error.into(),
                interval.map(|interval| interval.low).into(),
                interval.map(|interval| interval.high).into(),
                contrast.t.into(),
                contrast.degrees_of_freedom.into(),
                contrast.p_value.into(),
                remark_on(lang, contrast.standard_error, contrast.interval).into(),
            ]);
        }
    }
    Ok(report)
}
