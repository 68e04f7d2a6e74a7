//! `cchc worker`: does jobs apart from the server, and stops cleanly.

use std::time::Duration;

use super::serve::{signals, start_log};
use crate::output::{Failure, print};
use crate::settings::{Common, ServeArgs};
use crate::work::{self, Place};
use crate::{office, say};

/// How long jobs at work may take to end when the worker stops.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) async fn run(common: &Common, args: &ServeArgs) -> Result<(), Failure> {
    let lang = common.lang();
    start_log(common, &args.network)?;
    if args.work.workers == Some(0) {
        return Err(Failure::bad_input(say::no_workers(lang)));
    }
    let address = args.public_address.as_deref().unwrap_or("http://127.0.0.1:8080").trim_end_matches('/');
    let post = work::post(lang, &args.work, &Place { public_address: address, owner: args.owner.as_deref() })?;
    common.refuse_absent_database()?;
    let (db, _) = common.open_kept().await?;
    let refuse = |error| Failure::failed(say::db(lang, &error));
    let accounts = office::accounts(&db, common.security.clone()).await.map_err(refuse)?;
    let workers = work::workers(&accounts, &web::UnitTree::default(), &args.work, post, PATIENCE);
    let signals = signals::Signals::listen(None).map_err(|error| Failure::failed(say::runtime(lang, &error)))?;
    print(lang, lang.pick("Đang chạy tác vụ (dừng: Ctrl+C)\n", "Doing jobs (stop: Ctrl+C)\n"))?;
    signals::notify("READY=1");
    let stop = signals.stopped();
    workers
        .run(async move {
            stop.await;
            signals::notify("STOPPING=1");
        })
        .await;
    db.close().await;
    print(lang, lang.pick("Đã dừng.\n", "Stopped.\n"))
}
