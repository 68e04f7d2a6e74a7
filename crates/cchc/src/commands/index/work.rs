//! Long work: a line of progress that Ctrl-C stops.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use composite_index::Progress;
use ui::Lang;

use crate::output::{Failure, Meter};

/// Runs long work beside the one thread that listens to Ctrl-C.
pub(super) async fn with_progress<T, W>(lang: Lang, all: usize, work: W) -> Result<T, Failure>
where
    T: Send + 'static,
    W: FnOnce(Progress<'_>) -> Result<T, Failure> + Send + 'static,
{
    let stop = Arc::new(AtomicBool::new(false));
    let meter = Meter::new(all);
    let seen = Arc::clone(&stop);
    let job = tokio::task::spawn_blocking(move || {
        let answer = work(&|done| {
            meter.show(done);
            !seen.load(Ordering::Relaxed)
        });
        meter.clear();
        answer
    });
    let listener = tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            stop.store(true, Ordering::Relaxed);
        }
    });
    let answer = job.await.map_err(|error| Failure::failed(format!("{}: {error}", lang.pick("Lỗi khi tính", "The work failed"))));
    listener.abort();
    answer?
}

/// What is told when the work was stopped.
pub(super) fn stopped(lang: Lang) -> Failure {
    Failure::failed(lang.pick("Đã dừng theo yêu cầu.", "Stopped."))
}
