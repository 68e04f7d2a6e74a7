//! From a text to the steps of a formula, by recursive descent with a bounded depth.

use rust_decimal::Decimal;

use super::{Change, FORMULA_DEPTH, FORMULA_LENGTH, FormulaFault, FormulaKind, FormulaProblem as Problem, Operator, Step};
use crate::definition::FigureId;

pub(super) fn parse(text: &str, kind: FormulaKind, figure: &dyn Fn(&str) -> Option<FigureId>) -> Result<Vec<Step>, FormulaFault> {
    if text.len() > FORMULA_LENGTH {
        return Err(FormulaFault { at: 1, problem: Problem::TooLong });
    }
    let characters = text.chars().collect();
    let mut parser = Parser { characters, at: 0, depth: 0, steps: Vec::new(), figure };
    let whole = parser.expression()?;
    parser.blanks();
    if parser.at < parser.characters.len() {
        return Err(parser.expected("operator"));
    }
    whole.must_be(kind)?;
    Ok(parser.steps)
}

/// A part that was parsed: its step, what it yields, and where it begins.
#[derive(Clone, Copy)]
struct Part {
    step: usize,
    kind: FormulaKind,
    start: usize,
}

impl Part {
    fn must_be(self, kind: FormulaKind) -> Result<Self, FormulaFault> {
        if self.kind == kind { Ok(self) } else { Err(FormulaFault { at: self.start + 1, problem: Problem::WrongKind(kind) }) }
    }
}

struct Parser<'f> {
    characters: Vec<char>,
    at: usize,
    depth: usize,
    steps: Vec<Step>,
    figure: &'f dyn Fn(&str) -> Option<FigureId>,
}

type Parsed = Result<Part, FormulaFault>;

impl Parser<'_> {
    fn expression(&mut self) -> Parsed {
        self.chain(&[("or", Operator::Or)], FormulaKind::Condition, |parser| {
            parser.chain(&[("and", Operator::And)], FormulaKind::Condition, Self::negation)
        })
    }

    fn negation(&mut self) -> Parsed {
        let start = self.start();
        if !self.takes_word("not") {
            return self.comparison();
        }
        let operand = self.deeper(Self::negation)?.must_be(FormulaKind::Condition)?;
        Ok(self.push(Step::Changed(Change::Not, operand.step), FormulaKind::Condition, start))
    }

    fn comparison(&mut self) -> Parsed {
        let left = self.sum()?;
        let signs = [
            ("<=", Operator::AtMost),
            (">=", Operator::AtLeast),
            ("!=", Operator::Unequal),
            ("<>", Operator::Unequal),
            ("==", Operator::Equal),
            ("=", Operator::Equal),
            ("<", Operator::Less),
            (">", Operator::More),
        ];
        let Some(operator) = self.takes_one_of(&signs) else { return Ok(left) };
        let right = self.sum()?.must_be(FormulaKind::Number)?;
        let left = left.must_be(FormulaKind::Number)?;
        Ok(self.push(Step::Joined(operator, left.step, right.step), FormulaKind::Condition, left.start))
    }

    fn sum(&mut self) -> Parsed {
        self.chain(&[("+", Operator::Add), ("-", Operator::Subtract)], FormulaKind::Number, |parser| {
            parser.chain(&[("*", Operator::Multiply), ("/", Operator::Divide)], FormulaKind::Number, Self::signed)
        })
    }

    /// Operands of one level, joined from the left. A single operand keeps its kind.
    fn chain(&mut self, signs: &[(&str, Operator)], kind: FormulaKind, operand: fn(&mut Self) -> Parsed) -> Parsed {
        let mut left = operand(self)?;
        while let Some(operator) = self.takes_one_of(signs) {
            left.must_be(kind)?;
            let right = operand(self)?.must_be(kind)?;
            if operator == Operator::Divide && matches!(self.steps[right.step], Step::Number(number) if number.is_zero()) {
                return Err(FormulaFault { at: right.start + 1, problem: Problem::DividesByZero });
            }
            left = self.push(Step::Joined(operator, left.step, right.step), kind, left.start);
        }
        Ok(left)
    }

    fn signed(&mut self) -> Parsed {
        let start = self.start();
        if self.takes_one_of(&[("-", Operator::Subtract)]).is_none() {
            return self.primary();
        }
        let operand = self.deeper(Self::signed)?.must_be(FormulaKind::Number)?;
        Ok(self.push(Step::Changed(Change::Negate, operand.step), FormulaKind::Number, start))
    }

    fn primary(&mut self) -> Parsed {
        let start = self.start();
        match self.characters.get(self.at) {
            Some('(') => {
                self.at += 1;
                let inner = self.deeper(Self::expression)?;
                self.takes(')', ")")?;
                Ok(Part { start, ..inner })
            }
            Some(digit) if digit.is_ascii_digit() => self.number(start),
            Some(letter) if letter.is_alphabetic() => {
                let name = self.word();
                self.blanks();
                if self.characters.get(self.at) == Some(&'(') { self.call(&name, start) } else { self.figure(&name, start) }
            }
            _ => Err(self.expected("number, figure or (")),
        }
    }

    fn number(&mut self, start: usize) -> Parsed {
        let mut text = self.run(|character| character.is_ascii_digit());
        if self.characters.get(self.at) == Some(&'.') && self.characters.get(self.at + 1).is_some_and(char::is_ascii_digit) {
            self.at += 1;
            text = format!("{text}.{}", self.run(|character| character.is_ascii_digit()));
        }
        let number = Decimal::from_str_exact(&text);
        let number = number.map_err(|_| FormulaFault { at: start + 1, problem: Problem::NotADecimal(text) })?;
        Ok(self.push(Step::Number(number), FormulaKind::Number, start))
    }

    fn figure(&mut self, name: &str, start: usize) -> Parsed {
        let id = self.known(name, start)?;
        Ok(self.push(Step::Figure(id), FormulaKind::Number, start))
    }

    fn known(&self, name: &str, start: usize) -> Result<FigureId, FormulaFault> {
        (self.figure)(name).ok_or_else(|| FormulaFault { at: start + 1, problem: Problem::UnknownFigure(name.to_owned()) })
    }

    fn call(&mut self, name: &str, start: usize) -> Parsed {
        self.at += 1;
        let part = match name {
            "min" => self.extreme(Operator::Lesser, start),
            "max" => self.extreme(Operator::Greater, start),
            "abs" => self.changed(Change::Absolute, start),
            "floor" => self.changed(Change::Floor, start),
            "ceil" => self.changed(Change::Ceiling, start),
            "round" => self.rounded(start),
            "if" => self.choice(start),
            "present" => self.presence(start),
            _ => return Err(FormulaFault { at: start + 1, problem: Problem::UnknownFunction(name.to_owned()) }),
        }?;
        self.takes(')', ")")?;
        Ok(part)
    }

    fn argument(&mut self, kind: FormulaKind) -> Parsed {
        self.deeper(Self::expression)?.must_be(kind)
    }

    fn extreme(&mut self, operator: Operator, start: usize) -> Parsed {
        let mut found = self.argument(FormulaKind::Number)?;
        while self.takes_one_of(&[(",", operator)]).is_some() {
            let next = self.argument(FormulaKind::Number)?;
            found = self.push(Step::Joined(operator, found.step, next.step), FormulaKind::Number, start);
        }
        Ok(Part { start, ..found })
    }

    fn changed(&mut self, change: Change, start: usize) -> Parsed {
        let operand = self.argument(FormulaKind::Number)?;
        Ok(self.push(Step::Changed(change, operand.step), FormulaKind::Number, start))
    }

    fn rounded(&mut self, start: usize) -> Parsed {
        let operand = self.argument(FormulaKind::Number)?;
        self.takes(',', ",")?;
        self.blanks();
        let before = self.at;
        let digits: Option<u32> = self.run(|character| character.is_ascii_digit()).parse().ok().filter(|digits| *digits <= 28);
        let Some(digits) = digits else {
            self.at = before;
            return Err(self.expected("whole number 0 to 28"));
        };
        Ok(self.push(Step::Changed(Change::Round(digits), operand.step), FormulaKind::Number, start))
    }

    fn choice(&mut self, start: usize) -> Parsed {
        let condition = self.argument(FormulaKind::Condition)?;
        self.takes(',', ",")?;
        let yes = self.deeper(Self::expression)?;
        self.takes(',', ",")?;
        let no = self.argument(yes.kind)?;
        Ok(self.push(Step::Chosen(condition.step, yes.step, no.step), yes.kind, start))
    }

    fn presence(&mut self, start: usize) -> Parsed {
        let place = self.start();
        if !self.characters.get(self.at).is_some_and(|character| character.is_alphabetic()) {
            return Err(self.expected("figure"));
        }
        let name = self.word();
        let id = self.known(&name, place)?;
        Ok(self.push(Step::Present(id), FormulaKind::Condition, start))
    }

    fn push(&mut self, step: Step, kind: FormulaKind, start: usize) -> Part {
        self.steps.push(step);
        Part { step: self.steps.len() - 1, kind, start }
    }

    fn deeper(&mut self, inner: fn(&mut Self) -> Parsed) -> Parsed {
        if self.depth >= FORMULA_DEPTH {
            return Err(FormulaFault { at: self.at + 1, problem: Problem::TooDeep });
        }
        self.depth += 1;
        let parsed = inner(self);
        self.depth -= 1;
        parsed
    }

    fn blanks(&mut self) {
        while self.characters.get(self.at).is_some_and(|character| character.is_whitespace()) {
            self.at += 1;
        }
    }

    /// Where the next part begins.
    fn start(&mut self) -> usize {
        self.blanks();
        self.at
    }

    fn run(&mut self, belongs: fn(char) -> bool) -> String {
        let start = self.at;
        while self.characters.get(self.at).is_some_and(|character| belongs(*character)) {
            self.at += 1;
        }
        self.characters[start..self.at].iter().collect()
    }

    fn word(&mut self) -> String {
        self.run(|character| character.is_alphanumeric() || character == '_')
    }

    fn takes_word(&mut self, word: &str) -> bool {
        let start = self.start();
        if self.word() == word {
            return true;
        }
        self.at = start;
        false
    }

    fn takes_one_of(&mut self, signs: &[(&str, Operator)]) -> Option<Operator> {
        let start = self.start();
        for (sign, operator) in signs {
            if sign.starts_with(char::is_alphabetic) {
                if self.takes_word(sign) {
                    return Some(*operator);
                }
            } else if sign.chars().enumerate().all(|(offset, wanted)| self.characters.get(start + offset) == Some(&wanted)) {
                self.at = start + sign.chars().count();
                return Some(*operator);
            }
        }
        None
    }

    fn takes(&mut self, wanted: char, name: &'static str) -> Result<(), FormulaFault> {
        self.blanks();
        if self.characters.get(self.at) != Some(&wanted) {
            return Err(self.expected(name));
        }
        self.at += 1;
        Ok(())
    }

    /// A fault at the present place, with the word or sign that stands there.
    fn expected(&mut self, what: &'static str) -> FormulaFault {
        let at = self.start();
        let mut found = self.word();
        if found.is_empty() {
            found = self.characters.get(at).map(char::to_string).unwrap_or_default();
        }
        FormulaFault { at: at + 1, problem: Problem::Expected(what, found) }
    }
}
