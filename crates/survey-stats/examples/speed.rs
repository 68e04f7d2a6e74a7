//! Times the engine on made-up answers, and leaves the same answers as a file for R.
//!
//! `speed FOLDER` writes `national.csv`, the national satisfaction survey as large as in 2024, and times means of all items by province
//! and a bootstrap; `speed rows MILLIONS` times ten items by 63 groups over so many rows and tells the peak of memory;
//! `speed file MILLIONS FOLDER` writes them as CSV, reads them again and makes the index of each group, as `cchc survey index` does.
#![expect(clippy::print_stdout, clippy::expect_used, reason = "a measurement prints, and has nothing to say without its input")]

use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

use survey_stats::{
    Aggregation, Answer, DataTable, Design, IndexNode, IndexRule, Item, Labels, LoneUnit, Measure, NoAnswerRule, Options, Replicates,
    Scoring, Weights, index_each, mean,
};

// The answers of the benches, so that what is timed here and there is the same work; an example has no other way to them.
#[path = "../benches/made_up/mod.rs"]
mod made_up;

use made_up::{ITEMS, PROVINCES, ROWS, Survey};

impl Survey {
    fn design(&self) -> Design {
        Design::new(self.weights.values().len(), Weights::Given(self.weights.clone()), &[self.stage()], LoneUnit::Refuse).expect("a design")
    }

    /// Sum of all means and standard errors, which R must find, too.
    fn means(&self, design: &Design) -> (f64, f64) {
        let mut sums = (0.0, 0.0);
        for domain in &design.groups(&self.provinces).expect("groups") {
            for item in &self.items {
                let found = mean(design, domain, item, &Options::default()).expect("an estimate");
                sums = (sums.0 + found.value, sums.1 + found.standard_error.unwrap_or(0.0));
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
        let places = self.provinces.texts().zip(self.villages.texts());
        for (row, ((province, village), weight)) in places.zip(self.weights.values()).enumerate() {
            write!(text, "{province},{village},{weight}").expect("a line");
            for item in &self.items {
                write!(text, ",{}", item.values()[row]).expect("a line");
            }
            text.push('\n');
        }
        std::fs::write(path, text).expect("a file");
    }
}

/// Share of satisfied answers, all items alike.
fn rule(items: &[Item]) -> IndexRule {
    let node = |code: &str, parent: Option<&str>| IndexNode { code: code.to_owned(), parent: parent.map(str::to_owned), weight: 1.0 };
    IndexRule {
        id: "made-up".into(),
        version: "1".into(),
        first_year: 2024,
        last_year: None,
        scale: (1, 5),
        scoring: Scoring::Satisfied(vec![4, 5]),
        no_answer: NoAnswerRule::LeaveOut,
        aggregation: Aggregation::EqualItems,
        nodes: std::iter::once(node("total", None)).chain(items.iter().map(|item| node(&item.name, Some("total")))).collect(),
    }
}

/// The answers of a column, each different one read once.
fn item(labels: &Labels) -> Item {
    let codes: Vec<Answer> = labels.levels().iter().map(|text| Answer::Code(text.parse().expect("a code"))).collect();
    let answers = labels.places().map(|place| place.map_or(Answer::NoAnswer, |place| codes[place])).collect();
    Item { name: labels.name().to_owned(), answers }
}

/// Reads the file that [`Survey::write`] left, and makes the index of each province.
fn index_of_file(path: &Path) {
    let start = Instant::now();
    let since = |start: Instant| start.elapsed().as_secs_f64();
    let table = DataTable::read(std::fs::read(path).expect("the file")).expect("a table");
    let names: Vec<&str> = table.headings().iter().skip(3).map(String::as_str).collect();
    let items: Vec<Item> = table.labels_of(&names).expect("items").iter().map(item).collect();
    let survey = Survey {
        weights: table.numbers("w").expect("weights"),
        provinces: table.labels("province").expect("provinces"),
        villages: table.labels("village").expect("villages"),
        items: Vec::new(),
    };
    let reading = since(start);
    let design = survey.design();
    let groups = design.groups(&survey.provinces).expect("groups");
    let found = index_each(&design, &groups, &rule(&items), &items, &Options::default()).expect("an index");
    println!(
        "engine: {} rows: reading {reading:.2} s, with design and {} indices {:.2} s, {}",
        table.rows(),
        found.len(),
        since(start),
        peak_of_memory()
    );
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
            let survey = Survey::of(ROWS, ITEMS);
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
            let survey = Survey::of(rows, 10);
            let (design_time, design) = time(1, || survey.design());
            let (means_time, _) = time(1, || survey.means(&design));
            println!("engine: {rows} rows: design {design_time:.0} ms, 630 means {means_time:.0} ms, {}", peak_of_memory());
        }
        [word, millions, folder] if word == "file" => {
            let rows = millions.parse::<usize>().expect("a number of millions") * 1_000_000;
            let path = Path::new(folder).join("answers.csv");
            if !path.exists() {
                Survey::of(rows, 10).write(&path);
            }
            index_of_file(&path);
        }
        _ => println!("speed FOLDER, speed rows MILLIONS, or speed file MILLIONS FOLDER"),
    }
}
