//! Formulas over named figures: parsed once, checked for kinds and names, evaluated exactly.
//!
//! A formula is one expression. It has no loops, no assignment and no way to reach anything but the figures of the definition; its length and
//! depth are bounded, and evaluation runs over a flat list of steps, so that no formula can exhaust the stack. Quotients stay fractions until the end:
//! comparisons, `floor`, `ceil` and `round` see the exact value, and only the value of the whole formula becomes a decimal.
//!
//! ```text
//! expression  =  or-chain of and-chains of comparisons of sums
//! number      =  digits [ "." digits ]          kept as an exact decimal
//! figure      =  letter { letter | digit | "_" }
//! functions   =  min(…) max(…) abs(x) floor(x) ceil(x) round(x, digits) if(condition, a, b) present(figure)
//! operators   =  + - * /   = != < <= > >=   and or not
//! ```

mod number;
mod parsing;

use std::fmt;

use num_rational::BigRational;
use rust_decimal::Decimal;

use crate::definition::FigureId;
pub(crate) use number::{Exact, ratio_to_quotients};
use number::{Fraction, Number};

/// Longest formula, in bytes.
pub const FORMULA_LENGTH: usize = 4096;
/// Deepest nesting of parentheses, calls and signs.
pub const FORMULA_DEPTH: usize = 40;

/// What a formula yields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormulaKind {
    /// A number.
    Number,
    /// True or false.
    Condition,
}

/// Why a text is no formula.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormulaProblem {
    /// Longer than [`FORMULA_LENGTH`].
    TooLong,
    /// Nested deeper than [`FORMULA_DEPTH`].
    TooDeep,
    /// Something else was expected here; the text is what was found.
    Expected(&'static str, String),
    /// No figure has this code.
    UnknownFigure(String),
    /// There is no such function.
    UnknownFunction(String),
    /// A number stands where a condition belongs, or the other way round.
    WrongKind(FormulaKind),
    /// The number has more digits than an exact decimal holds.
    NotADecimal(String),
    /// A divisor that is always zero.
    DividesByZero,
}

/// A fault in a formula and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormulaFault {
    /// Place in the formula, in characters from 1.
    pub at: usize,
    /// What is wrong there.
    pub problem: FormulaProblem,
}

impl fmt::Display for FormulaFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.at)?;
        match &self.problem {
            FormulaProblem::TooLong => write!(f, "> {FORMULA_LENGTH} bytes"),
            FormulaProblem::TooDeep => write!(f, "> {FORMULA_DEPTH} levels"),
            FormulaProblem::Expected(expected, found) if found.is_empty() => write!(f, "{expected} (end)"),
            FormulaProblem::Expected(expected, found) => write!(f, "{expected} (found {found})"),
            FormulaProblem::UnknownFigure(code) => write!(f, "unknown figure {code}"),
            FormulaProblem::UnknownFunction(name) => write!(f, "unknown function {name}"),
            FormulaProblem::WrongKind(FormulaKind::Number) => f.write_str("number expected"),
            FormulaProblem::WrongKind(FormulaKind::Condition) => f.write_str("condition expected"),
            FormulaProblem::NotADecimal(text) => write!(f, "{text}: too many digits"),
            FormulaProblem::DividesByZero => f.write_str("/ 0"),
        }
    }
}

/// Why a formula has no value for a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormulaGap {
    /// The unit has no value of this figure.
    Missing(FigureId),
    /// A divisor is zero.
    DivisionByZero,
    /// A number grew beyond what an exact decimal can hold.
    TooLarge,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Equal,
    Unequal,
    Less,
    AtMost,
    More,
    AtLeast,
    And,
    Or,
    Lesser,
    Greater,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    Negate,
    Not,
    Absolute,
    Floor,
    Ceiling,
    Round(u32),
}

/// One step; operands are the results of earlier steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Number(Decimal),
    Figure(FigureId),
    Present(FigureId),
    Changed(Change, usize),
    Joined(Operator, usize, usize),
    Chosen(usize, usize, usize),
}

/// A parsed formula.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Formula {
    text: String,
    steps: Vec<Step>,
    kind: FormulaKind,
}

/// Room for the results of steps, kept between evaluations.
#[derive(Debug, Default)]
pub struct FormulaScratch {
    decimals: Vec<Result<Decimal, FormulaGap>>,
    fractions: Vec<Result<Fraction, FormulaGap>>,
}

impl FormulaScratch {
    /// No room yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl Formula {
    /// Parses a text; `figure` finds a figure by its code.
    ///
    /// # Errors
    /// The first fault, with its place in the text.
    pub fn parse(text: &str, kind: FormulaKind, figure: &dyn Fn(&str) -> Option<FigureId>) -> Result<Self, FormulaFault> {
        let steps = parsing::parse(text, kind, figure)?;
        Ok(Self { text: text.to_owned(), steps, kind })
    }

    /// The text as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What the formula yields.
    #[must_use]
    pub fn kind(&self) -> FormulaKind {
        self.kind
    }

    /// The figures named, each once, ascending.
    #[must_use]
    pub fn figures(&self) -> Vec<FigureId> {
        let named = self.steps.iter().filter_map(|step| match step {
            Step::Figure(figure) | Step::Present(figure) => Some(*figure),
            _ => None,
        });
        let mut figures: Vec<FigureId> = named.collect();
        figures.sort_unstable();
        figures.dedup();
        figures
    }

    /// The figures whose values the formula takes, which asking for their presence alone does not.
    pub(crate) fn values_of(&self) -> impl Iterator<Item = FigureId> {
        self.steps.iter().filter_map(|step| if let Step::Figure(figure) = step { Some(*figure) } else { None })
    }

    /// The value for a unit, the decimal nearest to the exact one; conditions yield one or zero. A branch that is not taken may be undefined.
    ///
    /// # Errors
    /// The first thing that stands in the way of a value.
    pub fn evaluate(&self, figures: &[Option<Decimal>], scratch: &mut FormulaScratch) -> Result<Decimal, FormulaGap> {
        self.exact(figures, scratch)?.decimal().ok_or(FormulaGap::TooLarge)
    }

    /// The exact value for a unit.
    pub(crate) fn exact(&self, figures: &[Option<Decimal>], scratch: &mut FormulaScratch) -> Result<Exact, FormulaGap> {
        if let Some(value) = self.run(figures, &mut scratch.decimals) {
            return value.map(Exact::from);
        }
        if let Some(value) = self.run(figures, &mut scratch.fractions) {
            return value.map(Exact::from);
        }
        let mut long: Vec<Result<BigRational, FormulaGap>> = Vec::with_capacity(self.steps.len());
        self.run(figures, &mut long).unwrap_or(Err(FormulaGap::TooLarge)).map(Exact::from)
    }

    /// All steps in one kind of numbers; `None` where a result does not fit into it.
    fn run<T: Number>(&self, figures: &[Option<Decimal>], found: &mut Vec<Result<T, FormulaGap>>) -> Option<Result<T, FormulaGap>> {
        found.clear();
        for step in &self.steps {
            let result = match *step {
                Step::Number(number) => Ok(T::of(number)),
                Step::Figure(figure) => figures.get(figure).copied().flatten().map(T::of).ok_or(FormulaGap::Missing(figure)),
                Step::Present(figure) => Ok(truth(figures.get(figure).is_some_and(Option::is_some))),
                Step::Changed(change, operand) => match &found[operand] {
                    Ok(value) => Ok(change.apply(value)?),
                    Err(gap) => Err(*gap),
                },
                Step::Joined(operator, left, right) => operator.apply(&found[left], &found[right])?,
                Step::Chosen(condition, yes, no) => match &found[condition] {
                    Ok(value) if value.is_zero() => found[no].clone(),
                    Ok(_) => found[yes].clone(),
                    Err(gap) => Err(*gap),
                },
            };
            found.push(result);
        }
        Some(found.last().cloned().unwrap_or_else(|| Ok(truth(false))))
    }
}

fn truth<T: Number>(holds: bool) -> T {
    T::of(if holds { Decimal::ONE } else { Decimal::ZERO })
}

impl Change {
    fn apply<T: Number>(self, value: &T) -> Option<T> {
        Some(match self {
            Self::Negate => value.negated(),
            Self::Not => truth(value.is_zero()),
            Self::Absolute if value.compared(&truth(false))?.is_lt() => value.negated(),
            Self::Absolute => value.clone(),
            Self::Floor => value.floor()?,
            Self::Ceiling => value.negated().floor()?.negated(),
            Self::Round(digits) => value.rounded(digits)?,
        })
    }
}

impl Operator {
    /// `None` where the result does not fit into this kind of numbers.
    fn apply<T: Number>(self, left: &Result<T, FormulaGap>, right: &Result<T, FormulaGap>) -> Option<Result<T, FormulaGap>> {
        // What the first operand decides alone does not ask the second.
        match (self, left) {
            (Self::And, Ok(value)) if value.is_zero() => return Some(Ok(truth(false))),
            (Self::Or, Ok(value)) if !value.is_zero() => return Some(Ok(truth(true))),
            _ => {}
        }
        let (left, right) = match (left, right) {
            (Err(gap), _) | (_, Err(gap)) => return Some(Err(*gap)),
            (Ok(left), Ok(right)) => (left, right),
        };
        Some(Ok(match self {
            Self::Add => left.plus(right)?,
            Self::Subtract => left.minus(right)?,
            Self::Multiply => left.times(right)?,
            Self::Divide if right.is_zero() => return Some(Err(FormulaGap::DivisionByZero)),
            Self::Divide => left.over(right)?,
            Self::Equal => truth(left.compared(right)?.is_eq()),
            Self::Unequal => truth(left.compared(right)?.is_ne()),
            Self::Less => truth(left.compared(right)?.is_lt()),
            Self::AtMost => truth(left.compared(right)?.is_le()),
            Self::More => truth(left.compared(right)?.is_gt()),
            Self::AtLeast => truth(left.compared(right)?.is_ge()),
            Self::And | Self::Or => truth(!right.is_zero()),
            Self::Lesser => {
                if left.compared(right)?.is_le() {
                    left.clone()
                } else {
                    right.clone()
                }
            }
            Self::Greater => {
                if left.compared(right)?.is_ge() {
                    left.clone()
                } else {
                    right.clone()
                }
            }
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(code: &str) -> Option<FigureId> {
        ["a", "b", "c", "late"].iter().position(|known| *known == code)
    }

    /// The value with a = 7.5, b = 2, c missing, late = 0.
    fn value(text: &str, kind: FormulaKind) -> Result<String, String> {
        let figures = [Some("7.5".parse().unwrap()), Some(Decimal::TWO), None, Some(Decimal::ZERO)];
        let formula = Formula::parse(text, kind, &named).map_err(|fault| fault.to_string())?;
        formula.evaluate(&figures, &mut FormulaScratch::new()).map(|value| value.normalize().to_string()).map_err(|gap| format!("{gap:?}"))
    }

    #[test]
    fn formulas_compute_exactly() {
        for (text, expected) in [
            ("0.1 + 0.2", "0.3"),
            ("1 + 2 * 3", "7"),
            ("(1 + 2) * 3", "9"),
            ("8 / 2 / 2", "2"),
            ("10 - 3 - 2", "5"),
            ("-a + 10", "2.5"),
            ("--a", "7.5"),
            ("2 * -b", "-4"),
            ("100 * b / a", "26.666666666666666666666666667"),
            ("min(a, b, 3)", "2"),
            ("max(a, b, 30)", "30"),
            ("abs(b - a)", "5.5"),
            ("floor(a) + ceil(a)", "15"),
            ("round(a / 2, 1)", "3.8"),
            ("if(a > 7 and not (b = 3), 1, 2)", "1"),
            ("if(late = 0, 6, 6 / late)", "6"),
            ("if(present(c), c, 4)", "4"),
            ("if(late = 0 or c > 1, 1, 0)", "1"),
            ("if(b > 2 and c > 1, 1, 0)", "0"),
            // By hand: thirds and sevenths add up to wholes.
            ("floor(b / 6 * 3)", "1"),
            ("ceil(b / 3 + b / 3 + b / 3)", "2"),
            ("if(b / 6 + b / 6 + b / 6 >= 1, 6, 0)", "6"),
            ("if(b / 7 * 3.5 = 1, 1, 0)", "1"),
            ("if(100 * b / 3 < 66.66666666666666666666666667, 1, 0)", "1"),
            ("round(b / 3 * 1.5, 0) - b / 3 * 1.5", "0"),
            ("round(-b / 16, 2)", "-0.13"),
            ("abs(late - b / 3) * 3", "2"),
            ("-b / 3 * 3", "-2"),
            ("min(b / 3, 0.6666666666666666666666666667) * 3", "2"),
            ("1 / (a * 0.00000000000000000001) * 0.00000000000000000001 * a", "1"),
            ("79228162514264337593543950335 * 10 / 10", "79228162514264337593543950335"),
            ("79228162514264337593543950335 / 3 * 7 / 79228162514264337593543950335 * 3", "7"),
        ] {
            assert_eq!(value(text, FormulaKind::Number).as_deref(), Ok(expected), "{text}");
        }
        assert_eq!(value("a >= 7.5", FormulaKind::Condition).as_deref(), Ok("1"));
        assert_eq!(value("a <> 7.5", FormulaKind::Condition).as_deref(), Ok("0"));
    }

    #[test]
    fn what_has_no_value_says_why() {
        assert_eq!(value("a / late", FormulaKind::Number), Err("DivisionByZero".into()));
        assert_eq!(value("a + c", FormulaKind::Number), Err("Missing(2)".into()));
        assert_eq!(value("79228162514264337593543950335 * 10", FormulaKind::Number), Err("TooLarge".into()));
    }

    #[test]
    fn faults_name_their_place() {
        for (text, kind, expected) in [
            ("a + unknown", FormulaKind::Number, "5: unknown figure unknown"),
            ("sin(a)", FormulaKind::Number, "1: unknown function sin"),
            ("a +", FormulaKind::Number, "4: number, figure or ( (end)"),
            ("(a", FormulaKind::Number, "3: ) (end)"),
            ("a b", FormulaKind::Number, "3: operator (found b)"),
            ("7,5", FormulaKind::Number, "2: operator (found ,)"),
            ("a > 1", FormulaKind::Number, "1: number expected"),
            ("a", FormulaKind::Condition, "1: condition expected"),
            ("1 + (a > 1)", FormulaKind::Number, "5: number expected"),
            ("a and b", FormulaKind::Condition, "1: condition expected"),
            ("not a", FormulaKind::Condition, "5: condition expected"),
            ("a / 0", FormulaKind::Number, "5: / 0"),
            ("a; b", FormulaKind::Number, "2: operator (found ;)"),
            ("round(a, b)", FormulaKind::Number, "10: whole number 0 to 28 (found b)"),
            ("present(1)", FormulaKind::Condition, "9: figure (found 1)"),
            ("min()", FormulaKind::Number, "5: number, figure or ( (found ))"),
            ("abs(a, b)", FormulaKind::Number, "6: ) (found ,)"),
            ("", FormulaKind::Number, "1: number, figure or ( (end)"),
            ("0.00000000000000000000000000001", FormulaKind::Number, "1: 0.00000000000000000000000000001: too many digits"),
            ("1.2.3", FormulaKind::Number, "4: operator (found .)"),
            ("a < b < 3", FormulaKind::Condition, "7: operator (found <)"),
            ("tỷ + 1", FormulaKind::Number, "1: unknown figure tỷ"),
        ] {
            assert_eq!(value(text, kind).unwrap_err(), expected, "{text}");
        }
    }

    #[test]
    fn bounds_hold_for_every_shape_of_nesting() {
        for (open, close) in [("(", ")"), ("-", ""), ("not ", ""), ("abs(", ")"), ("if(a > 1, 2, ", ")")] {
            let deep = |levels: usize| format!("{}a{}", open.repeat(levels), close.repeat(levels));
            let found = Formula::parse(&deep(FORMULA_DEPTH + 1), FormulaKind::Number, &named).unwrap_err();
            assert_eq!(found.problem, FormulaProblem::TooDeep, "{open}");
        }
        let nested = format!("{}a{}", "(".repeat(FORMULA_DEPTH), ")".repeat(FORMULA_DEPTH));
        assert!(Formula::parse(&nested, FormulaKind::Number, &named).is_ok());
        let long = format!("a{}", "+a".repeat(FORMULA_LENGTH / 2));
        assert_eq!(Formula::parse(&long, FormulaKind::Number, &named).unwrap_err().problem, FormulaProblem::TooLong);
        let huge = "(".repeat(10_000_000);
        assert_eq!(Formula::parse(&huge, FormulaKind::Number, &named).unwrap_err().problem, FormulaProblem::TooLong);
        let chain = format!("a{}", "+a".repeat(FORMULA_LENGTH / 2 - 1));
        assert_eq!(value(&chain, FormulaKind::Number).as_deref(), Ok("15360"));
    }
}
