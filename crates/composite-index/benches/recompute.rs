//! How long it takes to read and recompute real editions and one that is far larger than any.
#![expect(clippy::unwrap_used, reason = "a bench that cannot prepare its input has nothing to measure")]

use std::fmt::Write as _;
use std::hint::black_box;
use std::path::Path;

use composite_index::{Definition, compute, read_definition, read_table};
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};

/// A definition with one of its years and the text of that year's table.
struct Input {
    name: &'static str,
    definition: Definition,
    year: i32,
    table: String,
}

fn shipped(name: &'static str, id: &str, year: i32) -> Input {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalogue/indices");
    let definition = read_definition(&std::fs::read_to_string(folder.join(format!("{id}.toml"))).unwrap()).unwrap();
    let table = std::fs::read_to_string(folder.join(definition.edition(year).unwrap().data.as_ref().unwrap())).unwrap();
    Input { name, definition, year, table }
}

/// 10,000 units and 200 leaves in a tree of depth 4: 5 × 5 × 4 × 2.
fn large() -> Input {
    let mut text = String::from(
        "format = \"cchc-index-definition/1\"\nid = \"large\"\nindex = \"large\"\nname = { vi = \"x\", en = \"x\" }\n\
         summary = { vi = \"x\", en = \"x\" }\nunit_level = \"commune\"\nstatus = \"read\"\ndecimals = 2\n[computation]\n\
         rank_direction = \"higher-is-better\"\ntie_rule = \"competition\"\nrank_on = \"unrounded\"\nmissing = \"no-result\"\n\
         [[node]]\ncode = \"total\"\naggregation = \"weighted-mean\"\n[[edition]]\nyear = 2026\n",
    );
    let mut level = vec![String::from("total")];
    for (depth, children) in [5, 5, 4, 2].into_iter().enumerate() {
        let mut next = Vec::new();
        for parent in &level {
            for child in 0..children {
                let code = format!("{parent}.{child}");
                write!(text, "[[node]]\ncode = \"{code}\"\nparent = \"{parent}\"\nweight = \"0.{}\"\n", child + 1).unwrap();
                if depth < 3 {
                    text += "aggregation = \"weighted-mean\"\n";
                }
                next.push(code);
            }
        }
        level = next;
    }
    let mut table = format!("unit,{}\n", level.join(","));
    for unit in 0..10_000_u64 {
        write!(table, "unit {unit}").unwrap();
        for leaf in 0..level.len() as u64 {
            let digits = (unit * 7919 + leaf * 104_729) % 9_999_991;
            write!(table, ",{}.{:06}", digits / 1_000_000, digits % 1_000_000).unwrap();
        }
        table.push('\n');
    }
    Input { name: "10,000 units x 200 leaves", definition: read_definition(&text).unwrap(), year: 2026, table }
}

fn benches(criterion: &mut Criterion) {
    for input in [shipped("PCI 2016, 63 x 10", "pci-2013", 2016), shipped("PAPI 2021, 63 x 28", "papi-2021", 2021), large()] {
        let edition = input.definition.edition(input.year);
        let mut group = criterion.benchmark_group(input.name);
        if input.table.len() > 1_000_000 {
            group.sample_size(10);
        }
        group.bench_function("read_table", |bench| bench.iter(|| read_table(&input.definition, edition, black_box(&input.table)).unwrap()));
        let table = read_table(&input.definition, edition, &input.table).unwrap();
        group.bench_function("compute", |bench| {
            bench.iter_batched(|| &table, |table| compute(&input.definition, edition, black_box(table)).unwrap(), BatchSize::SmallInput);
        });
        group.finish();
    }
}

criterion_group!(recompute, benches);
criterion_main!(recompute);
