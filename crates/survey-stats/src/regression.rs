//! Weighted linear and logistic regression with errors of the design (Binder 1983).

use crate::column::{Column, Labels, NO_LABEL};
use crate::design::Design;
use crate::domain::Domain;
use crate::estimate::{Options, Selected, select};
use crate::fault::EstimateFault;
use crate::joint::{Joint, Part, WaldTest, join};
use crate::logistic::{self, NoFit, linear};
use crate::matrix::{Basis, Matrix};

/// What a regression explains by.
#[derive(Debug, Clone)]
pub enum Term {
    /// A variable as it is.
    Number(Column),
    /// Indicators of the levels but the reference, in sorted order.
    Levels {
        /// Level of each row.
        labels: Labels,
        /// The level that others are compared with; the first in sorted order where none is named.
        reference: Option<String>,
    },
}

impl Term {
    fn name(&self) -> &str {
        match self {
            Self::Number(column) => &column.name,
            Self::Levels { labels, .. } => &labels.name,
        }
    }
}

/// What is regressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// The mean as a linear function.
    Linear,
    /// The log-odds of 1 against 0 as a linear function.
    Logistic,
}

/// How well a regression explains its outcome.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Explained {
    /// Weighted share of the variance.
    RSquared(f64),
    /// Likelihood scaled to the population.
    Likelihood {
        /// Cox & Snell (1989).
        cox_snell: f64,
        /// Nagelkerke (1991).
        nagelkerke: f64,
    },
}

/// A fitted regression.
#[derive(Debug, Clone)]
pub struct Regression {
    /// Coefficients with their covariances: "(Intercept)", then each term's. Degrees of freedom are those of the design plus 1 minus
    /// the number of coefficients, as `svyglm` takes them.
    pub coefficients: Joint,
    /// Places of each term among the coefficients, in the order of the terms.
    pub terms: Vec<(String, Vec<usize>)>,
    /// What was regressed.
    pub family: Family,
    /// How well it explains.
    pub explained: Explained,
    /// Steps of the fit.
    pub iterations: usize,
}

impl Regression {
    /// Tests whether all coefficients of the named terms are zero: `regTermTest` in R.
    ///
    /// # Errors
    ///
    /// A name that is no term; covariances without inverse.
    pub fn test_terms(&self, names: &[&str]) -> Result<WaldTest, EstimateFault> {
        let mut places = Vec::new();
        for name in names {
            let found = self.terms.iter().find(|(term, _)| term == name);
            places.extend(&found.ok_or_else(|| EstimateFault::UnknownTerm { term: (*name).to_owned() })?.1);
        }
        self.coefficients.wald(&places, &vec![0.0; places.len()])
    }
}

/// A regression over a domain. The constant is always a term.
///
/// # Errors
///
/// As of [`crate::total`]; a constant outcome; for logistic regression an outcome other than 0 and 1; a negative weight; a column that depends on those before it, as
/// when there are more columns than rows; outcomes that a predictor separates.
pub fn regression(
    design: &Design,
    domain: &Domain,
    family: Family,
    outcome: &Column,
    terms: &[Term],
    options: &Options,
) -> Result<Regression, EstimateFault> {
    let coded: Vec<Column> = terms
        .iter()
        .filter_map(|term| match term {
            Term::Number(_) => None,
            Term::Levels { labels, .. } => {
                let code = |&code: &u32| if code == NO_LABEL { f64::NAN } else { f64::from(code) };
                Some(Column::new(labels.name.clone(), labels.codes.iter().map(code).collect()))
            }
        })
        .collect();
    let numbers = terms.iter().filter_map(|term| if let Term::Number(column) = term { Some(column) } else { None });
    let needed: Vec<&Column> = [outcome].into_iter().chain(numbers).chain(&coded).collect();
    let selected = select(design, domain, &needed, options)?;
    let sample = Sample::new(design, &selected, outcome, terms, family)?;
    let (fit, explained, iterations) = match family {
        Family::Linear => sample.linear()?,
        Family::Logistic => sample.logistic()?,
    };
    let Sample { names, columns, weights, places, .. } = sample;
    let parts = names.into_iter().enumerate().map(|(place, name)| {
        let slopes = fit.inverse.column(place);
        let lines = linear(&columns, slopes, weights.len());
        let scores = lines.iter().zip(&weights).zip(&fit.residuals).map(|((line, weight), residual)| weight * residual * line).collect();
        Part { name, value: fit.coefficients[place], positions: selected.positions.clone(), scores, carriers: None }
    });
    let mut coefficients = join(design, parts.collect(), options)?;
    coefficients.degrees_of_freedom += 1.0 - fit.coefficients.len() as f64;
    Ok(Regression { coefficients, terms: places, family, explained, iterations })
}

/// Coefficients, residuals of the outcome, and the inverse of the information.
struct Fitted {
    coefficients: Vec<f64>,
    residuals: Vec<f64>,
    inverse: Matrix,
}

struct Sample {
    names: Vec<String>,
    /// Columns of the model, one figure a selected row.
    columns: Vec<Vec<f64>>,
    outcome: Vec<f64>,
    weights: Vec<f64>,
    places: Vec<(String, Vec<usize>)>,
}

impl Sample {
    fn new(design: &Design, selected: &Selected, outcome: &Column, terms: &[Term], family: Family) -> Result<Self, EstimateFault> {
        let rows: Vec<usize> = selected.positions.iter().map(|&position| design.order[position as usize] as usize).collect();
        let weights: Vec<f64> = selected.positions.iter().map(|&position| design.weights[position as usize]).collect();
        if let Some(place) = weights.iter().position(|&weight| weight < 0.0) {
            return Err(EstimateFault::NegativeWeight { row: rows[place] + 1, weight: weights[place] });
        }
        let y: Vec<f64> = rows.iter().map(|&row| outcome.values[row]).collect();
        if family == Family::Logistic
            && let Some(place) = y.iter().position(|&y| y.abs() > 0.0 && (y - 1.0).abs() > 0.0)
        {
            return Err(EstimateFault::NotBinary { column: outcome.name.clone(), row: rows[place] + 1, value: y[place] });
        }
        if y.iter().all(|value| (value - y[0]).abs() <= 0.0) {
            return Err(EstimateFault::Constant { column: outcome.name.clone() });
        }
        let mut sample =
            Self { names: vec!["(Intercept)".to_owned()], columns: vec![vec![1.0; rows.len()]], outcome: y, weights, places: Vec::new() };
        for term in terms {
            let first = sample.names.len();
            match term {
                Term::Number(column) => {
                    sample.names.push(column.name.clone());
                    sample.columns.push(rows.iter().map(|&row| column.values[row]).collect());
                }
                Term::Levels { labels, reference } => sample.add_levels(&rows, labels, reference.as_deref())?,
            }
            sample.places.push((term.name().to_owned(), (first..sample.names.len()).collect()));
        }
        Ok(sample)
    }

    fn add_levels(&mut self, rows: &[usize], labels: &Labels, reference: Option<&str>) -> Result<(), EstimateFault> {
        let mut present: Vec<u32> = rows.iter().map(|&row| labels.codes[row]).collect();
        present.sort_unstable();
        present.dedup();
        present.sort_by(|&one, &other| labels.level(one).cmp(labels.level(other)));
        if present.len() < 2 {
            return Err(EstimateFault::OneLevel { column: labels.name.clone() });
        }
        let base = match reference {
            None => present[0],
            Some(name) => present
                .iter()
                .copied()
                .find(|&code| labels.level(code) == name)
                .ok_or_else(|| EstimateFault::UnknownTerm { term: format!("{}={name}", labels.name) })?,
        };
        for code in present.into_iter().filter(|&code| code != base) {
            self.names.push(format!("{}={}", labels.name, labels.level(code)));
            self.columns.push(rows.iter().map(|&row| f64::from(u8::from(labels.codes[row] == code))).collect());
        }
        Ok(())
    }

    fn dependent(&self, place: usize) -> EstimateFault {
        EstimateFault::Dependent { column: self.names[place].clone() }
    }

    fn linear(&self) -> Result<(Fitted, Explained, usize), EstimateFault> {
        let roots: Vec<f64> = self.weights.iter().map(|weight| weight.sqrt()).collect();
        let scaled = |column: &Vec<f64>| column.iter().zip(&roots).map(|(x, root)| x * root).collect::<Vec<f64>>();
        let basis = Basis::new(self.columns.iter().map(scaled).collect()).map_err(|dependent| self.dependent(dependent.0))?;
        let mut left = scaled(&self.outcome);
        let coefficients = basis.coefficients(&left);
        let whole: f64 = left.iter().map(|y| y * y).sum();
        basis.take_away(&mut left);
        // An outcome that the terms give exactly leaves rounding alone, which would pass for a very small error.
        if left.iter().map(|left| left * left).sum::<f64>() <= 1e-26 * whole {
            left.fill(0.0);
        }
        let residuals: Vec<f64> = left.iter().zip(&roots).map(|(left, root)| left / root).collect();
        let all: f64 = self.weights.iter().sum();
        let mean = self.weights.iter().zip(&self.outcome).map(|(weight, y)| weight * y).sum::<f64>() / all;
        let around: f64 = self.weights.iter().zip(&self.outcome).map(|(weight, y)| weight * (y - mean).powi(2)).sum();
        let unexplained: f64 = left.iter().map(|left| left * left).sum();
        if !(around.is_finite() && unexplained.is_finite()) {
            return Err(EstimateFault::Overflow);
        }
        let r_squared = if around > 0.0 { (1.0 - unexplained / around).clamp(0.0, 1.0) } else { 0.0 };
        let inverse = basis.inverse_of_products();
        Ok((Fitted { coefficients, residuals, inverse }, Explained::RSquared(r_squared), 1))
    }

    fn logistic(&self) -> Result<(Fitted, Explained, usize), EstimateFault> {
        let told = |fault| match fault {
            NoFit::Dependent(place) => self.dependent(place),
            NoFit::Separated => EstimateFault::Separated,
        };
        let all: f64 = self.weights.iter().sum();
        let fit = logistic::fit(&self.columns, &self.outcome, &self.weights).map_err(told)?;
        let null = logistic::fit(&self.columns[..1], &self.outcome, &self.weights).map_err(told)?;
        let cox_snell = 1.0 - ((fit.deviance - null.deviance) / all).exp();
        let nagelkerke = cox_snell / (1.0 - (-null.deviance / all).exp());
        let residuals = self.outcome.iter().zip(&fit.probabilities).map(|(y, p)| y - p).collect();
        let fitted = Fitted { coefficients: fit.coefficients, residuals, inverse: fit.inverse };
        Ok((fitted, Explained::Likelihood { cox_snell, nagelkerke }, fit.iterations))
    }
}
