//! Ranks of units, and the differences of each pair.

use survey_stats::{Domain, RankOptions, Ranking, index_of_groups, rank};
use ui::Lang;

use super::super::estimate::{one_cluster, remark_on};
use super::super::report::{Cell, Report};
use super::super::sample::{Sample, failed};
use super::{InForce, IndexArgs, told};
use crate::output::Failure;

pub(super) fn ranked(
    lang: Lang,
    args: &IndexArgs,
    sample: &Sample,
    groups: &[Domain],
    now: &InForce<'_>,
    node: &str,
) -> Result<Report, Failure> {
    let found = index_of_groups(&sample.design, groups, now.rule, node, &now.items, &sample.options).map_err(|error| told(lang, &error))?;
    let options = RankOptions { seed: args.seed, adjustment: args.adjust.method(), ..RankOptions::default() };
    let ranking = rank(&found, &options).map_err(|fault| failed(lang, &fault))?;
    let mut report = if args.pairs { of_pairs(lang, &ranking) } else { of_units(lang, &ranking) };
    report.note("node", lang.pick("Mục", "Node"), node);
    report.note("level", lang.pick("Mức tin cậy của thứ hạng", "Level of the ranks"), ranking.level);
    report.note("draws", lang.pick("Số lần rút để tính sai số thứ hạng", "Draws for the errors of ranks"), options.draws);
    report.note("seed", lang.pick("Số gieo", "Seed"), args.seed.to_string());
    Ok(report)
}

fn of_units(lang: Lang, ranking: &Ranking) -> Report {
    let mut report = Report::new(&["rank", "unit", "estimate", "se", "rank_se", "rank_best", "rank_worst", "alike", "remark"]);
    for &unit in &ranking.order {
        let sets: Vec<String> =
            ranking.alike.iter().enumerate().filter(|(_, set)| set.contains(&unit)).map(|(number, _)| (number + 1).to_string()).collect();
        let ranked = &ranking.units[unit];
        report.rows.push(vec![
            Cell::Count(ranked.rank),
            ranked.name.as_str().into(),
            ranked.value.into(),
            ranked.standard_error.into(),
            ranked.rank_error.into(),
            ranked.best.into(),
            ranked.worst.into(),
            sets.join(" ").into(),
            ranked.standard_error.map_or_else(|| one_cluster(lang).into(), |_| Cell::Nothing),
        ]);
    }
    report
}

fn of_pairs(lang: Lang, ranking: &Ranking) -> Report {
    let columns = [
        "one",
        "other",
        "difference",
        "se",
        "ci_low",
        "ci_high",
        "p_value",
        "p_adjusted",
        "rank_difference",
        "rank_difference_se",
        "share_before",
        "remark",
    ];
    let mut report = Report::new(&columns);
    for pair in &ranking.pairs {
        let interval = pair.contrast.interval.ok();
        let ranks = ranking.difference(pair.one, pair.other);
        report.rows.push(vec![
            ranking.units[pair.one].name.as_str().into(),
            ranking.units[pair.other].name.as_str().into(),
            pair.contrast.value.into(),
            pair.contrast.standard_error.into(),
            interval.map(|interval| interval.low).into(),
            interval.map(|interval| interval.high).into(),
            pair.contrast.p_value.into(),
            pair.adjusted.into(),
            ranks.map(|ranks| ranks.difference).into(),
            ranks.and_then(|ranks| ranks.standard_error).into(),
            ranks.and_then(|ranks| ranks.before).into(),
            remark_on(lang, pair.contrast.standard_error, pair.contrast.interval).into(),
        ]);
    }
    report
}
