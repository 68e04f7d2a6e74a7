//! Small dense matrices for regressions, calibrations and factor analysis.
//!
//! Bases come from Gram-Schmidt done twice (Giraud, Langou & Rozložník 2005), which is as orthogonal as Householder's; eigenvalues of
//! symmetric matrices from Jacobi's rotations (Golub & Van Loan 2013, 8.5). Columns are few here, rows many.

/// A matrix in column order.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix {
    rows: usize,
    columns: usize,
    values: Vec<f64>,
}

impl Matrix {
    pub(crate) fn zeros(rows: usize, columns: usize) -> Self {
        Self { rows, columns, values: vec![0.0; rows * columns] }
    }

    pub(crate) fn identity(size: usize) -> Self {
        Self::from_fn(size, size, |row, column| f64::from(u8::from(row == column)))
    }

    pub(crate) fn from_fn(rows: usize, columns: usize, figure: impl Fn(usize, usize) -> f64) -> Self {
        let values =
            (0..columns).flat_map(|column| (0..rows).map(move |row| (row, column))).map(|(row, column)| figure(row, column)).collect();
        Self { rows, columns, values }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The figure in a row and a column, from 0; NaN outside.
    pub fn get(&self, row: usize, column: usize) -> f64 {
        if row < self.rows && column < self.columns { self.values[column * self.rows + row] } else { f64::NAN }
    }

    pub(crate) fn set(&mut self, row: usize, column: usize, value: f64) {
        self.values[column * self.rows + row] = value;
    }

    pub(crate) fn add(&mut self, row: usize, column: usize, value: f64) {
        self.values[column * self.rows + row] += value;
    }

    pub(crate) fn column(&self, column: usize) -> &[f64] {
        &self.values[column * self.rows..(column + 1) * self.rows]
    }

    /// The diagonal.
    pub fn diagonal(&self) -> Vec<f64> {
        (0..self.rows.min(self.columns)).map(|place| self.get(place, place)).collect()
    }

    #[cfg(test)]
    pub(crate) fn transposed(&self) -> Self {
        Self::from_fn(self.columns, self.rows, |row, column| self.get(column, row))
    }

    #[cfg(test)]
    pub(crate) fn times(&self, other: &Self) -> Self {
        let mut product = Self::zeros(self.rows, other.columns);
        for column in 0..other.columns {
            for (inner, &factor) in other.column(column).iter().enumerate() {
                for row in 0..self.rows {
                    product.values[column * self.rows + row] += self.values[inner * self.rows + row] * factor;
                }
            }
        }
        product
    }

    pub(crate) fn times_vector(&self, vector: &[f64]) -> Vec<f64> {
        (0..self.rows).map(|row| vector.iter().enumerate().map(|(column, x)| self.get(row, column) * x).sum()).collect()
    }

    /// a' M b.
    pub(crate) fn form(&self, a: &[f64], b: &[f64]) -> f64 {
        dot(a, &self.times_vector(b))
    }

    pub(crate) fn part(&self, rows: &[usize], columns: &[usize]) -> Self {
        Self::from_fn(rows.len(), columns.len(), |row, column| self.get(rows[row], columns[column]))
    }

    pub(crate) fn is_finite(&self) -> bool {
        self.values.iter().all(|value| value.is_finite())
    }

    /// Lower factor L with L L' = M; none where M is not positive definite.
    pub(crate) fn cholesky(&self) -> Option<Self> {
        let size = self.rows;
        let mut lower = Self::zeros(size, size);
        for column in 0..size {
            let above: f64 = (0..column).map(|k| lower.get(column, k).powi(2)).sum();
            let pivot = self.get(column, column) - above;
            if !(pivot > 1e-13 * self.get(column, column).abs() && pivot.is_finite()) {
                return None;
            }
            let root = pivot.sqrt();
            lower.set(column, column, root);
            for row in column + 1..size {
                let sum: f64 = (0..column).map(|k| lower.get(row, k) * lower.get(column, k)).sum();
                lower.set(row, column, (self.get(row, column) - sum) / root);
            }
        }
        Some(lower)
    }

    /// Solution of M x = b for a positive definite M.
    pub(crate) fn solve(&self, right: &[f64]) -> Option<Vec<f64>> {
        let lower = self.cholesky()?;
        Some(lower.solve_upper_transposed(&lower.solve_lower(right)))
    }

    /// Inverse of a positive definite matrix.
    pub(crate) fn inverse(&self) -> Option<Self> {
        let lower = self.cholesky()?;
        let mut inverse = Self::zeros(self.rows, self.rows);
        for column in 0..self.rows {
            let mut unit = vec![0.0; self.rows];
            unit[column] = 1.0;
            let solved = lower.solve_upper_transposed(&lower.solve_lower(&unit));
            for (row, value) in solved.into_iter().enumerate() {
                inverse.set(row, column, value);
            }
        }
        Some(inverse)
    }

    /// Logarithm of the determinant of a positive definite matrix.
    pub(crate) fn log_determinant(&self) -> Option<f64> {
        Some(2.0 * self.cholesky()?.diagonal().iter().map(|pivot| pivot.ln()).sum::<f64>())
    }

    /// x with L x = b for a lower triangle L.
    pub(crate) fn solve_lower(&self, right: &[f64]) -> Vec<f64> {
        let mut x = right.to_vec();
        for row in 0..self.rows {
            let sum: f64 = (0..row).map(|column| self.get(row, column) * x[column]).sum();
            x[row] = (x[row] - sum) / self.get(row, row);
        }
        x
    }

    /// x with L' x = b for a lower triangle L.
    fn solve_upper_transposed(&self, right: &[f64]) -> Vec<f64> {
        let mut x = right.to_vec();
        for row in (0..self.rows).rev() {
            let sum: f64 = (row + 1..self.rows).map(|column| self.get(column, row) * x[column]).sum();
            x[row] = (x[row] - sum) / self.get(row, row);
        }
        x
    }

    /// Eigenvalues, largest first, and their vectors as columns, each with its largest entry positive, of a symmetric matrix.
    pub(crate) fn eigen(&self) -> (Vec<f64>, Self) {
        let size = self.rows;
        let mut work = self.clone();
        let mut vectors = Self::identity(size);
        for _ in 0..100 {
            let off: f64 = (0..size).flat_map(|row| (0..row).map(move |column| (row, column))).map(|(r, c)| work.get(r, c).powi(2)).sum();
            let on: f64 = work.diagonal().iter().map(|value| value * value).sum();
            if off <= 1e-32 * on || off <= 0.0 {
                break;
            }
            for p in 0..size {
                for q in p + 1..size {
                    rotate(&mut work, &mut vectors, p, q);
                }
            }
        }
        let values = work.diagonal();
        let mut order: Vec<usize> = (0..size).collect();
        order.sort_by(|&one, &other| values[other].total_cmp(&values[one]));
        let sign = |column: usize| {
            let largest =
                vectors.column(column).iter().fold(0.0_f64, |largest, &x| if x.abs() > largest.abs() + 1e-12 { x } else { largest });
            if largest < 0.0 { -1.0 } else { 1.0 }
        };
        let signs: Vec<f64> = (0..size).map(sign).collect();
        let sorted = Self::from_fn(size, size, |row, column| signs[order[column]] * vectors.get(row, order[column]));
        (order.iter().map(|&place| values[place]).collect(), sorted)
    }
}

/// One rotation of Jacobi that makes the entry (p, q) zero.
fn rotate(work: &mut Matrix, vectors: &mut Matrix, p: usize, q: usize) {
    let entry = work.get(p, q);
    if entry.abs() <= f64::MIN_POSITIVE {
        return;
    }
    let theta = (work.get(q, q) - work.get(p, p)) / (2.0 * entry);
    let t = theta.signum() / (theta.abs() + theta.hypot(1.0));
    let t = if theta.abs() > 0.0 { t } else { 1.0 };
    let c = 1.0 / t.hypot(1.0);
    let s = t * c;
    for k in 0..work.rows {
        let (kp, kq) = (work.get(k, p), work.get(k, q));
        work.set(k, p, c * kp - s * kq);
        work.set(k, q, s * kp + c * kq);
    }
    for k in 0..work.rows {
        let (pk, qk) = (work.get(p, k), work.get(q, k));
        work.set(p, k, c * pk - s * qk);
        work.set(q, k, s * pk + c * qk);
    }
    for k in 0..vectors.rows {
        let (kp, kq) = (vectors.get(k, p), vectors.get(k, q));
        vectors.set(k, p, c * kp - s * kq);
        vectors.set(k, q, s * kp + c * kq);
    }
}

pub(crate) fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(a, b)| a * b).sum()
}

/// An orthonormal basis Q of columns X, with X = Q R.
#[derive(Debug, Clone)]
pub(crate) struct Basis {
    pub(crate) columns: Vec<Vec<f64>>,
    /// Upper triangle.
    pub(crate) triangle: Matrix,
}

/// A column that depends on the ones before it, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dependent(pub(crate) usize);

/// Share of a column's length that must remain for the column to count as independent.
const INDEPENDENT: f64 = 1e-9;

impl Basis {
    pub(crate) fn new(columns: Vec<Vec<f64>>) -> Result<Self, Dependent> {
        let size = columns.len();
        let mut basis = Self { columns: Vec::with_capacity(size), triangle: Matrix::zeros(size, size) };
        for (place, column) in columns.into_iter().enumerate() {
            if !basis.take(column, place) {
                return Err(Dependent(place));
            }
        }
        Ok(basis)
    }

    /// A basis of the columns' span; dependent columns are passed over.
    pub(crate) fn of_span(columns: Vec<Vec<f64>>) -> Self {
        let size = columns.len();
        let mut basis = Self { columns: Vec::with_capacity(size), triangle: Matrix::zeros(size, size) };
        for column in columns {
            let place = basis.columns.len();
            basis.take(column, place);
        }
        basis
    }

    fn take(&mut self, mut column: Vec<f64>, place: usize) -> bool {
        let before = dot(&column, &column).sqrt();
        for _ in 0..2 {
            for (row, known) in self.columns.iter().enumerate() {
                let share = dot(known, &column);
                self.triangle.add(row, place, share);
                column.iter_mut().zip(known).for_each(|(x, q)| *x -= share * q);
            }
        }
        let left = dot(&column, &column).sqrt();
        if !(left > INDEPENDENT * before && left.is_finite()) {
            for row in 0..self.triangle.rows {
                self.triangle.set(row, place, 0.0);
            }
            return false;
        }
        column.iter_mut().for_each(|x| *x /= left);
        self.triangle.set(place, place, left);
        self.columns.push(column);
        true
    }

    /// What of a vector lies outside the span.
    pub(crate) fn take_away(&self, vector: &mut [f64]) {
        for _ in 0..2 {
            for known in &self.columns {
                let share = dot(known, vector);
                vector.iter_mut().zip(known).for_each(|(x, q)| *x -= share * q);
            }
        }
    }

    /// Coefficients b with X b nearest to the vector.
    pub(crate) fn coefficients(&self, vector: &[f64]) -> Vec<f64> {
        let shares: Vec<f64> = self.columns.iter().map(|known| dot(known, vector)).collect();
        self.solve(&shares)
    }

    /// x with R x = b.
    pub(crate) fn solve(&self, right: &[f64]) -> Vec<f64> {
        let mut x = right.to_vec();
        for row in (0..x.len()).rev() {
            let sum: f64 = (row + 1..x.len()).map(|column| self.triangle.get(row, column) * x[column]).sum();
            x[row] = (x[row] - sum) / self.triangle.get(row, row);
        }
        x
    }

    /// x with R' x = b.
    pub(crate) fn solve_transposed(&self, right: &[f64]) -> Vec<f64> {
        let mut x = right.to_vec();
        for row in 0..x.len() {
            let sum: f64 = (0..row).map(|column| self.triangle.get(column, row) * x[column]).sum();
            x[row] = (x[row] - sum) / self.triangle.get(row, row);
        }
        x
    }

    /// (X'X)⁻¹.
    pub(crate) fn inverse_of_products(&self) -> Matrix {
        let size = self.columns.len();
        let mut inverse = Matrix::zeros(size, size);
        for column in 0..size {
            let mut unit = vec![0.0; size];
            unit[column] = 1.0;
            for (row, value) in self.solve(&self.solve_transposed(&unit)).into_iter().enumerate() {
                inverse.set(row, column, value);
            }
        }
        inverse
    }
}

#[cfg(test)]
mod tests {
    use super::{Basis, Dependent, Matrix};

    fn near(one: &Matrix, other: &Matrix) -> bool {
        one.values.iter().zip(&other.values).all(|(a, b)| (a - b).abs() < 1e-12)
    }

    #[test]
    fn eigenvectors_and_factors_give_the_matrix_back() {
        let matrix = Matrix::from_fn(5, 5, |row, column| 1.0 / (row + column + 1) as f64 + f64::from(u8::from(row == column)));
        let (values, vectors) = matrix.eigen();
        let scaled = Matrix::from_fn(5, 5, |row, column| vectors.get(row, column) * values[column]);
        assert!(near(&scaled.times(&vectors.transposed()), &matrix));
        assert!(near(&vectors.transposed().times(&vectors), &Matrix::identity(5)));
        assert!(values.windows(2).all(|pair| pair[0] >= pair[1]));
        let lower = matrix.cholesky().expect("a factor");
        assert!(near(&lower.times(&lower.transposed()), &matrix));
        assert!(near(&matrix.inverse().expect("an inverse").times(&matrix), &Matrix::identity(5)));
        assert!((matrix.log_determinant().expect("positive") - values.iter().map(|x| x.ln()).sum::<f64>()).abs() < 1e-12);
        assert!(Matrix::from_fn(2, 2, |_, _| 1.0).cholesky().is_none());
    }

    #[test]
    fn a_basis_finds_coefficients_and_names_the_column_that_depends() {
        let x = vec![vec![1.0; 6], vec![1e6 + 1.0, 1e6 + 2.0, 1e6 + 3.0, 1e6 + 4.0, 1e6 + 5.0, 1e6 + 7.0]];
        let y: Vec<f64> = x[1].iter().map(|x| 3.0 + 0.5 * (x - 1e6)).collect();
        let basis = Basis::new(x.clone()).expect("a basis");
        let found = basis.coefficients(&y);
        assert!((found[1] - 0.5).abs() < 1e-9 && (found[0] - 3.0 + 0.5e6).abs() < 1e-3, "{found:?}");
        let mut rest = y.clone();
        basis.take_away(&mut rest);
        assert!(rest.iter().all(|left| left.abs() < 1e-8));
        let mut third = x.clone();
        third.push(x[0].iter().zip(&x[1]).map(|(one, other)| 2.0 * one - other).collect());
        assert_eq!(Basis::new(third.clone()).err(), Some(Dependent(2)));
        assert_eq!(Basis::of_span(third).columns.len(), 2);
    }
}
