//! What the program takes of the machine, read from `/proc` at each scrape, under the names that all Prometheus clients use.

use std::fs;

use chrono::{DateTime, Utc};

use super::{Asked, Kind, MetricError, Registry};

/// Ticks a second of the processor times in `/proc`; the same on every Linux (`USER_HZ`).
const TICKS: f64 = 100.0;

/// Registers memory, processor time, open files and start of the process. Where there is no `/proc`, all but the start are left out.
///
/// # Errors
/// When one of the names is taken.
pub fn register(registry: &Registry, started: DateTime<Utc>) -> Result<(), MetricError> {
    let add = |kind, name: &str, help: &str, ask: fn() -> Option<f64>| {
        registry.ask(kind, name, help, &[], move || ask().map(|value| -> Asked { (Vec::new(), value) }).into_iter().collect())
    };
    add(Kind::Counter, "process_cpu_seconds_total", "Processor time spent, user and system, in seconds.", processor_seconds)?;
    add(Kind::Gauge, "process_resident_memory_bytes", "Memory in use, in bytes.", || status("VmRSS:").map(|kilobytes| kilobytes * 1024.0))?;
    add(Kind::Gauge, "process_virtual_memory_bytes", "Virtual memory, in bytes.", || {
        status("VmSize:").map(|kilobytes| kilobytes * 1024.0)
    })?;
    add(Kind::Gauge, "process_threads", "Threads.", || status("Threads:"))?;
    add(Kind::Gauge, "process_open_fds", "Open files and connections.", open_files)?;
    add(Kind::Gauge, "process_max_fds", "Most files and connections that may be open.", most_files)?;
    let start = registry.gauge("process_start_time_seconds", "Start of the process, in seconds since 1970.")?;
    // Not from `/proc/stat`: a hardened service does not see it.
    start.set(f64::from(started.timestamp_subsec_millis()) / 1000.0 + whole_seconds(started));
    Ok(())
}

/// A field of `/proc/self/stat` by its number in the manual (proc_pid_stat(5)), from the third on.
fn stat(number: usize) -> Option<f64> {
    let text = fs::read_to_string("/proc/self/stat").ok()?;
    // The second field is the name in brackets and may hold blanks and brackets.
    let rest = text.rsplit_once(')')?.1;
    rest.split_whitespace().nth(number.checked_sub(3)?)?.parse().ok()
}

fn processor_seconds() -> Option<f64> {
    Some((stat(14)? + stat(15)?) / TICKS)
}

#[expect(clippy::cast_precision_loss, reason = "seconds since 1970 stay below 2^52 for longer than there are calendars")]
fn whole_seconds(moment: DateTime<Utc>) -> f64 {
    moment.timestamp() as f64
}

fn status(key: &str) -> Option<f64> {
    let text = fs::read_to_string("/proc/self/status").ok()?;
    text.lines().find_map(|line| line.strip_prefix(key))?.split_whitespace().next()?.parse().ok()
}

#[expect(clippy::cast_precision_loss, reason = "a process has far fewer open files than 2^52")]
fn open_files() -> Option<f64> {
    // One of them is the folder that is being read.
    Some(fs::read_dir("/proc/self/fd").ok()?.count().saturating_sub(1) as f64)
}

fn most_files() -> Option<f64> {
    let text = fs::read_to_string("/proc/self/limits").ok()?;
    text.lines().find_map(|line| line.strip_prefix("Max open files"))?.split_whitespace().next()?.parse().ok()
}
