//! Tests of independence of two classifications: Rao & Scott (1981, 1984), and Wald's.

use crate::column::{Column, Labels, NO_LABEL};
use crate::design::Design;
use crate::distribution::{chi_square_upper, f_upper};
use crate::domain::Domain;
use crate::estimate::{Options, select};
use crate::fault::EstimateFault;
use crate::joint::{Joint, Target, WaldTest, joint, wald};
use crate::matrix::{Basis, Matrix, dot};
use crate::replicates::Measure;

/// A test with its distribution.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IndependenceTest {
    /// The statistic.
    pub statistic: f64,
    /// Degrees of freedom, those above of an F distribution.
    pub numerator: f64,
    /// Degrees of freedom below; infinite for a chi-square distribution.
    pub denominator: f64,
    /// Probability of a statistic as large where both classifications are independent.
    pub p_value: Option<f64>,
}

/// Tests of independence of one table.
#[derive(Debug, Clone)]
pub struct ChiSquare {
    /// Levels of the rows that have weight, in sorted order.
    pub rows: Vec<String>,
    /// Levels of the columns that have weight, in sorted order.
    pub columns: Vec<String>,
    /// Estimated shares of the cells, row by row, with their covariances.
    pub shares: Joint,
    /// Pearson's X² of the estimated shares times the number of answers.
    pub pearson: f64,
    /// Mean of the generalised design effects, by which X² is divided.
    pub mean_design_effect: f64,
    /// First order: X² over the mean effect, as chi-square: `statistic = "Chisq"` in R, which prints X² itself.
    pub rao_scott_first: IndependenceTest,
    /// Second order, as F: `statistic = "F"` in R. The one to report.
    pub rao_scott_second: IndependenceTest,
    /// Wald's test of the cells, `statistic = "Wald"`; none where the covariances have no inverse.
    pub wald: Option<WaldTest>,
    /// The same adjusted for few degrees of freedom, `statistic = "adjWald"`; none where too few are left.
    pub adjusted_wald: Option<WaldTest>,
}

/// Tests whether two classifications are independent in a domain. Rows without label follow the choice for missing values.
///
/// # Errors
///
/// As of [`crate::total`]; a classification with fewer than two levels that have weight; a cell so empty that the test is not defined.
pub fn chi_square(
    design: &Design,
    domain: &Domain,
    rows: &Labels,
    columns: &Labels,
    options: &Options,
) -> Result<ChiSquare, EstimateFault> {
    let [row_codes, column_codes] = [rows, columns].map(|labels| {
        let code = |&code: &u32| if code == NO_LABEL { f64::NAN } else { f64::from(code) };
        Column::new(labels.name.clone(), labels.codes.iter().map(code).collect())
    });
    let selected = select(design, domain, &[&row_codes, &column_codes], options)?;
    let levels = |labels: &Labels| {
        let mut present = vec![false; labels.levels.len()];
        for &position in &selected.positions {
            present[labels.codes[design.order[position as usize] as usize] as usize] = true;
        }
        let mut codes: Vec<u32> = (0_u32..).zip(present).filter(|(_, present)| *present).map(|(code, _)| code).collect();
        codes.sort_by(|&one, &other| labels.level(one).cmp(labels.level(other)));
        if codes.len() < 2 { Err(EstimateFault::OneLevel { column: labels.name.clone() }) } else { Ok(codes) }
    };
    let (row_levels, column_levels) = (levels(rows)?, levels(columns)?);
    let inside = |codes: &[u32], name: &str, row: usize, column: usize| {
        let hit = |(&r, &c): (&u32, &u32)| {
            if r == NO_LABEL || c == NO_LABEL { f64::NAN } else { f64::from(u8::from(r == codes[row] && c == column_levels[column])) }
        };
        Column::new(name, rows.codes.iter().zip(&columns.codes).map(hit).collect())
    };
    let (height, width) = (row_levels.len(), column_levels.len());
    let cells: Vec<Column> = (0..height * width)
        .map(|cell| {
            let (row, column) = (cell / width, cell % width);
            let name = format!("{}={}, {}={}", rows.name, rows.level(row_levels[row]), columns.name, columns.level(column_levels[column]));
            inside(&row_levels, &name, row, column)
        })
        .collect();
    let all = |measure: fn(&Column) -> Measure<'_>| {
        let targets: Vec<Target<'_>> =
            cells.iter().map(|cell| Target { name: cell.name.clone(), domain, measure: measure(cell) }).collect();
        joint(design, &targets, options)
    };
    let (shares, totals) = (all(|cell| Measure::Mean(cell))?, all(|cell| Measure::Total(cell))?);
    shares.errors_known(0..cells.len())?;
    let answers = selected.positions.len() as f64;
    let (pearson, effects) = generalised_effects(&shares, height, width, answers)?;
    let (sum, squares) = (effects.iter().sum::<f64>(), effects.iter().map(|effect| effect * effect).sum::<f64>());
    let (count, df) = (effects.len() as f64, shares.degrees_of_freedom);
    let mean_design_effect = sum / count;
    let above = sum * sum / squares;
    let first = pearson / mean_design_effect;
    let wald = independence(&totals, height, width);
    let adjusted_wald = wald.as_ref().and_then(|found| {
        let denominator = df - count + 1.0;
        let f = found.f * denominator / df;
        (denominator > 0.0 && df.is_finite()).then(|| WaldTest {
            f,
            numerator: count,
            denominator,
            p_value: f_upper(f, count, denominator),
        })
    });
    Ok(ChiSquare {
        rows: row_levels.iter().map(|&code| rows.level(code).to_owned()).collect(),
        columns: column_levels.iter().map(|&code| columns.level(code).to_owned()).collect(),
        shares,
        pearson,
        mean_design_effect,
        rao_scott_first: IndependenceTest {
            statistic: first,
            numerator: count,
            denominator: f64::INFINITY,
            p_value: chi_square_upper(first, count),
        },
        rao_scott_second: IndependenceTest {
            statistic: pearson / sum,
            numerator: above,
            denominator: above * df,
            p_value: f_upper(pearson / sum, above, above * df),
        },
        wald,
        adjusted_wald,
    })
}

/// Pearson's X² and the eigenvalues of (C' D⁻¹ C / n)⁻¹ C' D⁻¹ V D⁻¹ C, with C the part of the interactions outside the main effects.
fn generalised_effects(shares: &Joint, height: usize, width: usize, answers: f64) -> Result<(f64, Vec<f64>), EstimateFault> {
    let p = &shares.values;
    let cells = height * width;
    let (mut by_row, mut by_column) = (vec![0.0; height], vec![0.0; width]);
    for (cell, share) in p.iter().enumerate() {
        by_row[cell / width] += share;
        by_column[cell % width] += share;
    }
    let expected = |cell: usize| by_row[cell / width] * by_column[cell % width];
    let pearson = answers * p.iter().enumerate().map(|(cell, share)| (share - expected(cell)).powi(2) / expected(cell)).sum::<f64>();
    let indicator = |test: &dyn Fn(usize) -> bool| (0..cells).map(|cell| f64::from(u8::from(test(cell)))).collect::<Vec<f64>>();
    let mut main = vec![vec![1.0; cells]];
    main.extend((1..height).map(|row| indicator(&|cell| cell / width == row)));
    main.extend((1..width).map(|column| indicator(&|cell| cell % width == column)));
    let main = Basis::of_span(main);
    let mut contrasts = Vec::new();
    for row in 1..height {
        for column in 1..width {
            let mut contrast = indicator(&|cell| cell / width == row && cell % width == column);
            main.take_away(&mut contrast);
            contrasts.push(contrast);
        }
    }
    let scaled: Vec<Vec<f64>> =
        contrasts.iter().map(|contrast| contrast.iter().zip(p).map(|(c, p)| if *p > 0.0 { c / p } else { 0.0 }).collect()).collect();
    let size = contrasts.len();
    let below = Matrix::from_fn(size, size, |row, column| dot(&contrasts[row], &scaled[column]) / answers);
    let above = Matrix::from_fn(size, size, |row, column| shares.covariance.form(&scaled[row], &scaled[column]));
    let lower = below.cholesky().ok_or(EstimateFault::SingularCovariance)?;
    // L⁻¹ A L⁻ᵀ has the same eigenvalues and is symmetric.
    let columns: Vec<Vec<f64>> = (0..size).map(|column| lower.solve_lower(above.column(column))).collect();
    let half = Matrix::from_fn(size, size, |row, column| columns[row][column]);
    let columns: Vec<Vec<f64>> = (0..size).map(|column| lower.solve_lower(half.column(column))).collect();
    let whole = Matrix::from_fn(size, size, |row, column| f64::midpoint(columns[row][column], columns[column][row]));
    let (effects, _) = whole.eigen();
    if effects.iter().sum::<f64>() > 0.0 { Ok((pearson, effects)) } else { Err(EstimateFault::SingularCovariance) }
}

/// Wald's test that each cell is the product of its margins over the total.
fn independence(totals: &Joint, height: usize, width: usize) -> Option<WaldTest> {
    let n = &totals.values;
    let all: f64 = n.iter().sum();
    let by_row: Vec<f64> = (0..height).map(|row| (0..width).map(|column| n[row * width + column]).sum()).collect();
    let by_column: Vec<f64> = (0..width).map(|column| (0..height).map(|row| n[row * width + column]).sum()).collect();
    let (mut off, mut gradients) = (Vec::new(), Vec::new());
    for row in 1..height {
        for column in 1..width {
            off.push(n[row * width + column] - by_row[row] * by_column[column] / all);
            let slope = |cell: usize| {
                let (r, c) = (cell / width, cell % width);
                let here = f64::from(u8::from(r == row && c == column));
                let of_row = if r == row { by_column[column] / all } else { 0.0 };
                let of_column = if c == column { by_row[row] / all } else { 0.0 };
                here - of_row - of_column + by_row[row] * by_column[column] / (all * all)
            };
            gradients.push((0..height * width).map(slope).collect::<Vec<f64>>());
        }
    }
    let covariance = Matrix::from_fn(off.len(), off.len(), |a, b| totals.covariance.form(&gradients[a], &gradients[b]));
    wald(&off, &covariance, totals.degrees_of_freedom).ok()
}
