//! Times the engine on made-up answers, and leaves the same answers as a file for R.
//!
//! `speed FOLDER` writes `national.csv`, the national satisfaction survey as large as in 2024, and times means of all items by province
//! and a bootstrap; `speed rows MILLIONS` times ten items by 63 groups over so many rows and tells the peak of memory.
#![expect(clippy::print_stdout, clippy::expect_used, reason = "a measurement prints, and has nothing to say without its input")]

use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

use survey_stats::{Clusters, Column, Design, Labels, LoneUnit, Measure, Options, Replicates, Stage, Weights, mean};

const ROWS: usize = 36_525;
const ITEMS: usize = 39;
const VILLAGES: usize = 1_170;
const PROVINCES: usize = 63;

/// Figures that look like chance and are always the same.
fn figure(seed: usize) -> f64 {
    let mut x = (seed as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    x ^= x >> 31;
    x = x.wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x ^= x >> 29;
    (x % 1_000_003) as f64 / 1_000_003.0
}

struct Survey {
    weights: Column,
    villages: Labels,
    provinces: Labels,
    items: Vec<Column>,
}

fn survey(rows: usize, items: usize) -> Survey {
    let village = |row: usize| row * VILLAGES / rows;
    let province = |row: usize| village(row) * PROVINCES / VILLAGES;
    let names = |prefix: &str, count: usize| (0..count).map(|number| format!("{prefix}{number}")).collect::<Vec<_>>();
    let (village_names, province_names) = (names("v", VILLAGES), names("p", PROVINCES));
    let answer =
        |item: usize, row: usize| (1.0 + 5.0 * (0.7 * figure(row * items + item + 7) + 0.3 * figure(village(row) + 31))).floor().min(5.0);
    Survey {
        weights: Column::new("w", (0..rows).map(|row| (500_000.0 + 3_000_000.0 * figure(row + 3)).round() / 1000.0).collect()),
        villages: Labels::new("village", (0..rows).map(|row| village_names[village(row)].as_str())),
        provinces: Labels::new("province", (0..rows).map(|row| province_names[province(row)].as_str())),
        items: (0..items).map(|item| Column::new(format!("i{}", item + 1), (0..rows).map(|row| answer(item, row)).collect())).collect(),
    }
}

impl Survey {
    fn design(&self) -> Design {
        let mut stage = Stage::new(Clusters::Labelled(self.villages.clone()));
        stage.strata = Some(self.provinces.clone());
        Design::new(self.weights.values().len(), Weights::Given(self.weights.clone()), &[stage], LoneUnit::Refuse).expect("a design")
    }

    /// Sum of all means and standard errors, which R must find, too.
    fn means(&self, design: &Design) -> (f64, f64) {
        let mut sums = (0.0, 0.0);
        for domain in &design.groups(&self.provinces).expect("groups") {
            for item in &self.items {
                let found = mean(design, domain, item, &Options::default()).expect("an estimate");
                sums = (sums.0 + found.value, sums.1 + found.standard_error);
            }
        }
        sums
    }

    fn write(&self, path: &Path) {
        let mut text = String::from("province,village,w");
        for item in &self.items {
            write!(text, ",{}", item.name()).expect("a line");
        }
        text.push('\n');
        for row in 0..self.weights.values().len() {
            let village = row * VILLAGES / ROWS;
            write!(text, "p{},v{village},{}", village * PROVINCES / VILLAGES, self.weights.values()[row]).expect("a line");
            for item in &self.items {
                write!(text, ",{}", item.values()[row]).expect("a line");
            }
            text.push('\n');
        }
        std::fs::write(path, text).expect("a file");
    }
}

/// Median of some runs, in milliseconds.
fn time<T>(runs: usize, mut run: impl FnMut() -> T) -> (f64, T) {
    let mut times = Vec::new();
    let mut last = None;
    for _ in 0..runs {
        let start = Instant::now();
        last = Some(run());
        times.push(start.elapsed().as_secs_f64() * 1000.0);
    }
    times.sort_by(f64::total_cmp);
    (times[times.len() / 2], last.expect("a run"))
}

fn peak_of_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("VmHWM: not known here").to_owned()
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [folder] => {
            let survey = survey(ROWS, ITEMS);
            survey.write(&Path::new(folder).join("national.csv"));
            let (linearised, sums) = time(11, || survey.means(&survey.design()));
            println!("engine: design and {} means by province {linearised:.1} ms, sums {:.9} {:.9}", ITEMS * PROVINCES, sums.0, sums.1);
            let design = survey.design();
            let (bootstrap, ()) = time(5, || {
                let replicates = Replicates::rao_wu(&design, 1000, 2024).expect("replicates");
                for domain in &design.groups(&survey.provinces).expect("groups") {
                    for item in &survey.items {
                        replicates.estimate(&design, domain, Measure::Mean(item), &Options::default()).expect("an estimate");
                    }
                }
            });
            println!("engine: 1,000 bootstrap replicates of the same {bootstrap:.1} ms");
        }
        [word, millions] if word == "rows" => {
            let rows = millions.parse::<usize>().expect("a number of millions") * 1_000_000;
            let survey = survey(rows, 10);
            let (design_time, design) = time(1, || survey.design());
            let (means_time, _) = time(1, || survey.means(&design));
            println!("engine: {rows} rows: design {design_time:.0} ms, 630 means {means_time:.0} ms, {}", peak_of_memory());
        }
        _ => println!("speed FOLDER, or speed rows MILLIONS"),
    }
}
